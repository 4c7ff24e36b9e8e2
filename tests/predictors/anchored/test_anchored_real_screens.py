"""AnchoredAPP on real screens: better than addition and than the mean, and small enough to teach."""

import ast
from pathlib import Path

import numpy as np
import pytest

import appmodel.predictors
from appmodel import Additive, AnchoredAPP, ScaledAdditive, TrainingMean, load_effects
from appmodel.files import data_dir
from appmodel.networks import load_network
from appmodel.splits import make_split

needs_data = pytest.mark.skipif(data_dir() is None, reason="the data folder is absent (APPMODEL_DATA)")


@pytest.fixture
def ratios(error):
    """Mean L2 of each (predictor, network of a seed) over three seeds."""

    def measured(models, effects, task):
        found = {name: [] for name in models}
        for seed in range(3):
            split = make_split(effects, task, seed)
            training, truth = effects[split.train].copy(), effects[split.test]
            for name, (predictor, network) in models.items():
                out = predictor.fit(training, network and network(seed)).predict(split.test)
                found[name].append(error(out, truth).mean())
                if isinstance(predictor, AnchoredAPP):
                    assert 0.5 < out.obs["predicted_error"].mean() / found[name][-1] < 2
        return {name: np.mean(values) for name, values in found.items()}

    return measured


@needs_data
def test_norman_doubles_beat_addition_by_a_quarter(ratios):
    models = {"anchored": (AnchoredAPP(), None), "sum": (Additive(), None), "scaled": (ScaledAdditive(), None)}
    found = ratios(models, load_effects("norman19"), "doubles")
    assert found["anchored"] < 0.75 * found["sum"]
    assert found["anchored"] < 0.85 * found["scaled"]


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("screen", ["adamson16", "replogle22_k562", "replogle22_rpe1"])
def test_unseen_genes_are_found_through_the_real_network_only(ratios, screen):
    network = load_network(["go_bp", "reactome"])
    models = {"anchored": (AnchoredAPP(), lambda seed: network), "shuffled": (AnchoredAPP(), network.shuffled)}
    models |= {"mean": (TrainingMean(), None), "centre": (AnchoredAPP(), None)}
    found = ratios(models, load_effects(screen), "unseen")
    assert found["anchored"] < 0.95 * found["mean"]
    assert found["anchored"] < 0.97 * found["shuffled"]
    assert found["shuffled"] == pytest.approx(found["centre"], rel=0.03)


def code_lines(path):
    """Lines that hold code: neither blank nor a comment nor an import nor part of a docstring."""
    text = path.read_text(encoding="utf-8")
    lines = {i for i, line in enumerate(text.splitlines(), 1) if line.strip() and not line.lstrip().startswith("#")}
    for node in ast.walk(ast.parse(text)):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if docstring or isinstance(node, (ast.Import, ast.ImportFrom)):
            lines -= set(range(node.lineno, node.end_lineno + 1))
    return len(lines)


def test_it_is_small_enough_to_teach():
    # The whole model: diffusion, views, solver, both attentions, and the predictor that joins them; not what is for
    # screens of thousands of genes alone.
    folder = Path(appmodel.__file__).parent
    files = [folder / "networks" / "diffusion.py", *(folder / "predictors" / "anchored").glob("[!_]*.py")]
    files.remove(folder / "predictors" / "anchored" / "many_genes.py")
    assert sum(map(code_lines, files)) < 345  # in the form of the formatter
