"""Monitoring tells the truth: what probes and figures say while the database is slow, full, for reading only, French.

The real binary on a PostgreSQL of our own, as a role that is no superuser, on a server that speaks French where the
machine has that locale; and on SQLite in a small file system that is filled up. Prometheus' own promtool reads the
figures and the rules, where it is installed (Debian's package `prometheus`); a process has another time by libfaketime
(Debian's package `faketime`).

- O8 a clock that differs from the server's: a warning and a figure; not ready where it is more than a minute
- O20 700 connections whose searches wait for a lock: 100 of 100 probes are 200
- O21 a database for reading only, and a full disk: not ready, and ready again within seconds
- O22 each is told by its code, in whatever language the server speaks
- O23 promtool is content with the figures in the text format; O24 and with the rules
- O28 the access log has the wait for the database and the trace of the proxy
- O29 `portal health` tells by its exit code

    pip install aiosmtpd==1.4.6
    python truth.py --portal ../../target/debug/portal

Takes about a minute. Prints a line a step; ends with "N passed, N failed" and a non-zero status where one failed.
"""

import asyncio
import contextlib
import http.client
import os
import re
import resource
import shutil
import statistics
import subprocess
import sysconfig
import tempfile
import time
from pathlib import Path

from lib import processes, script
from lib.act import Act
from lib.database import Postgres
from lib.report import PATIENCE, check, contains, equal, eventually

TOKEN = "a token for the figures of the portal"
CONNECTIONS, PROBES = 700, 100
RULES = Path(__file__).resolve().parents[2] / "operations" / "alerts.yml"
FAKETIME = Path("/usr/lib") / sysconfig.get_config_var("MULTIARCH") / "faketime" / "libfaketimeMT.so.1"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SETTINGS = {"PORTAL__SERVER__METRICS_TOKEN": TOKEN, "PORTAL__LOG__FILTER": "info,actix_http=off"}
DRAFT = {"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}}


def off_by(seconds):
    """The settings of a process whose clock is so far ahead; no other clock of the machine is."""
    return {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"{seconds:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


class Truth(Act):
    """What both databases have in common."""

    def __init__(self, stage):
        super().__init__(stage)
        self.portal = stage.portal

    def ready(self):
        return self.anonymous.send("GET", "/health/ready")

    def await_ready(self):
        seen = lambda: str(self.ready())
        eventually(lambda: self.ready().status == 200, "200 from /health/ready", seen=seen)

    def await_not_ready(self, *codes):
        def look():
            answer = self.ready()
            return answer if answer.status == 503 else None

        answer = eventually(look, "503 from /health/ready", seen=lambda: str(self.ready()))
        check(answer.json["code"] in codes, f"code: expected one of {codes}, there was {answer}")
        check(int(answer.headers["Retry-After"]) > 0, "Retry-After: expected some seconds")

    def draft(self):
        return self.stage.admin_client.send("POST", "/api/v1/announcements", DRAFT)

    def refuse_draft(self, *codes):
        answer = self.draft()
        equal(answer.status, 503, f"status of a draft ({answer})")
        check(answer.json["code"] in codes, f"code: expected one of {codes}, there was {answer}")
        check(int(answer.headers["Retry-After"]) > 0, "Retry-After: expected some seconds")

    def figures(self, accept="text/plain"):
        headers = {"Authorization": f"Bearer {TOKEN}", "Accept": accept}
        answer = self.anonymous.send("GET", "/metrics", headers=headers)
        equal(answer.status, 200, f"/metrics ({answer})")
        return answer


class OnPostgres(Truth):
    def __init__(self, stage, server):
        super().__init__(stage)
        self.server = server

    def play(self):
        self.portal.seed(2000)
        with self.step("an administrator, on a server that speaks another language"):
            self.stage.set_up(**SETTINGS)
        self.locked()
        self.for_reading_only()
        self.flooded()
        self.read_by_promtool()
        self.logged()
        self.asked_by_command()
        self.by_another_clock()

    @contextlib.contextmanager
    def lock(self, table, seconds):
        """Somebody else holds a table until the end of the block, for so long at most; gives whether it is still held."""
        psql = self.server.hold(table, seconds)
        is_held = f"mode = 'AccessExclusiveLock' AND granted AND relation = '{table}'::regclass"
        look = f"SELECT 1 / count(*) FROM pg_locks WHERE {is_held}"
        try:
            holds = lambda: not self.server.refuses(self.server.url, look)
            eventually(holds, f"a lock of {table}")
            yield holds
        finally:
            # The server notices that its client has gone only when it is told.
            ended = f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE {is_held}"
            self.server.execute(self.server.url, ended)
            psql.wait(PATIENCE)

    def locked(self):
        with self.step("O22 a lock that does not come: 503 database_contended"), self.lock("announcement", 20):
            self.refuse_draft("database_contended")
        with self.step("and afterwards all is well"):
            equal(self.draft().status, 201, "status of a draft")

    def system(self, setting):
        self.server.execute(self.server.url, f"ALTER SYSTEM {setting}")
        self.server.execute(self.server.url, "SELECT pg_reload_conf()")

    def for_reading_only(self):
        self.await_ready()
        with self.step("O21 a server that is set to reading only: not ready, and writes are told why"):
            self.system("SET default_transaction_read_only = on")
            self.await_not_ready("database_read_only")
            self.refuse_draft("database_read_only")
        with self.step("what only reads goes on"):
            self.stage.admin_client.api(200, "GET", "/contacts?limit=1")
        with self.step("O21 ready again within seconds after"):
            self.system("RESET default_transaction_read_only")
            self.await_ready()
            equal(self.draft().status, 201, "status of a draft")

    def flooded(self):
        with self.step(f"O20 {CONNECTIONS} connections whose searches wait: {PROBES} of {PROBES} probes are 200"):
            # Longer than all probes take; the lock ends with the block.
            with self.lock("contact", 600) as is_held:
                statuses, times = asyncio.run(self._probe_in_the_flood())
                check(is_held(), "the lock: expected it until the last probe, it is gone")
            equal(set(statuses), {200}, "statuses of the probes")
            # The clients of the flood share the processors with the portal.
            usual, longest = statistics.median(times), max(times)
            print(f"   seconds of a probe: {usual:.3f}, at most {longest:.3f}")
        with self.step("the figures say who was refused"):
            eventually(lambda: self.anonymous.send("GET", "/health/live").status == 200, "the portal")
            lines = self.figures().text.splitlines()
            refused = [float(line.split()[-1]) for line in lines if line.startswith("portal_db_refused_total")]
            check(sum(refused) > 0, f"refused units of work: {refused}")

    async def _probe_in_the_flood(self):
        held = f"Authorization: Bearer {self.stage.admin_client.token}\r\n"
        search = f"GET /api/v1/contacts?q=a HTTP/1.1\r\nHost: localhost\r\n{held}Connection: close\r\n\r\n"
        flood = [asyncio.create_task(self._ask_for_ever(search.encode())) for _ in range(CONNECTIONS)]
        # Until the first have been refused, so that all connections are there and all threads of the database wait.
        await asyncio.sleep(1)
        statuses, times = [], []
        for _ in range(PROBES):
            began = time.monotonic()
            answer = await self._exchange(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            times.append(time.monotonic() - began)
            statuses.append(int(answer.split()[1]) if answer else 0)
            await asyncio.sleep(0.03)
        for task in flood:
            task.cancel()
        await asyncio.gather(*flood, return_exceptions=True)
        return statuses, times

    async def _ask_for_ever(self, request):
        while True:
            with contextlib.suppress(OSError):
                await self._exchange(request)
            # Those who are refused at once come back a little later, so that the flood leaves the probes a processor.
            await asyncio.sleep(0.5)

    async def _exchange(self, request):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.portal.port)
        try:
            writer.write(request)
            return await reader.read()
        finally:
            writer.close()

    def read_by_promtool(self):
        promtool = shutil.which("promtool")
        with self.step("O23 the text format is 0.0.4 where it is asked for, and OpenMetrics otherwise"):
            text, open_metrics = self.figures(), self.figures("*/*")
            equal(text.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8", "Content-Type")
            check(open_metrics.text.endswith("# EOF\n"), "OpenMetrics: expected an end")
        if not promtool:
            with self.step("promtool is there, where CI=true"):
                check(os.environ.get("CI") != "true", "promtool: expected it, it is not installed")
            print("     promtool is not installed (Debian's package prometheus): it reads nothing", flush=True)
            return
        with self.step("O23 promtool is content with the figures"):
            options = {"input": text.text, "capture_output": True, "text": True, "check": False}
            checked = subprocess.run([promtool, "check", "metrics"], **options)
            equal((checked.returncode, checked.stdout + checked.stderr), (0, ""), "promtool check metrics")
        with self.step("O24 promtool is content with the rules"):
            processes.run([promtool, "check", "rules", RULES])

    def logged(self):
        with self.step("O28 a line has the wait for the database, the time in it, and the trace of the proxy"):
            headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
            self.stage.admin_client.send("GET", "/api/v1/contacts?limit=1", headers=headers)
            look = lambda: [line for line in self.portal.log().splitlines() if TRACE in line]
            line = eventually(look, "a line with the trace")[0]
            contains(line, "db_wait_micros=", "the line")
            contains(line, "db_micros=", "the line")
            contains(line, f"trace_id=\"{TRACE}\"", "the line")

    def asked_by_command(self):
        with self.step("O29 `portal health` tells by its exit code"):
            self.portal.run_well("health")
            self.portal.run_well("health", "--ready")
            self.portal.terminate()
            code, said = self.portal.run("health", "--ready")
            equal(code, 1, "exit code where nothing serves")
            contains(said, "no answer from", "what it says")

    def by_another_clock(self):
        if not FAKETIME.exists():
            with self.step("libfaketime is there, where CI=true"):
                check(os.environ.get("CI") != "true", f"{FAKETIME}: expected it, it is not installed")
            print("     libfaketime is not installed (Debian's package faketime): no clock is wrong", flush=True)
            return
        with self.step("O8 a clock that is 20 s ahead: a warning and a figure, and ready"):
            self.portal.start(**SETTINGS, **off_by(20))
            warned = lambda: "the machine's clock differs from the database's" in self.portal.log()
            eventually(warned, "a warning of the clock", seen=lambda: self.portal.log()[-800:])
            told = re.search(r"^portal_clock_offset_seconds (\S+)$", self.figures().text, re.MULTILINE)
            check(told and abs(float(told.group(1)) + 20) < 2, f"clock_offset_seconds: expected -20, there was {told}")
            self.portal.terminate()
        with self.step("O8 a clock that is 90 s behind: not ready, and it says why"):
            self.portal.launch(**SETTINGS, **off_by(-90))
            eventually(self.answers, "an answer", seen=lambda: self.portal.log()[-800:])
            self.await_not_ready("clock_wrong")
            self.portal.terminate()
        with self.step("O8 with the right time it is ready"):
            self.portal.start()

    def answers(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.ready()


class OnFullDisk(Truth):
    def __init__(self, stage, disk):
        super().__init__(stage)
        self.filler = disk / "filler"

    def play(self):
        with self.step("an administrator, on a small disk"):
            self.stage.set_up(**SETTINGS)
            ready = self.ready().json
            told = (ready["status"], [part["part"] for part in ready["degraded"]])
            equal(told, ("degraded", ["disk_reserve"]), "status, and what has less than it should")
        with self.step("O22 a full disk: 503 database_full"):
            self.fill()
            answer = eventually(self.refused, "a draft that is refused")
            check(answer.json["code"] in ("database_full", "database_failing"), f"code: {answer}")
        with self.step("O21 and not ready"):
            self.await_not_ready("database_full", "database_failing")
        with self.step("what only reads goes on"):
            self.stage.admin_client.api(200, "GET", "/me")
        with self.step("O21 ready again within seconds after there is room, and nothing is broken"):
            self.filler.unlink()
            self.await_ready()
            equal(self.draft().status, 201, "status of a draft")
        with self.step("the figures have the room that is left"):
            contains(self.figures().text, 'portal_disk_free_bytes{what="database"}', "figures")
        self.end()

    def fill(self):
        with self.filler.open("ab", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(b"\0" * 65536):
                pass
        with self.filler.open("ab", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(b"\0" * 512):
                pass

    def refused(self):
        """A draft is refused once what the log of the database still has room for is used up."""
        answer = self.draft()
        if answer.status == 201:
            self.fill()
            return None
        equal(answer.status, 503, f"status of a draft ({answer})")
        return answer


@contextlib.contextmanager
def small_disk():
    """A file system of 48 MB; none where nobody may mount one."""
    with tempfile.TemporaryDirectory(prefix="portal-disk-", ignore_cleanup_errors=True) as path:
        mount = ["mount", "-t", "tmpfs", "-o", "size=48m,mode=0700", "tmpfs", path]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            yield None
            return
        try:
            yield Path(path)
        finally:
            subprocess.run(["umount", "-l", path], check=False)


def french():
    """The name of a French locale of this machine, made where that is possible; none otherwise."""
    def found():
        locales = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
        return next((name for name in locales if name.lower().startswith("fr_fr.utf")), None)

    if not found() and os.geteuid() == 0 and shutil.which("localedef"):
        subprocess.run(["localedef", "-i", "fr_FR", "-f", "UTF-8", "fr_FR.UTF-8"], capture_output=True, check=False)
    return found()


def on_postgres(report, binary):
    home = tempfile.TemporaryDirectory(prefix="portal-postgres-", ignore_cleanup_errors=True)
    # A server knows only the locales that were there when it started.
    locale = french()
    with script.folder("truth") as folder, home as home:
        server = Postgres(Path(home))
        try:
            if locale:
                server.execute(server.url, f"ALTER SYSTEM SET lc_messages = '{locale}'")
                server.execute(server.url, "SELECT pg_reload_conf()")
            else:
                print("     no French locale is installed: the server speaks English", flush=True)
            # A superuser may choose the language; this role may not.
            server.execute(server.url, "CREATE ROLE clerk LOGIN")
            server.execute(server.url, "ALTER DATABASE portal OWNER TO clerk; ALTER SCHEMA public OWNER TO clerk")
            url = server.url.replace("portal@", "clerk@")
            with script.stage(report, binary, folder, url=url) as stage:
                OnPostgres(stage, server).play()
        finally:
            server.stop()


def on_full_disk(report, binary):
    with script.folder("truth") as folder, small_disk() as disk:
        if disk is None:
            print("     no file system may be mounted here: none is filled up", flush=True)
            return
        with script.stage(report, binary, folder, url=f"sqlite:{disk / 'portal.sqlite3'}") as stage:
            OnFullDisk(stage, disk).play()


def main():
    options = script.parser(__doc__).parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4096) if most > 0 else 4096, most))

    def play(report):
        on_postgres(report, options.portal)
        on_full_disk(report, options.portal)

    script.main(play)


if __name__ == "__main__":
    main()
