"""Steps, the checks in them, and the count of steps that passed and failed.

A step is what is counted: a line in the output, "ok" or "FAIL". A check inside it raises where something is other than
expected, and its message says what was expected and what was there. A failed step does not end the script.
"""

import contextlib
import time
import traceback
from pathlib import Path

# Seconds to wait for anything that should happen at once.
PATIENCE = 20
LIBRARY = Path(__file__).resolve().parent


class Report:
    """Prints a line for each step and counts."""

    def __init__(self):
        self.passed = self.failed = 0

    @contextlib.contextmanager
    def step(self, what):
        started = time.monotonic()
        try:
            yield
        except Exception as error:  # whatever goes wrong is this step's failure, and the next one is played
            self.fail(what, f"{type(error).__name__} ({place(error)}): {error}")
        else:
            self.passed += 1
            print(f"ok   {what} ({(time.monotonic() - started) * 1000:.0f} ms)", flush=True)

    def fail(self, what, why):
        self.failed += 1
        print(f"FAIL {what}\n     {why}", flush=True)

    def end(self):
        """Prints the count; returns the exit status of the script."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed else 0


def place(error):
    """File and line of the script where it failed: neither the library's, nor those of other programs."""
    frames = [(Path(frame.filename).resolve(), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    own = [(path, line) for path, line in frames if LIBRARY.parent in path.parents and LIBRARY not in path.parents]
    path, line = (own or frames)[-1]
    return f"{path.relative_to(LIBRARY.parent) if own else path.name}:{line}"


def shown(value, longest=600):
    """A value for a message: its end is left out where it is long."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def check(condition, why):
    """`why` says what was expected and what was there."""
    if not condition:
        raise AssertionError(why)


def equal(got, expected, what):
    check(got == expected, f"{what}: expected {expected!r}, there was {got!r}")


def contains(whole, part, what):
    """`part` is in a text, bytes, a list or a set."""
    check(part in whole, f"{what}: expected {part!r} in it, there was {shown(whole)}")


def lacks(whole, part, what):
    check(part not in whole, f"{what}: expected it without {part!r}, there was {shown(whole)}")


def includes(whole, parts, what):
    """All of these are among the values."""
    missing = set(parts) - set(whole)
    check(not missing, f"{what}: expected {sorted(missing)} among them, there was {shown(sorted(whole))}")


def eventually(look, what, seconds=PATIENCE, seen=None):
    """What `look` returns as soon as that is something; after a time it fails, with what `seen` returns."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() >= deadline:
            raise AssertionError(f"{what}: expected within {seconds} s, there was {shown(seen() if seen else found)}")
        time.sleep(0.05)
    return found
