"""A brief in the terminal: the same content, in words and signs that need no colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nonaligned.briefs import wording
from nonaligned.briefs.html import cell, quote
from nonaligned.briefs.report_brief import Brief
from nonaligned.checking.case import Checked, Verdict
from nonaligned.figures.figure import Figure

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
    console.print(Text(printable(f"{brief.name}, {brief.date_words}"), style="dim"))
    console.print()
    console.print(Text(printable(" ".join(wording.summary(brief)))))
    console.print()
    console.print(_tally(brief, console.width))
    heading("Claims and verdicts")
    for item in wording.judged(brief):
        console.print()
        console.print(_verdict(item))
        for text in (_quoted(brief, item), Text(printable(item.reason)), _evidence(brief, item)):
            console.print(Padding(text, (0, 0, 0, 2), expand=False))
    open_claims = wording.unjudged(brief)
    if open_claims:
        console.print(
            Text(f"\n{wording.SIGNS['not_in_record']} NOT IN THE RECORD", style="bold dim"),
            Text("record silent, or put as open by the report", style="dim"),
        )
    for item in open_claims:
        console.print(_item(_open(item)))
    heading("What is reported")
    for events, title in ((brief.events, ""), (brief.agenda, "Agenda: expected or possible, not yet fact")):
        if title and events:
            console.print(Text(f"\n{title}", style="bold"))
        for item in wording.told(brief, events):
            console.print(_event(item))
    if not (brief.events or brief.agenda):
        console.print(Text("No event between two of the actors."))
    heading("The record behind them")
    for figure in brief.figures:
        console.print()
        console.print(Text(printable(figure.title), style="bold"))
        console.print(Text(printable(figure.subtitle), style="dim"))
        console.print(_table(figure))
        hidden = len(figure.rows) - len(_rows(figure))
        more = f"{hidden} earlier rows are in the page and the JSON. " if hidden else ""
        console.print(Text(printable(f"{more}{figure.note}"), style="dim"))
    heading("What the record does not hold")
    for gap in brief.gaps or ("Nothing that this report would have needed.",):
        console.print(_item(Text(printable(gap))))
    heading("Sources")
    for index, source in enumerate(brief.sources, 1):
        label = ", ".join(part for part in (source.producer, source.title) if part)
        words = printable(f"{label}{f', to {source.as_of}' if source.as_of else ''}")
        console.print(_item(Text.assemble(words, (f" {printable(source.url)}", "dim") if source.url else ""), f"[{index}]"))
    console.print()
    console.print(
        Text(
            f"nonaligned {brief.run['version']}; powers {', '.join(brief.powers)}; how vague words were read is in the page and the JSON.",
            style="dim",
        )
    )


def printable(text: str) -> str:
    r"""The text without control characters, so that no report can steer the terminal.

    Examples
    --------
    >>> printable("a\x1b[31mb\nc")
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
    return Text.assemble(
        (f"“{printable(parts.before)}", "dim"), (f"[{printable(parts.marked)}]", "bold"), (f"{printable(parts.after)}”", "dim")
    )


def _evidence(brief: Brief, item: Checked) -> Text:
    """Years and sources of the evidence, the sources by their numbers in the list below."""
    from rich.text import Text

    if not item.evidence:
        return Text("")
    years = ", ".join(dict.fromkeys(row.year for row in item.evidence if row.year))
    numbers = " ".join(f"[{number}]" for number in wording.cites(brief, [row.source for row in item.evidence]))
    return Text(printable(f"evidence: {years} {numbers}"), style="dim")


def _open(item: Checked) -> Text:
    """A claim without a verdict in short: the claim's own words; why is said under the gaps."""
    from rich.text import Text

    claim = item.claim
    status = "" if claim.status == "asserted" else f", {claim.status}"
    return Text.assemble((f"{claim.claim_id} {wording.kind(claim.kind)}{status}: ", "dim"), f"“{printable(claim.text)}”")


def _event(item: wording.Told) -> RenderableType:
    from rich.text import Text

    event = item.event
    who = f"{event.actor} ({event.actor_state})" if event.actor_state else event.actor
    whom = f"{event.recipient} ({event.recipient_state})" if event.recipient_state else event.recipient
    when = ", ".join(part for part in (event.status, event.date, event.place) if part)
    return _item(
        Text.assemble(
            printable(who),
            " ",
            (printable(event.event_type), "bold"),
            " ",
            printable(whom),
            (f"  {printable(when)}{f' (in {item.count} sentences)' if item.count > 1 else ''}", "dim"),
        )
    )


def _item(text: Text, sign: str = "·") -> RenderableType:
    """A line of a list, the rest hanging under its start."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=max(1, len(sign)))
    grid.add_column()
    grid.add_row(Text(sign, style="dim"), text)
    return grid


def _rows(figure: Figure) -> tuple[tuple[str | int | float | None, ...], ...]:
    return figure.rows[-LONGEST:] if figure.chart is not None else figure.rows


def _table(figure: Figure) -> RenderableType:
    """The rows of a figure; in a grid the words of a row stand under one another, so that the marks have room."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="not bold dim")
    shown = [index for index, column in enumerate(figure.columns) if not figure.letters or index == 0 or column.align == "mark"]
    for column in (figure.columns[index] for index in shown):
        justify: Literal["left", "right", "center"] = (
            "left" if column.align == "text" else "right" if column.align == "number" else "center"
        )
        table.add_column(Text(printable(column.name)), justify=justify, overflow="fold", no_wrap=column.align == "mark")
    for row in _rows(figure):
        cells = [Text(printable(figure.letters.get(str(row[index]), cell(row[index], figure.columns[index].decimals)))) for index in shown]
        if figure.letters and figure.aside(row):
            cells[0].append(f"\n{printable(' · '.join(figure.aside(row)))}", style="dim")
        table.add_row(*cells)
    return table


def _tally(brief: Brief, width: int) -> Text:
    """How many claims got each verdict, on as many lines as the width needs."""
    from rich.text import Text

    lines = [""]
    for verdict, count in wording.tally(brief.claims):
        words = f"{wording.SIGNS[verdict]} {count} {wording.VERDICTS[verdict]}"
        if lines[-1] and len(lines[-1]) + 3 + len(words) > width:
            lines.append("")
        lines[-1] += f"   {words}" if lines[-1] else words
    return Text("\n".join(lines))
