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
# # Bring your predictor
#
# **Aims:** write a predictor in ten lines, let it be judged against everybody on the same splits, and bring
# predictions that were made elsewhere.  **You need:** a little Python, [the metrics](../book/metrics.md).  **Level:** first
# course.  **Reading:** 10 minutes.  **Run time:** under a minute.

# %% tags=["parameters", "hide-input"]
screen = "demo"
networks = ["demo"]
seeds = 2
seed = 0
results = "../data/results"

# %% [markdown]
# ## Ten lines
#
# A {term}`predictor` is anything with `fit(effects, network=None)` and `predict(conditions)`; no base class is needed.  What
# `fit` gets are the training rows alone.  This one says: a gene does what its neighbours in the network do, a measured
# gene does what was measured, and a pair is the sum of its genes.

# %%
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from IPython.display import Markdown, display

import appmodel
from appmodel.pages import (
    BASELINES,
    by_place,
    difference_in_words,
    intervals_in_words,
    load_leaderboard,
    load_results,
    named,
    neat_tables,
    style,
    task_of,
    tasks_of,
    without_pairs,
)
from appmodel.pages.claims.plots import plot_shares
from appmodel.pages.headlines import ratio_in_words
from appmodel.scoring import (
    leaderboard,
    load_predictions,
    predict_splits,
    save_predictions,
    score_predictions,
    suspected_leaks,
)
from appmodel.splits import make_split

neat_tables()


class Mine:
    def fit(self, effects, network=None):
        self.singles, self.net = effects[effects.obs.n_targets == 1], network

    def predict(self, conditions):
        known = list(self.singles.obs_names)
        genes = list(dict.fromkeys(known + "+".join(conditions).split("+")))
        near = self.net.adjacency(genes)[:, : len(known)].toarray() + 1e-9
        near[: len(known)] = np.eye(len(known))  # what was measured stands
        effect = near / near.sum(axis=1, keepdims=True) @ self.singles.X
        return appmodel.as_effects(
            [
                sum(effect[genes.index(gene)] for gene in name.split("+"))
                for name in conditions
            ],
            conditions,
            self.singles.var,
        )


# %% [markdown]
# ## The verdict against everybody
#
# One call fits and scores all predictors on the same {term}`splits <split>`, under every metric.  The oracle, the right answer plus
# the noise of another measurement, is the {term}`ceiling`: it errs 1.41 times what a perfect prediction would.

# %%
effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
everybody = {
    "no_change": appmodel.NoChange(),
    "training_mean": appmodel.TrainingMean(),
    "singles_mean": appmodel.SinglesMean(),
    "training_median": appmodel.TrainingMedian(),
    "additive": appmodel.Additive(),
    "scaled_additive": appmodel.ScaledAdditive(),
    "linear": appmodel.LinearModel(),
    "anchored_app": appmodel.AnchoredAPP(),
}
scores = {
    task: appmodel.benchmark(
        {**everybody, "mine": Mine()},
        effects,
        task=task,
        network=network,
        seeds=range(seeds),
        oracle=True,
    )
    for task in tasks_of(effects)
}
boards = {task: leaderboard(scores[task], BASELINES[task]) for task in scores}
board = pd.concat(boards.values(), ignore_index=True)
columns = [
    "task",
    "method",
    "mean",
    "low",
    "high",
    "ratio",
    "difference",
    "difference_low",
    "difference_high",
    "wins",
    "losses",
    "share",
    "undefined",
]
intervals_in_words(named(board.loc[board["metric"] == "l2", columns]))

# %% tags=["remove-input"]
if "doubles" not in scores:
    display(
        Markdown(
            without_pairs(effects, "everything here is about unseen singles")
        )
    )

# %% [markdown]
# `ratio`, `difference`, `wins` and `losses` are against the {term}`baseline` of the task; `share` is the
# way from {term}`floor` to ceiling.  The other metrics stand in the same table:

# %% mystnb={"figure": {"caption": "Unseen singles: share of the way from floor (0) to ceiling (1) per metric, with the 95 % bootstrap interval over genes and seeds.", "name": "fig-mine"}, "image": {"alt": "One panel per metric, each a dot plot of the share of the way from floor to ceiling of the own predictor and the others, with intervals"}}
with style():
    plot_shares(
        boards["unseen"],
        [
            "no_change",
            "training_mean",
            "training_median",
            "linear",
            "anchored_app",
            "mine",
        ],
    )

# %% [markdown]
# Where the interval of `mine` lies to the right of a dashed line at 0, it knows something of genes it never saw
# perturbed.  On doubles of measured genes it is the additive model.  Paired condition by condition:

# %%
by_place(
    pd.concat(
        [
            appmodel.difference_table(scores[task], other, ["mine"])
            for task in scores
            for other in (BASELINES[task], "anchored_app")
        ]
    ),
    difference_in_words,
)

# %% [markdown]
# `appmodel.APP()` goes into the same dictionary and takes minutes.  The pipeline has fitted it on the same splits of
# the simulated screen already, so its committed rows can stand beside the own ones:

# %%
committed = load_results(results, "demo").query("seed < @seeds")
committed = committed[
    (committed["dataset"] == screen)
    & committed["method"].isin(["app", "app_shuffled"])
]
beside = [
    appmodel.difference_table(pd.concat([scores[task], rows]), other, ["mine"])
    for task in scores
    for other, rows in committed[committed["task"] == task].groupby("method")
]
by_place(
    pd.concat(beside), difference_in_words
) if beside else "The pipeline has fitted nothing on this screen."

# %% [markdown]
# ## Has it seen the answer?
#
# Training gets the training rows only.  A predictor that reached the test conditions by another way gives itself away
# by erring less than the measurement itself does.  Here is one that looks them up:

# %%
peeking = SimpleNamespace(
    fit=lambda effects, network=None: None,
    predict=lambda conditions: effects[conditions],
)
task = task_of(effects)
caught = appmodel.benchmark(
    {"mine": Mine(), "peeking": peeking},
    effects,
    task,
    network,
    seeds=range(seeds),
    metrics=["l2"],
    oracle=True,
)
suspected_leaks(caught)

# %% [markdown]
# ## Predictions made elsewhere
#
# GEARS, scGPT and others live in environments of their own.  Then only files travel: the split goes there, a table of
# predictions comes back (one row per condition, one column per readout, differences from control).  Here a few lines
# of pandas play the other environment.

# %%
folder = Path(tempfile.mkdtemp())
split = make_split(effects, task, seed)
split.to_json(folder / "split.json")
# No test condition leaves this environment.
effects[split.train].to_df().to_csv(folder / "train.csv")

# there:
there = appmodel.Split.from_json(folder / "split.json")
train = pd.read_csv(folder / "train.csv", index_col=0)
rows = {  # the mean for an unseen gene
    name: train.reindex(name.split("+")).fillna(train.mean())
    for name in there.test
}
made = pd.DataFrame({name: genes.sum() for name, genes in rows.items()}).T
made.to_csv(folder / "predicted.csv")

# here again:
table = pd.read_csv(folder / "predicted.csv", index_col=0)
given = appmodel.as_effects(table, list(table.index), effects.var)
elsewhere = SimpleNamespace(
    fit=lambda effects, network=None: None,
    predict=lambda conditions: given[conditions],
)
predictions = predict_splits(
    {**everybody, "elsewhere": elsewhere},
    effects,
    network=network,
    splits=[split],
)
save_predictions(predictions, folder / "predictions.h5ad")

# %% [markdown]
# The file holds all predictions with the split they were made on.  Whoever has it can score it again, with another
# metric or another year, without fitting anything:

# %%
again = score_predictions(
    load_predictions(folder / "predictions.h5ad"), effects, oracle=True
)
by_place(
    appmodel.difference_table(again, "anchored_app", ["elsewhere"]),
    difference_in_words,
)

# %% [markdown]
# ## Pretrained embeddings
#
# A model that gives a vector per gene needs no code: `EmbeddingLinear` reads the table (npz, parquet, csv,
# safetensors, h5ad, or a checkpoint folder) and fits a linear decoder by ridge regression.  The table here is
# **random**, a stand-in for weights that are not part of this book; it should do no better than the training mean.

# %%
genes = sorted(
    {gene for name in effects.obs_names for gene in name.split("+")}
)
np.savez(
    folder / "embedding.npz",
    genes=genes,
    embedding=np.random.default_rng(seed).normal(size=(len(genes), 32)),
)
pretrained = appmodel.benchmark(
    {
        "training_mean": appmodel.TrainingMean(),
        "random_table": appmodel.EmbeddingLinear(
            embedding=str(folder / "embedding.npz")
        ),
    },
    effects,
    task="unseen",
    seeds=range(seeds),
)
by_place(
    appmodel.difference_table(pretrained, "training_mean", ["random_table"]),
    difference_in_words,
)

# %% [markdown]
# ## The committed leaderboard
#
# A predictor that becomes a class of `appmodel` is one line in `studies.yml`; the pipeline then judges it on the real
# screens.  Of the table that it writes, L2 divided by that of the baseline on the four real screens:

# %%
real = load_leaderboard(results, "real")
by_place(real[real["metric"] == "l2"].dropna(subset="ratio"), ratio_in_words)

# %% [markdown]
# ## Take away
#
# - Anything with `fit` and `predict` is judged on the same splits, under every metric, with intervals, floor and ceiling.
# - Who errs less than the measurement itself, 0.71 times what a second one errs, has seen the answer.
# - Predictions travel as files; they can be scored again without fitting anything.
#
# ## Exercises
#
# **Exercise 1 (\*).** Write a predictor that says half of what addition says, and score it beside addition.  On which metrics does
# it score exactly the same, and why?


# %% tags=["hide-cell"]
class Half:
    def fit(self, effects, network=None):
        self.sum_ = appmodel.Additive().fit(effects)
        return self

    def predict(self, conditions):
        said = self.sum_.predict(conditions)
        said.X = said.X / 2
        return said


half = appmodel.benchmark(
    {"half": Half(), "additive": appmodel.Additive()}, effects, task, seeds=[0]
)
half.pivot_table(
    index="metric", columns="method", values="value", sort=False
).round(3)

# %% [markdown]
# ```{dropdown} Why
# `pearson`, `discrimination_cosine`, `top_k_overlap` and the hits do not see a factor.  Distances do, and so do the metrics
# made of them; `pearson_perturbed` does too, as it takes the mean off first.  Where addition is undefined, as for
# unseen genes, its half is too, and the table is empty.
# ```
#
# **Exercise 2 (\*\*).** A colleague's model errs 0.70 times as much as addition, its controls are not shown, and the number is
# from one split.  Which three lines would you ask for?
#
# ```{dropdown} Answer
# Main effects and kernel ridge, which gain most of that without any network; the same model with a shuffled
# network, or with conditions permuted; and more splits with an interval over genes and seeds.
# ```
