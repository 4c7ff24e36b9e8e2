"""``load_network`` and networks from memory: no file, no table, no genes, no number."""

import pandas as pd
import pytest

from appmodel import Network, load_network
from appmodel.networks import complete_network, network_from_edges, network_from_sets

FAULTS = {
    "load_network: a name that is none": (
        load_network,
        lambda door, at: door("gobp"),
        ValueError,
        "There is no network called 'gobp': use demo, go_bp, reactome, string, pathways, corum, ppi, collectri, "
        "trrust, gears_go_graph, or a path ending in .tsv, .csv, .parquet, .gmt, .txt, .sif, .gaf, .obo.",
    ),
    "load_network: no name": (
        load_network,
        lambda door, at: door([]),
        ValueError,
        "No network is named: name at least one, or use empty_network().",
    ),
    "load_network: nothing": (
        load_network,
        lambda door, at: door(None),
        TypeError,
        "Give a list of names and paths, not None: write one like ['go_bp', 'reactome'].",
    ),
    "load_network: nothing among names": (
        load_network,
        lambda door, at: door(["go_bp", None]),
        TypeError,
        "A network is a name or a path, not None: give one, such as 'go_bp'.",
    ),
    "load_network: a name twice": (
        load_network,
        lambda door, at: door(["reactome", "reactome"]),
        ValueError,
        "Two networks are called 'reactome': name each once, or rename a file.",
    ),
    "load_network: a file that is not there": (
        load_network,
        lambda door, at: door(at.folder / "my.tsv"),
        FileNotFoundError,
        "FOLDER/my.tsv does not exist: give the path of a file of gene sets or edges.",
    ),
    "load_network: a folder": (
        load_network,
        lambda door, at: door(at.folder),
        IsADirectoryError,
        "FOLDER is a folder, not a file: give the path of a file of gene sets or edges.",
    ),
    "load_network: an empty file": (
        load_network,
        lambda door, at: door(at.file("my.tsv", b"")),
        ValueError,
        "FOLDER/my.tsv is empty: it should hold gene sets or edges.",
    ),
    "load_network: no text": (
        load_network,
        lambda door, at: door(at.file("my.tsv", b"a\x00b")),
        ValueError,
        "FOLDER/my.tsv is no text file: save the network as .tsv, .csv, .gmt or .parquet.",
    ),
    "load_network: a web page": (
        load_network,
        lambda door, at: door(at.file("my.tsv", "<!DOCTYPE html>")),
        ValueError,
        "FOLDER/my.tsv holds a web page, not a table: download the file itself again.",
    ),
    "load_network: pickled objects": (
        load_network,
        lambda door, at: door(at.file("my.pkl", b"\x80")),
        ValueError,
        "FOLDER/my.pkl holds pickled Python objects, which can run any code when they are read: save the network "
        "as .tsv.",
    ),
    "load_network: a damaged table": (
        load_network,
        lambda door, at: door(at.file("my.parquet", b"PAR1")),
        ValueError,
        "FOLDER/my.parquet cannot be read as Parquet (truncated?): fetch it again.",
    ),
    "load_network: a row too short": (
        load_network,
        lambda door, at: door(at.file("my.tsv", "source\ttarget\nKLF1\tSPI1\nKLF1\n")),
        ValueError,
        "Row 2 of FOLDER/my.tsv has 1 columns where the header has 2, parted by tabs: mend the row; each should "
        "hold source and target, and the weight where there is one.",
    ),
    "load_network: a row without a gene": (
        load_network,
        lambda door, at: door(at.file("my.tsv", "source\ttarget\nKLF1\t\n")),
        ValueError,
        "Row 1 of FOLDER/my.tsv has no gene name in column 'target': use gene symbols.",
    ),
    "load_network: one column of names": (
        load_network,
        lambda door, at: door(at.file("my.csv", "gene,score\nKLF1,1\n")),
        ValueError,
        "FOLDER/my.csv has 2 columns ('gene', 'score'), of which 1 holds names ('gene'): name its two columns of "
        "genes source and target, and the weight, if there is one, weight.",
    ),
    "load_network: a weight that is no number": (
        load_network,
        lambda door, at: door(at.file("my.csv", "source,target,weight\nKLF1,SPI1,NA\n")),
        ValueError,
        "Row 1 of FOLDER/my.csv has the weight 'NA': use finite numbers, or delete the row.",
    ),
    "load_network: a set without genes": (
        load_network,
        lambda door, at: door(at.file("my.gmt", "S\tx\tKLF1\nT\tempty\n")),
        ValueError,
        "Line 2 of FOLDER/my.gmt has no genes after a name and a description: part them by tabs, or delete it.",
    ),
    "load_network: ids for symbols": (
        load_network,
        lambda door, at: door(at.file("my.gmt", "S\tx\t7157\t672\n")),
        ValueError,
        "FOLDER/my.gmt calls genes by Entrez gene ids (such as '7157'), screens by symbols: take the columns "
        "with gene symbols, or give a table of Entrez gene ids and symbols beside it, load_network([file, "
        "table]).",
    ),
    "load_network: half a relation": (
        load_network,
        lambda door, at: door(at.file("my.sif", "KLF1\tpp\n")),
        ValueError,
        "Line 1 of FOLDER/my.sif should hold a gene, a relation and one or several genes: mend or delete it.",
    ),
    "load_network: an ontology alone": (
        load_network,
        lambda door, at: door(at.file("my.obo", "format-version: 1.2\n")),
        ValueError,
        "my.obo is an ontology and no network: load it together with annotations with its terms (.gaf), or leave "
        "it out.",
    ),
    "network_from_edges: a path for a table": (
        network_from_edges,
        lambda door, at: door("my.tsv"),
        TypeError,
        "Edges are a table of source and target, not 'my.tsv': pass one, or use load_network.",
    ),
    "network_from_edges: a table without columns": (
        network_from_edges,
        lambda door, at: door(pd.DataFrame()),
        ValueError,
        "network 'edges' has 0 columns (), of which none holds names: name its two columns of genes source and "
        "target, and the weight, if there is one, weight.",
    ),
    "network_from_edges: a row without a gene": (
        network_from_edges,
        lambda door, at: door(pd.DataFrame({"source": ["KLF1", None], "target": "SPI1"})),
        ValueError,
        "Row 2 of network 'edges' has no gene name in column 'source': use gene symbols.",
    ),
    "network_from_edges: a name that is no text": (
        network_from_edges,
        lambda door, at: door(pd.DataFrame({"source": ["KLF1"], "target": "SPI1"}), name=5),
        TypeError,
        "A network is named 5, which is no text: give name='edges' or the like.",
    ),
    "network_from_edges: weights of two columns": (
        network_from_edges,
        lambda door, at: door(
            pd.DataFrame({"source": ["A", "B"], "target": "C", "score_a": [1, 2], "score_b": [2, 1]})
        ),
        ValueError,
        "network 'edges' has several columns that could be the weight ('score_a', 'score_b'): rename the one "
        "that is meant to weight.",
    ),
    "network_from_edges: dates for genes": (
        network_from_edges,
        lambda door, at: door(pd.DataFrame({"source": ["1-Mar"], "target": "SPI1"})),
        ValueError,
        "Every edge of network 'edges' has a gene that a spreadsheet made a date of: export the file anew.",
    ),
    "network_from_sets: a list for sets": (
        network_from_sets,
        lambda door, at: door(["KLF1"]),
        TypeError,
        "Gene sets are a dict of name to genes, not a list: pass one, or use load_network.",
    ),
    "network_from_sets: a text for a set": (
        network_from_sets,
        lambda door, at: door({"erythroid": "KLF1"}),
        ValueError,
        "Set 'erythroid' of network 'sets' is 'KLF1': give a list of genes.",
    ),
    "network_from_sets: a number for a gene": (
        network_from_sets,
        lambda door, at: door({"erythroid": ["KLF1", 5]}),
        ValueError,
        "Set 'erythroid' of network 'sets' holds 5 as a gene: use gene symbols.",
    ),
    "network_from_sets: no set": (
        network_from_sets,
        lambda door, at: door({}),
        ValueError,
        "network 'sets' holds no gene sets: give at least one set with genes.",
    ),
    "complete_network: one gene": (
        complete_network,
        lambda door, at: door(["KLF1"]),
        ValueError,
        "A complete network needs two genes or more; there are 1: name more.",
    ),
    "Network.degraded: a way that is none": (
        Network.degraded,
        lambda door, at: door(at.network(), "half"),
        ValueError,
        "'half' is no way to degrade a network: use 'shuffled', 'rewired', 'empty', 'complete', or a percentage "
        "as in 'without 25%' or 'plus 50%'.",
    ),
    "Network.degraded: genes that were not given": (
        Network.degraded,
        lambda door, at: door(at.network(), "complete"),
        ValueError,
        "A complete network joins given genes: pass genes=..., such as targets and readouts.",
    ),
    "Network.shuffled: a seed that is none": (
        Network.shuffled,
        lambda door, at: door(at.network(), "a"),
        ValueError,
        "seed is 'a': give a whole number of at least 0.",
    ),
    "Network.without_edges: a fraction above one": (
        Network.without_edges,
        lambda door, at: door(at.network(), 1.5, 0),
        ValueError,
        "fraction is 1.5: give a number from 0 to 1.",
    ),
    "Network.coverage: one text for genes": (
        Network.coverage,
        lambda door, at: door(at.network(), "KLF1"),
        ValueError,
        "Give a list of genes, not one text: write ['KLF1'].",
    ),
    "Network.only: a source that is not there": (
        Network.only,
        lambda door, at: door(at.network(), "string"),
        ValueError,
        "The network has no source 'string': choose from 'edges'.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
