"""Which column of a table of differential expression is the perturbation, the gene, the fold change and its error."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from ...names import repeated, shown
from .columns import is_text
from .decisions import Choices, Reading

# names as DESeq2, edgeR, limma, MAST, Seurat, scanpy (rank_genes_groups) and pertpy write them, without their dots
_FOLD = {
    "log2foldchange": 2, "log2fc": 2, "logfoldchanges": 2, "logfoldchange": 2, "avglog2fc": 2, "lfc": 2, "logfc": 2,
    "l2fc": 2, "avglogfc": 0, "lnfc": 0, "coef": 2, "foldchange": None, "effect": 0, "beta": 0,
}  # fmt: skip
_ERROR = ("lfcse", "se", "stderr", "stderror", "standarderror", "lfcstderr", "sebeta", "logfcse", "selogfc", "sem")
_STATISTIC = (
    "stat",
    "t",
    "z",
    "zscore",
    "zscores",
    "scores",
    "score",
    "tstatistic",
    "statistic",
    "tvalue",
    "wald",
    "waldstatistic",
)
_SQUARED = ("f", "lr", "chisq", "chi2")  # with one degree of freedom the square of t or z
_LOW, _HIGH = ("cilo", "cilow", "lower", "ci25", "cil"), ("cihi", "cihigh", "upper", "ci975", "cir")
_PERTURBATION = (
    "perturbation", "targetgene", "perturbedgene", "perturb", "knockout", "knockdown", "condition", "target",
    "contrast", "comparison", "guide", "grna", "sgrna", "treatment", "group", "cluster", "genotype", "ko", "gene",
    "genetarget",
)  # fmt: skip
_GENE = (
    "feature", "genesymbol", "symbol", "genename", "featurename", "names", "variable", "primerid", "gene", "readout",
    "responsegene", "genes", "geneid", "featureid", "ensembl", "ensemblid", "id",
)  # fmt: skip


@dataclass(frozen=True)
class Roles:
    """Column names of a long table; ``base`` of the logarithm (0: natural), ``error`` how a standard error follows."""

    perturbation: str
    gene: str
    fold: str
    base: int
    error: str  # "se", "statistic", "squared", "interval" or ""
    error_columns: tuple[str, ...]


def plain_name(column: object) -> str:
    """``log2.FC`` and ``Log2_FC`` as ``log2fc``."""
    return re.sub(r"[^a-z0-9]", "", str(column).lower())


def looks_long(table: pd.DataFrame) -> bool:
    """Whether a table has a column of log fold changes, as a differential-expression run writes it."""
    return any(plain_name(column) in _FOLD for column in table.columns)


def roles_of(table: pd.DataFrame, choices: Choices, reading: Reading) -> Roles:
    """The role of each column.  Raises ``ReadingError`` naming the role that no column fills."""
    if twice := repeated(list(map(str, table.columns))):
        raise reading.ask("form", f"has several columns called {twice[0]!r}: give each a name of its own.")
    if not len(table):
        raise reading.ask("form", "has a header and no row: give one row per perturbation and gene.")
    if choices.gene_key is not None and choices.gene_key == choices.condition_key:
        raise reading.ask(
            "gene", f"has one column {choices.gene_key!r} for perturbations and genes: name two columns.", "gene_key"
        )
    by_name = {plain_name(column): column for column in reversed(table.columns)}
    fold = next((name for name in _FOLD if name in by_name), None)
    base = None if fold is None else _FOLD[fold]
    if fold is None or base is None:
        raise reading.ask(
            "values",
            f"has no column of log fold changes (its columns: {shown(table.columns, 12)}): call it log2FoldChange, "
            f"logFC or log_fc.",
        )
    gene, perturbation = _names(table, by_name, choices, reading)
    error, columns = _error_of(by_name, set(map(str, (gene, perturbation))))
    return Roles(perturbation, gene, by_name[fold], base, error, columns)


def _names(table: pd.DataFrame, by_name: dict[str, str], choices: Choices, reading: Reading) -> tuple[str, str]:
    """Columns of the gene and of the perturbation: by their names, and ``gene`` by which other column there is."""
    told = choices.condition_key
    if told is not None:
        reading.require_column(told, table.columns, "labels", "condition_key")
    if choices.gene_key is not None:
        reading.require_column(choices.gene_key, table.columns, "gene", "gene_key")
    texts = {name: column for name, column in by_name.items() if is_text(table[column])}
    genes = [texts[name] for name in _GENE if name in texts and texts[name] != told]
    perturbations = [texts[name] for name in _PERTURBATION if name in texts and texts[name] != choices.gene_key]
    perturbation = told or next((c for c in perturbations if c != next(iter(genes), None)), None)
    gene = choices.gene_key or next((c for c in genes if c != perturbation), None)
    if perturbation is None:
        raise reading.ask(
            "labels",
            f"has no column of perturbations (its columns: {shown(table.columns, 12)}): name it with condition_key=... "
            f"(a table of one comparison needs a column that says which).",
            "condition_key",
        )
    if gene is None:
        raise reading.ask(
            "gene",
            f"has no column of genes (its columns: {shown(table.columns, 12)}): name it with gene_key=....",
            "gene_key",
        )
    return gene, perturbation


def _error_of(by_name: dict[str, str], taken: set[str]) -> tuple[str, tuple[str, ...]]:
    free = {name: column for name, column in by_name.items() if str(column) not in taken}
    for kind, names in (("se", _ERROR), ("statistic", _STATISTIC), ("squared", _SQUARED)):
        if found := next((free[name] for name in names if name in free), None):
            return kind, (found,)
    low, high = (next((free[name] for name in names if name in free), None) for names in (_LOW, _HIGH))
    return ("interval", (low, high)) if low and high else ("", ())
