"""A brief in the terminal: the same content, in words and signs that need no colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.briefs import wording
from nonaligned.briefs.html import cell, quote
from nonaligned.briefs.report_brief import Brief
from nonaligned.checking.case import Checked, Verdict
from nonaligned.figures.figure import Figure
from nonaligned.reports.report import Event

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

STYLES: dict[Verdict, str] = {"supported": "green", "contradicted": "red", "outdated": "yellow", "unsupported": "", "not_in_record": "dim"}
LONGEST = 8  # rows of a chart's table; the whole is in the page and the JSON


def render(brief: Brief, console: Console) -> None:
    """Print a brief.

    Parameters
    ----------
    brief : Brief
        From `report_brief.assemble`.
    console : rich.console.Console
        Where to; its width is followed down to 40 columns. No text of the report is read as markup.
    """
    from rich.padding import Padding
    from rich.text import Text

    def heading(words: str) -> None:
        console.print()
        console.rule(Text(words, style="bold"), align="left", style="dim", characters="─")

    console.print(Text(printable(brief.title), style="bold"))
    console.print(Text(f"{printable(brief.name)}, {brief.date_words}", style="dim"))
    console.print()
    console.print(Text(" ".join(wording.summary(brief))))
    counted = "   ".join(f"{wording.SIGNS[verdict]} {count} {wording.VERDICTS[verdict]}" for verdict, count in wording.tally(brief.claims))
    if counted:
        console.print()
        console.print(Text(counted))
    heading("Claims and verdicts")
    for item in brief.claims:
        console.print()
        console.print(_verdict(item))
        console.print(Padding(_quoted(brief, item), (0, 0, 0, 2)))
        console.print(Padding(Text(printable(item.reason)), (0, 0, 0, 2)))
        for line in dict.fromkeys(f"{row.source}, {row.year}" for row in item.evidence[:3]):
            console.print(Padding(Text(printable(line), style="dim"), (0, 0, 0, 4)))
    heading("What is reported")
    for events, title in ((brief.events, ""), (brief.agenda, "Agenda: expected or possible, not yet fact")):
        if title and events:
            console.print(Text(f"\n{title}", style="bold"))
        for event in events:
            console.print(_event(event), soft_wrap=False)
    if not (brief.events or brief.agenda):
        console.print(Text("No event between two of the actors."))
    heading("The record behind them")
    for figure in brief.figures:
        console.print()
        console.print(Text(figure.title, style="bold"))
        console.print(Text(figure.subtitle, style="dim"))
        console.print(_table(figure))
        hidden = len(figure.rows) - len(_rows(figure))
        more = f"{hidden} earlier rows are in the page and the JSON. " if hidden else ""
        console.print(Text(f"{more}{figure.note}", style="dim"))
    heading("What the record does not hold")
    for gap in brief.gaps or ("Nothing that this report would have needed.",):
        console.print(_item(Text(printable(gap))))
    heading("Sources")
    for source in brief.sources:
        label = ", ".join(part for part in (source.producer, source.title) if part)
        console.print(_item(Text(printable(f"{label}{f' <{source.url}>' if source.url else ''}{f', to {source.as_of}' if source.as_of else ''}"))))


def printable(text: str) -> str:
    """The text without control characters, so that no report can steer the terminal.

    Examples
    --------
    >>> printable("a\\x1b[31mb\\nc")
    'a[31mb c'
    """
    return "".join(char if char.isprintable() else " " if char.isspace() else "" for char in text)


def _verdict(item: Checked) -> Text:
    from rich.text import Text

    claim = item.claim
    line = Text(f"{wording.SIGNS[item.verdict]} {wording.VERDICTS[item.verdict].upper()}", style=f"bold {STYLES[item.verdict]}".strip())
    status = "" if claim.status == "asserted" else f" · {claim.status}"
    return line.append(f"   {claim.claim_id} · {wording.kind(claim.kind)}{status}", style="not bold dim")


def _quoted(brief: Brief, item: Checked) -> Text:
    """The sentence with the claim between square brackets."""
    from rich.text import Text

    parts = quote(brief, item)
    return Text.assemble((f"“{printable(parts.before)}", "dim"), (f"[{printable(parts.marked)}]", "bold"), (f"{printable(parts.after)}”", "dim"))


def _event(event: Event) -> RenderableType:
    from rich.text import Text

    who = f"{event.actor} ({event.actor_state})" if event.actor_state else event.actor
    whom = f"{event.recipient} ({event.recipient_state})" if event.recipient_state else event.recipient
    when = ", ".join(part for part in (event.status, event.date, event.place) if part)
    return _item(Text.assemble(printable(who), " ", (event.event_type, "bold"), " ", printable(whom), (f"  {printable(when)}", "dim")))


def _item(text: Text) -> RenderableType:
    """A line of a list, the rest hanging under its start."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column()
    grid.add_row("·", text)
    return grid


def _rows(figure: Figure) -> tuple[tuple[str | int | float | None, ...], ...]:
    return figure.rows[-LONGEST:] if figure.chart is not None else figure.rows


def _table(figure: Figure) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="not bold dim")
    for column in figure.columns:
        is_text = column.align == "text"
        table.add_column(Text(column.name), justify="left" if is_text else "right" if column.align == "number" else "center", overflow="fold", no_wrap=column.align == "mark")
    for row in _rows(figure):
        table.add_row(*(Text(printable(figure.letters.get(str(value), cell(value)))) for value in row))
    return table
