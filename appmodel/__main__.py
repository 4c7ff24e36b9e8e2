"""``python -m appmodel``: the command of the package."""

from .pipeline.command import main

main(prog_name="appmodel")
