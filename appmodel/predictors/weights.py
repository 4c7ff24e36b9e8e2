"""Safetensors files with a digest of their own: complete, of this package, and not altered."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor

from ..files import readable_file, writing


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

    readable_file(path, "give the path of a file written by this package")
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
        raise ValueError(f"{path} was not written by this package: give a file that it wrote.")
    if digest != _digest(tensors, metadata):
        raise ValueError(f"{path} was altered (its digest does not fit its content): delete it and write it again.")
    return tensors, metadata
