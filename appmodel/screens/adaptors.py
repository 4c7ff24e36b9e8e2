"""From the spellings of published screens to ``obs["condition"]`` in standard form.

scPerturb files say ``perturbation`` = ``KLF1_CEBPE`` or, by guide, ``SPI1_pDS255``; GEARS files say
``condition`` = ``KLF1+ctrl``; ours say ``KLF1`` and ``CEBPE+KLF1``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable
from typing import Literal

import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

from ..names import CONTROL, SEPARATOR, shown, standard_name
from ..record import record_change

CONTROL_LABELS = frozenset({"control", "ctrl", "non-targeting"})
NO_GENE = frozenset({"*", "nan", "none", "na", "<na>", "unassigned", "ambiguous"})
_GUIDE = re.compile(r"_p[A-Z]{2}\d+$")  # the guide's plasmid: SPI1_pDS255, 62(mod)_pBA581
_UNTARGETED = "(mod)"  # Adamson's control guides: 62(mod), 63(mod), Gal4-4(mod)
_MOST_PARTS = 8

Underscore = Literal["joins genes", "joins known genes", "belongs to the name"]


def standard_cells(cells: AnnData, condition_key: str | None = None, control: str | None = None) -> AnnData:
    """Cells (n_cells, n_genes) with ``obs["condition"]`` in standard form; ``cells`` itself may be changed.

    ``condition_key`` names the column of labels (default: ``condition``, else ``perturbation``), ``control``
    a label to be read as control besides the usual ones.  Cells whose label names no gene are dropped; drops,
    renames and merged labels are recorded, and the labels of the source stay in ``obs["source_condition"]``.
    Raises ``ValueError`` where no column or no control is found, or where a label is ambiguous.
    """
    name = cells.uns.get("dataset", "the screen")
    key = _label_column(cells, condition_key, name)
    labels = cells.obs[key].astype(object).where(cells.obs[key].notna(), "nan").astype(str)
    if control is not None and control not in set(labels):
        raise ValueError(
            f"No cell of {name} has obs[{key!r}] == {control!r} (there: "
            f"{shown(_frequent(labels))}): give the label of the control cells as control=..."
        )
    underscore: Underscore = {"condition": "belongs to the name", "perturbation": "joins genes"}.get(
        key, "joins known genes"
    )
    try:
        standard = standard_labels(labels.unique(), cells.var_names, control, underscore)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    if CONTROL not in standard.values():
        raise ValueError(
            f"{name} has no control condition (obs[{key!r}] holds {shown(_frequent(labels))}): "
            f"name the label of the control cells with control=..."
        )
    used = labels.map(standard).notna().to_numpy()
    cells = cells if used.all() else cells[used].copy()
    kept = labels[used]
    conditions = kept.map(standard)
    if (conditions != kept).any():
        cells.obs["source_condition"] = pd.Categorical(kept)
    cells.obs["condition"] = pd.Categorical(conditions)
    _record(cells, labels, standard)
    if sp.issparse(cells.X) and cells.X.format != "csr":
        cells.X = cells.X.tocsr()  # later steps walk over cells
    return cells


def standard_labels(
    labels: Iterable[str],
    genes: Iterable[str] = (),
    control: str | None = None,
    underscore: Underscore = "joins known genes",
) -> dict[str, str | None]:
    """Each label with its condition in standard form; None where it names no gene (``*``, empty, NaN).

    ``genes`` are names known besides the labels themselves: they say where ``A_B`` is two genes.  Raises
    ``ValueError`` for a label that can be read in two ways, names a gene twice or holds an empty name.
    """
    labels = [str(label) for label in labels]
    known = {part for label in labels for part in label.split(SEPARATOR) if "_" not in part} | set(genes)
    return {label: CONTROL if label == control else _standard(label, known, underscore) for label in labels}


def _standard(label: str, known: Collection[str], underscore: Underscore) -> str | None:
    if not label.strip():
        return None
    parts = [_GUIDE.sub("", part.strip()) for part in label.split(SEPARATOR)]
    if len(parts) == 1 and underscore != "belongs to the name":
        parts = _split_at_underscores(parts[0], known, every=underscore == "joins genes")
    parts = [part for part in parts if not _is_control(part)]
    if any(part.lower() in NO_GENE for part in parts):
        return None
    return standard_name(SEPARATOR.join(parts)) if parts else CONTROL


def _split_at_underscores(label: str, known: Collection[str], every: bool) -> list[str]:
    """The genes of ``KLF1_CEBPE``: the one way to cut it into the fewest known names, else its two halves."""
    words = label.split("_")
    if len(words) == 1 or label in known or label.lower() in CONTROL_LABELS:
        return [label]
    cuts = _cuts(words) if len(words) <= _MOST_PARTS else []
    ways = [way for way in cuts if all(part in known for part in way)]
    fewest = min(map(len, ways), default=0)
    ways = [way for way in ways if len(way) == fewest]
    if len(ways) == 1:
        return ways[0]
    if not ways and (len(words) == 2 or not every):
        return words if every else [label]
    raise ValueError(
        f"Label {label!r} can be cut into genes in more than one way: write it with '+' between "
        f"the genes, or name another column with condition_key=..."
    )


def _cuts(words: list[str]) -> Iterable[list[str]]:
    """Every way to cut a list of words, kept in order, into two or more names."""
    for cut in itertools.product((False, True), repeat=len(words) - 1):
        if any(cut):
            parts = [words[0]]
            for word, new in zip(words[1:], cut, strict=True):
                parts[-1:] = [parts[-1], word] if new else [f"{parts[-1]}_{word}"]
            yield parts


def _label_column(cells: AnnData, condition_key: str | None, name: str) -> str:
    if condition_key is not None:
        if condition_key not in cells.obs:
            raise ValueError(
                f"{name} has no column obs[{condition_key!r}]: choose one of {shown(cells.obs.columns, 12)}."
            )
        return condition_key
    found = [key for key in ("condition", "perturbation") if key in cells.obs]
    if not found:
        raise ValueError(
            f"{name} has no obs['condition'] and no obs['perturbation']: name the column of "
            f"labels with condition_key=..., one of {shown(cells.obs.columns, 12)}."
        )
    # scPerturb files of drug-treated cells hold both; the column of guides is the one with a control
    holding = [key for key in found if _names_control(cells.obs[key].dropna().astype(str).unique())]
    return (holding or found)[0]


def _names_control(labels: Iterable[str]) -> bool:
    return any(_is_control(_GUIDE.sub("", part)) for label in labels for part in label.split(SEPARATOR))


def _is_control(part: str) -> bool:
    return part.lower() in CONTROL_LABELS or part.endswith(_UNTARGETED)


def _frequent(labels: pd.Series) -> list[str]:
    return list(labels.value_counts().index)


def _record(cells: AnnData, labels: pd.Series, standard: dict[str, str | None]) -> None:
    """Put what was dropped, renamed and merged on the record, with the number of cells it concerns."""
    cells_of = labels.value_counts()
    dropped = [label for label, name in standard.items() if name is None]
    record_change(cells, "conditions dropped", dropped, f"{cells_of[dropped].sum()} cells whose label names no gene")
    record_renames(cells, standard, lambda some: f", {cells_of[some].sum()} cells")
    sources = pd.Series(standard).dropna()
    merged = sorted(name for name, count in sources.value_counts().items() if count > 1)
    lines = [f"{name} from {shown(sources.index[sources == name], 3)}" for name in merged]
    record_change(cells, "conditions merged", lines, "several labels of the source name the same condition")


def record_renames(data: AnnData, standard: dict[str, str | None], concerns=lambda some: "") -> None:
    """Record renames in two lines: pairs whose genes were sorted, and labels spelled another way."""
    changed = [label for label, name in standard.items() if name is not None and name != label]
    pairs = [label for label in changed if SEPARATOR.join(sorted(label.split(SEPARATOR))) == standard[label]]
    others = [label for label in changed if label not in set(pairs)]
    for some, reason in ((pairs, "genes of a pair sorted"), (others, "label of the source spelled out")):
        record_change(
            data,
            "conditions renamed",
            [f"{label} -> {standard[label]}" for label in some],
            reason + (concerns(some) if some else ""),
        )
