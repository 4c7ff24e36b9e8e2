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
# # From cells to effects
#
# **Aims:** see what a Perturb-seq screen looks like, how counts become log-normalised expression, which genes are
# kept, and how a condition's cells become one row of effects with a known sampling error.  Run time: under a
# minute.

# %% tags=["parameters"]
screen = "demo"
n_top_genes = 2000

# %%
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Markdown, display

import appmodel
from appmodel.pages import (
    plot_additivity,
    plot_cells_per_condition,
    plot_readout_scatter,
    style,
    without_pairs,
)

# %%
cells = appmodel.load_cells(screen)
simulated = bool(cells.uns.get("simulated", False))
Markdown(
    f"`{cells.uns['dataset']}` is a "
    f"**{'simulated' if simulated else 'real'}** screen of {cells.n_obs:,} "
    f"cells and {cells.n_vars:,} genes with "
    f"{cells.obs['condition'].nunique() - 1} perturbed conditions and "
    f"{int((cells.obs['condition'] == 'control').sum()):,} control cells."
)

# %% [markdown]
# ## Normalise, select, average
#
# `condition_effects` calls scanpy: `normalize_total` (every cell gets the median number of counts), `log1p`, and
# `highly_variable_genes` on the **control cells only**, so that no held-out condition has a say in what is
# predicted.  A perturbed gene stays where it was measured.  Then, for a condition $P$ with $n_P$ cells
#
# $$y_P = \frac{1}{n_P}\sum_{c \in P} x_c - \frac{1}{n_0}\sum_{c \in \text{control}} x_c ,$$
#
# and the squared standard error of the first mean, summed over genes, is its `sampling_var`.

# %%
effects = appmodel.condition_effects(cells, n_top_genes=n_top_genes)
effects.obs.head()

# %%
appmodel.changes(effects)

# %% mystnb={"figure": {"caption": "Cells per perturbed condition.", "name": "fig-cells"}, "image": {"alt": "Histogram of the number of cells per condition"}}
with style():
    plot_cells_per_condition(effects)

# %%
n_cells = effects.obs["n_cells"][effects.obs_names != "control"]
error = np.sqrt(effects.obs["sampling_var"].median())
size = np.median(np.linalg.norm(effects.X[1:], axis=1))
Markdown(
    f"Between {n_cells.min()} and {n_cells.max()} cells stand behind an effect"
    f" (median {n_cells.median():.0f}), so effects carry sampling error: its "
    f"root is {error:.2f} for the median condition, beside a median effect "
    f"size of {size:.2f}."
)

# %% [markdown]
# ## Are two perturbations the sum of their parts?

# %% mystnb={"figure": {"caption": "Size of each double's effect against the size of the sum of its two single effects (log1p units).", "name": "fig-additivity"}, "image": {"alt": "Scatter plot of doubles against the sum of their singles with the line of additivity"}}
if "doubles" in appmodel.possible_tasks(effects):
    with style():
        plot_additivity(effects)
else:
    display(Markdown(without_pairs(effects, "no sum can be compared")))

# %% [markdown]
# Points below the line are doubles that do less than the sum of their singles: what the additive model misses.
#
# ## How far is the measurement from the truth?
#
# Only a simulated screen has a truth to compare with.

# %% mystnb={"figure": {"caption": "Measured against noise-free effects of one condition of a simulated screen (log1p units); empty for real screens.", "name": "fig-truth"}, "image": {"alt": "Scatter plot of measured against true effects of one condition"}}
if simulated:
    from appmodel.screens.demo import true_effects

    truth = true_effects(cells)[effects.obs_names, effects.var_names]
    strongest = effects.obs_names[np.argmax(np.linalg.norm(truth.X, axis=1))]
    with style():
        axes = plot_readout_scatter(
            effects[strongest].X[0], truth[strongest].X[0]
        )
        axes.set(
            title=strongest,
            xlabel="noise-free effect",
            ylabel="measured effect",
        )
        plt.show()

# %% [markdown]
# **Recap.** Effects are differences of means: a row per condition, with the number of cells and the sampling error
# beside it.
