"""APP as published: the AdaptivePerturbPredictor as a predictor like any other."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import torch
from anndata import AnnData
from torch import Tensor

from ..effects import screen_targets
from ..files import text_digest
from ..names import genes_of, shown
from ..networks import Network
from .app_module import DECODERS, POOLINGS, APPModule, check_choice, count_parameters
from .base import Predictor
from .graph_encoder import ACTIVATIONS, AGGREGATIONS, neighbour_matrix
from .threads import one_thread
from .training import Examples, TrainingSettings, read_safetensors, train, write_safetensors

FEATURES = ("identity", "random", "expression", "network")
_PREDICTION_BATCH = 64
# Where and how it runs, not what comes out.
_RUNNING = ("device", "checkpoint", "progress")


class APP(Predictor):
    """AdaptivePerturbPredictor: graph encoder, perturbation attention, linear decoder, end to end in torch.

    Parameters that change the model: ``features`` of a gene (learned ``identity``, fixed ``random`` vector that
    an identity starts from, baseline ``expression``, ``network`` embedding), ``n_layers`` graph layers of width
    ``n_hidden`` with ``aggregation`` (sum, mean, max) and ``activation`` (relu, leaky_relu); ``pooling`` of all
    genes' embeddings into a cell state (perturbation ``attention``, plain ``mean`` over genes, ``context`` vector
    alone) and ``decoder`` (linear, mlp).  The defaults are the published model, the others its ablations (Table 2).
    The graph holds the screen's targets and readouts and their best-connected neighbours, ``n_nodes`` in all,
    each joined to ``n_neighbors`` by gene-set membership; attention runs over the same genes.  The rest says how
    to train.  Learned: ``module_``, ``genes_``, ``history_`` (DataFrame), ``n_parameters_``; ``seconds_`` is the
    time this call trained (not saved).
    Raises ``ValueError`` for a parameter out of range, without a network (unless ``n_layers=0``), where
    network and screen share no gene, and for perturbed genes the graph does not hold.
    """

    def __init__(
        self,
        features: Literal["identity", "random", "expression", "network"] = "identity",
        n_layers: int = 2,
        n_hidden: int = 128,
        aggregation: Literal["sum", "mean", "max"] = "mean",
        activation: Literal["relu", "leaky_relu"] = "relu",
        pooling: Literal["attention", "mean", "context"] = "attention",
        decoder: Literal["linear", "mlp"] = "linear",
        n_nodes: int = 2000,
        n_neighbors: int = 20,
        learning_rate: float = 1e-3,
        weight_decay: float = 1e-2,
        batch_size: int = 32,
        max_epochs: int = 200,
        patience: int = 25,
        validation_fraction: float = 0.1,
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
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.seed = seed
        self.device = device
        self.checkpoint = checkpoint
        self.progress = progress

    def attention(self, conditions: Sequence[str]) -> pd.DataFrame:
        """Attention alpha (n_conditions, n_genes) over all genes of the graph; each row sums to one.

        With ``pooling="mean"`` every gene has the same, with ``"context"`` the perturbed genes share it.
        """
        asked, names = self._asked(conditions)
        rows = [alpha for _, alpha in self._forward(names)]
        return pd.DataFrame(torch.cat(rows).cpu().numpy(), index=asked, columns=self.genes_)

    def save(self, path: str | Path) -> None:
        """Write the fitted model to one safetensors file (no pickle); parameters that say where it ran stay behind."""
        self._check_fitted()
        tensors = {f"module/{name}": tensor for name, tensor in self.module_.state_dict().items()}
        tensors["edge_index"] = self.edge_index_
        about = {"parameters": self._shaping_parameters(), "genes": self.genes_,
                 "readouts": list(self.readouts_.index), "training_conditions": self.training_conditions_,
                 "history": self.history_.to_dict("records"), "best_epoch": self.best_epoch_}
        if "control_mean" in self.readouts_:
            about["control_mean"] = self.readouts_["control_mean"].tolist()
        write_safetensors(path, tensors, {"appmodel.APP": json.dumps(about)})

    @classmethod
    def load(cls, path: str | Path, device: str = "cpu") -> APP:
        """Read a model written by ``save``.  Raises ``ValueError`` where the file is damaged or holds no APP."""
        tensors, metadata = read_safetensors(path)
        if "appmodel.APP" not in metadata:
            raise ValueError(f"{path} holds no fitted APP: give a file written by APP.save.")
        about = json.loads(metadata["appmodel.APP"])
        model = cls(**{**about["parameters"], "device": device})
        model.genes_, model.training_conditions_ = about["genes"], about["training_conditions"]
        model.readouts_ = pd.DataFrame(index=pd.Index(about["readouts"], dtype=object))
        if "control_mean" in about:
            model.readouts_["control_mean"] = about["control_mean"]
        model.history_, model.best_epoch_ = pd.DataFrame(about["history"]), about["best_epoch"]
        weights = {name.removeprefix("module/"): t for name, t in tensors.items() if name.startswith("module/")}
        # Learned identity vectors are a parameter; given features are a buffer of the same name.
        with torch.random.fork_rng(devices=[]):
            # A copy, as rows of a file lie at any address, and matrix products round by address.
            model.module_ = model._module(None if model.features == "identity" else weights["x"].clone())
        model.module_.load_state_dict(weights)
        model.module_.to(device).eval()
        model.edge_index_ = tensors["edge_index"].to(device)
        model.n_parameters_ = count_parameters(model.module_)
        return model

    @one_thread()
    def _fit(self, effects: AnnData, network: Network | None) -> None:
        self._check_parameters(network)
        self._build_graph(effects, network)
        features = self._input_features(effects, network)
        with torch.random.fork_rng(devices=[]):  # the caller's random state stays as it was
            torch.manual_seed(self.seed)
            if self.features == "random":  # the very numbers that identity vectors start from
                features = torch.randn(len(self.genes_), self.n_hidden)
            self.module_ = self._module(features).to(self.device)
        self.n_parameters_ = count_parameters(self.module_)
        values = torch.tensor(np.asarray(effects.X), dtype=torch.float32)
        examples = Examples(self._perturbed(list(effects.obs_names)), values.to(self.device),
                            self._validation_rows(len(values)))
        neighbours = neighbour_matrix(self.edge_index_, len(self.genes_))
        checkpoint = None if self.checkpoint is None else Path(self.checkpoint)
        start = time.perf_counter()
        state = train(self.module_, lambda rows: self.module_(rows, neighbours)[0], examples, self._settings(),
                      checkpoint, self._fingerprint(examples), self.progress)
        self.seconds_ = time.perf_counter() - start
        self.history_ = pd.DataFrame(state.history)
        self.best_epoch_ = state.best_epoch
        self.module_.eval()

    def _predict(self, names: list[str]) -> np.ndarray:
        return torch.cat([values for values, _ in self._forward(names)]).cpu().numpy().astype(float)

    @one_thread()
    @torch.no_grad()
    def _forward(self, names: list[str]) -> list[tuple[Tensor, Tensor]]:
        h = self.module_.encoder(self.module_.x, neighbour_matrix(self.edge_index_, len(self.genes_)))
        return [self.module_.from_embeddings(rows, h) for rows in self._perturbed(names).split(_PREDICTION_BATCH)]

    def _module(self, features: Tensor | None) -> APPModule:
        return APPModule(len(self.genes_), len(self.readouts_), features, self.n_hidden, self.n_layers,
                         self.aggregation, self.activation, self.pooling, self.decoder)

    def _build_graph(self, effects: AnnData, network: Network | None) -> None:
        targets = screen_targets(effects)
        # Readouts that are axes of a compact screen are no genes: they get no node.
        readouts = list(effects.var_names) if "control_mean" in effects.var else []
        if network is None:
            self.genes_ = sorted({*targets, *readouts})
            self.edge_index_ = torch.empty((2, 0), dtype=torch.long, device=self.device)
            return
        network.check_overlap([*targets, *readouts], "the screen")
        self.genes_ = network.nodes(targets, readouts, limit=self.n_nodes)
        self.edge_index_ = network.to_pyg(self.genes_, self.n_neighbors).edge_index.to(self.device)

    def _input_features(self, effects: AnnData, network: Network | None) -> Tensor | None:
        if self.features in ("identity", "random"):  # drawn with the weights
            return None
        if self.features == "network":
            if network is None:
                raise ValueError("features='network' needs a network: pass load_network(...) to fit.")
            rows = np.nan_to_num(network.embedding(self.genes_, self.n_hidden))  # isolated genes: the zero vector
        elif "control_mean" not in effects.var:
            raise ValueError("features='expression' needs var['control_mean'], which axes do not have: "
                             "use features='identity' or 'network'.")
        else:
            expression = effects.var["control_mean"].reindex(self.genes_)
            # A gene that is no readout has no measured expression: a second column tells it from a silent gene.
            rows = np.stack([expression.fillna(0.0), expression.notna()], axis=1)
        return torch.tensor(np.asarray(rows, dtype=np.float32))

    def _perturbed(self, names: list[str]) -> Tensor:
        """Rows (n_conditions, n_genes) with 1/|P| at the perturbed genes."""
        position = {gene: i for i, gene in enumerate(self.genes_)}
        unknown = sorted({gene for name in names for gene in genes_of(name)} - set(position))
        if unknown:
            raise ValueError(f"Gene {shown(unknown)} is not among the {len(position)} genes of the model's graph: "
                             f"check the spelling, or fit with the gene in effects.uns['targets'].")
        rows = torch.zeros((len(names), len(position)))
        for i, name in enumerate(names):
            genes = genes_of(name)
            rows[i, [position[gene] for gene in genes]] = 1 / len(genes)
        return rows.to(self.device)

    def _validation_rows(self, n: int) -> Tensor:
        """Inner validation part of the training conditions: at least one row on either side."""
        if n < 2:
            raise ValueError("APP needs at least two training conditions: one of them validates.")
        n_validation = int(np.clip(round(self.validation_fraction * n), 1, n - 1))
        rows = torch.zeros(n, dtype=torch.bool)
        rows[np.random.default_rng(self.seed).permutation(n)[:n_validation]] = True
        return rows.to(self.device)

    def _check_parameters(self, network: Network | None) -> None:
        for name, allowed in (("features", FEATURES), ("aggregation", AGGREGATIONS), ("activation", ACTIVATIONS),
                              ("pooling", POOLINGS), ("decoder", DECODERS)):
            check_choice(name, getattr(self, name), allowed)
        if not 0 < self.validation_fraction < 1:
            raise ValueError(f"validation_fraction={self.validation_fraction} must lie between 0 and 1.")
        self._settings()
        if self.n_layers < 0 or self.n_hidden < 1:
            raise ValueError(f"n_layers={self.n_layers} and n_hidden={self.n_hidden} must be 0 or more and 1 or more.")
        if network is None and self.n_layers > 0:
            raise ValueError("APP reads gene embeddings off a network: pass load_network(...) to fit, "
                             "or set n_layers=0.")

    def _settings(self) -> TrainingSettings:
        return TrainingSettings(self.learning_rate, self.weight_decay, self.batch_size, self.max_epochs,
                                self.patience, int(self.seed))

    def _shaping_parameters(self) -> dict:
        plain = {key: value.item() if isinstance(value, np.generic) else value
                 for key, value in self.get_params().items()}
        return {key: value for key, value in plain.items() if key not in _RUNNING}

    def _fingerprint(self, examples: Examples) -> str:
        """Changes with the data, the graph and every parameter that shapes the result, not with where it runs."""
        shaping = {key: value for key, value in self._shaping_parameters().items() if key != "max_epochs"}
        tensors = (examples.perturbed, examples.effects, examples.validates, self.edge_index_, self.module_.x)
        content = [hashlib.sha256(tensor.detach().cpu().numpy().tobytes()).hexdigest() for tensor in tensors]
        return text_digest(json.dumps([shaping, self.genes_, content]))
