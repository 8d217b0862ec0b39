"""The program's own version, as it was installed."""

from __future__ import annotations


def version() -> str:
    """The version of the installed program.

    Examples
    --------
    >>> version().count(".") >= 2
    True
    """
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("nonaligned")
    except PackageNotFoundError:  # run from the source tree
        return "unknown"
