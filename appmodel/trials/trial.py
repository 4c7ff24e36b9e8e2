"""A trial: one split, what a predictor may see of it and what its predictions are scored against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData

from ..arguments import called, effects_given, listed
from ..effects import effects_of, preprocess, screen_targets
from ..names import CONTROL, shown
from ..predictors.collapse import COLLAPSED, spread
from ..screens import refuse_cells
from ..splits import Split, make_split


@dataclass(frozen=True)
class Trial:
    """One split of a screen: its training rows and its observed test rows, from the same effects or other cells."""

    split: Split
    trained_on: AnnData
    tested_on: AnnData

    def training(self) -> AnnData:
        """The training rows in a fresh table: nothing that hangs on the screen as a whole comes along."""
        rows = self.trained_on[self.split.train]
        return AnnData(
            np.array(rows.X, dtype=float),
            obs=rows.obs.copy(),
            var=rows.var.copy(),
            uns={"control": CONTROL, "targets": np.array(screen_targets(self.trained_on), dtype=object)},
        )

    def training_mean(self) -> np.ndarray:
        """Unweighted mean effect of the training conditions (n_readouts,)."""
        return np.asarray(self.trained_on[self.split.train].X, dtype=float).mean(axis=0)

    def collapsed(self, predicted: np.ndarray) -> bool:
        """Whether predictions (n_conditions, n_readouts) spread less than 1 % of the training effects' spread.

        Spread: root mean squared distance from the mean.  Rows without a prediction do not count; one row alone says
        nothing.
        """
        known = predicted[np.isfinite(predicted).all(axis=1)]
        trained = spread(np.asarray(self.trained_on[self.split.train].X, dtype=float))
        return len(known) > 1 and spread(known) < COLLAPSED * trained

    def observed(self) -> AnnData:
        """The measured test rows, with the control expression that predictors saw."""
        return self.tested_on[self.split.test].copy()

    def significance(self) -> np.ndarray | None:
        """Observed test effects divided by their standard errors; None where these are not known per readout.

        The error of the control's mean counts too, where the table has a row of it.
        """
        if "sampling_var" not in self.tested_on.layers:
            return None
        rows = self.tested_on[self.split.test]
        variance = np.asarray(rows.layers["sampling_var"], dtype=float)
        if CONTROL in self.tested_on.obs_names:
            variance = variance + np.asarray(self.tested_on[[CONTROL]].layers["sampling_var"], dtype=float)
        effects = np.asarray(rows.X, dtype=float)
        # A readout without any variance was expressed in no cell of either side: it says nothing.
        return np.divide(effects, np.sqrt(variance), out=np.zeros_like(effects), where=variance > 0)


def trials(data: AnnData, task: str, seeds: Iterable[int], splits: Sequence[Split] | None = None) -> list[Trial]:
    """The trials of ``data`` (effects; for the task 'seen' cells), from ready-made splits or from task and seeds.

    Raises ``ValueError`` where there is no split, and for a split that does not fit the screen.
    """
    effects_given(data)
    if splits is not None:
        chosen = [splits] if isinstance(splits, Split) else listed("splits", splits, "[Split.from_json(path)]")
        if other := [split for split in chosen if not isinstance(split, Split)]:
            raise TypeError(f"splits holds {called(other[0])}: give a list of Split, such as [Split.from_json(path)].")
    tasks = {task} if splits is None else {split.task for split in chosen}
    if tasks - {"seen"}:
        refuse_cells(data)
    if splits is None:
        chosen = [make_split(data, task, seed) for seed in listed("seeds", seeds, "range(5)")]
    if not chosen:
        raise ValueError("seeds or splits is empty: give at least one, such as seeds=[0].")
    for split in chosen:
        if split.task == "seen":
            _check_held_out(data, split)
    expression = preprocess(data) if any(split.task == "seen" for split in chosen) else data
    return [_trial(expression, split) for split in chosen]


def _trial(data: AnnData, split: Split) -> Trial:
    trained_on = tested_on = data
    if split.task == "seen":
        held_out = data.obs_names.isin(split.test_cells)
        trained_on, tested_on = effects_of(data[~held_out]), effects_of(data[held_out])
        # What is expressed is decided by the cells a predictor may see.
        tested_on.var["control_mean"] = trained_on.var["control_mean"]
    missing = sorted({*split.train, *split.test} - set(trained_on.obs_names))
    if missing:
        raise ValueError(
            f"The split names {shown(missing)}, which the screen does not hold: make the split from these effects."
        )
    return Trial(split, trained_on, tested_on)


def _check_held_out(cells: AnnData, split: Split) -> None:
    if "condition" not in cells.obs:
        raise ValueError("The task 'seen' holds out cells: pass the cells (with obs['condition']), not effects.")
    unknown = sorted(set(split.test_cells) - set(cells.obs_names))
    if unknown or not split.test_cells:
        what = f"names cells that the screen does not hold ({shown(unknown)})" if unknown else "names no test cells"
        raise ValueError(f"The split of seed {split.seed} {what}: make it with split_seen from these cells.")
    held_out = cells.obs_names.isin(split.test_cells)
    for side, rows in (("train", ~held_out), ("test", held_out)):
        counts = cells.obs["condition"][rows].value_counts().reindex(pd.unique(cells.obs["condition"]), fill_value=0)
        if few := sorted(map(str, counts.index[counts < 2])):
            raise ValueError(
                f"The split of seed {split.seed} has fewer than two cells of {shown(few)} to {side} on: make it with "
                f"split_seen from these cells."
            )
