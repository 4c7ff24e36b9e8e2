"""Splits as files: read back as they were, checked against their digest, refused by name where they are none."""

import json

import numpy as np
import pytest

from appmodel import Split


@pytest.mark.parametrize("seed", [2, np.int64(2), np.uint8(2)])
def test_json_round_trip(tmp_path, seed):
    path = tmp_path / "deep" / "split.json"
    split = Split(["A", "B+C"], ["A", "B+C"], "seen", seed, ["cell 1", "cell 2"])
    split.to_json(path)
    assert Split.from_json(path) == split
    assert Split.from_json(path).digest == split.digest
    assert json.loads(path.read_text())["digest"] == split.digest
    assert split.digest == Split(["A", "B+C"], ["A", "B+C"], "seen", 2, ["cell 1", "cell 2"]).digest


def test_altered_files_are_refused(tmp_path):
    path = tmp_path / "split.json"
    split = Split(["A", "B"], ["C"], "unseen", 1)
    split.to_json(path)
    whole = path.read_text()
    changes = {"train": ["A"], "test": ["D"], "task": "doubles", "seed": 2, "test_cells": ["x"], "digest": "0" * 12}
    for key, value in changes.items():
        path.write_text(json.dumps({**json.loads(whole), key: value}))
        with pytest.raises(ValueError, match=r"split.json was altered \(its digest is .* its content gives"):
            Split.from_json(path)


LEAKS = '{"train": ["A"], "test": ["A"], "task": "unseen", "seed": 0, "digest": ""}'


@pytest.mark.parametrize("content", ["", "half", "[]", "{}", "3", LEAKS, LEAKS[:-20], LEAKS.replace('["A"]', "3", 1)])
def test_other_files_are_refused_by_name(tmp_path, content):
    path = tmp_path / "split.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"split.json is not a split written by Split.to_json"):
        Split.from_json(path)
    with pytest.raises(FileNotFoundError, match=r"absent.json"):
        Split.from_json(tmp_path / "absent.json")
