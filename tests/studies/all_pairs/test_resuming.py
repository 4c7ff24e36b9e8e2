"""A run that is killed goes on where it was, on one process or two, and ends in the same bytes."""

import signal
import subprocess
import sys

import pytest

from appmodel import save_predictor

# Dies in the middle of writing the third part, as kill -9 and a power cut end it.
DYING = """
import os, signal, sys
import pyarrow.parquet as pq
import appmodel

write, written = pq.write_table, []

def dying(table, where, **form):
    written.append(where)
    write(table if len(written) < 3 else table.slice(0, 5), where, **form)
    if len(written) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

pq.write_table = dying
appmodel.screen_pairs(sys.argv[1], sys.argv[3:], sys.argv[2], chunk=20, workers=1, progress=False)
"""


def test_a_killed_run_ends_in_the_same_bytes(run, model, genes, content, tmp_path):
    run("undisturbed")
    save_predictor(model, tmp_path / "saved")
    command = [sys.executable, "-c", DYING, str(tmp_path / "saved"), str(tmp_path / "run"), *genes]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    kept = tmp_path / "run" / "pairs"
    assert [path.name for path in sorted(kept.glob("part*"))] == ["part-00000.parquet", "part-00001.parquet"]
    assert len(list(kept.glob(".part-*"))) == 1  # what it was writing
    when = (kept / "part-00001.parquet").stat().st_mtime_ns
    run()
    assert content(tmp_path / "run") == content(tmp_path / "undisturbed")
    assert (kept / "part-00001.parquet").stat().st_mtime_ns == when


def test_two_processes_write_what_one_writes(run, content, tmp_path):
    run("one", values=True)
    run("two", values=True, workers=2)
    assert content(tmp_path / "two") == content(tmp_path / "one")


def test_a_cluster_writes_what_one_process_writes(run, content, tmp_path):
    distributed = pytest.importorskip("distributed", reason="distributed is not installed (the extra dask)")
    run("one")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        found = run("cluster", scheduler=cluster.scheduler_address)
    assert "with 2 process(es)" in found.estimate
    assert content(tmp_path / "cluster") == content(tmp_path / "one")


def test_a_cluster_needs_distributed(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"scheduler= needs distributed: pip install 'appmodel\[dask\]'"):
        run(scheduler="tcp://localhost:1")
