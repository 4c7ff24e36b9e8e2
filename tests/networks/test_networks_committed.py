"""The committed files are what the table and the README say, and the script that made them still does."""

import importlib.util
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from appmodel.files import data_dir, sha256, shipped_dir
from appmodel.names import genes_of
from appmodel.networks import available_networks, current_symbols, load_network

FOLDER = shipped_dir() / "networks"
TABLE = pd.read_csv(FOLDER / "networks.csv", dtype=str, keep_default_na=False)
SHIPPED = TABLE[TABLE["shipped"] == "yes"]
needs_data = pytest.mark.skipif(data_dir() is None, reason="the folder of the real data is absent (APPMODEL_DATA)")


@pytest.fixture(scope="module")
def script():
    path = Path(__file__).parents[2] / "data" / "build_networks.py"
    spec = importlib.util.spec_from_file_location("build_networks", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def committed():
    return load_network(["go_bp", "reactome", "string"])


def test_checksums_agree_with_table_and_readme():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for row in SHIPPED.itertuples():
        assert sha256(FOLDER / row.file) == row.sha256
        assert f"| `{row.file}` |" in readme
        assert row.sha256 in readme
    data_files = {path.name for path in FOLDER.iterdir()} - {"README.md", "networks.csv"}
    assert data_files == set(SHIPPED["file"])  # nothing that may not be redistributed


def test_every_network_states_where_it_comes_from():
    assert (TABLE[["version", "licence", "citation", "address"]] != "").all(axis=None)
    names = ["go_bp", "reactome", "string", "pathways", "corum", "ppi", "collectri", "trrust", "gears_go_graph"]
    assert available_networks()["name"].tolist() == names


def test_the_committed_networks(committed):
    summary = committed.summary().set_index("source")
    assert summary["sets or edges"].to_dict() == {"go_bp": 4828, "reactome": 674, "string": 174962}
    assert summary["licence"].str.contains("CC BY 4.0").all()
    assert all(name.startswith("REACTOME_") for name in committed.sources["reactome"].set_names)
    assert not set(committed.genes) - set(current_symbols(committed.genes))
    assert load_network(["string", "reactome", "go_bp"]).digest == committed.digest
    assert load_network("go_bp").genes == committed.only("go_bp").genes


def test_neighbours_make_sense(committed):
    ribosome = ["RPS3", "RPL5", "RPL11", "RPS6"]
    nodes = committed.nodes([*ribosome, "AARS"], limit=60)
    assert len(nodes) == 60
    joined = committed.adjacency(nodes)[nodes.index("RPL5")].indices
    assert sum(nodes[i].startswith(("RPL", "RPS")) for i in joined) >= len(joined) / 2
    assert "AARS" in nodes
    assert "AARS1" not in nodes


def test_genes_are_cut_to_the_nearest_twenty(committed):
    nodes = committed.nodes(["TP53"], committed.genes[:1000], limit=1001)
    degree = np.diff(committed.only("reactome").adjacency(nodes).indptr)
    assert degree.sum() <= 2 * 20 * len(nodes)


def test_aliases_are_sorted_unambiguous_and_final():
    aliases = pd.read_csv(FOLDER / "aliases.tsv", sep="\t", dtype=str, keep_default_na=False)
    assert list(aliases.columns) == ["alias", "symbol"]
    assert aliases["alias"].is_monotonic_increasing
    assert aliases["alias"].is_unique
    assert not set(aliases["alias"]) & set(aliases["symbol"])


def test_building_needs_the_right_tables(script, tmp_path):
    (tmp_path / "go_bp.parquet").write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"go_bp\.parquet is not the file"):
        script.networks_from(tmp_path)


def test_which_aliases_are_needed(script):
    of_one = ["OLD1", "(x)", "NA", "AP1", "C7orf26", "lower"]
    pairs = [*((alias, "NEW1") for alias in of_one), ("OLD2", "NEW2"), ("OLD3", "NEW3"), ("T2", "NEW2")]
    kept = script.needed_aliases(pd.DataFrame(pairs, columns=["alias", "symbol"]), genes={"NEW1"}, targets={"T2"})
    assert kept["alias"].tolist() == ["C7orf26", "OLD1", "OLD2", "T2"]


def official(channels, folder):
    """Files as STRING publishes them, of pairs with their channels: every pair listed both ways, text mining too."""
    proteins = {gene: f"9606.ENSP{i:011d}" for i, gene in enumerate(sorted({*channels["source"], *channels["target"]}))}
    ends = {"protein1": channels["source"].map(proteins), "protein2": channels["target"].map(proteins)}
    links = channels.drop(columns=["source", "target", "combined_score"]).assign(
        **ends, textmining=999, textmining_transferred=500
    )
    back = links.rename(columns={"protein1": "protein2", "protein2": "protein1"})
    pd.concat([links, back]).to_csv(folder / "9606.protein.links.full.v12.0.txt.gz", sep=" ", index=False)
    info = pd.DataFrame({"#string_protein_id": list(proteins.values()), "preferred_name": list(proteins)})
    info.to_csv(folder / "9606.protein.info.v12.0.txt.gz", sep="\t", index=False)


@needs_data
def test_string_is_rebuilt_from_files_as_published(script, tmp_path):
    channels = pd.read_parquet(data_dir() / "networks" / "string_v12.parquet")
    sample = channels[channels["source"].isin(sorted(set(channels["source"]))[::40])]
    official(sample, tmp_path)
    made = script.string_from(tmp_path).set_index(["source", "target"])["weight"]
    committed = pd.read_parquet(FOLDER / "string.parquet").set_index(["source", "target"])["weight"]
    assert len(made) > 1000
    assert set(made.index) <= set(committed.index)
    assert (made - committed[made.index]).abs().max() < 0.0011
    sure = committed[committed >= 0.7]
    of_sample = script.either_way(sample).set_index(["source", "target"]).index
    assert set(sure.index) & set(of_sample) <= {*made.index, *made[made.between(0.699, 0.701)].index}


def test_the_score_of_string_by_hand(script):
    nothing = dict.fromkeys(script.CHANNELS, 0)
    given = [{}, {"database": 900}, {"database": 500, "experiments": 500}, {"cooccurence": 500, "homology": 500}]
    rows = [{**nothing, "homology": 0, **channels} for channels in given]
    half = (0.5 - 0.041) / 0.959
    both = [0.041, 0.9, 1 - (1 - half) ** 2 * 0.959, 0.041 + 0.959 * half / 2]
    assert script.combined_score(pd.DataFrame(rows)).tolist() == [int(1000 * score + 1e-9) for score in both]


def test_which_pairs_of_string_are_kept(script):
    names = pd.Series({p: f"G{p}" for p in "abcdefg"})
    scores = {"ab": 900, "ba": 800, "ac": 650, "ad": 640, "ae": 630, "af": 620}
    scores |= {"eb": 720, "ec": 710, "ed": 705, "fb": 390}
    nothing = {**dict.fromkeys(script.CHANNELS, 0), "homology": 0}
    links = [{**nothing, "database": score, "protein1": a, "protein2": b} for (a, b), score in scores.items()]
    kept = script.string_pairs(pd.DataFrame(links), names)
    found = {(s, t): score for s, t, score in kept.itertuples(index=False)}
    assert found[("Ga", "Gb")] == 900  # once, with the larger score
    assert ("Ga", "Ge") not in found  # fourth of one, fourth of the other
    assert ("Ga", "Gf") in found  # the best of f
    assert ("Gb", "Gf") not in found  # too weak


@needs_data
def test_the_script_makes_the_committed_files(script, tmp_path):
    folder = data_dir() / "networks"
    options = {"aliases": folder, "from-folder": folder, "data": data_dir(), "out": tmp_path}
    script.main([f"--{name}={value}" for name, value in options.items()])
    assert (tmp_path / "aliases.tsv").read_bytes() == (FOLDER / "aliases.tsv").read_bytes()
    for name in ("go_bp", "reactome", "string"):
        made = pd.read_parquet(tmp_path / f"{name}.parquet")
        pd.testing.assert_frame_equal(made, pd.read_parquet(FOLDER / f"{name}.parquet"))


@needs_data
@pytest.mark.parametrize(
    ("name", "kind", "size"),
    [
        ("pathways", "sets", 1329 - 674),
        ("corum", "sets", 2916),
        ("ppi", "edges", 210536),
        ("collectri", "edges", 42716),
        ("trrust", "edges", 8402),
        ("gears_go_graph", "edges", 161606),
    ],
)
def test_networks_that_stay_outside(name, kind, size):
    row = TABLE.set_index("name").loc[name]
    assert sha256(data_dir() / "networks" / row["file"]) == row["sha256"]
    source = load_network(name).sources[name]
    assert (source.kind, source.size) == (kind, size)


@needs_data
def test_signs_stay_in_the_edges_and_leave_the_graph():
    network = load_network("collectri")
    edges = network.edges("collectri")
    assert set(edges["weight"]) == {-1.0, 1.0}
    row = edges[edges["weight"] < 0].iloc[0]
    assert network.adjacency([row["source"], row["target"]]).toarray().tolist() == [[0, 1], [1, 0]]


@needs_data
@pytest.mark.parametrize(
    ("screen", "share"), [("norman19", 0.85), ("adamson16", 0.95), ("replogle22_k562", 0.85), ("replogle22_rpe1", 0.85)]
)
def test_most_targets_of_the_screens_are_found(committed, screen, share):
    names = anndata.read_h5ad(data_dir() / "effects" / f"{screen}.h5ad").obs_names
    targets = sorted({gene for name in names if name != "*" for gene in genes_of(name)})
    assert committed.has(targets).mean() > share
    assert set(targets) <= set(committed.nodes(targets))


def test_without_the_data_folder_the_mend_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("appmodel.networks.loading.data_dir", lambda: None)
    with pytest.raises(FileNotFoundError, match=r"APPMODEL_DATA .*corum\.parquet"):
        load_network("corum")
    monkeypatch.setattr("appmodel.networks.loading.data_dir", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match=r"'corum' should be in .*check APPMODEL_DATA"):
        load_network("corum")


def test_the_demo_network_comes_from_the_demo_screen(monkeypatch):
    prior = pd.DataFrame({"source": ["SIM0001", "SIM0002"], "target": ["SIM0002", "SIM0003"], "weight": [0.5, 1.0]})
    screen = anndata.AnnData(np.zeros((1, 1)), uns={"prior_network": prior})
    monkeypatch.setattr("appmodel.screens.demo.load_demo", lambda: screen)
    network = load_network("demo")
    assert network.genes == ("SIM0001", "SIM0002", "SIM0003")
    assert network.summary()["version"].tolist() == ["simulated"]
