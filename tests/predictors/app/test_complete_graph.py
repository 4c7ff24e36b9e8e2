"""APP on a network that joins every gene to every other."""

import numpy as np
import pytest

from appmodel.networks import complete_network
from appmodel.predictors import APP

# A few epochs are too few to leave the constant that every training starts from.
pytestmark = pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")


def test_app_on_a_complete_network(tiny_effects, monkeypatch):
    network = complete_network([*tiny_effects.var_names, *tiny_effects.uns["targets"]])
    asked = [name for name in tiny_effects.obs_names if name != "control"][:5]

    def predicted():
        model = APP(n_hidden=8, max_epochs=3).fit(tiny_effects, network)
        assert model.edge_index_.shape[1] == len(network.genes) * (len(network.genes) - 1)
        return model.predict(asked).X

    by_matrix = predicted()
    monkeypatch.setattr("appmodel.predictors.app.predictor.neighbour_matrix", lambda edge_index, n_genes: edge_index)
    np.testing.assert_allclose(by_matrix, predicted(), atol=1e-5)
