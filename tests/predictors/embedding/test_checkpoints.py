"""Gene embeddings out of a checkpoint folder: its input embeddings by its vocabulary, and nothing of it is run."""

import json
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file

from appmodel import read_embedding

TOKENS = {"<pad>": 0, "<mask>": 1, "KLF1": 2, "AARS": 4, "CEBPE": 3, "<cls>": 5}


def check(table, values, genes):
    expected = pd.DataFrame(values, index=pd.Index(genes, dtype=object, name="gene"), dtype=float)
    pd.testing.assert_frame_equal(table, expected, check_exact=True)


@pytest.fixture(scope="module")
def _checkpoint(tmp_path_factory):
    """A small randomly initialised BERT for masked tokens, written by transformers; and its input embeddings."""
    reason = "transformers is not installed (pip install 'appmodel[transformers]')"
    transformers = pytest.importorskip("transformers", reason=reason)
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


def test_checkpoint_gives_the_input_embeddings_of_its_genes(checkpoint, capfd):
    folder, weights = checkpoint
    (folder / "token_dictionary.json").write_text(json.dumps(TOKENS))
    before = torch.random.get_rng_state()
    table = read_embedding(folder)
    assert torch.equal(torch.random.get_rng_state(), before)
    check(table, weights[[2, 3, 4]], ["KLF1", "CEBPE", "AARS"])
    counted = {line["change"]: line["count"] for line in table.attrs["changes"]}
    assert counted == {"rows dropped": 2, "tokens dropped": 3}
    assert "Loading" not in capfd.readouterr().err  # no progress bar


@pytest.mark.parametrize("name", ["vocab.json", "vocab.txt"])
def test_checkpoint_with_a_vocabulary_listing(checkpoint, name):
    folder, weights = checkpoint
    listed = sorted(TOKENS, key=TOKENS.get)
    (folder / name).write_text(json.dumps(TOKENS) if name == "vocab.json" else "\n".join(listed) + "\n")
    check(read_embedding(folder), weights[[2, 3, 4]], ["KLF1", "CEBPE", "AARS"])


def test_checkpoint_with_a_tokenizer(checkpoint):
    import tokenizers
    import transformers

    folder, weights = checkpoint
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "KLF1", "CEBPE", "bos"]
    source = folder / "words.txt"
    source.write_text("\n".join(words) + "\n")
    model = tokenizers.models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]")
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizers.Tokenizer(model), unk_token="[UNK]", pad_token="[PAD]", bos_token="bos"
    ).save_pretrained(folder)
    table = read_embedding(folder)
    check(table, weights[[5, 6]], ["KLF1", "CEBPE"])  # "bos" looks like a gene, but the tokenizer knows better
    assert sum(line["count"] for line in table.attrs["changes"]) == 6


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


def test_weights_of_another_model_are_not_taken_for_random_ones(checkpoint):
    folder, _ = checkpoint
    (folder / "token_dictionary.json").write_text(json.dumps(TOKENS))
    save_file({"head.weight": torch.zeros((2, 2))}, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match=r"lack the input embeddings of the model \('.*word_embeddings.weight'\)"):
        read_embedding(folder)
    (folder / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="cannot be read by transformers"):
        read_embedding(folder)
    (folder / "config.json").write_text('{"model_type": "nobody-knows"}')
    with pytest.raises(ValueError, match="cannot be read by transformers"):
        read_embedding(folder)


def test_code_of_the_folder_is_never_run(checkpoint):
    folder, _ = checkpoint
    (folder / "token_dictionary.json").write_text(json.dumps(TOKENS))
    (folder / "own.py").write_text("raise SystemExit('the code was run')")
    (folder / "config.json").write_text(
        json.dumps({"model_type": "own", "auto_map": {"AutoConfig": "own.Config", "AutoModel": "own.Model"}})
    )
    with pytest.raises(ValueError, match="cannot be read by transformers"):
        read_embedding(folder)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_checkpoints(checkpoint, dtype):
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
