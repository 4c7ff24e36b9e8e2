"""Files that no network can be read from, each with the sentence that its user sees."""

import gzip
import io
import zipfile

import pandas as pd
import pytest

from appmodel.networks import load_network


def archive(*names):
    """A zip archive of files with these names."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name in names:
            packed.writestr(name, LINK)
    return held.getvalue()


LINK = "KLF1\tCEBPE\n"
BAD = [
    # what is no table
    ("a.tsv", b"", "a.tsv is empty: it should hold gene sets or edges."),
    ("a.tsv", b"\xef\xbb\xbf\r\n", "a.tsv is empty: it should hold gene sets or edges."),
    ("a.tsv", "KLF1\tCEBP\xe9\n".encode("latin-1"), "a.tsv is not a UTF-8 text file: save it as UTF-8."),
    ("a.tsv", b"KLF1\x00\tCEBPE\n", "a.tsv is no text file: save the network as .tsv, .csv, .gmt or .parquet."),
    ("a.tsv.gz", gzip.compress(LINK.encode() * 99)[:30], "a.tsv.gz cannot be unpacked (truncated?): fetch it again."),
    ("a.zip", b"PK\x03\x04cut", "a.zip cannot be unpacked (truncated?): fetch it again."),
    ("a.bz2", b"BZh", "a.bz2 cannot be unpacked (truncated?): fetch it again."),
    ("a.zip", archive("x.tsv", "y.tsv"), "a.zip is an archive of 2 files ('x.tsv', 'y.tsv'): unpack it, name one."),
    ("a.tsv", archive("xl/workbook.xml", "y"), "a.tsv is a spreadsheet: save its sheet as .csv or .tsv."),
    ("a.parquet", b"PAR1 cut", "a.parquet cannot be read as Parquet (truncated?): fetch it again."),
    ("a.xlsx", b"PK", "a.xlsx is no network file: its name should end in one of .tsv, .csv, .parquet, .gmt"),
    ("a.tsv", b"<!DOCTYPE html>\n<html>", "a.tsv holds a web page, not a table: download the file itself again."),
    ("a.json", b'{"edges": []}', "a.json holds JSON, not a table: export it as a table (.tsv) from where it comes."),
    (
        "a.tsv",
        b"version https://git-lfs.github.com/spec/v1\n",
        "is a pointer of Git LFS, not the file: run git lfs pull.",
    ),
    ("a.pkl", b"\x80\x04", "a.pkl holds pickled Python objects"),
    ("a.tsv", b"# nothing\n# more\n", "a.tsv holds comments only: give gene sets or edges."),
    ("a.txt", b"KLF1\nSPI1\n", "a.txt has one column only: part its columns by tabs or commas"),
    # which columns
    ("a.tsv", b"source\ttarget\n", "a.tsv holds no edges: give at least one row."),
    ("a.tsv", b"KLF1\tCEBPE\nSPI1\n", "Row 2 of"),
    (
        "a.tsv",
        b"source\ttarget\tweight\nKLF1\tCEBPE\t1\nSPI1\tSTA",
        "has 2 columns where the header has 3, parted by tabs",
    ),
    (
        "a.csv",
        b"source,target\nKLF1,SPI1,0.5\n",
        "has 3 columns where the header has 2, parted by commas: mend the row",
    ),
    (
        "a.csv",
        b"gene,score\nKLF1,0.5\n",
        "of which 1 holds names ('gene'): name its two columns of genes source and target",
    ),
    (
        "a.csv",
        b"p,q,r\nKLF1,SPI1,IRF1\nSPI1,IRF1,KLF1\n",
        "of which 3 hold names ('p', 'q', 'r'): name its two columns",
    ),
    ("a.csv", b",KLF1,SPI1\nKLF1,0,1\nSPI1,1,0\n", "a.csv looks like a matrix of genes by genes: list its pairs"),
    (
        "a.tsv",
        b"source\ttarget\nKLF1\tNA\n-\tSPI1\n",
        "names both genes (columns 'source' and 'target'): take other columns.",
    ),
    ("a.tsv", b"source\ttarget\nKLF1\t\n", "has no gene name in column 'target': use gene symbols."),
    # which weight
    (
        "a.tsv",
        b"source\ttarget\tweight\nKLF1\tSPI1\tNA\n",
        "has the weight 'NA': use finite numbers, or delete the row.",
    ),
    ("a.tsv", b"tf\ttarget\tscore\nKLF1\tSPI1\t1\nKLF1\tIRF1\t-\n", "Row 2 of"),
    (
        "a.tsv",
        b"tf\ttarget\tscore_x\tscore_y\nKLF1\tSPI1\t1\t2\nKLF1\tIRF1\t2\t1\n",
        "rename the one that is meant to weight.",
    ),
    # sets and annotations
    ("a.gmt", b"SET_A http://x KLF1 SPI1\n", "Line 1 of"),
    ("a.gmt", b"S\tx\tKLF1\nT\tonly a description\n", "Line 2 of"),
    (
        "a.gmt",
        b"S\tKLF1\tSPI1\nT\tSPI1\tKLF1\nU\tof a kind\tIRF1\n",
        "write a description, or nothing, between the name and",
    ),
    ("a.gmt", b"S\tx\t7157\t672\n", "a.gmt calls genes by Entrez gene ids (such as '7157'), screens by symbols: take"),
    ("a.sif", b"KLF1\tpp\n", "should hold a gene, a relation and one or several genes: mend or delete it."),
    (
        "a.gaf",
        b"!gaf-version: 2.2\nUniProtKB\tP1\tKLF1\n",
        "should hold a gene symbol in the third column and a term such as",
    ),
    ("a.gaf", b"!gaf-version: 2.2\n", "a.gaf holds no annotations: give a GAF with at least one line."),
    # spreadsheets
    (
        "a.csv",
        b"source,target\nKLF1,1-Mar\n2-Mar,SPI1\n",
        "a gene that a spreadsheet made a date of: export the file anew.",
    ),
]


@pytest.mark.parametrize(("name", "content", "sentence"), BAD, ids=range(len(BAD)))
def test_the_sentence_names_the_file_and_the_mend(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"\.$") as raised:
        load_network(path)
    assert sentence in str(raised.value)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["absent.tsv", "absent.gmt.gz", "absent.TXT", "folder/absent"])
def test_a_file_that_is_not_there(tmp_path, name):
    with pytest.raises(FileNotFoundError, match=r"absent.* does not exist: give the path of a file of"):
        load_network(tmp_path / name)


def test_a_name_that_is_none():
    with pytest.raises(ValueError, match="no network called 'gobp': use demo, go_bp, reactome"):
        load_network("gobp")


def test_a_helper_that_does_not_help(tmp_path):
    table = tmp_path / "map.tsv"
    pd.DataFrame({"GeneID": ["1", "2"], "Symbol": ["KLF1", "SPI1"]}).to_csv(table, sep="\t", index=False)
    links = tmp_path / "links.tsv"
    links.write_text("source\ttarget\nP10000\tP10001\n")
    with pytest.raises(ValueError, match=r"links\.tsv calls genes by UniProt accessions"):
        load_network([links, table])
    twice = tmp_path / "twice.tsv"
    twice.write_text("From\tTo\nP10000\tKLF1\nP10000\tSPI1\n")
    with pytest.raises(ValueError, match=r"twice\.tsv gives no gene of .*links\.tsv a single symbol"):
        load_network([links, twice])
