"""The tables of others: their rows in our form, nothing that was trained on, nothing circular, whole means only."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "data" / "build_published.py"
spec = importlib.util.spec_from_file_location("build_published", SCRIPT)
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)


def rows(*lines):
    columns = ["method", "perturbation", "train", "l2"]
    return pd.DataFrame(lines, columns=columns).assign(seed=1, dataset_name="replogle_k562_essential")


def test_rows_get_our_names_and_only_unseen_conditions_stay():
    table = build.scores_of(
        rows(
            ("mean", "AARS+ctrl", "test", 4.0),
            ("mean", "MARS+ctrl", "train", 1.0),
            ("lpm_k562PertEmb", "AARS+ctrl", "test", 0.5),
            ("lpm_rpe1PertEmb", "AARS+ctrl", "val", 2.0),
        ),
        "replogle22_k562",
        "unseen",
    )
    assert table[["method", "condition", "value"]].to_numpy().tolist() == [
        ["linear_rpe1_conditions", "AARS", 2.0],
        ["singles_mean", "AARS", 4.0],
    ]
    assert set(table["metric"]) == {"l2"}


def test_the_mean_over_large_models_is_over_all_of_them_or_none():
    scored = build.scores_of(
        rows(
            ("scgpt", "B+A", "test", 4.0),
            ("gears", "B+A", "test", 2.0),
            ("cpa", "B+A", "test", 90.0),
            ("scgpt", "C+A", "test", 1.0),
        ),
        "norman19",
        "doubles",
    )
    large = scored[scored["method"] == "deep_models"]
    assert large[["condition", "value"]].to_numpy().tolist() == [["A+B", 3.0]]


def test_jobs_are_counted_in_seconds_and_mebibytes():
    table = build.resources(
        pd.DataFrame(
            [
                ("adamson-1-scgpt", "elapsed", 60.0, "GPU: NVIDIA A40"),
                ("adamson-2-scgpt", "elapsed", 120.0, "GPU: NVIDIA A40"),
                ("adamson-1-scgpt", "max_mem_kbytes", 2048.0, "GPU: NVIDIA A40"),
                ("adamson-1-ground_truth", "elapsed", 1.0, None),
                ("other-1-scgpt", "elapsed", 1.0, None),
            ],
            columns=["name", "metric", "value", "gpu_logged"],
        )
    )
    assert table[["screen", "measure", "value", "low", "high", "n", "bin"]].to_numpy().tolist() == [
        ["adamson16", "elapsed", 90.0, 60.0, 120.0, 2, "NVIDIA A40"],
        ["adamson16", "peak_memory", 2.0, 2.0, 2.0, 1, "NVIDIA A40"],
    ]


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "ahlmann2025_resources.csv"
    path.write_text("name\n")
    with pytest.raises(ValueError, match="not the file this script was written for"):
        build.checked(path)
