"""Input: a cell asks on the stdin channel, the front end that sent it answers, and nothing hangs if it cannot."""

from kernels import KernelTestCase, code


class Prompt(KernelTestCase):
    def test_asks_the_front_end_of_the_cell_and_gets_its_answer(self):
        asked = self.front.execute("const name = prompt('Who? '); name.toUpperCase()", "name = input('Who? '); name.upper()", allow_stdin=True)
        question = self.front.answer_input("ada 😀")
        self.assertEqual(question["content"], {"prompt": "Who? ", "password": False})
        self.assertEqual(question["parent_header"]["msg_id"], asked)
        self.assertEqual(self.front.finish(asked).result, "'ADA 😀'")

    def test_for_a_password_says_so_and_shows_it_nowhere(self):
        asked = self.front.execute(
            "const secret = prompt('Key: ', { password: true }); secret.length",
            "import getpass; secret = getpass.getpass('Key: '); len(secret)",
            allow_stdin=True,
        )
        self.assertEqual(self.front.answer_input("hunter2")["content"], {"prompt": "Key: ", "password": True})
        ran = self.front.finish(asked)
        self.assertEqual(ran.result, "7")
        self.assertNotIn("hunter2", str(ran.published))
        tail = {"output": True, "raw": True, "hist_access_type": "tail", "n": 100}
        self.assertNotIn("hunter2", str(self.front.ask("history_request", tail).reply))

    def test_comes_after_what_the_cell_printed_before_it(self):
        asked = self.front.execute("console.log('before'); prompt('?')", "print('before'); input('?')", allow_stdin=True)
        self.front.until(lambda: self.front.input_requests, "input_request")
        self.front.until(lambda: self.front.text_under(asked) == "before\n", "what was printed before the question")
        self.front.answer_input("")
        self.front.finish(asked)

    def test_may_be_asked_many_times(self):
        asked = self.front.execute(
            "let sum = 0; for (let i = 0; i < 5; i++) sum += Number(prompt('n')); sum",
            "sum(int(input('n')) for i in range(5))",
            allow_stdin=True,
        )
        for i in range(5):
            self.front.answer_input(str(i))
        self.assertEqual(self.front.finish(asked).result, "10")

    def test_where_the_front_end_cannot_answer_is_an_error_that_says_so(self):
        ran = self.front.run("prompt('?')", "input('?')", allow_stdin=False)
        self.assertEqual(ran.reply["status"], "error")
        self.assertIn("StdinNotImplemented", ran.error["ename"])
        self.assertEqual(self.front.input_requests, [])

    def test_that_is_interrupted_ends_the_cell_and_a_late_answer_harms_no_later_one(self):
        asked = self.front.execute("let state = 5; prompt('?')", "state = 5; input('?')", allow_stdin=True)
        request = self.front.until(lambda: self.front.input_requests and self.front.input_requests.pop(), "input_request")
        if code("message", "signal") == "message":
            self.front.ask("interrupt_request", channel="control")
        else:
            self.kernel.manager.interrupt_kernel()
        self.assertEqual(self.front.finish(asked).reply["status"], "error")
        if code("ours", "theirs") == "theirs":
            return  # ipykernel gives the late answer to the next question
        session = self.front.client.session
        session.send(self.front.client.stdin_channel.socket, session.msg("input_reply", {"value": "late"}, parent=request))
        again = self.front.execute("prompt('again?') + state", allow_stdin=True)
        self.front.answer_input("right")
        self.assertEqual(self.front.finish(again).result, "'right5'")

    def test_leaves_the_other_channels_served(self):
        code("")
        asked = self.front.execute("prompt('?')", allow_stdin=True)
        self.front.until(lambda: self.front.input_requests, "input_request")
        self.assertIn("hypot", str(self.front.ask("complete_request", {"code": "Math.hyp", "cursor_pos": 8}).reply))
        self.front.ask("kernel_info_request", channel="control")
        self.front.answer_input("")
        self.front.finish(asked)


class AnUnaskedReply(KernelTestCase):
    def test_is_ignored(self):
        code("")
        self.front.send("input_reply", {"value": "nobody asked"}, channel="stdin")
        self.front.send("input_reply", {}, channel="stdin")
        self.assert_alive()
