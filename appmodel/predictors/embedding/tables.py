"""Gene embeddings from files: one table, genes x dimensions, whatever the format."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from ...files import NO_PICKLE, PICKLED, readable
from ...names import repeated, shown
from ...record import counted
from .checkpoints import read_checkpoint

_SPECIAL = re.compile(r"<.*>|\[.*\]|\{.*\}")  # <pad>, [CLS], {{UNK}}: no gene is written so
_H5AD_KEY = re.compile(r"(.*\.h5ad)#(.*)", re.DOTALL)

Named = tuple[Sequence, np.ndarray]


def read_embedding(path: str | Path) -> pd.DataFrame:
    """The gene embedding in a file or a local Hugging Face checkpoint folder: (n_genes, n_dimensions), float.

    ``.npz``: arrays ``genes`` and ``embedding``.  ``.csv``, ``.tsv``: a header line, genes in the first column.
    ``.parquet``: genes as index, or in the first column.  ``.safetensors``: a 2-D tensor ``embedding``, and a JSON
    list ``genes`` in the file's metadata.  ``.h5ad``: ``obs_names`` and ``X``, or a matrix of ``obsm`` named after a
    hash sign (``cells.h5ad#X_scgpt``).  A folder with ``config.json`` and ``model.safetensors``: the input embeddings
    of the model (see ``read_checkpoint``).  Gene names stay as they are; special tokens (``<pad>``, ``[CLS]``) are
    dropped; ``attrs["changes"]`` counts what was (change, count, reason, examples).
    Raises ``FileNotFoundError``, or ``ValueError`` for an unknown suffix, pickled or unreadable content, genes that
    are no text or repeated, fewer than two dimensions, and values that are missing or infinite.
    """
    file, key = file_and_key(path) if isinstance(path, str | Path) else (path, "")
    file = readable(file, "give the path of a table or of a checkpoint folder")
    genes: Sequence
    changes: list[dict] = []
    if file.is_dir():
        genes, values, changes = read_checkpoint(file)
    elif file.suffix in PICKLED:
        raise ValueError(f"{file} {NO_PICKLE}.")
    elif file.suffix == ".h5ad":
        genes, values = _read_h5ad(file, key)
    elif file.suffix in _READERS:
        genes, values = _READERS[file.suffix](file)
    else:
        raise ValueError(
            f"{file} is no embedding file: its name should end in {', '.join(_READERS)} or .h5ad, or it "
            f"should be a checkpoint folder."
        )
    return embedding_table(genes, values, str(path), changes)


def embedding_table(genes: Sequence, values: np.ndarray, where: str, changes: Sequence[dict] = ()) -> pd.DataFrame:
    """A checked table (n_genes, n_dimensions) of ``genes`` and ``values``; raises as ``read_embedding`` says.

    ``changes`` are those counted already; what is dropped here is added and said in the log.
    """
    genes, values = list(genes), np.asarray(values)
    if values.ndim != 2 or values.shape[1] < 2:
        raise ValueError(
            f"The embedding in {where} has shape {values.shape}: give genes x dimensions, with two dimensions or more."
        )
    if len(genes) != len(values):
        raise ValueError(f"{where} names {len(genes)} genes for {len(values)} rows: give one name per row.")
    if values.dtype.kind not in "fiu":
        raise ValueError(
            f"The embedding in {where} is no table of numbers ({values.dtype}): keep numbers only beside the genes."
        )
    if bad := [gene for gene in genes if not isinstance(gene, str) or not gene.strip()]:
        raise ValueError(f"The genes of {where} should be text; there is {bad[0]!r}: use gene symbols.")
    names = np.array([gene.strip() for gene in genes], dtype=object)
    if len(names) and all(name.isdigit() for name in names):
        raise ValueError(f"The genes of {where} are numbers ({shown(names, 3)}): use gene symbols.")
    special = np.array([_SPECIAL.fullmatch(name) is not None for name in names], dtype=bool)
    changes = [*changes, *counted(where, "tokens dropped", names[special], "special tokens are no genes")]
    names, values = names[~special], values[~special].astype(float)
    if not len(names):
        raise ValueError(f"{where} holds no gene: give one row per gene.")
    if twice := repeated(list(names)):
        raise ValueError(f"{where} names {len(twice)} genes more than once ({shown(twice, 3)}): keep one row per gene.")
    undefined = ~np.isfinite(values).all(axis=1)
    if undefined.any():
        raise ValueError(
            f"The rows of {int(undefined.sum())} genes in {where} hold missing or infinite values "
            f"({shown(names[undefined], 3)}): leave these rows out or mend them."
        )
    table = pd.DataFrame(values, index=pd.Index(names, dtype=object, name="gene"))
    table.attrs["changes"] = changes
    return table


def file_and_key(path: str | Path) -> tuple[Path, str]:
    """The file and the name in ``obsm`` of ``cells.h5ad#X_scgpt``; any other path, and an empty name."""
    with_key = _H5AD_KEY.fullmatch(str(path))
    return (Path(with_key[1]), with_key[2]) if with_key else (Path(path), "")


@contextmanager
def _reading(path: Path, kind: str, tells: bool = False) -> Iterator[None]:
    """A damaged file, in one sentence that names it; ``tells``: what the library says of it helps to mend it."""
    from safetensors import SafetensorError

    damaged = (OSError, ValueError, KeyError, TypeError, EOFError, csv.Error, zipfile.BadZipFile, SafetensorError)
    try:
        yield
    except damaged as error:
        reason = " ".join(str(error).split())[:200] if tells else "cut off, damaged or another format"
        raise ValueError(f"{path} cannot be read as {kind} ({reason}): write it again.") from error


def _read_npz(path: Path) -> Named:
    # Opened here: NumPy leaves a file open that turns out to be damaged.
    with (
        _reading(path, "npz without pickled objects"),
        open(path, "rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        found = {name: arrays[name] for name in ("genes", "embedding") if name in arrays.files}
    if len(found) < 2:
        raise ValueError(
            f"{path} should hold the arrays genes and embedding: write it with "
            f"numpy.savez(path, genes=..., embedding=...)."
        )
    genes = found["genes"]
    return np.char.decode(genes, "utf-8").tolist() if genes.dtype.kind == "S" else genes.tolist(), found["embedding"]


def _read_safetensors(path: Path) -> Named:
    from safetensors import safe_open

    with _reading(path, "safetensors"), safe_open(path, framework="np") as file:
        values = file.get_tensor("embedding") if "embedding" in file.keys() else None  # noqa: SIM118 (no mapping)
        genes = json.loads((file.metadata() or {}).get("genes", "null"))
    if values is None or not isinstance(genes, list):
        raise ValueError(
            f"{path} should hold a tensor embedding and, in its metadata, genes as a JSON list: write it "
            f"with safetensors.numpy.save_file({{'embedding': ...}}, path, metadata={{'genes': json.dumps(genes)}})."
        )
    return genes, values


def _read_parquet(path: Path) -> Named:
    with _reading(path, "Parquet"):
        table = pd.read_parquet(path)
    if table.index.inferred_type != "string" and table.shape[1]:
        table = table.set_index(table.columns[0])
    return table.index.tolist(), table.to_numpy()


def _read_text(path: Path) -> Named:
    """Genes and numbers of a delimited file; R's header, which leaves the first column unnamed, is understood."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    separator = "\t" if path.suffix == ".tsv" else ","
    with _reading(path, "UTF-8 text"), open(path, encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines, delimiter=separator)
        header, first = next(rows, []), next(rows, [])
    if len(first) - len(header) == 1:
        header = ["gene", *header]
    if len(first) != len(header) or len(header) < 2:
        raise ValueError(
            f"{path} has {len(header)} and {len(first)} fields in its first lines: write a header and then a gene "
            f"and its numbers per line, all of one length."
        )
    if _is_data(header[1:]):
        raise ValueError(f"{path} has no header line (it starts with {shown(header, 3)}): add one.")
    columns = [str(i) for i in range(len(header))]
    types = {column: pa.float64() for column in columns[1:]}
    # By Arrow: every digit counts, and it is ten times as quick as pandas.
    with _reading(path, "genes and numbers", tells=True):
        table = arrow_csv.read_csv(
            path,
            arrow_csv.ReadOptions(skip_rows=1, column_names=columns),
            arrow_csv.ParseOptions(delimiter=separator),
            arrow_csv.ConvertOptions(column_types={columns[0]: pa.string(), **types}),
        )
    return table[columns[0]].to_pylist(), table.select(columns[1:]).to_pandas().to_numpy()


def _is_data(fields: Sequence[str]) -> bool:
    """Whether the fields of a supposed header are values: all numbers, but not 0, 1, 2... or 1, 2, 3..."""
    try:
        numbers = np.array(fields, dtype=float)
    except ValueError:
        return False
    counted = np.arange(len(numbers))
    return not (np.array_equal(numbers, counted) or np.array_equal(numbers, counted + 1))


def _read_h5ad(path: Path, key: str) -> Named:
    import h5py
    from anndata.io import read_elem

    with _reading(path, "h5ad"), h5py.File(path, "r") as file:
        # Only what is asked for: the other matrices of such a file may be large.
        genes = read_elem(file["obs"]).index.tolist()
        stored = file.get(f"obsm/{key}" if key else "X")
        values = None if stored is None else read_elem(stored)
        others = sorted(file["obsm"]) if "obsm" in file else []
    if values is None:
        mend = f"name one of its obsm ({shown(others)}) as '{path.name}#...'" if others else "give another file"
        raise ValueError(f"{path} has no {f'obsm[{key!r}]' if key else 'X'}: {mend}.")
    values = values.toarray() if hasattr(values, "toarray") else values
    return genes, np.asarray(values)


_READERS = {
    ".npz": _read_npz,
    ".parquet": _read_parquet,
    ".csv": _read_text,
    ".tsv": _read_text,
    ".safetensors": _read_safetensors,
}
