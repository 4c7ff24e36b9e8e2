# The studies of studies.yml.  One job fits one method on one screen and task and keeps its predictions; the
# predictions of all methods are then scored together.  An interrupted run goes on with the jobs that are missing.
from pathlib import Path

import yaml

STUDIES = yaml.safe_load(Path("studies.yml").read_text())
NETWORKS = [str(path) for path in sorted(Path("data/networks").iterdir())]
CODE = sorted(Path("appmodel").rglob("*.py"))
# What a prediction depends on; scores, tables and figures come after it.
AFTER = ("appmodel/reading", "appmodel/pipeline", "appmodel/scoring")
PREDICTING = [str(path) for path in CODE if not str(path).startswith(AFTER)]
PREDICTING += ["appmodel/scoring/rounds.py", "appmodel/scoring/predictions.py"]
SCORING = PREDICTING + [str(path) for path in CODE if path.parts[1] == "scoring"]
# Studies whose files may not be redistributed: they run where the data folder holds them.
LOCAL = [name for name, study in STUDIES.items() if study.get("local")]
# Studies of growing test sets.
SHARES = [name for name, study in STUDIES.items() if "test_fraction" in study]
REAL = ("real", "anchored", "demo", "demotruth")


def tables(study):
    """The screens and tasks of a study."""
    return [f"{screen}_{task}" for screen, tasks in STUDIES[study]["screens"].items() for task in tasks]


def predictions(wildcards):
    """The predictions of each method; a study may score those of another again."""
    methods = STUDIES[wildcards.study]["methods"]
    study = STUDIES[wildcards.study].get("predictions_of", wildcards.study)
    return [f"_build/predictions/{study}/{wildcards.screen}/{wildcards.task}/{method}.h5ad" for method in methods]


def results(study):
    """The committed tables of a study and the scores they come from.

    The scores are named too: in a fresh clone the tables are there already, and would count as done.
    """
    return ([f"data/results/{study}_{table}.csv" for table in tables(study)]
            + [f"data/results/{study}_leaderboard.csv"]
            + [f"_build/scores/{study}/{table}.csv" for table in tables(study)])


wildcard_constraints:
    study="|".join(STUDIES),
    task="doubles|unseen|seen",


rule real:
    input:
        [results(study) for study in REAL],
        "data/results/interactions_norman19.csv",
        "book/_static/results.png",


rule studies:
    input:
        [results(study) for study in STUDIES if study not in (*REAL, *LOCAL)],
        "data/results/efficiency.csv",
        "data/results/extrapolation.csv",


rule tuning:
    input:
        "data/results/tuning.csv",


rule local:
    input:
        [results(study) for study in LOCAL],
        "data/results/interpretability.csv",


rule predict:
    input:
        code=PREDICTING,
        networks=NETWORKS,
    output:
        "_build/predictions/{study}/{screen}/{task}/{method}.h5ad",
    params:
        # The job runs again when its own line of studies.yml changes, not when another one does.
        method=lambda w: STUDIES[w.study]["methods"][w.method],
        seeds=lambda w: STUDIES[w.study]["seeds"],
        network=lambda w: STUDIES[w.study].get("networks", {}).get(w.screen, STUDIES[w.study]["network"]),
        splits=lambda w: STUDIES[w.study].get("splits", {}).get(w.screen, ""),
        split=lambda w: STUDIES[w.study].get("split", ""),
        test_fraction=lambda w: STUDIES[w.study].get("test_fraction", ""),
    message:
        "Fitting {wildcards.method} on {wildcards.screen}, {wildcards.task} ({wildcards.study})"
    shell:
        "python -m appmodel.pipeline.jobs predict --studies studies.yml --study {wildcards.study}"
        " --screen {wildcards.screen} --task {wildcards.task} --method {wildcards.method} --output {output}"


rule score:
    input:
        predictions,
        code=SCORING,
    output:
        "_build/scores/{study}/{screen}_{task}.csv",
        "_build/scores/{study}/{screen}_{task}.provenance.json",
    params:
        predictions=predictions,
    message:
        "Scoring {wildcards.screen}, {wildcards.task} ({wildcards.study})"
    shell:
        "python -m appmodel.pipeline.jobs score --studies studies.yml --study {wildcards.study}"
        " --screen {wildcards.screen} --task {wildcards.task} --output {output[0]} {params.predictions}"


rule table:
    input:
        "_build/scores/{study}/{screen}_{task}.csv",
    output:
        "data/results/{study}_{screen}_{task}.csv",
        "data/results/{study}_{screen}_{task}.provenance.json",
    message:
        "Writing the table of {wildcards.screen}, {wildcards.task} ({wildcards.study})"
    shell:
        "python -m appmodel.pipeline.jobs table --studies studies.yml --study {wildcards.study}"
        " --output {output[0]} {input}"


rule leaderboard:
    input:
        lambda w: [f"_build/scores/{w.study}/{table}.csv" for table in tables(w.study)],
    output:
        "data/results/{study}_leaderboard.csv",
        "data/results/{study}_leaderboard.provenance.json",
    message:
        "Writing the leaderboard of {wildcards.study}"
    shell:
        "python -m appmodel.pipeline.jobs leaderboard --studies studies.yml --study {wildcards.study}"
        " --output {output[0]} {input}"


rule interactions:
    input:
        lambda w: [f"_build/predictions/real/norman19/doubles/{method}.h5ad" for method in STUDIES["real"]["methods"]],
        code=SCORING + [str(path) for path in CODE if path.parts[1] == "reading"],
    output:
        "data/results/interactions_norman19.csv",
        "data/results/interactions_norman19.provenance.json",
    params:
        predictions=lambda w, input: [path for path in input if path.endswith(".h5ad")],
    message:
        "Judging predicted interactions of norman19"
    shell:
        "python -m appmodel.pipeline.jobs interactions --studies studies.yml --study real --screen norman19"
        " --task doubles --output {output[0]} {params.predictions}"


rule extrapolation:
    input:
        [f"data/results/{study}_{table}.csv" for study in (*SHARES, "combinations", "real", "demo")
         for table in tables(study)],
        code=[str(path) for path in CODE],
    output:
        "data/results/extrapolation.csv",
        "data/results/extrapolation.provenance.json",
    message:
        "Error by degree, distance, effect size and seen genes"
    shell:
        "python -m appmodel.pipeline.extrapolation --results data/results --output {output[0]}"


rule efficiency:
    input:
        code=[str(path) for path in CODE],
    output:
        "data/results/efficiency.csv",
        "data/results/efficiency.provenance.json",
    # Alone on the machine: what else runs would be measured too.
    threads: workflow.cores
    message:
        "Measuring time and memory, alone on all cores"
    shell:
        "python -m appmodel.pipeline.efficiency --output {output[0]}"


rule tune:
    input:
        code=PREDICTING,
        networks=NETWORKS,
    output:
        [f"data/results/tuning{end}" for end in (".csv", ".provenance.json", "_choices.csv",
                                                 "_choices.provenance.json")],
    # It has processes of its own.
    threads: workflow.cores
    message:
        "Trying settings of APP on inner folds: about four processor hours"
    shell:
        "python -m appmodel.pipeline.tuning --cores {threads} --output {output[0]}"


rule interpretability:
    input:
        # The screen of Adamson 2016 is judged by a table of measured effects that only the data folder holds.
        code=[str(path) for path in CODE],
        networks=NETWORKS,
    output:
        [f"data/results/interpretability{end}" for end in (".csv", ".provenance.json", "_seeds.csv",
                                                           "_seeds.provenance.json")],
    message:
        "Testing what attention explains"
    shell:
        "python -m appmodel.pipeline.interpretability --screen demo adamson16 --seeds 5 --output {output[0]}"


rule picture:
    input:
        results("real"),
        code=[str(path) for path in CODE if path.parts[1] in ("reading", "scoring")],
    output:
        "book/_static/results.png",
    message:
        "Drawing {output}"
    shell:
        "python -m appmodel.pipeline.picture data/results real {output}"
