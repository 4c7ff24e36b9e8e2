// Three sliders spoil or flatter a set of predictions; its metrics follow.
window.appmodelPlay.fool = async id => {
    const play = window.appmodelPlay;
    const root = play.reveal(id);
    const data = play.data(root);
    const find = name => root.querySelector(`[data-play='${name}']`);
    const model = find("model");
    const sliders = Object.fromEntries(["shrinkage", "noise", "mixed"].map(name => [name, find(name)]));

    // Whole numbers of 16 bits, low byte first, times a scale: rows of plain numbers.
    const matrix = ({shape: [n, width], scale, int16}) => {
        const bytes = Uint8Array.from(atob(int16), letter => letter.charCodeAt(0));
        const view = new DataView(bytes.buffer);
        return Array.from({length: n}, (_, i) =>
            Float64Array.from({length: width}, (_, g) => scale * view.getInt16(2 * (i * width + g), true)));
    };
    const observed = matrix(data.observed), noise = matrix(data.noise), [mean] = matrix(data.mean);
    const predicted = data.methods.map(method => matrix(method.predicted));

    const settings = () => Object.fromEntries(
        Object.entries(sliders).map(([name, slider]) => [name, Number(slider.value) / 100]));
    const distorted = (rows, {shrinkage, noise: spread, mixed}) => rows.map((row, i) => row.map((value, g) =>
        (1 - shrinkage) * ((1 - mixed) * value + mixed * mean[g]) + spread * noise[i][g]));

    const starts = new Map();
    const start = method => {
        if (!starts.has(method)) starts.set(method, play.metrics(predicted[method], observed, mean));
        return starts.get(method);
    };
    const change = ({better}, before, now) => {
        if (Number.isNaN(now)) return "undefined";
        if (play.number(before) === play.number(now)) return "the same";
        return (now < before) === (better === "lower") ? "better" : "worse";
    };

    const points = rows => data.drawn.map(g => ({measured: observed[data.example][g], predicted: rows[data.example][g]}));

    const view = await play.chart(find("cloud"), data.charts.cloud, {points: points(predicted[0])});
    const show = () => {
        const method = Number(model.value), now = distorted(predicted[method], settings());
        const scores = play.metrics(now, observed, mean), before = start(method);
        Object.values(sliders).forEach(slider => {
            root.querySelector(`output[for='${slider.id}']`).textContent = `${slider.value} %`;
            slider.setAttribute("aria-valuetext", `${slider.value} per cent`);
        });
        find("table").replaceChildren(...data.metrics.map(metric => {
            const value = scores[metric.name], was = before[metric.name], said = change(metric, was, value);
            const row = play.cells([metric.title, metric.better, play.number(was), play.number(value), said]);
            Object.assign(row.dataset, {metric: metric.name, now: value, change: said});
            return row;
        }));
        return play.draw(view, {points: points(now)});
    };

    // One picture at most for each frame, whatever the slider sends; what is said aloud waits until it rests.
    let waiting = false;
    const soon = () => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => { waiting = false; show(); });
    };
    const say = () => {
        const rows = [...find("table").rows].map(row => `${row.cells[0].textContent} ${row.dataset.change}`);
        find("words").textContent = `Now: ${rows.join(", ")}.`;
    };
    Object.values(sliders).forEach(slider => {
        slider.addEventListener("input", soon);
        slider.addEventListener("change", () => requestAnimationFrame(say));
    });
    model.addEventListener("change", () => show().then(say));
    find("reset").addEventListener("click", () => {
        Object.values(sliders).forEach(slider => { slider.value = 0; });
        show().then(say);
    });
    await show();
    root.dataset.ready = "true";
};
