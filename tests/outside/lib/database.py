"""The databases of a test: SQLite in a file, or a PostgreSQL of its own in a temporary folder.

Both can be copied while nobody writes, and an act can change a copy behind the portal's back.
"""

import contextlib
import glob
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from pathlib import Path

from lib import processes
from lib.report import PATIENCE, check, eventually


class Sqlite:
    """SQLite in a file."""

    can_be_copied = True
    # What an intruder would take away first: the triggers that keep the audit log from being changed.
    UNGUARD = "DROP TRIGGER audit_entry_no_update; DROP TRIGGER audit_entry_no_delete;"
    UNGUARD += "DROP TRIGGER audit_seal_no_update; DROP TRIGGER audit_seal_no_delete;"

    def __init__(self, folder):
        self._folder, self.url = folder, f"sqlite:{folder / 'portal.sqlite3'}"

    def copy(self, name):
        """The URL of a copy; nobody may be writing."""
        path = self._folder / f"{name}.sqlite3"
        source, target = sqlite3.connect(self.url.removeprefix("sqlite:")), sqlite3.connect(path)
        with contextlib.closing(source), contextlib.closing(target):
            source.backup(target)
        return f"sqlite:{path}"

    def empty(self, name):
        """The URL of a database with nothing in it."""
        return f"sqlite:{self._folder / f'{name}.sqlite3'}"

    def execute(self, url, script):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:"))) as connection:
            connection.executescript(script)

    def refuses(self, url, script):
        """Whether a trigger or a constraint keeps the script from being run."""
        try:
            self.execute(url, script)
        except sqlite3.IntegrityError:
            return True
        return False


class Postgres:
    """A PostgreSQL of our own in a temporary folder, run by somebody who is not root."""

    can_be_copied = True
    UNGUARD = "ALTER TABLE audit_entry DISABLE TRIGGER USER; ALTER TABLE audit_seal DISABLE TRIGGER USER;"

    def __init__(self, folder):
        binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: float(path.split("/")[-2]))
        check(binaries, "/usr/lib/postgresql/*/bin: expected PostgreSQL, there is none (or give --database-url)")
        self._bin, self._folder, self._port = Path(binaries[-1]), folder, processes.free_port()
        self._as = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(folder, "nobody", "nogroup")
        self._data = folder / "data"
        self._here = ("-h", "127.0.0.1", "-p", str(self._port), "-U", "portal")
        self._make()
        command = [self._bin / "postgres", "-D", self._data, "-p", str(self._port), "-h", "127.0.0.1", "-k", folder, "-F"]
        log = (folder / "log").open("wb")
        self._process = processes.start(command, stdout=log, stderr=log, cwd=folder, **self._as)
        eventually(self._is_ready, "PostgreSQL", seen=lambda: (folder / "log").read_text()[-800:])
        self._fill()
        self.url = self._url("portal")

    def _make(self):
        self._run("initdb", "-D", self._data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--no-sync")

    def _fill(self):
        self._run("createdb", *self._here, "portal")

    @property
    def address(self):
        """Host and port."""
        return f"127.0.0.1:{self._port}"

    def _url(self, name):
        return f"postgres://portal@127.0.0.1:{self._port}/{name}"

    def copy(self, name):
        """The URL of a copy; nobody may be connected."""
        self._run("createdb", *self._here, "-T", "portal", name)
        return self._url(name)

    def empty(self, name):
        """As that of SQLite."""
        self._run("createdb", *self._here, name)
        return self._url(name)

    def execute(self, url, script):
        self._run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", script, url)

    def query(self, url, query):
        """The lines that a query answers, with its columns separated by |."""
        command = [self._bin / "psql", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", query, url]
        return processes.run(command, cwd=self._folder, **self._as).stdout.splitlines()

    def refuses(self, url, script):
        """As that of SQLite."""
        command = [self._bin / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", script, url]
        return processes.run(command, good=None, cwd=self._folder, **self._as).returncode != 0

    def hold(self, table, seconds):
        """A process that locks a table for so long."""
        held = f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({seconds}); COMMIT"
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": self._folder, **self._as}
        return processes.start([self._bin / "psql", "-q", "-c", held, self.url], **options)

    def _run(self, program, *arguments):
        processes.run([self._bin / program, *arguments], cwd=self._folder, **self._as)

    def _is_ready(self):
        command = [self._bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        return processes.run(command, good=None).returncode == 0

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(PATIENCE)

    def kill(self):
        """By SIGKILL; its processes end when they see that the first one is gone."""
        self._process.kill()
        self._process.wait(PATIENCE)


class Standby(Postgres):
    """A standby of another server, which follows it until it is promoted."""

    def __init__(self, folder, primary):
        self._primary = primary
        super().__init__(folder)

    def _make(self):
        _host, port = self._primary.address.split(":")
        source = ("-h", "127.0.0.1", "-p", port, "-U", "portal")
        self._run("pg_basebackup", *source, "-D", self._data, "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def _fill(self):
        """It has what the primary has."""

    def has_caught_up(self):
        """Whether all that the primary has written is here."""
        written = self._primary.query(self._primary.url, "SELECT pg_current_wal_lsn()")[0]
        return self.query(self.url, f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn") == ["t"]

    def promote(self):
        self._run("pg_ctl", "promote", "-D", self._data, "-w")


class ByUrl:
    """A database that is known by its URL alone: nobody can look behind the portal's back."""

    can_be_copied = False

    def __init__(self, url):
        self.url = url


@contextlib.contextmanager
def database(kind, folder, url=None):
    """The database to play on: "sqlite" or "postgres", or an empty one that somebody has a URL of."""
    if url:
        yield ByUrl(url)
    elif kind == "sqlite":
        yield Sqlite(folder)
    else:
        with tempfile.TemporaryDirectory(prefix="portal-postgres-", ignore_cleanup_errors=True) as home:
            server = Postgres(Path(home))
            try:
                yield server
            finally:
                server.stop()
