"""Positions from exactly the votes of the published series (April 2020), beside the published means and intervals.

`python benchmarks/ideal_points.py [--method compatible|fast] [--sweeps N] [--burn-in N] [--chains N]`. Seconds leave compilation
out. The two releases of the authors correlate .99958 with each other; a correlation says how alike the numbers are, not how true.
"""

from __future__ import annotations

import argparse
import os
import resource
import time

import numpy as np
import polars as pl
from timing import SHARED, skip

from nonaligned.measures.models.compatible import compatible
from nonaligned.measures.models.fast import fast
from nonaligned.measures.models.positions import Positions, drop_uncontested
from nonaligned.measures.models.vote_arrays import VoteArrays, make_arrays

USA, RUSSIA = 2, 365


def read() -> tuple[VoteArrays, pl.DataFrame]:
    votes = pl.read_parquet(SHARED / "unga/estimation_input_apr2020.parquet")
    published = pl.read_parquet(SHARED / "unga/published_ideal_points_apr2020.parquet").sort("cow_code", "session")
    arrays = make_arrays(*(votes[name].to_numpy() for name in ("y", "item", "cow_code", "session")))
    return arrays, published


def compare(made: Positions, published: pl.DataFrame) -> None:
    """Print how alike the estimates are."""
    theirs, session = published["ideal_point"].to_numpy(), published["session"].to_numpy()
    their_sd = (published["q95"] - published["q5"]).to_numpy() / (2 * 1.6448536)
    within = {int(s): float(np.corrcoef(made.theta[session == s], theirs[session == s])[0, 1]) for s in np.unique(session)}
    worst = min(within, key=lambda s: within[s])
    ratio = np.median(made.sd / their_sd)
    covered = np.mean((made.lower <= theirs) & (theirs <= made.upper))
    r, mean = np.corrcoef(made.theta, theirs)[0, 1], np.mean(list(within.values()))
    print(f"  r {r:.5f}, within sessions {mean:.5f}, worst {worst}: {within[worst]:.4f}")
    print(f"  median sd ratio {ratio:.3f}, our 90 % interval covers the published mean in {covered:.3f} of places")
    bounds = " ".join(f"{s}: {np.mean(made.theta[session == s] - theirs[session == s]):+.3f}" for s in (1, 2, 5, 10, 20, 40, 74))
    print(f"  our mean less theirs in session {bounds}")


def covered(votes: VoteArrays, made: Positions, seed: int) -> float:
    """Share of simulated positions inside `fast`'s 90 % intervals: votes drawn anew from the estimate, the same states voting."""
    rng = np.random.default_rng(seed)
    latent = made.discrimination[votes.item] * made.theta[votes.place] + rng.normal(size=votes.y.size)
    y = 1 + (latent[:, None] > made.cutpoints[votes.item]).sum(axis=1)
    drawn, _ = drop_uncontested(make_arrays(y, votes.item, votes.state[votes.place], votes.session[votes.place]))
    rank = {(s, t): p for p, (s, t) in enumerate(zip(votes.state.tolist(), votes.session.tolist(), strict=True))}
    kept = [rank[int(drawn.state_label[s]), int(drawn.session_label[t])] for s, t in zip(drawn.state, drawn.session, strict=True)]
    truth = made.theta[kept]
    truth = (truth - truth.mean()) / truth.std()
    found = fast(drawn, above=int(drawn.state[truth.argmax()]), below=int(drawn.state[truth.argmin()]))
    return float(np.mean((found.lower <= truth) & (truth <= found.upper)))


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--method", choices=("compatible", "fast", "both"), default="both")
    ask.add_argument("--sweeps", type=int, default=6000)
    ask.add_argument("--burn-in", type=int, default=2000)
    ask.add_argument("--chains", type=int, default=2)
    ask.add_argument("--seed", type=int, default=1)
    given = ask.parse_args()
    if not (SHARED / "unga/estimation_input_apr2020.parquet").exists():
        skip("ideal points")
        return
    votes, published = read()
    codes = votes.state_label.tolist()
    anchors = {"above": codes.index(USA), "below": codes.index(RUSSIA)}
    few = make_arrays([1, 3, 2, 1, 3, 3], [0, 0, 0, 1, 1, 1], [2, 365, 710] * 2, [1] * 6)
    compatible(few, n_sweeps=25, n_burn_in=0)  # compiles
    fast(few)
    methods = {
        "fast": lambda: fast(votes, **anchors),
        "fast, cutpoints as published": lambda: fast(votes, like_published=True, **anchors),
        "compatible": lambda: compatible(
            votes, seed=given.seed, n_sweeps=given.sweeps, n_burn_in=given.burn_in, n_chains=given.chains, **anchors
        ),
    }
    for name, method in methods.items():
        if given.method == "both" or name.startswith(given.method):
            wall, cpu = time.perf_counter(), time.process_time()
            made = method()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            load, memory = os.getloadavg()[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            told = made.diagnostics
            print(f"{name}: {wall:.1f} s wall, {cpu:.1f} s CPU at a load of {load:.1f}, {memory:.2f} GiB; {told.n_sweeps} sweeps")
            compare(made, published)
            if told.rhat is not None and told.ess is not None:
                print(f"  R-hat {np.median(told.rhat):.3f}, largest {told.rhat.max():.3f}", end="; ")
                print(f"ESS {np.median(told.ess):.0f}, least {told.ess.min():.0f}")
            for message in told.messages:
                print(f"  {message}")
            if name == "compatible":
                shares = [covered(votes, made, seed) for seed in (1, 2)]
                print(
                    f"  fast's 90 % intervals on votes simulated from this estimate cover {', '.join(f'{share:.3f}' for share in shares)}"
                )


if __name__ == "__main__":
    main()
