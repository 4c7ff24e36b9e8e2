"""What AnchoredAPP costs by the number of perturbed genes, and what is lost where only some of them choose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...networks import load_network
from ...predictors.anchored.gene_attention import GeneAttention
from ...predictors.anchored.gene_views import views_of
from ...predictors.anchored.many_genes import TUNED_ON, ManyGenes
from ...predictors.threads import one_thread
from .measuring import costs_of, seconds

NETWORKS, ASKED, READOUTS = ("go_bp", "reactome"), 500, 50
ONCE = 5000  # genes, of which more take minutes


def measure_genes(n: int, exact: bool, seed: int) -> list[dict[str, float | str]]:
    """Fit the single-gene half of AnchoredAPP on ``n`` simulated effects and ask for 500 other genes.

    The genes and the networks are real.  Effects (50 readouts) are simulated: linear in what the networks know of a
    gene, of mean norm one, and noise of the same size.  ``exact``: all genes choose the hyperparameters, not
    ``TUNED_ON`` of them.  Rows of quantity, value and bin (``n``): ``training_time`` (s), ``fit_memory`` (MiB),
    ``batch_prediction_time`` (ms for each gene) and ``error_over_mean``, the mean error divided by that of the
    training mean.
    """
    network = load_network(NETWORKS)
    views = views_of(network)
    drawn = np.random.default_rng(seed)
    genes = [network.genes[i] for i in drawn.permutation(len(network.genes))[: n + ASKED]]
    Y = _effects([view @ drawn.normal(size=(view.shape[1], READOUTS)) for view in views(genes)], drawn)
    measured, asked, known = genes[:n], genes[n:], Y[:n]
    model = (GeneAttention if exact else ManyGenes)(views)
    with one_thread():
        model.fit(measured[:20], known[:20])  # what torch sets up at first use is no part of a fit
        costs = costs_of(model.fit, measured, known)
        predicted, _ = model.predict(asked)
        asking = seconds(model.predict, asked)
    errors, of_mean = (np.linalg.norm(guess - Y[n:], axis=1).mean() for guess in (predicted, known.mean(axis=0)))
    found = {
        "training_time": costs["training_time"],
        "fit_memory": costs["fit_memory"],
        "batch_prediction_time": 1e3 * asking / len(asked),
        "error_over_mean": float(errors / of_mean),
    }
    return [{"quantity": name, "value": value, "bin": n} for name, value in found.items()]


def _effects(known: Sequence[np.ndarray], drawn: np.random.Generator) -> np.ndarray:
    signal = np.sum(known, axis=0)
    noise = drawn.normal(size=signal.shape)
    return signal / np.linalg.norm(signal, axis=1).mean() + noise / np.linalg.norm(noise, axis=1).mean()


def perturbed_cases(sizes: Sequence[int], exact_up_to: int, seed: int = 0) -> list[tuple[int, bool]]:
    """Each size as the model takes it, and with all choosing where that is another thing and there is memory for it.

    What takes many minutes (more than ``ONCE`` genes) is of the first round alone.
    """
    sizes = [n for n in sizes if n <= ONCE or not seed]
    return [(n, exact) for n in sizes for exact in (False, True) if not exact or TUNED_ON < n <= exact_up_to]
