"""Which column of ``obs`` holds the labels: one that names a control and genes."""

from __future__ import annotations

import csv
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from anndata import AnnData

from ...arguments import called
from ...files import readable_file
from ...names import SEPARATOR, shown
from .decisions import Choices, Reading
from .genes import Genes
from .labels import JOINS, LabelReader
from .words import NO_GENE, PLASMID, stems, unframed

NAMED = ("condition", "perturbation")
_MOST_LABELS = 20_000
_SHARE = 0.5  # of a column's labels that must be genes where only the evidence speaks for it
_FAR_MORE = 3  # times as many genes: stimuli like IFNG are genes too, but few
_OWN = "source_condition"  # what this package wrote there itself


def label_column(data: AnnData, choices: Choices, reading: Reading) -> str:
    """The column of labels, found on evidence or told.  Raises ``ReadingError`` where two or none would do."""
    if choices.condition_key is not None:
        return told_column(data, choices.condition_key, reading)
    named = [key for key in NAMED if key in data.obs]
    genes = Genes(_any_names(data))
    judged = {key: _judged(data.obs[key], genes, choices) for key in named}
    clear = _clear(judged)
    if not clear:  # any other column of texts, which takes longer
        judged |= {key: _judged(data.obs[key], genes, choices) for key in _candidates(data, named)}
        clear = _clear(judged)
    chosen = _one_of(clear, judged, data, genes, choices, reading)
    if chosen is None and named:
        chosen = next((key for key in named if judged[key][0]), named[0])
        if all(judged[key][0] for key in named) and len(named) > 1:
            raise reading.ask(
                "labels",
                f"holds a control in {' and '.join(f'obs[{key!r}]' for key in named)}, and genes in neither: say which "
                f"column holds the perturbations with condition_key=....",
                "condition_key",
            )
    if chosen is None:
        raise reading.ask(
            "labels",
            f"has no obs['condition'] and no obs['perturbation']: name the column of labels with condition_key=..., "
            f"{f'one of {shown(data.obs.columns, 12)}' if len(data.obs.columns) else 'once obs has one'}; where each "
            f"row is a condition, not a cell, say load_effects(..., rows='effects').",
            "condition_key",
        )
    control, share, n = judged[chosen]
    n_labels = data.obs[chosen].nunique()
    reading.decide(
        "labels",
        f"obs[{chosen!r}]",
        f"{n_labels} labels, {'a' if control else 'no'} control among them, {n} of the others ({share:.0%}) name genes",
        "condition_key",
    )
    return chosen


def told_column(data: AnnData, key: str, reading: Reading) -> str:
    """The column of labels that the caller named.  Raises ``ReadingError`` where there is none of that name."""
    reading.require_column(key, data.obs.columns, "labels", "condition_key", of="obs")
    reading.decide("labels", f"obs[{key!r}]", "told", "condition_key")
    return key


def is_text(column: pd.Series) -> bool:
    """Whether a column holds texts, as labels and groups do."""
    return column.dtype == object or isinstance(column.dtype, pd.CategoricalDtype | pd.StringDtype)


def texts(column: pd.Series) -> pd.Series:
    """A column as texts; bytes are decoded, whole floats lose their point, missing ones become ``nan``."""
    if isinstance(column.dtype, pd.CategoricalDtype):  # a million cells have few labels
        names = np.array([*map(_text, column.cat.categories), "nan"], dtype=object)
        return pd.Series(names[column.cat.codes], index=column.index, name=column.name)
    values = column.astype(object).where(column.notna(), "nan")
    return values.map(_text)


def joined_texts(table: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """The groups that one or several columns make, as texts such as ``A549 / lane 2``."""
    first, *others = (texts(table[key]) for key in keys)
    for other in others:
        first = first + " / " + other
    return first


def with_labels(data: AnnData, labels: object, reading: Reading) -> AnnData:
    """``data`` with labels from outside in ``obs["condition"]``: a mapping, a Series or the path of a table."""
    if isinstance(labels, str | os.PathLike):
        labels = _table_of_labels(Path(labels), reading)
    series = pd.Series(labels) if isinstance(labels, Mapping) else labels
    if not isinstance(series, pd.Series):
        raise ValueError(
            f"labels is {called(labels)}: give a mapping of cell to label, a Series, or the path of a CSV table."
        )
    series.index = series.index.astype(str)
    found = data.obs_names.isin(series.index)
    if not found.any():
        raise reading.ask(
            "labels",
            f"shares no cell name with labels=... (the file: {shown(data.obs_names, 2)}; the labels: "
            f"{shown(series.index, 2)}): write the same barcodes.",
            "labels",
        )
    data = data.copy()
    data.obs["condition"] = series[~series.index.duplicated()].reindex(data.obs_names).to_numpy()
    return data


def _clear(judged: Mapping[str, tuple[bool, float, int]]) -> list[str]:
    """The columns that name a control and, for the rest, mostly genes."""
    return [key for key, (control, share, _) in judged.items() if control and share >= _SHARE]


def _candidates(data: AnnData, named: Sequence[str]) -> list[str]:
    """Columns of texts besides the named ones, with more than one value and fewer than cells."""
    found = []
    for key in data.obs.columns:
        column = data.obs[key]
        few = min(_MOST_LABELS, max(2, data.n_obs - 1))
        if key not in (*named, _OWN) and is_text(column) and 1 < column.nunique() <= few:
            found.append(key)
    return found


def _judged(column: pd.Series, genes: Genes, choices: Choices) -> tuple[bool, float, int]:
    """Whether a column names a control, the share of its other labels that are genes, and how many of them are."""
    labels = [label.strip() for label in texts(column.dropna()).unique()]
    reader = LabelReader(genes, choices.controls)
    control, others, found = False, 0, 0
    for label in map(unframed, labels):
        words = [word.strip() for word in _words(label)]
        control |= any(reader.is_control(word) for word in [label, *words])
        rest = [word for word in words if word and not reader.is_control(word) and word.lower() not in NO_GENE]
        if rest and not reader.is_control(label):
            others += 1
            found += any(genes.of_guide(word) is not None for word in [label, PLASMID.sub("", label), *rest])
    return control, found / max(others, 1), found


def _one_of(
    clear: list[str],
    judged: dict[str, tuple[bool, float, int]],
    data: AnnData,
    genes: Genes,
    choices: Choices,
    reading: Reading,
) -> str | None:
    """Of columns with a control and genes the one with by far the most genes, or the first where all say the same."""
    if len(clear) < 2:
        return clear[0] if clear else None
    said = {key: _conditions(data.obs[key], genes, choices) for key in clear}
    if all(conditions is not None and conditions.equals(said[clear[0]]) for conditions in said.values()):
        return clear[0]
    most = sorted(clear, key=lambda key: -judged[key][2])
    if judged[most[0]][2] >= _FAR_MORE * judged[most[1]][2]:
        return most[0]
    raise reading.ask(
        "labels",
        f"holds a control and genes in {' and '.join(f'obs[{key!r}]' for key in clear)}, and they differ: say which "
        f"column holds the perturbations with condition_key=....",
        "condition_key",
    )


def _conditions(column: pd.Series, genes: Genes, choices: Choices) -> pd.Series | None:
    labels = texts(column)
    try:
        read = LabelReader(genes, choices.controls, choices.separator).read(labels.unique())
    except ValueError:
        return None
    return labels.map(read).reset_index(drop=True)


def _any_names(data: AnnData) -> Collection[str]:
    """Every name that the file has for its genes, in whatever column."""
    names = set(map(str, data.var_names))
    for key in data.var.columns:
        column = data.var[key]
        if is_text(column):
            names.update(map(str, column.dropna().unique()))
    return names


def _words(label: str) -> list[str]:
    words = [label]
    for join in (SEPARATOR, *JOINS, "_"):
        words = [part for word in words for part in word.split(join)]
    return words


def tokens(labels: Collection[str]) -> set[str]:
    """Every word of the labels, the labels and guides without their tags: what names of genes are compared with."""
    words = {word.strip() for label in labels for word in (label, *_words(label)) if word.strip()}
    return words | {stem for label in labels for stem in stems(label.strip())[1:] if len(label) < 60}


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table_of_labels(path: Path, reading: Reading) -> pd.Series:
    needed = "give labels=... a table of two columns, the cell's name and its label"
    try:
        table = pd.read_csv(readable_file(path, needed), sep=None, engine="python", dtype=str)
    except (ValueError, csv.Error) as error:  # pandas' own errors are ValueErrors
        raise reading.ask("labels", f": {path} is no table: {needed}.", "labels") from error
    if table.shape[1] < 2:
        raise reading.ask("labels", f": {path} has one column: {needed}.", "labels")
    return pd.Series(table.iloc[:, 1].to_numpy(), index=table.iloc[:, 0].to_numpy())
