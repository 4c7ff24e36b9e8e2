"""What a predictor was fitted on, in a few words that can be given away with it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from anndata import AnnData

from ..networks import Network


def fitted_on(effects: AnnData, network: Network | None) -> dict:
    """Name and hash of the screen, a digest of the effects (n_conditions, n_readouts) seen, and the network given.

    None where the effects do not tell: a table that was made by hand has no ``uns["dataset_hash"]``, and one that was
    not read by this package does not say whether it is simulated.
    """
    told = effects.uns
    hashed = str(told["dataset_hash"]) if "dataset_hash" in told else None
    return {
        "dataset": Path(str(told.get("dataset", "unnamed"))).name,  # of a path the file: folders are nobody's business
        "dataset_hash": hashed,
        "simulated": bool(told.get("simulated", False)) if hashed or "simulated" in told else None,
        "effects_digest": _digest(effects),
        "network": _about(network) if isinstance(network, Network) else None,
    }


def _digest(effects: AnnData) -> str:
    """12 hexadecimal digits of names and values in their order, quicker than ``content_hash``: every fit asks."""
    names = "\n".join([*effects.obs_names, "", *effects.var_names])
    digest = hashlib.sha256(names.encode())
    digest.update(np.ascontiguousarray(effects.X, dtype="<f8").tobytes())
    return digest.hexdigest()[:12]


def _about(network: Network) -> dict:
    columns = ("name", "kind", "version", "licence", "citation")
    sources = [{key: getattr(source, key) for key in columns} for source in network.sources.values()]
    return {"digest": network.digest, "sources": sources}
