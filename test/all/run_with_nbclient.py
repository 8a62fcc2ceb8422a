"""Runs a percent script in the stridelab kernel by Python's nbclient: python run_with_nbclient.py SCRIPT"""

import sys

import jupytext
import nbclient

notebook = jupytext.read(sys.argv[1])
nbclient.NotebookClient(notebook, kernel_name="stridelab", timeout=None).execute()
code = [cell for cell in notebook.cells if cell.cell_type == "code"]
print(f"{sum(cell.execution_count is not None for cell in code)} of {len(code)} cells ran")
