from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import nonaligned
from nonaligned.ground import errors
from nonaligned.ground.errors import NonalignedError

BETWEEN_PROCESSES = {"Interrupted", "FaultError"}  # what a child process says to its parent, which puts it in words


def defined_errors() -> list[type[BaseException]]:
    found: list[type[BaseException]] = []
    for module in pkgutil.walk_packages(nonaligned.__path__, "nonaligned."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        found += [
            kind
            for _, kind in inspect.getmembers(loaded, inspect.isclass)
            if issubclass(kind, BaseException) and kind.__module__ == module.name
        ]
    return found


def test_every_error_of_the_program_has_the_one_base():
    kinds = defined_errors()
    assert len(kinds) >= 6
    assert [kind.__name__ for kind in kinds if not issubclass(kind, NonalignedError) and kind.__name__ not in BETWEEN_PROCESSES] == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [("UsageError", 2), ("ReportError", 2), ("NotLoadedError", 3), ("SourceError", 4), ("CheckFailedError", 5)],
)
def test_exit_codes_are_those_of_the_manual(kind, code):
    error = getattr(errors, kind)("What happened.", why="Because.", mend="nonaligned demo")
    assert error.exit_code == code
    assert (str(error), error.message, error.why, error.mend) == ("What happened.", "What happened.", "Because.", "nonaligned demo")


def test_other_exit_codes():
    assert (errors.OK, errors.USAGE, errors.NOT_CONVERGED, errors.STOPPED) == (0, 2, 6, 130)
