"""Interrupts: by message and by signal, of what computes and of what waits; values stay."""

import os
import signal

from kernels import KERNEL, KernelTestCase, code


class AnInterrupt(KernelTestCase):
    def setUp(self):
        self.front.run("let kept = [1, 2, 3];", "kept = [1, 2, 3]")

    def interrupt(self, ts, py=None, by_signal=False):
        """Interrupts a cell once it has said that it runs."""
        start_ts, start_py = "console.log('on');\n", "print('on', flush=True)\n"
        asked = self.front.execute(start_ts + ts, py and start_py + py)
        self.front.until(lambda: self.front.text_under(asked), "the cell's first line")
        if by_signal or KERNEL != "stridelab":
            os.kill(self.kernel.process.pid, signal.SIGINT)
        else:
            self.assertEqual(self.front.ask("interrupt_request", channel="control").reply["status"], "ok")
        ran = self.front.finish(asked)
        self.assertEqual(ran.reply["status"], "error")
        self.assertEqual(ran.error["ename"], code("Interrupted", "KeyboardInterrupt"))
        self.assertEqual(self.front.run("kept.length", "len(kept)").result, "3")
        return ran

    def test_ends_a_loop(self):
        self.interrupt("while (true);", "while True: pass")

    # What ipykernel does not break off: it has no form in Python.

    def test_ends_a_loop_after_an_await(self):
        self.interrupt("await 0; while (true);")

    def test_ends_an_await_that_never_settles(self):
        self.interrupt("await new Promise(() => {});")

    def test_ends_a_loop_in_a_timer_that_the_cell_awaits(self):
        self.interrupt("await new Promise(() => setTimeout(() => { while (true); }, 10));")

    def test_ends_a_regular_expression_that_backtracks_for_ever(self):
        self.interrupt("/^(a+)+$/.test('a'.repeat(64) + 'b')")

    def test_by_signal_ends_an_await_that_never_settles(self):
        self.interrupt("await new Promise(() => {});", by_signal=True)

    def test_aborts_the_queue_behind_the_cell(self):
        running = self.front.execute("console.log('on'); while (true);", "print('on', flush=True)\nwhile True: pass")
        self.front.until(lambda: self.front.text_under(running), "the cell's first line")
        queued = self.front.execute("'queued'", "'queued'")
        self.kernel.manager.interrupt_kernel()
        self.assertEqual(self.front.finish(running).reply["status"], "error")
        self.assertEqual(self.front.finish(queued).reply["status"], "aborted")

    def test_while_nothing_runs_is_answered_and_harms_no_later_cell(self):
        for channel in ["control", "shell"]:
            if code("ours", "theirs") == "ours":
                self.assertEqual(self.front.ask("interrupt_request", channel=channel).reply["status"], "ok")
        self.assertEqual(self.front.run("kept.length", "len(kept)").result, "3")

    def test_works_ten_times_in_a_row(self):
        for _ in range(10):
            self.interrupt("while (true);", "while True: pass")
