"""How far a download is, in words."""

from __future__ import annotations


def progress_words(done: int, total: int | None, seconds: float, at_start: int = 0) -> str:
    """How far a download is, how fast it goes, and how long it will take.

    Parameters
    ----------
    done, total : int
        Bytes so far, and in all where that is known.
    seconds : float
        Since the download began.
    at_start : int
        Bytes that were there when it began, which say nothing of its speed.

    Examples
    --------
    >>> progress_words(12_300_000, 40_000_000, 4.0)
    '12.3 of 40.0 MB, 3.1 MB/s, 9 s left'
    >>> progress_words(700, None, 0.0)
    '0.7 kB'
    """
    scale, unit = _unit(total or done)
    words = f"{done / scale:.1f} of {total / scale:.1f} {unit}" if total else f"{done / scale:.1f} {unit}"
    rate = (done - at_start) / seconds if seconds > 0 else 0.0
    if rate <= 0:
        return words
    per, per_unit = _unit(rate)
    words += f", {rate / per:.1f} {per_unit}/s"
    return f"{words}, {duration_words((total - done) / rate)} left" if total and total > done else words


def _unit(size: float) -> tuple[float, str]:
    return (1e9, "GB") if size >= 1e9 else (1e6, "MB") if size >= 1e6 else (1e3, "kB")


def duration_words(seconds: float) -> str:
    """A time as people say it, never none at all.

    Examples
    --------
    >>> duration_words(0.2), duration_words(90), duration_words(5400)
    ('1 s', '2 min', '1 h 30 min')
    """
    whole = max(1, round(seconds))
    minutes = round(whole / 60)
    return f"{whole} s" if whole < 60 else f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
