"""The file of studies: no YAML, keys and kinds that are wrong, methods that are none."""

import pytest

from appmodel.studies.study import load_studies, load_study

GOOD = "s: {about: a, seeds: 1, network: [go_bp], screens: {demo: [unseen]}, methods: {m: {class: APP}}}"


def with_(at, old, new):
    """The path of a file of one study, of which something was changed."""
    return at.file("s.yml", GOOD.replace(old, new))


FAULTS = {
    "load_studies: a file that is not there": (
        load_studies,
        lambda door, at: door(at.folder / "s.yml"),
        FileNotFoundError,
        "FOLDER/s.yml does not exist: give the path of a file of studies, such as studies.yml.",
    ),
    "load_studies: no entry": (
        load_studies,
        lambda door, at: door(at.file("s.yml", "")),
        ValueError,
        "FOLDER/s.yml holds no studies: write a name and below it about, seeds, network, screens, methods.",
    ),
    "load_studies: a bracket that is not closed": (
        load_studies,
        lambda door, at: door(at.file("s.yml", "s: {about: a")),
        ValueError,
        "FOLDER/s.yml is no YAML, line 1 cannot be read (expected ',' or '}', but got '<stream end>'): mend it.",
    ),
    "load_studies: a key twice": (
        load_studies,
        lambda door, at: door(at.file("s.yml", f"{GOOD}\n{GOOD}")),
        ValueError,
        "FOLDER/s.yml: line 2 has the key 's' a second time: keep one.",
    ),
    "load_studies: an entry that is a text": (
        load_studies,
        lambda door, at: door(at.file("s.yml", "s: all screens")),
        ValueError,
        "FOLDER/s.yml, study 's', holds 'all screens': write a name and below it about, seeds, network, screens, "
        "methods.",
    ),
    "load_studies: a key that is missing": (
        load_studies,
        lambda door, at: door(with_(at, "seeds: 1, ", "")),
        ValueError,
        "FOLDER/s.yml, study 's', lacks seeds: write them.",
    ),
    "load_studies: a key that is none": (
        load_studies,
        lambda door, at: door(with_(at, "seeds", "seed: 1, seeds")),
        ValueError,
        "FOLDER/s.yml, study 's', has the key 'seed', which is unknown: use about, seeds, network, screens, "
        "methods, networks, splits, predictions_of, against, per_condition, made_by, test_fraction, split.",
    ),
    "load_studies: a number as text": (
        load_studies,
        lambda door, at: door(with_(at, "seeds: 1", "seeds: five")),
        ValueError,
        "FOLDER/s.yml, study 's', has 'five' as seeds: write a whole number, such as 5.",
    ),
    "load_studies: a text for a list": (
        load_studies,
        lambda door, at: door(with_(at, "[unseen]", "unseen")),
        ValueError,
        "FOLDER/s.yml, study 's', has a dict as screens: write screens with their tasks, such as {norman19: "
        "[doubles]}.",
    ),
    "load_studies: no seed": (
        load_studies,
        lambda door, at: door(with_(at, "seeds: 1", "seeds: 0")),
        ValueError,
        "FOLDER/s.yml: Study 's' has seeds: 0; give 1 or more.",
    ),
    "load_studies: a task that is none": (
        load_studies,
        lambda door, at: door(with_(at, "[unseen]", "[novel]")),
        ValueError,
        "FOLDER/s.yml: Study 's' asks demo for task 'novel': use one of doubles, unseen, seen.",
    ),
    "load_studies: an option for another task": (
        load_studies,
        lambda door, at: door(with_(at, "seeds", "split: by_seen, seeds")),
        ValueError,
        "FOLDER/s.yml: Study 's' has split: by_seen, which is for the task 'doubles' alone and not for "
        "ready-made splits: leave it out.",
    ),
    "load_studies: a class that is none": (
        load_studies,
        lambda door, at: door(with_(at, "class: APP", "class: Ape")),
        ValueError,
        "FOLDER/s.yml: Study 's', method 'm': 'Ape' is no predictor of appmodel; write a class such as Additive.",
    ),
    "load_studies: a parameter that is none": (
        load_studies,
        lambda door, at: door(with_(at, "class: APP", "class: Additive, ridge: 1")),
        ValueError,
        "FOLDER/s.yml: Study 's', method 'm': Additive has no parameter 'ridge'; leave it out, it has none.",
    ),
    "load_studies: conditions of a kind that is none": (
        load_studies,
        lambda door, at: door(with_(at, "class: APP", "class: APP, conditions: sorted")),
        ValueError,
        "FOLDER/s.yml: Study 's', method 'm', has conditions: 'sorted'; say 'permuted' or nothing.",
    ),
    "load_study: a study that is not there": (
        load_study,
        lambda door, at: door(at.file("s.yml", GOOD), "t"),
        ValueError,
        "FOLDER/s.yml holds no study 't': it holds s.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
