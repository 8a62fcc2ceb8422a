"""Several front ends of one kernel: each gets its own replies, all see what is published, any may vanish."""


from kernels import KernelTestCase, code


class TwoFrontEnds(KernelTestCase):
    def setUp(self):
        self.other = self.kernel.new_front_end()
        self.addCleanup(self.other.close)

    def test_get_their_own_replies_and_no_others(self):
        mine = [self.front.execute(f"'mine {i}'", f"'mine {i}'") for i in range(5)]
        theirs = [self.other.execute(f"'theirs {i}'", f"'theirs {i}'") for i in range(5)]
        for front, asked, name in [(self.front, mine, "mine"), (self.other, theirs, "theirs")]:
            for i, msg_id in enumerate(asked):
                self.assertEqual(front.finish(msg_id).result, f"'{name} {i}'")
        self.assertEqual([m for m in self.other.replies if m["parent_header"]["msg_id"] in mine], [])
        self.assertEqual([m for m in self.front.replies if m["parent_header"]["msg_id"] in theirs], [])

    def test_both_see_what_a_cell_of_either_publishes(self):
        asked = self.front.execute("console.log('for all')", "print('for all')")
        self.other.until(lambda: self.other.is_idle(asked), "idle of the other's cell")
        self.front.finish(asked)
        kinds = [m["msg_type"] for m in self.other.under(asked)]
        self.assertEqual(kinds, ["status", "execute_input", "stream", "status"])
        self.assertEqual(self.other.text_under(asked), "for all\n")

    def test_share_values_and_counts(self):
        count = self.front.run("const shared = 8;", "shared = 8").reply["execution_count"]
        ran = self.other.run("shared", "shared")
        self.assertEqual((ran.result, ran.reply["execution_count"]), ("8", count + 1))

    def test_are_asked_for_input_only_by_their_own_cells(self):
        asked = self.other.execute("prompt('?')", "input('?')", allow_stdin=True)
        self.other.until(lambda: self.other.input_requests, "input_request")
        self.front.hear(0.2)
        self.assertEqual(self.front.input_requests, [])
        self.other.answer_input("x")
        self.assertEqual(self.other.finish(asked).result, "'x'")

    def test_may_interrupt_each_others_cells(self):
        asked = self.front.execute("console.log('on'); while (true);", None)
        self.front.until(lambda: self.front.text_under(asked), "the cell's first line")
        self.other.ask("interrupt_request", channel="control")
        self.assertEqual(self.front.finish(asked).error["ename"], "Interrupted")


class AFrontEndThatVanishes(KernelTestCase):
    def test_in_the_middle_of_a_cell_leaves_a_kernel_that_serves_the_others(self):
        leaver = self.kernel.new_front_end()
        asked = leaver.execute(
            "for (let i = 0; i < 20; i++) { console.log(i); await new Promise((r) => setTimeout(r, 50)); } 'to nobody'",
            "import time\nfor i in range(20):\n    print(i, flush=True); time.sleep(0.05)\n'to nobody'",
        )
        leaver.until(lambda: leaver.text_under(asked), "the first line")
        leaver.close()
        self.front.until(lambda: self.front.is_idle(asked), "idle of the vanished one's cell")
        self.assertEqual(self.front.text_under(asked), "".join(f"{i}\n" for i in range(20)))
        self.assertEqual(self.front.run("1 + 1", "1 + 1").result, "2")

    def test_while_it_is_asked_for_input_leaves_a_cell_that_can_be_interrupted(self):
        code("")
        leaver = self.kernel.new_front_end()
        asked = leaver.execute("prompt('?')", allow_stdin=True)
        leaver.until(lambda: leaver.input_requests, "input_request")
        leaver.close()
        self.front.ask("interrupt_request", channel="control")
        self.front.until(lambda: self.front.is_idle(asked), "idle of the vanished one's cell")
        self.assert_alive()


class TheHeartbeat(KernelTestCase):
    def test_beats_while_a_cell_computes(self):
        asked = self.front.execute(
            "console.log('on'); { const end = Date.now() + 2000; while (Date.now() < end); }",
            "import time\nprint('on', flush=True); end = time.time() + 2\nwhile time.time() < end: pass",
        )
        self.front.until(lambda: self.front.text_under(asked), "the cell's first line")
        heart = self.front.client.context.socket(3)  # REQ
        self.addCleanup(heart.close, 0)
        heart.connect(self.front.client._make_url("hb"))
        for beat in [b"ping", b"", b"\x00" * 1000]:
            heart.send(beat)
            self.assertTrue(heart.poll(60_000), "no heartbeat")
            self.assertEqual(heart.recv(), beat)
        self.assertIsNone(self.front.reply_to(asked))
        self.front.finish(asked)
