"""How hard a server may be asked: time limits, pauses between requests to a host, waits before another try."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

Sleep = Callable[[float], None]

_turns: dict[str, float] = {}
_turns_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a download may take: seconds, bytes and tries.

    `idle_seconds` is the time in which `idle_seconds * slowest_bytes` bytes must arrive (`slowest_bytes` per second):
    a slow line passes, a server that drips single bytes does not. `longest_wait` is the longest `Retry-After` that
    is waited for; a server that asks for more is left alone, and the error says when to come back.
    """

    connect_seconds: float = 15.0
    answer_seconds: float = 120.0
    idle_seconds: float = 30.0
    slowest_bytes: float = 256.0
    total_seconds: float = 6 * 3600.0
    tries: int = 5
    backoff_seconds: float = 1.0
    longest_wait: float = 300.0
    pause_seconds: float = 1.0
    redirects: int = 5
    largest_bytes: int = 4 << 30
    largest_ratio: float = 200.0
    sync_bytes: int = 4 << 20


def wait_for_turn(host: str, limits: Limits, sleep: Sleep) -> None:
    """Sleep until `pause_seconds` have passed since this process last asked `host`; each caller takes the next turn."""
    with _turns_lock:
        now = time.monotonic()
        turn = max(now, _turns.get(host, now - limits.pause_seconds) + limits.pause_seconds)
        _turns[host] = turn
    if turn > now:
        sleep(turn - now)


def retry_after(header: str, now: datetime | None = None) -> float | None:
    """Seconds that a `Retry-After` header asks for; None where it says nothing that can be read.

    Parameters
    ----------
    header : str
        Seconds, or an HTTP date.
    now : datetime, optional
        The moment from which a date is counted; the present when None.

    Source
    ------
    RFC 9110, section 10.2.3.

    Examples
    --------
    >>> retry_after("120"), retry_after("soon")
    (120.0, None)
    >>> retry_after("Wed, 21 Oct 2015 07:28:00 GMT", datetime(2015, 10, 21, 7, 27, tzinfo=UTC))
    60.0
    """
    header = header.strip()
    if header.isascii() and header.isdigit():
        return float(header[:12])
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def backoff(failures: int, limits: Limits) -> float:
    """Seconds before the next try: doubled with every failure, never all of it at the same moment for all clients."""
    longest = min(limits.longest_wait, limits.backoff_seconds * 2 ** (failures - 1))
    return random.uniform(longest / 2, longest)
