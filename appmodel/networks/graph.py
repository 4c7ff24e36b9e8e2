"""The graph form of a network: who is joined to whom, how strongly, and which genes become nodes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.linalg import svds

from .source import Source

_BLOCK = 512  # rows of similarities held in memory at once


def set_weights(memberships: sparse.csr_matrix) -> np.ndarray:
    """Weight of each set, log(20000 / size), at least 0 (n_sets,): to share a small set says more."""
    sizes = np.asarray(memberships.sum(axis=0)).ravel()
    return np.array([max(math.log(20000 / size), 0.0) if size else 0.0 for size in sizes])


def unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows divided by their Euclidean length; zero rows stay zero."""
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.diags(np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)) @ matrix


def take_rows(matrix: sparse.csr_matrix, rows: np.ndarray) -> sparse.csr_matrix:
    """``matrix[rows]`` (n, n_columns), a row -1 giving zeros."""
    present = np.flatnonzero(rows >= 0)
    chosen = sparse.csr_matrix((np.ones(len(present)), (present, rows[present])), shape=(len(rows), matrix.shape[0]))
    return (chosen @ matrix).tocsr()


def pair_matrix(source: Source) -> sparse.csr_matrix:
    """Symmetric absolute edge weights of an edge source, the larger of both directions (n_genes, n_genes)."""
    assert source.edges is not None
    ends = [source.rows(source.edges[end].tolist()) for end in ("source", "target")]
    n = len(source.genes)
    weights = sparse.csr_matrix((source.edges["weight"].abs().to_numpy(), tuple(ends)), shape=(n, n))
    return weights.maximum(weights.T).tocsr()


def weighted_memberships(source: Source) -> sparse.csr_matrix:
    """Sets of each gene of a set source, each weighted by log(20000 / its size) (n_genes, n_sets)."""
    return (source.memberships @ sparse.diags(set_weights(source.memberships))).tocsr()


def feature_rows(source: Source) -> sparse.csr_matrix:
    """What a source says of each gene, as rows of length 1: weighted memberships, or edge weights to all genes."""
    if source.kind == "sets":
        return unit_rows(weighted_memberships(source))
    return unit_rows(pair_matrix(source))


def nearest(rows: sparse.csr_matrix, others: sparse.csr_matrix, k: int, own: np.ndarray) -> sparse.csr_matrix:
    """Cosine to the k most similar of ``others`` for each of ``rows`` (n_rows, n_others); unit rows expected.

    ``own[i]`` is the position of row i among the others, never its own neighbour.  Of equally similar ones the first
    win, so the result depends on the order of the others only there.
    """
    columns, values, counts = [], [], []
    turned = others.T.tocsr()
    for start in range(0, rows.shape[0], _BLOCK):
        block = (rows[start : start + _BLOCK] @ turned).tocsr()
        for i in range(block.shape[0]):
            part = slice(block.indptr[i], block.indptr[i + 1])
            column, value = _largest(block.indices[part], block.data[part], k, own[start + i])
            columns.append(column)
            values.append(value)
            counts.append(len(column))
    if not counts:
        return sparse.csr_matrix((0, others.shape[0]))
    pointers = np.concatenate([[0], np.cumsum(counts)])
    return sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(columns), pointers), shape=(rows.shape[0], others.shape[0])
    )


def _largest(columns: np.ndarray, values: np.ndarray, k: int, own: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns and values of the k largest positive entries of a row, without column ``own``; first of equals first."""
    values = np.round(values, 12)  # equal in theory should be equal here, whatever the order of summation
    keep = (columns != own) & (values > 0)
    columns, values = columns[keep], values[keep]
    if len(values) > k:
        least = np.partition(values, -k)[-k]
        above, equal = np.flatnonzero(values > least), np.flatnonzero(values == least)
        first = equal[np.argsort(columns[equal])][: k - len(above)]
        keep = np.concatenate([above, first])
        columns, values = columns[keep], values[keep]
    order = np.argsort(columns)
    return columns[order], values[order]


def source_adjacency(source: Source, symbols: Sequence[str], n_neighbors: int) -> sparse.csr_matrix:
    """Symmetric weights between sorted current symbols (n, n), zero diagonal, from one source.

    Sets: the cosine where either gene is among the other's ``n_neighbors`` nearest of these symbols (a clique per
    set would give millions of pairs).  Edges: the largest absolute weight of the pair.
    """
    rows = source.rows(symbols)
    if source.kind == "edges":
        return take_rows(take_rows(pair_matrix(source), rows).T.tocsr(), rows)
    features = take_rows(feature_rows(source), rows)
    joined = nearest(features, features, n_neighbors, np.arange(len(symbols)))
    return joined.maximum(joined.T).tocsr()


def connections(source: Source, targets: Sequence[str], n_neighbors: int) -> tuple[np.ndarray, np.ndarray]:
    """For each gene of a source: to how many targets it is joined, and with what total weight (n_genes,) each."""
    rows = source.rows(targets)
    rows = rows[rows >= 0]
    if source.kind == "edges":
        joined = take_rows(pair_matrix(source), rows)
    else:
        features = feature_rows(source)
        joined = nearest(features[rows], features, n_neighbors, rows)
    return joined.getnnz(axis=0), np.asarray(joined.sum(axis=0)).ravel()


def best_connected(sources: Sequence[Source], targets: Sequence[str], n_neighbors: int) -> list[str]:
    """Genes joined to a target in any source: most targets first, then the largest weight, then the name."""
    tables = []
    for source in sources:
        count, weight = connections(source, targets, n_neighbors)
        tables.append(pd.DataFrame({"gene": source.genes, "count": count, "weight": np.round(weight, 9)}))
    if not tables:
        return []
    total = pd.concat(tables).groupby("gene", as_index=False).sum()
    total = total[total["count"] > 0].sort_values(["count", "weight", "gene"], ascending=[False, False, True])
    return total["gene"].tolist()


def principal_components(features: sparse.csr_matrix, k: int) -> np.ndarray:
    """Truncated singular value decomposition X = U S V': the scores U S (n, k), 0 beyond the rank of X.

    The sign of each component makes its entry of largest size positive (the first of equals).
    """
    scores = np.zeros((features.shape[0], k))
    if features.nnz == 0:
        return scores
    if min(features.shape) <= max(500, 2 * k):  # small: the exact decomposition is as quick
        left, size, _ = np.linalg.svd(features.toarray(), full_matrices=False)
    else:
        start = np.random.default_rng(0).normal(size=min(features.shape))
        left, size, _ = svds(features, k=k, v0=start)
    order = np.argsort(-size, kind="stable")[:k]
    order = order[size[order] > 1e-10 * size.max()]
    found = left[:, order] * size[order]
    largest = np.argmax(np.round(np.abs(found), 9), axis=0)
    scores[:, : len(order)] = found * np.where(found[largest, np.arange(len(order))] < 0, -1.0, 1.0)
    return scores
