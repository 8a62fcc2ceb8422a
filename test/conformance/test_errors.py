"""Errors: one on iopub and the same in the reply, in words a user can use; and the ends a cell can bring about."""

from kernels import KernelTestCase, code


class AnError(KernelTestCase):
    def test_is_published_and_repeated_in_the_reply(self):
        ran = self.front.run("throw new RangeError('too far')", "raise IndexError('too far')")
        self.assertEqual(ran.types, ["busy", "execute_input", "error", "idle"])
        self.assertEqual(ran.reply["status"], "error")
        for field in ["ename", "evalue", "traceback"]:
            self.assertEqual(ran.reply[field], ran.error[field])
        self.assertEqual(ran.error["ename"], code("RangeError", "IndexError"))
        self.assertEqual(ran.error["evalue"], "too far")
        self.assertTrue(all(isinstance(line, str) for line in ran.error["traceback"]))
        self.assertNotIn("user_expressions", [k for k, v in ran.reply.items() if v])

    def test_comes_after_what_the_cell_printed_before(self):
        ran = self.front.run("console.log('before'); throw new Error('x')", "print('before'); raise Exception('x')")
        self.assertEqual(ran.types[2:-1], ["stream", "error"])

    def test_shows_where_in_the_cell_it_arose_and_no_file_of_the_kernel(self):
        ran = self.front.run("const fine = 1;\nfunction broken() {\n  throw new Error('here');\n}\nbroken();")
        text = "\n".join(ran.error["traceback"])
        self.assertRegex(text, r"3:\d+")
        self.assertRegex(text, r"5:\d+")
        self.assertNotIn("kernel/", text)
        self.assertNotIn("node:internal", text)

    def test_of_any_thrown_value_is_an_error(self):
        code("")
        for thrown in ["'text'", "undefined", "null", "42", "{ a: 1 }", "Symbol('s')", "Object.create(null)", "new Proxy({}, {})"]:
            with self.subTest(thrown):
                ran = self.front.run(f"throw {thrown};")
                self.assertEqual(ran.reply["status"], "error")
                for field in ["ename", "evalue"]:
                    self.assertIsInstance(ran.error[field], str)

    def test_of_syntax_or_type_keeps_the_cell_from_running(self):
        for ts, py in [("console.log('ran'); const = 3;", "print('ran'); = 3"), ("console.log('ran'); const n: number = 'x';", "print('ran')\n1 +")]:
            ran = self.front.run(ts, py)
            self.assertEqual((ran.reply["status"], ran.text()), ("error", ""))

    def test_leaves_what_the_cell_declared_before_it(self):
        self.front.run("const kept = 11; throw new Error('x');", "kept = 11; raise Exception('x')")
        self.assertEqual(self.front.run("kept", "kept").result, "11")

    def test_that_overflows_the_stack_is_one_like_any_other(self):
        ran = self.front.run("function deep(): number { return 1 + deep(); }\ndeep()", "def deep(): return 1 + deep()\ndeep()")
        self.assertEqual(ran.error["ename"], code("RangeError", "RecursionError"))
        self.assertEqual(self.front.run("1 + 1", "1 + 1").result, "2")


class ProcessExit(KernelTestCase):
    def test_0_answers_with_ask_exit_and_ends_the_process_with_0(self):
        code("")
        kernel = self.new_kernel()
        ran = kernel.front.run("console.log('bye'); process.exit(0);")
        self.assertEqual(ran.reply["status"], "ok")
        self.assertEqual(ran.reply["payload"], [{"source": "ask_exit", "keepkernel": False}])
        self.assertEqual(ran.text(), "bye\n")
        self.assertEqual(kernel.exit_code(), 0)

    def test_3_is_an_error_that_names_it_and_ends_the_process_with_3(self):
        code("")
        kernel = self.new_kernel()
        ran = kernel.front.run("console.log('bye'); process.exit(3);")
        self.assertEqual(ran.reply["status"], "error")
        self.assertIn("3", ran.error["evalue"])
        self.assertEqual(ran.text(), "bye\n")
        self.assertEqual(kernel.exit_code(), 3)
