"""The card of a saved predictor: what somebody who is given it has to know, in Markdown."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence

from ...names import genes_of, shown
from ...provenance import today
from ..base import Predictor

_SIMULATED = {True: "**simulated**", False: "not simulated", None: "not stated whether simulated"}


def model_card(model: Predictor, folder: str, digest: str, verdict: str | None) -> str:
    """The text of the card of a fitted predictor; ``digest`` is that of its ``model.json``."""
    about = inspect.cleandoc(type(model).__doc__ or "")
    return (
        "\n\n".join(
            [
                f"# {type(model).__name__}: predicted effects of genetic perturbations",
                about,
                "## What it was fitted on",
                _table(("what", "value"), _facts(model, digest)),
                *_networks(model),
                "## Verdict",
                verdict or "None was passed: nothing here says whether it beats the mean of its training conditions.",
                "## Limits",
                "\n".join(f"- {limit}" for limit in _limits(model)),
                "## How to load it",
                f'```python\nimport appmodel\n\nmodel = appmodel.load_predictor("{folder}")\n'
                f'prediction = model.predict(["{model.training_conditions_[0]}"])  # conditions x readouts\n```',
                "Loading runs no code of these files, and refuses what is damaged or was altered.",
            ]
        )
        + "\n"
    )


def _facts(model: Predictor, digest: str) -> list[tuple[str, str]]:
    told, names = model.fitted_on_, model.training_conditions_
    singles = sum(len(genes_of(name)) == 1 for name in names)
    network = told.get("network")
    return [
        ("screen", f"{told.get('dataset', 'unknown')} ({_SIMULATED[told.get('simulated')]})"),
        ("hash of the screen", told.get("dataset_hash") or "unknown"),
        ("digest of the training effects", told.get("effects_digest", "unknown")),
        ("training conditions", f"{len(names)} ({singles} of one gene, {len(names) - singles} of several)"),
        ("readouts", f"{len(model.readouts_)}, such as {shown(model.readouts_.index, 3)}"),
        ("digest of the network", network["digest"] if network else "no network was given"),
        ("parameters", f"`{' '.join(repr(model).split())}`"),
        ("code", told["code_version"]),
        ("saved on", today()),
        ("digest of model.json", digest),
    ]


def _networks(model: Predictor) -> list[str]:
    network = model.fitted_on_.get("network")
    if not network:
        return []
    columns = ("name", "kind", "version", "licence", "citation")
    return [
        "## Sources of the network",
        _table(columns, [[source[column] for column in columns] for source in network["sources"]]),
        "Where the predictor looks genes up in the network, the files hold these sources: their licences go with them.",
    ]


def _limits(model: Predictor) -> list[str]:
    axes = "control_mean" not in model.readouts_
    units = "the units of the effects that it was fitted on" if axes else "units of log1p expression"
    limits = [
        f"It predicts its {len(model.readouts_)} readouts and nothing else, as differences from control in {units}.",
        "It has seen one screen. For other cells, another way to perturb or other conditions nobody has checked it.",
        'Where it can say nothing of a condition the row is NaN and `obs["reason"]` says why.',
        "It was made for research: a prediction is no measurement.",
    ]
    if model.constant:
        limits.insert(1, "It says the same of every condition, by design: it is there to be compared with.")
    if model.fitted_on_.get("simulated"):
        limits.insert(0, "**The screen is simulated: what it learned says nothing of real genes.**")
    return limits


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(_cell(text) for text in line)} |" for line in lines)


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")
