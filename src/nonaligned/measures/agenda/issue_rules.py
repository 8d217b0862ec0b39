"""The issues that a roll call's title speaks of, by rules of words, for roll calls that nobody has coded."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class IssueRule:
    """What says that a title speaks of an issue.

    Attributes
    ----------
    code, name : str
    said, unless : re.Pattern, None for `unless` where nothing is excepted
    """

    code: str
    name: str
    said: re.Pattern[str]
    unless: re.Pattern[str] | None


@cache
def issue_rules() -> tuple[IssueRule, ...]:
    """The rules of the six issues that Voeten's file codes: me, nu, di, hr, co, ec."""
    given = tomllib.loads(files("nonaligned.measures.agenda").joinpath("issue_rules.toml").read_text(encoding="utf-8"))
    return tuple(
        IssueRule(code, rule["name"], _any_of(rule["said"]), _any_of(rule["unless"]) if rule["unless"] else None)
        for code, rule in given.items()
    )


def issues_of_title(title: str | None) -> frozenset[str]:
    """Codes of the issues that a title speaks of; empty where it speaks of none, or there is no title.

    Notes
    -----
    Against the codes of Voeten's file (sessions 1 to 73 without the 19th, one title each), precision and recall: me .94 and .94, nu .90 and
    .95, di .76 and .93, hr .83 and .94, co .70 and .64, ec .76 and .55. The file's codes are themselves uneven: it codes few votes on
    Namibia or Southern Rhodesia as colonial but most of those on the territories occupied by Israel, few nuclear test bans as arms control,
    and as economic also budgets and the "development" of weapons; the rules keep to what the words mean.

    Examples
    --------
    >>> sorted(issues_of_title("Convention on the Prohibition of the Use of Nuclear Weapons"))
    ['di', 'nu']
    >>> sorted(issues_of_title("Israeli settlements in the Occupied Palestinian Territory"))
    ['me']
    """
    if not title:
        return frozenset()
    text = " ".join(title.casefold().replace("’", "'").split())
    return frozenset(rule.code for rule in issue_rules() if rule.said.search(rule.unless.sub(" ", text) if rule.unless else text))


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(phrases) + ")")
