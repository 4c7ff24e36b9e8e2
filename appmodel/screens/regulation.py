"""The regulatory network behind the simulated screen, and what its genes express in a perturbed cell.

Regulators form modules (pathways): those of a module share targets and regulate each other.  With ``x`` the
log fold change of each gene over control and ``s`` the logistic function,

    x_i = log s(b_i + sum_j W_ij x_j + e d_i) - log s(b_i)

is the steady state of a promoter whose occupancy is a Hill function of its regulators: ``b_i`` is its
occupancy in control cells (log odds), ``W_ij`` the Hill coefficient of regulator j (negative: a repressor),
``d_i`` the drive of the activator (CRISPRa) on a perturbed gene and ``e`` the efficiency in that cell, the
same for both genes of a double (it is the amount of activator).  A promoter cannot be more than fully
occupied, so two perturbations that share targets do less together than the sum of both.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, log_expit

REGULATORS_PER_SINGLE = 1.5  # a third of the regulators is never perturbed
MODULE_SIZE = 13  # regulators per module
REGULATED_SHARE = 0.75  # the other genes are housekeeping: no regulator
REGULATORS_PER_GENE = 10  # on average
HILL = (0.6, 1.4)  # range of the Hill coefficients |W_ij|; those among regulators are then scaled down
WITHIN_MODULE = 0.9  # chance that a regulator of a gene is of the gene's own module
ACTIVATORS = 0.9  # share of the regulators that activate their targets
FEEDBACK = 0.9  # largest spectral radius of |W| among regulators; below 1 the steady state is unique
OCCUPANCY = (-2.5, -1.0)  # mean log odds of a promoter's occupancy in control cells: regulators, other genes
DRIVE = (0.5, 5.0)  # range of the activator's drive on the perturbed promoter, log odds
LOG_BASELINE, BASELINE_SPREAD = (-0.5, 0.2, 0.0), 1.5  # of log expression: regulators, regulated, other genes
ESCAPED = 0.1  # share of the cells in which the perturbation does nothing
EFFICIENCIES = np.append(0.0, betaincinv(4.0, 2.0, (np.arange(8) + 0.5) / 8))  # escaped, then Beta(4, 2)
EFFICIENCY_SHARES = np.append(ESCAPED, np.full(8, (1 - ESCAPED) / 8))


def regulatory_network(rng: np.random.Generator, n_genes: int, n_singles: int) -> dict[str, np.ndarray]:
    """Draw modules, directed weighted edges (regulator, gene), promoter occupancies, drives and baselines."""
    regulators = np.sort(rng.permutation(n_genes)[: round(REGULATORS_PER_SINGLE * n_singles)])
    regulator = np.isin(np.arange(n_genes), regulators)
    n_modules = max(2, len(regulators) // MODULE_SIZE)
    module = np.where(rng.random(n_genes) < REGULATED_SHARE, rng.integers(n_modules, size=n_genes), -1)
    module[regulators] = rng.permutation(np.arange(len(regulators)) % n_modules)
    sign = np.where(rng.random(len(regulators)) < ACTIVATORS, 1.0, -1.0)
    pairs, strengths = [], []
    for gene in np.flatnonzero(module >= 0):
        own = module[regulators] == module[gene]
        chance = np.where(own, WITHIN_MODULE / own.sum(), (1 - WITHIN_MODULE) / (~own).sum())
        chance[regulators == gene] = 0.0
        size = min(1 + rng.poisson(REGULATORS_PER_GENE - 1), len(regulators) - 1)
        chosen = rng.choice(len(regulators), size=size, replace=False, p=chance / chance.sum())
        pairs += [(regulators[j], gene) for j in chosen]
        strengths.append(sign[chosen] * rng.uniform(*HILL, size=size))
    edges, weights = np.array(pairs), np.concatenate(strengths)
    inner = regulator[edges[:, 1]]  # regulator to regulator
    block = np.zeros((len(regulators), len(regulators)))
    block[tuple(np.searchsorted(regulators, edges[inner]).T)] = np.abs(weights[inner])
    radius = np.abs(np.linalg.eigvals(block)).max()
    weights[inner] *= FEEDBACK / max(radius, FEEDBACK)
    kind = np.where(regulator, 0, np.where(module >= 0, 1, 2))
    return {
        "regulators": regulators,
        "regulator": regulator,
        "module": module,
        "edges": edges,
        "weights": weights,
        "occupancy": rng.normal(np.where(regulator, *OCCUPANCY), 1.0),
        "drive": rng.uniform(*DRIVE, size=n_genes),
        "log_baseline": rng.normal(np.take(LOG_BASELINE, kind), BASELINE_SPREAD),
    }


def steady_state(
    weights: np.ndarray,
    occupancy: np.ndarray,
    drive: np.ndarray,
    tolerance: float = 1e-9,
    max_steps: int = 500,
    damping: float = 0.2,
) -> np.ndarray:
    """Log fold changes x (states x genes) with x = log s(b + x W + drive) - log s(b), by damped iteration.

    ``weights`` (source x target), ``occupancy`` b (genes), ``drive`` (states x genes).  The slope of the
    right side is at most |W|, so a spectral radius of |W| below 1 makes this a contraction.  Raises
    ``RuntimeError`` where it has not converged.
    """
    x = np.zeros_like(drive)
    for _ in range(max_steps):
        new = log_expit(occupancy + x @ weights + drive) - log_expit(occupancy)
        change = np.abs(new - x).max()
        x = damping * x + (1 - damping) * new
        if change < tolerance:
            return x
    raise RuntimeError(
        f"The steady state did not converge in {max_steps} steps (last change {change:.1e}): "
        "lower the weights so that the spectral radius of |W| is below 1."
    )


def expression_shares(network, conditions) -> np.ndarray:
    """Share of the transcripts of each gene: (conditions, efficiencies, genes), each row summing to 1."""
    regulators, n_genes = network["regulators"], len(network["module"])
    weights = np.zeros((n_genes, n_genes), dtype=np.float64)
    weights[network["edges"][:, 0], network["edges"][:, 1]] = network["weights"]
    strength = np.zeros((len(conditions), n_genes))
    for row, genes in enumerate(conditions):
        strength[row, list(genes)] = network["drive"][list(genes)]
    drive = strength[:, None, regulators] * EFFICIENCIES[:, None]
    occupancy = network["occupancy"]
    x = steady_state(weights[np.ix_(regulators, regulators)], occupancy[regulators], drive.reshape(-1, len(regulators)))
    fold = log_expit(occupancy + x @ weights[regulators]) - log_expit(occupancy)
    fold[:, regulators] = x  # the drive acts on regulators only
    rate = np.exp(network["log_baseline"] + fold)
    return (rate / rate.sum(axis=1, keepdims=True)).reshape(len(conditions), len(EFFICIENCIES), n_genes)
