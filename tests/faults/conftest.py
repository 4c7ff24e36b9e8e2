"""What a table of faults needs: small screens to spoil, and the rules that every sentence keeps."""

from __future__ import annotations

import builtins
import importlib
import inspect
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

import appmodel
from appmodel import networks
from appmodel.screens import Choices

GENES = ["ATF4", "BAK1", "DDIT3", "FOXA1", "JUNB", "MAP2K3", "HLA-B", "MT-ND1"]
CONDITIONS = ["control", "ATF4", "BAK1", "DDIT3", "ATF4+BAK1"]
# Words of python and of libraries, which help nobody to mend a file.  A call that can be made may name its library.
JARGON = re.compile(
    r"Traceback|Errno|NoneType|ndarray|dtype|unhashable|iterable|subscript|has no attribute|<class|object at 0x|"
    r"\b\w+Error\b|\b(?:numpy|pandas|scipy|h5py|pyarrow|yaml|pooch|requests|anndata)\b(?!(?:\.\w+)+)"
)
CALL = re.compile(r"(?P<name>[A-Za-z_][\w.]*)\((?P<arguments>[^()]*(?:\([^()]*\)[^()]*)*)\)")
ARGUMENT = re.compile(r"(?<![\w'\].])([A-Za-z_]\w*)=(?!=)")
FUNCTION = re.compile(r"(?<![\w.'])(?:load|save|split|predict|read|condition|network_from|empty)_\w+")


class At:
    """Where a fault happens: a folder of its own, and small screens, effects and networks to spoil."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.patch = folder, monkeypatch

    def file(self, name, content):
        """The path of a file with this content, bytes or text."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def cells(self, labels=CONDITIONS, n=6, change=None, **obs):
        """``n`` cells of each label with Poisson counts, called 'mine', changed in place by ``change``."""
        names = [label for label in labels for _ in range(n)]
        X = np.random.default_rng(0).poisson(5, (len(names), len(GENES))).astype(np.float32)
        table = pd.DataFrame({"condition": names, **obs}, index=[f"ACGTACGT{i:04d}-1" for i in range(len(names))])
        cells = AnnData(X, obs=table, var=pd.DataFrame(index=list(GENES)), uns={"dataset": "mine"})
        if change is not None:
            change(cells)
        return cells

    def effects(self, labels=CONDITIONS, change=None):
        """Effects of ``cells`` with their variances, called 'mine'."""
        effects = appmodel.condition_effects(self.cells(labels))
        effects.uns = {"dataset": "mine", "control": "control"}
        if change is not None:
            change(effects)
        return effects

    def table(self, **columns):
        """A long table of two perturbations and three genes, with further or other columns."""
        pairs = [(one, other) for one in ("ATF4", "BAK1") for other in ("JUNB", "FOXA1", "DDIT3")]
        perturbations, genes = zip(*pairs, strict=True)
        whole = {"perturbation": perturbations, "gene": genes, "log2FoldChange": 0.5, **columns}
        return pd.DataFrame({name: values for name, values in whole.items() if values is not None})

    def network(self, *pairs):
        return networks.network_from_edges(
            pd.DataFrame(pairs or [("ATF4", "BAK1"), ("BAK1", "DDIT3")]).set_axis(["source", "target"], axis=1)
        )

    def predictions(self):
        return appmodel.predict_splits({"additive": appmodel.Additive()}, self.effects(), "unseen", seeds=[0])

    def scores(self, **columns):
        """The scores of one method on one condition, with other columns."""
        row = {"dataset": "mine", "task": "unseen", "seed": 0, "method": "app", "condition": "ATF4", "metric": "l2"}
        return pd.DataFrame([{**row, "value": 1.0, "reason": "", "collapsed": False}]).assign(**columns)


@pytest.fixture
def at(tmp_path, monkeypatch):
    return At(tmp_path, monkeypatch)


@pytest.fixture
def said(at):
    """Provoke a fault and hold its sentence to the rules: ``said(door, call, error, sentence)``."""

    def check(door, call, error, sentence):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*names are not unique", UserWarning)  # of what the test spoils
            with pytest.raises(error) as caught:
                call(door, at)
        assert type(caught.value) is error
        assert str(caught.value).replace(str(at.folder), "FOLDER") == sentence
        check_sentence(sentence, door)

    return check


def check_sentence(sentence, door):
    """One or two plain sentences that name the place and end in a mend that the door, or a call named, can take."""
    assert re.fullmatch(r"[^\n]+[.)]", sentence)
    assert len(re.split(r"(?<=[.)]) (?=[A-Z])", sentence)) <= 2
    assert not JARGON.search(sentence), JARGON.search(sentence)
    assert re.search(r"[:;] \S", sentence), "no mend"
    taken = parameters_of(door)
    words = {*taken, *re.findall("[a-z]+", door.__qualname__.lower()), "mine", "folder", "none", "table", "control"}
    assert re.search(r"'[^']+'|\d", sentence) or words & set(re.findall(r"\w+", sentence.lower())), "no place"
    for call in CALL.finditer(sentence):
        called = found(call["name"])
        assert called is not None, f"{call['name']} does not exist"
        unknown = set(ARGUMENT.findall(call["arguments"])) - parameters_of(called)
        assert not unknown or takes_any(called), f"{call['name']} takes no {unknown}"
    left = CALL.sub("", sentence)
    assert set(ARGUMENT.findall(left)) <= taken, f"{door.__qualname__} takes no {set(ARGUMENT.findall(left)) - taken}"
    for name in FUNCTION.findall(left):
        assert found(name) is not None or name in taken, f"{name} does not exist"


def found(name):
    """What a name in a sentence stands for: of the package, of its networks, or of a library by its full name."""
    first, *rest = name.split(".")
    for place in (appmodel, networks):
        if hasattr(place, first):
            return attribute(getattr(place, first), rest)
    if name in ("fit", "predict"):
        return getattr(appmodel.Predictor, name)
    if hasattr(AnnData, name):
        return getattr(AnnData, name)
    if hasattr(builtins, name):
        return lambda *numbers: None
    try:
        return attribute(importlib.import_module(".".join([first, *rest[:-1]])), rest[-1:]) if rest else None
    except ImportError:
        return None


def attribute(value, names):
    for name in names:
        value = getattr(value, name, None)
    return value


def takes_any(door):
    return any(p.kind is p.VAR_KEYWORD for p in inspect.signature(door).parameters.values())


def parameters_of(door):
    """The names of the arguments that a door takes: of a class those of its methods too, with **told every choice."""
    whole = [
        door,
        *(getattr(door, name) for name in ("fit", "predict") if isinstance(door, type) and hasattr(door, name)),
    ]
    taken = set()
    for each in whole:
        signature = inspect.signature(each).parameters
        taken |= set(signature)
        if "told" in signature:
            taken |= set(inspect.signature(Choices).parameters)
    return taken
