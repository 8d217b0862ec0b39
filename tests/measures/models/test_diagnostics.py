import numpy as np
import pytest

from nonaligned.measures.models.chain_statistics import normal_quantile
from nonaligned.measures.models.diagnostics import convergence


def _chains(rho, n_chains=4, n_draws=400):
    """Autoregressive chains of unit innovation for each coefficient."""
    e = np.random.default_rng(5).standard_normal((n_chains, n_draws, len(rho)))
    x = np.empty_like(e)
    x[:, 0] = e[:, 0]
    for t in range(1, n_draws):
        x[:, t] = np.array(rho) * x[:, t - 1] + e[:, t]
    return x


def test_same_numbers_as_arviz():
    """rhat, ess (bulk, tail) and mcse of ArviZ 0.22 on these very draws."""
    x = _chains([0.0, 0.7, -0.4])
    x[1, :, 2] += 0.3
    made = convergence(x)
    np.testing.assert_allclose(made.rhat, [1.0007934315290232, 1.0049349591881511, 1.0052736462027765], rtol=1e-9)
    np.testing.assert_allclose(made.ess_bulk, [1441.493687471383, 309.94210743783, 2149.6682829602264], rtol=1e-9)
    np.testing.assert_allclose(made.ess_tail, [1528.367915281835, 442.99059630273285, 1592.0485563744253], rtol=1e-9)
    np.testing.assert_allclose(made.mcse_mean, [0.02588720134669481, 0.08131936456193604, 0.023484552711580474], rtol=1e-9)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_autoregressive_chains_have_the_effective_size_that_theory_gives(rho):
    """A chain of n draws with coefficient rho is worth n (1 - rho) / (1 + rho) independent ones."""
    made = convergence(_chains([rho] * 20, n_draws=5000))
    assert np.median(made.ess_bulk) == pytest.approx(20000 * (1 - rho) / (1 + rho), rel=0.1)
    true_error = np.sqrt((1 + rho) / (1 - rho) / (1 - rho**2) / 20000)
    assert np.median(made.mcse_mean) == pytest.approx(true_error, rel=0.08)


def test_chains_that_disagree_in_place_or_in_spread_are_seen():
    rng = np.random.default_rng(1)
    good = rng.standard_normal((4, 500))
    moved, wide = good.copy(), good.copy()
    moved[0] += 1.0
    wide[0] *= 3.0
    made = convergence(np.stack([good, moved, wide], axis=2))
    assert made.rhat[0] < 1.01
    assert made.rhat[1] > 1.05
    assert made.rhat[2] > 1.05, "only the folded R-hat sees a chain that is wider around the same middle"
    assert made.ess_bulk[1] < 0.05 * made.ess_bulk[0]


def test_one_chain_that_drifts_is_seen():
    drift = np.random.default_rng(1).standard_normal((1, 500)) + np.linspace(-1, 1, 500)
    assert convergence(drift).rhat[0] > 1.1


def test_ranks_ignore_the_scale_and_heavy_tails():
    x = np.random.default_rng(2).standard_normal((4, 300, 1))
    plain, twisted = convergence(x), convergence(np.sinh(3 * x))
    assert twisted.ess_bulk[0] == pytest.approx(plain.ess_bulk[0], rel=1e-12)


def test_quantities_that_never_move():
    still = np.full((2, 40), 3.0)
    made = convergence(np.stack([still, still + np.array([[0.0], [1.0]])], axis=2))
    assert made.rhat.tolist() == [1.0, np.inf]
    assert made.ess_bulk.tolist() == [80.0, 0.0]


def test_a_draw_that_is_not_finite_gives_nan_for_its_quantity_alone():
    x = np.random.default_rng(1).standard_normal((2, 50, 2))
    x[1, 3, 0] = np.nan
    made = convergence(x)
    assert np.isnan(made.rhat[0])
    assert np.isnan(made.ess_tail[0])
    assert np.isfinite(made.rhat[1])


@pytest.mark.parametrize("shape", [(4, 7, 2), (4,), (2, 3, 4, 5)])
def test_too_short_or_misshapen_draws_are_refused(shape):
    with pytest.raises(ValueError, match=r"too short|shape"):
        convergence(np.zeros(shape))


def test_normal_quantile_against_table_values():
    for p, z in ((0.5, 0.0), (0.975, 1.959963984540054), (0.001, -3.090232306167813), (1e-9, -5.997807015007773)):
        assert normal_quantile(p) == pytest.approx(z, abs=1e-9)
