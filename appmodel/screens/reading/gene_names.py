"""Which names of a file's genes are symbols: ``var_names``, or a column of ``var`` beside ids."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

import pandas as pd
from anndata import AnnData

from ...names import shown
from ...record import record_change
from .columns import is_text
from .decisions import Choices, Reading
from .genes import looks_like_mouse, share_known
from .words import is_date, is_number

_ENSEMBL = re.compile(r"ENS[A-Z]*G\d{6,}(\.\d+)?")
_SYMBOL_AND_ID = re.compile(r"(?P<symbol>.+?)[_|:; ](?P<id>ENS[A-Z]*G\d{6,}(?:\.\d+)?)")
_ID_AND_SYMBOL = re.compile(r"(?P<id>ENS[A-Z]*G\d{6,}(?:\.\d+)?)[_|:; ](?P<symbol>.+)")
_FEW = 50_000  # values of a column looked at


def name_genes(data: AnnData, tokens: Collection[str], choices: Choices, reading: Reading) -> dict[str, str]:
    """Give ``data.var_names`` gene symbols where a column has them; other names of each gene, such as Ensembl ids.

    ``tokens`` are the words of the labels: the names that fit more of them win, ``var_names`` where both fit alike.
    The names of the file stay in ``var["source_name"]``.  Raises ``ReadingError`` for an unknown ``gene_key``.
    """
    ways = {"var_names": pd.Series(data.var_names.astype(str), index=data.var_names), **_columns(data)}
    if choices.gene_key is not None:
        reading.require_column(choices.gene_key, data.var.columns, "gene", "gene_key", of="var")
        chosen = choices.gene_key
        ways[chosen] = data.var[chosen].astype(object).where(data.var[chosen].notna(), "").astype(str)
        evidence = "told"
    else:
        chosen, evidence = _best(ways, tokens)
    ids = _ids(ways, chosen)
    if chosen != "var_names":
        _rename(data, ways[chosen], chosen, reading)
    reading.decide("gene", f"var_names ({data.n_vars})" if chosen == "var_names" else chosen, evidence, "gene_key")
    if dates := [name for name in data.var_names if is_date(str(name))]:
        reading.warn("gene", f"{len(dates)} genes have become dates ({shown(dates, 3)}): a spreadsheet renamed them.")
    _species(data, choices, reading)
    return {name: gene for name, gene in zip(ids, data.var_names, strict=True) if name} | {
        name.partition(".")[0]: gene for name, gene in zip(ids, data.var_names, strict=True) if _ENSEMBL.fullmatch(name)
    }


def _columns(data: AnnData) -> dict[str, pd.Series]:
    """Columns of ``var`` that hold texts, and the symbols inside names such as ``KLF1_ENSG00000105610``."""
    found = {}
    for key in data.var.columns:
        column = data.var[key]
        if is_text(column):
            texts = column.astype(object).where(column.notna(), "").map(lambda x: x if isinstance(x, str) else str(x))
            if texts.nunique() > 0.5 * len(texts):
                found[str(key)] = texts
    names = data.var_names.astype(str)
    for form in (_SYMBOL_AND_ID, _ID_AND_SYMBOL):
        cut = [form.fullmatch(name) for name in names]
        if len(cut) and sum(part is not None for part in cut) > 0.9 * len(cut):
            found["the symbol inside var_names"] = pd.Series(
                [part["symbol"] if part else name for part, name in zip(cut, names, strict=True)], index=data.var_names
            )
    return found


def _best(ways: dict[str, pd.Series], tokens: Collection[str]) -> tuple[str, str]:
    wanted = {token.lower() for token in tokens} | {
        t.partition(".")[0].lower() for t in tokens if _ENSEMBL.fullmatch(t)
    }
    fits = {way: len(wanted & {n.lower() for n in names.iloc[:_FEW]}) for way, names in ways.items()}
    if not _are_ids(ways["var_names"]):  # labels may be ids too; symbols are what networks know
        fits = {way: fit for way, fit in fits.items() if way == "var_names" or not _are_ids(ways[way])}
    best = max(fits, key=lambda way: fits[way])
    if fits[best] > 2 * fits["var_names"]:
        return best, f"names {fits[best]} of the words of the labels, var_names {fits['var_names']}"
    if fits["var_names"] == 0 and _are_ids(ways["var_names"]):
        known = {way: share_known(list(names.iloc[:2000])) for way, names in ways.items()}
        best = max(known, key=lambda way: known[way])
        if known[best] > 0.5:
            return best, f"var_names are ids; {known[best]:.0%} of this column are known gene symbols"
    return "var_names", f"names {fits['var_names']} of the words of the labels"


def _are_ids(names: pd.Series) -> bool:
    some = list(names.iloc[:2000])
    return sum(_ENSEMBL.fullmatch(name) is not None or is_number(name) for name in some) > 0.5 * len(some)


def _ids(ways: dict[str, pd.Series], chosen: str) -> list[str]:
    """Another name of each gene: var_names where a column was taken, else a column of Ensembl ids; '' for none."""
    if chosen != "var_names":
        return list(ways["var_names"].astype(str))
    for names in ways.values():
        if names is not ways["var_names"] and sum(map(bool, map(_ENSEMBL.fullmatch, names))) > 0.5 * len(names):
            return list(names)
    return [""] * len(ways["var_names"])


def _rename(data: AnnData, names: pd.Series, way: str, reading: Reading) -> None:
    """Symbols as names; where a symbol is missing or stands for several genes the name of the file stays."""
    before = data.var_names.astype(str)
    times = Counter(names)
    clear = [bool(name.strip()) and times[name] == 1 for name in names]
    after = [name.strip() if good else old for name, good, old in zip(names, clear, before, strict=True)]
    data.var["source_name"] = list(before)
    data.var_names = after
    data.var.index.name = None
    record_change(
        data,
        "genes renamed",
        [f"{old} -> {new}" for old, new in zip(before, after, strict=True) if old != new],
        f"symbols of {way}",
    )
    kept = sorted({name for name in names if times[name] > 1 and name.strip()})
    record_change(data, "genes left with their id", kept, "the symbol stands for several genes")
    if kept:
        reading.decide("gene", f"{len(kept)} symbols stand for several genes", f"{shown(kept, 3)} keep their ids")


def _species(data: AnnData, choices: Choices, reading: Reading) -> None:
    mouse = looks_like_mouse(list(map(str, data.var_names)))
    if choices.species == "mouse":
        before = [str(name) for name in data.var_names]
        times = Counter(name.upper() for name in before)
        after = [name.upper() if times[name.upper()] == 1 else name for name in before]
        if before != after:
            data.var_names = after
            changed = [f"{old} -> {new}" for old, new in zip(before, after, strict=True) if old != new]
            record_change(data, "genes renamed", changed, "mouse symbols written as the human ones")
        reading.decide("species", "mouse, matched to human symbols by name", "told", "species")
    elif mouse and choices.species is None:
        share = share_known(list(map(str, data.var_names[:5000])))
        reading.warn(
            "species",
            f"the genes are written as mouse symbols ({shown(data.var_names[:2])}; {share:.0%} of them have a human "
            f"namesake), so networks of human genes will not know them: species='mouse' writes them as human symbols, "
            f"species='human' leaves them.",
            "species",
        )
