"""Many conditions are predicted a part at a time, which nobody sees."""

from itertools import combinations

import numpy as np

from appmodel import Additive, AnchoredAPP, as_effects
from appmodel.predictors.base import AT_ONCE

GENES = [f"G{i:02d}" for i in range(60)]
EFFECTS = as_effects(np.random.default_rng(0).normal(size=(60, 3)), GENES, ["x", "y", "z"])
PAIRS = ["+".join(pair) for pair in combinations([*GENES, "NEW"], 2)]


def test_every_condition_stands_where_it_was_asked_for(monkeypatch):
    asked, said = [], Additive._predict
    monkeypatch.setattr(Additive, "_predict", lambda self, names: asked.append(len(names)) or said(self, names))
    predicted = Additive().fit(EFFECTS).predict(PAIRS)
    assert asked == [AT_ONCE, len(PAIRS) - AT_ONCE]
    assert list(predicted.obs_names) == PAIRS
    singles = dict(zip(GENES, EFFECTS.X, strict=True)) | {"NEW": np.full(3, np.nan)}
    np.testing.assert_array_equal(predicted.X, [sum(singles[gene] for gene in pair.split("+")) for pair in PAIRS])
    reasons = ["no training condition perturbs NEW alone" if pair.endswith("NEW") else "" for pair in PAIRS]
    assert predicted.obs["reason"].tolist() == reasons


def test_stated_errors_stand_beside_their_conditions():
    model = AnchoredAPP().fit(EFFECTS)
    predicted, few = model.predict(PAIRS), [PAIRS[0], PAIRS[59], PAIRS[AT_ONCE], PAIRS[-1]]
    alone = model.predict(few)
    assert predicted[few].obs["anchored_on"].tolist() == ["pair", "sum", "pair", "sum"]
    assert np.isfinite(alone.obs["predicted_error"]).tolist() == [False, True, False, True]
    np.testing.assert_allclose(predicted[few].obs["predicted_error"], alone.obs["predicted_error"])
    np.testing.assert_allclose(predicted[few].X, alone.X)
