"""The page to play with, as a reader's hands and eyes meet it: what is picked, slid, sorted, and what is then shown."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

SAID_SIMPLY = "([...document.querySelectorAll('#play-fool tbody[data-play=table] tr')])"


class Watched:
    """A tab on a page that keeps what goes wrong there: errors, and requests for anything but the page itself."""

    def __init__(self, tab: Page, path: Path) -> None:
        self.tab, self.errors, self.requests = tab, [], []
        tab.on("console", lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        tab.on("request", lambda request: self.requests.append(request.url))
        tab.goto(path.as_uri())
        for part in ("pick", "board", "fool"):
            tab.wait_for_selector(f"#play-{part}[data-ready]", state="attached")

    def pair(self) -> str:
        """The pair that is shown."""
        return self.tab.get_attribute("#play-pick", "data-pair")

    def words(self) -> str:
        """What is said of it."""
        return self.tab.inner_text("#play-pick [data-play=words]")

    def options(self, which: str) -> list[str]:
        """The genes that one of the selects offers."""
        return self.tab.locator(f"#play-pick [data-play={which}] option").all_inner_texts()

    def pick(self, which: str, gene: str) -> None:
        """Choose a gene in one of the selects."""
        self.tab.select_option(f"#play-pick [data-play={which}]", gene)

    def marks(self) -> list[str]:
        """Where the marks of the first chart stand."""
        return self.tab.eval_on_selector_all(
            "[data-play=profile] .mark-symbol path", "marks => marks.map(mark => mark.getAttribute('transform'))"
        )

    def slide(self, **places: int) -> dict[str, dict[str, str]]:
        """Set sliders, in per cent; then the metrics by name, with their value, as a number, and their change."""
        for name, place in places.items():
            self.tab.fill(f"#play-{name}", str(place))
        self.tab.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        rows = self.tab.evaluate(f"() => {SAID_SIMPLY}.map(row => ({{...row.dataset}}))")
        return {row["metric"]: row for row in rows}

    def column(self, number: int) -> list[str]:
        """The cells of a column of the leaderboard that is shown."""
        return self.tab.locator(f".play-board:not([hidden]) tbody tr > :nth-child({number})").all_inner_texts()

    def heading(self, name: str):
        """The button that sorts by a column."""
        return self.tab.locator(".play-board:not([hidden]) thead").get_by_role("button", name=name, exact=True)
