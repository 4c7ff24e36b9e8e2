"""Parameters of a run of one's own: JSON, kinds, and paths from where the user stands."""

import re

import pytest

from appmodel.pipeline.parameters import as_typed, check_parameters, parameters_from, placed

DECLARED = {
    "screen": '"demo"',
    "networks": '["demo"]',
    "results": '"../data/results"',
    "task": '"doubles"',
    "seeds": "2",
    "share": "0.5",
    "quick": "False",
    "other": "None",
    "computed": "1 + 1",
}


@pytest.mark.parametrize(("text", "fault"), [("{'screen': 'a.h5ad'}", "at character 2"), ("[1]", "it is a list")])
def test_what_is_no_json_object_is_answered_with_an_example(text, fault):
    with pytest.raises(
        ValueError, match=re.escape(fault) + r".*--parameters '\{\"screen\": \"my_screen.h5ad\""
    ) as error:
        parameters_from(text)
    assert text in str(error.value)
    example = re.search(r"as in --parameters '(.*)'\.$", str(error.value)).group(1)
    assert parameters_from(example) == {"screen": "my_screen.h5ad", "max_epochs": 40}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"seeds": "2"},
            '\'seeds\' of a.py is a whole number, not a text ("2"): write it like the default, {"seeds": 2}',
        ),
        ({"seeds": True}, "is a whole number, not true or false (true)"),
        ({"seeds": 2.5}, "is a whole number, not a number (2.5)"),
        ({"seeds": None}, "is a whole number, not null"),
        ({"screen": 3}, "is a text, not a whole number (3)"),
        ({"networks": "demo"}, "is a list of texts, not a text"),
        ({"networks": ["demo", 3]}, "is a list of texts, not a list of texts and whole numbers"),
        ({"quick": 1}, "is true or false, not a whole number"),
        ({"nseeds": 1}, "a.py has no parameter 'nseeds': it has computed, networks"),
    ],
)
def test_a_parameter_of_another_kind_or_name_is_refused(given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        check_parameters(given, DECLARED, "a.py")


def test_what_fits_its_default_is_taken():
    given = {"seeds": 3, "share": 1, "quick": True, "networks": ["a", "b"], "other": ["x"], "computed": "anything"}
    check_parameters(given, DECLARED, "a.py")


def test_paths_are_meant_from_the_current_folder_and_names_stay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("tenx", "doubles", "demo"):
        (tmp_path / name).mkdir()
    given = {
        "screen": "tenx",
        "networks": ["go_bp", "mine.tsv", "demo", "sub/mine"],
        "results": "../tables",
        "task": "doubles",
        "seeds": 2,
    }
    made = placed(given, DECLARED)
    assert made == given | {
        "screen": f"{tmp_path}/tenx",
        "networks": ["go_bp", f"{tmp_path}/mine.tsv", "demo", f"{tmp_path}/sub/mine"],
        "results": f"{tmp_path.parent}/tables",
    }
    assert placed({"screen": "norman19"}, DECLARED) == {"screen": "norman19"}
    assert placed({"screen": "no_such_name"}, DECLARED) == {"screen": "no_such_name"}
    assert placed({"screen": "/a/b.h5ad", "other": None}, DECLARED) == {"screen": "/a/b.h5ad", "other": None}
    said = f"There is no network file {tmp_path}/mine.tsv beside {tmp_path}/tenx."
    assert as_typed(said, given, made) == "There is no network file mine.tsv beside tenx."
