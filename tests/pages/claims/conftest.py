"""A small project with claims: its studies, quoted numbers and results, and the committed page."""

from pathlib import Path

import pytest

from appmodel import save_scores
from appmodel.pages import load_published
from appmodel.pages.claims.verdicts import claims_table, load_claims
from appmodel.scoring.findings import findings

STUDIES = """
ablation:
  about: ''
  seeds: 2
  network: [demo]
  screens: {norman19: [doubles]}
  methods: {app: {}, app_without_25: {}}
real:
  about: ''
  seeds: 2
  network: [demo]
  screens: {norman19: [doubles], adamson16: [doubles], demo: [doubles]}
  methods: {app: {}, additive: {}, worse: {}, anchored_app: {}}
"""
CLAIMS = """
screens: [norman19, adamson16]
simulated: [demo]
others: {source: Somebody 2025, study: theirs, screens: {norman19: [doubles]}, methods: [additive, large, small]}
cells: {studies: {T1: real, T4: ablation}, metric: l2, cannot: other scale, others: {}, not_here: no weights}
claims:
  T1-better:
    group: accuracy
    short: better
    says: APP is better
    theirs: app < additive
    where: {study: real, task: doubles, metric: l2}
    app: app < additive
    anchored_app: {cannot: it is not here}
  T1-worse:
    group: accuracy
    short: worse
    says: APP is worse
    where: {study: real, task: doubles, metric: l2}
    app: worse < app
  T3-again: {repeats: T1-better}
  T4-robust:
    group: network
    short: robust
    says: it is robust
    theirs: app_without_25 / app
    where: {study: ablation, task: doubles, metric: l2}
    app: app_without_25 / app <= quoted
  T5-size:
    group: cost
    short: size
    says: it is small
    theirs: app
    where: {table: efficiency, by: reference, measure: training_time}
    app: app <= quoted
  T5-large:
    group: cost
    short: large
    says: it is smaller than large models
    theirs: large models
    where: {table: efficiency, by: reference, measure: training_time}
    app: app < quoted
  F2-targets:
    group: attention
    short: targets
    says: it finds targets
    where: {table: interpretability, by: model, measure: auroc_direct, task: seen}
    app: attention > chance
  F2-degree:
    group: attention
    short: degree
    kind: stand-in
    says: more than degree
    where: {table: interpretability, by: model, measure: auroc_direct, task: seen}
    app: attention > degree
  F3-sets:
    group: accuracy
    short: sets
    says: it wins
    theirs: app
    cannot: no weights
"""
PUBLISHED = """claim,method,screen,task,metric,value,low,high,unit,statement,source
T1,app,norman19,doubles,l2,5.3,,,log1p,mean,s
T1,additive,norman19,doubles,l2,5.5,,,log1p,mean,s
T1,deep,norman19,doubles,l2,6.1,,,log1p,mean,s
T3,app,norman19,doubles,l2,5.3,,,log1p,mean,s
T3,additive,norman19,doubles,l2,,,,log1p,not stated,s
T4,app,norman19,doubles,l2,5.0,,,log1p,mean,s
T4,app_without_25,norman19,doubles,l2,6.0,,,log1p,mean,s
T5,app,,,training_time,,0.5,1.5,h,hours,s
T5,large models,,,training_time,,10,60,h,hours,s
F3,app,,unseen,l2,,,,log1p,ahead on 134 genes,s
"""


DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.fixture(scope="session")
def committed():
    return load_claims(DATA / "claims.yml")


@pytest.fixture(scope="session")
def page(committed):
    return claims_table(committed, load_published(DATA / "published.csv"), DATA / "results")


class Project:
    """A folder with the files that claims are judged by; a test may change them."""

    def __init__(self, folder):
        self.folder, self.results = folder, folder / "results"
        (folder / "data").mkdir()
        (folder / "studies.yml").write_text(STUDIES)
        (folder / "data" / "claims.yml").write_text(CLAIMS)
        (folder / "data" / "published.csv").write_text(PUBLISHED)

    def change(self, name, old, new, count=-1):
        text = (self.folder / name).read_text()
        assert old in text
        (self.folder / name).write_text(text.replace(old, new, count))

    def add(self, name, text):
        (self.folder / name).write_text((self.folder / name).read_text() + text)

    def add_claim(self, name, text, group="accuracy"):
        self.add("data/claims.yml", f"  {name}: {{group: {group}, short: it is so, says: it is so, {text}}}\n")

    def keep_findings(self, rows, name, **about):
        table = findings(rows)
        table.attrs["provenance"] = {"dataset_hash": "h", "seeds": [0], **about}
        save_scores(table, self.results / name)

    def claims(self):
        return load_claims(self.folder / "data" / "claims.yml")

    def table(self):
        return claims_table(self.claims(), load_published(self.folder / "data" / "published.csv"), self.results)


@pytest.fixture
def scored(made_scores):
    """Scores of one screen: ``values`` maps a method to its error on each condition, the same for both seeds."""

    def made(values):
        cells = {
            name: {(seed, f"g{i}"): of[i] for seed in (0, 1) for i in range(len(of))} for name, of in values.items()
        }
        scores = made_scores(cells, "norman19")
        scores.attrs["provenance"] = {"dataset": "norman19", "dataset_hash": "h", "seeds": [0]}
        return scores

    return made


@pytest.fixture
def better(scored):
    """APP errs by one less than addition on each condition."""
    return scored({"app": [1.0, 2, 3, 4], "additive": [2.0, 3, 4, 5], "worse": [3.0, 3, 4, 6]})


@pytest.fixture
def project(tmp_path, better):
    made = Project(tmp_path)
    save_scores(better, made.results / "real_norman19_doubles.parquet")
    return made
