"""Are the principled ideal points calibrated: ranks of simulated truths, coverage on votes of the real shape, held-out votes.

    python benchmarks/ideal_points_calibration.py ranks [--n N] [--picture FILE.svg]   simulation-based calibration, small problems
    python benchmarks/ideal_points_calibration.py coverage [--n N]    votes simulated on the real design
    python benchmarks/ideal_points_calibration.py held-out            a twentieth of the real votes predicted

Sources: Talts, Betancourt, Simpson, Vehtari and Gelman (2018), "Validating Bayesian inference algorithms with simulation-based
calibration", arXiv:1804.06788; Kent, Ganeiber and Mardia (2018), "A new unified approach for the simulation of a wide class of
directional distributions", Journal of Computational and Graphical Statistics 27(2), for draws from the prior of positions.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numba
import numpy as np

from nonaligned.measures.models.chains import Chains
from nonaligned.measures.models.ordinal_probit import vote_probabilities
from nonaligned.measures.models.vote_arrays import VoteArrays, make_arrays
from nonaligned.measures.models.walk_prior import Prior, Walk

INPUT = Path(__file__).parents[2] / "shared" / "data" / "unga" / "estimation_input_apr2020.parquet"


def prior_positions(rng: np.random.Generator, walk: Walk) -> np.ndarray:
    """Positions from the prior: Gaussian paths given that the mean of all is 0 and their mean square 1.

    On that sphere the density is a Bingham distribution, drawn exactly by rejection from an angular Gaussian.
    """
    n = walk.first.size
    into = np.eye(n)
    later = np.flatnonzero(~walk.first)
    into[later, walk.previous[later]] -= 1.0
    inside = np.linalg.qr(np.column_stack([np.ones(n), np.eye(n)[:, 1:]]))[0][:, 1:]
    root = np.sqrt(walk.precision)[:, None] * (into @ inside)
    value, vector = np.linalg.eigh(0.5 * n * root.T @ root)
    value -= value.min()
    low, high, q = 1e-9, float(n), n - 1
    for _ in range(200):
        b = 0.5 * (low + high)
        low, high = (b, high) if (1.0 / (b + 2.0 * value)).sum() > 1.0 else (low, b)
    spread = 1.0 + 2.0 * value / b
    most = 0.5 * (b - q) + 0.5 * q * np.log(q / b)
    while True:
        x = rng.standard_normal(q) / np.sqrt(spread)
        x /= np.linalg.norm(x)
        if np.log(rng.random()) < -(value @ x**2) + 0.5 * q * np.log(spread @ x**2) - most:
            return np.sqrt(n) * inside @ (vector @ x)


def simulate_votes(rng: np.random.Generator, theta: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Votes 1, 2, 3 for positions and items of equal length."""
    latent = items[:, 0] * theta + rng.standard_normal(theta.size)
    half = 0.5 * np.exp(items[:, 2])
    return 1 + (latent > items[:, 1] - half) + (latent > items[:, 1] + half)


def small_problem(rng: np.random.Generator, prior: Prior, n_states: int = 15, n_sessions: int = 6, n_items: int = 60):
    """Positions and items from the prior and their votes: some states miss sessions, one item in five returns."""
    present = rng.random((n_states, n_sessions)) < 0.9
    present[:3] = True
    state, session = np.nonzero(present)
    first = np.arange(n_items) % n_sessions
    voted = (first[:, None] == session) | ((np.arange(n_items) % 5 == 0)[:, None] & (first[:, None] + 1 == session))
    item, place = np.nonzero(voted & (rng.random((n_items, state.size)) < 0.95))
    design = make_arrays(np.ones(item.size, int), item, state[place], session[place])
    theta = prior_positions(rng, Walk.of(design, prior))
    items = prior.item_mean + rng.standard_normal((design.n_items, 3)) / np.sqrt(prior.item_precision)
    return voted_anew(rng, design, theta, items), theta, items


def voted_anew(rng: np.random.Generator, design: VoteArrays, theta: np.ndarray, items: np.ndarray) -> VoteArrays:
    """The same states voting on the same items, as positions and items say."""
    y = simulate_votes(rng, theta[design.place], items[design.item])
    return make_arrays(y, design.item, design.state[design.place], design.session[design.place])


def ranks(n_problems: int, n_draws: int = 99, thin: int = 8, n_warmup: int = 200) -> dict[str, np.ndarray]:
    """Ranks of the truth among the draws, by quantity, each of shape (n_problems,)."""
    made: dict[str, list[int]] = {}
    for problem in range(n_problems):
        votes, theta, items = small_problem(np.random.default_rng([7, problem]), Prior())
        truth = quantities(votes, theta, items)
        below = dict.fromkeys(truth, 0)
        for chains in fitted(votes, problem, n_warmup, n_draws, thin):
            for name, value in quantities(votes, chains.theta[0], chains.items[0]).items():
                below[name] += value < truth[name]
        for name, count in below.items():
            made.setdefault(name, []).append(count)
    return {name: np.array(counts) for name, counts in made.items()}


def quantities(votes: VoteArrays, theta: np.ndarray, items: np.ndarray) -> dict[str, float]:
    """What is ranked, after the sign is fixed: the first state's positions lie above the second's on average."""
    sign = 1.0 if theta[votes.state == 0].mean() > theta[votes.state == 1].mean() else -1.0
    theta = sign * theta
    last = votes.session == votes.session.max()
    return {
        "first state, first session": float(theta[0]),
        "third state, fourth session": float(theta[votes.state == 2][3]),
        "last place": float(theta[-1]),
        "mean of last session": float(theta[last].mean()),
        "spread of last session": float(theta[last].std()),
        "squared moves": float(np.square(theta - theta[votes.previous])[votes.previous >= 0].sum()),
        "discrimination": sign * float(items[1, 0]),
        "middle": float(items[1, 1]),
        "log distance": float(items[1, 2]),
        "linked discrimination": sign * float(items[0, 0]),
        "mean discrimination": sign * float(items[:, 0].mean()),
        "mean square of discrimination": float((items[:, 0] ** 2).mean()),
    }


def band(n: int, n_ranks: int = 100, level: float = 0.95) -> float:
    """How far the share of ranks up to any rank may lie from the diagonal, in its standard errors, in `level` of uniform samples."""
    rng, at = np.random.default_rng(0), np.arange(1, n_ranks) / n_ranks
    found = [np.abs(excess(rng.integers(0, n_ranks, n), n_ranks) / np.sqrt(at * (1 - at) / n)).max() for _ in range(4000)]
    return float(np.quantile(found, level))


def excess(rank: np.ndarray, n_ranks: int = 100) -> np.ndarray:
    """Share of ranks below 1, 2, ... less what uniform ranks give, shape (n_ranks - 1,)."""
    return np.cumsum(np.bincount(rank, minlength=n_ranks))[:-1] / rank.size - np.arange(1, n_ranks) / n_ranks


def report_ranks(n_problems: int, picture: Path | None) -> None:
    """Whether each quantity's ranks stay inside the simultaneous 95 % band; coverage of the 90 % interval."""
    started = time.process_time()
    made, width = ranks(n_problems), band(n_problems)
    error = np.sqrt(np.arange(1, 100) * np.arange(99, 0, -1) / 1e4 / n_problems)
    for name, rank in made.items():
        most = np.abs(excess(rank) / error).max()
        covers = ((rank >= 5) & (rank < 95)).mean()
        print(f"{name:30s} {'inside' if most <= width else 'OUTSIDE'} (at most {most:.2f} of {width:.2f})  90 % covers {covers:.3f}")
    print(f"{n_problems} problems, {time.process_time() - started:.0f} s CPU")
    if picture:
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_text(drawn(made, width * error, n_problems))


def drawn(made: dict[str, np.ndarray], band: np.ndarray, n: int) -> str:
    """A picture of the ranks' excess over the diagonal, one line per quantity, with the band; SVG."""
    x, height, most = np.arange(1, 100), 150.0, 1.35 * band.max()

    def path(values: np.ndarray) -> str:
        return " ".join(f"{60 + 5.4 * k:.0f},{height + 60 - v / most * height:.1f}" for k, v in zip(x, values, strict=True))

    inside = sum(bool((np.abs(excess(rank)) <= band).all()) for rank in made.values())
    title = f"Ranks of {inside} of {len(made)} quantities stay inside the 95 % band"
    hull = f"{path(band)} {' '.join(reversed(path(-band).split()))}"
    told = f"Share of simulated truths below each rank, less what uniform ranks give; {n} data sets from the prior"
    text = 'font-family="sans-serif" font-size="12" fill="#333"'
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 410" role="img">',
        f"<title>{title}</title>",
        '<rect width="620" height="410" fill="#fff"/>',
        f'<text x="20" y="24" font-family="sans-serif" font-size="16" fill="#000">{title}</text>',
        f'<text x="20" y="44" {text}>{told}</text>',
        f'<polygon points="{hull}" fill="#0072B2" fill-opacity="0.18"/>',
        f'<line x1="60" x2="600" y1="{height + 60}" y2="{height + 60}" stroke="#333"/>',
        *(f'<polyline points="{path(excess(rank))}" fill="none" stroke="#000" stroke-opacity="0.55"/>' for rank in made.values()),
        *(f'<text x="{60 + 5.4 * k}" y="382" text-anchor="middle" {text}>{k}</text>' for k in (0, 25, 50, 75, 100)),
        *(
            f'<text x="54" y="{height + 64 - v / most * height:.1f}" text-anchor="end" {text}>{v:+.2f}</text>'
            for v in (-0.05, 0.0, 0.05)
            if abs(v) < most
        ),
        f'<text x="330" y="402" text-anchor="middle" {text}>rank of the truth among 99 draws</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def real_votes() -> dict[str, np.ndarray]:
    """The published estimates' input as arrays."""
    import polars as pl

    table = pl.read_parquet(INPUT)
    columns = {"y": "y", "item": "item", "state": "cow_code", "session": "session"}
    return {name: table[column].to_numpy() for name, column in columns.items()}


def fitted(votes: VoteArrays, seed: int, n_warmup: int = 200, n_draws: int = 250, thin: int = 4):
    """One chain as it moves: its state after each `thin` sweeps."""
    chains = Chains(votes, seed, 1, Prior())
    for sweep in range(n_warmup + n_draws * thin):
        chains.sweep(adapt=sweep < n_warmup)
        if sweep >= n_warmup and (sweep - n_warmup) % thin == thin - 1:
            yield chains


def report_coverage(n_problems: int) -> None:
    """Coverage of the 90 % intervals on votes simulated on the real design: the real states, sessions, items and absences.

    The truth is a posterior draw of positions and items together, given the real votes. Its items differ from era to era more than the
    prior expects, so that this is harder than a truth from the prior (see `ranks`): the scale of a session is what is lost.
    """
    votes = make_arrays(**real_votes())
    for problem in range(n_problems):
        truth = next(iter(fitted(votes, problem, n_warmup=200, n_draws=1, thin=1)))
        theta, items = truth.theta[0].copy(), truth.items[0].copy()
        again = voted_anew(np.random.default_rng([2, problem]), votes, theta, items)
        made = np.stack([chains.theta[0].astype(np.float32) for chains in fitted(again, 100 + problem)])
        made *= np.sign(np.corrcoef(made[-1], theta)[0, 1])
        low, high = np.quantile(made, (0.05, 0.95), axis=0)
        inside = (low <= theta) & (theta <= high)
        few, far = votes.n_votes_of_places < 30, np.abs(theta) > 2
        end = (votes.following < 0) | (votes.previous < 0)
        print(
            f"90 % covers {inside.mean():.3f}; fewer than 30 votes {inside[few].mean():.3f}, at a path's end {inside[end].mean():.3f},",
            end=" ",
        )
        print(f"|theta| > 2 {inside[far].mean():.3f}; r with the truth {np.corrcoef(made.mean(axis=0), theta)[0, 1]:.5f}", flush=True)


def report_held_out() -> None:
    """A twentieth of the real votes left out: coverage of counts by place and by item, log score, reliability."""
    raw = real_votes()
    rng = np.random.default_rng(4)
    out = rng.random(raw["y"].size) < 0.05
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
    share = np.bincount(votes.item.astype(np.int64) * 3 + votes.y - 1, minlength=3 * votes.n_items).reshape(-1, 3) + 1.0
    rate = (share / share.sum(axis=1, keepdims=True))[item]
    base, by_rate = np.log(rate[np.arange(y.size), y - 1]).mean(), (rate.argmax(axis=1) + 1 == y).mean()
    print(f"{y.size} held-out votes: log score {score:.4f}, right {right:.4f}; from the item's shares {base:.4f}, {by_rate:.4f}")
    order = np.argsort(-mean, axis=1)
    ranked = np.take_along_axis(mean, order, axis=1).cumsum(axis=1)
    n_in = 1 + (ranked < 0.9).sum(axis=1)  # the likeliest votes that together have 90 %
    hit = (order == y[:, None] - 1).argmax(axis=1) < n_in
    expected = np.take_along_axis(ranked, n_in[:, None] - 1, axis=1).mean()
    print(f"sets of at least 90 %: hold the vote in {hit.mean():.4f}, expected {expected:.4f}, {n_in.mean():.2f} votes on average")
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
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("part", choices=("ranks", "coverage", "held-out"))
    ask.add_argument("--n", type=int)
    ask.add_argument("--picture", type=Path)
    given = ask.parse_args()
    if given.part == "ranks":
        numba.set_num_threads(1)  # the problems are small
        report_ranks(given.n or 1000, given.picture)
    elif not INPUT.exists():
        print("the reference data sets are not beside the repository; nothing measured")
    elif given.part == "coverage":
        report_coverage(given.n or 1)
    else:
        report_held_out()


if __name__ == "__main__":
    main()
