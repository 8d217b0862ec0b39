"""The columns and options that dependence, autonomy and hedging share."""

from __future__ import annotations

from nonaligned.measures import Option
from nonaligned.record.fields import Field

TABLES = ("arms_shares", "trade", "trade_products", "energy_shares", "treaties", "indicators")
LEAST_P = 0.9  # below it, which power is the largest cannot be told apart
REFUSED = "known for less than half of the weight"
QUANTILES = {
    "lower": "5 % quantile of the draws",
    "upper": "95 % quantile",
    "median": "median",
    "q25": "25 % quantile",
    "q75": "75 % quantile",
}
VARIANCES = {"flows": "errors of flows", "weights": "weights of domains", "reliance": "reliance", "left_out": "the domain left out"}

INTERVAL = (
    Field("value", "number", "the measure at the central values", "", 0, 1),
    *(Field(name, "number", meaning, "", 0, 1) for name, meaning in QUANTILES.items()),
)
VARIANCE_FIELDS = tuple(Field(f"var_{key}", "number", f"share of the variance: {of} alone", "", 0, 1) for key, of in VARIANCES.items())
COVERAGE = Field("coverage", "number", "share of the domains' weight that is known", "", 0, 1)
NOTE = Field("note", "text", "why the value is missing, or how to read it")
OPTIONS = (
    Option("trade", "which trade: both ways, imports, exports", default="both", choices=("both", "imports", "exports")),
    Option("trade_source", "one source of trade alone, as itpd_trade, in its own prices"),
    Option("reliance", "drawn between the bounds on record; one: shares alone; or bounds of yours, as arms=.6-.9", default="drawn"),
)


def bounded(name: str, meaning: str, high: float = 1) -> tuple[Field, ...]:
    """A number from 0 to `high` and its 90 % interval."""
    quantiles = ((f"{name}_{end}", f"{QUANTILES[end]}") for end in ("lower", "upper"))
    return (Field(name, "number", meaning, "", 0, high), *(Field(end, "number", said, "", 0, high) for end, said in quantiles))
