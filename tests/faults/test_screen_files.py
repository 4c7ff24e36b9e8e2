"""``load_cells``: files and objects that are no screen of cells."""

import gzip

import h5py
import pytest

from appmodel import ReadingError, load_cells


def hdf5(at, name, *groups):
    """The path of an HDF5 file with these empty groups."""
    with h5py.File(at.folder / name, "w") as file:
        for group in groups:
            file.create_group(group)
    return at.folder / name


def closed(at, path):
    """The path of a file that the system does not let us read; the root of the tests may read all."""
    at.patch.setattr("os.access", lambda place, how: False)
    return path


FAULTS = {
    "load_cells: a screen that is none": (
        load_cells,
        lambda door, at: door("norman"),
        ValueError,
        "There is no screen 'norman' among the cells: choose one of demo, papalexi21, norman19_slice, "
        "adamson16_pilot, norman19, adamson16, replogle22_k562, replogle22_rpe1, or give the path of a file.",
    ),
    "load_cells: nothing": (
        load_cells,
        lambda door, at: door(None),
        TypeError,
        "A screen is a name, path, AnnData or table of effects, not None: give one of these.",
    ),
    "load_cells: a file that is not there": (
        load_cells,
        lambda door, at: door(at.folder / "my.h5ad"),
        FileNotFoundError,
        "There is no file FOLDER/my.h5ad: give the path of an .h5ad file, or one of demo, papalexi21, "
        "norman19_slice, adamson16_pilot, norman19, adamson16, replogle22_k562, replogle22_rpe1.",
    ),
    "load_cells: a folder without a matrix": (
        load_cells,
        lambda door, at: door(at.folder),
        ValueError,
        "FOLDER is a folder without matrix.mtx and no zarr store: give a file or such a folder.",
    ),
    "load_cells: an empty file": (
        load_cells,
        lambda door, at: door(at.file("my.h5ad", b"")),
        ValueError,
        "FOLDER/my.h5ad cannot be read as an .h5ad file (truncated, damaged or another format): copy or download "
        "it again.",
    ),
    "load_cells: text under another name": (
        load_cells,
        lambda door, at: door(at.file("my.h5ad", "gene,a,b\n")),
        ValueError,
        "FOLDER/my.h5ad cannot be read as an .h5ad file (truncated, damaged or another format): copy or download "
        "it again.",
    ),
    "load_cells: a damaged gzip": (
        load_cells,
        lambda door, at: door(at.file("my.h5ad.gz", gzip.compress(b"x" * 99)[:20])),
        ValueError,
        "FOLDER/my.h5ad.gz cannot be read as an .h5ad file (truncated, damaged or another format): copy or "
        "download it again.",
    ),
    "load_cells: an archive": (
        load_cells,
        lambda door, at: door(at.file("my.zip", b"PK\x03\x04")),
        ValueError,
        "FOLDER/my.zip is an archive: unpack it and give the .h5ad file or the folder inside.",
    ),
    "load_cells: a matrix without its folder": (
        load_cells,
        lambda door, at: door(at.file("matrix.mtx", "%%MatrixMarket\n")),
        ValueError,
        "FOLDER/matrix.mtx is the matrix of a 10x folder: give the folder, which holds the barcodes and genes too.",
    ),
    "load_cells: a 10x folder with half of its files": (
        load_cells,
        lambda door, at: door(at.file("ten/matrix.mtx", "%%MatrixMarket\n").parent),
        ValueError,
        "FOLDER/ten cannot be read as a 10x folder: it should hold matrix.mtx, barcodes.tsv and genes.tsv, or "
        "matrix.mtx.gz, barcodes.tsv.gz and features.tsv.gz, all whole.",
    ),
    "load_cells: a table of cells as text": (
        load_cells,
        lambda door, at: door(at.file("my.csv", "cell,ATF4\nc1,3\n")),
        ReadingError,
        "my is a table without a column of log fold changes, so it is no long table of effects; for cells give "
        "an .h5ad file or an AnnData with obs['condition'].",
    ),
    "load_cells: a loom file": (
        load_cells,
        lambda door, at: door(hdf5(at, "my.loom", "row_attrs", "col_attrs")),
        ValueError,
        "FOLDER/my.loom is a loom file: read it with anndata.io.read_loom and save it as .h5ad.",
    ),
    "load_cells: a file of no modality": (
        load_cells,
        lambda door, at: door(hdf5(at, "my.h5mu", "mod")),
        ReadingError,
        "my holds no modality: write the .h5mu file again.",
    ),
    "load_cells: a file that may not be read": (
        load_cells,
        lambda door, at: door(closed(at, at.file("my.h5ad", b"x"))),
        PermissionError,
        "FOLDER/my.h5ad may not be read by you: ask its owner for the right to.",
    ),
    "load_cells: a data folder that is not there": (
        load_cells,
        lambda door, at: (at.patch.setenv("APPMODEL_DATA", "/none"), door("papalexi21")),
        FileNotFoundError,
        "APPMODEL_DATA names '/none', which is no folder: point it at the data or unset it.",
    ),
    "load_cells: effects for cells": (
        load_cells,
        lambda door, at: door(at.effects()),
        ReadingError,
        "mine holds effects (the row of the control ('control', obs_names) is zero), not cells: use load_effects.",
    ),
    "load_cells: a table of folds for cells": (
        load_cells,
        lambda door, at: door(at.table()),
        ReadingError,
        "the table is a table of fold changes: effects, not cells; use load_effects.",
    ),
    "load_cells: an argument that is none": (
        load_cells,
        lambda door, at: door(at.cells(), min_cells=2),
        TypeError,
        "'min_cells' is no argument of a reading: the known ones are rows, condition_key, labels, control, "
        "separator, gene_key, species, values, layer, within, only, modality, unmeasured.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
