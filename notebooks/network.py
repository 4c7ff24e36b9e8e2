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
# **Aims:** see how gene sets and edge lists become one graph, which genes become its nodes, and what a shuffled
# network is for. **You need:** [the problem](../book/problem.md), logarithms. **Level:** first course. **Reading:** 15
# minutes. **Run time:** under a minute.
#
# A *network* says which genes have to do with each other. It comes in two forms. An **edge list** names pairs, such
# as two proteins that bind each other. A **gene set** names many genes with something in common, such as a pathway.
#
# A model wants pairs. Joining all members of a set would give millions of them. So a gene is joined to its nearest
# neighbours only: those with the most similar memberships. Let $m_g$ be a row with one number for each set $S$, which
# is
#
# $$m_{gS} = \log\frac{20000}{|S|} \quad\text{if gene } g \text{ is in } S, \text{ else } 0.$$
#
# $|S|$ is the number of genes in the set, and 20,000 is about the number of human genes: to share a small set says
# more than to share a large one. Two genes are as similar as the *cosine* of their rows,
#
# $$\cos(g, g') = \frac{m_g \cdot m_{g'}}{|m_g|\,|m_{g'}|},$$
#
# where $\cdot$ multiplies number by number and adds up, and $|m|$ is the length of a row, $\sqrt{m \cdot m}$. It is 1
# for genes with the same sets and 0 for genes without a common set.
#
# Pairs of an edge list are taken as they are, with their weights. Where several sources join two genes the largest weight
# counts. The network of `demo` is an edge list, so the formula waits for the exercises.

# %% tags=["parameters"]
screen = "demo"
networks = ["demo"]
n_nodes = 2000
n_neighbors = 20

# %%
import numpy as np
import pandas as pd
from IPython.display import SVG, Markdown, display

import appmodel
from appmodel.effects import screen_targets
from appmodel.pages import neat_tables, plot_degrees, style
from appmodel.pages.drawings.genes import draw_neighbourhood
from appmodel.pages.drawings.svg import svg_of

neat_tables()

effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
network.summary()

# %% [markdown]
# ## Nodes
#
# Nodes are the screen's targets and {term}`readouts <readout>`, and their best-connected neighbours up to a limit, here `n_nodes`; a
# readout that the network does not know is a node without edges.  The {term}`attention` of the next chapter runs over such nodes,
# at most 500 unless told otherwise.

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

# %% [markdown]
# ## Around one gene
#
# One perturbed gene, the first by name that has neighbours, with its ten strongest ones. When one graph layer computes
# the {term}`embedding` of the gene in the middle, it looks at all of its neighbours and at nothing beyond them. Genes called SIM
# are simulated: in the book this page shows the simulated screen.

# %% mystnb={"figure": {"caption": "A perturbed gene (bold) and its strongest neighbours; perturbed genes are filled.", "name": "fig-around-one-gene"}, "image": {"alt": "A circle for a gene in the middle, circles for its neighbours around it, lines between genes that are joined"}}
adjacency = network.adjacency(nodes, n_neighbors)
joined = set(np.array(nodes)[adjacency.getnnz(axis=1) > 0])
middle = next((gene for gene in targets if gene in joined), targets[0])
with style():
    drawing = svg_of(draw_neighbourhood(adjacency, nodes, middle, targets))
SVG(drawing)

# %% [markdown]
# ## How many neighbours?
#
# The **degree** of a gene is the number of its neighbours.

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
# A point says which share of the genes has so many neighbours or more.
#
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
# gains nothing from its network; first ask whether it has learned anything at all ([](training.ipynb)).

# %%
shuffled = network.shuffled(seed=0)
before, after = (
    network.adjacency(nodes, n_neighbors),
    shuffled.adjacency(nodes, n_neighbors),
)
shared = before.multiply(after > 0).nnz / max(before.nnz, 1)
Markdown(f"After shuffling, {shared:.1%} of the pairs are pairs as before.")

# %% [markdown]
# ## Take away
#
# 1. A network is pairs of genes; gene sets become pairs by the similarity of memberships.
# 2. All perturbed genes are nodes, whether the network knows them or not. Of one that it does not know, a graph layer
#    learns nothing.
# 3. The {term}`shuffled network` is the control in the tables of the results.
#
# ## Exercises
#
# **Exercise 1 (\*).** Gene A is in a set of 20 genes and in one of 2,000. Gene B is in the small set alone, gene C in
# the large one alone. Which of the two is more similar to A? Use the formulas of the introduction.

# %% tags=["hide-cell"]
small, large = np.log(20000 / 20), np.log(20000 / 2000)
length_of_a = np.sqrt(small**2 + large**2)
# The rows of B and C have one number each, which is their length too.
similar = pd.Series({"B": small / length_of_a, "C": large / length_of_a})
assert similar["B"] > 2 * similar["C"]
similar.rename("cosine with A").to_frame().round(2)

# %% [markdown]
# **Exercise 2 (\*\*).** Compute the same with the package: build the two sets with `network_from_sets`, 20 and 2,000
# genes of which A, B and C are some, and ask `similarity`.

# %% tags=["hide-cell"]
from appmodel.networks import network_from_sets

sets = network_from_sets(
    {
        "small": ["A", "B", *(f"S{i}" for i in range(18))],
        "large": ["A", "C", *(f"L{i}" for i in range(1998))],
    },
    aliases=False,
)
by_package = sets.similarity(["A"], ["B", "C"])[0]
assert np.allclose(by_package, similar)
by_package.round(2)

# %% [markdown]
# **Exercise 3 (\*\*\*).** A shuffled network has the same shape as the real one. Name three things about it that
# shuffling keeps and one that it destroys, and check them with `before` and `after`, the two adjacencies above. Why
# is this a better control than no network at all?

# %% tags=["hide-cell"]
both = [before, after]
degrees = [sorted(matrix.getnnz(axis=1)) for matrix in both]
pd.DataFrame(
    {
        "pairs": [matrix.nnz // 2 for matrix in both],
        "largest degree": [max(each) for each in degrees],
        "sum of weights": [matrix.sum() / 2 for matrix in both],
        "pairs of the real network": [
            before.nnz // 2,
            int(shared * before.nnz / 2),
        ],
    },
    index=["real", "shuffled"],
).T.astype(int)

# %% [markdown]
# ```{dropdown} Why
# Shuffling gives every gene the neighbours of another. Over all genes of the network it keeps how many pairs there
# are, how many neighbours genes have, and the weights. Among the nodes of a graph alone the numbers may differ a
# little, as genes from outside trade places too. It destroys who is joined to whom. So a model is trained on a graph
# of the same size with the same degrees. Only the knowledge is gone: what the model then loses was knowledge. Without
# any network other things change as well: APP then has no graph layer and other features.
# ```
