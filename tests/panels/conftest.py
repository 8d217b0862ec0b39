from __future__ import annotations

from pathlib import Path

import pytest
from made_record import made_record

from nonaligned.record.store import Record


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A record of made-up figures."""
    return made_record(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="session")
def shuffled(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The same, its rows in another order."""
    return made_record(tmp_path_factory.mktemp("shuffled"), seed=7)


@pytest.fixture
def starter(tmp_path: Path) -> Record:
    """What ships with the program alone."""
    return Record(tmp_path / "none")
