"""Peers of the estimators that Debian packages: MCMCpack (dynamic, binary) and pscl (static, binary), on the same votes as ours.

`python benchmarks/ideal_points_peers.py [--first-session 60]`. Peers know no abstentions: theirs are left out. Their seconds are for few
sweeps, told as milliseconds a sweep; a run that converges needs thousands. Skipped with a word where R or the packages are missing.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import polars as pl
from timing import SHARED, skip

from nonaligned.measures.models.compatible import compatible
from nonaligned.measures.models.fast import fast
from nonaligned.measures.models.positions import drop_uncontested
from nonaligned.measures.models.principled import principled
from nonaligned.measures.models.vote_arrays import make_arrays

USA, RUSSIA = 2, 365
SWEEPS = 40
DYNAMIC = """
suppressMessages(library(MCMCpack)); d <- read.csv("wide.csv", row.names = 1, check.names = FALSE); t <- read.csv("time.csv")$time
s <- proc.time()
m <- MCMCdynamicIRT1d(as.matrix(d), item.time.map = t, mcmc = {n}, burnin = 0, thin = 1, verbose = 0)
cat((proc.time() - s)[["elapsed"]])
"""
STATIC = """
suppressMessages(library(pscl)); d <- read.csv("wide.csv", row.names = 1, check.names = FALSE)
s <- proc.time()
capture.output(m <- ideal(rollcall(as.matrix(d), yea = 1, nay = 0), maxiter = {n}, thin = 1, burnin = 0, store.item = FALSE)) -> quiet
cat((proc.time() - s)[["elapsed"]])
"""


def run_r(script: str, folder: Path) -> float | None:
    """Seconds that the script prints; None where it cannot run."""
    done = subprocess.run(["Rscript", "-e", script.format(n=SWEEPS)], cwd=folder, capture_output=True, text=True, check=False)
    try:
        return float(done.stdout.strip().split()[-1])
    except (ValueError, IndexError):
        print("  ", (done.stderr or done.stdout).strip())
        return None


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--first-session", type=int, default=60)
    given = ask.parse_args()
    path = SHARED / "unga/estimation_input_apr2020.parquet"
    if not path.exists() or shutil.which("Rscript") is None:
        skip("peers of ideal points (needs ../shared and Rscript)")
        return
    votes = pl.read_parquet(path).filter(pl.col("session") >= given.first_session)
    arrays, _ = drop_uncontested(make_arrays(*(votes[name].to_numpy() for name in ("y", "rcid", "cow_code", "session"))))
    codes = arrays.state_label.tolist()
    anchors = {"above": codes.index(USA), "below": codes.index(RUSSIA)}
    print(f"{votes.height:,} votes, {arrays.n_items} roll calls, {arrays.n_places} state-sessions")
    fast(arrays, **anchors)  # compiles
    began = time.perf_counter()
    fast(arrays, **anchors)
    ours_fast = time.perf_counter() - began
    compatible(arrays, n_sweeps=25, n_burn_in=0, n_chains=1, **anchors)
    began = time.perf_counter()
    compatible(arrays, n_sweeps=200, n_burn_in=0, n_chains=1, **anchors)
    ours = (time.perf_counter() - began) / 200
    principled(arrays, n_chains=1, n_warmup=5, n_draws=8, thin=1, **anchors)
    began = time.perf_counter()
    principled(arrays, n_chains=1, n_warmup=20, n_draws=80, thin=1, **anchors)
    ours_principled = (time.perf_counter() - began) / 100
    print(
        f"  ours: fast {ours_fast:.1f} s; a sweep of one chain: compatible {1000 * ours:.1f} ms, principled {1000 * ours_principled:.1f} ms"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        binary = votes.filter(pl.col("y") != 2).with_columns(vote01=(pl.col("y") == 1).cast(pl.Int8))
        contested = binary.group_by("rcid").agg(pl.col("vote01").n_unique()).filter(pl.col("vote01") == 2)["rcid"]
        binary = binary.filter(pl.col("rcid").is_in(contested.implode())).sort("session", "rcid")
        wide = binary.pivot("rcid", index="cow_code", values="vote01", aggregate_function="first").sort("cow_code")
        wide.write_csv(folder / "wide.csv", null_value="NA")
        times = binary.unique("rcid", maintain_order=True).select(time=pl.col("session") - given.first_session + 1)
        times.write_csv(folder / "time.csv")
        for label, script in (("MCMCpack, dynamic", DYNAMIC), ("pscl, static", STATIC)):
            seconds = run_r(script, folder)
            if seconds is None:
                print(f"  {label}: not measured")
            else:
                each = seconds / SWEEPS
                print(
                    f"  {label}: {1000 * each:.0f} ms a sweep, {each / ours:.0f} of compatible, {each / ours_principled:.1f} of principled"
                )


if __name__ == "__main__":
    main()
