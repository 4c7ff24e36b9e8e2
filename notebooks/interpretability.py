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
# # Is attention an explanation?
#
# **The attention of the published model is faithful, and ranks the genes that respond no better than chance.**  Trained, it depends on what is
# perturbed: {glue:text}`elsewhere demo` of a {term}`perturbation`'s {term}`attention` on the simulated screen, and
# {glue:text}`elsewhere adamson` on Adamson 2016, lies elsewhere than that of the others.  Predictions rest on it: without the
# 20 most attended genes they change by {glue:text}`moved demo` and {glue:text}`moved adamson` of their size, without 20
# random ones by {glue:text}`random demo` and {glue:text}`random adamson`.
#
# On the simulated screen, where the targets are known, attention ranks
# them no better than chance (area under the ROC curve {glue:text}`auroc demo`).  Closeness in the network has
# {glue:text}`closeness demo` there, as the network of that screen is made from the true edges: this is what attention could
# have read from it.  On Adamson 2016, with the genes that have a significant effect, attention is no better than chance
# either ({glue:text}`auroc adamson`; closeness {glue:text}`closeness adamson`).  At the very top of its list it is ahead of chance on
# both (average precision, in a table below), but not of the attention of other perturbations or of a model with a shuffled network.  The [claims](claims.ipynb) do not judge that
# screen: APP is not shown to beat the best constant there.  The model seems to use its attention as a code for
# the perturbation, any code that the decoder can read.
#
# `AnchoredAPP` attends to conditions with similar effects, above chance, and no better than the sum of the two singles does
# (doubles) or a model with a shuffled network (unseen genes).

# %% tags=["parameters", "hide-input"]
screen = "demo"
networks = ["demo"]
seed = 0
max_epochs = 60
n_explained = 3
n_genes = 12
results = "../data/results"

# %% tags=["hide-input", "remove-stderr"]
from pathlib import Path

import pandas as pd
from IPython.display import Markdown
from myst_nb import glue

from appmodel.pages import (
    attention_table,
    neat_tables,
    panels,
    readable,
    screen_name,
    style,
)
from appmodel.pages.attention import (
    attended_neighbourhood,
    plot_deletion,
    plot_double,
    plot_neighbourhood,
    plot_rankings,
)
from appmodel.pages.panels import shared_legend
from appmodel.scoring.findings import chosen, load_findings
from appmodel.studies.attention.attended_conditions import CONDITION_RANKINGS
from appmodel.studies.attention.gene_rankings import RANKINGS
from appmodel.studies.attention.sharing import (
    gained_genes,
    sharing,
    specificity,
)
from appmodel.studies.attention.study import attention_scores, fit_models
from appmodel.studies.attention.summary import (
    DECISIVE,
    deletions,
    explanations,
    rankings_of,
    summarised,
)

neat_tables()

models, of_screen = (
    fit_models(screen, seed, max_epochs, networks),
    Path(screen).name,
)
live = summarised(
    attention_scores(models, n_explained).assign(screen=of_screen)
)
committed = Path(results) / "interpretability.csv"
if committed.is_file():
    of_table = load_findings(committed)
    provenance = of_table.attrs["provenance"]
    # A screen of one's own stands beside those of the table.
    summary = pd.concat(
        [of_table, live[~live["screen"].isin(of_table["screen"])]],
        ignore_index=True,
    )
else:  # nothing to read yet
    summary = live
tests = chosen(summary, measure=DECISIVE, task=["seen", "doubles", "unseen"])
asked = list(
    tests[["screen", "bin", "measure"]]
    .drop_duplicates()
    .itertuples(index=False, name=None)
)
by_group = list(
    tests[["screen", "bin", "measure", "task"]]
    .drop_duplicates()
    .itertuples(index=False, name=None)
)


# %% tags=["remove-cell"]
def value(screen, measure, ranking):
    return rankings_of(summary, screen, "app", measure).loc[ranking, "value"]


if committed.is_file():
    # Each sentence of the headline, against the table.
    found = {
        model: explanations(of_table, model)
        for model in ("app", "anchored_app")
    }
    moved = deletions(of_table).set_index("screen").loc[["demo", "adamson16"]]
    assert moved[["faithful", "own"]].all(axis=None)
    # Nowhere ahead of every control.
    assert all(
        "" not in set(table["no better than"]) for table in found.values()
    )
    assert (found["app"]["no better than"] == "chance").all()
    other = found["anchored_app"].set_index(["screen", "group"])[
        "no better than"
    ]
    assert other["demo", "doubles"] == "the sum of its singles"
    assert all(
        "shuffled network" in other[screen, "unseen"]
        for screen in ("demo", "adamson16")
    )
    numbers = {
        "moved demo": f"{moved.loc['demo', 'attention']:.0%}",
        "moved adamson": f"{moved.loc['adamson16', 'attention']:.0%}",
        "random demo": f"{moved.loc['demo', 'random']:.0%}",
        "random adamson": f"{moved.loc['adamson16', 'random']:.0%}",
        "elsewhere demo": f"{value('demo', 'total_variation_from_mean', 'attention'):.0%}",
        "elsewhere adamson": f"{value('adamson16', 'total_variation_from_mean', 'attention'):.0%}",
        "auroc demo": f"{value('demo', 'auroc_direct', 'attention'):.2f}",
        "closeness demo": f"{value('demo', 'auroc_direct', 'distance'):.2f}",
        "auroc adamson": f"{value('adamson16', 'auroc_significant', 'attention'):.2f}",
        "closeness adamson": f"{value('adamson16', 'auroc_significant', 'distance'):.2f}",
    }
    for name, number in numbers.items():
        glue(name, number, display=False)

# %% [markdown]
# **Aims:** see what the attention of the published model looks like for a single, a double and an unseen
# perturbation; then ask of it what its authors claim: that it points at the genes which matter.  **You need:** [the
# model](model.ipynb).  **Level:** second course.  **Reading:** 15 minutes.  **Run time:** about a minute.
#
# The paper offers attention as an explanation (its section 4.4 and Figure 2): the most attended genes are to be downstream targets,
# partners and common effectors.  Its example is hypothetical and nothing is tested.  Here everything is: on the
# simulated screen the targets are known, on the screen of Adamson and colleagues the responding genes were measured.
#
# Three conditions are kept apart: a single that training has **seen**, one of the **doubles** of trained genes that were {term}`held out`,
# and an **unseen** gene.

# %%
attention = models.app.attention(models.asked)
examples = {group: names[0] for group, names in models.groups.items()}
pd.Series(examples, name="example").rename_axis("group").to_frame()

# %% [markdown]
# ## Three neighbourhoods

# %% mystnb={"figure": {"caption": "The most attended genes of a single, a double and an unseen perturbation around the perturbed genes (squares, bold). Rings: steps in the network; lines: edges; colour: attention as a multiple of a uniform look at all genes.", "name": "fig-neighbourhood"}, "image": {"alt": "Three drawings of a network neighbourhood: perturbed genes in the middle, the twelve most attended genes on rings by their distance, coloured by attention"}}
with style():
    figure, axes = panels(len(examples), size=(4.6, 4.2))
    for (group, condition), ax in zip(examples.items(), axes, strict=True):
        plot_neighbourhood(
            attention,
            models.network,
            condition,
            ax,
            n_genes,
            models.app.n_neighbors,
        )
        ax.set_title(f"{group}: {condition}")

# %%
lines, tops = [], {}
for group, condition in examples.items():
    shown, _ = attended_neighbourhood(
        attention, models.network, condition, n_genes, models.app.n_neighbors
    )
    others = shown[~shown["perturbed"]]
    tops[group] = set(others.index)
    near = (others["steps"] == 1).sum()
    lines.append(f"{near} of {len(others)} for the {group} {condition}")
common = set.intersection(*tops.values())
Markdown(
    f"Most attended genes that are neighbours of a perturbed one: "
    f"{', '.join(lines)}. {len(common)} of the {n_genes} genes are the same "
    f"for all of them."
)

# %% [markdown]
# The same genes, ranked and with their names:

# %%
pd.concat(
    {
        f"{group}: {condition}": attention_table(attention, condition)
        for group, condition in examples.items()
    },
    axis=1,
)

# %% [markdown]
# ## How much of it is about the perturbation?
#
# A uniform look at $n$ genes has $n$ *effective* genes ($2^H$ with the entropy $H$ in bits).  The total variation
# between two rows of attention is the share of attention that lies elsewhere.

# %%
spread = specificity(attention)
spread.groupby(
    {name: group for group, names in models.groups.items() for name in names}
).mean()

# %%
attended = spread["effective_genes"].mean()
elsewhere = spread["total_variation_from_mean"].mean()
Markdown(
    f"Of {attention.shape[1]:,} genes {attended:,.0f} are effectively attended"
    f" to; {elsewhere:.0%} of a perturbation's attention lies elsewhere than "
    f"that of the others."
)

# %% [markdown]
# ## What a double shares with its singles, and what is new

# %% mystnb={"figure": {"caption": "Attention of a held-out double and of its two singles to the genes that the double attends to most; the dashed line is a uniform look.", "name": "fig-double"}, "image": {"alt": "Dot plot of the attention of a double and its two singles to twelve genes"}}
if "doubles" in examples:
    with style():
        plot_double(attention, examples["doubles"], n_genes)

# %%
if "doubles" in examples:
    shares = sharing(attention, models.groups["doubles"])
    means = shares.groupby("ranking")[
        ["overlap", "new", "total_variation", "jensen_shannon"]
    ].mean()
    own, other = means.loc["own_singles"], means.loc["other_singles"]
    sentence = Markdown(
        f"On average {own['overlap']:.0%} of the 20 genes that a double "
        f"attends to most are among those of its own singles, "
        f"{own['new']:.0%} are new; with two singles of *other* genes it "
        f"shares {other['overlap']:.0%}. From the mean of its singles "
        f"{own['total_variation']:.0%} of its attention lies elsewhere, "
        f"{own['jensen_shannon']:.2g} bits."
    )
else:
    sentence = Markdown("The screen has no doubles.")
sentence

# %%
gained_genes(
    attention, examples["doubles"], 5
) if "doubles" in examples else None

# %% [markdown]
# ## Does attention rank the genes that respond?
#
# For each perturbation all other genes of the graph are ranked, the perturbed ones left out.  The area under the ROC curve is
# the chance that a responding gene stands before another one; ties count one half.  On the simulated screen *direct*
# targets are those that a perturbed gene regulates; on the screen of Adamson and colleagues (Cell 2016) those with a
# significant effect in the EMBL-EBI Perturbation Catalogue (Apache-2.0), among the genes it lists at all; on a screen
# of your own those with the strongest measured effects.
# Attention has to do better than lists that need no attention to *this* perturbation.  Intervals: bootstrap
# over perturbations.

# %% mystnb={"figure": {"caption": "Area under the ROC curve of responding genes, attention (diamond) beside simpler lists; bars are 95 % intervals over perturbations, the dashed line is chance.", "name": "fig-rankings"}, "image": {"alt": "Dot plots of the area under the ROC curve of attention and of six simpler rankings, one panel per screen"}}
of_genes = [
    (name, measure) for name, model, measure in asked if model == "app"
]
with style():
    figure, axes = panels(len(of_genes), columns=1, size=(6.4, 2.6))
    for (name, measure), ax in zip(of_genes, axes, strict=True):
        plot_rankings(
            summary, name, "app", measure, RANKINGS, DECISIVE[measure][1], ax
        )
        ax.set(
            title=f"{screen_name(name)}: {DECISIVE[measure][0]}",
            xlabel="area under the ROC curve",
        )

# %%
lines = []
for name, measure in of_genes:
    values = rankings_of(summary, name, "app", measure)["value"].drop(
        ["uniform"]
    )
    values = values[
        [ranking for ranking in values.index if ranking in RANKINGS]
    ]
    lines.append(
        f"{screen_name(name)}: {RANKINGS[values.idxmax()]} ranks best "
        f"({values.max():.2f}),"
        f" attention has {values['attention']:.2f}"
    )
made_here = rankings_of(live, of_screen, "app", dict(of_genes)[of_screen])[
    "value"
]["attention"]
Markdown(
    "; ".join(lines)
    + f". The model fitted on this page ({max_epochs} epochs, one seed) has "
    f"{made_here:.2f} on {of_screen}."
)

# %%
explanations(summary, "app").round(2)

# %% [markdown]
# Average precision, genes by the true size of their effect, and the groups of conditions apart:

# %% tags=["full-width"]
shown = chosen(summary, method=RANKINGS, against="", bin="app")
shown = shown[
    shown["measure"].str.contains("auroc|average_precision|true_effect")
]
shown.pivot_table(
    index=["screen", "measure", "task"],
    columns="method",
    values="value",
    sort=False,
).rename(index=readable, columns=readable).round(3).fillna("")

# %% [markdown]
# ## AnchoredAPP attends to conditions, not to genes
#
# Its weights belong to measured conditions, so the question is another one: have the conditions that it attends to
# effects like that of the condition asked for?  Similar is a large cosine between two effects, the mean of all
# measured ones taken away; a rank correlation of one would mean that attention puts them in just that order.  Pairs are
# compared by the effects of their genes and never look at the network, so a shuffled one is no control there; the
# sum of the two singles is.

# %% mystnb={"figure": {"caption": "Rank correlation between what AnchoredAPP attends to and the similarity of effects, attention (diamond) beside simpler lists; bars are 95 % intervals over perturbations.", "name": "fig-conditions"}, "image": {"alt": "Dot plots of the rank correlation of attention and simpler rankings with the similarity of effects, one panel per screen and group"}}
of_conditions = [
    (name, measure, group)
    for name, model, measure, group in by_group
    if model == "anchored_app"
]
with style():
    figure, axes = panels(len(of_conditions), size=(4.6, 2.8))
    for (name, measure, group), ax in zip(of_conditions, axes, strict=True):
        plot_rankings(
            summary,
            name,
            "anchored_app",
            measure,
            CONDITION_RANKINGS,
            0.0,
            ax,
            group,
        )
        ax.set(
            title=f"{screen_name(name)}, {group}", xlabel="rank correlation"
        )

# %%
explanations(summary, "anchored_app").round(2)

# %% [markdown]
# Its weights are those of a regression: a measured condition that repeats what another one says gets little.

# %% [markdown]
# ## Is attention faithful?
#
# If a prediction rests on the attended genes, it must change when they are taken away.  Deleting a set $D$ leaves the
# context and all {term}`embeddings <embedding>` as they were and mixes the rest:
#
# $$\alpha'_i = \frac{\alpha_i}{\sum_{j \notin D} \alpha_j}, \qquad z' = \sum_{i \notin D} \alpha'_i h_i, \qquad
# \text{change} = \frac{\lVert \hat y' - \hat y \rVert}{\lVert \hat y \rVert}$$

# %% mystnb={"figure": {"caption": "Change of the prediction of the published model, relative to its size, when genes are deleted: the most attended, the least attended, random ones, those most attended by other perturbations, and those with the largest integrated gradients.", "name": "fig-deletion"}, "image": {"alt": "Lines of the relative change of the prediction against the number of deleted genes, one panel per screen"}}
names = list(dict.fromkeys(summary["screen"]))
with style():
    figure, axes = panels(len(names), size=(4.6, 3.4))
    for name, ax in zip(names, axes, strict=True):
        plot_deletion(summary, name, ax)
        ax.set_title(screen_name(name))
    shared_legend(figure)

# %%
deletions(summary).round(4)

# %% [markdown]
# *Faithful* says that predictions move more without the most attended genes than without random or least attended ones
# (intervals over perturbations and seeds).  `own` says whether it also moves more than without the genes that *other* perturbations
# attend to; where it does not, attention may be faithful to the model and still say nothing about the perturbation.

# %% [markdown]
# Gradients are the other witness: integrated gradients (Sundararajan, Taly and Yan, 2017) of the size of the
# prediction say what each gene's vector adds to it, for the vectors `x` that enter the graph layers and for the
# embeddings `h` that leave them.  Their absolute values against three rankings, as rank correlations:

# %%
gradients = chosen(summary, task="all", method=RANKINGS, against="")
gradients = gradients[
    gradients["measure"].str.startswith("spearman_attribution")
]
gradients.pivot_table(
    index=["screen", "measure"], columns="method", values="value", sort=False
).round(2)

# %% [markdown]
# ## Where the numbers come from

# %%
if committed.is_file():
    about = pd.DataFrame(provenance["screens"]).T.rename_axis("screen")
    sources = about[
        ["dataset_hash", "seeds", "code_version", "date", "seconds", "against"]
    ]
else:
    sources = Markdown(
        "From the models fitted on this page: `python -m "
        "appmodel.pipeline.jobs interpretability --output "
        "data/results/interpretability.csv` writes the table of all seeds and "
        "screens."
    )
sources

# %% [markdown]
# ## Take away
#
# - A softmax over all genes can be drawn for any perturbation, and always names some genes.
# - Whether they explain anything has an answer: compare with a list that knows nothing, and with the mean over other
#   perturbations.
# - Attention can be faithful to the model, whose predictions move without these genes, and still say nothing of the cell.
#
# ## Exercises
#
# **Exercise 1 (\*).** Of 2,000 genes 100 are targets.  How many of them does a list of 20 genes hold that was drawn by lot?  A
# list holds 3: is it better than chance?
#
# ```{dropdown} Answer
# $20 \cdot 100 / 2000 = 1$.  Three or more come up by luck in 7 of 100 such lists, so three on one list is no finding; three on
# each of ten lists is.
# ```
#
# **Exercise 2 (\*\*).** Check the 7 of 100.

# %% tags=["hide-cell"]
from scipy.stats import hypergeom

by_luck = hypergeom.sf(2, 2000, 100, 20)
assert round(by_luck, 2) == 0.07
f"{by_luck:.3f}"
