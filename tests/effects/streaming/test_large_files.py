"""When a file is read in blocks, how much at once, and what is left where that is cut short."""

import gzip
import os
import re
import shutil
import signal

import h5py
import pytest
from click.testing import CliRunner

from appmodel import load_effects, reading_of
from appmodel.effects.streaming import row_file
from appmodel.pipeline.command import main
from appmodel.screens import holds_cells
from appmodel.screens.stored import files

pytestmark = pytest.mark.filterwarnings("ignore::appmodel.ReadingWarning")


@pytest.fixture
def path(made, tmp_path):
    made().write_h5ad(tmp_path / "mine.h5ad")
    return tmp_path / "mine.h5ad"


def form(effects):
    return effects.uns["reading"].set_index("decision").loc["form", "reading"]


def test_large_files_are_read_in_blocks(path, monkeypatch, tiny_effects, tmp_path):
    assert form(load_effects(path)) == "h5ad"
    monkeypatch.setattr(files, "LARGE", 100)
    assert form(load_effects(path)) == "h5ad, read in blocks"
    assert form(load_effects(path, in_memory=True)) == "h5ad"
    assert holds_cells(path)
    tiny_effects.write_h5ad(tmp_path / "effects.h5ad")  # a large table of effects is read whole
    assert form(load_effects(tmp_path / "effects.h5ad")) == "h5ad"
    assert load_effects("demo").n_obs > 1


def test_a_large_file_is_described_without_being_read_whole(path, monkeypatch):
    whole = reading_of(path)
    monkeypatch.setattr(files, "LARGE", 100)
    monkeypatch.setattr("appmodel.screens.opening.read_form", None)
    table = reading_of(path)
    assert table["reading"].tolist() == ["h5ad, read in blocks", *whole["reading"][1:]]
    assert table["evidence"].tolist() == whole["evidence"].tolist()


def test_what_cannot_be_read_in_blocks_says_so(path, made, monkeypatch):
    packed = path.with_suffix(".h5ad.gz")
    with open(path, "rb") as plain, gzip.open(packed, "wb") as out:
        shutil.copyfileobj(plain, out)
    for source in (packed, made()):
        with pytest.raises(ValueError, match=r"cannot be read in blocks: .* or leave in_memory=False out"):
            load_effects(source, in_memory=False)
    with pytest.raises(ValueError, match="demo is a screen of the registry, which is read whole"):
        load_effects("demo", in_memory=False)
    monkeypatch.setattr(files, "LARGE", 100)
    assert form(load_effects(packed)) == "h5ad, gzipped"


@pytest.mark.parametrize("form", ["csr", "csc", "dense"])
def test_no_more_than_a_block_is_read_at_once(made, path, monkeypatch, form):
    made(form).write_h5ad(path)
    sizes = []
    read = h5py.Dataset.__getitem__

    def watched(dataset, *arguments):
        found = read(dataset, *arguments)
        if dataset.name.startswith("/X") and not dataset.name.endswith("indptr"):
            sizes.append(found.size)
        return found

    monkeypatch.setattr(h5py.Dataset, "__getitem__", watched)
    effects = load_effects(path, in_memory=False)
    longest = 12 if form != "csc" else 90
    assert max(sizes) <= max(40, longest)
    assert sum(sizes) < 3 * 90 * 12  # once: values and where they stand
    assert effects.n_obs == 4


def test_a_damaged_file_gets_a_sentence(made, path):
    with h5py.File(path, "r+") as file:
        file["X/indices"][-1] = 99
    with pytest.raises(ValueError, match=r"mine\.h5ad cannot be read as an \.h5ad file"):
        load_effects(path, in_memory=False)
    with h5py.File(path, "r+") as file:
        file["X/indices"][-1] = file["X/indices"][-2]
    with pytest.raises(ValueError, match=r"A cell has two values for one gene: .* X\.sum_duplicates"):
        load_effects(path, in_memory=False)


def test_a_full_folder_for_temporary_files(path, monkeypatch):
    class Full:
        def __init__(self, **options): ...
        def __enter__(self):
            return self

        def __exit__(self, *error): ...
        def tell(self):
            return 0

        def write(self, part):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("appmodel.effects.streaming.effects.TemporaryFile", Full)
    with pytest.raises(OSError, match=r"The folder for temporary files, .*, is full: name one .* in TMPDIR"):
        load_effects(path, in_memory=False)


@pytest.fixture
def heeds_ctrl_c():
    """As a program that was started by hand; tests that run in several processes ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_ctrl_c")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_says_so_and_leaves_nothing(path, monkeypatch, stop):
    monkeypatch.setattr(files, "LARGE", 100)
    add = row_file.RowFile.add
    parts = []

    def stopped(self, *arguments):
        parts.append(arguments)
        if len(parts) == 5:
            os.kill(os.getpid(), stop)
        return add(self, *arguments)

    monkeypatch.setattr(row_file.RowFile, "add", stopped)
    result = CliRunner().invoke(main, ["effects", str(path), str(path.with_name("effects.h5ad"))])
    assert result.exit_code == 130
    assert "mine: stopped before all its cells were read; no effects were made. No file was left" in result.stderr
    assert [each.name for each in path.parent.iterdir()] == ["mine.h5ad"]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_progress_is_shown(path, capsys):
    load_effects(path, in_memory=False)
    assert capsys.readouterr().err == ""
    load_effects(path, in_memory=False, progressbar=True)
    said = capsys.readouterr().err
    assert re.search(r"reading mine: +100%", said)
    assert re.search(r"effects of mine: +100%", said)
