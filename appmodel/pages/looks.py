"""How a method looks on every page: its readable name, its colour and its mark."""

from __future__ import annotations

from typing import NamedTuple

# Okabe and Ito's palette, apart in lightness too
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
PINK, SKY, BLACK = "#CC79A7", "#56B4E9", "#000000"


class Look(NamedTuple):
    """Name, colour and matplotlib marker of a method."""

    name: str
    colour: str = GREY
    marker: str = "o"


LOOKS = {
    "no_change": Look("no change", GREY, "x"),
    "training_mean": Look("training mean", GREY, "|"),
    "training_median": Look("training median", BLACK, "|"),
    "singles_mean": Look("mean of training singles", GREY, "|"),
    "additive": Look("addition", GREY, "+"),
    "scaled_additive": Look("scaled addition", BLACK, "+"),
    "matching_mean": Look("mean of the two singles", GREY, "1"),
    "main_effects": Look("main effects", SKY, "v"),
    "linear": Look("linear model", GREEN, "s"),
    "linear_tuned": Look("linear model, tuned", GREEN, "D"),
    "nearest_genes": Look("nearest genes", SKY, "<"),
    "kernel_ridge": Look("kernel ridge", PINK, "^"),
    "network_embedding": Look("ridge on network embedding", SKY, "p"),
    "random_embedding": Look("ridge on random vectors", GREY, "p"),
    "app": Look("APP", ORANGE, "o"),
    "app_of_five": Look("APP, five members", ORANGE, "D"),
    "app_on_anchor": Look("APP on its anchor", ORANGE, "s"),
    "app_untrained": Look("APP, untrained", ORANGE, "x"),
    "app_shuffled": Look("APP, shuffled network", ORANGE, "1"),
    "app_permuted": Look("APP, permuted conditions", ORANGE, "2"),
    "anchored_app": Look("AnchoredAPP", BLUE, "o"),
    "anchored_app_shuffled": Look("AnchoredAPP, shuffled network", BLUE, "1"),
    "anchored_app_permuted": Look("AnchoredAPP, permuted conditions", BLUE, "2"),
    "anchor_alone": Look("anchor alone", BLUE, "|"),
    "oracle": Look("a second measurement", BLACK, "*"),
    "split_halves": Look("one half of the cells", BLACK, "*"),
}


def look(method: str) -> Look:
    """The look of a method; one that is not known here is shown by its name."""
    return LOOKS.get(method, Look(method.replace("_", " ")))


def readable(method: str) -> str:
    """The name of a method as pages write it."""
    return look(method).name
