"""From what a file holds to a source, with the help of other files: symbols for identifiers, an ontology for terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from ..names import shown
from .cleaning import edges_source, sets_source
from .edges import names_of
from .gene_sets import Sets
from .ontology import Annotations, direct_sets, propagated_sets
from .reading import NetworkFile
from .source import Change, Decision, Source
from .translation import edges_with_symbols, sets_with_symbols


class Helpers:
    """Files that are no networks and help to read one; each has to be of use to some file beside it."""

    def __init__(self, files: Sequence[NetworkFile]) -> None:
        self.symbols = [file.symbols for file in files if file.symbols]
        self.ontologies = [file for file in files if file.ontology]
        self._unused = [(file.path.name, file.symbols or file) for file in files]

    def used(self, helper: object) -> None:
        """Note that a helper was of use."""
        self._unused = [(name, other) for name, other in self._unused if other is not helper]

    def check_used(self) -> None:
        """``ValueError`` for a helper that nothing needed."""
        for name, helper in self._unused:
            what, need = (
                ("an ontology", "annotations with its terms (.gaf)")
                if isinstance(helper, NetworkFile)
                else ("a table of symbols", "edges between the identifiers it lists")
            )
            raise ValueError(f"{name} is {what} and no network: load it together with {need}, or leave it out.")


def source_of(
    name: str, file: NetworkFile, helpers: Helpers, aliases: bool, directed: bool = True, **about: Any
) -> Source:
    """The source of a file, under a name.  Raises ``ValueError`` where its genes are called by what no screen uses."""
    where = str(file.path)
    if file.edges is not None:
        edges, table = edges_with_symbols(file.edges, helpers.symbols, where)
        helpers.used(table)
        changes = [*file.changes, *edges.changes[len(file.edges.changes) :]]
        added = edges.reading[len(file.edges.reading) :]
        names = names_of(pd.concat([edges.table["source"], edges.table["target"]]).astype(object))
        about |= {"changes": changes, "reading": (*file.reading, *added, names), "where": where}
        return edges_source(name, edges.table, directed=directed, use_aliases=aliases, **about)
    sets, changes, reading = file.sets or [], list(file.changes), list(file.reading)
    if file.annotations is not None:
        sets, more, said = _of_annotations(file.annotations, helpers)
        changes, reading = [*changes, *more], [*reading, *said]
    if name == "pathways":  # its REACTOME_ rows are the network of that name
        sets = [(set_name, genes) for set_name, genes in sets if not set_name.startswith("REACTOME_")]
    sets, more, said, table = sets_with_symbols(sets, helpers.symbols, where)
    helpers.used(table)
    changes, reading = [*changes, *more], [*reading, *said]
    genes = list(dict.fromkeys(gene for _, some in sets for gene in some))
    reading.append(names_of(pd.Series(genes, dtype=object)))
    return sets_source(name, sets, use_aliases=aliases, where=where, changes=changes, reading=tuple(reading), **about)


def _of_annotations(annotations: Annotations, helpers: Helpers) -> tuple[Sets, list[Change], list[Decision]]:
    if not helpers.ontologies:
        sets, reading = direct_sets(annotations)
        return sets, [], reading
    if len(helpers.ontologies) > 1:
        raise ValueError(f"{shown(str(each.path) for each in helpers.ontologies)} are several ontologies: give one.")
    ontology = helpers.ontologies[0]
    helpers.used(ontology)
    assert ontology.ontology is not None
    return propagated_sets(annotations, ontology.ontology, ontology.path)
