"""The parameters of APP: what each may be, and what follows from them alone."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Literal

import numpy as np
from torch import Tensor

from ...arguments import called, number, truth, whole_number
from ...networks import Network
from ..base import Predictor
from ..validation import VALIDATIONS
from .files import restore_members
from .inputs import FEATURES, Features
from .model import ACTIVATIONS, AGGREGATIONS, DECODERS, POOLINGS, APPModule, check_choice, check_device
from .training import LOSSES, SCHEDULES, TrainingSettings

INITIALISATIONS = ("scaled", "torch")
# Where and how it runs, not what comes out.
_RUNNING = ("device", "checkpoint", "progress")
# Whole numbers, and the least that each may be.
_COUNTS = {"n_layers": 0, "n_hidden": 1, "n_nodes": 0, "n_neighbors": 1, "n_members": 1, "restarts": 0, "seed": 0}


class Parameters(Predictor):
    """What ``APP`` is told; its docstring says what each parameter means."""

    _unsaved = (*_RUNNING, "seconds_")

    def __init__(
        self,
        features: Features = "auto",
        n_layers: int = 1,
        n_hidden: int = 128,
        aggregation: Literal["sum", "mean", "max"] = "mean",
        activation: Literal["relu", "leaky_relu"] = "relu",
        pooling: Literal["attention", "mean", "context"] = "attention",
        decoder: Literal["linear", "mlp"] = "linear",
        n_nodes: int = 500,
        n_neighbors: int = 20,
        n_members: int = 1,
        anchor: bool = False,
        loss: Literal["norm", "squares"] = "norm",
        standardise: bool = True,
        initialisation: Literal["scaled", "torch"] = "scaled",
        dropout: float = 0.3,
        learning_rate: float = 1e-3,
        schedule: Literal["plateau", "constant"] = "constant",
        averaging: float = 0.98,
        weight_decay: float = 1e-1,
        batch_size: int = 32,
        max_epochs: int = 600,
        patience: int = 400,
        validation: Literal["auto", "genes", "doubles", "conditions"] = "auto",
        validation_fraction: float = 0.2,
        restarts: int = 2,
        seed: int = 0,
        device: str = "cpu",
        checkpoint: str | None = None,
        progress: bool = False,
    ) -> None:
        self.features = features
        self.n_layers = n_layers
        self.n_hidden = n_hidden
        self.aggregation = aggregation
        self.activation = activation
        self.pooling = pooling
        self.decoder = decoder
        self.n_nodes = n_nodes
        self.n_neighbors = n_neighbors
        self.n_members = n_members
        self.anchor = anchor
        self.loss = loss
        self.standardise = standardise
        self.initialisation = initialisation
        self.dropout = dropout
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.averaging = averaging
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.patience = patience
        self.validation = validation
        self.validation_fraction = validation_fraction
        self.restarts = restarts
        self.seed = seed
        self.device = device
        self.checkpoint = checkpoint
        self.progress = progress

    @property
    def constant(self) -> bool:
        """Whether the model says the same of every condition by design."""
        return self.pooling == "mean" and not self.anchor

    def _module(self, features: Tensor | None) -> APPModule:
        return APPModule(
            len(self.genes_),
            len(self.readouts_),
            features,
            self.n_hidden,
            self.n_layers,
            self.aggregation,
            self.activation,
            self.pooling,
            self.decoder,
            self.features_.endswith("+identity"),
            self.dropout,
        )

    def _restore(self) -> None:
        restore_members(self)

    def _check_parameters(self, network: Network | None) -> None:
        for name, allowed in (
            ("features", FEATURES),
            ("aggregation", AGGREGATIONS),
            ("activation", ACTIVATIONS),
            ("pooling", POOLINGS),
            ("decoder", DECODERS),
            ("loss", LOSSES),
            ("schedule", SCHEDULES),
            ("validation", VALIDATIONS),
            ("initialisation", INITIALISATIONS),
        ):
            check_choice(name, getattr(self, name), allowed)
        number("validation_fraction", self.validation_fraction, above=0, below=1)
        number("dropout", self.dropout, least=0, below=1)
        self._settings(0)
        for name, least in _COUNTS.items():
            whole_number(name, getattr(self, name), least)
        for name in ("anchor", "standardise", "progress"):
            truth(name, getattr(self, name))
        check_device(self.device)
        if not isinstance(self.checkpoint, str | PathLike | None):
            raise ValueError(f"checkpoint is {called(self.checkpoint)}: give the path of a file, or None.")
        if network is None and self.n_layers > 0:
            raise ValueError(
                "APP reads gene embeddings off a network: pass load_network(...) to fit, or set n_layers=0."
            )

    def _settings(self, seed: int) -> TrainingSettings:
        return TrainingSettings(
            self.learning_rate,
            self.weight_decay,
            self.batch_size,
            self.max_epochs,
            self.patience,
            self.loss,
            self.schedule,
            self.averaging,
            seed,
        )

    def shaping_parameters(self) -> dict:
        """The parameters that what is learned depends on, as plain values."""
        plain = {
            key: value.item() if isinstance(value, np.generic) else value for key, value in self.get_params().items()
        }
        return {key: value for key, value in plain.items() if key not in _RUNNING}

    def _checkpoint(self, member: int, attempt: int) -> Path | None:
        """The file that one training is kept in: the first in ``checkpoint`` itself, the others beside it."""
        if self.checkpoint is None:
            return None
        path = Path(self.checkpoint)
        return path if member == attempt == 0 else path.with_name(f"{path.stem}-{member}-{attempt}{path.suffix}")
