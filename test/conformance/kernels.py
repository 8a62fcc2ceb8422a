"""A kernel and its front ends, spoken to through jupyter_client: what the tests of this folder are written with."""

import os
import time
import unittest

import zmq
from jupyter_client import BlockingKernelClient, KernelManager

#: Which kernel answers: ours, or `python3`, to see that an expectation is what a kernel of others does as well.
KERNEL = os.environ.get("CONFORMANCE_KERNEL", "stridelab")

#: Seconds until an answer is given up. Nothing here is about speed, so a loaded machine has all the time it needs.
PATIENCE = float(os.environ.get("CONFORMANCE_PATIENCE", "180"))


def code(ts, py=None):
    """The cell in the language of the kernel under test. A claim with no Python form is skipped under ipykernel."""
    if KERNEL == "stridelab":
        return ts
    if py is None:
        raise unittest.SkipTest(f"has no form for {KERNEL}")
    return py


class Ran:
    """What came of one request: the reply, and everything that was published under it up to idle."""

    def __init__(self, msg_id, reply, published):
        self.msg_id = msg_id
        self.reply = reply["content"]
        self.reply_message = reply
        self.published = published

    @property
    def types(self):
        """E.g. `["busy", "execute_input", "stream", "idle"]`."""
        return [m["content"].get("execution_state", m["msg_type"]) for m in self.published]

    def contents(self, msg_type):
        return [m["content"] for m in self.published if m["msg_type"] == msg_type]

    def text(self, name="stdout"):
        return "".join(c["text"] for c in self.contents("stream") if c["name"] == name)

    @property
    def result(self):
        """The last value as text, None if none was shown."""
        results = self.contents("execute_result")
        return results[0]["data"]["text/plain"] if results else None

    @property
    def error(self):
        errors = self.contents("error")
        return errors[0] if errors else None


class FrontEnd:
    """One client of a kernel. It keeps every message it hears; tests wait until it has heard what they look for."""

    def __init__(self, client):
        self.client = client
        client.start_channels(hb=False)
        client.wait_for_ready(timeout=PATIENCE)
        self.replies, self.published, self.input_requests = [], [], []
        self._heard = {
            client.shell_channel.socket: self.replies,
            client.control_channel.socket: self.replies,
            client.iopub_channel.socket: self.published,
            client.stdin_channel.socket: self.input_requests,
        }
        self._poller = zmq.Poller()
        for socket in self._heard:
            self._poller.register(socket, zmq.POLLIN)

    def send(self, msg_type, content=None, channel="shell", buffers=None, metadata=None, subshell=None):
        """Sends a message as it is, right or wrong. Gives its msg_id."""
        message = self.client.session.msg(msg_type, content or {}, metadata=metadata)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        socket = getattr(self.client, f"{channel}_channel").socket
        self.client.session.send(socket, message, buffers=buffers)
        return message["header"]["msg_id"]

    def execute(self, ts, py=None, subshell=None, **options):
        """Sends a cell and does not wait. Options are fields of execute_request. Gives its msg_id."""
        content = {
            "code": code(ts, py),
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        return self.send("execute_request", {**content, **options}, subshell=subshell)

    def run(self, ts, py=None, **options):
        """Runs a cell to its reply and its idle."""
        return self.finish(self.execute(ts, py, **options))

    def ask(self, msg_type, content=None, channel="shell"):
        """Sends any other request and waits for its reply and its idle."""
        return self.finish(self.send(msg_type, content, channel))

    def finish(self, msg_id):
        self.until(lambda: self.reply_to(msg_id) and self.is_idle(msg_id), f"reply and idle of {msg_id}")
        return Ran(msg_id, self.reply_to(msg_id), self.under(msg_id))

    def reply_to(self, msg_id):
        return next((m for m in self.replies if m["parent_header"].get("msg_id") == msg_id), None)

    def under(self, msg_id, msg_type=None):
        """What was published under a request so far."""
        mine = [m for m in self.published if m["parent_header"].get("msg_id") == msg_id]
        return mine if msg_type is None else [m for m in mine if m["msg_type"] == msg_type]

    def text_under(self, msg_id, name="stdout"):
        streams = (m["content"] for m in self.under(msg_id, "stream"))
        return "".join(c["text"] for c in streams if c["name"] == name)

    def is_idle(self, msg_id):
        return any(m["content"]["execution_state"] == "idle" for m in self.under(msg_id, "status"))

    def until(self, condition, what="a condition", patience=None):
        """Reads messages until `condition()` gives something true, and gives that."""
        deadline = time.monotonic() + (patience or PATIENCE)
        while not (found := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {what}; heard last: {self.last()}")
            self.hear(0.2)
        return found

    def last(self):
        return [(m["msg_type"], m["content"], m["parent_header"].get("msg_id")) for m in self.published[-5:]]

    def hear(self, seconds):
        """Takes in what arrives within some seconds; returns early once something did."""
        for socket, _ in self._poller.poll(seconds * 1000):
            while True:
                identities, message = self.client.session.recv(socket, mode=zmq.NOBLOCK)
                if message is None:
                    break
                message["topic"] = identities
                self._heard[socket].append(message)

    def answer_input(self, value):
        """Waits until the kernel asks for input and answers it. Gives the content of the question."""
        request = self.until(lambda: self.input_requests and self.input_requests.pop(0), "input_request")
        reply = self.client.session.msg("input_reply", {"value": value}, parent=request)
        self.client.session.send(self.client.stdin_channel.socket, reply)
        return request

    def close(self):
        self.client.stop_channels()


class Kernel:
    """A kernel process, and its first front end."""

    def __init__(self, env=None, **options):
        self.manager = KernelManager(kernel_name=KERNEL, **options)
        self.manager.start_kernel(env={**os.environ, **(env or {})})
        self.front = self.new_front_end()

    def new_front_end(self):
        """With an identity of its own: two that `manager.client()` made would share one, and so each other's replies."""
        client = BlockingKernelClient()
        client.load_connection_info(self.manager.get_connection_info())
        return FrontEnd(client)

    @property
    def process(self):
        return self.manager.provisioner.process

    def exit_code(self):
        """Waits for the process to end by itself; negative if a signal ended it."""
        return self.process.wait(timeout=PATIENCE)

    def stop(self):
        self.front.close()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


class KernelTestCase(unittest.TestCase):
    """Tests that share one kernel, for claims that leave it as it was."""

    kernel: Kernel

    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel()
        cls.addClassCleanup(cls.kernel.stop)

    @property
    def front(self):
        return self.kernel.front

    def assert_alive(self, front=None):
        self.assertEqual((front or self.front).run("1 + 1").result if KERNEL == "stridelab" else "2", "2")

    def new_kernel(self, **options):
        """A kernel of this test's own, for claims that end it."""
        kernel = Kernel(**options)
        self.addCleanup(kernel.stop)
        return kernel
