"""The words of column headers: which two are the ends of an edge, what may be a weight, what never is."""

from __future__ import annotations

import re
from functools import cache


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _listed(
    "source sources src from tf tfs regulator regulators ligand kinase bait subject head upstream hub query enzyme "
    "parent driver perturbagen perturbed perturbation first left start sender transmitter modulator effector cause"
)
_SECOND = _listed(
    "target targets tgt to receptor substrate prey object tail downstream array regulon regulated child second right "
    "end receiver response effect"
)
# Two marks are a pair only within one family: 'a' and 'b', never 'a' and '2'.
_MARKS = {
    **dict.fromkeys(_FIRST, ("role", 0)),
    **dict.fromkeys(_SECOND, ("role", 1)),
    **{digit: ("number", int(digit)) for digit in "012"},
    **{letter: (family, order) for family in ("ab", "ij", "uv", "xy") for order, letter in enumerate(family)},
    "one": ("word", 0),
    "two": ("word", 1),
}
_THINGS = set(
    _listed(
        "gene genes node nodes protein proteins interactor symbol symbols name names id ids molecule participant "
        "entity partner member vertex genesymbol genename geneid hgnc official ensembl uniprot entrez string gsymbol "
        "common"
    )
)
_NO_ENDS = set(
    _listed(
        "organism taxon taxid taxonomy species type class family synonym synonyms alias aliases location chromosome "
        "chr strand description database db experimental publication evidence role xref length category cell celltype "
        "score value count expression mean pvalue date year biotype"
    )
)
_SYMBOL_WORDS = {"symbol", "symbols", "genesymbol", "name", "names", "genename", "gsymbol"}
_WEIGHTS = (
    {"weight", "weights", "edgeweight"},
    {"combined"},
    {"score", "scores", "miscore"},
    set(
        _listed(
            "confidence importance likelihood probability prob strength mor correlation cor corr coefficient coef pcc "
            "rho similarity affinity value mi llr w tfmode"
        )
    ),
)
_NO_WEIGHTS = set(
    _listed(
        "p pval pvalue padj fdr qval qvalue q adj distance dist rank pmid pmids pubmed reference references ref refs "
        "publication publications year id ids identifier taxon taxid organism count n num number curation effort start "
        "end position length is has index row chromosome entrez"
    )
)
_SET_WORDS = set(_listed("geneset gs term terms pathway pathways set module signature complex process go ontology"))


@cache
def words(header: str) -> tuple[str, ...]:
    """Lower-case words of a header: ``genesymbolA`` is genesymbol, a; ``#node1_string_id`` is node, 1, string, id."""
    found = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", header)
    return tuple(part for word in found for part in _parts(word.lower()))


def _parts(word: str) -> tuple[str, ...]:
    """A word that two known ones were glued to: ``genea``, ``sourcegene``."""
    if word in _MARKS or word in _THINGS:
        return (word,)
    for thing in sorted(_THINGS, key=len, reverse=True):
        if word.startswith(thing) and word[len(thing) :] in _MARKS:
            return thing, word[len(thing) :]
        if word.endswith(thing) and word[: -len(thing)] in _MARKS:
            return word[: -len(thing)], thing
    return (word,)


def ends(first: str, second: str) -> int:
    """How well two headers name the first and the second end of an edge: 0 (not at all) to 4 (source, target)."""
    one, other = words(first), words(second)
    if (one, other) == (("source",), ("target",)):
        return 4
    best = 0
    for mark in one:
        for partner in other:
            if _pair(mark, partner):
                rest, others = _without(one, mark), _without(other, partner)
                if _NO_ENDS & {*rest, *others}:
                    continue
                role = _MARKS[mark][0] == "role"
                if rest == others and (role or set(rest) & _THINGS):
                    best = max(best, 3)
                elif rest == others == ():  # 'u' and 'v' alone: words of a header, if there is one
                    best = max(best, 1)
                elif {*rest, *others} <= _THINGS and (role or (rest and others)):
                    best = max(best, 2)
    return best or _thing_beside_role(one, other)


def _pair(mark: str, partner: str) -> bool:
    (family, order), (other, after) = _MARKS.get(mark, ("", 0)), _MARKS.get(partner, ("-", 0))
    return family == other and order < after


def _thing_beside_role(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """``TF`` and ``gene``: what is only called a gene is the other end of what has a role."""
    for thing, marked, order in ((other, one, 0), (one, other, 1)):
        roles = [word for word in marked if _MARKS.get(word) == ("role", order)]
        if thing and set(thing) <= _THINGS - {"id", "ids", "name"} and roles and set(marked) - _THINGS == set(roles):
            return 2
    return 0


def _without(all_words: tuple[str, ...], word: str) -> tuple[str, ...]:
    place = all_words.index(word)
    return all_words[:place] + all_words[place + 1 :]


def is_no_end(header: str) -> bool:
    """Whether a header names what belongs to a gene or an edge, not a gene: organism, synonyms, type, ..."""
    return bool(_NO_ENDS & set(words(header)))


def says_symbol(header: str) -> bool:
    """Whether a header says that its column holds symbols."""
    return bool(_SYMBOL_WORDS & set(words(header)))


def weight_rank(header: str) -> int | None:
    """How surely a header names a weight, 0 the surest; None where it says nothing of the kind."""
    if header.strip().lower() == "weight":
        return 0
    said = set(words(header))
    if said & _NO_WEIGHTS:
        return None
    glued = {end for end in ("weight", "score") if any(word.endswith(end) for word in said)}
    return next((rank for rank, some in enumerate(_WEIGHTS, start=1) if (said | glued) & some), None)


def is_no_weight(header: str) -> bool:
    """Whether a header names numbers that are no strength: publications, p-values, identifiers, counts."""
    return bool(_NO_WEIGHTS & set(words(header)))


def names_a_set(header: str) -> bool:
    """Whether a header says that its column names gene sets, one gene to a row."""
    return bool(_SET_WORDS & set(words(header))) and not set(words(header)) & {"id", "ids", "description", "url"}


def names_a_gene(header: str) -> bool:
    """Whether a header says that its column holds genes."""
    said = set(words(header))
    return (
        bool(said) and said <= _THINGS and bool(said & {"gene", "genes", "symbol", "symbols", "genesymbol", "genename"})
    )
