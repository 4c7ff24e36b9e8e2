// A leaderboard for each screen: one is chosen, and its columns are sorted.
window.appmodelPlay.board = id => {
    const root = window.appmodelPlay.reveal(id);
    const chosen = root.querySelector("select");
    const said = root.querySelector("[role='status']");
    const tables = [...root.querySelectorAll(".play-board")];

    const value = (row, column) => {
        const {value} = row.cells[column].dataset;
        return value === undefined ? row.cells[column].textContent : Number(value);
    };
    // Undefined values stand last, whichever way is sorted.
    const compare = (a, b, sign) => {
        if (typeof a === "string") return sign * a.localeCompare(b);
        if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
        return sign * (a - b);
    };
    const sort = (table, heading, column) => {
        const before = heading.getAttribute("aria-sort");
        const ascending = before ? before === "descending" : heading.dataset.better !== "higher";
        table.querySelectorAll("th[aria-sort]").forEach(other => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        const body = table.tBodies[0], sign = ascending ? 1 : -1;
        body.append(...[...body.rows].sort((a, b) => compare(value(a, column), value(b, column), sign)));
        said.textContent = `Sorted by ${heading.textContent.trim()}, ${ascending ? "lowest" : "highest"} first.`;
    };

    tables.forEach(part => {
        const table = part.querySelector("table");
        [...table.tHead.rows[0].cells].forEach((heading, column) => {
            const button = document.createElement("button");
            button.type = "button";
            button.textContent = heading.textContent;
            button.addEventListener("click", () => sort(table, heading, column));
            heading.replaceChildren(button);
        });
    });
    const show = () => {
        tables.forEach((part, i) => { part.hidden = i !== chosen.selectedIndex; });
        said.textContent = "";
    };
    chosen.addEventListener("change", show);
    show();
    root.dataset.ready = "true";
};
