"""AnchoredAPP as a whole: what it says of each kind of condition, what it attends to, and what changes nothing."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from appmodel import AnchoredAPP
from appmodel.names import genes_of


def test_every_kind_of_condition(model, tiny_effects, asked):
    out = model.predict(list(asked.values()))
    kinds = ["measured", "gene", "pair", "sum", "sum", "sum", "gene", "sum"]
    assert out.obs["anchored_on"].tolist() == kinds
    assert out.obs_names.tolist() == list(asked.values())
    assert np.isfinite(out.X).all()
    assert (np.isfinite(out.obs["predicted_error"]) & (out.obs["predicted_error"] > 0)).all()
    assert out.obs["reason"].tolist() == [""] * 8
    a = asked["measured"]
    np.testing.assert_array_equal(out[a].X, tiny_effects[a].X)
    assert out.obs["predicted_error"][a] == pytest.approx(np.sqrt(tiny_effects.obs["sampling_var"][a]))


def test_sums_are_scaled_sums_of_what_is_known_or_predicted(model, tiny_effects, asked):
    out, scale = model.predict(list(asked.values())), model.pairs_.anchor_scale_
    (a, b), c = asked["pair"].split("+"), asked["triple"].split("+")[0]
    triple = scale * (tiny_effects[a].X + tiny_effects[b].X + tiny_effects[c].X)
    np.testing.assert_allclose(out[asked["triple"]].X, triple, atol=1e-12)
    np.testing.assert_allclose(out[asked["mixed"]].X, scale * (tiny_effects[a].X + out["SIM0001"].X), atol=1e-12)
    stated, base = out.obs["predicted_error"], model.pairs_.anchor_error_
    assert stated[asked["triple"]] == pytest.approx(base)
    assert stated[asked["mixed"]] == pytest.approx(np.hypot(base, scale * stated["SIM0001"]))


def test_attention_has_one_row_for_each_condition_asked_for(model, tiny_effects, asked):
    alpha = model.attention(list(asked.values()))
    assert alpha.index.tolist() == list(asked.values())
    assert alpha.columns.tolist() == [name for name in tiny_effects.obs_names if name != "control"]
    assert not alpha.isna().any(axis=None)
    a = asked["measured"]
    assert alpha.loc[a].to_dict() == {name: float(name == a) for name in alpha.columns}
    assert (alpha.loc[[asked["triple"], asked["mixed"], asked["unseen pair"]]] == 0).all(axis=None)
    single = np.array(["+" not in name for name in alpha.columns])
    assert (alpha.loc["SIM0001", single] != 0).any()
    assert (alpha.loc["SIM0001", ~single] == 0).all()  # an unseen gene is compared with genes, not with pairs
    both = model.attention([asked["pair"], "+".join(reversed(asked["pair"].split("+")))])
    np.testing.assert_array_equal(both.iloc[0], both.iloc[1])
    assert model.attention([asked["triple"]]).shape == (1, len(alpha.columns))


def test_attention_adds_up_to_the_prediction(model, tiny_effects, asked):
    alpha, out = model.attention([asked["gene"], asked["pair"]]), model.predict([asked["gene"], asked["pair"]])
    Y = tiny_effects[alpha.columns].X
    np.testing.assert_allclose(out.X[0], model.genes_.anchor_ + alpha.iloc[0] @ (Y - model.genes_.anchor_), atol=1e-10)
    scale, row = model.pairs_.scale_, dict(zip(alpha.columns, Y, strict=True))
    sums = np.array([sum(row[gene] for gene in genes_of(name)) for name in alpha.columns])
    pair = sum(row[gene] for gene in genes_of(asked["pair"]))
    assert alpha.iloc[1].ne(0).any()
    np.testing.assert_allclose(out.X[1], scale * pair + alpha.iloc[1] @ (Y - scale * sums), atol=1e-10)


def test_attention_refuses_what_predict_refuses(model, asked):
    with pytest.raises(NotFittedError):
        AnchoredAPP().attention([asked["gene"]])
    with pytest.raises(ValueError, match="control"):
        model.attention(["control"])
    with pytest.raises(ValueError, match="Give a list"):
        model.attention(asked["gene"])


def test_swapping_the_genes_changes_no_bit(model, asked):
    swapped = ["+".join(reversed(name.split("+"))) for name in asked.values()]
    one, two = model.predict(list(asked.values())), model.predict(swapped)
    np.testing.assert_array_equal(one.X, two.X)
    np.testing.assert_array_equal(one.obs["predicted_error"], two.obs["predicted_error"])


def test_two_fits_have_the_same_bits_and_leave_the_random_numbers_alone(tiny_effects, tiny_network, asked):
    np.random.seed(7)
    before = np.random.get_state()[1].copy()
    one, two = (AnchoredAPP().fit(tiny_effects, tiny_network).predict(list(asked.values())) for _ in "ab")
    np.testing.assert_array_equal(one.X, two.X)
    np.testing.assert_array_equal(one.obs["predicted_error"], two.obs["predicted_error"])
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_order_of_training_rows_changes_nothing(model, tiny_effects, tiny_network, asked):
    order = np.random.default_rng(0).permutation(tiny_effects.n_obs)
    other = AnchoredAPP().fit(tiny_effects[order].copy(), tiny_network)
    one, two = model.predict(list(asked.values())), other.predict(list(asked.values()))
    np.testing.assert_allclose(one.X, two.X, atol=1e-8)
    np.testing.assert_allclose(one.obs["predicted_error"], two.obs["predicted_error"], rtol=1e-8)


def test_company_changes_no_prediction(model, asked):
    together = model.predict(list(asked.values()))
    for i, name in enumerate(asked.values()):
        np.testing.assert_allclose(model.predict([name]).X[0], together.X[i], atol=1e-10)


def test_held_out_names_are_known_but_their_effects_are_not(tiny_effects, tiny_network, names):
    training = tiny_effects[names[0][2:]].copy()
    plain = AnchoredAPP().fit(training, tiny_network).predict(names[0][:2])
    training.uns["targets"] = np.array(names[0], dtype=object)
    np.testing.assert_allclose(AnchoredAPP().fit(training, tiny_network).predict(names[0][:2]).X, plain.X, atol=1e-12)


def test_without_residual_it_is_the_anchor(tiny_effects, tiny_network, asked):
    model = AnchoredAPP(residual=False).fit(tiny_effects, tiny_network)
    out = model.predict([asked["gene"], asked["pair"]])
    np.testing.assert_allclose(out.X[0], model.genes_.anchor_, atol=1e-12)
    sums = tiny_effects[asked["pair"].split("+")].X.sum(axis=0)
    np.testing.assert_allclose(out.X[1], model.pairs_.anchor_scale_ * sums)
    assert (model.attention([asked["gene"], asked["pair"]]) == 0).all(axis=None)


def test_stated_errors_are_right_on_average(tiny_effects, tiny_network, names, error):
    singles, doubles = names
    stated, real = {"gene": [], "pair": []}, {"gene": [], "pair": []}
    for kind, all_names in (("gene", singles), ("pair", doubles)):
        for test in (all_names[::2], all_names[1::2]):
            held_out = {gene for name in test for gene in genes_of(name)} if kind == "gene" else set()
            training = [name for name in singles + doubles if name not in test and held_out.isdisjoint(genes_of(name))]
            out = AnchoredAPP().fit(tiny_effects[training].copy(), tiny_network).predict(test)
            stated[kind] += out.obs["predicted_error"].tolist()
            real[kind] += error(out, tiny_effects[test]).tolist()
    for kind in stated:
        assert 0.5 < np.mean(stated[kind]) / np.mean(real[kind]) < 2
