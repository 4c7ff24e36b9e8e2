"""Trials: one split, what may be seen of it, fit, predict, and predictions on disk."""
