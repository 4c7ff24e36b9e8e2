# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Training
#
# **Aims:** fit the published model on one split, see when it stops, save it, and look at a prediction and at its
# attention.  Run time: about two minutes on two cores.
#
# The loss is the mean squared error over conditions and readouts, minimised by AdamW.  A part of the *training*
# conditions validates; training stops when they have not improved for `patience` epochs, and the best epoch is
# kept.  With `checkpoint` an interrupted training goes on where it was.

# %% tags=["parameters"]
screen = "demo"
networks = ["demo"]
task = "doubles"
seed = 0
max_epochs = 80
patience = 25
n_hidden = 128
learning_rate = 0.003

# %%
import tempfile
from pathlib import Path

import numpy as np
from IPython.display import Markdown

import appmodel
from appmodel.reading import attention_table, plot_attention, plot_readout_scatter, plot_training, style
from appmodel.splits import make_split

effects = appmodel.load_effects(screen)
network = appmodel.load_network(networks)
split = make_split(effects, task, seed)
model = appmodel.APP(seed=seed, max_epochs=max_epochs, patience=patience, n_hidden=n_hidden,
                     learning_rate=learning_rate).fit(effects[split.train], network)

# %% mystnb={"figure": {"caption": "Loss on training and validation conditions; the dotted line marks the epoch that was kept.", "name": "fig-training"}, "image": {"alt": "Line plot of training and validation loss per epoch"}}
with style():
    plot_training(model.history_, model.best_epoch_)

# %%
Markdown(f"{model.n_parameters_:,} parameters on {len(model.genes_):,} genes; epoch {model.best_epoch_} of "
         f"{len(model.history_)} was kept.")

# %% [markdown]
# ## Save and load
#
# One safetensors file, no pickle; the loaded model predicts the same.

# %%
with tempfile.TemporaryDirectory() as folder:
    model.save(Path(folder) / "app.safetensors")
    again = appmodel.APP.load(Path(folder) / "app.safetensors")
prediction = model.predict(split.test)
assert np.array_equal(again.predict(split.test).X, prediction.X)

# %% [markdown]
# ## One prediction

# %% mystnb={"figure": {"caption": "Predicted against observed effect of the first test condition, one point per readout (log1p units).", "name": "fig-prediction"}, "image": {"alt": "Scatter plot of predicted against observed effects with the diagonal"}}
condition = split.test[0]
with style():
    plot_readout_scatter(prediction[condition].X[0], effects[condition].X[0]).set_title(condition)

# %% [markdown]
# ## What it attends to

# %% mystnb={"figure": {"caption": "The genes that the first test condition attends to most; the dashed line is the attention of a uniform look at all genes.", "name": "fig-attention"}, "image": {"alt": "Bar plot of the attention of the twelve most attended genes"}}
attention = model.attention(split.test)
with style():
    plot_attention(attention, condition)

# %%
attention_table(attention, condition)

# %%
spread = float(np.corrcoef(attention.to_numpy())[np.triu_indices(len(attention), 1)].mean())
Markdown(f"Attention of different test conditions correlates by {spread:.2f} on average: the closer to one, the less "
         f"it depends on what was perturbed.")

# %% [markdown]
# **Recap.** `fit` trains with early stopping; `history_`, `attention` and `save` show and keep what came out.
