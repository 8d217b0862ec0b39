"""Are the principled ideal points calibrated: ranks of simulated truths, coverage on data of the real shape, held-out votes.

    python benchmarks/ideal_points_calibration.py ranks [N]      simulation-based calibration on N small problems (1,000)
    python benchmarks/ideal_points_calibration.py coverage       truth simulated from fitted values on the real design
    python benchmarks/ideal_points_calibration.py held-out       a tenth of the real votes predicted

Source of the first: Talts, Betancourt, Simpson, Vehtari and Gelman (2018), "Validating Bayesian inference algorithms with
simulation-based calibration", arXiv:1804.06788.
"""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

import numpy as np

from nonaligned.measures.models.chains import Chains
from nonaligned.measures.models.ordinal_probit import vote_probabilities
from nonaligned.measures.models.vote_arrays import VoteArrays, make_arrays
from nonaligned.measures.models.walk_prior import Hyper, Prior

INPUT = Path(__file__).parents[2] / "shared" / "data" / "unga" / "estimation_input_apr2020.parquet"
SMALL_PRIOR = Prior(walk_shape=4.0, walk_scale=0.3, item_mean_sd=0.7, item_shape=5.0, item_scale=2.0)


def simulate_votes(rng: np.random.Generator, theta: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Votes 1, 2, 3 for positions and items of equal length."""
    latent = items[:, 0] * theta + rng.standard_normal(theta.size)
    half = 0.5 * np.exp(items[:, 2])
    return 1 + (latent > items[:, 1] - half) + (latent > items[:, 1] + half)


def small_problem(rng: np.random.Generator, prior: Prior, n_states: int = 12, n_sessions: int = 5, n_items: int = 8):
    """Positions and items from the prior and their votes: some states come late or miss a session, one item in five returns."""
    present = rng.random((n_states, n_sessions)) < 0.9
    present[np.arange(n_states), rng.integers(0, n_sessions, n_states)] = True
    present[:3] = True
    state, session = np.nonzero(present)
    theta = np.empty(state.size)
    ratio = prior.walk_scale / rng.gamma(prior.walk_shape)
    for p in range(state.size):
        begins = p == 0 or state[p] != state[p - 1]
        step = 1.0 if begins else math.sqrt(ratio * (session[p] - session[p - 1]))
        theta[p] = (0.0 if begins else theta[p - 1]) + step * rng.standard_normal()
    hyper = Hyper(innovation_variance=ratio)
    mean, sd = theta.mean(), theta.std()
    theta = (theta - mean) / sd
    hyper.standardise(mean, sd)
    n = n_items * n_sessions
    items = np.empty((n, 3))
    items[:, 0] = rng.standard_normal(n)
    for k in (1, 2):
        level, variance = rng.normal(0.0, prior.item_mean_sd), prior.item_scale / rng.gamma(prior.item_shape)
        items[:, k] = rng.normal(level, math.sqrt(variance), n)
        setattr(hyper, ("middle_mean", "distance_mean")[k - 1], level)
        setattr(hyper, ("middle_variance", "distance_variance")[k - 1], variance)
    first = np.arange(n) // n_items
    voted = (first[:, None] == session) | ((np.arange(n) % 5 == 0)[:, None] & (first[:, None] + 1 == session))
    item, place = np.nonzero(voted & (rng.random((n, state.size)) < 0.95))
    votes = make_arrays(simulate_votes(rng, theta[place], items[item]), item, state[place], session[place])
    return votes, theta, items, hyper, (state, session)


def ranks(n_problems: int, n_draws: int = 99, thin: int = 12, n_warmup: int = 400) -> dict[str, np.ndarray]:
    """Ranks of the truth among the draws, by quantity, each of shape (n_problems,)."""
    made: dict[str, list[int]] = {}
    for problem in range(n_problems):
        rng = np.random.default_rng([7, problem])
        votes, theta, items, hyper, (state, session) = small_problem(rng, SMALL_PRIOR)
        seen_place = np.searchsorted(state * 100 + session, votes.state_label[votes.state] * 100 + votes.session_label[votes.session])
        if seen_place.size != theta.size or votes.n_items != items.shape[0]:
            continue  # a place or an item without any vote: rare, and decided before the votes' values are known
        truth = quantities(votes, theta, items, hyper)
        chains = Chains(votes, problem, 1, SMALL_PRIOR)
        below = dict.fromkeys(truth, 0)
        for sweep in range(n_warmup + n_draws * thin):
            chains.sweep(adapt=sweep < n_warmup)
            if sweep >= n_warmup and (sweep - n_warmup) % thin == thin - 1:
                for name, value in quantities(votes, chains.theta[0], chains.items[0], chains.hyper[0]).items():
                    below[name] += value < truth[name]
        for name, count in below.items():
            made.setdefault(name, []).append(count)
    return {name: np.array(counts) for name, counts in made.items()}


def quantities(votes: VoteArrays, theta: np.ndarray, items: np.ndarray, hyper: Hyper) -> dict[str, float]:
    """What is ranked, after the sign is fixed: the first state's positions lie above the second's on average."""
    sign = 1.0 if theta[votes.state == 0].mean() > theta[votes.state == 1].mean() else -1.0
    theta = sign * theta
    last = votes.session == votes.session.max()
    return {
        "first state, first session": float(theta[0]),
        "third state, middle": float(theta[votes.state == 2][2]),
        "last place": float(theta[-1]),
        "mean of last session": float(theta[last].mean()),
        "spread of last session": float(theta[last].std()),
        "discrimination": sign * float(items[1, 0]),
        "middle": float(items[1, 1]),
        "log distance": float(items[1, 2]),
        "linked discrimination": sign * float(items[0, 0]),
        "innovation variance": hyper.innovation_variance,
        "initial variance": hyper.initial_variance,
        "mean middle": hyper.middle_mean,
        "variance of log distance": hyper.distance_variance,
    }


def report_ranks(n_problems: int) -> None:
    """Chi-squared over ten bins (9 degrees of freedom: 16.9 is the 5 % point, 21.7 the 1 %) and coverage of the 90 % interval."""
    started = time.process_time()
    for name, rank in ranks(n_problems).items():
        bins = np.bincount(rank // 10, minlength=10)
        chi = ((bins - rank.size / 10) ** 2 / (rank.size / 10)).sum()
        print(f"{name:28s} n {rank.size:5d}  chi2 {chi:5.1f}  90 % covers {((rank >= 5) & (rank < 95)).mean():.3f}  {bins}")
    print(f"{time.process_time() - started:.0f} s CPU")


def real_votes() -> dict[str, np.ndarray]:
    """The published estimates' input as arrays."""
    import polars as pl

    table = pl.read_parquet(INPUT)
    columns = {"y": "y", "item": "item", "state": "cow_code", "session": "session"}
    return {name: table[column].to_numpy() for name, column in columns.items()}


def fitted(votes: VoteArrays, seed: int, n_warmup: int = 300, n_draws: int = 300, thin: int = 4):
    """Draws of one chain as they come: the chain after each `thin` sweeps."""
    chains = Chains(votes, seed, 1, Prior())
    for sweep in range(n_warmup + n_draws * thin):
        chains.sweep(adapt=sweep < n_warmup)
        if sweep >= n_warmup and (sweep - n_warmup) % thin == thin - 1:
            yield chains


def report_coverage() -> None:
    """Coverage of the 90 % intervals where the truth is a posterior draw and the votes are simulated on the real design."""
    raw = real_votes()
    votes = make_arrays(**raw)
    truth = next(iter(fitted(votes, 1, n_warmup=200, thin=1)))
    theta, items = truth.theta[0].copy(), truth.items[0].copy()
    rng = np.random.default_rng(2)
    y = simulate_votes(rng, theta[votes.place], items[votes.item])
    again = make_arrays(y, votes.item, votes.state[votes.place], votes.session[votes.place])
    draws, beta = [], []
    for chains in fitted(again, 3):
        draws.append(chains.theta[0].astype(np.float32))
        beta.append(chains.items[0].astype(np.float32))
    made, sign = np.stack(draws), 1.0
    if np.corrcoef(made[-1], theta)[0, 1] < 0:
        made, sign = -made, -1.0
    low, high = np.quantile(made, (0.05, 0.95), axis=0)
    inside = (low <= theta) & (theta <= high)
    few = votes.n_votes_of_places < 30
    end = (votes.following < 0) | (votes.previous < 0)
    far = np.abs(theta) > 2
    print(f"positions: 90 % covers {inside.mean():.3f}, with fewer than 30 votes {inside[few].mean():.3f}")
    print(
        f"  at a path's end {inside[end].mean():.3f}, far out (|theta| > 2) {inside[far].mean():.3f}; recovery r {np.corrcoef(made.mean(axis=0), theta)[0, 1]:.5f}"
    )
    for k, name in enumerate(("discrimination", "middle", "log distance")):
        b = np.stack([x[:, k] for x in beta]) * (sign if k == 0 else 1.0)
        low, high = np.quantile(b, (0.05, 0.95), axis=0)
        print(f"{name}: 90 % covers {((low <= items[:, k]) & (items[:, k] <= high)).mean():.3f}")


def report_held_out() -> None:
    """A tenth of the real votes left out: coverage of counts by place and by item, log score, reliability."""
    raw = real_votes()
    rng = np.random.default_rng(4)
    out = rng.random(raw["y"].size) < 0.1
    votes = make_arrays(**{name: values[~out] for name, values in raw.items()})
    key = votes.state_label[votes.state] * 1000 + votes.session_label[votes.session]
    held_key = raw["state"][out].astype(int) * 1000 + raw["session"][out]
    known = np.isin(held_key, key) & np.isin(raw["item"][out], votes.item_label)
    place = np.searchsorted(key, held_key[known])
    item = np.searchsorted(votes.item_label, raw["item"][out][known])
    y = raw["y"][out][known]
    mean = np.zeros((y.size, 3))
    one = np.empty_like(mean)
    groups = {"by place": (place, votes.n_places), "by item": (item, votes.n_items)}
    counts = {(name, kind): [] for name in groups for kind in (1, 2, 3)}
    n = 0
    for chains in fitted(votes, 5):
        vote_probabilities(chains.theta[0][place], chains.cuts[0][item], one)
        mean += one
        n += 1
        u = rng.random(y.size)
        drawn = 1 + (u > one[:, 0]) + (u > one[:, 0] + one[:, 1])
        for (name, kind), made in counts.items():
            group, size = groups[name]
            made.append(np.bincount(group[drawn == kind], minlength=size).astype(np.int16))
    mean /= n
    score, right = np.log(mean[np.arange(y.size), y - 1]).mean(), (mean.argmax(axis=1) + 1 == y).mean()
    print(f"{y.size} held-out votes: log score {score:.4f}, right {right:.4f}")
    for (name, kind), made in counts.items():
        group, size = groups[name]
        seen = np.bincount(group, minlength=size) > 0
        true = np.bincount(group[y == kind], minlength=size)
        stack = np.stack(made)
        below, ties = (stack < true).mean(axis=0), (stack == true).mean(axis=0)
        pit = below + ties * rng.random(size)  # randomised, so that calibrated counts are uniform
        print(f"{name} {('yes', 'abstain', 'no')[kind - 1]:8s} 90 % covers {((pit > 0.05) & (pit < 0.95))[seen].mean():.3f}")
    for kind in (1, 2, 3):
        p = mean[:, kind - 1]
        bins = np.minimum((p * 10).astype(int), 9)
        shares = [(f"{p[bins == b].mean():.3f}", f"{(y[bins == b] == kind).mean():.3f}") for b in range(10) if (bins == b).sum() > 50]
        print(("yes", "abstain", "no")[kind - 1], "predicted and seen by tenth:", " ".join("/".join(s) for s in shares))


def main() -> None:
    """Run the part that is named."""
    part = sys.argv[1] if len(sys.argv) > 1 else "ranks"
    if part == "ranks":
        report_ranks(int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
    elif part == "coverage":
        report_coverage()
    elif part == "held-out":
        report_held_out()
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
