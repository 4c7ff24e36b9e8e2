"""AnchoredAPP: what is known already as an anchor, attention for what is left over."""

from .predictor import AnchoredAPP

__all__ = ["AnchoredAPP"]
