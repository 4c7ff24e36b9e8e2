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
# # The claims, one by one

# %% tags=["parameters", "hide-input"]
results = "../data/results"
published = "../data/published.csv"
claims = "../data/claims.yml"
studies = "../studies.yml"
study = "real"

# %% tags=["remove-input"]
import pandas as pd
from IPython.display import Markdown
from myst_nb import glue

from appmodel.pages import load_leaderboard, load_published, named, provenance_table, readable, style
from appmodel.pages.claims.plots import plot_shares
from appmodel.pages.claims.verdicts import beside_quoted, claims_table, counted_claims, load_claims

quoted = load_published(published)
judged = load_claims(claims, studies)
table = claims_table(judged, quoted, results)
board = load_leaderboard(results, study)
pd.set_option("display.max_colwidth", None, "display.max_rows", None)


def of_table(name):
    rows = table[table["table"] == name]
    said = rows["statement"].where(rows["kind"] == "claim", rows["kind"] + ": " + rows["statement"])
    # The verdict comes first: a narrow page cuts wide tables on the right.
    q = rows["q"].map("{:.3f}".format, na_action="ignore").fillna("")
    return rows.assign(statement=said, q=q, model=rows["model"].map(readable)).set_index(
        ["statement", "model", "screen"]
    )[["verdict", "ours", "theirs", "interval", "q", "metric"]]


for name, number in counted_claims(table).items():
    glue(name, number, display=False)

# %% [markdown]
# **What came out.**  Of the {glue:text}`claims` claims about APP that the paper makes, {glue:text}`app tested` could be
# tested on real or simulated screens.  For the published model {glue:text}`app everywhere` of them hold on every screen
# where they were asked, and {glue:text}`app somewhere` on some; {glue:text}`closed` of all cannot be tested here.  Of the
# {glue:text}`anchored_app tested` that can be asked of `AnchoredAPP`, {glue:text}`anchored_app everywhere` hold on every
# screen and {glue:text}`anchored_app somewhere` on some.

# %% [markdown]
# **Aims:** put every claim of the paper {cite}`app2025`, and every number its text states, beside what was measured
# here.  No number of a result is typed on this page: what is quoted stands in `data/published.csv` with its source,
# what is claimed in `data/claims.yml`, what is measured in files that a run wrote.  Run time: under a minute.
#
# ## How to read a verdict
#
# Each claim is a comparison on one screen, and is judged by the 95 % bootstrap interval of the paired difference over the
# conditions that both predict, drawn over genes and seeds, against a margin of one percent of the baseline's error:
#
# | verdict | what it takes |
# |---|---|
# | holds | the whole interval lies beyond the margin on the claimed side, and so it does among many (below) |
# | does not hold | the same on the other side |
# | cannot be told apart | neither, or one seed only, which does not support the claim |
# | not testable: the model does not beat a constant | a claim about parts or attention of a model that does not beat a constant |
# | not yet measured | the study has no results yet |
# | cannot be tested here | the reason is given |
#
# Dozens of claims are judged at once, and some would hold by luck.  `q` is the p-value after the correction of Benjamini and
# Hochberg {cite}`benjamini1995fdr` over all comparisons of this page: a verdict stands where it is at most five
# percent, so that of the verdicts that stand one in twenty is expected to be luck.
#
# A ratio "against" a number, or a value "against" one, is judged by its own interval and that number.  `app` is the
# model as published, trained, `anchored_app` the one of the chapter on Anchored APP.  A *stand-in* is a question of ours where the
# paper's cannot be asked, or was not; a *repeat* says again what stands above; a *cell* is a number of the table
# beside what the same method scores here.  Stand-ins, repeats and cells are not counted in the first line.
#
# Scales differ: the paper takes the L2 over its 1,000 most expressed genes, the real screens here are compact ones of
# 50 principal axes.  So no cell is judged against its number; differences and ratios within a screen are.
#
# ## Table 1: main results

# %% tags=["full-width"]
of_table("T1")

# %% [markdown]
# ## Table 2: ablations
#
# What a part is worth: the full model against the model without it.

# %% tags=["full-width"]
of_table("T2")

# %% [markdown]
# ## Table 3: doubles
#
# The first claims are those of Table 1.  That non-additive effects are learned is a claim of its own: does the model
# find the doubles that deviate from addition, and in which direction?

# %% tags=["full-width"]
of_table("T3")

# %% [markdown]
# ## Table 4: quality of the network
#
# Flat under damage can mean robust, or that the network is not used.  The shuffled network tells the two apart.

# %% tags=["full-width"]
of_table("T4")

# %%
stated = quoted[quoted["screen"].isin(["norman19", ""])].set_index(["claim", "method", "task"])["value"].sort_index()
lines = [
    f"- {task}: {stated['T4', 'app_without_25', task].item():.1f} without a quarter of the edges, "
    f"{stated['T1', baseline, task].item():.1f} for the {baseline} model"
    for task, baseline in (("doubles", "additive"), ("unseen", "linear"))
]
Markdown(
    "By the paper's own numbers the damaged model falls behind the simple one it was to beat:\n\n" + "\n".join(lines)
)

# %% [markdown]
# ## Table 5: efficiency
#
# Times are of the machine that the chapter on efficiency names, not of the paper's.

# %% tags=["full-width"]
of_table("T5")

# %% [markdown]
# ## Figure 2: interpretability
#
# The paper shows an illustration and measures nothing.  Here attention is asked to rank known targets (simulated
# screen) and genes with a significant measured effect (Adamson 2016).

# %% tags=["full-width"]
of_table("F2")

# %% [markdown]
# ## Figure 3: sets of unseen genes
#
# The same three set sizes stand in Figure 2 of Ahlmann-Eltze, Huber and Anders {cite}`ahlmann2025deep`.

# %% tags=["full-width"]
of_table("F3")

# %% [markdown]
# ## The published protocol on the same data
#
# Mean L2 over 1,000 genes as Ahlmann-Eltze, Huber and Anders drew it, read off their figures at the preprint stage,
# beside the mean L2 over the axes of our compact screens.  Read the columns with a ratio: each is the error divided
# by that of one method, in the same column's scale.

# %%
beside_quoted(quoted, board, "ahlmann2025", {"doubles": "additive", "unseen": "linear"}).rename(
    index=readable, level="method"
)

# %%
ratio = stated["T1", "additive", "doubles"].item() / stated["ahlmann2025", "additive", "doubles"].item()
Markdown(
    f"The paper's error of the additive model on Norman doubles is {ratio:.1f} times the one read off those "
    f"figures, for the same method, screen and number of genes: its scale does not match the published protocol."
)

# %% [markdown]
# ## Between floor and ceiling
#
# A raw error says little.  The *floor* is the best of the constants (no change, training mean and median, mean of the
# training singles); the *ceiling* is what another measurement of the same condition would score, drawn from the sampling
# variance.  Share 0 knows nothing of the perturbation, share 1 is as good as measuring again, which errs $\sqrt2$ times as
# much as a perfect prediction would.  On screens of principal axes the noise is spread evenly over the axes, because only
# its total is known: distances are right, ranks of readouts are rough.

# %% mystnb={"figure": {"caption": "Unseen doubles of Norman 2019: share of the way from floor (0) to ceiling (1), per metric, with the 95 % bootstrap interval over genes and seeds. A method without an interval is not drawn; an arrow lies beyond the edge.", "name": "fig-shares-doubles"}, "image": {"alt": "One panel per metric, each a dot plot of the methods' share of the way from floor to ceiling with intervals, for unseen doubles"}}
methods = [
    "no_change",
    "training_mean",
    "training_median",
    "additive",
    "scaled_additive",
    "main_effects",
    "linear_tuned",
    "kernel_ridge",
    "random_embedding",
    "app",
    "app_of_five",
    "app_shuffled",
    "anchored_app",
    "anchored_app_shuffled",
]
with style():
    plot_shares(board[board["task"] == "doubles"], methods)

# %% mystnb={"figure": {"caption": "Unseen singles on four real screens: share of the way from floor (0) to ceiling (1), per metric, with the 95 % bootstrap interval over genes and seeds. A method without an interval is not drawn; an arrow lies beyond the edge.", "name": "fig-shares-unseen"}, "image": {"alt": "One panel per metric, each a dot plot of the methods' share of the way from floor to ceiling with intervals, for unseen singles on four screens"}}
with style():
    plot_shares(board[board["task"] == "unseen"], [name for name in methods if "additive" not in name])


# %%
def furthest(task):
    # Controls may tie with the model they belong to; they are no answer to this question.
    models = ~board["method"].str.contains("oracle|shuffled|permuted|random")
    rows = board[(board["task"] == task) & (board["metric"] == "l2") & models]
    best = rows.dropna(subset="share").sort_values("share").groupby("dataset", sort=False).last()
    return [f"- {screen}, {task}: `{row['method']}`, {row['share']:.0%} of the way" for screen, row in best.iterrows()]


Markdown("Who comes furthest in L2:\n\n" + "\n".join(furthest("doubles") + furthest("unseen")))

# %% [markdown]
# ## Where the numbers come from

# %%
used = dict.fromkeys(
    test.where["study"] for claim in judged.entries for test in claim.tests.values() if "study" in test.where
)
sources = pd.concat([provenance_table(results, name) for name in used], ignore_index=True)
named(sources).groupby([name for name in sources if name != "method"], sort=False)["method"].agg(
    "; ".join
).reset_index()

# %%
quoted[["claim", "source"]].drop_duplicates()

# %% [markdown]
# **Recap.** A claim is a difference with an interval on a named screen; what cannot be tested says why.
