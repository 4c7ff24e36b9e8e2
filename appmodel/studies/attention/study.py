"""The study of attention (section 4.4, Figure 2): the models of one split, and every test of what they attend to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData

from ...effects import load_effects
from ...names import genes_of
from ...networks import Network, load_network
from ...predictors import APP, Additive, AnchoredAPP
from ...predictors.threads import one_thread
from ...screens import load_cells
from ...screens.demo import true_effects
from ...splits import split_doubles, split_unseen
from .attended_conditions import condition_rankings, effect_similarity, similarity_scores
from .faithfulness import SIZES, attributions, deletion_changes
from .gene_rankings import gene_rankings, rank_correlations, ranking_scores
from .responding_genes import direct_targets, significant_genes, strongest_genes
from .sharing import sharing, specificity

# Screens where it is known, gene by gene, what responds, with the networks the models are given.
SCREENS = {"demo": ["demo"], "adamson16": ["go_bp", "reactome", "string"]}
SEEN, DOUBLES, UNSEEN = "seen", "doubles", "unseen"
MAX_EPOCHS = APP().max_epochs  # the published model as everywhere else
N_EXPLAINED = 10  # conditions of each group whose predictions are taken apart


@dataclass(frozen=True)
class Models:
    """A screen and a split of it, the published model and ``AnchoredAPP`` fitted on it, each with a shuffled twin.

    ``groups`` names the conditions asked about: ``seen``, singles trained on; ``doubles``, pairs of trained genes that
    were held out; ``unseen``, genes in no training condition.
    """

    screen: str
    effects: AnnData
    network: Network
    train: list[str]
    groups: dict[str, list[str]]
    app: APP
    app_shuffled: APP
    anchored: AnchoredAPP
    anchored_shuffled: AnchoredAPP

    @property
    def asked(self) -> list[str]:
        """All conditions asked about."""
        return [name for names in self.groups.values() for name in names]


def fit_models(
    screen: str, seed: int = 0, max_epochs: int = MAX_EPOCHS, networks: Sequence[str] | None = None
) -> Models:
    """Fit the models of one seed, with ``networks`` or those of ``SCREENS``.

    On a screen of one's own the genes that respond are those with the strongest measured effects.  Raises
    ``ValueError`` for such a screen without ``networks``, or whose readouts are axes and no genes.
    """
    networks = SCREENS.get(screen) if networks is None else networks
    if networks is None:
        raise ValueError(f"Screen {screen!r} has no network of its own here: name some in networks=[...].")
    effects = load_effects(screen)
    if screen not in SCREENS and "control_mean" not in effects.var:
        raise ValueError(
            f"The readouts of screen {screen!r} are axes: which genes respond cannot be said, use a screen of cells."
        )
    # Loading comes first: what it calls gives torch all cores back.
    return _fitted(screen, effects, load_network(networks), seed, max_epochs)


@one_thread()
def _fitted(screen: str, effects: AnnData, network: Network, seed: int, max_epochs: int) -> Models:
    train, groups = grouped_conditions(effects, seed)
    training, shuffled = effects[train].copy(), network.shuffled(seed)
    app = APP(seed=seed, max_epochs=max_epochs).fit(training, network)
    anchored = [AnchoredAPP().fit(training, given) for given in (network, shuffled)]
    # Nodes are chosen by the network; naming those of the intact one as genes to know keeps them.
    training.uns["targets"] = np.array(app.genes_, dtype=object)
    twin = APP(seed=seed, max_epochs=max_epochs, n_nodes=len(app.genes_)).fit(training, shuffled)
    return Models(screen, effects, network, train, groups, app, twin, *anchored)


def grouped_conditions(effects: AnnData, seed: int) -> tuple[list[str], dict[str, list[str]]]:
    """Training conditions, and the conditions asked about by group (see ``Models``).

    A quarter of the genes is unseen; of the doubles of other genes half are held out, where there are two or more.
    """
    unseen = split_unseen(effects, seed=seed)
    train, doubles, known = unseen.train, [], set(unseen.train)
    if sum(len(genes_of(name)) == 2 and set(genes_of(name)) <= known for name in train) > 1:
        held_out = split_doubles(effects[train], seed=seed)
        train, doubles = held_out.train, held_out.test
    groups = {SEEN: [name for name in train if len(genes_of(name)) == 1], DOUBLES: doubles, UNSEEN: unseen.test}
    return train, {group: names for group, names in groups.items() if names}


@one_thread()
def attention_scores(models: Models, n_explained: int = N_EXPLAINED) -> pd.DataFrame:
    """Every test of both models: one row per model, group, condition, ranking and measure.

    ``n_explained`` conditions of each group are taken apart by deletion and by integrated gradients.
    Columns: screen, seed, model, group, condition, ranking, measure, value, reason (why it is NaN).
    Raises ``FileNotFoundError`` where the measured effects of the screen are not at hand, ``ValueError`` without
    captum.
    """
    parts = [_ranked_genes(models), _specific(models), _faithful(models, n_explained)]
    rows = pd.concat(
        [pd.concat(parts).assign(model="app"), _ranked_conditions(models).assign(model="anchored_app")],
        ignore_index=True,
    )
    group_of = {name: group for group, names in models.groups.items() for name in names}
    rows = rows.assign(
        screen=models.screen,
        seed=models.app.seed,
        group=rows["condition"].map(group_of),
    )
    return rows[["screen", "seed", "model", "group", "condition", "ranking", "measure", "value", "reason"]]


def _ranked_genes(models: Models) -> pd.DataFrame:
    """What attention over genes ranks, beside simpler lists."""
    app, asked = models.app, models.asked
    named = "control_mean" in models.effects.var  # readouts are genes, so that a prediction ranks genes as well
    others = {"shuffled": models.app_shuffled.attention(asked)}
    others |= {"prediction": app.predict(asked).to_df().abs()} if named else {}
    rankings = gene_rankings(app.attention(asked), models.network, app.n_neighbors, **others)
    if models.screen not in SCREENS:
        sizes = models.effects[asked].to_df().abs()
        universe = [gene for gene in app.genes_ if gene in sizes]
        return ranking_scores(rankings, strongest_genes(sizes[universe]), "measured", universe)
    if models.screen != "demo":
        responding, universe = significant_genes(asked, app.genes_)
        return ranking_scores(rankings, responding, "significant", universe)
    cells = load_cells("demo")
    sizes = true_effects(cells).to_df().abs().reindex(index=asked, columns=app.genes_)
    ordered = {name: table for name, table in rankings.items() if name != "uniform"}
    return pd.concat(
        [
            ranking_scores(rankings, direct_targets(cells, asked), "direct"),
            ranking_scores(rankings, strongest_genes(sizes), "strongest"),
            rank_correlations(ordered, sizes, "spearman_true_effect"),
        ]
    )


def _specific(models: Models) -> pd.DataFrame:
    """How attention differs between perturbations, and what doubles share with their singles."""
    fitted = {"attention": models.app, "shuffled": models.app_shuffled}
    attention = {ranking: model.attention(models.asked) for ranking, model in fitted.items()}
    tables = [
        specificity(table).assign(ranking=ranking).rename_axis("condition").reset_index()
        for ranking, table in attention.items()
    ]
    if DOUBLES in models.groups:
        tables.append(sharing(attention["attention"], models.groups[DOUBLES]))
    return pd.concat([table.melt(["condition", "ranking"], var_name="measure") for table in tables]).assign(reason="")


def _faithful(models: Models, n_explained: int) -> pd.DataFrame:
    """Whether predictions rest on what is attended to."""
    app = models.app
    asked = [name for names in models.groups.values() for name in _spread(names, n_explained)]
    rankings = gene_rankings(app.attention(asked), models.network, app.n_neighbors)
    rankings = {name: rankings[name] for name in ("attention", "mean_attention", "degree")}
    found = {of: attributions(app, asked, of=of).abs() for of in ("x", "h")}
    tables = [rank_correlations(rankings, table, f"spearman_attribution_{of}", False) for of, table in found.items()]
    others = {"attribution": found["h"], "mean_attention": rankings["mean_attention"]}
    sizes = [size for size in SIZES if size < len(app.genes_)]  # a gene must be left to look at
    return pd.concat([*tables, deletion_changes(app, asked, sizes, others, seed=app.seed)])


def _ranked_conditions(models: Models) -> pd.DataFrame:
    """AnchoredAPP attends to measured conditions: are their effects like that of the condition asked for?

    A measured condition attends to itself alone, so it is not asked about.  Pairs are compared by the effects of
    their genes and not by the network: there a shuffled one is no control, but the sum of the singles is.
    """
    truth = true_effects(load_cells("demo")) if models.screen == "demo" else models.effects
    measured, tables = models.effects[models.train], []
    for group in (DOUBLES, UNSEEN):
        if asked := models.groups.get(group):
            if group == DOUBLES:
                controls = {"sum": effect_similarity(Additive().fit(measured).predict(asked), measured)}
            else:
                controls = {"shuffled": models.anchored_shuffled.attention(asked)}
            rankings = condition_rankings(
                models.anchored.attention(asked), models.network, models.app.genes_, **controls
            )
            tables.append(similarity_scores(rankings, effect_similarity(truth[asked], truth[models.train])))
    return pd.concat(tables)


def _spread(names: Sequence[str], n: int) -> list[str]:
    """``n`` of the names, evenly spread over their order."""
    places = np.linspace(0, len(names) - 1, min(n, len(names))).round().astype(int)
    return [names[i] for i in np.unique(places)]
