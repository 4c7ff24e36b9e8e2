"""The folder of a saved predictor: written whole, checked before anything of it is used."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from pathlib import Path

import torch

from ...files import sha256, writing
from ...provenance import code_version
from ..base import Predictor
from ..threads import one_thread
from ..weights import read_safetensors, write_safetensors
from .card import model_card
from .objects import is_own
from .packing import Packing, unpack

FORMAT = 1  # of the files; a later one is refused
MODEL, ARRAYS, CARD = "model.json", "arrays.safetensors", "README.md"


def save_predictor(model: Predictor, folder: str | Path, verdict: str | None = None) -> None:
    """Write a fitted predictor to a folder that can be given away.

    ``model.json`` holds class, parameters, gene names and all else that is no array, ``arrays.safetensors`` the arrays,
    ``README.md`` a card for people: what it is, what it was fitted on, the licences of the networks, the ``verdict``
    where one is passed (what a benchmark says of it, in a sentence), limits, and how to load it.  No pickle.  The same
    model gives the same bytes of the first two.  What says where it ran (``device``, ``checkpoint``) stays behind; a
    path given as an embedding is kept as it is written.
    Raises ``ValueError`` for a predictor that is not the package's own or holds what is not, ``NotFittedError`` before
    ``fit``, ``OSError`` where it cannot be written.
    """
    if not (isinstance(model, Predictor) and is_own(model)):
        raise ValueError(
            f"{type(model).__name__} is no predictor of appmodel, and a file may bring no code: only those can be "
            f"saved; put its file into appmodel/predictors, or save what it learned in a way of your own."
        )
    model._check_fitted()
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file: name a folder for the predictor.")
    code = code_version(
        *sorted({type(each).__module__ for each in (model, *model.get_params().values()) if is_own(each)})
    )
    told = copy.copy(model)  # a model that was loaded knows by which code it was fitted
    told.fitted_on_ = {"code_version": code, **getattr(model, "fitted_on_", {})}
    packing = Packing()
    tree = packing.pack(told)
    write_safetensors(folder / ARRAYS, packing.tensors, {"class": type(model).__name__})
    about = {"format": FORMAT, "appmodel": _version(code), "predictor": tree, "arrays": sha256(folder / ARRAYS)}
    digest = _digest(about)
    with writing(folder / CARD) as temporary:
        temporary.write_text(model_card(told, folder.name, digest, verdict), encoding="utf-8")
    with writing(folder / MODEL) as temporary:
        temporary.write_text(_text({**about, "digest": digest}) + "\n", encoding="utf-8")


def load_predictor(folder: str | Path, device: str = "cpu") -> Predictor:
    """Read a predictor that ``save_predictor`` wrote; it predicts to the last bit what it did there.

    Neither the training data nor the files of the network are needed.  ``device`` is where a model of torch is to run.
    Nothing of the files is run: they hold values, and names of the package's own classes.
    Raises ``FileNotFoundError`` where a file is missing, ``ValueError`` where one is damaged, altered, of a later
    version or no predictor's, and for a device that there is not or that the predictor cannot use.
    """
    folder = Path(folder)
    for path in (folder / MODEL, folder / ARRAYS):
        if not path.is_file():
            raise FileNotFoundError(f"{path} does not exist: a predictor is a folder as save_predictor writes it.")
    about = _read(folder / MODEL)
    if sha256(folder / ARRAYS) != about.get("arrays"):
        raise _altered(folder / ARRAYS)
    tensors, _ = read_safetensors(folder / ARRAYS)
    _check_device(device)
    try:
        with one_thread():
            model = unpack(about["predictor"], tensors, device)
        if not isinstance(model, Predictor) or not hasattr(model, "readouts_"):
            raise ValueError("it is none: it was never fitted")
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ValueError(
            f"{folder / MODEL} describes no fitted predictor of this package ({reason}): get the folder again."
        ) from error
    if device != "cpu" and not any(name.rpartition("__")[2] == "device" for name in model.get_params()):
        raise ValueError(f"{type(model).__name__} runs on the processor: leave out device={device!r}.")
    return model


def _read(path: Path) -> dict:
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise _altered(path) from error
    if not isinstance(about, dict) or not isinstance(about.get("format"), int):
        raise ValueError(f"{path} is no file of save_predictor: give the folder that it wrote.")
    written, ours = str(about.get("appmodel")), _version(code_version())
    if about["format"] > FORMAT or _major(written) > _major(ours):
        raise ValueError(
            f"{path} was written by a later appmodel ({written}, format {about['format']}; this is {ours}, format "
            f"{FORMAT}): install that version, or a later one."
        )
    if about.pop("digest", None) != _digest(about):
        raise _altered(path)
    return about


def _check_device(device: str) -> None:
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).split("\n")[0]
        raise ValueError(f"device={device!r} cannot be used here ({reason}): use 'cpu'.") from error


def _altered(path: Path) -> ValueError:
    return ValueError(f"{path} was altered or cut short: get the folder again, or save the predictor again.")


def _text(about: dict) -> str:
    return json.dumps(about, sort_keys=True, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def _digest(about: dict) -> str:
    try:
        return hashlib.sha256(_text(about).encode()).hexdigest()
    except (ValueError, RecursionError, UnicodeEncodeError):
        return ""  # no text of ours: nothing has this digest


def _version(code: str) -> str:
    return code.rpartition("+")[0]


def _major(version: str) -> int:
    found = re.match(r"\d+", version)
    return int(found[0]) if found else 0
