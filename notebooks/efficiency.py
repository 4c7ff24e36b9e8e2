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
# # Efficiency: what do the models cost?
#
# **On the same real cells `AnchoredAPP` is at its best {glue:text}`anchored norman19_slice` and
# {glue:text}`anchored papalexi21` times sooner than GEARS, APP {glue:text}`app norman19_slice` and
# {glue:text}`app papalexi21` times, and both err less.**  (Norman 2019, a slice; Papalexi 2021; one split each, and on Papalexi
# neither errs less than the training mean.)  The whole training of APP, after which it knows which epoch was its best, takes
# {glue:text}`whole norman19_slice` and {glue:text}`whole papalexi21` times less than that of GEARS.
#
# The published model is cheap: no claim about its cost needs a large machine.  With {glue:text}`genes` genes
# (simulated), on one thread, APP has {glue:text}`app parameters` parameters, is trained in
# {glue:text}`app training_time`, and predicts one unseen condition in {glue:text}`app prediction_time`, or each of a
# batch in {glue:text}`app batch_prediction_time`.  The batch takes {glue:text}`app batch_over_torch` times what bare
# torch needs for the same tanh and matrix products, within the {glue:text}`aim` times aimed at.
# `AnchoredAPP` fits {glue:text}`anchored_app parameters` numbers and holds {glue:text}`anchored_app held_numbers`; it is
# fitted in {glue:text}`anchored_app training_time` and predicts one condition in
# {glue:text}`anchored_app prediction_time`, or each of a batch in {glue:text}`anchored_app batch_prediction_time`.
# In brackets: 95 % bootstrap {term}`intervals <interval>` of the median over rounds.

# %% tags=["parameters", "hide-input"]
seeds = 2
max_epochs = 10
measure_here = True
results = "../data/results"

# %% tags=["remove-input"]
from dataclasses import replace
from pathlib import Path

import pandas as pd
import torch
from IPython.display import Markdown, display
from myst_nb import glue

import appmodel
from appmodel.pages import (
    load_published,
    named,
    neat_tables,
    readable,
    screen_name,
    style,
)
from appmodel.pages.beside_gears import (
    costs_beside_gears,
    errors_beside_gears,
    machine_of,
    plot_beside_gears,
    ratio_to_gears,
)
from appmodel.pages.efficiency import (
    AIM,
    MEASURES,
    beside_here,
    beside_published,
    machine_sentence,
    perturbed_table,
    plot_scaling,
    plot_torch_ratio,
    reference_table,
    reference_values,
    share_table,
    short,
    slope_table,
)
from appmodel.predictors.anchored.closed_form import STEPS
from appmodel.predictors.anchored.many_genes import ROUNDS, TUNED_ON
from appmodel.predictors.app.inputs import similarity_coordinates
from appmodel.predictors.app.model import APPModule, count_parameters
from appmodel.scoring.findings import chosen, found, load_findings
from appmodel.studies.efficiency.costs import ALL_CHOOSE, PERTURBED
from appmodel.studies.efficiency.timing import HERE, benchmark_table

neat_tables()

published = load_published("../data/published.csv")
plan = replace(HERE, rounds=seeds, max_epochs=max_epochs)
live = benchmark_table(plan) if measure_here else None
table = load_findings(Path(results) / "efficiency.csv")
said = reference_table(table)
for model in ("app", "anchored_app"):
    for quantity, text in said[model].items():
        glue(f"{model} {quantity}", text, display=False)
reference = reference_values(table, "app")
glue(
    "genes", f"{float(reference.loc['parameters', 'bin']):,.0f}", display=False
)
glue("aim", AIM, display=False)
assert reference.loc["batch_over_torch", "value"] <= AIM
some, every = (
    chosen(table, by=PERTURBED, method=method)
    for method in ("anchored_app", ALL_CHOOSE)
)
both = max((size for size in every["bin"] if size), key=float)
some, every = (
    rows[rows["bin"] == both].set_index("measure")["value"]
    for rows in (some, every)
)
glue("tuned on", f"{TUNED_ON:,}", display=False)
glue("steps", STEPS, display=False)
glue("largest both", f"{float(both):,.0f}", display=False)
glue("error some", f"{some['error_over_mean']:.3f}", display=False)
glue("error all", f"{every['error_over_mean']:.3f}", display=False)
glue("inverses", 1 + ROUNDS, display=False)
for size in ("1000", "2000", "10000"):
    row = found(
        table,
        by=PERTURBED,
        method="anchored_app",
        measure="training_time",
        bin=size,
    )
    glue(f"fit {size}", f"{short(row['value'])} s", display=False)
times = every["training_time"] / some["training_time"]
glue("times all", f"{times:.1f}", display=False)
assert abs(some["error_over_mean"] - every["error_over_mean"]) < 0.002
shares = chosen(table, measure="time_share")
backward = chosen(shares, method="app", by="training")
backward = backward[backward["bin"].str.contains("backward|_sigmoids")]
assert backward["value"].sum() > 0.5
choosing = chosen(shares, method="anchored_app", by="fit")
assert choosing["bin"].iloc[0] == "minimise > Tensor.backward"
for method, parts, low, high in (
    ("app", "_sigmoids|_AdditiveScores|PerturbationAttention", 0.4, 0.6),
    ("app", "_in_blocks", 0.15, 0.3),
    ("anchored_app", "PairAttention", 0.75, 1),
):
    part = chosen(shares, method=method, by="prediction")
    part = part[part["bin"].str.contains(parts)]
    assert low < part["value"].sum() < high
gears = load_findings(Path(results) / "beside_gears.csv")
for screen in dict.fromkeys(gears["screen"]):
    for name, method in (("app", "app"), ("anchored", "anchored_app")):
        ratio = ratio_to_gears(gears, method, "time_to_best", screen)
        text = "{value:,.0f} [{low:,.0f}, {high:,.0f}]".format(**ratio)
        glue(f"{name} {screen}", text, display=False)
        assert ratio["low"] > 1
        assert ratio_to_gears(gears, method, "l2", screen)["low"] > 1
    whole = ratio_to_gears(gears, "app", "training_time", screen)
    text = "{value:.0f} [{low:.0f}, {high:.0f}]".format(**whole)
    glue(f"whole {screen}", text, display=False)
    errors = gears[(gears["screen"] == screen) & (gears["against"] == "")]
    errors = errors[errors["measure"] == "l2"].set_index("method")["value"]
    assert errors["app"] < errors["no_change"]
    if screen == "papalexi21":
        assert abs(errors["gears"] / errors["no_change"] - 1) < 0.01
        assert errors[["app", "anchored_app"]].min() > (
            errors["training_mean"] - 1e-3
        )
    if screen == "norman19_slice":
        assert errors["gears"] > errors["no_change"]
        assert errors["app"] > 2 * errors["additive"]
        assert errors["anchored_app"] == errors["additive"]

# %% tags=["remove-cell"]
# The size depends on how many numbers it takes to keep the similarities of a network.
demo = appmodel.load_effects("demo")
coordinates = similarity_coordinates(
    appmodel.load_network(["demo"]), sorted(demo.var_names)
)
module = APPModule(
    demo.n_vars,
    demo.n_vars,
    torch.tensor(coordinates, dtype=torch.float32),
    n_layers=1,
    learn_features=True,
)
stated = published.query(
    "claim == 'T5' and method == 'app' and metric == 'parameters'"
)["high"].item()
assert demo.n_vars == float(reference.loc["parameters", "bin"])
assert reference.loc["parameters", "value"] < stated
assert count_parameters(module) > stated
glue("numbers per gene", coordinates.shape[1], display=False)
glue("of demo", f"{count_parameters(module):,.0f}", display=False)

# %% tags=["remove-input"]
Markdown(machine_sentence(table.attrs["provenance"]))

# %% [markdown]
# **Aims of this page:** the paper's Table 5, theirs beside ours; how each cost grows with genes, edges, embedding and
# training conditions; and how far a prediction is from what torch itself needs.  The committed tables come from one
# machine, the last section from the one that made this page.  **You need:** nothing.  **Level:** first course.
# **Reading:** 10 minutes.  **Run time:** about a minute.
#
# ## Theirs beside ours
#
# Quoted times come from other machines and other tasks, some with graphics cards: read them as orders of magnitude.
# Two fits on one machine can be compared; hours of one and minutes of another cannot.

# %% tags=["remove-input"]
with pd.option_context("display.max_colwidth", None):
    display(
        named(
            beside_published(table, published).replace({"quantity": MEASURES})
        )
    )

# %% [markdown]
# AnchoredAPP fits few numbers and keeps what it was shown: *held* numbers are all that its predictions need, the
# measured effects in several forms and the matrices solved from them.  For APP these are the parameters and the edges.
# *Memory of the fit* is its peak beyond what Python, torch and the data held before it; the peak is the whole
# process.  Each fit runs in a process of its own, so that peaks do not mix.

# %% tags=["remove-input"]
reference_table(table).rename(index=MEASURES, columns=readable).rename_axis(
    "measure"
)

# %% [markdown]
# How many parameters APP has depends on the network: they include a vector for each gene that is as long as it takes to keep
# the similarities of the network.  The edge list of the `demo` screen, with as many genes, takes {glue:text}`numbers per gene`
# numbers a gene, and APP has {glue:text}`of demo` parameters, a little more than the million that the paper states.
#
# ## Beside GEARS
#
# GEARS {cite}`roohani2024gears` is the model that users of the field compare with.  Here its own package (`cell-gears`
# 0.1.2, its defaults, ten epochs, after which its learning rate is a thousandth) and ours get the same cells, the same split, the same validation conditions and the graph
# of genes that GEARS itself uses; each stops at its own best validation score.  GEARS takes all cores, APP and `AnchoredAPP`
# one.  Fits take turns, three seeds each, in processes of their own; in brackets the range over seeds.  *Preparation* is all
# between cells in memory and the first step of training: for GEARS the genes that differ, a graph for each cell and the
# co-expression network, for ours the means of cells.  A batch is of 1,000 conditions, for GEARS, which predicts one after
# the other, of 20.

# %% mystnb={"figure": {"caption": "How many times as much GEARS takes as APP and AnchoredAPP, on two small screens of real cells; bars are the range over three seeds. Right of the dashed line GEARS takes more.", "name": "fig-beside-gears"}, "image": {"alt": "Two panels, one for each screen, of dots on a logarithmic axis: parameters, preparation, epoch, training, memory and prediction of GEARS divided by those of APP and of AnchoredAPP"}}
with style():
    plot_beside_gears(gears)

# %% tags=["full-width"]
pd.concat(
    {
        screen_name(screen): costs_beside_gears(gears, screen)
        for screen in dict.fromkeys(gears["screen"])
    }
)

# %% [markdown]
# Speed is worth nothing where the score is worse.  Errors of the same fits, beside simple answers:

# %%
errors_beside_gears(gears)

# %% [markdown]
# GEARS errs more than "no change" on the slice and as much on Papalexi; APP errs less than that on both, and on the slice far
# more than {term}`addition`, which `AnchoredAPP` equals there.  One split each is little, and both screens are small; GEARS was made for larger ones.

# %% tags=["remove-input"]
Markdown(machine_of(gears))

# %% [markdown]
# For most of the run other work of the lowest priority shared the machine, for all models alike.  The simulated screen is
# left out: it has ten times as many values, and one fit of GEARS would take an hour.
#
# ## How it grows
#
# The screens are **simulated** (the generator of the demo screen), so that sizes can be chosen.  All genes are nodes
# of the graph and {term}`readouts <readout>`; edges join each gene to its nearest neighbours by shared regulons, so more genes mean more
# edges.  One size varies at a time.  A power of 1 doubles the cost when the size doubles, 0 leaves it alone.

# %% mystnb={"figure": {"caption": "Time to fit against size, one thread, simulated screens: APP per epoch, AnchoredAPP in all (it has no epochs, no embedding and no neighbours to choose). Bars are 95 % intervals of the median; lines are fitted powers.", "name": "fig-efficiency-training"}, "image": {"alt": "Double-logarithmic panels of fitting time against genes, edges, embedding size and training conditions with fitted lines"}}
with style():
    plot_scaling(
        table,
        [
            ("epoch_time", "app", "APP, one epoch"),
            ("training_time", "anchored_app", "AnchoredAPP, whole fit"),
        ],
        "seconds",
    )

# %% [markdown]
# How many epochs it takes is a matter of the seed more than of the size: a whole fit is timed at the reference alone.

# %% mystnb={"figure": {"caption": "Time to predict against size, one thread, simulated screens: one unseen double, and each double of a batch. Bars are 95 % intervals of the median; lines are fitted powers.", "name": "fig-efficiency-prediction"}, "image": {"alt": "Double-logarithmic panels of prediction time against genes, edges, embedding size and training conditions with fitted lines"}}
with style():
    plot_scaling(
        table,
        [
            ("prediction_time", "app", "APP, one"),
            ("batch_prediction_time", "app", "APP, in a batch"),
            ("prediction_time", "anchored_app", "AnchoredAPP, one"),
            (
                "batch_prediction_time",
                "anchored_app",
                "AnchoredAPP, in a batch",
            ),
        ],
        "milliseconds",
    )

# %% [markdown]
# A single prediction of APP pays for the {term}`embeddings <embedding>` of the whole graph; a batch pays for them once.

# %% mystnb={"figure": {"caption": "Memory that a fit needs beyond what the process held before it, against size. Bars are 95 % intervals of the median; lines are fitted powers.", "name": "fig-efficiency-memory"}, "image": {"alt": "Double-logarithmic panels of the memory of a fit against genes, edges, embedding size and training conditions with fitted lines"}}
with style():
    plot_scaling(
        table,
        [
            ("fit_memory", "app", "APP"),
            ("fit_memory", "anchored_app", "AnchoredAPP"),
        ],
        "MiB",
    )

# %% [markdown]
# All powers, with 95 % bootstrap intervals over the rounds; exact counts have none.

# %%
slope_table(table).rename(index=readable, level="method").rename(
    index=MEASURES, level="quantity"
)

# %% [markdown]
# What one expects: the first number where what does not grow with a size still counts, the second where the size is so large
# that the fastest growing part alone counts.
#
# | size | APP, an epoch | AnchoredAPP, a fit |
# | :-- | :-- | :-- |
# | genes | 0 to 1: each condition looks at each gene, the decoder writes each readout | 0 to 1: readouts are turned to as many axes as there are conditions before anything is chosen |
# | edges | 0 to 1: a layer sums over neighbours | not varied: its network is gene sets here |
# | embedding | 0 to 2: attention grows with the width, a layer with its square | none |
# | conditions | 1: batch after batch | 2 to 3: all pairs are compared, then a matrix of that size is inverted |
#
# ## Thousands of perturbed genes
#
# A genome-wide screen has thousands of conditions, too many to invert a matrix of that size again and again.  Hyperparameters
# are some ten numbers, chosen in {glue:text}`steps` steps, each with an inverse of a matrix as large as the number of genes that choose.  Where more
# than {glue:text}`tuned on` genes were perturbed, that many of them, drawn at random, choose; the system for all genes then needs
# {glue:text}`inverses` inverses.  Measured is the half of `AnchoredAPP` that predicts single genes, on the two sources of gene
# sets.  The genes are real; effects are **simulated** by the model's own assumption, half from what the networks know, half
# noise, so that a perfect prediction would err about 0.7 times as much as the mean.

# %% tags=["full-width"]
perturbed_table(table)

# %% [markdown]
# Up to {glue:text}`tuned on` genes both ways are the same.  With {glue:text}`largest both`, of which half choose, both err
# {glue:text}`error some` and {glue:text}`error all` times as much as the mean, and letting all choose takes
# {glue:text}`times all` times as long; for real effects and for more genes that was not measured.  A fit takes
# {glue:text}`fit 1000` with 1,000 perturbed genes, {glue:text}`fit 2000` with 2,000 and {glue:text}`fit 10000` with 10,000,
# which was measured once.
#
# ## Where the time goes
#
# About every millisecond of a running fit or prediction, at the reference, we note which function is at work.  A place is the
# innermost function of this package and, after the arrow, the library function that it calls, if that is written in Python;
# compiled ones, as matrix products, count for the function that calls them.  Places with less than two percent are put together.

# %% tags=["full-width"]
share_table(table).rename(index=readable, level="model")

# %% [markdown]
# A training step is a matter of its backward pass and of the {term}`attention`, which computes a
# score for each pair of condition and gene.
# A fit of `AnchoredAPP` goes into choosing its hyperparameters, forward and back.  Half of a batch of APP is attention
# again and a quarter putting its table together; a batch of `AnchoredAPP` compares pairs with measured ones.
#
# ## Beside bare torch
#
# How much of a prediction is the model, how much the program around it?  In the same process, in turns with the
# prediction of a batch, torch does the same tanh and matrix products and nothing else: no sums, no softmax, no tables.
# The aim was at most twice that time.

# %% mystnb={"figure": {"caption": "Time of a prediction batch of APP divided by the time of bare torch, by genes: against the same tanh and matrix products, and against the same with sigmoids. Left of the dotted line APP is quicker than that; bars are 95 % intervals of the median.", "name": "fig-efficiency-torch"}, "image": {"alt": "Dot plot of the ratios of prediction time to bare torch time with lines at one and at the aim"}}
with style():
    plot_torch_ratio(table)

# %% [markdown]
# It can be less than one because APP calls no tanh: $\tanh(q + k) = 2 / (1 + e^{-2q} e^{-2k}) - 1$ needs exponentials of
# conditions $q$ and of genes $k$, but a product and a reciprocal alone for each pair of them.  Torch computes a *sigmoid*
# several times as fast as a tanh; the second ratio is to the same products with sigmoids in its place.

# %% [markdown]
# ## On the machine that made this page
#
# The same screen and models at the same size, as `python -m appmodel.pipeline.jobs efficiency --here --output FILE` measures
# them: the last column says how many times as much it took here.  APP is trained for a few epochs alone.

# %% tags=["remove-input", "full-width"]
if live is None:
    display(Markdown("Nothing was measured here: `measure_here` is `False`."))
else:
    display(
        Markdown(machine_sentence(live.attrs["provenance"])),
        beside_here(table, live)
        .rename(index=readable, level="model")
        .rename(index=MEASURES, level="quantity"),
    )

# %% [markdown]
# ## Where the numbers come from

# %% tags=["remove-input"]
about = table.attrs["provenance"]
pd.DataFrame(
    [
        {
            "file": "efficiency.csv",
            "screens": len(about["dataset_hash"]),
            "rounds": len(about["seeds"]),
            "seconds": about["seconds"],
            "code version": about["code_version"],
            "date": about["date"],
        }
    ]
)

# %% [markdown]
# ## Take away
#
# - A small model is cheap, and so are the baselines: cost is a reason only where [the results](results.ipynb) are as good.
# - Times of two machines cannot be compared; ratios from one run can.
# - Before you make something faster, measure what bare torch needs for the same products.
#
# ## Exercises
#
# **Exercise 1 (\*).** A fit takes one second for 100 conditions and grows with the power 2.  How long for 10,000?
#
# ```{dropdown} Answer
# A hundred times as many, $100^2 = 10{,}000$ times as long: nearly three hours.
# ```
#
# **Exercise 2 (\*\*).** All pairs of 5,000 genes at 1.2 ms each on one core: how long on two cores?  When is it worth a batch?
#
# ```{dropdown} Answer
# 12.5 million pairs take 15,000 seconds on one core, two hours on two.  In a batch the embeddings of the graph, or the kernel
# between measured conditions, are computed once and not 12.5 million times.
# ```
