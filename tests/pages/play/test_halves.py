"""Every pair is hidden once, and what is shown of it was predicted without it."""

import numpy as np
import pytest

from appmodel import KernelRidge, TrainingMean, possible_tasks, predict_splits, split_unseen
from appmodel.names import genes_of
from appmodel.pages.play import halves, often_paired, predict_unmeasured


def test_each_pair_is_tested_once_by_what_was_trained_without_it(effects_shared, splits):
    first, second = splits
    pairs = [name for name in effects_shared.obs_names if "+" in name]
    assert sorted([*first.test, *second.test]) == sorted(pairs)
    for split in splits:
        assert set(split.train).isdisjoint(split.test)
        assert {name for name in effects_shared.obs_names if len(genes_of(name)) == 1} <= set(split.train)
    assert (first.seed, second.seed) == (0, 1)


def test_a_pair_without_a_single_trains_both_times(tiny_effects):
    pair = next(name for name in tiny_effects.obs_names if "+" in name)
    gene = genes_of(pair)[0]
    split = halves(tiny_effects[[name for name in tiny_effects.obs_names if name != gene]].copy(), "doubles")
    held = [name for name in tiny_effects.obs_names if "+" in name and gene in genes_of(name)]
    assert all(set(held) <= set(side.train) for side in split)


def test_a_hidden_pair_does_not_move_its_own_prediction(tiny_effects, tiny_network, splits):
    def predicted(effects):
        made = predict_splits({"ridge": KernelRidge()}, effects, network=tiny_network, splits=splits)
        return dict(zip(made.obs["condition"], np.asarray(made.X), strict=True))

    before, other = predicted(tiny_effects), tiny_effects.copy()
    pair, trained = splits[0].test[0], splits[1].test[0]
    values = np.array(other.X)
    values[other.obs_names.get_loc(pair)] += 100
    other.X = values
    after = predicted(other)
    assert np.array_equal(before[pair], after[pair])
    assert not np.allclose(before[trained], after[trained])


def test_genes_are_split_once(tiny_effects):
    (split,) = halves(tiny_effects, "unseen", 3)
    assert split == split_unseen(tiny_effects, 3)
    assert "unseen" in possible_tasks(tiny_effects)


def test_genes_with_few_pairs_are_left_out():
    pairs = ["A+B", "A+C", "B+C", "C+D", "E+F"]
    assert often_paired(pairs, 3) == ["A", "B", "C"]
    assert often_paired(pairs, 4) == ["A", "B", "C", "D"]
    assert often_paired(pairs, 9) == ["A", "B", "C", "D", "E", "F"]
    with pytest.raises(ValueError, match="two or more"):
        often_paired(pairs, 1)


def test_pairs_that_were_not_measured_are_predicted_from_all(tiny_effects, tiny_network, genes):
    made = predict_unmeasured({"mean": TrainingMean()}, tiny_effects, genes, tiny_network)["mean"]
    measured = {name for name in tiny_effects.obs_names if "+" in name and set(genes_of(name)) <= set(genes)}
    assert made.n_obs == len(genes) * (len(genes) - 1) // 2 - len(measured)
    assert measured.isdisjoint(made.obs_names)
    np.testing.assert_allclose(made.X[0], np.asarray(tiny_effects.X)[1:].mean(axis=0))
