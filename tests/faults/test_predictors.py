"""Predictors: parameters, what they are fitted on and asked for, models in files."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from appmodel import APP, Additive, AnchoredAPP, EmbeddingLinear, LinearModel, NearestGenes, PermutedConditions


def small(door, at, **parameters):
    """A tiny APP, fitted in no time."""
    return door(max_epochs=1, n_hidden=4, restarts=0, **parameters).fit(at.effects(), at.network())


FAULTS = {
    "Additive: a name for effects": (
        Additive,
        lambda door, at: door().fit("norman19"),
        TypeError,
        "Effects are an AnnData, not 'norman19': pass what load_effects gives.",
    ),
    "Additive: cells for effects": (
        Additive,
        lambda door, at: door().fit(at.cells()),
        ValueError,
        "mine holds cells (obs['condition'] repeats), not effects: use condition_effects(load_cells(...)).",
    ),
    "Additive: a name for a network": (
        Additive,
        lambda door, at: door().fit(at.effects(), "go_bp"),
        TypeError,
        "network is 'go_bp': pass load_network(...) or nothing.",
    ),
    "Additive: control alone": (
        Additive,
        lambda door, at: door().fit(at.effects()[:1].copy()),
        ValueError,
        "The effects hold no perturbed condition: give at least one row besides the control.",
    ),
    "Additive: a value that is missing": (
        Additive,
        lambda door, at: door().fit(at.effects(change=lambda e: e.X.__setitem__((1, 1), np.nan))),
        ValueError,
        "The effects of 'ATF4' hold NaN or infinite values: leave the row out or mend it.",
    ),
    "Additive: no values": (
        Additive,
        lambda door, at: door().fit(at.effects(change=lambda e: setattr(e, "X", None))),
        ValueError,
        "The effects hold no numbers in X: pass what load_effects gives.",
    ),
    "Additive: a condition twice": (
        Additive,
        lambda door, at: door().fit(at.effects()[["control", "ATF4", "ATF4"]].copy()),
        ValueError,
        "Training condition 'ATF4' occurs twice: give one row per condition.",
    ),
    "Additive: asked before it is fitted": (
        Additive,
        lambda door, at: door().predict(["ATF4"]),
        NotFittedError,
        "Additive is not fitted yet: call fit(effects, network) first.",
    ),
    "Additive: one text for conditions": (
        Additive,
        lambda door, at: door().fit(at.effects()).predict("ATF4"),
        ValueError,
        "Give a list of conditions, not one text: write ['ATF4'].",
    ),
    "Additive: a number for conditions": (
        Additive,
        lambda door, at: door().fit(at.effects()).predict(5),
        TypeError,
        "Give a list of conditions, not 5: write one like ['KLF1'].",
    ),
    "Additive: nothing for a condition": (
        Additive,
        lambda door, at: door().fit(at.effects()).predict([None]),
        ValueError,
        "None is not a condition: give a name like 'KLF1' or 'CEBPE+KLF1'.",
    ),
    "Additive: no condition": (
        Additive,
        lambda door, at: door().fit(at.effects()).predict([]),
        ValueError,
        "No condition was asked for: give at least one, like ['KLF1'].",
    ),
    "Additive: the control": (
        Additive,
        lambda door, at: door().fit(at.effects()).predict(["control"]),
        ValueError,
        "The control has no effect to predict (it is zero by definition): leave it out.",
    ),
    "Additive: asked twice": (
        Additive,
        lambda door, at: door().fit(at.effects()).predict(["ATF4", "ATF4"]),
        ValueError,
        "Condition 'ATF4' was asked for twice: name each condition once.",
    ),
    "AnchoredAPP: a network of other genes": (
        AnchoredAPP,
        lambda door, at: door().fit(at.effects(), at.network(("KLF1", "SPI1"))),
        ValueError,
        "The network (edges) shares no gene with the screen (genes such as 'ATF4', 'BAK1', 'DDIT3'); the "
        "network's are such as 'KLF1', 'SPI1': use a network of the same species with the same kind of gene "
        "symbols.",
    ),
    "AnchoredAPP: a switch that is a text": (
        AnchoredAPP,
        lambda door, at: door(residual="no").fit(at.effects()),
        ValueError,
        "residual is 'no': say True or False.",
    ),
    "AnchoredAPP: one single": (
        AnchoredAPP,
        lambda door, at: door().fit(at.effects(["control", "ATF4"])),
        ValueError,
        "AnchoredAPP needs two or more training singles; there are 1: add some.",
    ),
    "LinearModel: a number of axes that is none": (
        LinearModel,
        lambda door, at: door(n_components=0).fit(at.effects()),
        ValueError,
        "n_components is 0: give a whole number of at least 1.",
    ),
    "LinearModel: a ridge below zero": (
        LinearModel,
        lambda door, at: door(ridge=-1).fit(at.effects()),
        ValueError,
        "ridge is -1: give a number of at least 0.",
    ),
    "LinearModel: an embedding that is none": (
        LinearModel,
        lambda door, at: door(embedding="genes").fit(at.effects()),
        ValueError,
        "embedding='genes' is not known: say 'auto', 'readouts' or 'network'.",
    ),
    "NearestGenes: no network": (
        NearestGenes,
        lambda door, at: door().fit(at.effects()),
        ValueError,
        "NearestGenes looks for neighbours in a network: pass load_network(...) to fit.",
    ),
    "PermutedConditions: no predictor": (
        PermutedConditions,
        lambda door, at: door("additive").fit(at.effects()),
        ValueError,
        "predictor='additive' is no predictor: pass one like LinearModel().",
    ),
    "EmbeddingLinear: an embedding that is not there": (
        EmbeddingLinear,
        lambda door, at: door("my.csv").fit(at.effects()),
        FileNotFoundError,
        "embedding='my.csv' is no file: give the path of one, a DataFrame, 'network' or 'random'.",
    ),
    "EmbeddingLinear: an embedding of other genes": (
        EmbeddingLinear,
        lambda door, at: door(pd.DataFrame(np.eye(2), ["KLF1", "SPI1"])).fit(at.effects()),
        ValueError,
        "EmbeddingLinear needs two training conditions whose genes have rows in the embedding table, which holds "
        "'KLF1', 'SPI1'; there are 0, without rows are 'ATF4', 'ATF4+BAK1', 'BAK1' and 1 more: use an embedding "
        "with the same kind of gene symbols.",
    ),
    "APP: no network for APP": (
        APP,
        lambda door, at: door().fit(at.effects()),
        ValueError,
        "APP reads gene embeddings off a network: pass load_network(...) to fit, or set n_layers=0.",
    ),
    "APP: a choice that is none": (
        APP,
        lambda door, at: door(pooling="max").fit(at.effects(), at.network()),
        ValueError,
        "pooling='max' is not known: use one of attention, mean, context.",
    ),
    "APP: a number as text": (
        APP,
        lambda door, at: door(max_epochs="2").fit(at.effects(), at.network()),
        ValueError,
        "max_epochs is '2': give a whole number of at least 1.",
    ),
    "APP: a share of all": (
        APP,
        lambda door, at: door(dropout=1).fit(at.effects(), at.network()),
        ValueError,
        "dropout is 1: give a number of at least 0 and below 1.",
    ),
    "APP: a device that is not there": (
        APP,
        lambda door, at: door(device="gpu").fit(at.effects(), at.network()),
        ValueError,
        "device='gpu' is not to be had here: use 'cpu'.",
    ),
    "APP: one condition": (
        APP,
        lambda door, at: door().fit(at.effects(["control", "ATF4"]), at.network()),
        ValueError,
        "Of 1 training conditions none is left to train or to validate on with validation='conditions': train "
        "APP on at least two conditions of that kind.",
    ),
    "APP: axes for genes": (
        APP,
        lambda door, at: door(features="expression").fit(
            at.effects(change=lambda e: e.var.pop("control_mean")), at.network()
        ),
        ValueError,
        "features='expression' needs var['control_mean'], which axes do not have: use features='identity' or "
        "'network'.",
    ),
    "APP: a gene that the graph lacks": (
        APP,
        lambda door, at: small(door, at).predict(["KLF1"]),
        ValueError,
        "Gene 'KLF1' is not among the 8 genes of the model's graph: check the spelling, or fit with the gene in "
        "effects.uns['targets'].",
    ),
    "APP: a damaged checkpoint": (
        APP,
        lambda door, at: small(door, at, checkpoint=at.file("c.safetensors", b"x")),
        ValueError,
        "FOLDER/c.safetensors is damaged or no safetensors file: delete it and write it again.",
    ),
    "APP: a checkpoint of another training": (
        APP,
        lambda door, at: [small(door, at, checkpoint=at.folder / "c.safetensors", seed=seed) for seed in (0, 1)],
        ValueError,
        "FOLDER/c.safetensors is the checkpoint of another training (other data, parameters or seed): delete it "
        "or name another file.",
    ),
    "APP.load: a model that is not there": (
        APP.load,
        lambda door, at: door(at.folder / "m.safetensors"),
        FileNotFoundError,
        "FOLDER/m.safetensors does not exist: give the path of a file written by this package.",
    ),
    "APP.load: a damaged model": (
        APP.load,
        lambda door, at: door(at.file("m.safetensors", b"x")),
        ValueError,
        "FOLDER/m.safetensors is damaged or no safetensors file: delete it and write it again.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
