"""The built book as one PDF, its pages in the order of the contents, each with its bookmark: ``make pdf``."""

import asyncio
import io
import sys
from pathlib import Path

import yaml
from browser import MODES, browser, chromium, show, tab_in
from playwright.async_api import Page
from pypdf import PdfReader, PdfWriter

PAPER = {"format": "A4", "print_background": True, "margin": dict.fromkeys(("top", "bottom", "left", "right"), "15mm")}


def in_order(toc: Path) -> list[str]:
    """The pages of the book by their path, as the contents list them."""
    contents = yaml.safe_load(toc.read_text())
    chapters = [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
    return [f"{page}.html" for page in (contents["root"], *chapters)]


async def printed(html: Path, pages: list[str], program: str) -> PdfWriter:
    """Every page as Chromium prints it, one after another."""
    book = PdfWriter()
    async with browser(program) as running:
        tab = await tab_in(running, MODES["light"])
        for page in pages:
            await show(tab, html / page)
            await append(book, tab)
    return book


async def append(book: PdfWriter, tab: Page) -> None:
    """The page that the tab shows, at the end of the book; its bookmark is its heading."""
    title = await tab.evaluate("document.querySelector('article h1').firstChild.textContent.trim()")
    book.append(PdfReader(io.BytesIO(await tab.pdf(**PAPER))), outline_item=title)


if __name__ == "__main__":
    found = chromium()
    if found is None:
        sys.exit("There is no Chromium here: make chromium installs Debian's where that is permitted.")
    built, contents, output = Path(sys.argv[1]).resolve(), Path(sys.argv[2]), Path(sys.argv[3])
    asyncio.run(printed(built, in_order(contents), found)).write(output)
