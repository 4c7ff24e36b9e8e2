"""The steps that Snakemake calls: run a notebook, score a method.  Nothing in the package imports this room."""
