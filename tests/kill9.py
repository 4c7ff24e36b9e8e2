"""Kill -9 at random moments of a download, a fit, a study and a chapter: what is run again gives the same bytes.

``make kill`` does it fifty times (a quarter of an hour on two idle cores); ``python tests/kill9.py 8 1 fit study`` does
it eight times, with another seed, to some of them.  Each work is first done undisturbed.  Then it is started again and
again in a folder and killed with all its processes, until it is through; what lies at the place of a result must be
whole after every kill, and the same bytes in the end.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import psutil

from appmodel import condition_effects, load_predictions
from appmodel.predictors.weights import read_safetensors
from appmodel.provenance import provenance_path, rows_name
from appmodel.screens.demo import demo_screen

ROOT = Path(__file__).resolve().parents[1]
SIZES = {"n_genes": 120, "n_singles": 12, "n_doubles": 10, "n_controls": 60, "cells_per_condition": (10, 15)}
CONTENT = random.Random(0).randbytes(2**22)
FETCH = """
import sys; from appmodel.screens.download import fetch
print("begun", flush=True); fetch(sys.argv[1], sys.argv[2], "a.bin", folder="store")
"""
FIT = """
import pandas as pd; from appmodel import APP, load_effects; from appmodel.networks import network_from_edges
effects, network = load_effects("effects.h5ad"), network_from_edges(pd.read_csv("prior.csv"))
model = APP(max_epochs=150, patience=9999, n_hidden=16, restarts=0, checkpoint="kept.safetensors")
print("begun", flush=True); model.fit(effects, network).save("model.safetensors")
"""
STUDY = """
real: {about: a tiny study, seeds: 2, network: [prior.csv], screens: {tiny.h5ad: [unseen]}, made_by: real,
  methods: {additive: {class: Additive}, linear: {class: LinearModel},
    app: {class: APP, max_epochs: 20, n_hidden: 8, restarts: 0}}}
"""
NOTES = ("date", "seconds", "methods")  # of provenance: when and how long, which differ from run to run


@dataclass(frozen=True)
class Work:
    """What is killed: the command, what lies in its folder before, its results, and what must be whole meanwhile."""

    name: str
    command: list[str]
    files: dict[str, bytes]
    results: tuple[str, ...]
    whole: Callable[[Path], object] = lambda folder: None
    marked: bool = False  # it says when it has imported everything

    def start(self, folder: Path) -> subprocess.Popen:
        """Begin, and wait until everything is imported where the work says so."""
        for name, content in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        # Into a file: a pipe would stay open as long as an orphan lives.
        with open(folder / "log", "wb") as log:
            running = subprocess.Popen(self.command, cwd=folder, stdout=log, stderr=log)
        while self.marked and running.poll() is None and b"begun" not in (folder / "log").read_bytes():
            time.sleep(0.01)
        return running

    def content(self, folder: Path) -> dict[str, bytes]:
        """The results that are there, without what tells when they were made."""
        return {name: _content(folder / name) for name in self.results if (folder / name).exists()}


def _content(path: Path) -> bytes:
    if path.name.endswith(".provenance.json"):
        about = json.loads(path.read_text())
        return json.dumps({key: value for key, value in about.items() if key not in NOTES}).encode()
    return path.read_bytes()


def finish(work: Work, folder: Path) -> float:
    """Run to the end; returns the seconds that the work itself took, or exits with what it said."""
    running = work.start(folder)
    start = time.monotonic()
    if running.wait():
        sys.exit(f"{work.name} failed in {folder}: {(folder / 'log').read_text()[-3000:]}")
    return time.monotonic() - start


def killed(work: Work, folder: Path, after: float) -> bool:
    """Start, and kill after so many seconds; whether there was anything left to kill."""
    running = work.start(folder)
    try:
        running.wait(after)
    except subprocess.TimeoutExpired:
        family = psutil.Process(running.pid)
        with contextlib.suppress(psutil.NoSuchProcess):
            family.suspend()  # so that it has no more children
        children = family.children(recursive=True)
        for process in (family, *children):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        running.wait()
        psutil.wait_procs(children)
        return True
    return False


def torment(work: Work, kills: int, chance: random.Random, place: Path) -> dict:
    """Kill ``kills`` times; a line of the table, with what differed."""
    calm = place / "calm"
    calm.mkdir(parents=True)
    seconds, wrong, done, ends, folder = finish(work, calm), [], 0, 0, place / "0"
    right = work.content(calm)
    assert set(right) == set(work.results), f"{work.name} made {sorted(right)}"
    while done < kills:
        folder.mkdir(exist_ok=True)
        # The first moments and the last ones matter as much as all the others together.
        after = seconds * chance.choice([chance.uniform(0, 0.1), chance.uniform(0, 1), chance.uniform(0.9, 1.1)])
        alive = killed(work, folder, after)
        done += alive
        try:
            work.whole(folder)
            wrong += [
                f"{name} after {after:.2f} s" for name, held in work.content(folder).items() if held != right[name]
            ]
        except Exception as error:  # whatever cannot be read
            wrong.append(f"{type(error).__name__} after {after:.2f} s: {error}")
        if not alive or done == kills:
            finish(work, folder)
            wrong += [f"{name} in the end" for name in right if work.content(folder).get(name) != right[name]]
            ends, folder = ends + 1, place / str(ends + 1)
    left = sum(
        path.name.startswith(".") and path.is_file() for path in place.rglob("*") if ".snakemake" not in str(path)
    )
    return {"work": work.name, "seconds": round(seconds, 1), "kills": done, "run to the end": ends, "left over": left,
            "differs": "; ".join(wrong)}  # fmt: skip


class Slow(http.server.SimpleHTTPRequestHandler):
    """Sends ``CONTENT`` in pieces, so that there is something to interrupt."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        for start in range(0, len(CONTENT), 2**16):
            try:
                self.wfile.write(CONTENT[start : start + 2**16])
            except OSError:
                return
            time.sleep(0.01)

    def log_message(self, *arguments: object) -> None:
        pass


def predictions_are_whole(folder: Path) -> None:
    """Every kept prediction and every kept score can be read."""
    for path in filter(Path.is_file, folder.glob("_build/predictions/**/[!.]*.h5ad")):
        load_predictions(path)
    for path in folder.glob("_build/scores/**/[!.]*.parquet"):
        pd.read_parquet(path)


def checkpoint_is_whole(folder: Path) -> None:
    if (folder / "kept.safetensors").exists():
        read_safetensors(folder / "kept.safetensors")


def works(address: str, place: Path) -> list[tuple[Work, float]]:
    """The four of them, and their shares of the kills."""
    screen = demo_screen(seed=1, **SIZES)
    screen.write_h5ad(place / "tiny.h5ad")
    condition_effects(screen).write_h5ad(place / "effects.h5ad")
    prior = screen.uns["prior_network"].to_csv(index=False).encode()
    tables = [f"_build/scores/real/{rows_name('tiny.h5ad', 'unseen')}"]
    tables += [f"data/results/{rows_name('real', 'tiny.h5ad', 'unseen')}"]
    python, sha = [sys.executable, "-c"], hashlib.sha256(CONTENT).hexdigest()
    study = {"tiny.h5ad": (place / "tiny.h5ad").read_bytes(), "prior.csv": prior, "studies.yml": STUDY.encode()}
    study |= {"data/networks/prior.csv": prior}
    fit = {"effects.h5ad": (place / "effects.h5ad").read_bytes(), "prior.csv": prior}
    made = tuple(str(path) for table in tables for path in (table, provenance_path(table)))
    chapter = [sys.executable, "-m", "appmodel.pipeline.notebooks", str(ROOT / "notebooks" / "published.py")]
    return [
        (Work("download", [*python, FETCH, address, f"sha256:{sha}"], {}, ("store/a.bin",), marked=True), 0.4),
        (Work("fit", [*python, FIT], fit, ("model.safetensors",), checkpoint_is_whole, marked=True), 0.3),
        (Work("study", [*snakemake(), *made], study, made, predictions_are_whole), 0.2),
        (Work("chapter", [*chapter, "published.ipynb"], {}, ("published.ipynb",)), 0.1),
    ]


def snakemake() -> list[str]:
    """How the Makefile calls Snakemake for the studies."""
    show = ["make", "--silent", "--eval", "shown: ; $(info $(STUDIES))", "shown", f"VENV={sys.prefix}"]
    said = subprocess.run(show, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    return ["sh", "-c", f'{said.replace("studies.smk", str(ROOT / "studies.smk"))} "$@"', "snakemake"]


def main() -> None:
    asked = [*sys.argv[1:], *["50", "0"][len(sys.argv) - 1 :]]
    kills, seed, names = int(asked[0]), int(asked[1]), asked[2:]
    place = Path(tempfile.mkdtemp(prefix="kill9-"))
    os.environ.update(
        {
            "APPMODEL_CACHE": str(place / "cache"),
            "NO_PROXY": "127.0.0.1",
            "OMP_NUM_THREADS": "1",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'profiles'}",
        }
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Slow))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lines, chance = [], random.Random(seed)
    for work, share in works(f"http://127.0.0.1:{server.server_address[1]}/a.bin", place):
        if names and work.name not in names:
            continue
        lines.append(torment(work, max(1, round(share * kills)), chance, place / work.name))
        print(lines[-1]["work"], lines[-1]["kills"], "kills", lines[-1]["differs"] or "the same bytes", flush=True)
    print(f"\n{pd.DataFrame(lines).to_string(index=False)}")
    if any(line["differs"] for line in lines):
        sys.exit(f"Something differs: look into {place}")
    shutil.rmtree(place)


if __name__ == "__main__":
    main()
