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
# # Anchored APP: start from what is known
#
# **`AnchoredAPP` beats addition and the mean on the four screens it was made by, and on unseen genes nearly all of that is
# plain kernel ridge.**  Over twenty splits it errs {glue:text}`anchored_app norman19 doubles` times as much as addition on unseen
# doubles of Norman 2019, and on {term}`unseen genes` {glue:text}`anchored_app adamson16 unseen` (Adamson 2016),
# {glue:text}`anchored_app replogle22_k562 unseen` (K562), {glue:text}`anchored_app replogle22_rpe1 unseen` (RPE1) and
# {glue:text}`anchored_app norman19 unseen` (Norman 2019) times as much as the mean of the training singles.
#
# Kernel ridge with the same {term}`anchor`, on the same networks for genes and on measured effects for pairs, a page of code, errs
# {glue:text}`kernel_ridge norman19 doubles`, {glue:text}`kernel_ridge adamson16 unseen`,
# {glue:text}`kernel_ridge replogle22_k562 unseen`, {glue:text}`kernel_ridge replogle22_rpe1 unseen` and
# {glue:text}`kernel_ridge norman19 unseen` times as much.  `AnchoredAPP` is better on doubles and on K562 and cannot be
# told apart from it on the other three.  On eight screens that chose nothing it is nowhere told apart from kernel ridge
# ([](external.ipynb)).  So what are the rest of its parts for?  The section on parts asks that.
#
# About 275 variants of this model were tried while looking at these screens: its hyperparameters saw no test condition,
# its design did ([](../book/limits.md)).
#
# **Aims:** understand what an anchor is, how attention over *measured conditions* works, what each part is worth, and
# whether plain kernel ridge would do.  **You need:** [the model](model.ipynb) and its last section.  **Level:** second
# course.  **Reading:** 20 minutes.  **Run time:** under two minutes.

# %% tags=["parameters", "hide-input"]
screen = "demo"
networks = ["demo"]
seed = 0
results = "../data/results"

# %% tags=["remove-cell"]
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display
from myst_nb import glue

import appmodel
from appmodel.pages import (
    BASELINES,
    by_place,
    difference_in_words,
    load_leaderboard,
    load_results,
    named,
    neat_tables,
    paper_table,
    percent_table,
    plot_forest,
    plot_method_ratios,
    readable,
    runs_table,
    screen_titles,
    style,
    task_of,
    with_interval,
    without_pairs,
)
from appmodel.pages.extrapolation import plot_grid
from appmodel.pages.headlines import ratios_in_words, says_table
from appmodel.pages.looks import BLUE, GREY, ORANGE
from appmodel.scoring import difference_table
from appmodel.scoring.findings import chosen, load_findings
from appmodel.scoring.intervals import MARGIN, says
from appmodel.splits import make_split

neat_tables()

scores, board = (
    load_results(results, "anchored"),
    load_leaderboard(results, "anchored"),
)
titles = screen_titles(results, "anchored")


of_screens = difference_table(
    load_results(results, "other_screens"),
    "anchored_app",
    ["with_screens", "with_screens_shuffled"],
)
by_extra = of_screens.set_index(["method", "screen"])
for name, row in by_extra.loc["with_screens"].iterrows():
    percent = 100 * row["value"] / row["baseline"]
    text = with_interval(percent, np.nan, np.nan, "{:+.1f}".format, " %")
    glue(f"with_screens {name}", text, display=False)
NEITHER = "cannot be told apart"
assert (by_extra.loc["with_screens_shuffled", "says"] == NEITHER).all()
extra = by_extra.loc["with_screens", "says"].to_dict()
assert extra.pop("replogle22_k562") == "better"
assert set(extra.values()) == {NEITHER}
assert by_extra.loc[("with_screens", "replogle22_rpe1"), "high"] < 0

few = load_findings(Path(results) / "few_genes.csv")
value = chosen(few, measure="ratio").pivot(
    index=["screen", "bin"], columns="method", values="value"
)
forty = chosen(few, measure="ratio", method="anchored_app", bin="40")
for row in forty.itertuples():
    glue(f"forty {row.screen}", f"{row.value:.2f}", display=False)
    told = row.screen in ("adamson16", "replogle22_k562")
    assert says(row.low - 1, row.high - 1, MARGIN) == (
        "better" if told else NEITHER
    )
worst = chosen(few, measure="worst", method="anchored_app")
glue("worst split", f"{worst['value'].max() - 1:.0%}", display=False)
glue("splits of few", f"{worst['n'].sum():.0f}", display=False)
assert value["anchored_app"].max() < 1.001
for gate in ("gated_by_folds", "gated_by_left_out"):
    lost = value[gate] - value["anchored_app"]
    assert lost.min() > -0.002
    assert lost.mean() > 0.003
    worst_gated = chosen(few, measure="worst", method=gate)["value"].max()
    assert worst_gated == worst["value"].max()


def one(screen, task):
    return scores[(scores["dataset"] == screen) & (scores["task"] == task)]


pairs = list(
    scores[["dataset", "task"]]
    .drop_duplicates()
    .itertuples(index=False, name=None)
)
for name, text in ratios_in_words(
    board, ["anchored_app", "kernel_ridge", "anchor_alone", "doubles_only"]
).items():
    glue(name, text, display=False)
says = says_table(board, ["anchored_app", "kernel_ridge"])
parts = {
    part: difference_table(scores, "anchored_app", [part])
    .assign(place=lambda table: table["screen"] + " " + table["task"])
    .set_index("place")["says"]
    .to_dict()
    for part in (
        "kernel_ridge",
        "anchor_alone",
        "anchored_app_shuffled",
        "mean_as_centre",
        "even_noise",
        "doubles_only",
        "no_shared_genes",
    )
}
single_genes = scores[
    (scores["dataset"] != "norman19") & (scores["task"] == "unseen")
]
# Each sentence of the headline and of the section on parts, against the tables.
assert (says == "better").all(axis=None)
assert {
    place for place, said in parts["kernel_ridge"].items() if said == "worse"
} == {
    "norman19 doubles",
    "replogle22_k562 unseen",
}
assert "better" not in parts["kernel_ridge"].values()
assert {
    place for place, said in parts["anchor_alone"].items() if said == "worse"
} == {
    "norman19 doubles",
    "adamson16 unseen",
    "replogle22_k562 unseen",
    "replogle22_rpe1 unseen",
}
assert {
    place
    for place, said in parts["anchored_app_shuffled"].items()
    if said == "worse"
} == {
    "adamson16 unseen",
    "replogle22_k562 unseen",
    "replogle22_rpe1 unseen",
}
for part in (
    "mean_as_centre",
    "even_noise",
    "doubles_only",
    "no_shared_genes",
):
    assert set(parts[part].values()) == {"cannot be told apart"}, part
assert set(
    difference_table(
        single_genes, "training_median", ["anchored_app_shuffled"]
    )["says"]
) == {"cannot be told apart"}
ratio = board[
    (board["metric"] == "l2")
    & (board["dataset"] == "norman19")
    & (board["task"] == "doubles")
].set_index("method")["ratio"]
glue(
    "by attention",
    f"{ratio['anchor_alone'] - ratio['anchored_app']:.2f}",
    display=False,
)
glue(
    "by singles",
    f"{ratio['doubles_only'] - ratio['anchored_app']:.2f}",
    display=False,
)
assert ratio["anchor_alone"] - ratio["anchored_app"] > 5 * (
    ratio["doubles_only"] - ratio["anchored_app"]
)

# %% mystnb={"figure": {"caption": "Error divided by that of the baseline of the task (dashed line), twenty splits; bars are 95 % bootstrap intervals over genes and seeds.", "name": "fig-anchored"}, "image": {"alt": "Forest plot: error ratios of main effects, kernel ridge, AnchoredAPP with a shuffled network and AnchoredAPP on every real screen and task"}}
with style():
    plot_forest(
        board,
        [
            "main_effects",
            "kernel_ridge",
            "anchored_app_shuffled",
            "anchored_app",
        ],
        titles,
    )

# %% [markdown]
# ## What is kept of the paper, and what is not
#
# The three stages keep their names and change what they work on.  There is no learned graph layer, the weights are those
# of a regression and no softmax, and {term}`attention` goes over conditions that were measured and not over genes.  What is new
# is an anchor: from one or two hundred conditions the published model has to learn again what {term}`addition` already knows.
#
# $$\hat y(q) = \underbrace{\text{anchor}(q)}_{\text{known already}} + \sum_j \alpha_j(q)\,
# \underbrace{\left(y_j - \text{anchor}_j\right)}_{\text{what measured conditions left over}}$$
#
# $$\alpha(q) = k(q, \cdot)\,(K + \Lambda)^{-1}$$
#
# Here $q$ is what is asked for and $y_j$ a measured effect; $K$ holds $k$ between measured conditions, the diagonal $\Lambda$
# their noise, and $r$ what they leave over.  $\cos_v$ is the cosine of two genes in source $v$; $c$, $w_v$ and $u_v$ are
# fitted weights.
#
# 1. **Graph encoder.** Fixed diffusion, nothing learned: each source of the network gives every gene rows of
#    features (memberships, all gene sets together, neighbours, random walk).
# 2. **Perturbation attention.** The query is compared with every *measured* condition by a kernel $k$.
# 3. **Linear decoder.** Kernel ridge regression: the weights $\alpha$ come from one linear solve, and so does the
#    error of leaving each condition out, $e_i = [(K+\Lambda)^{-1} r]_i \,/\, [(K+\Lambda)^{-1}]_{ii}$. The few
#    hyperparameters minimise that error on training conditions; no test condition has a say.
#
# | asked for | anchor | compared by |
# |---|---|---|
# | a gene that was never perturbed | geometric median of the training singles | networks, $k = c + \sum_v w_v \cos_v + u_v \cos_v^2$ |
# | a pair of measured genes | $s\,(y_A + y_B)$ | measured effects, $\tfrac12[k(a,a')k(b,b') + k(a,b')k(b,a')]$ and shared genes |
# | anything else | scaled sum of measured and predicted singles | |
#
# A single counts as a double with nothing, $y(a, 0) = a$, so that all singles stand beside the training doubles as
# measured conditions to attend to.  Where the left-out error is no smaller than that of the anchor, the {term}`residual` is
# zero.

# %% [markdown]
# ## Fit it

# %%
effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
task = task_of(effects)
split = make_split(effects, task, seed)
model = appmodel.AnchoredAPP().fit(effects[split.train], network)
prediction = model.predict(split.test)
prediction.obs.head()

# %% tags=["remove-input"]
if task == "unseen":
    display(
        Markdown(
            without_pairs(
                effects, "the conditions predicted here are unseen singles"
            )
        )
    )

# %% [markdown]
# Every prediction states its expected error, calibrated on left-out training conditions.

# %% mystnb={"figure": {"caption": "Real error of each test double against the error that the model stated for it; on the line they agree.", "name": "fig-stated-error"}, "image": {"alt": "Scatter plot of real against stated error with the diagonal"}}
real_error = np.linalg.norm(prediction.X - effects[split.test].X, axis=1)
stated = prediction.obs["predicted_error"].to_numpy()
with style():
    limit = 1.05 * max(real_error.max(), np.nanmax(stated))
    plt.plot([0, limit], [0, limit], color=GREY, lw=1)
    plt.scatter(stated, real_error, s=14, color=BLUE, alpha=0.7)
    plt.xlabel("stated error (L2)")
    plt.ylabel("real error (L2)")

# %%
share = np.nanmean(stated) / real_error.mean()
Markdown(f"On average the stated error is {share:.2f} times the real one.")

# %% [markdown]
# ## What a pair attends to
#
# Weights may be negative: they are those of a regression, and each multiplies what a measured condition left over.


# %%
def attended(fitted, condition, n=8):
    weights = fitted.attention([condition]).iloc[0]
    return weights[weights.abs().nlargest(n).index][::-1]


# %% mystnb={"figure": {"caption": "The measured conditions that one unseen pair attends to most.", "name": "fig-pair-attention"}, "image": {"alt": "Bar plot of the attention weights of the eight most attended measured conditions for a pair"}}
if task == "doubles":
    with style():
        shown = attended(model, split.test[0])
        plt.barh(shown.index, shown, color=BLUE)
        plt.xlabel(f"attention of {split.test[0]}")
else:
    display(Markdown(without_pairs(effects, "there is no pair to ask about")))

# %% [markdown]
# ## What an unseen gene attends to

# %% mystnb={"figure": {"caption": "The measured genes that one unseen gene attends to most, through the networks.", "name": "fig-gene-attention"}, "image": {"alt": "Bar plot of the attention weights of the eight most attended measured genes for an unseen gene"}}
unseen = appmodel.split_unseen(effects, seed=seed)
singles = appmodel.AnchoredAPP().fit(effects[unseen.train], network)
known = [
    gene
    for gene, has in zip(unseen.test, network.has(unseen.test), strict=True)
    if has
]
gene = (known or unseen.test)[0]
with style():
    shown = attended(singles, gene)
    plt.barh(shown.index, shown, color=ORANGE)
    plt.xlabel(f"attention of {gene}")

# %% [markdown]
# ## What each part is worth
#
# Each row takes one part away: the residual (*anchor alone*), the geometric median (*mean as centre*), listening
# less to conditions unlike their relatives (*even noise*), the singles among the doubles (*doubles only*), the
# kernel of shared genes (*no shared genes*), the network's knowledge (*shuffled network*).  A part concerns
# doubles or singles; where it does not, the row repeats that of the whole model.
#
# Two parts clearly earn their place: the residual, that is the attention to what measured conditions left over, which is
# worth {glue:text}`by attention` of the ratio on doubles, and for unseen genes the network, on three screens of four: on
# Norman 2019 it is not told apart from nothing.  The idea that a single is a
# double with nothing is worth {glue:text}`by singles`, which cannot be told apart from nothing, and so it is with the
# median, the listening and the shared genes, on every screen.  They stay because each lowers the mean error on some
# screen; nobody should believe in one of them alone.

# %% mystnb={"figure": {"caption": "Ablation on real Norman doubles: error divided by that of the additive model; bars are 95 % bootstrap intervals over genes and seeds.", "name": "fig-ablation"}, "image": {"alt": "Dot plot of the error ratios of the model and its ablations on unseen doubles"}}
with style():
    first = (
        pairs[0]
        if ("norman19", "doubles") not in pairs
        else ("norman19", "doubles")
    )
    plot_method_ratios(one(*first), BASELINES[first[1]])

# %%
ablation = named(
    pd.concat([paper_table(one(*pair), BASELINES[pair[1]]) for pair in pairs])
)
ablation.assign(
    screen=ablation["dataset"] + ", " + ablation["task"]
).pivot_table(
    index="method", columns="screen", values="ratio", sort=False
).round(3).fillna("")

# %% [markdown]
# *A second measurement* is no method but the {term}`ceiling`; *shuffled network* and, below, *permuted conditions* are controls, whose
# genes or training effects belong to others; the rows from *anchor alone* to *no shared genes* lack one part each.
#
# ## How much of it is the network?
#
# The geometric median alone, as a predictor (*training median*), errs less than the mean on average, because the measure is an
# unsquared distance; on K562 that is told apart.  So the network's share is what stands between the model and that median, and the
# control is a network whose genes are shuffled, another one for each split: it should leave the median and nothing
# else.  The table has the difference in mean L2 with its {term}`interval` and the ratio: *better* and *worse* stand where the whole
# interval lies beyond a {term}`margin` of 1 % of the median's error.

# %%
singles_only = [
    pair for pair in pairs if pair[1] == "unseen" and pair[0] != "norman19"
]
others = [
    "anchored_app",
    "anchored_app_shuffled",
    "kernel_ridge",
    "singles_mean",
]
by_place(
    pd.concat(
        [
            difference_table(one(*pair), "training_median", others)
            for pair in singles_only
        ],
        ignore_index=True,
    ),
    difference_in_words,
)

# %% [markdown]
# Norman is left out here: its training median holds doubles too, and is another centre than the model's.
#
# ## Knowledge from other screens
#
# A network is knowledge from outside, and so is another screen.  `AnchoredWithScreens(other_screens=[...])` takes each of them
# as one more view of a gene: its effect there or, where the gene was not perturbed there, what the same model fitted there
# says of it.  Only its likeness to other genes counts, so the other screen may be of other cells and have other readouts.
# This is more data than any other model of this book is given.  So it stands in a table of its own, beside its control, in
# which the effects of the other screens belong to other genes.
#
# With the other three screens as extra data the error of `AnchoredAPP` changes by {glue:text}`with_screens adamson16` on
# Adamson 2016, {glue:text}`with_screens replogle22_k562` on K562, {glue:text}`with_screens replogle22_rpe1` on RPE1 and
# {glue:text}`with_screens norman19` on Norman 2019.  Only on K562 is that told apart from nothing; on RPE1, which shares genes
# with it, the fall is as large and its interval ends within the margin of 1 %.  With shuffled screens nothing changes.

# %% tags=["full-width"]
percent_table(of_screens, ["with_screens", "with_screens_shuffled"], titles)

# %% [markdown]
# ## How many measured genes does it take?
#
# Left-out errors choose its settings, and of few genes they flatter it.  So the training genes of each split were cut down to
# 6 and up to 40.  On average it is nowhere worse than its anchor; with 40 genes it errs
# {glue:text}`forty adamson16` times as much on Adamson 2016 and {glue:text}`forty replogle22_k562` on K562.  On RPE1
# ({glue:text}`forty replogle22_rpe1`) and Norman 2019 it is not told apart by then.  One split can be worse: by
# {glue:text}`worst split` in the worst of {glue:text}`splits of few`.
#
# Would it be better to say only the anchor where the training genes show no gain?  Two gates were tried: one asks whether the
# left-out gain is beyond its standard error, the other fits five inner folds anew.  Neither lowers an error by as much as 0.2 %,
# neither prevents the worst split, and on average both give away part of the gain.  So the model has no gate.

# %% mystnb={"figure": {"caption": "Error of AnchoredAPP, trained on so many genes, divided by that of its anchor (dashed line), with and without a gate; twenty splits, 95 % intervals over genes and seeds.", "name": "fig-few-genes"}, "image": {"alt": "Four panels, one per screen: error ratio to the anchor against the number of genes measured in training, which falls as genes are added; the gated model lies on or above the ungated one"}}
with style():
    plot_grid(
        few,
        ["n_training"],
        "anchor_alone",
        ["anchored_app", "gated_by_folds", "gated_by_left_out"],
        titles,
    )

# %% [markdown]
# ## More networks, and screens with gene names
#
# `allnetworks` adds complexes, other pathways and protein interactions, which may not be redistributed; `demo` is the
# simulated screen against what was measured and `demotruth` against its noise-free effects; `cells` are two small
# real screens on fixed splits.  On the Norman slice no training double has both singles, so nothing can be learned
# from doubles there and the anchor is plain addition.  On these two small screens of real cells with gene names,
# `AnchoredAPP` cannot be told apart from the baseline.  These are five splits (of `cells` one), and not the twenty of the tables
# above: compare within a column.

# %% tags=["full-width"]
parts = []
for study in ("allnetworks", "demo", "demotruth", "cells"):
    for (_, task), rows in load_results(results, study).groupby(
        ["dataset", "task"], sort=False
    ):
        parts.append(paper_table(rows, BASELINES[task]).assign(study=study))
named(pd.concat(parts, ignore_index=True)).dropna(subset="mean").pivot_table(
    index="method",
    columns=["study", "dataset", "task"],
    values="ratio",
    sort=False,
).rename(columns=readable).round(3).fillna("")

# %% [markdown]
# ## Where the numbers come from

# %% tags=["full-width", "hide-output"]
runs_table(results, "anchored", "allnetworks", "demo", "demotruth", "cells")

# %% tags=["full-width", "hide-output"]
about = few.attrs["provenance"]
pd.DataFrame(
    {"dataset hash": about["dataset_hash"], "seeds": len(about["seeds"])}
).assign(made=f"{about['code_version']}, {about['date']}").rename_axis(
    "few_genes.csv"
)

# %% [markdown]
# ## Take away
#
# - Start from what is known already; let the model say only what that leaves over.
# - Attention over measured conditions is a regression: one linear solve, no training, and every left-out error for free.
# - Most of the gain on unseen genes is plain kernel ridge with the same centre and network.
#
# ## Exercises
#
# **Exercise 1 (\*).** In the first figure, which two rows say what the network adds on unseen genes?  Why is the same
# comparison empty for doubles?
#
# ```{dropdown} Answer
# `AnchoredAPP` and `AnchoredAPP, shuffled network`: all is equal but the meaning of the genes' names.  For doubles the model
# compares measured effects and reads no network, so that both rows are one model.
# ```
#
# **Exercise 2 (\*\*).** The left-out errors come from one solve, $e_i = [(K+\Lambda)^{-1} r]_i \,/\, [(K+\Lambda)^{-1}]_{ii}$.
# Take six random points in the plane, $k(i, j) = e^{-\lVert x_i - x_j\rVert^2}$, $\Lambda = 0.1\,I$ and random residuals $r$;
# leave out each point, predict it from the other five, and compare.

# %% tags=["hide-cell"]
random = np.random.default_rng(0)
points, r = random.normal(size=(6, 2)), random.normal(size=6)
K = np.exp(-((points[:, None] - points[None]) ** 2).sum(axis=2))
inverse = np.linalg.inv(K + 0.1 * np.eye(6))
by_formula = inverse @ r / np.diag(inverse)
by_hand = np.empty(6)
for i in range(6):
    others = np.arange(6) != i
    solved = np.linalg.solve(
        K[np.ix_(others, others)] + 0.1 * np.eye(5), r[others]
    )
    by_hand[i] = r[i] - K[i, others] @ solved
assert np.allclose(by_formula, by_hand)
pd.DataFrame({"by formula": by_formula, "left out": by_hand}).round(3)

# %% [markdown]
# **Exercise 3 (\*\*\*).** Find the factor of scaled addition, from which the model's own $s$ starts, by least squares on the training
# pairs whose two genes were measured: $s = \sum \langle y_{AB}, y_A + y_B\rangle / \sum \lVert y_A + y_B\rVert^2$.  Is it below one, and what does that say of pairs?

# %% tags=["hide-cell"]
table = dict(zip(effects.obs_names, effects.X, strict=True))
pairs_known = [
    name
    for name in split.train
    if "+" in name and set(name.split("+")) <= set(split.train)
]
sums = [sum(table[gene] for gene in name.split("+")) for name in pairs_known]
if pairs_known:
    y = np.array([table[name] for name in pairs_known])
    s = (y * sums).sum() / (np.array(sums) ** 2).sum()
    answer = f"{len(pairs_known)} training pairs: s = {s:.2f}"
else:
    answer = "This screen has no training pair of two measured genes."
answer

# %% [markdown]
# ```{dropdown} What it says
# Below one, the two effects together are less than their sum: two strong perturbations meet in the same cells and the same
# genes.  Noise makes it smaller as well: a sum of two measured effects holds the noise of both, and a regression on a noisy
# number gives too small a slope.
# ```
