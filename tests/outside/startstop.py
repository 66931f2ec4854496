"""Starts and stops the portal at bad moments, as operators, balancers and orchestrators do.

It gives signals to a process that waits at its start, holds locks that a start waits for, drains, changes the
configuration under a running portal, takes its key away, and offers it a schema of the future. On PostgreSQL the
database also comes later than the portal, and two processes start at once behind PgBouncer in transaction mode, where a
PgBouncer of 1.21 or later is installed (Debian 12 has 1.18, which does not keep prepared statements apart; that part is
then left out).

    python startstop.py --portal ../../target/debug/portal --database sqlite
    python startstop.py --portal ../../target/debug/portal --database postgres

Needs aiosmtpd==1.4.6 and, for its half, PostgreSQL. Takes a minute. Prints a line a step; ends with "N passed, N
failed" and a non-zero status where one failed.
"""

import contextlib
import fcntl
import http.client
import os
import re
import shutil
import signal
import socket
import threading
import time
import urllib.parse

from lib import processes, script
from lib.act import Act
from lib.client import Client
from lib.database import Sqlite
from lib.portal import Portal
from lib.report import PATIENCE, check, contains, equal, eventually, lacks

# Whatever the portal is at, it ends within two seconds after the signal; the rest is for a machine that is busy.
AT_ONCE = 10
# The advisory lock of migrations (src/db/migrations.rs).
LOCK = 7_310
LATER = "20991231000001"


def look(portal, path):
    """Status, code and headers of an answer; none while nobody answers."""
    try:
        answer = Client(portal.port).send("GET", path)
    except (OSError, http.client.HTTPException):
        return None, None, {}
    code = answer.json.get("code") if answer.status >= 400 else None
    return answer.status, code, answer.headers


def is_starting(portal):
    return look(portal, "/health/live")[0] == 200 and look(portal, "/health/ready")[:2] == (503, "starting")


def is_ready(portal):
    return look(portal, "/health/ready")[0] == 200


class Forwarder:
    """A way to a server that is opened late."""

    def __init__(self, port):
        self.port, self._to = processes.free_port(), port

    def open(self):
        listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener):
        while True:
            near, _ = listener.accept()
            far = socket.create_connection(("127.0.0.1", self._to))
            for source, target in [(near, far), (far, near)]:
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


class StartStop(Act):
    def __init__(self, stage, folder):
        super().__init__(stage)
        self.portal, self.database, self.folder = stage.portal, stage.database, folder
        self.is_sqlite = isinstance(stage.database, Sqlite)

    def play(self):
        self.end_while_waiting()
        self.end_at_any_moment()
        self.drain()
        self.reload()
        self.lose_the_key()
        self.meet_a_newer_schema()
        if not self.is_sqlite:
            self.come_before_the_database()
            self.share_connections()

    def ends_at_once(self, number=signal.SIGTERM, good=(0,)):
        begun = time.monotonic()
        self.portal.signal(number)
        code = self.portal.ended()
        took = time.monotonic() - begun
        what = f"exit code after {number!r}: expected one of {good}, there was {code}: {self.portal.log()[-800:]}"
        check(code in good, what)
        check(took < AT_ONCE, f"the end after {number!r}: expected within {AT_ONCE} s, it took {took:.1f} s")

    @contextlib.contextmanager
    def obstacle(self):
        """What keeps every start from going on."""
        if self.is_sqlite:
            path = self.database.url.removeprefix("sqlite:") + ".preparing"
            with open(path, "w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
            return
        held = f"SELECT pg_advisory_lock({LOCK}), pg_sleep(600)"
        holder = processes.start([self.database._bin / "psql", "-q", "-c", held, self.database.url])
        locks = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {LOCK} AND granted"
        held = f"DO $$ BEGIN ASSERT ({locks}) = 1; END $$"
        eventually(lambda: not self.database.refuses(self.database.url, held), "the lock")
        try:
            yield
        finally:
            # The server notices that its client has gone only when it is told.
            ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            with contextlib.suppress(AssertionError):
                self.database.execute(self.database.url, ended)
            holder.kill()
            holder.wait()

    def end_while_waiting(self):
        with self.obstacle():
            for number in [signal.SIGTERM, signal.SIGINT]:
                with self.step(f"O11 a start that waits for a lock says that it lives, and {number.name} ends it at once"):
                    self.portal.launch()
                    eventually(lambda: is_starting(self.portal), "a portal that starts", seen=self.portal.log)
                    for harmless in [signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2]:
                        self.portal.signal(harmless)
                    time.sleep(0.2)
                    check(is_starting(self.portal), "expected a portal that starts after SIGHUP, SIGUSR1 and SIGUSR2")
                    self.ends_at_once(number)
            with self.step("O15 the log says every five seconds what a start waits for"):
                self.portal.launch()
                eventually(lambda: "the start is still in progress" in self.portal.log(), "a line of the log", seen=self.portal.log)
        with self.step("it goes on when the lock is free"):
            eventually(lambda: is_ready(self.portal), "a portal that is ready", seen=self.portal.log)
            self.ends_at_once()

    def end_at_any_moment(self):
        with self.step("O11 SIGTERM ends a start at any moment"):
            for tenths in [0, 0.5, 1, 2, 3, 4, 6]:
                self.portal.launch()
                time.sleep(tenths / 10)
                # Before its first instruction a process has no handler: then the signal itself ends it.
                self.ends_at_once(good=(0, -signal.SIGTERM))

    def drain(self):
        with self.step("O12 a portal that is to end says so at once, answers for a while, and closes its connections"):
            self.portal.start(PORTAL__SERVER__DRAIN_SECONDS="10")
            connection = http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=PATIENCE)
            connection.request("GET", "/health/live")
            kept = connection.getresponse()
            kept.read()
            equal(kept.headers["Connection"], None, "Connection before the signal")
            begun = time.monotonic()
            self.portal.signal(signal.SIGTERM)
            eventually(lambda: look(self.portal, "/health/ready")[:2] == (503, "draining"), "draining")
            connection.request("GET", "/api/v1/me")
            last = connection.getresponse()
            last.read()
            equal((last.status, last.headers["Connection"]), (401, "close"), "an answer on the old connection")
            served, told = 0, time.monotonic()
            while time.monotonic() - told < 2.5:
                equal(look(self.portal, "/health/live")[0], 200, "an answer while it drains")
                served += 1
            check(served > 5, f"expected many answers while it drains, there were {served}")
            equal(self.portal.ended(60), 0, "exit code")
            check(time.monotonic() - begun > 9.9, "expected that it waits ten seconds")
            equal(look(self.portal, "/health/live")[0], None, "an answer after the end")
        with self.step("a second signal skips the wait"):
            self.portal.start(PORTAL__SERVER__DRAIN_SECONDS="600")
            self.portal.signal(signal.SIGTERM)
            eventually(lambda: look(self.portal, "/health/ready")[1] == "draining", "draining")
            self.ends_at_once()
        with self.step("O12 where no terminal is attended, it drains for five seconds by itself"):
            self.portal.start(PORTAL__SERVER__DRAIN_SECONDS="-1")
            begun = time.monotonic()
            self.portal.signal(signal.SIGTERM)
            equal(self.portal.ended(), 0, "exit code")
            took = time.monotonic() - begun
            check(took > 4.9, f"the end: expected after five seconds, it took {took:.1f} s")

    def reload(self):
        profile = self.folder / "profile.toml"

        def write(filter, token, more=""):
            text = f'[log]\nfilter = "{filter}"\n[server]\nmetrics_token = "{token}"\n{more}'
            profile.write_text(text)

        def metrics(token):
            return Client(self.portal.port, token=token).send("GET", "/metrics").status

        with self.step("O13 SIGHUP changes the filter of the log and a token, and says what wants a restart"):
            write("info", "the first token")
            environment = self.portal._environment
            usual = environment.pop("PORTAL__LOG__FILTER")
            self.portal.start(PORTAL_CONFIG=str(profile))
            equal((metrics("the first token"), metrics("the second token")), (200, 401), "/metrics")
            write("warn", "the second token", "shutdown_seconds = 7\n")
            self.portal.signal(signal.SIGHUP)
            eventually(lambda: "want a restart" in self.portal.log(), "a line of the log", seen=self.portal.log)
            equal((metrics("the first token"), metrics("the second token")), (401, 200), "/metrics")
            lacks(self.portal.log().split("want a restart")[-1], " INFO ", "the log after that")
            for key in ["log.filter", "server.metrics_token", "server.shutdown_seconds"]:
                contains(self.portal.log().split("ready address=")[-1], key, "the log")
            lacks(self.portal.log(), "the second token", "the log")
        with self.step("O13 a faulty file changes nothing, and each fault is named"):
            write("warn", "the third token", "colour = 3\n[mail]\nconnections = 0\n")
            self.portal.signal(signal.SIGHUP)
            eventually(lambda: "nothing was changed" in self.portal.log(), "a line of the log", seen=self.portal.log)
            contains(self.portal.log(), "server.colour", "the log")
            equal((metrics("the second token"), metrics("the third token")), (200, 401), "/metrics")
            self.portal.terminate()
            environment["PORTAL__LOG__FILTER"] = usual

    def lose_the_key(self):
        with self.step("O19 without the key of its database the portal makes none, and says which file is missing"):
            key, away = self.folder / "master.key", self.folder / "away.key"
            key.rename(away)
            code, said = self.portal.run("serve")
            check(code not in (0, None), f"exit code: expected a failure, there was {code}")
            contains(said, f"{key}: the file is missing", "what it said")
            check(not key.exists(), "expected that no key was made")
            away.rename(key)
            self.portal.restart()
            self.portal.terminate()

    def meet_a_newer_schema(self):
        url = self.database.url

        def declare(oldest):
            script = f"DELETE FROM __schema_compatibility WHERE version = '{LATER}';"
            script += f"INSERT INTO __schema_compatibility (version, oldest) VALUES ('{LATER}', '{oldest}')"
            self.database.execute(url, script)

        with self.step("O14 a schema of the future is refused, by name, where it does not permit this program"):
            self.database.execute(url, f"INSERT INTO __diesel_schema_migrations (version) VALUES ('{LATER}')")
            for prepare in [lambda: None, lambda: declare("20991201000001")]:
                prepare()
                for command in [["serve"], ["migrate"], ["serve", "--no-migrate"], ["migrate", "--plan"]]:
                    code, said = self.portal.run(*command)
                    equal(code, 1, f"exit code of {command}")
                    contains(said, f"it is at {LATER}", "what it said")
                    check(re.search(r"knows 2026\d{10} at most", said), f"expected its own version, there was {said}")
        with self.step("O14 where it permits this program, it serves"):
            declare("20261201000310")
            self.portal.start()
            self.portal.terminate()
            script = f"DELETE FROM __schema_compatibility WHERE version = '{LATER}';"
            self.database.execute(url, script + f"DELETE FROM __diesel_schema_migrations WHERE version = '{LATER}'")
        with self.step("O15 where nothing is missing, --no-migrate serves"):
            self.portal.launch("--no-migrate")
            eventually(lambda: is_ready(self.portal), "a portal that is ready", seen=self.portal.log)
            self.portal.terminate()

    def come_before_the_database(self):
        parts = urllib.parse.urlsplit(self.database.url)
        way = Forwarder(parts.port)
        late = parts._replace(netloc=f"portal@127.0.0.1:{way.port}").geturl()
        with self.step("O18 a database that is away is waited for, and SIGTERM ends the wait at once"):
            self.portal.launch(PORTAL__DATABASE__URL=late)
            eventually(lambda: is_starting(self.portal), "a portal that starts", seen=self.portal.log)
            self.ends_at_once()
        with self.step("it serves when the database has come"):
            before = self.portal.log().count("the start waits for it")
            self.portal.launch(PORTAL__DATABASE__URL=late)
            is_told = lambda: "the start is still in progress" in self.portal.log().split("the start waits for it")[-1]  # noqa: E731
            eventually(is_told, "a line of the log", seen=self.portal.log)
            equal(self.portal.log().count("the start waits for it"), before + 1, "how often the log says it")
            way.open()
            eventually(lambda: is_ready(self.portal), "a portal that is ready", seen=self.portal.log)
            self.portal.terminate()
        with self.step("patience has an end"):
            parts = parts._replace(netloc=f"portal@127.0.0.1:{processes.free_port()}")
            begun = time.monotonic()
            settings = {"PORTAL__DATABASE__URL": parts.geturl(), "PORTAL__DATABASE__START_WAIT_SECONDS": "3"}
            code, said = self.portal.run("serve", **settings)
            equal(code, 1, "exit code")
            contains(said, "database_unreachable", "what it said")
            check(time.monotonic() - begun > 2.5, "expected that it waits three seconds")

    def share_connections(self):
        pooler = shutil.which("pgbouncer")
        version = processes.run([pooler, "--version"]).stdout.split()[1] if pooler else "0.0"
        if tuple(int(part) for part in version.split(".")[:2]) < (1, 21):
            print(f"left out: PgBouncer in transaction mode (wants 1.21, there is {version})", flush=True)
            return
        with self.step("O40 two processes start at once behind PgBouncer in transaction mode, and leave no lock behind"):
            with self.pooled(pooler) as url:
                other_folder = self.folder / "other"
                other_folder.mkdir()
                shutil.copy(self.folder / "master.key", other_folder / "master.key")
                other = Portal(self.portal.binary, other_folder, url, self.relay)
                self.portal.launch(PORTAL__DATABASE__URL=url)
                other.launch()
                for portal in [self.portal, other]:
                    eventually(lambda portal=portal: is_ready(portal), "a portal that is ready", seen=portal.log)
                for _ in range(200):
                    for portal in [self.portal, other]:
                        equal(look(portal, "/api/v1/me")[0], 401, "an answer")
                        status = Client(portal.port).try_login("nobody@x.example", "x").status
                        check(status in (401, 429), f"a login: expected 401 or 429, there was {status}")
                for portal in [self.portal, other]:
                    lacks(portal.log().split("ready address=")[-1], " ERROR ", "the log")
                locks = "DO $$ BEGIN ASSERT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory') = 0; END $$"
                eventually(lambda: not self.database.refuses(self.database.url, locks), "no advisory lock")
                other.terminate()
                self.portal.terminate()

    @contextlib.contextmanager
    def pooled(self, pooler):
        """The URL of the database by way of PgBouncer, which two connections of the server are enough for."""
        parts, port = urllib.parse.urlsplit(self.database.url), processes.free_port()
        home = self.database._folder
        (home / "users").write_text('"portal" ""\n')
        (home / "pgbouncer.ini").write_text(
            f"[databases]\nportal = host=127.0.0.1 port={parts.port} user=portal\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = trust\nauth_file = {home / 'users'}\npool_mode = transaction\n"
            "default_pool_size = 3\nmax_prepared_statements = 200\n"
        )
        for name in ["users", "pgbouncer.ini"]:
            os.chmod(home / name, 0o644)
        log = (home / "pgbouncer.log").open("wb")
        options = {"stdout": log, "stderr": log, "cwd": home, **self.database._as}
        process = processes.start([pooler, home / "pgbouncer.ini"], **options)
        try:
            url = parts._replace(netloc=f"portal@127.0.0.1:{port}").geturl()
            reachable = lambda: not self.database.refuses(url, "SELECT 1")  # noqa: E731
            eventually(reachable, "PgBouncer")
            yield url
        finally:
            process.kill()
            process.wait()


def main():
    parser = script.parser(__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    options = parser.parse_args()

    def play(report):
        with script.folder("startstop") as folder:
            with script.stage(report, options.portal, folder, kind=options.database) as stage:
                StartStop(stage, folder).play()

    script.main(play)


if __name__ == "__main__":
    main()
