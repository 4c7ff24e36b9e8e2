"""Build the tables ``data/results/ahlmann2025_*``: scores that others measured, in the form of ``appmodel.benchmark``.

    python data/build_published.py --source FOLDER     # ahlmann2025_{doubles,singles}.parquet and _resources.csv there

The source is the source data of Ahlmann-Eltze, Huber and Anders (Nature Methods 2025; MIT).  Kept are the L2 of
conditions that no method was trained on (their test and validation sets) and the elapsed time and memory of every
job (``resources_ahlmann2025.csv``).  The linear model on embeddings of the very screen it is scored on is left out:
that is no prediction.  Running the script twice gives the same tables.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import pandas as pd

from appmodel import leaderboard, save_scores
from appmodel.names import standard_name
from appmodel.scoring import BASELINES
from appmodel.scoring.findings import findings

RESULTS = Path(__file__).resolve().parent / "results"
STUDY = "ahlmann2025"
SHA256 = {
    "doubles.parquet": "f9a67be59525b0dc1ac894f1effb6225d671f1d7425192cf5ba6e90f7c4e1852",
    "singles.parquet": "8f1725333df128ccc9450742ceafdf20738f5d9b7f76991d84da615aeba50371",
    "resources.csv": "5fee9b3fd2e6aa12886e221f4e6eef0da4e4a2282b1e470e93fd681022f91d91",
}
SCREENS = {
    "norman_from_scfoundation": ("norman19", "doubles"),
    "adamson": ("adamson16", "unseen"),
    "replogle_k562_essential": ("replogle22_k562", "unseen"),
    "replogle_rpe1_essential": ("replogle22_rpe1", "unseen"),
}
# Names of the source where ours differ; their mean is that of the training perturbations, all of them single genes.
METHODS = {
    "additive_model": "additive",
    "mean": "singles_mean",
    "lpm_selftrained": "linear",
    "lpm_randomPertEmb": "linear_random_conditions",
    "lpm_randomGeneEmb": "linear_random_genes",
    "lpm_scgptGeneEmb": "linear_scgpt_genes",
    "lpm_scFoundationGeneEmb": "linear_scfoundation_genes",
    "lpm_gearsPertEmb": "linear_gears_conditions",
    "lpm_k562PertEmb": "linear_k562_conditions",
    "lpm_rpe1PertEmb": "linear_rpe1_conditions",
    "uce33": "uce_33_layers",
}
# A model given the measured effects of the screen that it is scored on.
CIRCULAR = {"replogle22_k562": "linear_k562_conditions", "replogle22_rpe1": "linear_rpe1_conditions"}
# The large models.  CPA is none, and errs several times as far as any of them: it would be most of their mean.
DEEP = ("scgpt", "scfoundation", "scbert", "geneformer", "uce", "gears")
SOURCE = (
    "source data of Ahlmann-Eltze, Huber and Anders (Nature Methods 2025), "
    "const-ae/linear_perturbation_prediction-Paper (MIT), at 230fd9165ab5d5a767e1380fbeda3cab2efd9e20 of a fork: "
    "L2 over the 1,000 genes with the highest control mean"
)
DATE = "2025-08-04"  # of the publication


def checked(path: Path) -> Path:
    """The path, if its file is the one this script was written for; ``ValueError`` if not."""
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256[path.name.removeprefix(f"{STUDY}_")]:
        raise ValueError(f"{path} is not the file this script was written for: take the one of the source.")
    return path


def scores_of(table: pd.DataFrame, screen: str, task: str) -> pd.DataFrame:
    """Their rows of one screen as ``benchmark`` has them, with the mean over the large models as one more method."""
    rows = pd.DataFrame(
        {
            "dataset": screen,
            "task": task,
            "seed": table["seed"],
            "method": table["method"].replace(METHODS),
            "condition": [standard_name(name.replace("+ctrl", "")) for name in table["perturbation"]],
            "metric": "l2",
            "value": table["l2"],
            "reason": "",
        }
    )
    rows = rows[(rows["method"] != CIRCULAR.get(screen)) & (table["train"] != "train").to_numpy()]
    keys = ["dataset", "task", "seed", "condition", "metric", "reason"]
    deep = rows[rows["method"].isin(DEEP)].groupby(keys, as_index=False)["value"]
    # Where one of them has no value there is no mean over them: it would be one over easier models.
    number, means = deep.size()["size"], deep.mean()
    means = means[number.to_numpy() == number.max()].assign(method="deep_models")
    return pd.concat([rows, means[rows.columns]]).sort_values(["method", "seed", "condition"], ignore_index=True)


def provenance(screen: str, rows: pd.DataFrame, digest: str) -> dict:
    """Where the rows come from: nobody here fitted anything."""
    run = {"predictor": "measured by others", "code_version": "theirs", "date": DATE, "seconds": None, "network": None}
    return {
        "dataset": screen,
        "dataset_hash": digest[:12],
        "simulated": False,
        "against": "measured",
        "seeds": sorted(map(int, rows["seed"].unique())),
        "methods": dict.fromkeys(sorted(rows["method"].unique()), run),
        "scored_with": "theirs",
        "source": SOURCE,
    }


def resources(table: pd.DataFrame) -> pd.DataFrame:
    """Elapsed seconds and MiB of every job as findings: median, least and most over the repeats."""
    parts = table["name"].str.extract(r"^(?P<screen>.+?)-(?P<seed>\d+)-(?P<method>.+)$")
    table = table.join(parts).dropna(subset=["screen"])
    table = table[table["screen"].isin(list(SCREENS)) & (table["method"] != "ground_truth")]
    rows = []
    for (source, method, metric), part in table.groupby(["screen", "method", "metric"], sort=True):
        if metric not in ("elapsed", "max_mem_kbytes"):
            continue
        screen, task = SCREENS[source]
        values = part["value"] / (1024 if metric == "max_mem_kbytes" else 1)
        hardware = sorted(set(part["gpu_logged"].dropna().str.removeprefix("GPU: ")))
        about = {"screen": screen, "task": task, "method": METHODS.get(method, method), "by": "job", "n": len(part)}
        about |= {"measure": "elapsed" if metric == "elapsed" else "peak_memory", "bin": ", ".join(hardware)}
        rows.append(about | {"value": values.median(), "low": values.min(), "high": values.max()})
    return findings(rows)


def main() -> None:
    """Write scores, leaderboard and resources, with their provenance."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, required=True)
    source = parser.parse_args().source
    boards, names = [], []
    for name in ("doubles.parquet", "singles.parquet"):
        path = checked(source / f"{STUDY}_{name}")
        whole = pd.read_parquet(path)
        for key, part in whole.groupby("dataset_name", sort=False):
            screen, task = SCREENS[key]
            rows = scores_of(part, screen, task)
            rows.attrs["provenance"] = provenance(screen, rows, SHA256[name])
            names.append(f"{STUDY}_{screen}_{task}.csv")
            save_scores(rows, RESULTS / names[-1])
            boards.append(leaderboard(rows, BASELINES[task]))
    board = pd.concat(boards, ignore_index=True)
    board.attrs["provenance"] = {"study": STUDY, "source": SOURCE, "code_version": "theirs", "tables": names}
    save_scores(board, RESULTS / f"{STUDY}_leaderboard.csv")
    table = resources(pd.read_csv(checked(source / f"{STUDY}_resources.csv")))
    table.attrs["provenance"] = {
        "study": STUDY,
        "source": SOURCE,
        "dataset_hash": SHA256["resources.csv"][:12],
        "seeds": "those of the jobs",
        "units": {"elapsed": "s", "peak_memory": "MiB"},
    }
    save_scores(table, RESULTS / f"resources_{STUDY}.csv")


if __name__ == "__main__":
    main()
