"""History: what was run in this kernel and in earlier ones, as consoles ask for it."""

import os
import stat
import tempfile
import uuid
from pathlib import Path

from kernels import KernelTestCase, code


class History(KernelTestCase):
    def ask(self, kind, output=False, front=None, **fields):
        content = {"hist_access_type": kind, "output": output, "raw": True, **fields}
        return (front or self.front).ask("history_request", content).reply["history"]

    def test_tail_has_the_newest_cells_last(self):
        self.front.run("'first one'", "'first one'")
        self.front.run("'second one'", "'second one'")
        rows = self.ask("tail", n=2)
        self.assertEqual([row[2] for row in rows], ["'first one'", "'second one'"])
        self.assertEqual(rows[0][1] + 1, rows[1][1])

    def test_range_counts_lines_as_execution_counts(self):
        ran = self.front.run("'of the range'", "'of the range'")
        line = ran.reply["execution_count"]
        self.assertEqual(self.ask("range", session=0, start=line, stop=line + 1)[0][1:], [line, "'of the range'"])

    def test_search_knows_globs_and_finds_a_repeated_cell_once_if_asked_to(self):
        word = uuid.uuid4().hex  # IPython's history is the user's own, of all earlier runs too
        for _ in range(2):
            self.front.run(f"'needle {word}'", f"'needle {word}'")
        self.assertEqual(len(self.ask("search", pattern=f"*eedl? {word}*")), 2)
        self.assertEqual(len(self.ask("search", pattern=f"*eedl? {word}*", unique=True)), 1)
        self.assertEqual(self.ask("search", pattern="needle"), [])

    def test_gives_results_when_asked_for_output(self):
        self.front.run("6 * 7")  # IPython keeps results only if it is told to
        self.assertEqual(self.ask("tail", output=True, n=1)[0][2], ["6 * 7", "42"])

    def test_keeps_neither_silent_cells_nor_those_that_ask_not_to_be_stored(self):
        self.front.run("'silent one'", "'silent one'", silent=True)
        self.front.run("'unstored one'", "'unstored one'", store_history=False)
        text = str(self.ask("tail", n=50))
        self.assertNotIn("silent one", text)
        self.assertNotIn("unstored one", text)

    def test_of_a_kernel_that_ended_is_found_by_the_next_one_in_a_file_of_the_users_own(self):
        code("")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "below", "history.jsonl")
            first = self.new_kernel(env={"STRIDELAB_HISTORY": str(file)})
            first.front.run("'from the first kernel'")
            first.front.send("shutdown_request", {"restart": False}, channel="control")
            first.exit_code()
            self.assertEqual(stat.S_IMODE(os.stat(file).st_mode), 0o600)
            second = self.new_kernel(env={"STRIDELAB_HISTORY": str(file)})
            rows = self.ask("tail", front=second.front, n=5)
            self.assertIn("'from the first kernel'", [row[2] for row in rows])
            relative = self.ask("range", front=second.front, session=-1, start=1, stop=2)
            self.assertEqual([row[2] for row in relative], ["'from the first kernel'"])

    def test_that_cannot_be_written_keeps_no_kernel_from_working(self):
        code("")
        kernel = self.new_kernel(env={"STRIDELAB_HISTORY": "/proc/nowhere/history.jsonl"})
        self.assert_alive(kernel.front)
