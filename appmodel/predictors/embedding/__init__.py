"""Predictors on gene embeddings of others."""

from .linear import EmbeddingLinear
from .tables import read_embedding

__all__ = ["EmbeddingLinear", "read_embedding"]
