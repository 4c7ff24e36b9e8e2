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
# # Network quality: robust, or indifferent?

# %% tags=["parameters", "hide-input"]
screen = "demo"
networks = ["demo"]
seeds = 1
results = "../data/results"

# %% tags=["remove-input"]
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import Markdown

import appmodel
from appmodel.reading import (
    BASELINES,
    BLUE,
    ORANGE,
    difference_table,
    load_published,
    load_results,
    plot_degradation,
    provenance_table,
    says_of_network,
    style,
)

scores = load_results(results, "network_quality")
REMOVED = {0: "", 0.1: "_without_10", 0.25: "_without_25", 0.5: "_without_50", 0.75: "_without_75",
           0.9: "_without_90"}
ADDED = {0: "", 0.1: "_plus_10", 0.25: "_plus_25", 0.5: "_plus_50", 1: "_plus_100"}
OTHER = {"_rewired": "rewired, degrees kept", "_shuffled": "genes shuffled", "_empty": "no edge",
         "_complete": "all pairs joined"}
MODELS = ("app", "anchored_app")
Markdown("**What came out.** " + "\n\n".join(says_of_network(scores, model) for model in MODELS))

# %% [markdown]
# **Aims of this page:** damage the network on purpose and watch the error: the paper's Table 4, and the question it
# leaves open.  A curve that stays flat can mean that a model is robust, or that it never looked at its network.  The
# control tells them apart: a network whose genes are shuffled keeps every property but the meaning.  Run time: one
# minute.
#
# "Edges" of gene sets are memberships.  They are removed from the source, before any model sees it, so that both
# models see the same damage; the genes of APP's graph stay those of the intact network.  A gene keeps up to
# 20 neighbours as long as it shares any set with them, so that the graph thins out more slowly than the memberships.
#
# ## What the paper claims

# %%
load_published("../data/published.csv").query("claim == 'T4'").drop(columns=["claim", "screen"])

# %% [markdown]
# ## Edges removed, edges added
#
# Both models divided by the baseline of the task (dashed line).

# %% tags=["hide-input"]
def curves(steps, label):
    groups = list(scores.groupby(["dataset", "task"], sort=False))
    rows = -(-len(groups) // 2)
    figure, axes = plt.subplots(rows, 2, figsize=(9.2, 2.3 * rows), squeeze=False)
    for ((dataset, task), part), ax in zip(groups, axes.flat, strict=False):
        for model, colour, marker in (("app", ORANGE, "D"), ("anchored_app", BLUE, "o")):
            named = {share: f"{model}{end}" for share, end in steps.items()}
            plot_degradation(part, model, named, BASELINES[task], colour, marker, ax)
        ax.set(title=f"{dataset}{' (simulated)' if dataset == 'demo' else ''}, {task}", xlabel=label)
    for ax in axes.flat[len(groups):]:
        ax.set_visible(False)
    axes.flat[0].legend(frameon=False)
    return figure


# %% mystnb={"figure": {"caption": "L2 divided by that of the baseline against the share of memberships or edges removed, five networks and splits, 95 % intervals clustered by condition.", "name": "fig-removed"}, "image": {"alt": "Line plots, one panel per screen and task: error ratio of APP and AnchoredAPP against the percentage of edges removed"}}
with style():
    curves(REMOVED, "edges removed (%)")

# %% mystnb={"figure": {"caption": "The same against the share of random memberships or edges added.", "name": "fig-added"}, "image": {"alt": "Line plots, one panel per screen and task: error ratio of APP and AnchoredAPP against the percentage of random edges added"}}
with style():
    curves(ADDED, "random edges added (%)")

# %% [markdown]
# A line that stays level says nothing until the table below is read beside it.
#
# ## Networks without meaning
#
# Difference in L2 from the same model with the intact network.  A model that does as well with a shuffled network
# does not use its network.

# %%
pd.concat([difference_table(scores, model, [f"{model}{end}" for end in OTHER]) for model in MODELS]).assign(
    network=lambda table: table["method"].str.replace(r"^(anchored_)?app", "", regex=True).map(OTHER))[
    ["dataset", "task", "method", "network", "mean", "ratio", "difference", "low", "high", "says"]].round(3)

# %% [markdown]
# For doubles AnchoredAPP reads measured effects and no network: every row is exactly zero there.
#
# ## Which network?
#
# Each source alone, and their union, unseen singles.  Some of these sources may not be redistributed, so that this
# table is made by `make local`.

# %%
sources = load_results(results, "network_sources")
names = {"gene_ontology": "Gene Ontology", "reactome": "Reactome", "complexes": "complexes",
         "protein_interactions": "protein interactions", "collectri": "CollecTRI", "union": "their union"}
table = pd.concat([difference_table(sources, "training_mean", [f"{model}_{name}" for name in names])
                   for model in MODELS])
table.assign(model=table["method"].str.startswith("anchored").map({True: "anchored_app", False: "app"}),
             source=table["method"].str.replace(r"^(anchored_)?app_", "", regex=True).map(names)).pivot_table(
    index=["model", "source"], columns="dataset", values="ratio", sort=False).round(3)

# %% [markdown]
# Numbers are L2 divided by that of the training mean.
#
# ## Run it yourself

# %%
effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
live = []
for seed in range(seeds):
    damaged = {"intact": network, "half removed": network.without_edges(0.5, seed), "shuffled": network.shuffled(seed)}
    for name, given in damaged.items():
        live.append(appmodel.benchmark({name: appmodel.AnchoredAPP()}, effects, "unseen", given, seeds=[seed],
                                       metrics=["l2"]))
difference_table(pd.concat(live), "intact", ["half removed", "shuffled"]).round(3)

# %% [markdown]
# ## Where the numbers come from

# %%
provenance_table(results, "network_quality")

# %% [markdown]
# **Recap.** Robustness is a virtue only in a model that uses what it is robust against.
