"""Runs a percent script by Python's nbclient: python run_with_nbclient.py SCRIPT [NOTEBOOK [KERNEL]]

Writes the notebook if it is given a name for it. The kernel is stridelab, or the one that is named.
"""

import sys

import jupytext
import nbclient
import nbformat

script, *others = sys.argv[1:]
kernel = others[1] if len(others) > 1 else "stridelab"
notebook = jupytext.read(script)
nbclient.NotebookClient(notebook, kernel_name=kernel, timeout=None).execute()
if others:
    nbformat.write(notebook, others[0])
code = [cell for cell in notebook.cells if cell.cell_type == "code"]
print(f"{sum(cell.execution_count is not None for cell in code)} of {len(code)} cells ran")
