"""Subshells (protocol 5.5, JEP 91): a cell of one runs while a cell of another waits."""

from kernels import KernelTestCase, code


class ASubshell(KernelTestCase):
    def setUp(self):
        self.subshell = self.ask("create")["subshell_id"]

    def tearDown(self):
        if self.subshell in self.ask("list")["subshell_id"]:
            self.ask("delete", {"subshell_id": self.subshell})

    def ask(self, what, content=None):
        return self.front.ask(f"{what}_subshell_request", content, "control").reply

    def wait(self):
        """Runs a cell of the shell that waits until `release` is called. Gives its msg_id."""
        self.front.run(
            "let release = () => {}; const released = new Promise<void>((r) => { release = r; });",
            "import threading\nreleased = threading.Event()\nrelease = released.set",
        )
        return self.front.execute(
            "console.log('waits'); await released; 'shell'", "print('waits'); released.wait(); 'shell'"
        )

    def test_is_announced(self):
        self.assertIn("kernel subshells", self.front.ask("kernel_info_request").reply["supported_features"])

    def test_is_listed_until_it_is_deleted(self):
        self.assertEqual(self.ask("list"), {"status": "ok", "subshell_id": [self.subshell]})
        self.assertEqual(self.ask("delete", {"subshell_id": self.subshell}), {"status": "ok"})
        self.assertEqual(self.ask("list"), {"status": "ok", "subshell_id": []})

    def test_that_is_not_there_is_not_deleted(self):
        self.assertEqual(self.ask("delete", {"subshell_id": "none of them"})["status"], "error")

    def test_runs_a_cell_while_the_shell_waits_and_lets_it_go_on(self):
        waiting = self.wait()
        self.front.until(lambda: self.front.text_under(waiting) == "waits\n", "the first output")
        ran = self.front.run("console.log('subshell'); release();", "print('subshell'); release()", subshell=self.subshell)
        self.assertEqual(ran.reply["status"], "ok")
        self.assertEqual(ran.text(), "subshell\n")
        shell = self.front.finish(waiting)
        self.assertEqual(shell.reply["status"], "ok")
        self.assertEqual(shell.text(), "waits\n")

    def test_shows_its_own_result_and_the_shell_its_own(self):
        code("")  # ipykernel 7.4 shows none of the subshell's here
        waiting = self.wait()
        ran = self.front.run("release(); 'subshell'", subshell=self.subshell)
        self.assertEqual([ran.result, self.front.finish(waiting).result], ["'subshell'", "'shell'"])

    def test_is_named_in_the_parent_of_all_that_its_cells_cause(self):
        ran = self.front.run("console.log('x'); 1", "print('x'); 1", subshell=self.subshell)
        self.assertEqual(ran.types, ["busy", "execute_input", "stream", "execute_result", "idle"])
        for message in [ran.reply_message, *ran.published]:
            self.assertEqual(message["parent_header"].get("subshell_id"), self.subshell)

    def test_shares_variables_and_the_count_with_the_shell(self):
        before = self.front.run("let ours = 1;", "ours = 1").reply["execution_count"]
        ran = self.front.run("ours += 1; ours", "ours += 1; ours", subshell=self.subshell)
        self.assertEqual(ran.result, "2")
        self.assertEqual(ran.reply["execution_count"], before + 1)
        self.assertEqual(self.front.run("ours + 1", "ours + 1").result, "3")

    def test_keeps_what_waits_in_it_when_a_cell_of_the_shell_fails(self):
        sleep = ("await new Promise((r) => setTimeout(r, 300));", "import time; time.sleep(0.3)")
        cells = [self.front.execute(*cell, subshell=self.subshell) for cell in [sleep, ("'ran'", "'ran'")]]
        self.assertEqual(self.front.run("throw new Error('no')", "raise Exception('no')").reply["status"], "error")
        self.assertEqual([self.front.finish(cell).reply["status"] for cell in cells], ["ok", "ok"])

    def test_answers_other_requests_too(self):
        ran = self.front.finish(self.front.send("kernel_info_request", subshell=self.subshell))
        self.assertEqual(ran.reply["status"], "ok")
