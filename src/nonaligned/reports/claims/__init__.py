"""How each kind of claim is read: one file per kind; adding a file adds a kind.

A file declares `KIND` and `read(document, clause)`, which yields the claims that one predicate makes.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from nonaligned.reports.claims import vote
from nonaligned.reports.clauses import Clause, clauses
from nonaligned.reports.document import Document
from nonaligned.reports.report import Claim

Reader = Callable[[Document, Clause], Iterator[Claim]]


@cache
def readers() -> Mapping[str, Reader]:
    """The reader of every kind of claim, found by its file in this folder."""
    found: dict[str, Reader] = {}
    for name in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"{__name__}.{name}")
        if hasattr(module, "KIND"):
            found[module.KIND] = module.read
    return found


def is_standing(claim: Claim) -> bool:
    """Whether a report that says it again says nothing new: that two meet, that a state is independent or rises."""
    return claim.kind == "meeting" or claim.detail.get("form") == "free" or claim.rule == "standing"


def read_claims(document: Document) -> tuple[Claim, ...]:
    """Every claim of a document in order of position, each once, numbered c1, c2 ..."""
    found: dict[tuple[str, str, str, str, int], Claim] = {}
    for clause in clauses(document):
        for read in readers().values():
            for claim in read(document, clause):
                place = -1 if is_standing(claim) else document.sentence_index(claim.start)
                key = (claim.kind, claim.subject, claim.object, claim.detail.get("key", ""), place)
                found.setdefault(key, claim)
    ordered = vote.with_antecedents(sorted(found.values(), key=lambda c: (c.start, c.end, c.kind, c.subject, c.object)))
    return tuple(replace(claim, claim_id=f"c{number}") for number, claim in enumerate(ordered, 1))
