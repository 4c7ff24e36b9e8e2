"""The reading of cells: label column, genes, labels, control, values, groups, in this order."""

from __future__ import annotations

import re

import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

from ...names import CONTROL, all_genes, shown
from ...symbols import aliases
from .columns import label_column, texts, tokens, with_labels
from .control import check_control, check_told
from .decisions import Choices, Reading, ReadingError
from .gene_names import name_genes
from .genes import Genes, share_known
from .groups import check_groups, keep_only
from .labels import LabelReader, Underscore
from .recording import record_labels
from .values import take_layer

_HALF = 0.5  # of the perturbed genes: measured less often than this is a warning


def standard_labels_of(cells: AnnData, choices: Choices, reading: Reading) -> AnnData:
    """Cells (n_cells, n_genes) with ``obs["condition"]`` in standard form; those whose label names no gene dropped.

    Raises ``ReadingError`` (a ``ValueError``) with the question where column, control or a label is not clear.
    """
    if choices.labels is not None:
        cells = with_labels(cells, choices.labels, reading)
        key = "condition"
    else:
        key = label_column(cells, choices, reading)
    reading.label_key = key
    if cells.obs[key].isna().all():
        raise reading.ask(
            "labels",
            f"has no label in obs[{key!r}], all are missing: name another column with condition_key=..., or write the "
            f"labels.",
            "condition_key",
        )
    labels = texts(cells.obs[key])
    ids = name_genes(cells, tokens(labels.unique()), choices, reading)
    genes = Genes(cells.var_names, ids)
    underscore: Underscore = "joins genes" if key == "perturbation" else "joins known genes"
    reader = LabelReader(genes, choices.controls, choices.separator, underscore)
    cells_of = labels.value_counts()
    check_told(list(cells_of.index), reader, key, reading)
    standard = read_or_ask(reader, labels.unique(), choices, reading)
    check_control(standard, cells_of, reader, key, reading)
    used = labels.map(standard).notna().to_numpy()
    cells = cells if used.all() else cells[used].copy()
    kept = labels[used]
    conditions = kept.map(standard)
    if (conditions != kept).any():
        cells.obs["source_condition"] = pd.Categorical(kept)
    cells.obs["condition"] = pd.Categorical(conditions)
    record_labels(cells, labels, standard)
    if sp.issparse(cells.X) and cells.X.format != "csr":
        cells.X = cells.X.tocsr()  # later steps walk over cells
    return cells


def read_cells(cells: AnnData, choices: Choices, reading: Reading) -> AnnData:
    """Cells as ``load_cells`` gives them but for the final checks; every decision stands in ``reading``."""
    cells = take_layer(cells, choices.layer, reading)
    if 0 in cells.shape:
        raise reading.ask(
            "row", f"is empty ({cells.n_obs} cells x {cells.n_vars} genes): write it again with its cells and genes."
        )
    cells = keep_only(cells, choices, reading)
    cells = standard_labels_of(cells, choices, reading)
    check_groups(cells, choices, reading)
    return cells


def read_or_ask(reader: LabelReader, labels, choices: Choices, reading: Reading) -> dict[str, str | None]:
    """``reader.read`` with its sentences named after the file, and its decisions in the table."""
    try:
        standard = reader.read(labels)
    except ReadingError:
        raise
    except ValueError as error:
        raise reading.ask(
            "labels", f": {error}", "separator" if "separator" in str(error) else "condition_key"
        ) from error
    joined = [f"{join!r} ({len(some)} labels)" for join, some in reader.joined_by.items()]
    plus = sum("+" in label for label in standard)
    pairs = [*joined, *([f"'+' ({plus} labels)"] if plus else [])]
    evidence = "told" if choices.separator else "both sides are genes of the file or of the committed networks"
    reading.decide(
        "separator", ", ".join(pairs) or "none", evidence if pairs else "no label names several genes", "separator"
    )
    odd = sorted(label for label in standard if holds_known(label, reader)) if choices.separator is None else []
    if odd:
        reading.warn(
            "labels",
            f"{len(odd)} labels ({shown(odd, 3)}) hold the name of a gene beside something that is none, and are "
            f"read as {shown([str(standard[label]) for label in odd], 3)}: rename them where that is wrong.",
            "separator",
        )
    if guides := reader.guides:
        n = len(set().union(*guides.values()))
        examples = shown([f"{min(some)} -> {gene}" for gene, some in guides.items()], 3)
        reading.decide("guides", f"{n} labels of guides, {len(guides)} genes", examples, "condition_key")
    if reader.respelled:
        examples = shown([f"{label} -> {gene}" for label, gene in reader.respelled.items()], 3)
        reading.decide(
            "spelling", f"{len(reader.respelled)} labels spelled as the genes of the file", examples, "gene_key"
        )
    return standard


def check_measured(names: list[str], data: AnnData, choices: Choices, reading: Reading, *, refuse: bool = True) -> None:
    """Record how many perturbed genes are measured; warn below half, refuse where none is and no name is a gene.

    ``names``: conditions in standard form.
    """
    wanted = all_genes(name for name in names if name != CONTROL)
    table = aliases()
    measured = {table.get(str(name), str(name)) for name in data.var_names}
    found = [gene for gene in wanted if table.get(gene, gene) in measured]
    data.uns["targets_measured"] = f"{len(found)} of {len(wanted)}"
    reading.decide("perturbed genes measured", f"{len(found)} of {len(wanted)}", shown(found, 3) or "none", "gene_key")
    if not wanted or len(found) >= _HALF * len(wanted) or choices.unmeasured:
        return
    missing = [gene for gene in wanted if gene not in set(found)]
    known = share_known(wanted)
    symbols = share_known(list(map(str, data.var_names[:5000])))
    if refuse and not found and (known < _HALF or symbols < 0.02):
        raise reading.ask("gene", _none_measured(wanted, data, known), "unmeasured")
    reading.warn(
        "gene",
        f"{len(missing)} of {len(wanted)} perturbed genes are not among the {data.n_vars} measured ones "
        f"({shown(missing, 3)}): models that read a gene's own row cannot use them.",
        "gene_key",
    )


def _none_measured(wanted: list[str], data: AnnData, known: float) -> str:
    """Why no perturbed gene is measured, as far as names tell."""
    if known >= _HALF:
        cause = (
            f"the labels are gene symbols but var_names are not ({shown(data.var_names, 2)}): name the column of var "
            f"that holds the symbols with gene_key=..."
        )
    else:
        cause = (
            f"the labels ({shown(wanted, 3)}) are no genes: name another column with condition_key=..., or say "
            f"unmeasured=True if they are perturbations of another kind"
        )
    return f"perturbs {len(wanted)} genes, and none of them is measured ({data.n_vars} genes): {cause}."


def holds_known(label: str, reader: LabelReader) -> bool:
    """Whether a label was read as a name that is no known gene, although a word of it is a measured one."""
    unknown = [part for part in reader.unknown if part in label]
    return bool(unknown) and any(word in reader.genes.measured for word in re.split(r"[^A-Za-z0-9.-]+|[-:.]", label))
