"""Fits in processes that stay: the same predictions as a job of its own, and no failure that stops the others."""

import numpy as np
import pytest
import yaml

from appmodel.pipeline.jobs import predict_job
from appmodel.pipeline.studies import load_studies
from appmodel.pipeline.workers import Fit, fit_all
from appmodel.scoring import load_predictions


@pytest.fixture
def studies(tmp_path, tiny_cells, monkeypatch):
    """A study of three methods on a screen in the working folder, one of them impossible."""
    monkeypatch.chdir(tmp_path)
    tiny_cells.write_h5ad("tiny.h5ad")
    tiny_cells.uns["prior_network"].to_csv("prior.csv", index=False)
    methods = {"additive": {"class": "Additive"}, "linear": {"class": "LinearModel", "network": "shuffled"},
               "impossible": {"class": "LinearModel", "n_components": 0}}
    study = {"about": "", "seeds": 2, "network": ["prior.csv"], "screens": {"tiny.h5ad": ["doubles"]},
             "methods": methods}
    (tmp_path / "studies.yml").write_text(yaml.safe_dump({"small": study}))
    return tmp_path / "studies.yml"


def test_what_can_be_fitted_is_kept_and_what_cannot_is_named(studies, capfd):
    fits = [Fit(method, "tiny.h5ad", "doubles", "small") for method in ("impossible", "additive", "linear")]
    ended = dict(fit_all(fits, [1.0, 2.0, 3.0], workers=1, studies=str(studies)))
    assert ended == {fits[0]: ended[fits[0]], fits[1]: "", fits[2]: ""}
    assert ended[fits[0]].startswith("ValueError: n_components=0")
    said = capfd.readouterr().err
    assert "3 of 3 fits, last linear on tiny.h5ad, doubles (small)" in said
    study = load_studies(studies, methods=False)["small"]
    for fit in fits[1:]:
        kept, alone = load_predictions(fit.path), predict_job(study, "tiny.h5ad", "doubles", fit.method)
        np.testing.assert_array_equal(kept.X, alone.X)
        assert list(kept.obs_names) == list(alone.obs_names)


def test_the_bar_can_be_turned_off(studies, capfd):
    fits = [Fit("additive", "tiny.h5ad", "doubles", "small")]
    assert list(fit_all(fits, [1.0], 1, str(studies), progress=False)) == [(fits[0], "")]
    assert capfd.readouterr().err == ""
