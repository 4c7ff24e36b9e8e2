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
max_epochs = 20
results = "../data/results"

# %% tags=["remove-input"]
import matplotlib.pyplot as plt
from IPython.display import Markdown

import appmodel
from appmodel.reading import (
    difference_table,
    load_published,
    load_results,
    plot_differences,
    provenance_table,
    says_of_parts,
    style,
)

scores = load_results(results, "ablation")
PAPER = {"app_no_gnn_random": "no graph layers, random embeddings", "app_no_gnn_identity": "no graph layers, identity",
         "app_mean_attention": "plain mean over genes", "app_context_only": "context vector alone",
         "app_mlp_decoder": "MLP decoder"}
BEYOND = {"app_sum": "sum over neighbours", "app_max": "maximum over neighbours", "app_1_layer": "one layer",
          "app_3_layers": "three layers", "app_32_wide": "32 wide in place of 128",
          "app_network_features": "network features"}
OURS = {"anchored_anchor_alone": "anchor alone", "anchored_mean_as_centre": "mean as centre",
        "anchored_even_noise": "all conditions heard alike", "anchored_doubles_only": "doubles alone in the bank",
        "anchored_no_shared_genes": "no kernel of shared genes"}
parts = {"app": difference_table(scores, "app", [*PAPER, *BEYOND]),
         "anchored_app": difference_table(scores, "anchored_app", list(OURS))}
Markdown("**What came out.** " + says_of_parts(parts["app"][parts["app"]["method"].isin(PAPER)], PAPER, "app")
         + "\n\n" + says_of_parts(parts["anchored_app"], OURS, "anchored_app"))

# %% [markdown]
# **Aims of this page:** the paper's Table 2, theirs beside ours, on every screen; then what it does not ask.  Each
# variant is a parameter of the same model (`APP(n_layers=0, features="random")`) and a line in `studies.yml`.
# Intervals are bootstrap intervals of the paired difference, clustered by condition.  Run time: two minutes.
#
# ## What the paper claims
#
# The paper takes a part away and the error grows.  A blank value was not stated.

# %%
load_published("../data/published.csv").query("claim == 'T2'").drop(columns=["claim", "screen"])

# %% [markdown]
# ## The published model without its parts
#
# Left of the line the model is better *without* the part.  Diamonds have an interval that leaves out zero.

# %% tags=["hide-input"]
def panels(table, reference, names):
    groups = list(table.groupby(["dataset", "task"], sort=False))
    rows = -(-len(groups) // 2)
    figure, axes = plt.subplots(rows, 2, figsize=(9.2, 0.55 + rows * (0.9 + 0.17 * len(names))), squeeze=False,
                                sharey=True)
    for ((dataset, task), part), ax in zip(groups, axes.flat, strict=False):
        plot_differences(part.assign(method=part["method"].map(names)), reference, ax=ax)
        ax.set_title(f"{dataset}{' (simulated)' if dataset == 'demo' else ''}, {task}")
    for ax in axes.flat[len(groups):]:
        ax.set_visible(False)
    return figure


# %% mystnb={"figure": {"caption": "Difference in mean L2 (log1p units) of APP without one part from the full model, five splits, 95 % intervals clustered by condition; the paper's variants first, then others.", "name": "fig-ablation-app"}, "image": {"alt": "Forest plots, one panel per screen and task, with one row per variant of APP"}}
with style():
    panels(parts["app"], "app", {**PAPER, **BEYOND})

# %% [markdown]
# A part that earns its place moves its row to the right on *every* screen.

# %%
parts["app"].assign(variant=parts["app"]["method"].map({**PAPER, **BEYOND}))[
    ["dataset", "task", "variant", "mean", "ratio", "difference", "low", "high", "says"]].round(3)

# %% [markdown]
# ## AnchoredAPP without its parts

# %% mystnb={"figure": {"caption": "Difference in mean L2 (log1p units) of AnchoredAPP without one part from the full model, five splits, 95 % intervals clustered by condition.", "name": "fig-ablation-anchored"}, "image": {"alt": "Forest plots, one panel per screen and task, with one row per variant of AnchoredAPP"}}
with style():
    panels(parts["anchored_app"], "anchored_app", OURS)

# %%
parts["anchored_app"].assign(variant=parts["anchored_app"]["method"].map(OURS))[
    ["dataset", "task", "variant", "mean", "ratio", "difference", "low", "high", "says"]].round(3)

# %% [markdown]
# The parts of the pair attention cannot matter for unseen singles, nor those of the gene attention for pairs of
# measured genes: there the rows stand on the line, exactly.
#
# ## Run it yourself
#
# The same on a screen of your own, with fewer epochs so that it takes a minute.

# %%
effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
short = {"max_epochs": max_epochs, "n_nodes": 500}
variants = {"app": appmodel.APP(**short),
            "app_no_gnn_random": appmodel.APP(n_layers=0, features="random", **short),
            "app_no_gnn_identity": appmodel.APP(n_layers=0, **short),
            "app_mean_attention": appmodel.APP(pooling="mean", **short),
            "app_context_only": appmodel.APP(pooling="context", **short),
            "app_mlp_decoder": appmodel.APP(decoder="mlp", **short)}
live = appmodel.benchmark(variants, effects, network=network, seeds=range(seeds), metrics=["l2"])
difference_table(live, "app", [name for name in variants if name != "app"]).round(3)

# %% [markdown]
# ## Where the numbers come from

# %%
provenance_table(results, "ablation")

# %% [markdown]
# **Recap.** An ablation says something about a model only where the full model is better than what it is measured
# against; see [](06_results.ipynb) for whether it is.
