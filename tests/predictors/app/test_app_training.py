"""APP has to be trained: it learns, says so where it does not, and members and anchor do their part."""

import warnings
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from appmodel import APP, ScaledAdditive, as_effects, load_effects, load_network
from appmodel.files import data_dir
from appmodel.networks import network_from_edges
from appmodel.predictors.app import predictor as app_module
from appmodel.predictors.app import training
from appmodel.predictors.centre import geometric_median
from appmodel.predictors.validation import left_out
from appmodel.splits import make_split
from appmodel.studies.training import training_checks

# A few epochs are too few to leave the constant that every training starts from.
pytestmark = pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")


def two_groups():
    """Two groups of genes, each joined within and each with an effect of its own: the mean alone misses by 1.5."""
    groups = [[f"G{g}{i}" for i in range(6)] for g in range(2)]
    pairs = [pair for group in groups for pair in combinations(group, 2)]
    network = network_from_edges(pd.DataFrame(pairs, columns=["source", "target"]), aliases=False)
    truth = np.repeat([[2.0, -1.0, 0.0], [-1.0, 2.0, 0.0]], 6, axis=0)
    return as_effects(truth, [gene for group in groups for gene in group], ["r1", "r2", "r3"]), network


@pytest.mark.parametrize(
    "more", [{}, {"loss": "squares"}, {"n_members": 2}, {"anchor": True}, {"features": "identity"}], ids=str
)
def test_it_learns_a_simple_screen(more):
    effects, network = two_groups()
    options = {
        "features": "network+identity",
        "n_hidden": 16,
        "n_layers": 1,
        "max_epochs": 150,
        "learning_rate": 0.01,
        "dropout": 0.0,
        "weight_decay": 0.0,
        "validation_fraction": 0.25,
    }
    model = APP(**{**options, **more}).fit(effects, network)
    # What is measured stands where there is an anchor; then it has to say it of the genes of a group alike.
    said = model._mean_output(list(effects.obs_names)) + (model.anchor_.median_ if model.anchor else 0)
    assert np.mean((said - effects.X) ** 2) < 0.2 * 1.5
    assert model.spread_ > 0.5
    last = model.history_.groupby("member").apply(
        lambda part: part.loc[part["validation_loss"].idxmin()], include_groups=False
    )
    assert (last["validation_loss"] < 0.7 * last["mean_loss"]).all()


def test_losses_are_in_units_of_the_effects(fit):
    effects, network = two_groups()
    options = {"max_epochs": 1, "learning_rate": 1e-9, "dropout": 0.0, "validation": "conditions", "restarts": 0}
    many = as_effects(100 * effects.X, list(effects.obs_names), effects.var)
    small, large = (fit(given, network, **options) for given in (effects, many))
    for column in ("training_loss", "validation_loss", "mean_loss"):
        assert large.history_[column].iloc[0] == pytest.approx(100 * small.history_[column].iloc[0], rel=1e-4)
    np.testing.assert_allclose(large.predict(["G00"]).X, 100 * small.predict(["G00"]).X, rtol=1e-4)


def test_a_constant_is_trained_again_and_then_said_with_numbers(monkeypatch, fit):
    effects, network = two_groups()
    trained = []
    monkeypatch.setattr(app_module, "COLLAPSED", 10.0)  # whatever it says is a constant
    monkeypatch.setattr(app_module, "train", lambda *arguments: trained.append(1) or training.train(*arguments))
    says = r"for 12 training conditions spread [0-9.e-]+ about their mean, the effects 2\.1; it says the same of every"
    with pytest.warns(app_module.CollapseWarning, match=says):
        model = fit(effects, network, max_epochs=1, restarts=2)
    assert len(trained) == 3
    assert model.spread_ < 10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        by_design = fit(effects, network, max_epochs=1, pooling="mean")
    assert by_design.constant
    assert len(trained) == 4
    assert not model.constant


def test_members_leave_out_other_genes_and_are_averaged(data, fit, weights):
    both = fit(n_members=2)
    first = fit()
    second = both._outputs(data[1])[1][0]
    np.testing.assert_allclose(both.predict(data[1]).X, (first.predict(data[1]).X + second) / 2, atol=1e-7)
    assert weights(both) == weights(first)  # module_ is the first member
    assert both.n_parameters_ == 2 * first.n_parameters_
    assert both.history_["member"].unique().tolist() == [0, 1]
    np.testing.assert_allclose(both.attention(data[1]).sum(axis=1), 1, atol=1e-5)
    names = list(data[0].obs_names)
    parts = [set(np.flatnonzero(left_out(names, "genes", 0.25, 0, member)[1])) for member in range(4)]
    assert all(parts[i].isdisjoint(parts[j]) for i, j in combinations(range(4), 2))


def test_an_anchor_keeps_what_is_known(data, fit):
    options = {"learning_rate": 1e-9, "anchor": True}
    pairs = fit(**options)
    singles = [name for name in data[0].obs_names if "+" not in name and name != "control"]
    np.testing.assert_allclose(pairs.predict(singles).X, data[0][singles].X)
    scaled = ScaledAdditive().fit(data[0]).predict(data[1]).X
    left_over = pairs.predict(data[1]).X - scaled
    np.testing.assert_allclose(left_over, pairs._mean_output(data[1]), atol=1e-12)
    assert np.abs(left_over).max() > 0
    genes = fit(**options, validation="genes")
    median = geometric_median(np.asarray(data[0][singles].X))
    other = next(gene for gene in genes.genes_ if gene not in singles)
    np.testing.assert_allclose(genes.predict([other]).X - median, genes._mean_output([other]), atol=1e-12)
    sums = genes.predict([f"{singles[0]}+{other}"]).X
    parts = genes.predict([singles[0]]).X + genes.predict([other]).X
    np.testing.assert_allclose(sums, genes.anchor_.scale_ * parts, atol=1e-9)


REAL = pytest.mark.skipif(data_dir() is None, reason="the folder of the real data is absent (APPMODEL_DATA)")


@pytest.mark.parametrize(
    ("screen", "networks", "epochs", "training_error", "left_out_error", "spread"),
    [
        pytest.param("adamson16", ["go_bp", "reactome", "string"], 150, 0.85, 0.95, 0.2, marks=REAL),
        ("demo", ["demo"], 80, 0.95, 0.99, 0.1),
    ],
)
def test_it_is_trained(screen, networks, epochs, training_error, left_out_error, spread):
    effects, network = load_effects(screen), load_network(networks)
    split = make_split(effects, "unseen", 7)
    checks = training_checks(APP(max_epochs=epochs).fit(effects[split.train], network), effects)
    assert checks["training error"] < training_error
    assert checks["left-out error"] < left_out_error
    assert checks["spread"] > spread
