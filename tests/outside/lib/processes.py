"""Starts programs, gives them ports, and ends those that are still running when the script does.

A script ends its programs itself, in the order that suits them. What it could not end (it was interrupted, or a start
failed half-way) is killed at its exit. On Linux the script also becomes the parent of programs whose own parent is gone
(as those of Postfix), so that `left_behind` finds them.
"""

import atexit
import contextlib
import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
_started = []
# Ports that the script has been given.
_given = set()


def start(command, **options):
    """A program that runs until it is ended; at the latest when the script is."""
    process = subprocess.Popen([str(part) for part in command], **options)
    _started.append(process)
    return process


def run(command, seconds=300, good=(0,), **options):
    """A program that is run to its end; fails where its exit code is none of `good` (`None`: any is)."""
    command = [str(part) for part in command]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=seconds, **options)
    if good is not None and ran.returncode not in good:
        said = (ran.stdout + ran.stderr)[-3000:]
        what = f"exit code of {' '.join(command[:3])}"
        raise AssertionError(f"{what}: expected {good}, there was {ran.returncode}: {said}")
    return ran


def free_port():
    """A port on which nobody listens, and which nobody is given before it is used.

    It is not one of those that the system gives to outgoing connections, since a script may use it only minutes later.
    Scripts that run at the same time name ranges of their own: `PORTS` is the first of 5,000.
    """
    first = int(os.environ.get("PORTS", "20000"))
    for _ in range(1_000):
        port = random.randrange(first, first + 5_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port
    raise AssertionError(f"a free port from {first} on: expected one, there is none")


def end_with_the_script():
    """Whatever ends the script ends its programs: SIGTERM is made to run every `finally`, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    atexit.register(_kill_all)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def left_behind(seconds=20):
    """The child processes that are still there after a time, as (id, command); nothing may be waiting for one."""
    deadline = time.monotonic() + seconds
    while (found := _children()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _children():
    # What has ended is a child until somebody asks for its exit code.
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    found = []
    for path in Path("/proc/self/task").glob("*/children"):
        for number in path.read_text().split():
            with contextlib.suppress(OSError):
                command = Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found.append((int(number), command.strip()))
    return found


def _kill_all():
    for process in _started:
        if process.poll() is None:
            process.kill()
            process.wait()
    for number, _ in _children():
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
