"""The jobs of a study: predict, score, and write the committed tables (called by ``studies.smk``).

A job fits one method on the splits of one screen and task and keeps its predictions; another scores the predictions
of all methods together.  A new metric scores again, it does not fit again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import anndata
import pandas as pd
from anndata import AnnData
from tqdm import tqdm

from ..effects import load_effects, made_from_cells, screen_targets
from ..names import CONTROL, all_genes
from ..provenance import load_scores, save_scores, today
from ..scoring import BASELINES, leaderboard, load_predictions, predict_splits, save_predictions, score_predictions
from ..scoring.predictions import ABOUT
from ..screens import load_cells
from ..screens.demo import true_effects
from .studies import Study, load_studies


def predict_job(study: Study, screen: str, task: str, method: str, progress: bool = False,
                read_effects: Callable[[str], AnnData] = load_effects) -> AnnData:
    """Predictions of one method on one screen and task, over the seeds of the study."""
    data = load_cells(screen) if task == "seen" else read_effects(screen)
    targets = all_genes(set(data.obs["condition"]) - {CONTROL}) if task == "seen" else screen_targets(data)
    # Of the processor: jobs share the machine, and every one runs on one thread.
    splits, start = study.splits_of(data, screen, task), time.process_time()
    parts = []
    for split in tqdm(splits, disable=not progress, desc=f"{method} on {screen}, {task}", unit="split"):
        network = study.network_of(method, screen, targets, split.seed)
        parts.append(predict_splits({method: study.predictor(method)}, data, network=network, splits=[split]))
    seconds = round(time.process_time() - start, 1)
    about = [json.loads(part.uns[ABOUT]) for part in parts]
    provenance = {**about[0]["provenance"], "date": today(), "seconds": seconds,
                  "seeds": [split.seed for split in splits], "splits": [split.digest for split in splits]}
    if isinstance(how := study.methods[method].get("network"), str):
        provenance["network"] = {**provenance["network"], "degraded": f"{how}, another one for each seed"}
    whole = anndata.concat(parts)
    whole.uns[ABOUT] = json.dumps({"splits": [split.as_dict() for split in splits], "provenance": provenance})
    return whole


def joined(parts: list[AnnData]) -> AnnData:
    """Predictions of several methods on the same splits as one table, with who made which.

    Raises ``ValueError`` where the data or the splits differ.
    """
    abouts = [json.loads(part.uns[ABOUT]) for part in parts]
    sources = [about["provenance"] for about in abouts]
    for key in ("dataset_hash", "content_hash", "splits"):
        if any(source[key] != sources[0][key] for source in sources):
            raise ValueError(f"The predictions for {sources[0]['dataset']} are of different {key}: "
                             f"delete them and run again.")
    runs = {method: {"predictor": text, **{key: source[key] for key in ("network", "code_version", "date", "seconds")}}
            for source in sources for method, text in source["methods"].items()}
    shared = {key: value for key, value in sources[0].items() if key not in ("methods", *runs[next(iter(runs))])}
    shared["constants"] = sorted({name for source in sources for name in source["constants"]})
    whole = anndata.concat(parts)
    whole.uns[ABOUT] = json.dumps({"splits": abouts[0]["splits"], "provenance": {**shared, "methods": runs}})
    return whole


def score_job(study: Study, screen: str, task: str, parts: list[Path]) -> pd.DataFrame:
    """Scores of all methods on one screen and task from their predictions, with the ceilings."""
    predictions = joined([load_predictions(path) for path in parts])
    if task == "seen":
        return score_predictions(predictions, load_cells(screen), oracle=True)
    truth = true_effects(load_cells(screen)) if study.against == "truth" else None
    cells = load_cells(screen) if made_from_cells(screen) and truth is None else None
    return score_predictions(predictions, load_effects(screen), truth=truth, oracle=True, cells=cells)


def kept_rows(study: Study, scores: pd.DataFrame) -> pd.DataFrame:
    """The committed table of one screen and task: the rows of the metrics that the study keeps."""
    kept = scores[scores["metric"].isin(study.per_condition)].reset_index(drop=True)
    kept.attrs["provenance"] = scores.attrs["provenance"]
    return kept


def study_leaderboard(study: Study, scored: list[Path]) -> pd.DataFrame:
    """The committed leaderboard of a study: all its screens, tasks and metrics."""
    boards = []
    for path in scored:
        # Addition is defined for pairs of seen genes alone: beside the others it would stand on easier rows.
        baseline = "training_mean" if study.split == "by_seen" else BASELINES[path.stem.rsplit("_", 1)[1]]
        boards.append(leaderboard(load_scores(path), baseline))
    board = pd.concat(boards, ignore_index=True)
    board.attrs["provenance"] = {"study": study.name, "tables": [f"{study.name}_{path.name}" for path in scored]}
    return board


def main() -> None:
    """Command line: ``python -m appmodel.pipeline.jobs predict|score|interactions|table|leaderboard ...``."""
    parser = argparse.ArgumentParser(description="Judge methods as studies.yml says.")
    commands = parser.add_subparsers(dest="command", required=True)
    said = {"predict": "fit one method and keep its predictions", "score": "score all methods together",
            "interactions": "what the predictions say of genetic interactions",
            "table": "write the committed table of one screen and task", "leaderboard": "write that of a study"}
    for name, help_text in said.items():
        command = commands.add_parser(name, help=help_text)
        for option in ("--studies", "--study", "--output"):
            command.add_argument(option, required=True)
        if name not in ("table", "leaderboard"):
            command.add_argument("--screen", required=True)
            command.add_argument("--task", required=True)
        if name == "predict":
            command.add_argument("--method", required=True)
            command.add_argument("--progress", action="store_true")
        else:
            command.add_argument("files", nargs="+", type=Path)
    asked = parser.parse_args()
    study = load_studies(asked.studies, methods=False)[asked.study]
    if asked.command == "predict":
        save_predictions(predict_job(study, asked.screen, asked.task, asked.method, asked.progress), asked.output)
    elif asked.command == "interactions":
        from ..reading.interactions.report import interactions_report  # brings matplotlib, which no other job needs

        predictions = joined([load_predictions(path) for path in asked.files])
        save_scores(interactions_report(predictions, load_effects(asked.screen)), asked.output)
    elif asked.command == "score":
        save_scores(score_job(study, asked.screen, asked.task, asked.files), asked.output)
    elif asked.command == "table":
        save_scores(kept_rows(study, load_scores(asked.files[0])), asked.output)
    else:
        save_scores(study_leaderboard(study, asked.files), asked.output)


if __name__ == "__main__":
    main()
