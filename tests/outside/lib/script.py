"""Command line, beginning and end of a script, which starts a portal, plays on it, ends all of it, and counts."""

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

from lib import processes
from lib.database import database
from lib.portal import Portal
from lib.relay import Relay
from lib.report import Report
from lib.stage import Stage


def parser(description):
    """The command line of every script: the first line of its docstring, and where the binary is."""
    made = argparse.ArgumentParser(description=description.splitlines()[0])
    made.add_argument("--portal", required=True, type=Path, help="path of the binary")
    return made


@contextlib.contextmanager
def folder(name):
    """A temporary folder for all that a script makes."""
    with tempfile.TemporaryDirectory(prefix=f"portal-{name}-", ignore_cleanup_errors=True) as path:
        yield Path(path)


@contextlib.contextmanager
def stage(report, binary, folder, kind="sqlite", url=None, relay=None, next_relay=None, settings=None):
    """A portal that is not yet started, with its database and a relay that is up; all of it is ended afterwards.

    `next_relay` is where the portal sends its mails if not to `relay` itself; whoever made it ends it.
    """
    relay = relay or Relay()
    with database(kind, folder, url) as known:
        portal = Portal(binary.resolve(), folder, known.url, next_relay or relay, **(settings or {}))
        try:
            relay.up()
            yield Stage(report, portal, relay, known)
        finally:
            portal.kill()
            relay.down()


def main(play):
    """Runs `play` with a report, then prints the count and ends; a process that is left behind is a failure."""
    processes.end_with_the_script()
    report = Report()
    with report.step("the story comes to its end"):
        play(report)
    left = processes.left_behind()
    if left:
        report.fail("no process is left behind", f"child processes: expected none, there were {left}")
    sys.exit(report.end())
