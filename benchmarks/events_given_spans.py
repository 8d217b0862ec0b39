"""Measure event types on sentences whose two actors are given: coverage, accuracy, per type and per rule.

Usage: python benchmarks/events_given_spans.py FILE.jsonl [--misses TYPE]

A line of the file has `text` and `expected`: a list whose first item has `source_span` and `target_span` (`start`, `end`) and
`type`, a PLOVER root. The older scheme's YIELD counts as CONCEDE and RETREAT. The two spans stand in as the only states of the
sentence, each parsed as one name; the prediction is the highest event from source to target. PLOVER codes an act that is only
announced as AGREE (or THREATEN) and one that is ruled out as REJECT; the program keeps the act and says so in `status`: folded here.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from nonaligned.reports.document import Document
from nonaligned.reports.event_lexicon import HOSTILE
from nonaligned.reports.events import read_events
from nonaligned.reports.gazetteer import Hit, find_names
from nonaligned.reports.mentions import _resolve_references
from nonaligned.reports.parsing import parse
from nonaligned.reports.report import Event, Mention, ReportDate

SAME = {"CONCEDE": "YIELD", "RETREAT": "YIELD"}
SPEECH = {"AGREE", "REQUEST", "ACCUSE", "REJECT", "THREATEN"}


def document_of(text: str, spans: dict[str, tuple[int, int]]) -> Document:
    day = date(2020, 1, 1)
    hits = [Hit(start, end, "group", group=code) for code, (start, end) in spans.items()]
    hits += [hit for hit in find_names(text) if all(hit.end <= start or hit.start >= end for start, end in spans.values())]
    document = Document(parse(text, sorted(hits, key=lambda hit: hit.start)), ReportDate(day, day, "given"), ())
    for code, (start, end) in spans.items():
        document.add(Mention(start, end, text[start:end], "state", (code,), person=code, rule="given"))
    document.find_lists()
    _resolve_references(document)
    return document


def folded(event: Event) -> str:
    kind = event.event_type
    if kind not in SPEECH and event.status == "expected":
        kind = "THREATEN" if kind in HOSTILE else "AGREE"
    elif kind not in SPEECH and event.status in {"negated", "denied"} and kind not in HOSTILE:
        kind = "REJECT"
    return SAME.get(kind, kind)


def depth_at(document: Document, event: Event) -> tuple[int, int]:
    """How deep in the sentence the widest predicate of the event's span stands."""
    span = document.doc.char_span(event.start, event.end, alignment_mode="expand")
    root = span.root
    return sum(1 for _ in root.ancestors), event.start


def predict(document: Document) -> Event | None:
    events = [e for e in read_events(document) if (e.actor_state, e.recipient_state) == ("SRC", "TGT")]
    return min(events, key=lambda e: (depth_at(document, e), -e.confidence), default=None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--misses", help="print sentences of this type (or ALL) that are wrong or not found")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only rows of even or odd number")
    options = parser.parse_args()
    total, covered, right, said, by_rule = Counter(), Counter(), Counter(), Counter(), defaultdict(Counter)  # type: ignore[var-annotated]
    skipped = 0
    rows = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows):
        if options.half is not None and number % 2 != options.half:
            continue
        gold = row["expected"][0]
        if not gold["source_span"] or not gold["target_span"]:
            skipped += 1
            continue
        spans = {code: (gold[key]["start"], gold[key]["end"]) for code, key in (("SRC", "source_span"), ("TGT", "target_span"))}
        kind = SAME.get(gold["type"], gold["type"])
        event = predict(document_of(row["text"], spans))
        guess = folded(event) if event else ""
        total[kind] += 1
        covered[kind] += event is not None
        right[kind] += guess == kind
        said[guess] += 1
        if event:
            by_rule[event.rule.partition(":")[0]][guess == kind] += 1
            by_rule["status " + event.status][guess == kind] += 1
        if options.misses in {kind, "ALL"} and guess != kind:
            how = f"{event.rule} {event.status}" if event else "-"
            print(f"{kind:9} {guess:9} {how:30} {gold['source_text']} -> {gold['target_text']} | {row['text'][:330]}")
    print(f"{'type':10}{'n':>6}{'found':>7}{'right':>7}{'precision':>11}{'recall':>8}")
    for kind in sorted(total):
        precision, recall = right[kind] / max(said[kind], 1), right[kind] / total[kind]
        print(f"{kind:10}{total[kind]:6}{covered[kind]:7}{right[kind]:7}{precision:11.3f}{recall:8.3f}")
    n, hits = sum(total.values()), sum(right.values())
    scores = [2 * right[k] / (said[k] + total[k]) for k in total]
    found = max(sum(covered.values()), 1)
    print(
        f"all {n} (without spans, left out: {skipped}): coverage {found / n:.3f}, accuracy where found {hits / found:.3f}, "
        f"accuracy over all {hits / n:.3f}, macro-F1 {sum(scores) / len(scores):.3f}"
    )
    for rule, counts in sorted(by_rule.items()):
        print(f"{rule:22} n {sum(counts.values()):4}  right {counts[True] / sum(counts.values()):.3f}")


if __name__ == "__main__":
    main()
