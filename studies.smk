# The studies of studies.yml: one job per screen, task and method.  `make real` calls this file; an interrupted
# run goes on with the jobs that are missing.
from pathlib import Path

import yaml

CODE = [str(path) for path in sorted(Path("appmodel").rglob("*.py"))]
# Scores depend on the code that makes them, not on the rooms that draw and publish.
SCORING_CODE = [path for path in CODE if path.split("/")[1] not in ("reading", "pipeline")]
NETWORKS = [str(path) for path in sorted(Path("data/networks").iterdir())]
STUDIES = yaml.safe_load(Path("studies.yml").read_text())


def parts(study, screen, task):
    """The scores of each method, before they are gathered."""
    return [f"_build/scores/{study}/{screen}/{task}/{method}.csv" for method in STUDIES[study]["methods"]]


def results(study):
    """The committed tables of a study, one per screen and task, and what they are gathered from.

    The parts are named too: in a fresh clone the tables are there already, and would count as done.
    """
    pairs = [(screen, task) for screen, tasks in STUDIES[study]["screens"].items() for task in tasks]
    tables = [f"data/results/{study}_{screen}_{task}.csv" for screen, task in pairs]
    return tables + [part for screen, task in pairs for part in parts(study, screen, task)]


rule real:
    input:
        [results(study) for study in ("real", "anchored", "demo", "demotruth")],
        "book/_static/results.png",


rule local:
    input:
        [results(study) for study in ("allnetworks", "cells")],


rule picture:
    input:
        results("real"),
        code=[path for path in CODE if path.split("/")[1] in ("reading", "scoring")],
    output:
        "book/_static/results.png",
    message:
        "Drawing {output}"
    shell:
        "python -m appmodel.pipeline.picture data/results real {output}"


rule score:
    input:
        code=SCORING_CODE,
        networks=NETWORKS,
    output:
        "_build/scores/{study}/{screen}/{task}/{method}.csv",
        "_build/scores/{study}/{screen}/{task}/{method}.provenance.json",
    params:
        # The job runs again when its own line of studies.yml changes, not when another one does.
        method=lambda w: STUDIES[w.study]["methods"][w.method],
        seeds=lambda w: STUDIES[w.study]["seeds"],
        network=lambda w: STUDIES[w.study]["network"],
        splits=lambda w: STUDIES[w.study].get("splits", {}).get(w.screen, ""),
    message:
        "Scoring {wildcards.method} on {wildcards.screen}, {wildcards.task} ({wildcards.study})"
    shell:
        "python -m appmodel.pipeline.studies run --studies studies.yml --study {wildcards.study}"
        " --screen {wildcards.screen} --task {wildcards.task} --method {wildcards.method} --output {output[0]}"


rule gather:
    input:
        lambda w: parts(w.study, w.screen, w.task),
    output:
        "data/results/{study}_{screen}_{task}.csv",
        "data/results/{study}_{screen}_{task}.provenance.json",
    wildcard_constraints:
        study="|".join(STUDIES),
        task="doubles|unseen|seen",
    message:
        "Writing {output[0]}"
    shell:
        "python -m appmodel.pipeline.studies gather {input} --output {output[0]}"
