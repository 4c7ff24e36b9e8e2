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
# # Baselines: what a model has to beat
#
# **Aims:** predict a real pair by addition with your own hands, judge the error against the noise, and know every
# simple {term}`predictor`, what it needs and where it says nothing.  **You need:** [](preprocessing.ipynb), matrix
# products. **Level:** first course.  **Reading:** 25 minutes.  **Run time:** one to two minutes.

# %% tags=["parameters"]
screen = "demo"
networks = ["demo"]
seeds = 3

# %%
import numpy as np
import pandas as pd
from IPython.display import Markdown, Math, display

import appmodel
from appmodel.pages import (
    named,
    neat_tables,
    paper_table,
    plot_method_ratios,
    screen_title,
    style,
    tasks_of,
    without_pairs,
)
from appmodel.pages.real_pair import plot_worked_pair
from appmodel.pages.undefined import undefined_table
from appmodel.screens.extracts import load_extract
from appmodel.studies.worked_pair import simple_answers, worked_pair

neat_tables()

# %% [markdown]
# ## One real pair, from cells to verdict
#
# In K562 cells, KLF1 was activated, MAP2K6 was activated, and both were, in 100 cells each {cite}`norman2019`.
# Suppose that only the singles had been measured.  What would you say about the pair?
#
# The pair was chosen by a rule and not for its result ([](preprocessing.ipynb)).

# %%
extract = load_extract()
pair = extract.uns["pair"]
A, B = pair.split("+")
table = worked_pair(appmodel.condition_effects(extract), pair)

# %% tags=["remove-cell"]
from myst_nb import glue

control_cells = extract[extract.obs["condition"] == "control"]
cell = control_cells[0]
k = int(cell[:, "HBZ"].layers["counts"].toarray()[0, 0])
T = int(cell.obs["total_counts"].iloc[0])
hbz = table.loc["HBZ"]
assert k > 0
assert np.isclose(np.log1p(1e4 * k / T), cell[:, "HBZ"].X.toarray()[0, 0])
assert (extract.obs["condition"] == pair).sum() == 100
# What is printed adds up.
short = hbz.round(4)
assert np.isclose(short[A] + short[B], short["sum"])
assert np.isclose(short["sum"] - short[pair], short["difference"])

# %% [markdown]
# **1. Counts to log1p.**  Each count is divided by its cell's total, multiplied by 10,000, and its logarithm taken.
# For HBZ, a haemoglobin gene, in the first control cell:

# %% tags=["remove-input"]
Math(
    r"x = \log\left(1 + 10{,}000 \cdot "
    f"\\frac{{{k}}}{{{T}}}\\right) = "
    f"{np.log1p(1e4 * k / T):.2f}"
)

# %% [markdown]
# **2. Mean over the cells** of each condition, and **3. effects**: minus the mean of the control cells.  For HBZ:

# %% tags=["remove-input"]
mean = hbz["control"]
Math(
    r"\begin{aligned}"
    + r" \\ ".join(
        f"y_{{\\text{{{name}}}}} &= {mean + hbz[name]:.4f} - {mean:.4f} "
        f"= {hbz[name]:.4f}"
        for name in (A, B, pair)
    )
    + r"\end{aligned}"
)

# %% [markdown]
# **4. Addition.**  What the pair does is said to be what both singles do together:
#
# $$\hat y_{AB} = y_A + y_B$$
#
# The hat marks a prediction.  For HBZ, with the difference from what was measured:

# %% tags=["remove-input"]
Math(
    f"\\hat y = {hbz[A]:.4f} + ({hbz[B]:.4f}) = {hbz['sum']:.4f}, \\qquad "
    f"\\hat y - y = {hbz['sum']:.4f} - {hbz[pair]:.4f} "
    f"= {hbz['difference']:.4f}"
)

# %% [markdown]
# The eight genes that control cells express most, with the same four steps ({term}`log1p` units):

# %%
shown = ["control", A, B, "sum", pair, "difference", "difference_error"]
table.nlargest(8, "control")[shown].round(2) + 0.0

# %% [markdown]
# `difference_error` is the **noise**: the standard error of the difference.  Written out, the control's mean appears
# once,
#
# $$\hat y_{AB} - y_{AB} = (\bar x_A - \bar x_0) + (\bar x_B - \bar x_0) - (\bar x_{AB} - \bar x_0)
# = \bar x_A + \bar x_B - \bar x_{AB} - \bar x_0 ,$$
#
# where $\bar x_P$ is the mean over the cells of condition $P$ and $0$ the control.  The four means are of different
# cells, so their squared standard errors add up.

# %% mystnb={"figure": {"caption": "Sum of the effects of KLF1 and MAP2K6 against the measured effect of the pair, 500 genes of real K562 cells. Bars are one standard error; on the line addition is exact.", "name": "fig-worked-pair"}, "image": {"alt": "Scatter plot: HBZ and HBG2 lie far from zero close to the line, all other genes near zero, with error bars that reach the line for nearly all"}}
with style():
    plot_worked_pair(table, pair)

# %% [markdown]
# **5. The verdict** over all 500 genes is the L2 error, the length of the vector of differences, and beside it the
# length that noise alone would give if the pair were exactly additive:

# %%
error = np.sqrt((table["difference"] ** 2).sum())
noise = np.sqrt((table["difference_error"] ** 2).sum())
pd.Series({"error of addition": error, "noise": noise}).round(2).to_frame("L2")

# %%
answers = simple_answers(table, pair).round(2)
answers

# %% tags=["remove-cell"]
of = simple_answers(table, pair).set_index("method")["error"]
read = (table["difference_error"] > 0).sum()
far = (table["difference"].abs() > 2 * table["difference_error"]).sum()
glue("read", f"{read}", display=False)
glue("far", f"{far}", display=False)
glue("error", f"{error:.2f}", display=False)
glue("noise", f"{noise:.2f}", display=False)
glue("none", f"{of['no change']:.2f}", display=False)
glue("of first", f"{of[f'{A} alone']:.2f}", display=False)
assert np.isclose(of["addition"], error)
assert error < noise
assert far < 0.046 * read
assert abs(of["addition"] - of[f"{A} alone"]) < 0.02
assert of["addition"] < 0.25 * of["no change"]
assert set(table[pair].abs().nlargest(2).index) == {"HBZ", "HBG2"}

# %% [markdown]
# **What does addition already know?**  Here, nearly all there is to know.  Saying "nothing happens" errs by
# {glue:text}`none`, {term}`addition` by {glue:text}`error`.  That is no more than the noise of 100 cells a condition,
# {glue:text}`noise`: these cells show nothing of the pair that is not additive.  (The noise is what to expect
# on average; one measurement may have less.)  Of the {glue:text}`read` genes that any of these cells holds,
# {glue:text}`far` differ by more than two standard errors, fewer than one in twenty, which chance alone would give.
#
# **And what does it not know?**  KLF1 alone errs by {glue:text}`of first`, as little as the sum.  So this pair shows
# no more than that KLF1 acts on two haemoglobin genes and MAP2K6 on little: a pair of one strong and one weak gene
# is easy. One pair proves nothing.  Whether pairs *differ* from sums takes many of them, and cells enough for each:
# [](interactions.ipynb).
#
# ## The simple predictors, one by one
#
# In what follows $y_c$ is the measured effect of condition $c$, a vector with one number per {term}`readout`, and $\hat y_c$
# its prediction.  $\mathcal T$ are the training conditions, $\mathcal S$ the singles among them, and $\mathcal D$
# the doubles among them whose two singles are also in $\mathcal S$.  $|\cdot|$ is the L2 norm, $A$, $B$, $g$ and $h$
# are genes.
#
# ### Constants: the same for every condition
#
# **No change** (`NoChange`) says that a perturbed cell is a control cell.  It needs nothing.
#
# $$\hat y_c = 0$$
#
# **Training mean** (`TrainingMean`) says of every condition what the training conditions do on average.  It is good
# where all {term}`perturbations <perturbation>` cause the same stress.
#
# $$\hat y_c = \frac{1}{|\mathcal T|} \sum_{t \in \mathcal T} y_t \qquad (|\mathcal T| \text{: how many there are})$$
#
# **Mean of training singles** (`SinglesMean`) is the same over $\mathcal S$ only.  It is the fair mean for unseen
# single genes, as doubles do more than singles.
#
# $$\hat y_c = \frac{1}{|\mathcal S|} \sum_{g \in \mathcal S} y_g$$
#
# **Training median** (`TrainingMedian`) is the point with the smallest sum of distances to the training effects.  A
# few very strong conditions pull it less than the mean.
#
# $$\hat y_c = \arg\min_m \sum_{t \in \mathcal T} |y_t - m|$$
#
# ### Sums: for pairs whose singles were measured
#
# **Addition** (`Additive`) is what you did above.  It is undefined where a single is missing.
#
# $$\hat y_{AB} = y_A + y_B$$
#
# **Scaled addition** (`ScaledAdditive`) multiplies all sums by one factor $s$, the one with the smallest squared
# error on the training doubles.  With $s$ below one, doubles do less than the sum of their singles.
#
# $$\hat y_{AB} = s\,(y_A + y_B), \qquad
# s = \frac{\sum_{AB \in \mathcal D} \langle y_A + y_B,\; y_{AB} \rangle}{\sum_{AB \in \mathcal D} |y_A + y_B|^2}$$
#
# ($\langle a, b\rangle = \sum_i a_i b_i$.)
#
# **Mean of the two singles** (`MatchingMean`) is scaled addition with $s = \tfrac12$.  It learns nothing from
# doubles.
#
# $$\hat y_{AB} = \tfrac12\,(y_A + y_B)$$
#
# **Main effects** (`MainEffects`) adds to the scaled sum a vector $u_g$ for each gene, what it brings to all its
# pairs.  The $u$ are kept small by a penalty $\lambda$, which is chosen by leaving training doubles out; a missing
# single is the median of the singles.
#
# $$\hat y_{AB} = s\,(y_A + y_B) + u_A + u_B$$
#
# $$u = \arg\min_u \sum_{AB \in \mathcal D} |y_{AB} - s\,(y_A + y_B) - u_A - u_B|^2 + \lambda \sum_g |u_g|^2$$
#
# ### Regressions: for any condition whose genes are known from elsewhere
#
# **Linear model** (`LinearModel`) {cite}`ahlmann2025deep` describes each readout by $K$ numbers and each condition
# by $K$ numbers, and learns only how the two go together.  It is undefined for a gene without a description.
#
# $$Y \approx G\, W\, P^{\mathsf T} + b\,\mathbf 1^{\mathsf T}$$
#
# - $Y$ (readouts $\times$ training conditions) holds the training effects as columns, and $b$ is the mean of its
#   columns; $\mathbf 1$ is a column of ones, and $^{\mathsf T}$ turns columns into rows.
# - $G$ (readouts $\times K$) describes readouts: their scores on the first $K$ principal components of $Y$.
# - $P$ (conditions $\times K$) describes conditions.  The row of a single is its gene's row of $G$ if targets are
#   among the readouts, else the gene's place in a network; the row of a pair is the mean of its genes' rows.
# - $W$ ($K \times K$) is learned, by least squares with a penalty $\lambda$ ($I$ is the identity matrix):
#
# $$W = (G^{\mathsf T} G + \lambda I)^{-1}\, G^{\mathsf T}
# (Y - b\,\mathbf 1^{\mathsf T})\, P\, (P^{\mathsf T} P + \lambda I)^{-1}$$
#
# The prediction for a new condition with the row $p$ is $\hat y = G W p + b$.
#
# **Linear model, tuned** (`TunedLinearModel`) is the same model.  $K$, $\lambda$ and the kind of $P$ are those that
# predict left-out training genes best.
#
# $$(K, \lambda, P) = \arg\min \text{mean } |y_c - \hat y_c| \text{ over left-out training conditions}$$
#
# **Nearest genes** (`NearestGenes`) says of an unseen gene what its $k$ nearest measured genes in the network,
# $N_k(g)$, do on average.  Pairs are scaled sums.
#
# $$\hat y_g = \frac1k \sum_{h \in N_k(g)} y_h$$
#
# **Kernel ridge** (`KernelRidge`) starts from the median $m$ of the singles and adds what similar genes do beyond
# it; $\kappa(g, h)$ is the similarity of two genes in the network.  $M$ and $R$ have a row for each training single,
# $a_h$ is the row of $h$ in the solution $a$, and $\lambda$ is a penalty on large solutions.  For pairs of measured genes it starts from the
# scaled sum and compares the sums of pairs instead of genes.
#
# $$\hat y_g = m + \sum_{h \in \mathcal S} \kappa(g, h)\, a_h, \qquad
# (M + \lambda I)\, a = R, \quad M_{gh} = \kappa(g, h), \quad R_h = y_h - m$$
#
# **Ridge on random vectors** (`EmbeddingLinear("random")`) is a control: a penalised regression on a random vector
# $z_g$ for each gene.  It knows no biology, so whoever is no better has learned none.
#
# $$\hat y_c = \bar y + V^{\mathsf T} (z_c - \bar z) \qquad
# (\bar y, \bar z \text{: means over training}; \; V \text{: learned})$$

# %%
effects = appmodel.load_effects(screen)
has_pairs = "doubles" in tasks_of(effects)
network = appmodel.load_network(networks)
baselines = {
    "no_change": appmodel.NoChange(),
    "training_mean": appmodel.TrainingMean(),
    "singles_mean": appmodel.SinglesMean(),
    "training_median": appmodel.TrainingMedian(),
    "additive": appmodel.Additive(),
    "scaled_additive": appmodel.ScaledAdditive(),
    "matching_mean": appmodel.MatchingMean(),
    "main_effects": appmodel.MainEffects(),
    "linear": appmodel.LinearModel(),
    "linear_tuned": appmodel.TunedLinearModel(),
    "nearest_genes": appmodel.NearestGenes(),
    "kernel_ridge": appmodel.KernelRidge(),
    "random_embedding": appmodel.EmbeddingLinear("random"),
}
Markdown(f"They are now compared on one screen: **{screen_title(effects)}**.")

# %% [markdown]
# ## Unseen doubles

# %% mystnb={"figure": {"caption": "Unseen doubles: error of each baseline divided by that of the additive model; bars are 95 % bootstrap intervals over genes and seeds.", "name": "fig-baselines-doubles"}, "image": {"alt": "Dot plot of the error ratios of the baselines on unseen doubles"}}
if has_pairs:
    doubles = appmodel.benchmark(
        baselines, effects, task="doubles", network=network, seeds=range(seeds)
    )
    with style():
        plot_method_ratios(doubles, "additive")

# %%
places = ["dataset", "task"]
if has_pairs:
    display(named(paper_table(doubles, "additive")).drop(columns=places))

# %% tags=["remove-input"]
if has_pairs:
    scale = (
        appmodel.ScaledAdditive()
        .fit(effects[appmodel.split_doubles(effects).train])
        .scale_
    )
    said = (
        f"One number, s = {scale:.2f}, is all that `ScaledAdditive` learns: "
        f"below one, doubles do less than the sum of their singles."
    )
else:
    said = without_pairs(
        effects, "what can be judged on it are unseen singles, below"
    )
Markdown(said)

# %% [markdown]
# Left of the dashed line is better than addition.  On the simulated screen `demo` scaled addition, main effects and
# kernel ridge clearly lie there, as its doubles do less than their sums; the mean of the two singles is not told apart.  (Nearest genes is scaled addition where both genes
# were measured.)  Real pairs are in [](results.ipynb).

# %% tags=["remove-cell"]
if screen == "demo":
    ratio = paper_table(doubles, "additive").set_index("method")["ratio"]
    assert scale < 0.9
    assert (
        ratio[["scaled_additive", "main_effects", "kernel_ridge"]] < 0.9
    ).all()
    assert (ratio[["no_change", "training_mean", "linear"]] > 1.1).all()

# %% [markdown]
# ## Unseen singles
#
# Here no training condition perturbs the test gene, so addition has nothing to add: it is undefined, which is
# counted and never scored as zero.

# %% mystnb={"figure": {"caption": "Unseen singles: error of each baseline divided by that of the mean of the training singles.", "name": "fig-baselines-unseen"}, "image": {"alt": "Dot plot of the error ratios of the baselines on unseen singles"}}
unseen = appmodel.benchmark(
    baselines, effects, task="unseen", network=network, seeds=range(seeds)
)
with style():
    plot_method_ratios(unseen, "singles_mean")

# %%
ratios = paper_table(unseen, "singles_mean")
named(ratios).drop(columns=places)

# %% tags=["remove-cell"]
if screen == "demo":
    ratio = ratios.set_index("method")["ratio"]
    assert (
        ratio[["linear_tuned", "nearest_genes", "kernel_ridge"]] < 0.9
    ).all()
    assert ratio["random_embedding"] > 1.1
    assert abs(ratio[["training_mean", "training_median"]] - 1).max() < 0.05

# %% [markdown]
# On this screen constants are all about as good as each other.  What lies clearly left of the line on the simulated screen reads
# the network: the tuned linear model, nearest genes and kernel ridge.  That network was made from the truth, with
# errors, so it says little about real screens.  Random vectors make it worse than a constant.
#
# A method marked *collapsed* says the same of every condition, though it need not: main effects has only the median
# of the training singles for an unseen gene.  Who says nothing at all, of how many test conditions, and why (the reason given for the
# first):

# %%
undefined = undefined_table(unseen)
named(undefined)

# %% tags=["remove-cell"]
# The two tables say the same.
short = ratios.set_index("method")["undefined"].loc[lambda n: n > 0]
assert undefined.set_index("method")["undefined"].to_dict() == short.to_dict()
assert {"additive", "scaled_additive", "matching_mean"} <= set(short.index)

# %% [markdown]
# ## Take away
#
# 1. The bar for unseen doubles is addition, for unseen singles the mean of the training singles; on some real screens the
#    training median is a slightly higher bar.
# 2. An error means something only beside the noise of the measurement and beside the errors of simple answers.
# 3. Undefined is not zero: methods are compared on conditions that both predict, and the share is stated.
#
# ## Exercises
#
# They use `table`, the worked pair above.
#
# **Exercise 1 (\*).** For how many of the 500 genes does the measured pair lie within one standard error of the sum?  Leave
# out genes that no cell holds (their standard error is zero).

# %% tags=["hide-cell"]
held = table[table["difference_error"] > 0]
within = held["difference"].abs() <= held["difference_error"]
pd.Series({"within": within.sum(), "genes": len(held)})

# %% [markdown]
# **Exercise 2 (\*\*).** Find the factor $s$ that makes the scaled sum best for this one pair, with the formula of scaled
# addition ($\mathcal D$ is this pair alone).  How large is the error with it?  Why may you not report that error?

# %% tags=["hide-cell"]
s = (table["sum"] * table[pair]).sum() / (table["sum"] ** 2).sum()
fitted_error = np.linalg.norm(s * table["sum"] - table[pair])
pd.Series({"s": s, "error with s": fitted_error, "error": error}).round(3)

# %% tags=["remove-cell"]
assert fitted_error < error < fitted_error + 0.01

# %% [markdown]
# ```{dropdown} Why not
# The factor was fitted on the very pair that it predicts.  It can only make the error smaller, whatever the data. In
# a benchmark $s$ comes from training doubles and the error from others.
# ```
#
# **Exercise 3 (\*\*\*).** Take a random half of the cells of each condition and do it all again.  By which factor should the
# noise grow?  And does addition get worse?  (Draw the cells with a seed, so that others get the same.)

# %% tags=["hide-cell"]
half = extract.obs.groupby("condition", observed=True).sample(
    frac=0.5, random_state=0
)
halved = worked_pair(appmodel.condition_effects(extract[half.index]), pair)
pd.DataFrame(
    {
        "all cells": [error, noise],
        "half of the cells": [
            np.linalg.norm(halved["difference"]),
            np.linalg.norm(halved["difference_error"]),
        ],
    },
    index=["error of addition", "noise"],
).round(2)

# %% tags=["remove-cell"]
grown = np.linalg.norm(halved["difference_error"]) / noise
assert abs(grown - np.sqrt(2)) < 0.1
assert np.linalg.norm(halved["difference"]) > error

# %% [markdown]
# ```{dropdown} What to make of it
# Half of the cells make every variance of a mean twice as large, so the noise grows by about $\sqrt 2 = 1.41$.  The
# error of addition grows with it, though addition is the same rule and the biology is the same: what it has here is
# mostly the error of the measurement.
# ```
