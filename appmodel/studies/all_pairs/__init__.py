"""All pairs of many genes: predictions that outgrow memory, streamed to files; the top by a named criterion."""

from .screening import PairScreen, screen_pairs

__all__ = ["PairScreen", "screen_pairs"]
