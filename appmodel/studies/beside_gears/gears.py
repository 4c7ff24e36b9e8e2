"""GEARS (Roohani, Huang and Leskovec, Nature Biotechnology 2024), to stand beside ours: the package ``cell-gears``."""

from __future__ import annotations

import io
import re
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
import torch
from anndata import AnnData

from ...arguments import whole_number
from ...effects import screen_targets
from ...names import CONTROL, genes_of, shown, standard_name
from ...networks import Network
from ...predictors import Predictor
from ...predictors.validation import left_out, validation_kind

_NEEDED = "GEARS needs its own package: pip install 'appmodel[gears]'."
_BATCH, _RATE = 32, 1e-3  # what the package's own example trains with


class GEARS(Predictor):
    """GEARS as its package trains it, on the cells of the training conditions (``pip install 'appmodel[gears]'``).

    ``cells`` (n_cells, n_genes), log1p, with ``obs["condition"]``, are what ``preprocess(load_cells(...))`` gives;
    their genes are the readouts.  ``fit`` takes of them the control and the training conditions, so that what is held
    out stays so, and leaves ``validation_fraction`` of these out to choose the best of ``epochs``, by the package's own
    measure (the squared error of 20 genes).  The network joins the genes that can be perturbed; those that it lacks
    have no neighbour but themselves.  All else is the package's default; predictions are means over 300 control cells
    less the mean of all of them, differences from control.

    After ``fit``: ``history_`` (seconds since training began and the measure, each epoch), ``best_epoch_``,
    ``n_parameters_``, ``preparation_seconds_`` (until training began), ``seconds_`` (of training).
    Raises ``ImportError`` without the package, ``ValueError`` without a network, where a training condition has no
    cells, or where the effects are of other genes than the cells.
    """

    def __init__(self, cells: AnnData, epochs: int = 20, validation_fraction: float = 0.2, seed: int = 0) -> None:
        self.cells = cells
        self.epochs = epochs
        self.validation_fraction = validation_fraction
        self.seed = seed

    def _reads(self, network: Network, effects: AnnData) -> bool:
        return True

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        whole_number("epochs", self.epochs, 1)
        names = self.training_conditions_
        self._check(effects, network, names)
        assert network is not None
        start = time.perf_counter()
        kind = validation_kind(names, screen_targets(effects))
        _, validates = left_out(names, kind, self.validation_fraction, self.seed)
        said = _Log()
        with _at_home(self.seed, said), tempfile.TemporaryDirectory() as folder:
            self.genes_ = sorted({*network.genes, *screen_targets(effects)})
            data = _prepared(self._cells_of(names), self.genes_, folder)
            held_out = {name for name, out in zip(names, validates, strict=True) if out}
            data.set2conditions = {
                "train": ["ctrl", *(_spelt(name) for name in names if name not in held_out)],
                "val": sorted(map(_spelt, held_out)),
            }
            data.split, data.seed, data.train_gene_set_size = "no_test", self.seed, None
            data.get_dataloader(batch_size=_BATCH)
            self.model_ = _model(data, self.genes_, network)
            began = time.perf_counter()
            self.preparation_seconds_ = began - start
            self.model_.train(epochs=self.epochs, lr=_RATE)
        self.seconds_ = time.perf_counter() - began
        self.history_ = said.epochs(began)
        self.best_epoch_ = int(self.history_["validation"].to_numpy().argmin()) + 1
        self.n_parameters_ = sum(p.numel() for p in self.model_.best_model.parameters() if p.requires_grad)

    def _predict(self, names: list[str]) -> np.ndarray:
        known = set(self.genes_)
        if unknown := sorted({gene for name in names for gene in genes_of(name)} - known):
            raise ValueError(f"Gene {shown(unknown)} is not in the graph of GEARS: give fit a network that holds it.")
        asked = [list(genes_of(name)) for name in names]
        with _at_home(self.seed, io.StringIO()):
            said = self.model_.predict(asked)
        control = np.asarray(self.model_.ctrl_adata.X.mean(axis=0)).ravel()
        return np.stack([said["_".join(genes)] - control for genes in asked])

    def _check(self, effects: AnnData, network: Network | None, names: Sequence[str]) -> None:
        if network is None:
            raise ValueError("GEARS needs a network of the genes that can be perturbed: pass load_network(...) to fit.")
        if list(effects.var_names) != list(self.cells.var_names):
            raise ValueError("The effects are of other genes than the cells: make both of the same preprocess(...).")
        with_cells = set(map(standard_name, self.cells.obs["condition"].astype(str)))
        if missing := sorted({*names, CONTROL} - with_cells):
            raise ValueError(f"There are no cells of {shown(missing)}: give cells of every training condition.")

    def _cells_of(self, names: Sequence[str]) -> AnnData:
        """The cells of control and of ``names`` in the package's own words."""
        conditions = self.cells.obs["condition"].astype(str).map(standard_name).to_numpy()
        kept = np.isin(conditions, [*names, CONTROL])
        genes = pd.DataFrame({"gene_name": self.cells.var_names}, index=self.cells.var_names)
        spelt = pd.DataFrame({"condition": list(map(_spelt, conditions[kept])), "cell_type": "cells"})
        return AnnData(sp.csr_matrix(self.cells.X[kept], dtype=np.float32), obs=spelt.rename(index=str), var=genes)


class _Log(io.StringIO):
    """What the package says while it trains, each line with the time it was said."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[float, str]] = []

    def write(self, text: str) -> int:
        """Keep a line and when it came."""
        self.lines.append((time.perf_counter(), text))
        return len(text)

    def epochs(self, start: float) -> pd.DataFrame:
        """A row for each epoch: seconds since ``start``, and the validation measure as said (four digits)."""
        found = [(at, re.search(r"Validation Top 20 DE MSE: ([\d.]+|nan)", line)) for at, line in self.lines]
        rows = [(at - start, float(match[1].rstrip("."))) for at, match in found if match]
        return pd.DataFrame(rows, columns=["seconds", "validation"])


@contextmanager
def _at_home(seed: int, said: io.StringIO) -> Iterator[None]:
    """The package prints, silences warnings and draws from everybody's random numbers; nobody else notices."""
    numbers = np.random.get_state()
    # What scipy asks the package's masks for; pandas has dropped it.
    masks = {} if hasattr(pd.Series, "nonzero") else {"nonzero": lambda mask: mask.to_numpy().nonzero()}
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(said), torch.random.fork_rng([]):
        try:
            import gears  # noqa: F401  # silences all warnings, within this block
        except ImportError as error:
            raise ImportError(_NEEDED) from error
        warnings.simplefilter("ignore")
        torch.manual_seed(seed)
        np.random.seed(seed)  # the package draws control cells from it
        for name, method in masks.items():
            setattr(pd.Series, name, method)
        try:
            yield
        finally:
            np.random.set_state(numbers)
            for name in masks:
                delattr(pd.Series, name)


def _spelt(name: str) -> str:
    """A condition as the package writes it."""
    if name == CONTROL:
        return "ctrl"
    return name if len(genes_of(name)) > 1 else f"{name}+ctrl"


def _prepared(cells: AnnData, genes: Sequence[str], folder: str) -> Any:
    """The package's ``PertData`` of ``cells``, made without its downloads; what it writes goes to ``folder``."""
    from gears import PertData

    class Prepared(PertData):
        def __init__(self) -> None:
            self.data_path, self.default_pert_graph, self.gene_set_path = folder, False, None
            self.subgroup = None
            self.set_pert_genes()

        def set_pert_genes(self) -> None:
            self.pert_names = np.array(genes)
            self.node_map_pert = {gene: i for i, gene in enumerate(genes)}

    data = Prepared()
    data.new_data_process("screen", cells)
    return data


def _model(data: Any, genes: Sequence[str], network: Network) -> Any:
    """The package's model with ``network`` as its graph of genes that can be perturbed, each joined to itself."""
    import gears

    joined = (network.adjacency(genes) + sp.identity(len(genes))).tocoo()
    model = gears.GEARS(data, device="cpu")
    model.model_initialize(
        G_go=torch.from_numpy(np.vstack([joined.row, joined.col]).astype(np.int64)),
        G_go_weight=torch.from_numpy(joined.data.astype(np.float32)),
    )
    return model
