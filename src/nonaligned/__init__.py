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
    from nonaligned.briefs.verbs import brief, check, read

__version__ = "0.1.0"
__all__ = ["__version__", "brief", "check", "read"]


def __getattr__(name: str) -> Any:  # the verbs pull in the parser: load them when they are asked for
    if name in {"brief", "check", "read"}:
        from nonaligned.briefs import verbs

        return getattr(verbs, name)
    raise AttributeError(f"module 'nonaligned' has no attribute {name!r}")
