"""All pairs in files: what is written, what of it is the top, and what is refused."""

import logging
import shutil
from collections import namedtuple

import numpy as np
import pandas as pd
import pytest

from appmodel import Additive, PermutedConditions, as_effects, save_predictor
from appmodel.studies.all_pairs import parts, screening


def test_the_files_hold_what_predict_says(run, model, genes, tmp_path):
    wanted = np.asarray(model.predict([genes[0]]).X)[0]
    found = run(values=True, wanted=wanted, criterion="deviation", top=5, genes=genes[::-1])
    table, values = (pd.read_parquet(tmp_path / "run" / kind) for kind in ("pairs", "values"))
    names = (table["gene_a"] + "+" + table["gene_b"]).tolist()
    assert len(table) == len(values) == found.n_pairs == 78
    assert names == sorted(names)
    expected = model.predict(names)
    singles = dict(zip(genes, np.asarray(model.predict(genes).X), strict=True))
    X = np.asarray(expected.X)
    sums = np.array([singles[a] + singles[b] for a, b in zip(table["gene_a"], table["gene_b"], strict=True)])
    assert list(values.columns) == list(map(str, model.readouts_.index))
    np.testing.assert_allclose(values, X, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(table["size"], np.linalg.norm(X, axis=1), rtol=1e-5)
    np.testing.assert_allclose(table["deviation"], np.linalg.norm(X - sums, axis=1), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(table["predicted_error"], expected.obs["predicted_error"], rtol=1e-5)
    cosine = X @ wanted / np.linalg.norm(X, axis=1) / np.linalg.norm(wanted)
    np.testing.assert_allclose(table["likeness"], cosine, rtol=1e-4)
    assert table["in_training"].tolist() == [name in model.training_conditions_ for name in names]
    pd.testing.assert_frame_equal(found.top, table.nlargest(5, "deviation").reset_index(drop=True))
    np.testing.assert_allclose(pd.read_csv(tmp_path / "run" / "top.csv")["size"], found.top["size"], rtol=1e-5)


def test_another_top_of_the_same_run_predicts_nothing_anew(run, model, monkeypatch, tmp_path):
    first = run(top=3)
    monkeypatch.setattr(screening, "make_part", None)
    save_predictor(model, tmp_path / "saved")
    again = run(criterion="predicted_error", top=2, model=tmp_path / "saved")
    assert again.estimate == "All 4 parts of 78 pairs are there already."
    assert again.top["predicted_error"].is_monotonic_decreasing
    assert (len(first.top), len(again.top)) == (3, 2)


def test_a_part_that_was_cut_or_is_of_another_run_is_made_again(run, content, tmp_path):
    run()
    run("other", keep=["size"])
    before = content(tmp_path / "run")
    kept = tmp_path / "run" / "pairs"
    whole = (kept / "part-00001.parquet").read_bytes()
    (kept / "part-00001.parquet").write_bytes(whole[: len(whole) // 2])
    shutil.copy(tmp_path / "other" / "pairs" / "part-00002.parquet", kept)
    untouched = (kept / "part-00003.parquet").stat().st_mtime_ns
    run()
    assert content(tmp_path / "run") == before
    assert (kept / "part-00003.parquet").stat().st_mtime_ns == untouched


def test_time_and_disk_are_said_at_the_start(run, caplog, capsys):
    with caplog.at_level(logging.INFO, "appmodel"):
        found = run(progress=True)
    assert found.estimate.startswith(
        "78 pairs in 4 parts, 4 to make when this began: about a minute or less more with 1"
    )
    assert "MB of disk" in found.estimate
    assert found.estimate in caplog.text
    said = capsys.readouterr()
    assert found.estimate in said.err
    assert said.out == ""


def test_a_disk_that_is_too_small_is_seen_at_the_start(run, monkeypatch, tmp_path):
    monkeypatch.setattr(screening.shutil, "disk_usage", lambda path: namedtuple("Usage", "free")(10))
    with pytest.raises(OSError, match=r"The pairs that are left need 0.0 MB, but .* has 0.0 MB free: name a folder on"):
        run()
    assert len(list((tmp_path / "run" / "pairs").iterdir())) == 1


def test_pairs_without_a_prediction_are_counted(run, tiny_effects, genes):
    found = run(model=Additive().fit(tiny_effects))
    assert found.n_undefined == 12
    assert "NEW1" not in set(found.top["gene_b"])
    assert len(found.top) == 78 - 12
    assert list(found.top.columns) == ["gene_a", "gene_b", "in_training", "size", "deviation"]


def test_all_genes_of_the_model_where_none_are_named(run):
    assert run(genes=None).n_pairs == 12 * 11 // 2


def test_a_predicted_nothing_is_like_nothing():
    values = np.array([[0.0, 0.0], [2.0, 0.0]])
    assert parts._cosine(values, np.array([1.0, 0.0]), np.array([0.0, 2.0])).tolist() == pytest.approx(
        [np.nan, 1.0], nan_ok=True
    )


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"criterion": "likeness"}, "criterion='likeness' is not kept of a pair here: no wanted state was given"),
        ({"criterion": "novelty"}, "criterion='novelty' is not kept .*choose from size, deviation, predicted_error"),
        ({"keep": ["size"], "criterion": "deviation"}, "criterion='deviation' is not kept .*choose from size"),
        ({"keep": ["novelty"]}, "'novelty' cannot be kept of a pair: choose from size"),
        ({"keep": ["likeness"]}, "'likeness' cannot be kept of a pair: no wanted state was given"),
        ({"genes": ["A"]}, "1 gene.s. make no pair: name two or more"),
        ({"genes": "A"}, "Give a list of genes, not one text: write .'A'"),
        ({"genes": ["A", "A"]}, "Gene 'A' was named twice"),
        ({"genes": ["A", "B+C"]}, "'B.C' is no single gene"),
        ({"wanted": np.zeros(3)}, r"shape \(3,\): give a finite difference from control for each of the 120 readouts"),
        ({"wanted": pd.Series({"x": 1.0})}, "The wanted state lacks .* give a value for each readout"),
        ({"top": 0}, "top is 0: give a whole number of at least 1"),
        ({"chunk": 0}, "chunk is 0: give a whole number of at least 1"),
        ({"model": "nowhere"}, "nowhere.model.json does not exist"),
        ({"model": 3}, "model is 3: pass a fitted predictor of appmodel"),
        ({"values": "no"}, "values is 'no': say True or False"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(run, settings, says, tmp_path):
    with pytest.raises((ValueError, FileNotFoundError), match=says):
        run(**settings)
    assert not (tmp_path / "run").exists()


def test_an_error_that_nobody_states_is_no_criterion(run, tiny_effects):
    with pytest.raises(ValueError, match=r"'predicted_error' is not kept .* does not state how far it errs"):
        run(model=Additive().fit(tiny_effects), criterion="predicted_error")


def test_no_other_run_goes_on_in_the_folder(run, model, genes, tiny_effects, content, tmp_path):
    run()
    before = content(tmp_path / "run")
    for settings, differs in (
        ({"chunk": 30}, "chunk"),
        ({"genes": genes[1:]}, "genes"),
        ({"model": PermutedConditions(Additive()).fit(tiny_effects), "keep": ["size"]}, "model, keep"),
    ):
        with pytest.raises(ValueError, match=f"holds a run that differs in {differs}: name another folder, or delete"):
            run(**settings)
    assert content(tmp_path / "run") == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="mine holds files of something else: name an empty folder"):
        run("mine")
    save_predictor(Additive().fit(tiny_effects), tmp_path / "run" / "model")
    (tmp_path / "run" / "pairs" / "part-00000.parquet").unlink()
    with pytest.raises(ValueError, match="run holds another run or model than was begun: delete it"):
        run()
    (tmp_path / "run" / "run.json").write_text("{}")
    with pytest.raises(ValueError, match=r"run.json is damaged or of no run over all pairs"):
        run()


def test_a_process_with_another_code_is_refused(run, monkeypatch):
    monkeypatch.setattr(parts, "code_of", lambda model: "another")
    with pytest.raises(
        ValueError, match=r"This process has another version of appmodel \(another\) .* install the same"
    ):
        run()


def test_readouts_may_be_called_like_columns(run, tmp_path):
    effects = as_effects(np.eye(3), ["A", "B", "C"], ["size", "gene_a", "deviation"])
    run(model=Additive().fit(effects), genes=None, values=True)
    assert list(pd.read_parquet(tmp_path / "run" / "values").columns) == ["size", "gene_a", "deviation"]
