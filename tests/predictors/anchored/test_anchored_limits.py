"""AnchoredAPP at its limits: little training data, no network, nothing to tell apart, many pairs."""

import numpy as np
import pytest

from appmodel import AnchoredAPP, as_effects
from appmodel.networks import empty_network, network_from_sets


@pytest.mark.parametrize("network", [None, "empty"])
def test_without_a_network_unseen_genes_get_the_centre(tiny_effects, asked, network):
    model = AnchoredAPP().fit(tiny_effects, network and empty_network())
    genes = ["SIM0001", "NOPE"]
    out = model.predict([*genes, asked["strangers"], asked["mixed"]])
    assert np.isfinite(out.X).all()
    assert (out.obs["predicted_error"] > 0).all()
    np.testing.assert_array_equal(out.X[0], out.X[1])
    np.testing.assert_allclose(out.X[0], model.genes_.anchor_, atol=0.05 * np.linalg.norm(model.genes_.anchor_))
    assert model.attention(genes).shape == (2, 22)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5])
def test_few_training_doubles(tiny_effects, tiny_network, names, asked, n):
    singles, doubles = names
    model = AnchoredAPP().fit(tiny_effects[[*singles, *doubles[:n]]].copy(), tiny_network)
    out = model.predict([*doubles[n:], asked["triple"], asked["mixed"], asked["strangers"]])
    assert np.isfinite(out.X).all()
    stated = out.obs["predicted_error"].to_numpy()
    # without doubles nothing says how well sums of measured effects do: NaN, never zero
    assert np.isnan(stated[:-2]).all() if n == 0 else (stated[:-2] > 0).all()
    assert (stated[-2:] > 0).all()
    if n == 0:
        np.testing.assert_allclose(out.X[0], tiny_effects[doubles[0].split("+")].X.sum(axis=0))


@pytest.mark.parametrize("n", [0, 1])
def test_needs_two_singles(tiny_effects, tiny_network, names, n):
    with pytest.raises(ValueError, match=f"two or more .*there are {n}"):
        AnchoredAPP().fit(tiny_effects[[*names[0][:n], *names[1]]].copy(), tiny_network)
    out = AnchoredAPP().fit(tiny_effects[names[0][:2]].copy(), tiny_network).predict([names[0][3], "NOPE"])
    assert np.isfinite(out.X).all()


def test_doubles_that_lack_a_single_are_no_evidence_but_stay_measured(tiny_effects, tiny_network, names):
    singles, doubles = names
    gene = doubles[0].split("+")[0]
    model = AnchoredAPP().fit(tiny_effects[[name for name in singles if name != gene] + doubles].copy(), tiny_network)
    out = model.predict([doubles[0], gene])
    assert out.obs["anchored_on"].tolist() == ["measured", "gene"]
    assert all(gene not in pair for pair in model.pairs_.attention([])[1]) if model.pairs_.bank_ is not None else True


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_constant_effects(tiny_effects, tiny_network, asked, level):
    tiny_effects.X = np.full(tiny_effects.shape, level)
    out = AnchoredAPP().fit(tiny_effects, tiny_network).predict(list(asked.values()))
    np.testing.assert_allclose(out[["SIM0001", "NOPE", asked["pair"]]].X, level, atol=1e-8)
    assert (out.obs["predicted_error"] >= 0).all()


def test_without_sampling_variance_the_error_of_a_measured_effect_is_unknown(tiny_effects, tiny_network, asked):
    del tiny_effects.obs["sampling_var"]
    out = AnchoredAPP().fit(tiny_effects, tiny_network).predict(list(asked.values()))
    assert out.obs["predicted_error"].isna().tolist() == [True, *[False] * 7]


def test_an_unknown_centre_is_refused(tiny_effects):
    with pytest.raises(ValueError, match="centre='mode' is not known"):
        AnchoredAPP(centre="mode").fit(tiny_effects)


def test_a_thousand_pairs_on_two_thousand_readouts():
    rng = np.random.default_rng(0)
    genes = [f"G{i:03d}" for i in range(150)]
    Y = rng.normal(size=(150, 2000))
    pairs = [(i, i + 1) for i in range(100)]
    D = np.array([np.maximum(Y[a], Y[b]) for a, b in pairs]) + 0.5
    names = [*genes, *(f"{genes[a]}+{genes[b]}" for a, b in pairs)]
    effects = as_effects(np.vstack([Y, D]), names, [f"R{i}" for i in range(2000)])
    sets = network_from_sets({f"set {i}": rng.choice(genes, 8) for i in range(50)}, aliases=False)
    model = AnchoredAPP().fit(effects, sets)
    assert model.pairs_.bank_ is not None  # or the prediction would be a mere sum
    asked = [f"{genes[i]}+{genes[j]}" for i in range(150) for j in range(i - 1)][:1000]
    assert set(model.predict(asked).obs["anchored_on"]) == {"pair"}
