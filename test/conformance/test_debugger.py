"""The debugger: requests on the control channel, events on iopub, under the names that front ends compute themselves."""

from kernels import KERNEL, KernelTestCase, code


def murmur2(text, seed):
    """MurmurHash2 (Austin Appleby, 2008), by which front ends name a cell."""
    data, multiplier, mask = text.encode(), 0x5BD1E995, 0xFFFFFFFF
    value = (seed ^ len(data)) & mask
    whole = len(data) - len(data) % 4
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at : at + 4], "little") * multiplier & mask
        word = (word ^ word >> 24) * multiplier & mask
        value = value * multiplier & mask ^ word
    if rest := data[whole:]:
        value = (value ^ int.from_bytes(rest, "little")) * multiplier & mask
    value = (value ^ value >> 13) * multiplier & mask
    return value ^ value >> 15


class DebuggerTestCase(KernelTestCase):
    def setUp(self):
        self.seq = 0

    def debug(self, command, **arguments):
        """The reply to one request of a debugger."""
        self.seq += 1
        content = {"type": "request", "seq": self.seq, "command": command, "arguments": arguments}
        return self.front.ask("debug_request", content, channel="control").reply

    def events(self, name):
        published = (m["content"] for m in self.front.published if m["msg_type"] == "debug_event")
        return [content for content in published if content["event"] == name]

    def stopped_at(self, cell, line):
        """Sends a cell with a breakpoint. Gives its msg_id and the frames, once it has stopped."""
        before = len(self.events("stopped"))
        path = self.debug("dumpCell", code=cell)["body"]["sourcePath"]
        self.debug("setBreakpoints", source={"path": path}, breakpoints=[{"line": line}], sourceModified=False)
        self.debug("configurationDone")
        msg_id = self.front.execute(cell, cell)
        self.front.until(lambda: len(self.events("stopped")) > before, "a stop")
        thread = self.events("stopped")[-1]["body"]["threadId"]
        return msg_id, thread, self.debug("stackTrace", threadId=thread)["body"]["stackFrames"]


class Debugger(DebuggerTestCase):
    def setUp(self):
        super().setUp()
        self.debug("initialize", clientID="conformance", adapterID=KERNEL, linesStartAt1=True, columnsStartAt1=True)
        self.debug("attach")
        self.addCleanup(self.debug, "disconnect", restart=False, terminateDebuggee=False)

    def test_is_announced(self):
        spec = self.kernel.manager.kernel_spec
        self.assertTrue(spec.metadata.get("debugger"))
        self.assertIn("debugger", self.front.ask("kernel_info_request").reply["supported_features"])

    def test_names_a_cell_by_the_hash_of_its_text(self):
        info = self.debug("debugInfo")["body"]
        self.assertEqual(info["hashMethod"], "Murmur2")
        for cell in ["", "a", "ab", "abc", "abcd", "x = '\u00e4\U0001f600'\n"]:
            path = self.debug("dumpCell", code=cell)["body"]["sourcePath"]
            hashed = murmur2(cell, info["hashSeed"])
            self.assertEqual(path, f"{info['tmpFilePrefix']}{hashed}{info['tmpFileSuffix']}")

    def test_tells_whether_it_is_started_and_what_its_breakpoints_are(self):
        path = self.debug("dumpCell", code="1\n2")["body"]["sourcePath"]
        self.debug("setBreakpoints", source={"path": path}, breakpoints=[{"line": 2}])
        info = self.debug("debugInfo")["body"]
        self.assertTrue(info["isStarted"])
        self.assertEqual(info["stoppedThreads"], [])
        self.assertIn({"source": path, "breakpoints": [{"line": 2}]}, info["breakpoints"])

    def test_stops_a_cell_at_a_line_and_shows_its_variables_until_told_to_go_on(self):
        cell = code("const first = 20;\nconst second = first + 1;\nsecond * 2", "first = 20\nsecond = first + 1\nsecond * 2")
        msg_id, thread, frames = self.stopped_at(cell, 3)
        self.assertEqual(frames[0]["line"], 3)
        self.assertEqual(frames[0]["source"]["path"], self.debug("dumpCell", code=cell)["body"]["sourcePath"])
        scopes = self.debug("scopes", frameId=frames[0]["id"])["body"]["scopes"]
        variables = self.debug("variables", variablesReference=scopes[0]["variablesReference"])["body"]["variables"]
        self.assertEqual({"first": "20", "second": "21"}.items() - {v["name"]: v["value"] for v in variables}.items(), set())
        self.assertEqual(self.debug("evaluate", expression="first + 3", frameId=frames[0]["id"])["body"]["result"], "23")
        self.assertIsNone(self.front.reply_to(msg_id))
        self.debug("continue", threadId=thread)
        self.assertEqual(self.front.finish(msg_id).result, "42")

    def test_answers_other_requests_while_a_cell_is_stopped(self):
        msg_id, thread, _ = self.stopped_at(code("1;\n2;", "1\n2"), 2)
        reply = self.front.ask("kernel_info_request", channel="control").reply
        self.assertEqual(reply["status"], "ok")
        self.assertIn(thread, self.debug("debugInfo")["body"]["stoppedThreads"])
        self.debug("continue", threadId=thread)
        self.front.finish(msg_id)

    def test_steps_to_the_next_line(self):
        msg_id, thread, _ = self.stopped_at(code("let n = 1;\nn += 1;\nn += 1;", "n = 1\nn += 1\nn += 1"), 2)
        stops = len(self.events("stopped"))
        self.debug("next", threadId=thread)
        self.front.until(lambda: len(self.events("stopped")) > stops, "the next stop")
        self.assertEqual(self.debug("stackTrace", threadId=thread)["body"]["stackFrames"][0]["line"], 3)
        self.debug("continue", threadId=thread)
        self.front.finish(msg_id)

    def test_interrupted_ends_the_stopped_cell(self):
        msg_id, _, _ = self.stopped_at(code("let m = 1;\nm = 2;"), 2)
        self.kernel.manager.interrupt_kernel()
        self.assertEqual(self.front.finish(msg_id).reply["ename"], "Interrupted")
        self.assertEqual(self.front.run("m = 5; m").result, "5")


class DebuggerThatStarts(DebuggerTestCase):
    def test_not_yet_shows_the_variables_of_cells(self):
        self.front.run("const shown = 12;", "shown = 12")
        variables = self.debug("inspectVariables")["body"]["variables"]
        self.assertIn(("shown", "12"), [(v["name"], v["value"]) for v in variables])

    def test_and_stops_lets_the_cell_go_on(self):
        self.debug("initialize", clientID="conformance", adapterID=KERNEL)
        self.debug("attach")
        msg_id, _, _ = self.stopped_at(code("1;\n2", "1\n2"), 2)
        self.debug("disconnect", restart=False, terminateDebuggee=False)
        self.assertEqual(self.front.finish(msg_id).result, "2")
