"""Outputs: complete, in order, under the cell they came from; small, huge, late, and of every message type."""

import base64
import hashlib

from kernels import KernelTestCase, code


class Streams(KernelTestCase):
    def test_keep_their_names_and_their_order(self):
        ran = self.front.run(
            "for (const i of [0, 1, 2]) { console.log('out', i); console.error('err', i); }",
            "import sys\nfor i in [0, 1, 2]:\n    print('out', i, flush=True)\n    print('err', i, file=sys.stderr, flush=True)",
        )
        self.assertEqual(ran.text("stdout"), "out 0\nout 1\nout 2\n")
        self.assertEqual(ran.text("stderr"), "err 0\nerr 1\nerr 2\n")
        names = [c["name"] for c in ran.contents("stream")]
        self.assertEqual(names, ["stdout", "stderr"] * 3)

    def test_carry_any_character_unchanged(self):
        text = "tab\t quote\" é 漢字 😀 \x1b[31mred\x1b[0m \x00 \u2028 \ufeff"
        as_code = "".join(f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le")).cast("H"))
        ran = self.front.run(f"process.stdout.write('{as_code}')", f"print({text!r}, end='')")
        self.assertEqual(ran.text(), text)

    def test_stand_between_the_displays_they_were_printed_between(self):
        ran = self.front.run(
            "import { display } from 'tslab';\nconsole.log('a'); display.html('<b>1</b>'); console.log('b'); display.html('<b>2</b>');",
            "from IPython.display import display, HTML\nprint('a'); display(HTML('<b>1</b>')); print('b'); display(HTML('<b>2</b>'))",
        )
        self.assertEqual(ran.types[2:-1], ["stream", "display_data", "stream", "display_data"])

    def test_arrive_while_the_cell_still_runs(self):
        asked = self.front.execute(
            "console.log('first'); await new Promise((resolve) => setTimeout(resolve, 3000));",
            "import time\nprint('first', flush=True); time.sleep(3)",
        )
        self.front.until(lambda: self.front.text_under(asked) == "first\n", "the first line")
        self.assertIsNone(self.front.reply_to(asked))
        self.front.finish(asked)

    def test_tell_of_a_rejection_that_nobody_handles_before_idle(self):
        code("")
        for ts in ["void Promise.reject(new Error('alone'));", "(async () => { await null; throw new Error('alone'); })(); 1"]:
            self.assertIn("Error: alone", self.front.run(ts).text("stderr"))


class HugeMessages(KernelTestCase):
    def test_of_100_000_lines_lose_none_and_come_in_order_before_idle(self):
        ran = self.front.run(
            "for (let i = 0; i < 100_000; i++) console.log(`line ${i}`);",
            "for i in range(100_000): print(f'line {i}')",
        )
        self.assertEqual(ran.text(), "".join(f"line {i}\n" for i in range(100_000)))
        # Joined: otherwise a Jupyter server, which drops above a rate, would lose some.
        self.assertLess(len(ran.contents("stream")), 5000)

    def test_of_50_MB_of_output_arrive_whole(self):
        ran = self.front.run(
            "for (let i = 0; i < 50; i++) process.stdout.write(String(i % 10).repeat(1_000_000));",
            "for i in range(50): print(str(i % 10) * 1_000_000, end='')",
        )
        expected = hashlib.sha256()
        for i in range(50):
            expected.update((str(i % 10) * 1_000_000).encode())
        self.assertEqual(hashlib.sha256(ran.text().encode()).hexdigest(), expected.hexdigest())

    def test_of_20_MB_of_code_run(self):
        ran = self.front.run(f"const long = '{'x' * 20_000_000}'; long.length", f"len('{'x' * 20_000_000}')")
        self.assertEqual(ran.result, "20000000")
        self.front.run("const long = 0;", "1")  # so that nobody keeps it

    def test_of_10_MB_of_display_arrive_whole(self):
        ran = self.front.run(
            "import { display } from 'tslab';\ndisplay.html('<p>' + 'y'.repeat(10_000_000) + '</p>')",
            "from IPython.display import display, HTML\ndisplay(HTML('<p>' + 'y' * 10_000_000 + '</p>'))",
        )
        self.assertEqual(len(ran.contents("display_data")[0]["data"]["text/html"]), 10_000_007)

    def test_of_a_result_of_any_size_are_results(self):
        ran = self.front.run("'z'.repeat(3_000_000).length", "len('z' * 3_000_000)")
        self.assertEqual(ran.result, "3000000")


class Displays(KernelTestCase):
    def test_have_data_by_type_metadata_and_a_transient_id(self):
        ran = self.front.run(
            "import { display } from 'stridelab/notebook';\n"
            "display({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<i>x</i>', 'text/plain': 'x' }) }, { id: 'shown' });",
            "display({'text/html': '<i>x</i>', 'text/plain': 'x'}, raw=True, display_id='shown')",
        )
        content = ran.contents("display_data")[0]
        self.assertEqual(content["data"], {"text/html": "<i>x</i>", "text/plain": "x"})
        self.assertEqual(content["metadata"], {})
        self.assertEqual(content["transient"]["display_id"], "shown")

    def test_are_updated_by_their_id_also_from_a_later_cell(self):
        first = self.front.run(
            "const shown = display('one', { id: 'updated' }); shown.update('two');",
            "shown = display('one', display_id='updated'); shown.update('two')",
        )
        self.assertEqual(first.types[2:-1], ["display_data", "update_display_data"])
        later = self.front.run("shown.update('three');", "shown.update('three')")
        for ran, text in [(first, "two"), (later, "three")]:
            content = ran.contents("update_display_data")[0]
            self.assertIn(text, content["data"]["text/plain"])
            self.assertEqual(content["transient"]["display_id"], "updated")

    def test_of_bytes_travel_as_base64(self):
        ran = self.front.run(
            "import { display as show } from 'tslab';\nshow.png(new Uint8Array([137, 80, 78, 71]));",
            "from IPython.display import Image\nImage(data=bytes([137, 80, 78, 71]), format='png')",
        )
        shown = (ran.contents("display_data") or ran.contents("execute_result"))[0]
        self.assertEqual(base64.b64decode(shown["data"]["image/png"]), bytes([137, 80, 78, 71]))

    def test_are_cleared_at_once_or_when_the_next_one_comes(self):
        for ts, py, wait in [("clear()", "clear_output()", False), ("clear({ wait: true })", "clear_output(wait=True)", True)]:
            ran = self.front.run(
                f"import {{ clear }} from 'stridelab/notebook';\nconsole.log('gone'); {ts}; console.log('here');",
                f"from IPython.display import clear_output\nprint('gone'); {py}; print('here')",
            )
            # A kernel may leave out what nobody would come to see, so the line before need not be sent at all.
            self.assertEqual(ran.types[-3:], ["clear_output", "stream", "idle"])
            self.assertEqual(ran.contents("clear_output")[-1], {"wait": wait})
            self.assertEqual(ran.contents("stream")[-1]["text"], "here\n")

    def test_whose_hook_throws_degrade_to_text_with_a_note_and_the_cell_succeeds(self):
        ran = self.front.run("({ [Symbol.for('Jupyter.display')]() { throw new Error('my hook'); } })")
        self.assertEqual(ran.reply["status"], "ok")
        self.assertIn("my hook", ran.result)


class LateOutput(KernelTestCase):
    """What a cell causes after it ended belongs to that cell, whatever ran since."""

    def late(self, ts, py, expected, name="stdout"):
        first = self.front.run(ts, py)
        self.assertEqual(first.reply["status"], "ok", first.reply)
        second = self.front.run("'another cell'", "'another cell'")
        found = lambda: expected in self.front.text_under(first.msg_id, name)  # noqa: E731
        self.front.until(found, f"{expected!r} under the first cell")
        self.assertEqual(self.front.under(second.msg_id, "stream"), [])

    def test_of_a_timer_finds_its_cell(self):
        self.late("setTimeout(() => console.log('from a timer'), 400); 0", "import asyncio; asyncio.get_running_loop().call_later(0.4, lambda: print('from a timer')); 0", "from a timer\n")

    def test_of_an_async_function_finds_its_cell(self):
        self.late(
            "(async () => { for (const i of [1, 2, 3]) { await new Promise((r) => setTimeout(r, 150)); console.log('step', i); } })(); 0",
            "import asyncio\nasync def steps():\n    for i in [1, 2, 3]:\n        await asyncio.sleep(0.15); print('step', i)\ntask = asyncio.create_task(steps()); 0",
            "step 1\nstep 2\nstep 3\n",
        )

    def test_of_a_socket_finds_its_cell(self):
        version = self.front.run("Number.parseInt(process.versions.node)", "24").result
        if int(version) < 24:
            self.skipTest("before Node 24 following a socket's callbacks would endanger interrupts")
        self.late(
            "import { createServer, connect } from 'node:net';\n"
            "const echo = createServer((s) => s.end('over the wire')).listen(0, () => {\n"
            "  setTimeout(() => connect((echo.address() as any).port, '127.0.0.1').on('data', (b: any) => { console.log(String(b)); echo.close(); }), 300);\n"
            "}); 0",
            None,
            "over the wire\n",
        )

    def test_of_an_unhandled_rejection_is_an_error_text_under_its_cell_and_the_kernel_lives(self):
        code("")
        self.late("setTimeout(() => { void Promise.reject(new RangeError('nobody caught me')); }, 300); 0", None, "nobody caught me", "stderr")
        self.assert_alive()

    def test_of_an_exception_in_a_timer_is_an_error_text_under_its_cell_and_the_kernel_lives(self):
        code("")
        self.late("setTimeout(() => { throw new RangeError('thrown in a timer'); }, 300); 0", None, "thrown in a timer", "stderr")
        self.assert_alive()

    def test_of_two_cells_at_once_is_not_mixed_up(self):
        cells = [
            self.front.run(
                f"{{ let n = 0; const t = setInterval(() => {{ console.log('cell {i}'); if (++n === 5) clearInterval(t); }}, 50); }}",
                f"import asyncio\nasync def tick{i}():\n    for _ in range(5):\n        await asyncio.sleep(0.05); print('cell {i}')\nt{i} = asyncio.create_task(tick{i}())",
            )
            for i in (0, 1)
        ]
        for i, ran in enumerate(cells):
            self.front.until(lambda: len(self.front.text_under(ran.msg_id)) >= 35, "five lines")
            self.assertEqual(self.front.text_under(ran.msg_id), f"cell {i}\n" * 5)
