"""Gene embeddings out of a pretrained transformer: the input embeddings of a local Hugging Face checkpoint folder."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import ModuleType

import numpy as np

from ...files import NO_PICKLE, PICKLED
from ...names import shown
from ...record import counted


def read_checkpoint(folder: str | Path) -> tuple[list[str], np.ndarray, list[dict]]:
    """Genes, input embeddings (n_genes, n_dimensions) and counted changes of a checkpoint; rows in order of tokens.

    The folder holds ``config.json`` and ``model.safetensors`` (or its shards and their index).  The vocabulary is
    ``token_dictionary.json`` (gene -> number of its token, as Geneformer's), else the folder's tokenizer, else
    ``vocab.json`` or ``vocab.txt``.  Where the tokens are Ensembl identifiers, an optional ``gene_names.csv`` (columns
    ensembl and symbol; of several identifiers of a symbol the first listed counts) gives their symbols.  No code of
    the folder is run and nothing is fetched.
    Raises ``ValueError`` where transformers is not installed, for pickled weights, a model or a vocabulary that cannot
    be read, and weights that lack the input embeddings.
    """
    folder = Path(folder)
    _check_files(folder)
    transformers = _transformers(folder)
    tokens, special = _vocabulary(folder, transformers)
    embedding = _input_embeddings(folder, transformers)
    ids = list(tokens.values())
    if bad := [token for token, i in tokens.items() if type(i) is not int or not 0 <= i < len(embedding)]:
        raise ValueError(
            f"Token {bad[0]!r} of {folder} has the number {tokens[bad[0]]!r}, but the embedding has rows "
            f"0 to {len(embedding) - 1}: give the vocabulary that belongs to this model."
        )
    unnamed = [f"row {i}" for i in sorted(set(range(len(embedding))) - set(ids))]
    changes = counted(str(folder), "rows dropped", unnamed, "no token of the vocabulary has this number")
    changes += counted(
        str(folder), "tokens dropped", [token for token in tokens if token in special], "special tokens are no genes"
    )
    genes = sorted((token for token in tokens if token not in special), key=tokens.__getitem__)
    named, renames = _with_symbols(genes, folder)
    return list(named), embedding[[tokens[token] for token in named.values()]], changes + renames


def _check_files(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise ValueError(f"{folder} is no checkpoint folder: it should hold config.json and model.safetensors.")
    if any((folder / name).is_file() for name in ("model.safetensors", "model.safetensors.index.json")):
        return
    if pickled := sorted(path.name for path in folder.iterdir() if path.suffix in PICKLED):
        raise ValueError(f"{folder / pickled[0]} {NO_PICKLE}.")
    raise ValueError(f"{folder} holds no model.safetensors: put the weights of the model there.")


def _transformers(folder: Path) -> ModuleType:
    try:
        import transformers
    except ImportError as error:
        raise ValueError(
            f"To read the checkpoint {folder} the package transformers is needed: install it with "
            f"pip install 'appmodel[transformers]'."
        ) from error
    return transformers


def _vocabulary(folder: Path, transformers: ModuleType) -> tuple[dict[str, int], set[str]]:
    """Token -> number, and the tokens that the tokenizer calls special."""
    if (folder / "token_dictionary.json").is_file():
        return _token_numbers(folder / "token_dictionary.json"), set()
    if any((folder / name).is_file() for name in ("tokenizer.json", "tokenizer_config.json")):
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(
                str(folder), local_files_only=True, trust_remote_code=False
            )
        except (OSError, ValueError, ImportError, KeyError, TypeError) as error:
            raise ValueError(
                f"The tokenizer of {folder} cannot be read without code of its own ({_line(error)}): "
                f"write its vocabulary as token_dictionary.json (gene -> number)."
            ) from error
        return dict(tokenizer.get_vocab()), set(tokenizer.all_special_tokens)
    if (folder / "vocab.json").is_file():
        return _token_numbers(folder / "vocab.json"), set()
    if (folder / "vocab.txt").is_file():
        tokens = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        return {token: i for i, token in enumerate(tokens)}, set()
    raise ValueError(
        f"{folder} holds no vocabulary: write token_dictionary.json (gene -> number of its token; a "
        f"pickled dictionary can be turned into it with json.dump where you trust it)."
    )


def _token_numbers(path: Path) -> dict[str, int]:
    try:
        tokens = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON ({_line(error)}): write it again.") from error
    if not isinstance(tokens, dict):
        raise ValueError(f"{path} should map each gene to the number of its token: write a JSON object.")
    return tokens


def _input_embeddings(folder: Path, transformers: ModuleType) -> np.ndarray:
    """Rows of the input embeddings (n_tokens, n_dimensions), which must come from the weights of the folder."""
    import torch

    bars = transformers.utils.logging.is_progress_bar_enabled()
    transformers.utils.logging.disable_progress_bar()
    try:
        with torch.random.fork_rng(devices=[]):  # layers that the weights lack are drawn at random
            model, loading = transformers.AutoModel.from_pretrained(
                str(folder),
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                output_loading_info=True,
            )
        weight = model.get_input_embeddings().weight
    except Exception as error:  # a library of hundreds of models raises anything
        raise ValueError(
            f"The model in {folder} cannot be read by transformers ({_line(error)}): write its gene "
            f"embedding as a table and give that."
        ) from error
    finally:
        if bars:
            transformers.utils.logging.enable_progress_bar()
    names = {name for name, parameter in model.named_parameters(remove_duplicate=False) if parameter is weight}
    absent = {*loading["missing_keys"], *(key[0] for key in loading.get("mismatched_keys", ()))}
    if names <= absent:
        raise ValueError(
            f"The weights in {folder} lack the input embeddings of the model ({shown(sorted(names))}): "
            f"give the whole checkpoint, with the config.json that belongs to it."
        )
    return weight.detach().float().cpu().numpy()


def _with_symbols(tokens: list[str], folder: Path) -> tuple[dict[str, str], list[dict]]:
    """Symbol -> token, through ``gene_names.csv`` where there is one; tokens that it does not list keep their name."""
    path = folder / "gene_names.csv"
    if not path.is_file():
        return {token: token for token in tokens}, []
    with open(path, encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or not {"ensembl", "symbol"} <= set(rows[0]):
        raise ValueError(f"{path} should have the columns ensembl and symbol, and a row per gene: mend its header.")
    symbols = {row["ensembl"].strip(): row["symbol"].strip() for row in rows if row["ensembl"] and row["symbol"]}
    rank = {identifier: i for i, identifier in enumerate(symbols)}
    named: dict[str, str] = {}
    for token in sorted(tokens, key=lambda token: rank.get(token, len(rank))):  # stable: as listed, then the others
        named.setdefault(symbols.get(token, token), token)
    kept = set(named.values())
    changes = counted(
        str(folder),
        "genes renamed",
        [f"{token} -> {symbols[token]}" for token in tokens if token in kept and token in symbols],
        "symbols of gene_names.csv",
    )
    changes += counted(
        str(folder),
        "genes dropped",
        [token for token in tokens if token not in kept],
        "another identifier has the same symbol",
    )
    order = {token: i for i, token in enumerate(tokens)}
    return dict(sorted(named.items(), key=lambda pair: order[pair[1]])), changes


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
