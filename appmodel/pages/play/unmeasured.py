"""Predictions of pairs that were never measured, by predictors that have seen the whole screen."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from anndata import AnnData

from ...effects import perturbed
from ...names import condition_name
from ...networks import Network


def predict_unmeasured(
    predictors: Mapping[str, Any], effects: AnnData, genes: Sequence[str], network: Network | None = None
) -> dict[str, AnnData]:
    """What each predictor says of the pairs of ``genes`` that ``effects`` do not hold, by name of the predictor.

    A fresh copy of each is fitted on all conditions.  The rows (n_pairs, n_readouts) are in alphabetical order.
    """
    pairs = sorted({condition_name(pair) for pair in combinations(genes, 2)} - set(effects.obs_names))
    known = perturbed(effects).copy()
    return {name: copy.deepcopy(each).fit(known, network).predict(pairs) for name, each in predictors.items()}
