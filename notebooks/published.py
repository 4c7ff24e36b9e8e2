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
# # What others measured
#
# **On unseen doubles each of six large models errs more than addition, and on unseen genes none is ahead of the mean.**
# Over the pairs of Norman 2019 the large models err {glue:text}`large models on doubles` times as much as {term}`addition` on
# average; the best of them, Geneformer with a linear decoder, {glue:text}`geneformer on doubles` times.  All of it was
# measured by others {cite}`ahlmann2025deep`; here their rows, condition by condition, are read by the rule of this book.
#
# Our own numbers are errors over 50 axes and theirs over 1,000 genes.  Do the axes stand for the genes?  For
# {glue:text}`conditions` conditions that both have, the errors of the same simple {term}`predictor` correlate by
# {glue:text}`least correlation` to {glue:text}`largest correlation`.  But the axes leave out noise that is in every error
# over genes, so a gain is smaller there: the {glue:text}`anchored on axes` of `AnchoredAPP` on doubles would be about
# {glue:text}`anchored on genes` over genes (the interval is that of this translation; the ratio's own comes on top).
#
# **Aims:** judge the claims about large models by what was measured of them; see how far compact screens speak about the
# measure of the paper.  **You need:** [the results](results.ipynb).  **Level:** second course.  **Reading:** 12 minutes.
# **Run time:** under a minute.

# %% tags=["parameters", "hide-input"]
results = "../data/results"

# %% tags=["remove-cell"]
import pandas as pd
from myst_nb import glue

import appmodel
from appmodel.pages import (
    by_place,
    load_leaderboard,
    load_published,
    load_results,
    named,
    neat_tables,
    plot_beside_genes,
    plot_forest,
    readable,
    screen_name,
    style,
)
from appmodel.pages.headlines import ratio_in_words
from appmodel.pages.tables import quoted_text
from appmodel.scoring import BASELINES, difference_table
from appmodel.scoring.findings import found, load_findings
from appmodel.studies.axes import axes_findings

neat_tables()

theirs, board = (
    load_results(results, "ahlmann2025"),
    load_leaderboard(results, "ahlmann2025"),
)
ours, twenty = (
    load_leaderboard(results, "real"),
    load_leaderboard(results, "anchored"),
)
LARGE = ["gears", "scgpt", "scfoundation", "scbert", "geneformer", "uce"]
places = list(
    theirs[["dataset", "task"]]
    .drop_duplicates()
    .itertuples(index=False, name=None)
)


def of(table, screen, task):
    return table[(table["dataset"] == screen) & (table["task"] == task)]


def ratio(table, screen, task, method):
    return (
        of(table, screen, task)
        .query("metric == 'l2'")
        .set_index("method")
        .loc[method, "ratio"]
    )


says = {
    (screen, task): difference_table(
        of(theirs, screen, task),
        BASELINES[task],
        [
            name
            for name in of(theirs, screen, task)["method"].unique()
            if name != BASELINES[task]
        ],
    ).set_index("method")["says"]
    for screen, task in places
}
# Each sentence of the headline, against the tables.
assert set(says["norman19", "doubles"].reindex(LARGE).dropna()) == {"worse"}
singles = {
    screen: read for (screen, task), read in says.items() if task == "unseen"
}
ahead = {
    (screen, method)
    for screen, read in singles.items()
    for method in read.index[read == "better"]
}
assert not {method for _, method in ahead} & set(LARGE)
# What is ahead of the mean beside them, and by how much.
of_genes = {
    (screen, f"linear_{name}_genes")
    for screen in ("replogle22_k562", "replogle22_rpe1")
    for name in ("scgpt", "scfoundation")
}
of_lines = ahead - of_genes
assert of_genes < ahead
assert {method.removesuffix("_conditions") for _, method in of_lines} == {
    "linear_k562",
    "linear_rpe1",
}
assert {screen for screen, _ in of_lines} == set(singles)
for kind, those in {
    "another cell line": of_lines,
    "pretrained genes": of_genes,
}.items():
    values = [
        ratio(board, screen, "unseen", method) for screen, method in those
    ]
    glue(kind, f"{min(values):.2f} to {max(values):.2f}", display=False)
glue(
    "large models on doubles",
    f"{ratio(board, 'norman19', 'doubles', 'deep_models'):.2f}",
    display=False,
)
best = min(LARGE, key=lambda name: ratio(board, "norman19", "doubles", name))
assert best == "geneformer"
glue(
    "geneformer on doubles",
    f"{ratio(board, 'norman19', 'doubles', best):.2f}",
    display=False,
)

agreement, tables = {}, {}
for (screen, task, method), rows in appmodel.load_scores(
    f"{results}/axes.csv"
).groupby(["screen", "task", "method"], sort=False):
    title = f"{screen_name(screen)}\n{readable(method)}"
    tables[title] = rows.set_index("condition")[["genes", "axes"]]
    shares = [
        ratio(board, screen, task, name)
        for board, name in ((ours, "app"), (twenty, "anchored_app"))
    ]
    agreement[title] = axes_findings(
        tables[title], shares, screen=screen, task=task, method=method
    )
found_all = pd.concat(agreement.values(), ignore_index=True)
pearson = found_all[found_all["measure"] == "pearson"]["value"]
glue("least correlation", f"{pearson.min():.2f}", display=False)
glue("largest correlation", f"{pearson.max():.2f}", display=False)
glue(
    "conditions",
    sum(map(len, tables.values())) - len(tables["Norman 2019\nno change"]),
    display=False,
)
row = found(
    found_all,
    screen="norman19",
    method="additive",
    measure="ratio_over_genes",
    bin=f"{ratio(twenty, 'norman19', 'doubles', 'anchored_app'):.4g}",
)
glue("anchored on axes", f"{float(row['bin']):.2f}", display=False)
glue(
    "anchored on genes",
    f"{row['value']:.2f} [{row['low']:.2f}, {row['high']:.2f}]",
    display=False,
)

# %% [markdown]
# ## Large models and the simplest baselines
#
# L2 over the 1,000 genes with the highest control mean, on conditions that no method was trained on: 62 pairs in each of
# five {term}`splits <split>`, {term}`unseen genes` in two.  Nobody here ran these models; the rows are those of the authors' source data, brought to
# the form of every other table in this book and compared in the same way: on common conditions and seeds, with {term}`intervals <interval>`
# that draw genes and seeds.

# %% mystnb={"figure": {"caption": "Measured by others: mean L2 over 1,000 genes of large models, divided by that of addition (doubles) or of the mean of the training perturbations (unseen genes); bars are 95 % bootstrap intervals over genes and seeds.", "name": "fig-published"}, "image": {"alt": "Forest plot of error ratios of GEARS, scGPT, scFoundation, scBERT, Geneformer, UCE and the linear model on four screens, above one on doubles and about one on unseen genes"}}
with style():
    plot_forest(board, [*LARGE, "linear"], {})

# %% [markdown]
# On doubles scBERT and UCE have the same errors to two digits, so that their two rows are one.

# %%
whole = board.dropna(subset=["ratio"])
by_place(whole, ratio_in_words)

# %% [markdown]
# Some methods predict a part of the conditions only: they are compared with the baseline on that part, whose share stands
# beside the number.
#
# Furthest ahead of the mean is a linear model on the effects of *another screen* ({glue:text}`another cell line` times its error, on
# the genes that both have): a measurement, not a pretrained network.  For Adamson 2016 that is K562, its own cell line; from RPE1 it
# cannot be told apart there.  On both screens of Replogle
# 2022 a linear model on the gene embeddings of scGPT or scFoundation is ahead too, by less
# ({glue:text}`pretrained genes` times).  CPA was not made for genes it has never seen.
#
# ## Do the axes stand for the genes?
#
# The same predictor, the same conditions: its error as they measured it over genes, and as our compact screens have it
# over axes.

# %% mystnb={"figure": {"caption": "Errors of the same simple predictor on the same conditions: over 1,000 genes, measured by others (vertical), and over the axes of the compact screens (horizontal); the line is where both are equal.", "name": "fig-axes"}, "image": {"alt": "Five scatter plots of errors over genes against errors over axes, one point per condition, close to a rising line"}}
with style():
    plot_beside_genes(tables)

# %%
named(
    found_all[found_all["measure"].isin(["pearson", "slope", "offset"])].drop(
        columns=["by", "bin"]
    )
).round(2)

# %% [markdown]
# Squared errors over genes are those over axes, times a slope, plus an offset: what the axes leave out is in every error
# over genes alike, and no model can predict noise.  If a model errs so many times less *on every condition* over the
# axes, this is what the line makes of it over genes:

# %%
translated = found_all[found_all["measure"] == "ratio_over_genes"].drop(
    columns=["measure", "by"]
)
named(
    translated.rename(
        columns={"bin": "ratio over axes", "value": "ratio over genes"}
    )
).round(2)

# %% [markdown]
# ## What each saves over the same baseline
#
# APP was never measured over these genes, and the large models never over these axes: no verdict can be given on which is
# better.  What can stand side by side is what each saves over the same simple baseline, each on its own readouts.

# %%
beside = pd.concat(
    [
        of(board, screen, task)
        .query("metric == 'l2' and method in @LARGE")
        .assign(readouts="1,000 genes")
        for screen, task in places
    ]
    + [
        of(table, screen, task)
        .query("metric == 'l2' and method == @name")
        .assign(readouts="50 axes")
        for screen, task in places
        for table, name in (
            (ours, "app"),
            (ours, "app_of_five"),
            (twenty, "anchored_app"),
        )
    ]
)
beside["ratio"] = beside.apply(ratio_in_words, axis=1)
named(beside).pivot(
    index=["readouts", "method"], columns=["dataset", "task"], values="ratio"
).fillna("")

# %% [markdown]
# ## A later table, quoted
#
# Cole and colleagues {cite}`cole2026foundation` measured a fusion of many embeddings, and GEARS, on four screens of essential
# genes.  Their mean errors are quoted as ratios to their own context mean.  Screens, genes and splits are not those of
# this book, and errors of single conditions are not at hand: these ratios are neither better nor worse than any number
# here.

# %%
quoted = load_published("../data/published.csv").query("claim == 'cole2026'")
named(quoted.assign(error=quoted.apply(quoted_text, axis=1)))[
    ["method", "error", "statement", "source"]
]

# %% [markdown]
# ## What a job of theirs took
#
# Elapsed time of a whole job (loading, training, predicting), and the graphics card it ran on, or the computer where the
# card was not logged.

# %%
resources = load_findings(f"{results}/resources_ahlmann2025.csv")
elapsed = resources[
    (resources["measure"] == "elapsed")
    & resources["method"].isin([*LARGE, "linear", "additive"])
]
elapsed = elapsed.assign(minutes=(elapsed["value"] / 60).round(1))
named(elapsed.rename(columns={"bin": "machine"}))[
    ["screen", "task", "method", "minutes", "machine", "n"]
]

# %% [markdown]
# ## Where the numbers come from

# %%
about = theirs.attrs.get("provenance") or board.attrs["provenance"]
pd.Series(
    {"source": about["source"], "rebuilt by": "data/build_published.py"}
).to_frame("")

# %% [markdown]
# ## Take away
#
# - A result of somebody else can be read with the same rule as one's own, once it is there condition by condition.
# - What was not measured on the same readouts stands side by side and is not judged.
# - Noise outside the axes pulls ratios over genes towards one.
#
# ## Exercises
#
# **Exercise 1 (\*).** A model errs 0.8 of the baseline over 50 axes and 0.9 over 1,000 genes.  Has it become worse?
#
# ```{dropdown} Answer
# Not by these numbers.  Both errors over genes hold noise that no model can predict, and a sum with the same part in numerator
# and denominator is nearer to one.
# ```
#
# **Exercise 2 (\*\*).** The baseline errs $\sqrt{a^2 + s^2}$ and the model $\sqrt{m^2 + s^2}$, where $s$ is noise outside the
# axes.  With $m = 0.7\,a$ and $s = a$, what is the ratio over genes?

# %% tags=["hide-cell"]
over_genes = ((0.7**2 + 1) / 2) ** 0.5
assert round(over_genes, 2) == 0.86
f"{over_genes:.2f}"
