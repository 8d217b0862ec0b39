from __future__ import annotations

import pytest
from made_measures import made_record

from nonaligned.record.store import Record


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A record of made-up figures."""
    return made_record(tmp_path_factory.mktemp("made"))
