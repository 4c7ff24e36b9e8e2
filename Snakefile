# The book: what is stale, and in which order it is made again.  `make book` calls this file.
# The committed results are an input here; studies.smk makes them.
import json
from pathlib import Path

# Of the pipeline only the runner shapes a notebook, not the jobs of the studies.  The page to play with has scripts too.
CODE = [str(path) for path in sorted(Path("appmodel").rglob("*.*"))
        if path.suffix in (".py", ".js", ".css", ".html") and (path.parent.name != "pipeline" or path.name != "jobs.py")]
NOTEBOOKS = sorted(path.stem for path in Path("notebooks").glob("*.py"))
PAGES = [str(path) for path in sorted(Path("book").rglob("[!.]*")) if path.is_file()]
EXTRACTS = [str(path) for path in sorted(Path("data/extracts").glob("[!.]*"))]
NETWORKS = [str(path) for path in sorted(Path("data/networks").iterdir())]
# What the chapters of results read beside the tables.
QUOTED = ["data/published.csv", "data/claims.yml", "studies.yml"]
PARAMETERS = config.get("notebooks", {})
if unknown := set(PARAMETERS) - set(NOTEBOOKS):
    raise ValueError(f"The profile names notebooks that do not exist: {sorted(unknown)}")


rule book:
    input:
        "_build/html/index.html",


rule execute:
    input:
        source="notebooks/{notebook}.py",
        code=CODE,
        networks=NETWORKS,
        # Real cells that come with the project.
        extracts=lambda wildcards: EXTRACTS
        if "load_extract" in Path(f"notebooks/{wildcards.notebook}.py").read_text() else [],
        # Only the chapters of results read the committed tables.
        tables=lambda wildcards: [*sorted(map(str, Path("data/results").glob("[!.]*"))), *QUOTED]
        if Path(f"notebooks/{wildcards.notebook}.py").read_text().find("data/results") > 0 else [],
    output:
        notebook="notebooks/{notebook}.ipynb",
    benchmark:
        "_build/times/{notebook}.tsv"
    params:
        parameters=lambda wildcards: json.dumps(PARAMETERS.get(wildcards.notebook, {}), sort_keys=True),
    message:
        "Executing notebooks/{wildcards.notebook}.py"
    shell:
        "python -m appmodel.pipeline.notebooks {input.source} {output.notebook} --published "
        "--parameters {params.parameters:q}"


# The claims can be taken away as a file: the run of their chapter makes it, and lost it is made again.
use rule execute as execute_claims with:
    output:
        notebook="notebooks/{notebook,claims}.ipynb",
        table="notebooks/{notebook,claims}.csv",
        provenance="notebooks/{notebook,claims}.provenance.json",


ruleorder: execute_claims > execute


rule build:
    input:
        expand("notebooks/{notebook}.ipynb", notebook=NOTEBOOKS),
        "notebooks/claims.csv",
        pages=PAGES,
        config="_config.yml",
        toc="_toc.yml",
    output:
        "_build/html/index.html",
    message:
        "Building the book"
    shell:
        "jupyter-book build . --all -W --keep-going --quiet"
