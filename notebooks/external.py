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
# # Does it carry over?

# %% tags=["parameters", "hide-input"]
results = "../data/results"

# %% tags=["remove-cell"]
import pandas as pd

from appmodel.pages import (
    load_leaderboard,
    load_results,
    plot_forest,
    readable,
    screen_name,
    screen_titles,
    style,
)
from appmodel.pages.headlines import says_table

board, rows = (
    load_leaderboard(results, "external"),
    load_results(results, "external"),
)
of_app = load_leaderboard(results, "app_external")
titles = screen_titles(results, "external")
says = says_table(
    board, ["oracle", "anchored_app", "anchored_app_shuffled", "kernel_ridge"]
)
says_of_app = says_table(of_app, ["app", "app_of_five"])
places = list(says.columns)
decides = [place for place in places if says.loc["oracle", place] == "better"]
# %% [markdown]
# HEADLINE
# %% [markdown]
# **Aims:** judge the models on screens by which nothing was chosen; tell a screen on which a model fails from a screen that
# cannot tell; read a tie as a tie.  **You need:** [the results](results.ipynb).  **Level:** first course.
# **Reading:** 8 minutes.  **Run time:** seconds.
#
# ## What is asked
#
# Everything so far was seen while the models were made: nobody tuned on a test condition, and yet designs that did badly on
# Norman 2019, Adamson 2016 and the two screens of Replogle 2022 were dropped.  These seven screens chose nothing.  They were
# rebuilt from the same source {cite}`shift2025` and scored once, with the defaults that stand in the package, on twenty splits.
# They are compact as well, 50 principal axes without names.
#
# A screen can be too noisy to decide anything.  So each is asked first whether a *second measurement* of the same conditions
# would err less than the baseline.  Where it would not, no prediction can be known to be good there.

# %% mystnb={"figure": {"caption": "Error divided by that of the baseline of the task (dashed line), screens that chose nothing, twenty splits; bars are 95 % bootstrap intervals over genes and seeds.", "name": "fig-external"}, "image": {"alt": "Forest plot: error ratios of kernel ridge, AnchoredAPP with a shuffled network, AnchoredAPP and a second measurement on every external screen and task"}}
with style():
    plot_forest(
        board,
        [
            "kernel_ridge",
            "anchored_app_shuffled",
            "anchored_app",
            "oracle",
        ],
        titles,
    )

# %% [markdown]
# ## Screen by screen
#
# Whether each errs less than the baseline of its task, addition for doubles and the mean of the training singles for unseen
# genes; *a second measurement* says whether the screen can tell.

# %% tags=["full-width"]
table = pd.concat([says, says_of_app]).T
table.index = pd.Index(
    [
        f"{screen_name(p.rsplit(' ')[0])}, {p.rsplit(' ')[1]}"
        for p in table.index
    ],
    name="screen",
)
table.rename(columns=readable)
