"""The built book as Chromium shows it: every page opened in every mode, and what was seen there.

A page is opened from disk, as a reader opens ``_build/html/index.html``; whatever is not on this disk is a fault.
"""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, Page, Request, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MEASURE = Path(__file__).with_name("measure.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Formulas are set and fonts are there: only then can anything be measured.
SETTLED = "async () => { await window.MathJax?.startup?.promise; await document.fonts.ready; }"
# The first of many alike stand for the others, which axe would take minutes to read.
SHORTEN = """() => {
    for (const row of document.querySelectorAll("tbody tr:nth-child(n+4)")) row.remove();
    for (const entry of [...document.querySelectorAll("dl.py")].slice(10)) entry.remove();
    for (const formula of [...document.querySelectorAll("mjx-container")].slice(3)) formula.remove();
    for (const code of [...document.querySelectorAll("pre")].slice(3)) code.textContent = code.textContent;
}"""
# Nothing is fetched once more, which a page from disk may not.
AXE = 'only => axe.run(document, {runOnly: only, resultTypes: ["violations"], preload: false})'


class Mode(NamedTuple):
    """How a reader looks: width and height in pixels, the scheme asked for, what axe checks there (tags or rules)."""

    width: int
    height: int
    scheme: str
    checked: dict[str, Any] | None = None


MODES = {
    "light": Mode(1440, 900, "light", {"type": "tag", "values": WCAG}),
    # Another scheme changes colours and nothing else.
    "dark": Mode(1440, 900, "dark", {"type": "rule", "values": ["color-contrast"]}),
    "phone": Mode(390, 844, "light"),
}


@dataclasses.dataclass
class Visit:
    """What one page showed in one mode: errors, addresses asked for, faults that axe names, and what was measured."""

    page: str
    mode: str
    errors: list[str] = dataclasses.field(default_factory=list)
    missing: list[str] = dataclasses.field(default_factory=list)
    requests: list[str] = dataclasses.field(default_factory=list)
    violations: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    seen: dict[str, Any] = dataclasses.field(default_factory=dict)


def chromium() -> str | None:
    """Where Chromium is, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def pages_of(html: Path) -> list[str]:
    """Every page of the built book, by its path below ``html``; what only leads on to another is none."""
    found = [path for path in html.rglob("*.html") if not path.relative_to(html).parts[0].startswith("_")]
    return sorted(path.relative_to(html).as_posix() for path in found if "<article" in path.read_text())


def opened(html: Path, program: str) -> list[Visit]:
    """Open each page of the book in each mode and measure it: a tab for each mode, all at once."""

    async def visits() -> list[list[Visit]]:
        async with browser(program) as running:
            return await asyncio.gather(*(_read_through(running, name, html) for name in MODES))

    return [visit for of_mode in asyncio.run(visits()) for visit in of_mode]


async def _read_through(running: Browser, name: str, html: Path) -> list[Visit]:
    """The whole book in one tab; what the tab says goes to the page that it shows."""
    tab, made = await tab_in(running, MODES[name]), []
    tab.on("console", lambda said: made[-1].errors.append(said.text) if said.type == "error" else None)
    tab.on("pageerror", lambda error: made[-1].errors.append(str(error)))
    tab.on("request", lambda request: made[-1].requests.append(request.url))
    tab.on("requestfailed", lambda request: made[-1].missing.append(request.url) if _is_missing(request) else None)
    for page in pages_of(html):
        made.append(visit := Visit(page, name))
        await show(tab, html / page)
        visit.seen = await tab.evaluate(MEASURE)
        if rules := MODES[name].checked:
            await tab.evaluate(SHORTEN)
            await tab.evaluate(AXE_SCRIPT)
            found = await tab.evaluate(AXE, rules)
            visit.violations = [(fault["id"], node["html"]) for fault in found["violations"] for node in fault["nodes"]]
    return made


def _is_missing(request: Request) -> bool:
    """Whether a request failed for another reason than that the next page was opened before it was answered."""
    return request.failure != "net::ERR_ABORTED"


@asynccontextmanager
async def browser(program: str) -> AsyncIterator[Browser]:
    """Chromium, running."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
        yield running
        await running.close()


async def tab_in(running: Browser, mode: Mode) -> Page:
    """A window of that size of a first-time reader, whose system asks for light or dark."""
    size = {"width": mode.width, "height": mode.height}
    return await running.new_page(viewport=size, color_scheme=mode.scheme)


async def show(tab: Page, path: Path) -> None:
    """Show a page until it is ready to be measured."""
    await tab.goto(path.as_uri())
    await tab.evaluate(SETTLED)
