"""How a method looks on every page (readable name, colour, mark, line), and what a screen is called there."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import pandas as pd

# Okabe and Ito's palette, apart in lightness too
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
PINK, SKY, YELLOW, BLACK = "#CC79A7", "#56B4E9", "#E69F00", "#000000"

Line: TypeAlias = str | tuple[int, tuple[int, ...]]  # of matplotlib: by its name, or dashes and gaps from an offset

# Colour, marker and line of what is no method (screens, networks, rankings), by its place in the figure
CYCLE: tuple[tuple[str, str, Line], ...] = (
    (BLUE, "o", "-"),
    (ORANGE, "s", "--"),
    (GREEN, "^", "-."),
    (PINK, "D", ":"),
    (BLACK, "v", (0, (5, 1))),
    (SKY, "X", (0, (3, 1, 1, 1))),
)


class Look(NamedTuple):
    """Name, colour, matplotlib marker and line style of a method."""

    name: str
    colour: str = GREY
    marker: str = "o"
    line: Line = "-"


LOOKS = {
    "no_change": Look("no change", GREY, "x", ":"),
    "training_mean": Look("training mean", GREY, "d"),
    "training_median": Look("training median", BLACK, "d", ":"),
    "singles_mean": Look("mean of training singles", GREY, "s", "--"),
    "additive": Look("addition", GREY, "P", "--"),
    "scaled_additive": Look("scaled addition", BLACK, "P", "-."),
    "matching_mean": Look("mean of the two singles", GREY, "h", "-."),
    "main_effects": Look("main effects", PINK, "X", "-."),
    "linear": Look("linear model", GREEN, "s", "-."),
    "linear_tuned": Look("linear model, tuned", GREEN, "h", ":"),
    "nearest_genes": Look("nearest genes", SKY, "<", ":"),
    "kernel_ridge": Look("kernel ridge", PINK, "^"),
    "network_embedding": Look("ridge on network embedding", SKY, "p"),
    "random_embedding": Look("ridge on random vectors", GREY, "p"),
    "deep_models": Look("large models (mean)", BLACK, "D"),
    "named_models": Look("large models of the paper (mean)", BLACK, "d"),
    "gears": Look("GEARS", SKY, "s"),
    "scgpt": Look("scGPT", PINK, "o"),
    "scfoundation": Look("scFoundation", PINK, "v"),
    "scbert": Look("scBERT", PINK, "^"),
    "geneformer": Look("Geneformer", PINK, "P"),
    "uce": Look("UCE", PINK, "X"),
    "uce_33_layers": Look("UCE, 33 layers", PINK, "x"),
    "cpa": Look("CPA", SKY, "h"),
    "linear_random_conditions": Look("linear model, random conditions", GREEN, "x"),
    "linear_random_genes": Look("linear model, random genes", GREEN, "x"),
    "linear_scgpt_genes": Look("linear model, genes of scGPT", GREEN, "o"),
    "linear_scfoundation_genes": Look("linear model, genes of scFoundation", GREEN, "v"),
    "linear_gears_conditions": Look("linear model, conditions of GEARS", GREEN, "P"),
    "linear_k562_conditions": Look("linear model, conditions of K562", GREEN, "X"),
    "linear_rpe1_conditions": Look("linear model, conditions of RPE1", GREEN, "^"),
    "oracle": Look("a second measurement", BLACK, "*"),
    "split_halves": Look("one half of the cells", BLACK, "*"),
    "app": Look("APP", ORANGE, "D", "--"),
    "app_of_five": Look("APP, five members", ORANGE, "P", "-"),
    "app_on_anchor": Look("APP on its anchor", ORANGE, "s", "-."),
    "app_untrained": Look("APP, untrained", ORANGE, "x", ":"),
    "anchored_app": Look("AnchoredAPP", BLUE, "o", "-"),
    "gated_by_folds": Look("AnchoredAPP, gated by inner folds", ORANGE, "s", "--"),
    "gated_by_left_out": Look("AnchoredAPP, gated by left-out errors", GREY, "D", ":"),
    "with_screens": Look("AnchoredAPP with other screens", BLUE, "^", "-"),
    "with_screens_shuffled": Look("AnchoredAPP with other screens, shuffled", SKY, "^", ":"),
}
# What both models are given in place of their network or conditions: drawn in a lighter colour of the model
_GIVEN = {
    "shuffled": "shuffled network",
    "permuted": "permuted conditions",
    "rewired": "rewired network",
    "empty": "empty network",
    "complete": "complete network",
    "without_10": "a tenth of the edges removed",
    "without_25": "a quarter of the edges removed",
    "without_50": "half of the edges removed",
    "without_75": "three quarters of the edges removed",
    "without_90": "nine tenths of the edges removed",
    "plus_10": "a tenth more edges, random",
    "plus_25": "a quarter more edges, random",
    "plus_50": "half more edges, random",
    "plus_100": "twice the edges, half of them random",
    "gene_ontology": "Gene Ontology alone",
    "reactome": "Reactome alone",
    "string": "STRING alone",
    "complexes": "complexes alone",
    "protein_interactions": "protein interactions alone",
    "collectri": "CollecTRI alone",
    "open": "open sources",
    "union": "all sources",
}
# The models without a part, or with another one: drawn like the model
_PARTS_OF_APP = {
    "no_gnn": "no graph layers",
    "random": "random features",
    "no_gnn_random": "no graph layers, random embeddings",
    "identity": "learned features",
    "no_gnn_identity": "no graph layers, learned embeddings",
    "mean_attention": "plain mean in place of attention",
    "context_only": "no attention",
    "mlp_decoder": "decoder with a hidden layer",
    "sum": "sum of the neighbours",
    "max": "largest of the neighbours",
    "2_layers": "two graph layers",
    "3_layers": "three graph layers",
    "32_wide": "embeddings of 32 numbers",
    "network_features": "fixed network features",
}
_PARTS_OF_ANCHORED = {
    "anchor_alone": "anchor alone",
    "mean_as_centre": "mean as centre",
    "even_noise": "even noise",
    "doubles_only": "doubles only",
    "no_shared_genes": "no shared genes",
}
LOOKS |= {
    f"{model}_{how}": Look(f"{LOOKS[model].name}, {text}", colour, "v", ":")
    for model, colour in (("app", YELLOW), ("anchored_app", SKY))
    for how, text in _GIVEN.items()
}
LOOKS |= {f"app_{part}": LOOKS["app"]._replace(name=text) for part, text in _PARTS_OF_APP.items()}
LOOKS |= {
    f"{start}{part}": LOOKS["anchored_app"]._replace(name=text)
    for start in ("", "anchored_")
    for part, text in _PARTS_OF_ANCHORED.items()
}


# Who published a screen, and when; of several by the same authors, which.
SCREENS = {
    "norman19": "Norman 2019",
    "norman19_slice": "Norman 2019 (slice)",
    "adamson16": "Adamson 2016",
    "adamson16_pilot": "Adamson 2016 (pilot)",
    "papalexi21": "Papalexi 2021",
    "replogle22_k562": "Replogle 2022, K562",
    "replogle22_rpe1": "Replogle 2022, RPE1",
    "replogle22_k562_gwps": "Replogle 2022, K562 genome-wide",
    "wessels23": "Wessels 2023",
    "nadig25_jurkat": "Nadig 2025, Jurkat",
    "kaden25_rpe1": "Southard 2025, RPE1",
    "kaden25_fibroblast": "Southard 2025, fibroblasts",
    "tian21_crispra": "Tian 2021, CRISPRa",
    "tian21_crispri": "Tian 2021, CRISPRi",
    "morphic_prs_day6": "MorPhiC, day 6",
    "gbm_perturb_deseq": "GBM, mean of contexts",
    "sunshine23": "Sunshine 2023",
}


def screen_name(dataset: str) -> str:
    """What pages call a screen: authors and year for a published one, else its own name without underscores."""
    return SCREENS.get(dataset, dataset.replace("_", " "))


def look(method: str) -> Look:
    """The look of a method; one that is not known here is shown by its name."""
    return LOOKS.get(method, Look(method.replace("_", " ")))


def readable(method: str) -> str:
    """The name of a method as pages write it."""
    return look(method).name


METHODS = ("method", "against", "model", "winner", "predictor")  # columns that name one


def named(table: pd.DataFrame) -> pd.DataFrame:
    """The table with methods and screens as pages write them, and without the columns of findings that say nothing."""
    columns = {name: table[name].map(readable) for name in METHODS if name in table}
    screens = [name for name in ("dataset", "screen") if name in table]
    columns |= {name: table[name].map(screen_name, na_action="ignore") for name in screens}
    silent = [name for name in ("against", "by", "bin", "reason") if name in table and (table[name] == "").all()]
    return table.assign(**columns).drop(columns=silent)
