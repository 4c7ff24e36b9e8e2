"""A fitted APP as a file: weights in safetensors, the rest as JSON beside them, no pickle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from ..anchor import Anchor
from ..base import Predictor
from ..weights import read_safetensors, write_safetensors
from .model import APPModule, check_device, count_parameters

_LEARNED = ("training_conditions_", "validation_", "features_", "best_epoch_", "spread_")


def save_app(model: Predictor, path: str | Path) -> None:
    """Write a fitted model to one safetensors file; what says where it ran stays behind."""
    tensors = {
        f"{_part(member)}/{name}": tensor
        for member, module in enumerate(model.members_)
        for name, tensor in module.state_dict().items()
    }
    tensors["edge_index"] = model.edge_index_
    about = {
        "parameters": model.shaping_parameters(),
        "genes": model.genes_,
        "readouts": list(model.readouts_.index),
        "history": model.history_.to_dict("records"),
        "learned": {name: getattr(model, name) for name in _LEARNED},
    }
    if "control_mean" in model.readouts_:
        about["control_mean"] = model.readouts_["control_mean"].tolist()
    if model.anchor:
        tensors["anchor/singles"] = torch.tensor(np.array(list(model.anchor_.singles_.values())))
        tensors["anchor/median"] = torch.tensor(model.anchor_.median_)
        about["anchor"] = {"genes": list(model.anchor_.singles_), "scale": model.anchor_.scale_}
    write_safetensors(path, tensors, {"appmodel.APP": json.dumps(about)})


def load_app(kind: type[Predictor], path: str | Path, device: str) -> Predictor:
    """Read what ``save_app`` wrote.  Raises ``ValueError`` where the file is damaged or holds no APP."""
    tensors, metadata = read_safetensors(path)
    if "appmodel.APP" not in metadata:
        raise ValueError(f"{path} holds no fitted APP: give a file written by APP.save.")
    about = json.loads(metadata["appmodel.APP"])
    if "learned" not in about or any(".linear." in name for name in tensors):
        raise ValueError(f"{path} was written by an earlier version, whose APP was another model: fit it again.")
    check_device(device)
    model = kind(**{**about["parameters"], "device": device})
    model.genes_ = about["genes"]
    model.readouts_ = pd.DataFrame(index=pd.Index(about["readouts"], dtype=object))
    if "control_mean" in about:
        model.readouts_["control_mean"] = about["control_mean"]
    model.history_ = pd.DataFrame(about["history"])
    for name, value in about["learned"].items():
        setattr(model, name, value)
    if model.anchor:
        model.anchor_ = Anchor()
        singles = zip(about["anchor"]["genes"], tensors["anchor/singles"].numpy(), strict=True)
        model.anchor_.singles_, model.anchor_.median_ = dict(singles), tensors["anchor/median"].numpy()
        model.anchor_.scale_ = about["anchor"]["scale"]
    model.edge_index_ = tensors["edge_index"].to(device)
    parts = [_part(member) for member in range(model.n_members)]
    model.members_ = [_module_of(model, _weights(tensors, part)) for part in parts]
    model.n_parameters_ = sum(map(count_parameters, model.members_))
    return model


def _part(member: int) -> str:
    return f"module{member}"


def _weights(tensors: dict[str, torch.Tensor], part: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(f"{part}/"): t for name, t in tensors.items() if name.startswith(f"{part}/")}


def restore_members(model: Any) -> None:
    """Put modules in the place of the weights in ``members_``, which is what a folder of ``save_predictor`` holds."""
    model.edge_index_ = model.edge_index_.to(model.device)
    model.members_ = [_module_of(model, weights) for weights in model.members_]


def _module_of(model: Any, weights: dict[str, torch.Tensor]) -> APPModule:
    with torch.random.fork_rng(devices=[]):
        # A copy, as rows of a file lie at any address, and matrix products round by address.
        module = model._module(None if model.features_ == "identity" else weights["x"].clone())
    module.load_state_dict(weights)
    return module.to(model.device).eval()
