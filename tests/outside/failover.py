"""Two processes behind HAProxy on PostgreSQL with a standby: restarts, a process that is killed, a primary that is lost.

HAProxy has the example of deploy/proxies with what its comments say about a second process. Some read over it all the time,
while each process is restarted in turn (without retries of HAProxy), and while one is killed (with them): nobody sees an
error. Then the primary is killed and its standby promoted: both processes find it by the two hosts of their URL, and what
was acknowledged is there.

    apt-get install haproxy postgresql
    pip install aiosmtpd==1.4.6
    python failover.py --portal ../../target/debug/portal

Takes a minute. Prints a line a step; ends with "N passed, N failed" and a non-zero status where one failed.
"""

import contextlib
import http.client
import tempfile
import time
from pathlib import Path

from lib import script
from lib.act import Act
from lib.certificates import self_signed
from lib.database import Postgres, Standby
from lib.portal import Portal
from lib.proxies import BeforeTwo, Readers, Secured
from lib.relay import Relay
from lib.report import equal, eventually
from lib.stage import Stage

DRAFT = {"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}}
# Every two seconds at least it asks the database.
PATH = "/api/v1/contacts?limit=5"


class Failover(Act):
    def __init__(self, stage, second, servers, folder, tls):
        super().__init__(stage)
        self.portals = [stage.portal, second]
        self.primary, self.standby = servers
        self.folder, self.tls = folder, tls

    def play(self):
        with self.step("two processes on two hosts, of which the primary is used"):
            self.stage.set_up()
            self.portals[1].start()
        with self.step("O12 each restarts in turn, without retries: nobody sees an error"):
            with self.before_both(retries=False) as proxy, self.readers(proxy) as readers:
                readers.more(50)
                for portal in self.portals:
                    portal.restart()
                    # HAProxy sees within a second that it is ready.
                    time.sleep(3)
                readers.more(50)
            equal(readers.bad, {}, f"other answers than 200, of {readers.count}")
            print(f"   {readers.count} answers")
        with self.step("O12 one is killed, another process takes its requests: nobody sees an error"):
            with self.before_both(retries=True) as proxy, self.readers(proxy) as readers:
                readers.more(50)
                self.portals[1].kill()
                readers.more(50)
            equal(readers.bad, {}, f"other answers than 200, of {readers.count}")
            print(f"   {readers.count} answers")
        self.portals[1].start()
        before = self.draft()
        with self.step("O43 the primary is killed: not ready"):
            eventually(self.standby.has_caught_up, "the standby, which has caught up")
            self.primary.kill()
            for portal in self.portals:
                eventually(lambda portal=portal: self.status(portal) == 503, "503 from /health/ready")
        with self.step("O43 the standby is promoted: ready, and what was acknowledged is there"):
            self.standby.promote()
            began = time.monotonic()
            eventually(lambda: all(self.status(portal) == 200 for portal in self.portals), "200 from /health/ready")
            print(f"   both were ready {time.monotonic() - began:.2f} s after the promotion")
            self.stage.admin_client.api(200, "GET", f"/announcements/{before}")
        with self.step("and both write"):
            for portal in self.portals:
                self.stage.admin_client.port = portal.port
                self.draft()
        with self.step("they are ready after a restart, too"):
            for portal in self.portals:
                portal.restart()

    @contextlib.contextmanager
    def before_both(self, retries):
        proxy = BeforeTwo(self.folder, [portal.port for portal in self.portals], self.tls, retries)
        proxy.start()
        try:
            yield proxy
        finally:
            proxy.end()

    def readers(self, proxy):
        return Readers(Secured(proxy.port, self.stage.admin_client.token), PATH)

    def draft(self):
        return self.stage.admin_client.api(201, "POST", "/announcements", DRAFT)["id"]

    def status(self, portal):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return portal.anonymous.send("GET", "/health/ready").status
        return None


def main():
    options = script.parser(__doc__).parse_args()

    def play(report):
        with script.folder("failover") as folder, tempfile.TemporaryDirectory(prefix="portal-standby-") as home:
            tls = self_signed(folder, "portal.example", "subjectAltName=DNS:portal.example")
            (Path(home) / "primary").mkdir()
            (Path(home) / "standby").mkdir()
            Path(home).chmod(0o755)
            servers = []
            relay = Relay()
            portals = []
            try:
                servers.append(Postgres(Path(home) / "primary"))
                servers.append(Standby(Path(home) / "standby", servers[0]))
                hosts = ",".join(server.address for server in servers)
                url = f"postgres://portal@{hosts}/portal?target_session_attrs=read-write&connect_timeout=2"
                relay.up()
                settings = {"PORTAL__SERVER__DRAIN_SECONDS": "5"}
                (folder / "second").mkdir()
                binary = options.portal.resolve()
                portals.append(Portal(binary, folder, url, relay, **settings))
                shared = {"PORTAL__IDENTITY__MASTER_KEY_FILE": str(folder / "master.key")}
                shared["PORTAL__STORAGE__FOLDER"] = str(folder / "files")
                shared["PORTAL__SERVER__PUBLIC_URL"] = portals[0].public_url
                portals.append(Portal(binary, folder / "second", url, relay, **settings, **shared))
                Failover(Stage(report, portals[0], relay, servers[0]), portals[1], servers, folder, tls).play()
            finally:
                for portal in portals:
                    portal.kill()
                relay.down()
                for server in servers:
                    server.stop()

    script.main(play)


if __name__ == "__main__":
    main()
