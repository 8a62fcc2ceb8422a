"""Requests beside execution: what is answered, on which channel, between which states, with which fields."""

from datetime import datetime

from kernels import KERNEL, KernelTestCase, code

#: Every request that changes nothing, with a content that is right.
HARMLESS = {
    "kernel_info_request": {},
    "connect_request": {},
    "comm_info_request": {},
    "history_request": {"output": False, "raw": True, "hist_access_type": "tail", "n": 1},
    "is_complete_request": {"code": "1"},
    "complete_request": {"code": "1", "cursor_pos": 1},
    "inspect_request": {"code": "1", "cursor_pos": 1, "detail_level": 0},
}


class EveryRequest(KernelTestCase):
    def test_is_answered_between_busy_and_idle_under_its_own_header(self):
        for msg_type, content in HARMLESS.items():
            with self.subTest(msg_type):
                ran = self.front.ask(msg_type, content)
                self.assertEqual(ran.reply_message["msg_type"], msg_type.replace("_request", "_reply"))
                self.assertEqual(ran.types, ["busy", "idle"])
                if msg_type != "connect_request" or KERNEL == "stridelab":  # ipykernel's has no status
                    self.assertIn(ran.reply["status"], ["ok", "complete"])

    def test_repeats_the_headers_of_the_request_as_its_parent(self):
        ran = self.front.ask("kernel_info_request")
        parents = [m["parent_header"] for m in [ran.reply_message, *ran.published]]
        for parent in parents:
            self.assertEqual(parent["msg_id"], ran.msg_id)
            self.assertEqual(parent["session"], self.front.client.session.session)
            self.assertEqual(parent["msg_type"], "kernel_info_request")
            self.assertEqual(parent["username"], self.front.client.session.username)

    def test_has_headers_with_one_session_an_id_of_their_own_a_version_and_a_date_with_a_time_zone(self):
        ran = self.front.ask("kernel_info_request")
        headers = [m["header"] for m in [ran.reply_message, *ran.published]]
        self.assertEqual(len({h["session"] for h in headers}), 1)
        self.assertEqual(len({h["msg_id"] for h in headers}), len(headers))
        for header in headers:
            self.assertGreaterEqual([int(part) for part in header["version"].split(".")], [5, 3])
            self.assertIsInstance(header["date"], datetime)
            self.assertIsNotNone(header["date"].tzinfo)
            self.assertIsInstance(header["username"], str)

    def test_is_answered_on_the_control_channel_too(self):
        control = self.front.ask("kernel_info_request", channel="control")
        shell = self.front.ask("kernel_info_request")
        same = ["protocol_version", "implementation", "language_info", "supported_features"]
        self.assertEqual([control.reply[field] for field in same], [shell.reply[field] for field in same])

    def test_of_unknown_type_gets_an_error_that_names_it(self):
        code("")
        ran = self.front.ask("make_coffee_request", {"sugar": 2})
        self.assertEqual(ran.reply_message["msg_type"], "make_coffee_reply")
        self.assertEqual(ran.reply["status"], "error")
        self.assertIn("make_coffee_request", ran.reply["evalue"])

    def test_of_wrong_content_gets_an_error_and_the_next_one_its_answer(self):
        code("")
        wrong = {
            "execute_request": [{}, {"code": 5}, {"code": None}, {"code": ["1"]}],
            "complete_request": [{}, {"code": 5, "cursor_pos": 0}],
            "inspect_request": [{}, {"code": {}, "cursor_pos": 0}],
            "is_complete_request": [{}, {"code": 1.5}],
            "history_request": [{"hist_access_type": "nonsense"}],
        }
        for msg_type, contents in wrong.items():
            for content in contents:
                with self.subTest(msg_type, content=content):
                    ran = self.front.ask(msg_type, content)
                    self.assertEqual(ran.reply["status"], "error")
                    self.assertTrue(ran.reply["ename"])
                    self.assertTrue(ran.reply["evalue"])
                    self.assertIsInstance(ran.reply["traceback"], list)
        self.assertEqual(self.front.ask("is_complete_request", {"code": "1"}).reply["status"], "complete")


class KernelInfo(KernelTestCase):
    def test_says_who_answers_and_how_its_language_is_written(self):
        info = self.front.ask("kernel_info_request").reply
        self.assertRegex(info["protocol_version"], r"^5\.\d+$")
        for field in ["implementation", "implementation_version", "banner"]:
            self.assertTrue(info[field])
        language = info["language_info"]
        self.assertEqual(language["name"], code("typescript", "python"))
        self.assertEqual(language["file_extension"], code(".ts", ".py"))
        self.assertEqual(language["mimetype"], code("text/typescript", "text/x-python"))
        self.assertTrue(language["version"])
        self.assertIsInstance(info["help_links"], list)
        for link in info["help_links"]:
            self.assertEqual(set(link), {"text", "url"})

    def test_is_protocol_5_5_with_a_list_of_optional_features_that_are_known(self):
        code("")
        info = self.front.ask("kernel_info_request").reply
        self.assertEqual(info["protocol_version"], "5.5")
        self.assertLessEqual(set(info["supported_features"]), {"debugger", "kernel subshells"})

    def test_connect_names_the_ports_of_the_connection_file(self):
        reply = self.front.ask("connect_request").reply
        manager = self.kernel.manager
        expected = {f"{name}_port": getattr(manager, f"{name}_port") for name in ["shell", "iopub", "stdin", "hb"]}
        self.assertEqual({name: reply.get(name) for name in expected}, expected)


class Completeness(KernelTestCase):
    def status(self, ts, py=None):
        return self.front.ask("is_complete_request", {"code": code(ts, py)}).reply

    def test_of_a_whole_statement_is_complete(self):
        for ts, py in [("1 + 1", "1 + 1"), ("const a = [1, 2];", "a = [1, 2]")]:
            self.assertEqual(self.status(ts, py)["status"], "complete")

    def test_of_an_open_bracket_is_incomplete_with_an_indent(self):
        for ts, py in [("function f() {", "def f():"), ("const a = [1,", "a = [1,"), ("`one line", "'''one line")]:
            reply = self.status(ts, py)
            self.assertEqual(reply["status"], "incomplete")
            self.assertIsInstance(reply["indent"], str)
            self.assertEqual(reply["indent"].strip(), "")

    def test_of_what_no_further_line_can_mend_is_invalid(self):
        self.assertEqual(self.status("const = = 3;", "a = = 3\n")["status"], "invalid")


class Completion(KernelTestCase):
    def complete(self, text, cursor=None):
        return self.front.ask("complete_request", {"code": text, "cursor_pos": len(text) if cursor is None else cursor}).reply

    def test_of_a_member_replaces_the_word_before_the_cursor(self):
        self.front.run("", "import math")
        text = code("Math.hyp", "math.hyp")
        reply = self.complete(text)
        matches = [text[: reply["cursor_start"]] + m for m in reply["matches"]]
        self.assertIn(code("Math.hypot", "math.hypot"), matches)
        self.assertEqual(reply["cursor_end"], len(text))
        self.assertEqual(reply["metadata"].__class__, dict)

    def test_counts_the_cursor_in_code_points_behind_characters_outside_the_basic_plane(self):
        text = code("'😀𝒳' + enco", "'😀𝒳' + isin")
        reply = self.complete(text)
        self.assertEqual(text[reply["cursor_start"] : reply["cursor_end"]], code("enco", "isin"))
        self.assertTrue(any(m.startswith(code("encodeURI", "isinstance")) for m in reply["matches"]))

    def test_in_the_middle_of_code_leaves_what_follows_alone(self):
        text = code("const 𝒳 = Math.hyp; 'the rest'", "import math; x = math.hyp; 'the rest'")
        cursor = text.index("hyp") + 3
        reply = self.complete(text, cursor)
        self.assertLessEqual(reply["cursor_start"], cursor - 3)
        self.assertEqual(reply["cursor_end"], cursor)

    def test_with_a_cursor_out_of_range_is_answered(self):
        code("")
        for cursor in [-1, 10**6, 1.5, 2**53]:
            self.assertEqual(self.complete("Math.", cursor)["status"], "ok", cursor)

    def test_knows_the_names_of_earlier_cells(self):
        self.front.run("const somethingLong = 1;", "somethingLong = 1")
        self.assertIn("somethingLong", self.complete("somethingLo")["matches"])

    def test_where_nothing_fits_has_no_matches(self):
        self.assertEqual(self.complete("zzzzqqqq")["matches"], [])


class Inspection(KernelTestCase):
    def inspect(self, text, cursor=None, detail=0):
        content = {"code": text, "cursor_pos": len(text) if cursor is None else cursor, "detail_level": detail}
        return self.front.ask("inspect_request", content).reply

    def test_of_a_known_name_has_a_text(self):
        for detail in [0, 1]:
            reply = self.inspect(code("parseFloat", "print"), detail=detail)
            self.assertTrue(reply["found"])
            self.assertTrue(reply["data"]["text/plain"])
            self.assertEqual(reply["metadata"], {})

    def test_of_nothing_is_ok_and_not_found(self):
        reply = self.inspect("   ")
        self.assertEqual((reply["status"], reply["found"], reply["data"]), ("ok", False, {}))

    def test_counts_the_cursor_in_code_points(self):
        text = code("'😀😀😀'; parseFloat", "'😀😀😀'; print")
        self.assertIn(code("parseFloat", "print"), self.inspect(text, text.index(";") + 5)["data"]["text/plain"])

    def test_knows_the_types_of_earlier_cells(self):
        self.front.run("const inspected = { side: 3 };", "inspected = 3")
        self.assertIn(code("side", "int"), self.inspect("inspected")["data"]["text/plain"])
