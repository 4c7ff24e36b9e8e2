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
# **Aims:** compute both models by hand on four genes, then write APP yourself. **You need:** vectors, matrices, a
# little Python, [the problem](../book/problem.md). **Level:** first course. **Reading:** 45 minutes. **Run time:**
# under half a minute.
#
# The AdaptivePerturbPredictor (APP) {cite}`app2025` has three stages. A *graph encoder* gives every gene an
# {term}`embedding`, a short list of numbers. The mean embedding of the perturbed genes asks, by *{term}`attention`*, which genes
# matter. A linear *decoder* turns the attended mixture into effects (the paper says log-fold-changes). `AnchoredAPP`, the
# model of this book, can be drawn in the same three stages, but its features are fixed and nothing is decoded: it is an
# {term}`anchor` plus kernel ridge regression.

# %% tags=["parameters"]
aggregation = "mean"  # or "sum", "max"
activation = "relu"  # or "leaky_relu"
perturbed_genes = [0, 2]  # 0 is gene A, 1 is B, 2 is C, 3 is D

# %% tags=["remove-cell"]
from IPython.display import SVG, Math, display

from appmodel.pages import neat_tables, style
from appmodel.pages.drawings.architecture import draw_architectures
from appmodel.pages.drawings.genes import draw_genes
from appmodel.pages.drawings.svg import svg_of
from appmodel.pages.worked import anchored as anchored_filled
from appmodel.pages.worked import app as filled
from appmodel.predictors.app.model import (
    ACTIVATIONS,
    AGGREGATIONS,
    check_choice,
)

neat_tables()

check_choice("aggregation", aggregation, AGGREGATIONS)
check_choice("activation", activation, ACTIVATIONS)

# %% tags=["remove-input"] mystnb={"figure": {"caption": "Both models, stage by stage. Shades of the small tables mean nothing.", "name": "fig-architecture"}, "image": {"alt": "Two columns of boxes. APP: network, graph layer, embeddings of all genes; perturbed genes, mean, query; attention over all genes; mixture; linear decoder; log-fold-changes. AnchoredAPP: networks and effects, fixed features of measured conditions; perturbed genes, query; attention over measured conditions; mixture of residuals; anchor plus mixture; log-fold-changes"}}
with style():
    drawing = svg_of(draw_architectures())
SVG(drawing)

# %% [markdown]
# ## Four genes
#
# The example has four genes, A to D. A and B are joined in the network, and so are B and C; D stands alone. The
# filled genes are perturbed. Every gene starts with two numbers, its *features*. All numbers of this example are
# invented, small enough for a pencil. Formulas show two decimals; the computation keeps all.

# %% tags=["remove-input"] mystnb={"figure": {"caption": "The network of the example; the perturbed genes are filled.", "name": "fig-four-genes"}, "image": {"alt": "Four circles in a row, A joined to B, B joined to C, D alone"}}
places = {"A": (0, 0), "B": (1, 0), "C": (2, 0), "D": (3, 0)}
with style():
    drawing = svg_of(
        draw_genes(
            places,
            [("A", "B"), ("B", "C")],
            ["ABCD"[i] for i in perturbed_genes],
        )
    )
SVG(drawing)

# %%
import numpy as np
import pandas as pd

genes = ["A", "B", "C", "D"]
neighbours = {"A": ["B"], "B": ["A", "C"], "C": ["B"], "D": []}
perturbed = [genes[i] for i in perturbed_genes]
x = {
    "A": np.array([1.0, 0.0]),
    "B": np.array([0.0, 2.0]),
    "C": np.array([4.0, -2.0]),
    "D": np.array([1.0, 1.0]),
}
pd.DataFrame(x, index=["x1", "x2"]).T

# %% [markdown]
# ## Stage 1: graph encoder
#
# $$h_i = \sigma\!\left(W\left[\,x_i \,\Vert\, \mathrm{AGG}_{j \in N(i)}\, x_j\right] + b\right)$$
#
# - $i$ is a gene, $x_i$ are its features, $h_i$ is its **embedding**, what we want.
# - $N(i)$ are the neighbours of gene $i$ in the network, $j$ is one of them.
# - $\mathrm{AGG}$, the aggregation, makes one vector of many, number by number: their mean, their sum or the largest.
#   Without neighbours it is zero.
# - $\Vert$ puts two vectors one below the other: two and two numbers become four.
# - $W$ (a matrix) and $b$ (a vector) are learned. All genes share them.
# - $\sigma$ is the activation. *relu* turns negative numbers into zero; *leaky relu* multiplies them by 0.01.
#
# Here $W = [I \mid I]$, two unit matrices, and $b = 0$: a gene becomes itself plus what its neighbours say. The
# published model may stack such layers. The next one then reads $h$ in place of $x$.

# %%
W = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]])
b = np.zeros(2)
AGG = {"mean": np.mean, "sum": np.sum, "max": np.max}[aggregation]
slope = {"relu": 0.0, "leaky_relu": 0.01}[activation]


def around(gene):
    rows = [x[j] for j in neighbours[gene]]
    return AGG(rows, axis=0) if rows else np.zeros(2)


def sigma(v):
    return np.where(v > 0, v, slope * v)


h = {i: sigma(W @ np.concatenate([x[i], around(i)]) + b) for i in genes}

# %% [markdown]
# B has the neighbours A and C:

# %% tags=["hide-input"]
display(
    Math(
        filled.aggregation(
            "B", {j: x[j] for j in neighbours["B"]}, aggregation, around("B")
        )
    ),
    Math(filled.layer("B", x["B"], around("B"), W, b, h["B"], activation)),
)

# %% [markdown]
# D has none. It hears nothing from the network and keeps its features:

# %% tags=["hide-input"]
display(
    Math(filled.aggregation("D", {}, aggregation, around("D"))),
    Math(filled.layer("D", x["D"], around("D"), W, b, h["D"], activation)),
)

# %% tags=["remove-cell"]
assert np.array_equal(h["D"], x["D"])

# %% [markdown]
# The embeddings of all four:

# %%
pd.DataFrame(h, index=["h1", "h2"]).T

# %% [markdown]
# ## Stage 2: perturbation attention
#
# First the **context**, the mean embedding of the perturbed genes:
#
# $$c_P = \frac{1}{|P|}\sum_{i \in P} h_i$$
#
# $P$ is the set of perturbed genes and $|P|$ says how many they are. The order of the genes does not matter, and one
# gene is treated as two are.

# %%
c = np.mean([h[i] for i in perturbed], axis=0)

# %% tags=["hide-input"]
Math(filled.context(perturbed, h, c))

# %% [markdown]
# The context is the *query*: it asks every gene of the network how much it matters here. Gene $i$ answers with a
# **score**, a single number:
#
# $$e_{iP} = w^\top \tanh\!\left(W_q\, c_P + W_k\, h_i + b\right)$$
#
# $W_q$ (for the query), $W_k$ (for the *keys*, the genes asked), $b$ and $w$ are learned; this $b$ is another one
# than that of stage 1. $w^\top v$ multiplies two vectors number by number and adds up. $\tanh$ bends every number
# into the range from −1 to 1. Adding query and key, not multiplying them, is why this attention is called *additive*.

# %%
W_q = W_k = np.array([[0.5, 0.0], [0.0, 0.5]])
b_k = np.array([0.0, -0.5])
w = np.array([1.0, -2.0])

e = {i: w @ np.tanh(W_q @ c + W_k @ h[i] + b_k) for i in genes}

# %% tags=["hide-input"]
Math(filled.score("A", w, W_q, c, W_k, h["A"], b_k, e["A"]))

# %% [markdown]
# The *softmax* turns scores into **attention**: positive weights that sum to one. It runs over **all** genes of the
# network, perturbed or not ($j$ is each of them in turn; in the package these are the nodes of its graph, at most 500 unless
# told otherwise or more are perturbed):
#
# $$\alpha_{iP} = \frac{\exp(e_{iP})}{\sum_j \exp(e_{jP})}$$

# %%
total = sum(np.exp(score) for score in e.values())
alpha = {i: np.exp(e[i]) / total for i in genes}

# %% tags=["hide-input"]
Math(filled.softmax("A", e, alpha["A"]))

# %%
pd.DataFrame({"score": e, "attention": alpha})

# %% tags=["remove-cell"]
assert np.isclose(sum(alpha.values()), 1)
assert min(alpha.values()) > 0

# %% [markdown]
# The **cell state** is the attended mixture of all embeddings:
#
# $$z_P = \sum_i \alpha_{iP}\, h_i$$

# %%
z = sum(alpha[i] * h[i] for i in genes)

# %% tags=["hide-input"]
Math(filled.mixture(list(alpha.values()), list(h.values()), z))

# %% [markdown]
# ## Stage 3: linear decoder
#
# $$\hat y_P = W_d\, z_P + b_d$$
#
# $\hat y_P$ is the prediction: one number for each {term}`readout`, three here. The hat says that it is predicted
# and not measured. $W_d$ and $b_d$ are learned.

# %%
W_d = np.array([[0.5, 0.0], [0.0, -1.0], [1.0, 1.0]])
b_d = np.array([0.0, 0.5, -1.0])

y = W_d @ z + b_d

# %% tags=["hide-input"]
Math(filled.decoder(W_d, z, b_d, y))

# %% [markdown]
# That is the whole model. As one function of the perturbed genes:


# %%
def predict_by_hand(P, bend=np.tanh):
    c = np.mean([h[i] for i in P], axis=0)
    e = np.array([w @ bend(W_q @ c + W_k @ h[i] + b_k) for i in genes])
    alpha = np.exp(e) / np.exp(e).sum()
    return W_d @ (alpha @ np.array(list(h.values()))) + b_d


# %% tags=["remove-cell"]
assert np.allclose(predict_by_hand(perturbed), y)

# %% [markdown]
# ## The package says the same
#
# `APPModule` is the torch module inside `appmodel.APP`. With the weights from above it has to give the same
# embeddings, attention and prediction. The graph layer is PyTorch Geometric's `SAGEConv`, which keeps the two halves
# of $W$ apart.

# %%
import torch

from appmodel.predictors.app.model import APPModule, count_parameters


def tensor(array):
    return torch.tensor(np.array(array), dtype=torch.float32)


module = APPModule(
    n_genes=4,
    n_readouts=3,
    features=tensor(list(x.values())),
    n_hidden=2,
    n_layers=1,
    aggregation=aggregation,
    activation=activation,
)
module.load_state_dict(
    {
        "x": module.x,
        "encoder.layers.0.lin_r.weight": tensor(W[:, :2]),  # of x_i
        "encoder.layers.0.lin_l.weight": tensor(W[:, 2:]),  # of AGG
        "encoder.layers.0.lin_l.bias": tensor(b),
        "attention.query.weight": tensor(W_q),
        "attention.key.weight": tensor(W_k),
        "attention.key.bias": tensor(b_k),
        "attention.score.weight": tensor([w]),
        "decoder.weight": tensor(W_d),
        "decoder.bias": tensor(b_d),
    }
)
# A - B - C in both directions, as pairs of positions
edge_index = torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])
row = torch.zeros(1, 4)
row[0, perturbed_genes] = 1 / len(perturbed_genes)
with torch.no_grad():
    said_h = module.encoder(module.x, edge_index).numpy()
    said_y, said_alpha = (part[0].numpy() for part in module(row, edge_index))

assert np.allclose(said_h, list(h.values()), atol=1e-6)
assert np.allclose(said_alpha, list(alpha.values()), atol=1e-6)
assert np.allclose(said_y, y, atol=1e-6)
pd.DataFrame({"by hand": y, "APPModule": said_y}, index=["r1", "r2", "r3"])

# %% [markdown]
# ## How large is it?
#
# Real embeddings are wider than two. With 128 numbers for each gene, 2,000 readouts and two graph layers, this many
# numbers are learned:

# %%
sizes = {
    n: count_parameters(APPModule(n_genes=n, n_readouts=2000, n_hidden=128))
    for n in (2000, 3000)
}
pd.Series(sizes, name="parameters").rename_axis(
    "genes in the network"
).to_frame()

# %% [markdown]
# A thousand further genes bring 128,000 numbers, as each gene's features are learned. The default `APP` has one layer and
# at most 500 genes in its graph.
#
# ## The whole model in under 80 lines
#
# Open an empty notebook and type the cells of this section one after another. They need numpy and torch, nothing
# else.
#
# The encoder. In place of $N(i)$ it takes a matrix `joined` (genes × genes) that is 1 where two genes are neighbours.
# Each row divided by its sum takes the mean over neighbours. The features $x_i$ start at random and are learned.

# %% tags=["whole-model"]
from copy import deepcopy

import numpy as np
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, joined, n):
        super().__init__()
        self.x = nn.Parameter(torch.randn(len(joined), n))
        self.layer = nn.Linear(2 * n, n)  # W and b
        mean = joined / joined.sum(dim=1, keepdim=True).clamp(min=1)
        self.register_buffer("mean", mean, persistent=False)

    def forward(self):
        both = torch.cat([self.x, self.mean @ self.x], dim=1)  # x_i || AGG
        return torch.relu(self.layer(both))


# %% [markdown]
# Attention. `c` has a row for each condition and `h` one for each gene, so there is a score for every condition and
# gene.


# %% tags=["whole-model"]
class Attention(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.query = nn.Linear(n, n, bias=False)  # W_q
        self.key = nn.Linear(n, n)  # W_k and b
        self.score = nn.Linear(n, 1, bias=False)  # w

    def forward(self, c, h):
        bent = torch.tanh(self.query(c)[:, None] + self.key(h)[None])
        alpha = torch.softmax(self.score(bent)[..., 0], dim=1)
        return alpha @ h, alpha


# %% [markdown]
# The three stages together. The lines with `init` draw weights that keep numbers about as large from stage to stage.
# [](training.ipynb) shows what happens without them.


# %% tags=["whole-model"]
class Stages(nn.Module):
    def __init__(self, joined, n_readouts, n):
        super().__init__()
        self.encoder = Encoder(joined, n)
        self.attention = Attention(n)
        self.decoder = nn.Linear(n, n_readouts)  # W_d and b_d
        graph, asks = self.encoder.layer, self.attention
        nn.init.kaiming_normal_(graph.weight, nonlinearity="relu")
        nn.init.xavier_normal_(asks.query.weight, gain=5 / 3)
        nn.init.xavier_normal_(asks.key.weight, gain=5 / 3)
        nn.init.normal_(asks.score.weight, std=n**-0.5)
        nn.init.xavier_normal_(self.decoder.weight)
        for layer in (graph, asks.key, self.decoder):
            nn.init.zeros_(layer.bias)

    def forward(self, rows):
        h = self.encoder()
        z, alpha = self.attention(rows @ h, h)  # c_P = rows @ h
        return self.decoder(z), alpha


# %% [markdown]
# Fit and predict. A condition like `G00+G03` becomes a row with 1/2 at both genes, so that `rows @ h` is the mean.
# Effects are centred and scaled before training. A fifth of the conditions is left out. The weights that serve those
# best are kept.


# %% tags=["whole-model"]
class PlainAPP:
    def __init__(self, genes, joined, n=16, epochs=20, rate=1e-3, seed=0):
        self.genes, self.joined, self.n = genes, joined, n
        self.epochs, self.rate, self.seed = epochs, rate, seed

    def rows(self, names):
        rows = torch.zeros(len(names), len(self.genes))
        for row, name in zip(rows, names, strict=True):
            P = [self.genes.index(gene) for gene in name.split("+")]
            row[P] = 1 / len(P)
        return rows

    def fit(self, names, Y):
        order = np.random.default_rng(self.seed).permutation(len(names))
        left_out, kept = np.split(order, [round(len(names) / 5)])
        self.centre = Y[kept].mean(axis=0)
        self.scale = (Y[kept] - self.centre).std()
        rows = self.rows(names)
        Y = torch.tensor((Y - self.centre) / self.scale).float()
        torch.manual_seed(self.seed)
        self.stages = Stages(self.joined, Y.shape[1], self.n)
        learned = self.stages.parameters()
        adam = torch.optim.AdamW(learned, lr=self.rate, weight_decay=0.1)
        best = np.inf
        for _ in range(self.epochs):
            adam.zero_grad()
            self.error(rows[kept], Y[kept]).backward()
            adam.step()
            now = self.error(rows[left_out], Y[left_out]).item()
            if now < best:
                best, weights = now, deepcopy(self.stages.state_dict())
        self.stages.load_state_dict(weights)
        return self

    def error(self, rows, Y):
        return (self.stages(rows)[0] - Y).norm(dim=1).mean()

    def predict(self, names):
        y, _ = self.stages(self.rows(names))
        return self.centre + self.scale * y.detach().numpy()


# %% [markdown]
# ## Does it work, and is it APP?
#
# A tiny **simulated** screen: twelve genes in a chain, each with a random effect on five readouts. A pair does
# what the sum of its genes would do, bent by $\tanh$. All singles and most pairs are given, 26 pairs are hidden.

# %%
draw = np.random.default_rng(0)
symbols = [f"G{i:02d}" for i in range(12)]
chain = np.eye(12, k=1) + np.eye(12, k=-1)
singles = draw.normal(size=(12, 5))
pairs = draw.permutation([(i, j) for j in range(12) for i in range(j)])
names = symbols + [f"{symbols[i]}+{symbols[j]}" for i, j in pairs]
measured = np.vstack([singles, np.tanh(singles[pairs].sum(axis=1))])
given, hidden = slice(0, 52), slice(52, None)

joined = torch.tensor(chain, dtype=torch.float32)
longer = PlainAPP(symbols, joined, epochs=400, rate=3e-3)
longer.fit(names[given], measured[given])
guesses = {
    "PlainAPP": longer.predict(names[hidden]),
    "mean of what was given": measured[given].mean(axis=0),
    "addition": singles[pairs].sum(axis=1)[40:],
}
errors = {
    name: np.linalg.norm(guess - measured[hidden], axis=1).mean()
    for name, guess in guesses.items()
}
pd.Series(errors, name="mean L2 on hidden pairs").to_frame().round(2)

# %% tags=["remove-cell"]
assert errors["PlainAPP"] < 0.8 * min(list(errors.values())[1:])

# %% [markdown]
# It works, on a screen made so that {term}`addition` must fail. What APP does on real screens is another matter:
# [](results.ipynb).
#
# Now `appmodel.APP`, with parameters under which it is the same procedure. Each of them switches a refinement off:
#
# | parameter | what is switched off |
# |---|---|
# | `features="identity"` | features that come from the network's similarities, not from a random draw |
# | `dropout=0` | leaving out a share of the embeddings' numbers in each step, drawn at random |
# | `averaging=0` | weights averaged over the steps, in place of those of one step |
# | `batch_size=52` | many steps in an epoch, each on a few conditions |
# | `validation="conditions"` | leaving out conditions of the kind that will be asked for |
# | `patience=20` | stopping early, once the left-out error falls no more |
# | `restarts=0` | training again where the model has collapsed to a constant |
#
# Scaled first weights, centred effects, the loss (the mean L2 norm), AdamW and its weight decay are the same in both.

# %%
import appmodel
from appmodel.networks import network_from_edges

screen = appmodel.as_effects(
    measured[given], names[given], [f"r{i}" for i in range(5)]
)
network = network_from_edges(
    pd.DataFrame({"source": symbols[:-1], "target": symbols[1:]})
)
app = appmodel.APP(
    features="identity",
    n_hidden=16,
    dropout=0,
    averaging=0,
    batch_size=52,
    validation="conditions",
    max_epochs=20,
    patience=20,
    restarts=0,
).fit(screen, network)
plain = PlainAPP(symbols, joined).fit(names[given], measured[given])

apart = np.abs(
    plain.predict(names[hidden]) - app.predict(names[hidden]).X
).max()
assert apart < 1e-6
print(f"largest difference after 20 steps: {apart:.0e}")

# %% [markdown]
# Both were trained on their own, from the same random numbers. What is left is rounding: `APP` computes the
# same sums in another order. Every step adds to it, so after some hundred steps the two may part.
#
# Given the same weights there is no such drift. Here the fitted `APP` lends its weights:

# %%
learned = app.module_.state_dict()
halves = [learned.pop(f"encoder.layers.0.lin_{side}.weight") for side in "rl"]
learned["encoder.layer.weight"] = torch.cat(halves, dim=1)
learned["encoder.layer.bias"] = learned.pop("encoder.layers.0.lin_l.bias")
learned["encoder.x"] = learned.pop("x")
twin = Stages(joined, n_readouts=5, n=16)
twin.load_state_dict(learned)
with torch.no_grad():
    forward, attention = twin(plain.rows(names[hidden]))
assert np.allclose(forward, app.predict(names[hidden]).X, atol=1e-6)
assert np.allclose(attention, app.attention(names[hidden]), atol=1e-6)

# %% [markdown]
# ## The same four genes in AnchoredAPP
#
# APP has to learn from its few examples what addition knows already. `AnchoredAPP` starts from what is known, the
# **anchor**, and learns what is left over. A *query* $q$ is the condition that is asked for, and $j$ runs over the
# conditions that were measured:
#
# $$\hat y(q) = \text{anchor}(q) + \sum_j \alpha_j(q)\, r_j \qquad r_j = y_j - \text{anchor}_j
# \qquad \alpha(q) = k(q, \cdot)\,(K + \Lambda)^{-1}$$
#
# - $y_j$ is the measured effect of condition $j$ and $r_j$ its **residual**, what the anchor left over.
# - $k(q, \cdot)$ is a row with the *kernel* of $q$ and each measured condition: how alike the two are. The matrix $K$
#   has the kernel of every two measured conditions.
# - $\Lambda$ is a diagonal matrix with the noise of each measured condition. The larger, the less it is listened to.
# - $\alpha_j(q)$ is the attention to condition $j$. It may be negative, and the sum need not be one.
#
# This is *kernel ridge regression* of the residuals. What the kernel looks at depends on what is asked.
#
# ### A pair of measured genes
#
# All four singles are measured and three pairs. Asked for is the pair A+C. The effects are invented: a pair
# is 0.7 times the sum of its singles, and every pair adds 0.8 to the third readout.

# %%
single = {
    "A": np.array([2.0, 0.0, -1.0]),
    "B": np.array([1.0, 1.0, 0.0]),
    "C": np.array([2.0, -1.0, -1.0]),
    "D": np.array([0.0, 1.0, 2.0]),
    "0": np.zeros(3),  # nothing, the partner of a single
}
y_j = {gene: single[gene] for gene in genes} | {
    f"{a}+{b}": 0.7 * (single[a] + single[b]) + np.array([0.0, 0.0, 0.8])
    for a, b in (("A", "B"), ("A", "D"), ("B", "C"))
}
readouts = ["r1", "r2", "r3"]
pd.DataFrame(y_j, index=readouts).T

# %% [markdown]
# **Addition** is the first guess. The **scaled anchor** multiplies it with one factor $s$ for all pairs, as pairs
# often do less than the sum:

# %%
four_genes = network_from_edges(
    pd.DataFrame({"source": ["A", "B"], "target": ["B", "C"]})
)
pair_model = appmodel.AnchoredAPP().fit(
    appmodel.as_effects(np.array(list(y_j.values())), list(y_j), readouts),
    four_genes,
)
found = {
    name: float(value)
    for name, value in pair_model.pairs_.hyperparameters_.items()
}
s, length, shared = found["scale"], found["length"], found["shared"]
sum_of_both = single["A"] + single["C"]
pd.Series(found, name="learned").rename(
    {
        "length": "length ℓ",
        "shared": "weight ρ of shared genes",
        "noise_doubles": "noise of pairs",
        "noise_singles": "noise of singles",
        "scale": "factor s",
    }
).to_frame().round(2)

# %% tags=["hide-input"]
display(
    Math(anchored_filled.addition("A", "C", single["A"], single["C"])),
    Math(anchored_filled.scaled("A", "C", s, sum_of_both)),
)

# %% [markdown]
# $s$, the length $\ell$, the weight $\rho$ of shared genes and two noises are learned: they make the error of leaving
# each training pair out as small as possible. Here we take them from the fitted model.
#
# **Likeness of two genes** $a$ and $a'$ is that of their measured effects. $|v|^2$ is the sum of the squares of the
# numbers in $v$, and $M^2$ is the mean of $|y_a + y_b|^2$ over the training pairs:
#
# $$k(a, a') = \exp\!\left(-\frac{|y_a - y_{a'}|^2}{\ell^2 M^2}\right)$$
#
# **Likeness of two pairs**, $q$ of the genes $a, b$ and $j$ of $a', b'$, compares their genes both ways round, and
# counts those that they share:
#
# $$k(q, j) = \tfrac12 \left[k(a, a')\,k(b, b') + k(a, b')\,k(b, a')\right] + \rho\, \frac{\text{shared genes}}{2}$$
#
# A single counts as a pair with nothing, whose effect is zero. It stands beside the pairs, but shares no genes.

# %%
bank = [tuple(name.split("+")) for name in y_j if "+" in name]
M2 = np.mean([((single[a] + single[b]) ** 2).sum() for a, b in bank])
bank += [(gene, "0") for gene in genes]


def alike(a, b):
    return np.exp(-((single[a] - single[b]) ** 2).sum() / (length**2 * M2))


def kernel(one, other):
    (a, b), (c, d) = one, other
    both = (alike(a, c) * alike(b, d) + alike(a, d) * alike(b, c)) / 2
    in_common = 0 if "0" in one + other else len({a, b} & {c, d})
    return both + shared * in_common / 2


# %% [markdown]
# How alike are A and B? And the query A+C and the measured pair A+B?

# %% tags=["hide-input"]
display(
    Math(
        anchored_filled.likeness(
            "A",
            "B",
            ((single["A"] - single["B"]) ** 2).sum(),
            M2,
            length,
            alike("A", "B"),
        )
    ),
    Math(
        anchored_filled.pair_kernel(
            "A+C",
            "A+B",
            (alike("A", "A"), alike("C", "B")),
            (alike("A", "B"), alike("C", "A")),
            shared,
            1,
            kernel(("A", "C"), ("A", "B")),
        )
    ),
)

# %% [markdown]
# **Residuals** are what the scaled sum leaves over of each measured condition, here of A+B:

# %% tags=["hide-input"]
Math(
    anchored_filled.residual(
        "A+B", y_j["A+B"], s * (single["A"] + single["B"])
    )
)

# %% [markdown]
# Now the attention to all seven measured conditions, and the prediction:

# %%
is_pair = np.array(["0" not in pair for pair in bank])
noise = np.where(is_pair, found["noise_doubles"], found["noise_singles"])
K = np.array([[kernel(one, other) for other in bank] for one in bank])
k = np.array([kernel(("A", "C"), other) for other in bank])
attention = k @ np.linalg.inv(K + np.diag(noise))

labels = ["+".join(pair).removesuffix("+0") for pair in bank]
sums = np.array([single[a] + single[b] for a, b in bank])
residuals = np.array([y_j[name] for name in labels]) - s * sums
mixed = attention @ residuals
pair_by_hand = s * sum_of_both + mixed
pd.DataFrame(residuals, labels, ["residual " + r for r in readouts]).assign(
    kernel=k, attention=attention
).round(2)

# %% tags=["hide-input"]
Math(anchored_filled.attended(s * sum_of_both, mixed, pair_by_hand))

# %%
said = pair_model.predict(["A+C"]).X[0]
assert np.allclose(pair_by_hand, said)
assert np.allclose(
    attention, pair_model.attention(["A+C"])[labels].to_numpy()[0]
)
truth = 0.7 * sum_of_both + np.array([0.0, 0.0, 0.8])
pd.DataFrame(
    {
        "addition": sum_of_both,
        "scaled anchor": s * sum_of_both,
        "with residuals": pair_by_hand,
        "AnchoredAPP": said,
        "the invented truth": truth,
    },
    index=readouts,
).T.round(2)

# %% tags=["remove-cell"]
steps = [
    np.linalg.norm(guess - truth)
    for guess in (sum_of_both, s * sum_of_both, pair_by_hand)
]
assert steps[0] > steps[1] > steps[2]
assert pair_by_hand[2] > s * sum_of_both[2]

# %% [markdown]
# Each step comes nearer, on effects that were invented to suit these steps. The measured pairs left something over in the third readout, and attention carries it to the
# new pair.
#
# ### A gene that was never perturbed
#
# Now only A, C and D are measured, and gene B is asked for. Nothing of B can be added up. The anchor is the
# **centre** of the singles, and the kernel looks at the network:
#
# $$k(g, g') = c_0 + \sum_v \left(w_v \cos_v(g, g') + u_v \cos_v(g, g')^2\right)$$
#
# A *view* $v$ is one way to describe a gene by the network. The *cosine* of two genes in a view is 1 where their
# descriptions point the same way, and 0 where they have nothing in common. $c_0$, $w_v$, $u_v$ (not the $c_P$ and $w$ of
# APP) and the noise are learned.
#
# A network of pairs has two views. *Partners* describes a gene by itself and its neighbours, with a weight of
# $\log(20000 / \text{number of neighbours})$: a partner of everybody says little. *Walk* describes it by where a
# random walk from it goes. Two switches make it simpler here: `centre="mean"` takes the mean of the singles (in place
# of their geometric median, the point with the smallest sum of distances to them), and `robust_noise=False` gives all
# singles the same noise $\lambda$.

# %%
from appmodel.predictors.anchored.gene_views import GeneViews

asked, seen = "B", ["A", "C", "D"]
Y = np.array([single[gene] for gene in seen])
gene_model = appmodel.AnchoredAPP(centre="mean", robust_noise=False).fit(
    appmodel.as_effects(Y, seen, readouts), four_genes
)

# partners among A, B, C; B has two neighbours, A and C have one
weight = np.log(20000 / np.array([1, 2, 1]))
partners = {"A": weight * [1, 1, 0], "B": weight * [1, 1, 1]}


def cosine(a, b):
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))


# %% tags=["hide-input"]
Math(
    anchored_filled.cosine(
        "A",
        "B",
        partners["A"],
        partners["B"],
        cosine(partners["A"], partners["B"]),
    )
)

# %%
views = GeneViews(four_genes)
rows = [
    view if isinstance(view, np.ndarray) else view.toarray()
    for view in views([asked, *seen])
]
# each view: cosines of all four with the three measured genes
cosines = np.array([row @ row[1:].T for row in rows])
assert np.isclose(cosines[0, 0, 0], cosine(partners["A"], partners["B"]))

parts = gene_model.genes_
weights = parts.weights_.numpy()  # w of both views, then u
constant, ridge = float(parts.constant_), float(parts.ridge_)
K = constant + np.tensordot(weights, np.concatenate([cosines, cosines**2]), 1)
k, K = K[0], K[1:]
attention = k @ np.linalg.inv(K + ridge * np.eye(3))

centre = Y.mean(axis=0)
residuals = Y - centre
mixed = attention @ residuals
gene_by_hand = centre + mixed
pd.DataFrame(cosines[:, 0].T, seen, ["cos partners", "cos walk"]).assign(
    kernel=k, attention=attention
).round(3)

# %% tags=["hide-input"]
display(
    Math(
        anchored_filled.gene_kernel(
            "A", constant, weights, cosines[:, 0, 0], k[0]
        )
    ),
    Math(anchored_filled.mixture(attention, residuals, mixed)),
    Math(anchored_filled.attended(centre, mixed, gene_by_hand)),
)

# %%
assert np.allclose(gene_by_hand, gene_model.predict(["B"]).X[0])
assert np.allclose(attention, gene_model.attention(["B"])[seen])

# %% tags=["remove-cell"]
assert np.allclose(cosines[:, 0, 2], 0)
assert np.isclose(attention[0], attention[1])
assert 10 * abs(attention[2]) < attention[0]
assert np.linalg.norm(gene_by_hand - (single["A"] + single["C"]) / 2) < 0.1

# %% [markdown]
# B listens to A and C alike, its two neighbours, and hardly to D, which the network does not know. The prediction is
# close to the mean of A and C. Whether real neighbours are alike in what they do is another question:
# [](anchored.ipynb) measures what all this is worth.
#
# ## Take away
#
# 1. APP is a mean over neighbours, an additive attention over all genes, and a linear map. It fits on a page.
# 2. Of a perturbation APP knows the mean embedding of its genes and nothing else. It shapes the prediction only
#    through the attention.
# 3. `AnchoredAPP` attends to measured conditions and has to learn only what the anchor leaves over.
#
# ## Exercises
#
# **Exercise 1 (\*).** Perturb D alone. Compute the context, the scores, the attention and the prediction with a
# pocket calculator, then in Python. Use the embeddings of the table in stage 1.

# %% tags=["hide-cell"]
# One perturbed gene: the context is its own embedding.
c_d = h["D"]
e_d = {i: w @ np.tanh(W_q @ c_d + W_k @ h[i] + b_k) for i in genes}
powers = {i: np.exp(score) for i, score in e_d.items()}
alpha_d = {i: powers[i] / sum(powers.values()) for i in genes}
y_d = W_d @ sum(alpha_d[i] * h[i] for i in genes) + b_d
assert np.allclose(y_d, predict_by_hand(["D"]))
display(pd.DataFrame({"score": e_d, "attention": alpha_d}).round(2))
pd.Series(y_d, readouts, name="prediction").to_frame().round(2)

# %% [markdown]
# **Exercise 2 (\*\*).** Take the $\tanh$ out of the attention, so that $e_{iP} = w^\top (W_q c_P + W_k h_i + b)$.
# What does the model now say of A, of B and of A+C? Explain it with the formula of the softmax. `predict_by_hand` has
# a parameter `bend`.

# %% tags=["hide-cell"]
straight = {
    "+".join(P): predict_by_hand(P, bend=lambda v: v)
    for P in (["A"], ["B"], ["A", "C"])
}
assert np.allclose(straight["A"], straight["B"])
assert np.allclose(straight["A"], straight["A+C"])
pd.DataFrame(straight, index=readouts).T.round(2)

# %% [markdown]
# ```{dropdown} Why
# Without the $\tanh$ the perturbation adds the same number, $w^\top W_q c_P$, to the score of every gene. The softmax
# does not see it: numerator and denominator are multiplied by the same $\exp(w^\top W_q c_P)$. So the model says the
# same of every perturbation. What it knows of a perturbation, it knows through the bend of the $\tanh$. Where $W_q
# c_P$ and $W_k h_i$ are small, the $\tanh$ is nearly straight. That is how an untrained APP came to predict a
# constant ([](training.ipynb)).
# ```
#
# **Exercise 3 (\*\*\*).** Can APP add? Call $W_d h_i + b_d$ the *answer of gene $i$*. (a) Show that the prediction of
# any perturbation is a weighted mean of the four answers, with the attention as weights. (b) So between which two
# numbers does the first readout lie, whatever is perturbed? Check all 15 sets of perturbed genes. (c) Say a screen
# has two genes whose measured effects on this readout are both at the upper end. What can APP predict for the pair,
# and what does addition predict?

# %% tags=["hide-cell"]
from itertools import combinations

answers = np.array([W_d @ h[i] + b_d for i in genes])
low, high = answers.min(axis=0), answers.max(axis=0)
predicted = np.array(
    [
        predict_by_hand(P)
        for size in (1, 2, 3, 4)
        for P in combinations(genes, size)
    ]
)
assert len(predicted) == 15
assert ((low <= predicted) & (predicted <= high)).all()
pd.DataFrame(
    {
        "lowest answer": low,
        "lowest prediction": predicted.min(axis=0),
        "highest prediction": predicted.max(axis=0),
        "highest answer": high,
        "addition of two at the upper end": 2 * high,
    },
    index=readouts,
).T.round(2)

# %% [markdown]
# ```{dropdown} Why
# (a) The attention sums to one, so $b_d = \sum_i \alpha_{iP}\, b_d$, and therefore $W_d \sum_i \alpha_{iP} h_i + b_d
# = \sum_i \alpha_{iP} (W_d h_i + b_d)$. (b) A weighted mean with positive weights lies between the smallest and the
# largest of its terms. (c) At most the largest answer, for the pair as for each single. Addition predicts twice that
# number, where it is positive. So a trained APP can only predict a large effect of a pair if some gene's answer is
# that large, and the singles must not attend to that gene. `AnchoredAPP` starts with the sum and has no such bound.
# ```
