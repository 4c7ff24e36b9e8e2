"""A model wins where there is something to learn and nowhere else; what can be asked follows from the conditions."""

import numpy as np
import pytest

from appmodel import AnchoredAPP, as_effects
from appmodel.names import all_genes, genes_of
from appmodel.studies.own_screen import default_question, judge_screen, questions_of, verdict_table
from appmodel.studies.own_screen.questions import split_pairs

from .conftest import GENES, family_screen


@pytest.mark.parametrize(
    ("screen", "tasks"),
    [
        (family_screen(), ["unseen"]),
        (family_screen(n_pairs=20), ["doubles", "unseen"]),
        (family_screen(n_pairs=60, singles=False), ["pairs"]),
    ],
)
def test_the_conditions_say_what_can_be_asked(screen, tasks):
    assert [question.task for question in questions_of(screen)] == tasks


def test_a_screen_too_small_for_any_question_is_refused():
    with pytest.raises(ValueError, match=r"families has too few conditions .* add conditions"):
        questions_of(family_screen(genes=GENES[:1]))


def test_hidden_pairs_leave_their_genes_in_training():
    screen = family_screen(n_pairs=40, singles=False)
    for seed in range(5):
        split = split_pairs(screen, seed)
        assert split == split_pairs(screen, seed)
        assert set(all_genes(split.test)) <= set(all_genes(split.train))
        assert 1 <= len(split.test) <= 0.25 * 40 + 1
        assert not set(split.test) & set(split.train)


def test_a_model_wins_where_relatives_do_alike_and_nowhere_else(network):
    verdict = judge_screen(family_screen(), network, range(4))["unseen"]
    assert verdict.model_wins
    assert verdict.winner == verdict.model == "anchored_app"
    assert verdict.high < 0.6
    assert verdict.decides == "yes"
    assert 0 < verdict.detectable < 1
    verdict = judge_screen(family_screen(structured=False), network, range(4))["unseen"]
    assert not verdict.model_wins
    assert verdict.winner == verdict.best_simple
    assert verdict.predictor is verdict.question.simple[verdict.winner]


def test_the_ratio_is_that_of_the_rows(network):
    verdict = judge_screen(family_screen(n_pairs=30), network, range(3))["doubles"]
    means = verdict.scores.query("metric == 'l2'").groupby("method")["value"].mean()
    assert verdict.best_simple == means[["additive", "scaled_additive", "no_change", "training_mean"]].idxmin()
    assert verdict.ratio == pytest.approx(means["anchored_app"] / means[verdict.best_simple])
    assert list(verdict.compared["against"]) == list(verdict.question.simple)


@pytest.mark.parametrize(("error", "decides"), [(1e-4, "yes"), (500.0, "no"), (None, "")])
def test_the_ceiling_says_whether_the_screen_decides(network, error, decides):
    assert judge_screen(family_screen(error=error), network, range(3))["unseen"].decides == decides


def test_one_split_or_few_conditions_decide_nothing(network):
    for verdict in (
        judge_screen(family_screen(), network, [0])["unseen"],
        judge_screen(family_screen(genes=GENES[:4]), network, range(2))["unseen"],
    ):
        assert not verdict.model_wins
        assert np.isnan([verdict.low, verdict.high, verdict.detectable]).all()


def test_own_models_and_pairs_alone(network):
    screen = family_screen(n_pairs=80, singles=False)
    verdicts = judge_screen(screen, network, range(3))
    assert set(verdicts["pairs"].scores["method"]) >= {"training_mean", "training_median", "linear"}
    verdicts = judge_screen(family_screen(), network, range(2), {"plain": AnchoredAPP(residual=False)})
    assert verdicts["unseen"].model == "plain"
    assert default_question(verdicts) == "unseen"
    table = verdict_table(verdicts)
    assert table.loc[0, ["task", "model", "splits"]].tolist() == ["unseen", "plain", 2]
    assert table.loc[0, "conditions"] == verdicts["unseen"].scores["condition"].nunique()


def test_hidden_conditions_are_those_of_the_method_in_their_order(network):
    screen = family_screen()
    verdict = judge_screen(screen, network, range(2))["unseen"]
    hidden = verdict.hidden("no_change", screen)
    assert not hidden.predicted.any()
    np.testing.assert_array_equal(hidden.measured, screen[list(hidden.conditions)].X)
    np.testing.assert_array_equal(hidden.errors, -hidden.measured)
    assert set(hidden.seeds) == {0, 1}
    assert all(len(genes_of(name)) == 1 for name in hidden.conditions)


def test_eight_conditions_are_enough_to_be_asked(network):
    screen = family_screen(genes=GENES[:8])
    assert as_effects(screen.X, list(screen.obs_names), list(screen.var_names)).n_obs == 8
    verdict = judge_screen(screen, network, range(5))["unseen"]
    assert verdict.scores["condition"].nunique() >= 6
    assert np.isfinite(verdict.low)
