"""APP as published: the AdaptivePerturbPredictor as a predictor like any other."""

from __future__ import annotations

import hashlib
import json
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from anndata import AnnData
from torch import Tensor

from ...effects import screen_targets
from ...files import text_digest
from ...names import genes_of
from ...networks import Network
from ..anchor import Anchor
from ..collapse import COLLAPSED, spread
from ..threads import one_thread
from ..validation import left_out, validation_kind
from .examples import examples_of, standardised
from .fast import neighbour_matrix
from .files import load_app, save_app
from .inputs import Features, genes_of_screen, graph_of, input_features, perturbed_rows
from .model import APPModule, count_parameters
from .parameters import Parameters
from .training import LOSSES, Examples, TrainingState, train

_PREDICTION_BATCH = 64


class CollapseWarning(UserWarning):
    """A trained model says nearly the same of every condition."""


class APP(Parameters):
    """AdaptivePerturbPredictor: graph encoder, perturbation attention, linear decoder, end to end in torch.

    Parameters that change the model: ``features`` of a gene (learned ``identity``, fixed ``random`` vector that
    an identity starts from, baseline ``expression``, ``network`` embedding, coordinates of the network's
    ``similarity``, or ``network+identity`` and ``similarity+identity``, learned vectors that start from these;
    ``auto`` is ``similarity`` for unseen genes and ``similarity+identity`` for doubles, whose genes training has
    seen, as ``validation_`` tells, and ``identity`` without a network), ``n_layers`` graph layers of width
    ``n_hidden`` with ``aggregation`` (sum, mean, max) and ``activation`` (relu, leaky_relu); ``pooling`` of all genes'
    embeddings into a cell state (perturbation ``attention``, plain ``mean`` over genes, ``context`` vector alone) and
    ``decoder`` (linear, mlp).  The graph holds the screen's targets, its readouts where they fit, and their
    best-connected neighbours, ``n_nodes`` in all, each joined to ``n_neighbors`` by gene-set membership; attention runs
    over the same genes (in the paper over all).
    ``n_members`` models that differ by their random numbers and by what they leave out are averaged.  ``anchor``: the
    model learns what is left over from what is known (``Anchor``), of the scaled sum of doubles where ``validation`` is
    of doubles, else of the median of single genes.

    The rest says how to train, which the paper leaves open.  ``validation``: the conditions that are left out to stop
    in time, a ``validation_fraction`` of the ``doubles``, of the ``genes`` with all that holds them, or of all
    ``conditions``; ``auto``: of the doubles where the screen perturbs no gene that training lacks, else of the genes.
    ``patience`` counts steps of the optimiser.  ``standardise``: effects are centred and scaled for training (one
    scale for all readouts), and the decoder takes that in afterwards.  A model whose predictions for the training
    conditions spread less than 1 % as far as their effects has collapsed: it is trained again from other random
    numbers, ``restarts`` times at most, then ``CollapseWarning`` says so.

    Learned: ``members_`` (torch modules; ``module_`` is the first), ``genes_``, ``history_`` (DataFrame, losses in
    units of the effects), ``n_parameters_``, ``validation_`` (what was left out), ``features_``, ``spread_`` (of the
    predictions for the training conditions, relative to their effects'); ``seconds_`` is the time this call trained
    (not saved).  Raises ``ValueError`` for a parameter out of range, without a network (unless ``n_layers=0``), where
    network and screen share no gene, and for perturbed genes the graph does not hold.
    """

    @property
    def module_(self) -> APPModule:
        """The torch module, of an ensemble that of the first member."""
        return self.members_[0]

    def attention(self, conditions: Sequence[str]) -> pd.DataFrame:
        """Attention alpha (n_conditions, n_genes) over all genes of the graph; each row sums to one.

        With ``pooling="mean"`` every gene has the same, with ``"context"`` the perturbed genes share it.
        """
        asked, names = self._asked(conditions)
        rows = np.mean([alpha for _, alpha in self._outputs(names)], axis=0)
        return pd.DataFrame(rows, index=asked, columns=self.genes_)

    def save(self, path: str | Path) -> None:
        """Write the fitted model to one safetensors file (no pickle); parameters that say where it ran stay behind."""
        self._check_fitted()
        save_app(self, path)

    @classmethod
    def load(cls, path: str | Path, device: str = "cpu") -> APP:
        """Read a model written by ``save``.  Raises ``ValueError`` where the file is damaged or holds no APP."""
        return load_app(cls, path, device)

    def _sought(self, effects: AnnData, network: Network) -> list[str]:
        return genes_of_screen(effects)

    @one_thread()
    def _fit(self, effects: AnnData, network: Network | None) -> None:
        self._check_parameters(network)
        self.genes_, edges = graph_of(effects, network, self.n_nodes, self.n_neighbors)
        self.edge_index_ = edges.to(self.device)
        names, Y = list(effects.obs_names), np.asarray(effects.X, dtype=float)
        is_auto = self.validation == "auto"
        self.validation_ = validation_kind(names, screen_targets(effects)) if is_auto else self.validation
        self.features_ = self.features
        if self.features == "auto":
            of_network: Features = "similarity+identity" if self.validation_ == "doubles" else "similarity"
            self.features_ = "identity" if network is None else of_network
        features = input_features(self.features_, self.genes_, effects, network, self.n_hidden)
        names, Y = self._left_over(names, Y) if self.anchor else (names, Y)
        neighbours = neighbour_matrix(self.edge_index_, len(self.genes_))
        start = time.perf_counter()
        trained = [self._trained(member, names, Y, features, neighbours) for member in range(self.n_members)]
        self.seconds_ = time.perf_counter() - start
        self.members_, states, of_mean = map(list, zip(*trained, strict=True))
        self.n_parameters_ = sum(map(count_parameters, self.members_))
        histories = [
            pd.DataFrame(state.history).assign(mean_loss=loss) for state, loss in zip(states, of_mean, strict=True)
        ]
        whole = pd.concat(histories, keys=range(self.n_members), names=["member"])
        self.history_ = whole.reset_index("member").reset_index(drop=True)
        self.best_epoch_ = states[0].best_epoch
        self._judge(names, Y)

    def _trained(
        self, member: int, names: list[str], Y: np.ndarray, features: Tensor | None, neighbours: Tensor
    ) -> tuple[APPModule, TrainingState, float]:
        """One member, its training, and the validation loss of the mean of what it trained on."""
        kind = "conditions" if self.anchor else self.validation_  # with an anchor all are of one kind
        trains, validates = left_out(names, kind, self.validation_fraction, self.seed, member)
        centre, scale = standardised(Y, trains) if self.standardise else (np.zeros(Y.shape[1]), 1.0)
        examples = examples_of(self._rows(names), Y, trains, validates, centre, scale, self.loss)
        for attempt in range(self.restarts + 1):
            drawn = int(self.seed) + 10_007 * member + 1_000_003 * attempt
            module = self._drawn_module(features, drawn)
            checkpoint = self._checkpoint(member, attempt)
            state = train(
                module,
                lambda module, rows: module(rows, neighbours)[0],
                examples,
                self._settings(drawn),
                checkpoint,
                self._fingerprint(examples, module, drawn),
                self.progress,
            )
            module.rescale(scale, torch.tensor(centre, dtype=torch.float32, device=self.device))
            module.eval()
            with torch.no_grad():
                predicted = module(examples.perturbed, neighbours)[0].cpu().numpy()
            if not self._can_collapse() or spread(predicted) >= COLLAPSED * spread(Y):
                break
        mean = torch.tensor(Y[trains].mean(axis=0)[None])
        of_mean = LOSSES[self.loss](mean.expand(int(validates.sum()), -1), torch.tensor(Y[validates])).item()
        return module, state, of_mean

    def _judge(self, names: list[str], Y: np.ndarray) -> None:
        """Note how far predictions of the training conditions spread, and say where they are a constant."""
        predicted, effects = spread(self._mean_output(names)), spread(Y)
        self.spread_ = predicted / effects if effects > 0 else float("nan")
        if self.spread_ < COLLAPSED and self._can_collapse():
            warnings.warn(
                f"APP has collapsed: its predictions for {len(names)} training conditions spread "
                f"{predicted:.2g} about their mean, the effects {effects:.2g}; it says the same of every "
                f"condition.  Try other features, a larger learning_rate, or more training conditions.",
                CollapseWarning,
                stacklevel=4,
            )

    def _can_collapse(self) -> bool:
        """Whether the same output for all conditions is a fault: sums of measured effects differ without any."""
        return not self.constant and not (self.anchor and self.validation_ == "doubles")

    def _left_over(self, names: list[str], Y: np.ndarray) -> tuple[list[str], np.ndarray]:
        """The conditions of the kind that is learned with an anchor, and their residuals."""
        self.anchor_ = Anchor().fit(names, Y)
        if self.validation_ == "doubles":
            kept = self._known_sums(names)
            base = self.anchor_.predict([names[i] for i in kept])
        else:
            kept = [i for i, name in enumerate(names) if len(genes_of(name)) == 1]
            base = self.anchor_.median_
        return [names[i] for i in kept], Y[kept] - base

    def _known_sums(self, names: list[str]) -> list[int]:
        """The places of the conditions whose genes were all measured alone."""
        return [i for i, name in enumerate(names) if self.anchor_.knows_sum(genes_of(name))]

    def _predict(self, names: list[str]) -> np.ndarray:
        if not self.anchor:
            return self._mean_output(names)
        if self.validation_ == "doubles":
            values, learned = self.anchor_.predict(names), self._known_sums(names)
            if learned:
                values[learned] += self._mean_output([names[i] for i in learned])
            return values
        unseen = sorted({gene for name in names for gene in genes_of(name)} - set(self.anchor_.singles_))
        effects = self.anchor_.median_ + self._mean_output(unseen) if unseen else []
        return self.anchor_.predict(names, dict(zip(unseen, effects, strict=True)))

    def _mean_output(self, names: list[str]) -> np.ndarray:
        """What the members say on average (n_conditions, n_readouts)."""
        return np.mean([values for values, _ in self._outputs(names)], axis=0)

    @one_thread()
    @torch.no_grad()
    def _outputs(self, names: list[str]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Predictions (n_conditions, n_readouts) and attention (n_conditions, n_genes) of each member."""
        neighbours, perturbed = neighbour_matrix(self.edge_index_, len(self.genes_)), self._rows(names)
        return [self._of_member(module, perturbed, neighbours) for module in self.members_]

    def _rows(self, names: list[str]) -> Tensor:
        return perturbed_rows(names, self.genes_).to(self.device)

    @staticmethod
    def _of_member(module: APPModule, perturbed: Tensor, neighbours: Tensor) -> tuple[np.ndarray, np.ndarray]:
        h = module.encoder(module.x, neighbours)
        parts = [module.from_embeddings(rows, h) for rows in perturbed.split(_PREDICTION_BATCH)]
        values, alpha = (torch.cat(part).cpu().numpy().astype(float) for part in zip(*parts, strict=True))
        return values, alpha

    def _drawn_module(self, features: Tensor | None, seed: int) -> APPModule:
        with torch.random.fork_rng(devices=[]):  # the caller's random state stays as it was
            torch.manual_seed(seed)
            if self.features_ == "random":  # the very numbers that identity vectors start from
                features = torch.randn(len(self.genes_), self.n_hidden)
            module = self._module(features)
            if self.initialisation == "scaled":
                module.initialise()
        return module.to(self.device)

    def _fingerprint(self, examples: Examples, module: APPModule, drawn: int) -> str:
        """Changes with the data, the graph and every parameter that shapes the result, not with where it runs."""
        shaping = {
            key: value
            for key, value in self.shaping_parameters().items()
            if key not in ("max_epochs", "n_members", "restarts")
        }
        tensors = (
            examples.perturbed,
            examples.targets,
            examples.trains,
            examples.validates,
            self.edge_index_,
            module.x,
        )
        content = [hashlib.sha256(tensor.detach().cpu().numpy().tobytes()).hexdigest() for tensor in tensors]
        return text_digest(json.dumps([shaping, drawn, self.genes_, content]))
