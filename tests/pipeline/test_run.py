"""The estimate that is said before a study runs."""

import json

from appmodel.pipeline.run import START, estimate, seconds_of

FITS = [("app", "norman19", "doubles", "real"), ("linear", "norman19", "doubles", "real"),
        ("app", "norman19", "doubles", "new")]


def test_the_estimate_adds_what_the_committed_fits_took(tmp_path):
    about = {"methods": {"app": {"seconds": 593.0}, "linear": {"seconds": 53.0}, "oracle": "made in scoring"}}
    (tmp_path / "real_norman19_doubles.provenance.json").write_text(json.dumps(about))
    assert seconds_of(FITS, tmp_path) == (646.0 + 2 * START, 1)
    assert seconds_of([("oracle", "norman19", "doubles", "real")], tmp_path) == (0.0, 1)
    said = estimate(FITS, tmp_path, cores=2)
    assert said.startswith("3 fits to do: about 6 minutes on 2 core(s)")  # 660 s on two cores, 5.5 minutes
    assert "and 1 whose time is not known" in said


def test_nothing_to_fit_is_said(tmp_path):
    assert estimate([], tmp_path, 2).startswith("Every fit is done")
