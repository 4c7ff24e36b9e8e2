"""Long tables of a differential-expression run (perturbation, gene, log fold change, error) as effects."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from anndata import AnnData
from scipy.stats import norm

from ...names import shown
from ...record import record_change
from .columns import texts
from .decisions import Choices, Reading, ReadingError
from .long_groups import kept_groups, told_apart, told_groups
from .table_columns import Roles, roles_of
from .words import NO_GENE

_COMPLETE = 0.5  # share of the genes that must be there for every perturbation


def read_table(path: Path, reading: Reading) -> pd.DataFrame:
    """A CSV, TSV or Parquet file.  Raises ``ValueError`` where it cannot be read as a table."""
    try:
        table = pd.read_parquet(path) if path.name.lower().endswith(".parquet") else _read_text(path)
    except ReadingError:
        raise
    except Exception as error:  # pyarrow and pandas raise half a dozen kinds for a damaged file
        raise ValueError(f"{path} cannot be read as a table (CSV, TSV or Parquet): copy or write it again.") from error
    reading.decide("form", "table", f"{len(table)} rows, columns {shown(table.columns, 12)}")
    return table


def _read_text(path: Path) -> pd.DataFrame:
    """A CSV or TSV; names of rows without a header, as R writes them, are left out."""
    table = pd.read_csv(path, sep="\t" if ".tsv" in path.name.lower() else None, engine="python")
    if isinstance(table.index, pd.RangeIndex):
        return table
    if table.index.nlevels == 1 and table.index.is_unique and not table.iloc[:, -1].isna().all():
        return table.reset_index(drop=True)
    # Rows with more fields than the header: taken for names of rows they would shift every column.
    header, rows = list(table.columns), table.reset_index()
    beyond = rows.iloc[:, len(header) :]
    if beyond.notna().any(axis=None):
        row = int(np.flatnonzero(beyond.notna().any(axis=1))[0]) + 1
        raise ReadingError(
            f"Row {row} of {path} has more fields than the header, which has {len(header)}: mend the row."
        )
    return rows.iloc[:, : len(header)].set_axis(header, axis=1)


def effects_of_table(table: pd.DataFrame, choices: Choices, reading: Reading) -> AnnData:
    """Effects (n_perturbations, n_genes) of a long table, natural log fold changes, as the source names them.

    ``layers["sampling_var"]`` and ``obs["sampling_var"]`` (its sum) where the table has a standard error or a
    statistic.  Genes that are missing for a perturbation are left out and counted.  Raises ``ReadingError`` where a
    pair of perturbation and gene occurs twice, a role has no column, or most pairs are missing.
    """
    roles = roles_of(table, choices, reading)
    reading.decide("row", "effects", f"one fold change per row, column {roles.fold!r}", "rows")
    reading.decide("labels", f"column {roles.perturbation!r}", "its name and its texts", "condition_key")
    reading.decide("gene", f"column {roles.gene!r}", "its name and its texts", "gene_key")
    groups = kept_groups(table, choices, reading)
    factor = _factor(roles, choices, reading)
    frame = pd.DataFrame(
        {
            "perturbation": texts(groups[roles.perturbation]).to_numpy(),
            "gene": texts(groups[roles.gene]).to_numpy(),
            "value": pd.to_numeric(groups[roles.fold], errors="coerce").to_numpy(np.float64) * factor,
            "group": told_groups(groups, roles, choices, reading),
        }
    )
    frame["error"] = _errors(groups, roles, frame["value"].to_numpy(), factor, reading)
    if not np.isfinite(frame["value"]).any():
        raise reading.ask("values", f"holds no number in column {roles.fold!r}: write the log fold changes there.")
    named = {key: ~frame[key].str.strip().str.lower().isin(NO_GENE - {"na"}) for key in ("perturbation", "gene")}
    kept = named["perturbation"] & named["gene"]
    if not kept.any():
        raise reading.ask("labels", "has no row that names a perturbation and a gene: write their names.")
    named_rows = frame[kept]
    named_rows = named_rows.assign(group=told_apart(named_rows, groups[kept.to_numpy()], roles, reading))
    effects = _pivoted(named_rows, reading)
    for rows, reason in (
        (~named["perturbation"], "no name of a perturbation"),
        (named["perturbation"] & ~named["gene"], "no name of a gene"),
        (kept & ~np.isfinite(frame["value"]), "no finite fold change"),
    ):
        record_change(effects, "rows dropped", _numbers(rows), reason)
    return effects


def _numbers(rows: pd.Series) -> list[str]:
    """The numbers of the rows that are true, counted from 1."""
    return [str(number) for number in np.flatnonzero(rows.to_numpy()) + 1]


def _factor(roles: Roles, choices: Choices, reading: Reading) -> float:
    """What turns the fold changes into natural logarithms."""
    if choices.values not in ("auto", "log", "log1p", "log2", "log10"):
        raise reading.ask(
            "values", f": values={choices.values!r} says nothing of effects: say 'log2' or 'log10'.", "values"
        )
    base = {"log2": 2, "log10": 10, "log": 0, "log1p": 0}.get(choices.values, roles.base)
    told = choices.values != "auto"
    said = "natural log" if not base else f"log{base}, now natural log"
    reading.decide(
        "values",
        said,
        "told" if told else f"what a column called {roles.fold!r} holds; values='log' if natural",
        "values",
    )
    return float(np.log(base)) if base else 1.0


def _errors(table: pd.DataFrame, roles: Roles, values: np.ndarray, factor: float, reading: Reading) -> np.ndarray:
    """Standard error of each fold change, natural log; NaN where the table has none."""
    if not roles.error:
        reading.decide("sampling variance", "unknown", "no column of a standard error or of a statistic")
        return np.full(len(table), np.nan)
    columns = [pd.to_numeric(table[column], errors="coerce").to_numpy(np.float64) for column in roles.error_columns]
    with np.errstate(divide="ignore", invalid="ignore"):
        if roles.error == "se":
            errors = columns[0] * factor
        elif roles.error == "interval":
            errors = np.abs(columns[1] - columns[0]) / (2 * norm.ppf(0.975)) * factor
        else:
            statistic = np.sqrt(columns[0]) if roles.error == "squared" else columns[0]
            errors = np.abs(values / statistic)
            errors[values == 0] = np.nan
    how = {
        "se": "the standard error",
        "interval": "width of the 95 % interval",
        "statistic": "fold change divided by the statistic",
        "squared": "fold change divided by the root of the statistic",
    }[roles.error]
    reading.decide("sampling variance", f"square of {how}", f"column {' and '.join(map(repr, roles.error_columns))}")
    return np.where(np.isfinite(errors), errors, np.nan)


def _pivoted(frame: pd.DataFrame, reading: Reading) -> AnnData:
    """Means over groups (n_perturbations, n_genes); only genes with a value everywhere."""
    perturbations, genes = (list(dict.fromkeys(frame[key])) for key in ("perturbation", "gene"))
    rows = pd.Index(perturbations).get_indexer(frame["perturbation"])
    columns = pd.Index(genes).get_indexer(frame["gene"])
    value, error = frame["value"].to_numpy(), frame["error"].to_numpy()
    good = np.isfinite(value)
    shape = (len(perturbations), len(genes))
    n, X, squares, known = (np.zeros(shape) for _ in range(4))
    np.add.at(n, (rows[good], columns[good]), 1)
    np.add.at(X, (rows[good], columns[good]), value[good])
    seen = good & np.isfinite(error)
    np.add.at(squares, (rows[seen], columns[seen]), error[seen] ** 2)
    np.add.at(known, (rows[seen], columns[seen]), 1)
    everywhere = np.all(n > 0, axis=0)
    if everywhere.mean() < _COMPLETE:
        raise reading.ask(
            "values",
            f"lists only {(n > 0).mean():.0%} of the {shape[0]} x {shape[1]} pairs of perturbation and gene, and "
            f"{int(everywhere.sum())} genes for all perturbations: a table of significant genes says nothing of the "
            f"others; give the complete result of the test.",
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        effects = AnnData(
            (X / n)[:, everywhere],
            obs=pd.DataFrame(index=pd.Index(perturbations, dtype=object)),
            var=pd.DataFrame(
                index=pd.Index([g for g, kept in zip(genes, everywhere, strict=True) if kept], dtype=object)
            ),
            uns={"dataset": reading.source},
        )
        variance = np.where(known == n, squares / n**2, np.nan)[:, everywhere]
    if np.isfinite(variance).any():
        effects.layers["sampling_var"] = variance
        if np.isfinite(variance).all():
            effects.obs["sampling_var"] = variance.sum(axis=1)
        else:
            reading.decide(
                "sampling variance", f"unknown for {np.isnan(variance).sum()} values", "error missing or no change"
            )
    record_change(
        effects,
        "genes left out",
        [gene for gene, kept in zip(genes, everywhere, strict=True) if not kept],
        "no fold change for at least one perturbation",
    )
    return effects
