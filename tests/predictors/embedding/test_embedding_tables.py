"""Every format gives the same table; what is wrong in a file is said with its name."""

import importlib.util
import json
import logging
import pickle
import sys

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from appmodel import read_embedding
from appmodel.predictors.embedding.tables import embedding_table

GENES = ["KLF1", "NA", "HLA-A", "nan"]  # symbols that a careless reader takes for missing values among them
VALUES = np.array([[0.1, -2.5, 1 / 3], [1e-9, 0, 7], [3, 4, 5], [-1, 1, 1e9]])
FRAME = pd.DataFrame(VALUES, index=GENES, columns=["d0", "d1", "d2"])


def write_npz(path):
    np.savez(path, genes=np.array(GENES), embedding=VALUES)
    return path


def write_safetensors(path, genes=GENES, values=VALUES, name="embedding"):
    from safetensors.numpy import save_file

    save_file({name: values}, path, metadata=None if genes is None else {"genes": json.dumps(genes)})
    return path


def write_h5ad(path, X=VALUES, **obsm):
    data = anndata.AnnData(X, obs=pd.DataFrame(index=GENES), obsm=obsm)
    data.write_h5ad(path)
    return path


def written(folder, kind):
    path = folder / f"table.{kind}"
    if kind == "npz":
        return write_npz(path)
    if kind == "parquet":
        FRAME.to_parquet(path)
    elif kind in ("csv", "tsv"):
        FRAME.to_csv(path, sep="\t" if kind == "tsv" else ",")
    elif kind == "safetensors":
        return write_safetensors(path)
    elif kind == "h5ad":
        return write_h5ad(path)
    return path


def check(table, values=VALUES, genes=GENES):
    expected = pd.DataFrame(values, index=pd.Index(genes, dtype=object, name="gene"), dtype=float)
    pd.testing.assert_frame_equal(table, expected, check_exact=True)


@pytest.mark.parametrize("kind", ["npz", "parquet", "csv", "tsv", "safetensors", "h5ad"])
def test_every_format_gives_the_same_table(tmp_path, kind):
    path = written(tmp_path, kind)
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
    with pytest.raises(ValueError, match=r"empty.h5ad has no X: name one of its obsm \(it has none\)"):
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
    assert table.attrs["changes"] == [
        {
            "change": "tokens dropped",
            "count": 3,
            "reason": "special tokens are no genes",
            "examples": "'<pad>', '[CLS]', '<unk>'",
        }
    ]
    assert "t.npz: 3 tokens dropped" in caplog.text


def test_a_missing_file_and_an_unknown_suffix(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no embedding file .*nowhere.csv"):
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
    path = written(tmp_path, kind)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match=rf"table.{kind} cannot be read as .*: write it again"):
        read_embedding(path)
    path.write_bytes(b"")
    with pytest.raises(ValueError, match=rf"table.{kind} cannot be read as .*: write it again"):
        read_embedding(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "its first lines have 0 and 0 fields"),
        ("gene,a,b\n", "its first lines have 3 and 0 fields"),
        ("gene\nA\nB\n", "its first lines have 1 and 1 fields"),
        ("gene,a,b\nA,1\n", "its first lines have 3 and 2 fields"),
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


# ------------------------------------------------------------------------------------ checkpoint folders

needs_transformers = pytest.mark.skipif(
    importlib.util.find_spec("transformers") is None,
    reason="transformers is not installed (pip install 'appmodel[transformers]')",
)
TOKENS = {"<pad>": 0, "<mask>": 1, "KLF1": 2, "AARS": 4, "CEBPE": 3, "<cls>": 5}


@pytest.fixture(scope="module")
def _checkpoint(tmp_path_factory):
    """A small randomly initialised BERT for masked tokens, written by transformers; and its input embeddings."""
    import torch
    import transformers

    folder = tmp_path_factory.mktemp("checkpoint")
    config = transformers.BertConfig(
        vocab_size=8,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=16,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = transformers.BertForMaskedLM(config)
    model.save_pretrained(folder)
    return folder, model.bert.embeddings.word_embeddings.weight.detach().numpy().astype(float)


@pytest.fixture
def checkpoint(_checkpoint, tmp_path):
    """A copy of the folder, without a vocabulary, that a test may change."""
    folder = tmp_path / "model"
    folder.mkdir()
    for file in _checkpoint[0].iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder, _checkpoint[1]


@needs_transformers
def test_checkpoint_gives_the_input_embeddings_of_its_genes(checkpoint, capfd):
    import torch

    folder, weights = checkpoint
    (folder / "token_dictionary.json").write_text(json.dumps(TOKENS))
    before = torch.random.get_rng_state()
    table = read_embedding(folder)
    assert torch.equal(torch.random.get_rng_state(), before)
    check(table, weights[[2, 3, 4]], ["KLF1", "CEBPE", "AARS"])
    counted = {line["change"]: line["count"] for line in table.attrs["changes"]}
    assert counted == {"rows dropped": 2, "tokens dropped": 3}
    assert "Loading" not in capfd.readouterr().err  # no progress bar


@needs_transformers
@pytest.mark.parametrize("name", ["vocab.json", "vocab.txt"])
def test_checkpoint_with_a_vocabulary_listing(checkpoint, name):
    folder, weights = checkpoint
    listed = sorted(TOKENS, key=TOKENS.get)
    (folder / name).write_text(json.dumps(TOKENS) if name == "vocab.json" else "\n".join(listed) + "\n")
    check(read_embedding(folder), weights[[2, 3, 4]], ["KLF1", "CEBPE", "AARS"])


@needs_transformers
def test_checkpoint_with_a_tokenizer(checkpoint):
    import transformers

    folder, weights = checkpoint
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "KLF1", "CEBPE", "bos"]
    source = folder / "words.txt"
    source.write_text("\n".join(words) + "\n")
    tokenizers = importlib.import_module("tokenizers")
    model = tokenizers.models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]")
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizers.Tokenizer(model), unk_token="[UNK]", pad_token="[PAD]", bos_token="bos"
    ).save_pretrained(folder)
    table = read_embedding(folder)
    check(table, weights[[5, 6]], ["KLF1", "CEBPE"])  # "bos" looks like a gene, but the tokenizer knows better
    assert sum(line["count"] for line in table.attrs["changes"]) == 6


@needs_transformers
def test_ensembl_identifiers_become_symbols(checkpoint):
    folder, weights = checkpoint
    tokens = {"<pad>": 0, "ENSG01": 1, "ENSG02": 2, "ENSG03": 3, "ENSG04": 4}
    (folder / "token_dictionary.json").write_text(json.dumps(tokens))
    (folder / "gene_names.csv").write_text("ensembl,symbol\nENSG04,TBCE\nENSG01,KLF1\nENSG02,TBCE\nENSG99,GATA1\n")
    table = read_embedding(folder)
    # two identifiers of TBCE: the first listed counts; ENSG03 is not listed and keeps its name
    check(table, weights[[1, 3, 4]], ["KLF1", "ENSG03", "TBCE"])
    counted = {line["change"]: (line["count"], line["examples"]) for line in table.attrs["changes"]}
    assert counted["genes dropped"] == (1, "'ENSG02'")
    assert counted["genes renamed"] == (2, "'ENSG01 -> KLF1', 'ENSG04 -> TBCE'")
    (folder / "gene_names.csv").write_text("id,name\nENSG01,KLF1\n")
    with pytest.raises(ValueError, match=r"gene_names.csv should have the columns ensembl and symbol"):
        read_embedding(folder)


@needs_transformers
def test_bad_vocabularies(checkpoint):
    folder, _ = checkpoint
    with pytest.raises(ValueError, match=r"holds no vocabulary: write token_dictionary.json"):
        read_embedding(folder)
    for content, says in (
        ('{"KLF1": 8, "CEBPE": 1}', "'KLF1' .* has the number 8, but the embedding has rows 0 to 7"),
        ('{"KLF1": -1}', "has the number -1"),
        ('{"KLF1": "2"}', "has the number '2'"),
        ('["KLF1"]', "should map each gene"),
        ("{", "token_dictionary.json is no JSON"),
        ('{"<pad>": 0}', "holds no gene"),
    ):
        (folder / "token_dictionary.json").write_text(content)
        with pytest.raises(ValueError, match=says):
            read_embedding(folder)


@needs_transformers
def test_weights_of_another_model_are_not_taken_for_random_ones(checkpoint):
    from safetensors.numpy import save_file

    folder, _ = checkpoint
    (folder / "token_dictionary.json").write_text(json.dumps(TOKENS))
    save_file({"head.weight": np.zeros((2, 2), np.float32)}, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match=r"lack the input embeddings of the model \('.*word_embeddings.weight'\)"):
        read_embedding(folder)
    (folder / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="cannot be read by transformers"):
        read_embedding(folder)
    (folder / "config.json").write_text('{"model_type": "nobody-knows"}')
    with pytest.raises(ValueError, match="cannot be read by transformers"):
        read_embedding(folder)


@needs_transformers
def test_code_of_the_folder_is_never_run(checkpoint):
    folder, _ = checkpoint
    (folder / "token_dictionary.json").write_text(json.dumps(TOKENS))
    (folder / "own.py").write_text("raise SystemExit('the code was run')")
    (folder / "config.json").write_text(
        json.dumps({"model_type": "own", "auto_map": {"AutoConfig": "own.Config", "AutoModel": "own.Model"}})
    )
    with pytest.raises(ValueError, match="cannot be read by transformers"):
        read_embedding(folder)


@needs_transformers
@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_checkpoints(checkpoint, dtype):
    import torch
    from safetensors.torch import load_file, save_file

    folder, weights = checkpoint
    (folder / "token_dictionary.json").write_text(json.dumps(TOKENS))
    path = folder / "model.safetensors"
    stored = {name: tensor.to(getattr(torch, dtype)) for name, tensor in load_file(path).items()}
    save_file(stored, path, metadata={"format": "pt"})
    np.testing.assert_allclose(read_embedding(folder).to_numpy(), weights[[2, 3, 4]], rtol=1e-2)


def folder_with(tmp_path, *names):
    for name in names:
        (tmp_path / name).write_text("{}")
    return tmp_path


def test_folders_that_are_no_checkpoints(tmp_path):
    with pytest.raises(ValueError, match=r"is no checkpoint folder: it should hold config.json and model.safetensors"):
        read_embedding(tmp_path)
    with pytest.raises(ValueError, match=r"holds no model.safetensors"):
        read_embedding(folder_with(tmp_path, "config.json"))
    with pytest.raises(ValueError, match=r"pytorch_model.bin holds pickled .*convert it to safetensors"):
        read_embedding(folder_with(tmp_path, "pytorch_model.bin"))


def test_without_transformers_the_mend_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)  # as if it were not installed
    with pytest.raises(ValueError, match=r"transformers is needed: install it with pip install 'appmodel\[tr"):
        read_embedding(folder_with(tmp_path, "config.json", "model.safetensors"))
