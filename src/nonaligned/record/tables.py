"""Every table of the record, defined once: unit of observation, key, columns, warnings."""

from __future__ import annotations

from dataclasses import dataclass

from nonaligned.record.fields import FIELDS, Field


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Where starter rows and loaded rows share the columns of `yields_to_loaded`, the loaded ones stand; where they share
    those of `yields_to_starter`, the starter's checked ones do.
    """

    name: str
    unit: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    description: str
    warnings: tuple[str, ...] = ()
    yields_to_starter: tuple[str, ...] = ()
    yields_to_loaded: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """The definitions of the table's columns, in order."""
        return tuple(FIELDS[name] for name in self.columns)


def _table(
    name: str, unit: str, key: str, columns: str, description: str, *warnings: str, to_starter: str = "", to_loaded: str = ""
) -> Table:
    return Table(
        name, unit, tuple(key.split()), tuple(columns.split()), description, warnings, tuple(to_starter.split()), tuple(to_loaded.split())
    )


VOLUME = "SIPRI's trend-indicator value is a volume of transfers, never money."
MIRRORS = "The two sides of one flow differ (f.o.b. and c.i.f., re-exports): reporters are kept apart."

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "states",
            "state",
            "state",
            "state name long_name cow_code gw_code iso2 un_m49 region subregion capital source",
            "States of the international system since 1816, living and ended.",
        ),
        _table(
            "state_spells",
            "state_spell",
            "state system entry",
            "state system number entry exit source",
            "Days of each state in the systems of COW and of Gleditsch and Ward, and in the United Nations.",
        ),
        _table(
            "roll_calls",
            "roll_call",
            "rcid",
            "rcid body session resolution date title short topics about target stance keywords link yes no abstain "
            "absent adopted important part issue linked_rcid source note",
            "Votes taken in the UN General Assembly and Security Council, with the published totals.",
            to_starter="rcid",
        ),
        _table(
            "votes",
            "vote",
            "rcid state",
            "rcid state vote source",
            "How each member voted; `absent` is a member that cast no vote.",
            to_starter="rcid",
        ),
        _table(
            "us_coincidence",
            "state_year",
            "state year",
            "state year n_same n_partial n_opposite n_absent coincidence source",
            "Voting coincidence with the United States in the Assembly, as the State Department counts it.",
            "The rate counts partial agreement as half in 2018 and 2020; other years differ.",
        ),
        _table(
            "ideal_points",
            "state_year",
            "state year source",
            "state year session ideal_point sd lower upper q25 q75 n_votes rhat ess note source",
            "Positions of states in the General Assembly by session, estimated by this program from public votes.",
            "One line cannot rank states between Russia and China; see docs/ideal_points.md.",
            to_loaded="source",
        ),
        _table(
            "roll_call_items",
            "roll_call",
            "rcid",
            "rcid item discrimination low_cut high_cut source",
            "Discrimination and cutpoints of roll calls on the scale of `ideal_points`.",
        ),
        _table(
            "arms_deals",
            "arms_deal",
            "deal_id register source",
            "deal_id supplier recipient supplier_name recipient_name designation weapon category ordered_year is_ordered_year_estimate "
            "n_ordered status tiv_unit tiv_order is_local_production register source note",
            "Deals of SIPRI's register. Armed groups, organisations and unknown parties have no state code, only a name.",
            VOLUME,
        ),
        _table(
            "arms_deliveries",
            "arms_deal_year",
            "deal_id delivered_year register source",
            "supplier recipient delivered_year tiv n_delivered is_number_estimate is_delivered_year_estimate is_split deal_id register "
            "source",
            "Deliveries of each deal by year.",
            VOLUME,
            "Of the 16-column register, which gives one value for several years, only years before the 17-column register's are shown.",
        ),
        _table(
            "arms_transfers",
            "directed_dyad_year",
            "supplier recipient year kind source",
            "supplier recipient year tiv kind source",
            "Volume of deliveries from one state to another: `computed` from the deliveries, or `published` in SIPRI's own tables.",
            VOLUME,
            "Published tables round to millions: 0 is below half a million.",
        ),
        _table(
            "arms_shares",
            "directed_dyad_window",
            "recipient supplier first_year last_year kind",
            "recipient supplier first_year last_year share rank recipient_tiv kind source note",
            "Suppliers' shares of a state's imports of major arms over five years.",
            VOLUME,
            to_loaded="recipient first_year last_year kind",
        ),
        _table(
            "arms_export_shares",
            "state_window",
            "supplier first_year last_year",
            "supplier first_year last_year share rank source note",
            "Suppliers' shares of the world's exports of major arms over five years.",
            VOLUME,
            to_loaded="first_year last_year",
        ),
        _table(
            "energy_shares",
            "directed_dyad_period",
            "recipient supplier commodity first_day",
            "recipient supplier commodity first_day last_day value_usd share source",
            "Suppliers' shares of a state's imports of a fuel.",
        ),
        _table(
            "trade",
            "directed_dyad_year",
            "exporter importer year reporter source",
            "exporter importer year reporter value_usd valuation prices source note",
            "Goods traded from one state to another in a calendar year, by whose statistics say so.",
            MIRRORS,
            "`reporter` is COMPILED where the source reconciles both sides.",
            "Sources overlap: choose one, or one reporter, before adding up.",
            to_loaded="exporter importer year source",
        ),
        _table(
            "trade_products",
            "directed_dyad_year_product",
            "exporter importer year reporter product source",
            "exporter importer year reporter product value_usd valuation prices source",
            "Trade by product, as `trade`.",
            MIRRORS,
        ),
        _table(
            "trade_statements",
            "directed_dyad_period",
            "reporter partner period flow coverage source",
            "reporter partner first_day last_day period flow value currency value_usd precision coverage source note",
            "Bilateral trade as offices state it, for calendar and fiscal years, totals too.",
            MIRRORS,
        ),
        _table(
            "treaties",
            "directed_dyad_year",
            "sender receiver year obligation source",
            "sender receiver year obligation source",
            "Obligations of alliance treaties in force in a year (ATOP), one row each.",
            "A dyad and year without a row has none only inside the years and states that the source covers.",
            to_loaded="sender receiver year obligation",
        ),
        _table(
            "treaty_spells",
            "directed_dyad_spell",
            "sender receiver obligation first_year source",
            "sender receiver obligation first_year last_year source",
            "Unbroken spells of years of each obligation, from `treaties`.",
        ),
        _table(
            "alliances",
            "treaty",
            "treaty_id",
            "treaty_id title kind signed in_force ended defense offense neutrality nonaggression consultation citation_url source note",
            "Alliance treaties with their obligations in ATOP's classes.",
            "`defense` alone makes an ally in a verdict.",
        ),
        _table(
            "alliance_members",
            "state_treaty",
            "treaty_id state first",
            "treaty_id state first last source note",
            "Members of each alliance treaty with their days.",
        ),
        _table(
            "nuclear_agreements",
            "dyad_year",
            "state_a state_b year kind source",
            "state_a state_b year kind source note",
            "Bilateral agreements on civil nuclear cooperation in the year of signature.",
        ),
        _table(
            "memberships",
            "state_group_spell",
            "group_code state role entry source",
            "state group_code group_name role entry exit source note",
            "Membership of states in groups, with days or years.",
        ),
        _table(
            "leaders",
            "state_office_spell",
            "state office person entry source",
            "state person office entry exit source note",
            "Who held which office.",
        ),
        _table(
            "sanctions",
            "directed_dyad_case",
            "case_id sender_name target_name source",
            "case_id sender target sender_name target_name first_year last_year is_trade is_arms is_military is_financial is_travel "
            "is_other is_sender_multiple is_target_multiple trade_scope objective success source note",
            "Sanctions by case, sender and target, with the years in force.",
            "A sender or target that is neither a state nor a group on file (Hong Kong, Comecon) has no code, only a name.",
            "Sanctions of a group are rows of the group, not of its members.",
        ),
        _table(
            "visits",
            "visit",
            "visitor host visited person visit_number source",
            "visitor host year visited person office visit_number source note",
            "Visits of leaders to other states.",
            "Sources that date visits by the year may count several trips of a person to a state in it as one.",
        ),
        _table(
            "events",
            "event",
            "source event_id",
            "event_id date year actor actor_state actor_sector recipient_actor recipient_state recipient_sector event_type mode code "
            "quad_class intensity n_mentions place place_state latitude longitude link source",
            "Events coded from news by others: who did what to whom.",
            "Coded by machine from news: counts follow coverage as much as conduct.",
        ),
        _table(
            "indicators",
            "state_year",
            "state year indicator source",
            "state year indicator value unit source note",
            "Indicators of a state in a year: military spending, output, population, capability.",
            to_loaded="state year indicator",
        ),
    )
}
