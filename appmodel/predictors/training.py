"""Training of APP: mean squared error, AdamW, early stopping; can be stopped and resumed at any epoch."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

from ..files import writing


@dataclass(frozen=True)
class TrainingSettings:
    """How to train.  Raises ``ValueError`` where a number makes no sense."""

    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    batch_size: int = 32
    max_epochs: int = 200
    patience: int = 25
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("learning_rate", "batch_size", "max_epochs", "patience"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name}={getattr(self, name)} must be positive.")
        if self.weight_decay < 0:
            raise ValueError(f"weight_decay={self.weight_decay} must not be negative.")


@dataclass
class TrainingState:
    """Everything an interrupted training needs to go on as if nothing had happened."""

    epoch: int = 0
    best_epoch: int = 0
    best_loss: float = float("inf")
    history: list[dict] = field(default_factory=list)
    best: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Examples:
    """Perturbation rows (n, n_genes), effects (n, n_readouts) and which rows validate (n,)."""

    perturbed: Tensor
    effects: Tensor
    validates: Tensor


def train(module: nn.Module, predict: Callable[[Tensor], Tensor], examples: Examples, settings: TrainingSettings,
          checkpoint: Path | None = None, fingerprint: str = "", progress: bool = False) -> TrainingState:
    """Minimise the mean squared error of ``predict(perturbed)``; leave the best epoch's weights in ``module``.

    The best epoch has the lowest loss on the validation rows; training stops ``patience`` epochs after it.
    With ``checkpoint`` the state is saved after every epoch and a later call goes on from there: batches are
    drawn from (seed, epoch) alone, so an interrupted training ends with the same weights.
    Raises ``ValueError`` where the checkpoint belongs to other data or parameters (``fingerprint``).
    """
    optimizer = torch.optim.AdamW(module.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    state = TrainingState()
    if checkpoint is not None and Path(checkpoint).exists():
        state = load_checkpoint(checkpoint, module, optimizer, fingerprint)
    bar = tqdm(total=settings.max_epochs, initial=state.epoch, disable=not progress, desc="training APP", unit="epoch")
    with bar:
        while state.epoch < settings.max_epochs and state.epoch - state.best_epoch < settings.patience:
            train_loss = _one_epoch(module, predict, examples, settings, optimizer, state.epoch)
            _record(module, predict, examples, state, train_loss)
            if checkpoint is not None:
                save_checkpoint(checkpoint, module, optimizer, state, fingerprint)
            bar.update()
            bar.set_postfix(validation=f"{state.history[-1]['validation_loss']:.4g}", best=state.best_epoch)
    module.load_state_dict(state.best)
    return state


def _one_epoch(module, predict, examples, settings, optimizer, epoch) -> float:
    rows = torch.nonzero(~examples.validates).ravel()
    generator = torch.Generator().manual_seed(settings.seed * 1_000_003 + epoch)
    rows = rows[torch.randperm(len(rows), generator=generator).to(rows.device)]
    module.train()
    total = 0.0
    for batch in rows.split(settings.batch_size):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(predict(examples.perturbed[batch]), examples.effects[batch])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(rows)


@torch.no_grad()
def _record(module, predict, examples, state, train_loss) -> None:
    module.eval()
    rows = examples.validates
    loss = nn.functional.mse_loss(predict(examples.perturbed[rows]), examples.effects[rows]).item()
    state.epoch += 1
    state.history.append({"epoch": state.epoch, "training_loss": train_loss, "validation_loss": loss})
    if not math.isfinite(loss):
        raise ValueError(f"The validation loss is {loss} after epoch {state.epoch}: use a smaller learning_rate.")
    if loss < state.best_loss:
        state.best_loss, state.best_epoch = loss, state.epoch
        state.best = {name: tensor.detach().clone() for name, tensor in module.state_dict().items()}


def save_checkpoint(path: Path, module: nn.Module, optimizer: torch.optim.Optimizer, state: TrainingState,
                    fingerprint: str) -> None:
    """Write weights, optimiser moments and history to one safetensors file, renamed into place when complete."""
    tensors = {f"module/{name}": tensor for name, tensor in module.state_dict().items()}
    tensors |= {f"best/{name}": tensor for name, tensor in state.best.items()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer/{index}/{name}": torch.as_tensor(value) for name, value in moments.items()}
    metadata = {"fingerprint": fingerprint, "epoch": str(state.epoch), "best_epoch": str(state.best_epoch),
                "best_loss": repr(state.best_loss), "history": json.dumps(state.history)}
    write_safetensors(path, tensors, metadata)


def load_checkpoint(path: Path, module: nn.Module, optimizer: torch.optim.Optimizer,
                    fingerprint: str) -> TrainingState:
    """Read what ``save_checkpoint`` wrote into ``module`` and ``optimizer``.

    Raises ``ValueError`` where the file is damaged or belongs to another training.
    """
    tensors, metadata = read_safetensors(path)
    if metadata.get("fingerprint") != fingerprint:
        raise ValueError(f"{path} is the checkpoint of another training (other data, parameters or seed): "
                         f"delete it or name another file.")
    parts: dict[str, dict] = {"module": {}, "best": {}, "optimizer": {}}
    for key, tensor in tensors.items():
        part, _, name = key.partition("/")
        parts[part][name] = tensor
    module.load_state_dict(parts["module"])
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in parts["optimizer"].items():
        index, _, moment = name.partition("/")
        moments.setdefault(int(index), {})[moment] = tensor
    optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
    return TrainingState(int(metadata["epoch"]), int(metadata["best_epoch"]), float(metadata["best_loss"]),
                         json.loads(metadata["history"]), parts["best"])


def write_safetensors(path: str | Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write tensors, metadata and a digest of both to one safetensors file; ``OSError`` where that fails."""
    from safetensors import SafetensorError

    tensors = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    # In one text, as the format puts several in random order: the same model is the same bytes.
    about = json.dumps({**metadata, "digest": _digest(tensors, metadata)}, sort_keys=True)
    with writing(path) as temporary:
        try:
            save_file(tensors, temporary, {"appmodel": about})
        except SafetensorError as error:  # what a full disk looks like from there
            raise OSError(f"{path} could not be written ({error}): free some space or name another file.") from error


def _digest(tensors: dict[str, Tensor], metadata: dict[str, str]) -> str:
    """SHA-256 of the content: the format itself notices a truncated file, not an altered one."""
    digest = hashlib.sha256(json.dumps(metadata, sort_keys=True).encode())
    for name in sorted(tensors):
        digest.update(f"{name} {tensors[name].dtype} {tuple(tensors[name].shape)}".encode())
        digest.update(tensors[name].numpy().tobytes())
    return digest.hexdigest()


def read_safetensors(path: str | Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata of a file of ``write_safetensors``.

    Raises ``FileNotFoundError`` where it is missing, ``ValueError`` where it is damaged, altered or another's.
    """
    from safetensors import SafetensorError, safe_open

    if not Path(path).is_file():
        raise FileNotFoundError(f"{path} does not exist: give the path of a file written by this package.")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = dict(file.metadata() or {})
        if "appmodel" in metadata:  # files of before hold the texts side by side
            metadata = json.loads(metadata["appmodel"])
        tensors = load_file(path)
    except (SafetensorError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is damaged or no safetensors file: delete it and write it again.") from error
    digest = metadata.pop("digest", None)
    if digest is None:
        raise ValueError(f"{path} was not written by this package: give a file of APP.save or one of its checkpoints.")
    if digest != _digest(tensors, metadata):
        raise ValueError(f"{path} was altered (its digest does not fit its content): delete it and write it again.")
    return tensors, metadata
