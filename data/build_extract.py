"""Make data/extracts/norman19_pair.h5ad: the cells of one pair, its singles and control, out of norman19_slice.

The source holds log-normalised values without counts.  As it states the smallest step of each cell, the counts can be
had again to the last one; they go into a layer.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
from anndata import AnnData
from scipy.sparse import csr_matrix

from appmodel.files import h5ad_bytes, sha256, writing
from appmodel.names import CONTROL, genes_of

SOURCE_SHA256 = "f3400b916602aa4cb0b059f608fa848953fc51c0ba5b9610067d9b56c1110225"
TARGET_SUM = 1e4  # what the source scaled every cell to
LEAST_COUNTS = (1, 2, 3, 4)  # what the smallest value of a cell may stand for
NAME = "norman19_pair"


def complete_pair(conditions: pd.Series) -> str:
    """The pair with both singles that has most cells; of several, the first by name.

    Raises ``ValueError`` where no pair has both singles.
    """
    n_cells = conditions.astype(str).value_counts()
    names = set(n_cells.index)
    pairs = [name for name in names if len(genes_of(name)) == 2 and names.issuperset(genes_of(name))]
    if not pairs:
        raise ValueError("No pair has both its singles: give a screen that has one.")
    return min(pairs, key=lambda name: (-n_cells[name], name))


def recovered_counts(log1p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts (n_cells, n_genes) and total counts (n_cells,) of which ``log1p`` is log(1 + 10,000 count / total).

    In each cell the smallest value above zero stands for one count, or for as few as make all of them and the total
    whole numbers.  Raises ``ValueError`` where no such number is found.
    """
    scaled = np.expm1(log1p)
    least = np.where(scaled > 0, scaled, np.inf).min(axis=1)
    counts, totals = np.full(scaled.shape, np.nan), np.full(len(scaled), np.nan)
    for number in LEAST_COUNTS:
        found, total = number * scaled / least[:, None], number * TARGET_SUM / least
        whole = _whole(found).all(axis=1) & _whole(total) & np.isnan(totals)
        counts[whole], totals[whole] = np.round(found[whole]), np.round(total[whole])
    if np.isnan(totals).any():
        raise ValueError("The values of some cells come from no whole counts: give log1p of counts per 10,000.")
    return counts.astype(int), totals.astype(int)


def _whole(numbers: np.ndarray) -> np.ndarray:
    return np.abs(numbers - np.round(numbers)) < 1e-6


def extract(cells: AnnData) -> AnnData:
    """The cells of the pair, its singles, control, and of the perturbed genes that are readouts themselves.

    ``X`` as in the source (log1p), ``layers["counts"]`` and ``obs["total_counts"]`` recovered.
    """
    pair = complete_pair(cells.obs["condition"])
    readouts = [name for name in cells.obs["condition"].unique() if name in cells.var_names]
    kept = cells[cells.obs["condition"].isin([CONTROL, *genes_of(pair), pair, *readouts])]
    values = np.asarray(kept.X.toarray(), dtype=float)
    counts, totals = recovered_counts(values)
    return AnnData(
        csr_matrix(values),
        obs=pd.DataFrame({"condition": list(kept.obs["condition"]), "total_counts": totals}, index=kept.obs_names),
        var=pd.DataFrame(index=pd.Index(list(kept.var_names), name=None)),
        layers={"counts": csr_matrix(counts.astype(np.int32))},
        uns={"pair": pair},
    )


def provenance(small: AnnData, path: Path) -> dict:
    """What the file beside the extract says of it."""
    return {
        "sha256": sha256(path),
        "pair": small.uns["pair"],
        "cells": {name: int(n) for name, n in small.obs["condition"].value_counts().sort_index().items()},
        "readouts": small.n_vars,
        "rule": "Of the pairs with both singles the one with most cells, of several the first by name; its singles, "
        "control, and every perturbed gene that is a readout.",
        "source": "src/perturbench/data/resources/devel.h5ad of altoslabs/perturbench, filtered to Norman 2019 "
        "(norman19_slice of the registry)",
        "source_sha256": SOURCE_SHA256,
        "licence": "BSD-3-Clause, Copyright (c) 2024, Altos Labs (text in README.md)",
        "attribution": "Norman et al. 2019, Science 365:786, doi:10.1126/science.aax4438; curated by PerturbBench",
        "changes": "Cells of other conditions left out; counts and total counts recovered from the log1p values.",
        "made_by": "python data/build_extract.py",
    }


def build(source: Path, out: Path) -> Path:
    """Write the extract and its provenance to the folder ``out``; the path of the extract."""
    if sha256(source) != SOURCE_SHA256:
        raise ValueError(f"{source} is not the file this script was written for: its SHA-256 is another.")
    small, path = extract(anndata.read_h5ad(source)), out / f"{NAME}.h5ad"
    with writing(path) as temporary:
        temporary.write_bytes(h5ad_bytes(small, compression="gzip"))
    with writing(path.with_suffix(".provenance.json")) as temporary:
        temporary.write_text(json.dumps(provenance(small, path), indent=1) + "\n")
    return path


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="norman19_slice.h5ad")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "extracts")
    options = parser.parse_args()
    path = build(options.source, options.out)
    sys.stdout.write(f"{sha256(path)}  {path.name}  {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
