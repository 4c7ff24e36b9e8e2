"""The settings of APP that the tuning study tries: drawn at random, and the steps from the untrained model."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from ..study import load_study

CHOICES = {
    "features": ("auto", "auto", "similarity", "similarity+identity", "network", "network+identity", "identity"),
    "n_layers": (1, 2, 3),
    "n_hidden": (32, 64, 128, 256),
    "aggregation": ("mean", "mean", "sum", "max"),
    "n_nodes": (300, 500),
    "n_neighbors": (5, 10, 20),
    "loss": ("norm", "norm", "squares"),
    "dropout": (0.0, 0.1, 0.3, 0.5),
    "batch_size": (32, 64),
    "patience": (150, 300, 600),
    "schedule": ("plateau", "constant"),
}
RANGES = {"learning_rate": (5e-4, 1e-2), "weight_decay": (1e-3, 3.0)}  # drawn evenly on a logarithmic scale
# One thing mended at a time in the model as it was first trained.
LONGER = {"patience": 700, "max_epochs": 1000}
MENDED: dict[str, dict[str, Any]] = {
    "untrained": {},
    "network features": {"features": "network"},
    "standardised effects": {"standardise": True},
    "scaled initialisation": {"initialisation": "scaled"},
    "norm as loss": {"loss": "norm"},
    "learning rate 0.01": {"learning_rate": 1e-2},
    "patience four times as long": LONGER,
    "whole genes or doubles validate": {"validation": "auto", "validation_fraction": 0.2},
    "features, rate and patience": {"features": "network", "learning_rate": 1e-2, **LONGER},
}
# A guess from before anything was tuned.
GUESS = {
    "features": "network",
    "n_layers": 1,
    "n_hidden": 128,
    "n_nodes": 500,
    "loss": "norm",
    "learning_rate": 3e-3,
    "weight_decay": 0.1,
    "dropout": 0.0,
    "patience": 400,
    "schedule": "constant",
    "averaging": 0.0,
}
MAX_EPOCHS = 400


def drawn_settings(n: int) -> list[dict]:
    """``n`` random settings of APP."""
    rng = np.random.default_rng(0)
    settings = []
    for _ in range(n):
        setting = {name: values[rng.integers(len(values))] for name, values in CHOICES.items()}
        setting |= {
            name: float(f"{math.exp(rng.uniform(math.log(low), math.log(high))):.2g}")
            for name, (low, high) in RANGES.items()
        }
        settings.append({**setting, "max_epochs": MAX_EPOCHS})
    return settings


def untrained_setting(studies: str | Path = "studies.yml") -> dict:
    """The model as it was first trained, ``app_untrained`` of the study ``real``, here on 500 genes."""
    method = load_study(studies, "real").methods["app_untrained"]
    return {**{name: value for name, value in method.items() if name != "class"}, "n_nodes": 500}
