"""Reading a report: text in; sentences, mentions, events and claims out. A pure function of one document."""

from __future__ import annotations

from datetime import date

from nonaligned.reports.claims import read_claims
from nonaligned.reports.dating import date_report
from nonaligned.reports.document import Document, sentence_text
from nonaligned.reports.events import read_events
from nonaligned.reports.gazetteer import find_names
from nonaligned.reports.mentions import build
from nonaligned.reports.parsing import parse
from nonaligned.reports.report import Reading, Text
from nonaligned.reports.times import find_times

DATELINE_ENDS = 600  # characters within which a dateline stands


def open_document(text: Text, given: date | None = None, today: date | None = None) -> Document:
    """Parse a text and resolve who and when it speaks of."""
    today = today or date.today()
    hits = list(find_names(text.text))
    when = date_report(text, hits, given, today)
    anchor = None if when.is_inferred else when.last
    times = find_times(text.text, anchor)
    if when.how == "dateline":  # the dateline is the report's date, not the time of what its first sentence tells
        times = tuple(t for t in times if not (t.kind == "day" and t.first == when.first and t.start < DATELINE_ENDS))
    return build(parse(text.text, hits), hits, when, times)


def read_text(text: Text, given: date | None = None, today: date | None = None) -> Reading:
    """Everything that the text says: mentions, events and claims, with spans into `text.text`.

    Parameters
    ----------
    text : Text
        The report.
    given : date, optional
        The report's date, where the user knows it.
    today : date, optional
        The last day that an inferred date can have; the day of the run when None.

    Examples
    --------
    >>> reading = read_text(Text("Finland joined NATO in April 2023."), date(2024, 1, 1))
    >>> [(c.kind, c.subject, c.object, c.time) for c in reading.claims]
    [('membership', 'FIN', 'NATO', '2023-04')]
    """
    document = open_document(text, given, today)
    sentences = tuple(sentence_text(sentence) for sentence in document.doc.sents if sentence.text.strip())
    return Reading(text, document.date, tuple(document.mentions), read_events(document), read_claims(document), sentences)
