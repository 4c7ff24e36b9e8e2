"""All tests of attention together, on the tiny screen."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from appmodel.effects import as_effects
from appmodel.names import genes_of
from appmodel.pages.attention import (
    attended_neighbourhood,
    plot_deletion,
    plot_double,
    plot_neighbourhood,
    plot_rankings,
)
from appmodel.studies.attention import study as attention_study
from appmodel.studies.attention.gene_rankings import RANKINGS
from appmodel.studies.attention.study import attention_scores, fit_models, grouped_conditions
from appmodel.studies.attention.summary import summarised


@pytest.fixture(scope="module")
def models(_tiny_effects, tiny_network):
    return attention_study._fitted("demo", _tiny_effects, tiny_network, seed=0, max_epochs=20)


@pytest.fixture(scope="module")
def scored(models, _tiny_screen):
    pytest.importorskip("captum", reason="captum is not installed (it comes with appmodel[book])")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attention_study, "load_cells", lambda name: _tiny_screen)
        return attention_scores(models, n_explained=2)


def test_groups_are_apart_and_hold_what_they_say(tiny_effects):
    train, groups = grouped_conditions(tiny_effects, seed=0)
    trained = {gene for name in train for gene in genes_of(name)}
    assert set(groups) == {"seen", "doubles", "unseen"}
    assert set(groups["seen"]) <= set(train)
    assert not set(groups["doubles"]) & set(train)
    assert all(set(genes_of(name)) <= set(groups["seen"]) for name in groups["doubles"])
    assert trained.isdisjoint(groups["unseen"])


def test_a_screen_of_singles_has_no_doubles(tiny_effects):
    singles = tiny_effects[[len(genes_of(name)) <= 1 for name in tiny_effects.obs_names]]
    assert set(grouped_conditions(singles, seed=0)[1]) == {"seen", "unseen"}


def test_a_screen_of_ones_own_needs_a_network_and_genes_as_readouts(tmp_path):
    with pytest.raises(ValueError, match="name some in networks"):
        fit_models("norman19")
    bare = as_effects(np.array([[0.0, 0], [1, 1], [1, 1], [1, 1]]), ["control", "A", "B", "A+B"], ["axis_1", "axis_2"])
    bare.write_h5ad(tmp_path / "axes.h5ad")
    with pytest.raises(ValueError, match="are axes: which genes respond cannot be said"):
        fit_models(str(tmp_path / "axes.h5ad"), networks=["demo"])


def test_the_shuffled_twin_looks_at_the_same_genes_through_another_graph(models):
    assert models.app.genes_ == models.app_shuffled.genes_
    assert not np.array_equal(models.app.edge_index_, models.app_shuffled.edge_index_)
    assert "targets" in models.effects.uns
    assert len(models.effects.uns["targets"]) < len(models.app.genes_)  # the screen's own list stays as it was


def test_every_condition_is_asked_and_every_nan_has_a_reason(scored, models):
    assert list(scored["group"].unique()) == ["seen", "doubles", "unseen"]
    assert set(scored["condition"]) == set(models.asked)
    assert (scored["value"].isna() == (scored["reason"] != "")).all()
    assert not scored.duplicated(["model", "condition", "ranking", "measure"]).any()
    auroc = scored[scored["measure"] == "auroc_direct"]
    assert set(auroc["ranking"]) == set(RANKINGS)
    assert auroc["value"].dropna().between(0, 1).all()
    assert ((scored["screen"] == "demo") & (scored["seed"] == 0)).all()
    explained = scored[scored["measure"] == "change_1"]
    assert explained.groupby("group", sort=False)["condition"].nunique().tolist() == [2, 2, 2]
    anchored = scored[scored["model"] == "anchored_app"]
    assert set(anchored["measure"]) == {"spearman_similarity"}
    assert set(anchored.loc[anchored["group"] == "unseen", "ranking"]) == {
        "attention",
        "mean_attention",
        "distance",
        "shuffled",
    }
    assert "sum" in set(anchored.loc[anchored["group"] == "doubles", "ranking"])


def test_of_few_genes_no_more_are_deleted_than_there_are(models, scored, monkeypatch):
    monkeypatch.setattr(attention_study, "SIZES", (1, 5, len(models.app.genes_)))
    few = attention_study._faithful(models, 1)
    assert {name for name in few["measure"] if name.startswith("change_")} == {"change_1", "change_5"}
    few = scored[~scored["measure"].isin(["change_20", "change_100"])].assign(screen="few")
    _, ax = plt.subplots()
    plot_deletion(summarised(pd.concat([scored, few])), "few", ax)
    assert list(ax.get_xticks()) == [1, 5]
    plt.close("all")


def test_neighbourhood_lists_perturbed_genes_first_and_counts_steps(models):
    attention = models.app.attention(models.asked)
    double = models.groups["doubles"][0]
    table, joined = attended_neighbourhood(attention, models.network, double, n_genes=5)
    assert table["perturbed"].tolist() == [True, True] + [False] * 5
    assert (table.loc[table["perturbed"], "steps"] == 0).all()
    assert joined.shape == (7, 7)
    by_hand = attention.loc[double].drop(list(genes_of(double))).nlargest(5)
    assert list(table.index[2:]) == list(by_hand.index)
    neighbours = joined[:2, 2:].any(axis=0)
    assert ((table["steps"].to_numpy()[2:] == 1) == neighbours).all()


def test_figures_are_drawn_and_repeatable(scored, models, tmp_path):
    attention, summary = models.app.attention(models.asked), summarised(scored)
    double = models.groups["doubles"][0]
    for draw in (
        lambda ax: plot_neighbourhood(attention, models.network, double, ax, 6),
        lambda ax: plot_double(attention, double, 6, ax),
        lambda ax: plot_rankings(summary, "demo", "app", "auroc_direct", RANKINGS, 0.5, ax),
        lambda ax: plot_deletion(summary, "demo", ax),
    ):
        pictures = []
        for attempt in range(2):
            figure, ax = plt.subplots()
            assert draw(ax) is ax
            figure.savefig(tmp_path / f"{attempt}.png", metadata={"Software": None})
            pictures.append((tmp_path / f"{attempt}.png").read_bytes())
            plt.close(figure)
        assert pictures[0] == pictures[1]


def test_adamson_is_scored_against_the_catalogue(models, monkeypatch):
    known = {name: {models.app.genes_[0], models.app.genes_[1]} for name in models.asked}
    monkeypatch.setattr(attention_study, "significant_genes", lambda asked, genes: (known, genes[:50]))
    elsewhere = attention_study.Models(**{**vars(models), "screen": "adamson16"})
    table = attention_study._ranked_genes(elsewhere)
    assert set(table["measure"]) == {"auroc_significant", "average_precision_significant"}
    assert isinstance(table, pd.DataFrame)
    assert table["value"].notna().any()
