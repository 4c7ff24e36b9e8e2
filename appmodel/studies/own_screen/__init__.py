"""A screen of one's own: what can be predicted there, how well, what is predicted, and what to test next."""

from .asked import conditions_asked, default_asked
from .forecasts import differ, forecast, forecast_table, strongest, winners
from .movers import mover_recall, movers
from .networks import network_for
from .next_tests import next_tests
from .output import write_own
from .questions import Question, questions_of
from .verdicts import Verdict, default_question, judge, judge_screen, verdict_table

__all__ = [
    "Question",
    "Verdict",
    "conditions_asked",
    "default_asked",
    "default_question",
    "differ",
    "forecast",
    "forecast_table",
    "judge",
    "judge_screen",
    "mover_recall",
    "movers",
    "network_for",
    "next_tests",
    "questions_of",
    "strongest",
    "verdict_table",
    "winners",
    "write_own",
]
