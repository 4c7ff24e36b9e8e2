// What all parts of the page share.
window.appmodelPlay = {};
(play => {
    play.data = root => JSON.parse(root.querySelector("script[type='application/json']").textContent);

    play.number = (value, digits = 2) =>
        value === null || value === undefined || Number.isNaN(value)
            ? "undefined"
            : value.toFixed(digits).replace("-", "\u2212");

    // Without scripts the controls would do nothing, so they are hidden until there are some.
    play.reveal = id => {
        const root = document.getElementById(id);
        root.querySelectorAll(".play-live").forEach(part => { part.hidden = false; });
        return root;
    };

    // Places have their widths only when the whole page is there.
    play.start = (part, id) => {
        if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => play[part](id));
        else play[part](id);
    };

    // A chart with the rows that it starts with, by the name of the set; it is as wide as its place, always.
    play.chart = async (element, chart, sets) => {
        const spec = {...chart, datasets: {...chart.datasets, ...sets}};
        // A pair that was not measured leaves layers empty, of which Vega would warn: of 1, only errors are said.
        const {view} = await vegaEmbed(element, spec, {actions: false, renderer: "svg", logLevel: 1});
        let width = element.clientWidth;
        new ResizeObserver(() => {
            if (element.clientWidth === width) return;
            width = element.clientWidth;
            window.dispatchEvent(new Event("resize"));
        }).observe(element);
        return view;
    };

    play.draw = (view, sets) => {
        Object.entries(sets).forEach(([name, rows]) => view.data(name, rows));
        return view.runAsync();
    };

    play.cells = texts => {
        const row = document.createElement("tr");
        texts.forEach((text, i) => {
            const cell = document.createElement(i ? "td" : "th");
            if (!i) cell.scope = "row";
            cell.textContent = text;
            row.append(cell);
        });
        return row;
    };
})(window.appmodelPlay);
