"""The wire: transports, signatures, replays, subscriptions; spoken with sockets of our own where a client would not."""

import contextlib
import json
import os
import socket
import stat
import subprocess
import sys
import tempfile
import unittest
import uuid
from pathlib import Path

import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.session import Session
from kernels import KERNEL, PATIENCE, KernelTestCase, code


@contextlib.contextmanager
def started(connection):
    """The kernel process for a connection file that is already written."""
    spec = KernelSpecManager().get_kernel_spec(KERNEL)
    command = [part.replace("{connection_file}", connection) for part in spec.argv]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


class Peer:
    """A DEALER that may sign with any key, or not at all."""

    def __init__(self, info, key):
        self.session = Session(key=key)
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.sndhwm = self.socket.rcvhwm = 0  # a kernel that takes nothing must not hang the test
        separator = ":" if info["transport"] == "tcp" else "-"
        self.socket.connect(f"{info['transport']}://{info['ip']}{separator}{info['shell_port']}")

    def request(self, msg_type="kernel_info_request", content=None):
        return self.session.msg(msg_type, content or {})

    def reply(self, seconds=PATIENCE):
        """The next message, None if there is none within some seconds."""
        if not self.socket.poll(seconds * 1000):
            return None
        _, message = self.session.feed_identities(self.socket.recv_multipart())
        return self.session.deserialize(message)


class Transport(KernelTestCase):
    def test_ipc_serves_as_tcp_does(self):
        with tempfile.TemporaryDirectory() as folder:
            kernel = self.new_kernel(transport="ipc", ip=str(Path(folder, "kernel")))
            self.assertEqual(kernel.front.run("1 + 1", "1 + 1").result, "2")

    def test_ipc_sockets_are_files_of_their_user_alone(self):
        code("")
        with tempfile.TemporaryDirectory() as folder:
            self.new_kernel(transport="ipc", ip=str(Path(folder, "kernel")))
            modes = [stat.S_IMODE(path.stat().st_mode) for path in Path(folder).glob("kernel-*")]
            self.assertEqual(modes, [0o600] * 5)

    @unittest.skipUnless(sys.platform == "linux", "elsewhere this machine has one loopback address only")
    def test_tcp_binds_to_the_address_of_the_connection_file_and_to_no_other(self):
        with tempfile.TemporaryDirectory() as folder:
            file, info = write_connection_file(str(Path(folder, "c.json")), ip="127.0.0.2", key=b"secret")
            with started(file):
                peer = Peer(info, b"secret")
                self.addCleanup(peer.socket.close)
                peer.session.send(peer.socket, peer.request())
                self.assertIsNotNone(peer.reply())
                for port in [info[f"{name}_port"] for name in ["shell", "iopub", "stdin", "control", "hb"]]:
                    self.assertTrue(listens("127.0.0.2", port))
                    self.assertFalse(listens("127.0.0.1", port))


def listens(ip, port):
    with socket.socket() as probe:
        return probe.connect_ex((ip, port)) == 0


class Signatures(KernelTestCase):
    def setUp(self):
        info = self.kernel.manager.get_connection_info()
        self.honest = Peer(info, info["key"])
        self.addCleanup(self.honest.socket.close)
        self.info = info

    def test_are_on_every_message_of_the_kernel(self):
        self.honest.session.send(self.honest.socket, self.honest.request())
        reply = self.honest.reply()  # jupyter_client refuses a wrong or repeated one by itself
        self.assertEqual(reply["content"]["status"], "ok")

    def test_with_another_key_get_no_answer(self):
        liar = Peer(self.info, b"another key")
        self.addCleanup(liar.socket.close)
        liar.session.send(liar.socket, liar.request())
        liar.socket.send_multipart([b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b"{}"])
        self.honest.session.send(self.honest.socket, self.honest.request())
        self.assertIsNotNone(self.honest.reply())
        self.assertIsNone(liar.reply(seconds=0.5))

    def test_that_were_used_before_get_no_answer(self):
        frames = self.honest.session.serialize(self.honest.request())
        self.honest.socket.send_multipart(frames)
        self.assertIsNotNone(self.honest.reply())
        self.honest.socket.send_multipart(frames)
        after = self.honest.request("comm_info_request")
        self.honest.session.send(self.honest.socket, after)
        self.assertEqual(self.honest.reply()["parent_header"]["msg_id"], after["header"]["msg_id"])

    def test_that_are_wrong_a_thousand_times_do_not_block_a_kernel_whose_stderr_nobody_reads(self):
        with tempfile.TemporaryDirectory() as folder:
            file, info = write_connection_file(str(Path(folder, "c.json")), key=b"secret")
            with started(file):
                liar, honest = Peer(info, b"another key"), Peer(info, b"secret")
                for peer in [liar, honest]:
                    self.addCleanup(peer.socket.close)
                for _ in range(2000):
                    liar.session.send(liar.socket, liar.request("x" * 100 + "_request"))
                    honest.session.send(honest.socket, honest.request())
                for _ in range(2000):
                    self.assertIsNotNone(honest.reply())

    def test_are_not_asked_for_with_an_empty_key(self):
        with tempfile.TemporaryDirectory() as folder:
            file, info = write_connection_file(str(Path(folder, "c.json")), key=b"")
            with started(file):
                peer = Peer(info, b"")
                self.addCleanup(peer.socket.close)
                peer.session.send(peer.socket, peer.request())
                self.assertEqual(peer.reply()["content"]["status"], "ok")


class Subscriptions(KernelTestCase):
    def test_are_welcomed_with_their_topic(self):
        code("")
        listener = zmq.Context.instance().socket(zmq.SUB)
        self.addCleanup(listener.close, 0)
        listener.connect(self.front.client._make_url("iopub"))
        topic = str(uuid.uuid4()).encode()
        listener.subscribe(topic)
        self.assertTrue(listener.poll(PATIENCE * 1000), "nobody welcomes")
        frames = listener.recv_multipart()
        self.assertEqual(frames[0], topic)
        session = self.front.client.session
        _, message = session.feed_identities(frames)
        welcome = session.deserialize(message)
        self.assertEqual(welcome["msg_type"], "iopub_welcome")
        self.assertEqual(welcome["content"], {"subscription": topic.decode()})


class TheConnectionFile(KernelTestCase):
    def test_that_lacks_a_field_ends_the_kernel_with_its_name(self):
        code("")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "c.json")
            file.write_text('{"transport": "tcp", "ip": "127.0.0.1"}')
            with started(str(file)) as process:
                self.assertNotEqual(process.wait(timeout=PATIENCE), 0)
                self.assertIn(b"shell_port", process.stderr.read())

    def test_that_others_may_read_is_warned_of(self):
        code("")
        with tempfile.TemporaryDirectory() as folder:
            file, info = write_connection_file(str(Path(folder, "c.json")), key=b"known to all")
            self.assertEqual(stat.S_IMODE(os.stat(file).st_mode) & 0o077, 0)
            os.chmod(file, 0o644)
            with started(file) as process:
                peer = Peer(info, b"known to all")
                self.addCleanup(peer.socket.close)
                peer.session.send(peer.socket, peer.request())
                self.assertIsNotNone(peer.reply())
                process.kill()
                self.assertIn(b"chmod 600", process.stderr.read())

    def test_without_a_key_for_an_address_others_can_reach_is_refused(self):
        code("")
        for ip in ["0.0.0.0", "*"]:
            with self.subTest(ip), tempfile.TemporaryDirectory() as folder:
                file, info = write_connection_file(str(Path(folder, "c.json")), key=b"")
                Path(file).write_text(json.dumps({**info, "ip": ip, "key": "", "signature_scheme": "hmac-sha256"}))
                with started(file) as process:
                    self.assertEqual(process.wait(timeout=PATIENCE), 2)
                    self.assertIn(b'"key"', process.stderr.read())
