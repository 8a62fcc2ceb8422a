"""The end of a kernel: asked to, from within, by force; and the beginning of the next one."""

import os
import signal
import subprocess
import sys
import time

from kernels import KERNEL, PATIENCE, KernelTestCase, code


class Shutdown(KernelTestCase):
    def shut_down(self, kernel, restart=False):
        """Asks for the end. Gives the exit code of the process, once it has gone."""
        asked = kernel.front.send("shutdown_request", {"restart": restart}, channel="control")
        reply = kernel.front.until(lambda: kernel.front.reply_to(asked), "shutdown_reply")
        self.assertEqual(reply["content"], {"status": "ok", "restart": restart})
        return kernel.exit_code()

    def test_is_answered_announced_to_all_and_ends_the_process_with_0(self):
        for restart in [False, True]:
            kernel = self.new_kernel()
            self.assertEqual(self.shut_down(kernel, restart), 0)
            announced = lambda: [m for m in kernel.front.published if m["msg_type"] == "shutdown_reply"]  # noqa: E731
            kernel.front.until(announced, "shutdown_reply on iopub")
            self.assertEqual(announced()[0]["content"]["restart"], restart)

    def test_works_while_a_cell_computes(self):
        kernel = self.new_kernel()
        asked = kernel.front.execute("console.log('on'); while (true);", "print('on', flush=True)\nwhile True: pass")
        kernel.front.until(lambda: kernel.front.text_under(asked), "the cell's first line")
        if KERNEL == "stridelab":  # ipykernel is then killed by its manager
            self.shut_down(kernel)

    def test_works_while_a_cell_waits_in_a_native_call(self):
        code("")
        kernel = self.new_kernel()
        asked = kernel.front.execute(
            "import { execSync } from 'node:child_process';\nconsole.log('on'); execSync('sleep 600');"
        )
        kernel.front.until(lambda: kernel.front.text_under(asked), "the cell's first line")
        self.assertEqual(self.shut_down(kernel), -signal.SIGKILL)  # nothing can unwind it; the wait ends nevertheless


class Restart(KernelTestCase):
    def test_by_the_manager_forgets_values_and_counts_from_1(self):
        kernel = self.new_kernel()
        kernel.front.run("const before = 1;", "before = 1")
        kernel.front.close()
        kernel.manager.restart_kernel()
        kernel.front = kernel.new_front_end()
        ran = kernel.front.run("before", "before")
        self.assertEqual(ran.reply["status"], "error")
        self.assertEqual(ran.contents("execute_input")[0]["execution_count"], 1)

    def test_of_a_kernel_in_a_native_call_gives_one_that_answers(self):
        kernel = self.new_kernel()
        asked = kernel.front.execute(
            "import { execSync } from 'node:child_process';\nconsole.log('on'); execSync('sleep 600');",
            "import ctypes, time\nprint('on', flush=True); ctypes.CDLL(None).sleep(600)",
        )
        kernel.front.until(lambda: kernel.front.text_under(asked), "the cell's first line")
        kernel.front.close()
        kernel.manager.restart_kernel()
        kernel.front = kernel.new_front_end()
        self.assertEqual(kernel.front.run("1 + 1", "1 + 1").result, "2")


class Death(KernelTestCase):
    def test_by_a_signal_is_seen_by_the_manager(self):
        kernel = self.new_kernel()
        kernel.front.execute("process.kill(process.pid, 'SIGKILL')", "import os; os.kill(os.getpid(), 9)")
        self.assertEqual(kernel.exit_code(), -signal.SIGKILL)
        self.assertFalse(kernel.manager.is_alive())

    def test_follows_that_of_the_process_that_started_it(self):
        code("")
        starter = (
            "import sys, time\nfrom jupyter_client import KernelManager\n"
            f"manager = KernelManager(kernel_name={KERNEL!r}); manager.start_kernel()\n"
            "client = manager.client(); client.start_channels(); client.wait_for_ready()\n"
            "print(manager.provisioner.process.pid, flush=True); time.sleep(600)"
        )
        parent = subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True)
        self.addCleanup(parent.stdout.close)
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        deadline = time.monotonic() + PATIENCE
        while is_running(pid):
            self.assertLess(time.monotonic(), deadline, "the kernel outlived its front end")
            time.sleep(0.2)


def is_running(pid):
    """A process that ended but was not waited for, as in a container whose first process waits for nobody, is not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        pass
    try:
        os.kill(pid, 0)
        return sys.platform != "linux"
    except OSError:
        return False
