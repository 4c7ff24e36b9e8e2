"""What a predictor was fitted on: the screen, the effects it saw, the network; None where nobody said."""

from sklearn.base import clone

from appmodel import PermutedConditions, TrainingMean, as_effects


def test_the_screen_the_effects_and_the_network(tiny_effects, tiny_network):
    whole, part = (TrainingMean().fit(table, tiny_network).fitted_on_ for table in (tiny_effects, tiny_effects[:9]))
    assert whole["dataset_hash"] == part["dataset_hash"] == tiny_effects.uns["dataset_hash"]
    assert whole["effects_digest"] != part["effects_digest"]
    assert (whole["dataset"], whole["simulated"]) == ("demo", True)
    assert whole["network"]["digest"] == tiny_network.digest
    assert [source["name"] for source in whole["network"]["sources"]] == ["demo"]


def test_the_digest_changes_with_values_names_and_readouts():
    found = {
        TrainingMean().fit(as_effects([[value, 2.0]], [name], [readout, "b"])).fitted_on_["effects_digest"]
        for value, name, readout in ((1.0, "A", "a"), (1.5, "A", "a"), (1.0, "B", "a"), (1.0, "A", "c"))
    }
    assert len(found) == 4


def test_what_nobody_said_is_none():
    effects = as_effects([[1.0, 2.0]], ["A"], ["a", "b"])
    said = TrainingMean().fit(effects).fitted_on_
    assert (said["dataset"], said["dataset_hash"], said["simulated"], said["network"]) == ("unnamed", None, None, None)
    effects.uns["dataset_hash"] = "0123"  # read by the package, which marks what is simulated
    assert TrainingMean().fit(effects).fitted_on_["simulated"] is False


def test_a_copy_to_be_fitted_knows_nothing(tiny_effects):
    model = PermutedConditions(TrainingMean()).fit(tiny_effects)
    assert model.fitted_on_["effects_digest"] != model.predictor_.fitted_on_["effects_digest"]
    assert not hasattr(clone(model), "fitted_on_")
