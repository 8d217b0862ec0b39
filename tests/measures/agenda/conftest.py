"""Roll calls of the reference file with one title each."""

import re
from pathlib import Path
from typing import Any

import pytest

ROLL_CALLS = Path(__file__).resolve().parents[4] / "shared" / "data" / "unga" / "rollcalls_1946-2019.parquet"


@pytest.fixture(scope="session")
def roll_calls() -> list[dict[str, Any]]:
    if not ROLL_CALLS.exists():
        pytest.skip("the reference data sets are not beside the repository")
    import polars as pl

    return [row | {"title": _title(row["short"] or "", row["descr"] or "")} for row in pl.read_parquet(ROLL_CALLS).to_dicts()]


def _title(short: str, description: str) -> str:
    """Where the description is the agenda's heading, or the short title is the resolution's whole title, the short one."""
    return short if re.match(r"A/\d\d/251", description) or ": resolution" in short else description or short
