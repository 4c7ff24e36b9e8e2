"""AnchoredAPP as a whole: what it says of each kind of condition, at its limits and on real screens."""

import ast
import io
import tokenize
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import appmodel.predictors
from appmodel import Additive, AnchoredAPP, ScaledAdditive, TrainingMean, as_effects, load_effects
from appmodel.files import data_dir
from appmodel.names import genes_of
from appmodel.networks import empty_network, load_network, network_from_sets
from appmodel.splits import make_split

MODULES = ["gene_views", "closed_form", "gene_attention", "pair_attention", "predictor"]


@pytest.fixture
def names(tiny_effects):
    """Singles and doubles of the tiny screen."""
    perturbed = [name for name in tiny_effects.obs_names if name != "control"]
    return [name for name in perturbed if "+" not in name], [name for name in perturbed if "+" in name]


@pytest.fixture
def asked(names):
    """One condition of each kind; the screen has neither of the pairs asked for here."""
    (a, b, c, *_), _ = names
    return {
        "measured": a,
        "gene": "SIM0001",
        "pair": f"{a}+{b}",
        "triple": f"{c}+{a}+{b}",
        "mixed": f"{a}+SIM0001",
        "unseen pair": "SIM0001+SIM0004",
        "stranger": "NOPE",
        "strangers": "NADA+NOPE",
    }


@pytest.fixture
def model(tiny_effects, tiny_network):
    return AnchoredAPP().fit(tiny_effects, tiny_network)


def error(predicted, real):
    return np.linalg.norm(np.asarray(predicted.X) - np.asarray(real.X), axis=1)


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


def test_parameters(tiny_effects):
    assert clone(AnchoredAPP(centre="mean")).centre == "mean"
    with pytest.raises(ValueError, match="centre='mode' is not known"):
        AnchoredAPP(centre="mode").fit(tiny_effects)


def test_without_residual_it_is_the_anchor(tiny_effects, tiny_network, asked):
    model = AnchoredAPP(residual=False).fit(tiny_effects, tiny_network)
    out = model.predict([asked["gene"], asked["pair"]])
    np.testing.assert_allclose(out.X[0], model.genes_.anchor_, atol=1e-12)
    sums = tiny_effects[asked["pair"].split("+")].X.sum(axis=0)
    np.testing.assert_allclose(out.X[1], model.pairs_.anchor_scale_ * sums)
    assert (model.attention([asked["gene"], asked["pair"]]) == 0).all(axis=None)


def test_stated_errors_are_right_on_average(tiny_effects, tiny_network, names):
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


def test_a_thousand_pairs_on_two_thousand_readouts():
    rng = np.random.default_rng(0)
    genes = [f"G{i:03d}" for i in range(150)]
    Y = rng.normal(size=(150, 2000))
    pairs = [(i, i + 1) for i in range(100)]
    D = np.array([np.maximum(Y[a], Y[b]) for a, b in pairs]) + 0.5
    effects = as_effects(
        np.vstack([Y, D]), [*genes, *(f"{genes[a]}+{genes[b]}" for a, b in pairs)], [f"R{i}" for i in range(2000)]
    )
    sets = network_from_sets({f"set {i}": rng.choice(genes, 8) for i in range(50)}, aliases=False)
    model = AnchoredAPP().fit(effects, sets)
    assert model.pairs_.bank_ is not None  # or the prediction would be a mere sum
    asked = [f"{genes[i]}+{genes[j]}" for i in range(150) for j in range(i - 1)][:1000]
    assert set(model.predict(asked).obs["anchored_on"]) == {"pair"}


@pytest.fixture(scope="module")
def open_network():
    if data_dir() is None:
        pytest.skip("the data folder is absent (APPMODEL_DATA)")
    return load_network(["go_bp", "reactome"])


def ratios(models, effects, task, seeds=range(3)):
    """Mean L2 of each (predictor, network of a seed) over three seeds."""
    found = {name: [] for name in models}
    for seed in seeds:
        split = make_split(effects, task, seed)
        training, truth = effects[split.train].copy(), effects[split.test]
        for name, (predictor, network) in models.items():
            out = predictor.fit(training, network and network(seed)).predict(split.test)
            found[name].append(error(out, truth).mean())
            if isinstance(predictor, AnchoredAPP):
                assert 0.5 < out.obs["predicted_error"].mean() / found[name][-1] < 2
    return {name: np.mean(values) for name, values in found.items()}


def test_norman_doubles_beat_addition_by_a_quarter():
    if data_dir() is None:
        pytest.skip("the data folder is absent (APPMODEL_DATA)")
    models = {"anchored": (AnchoredAPP(), None), "sum": (Additive(), None), "scaled": (ScaledAdditive(), None)}
    found = ratios(models, load_effects("norman19"), "doubles")
    assert found["anchored"] < 0.75 * found["sum"]
    assert found["anchored"] < 0.85 * found["scaled"]


@pytest.mark.slow
@pytest.mark.parametrize("screen", ["adamson16", "replogle22_k562", "replogle22_rpe1"])
def test_unseen_genes_are_found_through_the_real_network_only(open_network, screen):
    models = {
        "anchored": (AnchoredAPP(), lambda seed: open_network),
        "mean": (TrainingMean(), None),
        "shuffled": (AnchoredAPP(), open_network.shuffled),
        "centre": (AnchoredAPP(), None),
    }
    found = ratios(models, load_effects(screen), "unseen")
    assert found["anchored"] < 0.95 * found["mean"]
    assert found["anchored"] < 0.97 * found["shuffled"]
    assert found["shuffled"] == pytest.approx(found["centre"], rel=0.03)


def code_lines(path):
    """Lines that hold code: neither blank nor a comment nor an import nor part of a docstring."""
    text = path.read_text(encoding="utf-8")
    skip = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in skip:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            lines -= set(range(node.lineno, node.end_lineno + 1))
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(lines)


def test_it_is_small_enough_to_teach():
    # The whole model: diffusion, views, solver, both attentions, and the predictor that joins them.
    folder = Path(appmodel.__file__).parent
    files = [
        folder / "networks" / "diffusion.py",
        *(folder / "predictors" / "anchored" / f"{module}.py" for module in MODULES),
    ]
    assert sum(map(code_lines, files)) < 330  # in the form of the formatter
