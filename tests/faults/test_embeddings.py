"""``read_embedding``: files that hold no rows of genes."""

import numpy as np
import pytest

from appmodel import read_embedding

FAULTS = {
    "read_embedding: nothing": (
        read_embedding,
        lambda door, at: door(None),
        TypeError,
        "A path is a text or a Path, not None: give the path of a table or of a checkpoint folder.",
    ),
    "read_embedding: a file that is not there": (
        read_embedding,
        lambda door, at: door(at.folder / "e.csv"),
        FileNotFoundError,
        "FOLDER/e.csv does not exist: give the path of a table or of a checkpoint folder.",
    ),
    "read_embedding: a folder that is no checkpoint": (
        read_embedding,
        lambda door, at: door(at.folder),
        ValueError,
        "FOLDER is no checkpoint folder: it should hold config.json and model.safetensors.",
    ),
    "read_embedding: pickled objects": (
        read_embedding,
        lambda door, at: door(at.file("e.pkl", b"x")),
        ValueError,
        "FOLDER/e.pkl holds pickled Python objects, which can run any code when they are read: convert it to "
        "safetensors (a model that you trust: read it with transformers and save it again).",
    ),
    "read_embedding: a form that is none": (
        read_embedding,
        lambda door, at: door(at.file("e.xlsx", b"x")),
        ValueError,
        "FOLDER/e.xlsx is no embedding file: its name should end in .npz, .parquet, .csv, .tsv, .safetensors or "
        ".h5ad, or it should be a checkpoint folder.",
    ),
    "read_embedding: an empty file": (
        read_embedding,
        lambda door, at: door(at.file("e.csv", "")),
        ValueError,
        "FOLDER/e.csv has 0 and 0 fields in its first lines: write a header and then a gene and its numbers per "
        "line, all of one length.",
    ),
    "read_embedding: one axis": (
        read_embedding,
        lambda door, at: door(at.file("e.csv", "gene,a\nKLF1,1\nSPI1,2\n")),
        ValueError,
        "The embedding in FOLDER/e.csv has shape (2, 1): give genes x dimensions, with two dimensions or more.",
    ),
    "read_embedding: rows of unequal length": (
        read_embedding,
        lambda door, at: door(at.file("e.csv", "gene,a,b\nKLF1,1,2\nSPI1,2\n")),
        ValueError,
        "FOLDER/e.csv cannot be read as genes and numbers (CSV parse error: Expected 3 columns, got 2: SPI1,2): "
        "write it again.",
    ),
    "read_embedding: a missing value": (
        read_embedding,
        lambda door, at: door(at.file("e.csv", "gene,a,b\nKLF1,1,\nSPI1,2,3\n")),
        ValueError,
        "The rows of 1 genes in FOLDER/e.csv hold missing or infinite values ('KLF1'): leave these rows out or "
        "mend them.",
    ),
    "read_embedding: a gene twice": (
        read_embedding,
        lambda door, at: door(at.file("e.csv", "gene,a,b\nKLF1,1,2\nKLF1,2,3\n")),
        ValueError,
        "FOLDER/e.csv names 1 genes more than once ('KLF1'): keep one row per gene.",
    ),
    "read_embedding: numbers for genes": (
        read_embedding,
        lambda door, at: door(at.file("e.csv", "gene,a,b\n1,1,2\n2,2,3\n")),
        ValueError,
        "The genes of FOLDER/e.csv are numbers ('1', '2'): use gene symbols.",
    ),
    "read_embedding: damaged arrays": (
        read_embedding,
        lambda door, at: door(at.file("e.npz", b"PK")),
        ValueError,
        "FOLDER/e.npz cannot be read as npz without pickled objects (cut off, damaged or another format): write "
        "it again.",
    ),
    "read_embedding: arrays of other names": (
        read_embedding,
        lambda door, at: (np.savez(at.folder / "e.npz", x=[1]), door(at.folder / "e.npz")),
        ValueError,
        "FOLDER/e.npz should hold the arrays genes and embedding: write it with numpy.savez(path, genes=..., "
        "embedding=...).",
    ),
    "read_embedding: a matrix that is not there": (
        read_embedding,
        lambda door, at: (at.cells().write_h5ad(at.folder / "e.h5ad"), door(f"{at.folder}/e.h5ad#X_pca")),
        ValueError,
        "FOLDER/e.h5ad has no obsm['X_pca']: give another file.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
