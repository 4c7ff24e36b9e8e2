"""From the spellings of published screens to ``obs["condition"]`` in standard form.

scPerturb files say ``perturbation`` = ``KLF1_CEBPE`` or, by guide, ``SPI1_pDS255``; GEARS files say
``condition`` = ``KLF1+ctrl``; ours say ``KLF1`` and ``CEBPE+KLF1``.  How is the business of ``reading``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anndata import AnnData

from .reading.cells import standard_labels_of
from .reading.decisions import Choices, Reading
from .reading.genes import Genes
from .reading.labels import LabelReader, Underscore


def standard_cells(
    cells: AnnData, condition_key: str | None = None, control: str | Sequence[str] | None = None, **told
) -> AnnData:
    """Cells (n_cells, n_genes) with ``obs["condition"]`` in standard form; ``cells`` itself may be changed.

    ``condition_key`` names the column of labels (default: the one with a control and genes), ``control`` labels to
    be read as control besides the usual ones, ``told`` further choices (see ``Choices``).  Cells whose label names
    no gene are dropped; drops, renames and merged labels are recorded, and the labels of the source stay in
    ``obs["source_condition"]``.
    Raises ``ValueError`` where no column or no control is found, or where a label is ambiguous.
    """
    choices = Choices(condition_key=condition_key, control=control, **told)
    return standard_labels_of(cells, choices, Reading(cells.uns.get("dataset", "the screen")))


def standard_labels(
    labels: Iterable[str],
    genes: Iterable[str] = (),
    control: str | Sequence[str] | None = None,
    underscore: Underscore = "joins known genes",
) -> dict[str, str | None]:
    """Each label with its condition in standard form; None where it names no gene (``*``, empty, NaN).

    ``genes`` are names known besides the labels themselves (no network is asked): they say where ``A_B`` is two
    genes.  Raises ``ValueError`` for a label that can be read in two ways, names a gene twice or holds an empty name.
    """
    return LabelReader(Genes(genes, known=()), Choices(control=control).controls, None, underscore).read(labels)
