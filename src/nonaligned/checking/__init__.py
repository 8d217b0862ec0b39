"""Floor 6: claims held against the record. One file per kind of claim; adding a file adds a check.

A file declares `KIND` and `check(claim, case)`, which returns a `Finding`.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from functools import cache

from nonaligned.checking.case import Case, Checked, Finding
from nonaligned.reports.report import Claim, Reading

HEDGES = re.compile(
    r"\b(?:would|could|might|unless|until|used to|formerly|few|hardly|neither|nor|if|whether|rather than|instead of|myth|supposedly)\b",
    re.I,
)
HEDGED_KINDS = frozenset({"membership", "alliance", "vote"})  # figures and offices stand by themselves whatever the rest of the sentence
PLURALS = re.compile(r"\b(States|Philippines|Netherlands|Emirates|Maldives|Bahamas|Seychelles)'s\b")
Check = Callable[[Claim, Case], Finding]


@cache
def checks() -> Mapping[str, Check]:
    """The check of every kind of claim, found by its file in this folder."""
    found: dict[str, Check] = {}
    for name in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"{__name__}.{name}")
        if hasattr(module, "KIND"):
            found[module.KIND] = module.check
    return found


def check_reading(reading: Reading, case: Case) -> tuple[Checked, ...]:
    """Every claim of a reading with its verdict, in the order of the claims."""
    return tuple(check_claim(claim, case) for claim in reading.claims)


def check_claim(claim: Claim, case: Case) -> Checked:
    """One claim with its verdict, one sentence of reason, and the rows that bear on it."""
    if claim.status in {"expected", "conditional", "denied"} or claim.sentence.rstrip(" ”\"'").endswith("?"):
        finding = unasserted(claim, checks()[claim.kind](claim, case))
    else:
        finding = guarded(claim, checks()[claim.kind](claim, case))
    reason = PLURALS.sub(r"\1'", finding.reason)
    return Checked(claim, finding.verdict, f"{reason[0].upper()}{reason[1:]}", finding.evidence)


def guarded(claim: Claim, finding: Finding) -> Finding:
    """An adverse verdict stands only on a plain reading: a hedged or indirect sentence gets none.

    A wrong "contradicted" costs a reader more than a missing one.
    """
    is_hedged = claim.kind in HEDGED_KINDS and claim.status in {"asserted", "reported"} and HEDGES.search(claim.sentence) is not None
    is_indirect = claim.detail.get("indirect") == "1"
    if finding.verdict not in {"contradicted", "outdated"} or not (is_hedged or is_indirect):
        return finding
    why = "names the group only indirectly" if is_indirect else "is hedged"
    context = f"For context: {finding.reason}"
    return Finding("not_in_record", f"The sentence {why}, so no verdict is given against it. {context}", finding.evidence)


def unasserted(claim: Claim, finding: Finding) -> Finding:
    """What is only expected, possible or denied is no fact that a record can support or contradict."""
    ways = {"expected": "as expected or intended", "conditional": "as possible", "denied": "as denied"}
    how = ways.get(claim.status, "as a question")
    context = f" For context: {finding.reason}" if finding.evidence else ""
    return Finding("not_in_record", f"The report puts this {how}, not as a fact, so no verdict is given.{context}", finding.evidence)
