"""Pictures of every page in every mode, for people to look at: ``make screenshots``."""

import asyncio
import sys
from pathlib import Path

from browser import MODES, Visit, browser, chromium, context_of, pages_of, tab_on


async def shoot(html: Path, folder: Path, program: str) -> None:
    """Write ``folder/PAGE_MODE.png`` of each page, as long as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    async with browser(program) as running:
        for name, mode in MODES.items():
            context = await context_of(running, mode)
            for page in pages_of(html):
                async with tab_on(context, html / page, Visit(page, name)) as tab:
                    await tab.screenshot(path=folder / f"{Path(page).stem}_{name}.png", full_page=True)


if __name__ == "__main__":
    found = chromium()
    if found is None:
        sys.exit("There is no Chromium here: make chromium installs Debian's where that is permitted.")
    asyncio.run(shoot(Path(sys.argv[1]).resolve(), Path(sys.argv[2]), found))
