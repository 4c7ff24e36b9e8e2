"""Drawings of ideas, made of shapes by code: no number of a result is in them."""

from .screen import draw_screen
from .splits import draw_splits

__all__ = ["draw_screen", "draw_splits"]
