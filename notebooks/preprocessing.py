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
# **Aims:** turn counts into log-normalised expression by hand, average cells into an effect, and know its sampling
# error.  **You need:** [](../book/problem.md), mean and variance.  **Level:** first course.  **Reading:** 20
# minutes.  **Run time:** under a minute.
#
# The first half follows 500 real cells, the second half a whole screen.

# %% tags=["parameters"]
screen = "demo"
n_top_genes = 2000

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import scanpy as sc
from IPython.display import Markdown, Math, display

import appmodel
from appmodel.pages import (
    neat_tables,
    plot_additivity,
    plot_cells_per_condition,
    plot_readout_scatter,
    style,
    without_pairs,
)
from appmodel.pages.cells import plot_components, plot_expression
from appmodel.screens.extracts import load_extract

neat_tables()

# %% [markdown]
# ## 500 real cells
#
# The cells are human leukaemia cells of the line K562 {cite}`norman2019`.  A {term}`guide` RNA *activates* a gene in each of
# them (CRISPR activation): KLF1, MAP2K6, both of these, or TMSB4X.  Control cells carry a guide that hits no gene.
# The cells come with this project as a small extract of a public file {cite}`wu2024perturbench`.  Its conditions
# were chosen by a rule, not by a result: of the pairs that the file holds with both singles the one with most cells
# (of five equal ones the first by name), and every activated gene that is measured itself.  The file holds 500 genes
# and log-normalised values; the counts were worked out from these, exactly.

# %%
extract = load_extract()
extract.obs["condition"].value_counts().to_frame("cells")

# %% [markdown]
# ### One cell by hand
#
# A cell's *count* $k_{cg}$ says how many RNA molecules of gene $g$ were read in cell $c$.  The *total* $T_c$ is the
# sum over all genes that were read, also those that this small file leaves out (it stands in `total_counts`).  A cell of which more was read has larger counts of everything, so counts are first brought to
# a common total (here 10,000) and then to a logarithm:
#
# $$x_{cg} = \log\!\left(1 + 10{,}000 \cdot \frac{k_{cg}}{T_c}\right)$$
#
# The logarithm makes a doubling nearly the same step for all values well above one; the one inside it (`log1p`) keeps zero
# at zero and makes steps between small values smaller.
# Three cells and three genes:

# %%
genes = ["HBZ", "TOP2A", "TMSB4X"]
three = extract[extract.obs["condition"] == "control"][:3, genes]
counts = three.to_df("counts")
totals = three.obs["total_counts"]
scaled = 10_000 * counts.div(totals, axis=0)
x = np.log1p(scaled)
pd.concat(
    {"count": counts, "per 10,000": scaled.round(1), "log1p": x.round(2)},
    axis=1,
).assign(total=totals)

# %% tags=["remove-cell"]
assert np.allclose(x, three.X.toarray())
assert (counts["HBZ"] > 0).any()

# %% [markdown]
# The first cell and TMSB4X, with numbers:

# %% tags=["remove-input"]
cell = three.obs_names[0]
Math(
    r"x = \log\left(1 + 10{,}000 \cdot \frac{"
    f"{counts.loc[cell, 'TMSB4X']:.0f}}}{{{totals[cell]}}}\\right) = "
    f"\\log({1 + scaled.loc[cell, 'TMSB4X']:.1f}) = "
    f"{x.loc[cell, 'TMSB4X']:.2f}"
)

# %% [markdown]
# Single cells are noisy: most genes have a count of zero in most cells.  That is why effects are differences of
# *means*.
#
# ### Did the perturbation reach its gene?
#
# That is the first thing to look at.  TMSB4X was activated in 100 cells; in those it should be read more often than
# in control cells, and nowhere else.

# %% mystnb={"figure": {"caption": "Expression of TMSB4X (log1p) in real K562 cells in which it was activated (right), in two other conditions, and in control cells. Widths show how many cells have a value; the bar is the median.", "name": "fig-target"}, "image": {"alt": "Four violins of TMSB4X expression: control, KLF1 and MAP2K6 lie at the same height, that of TMSB4X far above"}}
with style():
    plot_expression(extract, "TMSB4X", ["control", "KLF1", "MAP2K6", "TMSB4X"])

# %% tags=["remove-cell"]
import math

from myst_nb import glue

own = extract[:, "TMSB4X"].to_df()["TMSB4X"]
own = own.groupby(extract.obs["condition"].astype(str))
rise = own.mean()["TMSB4X"] - own.mean()["control"]
above = (own.get_group("TMSB4X") > own.get_group("control").max()).sum()
glue("rise", f"{rise:.2f}", display=False)
glue("fold", f"{math.exp(rise):.0f}", display=False)
glue("above", f"{above} of 100", display=False)
assert above >= 95
assert abs(own.mean()[["KLF1", "MAP2K6"]] - own.mean()["control"]).max() < 0.1

# %% [markdown]
# It rises by {glue:text}`rise`, about {glue:text}`fold`-fold, and {glue:text}`above` cells lie above every control
# cell. The other two conditions look like control here.  A guide does not always work so well: a screen's list of
# conditions says what was *meant* to happen.
#
# KLF1 and MAP2K6 themselves are not among the 500 genes of this file, so that the same check is not possible for
# them.
#
# ### Cells as points
#
# A cell is a point with 500 coordinates.  Principal components are the directions in which the points differ most;
# scanpy finds them {cite}`wolf2018scanpy`.

# %% mystnb={"figure": {"caption": "500 real K562 cells by their first three principal components.", "name": "fig-components"}, "image": {"alt": "Two scatter plots of cells. Cells with activated KLF1 lie to the right on component 1, cells with activated TMSB4X alone above on component 3; on component 2 all conditions mix"}}
sc.pp.pca(extract, n_comps=10, random_state=0)
with style():
    plot_components(extract, [(1, 2), (1, 3)])

# %% tags=["remove-cell"]
loadings = pd.DataFrame(extract.varm["PCs"], index=extract.var_names).abs()
assert set(loadings[0].nlargest(2).index) == {"HBZ", "HBG2"}
assert loadings[1].idxmax() == "H4C3"
assert loadings[2].idxmax() == "TMSB4X"
place = pd.DataFrame(
    extract.obsm["X_pca"], index=extract.obs["condition"].astype(str)
)
middle = place.groupby(level=0).mean()
assert (middle.loc[["KLF1", "KLF1+MAP2K6"], 0] > 1).all()
assert (middle.drop(["KLF1", "KLF1+MAP2K6"])[0] < -0.5).all()
assert middle[1].abs().max() < 0.2
assert middle[2].idxmax() == "TMSB4X"
assert middle[2].sort_values().iloc[-2] < 0

# %% [markdown]
# Component 1 is made of two haemoglobin genes, HBZ and HBG2, and cells with activated KLF1 lie to the right on it:
# KLF1 is a regulator of red blood cells {cite}`norman2019`.  Component 3 is TMSB4X.  On component 2 all conditions
# mix.  It is led by H4C3, a histone gene, and histones are read while a cell copies its DNA: it shows where in its
# cycle a cell is, which the {term}`perturbation` did not decide.  So cells differ for reasons of their own, and many
# perturbed cells have to be compared with many control cells. Cells with activated MAP2K6 alone cannot be told from
# control by eye.
#
# ## Cells to effects
#
# For a condition $P$ with $n_P$ cells, and the control with $n_0$ cells, the *effect* on gene $g$ is
#
# $$y_{Pg} = \bar x_{Pg} - \bar x_{0g}, \qquad \bar x_{Pg} = \frac{1}{n_P}\sum_{c \in P} x_{cg} ,$$
#
# and its *standard error* comes from the variances $s^2$ of the cells of both:
#
# $$\mathrm{se}(y_{Pg}) = \sqrt{\frac{s_{Pg}^2}{n_P} + \frac{s_{0g}^2}{n_0}} .$$
#
# Take KLF1 and HBZ:

# %%
hbz = extract[:, "HBZ"].to_df()["HBZ"]
cells_of = extract.obs["condition"]
klf1, control = hbz[cells_of == "KLF1"], hbz[cells_of == "control"]
y = klf1.mean() - control.mean()
se = np.sqrt(klf1.var() / len(klf1) + control.var() / len(control))

# %% tags=["remove-input"]
Math(
    f"y = {klf1.mean():.2f} - {control.mean():.2f} = {y:.2f}, \\qquad "
    f"\\mathrm{{se}} = \\sqrt{{\\frac{{{klf1.var():.2f}}}{{{len(klf1)}}} + "
    f"\\frac{{{control.var():.2f}}}{{{len(control)}}}}} = {se:.2f}"
)

# %% [markdown]
# The effect is many times its standard error.  `condition_effects` does the same for all conditions and genes.

# %%
real = appmodel.condition_effects(extract)
assert np.isclose(real["KLF1", "HBZ"].X[0, 0], y)
real.to_df()[[*genes, "HBG2"]].round(2)

# %% tags=["remove-cell"]
assert y / se > 8

# %% [markdown]
# ## A whole screen
#
# From here on the page takes any screen (parameter `screen`).

# %% tags=["remove-input"]
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
# Where a screen holds counts, `condition_effects` calls scanpy: `normalize_total` (here to the median total, not to
# 10,000), `log1p`, and `highly_variable_genes` on the **control cells only**, so that no held-out condition has a say in what is
# predicted.  Values that are {term}`log1p` already, like those of the 500 cells, stay as they are.  A perturbed gene that was
# measured is always kept.  For each condition it keeps `sampling_var`, the squared
# standard error of the condition's own mean summed over genes: $\sum_g s_{Pg}^2 / n_P$.

# %%
effects = appmodel.condition_effects(cells, n_top_genes=n_top_genes)
effects.obs.head()

# %% [markdown]
# Nothing is left out in silence: this table counts what was, and is empty where nothing was.

# %%
appmodel.changes(effects)

# %% mystnb={"figure": {"caption": "Cells per perturbed condition.", "name": "fig-cells"}, "image": {"alt": "Histogram of the number of cells per condition"}}
with style():
    plot_cells_per_condition(effects)

# %% tags=["remove-input"]
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
# ### Are two perturbations the sum of their parts?
#
# The size of an effect is its L2 norm, $|y| = \sqrt{\sum_g y_g^2}$.

# %% mystnb={"figure": {"caption": "Size of each double's effect against the size of the sum of its two single effects (log1p units).", "name": "fig-additivity"}, "image": {"alt": "Scatter plot of doubles against the sum of their singles with the line of additivity"}}
if "doubles" in appmodel.possible_tasks(effects):
    with style():
        plot_additivity(effects)
else:
    display(Markdown(without_pairs(effects, "no sum can be compared")))

# %% [markdown]
# Points below the line are doubles with a smaller effect than the sum of their singles, one thing that the additive model
# of the [next chapter](baselines.ipynb) misses.  It also misses doubles that do something else; this plot of sizes cannot
# show those.
#
# ### How far is the measurement from the truth?
#
# Only a simulated screen has a truth to compare with.

# %% mystnb={"figure": {"caption": "Measured against noise-free effects of the condition with the strongest true effect, on a simulated screen (log1p units); empty for real screens.", "name": "fig-truth"}, "image": {"alt": "Scatter plot of measured against true effects of one condition"}}
if simulated:
    from appmodel.screens.demo import true_effects

    truth = true_effects(cells)[effects.obs_names, effects.var_names]
    strongest = effects.obs_names[np.argmax(np.linalg.norm(truth.X, axis=1))]
    with style():
        axes = plot_readout_scatter(
            effects[strongest].X[0], truth[strongest].X[0]
        )
        axes.set(
            title=f"{strongest} (simulated)",
            xlabel="noise-free effect",
            ylabel="measured effect",
        )
        plt.show()

# %% [markdown]
# Points lie about the diagonal by the sampling error.  This is the strongest condition; in weak ones the same error hides
# more.
#
# ## Take away
#
# 1. An effect is a difference of two means of log-normalised cells: one row per condition, one number per gene.
# 2. Each number has a standard error, and effects of a few hundredths are often noise.
# 3. Cells differ for reasons of their own, such as the cell cycle. Means over many cells, compared with control, make these
#    differences small, unless the perturbation changes them itself.
#
# ## Exercises
#
# **Exercise 1 (\*).** A cell has a total of 8,000 counts, 4 of them of HBZ.  Another has 16,000, 8 of them of HBZ.  What are
# their log1p values?

# %% tags=["hide-cell"]
first = np.log1p(10_000 * 4 / 8_000)
second = np.log1p(10_000 * 8 / 16_000)
round(first, 3), round(second, 3)

# %% [markdown]
# **Exercise 2 (\*\*).** How many standard errors is the effect of MAP2K6 on HBZ?  Use the lines above that do it for KLF1.
# Would you call it an effect?

# %% tags=["hide-cell"]
map2k6 = hbz[cells_of == "MAP2K6"]
effect = map2k6.mean() - control.mean()
its_se = np.sqrt(map2k6.var() / 100 + control.var() / 100)
pd.Series(
    {"effect": effect, "standard error": its_se, "ratio": effect / its_se}
).round(2)

# %% tags=["remove-cell"]
glue("genes read", f"{(extract.X.sum(axis=0) > 0).sum()}", display=False)
assert -3 < effect / its_se < -2

# %% [markdown]
# ```{dropdown} What to make of it
# It is between two and three standard errors: alone, that would pass a test at 5 %.  But all cells of this file
# together hold {glue:text}`genes read` genes, and even without any effect about one in twenty of them would lie beyond two
# standard errors by chance.  It is a hint and no more.
# ```
#
# **Exercise 3 (\*\*\*).** One can also average first and take the logarithm afterwards: $\log(1 + \text{mean of }
# 10{,}000\,k/T)$. Compare both for HBZ in control cells.  Which one is larger, and why is it always so?

# %% tags=["hide-cell"]
in_control = extract[cells_of == "control"]
per_10k = (
    10_000 * in_control.to_df("counts")["HBZ"] / in_control.obs["total_counts"]
)
mean_of_logs, log_of_mean = np.log1p(per_10k).mean(), np.log1p(per_10k.mean())
pd.Series(
    {"mean of logarithms": mean_of_logs, "logarithm of mean": log_of_mean}
).round(2)

# %% tags=["remove-cell"]
assert log_of_mean > mean_of_logs + 0.05

# %% [markdown]
# ```{dropdown} Why
# The logarithm bends downwards, so the mean of logarithms lies below the logarithm of the mean (Jensen's
# inequality), the more so the more cells differ.  Two screens can only be compared where both took the same order.
# This book takes the logarithm of each cell first.
# ```
