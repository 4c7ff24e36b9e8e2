"""Extracts: a few real cells that come with the project, so that a page about them runs anywhere."""

from __future__ import annotations

import json

import anndata
from anndata import AnnData

from ..files import readable_file, sha256, shipped_dir

_MEND = "take the file of the project again (data/extracts)"


def load_extract(name: str = "norman19_pair") -> AnnData:
    """Real cells (n_cells, n_genes) with log1p values in ``X``, ``layers["counts"]`` and ``obs["total_counts"]``.

    ``uns["pair"]`` is the pair that they are about, ``uns["provenance"]`` says where they come from and under which
    licence.  Raises ``FileNotFoundError`` where there is no such extract, ``ValueError`` where it was altered.
    """
    path = readable_file(shipped_dir() / "extracts" / f"{name}.h5ad", _MEND)
    about = json.loads(readable_file(path.with_suffix(".provenance.json"), _MEND).read_text())
    if sha256(path) != about["sha256"]:
        raise ValueError(f"{path} is not the file that its provenance describes: {_MEND}.")
    cells = anndata.read_h5ad(path)
    cells.uns |= {"dataset": name, "provenance": about}
    return cells
