"""Execution: order, counts, silence, history's switch, user expressions, and what an error does to the queue."""

from kernels import KernelTestCase, code


class ACell(KernelTestCase):
    def test_is_busy_echoed_shown_answered_and_idle_in_this_order(self):
        ran = self.front.run("console.log('out');\n6 * 7", "print('out')\n6 * 7")
        self.assertEqual(ran.types, ["busy", "execute_input", "stream", "execute_result", "idle"])
        self.assertEqual(ran.text(), "out\n")
        self.assertEqual(ran.result, "42")

    def test_is_answered_with_its_count_and_empty_lists(self):
        ran = self.front.run("1", "1")
        self.assertEqual(ran.reply_message["msg_type"], "execute_reply")
        self.assertEqual(ran.reply["status"], "ok")
        self.assertEqual(ran.reply["user_expressions"], {})
        self.assertEqual(ran.reply["payload"], [])

    def test_has_one_number_in_its_echo_its_result_and_its_reply_and_the_next_one_has_the_next(self):
        counts = []
        for _ in range(3):
            ran = self.front.run("'x'", "'x'")
            echo, result = ran.contents("execute_input")[0], ran.contents("execute_result")[0]
            self.assertEqual(echo["execution_count"], ran.reply["execution_count"])
            self.assertEqual(result["execution_count"], ran.reply["execution_count"])
            counts.append(ran.reply["execution_count"])
        self.assertEqual(counts, list(range(counts[0], counts[0] + 3)))

    def test_that_fails_is_counted_like_any_other(self):
        before = self.front.run("1", "1").reply["execution_count"]
        failed = self.front.run("throw new Error('no')", "raise Exception('no')")
        self.assertEqual(failed.reply["execution_count"], before + 1)
        self.assertEqual(self.front.run("1", "1").reply["execution_count"], before + 2)

    def test_is_echoed_as_it_was_sent(self):
        source = code("  // ünïcödé 😀\n\n'x'\n", "# ünïcödé 😀\n\n'x'\n")
        self.assertEqual(self.front.run(source, source).contents("execute_input")[0]["code"], source)

    def test_that_is_empty_or_only_a_comment_shows_nothing(self):
        for ts, py in [("", ""), ("  \n ", "  \n "), ("// nothing", "# nothing")]:
            ran = self.front.run(ts, py)
            self.assertEqual(ran.reply["status"], "ok")
            self.assertEqual(set(ran.types) - {"busy", "execute_input", "idle"}, set())

    def test_whose_value_is_nothing_shows_no_result(self):
        self.assertIsNone(self.front.run("undefined", "None").result)

    def test_sees_what_the_cells_before_it_declared(self):
        self.front.run("const declared = 20;", "declared = 20")
        self.assertEqual(self.front.run("declared + 1", "declared + 1").result, "21")

    def test_may_await_at_top_level(self):
        ran = self.front.run("await Promise.resolve(5)", "import asyncio\nawait asyncio.sleep(0, 5)")
        self.assertEqual(ran.result, "5")

    def test_needs_no_field_but_its_code(self):
        ran = self.front.ask("execute_request", {"code": code("2 + 3", "2 + 3")})
        self.assertEqual(ran.result, "5")


class ASilentCell(KernelTestCase):
    def test_runs_without_echo_or_result_and_is_not_counted(self):
        before = self.front.run("1", "1").reply["execution_count"]
        ran = self.front.run("(globalThis as any).heard = 7; 1", "heard = 7\n1", silent=True)
        self.assertEqual(ran.types, ["busy", "idle"])
        self.assertEqual(ran.reply["status"], "ok")
        after = self.front.run("(globalThis as any).heard", "heard")
        self.assertEqual(after.result, "7")
        self.assertEqual(after.reply["execution_count"], before + 1)

    def test_prints_nothing_and_shows_nothing_now_or_later(self):
        ran = self.front.run("console.log('psst'); console.error('psst'); setTimeout(() => console.log('late'), 30);", silent=True)
        self.front.run("await new Promise((resolve) => setTimeout(resolve, 200))")
        self.assertEqual(set(ran.types), {"busy", "idle"})
        self.assertEqual(self.front.under(ran.msg_id, "stream"), [])

    def test_that_fails_says_so_in_its_reply_alone(self):
        ran = self.front.run("throw new RangeError('quiet')", silent=True)
        self.assertEqual(ran.types, ["busy", "idle"])
        self.assertEqual((ran.reply["status"], ran.reply["ename"]), ("error", "RangeError"))

    def test_answers_its_user_expressions(self):
        ran = self.front.run("const quiet = 3;", "quiet = 3", silent=True, user_expressions={"q": "quiet * 2"})
        self.assertEqual(ran.reply["user_expressions"]["q"]["data"]["text/plain"], "6")


class StoreHistoryOff(KernelTestCase):
    def test_shows_the_result_but_does_not_count_the_cell(self):
        before = self.front.run("1", "1").reply["execution_count"]
        ran = self.front.run("2", "2", store_history=False)
        self.assertEqual(ran.result, "2")
        self.assertEqual(self.front.run("3", "3").reply["execution_count"], before + 1)


class UserExpressions(KernelTestCase):
    def test_are_evaluated_after_the_cell_each_with_its_own_success_or_failure(self):
        expressions = {"good": "five + 1", "bad": code("(five as any).nothing.there", "five.nothing.there")}
        ran = self.front.run("const five = 5;", "five = 5", user_expressions=expressions)
        answers = ran.reply["user_expressions"]
        self.assertEqual(ran.reply["status"], "ok")
        self.assertEqual(answers["good"]["status"], "ok")
        self.assertEqual(answers["good"]["data"]["text/plain"], "6")
        self.assertEqual(answers["good"]["metadata"], {})
        self.assertEqual(answers["bad"]["status"], "error")
        self.assertEqual(answers["bad"]["ename"], code("TypeError", "AttributeError"))
        self.assertIsInstance(answers["bad"]["traceback"], list)
        self.assertEqual(set(ran.types), {"busy", "execute_input", "idle"})  # a failing one is no failing cell

    def test_are_not_evaluated_when_the_cell_fails(self):
        self.front.run("let evaluated = 0;", "evaluated = []")
        expressions = {"e": code("++evaluated", "evaluated.append(1)")}
        ran = self.front.run("throw new Error('no')", "raise Exception('no')", user_expressions=expressions)
        self.assertEqual(ran.reply["status"], "error")
        self.assertEqual(self.front.run("evaluated", "len(evaluated)").result, "0")

    def test_declare_nothing(self):
        code("")
        self.front.run("1", user_expressions={"e": "const leaked = 1; leaked"})
        self.assertEqual(self.front.run("leaked").reply["status"], "error")

    def test_with_a_type_error_say_so(self):
        ran = self.front.run("1", "1", user_expressions={"e": "nothingOfThisName"})
        self.assertEqual(ran.reply["user_expressions"]["e"]["status"], "error")
        self.assertIn("nothingOfThisName", ran.reply["user_expressions"]["e"]["evalue"])


class StopOnError(KernelTestCase):
    SLOW_FAILURE = (
        "await new Promise((resolve) => setTimeout(resolve, 500)); throw new Error('on purpose')",
        "import time; time.sleep(0.5); raise Exception('on purpose')",
    )

    def test_aborts_what_is_queued_and_each_aborted_one_is_answered_and_idle(self):
        failing = self.front.execute(*self.SLOW_FAILURE)
        queued = [self.front.execute("console.log('never')", "print('never')") for _ in range(3)]
        self.assertEqual(self.front.finish(failing).reply["status"], "error")
        for msg_id in queued:
            ran = self.front.finish(msg_id)
            self.assertEqual(ran.reply["status"], "aborted")
            self.assertEqual(ran.types, ["busy", "idle"])

    def test_aborts_no_request_but_execution(self):
        failing = self.front.execute(*self.SLOW_FAILURE)
        cell = self.front.execute("1", "1")
        asked = self.front.send("is_complete_request", {"code": "1"})
        self.front.finish(failing)
        self.assertEqual(self.front.finish(cell).reply["status"], "aborted")
        if code("ours", "theirs") == "ours":  # ipykernel aborts any shell request that was queued
            self.assertEqual(self.front.finish(asked).reply["status"], "complete")

    def test_runs_again_what_is_sent_after_the_failing_cells_reply(self):
        for _ in range(5):
            self.front.run("throw new Error('on purpose')", "raise Exception('on purpose')")
            self.assertEqual(self.front.run("1 + 1", "1 + 1").result, "2")

    def test_switched_off_lets_the_queue_go_on(self):
        failing = self.front.execute(*self.SLOW_FAILURE, stop_on_error=False)
        queued = self.front.execute("'went on'", "'went on'")
        self.assertEqual(self.front.finish(failing).reply["status"], "error")
        self.assertEqual(self.front.finish(queued).result, "'went on'")

    def test_counts_for_a_type_error_as_for_one_thrown(self):
        code("")
        blocker = self.front.execute("await new Promise((resolve) => setTimeout(resolve, 300))")
        failing = self.front.execute("const wrong: number = 'text';")
        queued = self.front.execute("1")
        self.front.finish(blocker)
        self.assertEqual(self.front.finish(failing).reply["status"], "error")
        self.assertEqual(self.front.finish(queued).reply["status"], "aborted")


class TheQueue(KernelTestCase):
    def test_runs_cells_in_the_order_in_which_they_were_sent_one_at_a_time(self):
        asked = [self.front.execute(f"console.log({i})", f"print({i})") for i in range(20)]
        ran = [self.front.finish(msg_id) for msg_id in asked]
        self.assertEqual([r.text() for r in ran], [f"{i}\n" for i in range(20)])
        counts = [r.reply["execution_count"] for r in ran]
        self.assertEqual(counts, list(range(counts[0], counts[0] + 20)))
        order = [m["parent_header"]["msg_id"] for m in self.front.published if m["parent_header"].get("msg_id") in asked]
        self.assertEqual(list(dict.fromkeys(order)), asked)
        self.assertEqual(order, sorted(order, key=asked.index))
