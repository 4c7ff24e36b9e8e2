"""``load_effects``: long tables of log fold changes that lack a role, a row or a number."""

import pandas as pd
import pytest

from appmodel import ReadingError, load_effects

FAULTS = {
    "load_effects: a damaged table": (
        load_effects,
        lambda door, at: door(at.file("my.parquet", b"PAR1")),
        ValueError,
        "FOLDER/my.parquet cannot be read as a table (CSV, TSV or Parquet): copy or write it again.",
    ),
    "load_effects: rows of unequal length": (
        load_effects,
        lambda door, at: door(at.file("my.csv", "perturbation,gene,logFC\nATF4,JUNB,1,2,3\n")),
        ReadingError,
        "Row 1 of FOLDER/my.csv has more fields than the header, which has 3: mend the row.",
    ),
    "load_effects: a table without a fold": (
        load_effects,
        lambda door, at: door(at.table(log2FoldChange=None)),
        ReadingError,
        "the table is a table without a column of log fold changes, so it is no long table of effects; for cells "
        "give an .h5ad file or an AnnData with obs['condition'].",
    ),
    "load_effects: folds that were not logged": (
        load_effects,
        lambda door, at: door(at.table(log2FoldChange=None, foldchange=2.0)),
        ReadingError,
        "the table has no column of log fold changes (its columns: 'perturbation', 'gene', 'foldchange'): call "
        "it log2FoldChange, logFC or log_fc.",
    ),
    "load_effects: folds that are no numbers": (
        load_effects,
        lambda door, at: door(at.table(log2FoldChange="high")),
        ReadingError,
        "the table holds no number in column 'log2FoldChange': write the log fold changes there.",
    ),
    "load_effects: a table without a perturbation": (
        load_effects,
        lambda door, at: door(at.table(perturbation=None)),
        ReadingError,
        "the table has no column of perturbations (its columns: 'gene', 'log2FoldChange'): name it with "
        "condition_key=... (a table of one comparison needs a column that says which).",
    ),
    "load_effects: a table without a gene": (
        load_effects,
        lambda door, at: door(at.table(gene=None)),
        ReadingError,
        "the table has no column of genes (its columns: 'perturbation', 'log2FoldChange'): name it with gene_key=....",
    ),
    "load_effects: a table of a header": (
        load_effects,
        lambda door, at: door(at.table()[:0]),
        ReadingError,
        "the table has a header and no row: give one row per perturbation and gene.",
    ),
    "load_effects: a column twice": (
        load_effects,
        lambda door, at: door(pd.concat([at.table(), at.table()[["gene"]]], axis=1)),
        ReadingError,
        "the table has several columns called 'gene': give each a name of its own.",
    ),
    "load_effects: one column for two roles": (
        load_effects,
        lambda door, at: door(at.table(), gene_key="gene", condition_key="gene"),
        ReadingError,
        "the table has one column 'gene' for perturbations and genes: name two columns.",
    ),
    "load_effects: pairs twice": (
        load_effects,
        lambda door, at: door(pd.concat([at.table(), at.table()])),
        ReadingError,
        "the table lists 'ATF4' and 'JUNB' more than once (6 rows repeat a pair): keep one row of each.",
    ),
    "load_effects: pairs once for each day": (
        load_effects,
        lambda door, at: door(pd.concat([at.table(day="1"), at.table(day="2")])),
        ReadingError,
        "the table lists 'ATF4' and 'JUNB' more than once (6 rows repeat a pair): within='day' takes the mean "
        "over 'day', only={'day': '1'} takes one of them.",
    ),
    "load_effects: significant genes only": (
        load_effects,
        lambda door, at: door(at.table().iloc[[0, 4, 5]]),
        ReadingError,
        "the table lists only 50% of the 2 x 3 pairs of perturbation and gene, and 0 genes for all "
        "perturbations: a table of significant genes says nothing of the others; give the complete result of the "
        "test.",
    ),
    "load_effects: names of nothing": (
        load_effects,
        lambda door, at: door(at.table(gene="none")),
        ReadingError,
        "the table has no row that names a perturbation and a gene: write their names.",
    ),
    "load_effects: a day that is not there": (
        load_effects,
        lambda door, at: door(at.table(day="1"), only={"day": "7"}),
        ReadingError,
        "the table has no '7' in 'day': choose from '1'.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
