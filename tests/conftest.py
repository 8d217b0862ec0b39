"""What every test may ask for: the reference data beside the repository, and a record of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples every time, so that a change is judged by what it changed; HYPOTHESIS_PROFILE=random looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("random", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data sets; the test is skipped where they are absent."""
    path = ROOT.parent / "shared" / "data"
    if not path.is_dir():
        pytest.skip("the reference data sets are not beside the repository")
    return path


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test sees or touches the record of whoever runs it; subprocesses inherit this."""
    home = tmp_path_factory.mktemp("home") / "record"
    before = os.environ.get("NONALIGNED_HOME")
    os.environ["NONALIGNED_HOME"] = str(home)
    yield home
    if before is None:
        del os.environ["NONALIGNED_HOME"]
    else:
        os.environ["NONALIGNED_HOME"] = before
