# The studies of studies.yml.  One job makes one table: it fits the methods whose predictions are not kept or were made
# with other code, data or settings, then scores all together.  An interrupted run goes on where it was.
from dataclasses import asdict
from pathlib import Path

from appmodel.closure import closure
from appmodel.provenance import rows_name
from appmodel.studies.study import load_studies

STUDIES = load_studies("studies.yml", methods=False)
NETWORKS = [str(path) for path in sorted(Path("data/networks").iterdir())]
JOB = "python -m appmodel.pipeline.jobs"


def code_of(*modules):
    """The source files that these modules import, themselves too: a job runs again when one of them changes."""
    return [str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
            for path in closure([f"appmodel.{module}" for module in modules])]


def scores(study):
    """All scores of a study, from which what is committed of it is taken."""
    return [f"_build/scores/{study}/{rows_name(*table)}" for table in STUDIES[study].tables()]


def rows(study):
    """The committed rows of a study."""
    return [f"data/results/{rows_name(study, *table)}" for table in STUDIES[study].tables()]


def results(study):
    """The committed tables of a study and the scores they come from.

    The scores are named too: in a fresh clone the tables are there already, and would count as done.
    """
    return [*rows(study), f"data/results/{study}_leaderboard.csv", *scores(study)]


def made_by(command):
    return [results(name) for name, study in STUDIES.items() if study.made_by == command]


def table_before(wildcards):
    """The same table of the study whose predictions are scored again, so that nothing is fitted twice at once."""
    other = STUDIES[wildcards.study].predictions_of
    return [f"_build/scores/{other}/{rows_name(wildcards.screen, wildcards.task)}"] if other else []


wildcard_constraints:
    study="|".join(STUDIES),
    task="doubles|unseen|seen",


rule real:
    input:
        made_by("real"),
        "data/results/" + rows_name("interactions", "norman19"),
        "data/results/axes.csv",
        "book/_static/results.png",


rule studies:
    input:
        made_by("studies"),
        "data/results/efficiency.csv",
        "data/results/extrapolation.csv",
        "data/results/few_genes.csv",


rule tuning:
    input:
        "data/results/tuning.csv",


rule local:
    input:
        made_by("local"),
        "data/results/interpretability.csv",
        "data/results/beside_gears.csv",
        "data/results/replicates.csv",


rule table:
    input:
        table_before,
        code=code_of("studies.fits", "studies.tables", "predictors"),
        networks=NETWORKS,
    output:
        "_build/scores/{study}/" + rows_name("{screen}", "{task}"),
        "_build/scores/{study}/{screen}_{task}.provenance.json",
        # Not removed before the job starts: a run that is stopped leaves the committed table as it was.
        update("data/results/" + rows_name("{study}", "{screen}", "{task}")),
        update("data/results/{study}_{screen}_{task}.provenance.json"),
    params:
        # The job runs again when the entry of its study changes, not when another one does.
        study=lambda wildcards: asdict(STUDIES[wildcards.study]),
    threads: 2
    message:
        "Fitting and scoring {wildcards.screen}, {wildcards.task} ({wildcards.study})"
    shell:
        JOB + " table --study {wildcards.study} --screen {wildcards.screen} --task {wildcards.task} --cores {threads}"
        " --scores {output[0]} --output {output[2]}"


rule leaderboard:
    input:
        lambda wildcards: scores(wildcards.study),
    output:
        "data/results/{study}_leaderboard.csv",
        "data/results/{study}_leaderboard.provenance.json",
    message:
        "Writing the leaderboard of {wildcards.study}"
    shell:
        JOB + " leaderboard --study {wildcards.study} --output {output[0]} {input}"


rule interactions:
    input:
        "_build/scores/real/" + rows_name("norman19", "doubles"),
        code=code_of("studies.interactions.summary", "studies.interactions.report"),
    output:
        "data/results/" + rows_name("interactions", "norman19"),
        "data/results/interactions_norman19.provenance.json",
        "data/results/interactions.csv",
        "data/results/interactions.provenance.json",
    message:
        "Judging predicted interactions of norman19"
    shell:
        JOB + " interactions --study real --screen norman19 --doubles {output[0]} --output {output[2]}"


rule extrapolation:
    input:
        [rows(name) for name, study in STUDIES.items()
         if name in ("real", "demo") or study.split == "by_seen" or study.test_fraction is not None],
        code=code_of("studies.extrapolation.gains"),
    output:
        "data/results/extrapolation.csv",
        "data/results/extrapolation.provenance.json",
    message:
        "Error by degree, distance, effect size and seen genes"
    shell:
        JOB + " extrapolation --results data/results --output {output[0]}"


rule axes:
    input:
        [f"data/results/{rows_name('ahlmann2025', screen, task)}" for screen, task in (
            ("adamson16", "unseen"), ("norman19", "doubles"),
            ("replogle22_k562", "unseen"), ("replogle22_rpe1", "unseen"))],
        code=code_of("studies.axes"),
    output:
        "data/results/axes.csv",
        "data/results/axes.provenance.json",
    message:
        "Errors over axes beside errors over genes"
    shell:
        JOB + " axes --results data/results --output {output[0]}"


rule replicates:
    input:
        code=code_of("studies.replicates"),
    output:
        "data/results/replicates.csv",
        "data/results/replicates.provenance.json",
    message:
        "How far two measurements of the same knock-out lie apart"
    shell:
        JOB + " replicates --output {output[0]}"


rule few_genes:
    input:
        networks=NETWORKS,
        code=code_of("studies.few_genes"),
    output:
        "data/results/few_genes.csv",
        "data/results/few_genes.provenance.json",
    message:
        "AnchoredAPP learning from few genes"
    shell:
        JOB + " few_genes --output {output[0]}"


rule efficiency:
    input:
        code=code_of("studies.efficiency.timing", "studies.efficiency.cases"),
    output:
        "data/results/efficiency.csv",
        "data/results/efficiency.provenance.json",
    # Alone on the machine: what else runs would be measured too.
    threads: workflow.cores
    message:
        "Measuring time and memory, alone on all cores"
    shell:
        JOB + " efficiency --output {output[0]}"


rule beside_gears:
    input:
        code=code_of("studies.beside_gears.table"),
        networks=NETWORKS,
    output:
        "data/results/beside_gears.csv",
        "data/results/beside_gears.provenance.json",
    threads: workflow.cores
    message:
        "GEARS, APP and AnchoredAPP on the same cells, alone on all cores"
    shell:
        JOB + " beside_gears --output {output[0]}"


rule tune:
    input:
        code=code_of("studies.tuning.tables"),
        networks=NETWORKS,
    output:
        [f"data/results/tuning{end}" for end in (".csv", ".provenance.json", "_choices.csv",
                                                 "_choices.provenance.json")],
    # It has processes of its own.
    threads: workflow.cores
    message:
        "Trying settings of APP on inner folds: about four processor hours"
    shell:
        JOB + " tuning --cores {threads} --output {output[0]}"


rule interpretability:
    input:
        # The screen of Adamson 2016 is judged by a table of measured effects that only the data folder holds.
        code=code_of("studies.attention.seeds"),
        networks=NETWORKS,
    output:
        "data/results/interpretability.csv",
        "data/results/interpretability.provenance.json",
    message:
        "Testing what attention explains"
    shell:
        JOB + " interpretability --output {output[0]}"


rule picture:
    input:
        results("real"),
        code=code_of("pages.picture"),
    output:
        "book/_static/results.png",
    message:
        "Drawing {output}"
    shell:
        JOB + " picture --results data/results --study real --output {output}"
