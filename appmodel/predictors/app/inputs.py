"""What APP is given of genes: the nodes and edges of its graph, and a feature vector for each node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import torch
from anndata import AnnData
from scipy import sparse
from torch import Tensor

from ...effects import screen_targets
from ...names import genes_of, shown
from ...networks import Network

Features = Literal[
    "auto",
    "identity",
    "random",
    "expression",
    "network",
    "network+identity",
    "similarity",
    "similarity+identity",
]
FEATURES = get_args(Features)
_ROUNDING = 1e-12  # components that hold a smaller share of the first one's variance are zero


def graph_of(effects: AnnData, network: Network | None, n_nodes: int, n_neighbors: int) -> tuple[list[str], Tensor]:
    """Genes of the graph and its ``edge_index`` (2, n_edges): targets, readouts and their best-connected neighbours.

    Targets are all in.  Where the readouts do not fit into ``n_nodes`` with them, only those among the best-connected
    neighbours are.  Without a network there is no choice: targets and readouts are isolated nodes.
    """
    targets, readouts = screen_targets(effects), _readout_genes(effects)
    if network is None:
        return sorted({*targets, *readouts}), torch.empty((2, 0), dtype=torch.long)
    fits = len({*targets, *readouts}) <= n_nodes
    genes = network.nodes(targets, readouts if fits else (), limit=n_nodes)
    return genes, network.to_pyg(genes, n_neighbors).edge_index


def genes_of_screen(effects: AnnData) -> list[str]:
    """Targets and readouts that are genes, each once: all that a graph may be asked for."""
    return list(dict.fromkeys([*screen_targets(effects), *_readout_genes(effects)]))


def _readout_genes(effects: AnnData) -> list[str]:
    # Readouts that are axes of a compact screen are no genes: they get no node.
    return list(effects.var_names) if "control_mean" in effects.var else []


def input_features(kind: str, genes: Sequence[str], effects: AnnData, network: Network | None, n: int) -> Tensor | None:
    """Features x_i (n_genes, n_in) with a root mean square of one; None for ``identity`` and ``random``.

    ``network``: n coordinates of the network's embedding, zero for genes that it does not know.  ``similarity``: as
    many coordinates as it takes to keep the similarity of every two genes of the graph (``similarity_coordinates``).
    ``expression``: mean of the control cells, and whether there is one.  Rows of length one would leave the first
    layer, and all that follows, near zero.  Raises ``ValueError`` where network or expression are missing.
    """
    if kind in ("identity", "random"):  # drawn with the weights
        return None
    if kind.startswith(("network", "similarity")):
        if network is None:
            raise ValueError(f"features={kind!r} needs a network: pass load_network(...) to fit.")
        by_similarity = kind.startswith("similarity")
        rows = similarity_coordinates(network, genes) if by_similarity else np.nan_to_num(network.embedding(genes, n))
    elif "control_mean" not in effects.var:
        raise ValueError(
            "features='expression' needs var['control_mean'], which axes do not have: "
            "use features='identity' or 'network'."
        )
    else:
        expression = effects.var["control_mean"].reindex(genes)
        # A gene that is no readout has no measured expression: a second column tells it from a silent gene.
        rows = np.stack([expression.fillna(0.0), expression.notna()], axis=1)
    size = np.sqrt(np.square(rows, dtype=float).mean()) or 1.0
    return torch.tensor(np.ascontiguousarray(rows / size, dtype=np.float32))


def similarity_coordinates(network: Network, genes: Sequence[str]) -> np.ndarray:
    """Unit rows (n_genes, at most n_genes - 1): kernel principal components of ``Network.similarity``, all of them.

    Nothing of the similarity is cut off, so that a linear map of the rows can learn what a kernel method could.  Where
    no two genes are similar, nor any to itself, the rows are one column of zeros.
    """
    features = _features_of_all(network, genes)
    if not features.nnz:
        return np.zeros((len(genes), 1))
    from sklearn.decomposition import PCA, KernelPCA  # its import draws from the random numbers of python

    if features.shape[1] < len(genes):  # the same components, from the smaller side
        found = PCA(svd_solver="full").fit(dense := features.toarray())
        rows = found.transform(dense)[:, found.explained_variance_ > _ROUNDING * found.explained_variance_[0]]
    else:
        components = KernelPCA(kernel="precomputed", eigen_solver="dense", remove_zero_eig=True)
        rows = components.fit_transform(network.similarity(genes, genes))
    size = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(size > 0, size, 1.0)


def _features_of_all(network: Network, genes: Sequence[str]) -> sparse.csr_matrix:
    """Rows (n_genes, n_features) whose products are ``Network.similarity``; columns that are zero are left out."""
    parts = [network.features(name, genes) for name in network.sources]
    if not parts:
        return sparse.csr_matrix((len(genes), 0))
    whole = sparse.hstack(parts, format="csc") / np.sqrt(len(parts))
    return whole[:, np.diff(whole.indptr) > 0].tocsr()


def perturbed_rows(names: Sequence[str], genes: Sequence[str]) -> Tensor:
    """Rows (n_conditions, n_genes) with 1/|P| at the perturbed genes.

    Raises ``ValueError`` for a gene that is none of ``genes``.
    """
    position = {gene: i for i, gene in enumerate(genes)}
    unknown = sorted({gene for name in names for gene in genes_of(name)} - set(position))
    if unknown:
        raise ValueError(
            f"Gene {shown(unknown)} is not among the {len(position)} genes of the model's graph: "
            f"check the spelling, or fit with the gene in effects.uns['targets']."
        )
    rows = torch.zeros((len(names), len(position)))
    for i, name in enumerate(names):
        perturbed = genes_of(name)
        rows[i, [position[gene] for gene in perturbed]] = 1 / len(perturbed)
    return rows
