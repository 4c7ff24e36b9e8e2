"""Put a first cell into notebooks that fetches the project where they are opened alone, on Colab.

python .github/for_colab.py ADDRESS BRANCH NOTEBOOK...
"""

import sys
from pathlib import Path

import nbformat

ID = "on-colab"
CELL = """\
# On Colab the project is fetched and installed first; elsewhere this cell does nothing.
import sys

if "google.colab" in sys.modules:
    !git clone --quiet --branch {branch} {address} project
    %cd project/notebooks
    %pip install --quiet --editable .."""

address, branch, *notebooks = sys.argv[1:]
for path in map(Path, notebooks):
    notebook = nbformat.read(path, as_version=4)
    if notebook.cells[0].get("id") != ID:
        cell = nbformat.v4.new_code_cell(CELL.format(branch=branch, address=address), id=ID)
        notebook.cells.insert(0, cell)
        nbformat.write(notebook, path)
