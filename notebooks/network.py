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
# # The biological network
#
# **Aims:** see how gene sets and edge lists become one graph, which genes become its nodes, and how a shuffled
# network serves as the control.  Run time: under a minute.
#
# A gene is joined to its nearest neighbours by shared gene sets, each set weighted by $\log(20000/\text{size})$:
# sharing a small set says more than sharing a large one.  Joining all members of a set would give millions of
# pairs.

# %% tags=["parameters"]
screen = "demo"
networks = ["demo"]
n_nodes = 2000
n_neighbors = 20

# %%
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

import appmodel
from appmodel.effects import screen_targets
from appmodel.pages import plot_degrees, style

effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
network.summary()

# %% [markdown]
# ## Nodes
#
# Nodes are the screen's targets and readouts, and their best-connected neighbours up to a limit; the attention of
# the next chapter runs over the same genes.

# %%
readouts = list(effects.var_names) if "control_mean" in effects.var else []
targets = screen_targets(effects)
nodes = network.nodes(targets, readouts, limit=n_nodes)
graph = network.to_pyg(nodes, n_neighbors)
known = network.has(targets)
Markdown(
    f"{len(nodes):,} genes and {graph.edge_index.shape[1] // 2:,} pairs; the "
    f"network knows {known.sum()} of the {len(targets)} perturbed genes."
)

# %% mystnb={"figure": {"caption": "Share of genes with at least a number of neighbours: all genes of the graph, and the perturbed ones.", "name": "fig-degrees"}, "image": {"alt": "Step plot of the degree distribution of the network and the degree of perturbed genes"}}
degree = pd.Series(
    np.bincount(graph.edge_index[0], minlength=len(nodes)), index=nodes
)
with style():
    plot_degrees(
        {
            "all genes": degree.to_numpy(),
            "perturbed genes": degree[targets].to_numpy(),
        }
    )

# %% [markdown]
# ## How much of the truth does the network hold?
#
# On the simulated screen the prior network was derived from the true regulatory one: some edges are missing, some
# are false.  Real networks come without this table.

# %%
if effects.uns.get("simulated", False):

    def pairs(table):
        return {
            frozenset(pair)
            for pair in zip(table["source"], table["target"], strict=True)
        }

    cells = appmodel.load_cells(screen)
    true, prior = (
        pairs(cells.uns["true_network"]),
        pairs(cells.uns["prior_network"]),
    )
    table = pd.Series(
        {
            "true pairs": len(true),
            "of them in the prior": len(true & prior),
            "false pairs in the prior": len(prior - true),
        },
        name="count",
    ).to_frame()
    display(table)

# %% [markdown]
# ## The control: a shuffled network
#
# `network.shuffled(seed)` gives every gene the neighbours of another gene.  A model that does as well with it
# does not use its network.

# %%
shuffled = network.shuffled(seed=0)
before, after = (
    network.adjacency(nodes, n_neighbors),
    shuffled.adjacency(nodes, n_neighbors),
)
shared = before.multiply(after > 0).nnz / max(before.nnz, 1)
Markdown(f"After shuffling, {shared:.1%} of the pairs are pairs as before.")

# %% [markdown]
# **Recap.** One call loads networks, one gives the graph; the shuffled network is the control in every table.
