// The metrics of appmodel.scoring.metrics, for predictions in the browser; a test holds the two together.
window.appmodelPlay.metrics = (() => {
    const ROUNDING = 1e-12;
    const largest = row => row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

    // A row minus the reference minus its own mean, with its length; null where nothing but rounding is left.
    const centred = (row, reference) => {
        const left = row.map((value, g) => value - (reference ? reference[g] : 0));
        const mean = left.reduce((sum, value) => sum + value, 0) / left.length;
        const values = left.map(value => value - mean);
        const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
        const scale = Math.max(largest(row), reference ? largest(reference) : 0, 1e-300);
        return norm <= ROUNDING * scale ? null : {values, norm};
    };
    const correlation = (predicted, observed, reference) => {
        const p = centred(predicted, reference), o = centred(observed, reference);
        if (!p || !o) return NaN;
        return p.values.reduce((sum, value, g) => sum + value * o.values[g], 0) / (p.norm * o.norm);
    };
    const apart = (a, b) => a.reduce((sum, value, g) => sum + Math.abs(value - b[g]), 0);
    const discrimination = (predicted, observed) => predicted.map((row, i) => {
        if (observed.length < 2) return NaN;
        const distances = observed.map(other => apart(row, other)), own = distances[i];
        const points = distances.reduce((sum, distance, j) => {
            if (j === i) return sum;
            const tied = Math.abs(distance - own) <= ROUNDING * Math.max(distance, own);
            return sum + (tied ? 0.5 : Number(distance > own));
        }, 0);
        return points / (distances.length - 1);
    });
    const mean = values => {
        const defined = values.filter(value => !Number.isNaN(value));
        return defined.length ? defined.reduce((sum, value) => sum + value, 0) / defined.length : NaN;
    };
    return (predicted, observed, reference) => ({
        l2: mean(predicted.map((row, i) => Math.sqrt(row.reduce((sum, v, g) => sum + (v - observed[i][g]) ** 2, 0)))),
        pearson: mean(predicted.map((row, i) => correlation(row, observed[i], null))),
        pearson_perturbed: mean(predicted.map((row, i) => correlation(row, observed[i], reference))),
        discrimination: mean(discrimination(predicted, observed)),
    });
})();
