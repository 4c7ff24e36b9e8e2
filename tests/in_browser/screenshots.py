"""Pictures of every page in every mode, for people to look at: ``make screenshots``."""

import asyncio
import sys
from pathlib import Path

from browser import MODES, browser, chromium, pages_of, show, tab_in


async def shoot(html: Path, folder: Path, program: str) -> None:
    """Write ``folder/PAGE_MODE.png`` of each page, as long as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    async with browser(program) as running:
        for name, mode in MODES.items():
            tab = await tab_in(running, mode)
            for page in pages_of(html):
                await show(tab, html / page)
                await tab.screenshot(path=folder / f"{Path(page).stem}_{name}.png", full_page=True)


if __name__ == "__main__":
    found = chromium()
    if found is None:
        sys.exit("There is no Chromium here: make chromium installs Debian's where that is permitted.")
    asyncio.run(shoot(Path(sys.argv[1]).resolve(), Path(sys.argv[2]), found))
