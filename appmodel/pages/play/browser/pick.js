// Two genes are picked: their pair in words, in a table, readout by readout, and among all pairs.
window.appmodelPlay.pick = async id => {
    const play = window.appmodelPlay;
    const root = play.reveal(id);
    const data = play.data(root);
    const find = name => root.querySelector(`[data-play='${name}']`);
    const [first, second, shown, model] = ["first", "second", "shown", "model"].map(find);
    const nameOf = (a, b) => [a, b].sort().join("+");
    const pairs = new Map(data.pairs.map(pair => [pair.name, pair]));
    const measured = data.pairs.filter(pair => pair.measured);
    const names = data.methods.map(method => method.name);

    const option = gene => new Option(gene, gene);
    const group = (label, genes) => {
        const made = document.createElement("optgroup");
        made.label = label;
        made.append(...genes.map(option));
        return genes.length ? [made] : [];
    };

    // The partners of the first gene, those it was measured with before the others.
    const offer = wanted => {
        const others = [...data.genes].sort().filter(gene => gene !== first.value);
        const known = others.filter(gene => pairs.get(nameOf(first.value, gene)).measured);
        second.replaceChildren(
            ...group("measured together", known),
            ...group("never measured together", others.filter(gene => !known.includes(gene))),
        );
        second.value = others.includes(wanted) ? wanted : (known[0] ?? others[0]);
    };

    const best = pair => {
        const defined = pair.error.map((error, i) => [error, names[i]]).filter(([error]) => error !== null);
        return defined.sort(([one], [other]) => one - other)[0];
    };
    const larger = (pairs, value, key) => pairs.filter(other => other[key] < value).length;
    const words = pair => {
        const {name} = pair, what = data.simulated ? `${name} (simulated)` : name;
        if (!pair.measured) return `${what} was never measured. All marks are predictions, by models that have seen `
            + "the whole screen. Nobody can say yet which of them is right.";
        const cells = pair.cells === null ? "" : ` in ${pair.cells} cells`;
        const [error, winner] = best(pair);
        const truth = pair.truth_error === undefined ? "" : " The true effect itself would miss this measurement by "
            + `${play.number(pair.truth_error)}: that is noise.`;
        const rank = larger(measured, pair.value_interaction, "value_interaction"), others = measured.length - 1;
        const among = rank === others ? `all the other ${others}` : `${rank} of the other ${others}`;
        return `${what} was measured${cells}. Nearest comes ${winner}, which errs ${play.number(error)} (L2).${truth} `
            + `Its distance from addition is larger than that of ${among} measured pairs here, ${pair.interacts ? "and more than noise explains." : "but noise may explain it."}`;
    };

    const table = pair => {
        const row = (name, error, size, interaction) =>
            play.cells([name, ...[error, size, interaction].map(value => value === "" ? "" : play.number(value))]);
        const rows = names.map((name, i) =>
            row(name, pair.measured ? pair.error[i] : "", pair.size[i], pair.interaction[i]));
        if (pair.truth) rows.push(row("true effect", pair.truth_error, pair.truth_size, pair.truth_interaction));
        if (pair.measured) rows.push(row("measurement", "", pair.value_size, pair.value_interaction));
        find("table").replaceChildren(...rows);
    };

    const profile = pair => {
        const of = (source, values) => values.map((value, i) =>
            ({source, value, readout: data.readouts[pair.readouts[i]]}));
        const rows = names.flatMap((name, i) => of(name, pair.predicted[i]));
        if (pair.truth) rows.push(...of("true effect", pair.truth));
        if (!pair.measured) return rows;
        const reach = pair.reach ?? pair.value.map(() => 0);
        const value = of("measurement", pair.value);
        return [...value.map((row, i) => ({...row, low: row.value - reach[i], high: row.value + reach[i]})), ...rows];
    };

    const places = () => {
        const key = shown.value, method = Number(model.value), rank = new Map(data.genes.map((gene, i) => [gene, i]));
        const cell = (pair, below, value, side) => {
            const [early, late] = pair.name.split("+").sort((a, b) => rank.get(a) - rank.get(b));
            const [row, column] = below ? [late, early] : [early, late];
            return {row, column, value, side, pair: pair.name};
        };
        return data.pairs.flatMap(pair => [
            ...(pair.measured ? [cell(pair, true, pair[`value_${key}`], "measured")] : []),
            cell(pair, false, pair[key][method], names[method]),
        ]).filter(each => each.value !== null);
    };
    const frames = (a, b) => [{row: a, column: b}, {row: b, column: a}];

    const [a, b] = data.picked.split("+");
    const profileView = await play.chart(find("profile"), data.charts.profile, {rows: profile(pairs.get(data.picked))});
    const placeView = await play.chart(find("places"), data.charts.places, {cells: places(), picked: frames(a, b)});

    const showPair = () => {
        const pair = pairs.get(nameOf(first.value, second.value));
        find("words").textContent = words(pair);
        table(pair);
        root.dataset.pair = pair.name;
        return Promise.all([
            play.draw(profileView, {rows: profile(pair)}),
            play.draw(placeView, {picked: frames(first.value, second.value)}),
        ]);
    };
    const showPlaces = () => {
        find("side").textContent = names[Number(model.value)];
        return play.draw(placeView, {cells: places()});
    };
    const pick = (one, other) => {
        first.value = one;
        offer(other);
        return showPair();
    };

    first.append(...[...data.genes].sort().map(option));
    first.addEventListener("change", () => pick(first.value, second.value));
    second.addEventListener("change", showPair);
    shown.addEventListener("change", showPlaces);
    model.addEventListener("change", showPlaces);
    placeView.addEventListener("click", (_, item) => {
        if (item?.datum?.pair) pick(...item.datum.pair.split("+"));
    });
    await showPlaces();
    await pick(a, b);
    root.dataset.ready = "true";
};
