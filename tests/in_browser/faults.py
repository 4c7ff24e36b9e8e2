"""What would disturb a reader, from what was seen: each function gives one line for each fault of its kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

from browser import Visit
from PIL import Image

LEAST_LABEL = 9  # pixels on the page
AT_HOME = ("file:", "data:", "blob:", "about:")
SIZES = re.compile(r"""(?:fontsize|labelsize)=(\d+(?:\.\d+)?)|"font\.size": (\d+(?:\.\d+)?)""")
WIDTH = re.compile(r'<svg[^>]* width="([\d.]+)pt"')


def listed(visits: Sequence[Visit], kind: str, modes: Collection[str] = ("light", "dark", "phone")) -> list[str]:
    """What was seen of a kind that should not be there, or what a visit kept of it."""
    return [
        f"{visit.page} ({visit.mode}): {fault}"
        for visit in visits
        if visit.mode in modes
        for fault in (getattr(visit, kind) if hasattr(visit, kind) else visit.seen[kind])
    ]


def asked_elsewhere(visits: Sequence[Visit]) -> list[str]:
    """Requests that leave the machine."""
    return [fault for fault in listed(visits, "requests") if not fault.split("): ")[1].startswith(AT_HOME)]


def headings_out_of_order(visits: Sequence[Visit]) -> list[str]:
    """A page starts with its one title, and no heading is more than one level below the one before it."""
    faults = []
    for visit in visits:
        levels = [level for level, _ in visit.seen["headings"]]
        if levels[:1] != [1] or levels.count(1) != 1:
            faults.append(f"{visit.page}: {levels.count(1)} titles, the first heading is of level {levels[:1]}")
        skipped = [text for (above, _), (level, text) in pairwise(visit.seen["headings"]) if level > above + 1]
        faults += [f"{visit.page}: {text!r} skips a level" for text in skipped]
    return faults


def violations(visits: Sequence[Visit], known: Collection[str]) -> list[str]:
    """What axe finds, but for the rules that others break."""
    return [
        f"{visit.page} ({visit.mode}): {rule}, {html[:160]}"
        for visit in visits
        for rule, html in visit.violations
        if rule not in known
    ]


def dead_links(visits: Sequence[Visit]) -> list[str]:
    """Links, and the icon, that lead to no file, or to no place in a page that was opened."""
    places = {}
    for visit in visits:
        places[unquote(urlparse(visit.requests[0]).path)] = set(visit.seen["ids"])
    faults = []
    for visit in visits:
        for link in dict.fromkeys([*visit.seen["links"], visit.seen["icon"]]):
            address, place = urldefrag(link)
            if address and not address.startswith("file:"):
                continue
            path = unquote(urlparse(address).path)
            if not Path(path).is_file() or (place and unquote(place) not in places.get(path, [unquote(place)])):
                faults.append(f"{visit.page}: {link or 'no icon'}")
    return list(dict.fromkeys(faults))


def figures(visits: Sequence[Visit], mode: str) -> Iterator[tuple[Visit, dict]]:
    """Every figure of every page in a mode."""
    return ((visit, figure) for visit in visits if visit.mode == mode for figure in visit.seen["figures"])


def without_alternative(visits: Sequence[Visit]) -> list[str]:
    """Figures without a text in their place, or with a text that is only a file's name."""
    return [
        f"{visit.page}: {figure['file']}, {figure['alt']!r}"
        for visit, figure in figures(visits, "light")
        if len(figure["alt"].split()) < 3
    ]


def smallest_font(folders: Sequence[Path]) -> float:
    """The smallest size of text that code draws figures with, in points."""
    text = "\n".join(path.read_text() for folder in folders for path in sorted(folder.rglob("*.py")))
    return min(float(number) for sizes in SIZES.findall(text) for number in sizes if number)


def small_labels(visits: Sequence[Visit], images: Path, points: float) -> list[str]:
    """Figures that are shown so small that text of that many points has fewer than ``LEAST_LABEL`` pixels."""
    faults = []
    for visit, figure in figures(visits, "light"):
        inches = _inches(images / figure["file"])
        label = points / 72 * figure["width"] / inches
        if label < LEAST_LABEL:
            faults.append(f"{visit.page}: {figure['file']}, {label:.1f} pixels, {inches:.1f} inches, {figure['alt']}")
    return faults


def _inches(path: Path) -> float:
    """The width that a figure was drawn with; an SVG says it in points."""
    if path.suffix == ".svg":
        return float(WIDTH.search(path.read_text()).group(1)) / 72
    with Image.open(path) as image:
        return image.width / image.info["dpi"][0]


def dimmed(visits: Sequence[Visit]) -> list[str]:
    """Figures that are not on white, or filtered, on a dark page."""
    return [
        f"{visit.page}: {figure['file']}, {figure['ground']}, {figure['filter']}"
        for visit, figure in figures(visits, "dark")
        if (figure["ground"], figure["filter"]) != ("rgb(255, 255, 255)", "none")
    ]
