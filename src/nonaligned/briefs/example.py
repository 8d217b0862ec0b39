"""The example report that ships with the program."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

EXAMPLE = "hedging_turkey.txt"


def example_path() -> Path:
    """Path of the example: inside the installed package, or in the checkout's `examples/`."""
    installed = Path(str(resources.files("nonaligned"))) / "examples" / EXAMPLE
    return installed if installed.exists() else Path(__file__).parents[3] / "examples" / EXAMPLE
