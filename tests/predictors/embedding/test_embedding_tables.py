"""Every format gives the same table; what is wrong in a file is said with its name."""

import json
import logging
import pickle
import sys

import anndata
import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import save_file
from scipy import sparse

from appmodel import read_embedding
from appmodel.predictors.embedding.tables import embedding_table

GENES = ["KLF1", "NA", "HLA-A", "nan"]  # symbols that a careless reader takes for missing values among them
VALUES = np.array([[0.1, -2.5, 1 / 3], [1e-9, 0, 7], [3, 4, 5], [-1, 1, 1e9]])
FRAME = pd.DataFrame(VALUES, index=GENES, columns=["d0", "d1", "d2"])


def write_safetensors(path, genes=GENES, values=VALUES, name="embedding"):
    save_file({name: values}, path, metadata=None if genes is None else {"genes": json.dumps(genes)})
    return path


def write_h5ad(path, X=VALUES, **obsm):
    data = anndata.AnnData(X, obs=pd.DataFrame(index=GENES), obsm=obsm)
    data.write_h5ad(path)
    return path


WRITERS = {
    "npz": lambda path: np.savez(path, genes=np.array(GENES), embedding=VALUES),
    "parquet": FRAME.to_parquet,
    "csv": FRAME.to_csv,
    "tsv": lambda path: FRAME.to_csv(path, sep="\t"),
    "safetensors": write_safetensors,
    "h5ad": write_h5ad,
}


def check(table, values=VALUES, genes=GENES):
    expected = pd.DataFrame(values, index=pd.Index(genes, dtype=object, name="gene"), dtype=float)
    pd.testing.assert_frame_equal(table, expected, check_exact=True)


@pytest.mark.parametrize("kind", WRITERS)
def test_every_format_gives_the_same_table(tmp_path, kind):
    path = tmp_path / f"table.{kind}"
    WRITERS[kind](path)
    check(read_embedding(path))
    check(read_embedding(str(path)))
    assert read_embedding(path).attrs["changes"] == []


def test_parquet_with_genes_in_the_first_column(tmp_path):
    FRAME.rename_axis("symbol").reset_index().to_parquet(tmp_path / "t.parquet", index=False)
    check(read_embedding(tmp_path / "t.parquet"))


def test_npz_with_names_as_bytes(tmp_path):
    np.savez(tmp_path / "t.npz", genes=np.array([gene.encode() for gene in GENES]), embedding=VALUES)
    check(read_embedding(tmp_path / "t.npz"))


def test_integers_and_single_precision_become_floats(tmp_path):
    for values in (np.arange(12).reshape(4, 3), np.arange(12, dtype=np.float32).reshape(4, 3)):
        table = read_embedding(write_safetensors(tmp_path / "t.safetensors", values=values))
        check(table, np.arange(12.0).reshape(4, 3))
        assert set(table.dtypes) == {np.dtype(float)}


def test_h5ad_matrix_of_obsm_and_sparse_x(tmp_path):
    path = write_h5ad(tmp_path / "cells.h5ad", X=sparse.csr_matrix(VALUES), X_scgpt=VALUES * 2)
    check(read_embedding(path))
    check(read_embedding(f"{path}#X_scgpt"), VALUES * 2)
    frame = FRAME * 3
    check(read_embedding(f"{write_h5ad(tmp_path / 'frame.h5ad', X_pca=frame)}#X_pca"), VALUES * 3)
    with pytest.raises(ValueError, match=r"cells.h5ad has no obsm\['X_pca'\]: name one of its obsm \('X_scgpt'\)"):
        read_embedding(f"{path}#X_pca")
    with pytest.raises(ValueError, match=r"empty.h5ad has no X: give another file"):
        read_embedding(write_h5ad(tmp_path / "empty.h5ad", X=None))


def test_header_as_r_writes_it_and_counted_columns(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text("V1\tV2\nA\t1\t2\nB\t3\t4\n")  # one name less than fields
    check(read_embedding(path), [[1.0, 2], [3, 4]], ["A", "B"])
    for names in ("0,1,2", "1,2,3"):
        (tmp_path / "t.csv").write_text(f"gene,{names}\nA,1,2,3\nB,4,5,6\n")
        check(read_embedding(tmp_path / "t.csv"), [[1.0, 2, 3], [4, 5, 6]], ["A", "B"])


def test_special_tokens_are_dropped_and_counted(caplog):
    genes = ["<pad>", "A", "[CLS]", " B ", "<unk>", "HLA-DRB1"]
    values = np.arange(12.0).reshape(6, 2)
    values[0] = np.nan  # a padding row need not be defined
    with caplog.at_level(logging.WARNING, "appmodel"):
        table = embedding_table(genes, values, "t.npz")
    check(table, values[[1, 3, 5]], ["A", "B", "HLA-DRB1"])
    (line,) = table.attrs["changes"]
    assert (line["change"], line["count"], line["examples"]) == ("tokens dropped", 3, "'<pad>', '[CLS]', '<unk>'")
    assert line["reason"] == "special tokens are no genes"
    assert "t.npz: 3 tokens dropped" in caplog.text


def test_a_missing_file_and_an_unknown_suffix(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere.csv does not exist: give the path"):
        read_embedding(tmp_path / "nowhere.csv")
    (tmp_path / "t.xlsx").write_text("")
    with pytest.raises(ValueError, match=r"t.xlsx is no embedding file: its name should end in .npz, .*h5ad, or"):
        read_embedding(tmp_path / "t.xlsx")


@pytest.mark.parametrize("suffix", ["bin", "pt", "pth", "ckpt", "pkl", "pickle"])
def test_pickles_are_never_read(tmp_path, suffix):
    class Trap:
        def __reduce__(self):
            return (sys.exit, ("the pickle was read",))

    path = tmp_path / f"model.{suffix}"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ValueError, match=f"model.{suffix} holds pickled .* convert it to safetensors"):
        read_embedding(path)


def test_pickled_objects_in_npz_are_refused(tmp_path):
    np.savez(tmp_path / "t.npz", genes=np.array(GENES, dtype=object), embedding=VALUES)
    with pytest.raises(ValueError, match=r"t.npz cannot be read as npz without pickled objects"):
        read_embedding(tmp_path / "t.npz")


@pytest.mark.parametrize("kind", ["npz", "parquet", "safetensors", "h5ad"])
def test_a_damaged_file_is_named(tmp_path, kind):
    path = tmp_path / f"table.{kind}"
    WRITERS[kind](path)
    for content in (path.read_bytes()[:100], b""):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"table.{kind} cannot be read as .*: write it again"):
            read_embedding(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has 0 and 0 fields in its first lines: write a header"),
        ("gene,a,b\n", "has 3 and 0 fields in its first lines: write a header"),
        ("gene\nA\nB\n", "has 1 and 1 fields in its first lines: write a header"),
        ("gene,a,b\nA,1\n", "has 3 and 2 fields in its first lines: write a header"),
        ("gene,a,b\nA,1,2\nB,1,2,3\n", "cannot be read as genes and numbers .*xpected 3 columns, got 4"),
        ("gene,a,b\nA,1,2\nB,1\n", "cannot be read as genes and numbers .*xpected 3 columns, got 2"),
        ("gene,a,b\nA,1,2\nB,,3\n", r"rows of 1 genes in .*missing or infinite values \('B'\)"),
        ("gene,a,b\nA,1,2\nB,x,3\n", "cannot be read as genes and numbers .*column #1: .* invalid value 'x'"),
        ("A,0.5,0.25\nB,1,2\n", "has no header line .it starts with 'A', '0.5', '0.25'.: add one"),
        ("n,a,b\n0,1,2\n1,3,4\n", "are numbers .'0', '1'.: use gene symbols"),
        ("gene,a,b\nA,1,2\n,3,4\n", "should be text; there is ''"),
        ("gene,a,b\nA,1,2\nB,1,inf\n", "missing or infinite"),
        ("gene,a\nA,1\nB,2\n", r"shape \(2, 1\): give genes x dimensions, with two"),
        ("gene,a,b\n<pad>,1,2\n", "holds no gene"),
        ("gene,a,b\nA,1,2\nB,3,4\nA,5,6\nA,7,8\nB,1,1\nC,1,1\n", r"names 2 genes more than once \('A', 'B'\): keep"),
    ],
)
def test_bad_text(tmp_path, text, says):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(ValueError, match=says) as caught:
        read_embedding(tmp_path / "t.csv")
    assert "t.csv" in str(caught.value)


def test_text_of_another_encoding(tmp_path):
    (tmp_path / "t.csv").write_bytes("gene,a,b\nÄ,1,2\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"t.csv cannot be read as UTF-8 text"):
        read_embedding(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("genes", "values", "says"),
    [
        ([1, 2], np.ones((2, 2)), "genes of here should be text; there is 1"),
        (["A", None], np.ones((2, 2)), "should be text; there is None"),
        (["A", "B"], np.ones((3, 2)), "names 2 genes for 3 rows"),
        (["A"], np.ones(2), r"shape \(2,\)"),
        (["A", "B"], np.array([["a", "b"], ["c", "d"]]), "no table of numbers"),
        (["A", "A "], np.ones((2, 2)), "names 1 genes more than once"),
        ([], np.ones((0, 2)), "holds no gene"),
    ],
)
def test_bad_tables(genes, values, says):
    with pytest.raises(ValueError, match=says):
        embedding_table(genes, values, "here")


def test_other_content(tmp_path):
    np.savez(tmp_path / "t.npz", names=np.array(GENES), embedding=VALUES)
    with pytest.raises(ValueError, match=r"t.npz should hold the arrays genes and embedding"):
        read_embedding(tmp_path / "t.npz")
    with open(tmp_path / "t.npz", "wb") as file:
        np.save(file, VALUES)
    with pytest.raises(ValueError, match=r"t.npz cannot be read"):
        read_embedding(tmp_path / "t.npz")
    for genes, name in ((None, "embedding"), (GENES, "weight"), ("KLF1", "embedding")):
        with pytest.raises(ValueError, match=r"t.safetensors should hold a tensor embedding and, in its metadata"):
            read_embedding(write_safetensors(tmp_path / "t.safetensors", genes, name=name))
    pd.DataFrame({"gene": GENES, "a": list("wxyz"), "b": 1.0}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(ValueError, match=r"t.parquet is no table of numbers"):
        read_embedding(tmp_path / "t.parquet")
    FRAME.reset_index(drop=True).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(ValueError, match=r"genes of .*t.parquet should be text; there is 0.1"):
        read_embedding(tmp_path / "t.parquet")
