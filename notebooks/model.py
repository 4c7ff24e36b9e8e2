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
# # The model, step by step
#
# **Aims:** compute every equation of the published model by hand on four genes, and see that the package computes
# the same.  Run time: seconds.
#
# The AdaptivePerturbPredictor (APP) has three stages: a graph encoder gives every gene an embedding; the mean
# embedding of the perturbed genes asks, by additive attention, which genes matter; a linear decoder turns the
# attended mixture into log-fold-changes.

# %% tags=["parameters"]
aggregation = "mean"
activation = "relu"
perturbed_genes = [0, 2]

# %%
import numpy as np
import pandas as pd
import torch
from torch_geometric.nn import SAGEConv

from appmodel.predictors.app.model import (
    ACTIVATIONS,
    APPModule,
    PerturbationAttention,
    count_parameters,
)

genes = ["A", "B", "C", "D"]
x = torch.tensor([[1.0, 0.0], [0.0, 2.0], [4.0, -2.0], [1.0, 1.0]])
# A - B - C, and D alone
edge_index = torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])
pd.DataFrame(x.numpy(), index=genes, columns=["x1", "x2"])

# %% [markdown]
# ## Stage 1: graph encoder
#
# $$h_i^{(l)} = \sigma\!\left(W^{(l)}\left[\,h_i^{(l-1)} \,\Vert\, \mathrm{AGG}_{j \in N(i)}\, h_j^{(l-1)}\right] + b^{(l)}\right)$$
#
# The layer is PyTorch Geometric's `SAGEConv`.  With $W = [I \mid I]$ and $b = 0$ a gene becomes $\sigma$ of itself plus what its neighbours say.

# %%
layer = SAGEConv(2, 2, aggr=aggregation)
with torch.no_grad():
    # W = [of a gene itself | of its neighbours]
    layer.lin_r.weight.copy_(torch.eye(2))
    layer.lin_l.weight.copy_(torch.eye(2))
    layer.lin_l.bias.zero_()
    h = ACTIVATIONS[activation](layer(x, edge_index))
pd.DataFrame(h.numpy(), index=genes, columns=["h1", "h2"])

# %% [markdown]
# By hand: B has the neighbours A and C.

# %%
rule = {"sum": np.sum, "mean": np.mean, "max": np.max}[aggregation]
by_hand = x[1].numpy() + rule(x[[0, 2]].numpy(), axis=0)
by_hand = np.where(
    by_hand > 0,
    by_hand,
    {"relu": 0.0, "leaky_relu": 0.01}[activation] * by_hand,
)
assert np.allclose(h[1], by_hand)
by_hand

# %% [markdown]
# ## Stage 2: perturbation attention
#
# The context is the mean embedding of the perturbed genes,
# $c_P = \frac{1}{|P|}\sum_{i \in P} h_i$.
# It scores every gene of the network, $e_{iP} = w^\top \tanh(W_q c_P + W_k h_i + b)$,
# the softmax over **all** genes turns scores into attention,
# $\alpha_{iP} = e^{e_{iP}} / \sum_j e^{e_{jP}}$,
# and the cell state is the attended mixture $z_P = \sum_i \alpha_{iP} h_i$.

# %%
attention = PerturbationAttention(2, 2)
with torch.no_grad():
    attention.query.weight.copy_(torch.eye(2))
    attention.key.weight.copy_(torch.eye(2))
    attention.key.bias.copy_(torch.tensor([0.5, 0.0]))
    attention.score.weight.copy_(torch.tensor([[1.0, -1.0]]))
    context = h[perturbed_genes].mean(dim=0, keepdim=True)
    z, alpha = attention(context, h)
pd.Series(alpha[0].numpy(), index=genes, name="attention").to_frame()

# %%
c, keys = context[0].numpy(), h.numpy()
e = np.tanh(c[0] + keys[:, 0] + 0.5) - np.tanh(c[1] + keys[:, 1])
by_hand = np.exp(e) / np.exp(e).sum()
assert np.allclose(alpha[0], by_hand, atol=1e-6)
assert np.allclose(z[0], by_hand @ keys, atol=1e-6)
by_hand

# %% [markdown]
# ## Stage 3: linear decoder
#
# $$\hat y_P = W_d z_P + b_d$$

# %%
torch.manual_seed(0)
module = APPModule(
    n_genes=4,
    n_readouts=3,
    features=x,
    n_hidden=2,
    aggregation=aggregation,
    activation=activation,
)
row = torch.zeros(1, 4)
row[0, perturbed_genes] = 1 / len(perturbed_genes)
with torch.no_grad():
    y, alpha = module(row, edge_index)
    h = module.encoder(module.x, edge_index)
    z = (alpha @ h)[0]
    by_hand = module.decoder.weight @ z + module.decoder.bias
assert torch.allclose(y[0], by_hand)
y

# %% [markdown]
# ## How large is it?

# %%
sizes = {
    n: count_parameters(APPModule(n_genes=n, n_readouts=2000, n_hidden=128))
    for n in (2000, 3000)
}
pd.Series(sizes, name="parameters").rename_axis(
    "genes in the network"
).to_frame()

# %% [markdown]
# **Recap.** Three small modules, each a few lines; the same checks run as tests of the package.
