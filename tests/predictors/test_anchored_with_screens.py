"""Other screens as extra data: what they say of a gene helps, what they say of another gene does not."""

import numpy as np
import pytest

from appmodel import AnchoredAPP, as_effects, benchmark
from appmodel.networks import network_from_sets
from appmodel.predictors.anchored.gene_views import GeneViews
from appmodel.predictors.anchored_with_screens import AnchoredWithScreens, WithOtherScreens

GENES = [f"G{i:02d}" for i in range(60)]
FAMILY = np.arange(60) % 6
TRAINING, UNSEEN = GENES[:48], GENES[48:]


def screen(genes, seed, noise=0.3, n_readouts=8):
    """Effects of genes: those of a family do much the same, each screen in readouts of its own."""
    rng = np.random.default_rng(seed)
    families = rng.normal(size=(6, n_readouts))
    rows = families[[int(gene[1:]) % 6 for gene in genes]] + noise * rng.normal(size=(len(genes), n_readouts))
    effects = as_effects(rows, genes, [f"r{seed}_{i}" for i in range(n_readouts)])
    effects.uns["dataset"] = f"screen {seed}"
    return effects


@pytest.fixture(scope="module")
def own():
    return screen(GENES, 0)


@pytest.fixture(scope="module")
def network():
    """It knows half of the genes' families, which is little."""
    rng = np.random.default_rng(3)
    known = {f"family {k}": GENES[k:30:6] for k in range(6)}
    return network_from_sets({**known, **{f"noise {k}": rng.choice(GENES, 8) for k in range(10)}}, aliases=False)


def error(model, own, network):
    fitted = model.fit(own[TRAINING].copy(), network)
    return np.linalg.norm(fitted.predict(UNSEEN).X - own[UNSEEN].X, axis=1).mean()


def test_a_screen_that_perturbed_the_genes_tells_and_one_of_other_genes_does_not(own, network):
    alone = error(AnchoredAPP(), own, network)
    other = screen(GENES, 1)
    assert error(AnchoredWithScreens([other]), own, network) < 0.7 * alone
    shuffled = error(AnchoredWithScreens([other], shuffled=True), own, network)
    assert shuffled == pytest.approx(alone, rel=0.1)


def test_the_screen_itself_is_left_out(own, network):
    model = AnchoredWithScreens([own, screen(GENES, 1)])
    assert error(AnchoredWithScreens([own]), own, network) == error(AnchoredAPP(), own, network)
    error(model, own, network)
    assert model.others_ == ["screen 1"]
    nameless = own[TRAINING].copy()
    nameless.uns.clear()  # as a benchmark hands training effects on
    model.fit(nameless, network)
    assert model.others_ == ["screen 1"]


def test_a_benchmark_gives_nothing_away(own, network):
    methods = {"with": AnchoredWithScreens([own]), "without": AnchoredAPP()}
    scores = benchmark(methods, own, "unseen", network, seeds=[0], metrics=["l2"])
    means = scores.groupby("method")["value"].mean()
    assert means["with"] == means["without"]


def test_rows_are_of_what_was_measured_or_predicted_there_and_never_longer_than_one(own, network):
    other = screen(GENES[:40], 1)
    views = WithOtherScreens(GeneViews(network), [other])
    rows = views([GENES[0], GENES[50], "NOPE"])[-1]
    residual = views.screens[0].model.residuals_[0]
    np.testing.assert_allclose(rows[0] @ residual, np.linalg.norm(rows[0]) * np.linalg.norm(residual))
    size = np.linalg.norm(rows, axis=1)
    assert (size <= 1).all()
    assert size[0] == pytest.approx(np.tanh(np.linalg.norm(residual) / views.screens[0].model.scale_))
    assert size[2] < 0.1  # nobody knows it


def test_a_screen_that_cannot_be_learned_from_is_named(own, network):
    with pytest.raises(ValueError, match=r"The other screen screen 1 has 1 singles.*leave it out of other_screens"):
        error(AnchoredWithScreens([screen(GENES[:1], 1)]), own, network)
    with pytest.raises(ValueError, match=r"write \['norman19'\]"):
        error(AnchoredWithScreens("norman19"), own, network)


def test_provenance_tells_one_table_from_another():
    told = [repr(AnchoredWithScreens([screen(GENES, seed)])) for seed in (1, 2)]
    assert told[0] != told[1]
    assert "AnnData" not in told[0]
    assert "'norman19'" in repr(AnchoredWithScreens(["norman19"]))
