"""Comms: opened from either end, spoken over while a cell awaits, with bytes, and closed by either end."""

import itertools

from kernels import KernelTestCase, code

#: A target in each language that sends back what it is sent, data, metadata and bytes alike.
ECHO = (
    "import { comms } from 'stridelab/notebook';\n"
    "comms.register('echo', (comm, opening) => {\n"
    "  comm.send({ opened: opening.data });\n"
    "  comm.onMessage((m) => comm.send({ heard: m.data }, { metadata: m.metadata, buffers: m.buffers }));\n"
    "});",
    "def target(comm, opening):\n"
    "    comm.send({'opened': opening['content']['data']})\n"
    "    @comm.on_msg\n"
    "    def heard(m): comm.send({'heard': m['content']['data']}, metadata=m['metadata'], buffers=m['buffers'])\n"
    "get_ipython().kernel.comm_manager.register_target('echo', target)",
)


class AComm(KernelTestCase):
    _numbers = itertools.count()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kernel.front.run(*ECHO)

    def open(self, target="echo", data=None):
        comm_id = f"comm-{next(self._numbers)}"
        asked = self.front.send("comm_open", {"comm_id": comm_id, "target_name": target, "data": data or {}})
        self.front.until(lambda: self.front.is_idle(asked), "idle of comm_open")
        return comm_id, asked

    def tell(self, comm_id, data, **options):
        asked = self.front.send("comm_msg", {"comm_id": comm_id, "data": data}, **options)
        self.front.until(lambda: self.front.is_idle(asked), "idle of comm_msg")
        return asked

    def comms(self, **content):
        return self.front.ask("comm_info_request", content).reply["comms"]

    def test_for_an_unknown_target_is_closed_and_does_not_count_as_open(self):
        comm_id, asked = self.open("nobody")
        closed = self.front.under(asked, "comm_close")
        self.assertEqual([m["content"]["comm_id"] for m in closed], [comm_id])
        self.assertNotIn(comm_id, self.comms())

    def test_that_the_front_end_opens_reaches_its_target_with_its_data(self):
        comm_id, asked = self.open(data={"a": 1})
        message = self.front.under(asked, "comm_msg")[0]
        self.assertEqual(message["content"], {"comm_id": comm_id, "data": {"opened": {"a": 1}}})
        states = [m["content"]["execution_state"] for m in self.front.under(asked, "status")]
        self.assertEqual(states, ["busy", "idle"])

    def test_that_is_open_is_listed_under_its_target(self):
        comm_id, _ = self.open()
        self.assertEqual(self.comms()[comm_id], {"target_name": "echo"})
        self.assertIn(comm_id, self.comms(target_name="echo"))
        self.assertNotIn(comm_id, self.comms(target_name="another"))

    def test_carries_bytes_and_metadata_both_ways(self):
        comm_id, _ = self.open()
        buffers = [b"\x00\xff<IDS|MSG>\x80", b"", bytes(range(256)) * 1000]
        asked = self.tell(comm_id, {"n": [1, None, "é😀"]}, buffers=buffers, metadata={"version": "2"})
        answer = self.front.under(asked, "comm_msg")[0]
        self.assertEqual(answer["content"]["data"], {"heard": {"n": [1, None, "é😀"]}})
        self.assertEqual([bytes(b) for b in answer["buffers"]], buffers)
        self.assertEqual(answer["metadata"]["version"], "2")

    def test_that_the_front_end_closes_is_forgotten(self):
        comm_id, _ = self.open()
        asked = self.front.send("comm_close", {"comm_id": comm_id, "data": {}})
        self.front.until(lambda: self.front.is_idle(asked), "idle of comm_close")
        self.assertNotIn(comm_id, self.comms())

    def test_that_a_cell_opens_is_announced_with_its_target_and_its_data_and_closed_by_the_cell(self):
        ran = self.front.run(
            "const own = comms.open('in-the-front-end', { data: { x: 1 } }); own.send({ y: 2 }); own.close({ z: 3 });",
            "from ipykernel.comm import Comm\n"
            "own = Comm('in-the-front-end', data={'x': 1}); own.send({'y': 2}); own.close({'z': 3})",
        )
        contents = [m["content"] for m in ran.published if m["msg_type"].startswith("comm_")]
        self.assertEqual([c["data"] for c in contents], [{"x": 1}, {"y": 2}, {"z": 3}])
        self.assertEqual(contents[0]["target_name"], "in-the-front-end")
        self.assertEqual(len({c["comm_id"] for c in contents}), 1)
        self.assertNotIn(contents[0]["comm_id"], self.comms())

    def test_reaches_a_cell_that_awaits_it(self):
        asked = self.front.execute(
            "const asking = comms.open('asker'); const answer = await asking.next(); asking.close(); answer?.data.text"
        )
        opened = self.front.until(lambda: self.front.under(asked, "comm_open"), "comm_open")[0]
        self.assertIsNone(self.front.reply_to(asked))
        self.front.send("comm_msg", {"comm_id": opened["content"]["comm_id"], "data": {"text": "while it awaits"}})
        self.assertEqual(self.front.finish(asked).result, "'while it awaits'")

    def test_that_speaks_while_a_cell_computes_is_heard_after_it(self):
        comm_id, _ = self.open()
        asked = self.front.execute(
            "console.log('on'); { const end = Date.now() + 800; while (Date.now() < end); }",
            "import time\nprint('on', flush=True); time.sleep(0.8)",
        )
        self.front.until(lambda: self.front.text_under(asked), "the cell's first line")
        said = [self.front.send("comm_msg", {"comm_id": comm_id, "data": {"i": i}}) for i in range(10)]
        self.front.finish(asked)
        for i, msg_id in enumerate(said):
            self.front.until(lambda: self.front.is_idle(msg_id), "idle of comm_msg")
            self.assertEqual(self.front.under(msg_id, "comm_msg")[0]["content"]["data"], {"heard": {"i": i}})

    def test_whose_handler_throws_reports_it_under_the_message_and_stays_open(self):
        code("")
        self.front.run("comms.register('thrower', (c) => { c.onMessage(() => { throw new RangeError('in a handler'); }); });")
        comm_id, _ = self.open("thrower")
        for _ in range(2):
            asked = self.tell(comm_id, {})
            self.front.until(lambda: "in a handler" in self.front.text_under(asked, "stderr"), "the error's text")
        self.assertIn(comm_id, self.comms())
        self.assert_alive()

    def test_that_is_not_open_may_be_spoken_to_without_harm(self):
        for msg_type in ["comm_msg", "comm_close"]:
            self.front.send(msg_type, {"comm_id": "never opened", "data": {}})
        self.assertEqual(self.front.run("1 + 1", "1 + 1").result, "2")
