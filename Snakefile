# What is stale, and in which order it is made again.  `make book` and `make real` call this file.
import json
from pathlib import Path

import yaml

# Results depend on the code that makes them, not on the rooms that draw and publish.
CODE = [str(path) for path in sorted(Path("appmodel").rglob("*.py"))]
SCORING_CODE = [path for path in CODE if path.split("/")[1] not in ("reading", "pipeline")]
NOTEBOOKS = sorted(path.stem for path in Path("notebooks").glob("[0-9]*.py"))
PAGES = [str(path) for path in sorted(Path("book").rglob("*")) if path.is_file()]
STUDIES = yaml.safe_load(Path("studies.yml").read_text())
NETWORKS = [str(path) for path in sorted(Path("data/networks").iterdir())]
PARAMETERS = config.get("notebooks", {})
if unknown := set(PARAMETERS) - set(NOTEBOOKS):
    raise ValueError(f"The profile names notebooks that do not exist: {sorted(unknown)}")


def results(study):
    """The committed tables of a study: one per screen and task."""
    screens = STUDIES[study]["screens"]
    return [f"data/results/{study}_{screen}_{task}.csv" for screen, tasks in screens.items() for task in tasks]


rule book:
    input:
        "_build/html/index.html",


rule real:
    input:
        results("real"),


rule execute:
    input:
        source="notebooks/{notebook}.py",
        code=CODE,
        networks=NETWORKS,
        # Only the chapter of results reads the committed tables.
        tables=lambda wildcards: sorted(map(str, Path("data/results").glob("*"))) + ["data/published.csv"]
        if "results" in wildcards.notebook else [],
    output:
        "notebooks/{notebook}.ipynb",
    params:
        parameters=lambda wildcards: json.dumps(PARAMETERS.get(wildcards.notebook, {}), sort_keys=True),
    shell:
        "python -m appmodel.pipeline.notebooks {input.source} {output} --parameters {params.parameters:q}"


rule build:
    input:
        expand("notebooks/{notebook}.ipynb", notebook=NOTEBOOKS),
        pages=PAGES,
        config="_config.yml",
        toc="_toc.yml",
    output:
        "_build/html/index.html",
    shell:
        "jupyter-book build . --all -W --keep-going --quiet"


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
    shell:
        "python -m appmodel.pipeline.studies gather {input} --output {output[0]}"
