"""nonaligned: reads a diplomatic news report and holds what it says against the public record.

Examples
--------
>>> import nonaligned as na
>>> checked = na.check("Finland joined NATO in April 2023.", date="2024-01-01")
>>> [(row["kind"], row["subject"], row["object"], row["verdict"]) for row in checked.rows]
[('membership', 'FIN', 'NATO', 'supported')]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nonaligned.briefs.measuring import measure
    from nonaligned.briefs.verbs import brief, check, read
    from nonaligned.measures.ideal_points import ideal_points
    from nonaligned.panels import panel
    from nonaligned.record.citations import cite

__version__ = "0.1.0"
__all__ = ["__version__", "brief", "check", "cite", "ideal_points", "measure", "panel", "read"]
_PLACES = {
    "brief": "nonaligned.briefs.verbs",
    "check": "nonaligned.briefs.verbs",
    "read": "nonaligned.briefs.verbs",
    "ideal_points": "nonaligned.measures.ideal_points",
    "measure": "nonaligned.briefs.measuring",
    "panel": "nonaligned.panels",
    "cite": "nonaligned.record.citations",
}


def __getattr__(name: str) -> Any:  # the verbs pull in the parser, panels a data frame library: load them when they are asked for
    if name in _PLACES:
        from importlib import import_module

        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'nonaligned' has no attribute {name!r}")
