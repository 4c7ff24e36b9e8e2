# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---
# %% [markdown]
# # Ablations: which parts earn their place?

# %% tags=["parameters", "hide-input"]
screen = "demo"
networks = ["demo"]
seeds = 1
max_epochs = 60
results = "../data/results"
published = "../data/published.csv"
studies = "../studies.yml"

# %% tags=["remove-cell"]
from myst_nb import glue

import appmodel
from appmodel.pages import load_published, load_results, named, percent_table, provenance_table, screen_titles, style
from appmodel.pages.variants import plot_difference_panels
from appmodel.scoring import difference_table
from appmodel.studies.study import load_study

scores, titles = load_results(results, "ablation"), screen_titles(results, "ablation")
quoted = load_published(published).query("claim == 'T2'")
names = {model: load_study(studies, "ablation").variants(model) for model in ("app", "anchored_app")}
parts = {model: difference_table(scores, model, names[model]) for model in names}
in_paper = [name for name in names["app"] if name in set(quoted["method"])]
of_paper = parts["app"][parts["app"]["method"].isin(in_paper)]


def says(variant, model="app"):
    """What the variant does to the error of the model on each screen and task; the model may be another variant."""
    table = difference_table(scores, model, [variant])
    return dict(zip(table["screen"] + " " + table["task"], table["says"], strict=True))


EVERYWHERE = {"adamson16 unseen", "demo unseen", "norman19 doubles"}
# Each sentence of the headline, against the tables.
for without, features in (
    ("app_no_gnn", "app"),
    ("app_no_gnn_random", "app_random"),
    ("app_no_gnn_identity", "app_identity"),
):
    assert set(says(without, features).values()) == {"cannot be told apart"}, without
for other in ("app_context_only", "app_mlp_decoder", "app_2_layers", "app_max"):
    assert set(says(other).values()) == {"cannot be told apart"}, other
for blind in ("app_identity", "app_random"):
    assert {place for place, said in says(blind).items() if said == "worse"} == EVERYWHERE - {"norman19 doubles"}, blind
assert {place for place, said in says("app_mean_attention").items() if said == "worse"} == EVERYWHERE - {
    "adamson16 unseen"
}
for part in names["anchored_app"]:
    expected = "worse" if part == "anchored_anchor_alone" else "cannot be told apart"
    assert set(says(part, "anchored_app").values()) == {expected}, part
change = parts["app"].eval("percent = 100 * value / baseline").set_index(["task", "method"])["percent"].sort_index()
for part in ("app_no_gnn", "app_context_only"):
    found = change.xs(part, level="method")
    glue(part, f"{found.min():+.1f} to {found.max():+.1f} %", display=False)
blind = change["unseen"].loc[["app_identity", "app_random"]]
glue("blind", f"{blind.min():.0f} to {blind.max():.0f} %", display=False)

# %% [markdown]
# **The graph layers of the published model earn their place on no screen.**  Without them the error changes by
# {glue:text}`app_no_gnn`; with random or learned vectors for features, too, the model with layers and the one without
# cannot be told apart.  What counts for unseen genes is that a gene *comes* with network features.  Where it does not, the
# error is {glue:text}`blind` larger, near that of the mean; for doubles, whose genes training has seen, it does not matter.
#
# Attention over all genes cannot be told apart from no attention: the error of a model that reads off the embeddings of
# the perturbed genes alone (*no attention*) differs by {glue:text}`app_context_only`.  The control in the paper, a plain
# mean over all genes, gives one prediction for every perturbation, so that it is no control of attention.  A second layer,
# the largest neighbour in place of the mean, and a decoder with a hidden layer make no difference either.
#
# Of `AnchoredAPP` only the residual clearly earns its place; [its chapter](anchored.ipynb) has twenty splits of that.

# %% [markdown]
# **Aims of this page:** the paper's Table 2, theirs beside ours, on every screen; then what it does not ask.  A
# variant is a parameter of the same model, a line in `studies.yml`: `APP(n_layers=0, features="random")` has no graph
# layers and a fixed random vector for each gene.  All variants keep the settings of the full model, and each without
# layers stands beside one with layers and the same features.
# Run time: a minute and a half.
#
# ## The paper's table, and ours
#
# The change of the error in percent of the full model's, because scales differ; with the 95 % bootstrap interval of the
# paired difference, over genes and seeds.  The part earns its place where the whole interval is above zero.

# %% tags=["full-width"]
percent_table(of_paper, in_paper, titles, quoted)

# %% [markdown]
# | variant | parameters | what is left |
# |---|---|---|
# | no graph layers, random embeddings | `n_layers=0, features="random"` | the embedding of a gene is a fixed random vector |
# | no graph layers, learned embeddings | `n_layers=0, features="identity"` | the embedding of a gene is learned, by itself |
# | no graph layers | `n_layers=0` | the embedding of a gene is its features: the network's, learned on from there for doubles |
# | plain mean in place of attention | `pooling="mean"` | the cell state is the mean over all genes: every perturbation gets the same prediction |
# | decoder with a hidden layer | `decoder="mlp"` | a hidden layer before the effects |
#
# ## The published model without its parts, and with other ones
#
# Left of the line the model is better *without* the part.  Diamonds have an interval that leaves out zero.

# %% mystnb={"figure": {"caption": "Difference in mean L2 (log1p units) of each variant of APP from the published model, five splits, 95 % intervals over genes and seeds.", "name": "fig-ablation-app"}, "image": {"alt": "Forest plots, one panel per screen and task, with one row per variant of APP"}}
with style():
    plot_difference_panels(parts["app"], "app", titles)

# %% [markdown]
# A part that earns its place moves its row to the right on *every* screen.

# %% tags=["full-width"]
beyond = [name for name in names["app"] if name not in in_paper]
percent_table(parts["app"][parts["app"]["method"].isin(beyond)], beyond, titles)

# %% [markdown]
# The model without attention (`pooling="context"`) predicts from the perturbed genes' embeddings alone and never looks
# at another gene; it is the control for attention that the paper's own, the plain mean, cannot be.
#
# ## AnchoredAPP without its parts

# %% mystnb={"figure": {"caption": "Difference in mean L2 (log1p units) of AnchoredAPP without one part from the full model, five splits, 95 % intervals over genes and seeds.", "name": "fig-ablation-anchored"}, "image": {"alt": "Forest plots, one panel per screen and task, with one row per variant of AnchoredAPP"}}
with style():
    plot_difference_panels(parts["anchored_app"], "anchored_app", titles)

# %% tags=["full-width"]
percent_table(parts["anchored_app"], names["anchored_app"], titles)

# %% [markdown]
# The parts of the pair attention cannot matter for unseen singles, nor those of the gene attention for pairs of
# measured genes: there the rows stand on the line, exactly.
#
# ## Run it yourself
#
# The paper's variants on a screen of your own, with fewer epochs so that it takes a minute.

# %%
effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
short = {"max_epochs": max_epochs}
variants = {
    "app": appmodel.APP(**short),
    "app_no_gnn_random": appmodel.APP(n_layers=0, features="random", **short),
    "app_no_gnn_identity": appmodel.APP(n_layers=0, **short),
    "app_mean_attention": appmodel.APP(pooling="mean", **short),
    "app_context_only": appmodel.APP(pooling="context", **short),
    "app_mlp_decoder": appmodel.APP(decoder="mlp", **short),
    "anchored_app": appmodel.AnchoredAPP(),
    "anchored_anchor_alone": appmodel.AnchoredAPP(residual=False),
}
live = appmodel.benchmark(variants, effects, network=network, seeds=range(seeds), metrics=["l2"])
named(difference_table(live, "app", [name for name in variants if name != "app"])).round(3)

# %% [markdown]
# ## Where the numbers come from

# %%
named(provenance_table(results, "ablation")).groupby(["file", "dataset hash", "seeds", "code version", "date"])[
    "method"
].agg("; ".join).reset_index()

# %%
quoted[["claim", "source"]].drop_duplicates()

# %% [markdown]
# **Recap.** An ablation says something about a model only where the full model is better than what it is measured
# against; see [](results.ipynb) for whether it is.
