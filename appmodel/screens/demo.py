"""The embedded default screen ``demo``: a SIMULATED CRISPRa (overexpression) Perturb-seq experiment.

Everything in it is invented; the gene names (``SIM0001``) say so.  ``regulation`` gives what each gene
expresses; here cells are drawn from it (negative binomial counts), and the truth is kept beside them.
"""

from __future__ import annotations

import inspect
import json
import logging
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
from anndata import AnnData
from scipy import sparse
from scipy.special import ndtri

from ..files import cache_dir, h5ad_bytes, sha256, text_digest, writing
from ..names import CONTROL, condition_name, genes_of
from .regulation import EFFICIENCIES, EFFICIENCY_SHARES, expression_shares, regulatory_network

logger = logging.getLogger("appmodel")

PRIOR_MISSING, PRIOR_FALSE = 0.3, 0.3  # missing and false edges of the prior, as shares of the true ones
DEPTH_PER_GENE, DEPTH_SPREAD = 1.5, 0.4  # median counts per gene and cell; sd of the log library size
DISPERSION = 0.1  # negative binomial: variance = mean + DISPERSION * mean^2


def demo_screen(
    seed: int = 0,
    n_genes: int = 2000,
    n_singles: int = 105,
    n_doubles: int = 125,
    n_controls: int = 1500,
    cells_per_condition: tuple[int, int] = (40, 150),
) -> AnnData:
    """Simulate the demo screen: raw counts (cells x genes, csr int32) with the truth kept beside them.

    ``obs``: condition, efficiency (0: escaped, or a control).  ``var``: module (-1: housekeeping), regulator,
    perturbed, true_baseline (expected log1p in control).  ``uns``: true_network (source, target,
    weight = Hill coefficient), prior_network (source, target, weight = confidence in (0, 1], unsigned),
    true_effects (true_conditions x true_genes, float32; read them with ``true_effects``), seed, simulated.
    The size of each condition is drawn from ``cells_per_condition`` (fewest, most); the median library holds
    1.5 counts per gene.  Raises ``ValueError`` where the sizes cannot make a screen.
    """
    check_sizes(n_genes, n_singles, n_doubles, n_controls, cells_per_condition)
    of_network, of_design, of_cells = np.random.default_rng(seed).spawn(3)
    network = regulatory_network(of_network, n_genes, n_singles)
    names = np.array([f"SIM{i + 1:04d}" for i in range(n_genes)], dtype=object)
    perturbed, conditions = perturbation_design(of_design, network, n_singles, n_doubles)
    labels = [condition_name(names[list(genes)]) for genes in conditions]
    shares = expression_shares(network, conditions)
    depth = DEPTH_PER_GENE * n_genes
    expected = expected_log1p(shares, depth)
    counts, obs = sampled_cells(of_cells, shares, labels, depth, n_controls, cells_per_condition)
    true = pd.DataFrame(network["edges"], columns=["source", "target"]).assign(weight=network["weights"])
    var = pd.DataFrame(
        {
            "module": network["module"],
            "regulator": network["regulator"],
            "perturbed": np.isin(np.arange(n_genes), perturbed),
            "true_baseline": expected[0],
        },
        index=names,
    )
    uns = {
        "dataset": "demo",
        "simulated": True,
        "seed": int(seed),
        "true_network": named_edges(true, names),
        "prior_network": named_edges(prior_network(of_design, true, n_genes), names),
        "true_effects": (expected - expected[0]).astype(np.float32),
        "true_baseline": expected[0],
        "true_conditions": np.array(labels, dtype=object),
        "true_genes": names,
    }
    return AnnData(counts, obs=obs, var=var, uns=uns)


def check_sizes(n_genes, n_singles, n_doubles, n_controls, cells_per_condition) -> None:
    """Raise ``ValueError`` with the mend where no screen of these sizes can be made."""
    fewest, most = cells_per_condition
    if n_singles < 2 or n_genes < 4 * n_singles:
        raise ValueError(
            f"{n_singles} singles among {n_genes} genes cannot be simulated: give at least 2 "
            "singles and 4 genes for each."
        )
    if not 0 <= n_doubles <= n_singles * (n_singles - 1) // 2:
        raise ValueError(f"{n_singles} singles cannot make {n_doubles} doubles: ask for fewer doubles.")
    if n_controls < 2 or not 2 <= fewest <= most:
        raise ValueError(
            f"{n_controls} control cells and {tuple(cells_per_condition)} per condition make no "
            "screen: give at least 2 controls and (fewest, most) with 2 <= fewest <= most."
        )


def perturbation_design(rng, network, n_singles, n_doubles) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """Choose the perturbed genes, and the conditions as tuples of genes: control, singles, doubles.

    Half of the doubles lie within a module, as screens of pairs choose related genes.
    """
    perturbed = np.sort(rng.choice(network["regulators"], size=n_singles, replace=False))
    pairs = perturbed[rng.permutation(np.argwhere(np.tri(n_singles, k=-1).T))]
    within = network["module"][pairs[:, 0]] == network["module"][pairs[:, 1]]
    related, others = pairs[within], pairs[~within]
    n_related = max(min(n_doubles // 2, len(related)), n_doubles - len(others))
    doubles = np.sort(np.concatenate([related[:n_related], others[: n_doubles - n_related]]), axis=1)
    doubles = doubles[np.lexsort(doubles.T[::-1])]
    return perturbed, [(), *((int(gene),) for gene in perturbed), *((int(a), int(b)) for a, b in doubles)]


def expected_log1p(shares: np.ndarray, depth: float) -> np.ndarray:
    """Expected log1p of counts normalised to the median total, (conditions x genes): infinitely many cells.

    From log(1 + a) = int_0^inf (1 - exp(-a t)) exp(-t) / t dt (Frullani) and the Laplace transform of the
    negative binomial, E exp(-t y) = (1 + k m (1 - exp(-t)))^(-1/k) with mean m and dispersion k: one smooth
    integral over log t, tabulated over the log share and averaged over 32 quantiles of the library size.
    Takes a cell's total for its depth, which many genes make true.
    """
    spread = np.exp(DEPTH_SPREAD * ndtri((np.arange(32) + 0.5) / 32))[:, None, None]
    logs = np.linspace(np.log(shares.min()) - 1e-9, np.log(shares.max()) + 1e-9, 400)[:, None]
    step = 0.1
    t = np.exp(np.arange(-30.0, 4.0, step))
    laplace = (1 - DISPERSION * depth * spread * np.exp(logs) * np.expm1(-t / spread)) ** (-1 / DISPERSION)
    table = (step * np.exp(-t) * (1 - laplace)).sum(axis=2).mean(axis=0)
    return np.tensordot(np.interp(np.log(shares), logs[:, 0], table), EFFICIENCY_SHARES, axes=(1, 0))


def sampled_cells(rng, shares, labels, depth, n_controls, cells_per_condition):
    """Draw each condition's cells: counts (csr int32) and ``obs`` with condition and efficiency."""
    fewest, most = cells_per_condition
    sizes = rng.integers(fewest, most + 1, size=len(labels))
    sizes[0] = n_controls
    blocks, levels = [], []
    for share, size in zip(shares, sizes, strict=True):
        level = rng.choice(len(EFFICIENCIES), size=size, p=EFFICIENCY_SHARES)
        mean = share[level] * (depth * rng.lognormal(0.0, DEPTH_SPREAD, size=size))[:, None]
        rate = mean * rng.standard_gamma(1 / DISPERSION, size=mean.shape) * DISPERSION
        blocks.append(sparse.csr_matrix(rng.poisson(rate).astype(np.int32)))
        levels.append(level)
    obs = pd.DataFrame(
        {
            "condition": np.repeat(np.array(labels, dtype=object), sizes),
            "efficiency": EFFICIENCIES[np.concatenate(levels)],
        },
        index=[f"cell{i + 1:05d}" for i in range(sizes.sum())],
    )
    obs.loc[obs["condition"] == CONTROL, "efficiency"] = 0.0
    return sparse.vstack(blocks, format="csr"), obs


def prior_network(rng: np.random.Generator, true: pd.DataFrame, n_genes: int) -> pd.DataFrame:
    """What the literature would know of the true edges: some missing, some false, confidence but no sign."""
    kept = true.loc[np.sort(rng.permutation(len(true))[: round((1 - PRIOR_MISSING) * len(true))])]
    absent = np.zeros((n_genes, n_genes), dtype=bool)
    absent[np.unique(true["source"])] = True
    absent[true["source"], true["target"]] = False
    np.fill_diagonal(absent, False)
    false = np.sort(rng.choice(np.flatnonzero(absent), size=round(PRIOR_FALSE * len(true)), replace=False))
    source, target = np.unravel_index(false, absent.shape)
    prior = pd.concat(
        [kept[["source", "target"]], pd.DataFrame({"source": source, "target": target})], ignore_index=True
    )
    low, high = np.repeat([0.5, 0.3], [len(kept), len(false)]), np.repeat([1.0, 0.8], [len(kept), len(false)])
    return prior.assign(weight=rng.uniform(low, high))


def named_edges(edges: pd.DataFrame, names: np.ndarray) -> pd.DataFrame:
    """Edges with gene names for gene numbers, sorted, under an index of strings (which h5ad needs)."""
    edges = edges.assign(source=names[edges["source"]], target=names[edges["target"]])
    edges = edges.sort_values(["source", "target"], ignore_index=True)
    return edges.set_axis(edges.index.astype(str))


def true_effects(cells: AnnData) -> AnnData:
    """Noise-free effects of a demo screen (conditions x genes): measured ones tend to them with many cells.

    Difference of the expected log1p of normalised counts from control, for all simulated genes even where
    ``cells`` hold fewer by now; ``var["control_mean"]`` is the control's.  Raises ``ValueError`` for a screen
    that does not carry its truth.
    """
    if "true_effects" not in cells.uns:
        raise ValueError(f"Screen {cells.uns.get('dataset', '?')!r} holds no true effects: load 'demo'.")
    conditions = [str(name) for name in cells.uns["true_conditions"]]
    obs = pd.DataFrame({"n_targets": [len(genes_of(name)) for name in conditions]}, index=conditions)
    var = pd.DataFrame({"control_mean": cells.uns["true_baseline"]}, index=cells.uns["true_genes"])
    return AnnData(
        np.asarray(cells.uns["true_effects"], dtype=np.float64),
        obs=obs,
        var=var,
        uns={"control": CONTROL, "dataset": "demo", "simulated": True},
    )


def load_demo(seed: int = 0, **sizes) -> AnnData:
    """``demo_screen(seed, **sizes)``, kept in ``cache_dir()``; a damaged copy is made again, with a warning.

    The file's name holds a digest of the parameters and of the simulator's code: an old copy is never taken
    for a new one.  Where the cache cannot be written the screen is returned all the same.
    """
    call = inspect.signature(demo_screen).bind(seed, **sizes)
    call.apply_defaults()
    code = [Path(__file__).with_name(name).read_text("utf-8") for name in ("demo.py", "regulation.py")]
    path = cache_dir() / f"demo-{text_digest(json.dumps([call.arguments, code], default=int))}.h5ad"
    checksum = path.with_suffix(".sha256")
    if path.is_file():
        if checksum.is_file() and checksum.read_text().strip() == sha256(path):
            return with_plain_names(anndata.read_h5ad(path))
        logger.warning("%s is damaged or incomplete: the demo screen is made again.", path)
    cells = demo_screen(**call.arguments)
    try:
        with writing(path) as temporary, writing(checksum) as note:
            temporary.write_bytes(h5ad_bytes(cells, compression="lzf"))
            note.write_text(sha256(temporary) + "\n")
    except OSError as error:
        logger.warning("The demo screen could not be kept as %s (%s): it will be made again.", path, error)
    return with_plain_names(cells)


def with_plain_names(cells: AnnData) -> AnnData:
    """Condition names as plain strings: h5ad turns them into categories, in the file and in memory."""
    cells.obs["condition"] = cells.obs["condition"].astype(str).astype(object)
    return cells
