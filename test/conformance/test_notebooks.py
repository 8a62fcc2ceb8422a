"""Whole notebooks, as nbclient and nbconvert run them: errors, limits of time, tags, and a kernel that dies."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nbformat
from kernels import KERNEL, PATIENCE, code
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

FAILS = ("throw new RangeError('on purpose')", "raise IndexError('on purpose')")
FOREVER = ("console.log('on'); while (true);", "print('on', flush=True)\nwhile True: pass")


def notebook(*cells):
    kernelspec = {"name": KERNEL, "display_name": KERNEL}
    written = [new_code_cell(code(*cell[:2]), metadata=cell[2] if len(cell) > 2 else {}) for cell in cells]
    return new_notebook(cells=[new_markdown_cell("# title"), *written], metadata={"kernelspec": kernelspec})


def outputs(cell):
    """Text and types, e.g. `[("stream", "on\\n"), ("error", "RangeError")]`."""
    texts = {"stream": lambda o: o["text"], "error": lambda o: o["ename"]}
    return [(o.output_type, texts.get(o.output_type, lambda o: o.data["text/plain"])(o)) for o in cell.outputs]


class Nbclient(unittest.TestCase):
    def run_notebook(self, book, **options):
        NotebookClient(book, kernel_name=KERNEL, startup_timeout=PATIENCE, **{"timeout": PATIENCE, **options}).execute()

    def test_fills_in_outputs_counts_and_the_language(self):
        book = notebook(("console.log('a'); 6 * 7", "print('a')\n6 * 7"), ("'second'", "'second'"))
        self.run_notebook(book)
        self.assertEqual(outputs(book.cells[1]), [("stream", "a\n"), ("execute_result", "42")])
        self.assertEqual([c.execution_count for c in book.cells[1:]], [1, 2])
        self.assertEqual(book.metadata.language_info.name, code("typescript", "python"))
        nbformat.validate(book)

    def test_stops_at_an_error_and_keeps_what_came_before(self):
        book = notebook(("'before'", "'before'"), FAILS, ("'after'", "'after'"))
        with self.assertRaisesRegex(CellExecutionError, "on purpose"):
            self.run_notebook(book)
        self.assertEqual(outputs(book.cells[2]), [("error", code("RangeError", "IndexError"))])
        self.assertEqual(outputs(book.cells[3]), [])

    def test_goes_on_after_an_error_if_errors_are_allowed(self):
        book = notebook(FAILS, ("'after'", "'after'"))
        self.run_notebook(book, allow_errors=True)
        self.assertEqual(outputs(book.cells[2]), [("execute_result", "'after'")])

    def test_goes_on_after_a_cell_that_is_tagged_to_raise(self):
        book = notebook((*FAILS, {"tags": ["raises-exception"]}), ("'after'", "'after'"))
        self.run_notebook(book)
        self.assertEqual(outputs(book.cells[2]), [("execute_result", "'after'")])

    def test_gives_up_a_cell_after_its_limit_of_time(self):
        with self.assertRaises(CellTimeoutError):
            self.run_notebook(notebook(FOREVER), timeout=3)

    def test_interrupts_a_cell_after_its_limit_of_time_and_goes_on(self):
        book = notebook(("'the compiler is loaded'", "1"), FOREVER, ("'after'", "'after'"))
        limit = lambda cell: 5 if "while" in cell.source else PATIENCE  # noqa: E731
        self.run_notebook(book, timeout_func=limit, interrupt_on_timeout=True, allow_errors=True)
        self.assertEqual(outputs(book.cells[2]), [("stream", "on\n"), ("error", code("Interrupted", "KeyboardInterrupt"))])
        self.assertEqual(outputs(book.cells[3]), [("execute_result", "'after'")])

    def test_reports_a_kernel_that_dies(self):
        with self.assertRaises(DeadKernelError):
            self.run_notebook(notebook(("process.kill(process.pid, 'SIGKILL')", "import os; os.kill(os.getpid(), 9)")))

    def test_keeps_one_output_for_a_display_that_is_updated(self):
        book = notebook(
            (
                "import { display } from 'stridelab/notebook';\nconst place = display('one', { id: 'p' }); place.update('two');",
                "place = display('one', display_id='p'); place.update('two')",
            )
        )
        self.run_notebook(book)
        self.assertEqual(outputs(book.cells[1]), [("display_data", "'two'")])

    def test_removes_what_a_cell_clears(self):
        book = notebook(
            (
                "import { clear } from 'stridelab/notebook';\nconsole.log('gone'); clear(); console.log('here');",
                "from IPython.display import clear_output\nprint('gone'); clear_output(); print('here')",
            )
        )
        self.run_notebook(book)
        self.assertEqual(outputs(book.cells[1]), [("stream", "here\n")])


class Nbconvert(unittest.TestCase):
    def convert(self, book, *options):
        """What `jupyter nbconvert --execute` writes, and how it ended."""
        with tempfile.TemporaryDirectory() as folder:
            nbformat.write(book, Path(folder, "in.ipynb"))
            command = [sys.executable, "-m", "nbconvert", "--execute", "--output", "out", *options, "in.ipynb"]
            ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            written = next(iter(Path(folder).glob("out.*")), None)
            return ended, written and written.read_text()

    def test_executes_a_notebook(self):
        ended, text = self.convert(notebook(("6 * 7", "6 * 7")), "--to", "notebook")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(outputs(nbformat.reads(text, 4).cells[1]), [("execute_result", "42")])

    def test_fails_at_an_error_and_names_it(self):
        ended, _ = self.convert(notebook(FAILS), "--to", "notebook")
        self.assertNotEqual(ended.returncode, 0)
        self.assertIn("on purpose", ended.stderr)

    def test_shows_errors_in_the_page_if_they_are_allowed_and_colours_the_code(self):
        ended, text = self.convert(notebook(FAILS, ("const after = 1; after", "after = 1; after")), "--to", "html", "--allow-errors")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("on purpose", text)
        self.assertRegex(text, r'<span class="(kd|kr|k|n|o)">')

    def test_writes_a_script_in_the_language_of_the_notebook(self):
        ended, text = self.convert(notebook(("const a = 1;", "a = 1")), "--to", "script")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn(code("const a = 1;", "a = 1"), text)
