# The studies of studies.yml: one job per screen, task and method.  `make real` calls this file; an interrupted
# run goes on with the jobs that are missing.
from pathlib import Path

import yaml

CODE = [str(path) for path in sorted(Path("appmodel").rglob("*.py"))]
# Scores depend on the code that makes them, not on the rooms that draw and publish.
SCORING_CODE = [path for path in CODE if path.split("/")[1] not in ("reading", "pipeline")]
NETWORKS = [str(path) for path in sorted(Path("data/networks").iterdir())]
STUDIES = yaml.safe_load(Path("studies.yml").read_text())


def results(study):
    """The committed tables of a study: one per screen and task."""
    screens = STUDIES[study]["screens"]
    return [f"data/results/{study}_{screen}_{task}.csv" for screen, tasks in screens.items() for task in tasks]


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
        "Scoring {wildcards.method} on {wildcards.screen}, {wildcards.task}"
    shell:
        "python -m appmodel.pipeline.studies run --studies studies.yml --study {wildcards.study}"
        " --screen {wildcards.screen} --task {wildcards.task} --method {wildcards.method} --output {output[0]}"


rule gather:
    input:
        lambda w: expand("_build/scores/{study}/{screen}/{task}/{method}.csv", study=w.study, screen=w.screen,
                         task=w.task, method=STUDIES[w.study]["methods"]),
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
