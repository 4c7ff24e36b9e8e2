"""A fitted predictor as a folder that can be given away: arrays in safetensors, the rest in JSON, a card."""

from .folder import load_predictor, save_predictor

__all__ = ["load_predictor", "save_predictor"]
