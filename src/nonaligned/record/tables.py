"""Every table of the record, defined once: unit of observation, key, columns, warnings."""

from __future__ import annotations

from dataclasses import dataclass

from nonaligned.record.fields import FIELDS, Field


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `yields_to_starter`: loaded rows give way to starter rows that share these columns."""

    name: str
    unit: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    description: str
    warnings: tuple[str, ...] = ()
    yields_to_starter: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """The definitions of the table's columns, in order."""
        return tuple(FIELDS[name] for name in self.columns)


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "roll_calls",
            "roll_call",
            ("rcid",),
            _columns(
                "rcid body session resolution date title short topics about target stance keywords link yes no abstain "
                "absent adopted important issue source note"
            ),
            "Votes taken in the UN General Assembly and Security Council, with the published totals.",
            yields_to_starter=("rcid",),
        ),
        Table(
            "votes",
            "vote",
            ("rcid", "state"),
            _columns("rcid state vote source"),
            "How each member voted; `absent` is a member that cast no vote.",
            yields_to_starter=("rcid",),
        ),
        Table(
            "arms_shares",
            "directed_dyad_window",
            ("recipient", "supplier", "first_year", "last_year", "kind"),
            _columns("recipient supplier first_year last_year share rank recipient_tiv kind source note"),
            "Suppliers' shares of a state's imports of major arms over five years.",
            ("SIPRI's trend-indicator value is a volume of transfers, never money.",),
        ),
        Table(
            "arms_export_shares",
            "state_window",
            ("supplier", "first_year", "last_year"),
            _columns("supplier first_year last_year share rank source note"),
            "Suppliers' shares of the world's exports of major arms over five years.",
            ("SIPRI's trend-indicator value is a volume of transfers, never money.",),
        ),
        Table(
            "energy_shares",
            "directed_dyad_period",
            ("recipient", "supplier", "commodity", "first_day"),
            _columns("recipient supplier commodity first_day last_day value_usd share source"),
            "Suppliers' shares of a state's imports of a fuel.",
        ),
        Table(
            "trade",
            "directed_dyad_year",
            ("reporter", "partner", "period", "flow", "coverage", "source"),
            _columns("reporter partner first_day last_day period flow value currency value_usd precision coverage source note"),
            "Bilateral trade as the reporter's statistics give it.",
            ("The two sides of one flow differ (f.o.b. and c.i.f., re-exports): reporters are kept apart.",),
        ),
        Table(
            "treaties",
            "treaty",
            ("treaty_id",),
            _columns(
                "treaty_id title kind signed in_force ended defense offense neutrality nonaggression consultation citation_url source note"
            ),
            "Alliance treaties with their obligations in ATOP's classes.",
            ("`defense` alone makes an ally in a verdict.",),
        ),
        Table(
            "treaty_members",
            "state_treaty",
            ("treaty_id", "state", "first"),
            _columns("treaty_id state first last source note"),
            "Members of each treaty with their days.",
        ),
        Table(
            "state_year",
            "state_year",
            ("state", "year", "indicator"),
            _columns("state year indicator value unit source note"),
            "Indicators of a state in a year: military spending, output, population, capability.",
        ),
    )
}
