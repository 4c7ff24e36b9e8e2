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
# # Play with it
#
# **Aims:** pick two genes and see what each model says of their pair, beside the measurement and its noise; sort the
# leaderboard; find out how a metric is fooled.  **You need:** what an effect and a {term}`baseline` are ([](baselines.ipynb)); the
# metrics can be looked up ([](../book/metrics.md)).  **Level:** first course.  **Reading:** 10 minutes, and as many as you
# like to play.  **Run time:** a minute.
#
# Everything on this page moves in your browser.  There is no server behind it, and nothing is sent anywhere.  The charts
# are made with Vega-Lite {cite}`satyanarayan2017vegalite` through Altair {cite}`vanderplas2018altair`.

# %% tags=["parameters", "hide-input"]
screen = "demo"
networks = ["demo"]
seed = 0
n_genes = 40
max_epochs = 80
results = "../data/results"

# %% tags=["remove-input"]
import pandas as pd
from IPython.display import Markdown, display
from myst_nb import glue

import appmodel
from appmodel.pages import (
    BASELINES,
    neat_tables,
    screen_title,
    task_of,
    without_pairs,
)
from appmodel.pages.play import (
    TASKS,
    best_shrinkage,
    board_table,
    board_widget,
    committed_boards,
    distorted,
    error_table,
    fool_widget,
    halves,
    known_truth,
    library,
    mean_scores,
    often_paired,
    pair_data,
    pick_widget,
    predict_unmeasured,
    starting_point,
)

neat_tables()

library()

# %% [markdown]
# ## Pick two genes
#
# Half of the pairs are hidden and predicted by models that were trained on the other half and on all single genes.  Then
# the halves change places.  So **each prediction of a measured pair was made without that pair.**  A pair that nobody
# measured has no hidden half: there the models have seen the whole screen, and only their predictions are shown.

# %%
effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
task = task_of(effects)
methods = {
    "no_change": appmodel.NoChange(),
    "training_mean": appmodel.TrainingMean(),
    "singles_mean": appmodel.SinglesMean(),
    "additive": appmodel.Additive(),
    "scaled_additive": appmodel.ScaledAdditive(),
    "linear": appmodel.LinearModel(),
    "kernel_ridge": appmodel.KernelRidge(),
    "app": appmodel.APP(max_epochs=max_epochs),
    "anchored_app": appmodel.AnchoredAPP(),
}
splits = halves(effects, task, seed)
predictions = appmodel.predict_splits(
    methods, effects, network=network, splits=splits
)

# %% tags=["remove-input"]
simulated = bool(effects.uns.get("simulated", False))
kind = "**simulated**: its genes are invented" if simulated else "real"
Markdown(f"The screen is `{effects.uns['dataset']}`.  It is {kind}.")

# %%
if task == "doubles":
    shown = ["additive", "scaled_additive", "kernel_ridge"]
    shown += ["app", "anchored_app"]
    genes = often_paired([n for split in splits for n in split.test], n_genes)
    unmeasured = predict_unmeasured(
        {name: methods[name] for name in shown}, effects, genes, network
    )
    truth = known_truth(screen, effects)
    pairs = pair_data(effects, predictions, unmeasured, genes, truth)
    display(pick_widget(pairs))

# %% tags=["remove-input"]
if task != "doubles":
    display(
        Markdown(
            without_pairs(
                effects,
                "there is nothing to pick, and what follows is of hidden genes",
            )
        )
    )

# %% [markdown]
# How to read it.  In the first chart a mark on the grey band agrees with the measurement as well as noise lets it.  In the
# heat map a pair has two places: what was measured stands below the diagonal, what a model says of the same pair stands
# above it.  Choose *distance from {term}`addition`* and let addition predict: everything above the diagonal is zero, because
# addition says that no pair interacts.
#
# ## Sort the leaderboard
#
# A click on the name of a column sorts by it, a second click turns the order round.  Each number is a mean over hidden
# conditions.  The *L2 ratio* divides the L2 of a method by that of the baseline of the task: addition for pairs, the mean
# of the training singles for genes; in brackets its 95 % {term}`interval`.  *A second measurement* is the {term}`ceiling`: the right answer
# with the noise of another experiment; a perfect prediction would err 0.71 times as much.

# %%
scores = appmodel.score_predictions(predictions, effects, oracle=True)
board = appmodel.leaderboard(scores, BASELINES[task])
title = f"{screen_title(effects)}, {TASKS[task]}, as run for this page"
boards = {
    title: board_table(board),
    **committed_boards(results, ["demo", "real"]),
}
board_widget(boards)

# %% [markdown]
# The first table is the run of this page, where APP has few epochs.  The others were made by `make real` with more epochs
# and more {term}`splits <split>`; those of real screens are the ones to judge by ([](results.ipynb)).
#
# ## What fools a metric?
#
# Take the predictions of one half and spoil them, or flatter them.  Every prediction $y'$ becomes
#
# $$(1 - s)\,\big((1 - k)\,y' + k\,m\big) + n\,\varepsilon$$
#
# where $s$ is the shrinkage, $k$ the share of the mean effect $m$ of the training conditions, and $n$ the amount of noise
# $\varepsilon$, which is as large as a typical measured effect where $n$ is 100 %.  None of the three sliders adds any
# knowledge.  A metric that gets better all the same is fooled, and one that does not move does not see what you did.

# %%
baseline = BASELINES[task]
start = starting_point(
    predictions, effects, [baseline, "app", "anchored_app"], seed
)
fool_widget(start, simulated)

# %% tags=["remove-cell"]
example = next(iter(start.predicted))


def moved(**sliders):
    """Scores of the first method with the sliders there."""
    return mean_scores(start, distorted(start, example, **sliders))


def near(one, other):
    return (pd.isna(one) and pd.isna(other)) or abs(one - other) < 1e-9


# What the page says of every screen.
before, shrunk, mixed = moved(), moved(shrinkage=0.4), moved(mixed=0.5)
assert near(shrunk["pearson"], before["pearson"])
assert near(mixed["pearson_perturbed"], before["pearson_perturbed"])
flat = moved(mixed=1.0)
assert pd.isna(flat["pearson_perturbed"])
assert near(flat["discrimination"], 0.5)
noisy, best = moved(noise=1.0), best_shrinkage(start, example)
smaller = moved(shrinkage=best)
# What it says of its own screen.
if screen == "demo":
    assert example == "additive"
    assert best > 0
    assert noisy["l2"] > 2 * before["l2"]
    assert noisy["discrimination"] > before["discrimination"] - 0.01
    errors = error_table(pairs)
    assert (errors["addition"] > errors["AnchoredAPP"]).mean() > 0.5

for name, value in {
    "noisy l2": noisy["l2"],
    "l2": before["l2"],
    "noisy discrimination": noisy["discrimination"],
    "discrimination": before["discrimination"],
    "smaller l2": smaller["l2"],
}.items():
    glue(f"play {name}", f"{value:.2f}", display=False)
glue("play best", f"{100 * best:.0f} %", display=False)
apart = "no pair, as this screen has none"
if task == "doubles":
    gain = error_table(pairs)["addition"] - error_table(pairs)["AnchoredAPP"]
    row = error_table(pairs).loc[gain.idxmax()]
    apart = (
        f"{gain.idxmax()}, where addition errs {row['addition']:.2f} and "
        f"AnchoredAPP {row['AnchoredAPP']:.2f}"
    )
glue("play apart", apart, display=False)

# %% [markdown]
# ## Take away
#
# 1. A prediction is to be compared with the measurement *and its noise*.  Inside the grey band one readout
#    cannot tell two predictions apart; many together can.
# 2. Each metric is blind to something.  Pearson does not see shrinkage, and Pearson against the mean does not see how much
#    of the mean is mixed in, short of all of it.  With all of the mean every condition is predicted the same: then
#    discrimination is 0.5, and Pearson against the mean is undefined.
# 3. Noise as large as the effects takes the L2 of the first method of the list from {glue:text}`play l2` to
#    {glue:text}`play noisy l2`.  Its discrimination was {glue:text}`play discrimination` and is
#    {glue:text}`play noisy discrimination` then: discrimination asks which condition is nearest, not how near it is.
#
# ## Exercises
#
# **Exercise 1 (\*).** Find the measured pair on which `AnchoredAPP` gains most on addition.  Is its distance from addition more than
# noise explains?  *Hint:* let the heat map show the distance from addition, and click on the strongest measured pairs.
#
# :::{admonition} Solution
# :class: dropdown
# It is {glue:text}`play apart`.  The sentence above the chart says whether noise explains it.  A model gains on addition
# where pairs interact, so the place to look is where the measured distance from addition is large.
# :::
#
# **Exercise 2 (\*\*).** Start from the first method of the list and make its L2 as small as you can with one slider.  Which metrics
# notice?  What is the honest name of what you did?
#
# :::{admonition} Solution
# :class: dropdown
# A shrinkage of {glue:text}`play best` brings the L2 from {glue:text}`play l2` to {glue:text}`play smaller l2`.  Pearson
# stays the same, because it does not see the size of a prediction.  Of addition, this is *scaled addition* with a factor
# that was looked up on the test pairs.  The real one learns its factor on training pairs ([](baselines.ipynb)), and is the
# baseline that a model should beat.
# :::
