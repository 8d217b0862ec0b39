"""Dynamic ordinal ideal points as one coherent posterior: every state's position in every session, with honest intervals.

The model (probit, error of standard deviation 1): a state at theta votes yes below the item's lower cutpoint of
``discrimination * theta + error``, no above the upper one, and abstains between. Positions walk over sessions within a state; what
the prior says is in `walk_prior`. Sampler: items in blocks of three, paths in stretches, each proposed from the Gaussian that fits
its density locally; whole sessions shifted and stretched with their items.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nonaligned.measures.models.chains import Chains, threads_for
from nonaligned.measures.models.diagnostics import convergence
from nonaligned.measures.models.positions import Diagnostics, Positions, components, warnings_of, weak_places
from nonaligned.measures.models.walk_prior import Prior

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nonaligned.measures.models.vote_arrays import VoteArrays

RHAT_AT_MOST, ESS_AT_LEAST = 1.01, 400.0
_LEAST = 8  # draws of a chain


@dataclass(frozen=True, slots=True)
class Posterior:
    """Draws of positions and what they say.

    Attributes
    ----------
    theta, sd, lower, upper : arrays, shape (n_places,)
        Posterior mean, standard deviation, 5 % and 95 % quantile.
    draws : array of float32, shape (n_chains, n_draws, n_places)
        Each draw has mean 0 and standard deviation 1 over places and the anchors in order. States that no vote links to the anchors have
        no direction: theirs is drawn anew in each draw, so that the intervals say so.
    items, items_sd : arrays, shape (n_items, 3)
        Posterior mean and standard deviation of discrimination, middle of the cutpoints and log of their distance.
    cutpoints : array, shape (n_items, 2)
        Posterior means.
    rhat, ess_bulk, ess_tail, mcse : arrays, shape (n_places,)
    acceptance : dict
        Shares accepted by kind of move.
    n_sweeps : int
        Sweeps of each chain, warm-up included.
    seconds : float
    is_converged : bool
    messages : tuple of str
        Why not, and what else the reader must know.
    """

    theta: NDArray[np.float64]
    sd: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    draws: NDArray[np.float32]
    items: NDArray[np.float64]
    items_sd: NDArray[np.float64]
    cutpoints: NDArray[np.float64]
    rhat: NDArray[np.float64]
    ess_bulk: NDArray[np.float64]
    ess_tail: NDArray[np.float64]
    mcse: NDArray[np.float64]
    acceptance: dict[str, float]
    n_sweeps: int
    seconds: float
    is_converged: bool
    messages: tuple[str, ...]


def sample(
    votes: VoteArrays,
    *,
    above: int,
    below: int,
    seed: int = 0,
    n_chains: int = 4,
    n_warmup: int = 300,
    n_draws: int = 1000,
    thin: int = 4,
    prior: Prior | None = None,
    max_seconds: float = float("inf"),
    progress: Callable[[int, int], None] | None = None,
) -> Posterior:
    """Draw from the posterior of positions; `principled` gives the same in the form that all methods share.

    The same seed gives the same draws whatever the number of threads. An interrupt (Ctrl-C) or the end of the time ends the
    sampling, and the draws made so far come back flagged.

    Parameters
    ----------
    above, below : int
        States (indices) that fix the sign: on average `above` lies above `below` in every draw.
    n_warmup, n_draws, thin : int
        Sweeps not kept; draws kept of each chain, one in `thin` sweeps.
    max_seconds : float
        Wall clock after which sampling ends early.
    progress : callable, optional
        Called after each sweep with the sweeps done and the sweeps planned.

    Raises
    ------
    ValueError
        If there are fewer than two places, the anchors are one state or no state, or there are no chains or too few draws.
    KeyboardInterrupt
        If interrupted before eight draws of each chain were kept.

    Examples
    --------
    >>> from nonaligned.measures.models.vote_arrays import make_arrays
    >>> rng = np.random.default_rng(3)
    >>> item, state = np.divmod(np.arange(300), 10)
    >>> votes = make_arrays(np.where(state + 2 * rng.standard_normal(300) > 5, 3, 1), item, state, np.zeros(300, int))
    >>> made = sample(votes, above=9, below=0, n_chains=2, n_warmup=100, n_draws=100)
    >>> bool(made.theta[9] > made.theta[0]), made.draws.shape
    (True, (2, 100, 10))
    """
    if votes.n_places < 2:
        raise ValueError("positions need at least two places")
    if above == below or not (0 <= above < votes.state_label.size and 0 <= below < votes.state_label.size):
        raise ValueError("the anchors must be two different states with votes")
    if n_chains < 1 or n_draws < _LEAST or thin < 1:
        raise ValueError(f"at least one chain of {_LEAST} draws is needed")
    started = time.monotonic()
    kept = _Kept(votes, above, below, seed, n_chains, n_draws)
    messages: list[str] = []
    planned = n_warmup + n_draws * thin
    with threads_for(votes, n_chains):
        chains = Chains(votes, seed, n_chains, prior or Prior())
        try:
            for sweep in range(planned):
                chains.sweep(adapt=sweep < n_warmup)
                if sweep >= n_warmup and (sweep - n_warmup) % thin == thin - 1:
                    kept.add(chains)
                if progress is not None:
                    progress(sweep + 1, planned)
                if time.monotonic() - started > max_seconds and kept.n >= _LEAST:
                    messages.append(f"time was up after {kept.n} of {n_draws} draws")
                    break
        except KeyboardInterrupt:
            if kept.n < _LEAST:
                raise
            messages.append(f"interrupted after {kept.n} of {n_draws} draws")
    return kept.posterior(chains, messages, time.monotonic() - started)


def principled(votes: VoteArrays, *, above: int, below: int, seed: int = 0, **options: Any) -> Positions:
    """Positions with honest intervals: posterior means, standard deviations and 5 % and 95 % quantiles.

    Parameters
    ----------
    above, below : int
        States (indices) that fix the sign.
    **options
        As in `sample`: chains, sweeps, prior, time, progress.

    Examples
    --------
    >>> from nonaligned.measures.models.vote_arrays import make_arrays
    >>> item, state = np.divmod(np.arange(300), 10)
    >>> votes = make_arrays(np.where((state + item) % 13 > 6, 3, 1), item, state, np.zeros(300, int))
    >>> made = principled(votes, above=9, below=0, n_chains=1, n_warmup=10, n_draws=10)
    >>> made.diagnostics.is_converged, bool(made.theta[9] > made.theta[0])
    (False, True)
    """
    return as_positions(sample(votes, above=above, below=below, seed=seed, **options), votes, seed)


def as_positions(made: Posterior, votes: VoteArrays, seed: int) -> Positions:
    """The same estimate as every method returns it, chains one after the other."""
    component = components(votes)
    return Positions(
        theta=made.theta,
        sd=made.sd,
        lower=made.lower,
        upper=made.upper,
        discrimination=made.items[:, 0],
        cutpoints=made.cutpoints,
        draws=made.draws.reshape(-1, votes.n_places),
        diagnostics=Diagnostics(
            method="principled",
            seed=seed,
            n_sweeps=made.n_sweeps * made.draws.shape[0],
            n_chains=made.draws.shape[0],
            rhat=made.rhat,
            ess=np.minimum(made.ess_bulk, made.ess_tail),
            seconds=made.seconds,
            is_converged=made.is_converged,
            few_votes=weak_places(votes),
            component=component,
            messages=(*made.messages, *warnings_of(votes, component)),
        ),
    )


class _Kept:
    """Draws kept so far: positions one by one, items as running moments."""

    def __init__(self, votes: VoteArrays, above: int, below: int, seed: int, n_chains: int, n_draws: int) -> None:
        self.n = 0
        self._votes = votes
        self._above, self._below = votes.state == above, votes.state == below
        component = components(votes)
        self._apart = (component[:, None] == np.setdiff1d(component, component[self._above])).T  # groups whose sign nothing fixes
        self._rng = np.random.default_rng(seed)
        self._theta = np.empty((n_chains, n_draws, votes.n_places), np.float32)
        self._sum = np.zeros((2, votes.n_items, 3))
        self._cuts = np.zeros((votes.n_items, 2))

    def add(self, chains: Chains) -> None:
        """Keep the present state of all chains, turned so that the anchors are in order."""
        turned = chains.theta[:, self._above].mean(axis=1) < chains.theta[:, self._below].mean(axis=1)
        sign = np.where(turned, -1.0, 1.0)
        self._theta[:, self.n] = sign[:, None] * chains.theta
        for group in self._apart:
            self._theta[:, self.n, group] *= self._rng.choice((-1.0, 1.0), (chains.n_chains, 1))
        items = chains.items.copy()
        items[:, :, 0] *= sign[:, None]
        self._sum += np.stack([items.sum(axis=0), (items**2).sum(axis=0)])
        self._cuts += chains.cuts[:, :, 1:].sum(axis=0)
        self.n += 1

    def posterior(self, chains: Chains, messages: list[str], seconds: float) -> Posterior:
        """Sum up."""
        draws = self._theta[:, : self.n]
        flat = draws.reshape(-1, draws.shape[2])
        count = flat.shape[0]
        made = convergence(draws)
        worst = int(np.nanargmax(made.rhat))
        ess = np.minimum(made.ess_bulk, made.ess_tail)
        n_bad = int((~(made.rhat <= RHAT_AT_MOST)).sum())
        if n_bad:
            messages.append(
                f"R-hat is above {RHAT_AT_MOST} for {n_bad} of {ess.size} positions (at most {made.rhat[worst]:.3f},"
                f" state {self._votes.state_label[self._votes.state[worst]]},"
                f" session {self._votes.session_label[self._votes.session[worst]]})"
            )
        if (ess < ESS_AT_LEAST).any():
            messages.append(
                f"fewer than {ESS_AT_LEAST:.0f} effective draws for {int((ess < ESS_AT_LEAST).sum())} of {ess.size} positions"
                f" (at least {ess.min():.0f})"
            )
        items, squares = self._sum / count
        lower, upper = _quantiles(flat, (0.05, 0.95))
        return Posterior(
            theta=flat.mean(axis=0, dtype=np.float64),
            sd=flat.std(axis=0, dtype=np.float64),
            lower=lower,
            upper=upper,
            draws=draws,
            items=items,
            items_sd=np.sqrt(np.maximum(squares - items**2, 0.0)),
            cutpoints=self._cuts / count,
            rhat=made.rhat,
            ess_bulk=made.ess_bulk,
            ess_tail=made.ess_tail,
            mcse=made.mcse_mean,
            acceptance=chains.acceptance(),
            n_sweeps=chains.n_sweeps,
            seconds=seconds,
            is_converged=not messages,
            messages=tuple(messages),
        )


def _quantiles(flat: NDArray[np.float32], at: tuple[float, ...]) -> NDArray[np.float64]:
    """Quantiles over draws, some places at a time: the sorted copy stays small."""
    step = max(1, 4_000_000 // flat.shape[0])
    parts = [np.quantile(flat[:, k : k + step].astype(np.float64), at, axis=0) for k in range(0, flat.shape[1], step)]
    return np.concatenate(parts, axis=1)
