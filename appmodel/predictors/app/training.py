"""Training of APP: AdamW, early stopping on conditions left out; can be stopped and resumed at any epoch."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from ...arguments import number, whole_number
from ..weights import read_safetensors, write_safetensors


def mean_norm(predicted: Tensor, observed: Tensor) -> Tensor:
    """Mean over conditions of the L2 norm of the error: what the benchmark measures."""
    return (predicted - observed).norm(dim=1).mean()


LOSSES: dict[str, Callable[..., Tensor]] = {"norm": mean_norm, "squares": nn.functional.mse_loss}
SCHEDULES = ("plateau", "constant")
_DROP, _WAITS = 0.3, 2  # the plateau schedule: the rate falls to this share, so many times before patience ends


@dataclass(frozen=True)
class TrainingSettings:
    """How to train; ``patience`` counts steps of the optimiser.  Raises ``ValueError`` for numbers out of range."""

    learning_rate: float
    weight_decay: float
    batch_size: int
    max_epochs: int
    patience: int
    loss: str
    schedule: str
    averaging: float
    seed: int

    def __post_init__(self) -> None:
        for name in ("batch_size", "max_epochs", "patience"):
            whole_number(name, getattr(self, name), 1)
        number("learning_rate", self.learning_rate, above=0)
        number("weight_decay", self.weight_decay, least=0)
        number("averaging", self.averaging, least=0, below=1)


@dataclass
class TrainingState:
    """Everything an interrupted training needs to go on as if nothing had happened."""

    epoch: int = 0
    step: int = 0
    best_epoch: int = 0
    best_step: int = 0
    best_loss: float = float("inf")
    history: list[dict] = field(default_factory=list)
    schedule: dict = field(default_factory=dict)
    best: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Examples:
    """Perturbation rows (n, n_genes), targets (n, n_readouts), and which rows train and which validate (n,) each.

    ``unit`` turns a loss of the targets into one of the effects that they were made of.
    """

    perturbed: Tensor
    targets: Tensor
    trains: Tensor
    validates: Tensor
    unit: float = 1.0


def train(
    module: nn.Module,
    predict: Callable[[nn.Module, Tensor], Tensor],
    examples: Examples,
    settings: TrainingSettings,
    checkpoint: Path | None = None,
    fingerprint: str = "",
    progress: bool = False,
) -> TrainingState:
    """Minimise the loss of ``predict(module, perturbed)``; leave the best epoch's weights in ``module``.

    What is judged and kept are the weights averaged over the steps, each counting ``averaging`` times as much as the
    one after it (0: the last step's alone).  The best epoch has the lowest loss on the validation rows; training stops
    ``patience`` steps after it, at the end of an epoch.  With ``schedule="plateau"`` the learning rate falls where the
    validation loss does not.
    With ``checkpoint`` the state is saved after every epoch and a later call goes on from there: batches and dropout
    are drawn from (seed, epoch) alone, so an interrupted training ends with the same weights.
    Raises ``ValueError`` where the checkpoint belongs to other data or parameters (``fingerprint``).
    """
    optimizer = torch.optim.AdamW(module.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    averaged = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(settings.averaging))
    state = TrainingState()
    if checkpoint is not None and Path(checkpoint).exists():
        state = load_checkpoint(checkpoint, averaged, module, optimizer, fingerprint)
    scheduler = _scheduler(optimizer, examples, settings, state)
    bar = tqdm(total=settings.max_epochs, initial=state.epoch, disable=not progress, desc="training APP", unit="epoch")
    with bar:
        while state.epoch < settings.max_epochs and state.step - state.best_step < settings.patience:
            train_loss = _one_epoch(module, averaged, predict, examples, settings, optimizer, state)
            _record(averaged.module, predict, examples, settings, state, train_loss)
            if scheduler is not None:
                scheduler.step(state.history[-1]["validation_loss"])
                state.schedule = scheduler.state_dict()
            if checkpoint is not None:
                save_checkpoint(checkpoint, averaged, module, optimizer, state, fingerprint)
            bar.update()
            bar.set_postfix(validation=f"{state.history[-1]['validation_loss']:.4g}", best=state.best_epoch)
    module.load_state_dict(state.best)
    return state


def _scheduler(optimizer, examples, settings, state) -> ReduceLROnPlateau | None:
    if settings.schedule == "constant":
        return None
    steps_per_epoch = -(-int(examples.trains.sum()) // settings.batch_size)
    waits = max(settings.patience // (_WAITS * steps_per_epoch), 1)
    scheduler = ReduceLROnPlateau(optimizer, factor=_DROP, patience=waits, threshold=0.0)
    if state.schedule:
        scheduler.load_state_dict(state.schedule)
        for group, rate in zip(optimizer.param_groups, state.schedule["_last_lr"], strict=True):
            group["lr"] = rate
    return scheduler


def _one_epoch(module, averaged, predict, examples, settings, optimizer, state) -> float:
    rows = torch.nonzero(examples.trains).ravel()
    drawn = settings.seed * 1_000_003 + state.epoch
    rows = rows[torch.randperm(len(rows), generator=torch.Generator().manual_seed(drawn)).to(rows.device)]
    module.train()
    total = 0.0
    with torch.random.fork_rng(devices=[]):  # dropout
        torch.manual_seed(drawn)
        for batch in rows.split(settings.batch_size):
            optimizer.zero_grad()
            loss = LOSSES[settings.loss](predict(module, examples.perturbed[batch]), examples.targets[batch])
            loss.backward()
            optimizer.step()
            averaged.update_parameters(module)
            state.step += 1
            total += loss.item() * len(batch)
    return total / len(rows)


@torch.no_grad()
def _record(module, predict, examples, settings, state, train_loss) -> None:
    module.eval()
    rows = examples.validates
    loss = LOSSES[settings.loss](predict(module, examples.perturbed[rows]), examples.targets[rows]).item()
    state.epoch += 1
    state.history.append(
        {
            "epoch": state.epoch,
            "step": state.step,
            "training_loss": train_loss * examples.unit,
            "validation_loss": loss * examples.unit,
        }
    )
    if not math.isfinite(loss):
        raise ValueError(f"The validation loss is {loss} after epoch {state.epoch}: use a smaller learning_rate.")
    if loss < state.best_loss:
        state.best_loss, state.best_epoch, state.best_step = loss, state.epoch, state.step
        state.best = {name: tensor.detach().clone() for name, tensor in module.state_dict().items()}


_NUMBERS = ("epoch", "step", "best_epoch", "best_step", "best_loss", "history", "schedule")


def save_checkpoint(
    path: Path,
    averaged: AveragedModel,
    module: nn.Module,
    optimizer: torch.optim.Optimizer,
    state: TrainingState,
    fingerprint: str,
) -> None:
    """Write weights, their average, optimiser moments and history to one safetensors file, renamed when complete."""
    tensors = {f"module/{name}": tensor for name, tensor in module.state_dict().items()}
    tensors |= {f"averaged/{name}": tensor for name, tensor in averaged.state_dict().items()}
    tensors |= {f"best/{name}": tensor for name, tensor in state.best.items()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer/{index}/{name}": torch.as_tensor(value) for name, value in moments.items()}
    numbers = {name: getattr(state, name) for name in _NUMBERS}
    write_safetensors(path, tensors, {"fingerprint": fingerprint, "state": json.dumps(numbers)})


def load_checkpoint(
    path: Path, averaged: AveragedModel, module: nn.Module, optimizer: torch.optim.Optimizer, fingerprint: str
) -> TrainingState:
    """Read what ``save_checkpoint`` wrote into ``averaged``, ``module`` and ``optimizer``.

    Raises ``ValueError`` where the file is damaged or belongs to another training.
    """
    tensors, metadata = read_safetensors(path)
    if metadata.get("fingerprint") != fingerprint:
        raise ValueError(
            f"{path} is the checkpoint of another training (other data, parameters or seed): "
            f"delete it or name another file."
        )
    parts: dict[str, dict] = {"module": {}, "averaged": {}, "best": {}, "optimizer": {}}
    for key, tensor in tensors.items():
        part, _, name = key.partition("/")
        parts[part][name] = tensor
    module.load_state_dict(parts["module"])
    averaged.load_state_dict(parts["averaged"])
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in parts["optimizer"].items():
        index, _, moment = name.partition("/")
        moments.setdefault(int(index), {})[moment] = tensor
    optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
    return TrainingState(**json.loads(metadata["state"]), best=parts["best"])
