"""Which genes respond to a perturbation: the truth of the simulated screen, and what was measured in Adamson 2016."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from ...files import data_dir
from ...names import genes_of
from ...networks import current_symbols

SIGNIFICANT = "tables/adamson16_significant_effects.parquet"
# Names of the screen's year that the table of aliases leaves out as ambiguous, or resolves to another gene than the
# catalogue: each is the one perturbation left over on both sides, and SARS1, MARS1 and QARS1 fall in it.
_IN_CATALOGUE = {"SARS": "SARS1", "MARS": "MARS1", "QARS": "EPRS1"}


def direct_targets(cells: AnnData, conditions: Iterable[str]) -> dict[str, set[str]]:
    """Genes that the perturbed genes of each condition regulate directly (``uns["true_network"]``).

    The perturbed genes themselves are no targets of their own condition.
    """
    targets = cells.uns["true_network"].groupby("source")["target"].agg(set).to_dict()
    return {
        name: set().union(*(targets.get(gene, set()) for gene in genes_of(name))) - set(genes_of(name))
        for name in conditions
    }


def strongest_genes(sizes: pd.DataFrame, share: float = 0.05) -> dict[str, set[str]]:
    """The ``share`` of genes with the largest effect in each row of ``sizes`` (n_conditions, n_genes), |log1p| units.

    The perturbed genes are left out; genes tied with the last one are included, genes without effect are not.
    """
    wanted, found = max(1, round(share * sizes.shape[1])), {}
    for name, row in sizes.iterrows():
        row = row.drop(list(genes_of(name)), errors="ignore")
        least = np.sort(row.to_numpy())[-min(wanted, len(row))]
        found[name] = set(row.index[(row >= least) & (row > 0)])
    return found


def significant_genes(conditions: Iterable[str], genes: Sequence[str]) -> tuple[dict[str, set[str]], list[str]]:
    """Genes with a measured significant effect in Adamson 2016, of those in ``genes``, and which ``genes`` are listed.

    The table lists pairs of perturbation and gene with adjusted p < 0.05 and |log2 fold change| > 1; a pair that is
    not there was not significant.  A gene that is never listed may not have been measured at all, so that only the
    second result, the ``genes`` listed for any perturbation, can be ranked.  Both sides are matched by current
    symbols and come back as ``genes`` spells them; a condition the table does not know is absent.
    Source: EMBL-EBI Perturbation Catalogue (licence Apache-2.0), from Adamson et al., Cell 2016, in ``data_dir()``.
    Raises ``FileNotFoundError`` where it is absent, ``ValueError`` where its columns are others.
    """
    folder = data_dir()
    if folder is None or not (folder / SIGNIFICANT).is_file():
        raise FileNotFoundError(
            f"The table of significant effects is not part of the project: set APPMODEL_DATA to a folder that holds "
            f"{SIGNIFICANT}."
        )
    table = pd.read_parquet(folder / SIGNIFICANT, columns=["perturbation", "gene"])
    by_perturbation = table.groupby("perturbation")["gene"].agg(lambda listed: set(current_symbols(listed)))
    listed = set().union(*by_perturbation)
    symbols = dict(zip(genes, current_symbols(genes), strict=True))
    universe = [gene for gene in genes if symbols[gene] in listed]
    found = {}
    for name in conditions:
        known = _IN_CATALOGUE.get(name, current_symbols([name])[0])
        if known in by_perturbation:
            found[name] = {gene for gene in universe if symbols[gene] in by_perturbation[known]} - {name}
    return found, universe
