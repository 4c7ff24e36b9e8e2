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
#
# **The graph layers of the published model earn their place on no screen, as far as five splits can tell.**  Without them
# the error changes by {glue:text}`app_no_gnn`: larger everywhere, and nowhere beyond chance.  With random or learned vectors for
# features, the model with layers and the one without cannot be told apart either.  The paper's own rows compare more: without
# layers *and* on random embeddings the model errs more than the full one on all three screens.  What counts for {term}`unseen genes` is that a
# gene *comes* with features of the network.  Where it does not, the error is {glue:text}`blind` larger and cannot be told
# apart from that of the mean of the training singles; for doubles, whose genes training has seen, random vectors will do under a graph layer.
#
# Attention over all genes helps on Adamson 2016: a model that reads off the {term}`embeddings <embedding>` of the perturbed genes alone (*no
# {term}`attention`*) errs {glue:text}`app_context_only adamson16` more there.  But APP itself is not told apart from the training median
# on that screen, which is why the [claims](claims.ipynb) call its parts there not testable.  On the simulated screen and on
# doubles the models with and without attention cannot be told apart.  The control in the paper, a plain mean over all genes, gives one prediction for every {term}`perturbation`, so that
# it is no control of attention.
#
# More is not better: a second layer harms on the simulated screen, the largest neighbour in place of the mean harms on
# doubles, and a decoder with a hidden layer makes no difference.  On doubles, features that stay fixed at the leading
# components of the network err {glue:text}`app_network_features norman19` more than those that keep its similarities and are
# learned on from there.
#
# Of `AnchoredAPP` only the {term}`residual` clearly earns its place; [its chapter](anchored.ipynb) has twenty splits of that.

# %% tags=["parameters", "hide-input"]
screen = "demo"
networks = ["demo"]
seeds = 1
max_epochs = 60
results = "../data/results"
published = "../data/published.csv"
studies = "../studies.yml"

# %% tags=["remove-cell"]
from IPython.display import Markdown, display
from myst_nb import glue

import appmodel
from appmodel.pages import (
    by_place,
    difference_in_words,
    load_published,
    load_results,
    neat_tables,
    percent_table,
    readable,
    runs_table,
    screen_titles,
    style,
    task_of,
    without_pairs,
)
from appmodel.pages.variants import plot_difference_panels
from appmodel.scoring import difference_table
from appmodel.studies.study import load_study

neat_tables()

scores, titles = (
    load_results(results, "ablation"),
    screen_titles(results, "ablation"),
)
quoted = load_published(published).query("claim == 'T2'")
names = {
    model: load_study(studies, "ablation").variants(model)
    for model in ("app", "anchored_app")
}
parts = {
    model: difference_table(scores, model, names[model]) for model in names
}
in_paper = [name for name in names["app"] if name in set(quoted["method"])]
of_paper = parts["app"][parts["app"]["method"].isin(in_paper)]


def says(variant, model="app"):
    """What the variant does to the error of the model on each screen and task; the model may be another variant."""
    table = difference_table(scores, model, [variant])
    return dict(
        zip(table["screen"] + " " + table["task"], table["says"], strict=True)
    )


EVERYWHERE = {"adamson16 unseen", "demo unseen", "norman19 doubles"}
# Each sentence of the headline, against the tables.
for without, features in (
    ("app_no_gnn", "app"),
    ("app_no_gnn_random", "app_random"),
    ("app_no_gnn_identity", "app_identity"),
):
    assert set(says(without, features).values()) == {"cannot be told apart"}, (
        without
    )


def worse(variant):
    """The screens and tasks on which the variant of APP is worse; on the others it cannot be told apart."""
    assert "better" not in says(variant).values(), variant
    return {place for place, said in says(variant).items() if said == "worse"}


assert worse("app_mlp_decoder") == set()
assert worse("app_context_only") == {"adamson16 unseen"}
assert (
    says("app", "training_median")["adamson16 unseen"]
    == "cannot be told apart"
)
assert worse("app_2_layers") == {"demo unseen"}
assert (
    worse("app_max") == worse("app_network_features") == {"norman19 doubles"}
)
assert worse("app_no_gnn_random") == EVERYWHERE
for blind in ("app_identity", "app_random"):
    assert worse(blind) == EVERYWHERE - {"norman19 doubles"}, blind
    beside_mean = says(blind, "singles_mean")
    assert beside_mean.pop("norman19 doubles") == "better"
    assert set(beside_mean.values()) == {"cannot be told apart"}
assert worse("app_mean_attention") == EVERYWHERE - {"adamson16 unseen"}
for part in names["anchored_app"]:
    expected = (
        "worse" if part == "anchored_anchor_alone" else "cannot be told apart"
    )
    assert set(says(part, "anchored_app").values()) == {expected}, part
change = (
    parts["app"]
    .eval("percent = 100 * value / baseline")
    .set_index(["task", "method"])["percent"]
    .sort_index()
)
for part in ("app_no_gnn", "app_context_only"):
    found = change.xs(part, level="method")
    glue(part, f"{found.min():+.1f} to {found.max():+.1f} %", display=False)
assert (change.xs("app_no_gnn", level="method") > 0).all()
for part, place in (
    ("app_context_only", "adamson16"),
    ("app_network_features", "norman19"),
):
    row = (
        difference_table(scores, "app", [part]).set_index("screen").loc[place]
    )
    percent = 100 * row["value"] / row["baseline"]
    glue(f"{part} {place}", f"{percent:.0f} %", display=False)
blind = change["unseen"].loc[["app_identity", "app_random"]]
glue("blind", f"{blind.min():.0f} to {blind.max():.0f} %", display=False)

# %% [markdown]
# **Aims of this page:** the paper's Table 2, theirs beside ours, on every screen; then what it does not ask.  A
# variant is a parameter of the same model, a line in `studies.yml`: `APP(n_layers=0, features="random")` has no graph
# layers and a fixed random vector for each gene.  All variants keep the settings of the full model, and each without
# layers stands beside one with layers and the same features.
# **You need:** [the results](results.ipynb).  **Level:** second course.  **Reading:** 12 minutes.  **Run time:** a minute
# and a half.
#
# ## The paper's table, and ours
#
# The change of the error in percent of the full model's, because scales differ; with the 95 % bootstrap interval of the
# paired difference, over genes and seeds.  The part earns its place where the whole interval lies more than 1 %
# above zero.

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
# Left of the line the model is better *without* the part.  Diamonds have an interval wholly beyond the margin of 1 %.

# %% mystnb={"figure": {"caption": "Difference in mean L2 (log1p units) of each variant of APP from the published model, five splits, 95 % intervals over genes and seeds.", "name": "fig-ablation-app"}, "image": {"alt": "Forest plots, one panel per screen and task, with one row per variant of APP"}}
with style():
    plot_difference_panels(parts["app"], "app", titles)

# %% [markdown]
# A part that earns its place everywhere has a diamond on the right in every panel.

# %% tags=["full-width"]
beyond = [name for name in names["app"] if name not in in_paper]
percent_table(
    parts["app"][parts["app"]["method"].isin(beyond)], beyond, titles
)

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
task = task_of(effects)
live = appmodel.benchmark(
    variants,
    effects,
    task=task,
    network=network,
    seeds=range(seeds),
    metrics=["l2"],
)
by_place(
    difference_table(
        live, "app", [name for name in variants if name != "app"]
    ),
    difference_in_words,
)

# %% tags=["remove-input"]
if task == "unseen":
    display(Markdown(without_pairs(effects, "the table is of unseen singles")))

# %% [markdown]
# ## Where the numbers come from

# %% tags=["full-width", "hide-output"]
runs_table(results, "ablation")

# %%
quoted[["claim", "source"]].drop_duplicates()

# %% [markdown]
# ## Take away
#
# - An ablation says something about a model only where the model is better than a constant ([](results.ipynb)).
# - For unseen genes it matters what a gene is described by; graph layers are shown to matter nowhere.
# - A control has to keep everything but the part in question.
#
# ## Exercises
#
# **Exercise 1 (\*).** Why does the plain mean over all genes say nothing about attention, although the error grows with it?
#
# ```{dropdown} Answer
# It takes away more than attention: without the perturbed genes in the mixture every perturbation gets the same prediction.
# *No attention* keeps the perturbed genes and takes away the look at all others.
# ```
#
# **Exercise 2 (\*\*).** For which variants do the simulated and a real screen of unseen genes say different things?  Would you
# choose the number of layers on the simulated screen?

# %% tags=["hide-cell"]
of_genes = parts["app"][parts["app"]["task"] == "unseen"].pivot(
    index="method", columns="screen", values="says"
)
differ = of_genes[of_genes["demo"] != of_genes["adamson16"]]
assert "app_2_layers" in differ.index
differ.rename(index=readable)

# %% [markdown]
# ```{dropdown} Answer
# A second layer harms on the simulated screen, whose network is the truth with some edges missing and some false, and cannot be told apart on Adamson 2016.  A
# simulated screen shows what a model can do where its assumptions hold; it does not choose settings for a real one.
# ```
