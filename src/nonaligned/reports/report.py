"""What a report is once its text is read, and what reading it yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Status = Literal["asserted", "reported", "expected", "conditional", "negated", "denied"]


@dataclass(frozen=True, slots=True)
class ReportDate:
    """The day of the report, as an interval where it is inferred.

    `how` is ``given`` (the user's `--date`), ``metadata`` (the page or file says it), ``dateline``
    (the text's own first lines) or ``inferred`` (from what the text mentions, `basis` says which).
    """

    first: date
    last: date
    how: Literal["given", "metadata", "dateline", "inferred"]
    basis: str = ""

    @property
    def is_inferred(self) -> bool:
        """Whether the day is only known as an interval read off the text."""
        return self.how == "inferred"

    @property
    def words(self) -> str:
        """The date as a reader sees it."""
        if self.is_inferred:
            return f"between {self.first} and {self.last} (inferred: {self.basis})"
        return f"{self.last} ({self.how})"


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a report and what its container says about it. Offsets count characters of `text`."""

    text: str
    name: str = "text"
    title: str = ""
    published: date | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A state, person or group named in the text.

    `states` are codes; for a person, the state whose office makes the person an actor at the
    report's date. `is_place` marks a capital or state that is only where something happens.
    """

    start: int
    end: int
    text: str
    kind: Literal["state", "person", "group", "resolved"]
    states: tuple[str, ...] = ()
    group: str = ""
    person: str = ""
    is_place: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A PLOVER event: who did what to whom, and whether it is said to have happened."""

    event_id: str
    event_type: str
    actor: str
    actor_state: str
    recipient: str
    recipient_state: str
    status: Status
    date: str
    place: str
    sentence: str
    start: int
    end: int
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Claim:
    """Something a report says that a record can be held against.

    `subject` and `object` are state or group codes; `time` is the ISO day, month, year or
    interval (``first/last``) that the claim is about, empty for the time of the report; `detail`
    holds what only its kind needs (the vote cast, the title of an office, a quantifier).
    """

    claim_id: str
    kind: str
    sentence: str
    start: int
    end: int
    text: str
    subject: str
    object: str = ""
    value: float | None = None
    unit: str = ""
    time: str = ""
    status: Status = "asserted"
    rule: str = ""
    detail: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read in one report."""

    source: Text
    date: ReportDate
    mentions: tuple[Mention, ...]
    events: tuple[Event, ...]
    claims: tuple[Claim, ...]
    sentences: tuple[tuple[int, int], ...]
