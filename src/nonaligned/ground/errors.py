"""Every error that the program raises on purpose: what happened, why, and what mends it."""

from __future__ import annotations

OK, USAGE, NOT_LOADED, UNREACHABLE, CHECK_FAILED, NOT_CONVERGED, STOPPED = 0, 2, 3, 4, 5, 6, 130


class NonalignedError(Exception):
    """The one base of the program's errors.

    Parameters
    ----------
    message : str
        What happened, in one sentence.
    why : str
        The reason, where it is known.
    mend : str
        What to do next: a command where there is one.

    Examples
    --------
    >>> print(UsageError("No such power: 'XYZ'.", mend="nonaligned states XYZ"))
    No such power: 'XYZ'.
    """

    exit_code = USAGE

    def __init__(self, message: str, *, why: str = "", mend: str = "") -> None:
        super().__init__(message)
        self.message, self.why, self.mend = message, why, mend


class UsageError(NonalignedError):
    """The command or its input cannot be used as given."""


class ReportError(UsageError):
    """The report cannot be read: missing, empty, binary, encrypted, too large, in another language."""


class NotLoadedError(NonalignedError):
    """The record does not hold the data that was asked for; `mend` is the command that loads it."""

    exit_code = NOT_LOADED


class SourceError(NonalignedError):
    """An official file or page is unreachable, or its layout is not the one that the program reads."""

    exit_code = UNREACHABLE


class NotConvergedError(NonalignedError):
    """An estimate has not settled, or was stopped; its rows were written, flagged."""

    exit_code = NOT_CONVERGED


class CheckFailedError(NonalignedError):
    """Rows broke a rule of their table (key, range, dates); nothing was written."""

    exit_code = CHECK_FAILED
