"""AnchoredAPP from few genes: the training side is cut down, the test side is the usual one, gates close on noise."""

import numpy as np
import pytest

from appmodel import as_effects, split_unseen
from appmodel.names import CONTROL
from appmodel.studies.few_genes import METHODS, GatedByFolds, GatedByLeftOut, few_genes_rows, splits_with


@pytest.fixture
def singles(tiny_effects):
    return tiny_effects[[name for name in tiny_effects.obs_names if name != CONTROL and "+" not in name]].copy()


def test_training_is_cut_down_and_testing_stays(singles):
    for split in splits_with(singles, 6, range(3)):
        whole = split_unseen(singles, split.seed)
        assert len(split.train) == 6
        assert set(split.train) < set(whole.train)
        assert split.test == whole.test
    assert splits_with(singles, 1000, range(3)) == []


def test_each_method_has_a_ratio_and_a_worst_split(singles, tiny_network):
    rows = few_genes_rows(singles, tiny_network, 8, range(2))
    assert [(row["method"], row["measure"]) for row in rows] == [
        (m, what) for m in METHODS for what in ("ratio", "worst")
    ]
    for ratio, worst in zip(rows[::2], rows[1::2], strict=True):
        assert ratio["low"] <= ratio["value"] <= ratio["high"]
        assert ratio["value"] <= worst["value"] + 1e-9  # the mean of two is no larger than the larger one
        assert {ratio["bin"], ratio["against"]} == {"8", "anchor_alone"}


@pytest.mark.parametrize("gated", [GatedByLeftOut, GatedByFolds])
def test_a_gate_closes_on_noise_and_stays_open_on_a_signal(gated, tiny_network):
    genes = sorted(tiny_network.genes)[:24]

    def fitted(effects):
        return gated().fit(as_effects(effects, genes, list("vwxyz")), tiny_network)

    on_noise = [fitted(np.random.default_rng(seed).normal(size=(24, 5))) for seed in range(8)]
    closed = [model for model in on_noise if not model.genes_.G_.any()]
    assert closed
    np.testing.assert_array_equal(closed[0].predict(["NEW"]).X[0], closed[0].genes_.anchor_)
    (keys, *_) = on_noise[0].genes_.keys_
    alike = np.linalg.eigh((keys @ keys.T).toarray())[1][:, -5:]  # genes that the network finds alike respond alike
    assert fitted(10 * alike).genes_.G_.any()
