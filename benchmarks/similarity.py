"""Similarity of votes of all pairs of states and lean of all states, on every roll call of the General Assembly.

The peer: a polars self-join of the votes of a session by roll call, then a group-by of the pairs, for sessions spread over the
eighty years. It gives agreement and S; ours gives kappa as well in the same run. Our products are small and run on one BLAS
thread, as several wait for each other (on a busy machine for ten times as long as they work); polars takes all it finds.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from timing import SHARED, say, skip, wall

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

SPREAD = 13
USA, RUSSIA = 2, 365
KNOWN = ((710, 750, 0.8176), (750, 2, 0.3547), (710, 2, 0.2791))


def read(file: Path) -> pl.DataFrame:
    """Votes cast, `vote` from 0 (no) to 1 (yes), and the cluster of each: its resolution, else the roll call itself."""
    import polars as pl

    columns = ["rcid", "ccode", "vote", "session", "unres"]
    cast = pl.read_csv(file, columns=columns, null_values="").filter(pl.col("vote") <= 3).unique(["rcid", "ccode"], keep="last")
    name = pl.when(pl.col("session") < 75).then(pl.col("unres")).otherwise(None).fill_null(pl.col("rcid").cast(str))
    return cast.with_columns(vote=(3 - pl.col("vote")) / 2, cluster=name.rank("dense")).sort("rcid", "ccode")


def table(cast: pl.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Votes as states by roll calls; session and cluster of each roll call; the code of each state."""
    import numpy as np

    state, row = np.unique(cast["ccode"].to_numpy(), return_inverse=True)
    _, first, column = np.unique(cast["rcid"].to_numpy(), return_index=True, return_inverse=True)
    votes = np.full((state.size, first.size), np.nan)
    votes[row, column] = cast["vote"].to_numpy()
    return votes, cast["session"].to_numpy()[first], cast["cluster"].to_numpy()[first].astype(np.int64), state


def joined(cast: pl.DataFrame) -> pl.DataFrame:
    """The peer: agreement and S of all pairs by a join of the votes with themselves."""
    import polars as pl

    pairs = cast.join(cast, on="rcid").filter(pl.col("ccode") < pl.col("ccode_right"))
    apart = (pl.col("vote") - pl.col("vote_right")).abs().mean()
    return pairs.group_by("session", "ccode", "ccode_right").agg(agreement=1 - apart, s=1 - 2 * apart, n=pl.len())


def main(file: Path) -> None:
    """Print the figures."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is loaded, so before it is
    import numpy as np

    from nonaligned.measures.models.lean import lean_by_session
    from nonaligned.measures.models.similarity import ideal_point_distance, similarity

    cast = read(file)
    votes, session, cluster, state = table(cast)
    print(f"{votes.shape[0]} states, {votes.shape[1]:,} roll calls, {np.unique(session).size} sessions, {cast.height:,} votes")

    some = np.unique(session)[-1::-SPREAD]
    parts = [cast.filter(session=int(number)).select("rcid", "ccode", "session", "vote") for number in some]
    peer = wall(lambda: [joined(part) for part in parts], 3)
    say(f"polars join and group-by, {some.size} sessions", peer, per=f"sessions {', '.join(map(str, sorted(some.tolist())))}")
    here = np.isin(session, some)
    say(
        f"similarity, the same {some.size} sessions",
        wall(lambda: similarity(votes[:, here], session[here]), 7),
        peer=peer,
        peer_name="polars",
    )
    say("similarity, first run: all sessions, all pairs", wall(lambda: similarity(votes, session), 1))
    say("similarity: all sessions, all pairs", wall(lambda: similarity(votes, session), 7), per="agreement, kappa, S, n")
    say("votes to arrays", wall(lambda: table(cast), 3))

    made = similarity(votes, session)
    at = {int(code): place for place, code in enumerate(state)}
    for part, number in zip(parts, some, strict=True):
        theirs = joined(part)
        where = (made.sets.tolist().index(number), *(np.array([at[code] for code in theirs[name]]) for name in ("ccode", "ccode_right")))
        most = max(
            np.abs(made.agreement[where] - theirs["agreement"].to_numpy()).max(), np.abs(made.s_score[where] - theirs["s"].to_numpy()).max()
        )
        assert most < 1e-12, (number, most)
        assert (made.n_shared[where] == theirs["n"].to_numpy()).all()
    print("agreement and S equal the peer's to 1e-12; 2023:", end=" ")
    print(", ".join(f"{one}-{two} {made.agreement[-1, at[one], at[two]]:.4f} (known {value})" for one, two, value in KNOWN))

    draws = np.random.default_rng(0).normal(size=(1000, 193))
    say("ideal_point_distance, 193 states, 1,000 draws", wall(lambda: ideal_point_distance(draws), 3), per="one session")
    run = lambda: lean_by_session(votes, at[USA], at[RUSSIA], session, cluster)  # noqa: E731
    say("lean_by_session, USA and Russia, 1,000 draws, all sessions", wall(run, 5))
    lean = run().lean
    print("leans of a state in a session:", ", ".join(f"{(lean.n_pooled == n).sum():,} from {n}" for n in (1, 2, 3)), "sessions")


if __name__ == "__main__":
    path = SHARED / "unga" / "UNVotes_1946-2024.csv.gz"
    if path.exists():
        main(path)
    else:
        skip("similarity")
