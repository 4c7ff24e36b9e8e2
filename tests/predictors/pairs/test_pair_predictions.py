"""Many pairs block by block: the numbers of ``predict``, whoever predicts, and no block larger than another."""

from itertools import combinations

import numpy as np
import pytest

from appmodel import APP, AnchoredAPP, as_effects, predictors
from appmodel.predictors.pairs import BLOCK, pair_predictions

GENES = [f"G{i:02d}" for i in range(40)]
PAIRS = list(combinations(range(len(GENES)), 2))


def screen(n_doubles):
    """40 singles and some of their pairs, to which each gene adds something of its own."""
    rng = np.random.default_rng(0)
    singles, own = (dict(zip(GENES, rng.normal(size=(40, 6)), strict=True)) for _ in range(2))
    chosen = [PAIRS[i] for i in rng.permutation(len(PAIRS))[:n_doubles]]
    doubles = {
        f"{GENES[a]}+{GENES[b]}": sum(singles[gene] + own[gene] for gene in (GENES[a], GENES[b])) for a, b in chosen
    }
    rows = {**singles, **doubles}
    return as_effects(np.array(list(rows.values())), list(rows), list("uvwxyz"), sampling_var=[0.1] * len(rows))


def predicted(model, genes, pairs):
    blocks = list(pair_predictions(model, genes).blocks(*np.array(pairs).T))
    assert [row for block in blocks for row in range(len(pairs))[block.rows]] == list(range(len(pairs)))
    return np.concatenate([block.values for block in blocks]), np.concatenate([block.errors for block in blocks])


@pytest.mark.parametrize(
    ("n_doubles", "switches"),
    [(60, {}), (60, {"singles_in_bank": False}), (60, {"shared_genes": False}), (2, {}), (0, {})],
)
def test_anchored_app_says_the_same_to_the_last_bit(n_doubles, switches):
    effects = screen(n_doubles)
    model = AnchoredAPP(**switches).fit(effects)
    assert (model.pairs_.bank_ is None) == (n_doubles < 3)
    unmeasured = [(a, b) for a, b in PAIRS if f"{GENES[a]}+{GENES[b]}" not in effects.obs_names][:BLOCK]
    expected = model.predict([f"{GENES[a]}+{GENES[b]}" for a, b in unmeasured])  # products of as many rows
    values, errors = predicted(model, GENES, unmeasured)
    np.testing.assert_array_equal(values, expected.X)
    np.testing.assert_array_equal(errors, expected.obs["predicted_error"])


def test_what_is_said_of_a_pair_does_not_depend_on_how_many_are_asked_for():
    model = AnchoredAPP().fit(screen(60))
    values, errors = predicted(model, GENES, PAIRS)
    few = slice(500, 530)
    alone, stated = predicted(model, GENES, PAIRS[few])
    np.testing.assert_array_equal(alone, values[few])
    np.testing.assert_array_equal(stated, errors[few])


SMALL = {"n_hidden": 8, "max_epochs": 2}
MODELS = {
    "additive": lambda: predictors.Additive(),
    "kernel_ridge": lambda: predictors.KernelRidge(),
    "linear": lambda: predictors.LinearModel(),
    "permuted": lambda: predictors.PermutedConditions(AnchoredAPP()),
    "anchored_app": lambda: AnchoredAPP(),
    "app": lambda: APP(**SMALL),
    "app_anchored": lambda: APP(**SMALL, anchor=True),
}


@pytest.mark.filterwarnings("ignore:APP has collapsed")
@pytest.mark.parametrize("name", MODELS)
def test_every_predictor_is_asked_in_blocks(name, tiny_effects, tiny_network, monkeypatch):
    targets = sorted(tiny_effects.uns["targets"])
    kept = [condition for condition in tiny_effects.obs_names if condition != targets[0]]  # one gene is unseen
    model = MODELS[name]().fit(tiny_effects[kept].copy(), tiny_network)
    pairs = [*combinations(range(len(targets)), 2)]
    expected = model.predict([f"{targets[a]}+{targets[b]}" for a, b in pairs])
    asked, answer = [], type(model)._predict
    monkeypatch.setattr(type(model), "_predict", lambda self, names: asked.append(len(names)) or answer(self, names))
    values, errors = predicted(model, targets, pairs * 10)
    np.testing.assert_allclose(values, np.tile(expected.X, (10, 1)), rtol=1e-6, atol=1e-7)
    stated = expected.obs.get("predicted_error", np.full(len(pairs), np.nan))
    np.testing.assert_allclose(errors, np.tile(stated, 10), rtol=1e-9)
    np.testing.assert_allclose(
        pair_predictions(model, targets).singles(), model.predict(targets).X, rtol=1e-6, atol=1e-7
    )
    assert len(pairs) * 10 > BLOCK
    assert max(asked, default=0) <= BLOCK
