"""Long tables of differential expression become effects with a variance for each readout."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appmodel import ReadingWarning, benchmark, changes, load_cells, load_effects, predictors, reading_of
from appmodel.files import data_dir
from appmodel.screens.reading.decisions import Choices, Reading
from appmodel.screens.reading.long_tables import effects_of_table

LN2 = np.log(2)
# perturbation, gene, fold change, error, how the error follows from the standard error and the fold change
TOOLS = {
    "DESeq2": ("condition", "gene", "log2FoldChange", "lfcSE", lambda lfc, se: se),
    "edgeR": ("contrast", "symbol", "logFC", "F", lambda lfc, se: (lfc / se) ** 2),
    "edgeR LR": ("target", "gene_name", "logFC", "LR", lambda lfc, se: (lfc / se) ** 2),
    "limma": ("contrast", "genes", "logFC", "t", lambda lfc, se: lfc / se),
    "scanpy": ("group", "names", "logfoldchanges", "scores", lambda lfc, se: lfc / se),
    "pertpy": ("contrast", "variable", "log_fc", "statistic", lambda lfc, se: lfc / se),
    "MAST": ("perturbation", "primerid", "coef", "z", lambda lfc, se: lfc / se),
    "gbm": ("perturbation", "feature", "log_fc", "se", lambda lfc, se: se),
    "morphic": ("gene", "symbol", "lfc", "lfcSE", lambda lfc, se: se),
    "mine": ("Target Gene", "Gene Symbol", "avg_log2FC", "Std. Error", lambda lfc, se: se),
}
TARGETS = ["KLF1", "CEBPE", "SPI1", "STAT1"]
READOUTS = [*TARGETS, "GATA1", "IRF1", "FOXA1", "JUNB"]


def long_table(tool="DESeq2", seed=0):
    """A table of 4 perturbations and 8 genes as a tool writes it, with the matrices it was made from."""
    rng = np.random.default_rng(seed)
    lfc, se = rng.normal(size=(4, 8)), rng.uniform(0.1, 0.5, size=(4, 8))
    perturbation, gene, fold, error, of = TOOLS[tool]
    table = pd.DataFrame(
        {
            "baseMean": rng.uniform(1, 9, 32),
            perturbation: np.repeat(TARGETS, 8),
            gene: np.tile(READOUTS, 4),
            fold: lfc.ravel(),
            error: of(lfc, se).ravel(),
            "padj": rng.uniform(size=32),
        }
    )
    return table, lfc, se


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "csv.gz", ""])
def test_tables_of_many_tools(tmp_path, tool, ending):
    table, lfc, se = long_table(tool)
    table = table.sample(frac=1, random_state=1)
    source = tmp_path / f"table.{ending}"
    if ending == "parquet":
        table.to_parquet(source)
    elif ending:
        table.to_csv(source, index=False, sep="\t" if ending == "tsv" else ",")
    else:
        source = table
    effects = load_effects(source)[TARGETS, READOUTS]
    np.testing.assert_allclose(effects.X, lfc * LN2, rtol=1e-12)
    np.testing.assert_allclose(effects.layers["sampling_var"], (se * LN2) ** 2, rtol=1e-9)
    np.testing.assert_allclose(effects.obs["sampling_var"], ((se * LN2) ** 2).sum(axis=1), rtol=1e-9)


def test_the_base_can_be_told():
    table, lfc, se = long_table()
    effects = load_effects(table, values="log")[TARGETS, READOUTS]
    np.testing.assert_allclose(effects.X, lfc)
    np.testing.assert_allclose(effects.layers["sampling_var"], se**2)
    assert "log2" in reading_of(table).set_index("decision").loc["values", "reading"]


def test_confidence_intervals():
    table, _, se = long_table()
    table["ci.hi"], table["ci.lo"] = (
        table["log2FoldChange"] + 1.96 * table["lfcSE"],
        (table["log2FoldChange"] - 1.96 * table["lfcSE"]),
    )
    effects = load_effects(table.drop(columns="lfcSE"))[TARGETS, READOUTS]
    np.testing.assert_allclose(effects.layers["sampling_var"], (se * LN2) ** 2, rtol=1e-4)


def test_replicates_are_averaged_and_said():
    (one, a, u), (two, b, v) = long_table(seed=1)[0:3], long_table(seed=2)[0:3]
    table = pd.concat([one.assign(batch="x"), two.assign(batch="y")])
    with pytest.warns(ReadingWarning, match=r"32 rows repeat .* in 2 groups of 'batch' .*only=\{'batch': 'x'\}"):
        effects = load_effects(table)
    np.testing.assert_allclose(effects[TARGETS, READOUTS].X, (a + b) / 2 * LN2)
    told = load_effects(table, within="batch")
    np.testing.assert_array_equal(told.X, effects.X)
    np.testing.assert_allclose(told[TARGETS, READOUTS].layers["sampling_var"], (u**2 + v**2) / 4 * LN2**2)
    np.testing.assert_allclose(load_effects(table, only={"batch": "y"})[TARGETS, READOUTS].X, b * LN2)


def test_told_groups_that_do_not_tell_rows_apart_are_asked_about():
    table = pd.concat([long_table()[0].assign(batch=batch, lane="1") for batch in "xy"])
    with pytest.raises(ValueError, match=r"32 rows repeat a pair.: only=\{'batch': 'x'\} takes one group"):
        load_effects(table, within="lane")


def test_missing_values_leave_genes_out_and_are_counted():
    table, _, _ = long_table()
    table.loc[3, "log2FoldChange"] = np.nan
    effects = load_effects(table.drop(index=[12]))
    assert list(effects.var_names) == [gene for gene in READOUTS if gene not in ("STAT1", "GATA1")]
    assert changes(effects).set_index("change").loc["genes left out", "count"] == 2
    table.loc[0, "lfcSE"] = np.nan
    effects = load_effects(table)
    assert np.isnan(effects.layers["sampling_var"]).sum() == 1
    assert "sampling_var" not in effects.obs


def test_without_errors_there_is_no_variance():
    effects = load_effects(long_table()[0].drop(columns="lfcSE"))
    assert not effects.layers
    assert "unknown" in reading_of(effects).set_index("decision").loc["sampling variance", "reading"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.drop(columns="condition"), "no column of perturbations.*condition_key="),
        (lambda t: t.drop(columns="gene"), "no column of genes.*gene_key="),
        (lambda t: t.drop(columns="log2FoldChange"), "without a column of log fold changes"),
        (lambda t: t[(t.index % 9) == 0], "lists only .* of the 4 x .* pairs.*significant genes"),
        (lambda t: pd.concat([t, t]), "more than once .32 rows repeat a pair.: keep one row of each"),
    ],
)
def test_what_is_lacking_is_asked(change, says):
    with pytest.raises(ValueError, match=says):
        load_effects(change(long_table()[0]))


def test_columns_can_be_told():
    table, lfc, _ = long_table()
    renamed = table.rename(columns={"condition": "what", "gene": "where"})
    effects = load_effects(renamed, condition_key="what", gene_key="where")[TARGETS, READOUTS]
    np.testing.assert_allclose(effects.X, lfc * LN2)
    with pytest.raises(ValueError, match="effects, not cells"):
        load_cells(table)


def test_labels_of_tables_are_read_like_all_others():
    table, _, _ = long_table()
    table["condition"] = [f"sg{name}_1" for name in table["condition"]]
    assert set(load_effects(table).obs_names) == set(TARGETS)
    table["condition"] = table["condition"].replace({"sgSTAT1_1": "CEBPE|KLF1"})
    assert "CEBPE+KLF1" in load_effects(table).obs_names


def test_effects_of_tables_can_be_scored():
    effects = load_effects(long_table()[0])
    scores = benchmark({"mean": predictors.TrainingMean()}, effects, task="unseen", seeds=range(1))
    assert np.isfinite(scores.query("metric == 'l2'")["value"]).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["A", "B", "C"]), st.sampled_from("xyz"), st.floats(-9, 9)), min_size=1, max_size=9
    ),
    st.booleans(),
)
def test_any_table_is_read_or_asked_about(rows, error):
    table = pd.DataFrame(rows, columns=["perturbation", "gene", "log2FC"])
    if error:
        table["se"] = 0.5
    try:
        effects = effects_of_table(table, Choices(), Reading("mine"))
    except ValueError:
        return
    for name, gene, value in rows:
        if gene in effects.var_names:
            assert effects[name, gene].X[0, 0] == pytest.approx(value * LN2)
    assert ("sampling_var" in effects.layers) == error


@pytest.mark.skipif(data_dir() is None, reason="the data folder is absent (APPMODEL_DATA)")
@pytest.mark.filterwarnings("ignore::appmodel.ReadingWarning")
def test_real_tables():
    gbm = load_effects(data_dir() / "tables" / "gbm_perturb_deseq.parquet", only={"context": "invitro_RT"})
    assert gbm.shape == (46, 2000)
    assert np.isfinite(gbm.layers["sampling_var"]).all()
    morphic = data_dir() / "tables" / "morphic_prs_day6.parquet"
    with pytest.warns(ReadingWarning, match=r"within=\['release', 'allele'\]"):
        assert load_effects(morphic).shape[0] == 31
    with pytest.raises(ValueError, match="lists only 3% of the 90 x 9050 pairs"):
        load_effects(data_dir() / "tables" / "adamson16_significant_effects.parquet")
