"""What describes a condition: sizes, distances in the network and seen genes, on worked numbers."""

import numpy as np
import pandas as pd
import pytest

from appmodel import as_effects
from appmodel.names import genes_of
from appmodel.networks import Network, network_from_edges, network_from_sets
from appmodel.splits import Split, split_by_seen
from appmodel.studies.extrapolation.covariates import condition_covariates

SETS = {"one": ["A", "B"], "two": ["B", "C"], "three": ["A", "B"], "far": ["D", "X"]}


def covariates(test, train, effects=None, network=None):
    values = [[3, 4], [0, 1], [1, 0], [0, 2], [1, 1], [3, 4], [4, 8], [1, 1]]
    effects = effects or as_effects(values, ["A", "B", "C", "D", "Z", "A+B", "A+C", "A+Y"], ["r1", "r2"])
    split = Split(train, test, "doubles", 3)
    table = condition_covariates(effects, network or network_from_sets(SETS, aliases=False), [split])
    assert list(table["condition"]) == test
    assert set(table["seed"]) == {3}
    return table.set_index("condition")


def test_sizes_by_hand():
    table = covariates(["A+B", "A+C", "A+Y", "D"], ["A", "B", "C", "Z"])
    assert table["effect_size"].to_dict() == pytest.approx({"A+B": 5, "A+C": np.sqrt(80), "A+Y": np.sqrt(2), "D": 2})
    # A+B: (3, 4) - (3, 4) - (0, 1) = (0, -1); A+C: (4, 8) - (3, 4) - (1, 0) = (0, 4)
    assert table.loc[["A+B", "A+C"], "interaction_size"].to_list() == pytest.approx([1, 4])
    assert table.loc[["A+Y", "D"], "interaction_size"].isna().all()


def test_distance_and_seen_genes_by_hand():
    table = covariates(["B", "C", "D", "A+C", "A+B", "Z"], ["A"])
    assert table["n_seen"].to_dict() == {"B": 0, "C": 0, "D": 0, "A+C": 1, "A+B": 1, "Z": 0}
    # All sets have two genes and one weight; A is in two of B's three sets: cosine 2 / (sqrt 2 sqrt 3).
    b = 1 - 2 / np.sqrt(6)
    assert table["distance"].drop("Z").to_dict() == pytest.approx({"B": b, "C": 1, "D": 1, "A+C": 1, "A+B": b})
    assert np.isnan(table.loc["Z", "distance"])
    known = covariates(
        ["A+B", "A+Z"], ["A", "B", "D"], as_effects(np.eye(6), ["A", "B", "D", "A+B", "A+Z", "Z"], list("uvwxyz"))
    )
    assert np.isnan(known["distance"]).all()


def test_equal_features_are_at_distance_zero_and_the_nearest_gene_counts():
    # Sets of three sizes: the length of A's row, and with it the cosine with B, is 1 only up to rounding.
    sets = {f"s{i}": ["A", "B", *(f"X{j}" for j in range(i))] for i in range(7)}
    network = network_from_sets({**sets, "t": ["A", "B", "D"], "u": ["C", "D"]}, aliases=False)
    table = covariates(["A"], ["B", "C", "D"], network=network)
    assert table.loc["A", "distance"] == 0  # to B, not to C or D, and exactly


def test_the_source_that_knows_two_genes_as_most_alike_counts():
    one = network_from_sets({"s": ["A", "B"], "t": ["A", "D"]}, "first", aliases=False)
    other = network_from_sets({"s": ["A", "B"], "t": ["A", "C"]}, "second", aliases=False)
    table = covariates(["A"], ["B"], network=Network({**one.sources, **other.sources}, use_aliases=False))
    assert table.loc["A", "distance"] == pytest.approx(1 - np.sqrt(0.5))


def test_degree_is_the_mean_over_the_perturbed_genes():
    edges = pd.DataFrame({"source": ["A", "A", "A", "B"], "target": ["B", "C", "D", "X"]})
    table = covariates(["A+B", "A+C", "Z"], ["A", "B", "C"], network=network_from_edges(edges, aliases=False))
    # X is no target, but a neighbour of one: B has two neighbours, A three, C one.
    assert table["degree"].to_dict() == {"A+B": 2.5, "A+C": 2, "Z": 0}


def test_effects_of_another_screen_are_refused():
    with pytest.raises(ValueError, match="do not hold 'Q'"):
        covariates(["Q"], ["A", "B"])


def test_doubles_with_unseen_genes_are_far_or_near_by_those_genes(tiny_effects, tiny_network):
    split = split_by_seen(tiny_effects, 0)
    table = condition_covariates(tiny_effects, tiny_network, [split]).set_index("condition")
    for name in split.test:
        unseen = [gene for gene in genes_of(name) if gene not in split.train]
        assert table.loc[name, "n_seen"] == 2 - len(unseen)
        assert np.isnan(table.loc[name, "distance"]) == (not unseen or not tiny_network.has(unseen).all())
