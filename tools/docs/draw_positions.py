"""Draw docs/ideal_points_states.svg and docs/ideal_points_ranking.svg from the estimates that ship; run again when they change.

python tools/docs/draw_positions.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from nonaligned.briefs.measuring import measure
from nonaligned.figures.measured import draw_measure, sourced
from nonaligned.figures.picture import svg
from nonaligned.record.store import Record

DOCS = Path(__file__).resolve().parents[2] / "docs"
OVER_TIME = ("IND", "RUS", "CHN", "USA", "FRA", "BRA")
RANKED = ("IND", "RUS", "CHN", "USA", "FRA", "BRA", "GBR", "DEU", "JPN", "ZAF", "TUR", "IDN", "SAU", "IRN", "ISR", "MEX")
WIDTH = 900


def main(folder: Path) -> None:
    made = measure("ideal_points", record=Record(Path("/nonexistent")))
    sources, as_of = sourced(made.record, made.made.used)
    for name, states, kind in (("states", OVER_TIME, "lines"), ("ranking", RANKED, "ranking")):
        figure = draw_measure(made.measure, made.frame, states, sources=sources, as_of=as_of, notes=made.notes, kind=kind)
        path = folder / f"ideal_points_{name}.svg"
        path.write_text(svg(figure, WIDTH) + "\n", encoding="utf-8")
        print(f"{path.name}: {figure.title}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS)
