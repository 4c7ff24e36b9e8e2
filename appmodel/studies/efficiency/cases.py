"""The measuring process of the efficiency study: every case in a process of its own, so that memory peaks stay apart.

It stays small and on one thread itself, as the processes of the cases are forked from it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from anndata import AnnData
from scipy import sparse
from torch import Tensor

from ...networks import Network
from ...predictors import APP, AnchoredAPP, Predictor
from ...predictors.app.fast import neighbour_matrix
from ...predictors.app.training import train
from .costs import ALL_CHOOSE, PERTURBED
from .measuring import costs_of, machine, seconds, separately
from .perturbed import measure_genes, perturbed_cases
from .shares import time_shares
from .simulated import load_simulated, make_screens, unseen_pairs
from .timing import Case, Plan

ONE, BATCHES, LOOKED_AT = 7, 2, 20  # how often a prediction is timed, of one condition and of a batch; and looked at
WHOLE_FIT = ("training_time", "epochs_to_best", "time_to_best", "first_prediction_time")
# Whose time is looked at, and in which work: the epochs of a training alone, a whole fit, a batch.
SHARES = (("app", "training"), ("anchored_app", "fit"), ("app", "prediction"), ("anchored_app", "prediction"))
ABOUT_CASE = ("processor_share", "conditions", "edges")


def measure_case(case: Case, folder: Path, seed: int, plan: Plan) -> dict[str, float | None]:
    """Fit and predict once: every quantity of ``studies.efficiency.costs.UNITS`` that the method has, and the sizes.

    ``fit_memory`` is the peak during the fit beyond what the process held before it.  Bare torch is timed where
    only genes differ from the reference.  Where the fit does not go to its end, nothing that needs a whole one is told.
    """
    torch.set_num_threads(case.threads)
    effects, network, training = load_simulated(folder, case.n_genes, case.n_singles)
    model = model_of(case, seed, plan, plan.to_its_end(case))
    warm_up(case.method, training, network)
    found: dict[str, Any] = {
        **costs_of(model.fit, training, network),
        "conditions": training.n_obs,
        "edges": None,
        **numbers_of(model),
    }
    if case.method == "app":
        epoch = model.seconds_ / len(model.history_)
        found |= {
            "epoch_time": epoch,
            "epochs_to_best": model.best_epoch_,
            "time_to_best": epoch * model.best_epoch_,
            "edges": model.edge_index_.shape[1] // 2,
        }
    bare = (case.n_neighbors, case.n_hidden, case.n_singles, case.threads) == (*plan.reference[1:], 1)
    found |= prediction_times(model, unseen_pairs(effects, plan.batch), beside_torch=bare)
    # From a screen to one prediction, as the jobs of others were timed.
    found["first_prediction_time"] = found["training_time"] + 1e-3 * found["prediction_time"]
    if not plan.to_its_end(case):
        found = {key: value for key, value in found.items() if key not in WHOLE_FIT}
    if case.threads > 1:
        found = {key: value for key, value in found.items() if "time" in key or key in ABOUT_CASE}
    return found


def model_of(case: Case, seed: int, plan: Plan, to_its_end: bool) -> APP | AnchoredAPP:
    """The model of a case; APP not ``to_its_end`` is trained for few epochs."""
    if case.method != "app":
        return AnchoredAPP()
    return APP(
        n_nodes=case.n_genes,
        n_neighbors=case.n_neighbors,
        n_hidden=case.n_hidden,
        seed=seed,
        max_epochs=plan.max_epochs if to_its_end else min(plan.max_epochs, plan.few_epochs),
        restarts=APP().restarts if to_its_end else 0,  # so few epochs are a constant
    )


def warm_up(method: str, training: AnnData, network: Network) -> None:
    """What torch sets up at first use is no part of a fit."""
    small = APP(n_hidden=2, n_nodes=1, max_epochs=1) if method == "app" else AnchoredAPP()
    small.fit(training[:, :5].copy(), network)


def measure_shares(method: str, work: str, folder: Path, seed: int, plan: Plan) -> list[dict[str, Any]]:
    """Where the time of a ``work`` (``SHARES``) goes at the reference: place and share."""
    torch.set_num_threads(1)
    case = Case(method, *plan.reference)
    effects, network, training = load_simulated(folder, case.n_genes, case.n_singles)
    model = model_of(case, seed, plan, to_its_end=False)
    warm_up(method, training, network)
    if work == "prediction":
        model.fit(training, network)
        pairs = unseen_pairs(effects, plan.batch)
        shares = time_shares(lambda: [model.predict(pairs) for _ in range(LOOKED_AT)], within=Predictor.predict)
    else:
        within = train if work == "training" else Predictor.fit
        shares = time_shares(lambda: model.fit(training, network), within=within)
    return [{"quantity": "time_share", "bin": place, "value": share} for place, share in shares.items()]


def numbers_of(model: APP | AnchoredAPP) -> dict[str, int]:
    """``parameters``: numbers fitted to the training conditions; ``held_numbers``: all that predictions need.

    AnchoredAPP fits a handful and holds the measured effects, in several forms, with the matrices solved from them;
    the noise of each training single counts as fitted.  What is read off the network anew counts as neither.
    """
    if isinstance(model, APP):
        return {
            "parameters": model.n_parameters_,
            "held_numbers": _count([list(model.module_.state_dict().values()), model.edge_index_]),
        }
    genes, pairs = model.genes_, model.pairs_
    fitted = _count([genes.weights_, genes.constant_, genes.ridge_, genes.error_weights_])
    fitted += len(genes.genes_) if genes.robust_noise else 0
    fitted += _count([pairs.hyperparameters_, pairs.error_weights_]) if pairs.bank_ is not None else 1  # the scale
    held = _count([model.measured_, list(vars(genes).values()), list(vars(pairs).values())])
    return {"parameters": fitted, "held_numbers": held}


def prediction_times(model: Predictor, pairs: Sequence[str], beside_torch: bool = True) -> dict[str, float]:
    """Milliseconds for one unseen condition, and for each of a batch.

    For APP, ``beside_torch``, also the time of the batch over that of torch doing nothing but the same tanh, and (what
    torch computes several times as fast) the same sigmoids, with the same matrix products: timed in turns, medians of
    the ratios.
    """
    model.predict(pairs[:1])
    one = [seconds(model.predict, [name]) for name in pairs[:ONE]]
    bare = {}
    if isinstance(model, APP) and beside_torch:
        bare = {
            "batch_over_torch": torch_cost(model, len(pairs), torch.tanh),
            "batch_over_sigmoid": torch_cost(model, len(pairs), torch.sigmoid),
        }
    times = [
        {"": seconds(model.predict, pairs), **{name: seconds(run) for name, run in bare.items()}}
        for _ in range(BATCHES)
    ]
    found = {
        "prediction_time": 1e3 * float(np.median(one)),
        "batch_prediction_time": 1e3 * float(np.median([turn[""] for turn in times])) / len(pairs),
    }
    return found | {name: float(np.median([turn[""] / turn[name] for turn in times])) for name in bare}


def torch_cost(model: APP, n: int, squash: Callable[..., Tensor]) -> Callable[[], None]:
    """The tanh (or another ``squash``) and the matrix products of predicting ``n`` conditions, nothing else.

    Sums, concatenations, softmax and all that is no torch are left out, and every tanh works on memory that is there.
    """
    x, module = model.module_.x.detach(), model.module_
    n_genes, n_readouts, width = len(x), module.output.out_features, model.n_hidden
    neighbours, h = neighbour_matrix(model.edge_index_, n_genes), torch.randn(n_genes, width)
    # The first layer reads the features, which may be wider than the embeddings.
    given = [x, *[h] * (len(module.encoder.layers) - 1)]
    layers = [(read, torch.randn(n_genes, 2 * read.shape[1]), torch.randn(2 * read.shape[1], width)) for read in given]
    square, decoder, score = torch.randn(width, width), torch.randn(width, n_readouts), torch.randn(width)
    weights, e, squashed = torch.randn(n, n_genes), torch.empty(n, n_genes), torch.empty_like(h)

    def run() -> None:
        for read, wide, layer in layers:
            neighbours @ read
            wide @ layer
        (weights @ h) @ square  # contexts and queries
        keys = h @ square
        for row in e:
            torch.mv(squash(keys, out=squashed), score, out=row)
        (weights @ h) @ decoder  # cell states and effects

    return torch.no_grad()(run)


def _count(value: Any) -> int:
    """How many numbers a tensor, an array, a sparse matrix or a collection of them holds."""
    if isinstance(value, Tensor):
        return value.numel()
    if isinstance(value, np.ndarray):
        return value.size
    if sparse.issparse(value):
        return value.nnz
    if isinstance(value, Mapping):
        return sum(map(_count, value.values()))
    return sum(map(_count, value)) if isinstance(value, list) else 0


def main(plan: Plan) -> None:
    """Say, as one line of JSON each, the machine, the screens, and every measurement."""

    def say(**what: object) -> None:
        print(json.dumps(what), flush=True)

    default_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))])  # imports what every fit needs, once
    cases, works = plan.cases(default_threads), SHARES if plan.whole else ()
    counts = [perturbed_cases(plan.perturbed, plan.exact_up_to, seed) for seed in range(plan.rounds)]
    total = (len(cases) + len(works)) * plan.rounds + sum(map(len, counts))
    say(machine=machine(default_threads), total=total)
    with tempfile.TemporaryDirectory() as folder:
        say(screens=separately(make_screens, Path(folder), plan.screens()), total=total)
        for seed in range(plan.rounds):  # round by round, so that a slow minute hits no size alone
            for case in cases:
                measured = separately(measure_case, case, Path(folder), seed, plan)
                about = {key: measured.pop(key) for key in ABOUT_CASE}
                rows = [{"quantity": name, "value": value} for name, value in measured.items()]
                say(case=asdict(case) | about, seed=seed, measured=rows)
            for method, work in works:
                shares = separately(measure_shares, method, work, Path(folder), seed, plan)
                say(case={"method": method, "by": work}, seed=seed, measured=shares)
            for n, exact in counts[seed]:
                told = separately(measure_genes, n, exact, seed)
                say(case={"method": ALL_CHOOSE if exact else "anchored_app", "by": PERTURBED}, seed=seed, measured=told)


if __name__ == "__main__":
    main(Plan(**json.loads(sys.argv[1])))
