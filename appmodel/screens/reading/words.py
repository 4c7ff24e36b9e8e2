"""Words that labels use for control, for no gene, and for one guide among several; what no gene is called."""

from __future__ import annotations

import re

NO_GENE = frozenset(
    {"*", "nan", "none", "na", "<na>", "n/a", "null", "unassigned", "ambiguous", "unknown", "undetermined", "multiplet"}
)
REPORTERS = frozenset({"gfp", "egfp", "mcherry", "rfp", "bfp", "yfp", "luciferase", "luc", "lacz", "tdtomato"})
UNTARGETED = "(mod)"  # Adamson's control guides: 62(mod), 63(mod), Gal4-4(mod)

_WORDS = (
    r"neg(?:ative)?[-_. ]?(?:ctrl|controls?)|controls?|ctrls?|ctl"
    r"|non[-_. ]?target(?:ing|ed)?s?|no[-_. ]?target|non[-_. ]?gene|ntc|nt|neg"
    r"|safe[-_. ]?(?:targeting|targeted|target|harbou?r)|safe(?=[-_. ]?\d|$)|scrambled?|scrambles|scr"
    r"|aavs1|rosa26|intergenic|unperturbed|non[-_. ]?perturbed|vehicle|mock|untreated|wild[-_. ]?type|wt(?!\d)"
    r"|(?:one|no)[-_. ](?:non[-_. ]?gene[-_. ]|intergenic[-_. ])?site"
)
# what may stand behind (or, as sg, before) a word of control: numbers, further words, human, guide, a sequence
_FILLER = (
    rf"(?:[-_. :(]*(?:\d+|{_WORDS}|guides?|for|human|mouse|s?grna|sg)|\)"
    r"|[-_. ]+(?:hs|mm|g|p1p2|p1|p2|[a-z])(?:[-_. ]?\d+)?"
    r"|[-_. ]+[acgt]{15,}|g\d+)"
)
_CONTROL = re.compile(rf"(?:sg(?:rna)?[-_. ]?|guide[-_. ]?|grna[-_. ]?|si|sh)?(?:{_WORDS}){_FILLER}*", re.IGNORECASE)
_BEGINS = re.compile(
    rf"(?:sg)?(?:(?:{_WORDS}|safe|cutting|targeting)(?:[^a-z]|$)"
    r"|control|ctrl|non[-_. ]?targ|neg[-_. ]?c|scramb|safe[-_. ]|unperturb|vehicle|intergenic|aavs1|neg[-_. ]?[a-z]?$)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\d")

_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
_DATE = re.compile(
    rf"(?:\d{{1,2}}[-/. ]?(?:{_MONTH})|(?:{_MONTH})[-/. ]\d{{1,2}}|\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}(?:[ T].*)?)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)

# of a cell or of a guide; no gene is called so
_SEQUENCE = re.compile(r"[ACGTN]{8,}(?:[-_.]\d+)?")

# one guide among several of a gene: KLF1_1, KLF1_g2, KLF1_sgRNA3, KLF1_pDS255, KLF1_P1P2, KLF1_ENSG..., a sequence
_BARE_TAG = (
    r"(?:sg(?:RNA|rna)?|g(?:RNA|rna|uide)?|guide|crRNA|rep)[-_ ]?\d+[ab]?|p[A-Z]{1,4}\d{2,}|P1P2|P1|P2"
    r"|ENS[A-Z]*G\d{6,}(?:\.\d+)?|N[MR]_\d+(?:\.\d+)?|[ACGT]{15,}|sgRNA|gRNA|sg[A-D]?|[iv]\d{1,2}"
)
TAG = re.compile(rf"(?:{_BARE_TAG}|\d{{1,6}}(?:\.\d+)?|(?:KO|KD|OE|ko|kd|oe)\d?|CRISPRi|CRISPRa)")
_TAIL = re.compile(rf"[-_.#: ]+(?:{TAG.pattern}|[A-Da-d])|\s*\((?:guide\s*|g)?\d+\)|(?:sgRNA|gRNA|guide|sg|g)\d{{1,3}}")
_PREFIX = re.compile(
    r"(?:sg(?:RNA)?|gRNA|guide|g)?\d+[-_](?=[A-Za-z])|(?:sg(?:RNA)?|gRNA|guide|g)[-_ ]?(?=[A-Za-z])|s[ih](?=[A-Z])"
)
PLASMID = re.compile(r"[_ ]p[A-Z]{2}\d+$")  # SPI1_pDS255, 62(mod)_pBA581: nothing else ends so
_PLASMID_ALONE = re.compile(r"p[A-Z]{1,4}\d{2,}")
# whole names of guides: 1_KLF1_P1P2_ENSG00000105610 (Replogle), KLF1_+_12998017.23-P1P2 (Horlbeck)
_FRAMES = (
    re.compile(r"\d+_(?P<body>.+?)_(?:P1P2|P1|P2)(?:_ENS[A-Z]*G[\d.]+)?"),
    re.compile(r"\d+_(?P<body>.+?)_ENS[A-Z]*G[\d.]+"),
    re.compile(r"\d+_(?P<body>(?P<word>.+?)_(?P=word)_(?P=word))"),
    re.compile(r"(?P<body>.+?)_[-+]_\d{5,}\.?\d*(?:-P1P2|-P1|-P2|-all)?(?:_.*)?"),
    re.compile(r"(?P<body>.+)_(?:P1P2|P1|P2)_ENS[A-Z]*G[\d.]+"),
)


def is_control(word: str) -> bool:
    """Whether a word, alone or numbered (``NT-3``, ``NegCtrl0``, ``sgNTC_2``), is one in use for control."""
    word = word.strip()
    return word.endswith(UNTARGETED) or _CONTROL.fullmatch(word) is not None


def is_numbered_control(word: str) -> bool:
    """Whether a word of control carries a number: then it might be a gene's name that only looks like one."""
    return is_control(word) and _NUMBERED.search(word) is not None and not word.endswith(UNTARGETED)


def begins_like_control(word: str) -> bool:
    """Whether a label starts with a word of control or names a reporter, although it is not read as control."""
    return _BEGINS.match(word.strip()) is not None or word.strip().lower() in REPORTERS


def is_number(word: str) -> bool:
    """Whether a word is a bare number, which is never a gene."""
    return _NUMBER.fullmatch(word.strip()) is not None


def is_date(word: str) -> bool:
    """Whether a word is what a spreadsheet makes of MARCH1 or SEPT2 (``1-Mar``, ``2-Sep``)."""
    word = word.strip()  # APR-1 is an old symbol; spreadsheets write Apr-1
    return _DATE.fullmatch(word) is not None and not (word[:1].isalpha() and word.isupper())


def is_sequence(word: str) -> bool:
    """Whether a word is a cell's barcode or a guide's sequence, which is never a gene."""
    return _SEQUENCE.fullmatch(word.strip()) is not None


def without_frame(label: str) -> str:
    """A guide's whole name without index, promoter and Ensembl id: ``1_KLF1_P1P2_ENSG0001`` becomes ``KLF1``."""
    for frame in _FRAMES:
        if found := frame.fullmatch(label):
            return found["body"]
    return label


def unframed(label: str) -> str:
    """``without_frame`` of a label, or of each of the guides that ``|`` joins in it (``sgID_AB`` of Replogle)."""
    whole = without_frame(label)
    guides = [without_frame(part.strip()) for part in label.split("|")]
    if whole == label or len(guides) > 1:
        return "|".join(guides) if len(guides) > 1 and guides != label.split("|") else whole
    return whole


def stems(name: str) -> list[str]:
    """What is left of a guide's name when tags (and ``sg`` in front) are taken off, longest first; the name leads."""
    found, at = [name], 0
    while at < len(found):
        rest = found[at]
        shorter = [rest[:end] for end in range(len(rest) - 1, 0, -1) if _TAIL.fullmatch(rest, end)]
        front = _PREFIX.match(rest)
        without = rest[front.end() :] if front else rest
        found += [stem for stem in (*shorter, without) if stem not in found]
        at += 1
    return found


def is_tag(word: str) -> bool:
    """Whether a word by itself names a guide of the gene before it (``pDS255``, ``2``, ``sg1``)."""
    return TAG.fullmatch(word) is not None


def is_plasmid(word: str) -> bool:
    """Whether a word is the number of a guide's plasmid (``pDS255``), which no gene is called."""
    return _PLASMID_ALONE.fullmatch(word) is not None
