"""Annotations of genes with terms of an ontology (GAF), and the ontology itself (OBO), which goatools reads."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from ..names import shown
from .gene_sets import Sets
from .source import Change, Decision

_SYMBOL, _QUALIFIER, _TERM, _LEAST = 2, 3, 4, 9  # columns of a GAF from 0, and how many it needs at least
Annotations = dict[str, set[str]]  # term -> genes


def is_gaf(text: str) -> bool:
    """Whether a text is a GO annotation file: it says so, or its lines name a term where a GAF does."""
    lines = [line for line in text[:20000].split("\n") if line.strip() and not line.startswith("!")]
    fields = lines[0].split("\t") if lines else []
    return text.startswith("!gaf-version") or (len(fields) >= 15 and fields[_TERM].startswith("GO:"))


def is_obo(text: str) -> bool:
    """Whether a text is an ontology in OBO."""
    return text.startswith("format-version:") or "\n[Term]\n" in text[:100_000]


def read_gaf(text: str, path: Path) -> tuple[Annotations, list[Change], list[Decision]]:
    """Genes of each term by their symbols (third column); what is said NOT to hold is dropped and counted.

    Raises ``ValueError`` naming the line that has too few columns, no symbol or no term.
    """
    annotations: Annotations = defaultdict(set)
    denied = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("!"):
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) < _LEAST or not fields[_SYMBOL] or ":" not in fields[_TERM]:
            raise ValueError(
                f"Line {number} of {path} should hold a gene symbol in the third column and a term such as GO:0006915 "
                f"in the fifth, by tabs: mend or delete the line."
            )
        if "NOT" in fields[_QUALIFIER].upper().split("|"):
            denied.append(f"{fields[_SYMBOL]} in {fields[_TERM]}")
        else:
            annotations[fields[_TERM]].add(fields[_SYMBOL])
    if not annotations:
        raise ValueError(f"{path} holds no annotations: give a GAF with at least one line.")
    changes = [Change("annotations dropped", len(denied), "they say that a gene is NOT so", shown(denied, 3))]
    form = Decision("form", "annotations (GAF)", f"{sum(map(len, annotations.values()))} of {len(annotations)} terms")
    return annotations, changes, [form]


def direct_sets(annotations: Annotations) -> tuple[Sets, list[Decision]]:
    """A set for each term, of the genes that are annotated with the term itself."""
    sets = [(term, sorted(genes)) for term, genes in sorted(annotations.items())]
    return sets, [
        Decision(
            "ancestors",
            "not added",
            "no ontology was given: load_network([annotations, 'go-basic.obo']) gives each term what its parts have",
        )
    ]


def propagated_sets(annotations: Annotations, ontology: str, path: Path) -> tuple[Sets, list[Change], list[Decision]]:
    """A set for each term, of the genes annotated with it or with what it holds (is_a and part_of, all the way up).

    Secondary ids become the primary ones; annotations with obsolete or unknown terms are dropped and counted.
    Raises ``ImportError`` without goatools and ``ValueError`` where the ontology cannot be read.
    """
    terms = _terms(ontology, path)
    genes_of: Annotations = defaultdict(set)
    unknown, secondary = [], []
    for term, genes in sorted(annotations.items()):
        if term not in terms or terms[term].is_obsolete:
            unknown.append(term)
            continue
        if terms[term].item_id != term:
            secondary.append(f"{term} -> {terms[term].item_id}")
        for ancestor in _upwards(terms[term]):
            genes_of[ancestor] |= genes
    if not genes_of:
        raise ValueError(f"{path} knows no term of the annotations (such as {unknown[0]!r}): take one that fits them.")
    sets = [(f"{terms[term].name} ({term})", sorted(genes)) for term, genes in sorted(genes_of.items())]
    changes = [
        Change("terms dropped", len(unknown), f"obsolete, or not in {path.name}", shown(unknown, 3)),
        Change("terms renamed", len(secondary), "secondary ids are brought to the primary ones", shown(secondary, 3)),
    ]
    grown = f"{len(annotations)} terms became {len(sets)}, through is_a and part_of of {path.name}"
    return sets, changes, [Decision("ancestors", "added", grown)]


def _terms(ontology: str, path: Path) -> dict:
    """Terms by id, secondary ids too, as goatools reads them; it reads files only."""
    try:
        from goatools.obo_parser import GODag
    except ImportError as error:
        raise ImportError(f"{path} is an ontology, which goatools reads: pip install 'appmodel[go]'.") from error
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "ontology.obo"
        plain.write_text(ontology, encoding="utf-8")
        try:
            return GODag(str(plain), optional_attrs={"relationship"}, load_obsolete=True, prt=None)
        except (KeyError, AssertionError, ValueError, IndexError) as error:
            raise ValueError(f"{path} cannot be read as OBO ({error}): fetch it again.") from error


def _upwards(term: Any) -> set[str]:
    """Ids of a term and of all that it is or is part of."""
    found: set[str] = set()
    waiting = [term]
    while waiting:
        here = waiting.pop()
        if here.item_id not in found:
            found.add(here.item_id)
            waiting += [*here.parents, *getattr(here, "relationship", {}).get("part_of", ())]
    return found
