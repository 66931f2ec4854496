"""The portal behind nginx, HAProxy and Caddy, with the configurations of deploy/proxies: the real programs of Debian.

Of the example only names, ports and certificates are replaced. A person comes over the proxy from an address of her own and
claims another one; hands in a letter of 10 MB; and reads while the portal is restarted behind a socket that stays open,
as systemd's.

    apt-get install nginx haproxy caddy
    pip install aiosmtpd==1.4.6
    python proxies.py --portal ../../target/debug/portal

Prints a line a step; ends with "N passed, N failed" and a non-zero status where one failed.
"""

import contextlib
import hashlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path

from lib import processes, script
from lib.act import Act
from lib.certificates import self_signed
from lib.client import Answer, Client
from lib.people import AWA, HANA, KWAME
from lib.report import PATIENCE, check, equal, eventually

EXAMPLES = Path(__file__).resolve().parents[2] / "deploy" / "proxies"
# Where the person is, and where she says that she is.
HERE, CLAIMED = "127.5.6.7", "203.0.113.9"
# Who read while the portal is restarted.
READERS = 4
# Just below storage.file_limit.
LETTER = b"%PDF-1.7\n" + b"% The Director General nominates a colleague\n" * 220_000 + b"trailer\n<<>>\n%%EOF\n"


@dataclass
class Secured(Client):
    """Speaks TLS to a proxy, from an address of its own."""

    def send(self, method, path, body=None, headers=None):
        sent = {"X-Forwarded-For": CLAIMED}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None and not isinstance(body, bytes):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        options = {"timeout": PATIENCE, "context": context, "source_address": (HERE, 0)}
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, **options)
        try:
            connection.request(method, path, body, {**sent, **self.headers, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


class Proxy:
    """A proxy with its example of deploy/, on ports of its own."""

    # The status by which it leads from plain HTTP to TLS.
    redirection = 301

    def __init__(self, folder, portal_port, tls):
        self.port, self.plain = processes.free_port(), processes.free_port()
        self._folder, self._portal, self._tls, self._process = folder, portal_port, tls, None

    def start(self):
        with (self._folder / f"{self.name}.log").open("wb") as log:
            self._process = processes.start(self.command(), stdout=log, stderr=log)
        eventually(self._answers, f"an answer of {self.name}", seen=self.said)

    def said(self):
        return (self._folder / f"{self.name}.log").read_text()[-800:]

    def _answers(self):
        check(self._process.poll() is None, f"{self.name}: expected it to run, it ended: {self.said()}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            return Secured(self.port).send("GET", "/health/live").status == 200
        return False

    def end(self):
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(PATIENCE)

    @property
    def binary(self):
        found = shutil.which(self.name, path=f"{os.environ['PATH']}:/usr/sbin")
        check(found, f"{self.name}: expected it in the path, it is not there (apt-get install {self.name})")
        return found

    def example(self, name, *replacements):
        """The example with each of these replaced; every one has to be there."""
        text = (EXAMPLES / name).read_text()
        for pattern, by in replacements:
            text, count = re.subn(pattern, by, text, flags=re.MULTILINE)
            check(count > 0, f"{name}: expected {pattern}, it is not there")
        return text


class Nginx(Proxy):
    name = "nginx"

    def command(self):
        certificate, key = self._tls
        site = self.example(
            "nginx.conf",
            (r"^ *listen \[::\].*\n", ""),
            (r"listen 80;", f"listen 127.0.0.1:{self.plain};"),
            (r"listen 443 ssl;", f"listen 127.0.0.1:{self.port} ssl;"),
            (r"server 127\.0\.0\.1:8080", f"server 127.0.0.1:{self._portal}"),
            (r"ssl_certificate /.*;", f"ssl_certificate {certificate};"),
            (r"ssl_certificate_key /.*;", f"ssl_certificate_key {key};"),
        )
        (self._folder / "site.conf").write_text(site)
        temporary = "".join(
            f"{kind}_temp_path {self._folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""
        whole = self._folder / "nginx.conf"
        whole.write_text(
            f"{user}pid {self._folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
            f"http {{\naccess_log off;\n{temporary}include {self._folder}/site.conf;\n}}\n"
        )
        return [self.binary, "-c", whole, "-p", self._folder, "-g", "daemon off;"]


class Haproxy(Proxy):
    name = "haproxy"

    def command(self):
        certificate, key = self._tls
        both = self._folder / "portal.pem"
        both.write_bytes(certificate.read_bytes() + key.read_bytes())
        whole = self._folder / "haproxy.cfg"
        whole.write_text(
            self.example(
                "haproxy.cfg",
                (r"^ *log .*\n", ""),
                # A container may keep even root from opening so many files.
                (r"maxconn 20000", "maxconn 500"),
                # Only root can become somebody else.
                (r"^ *(user|group) haproxy\n", r"\g<0>" if os.geteuid() == 0 else ""),
                (r"bind :80$", f"bind 127.0.0.1:{self.plain}"),
                (r"bind :443 ssl crt .*$", f"bind 127.0.0.1:{self.port} ssl crt {both}"),
                (r"server one 127\.0\.0\.1:8080", f"server one 127.0.0.1:{self._portal}"),
            )
        )
        return [self.binary, "-f", whole, "-db"]


class Caddy(Proxy):
    name = "caddy"
    redirection = 308

    def command(self):
        certificate, key = self._tls
        site = self.example(
            "Caddyfile",
            # A person of this script gives an address instead of a name, in TLS and in HTTP.
            (r"^\{\n", f"{{\n\tadmin off\n\tdefault_sni portal.example\n\thttp_port {self.plain}\n\thttps_port {self.port}\n"),
            (r"^portal\.example \{\n", f"portal.example, 127.0.0.1 {{\n\tbind 127.0.0.1\n\ttls {certificate} {key}\n"),
            (r"reverse_proxy 127\.0\.0\.1:8080", f"reverse_proxy 127.0.0.1:{self._portal}"),
        )
        whole = self._folder / "Caddyfile"
        whole.write_text(site)
        # Where it keeps its own things: nothing outside of the folder.
        homes = [f"{name}={self._folder}" for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")]
        return ["env", *homes, self.binary, "run", "--config", whole, "--adapter", "caddyfile"]


class Readers:
    """Some who read again and again until they are told to stop; counts what they were answered."""

    def __init__(self, port):
        self._port, self._stop, self.answers = port, threading.Event(), {}
        self._threads = [threading.Thread(target=self._read, daemon=True) for _ in range(READERS)]
        self._lock = threading.Lock()

    def _read(self):
        while not self._stop.is_set():
            try:
                found = Secured(self._port).send("GET", "/health/live").status
            except (OSError, http.client.HTTPException) as error:
                found = type(error).__name__
            with self._lock:
                self.answers[found] = self.answers.get(found, 0) + 1

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)


class Behind(Act):
    def __init__(self, stage, proxy, person):
        super().__init__(stage)
        self.proxy, self.person = proxy, person

    def play(self):
        name = self.proxy.name
        with self.step(f"{name} starts with its example"):
            self.proxy.start()
        with self.step(f"{name}: plain HTTP leads to TLS"):
            answer = Client(self.proxy.plain).send("GET", "/login", headers={"Host": "portal.example"})
            wanted = (self.proxy.redirection, "https://portal.example/login")
            equal((answer.status, answer.headers["Location"]), wanted, "redirection")
        with self.step(f"{name}: the client is where it is, not where it says"):
            self.stage.await_decision(self.person)
            somebody = Secured(self.proxy.port).login(self.person.email, self.person.password)
            logins = [entry for entry in somebody.pages("/me/audit", limit=20) if entry["action"] == "login"]
            equal(logins[0]["network"], "127.5.6.0/24", "network of the login")
        with self.step(f"{name}: a letter of 10 MB"):
            held = somebody.api(200, "GET", "/me")["appointments"][0]["id"]
            place = f"/api/v1/appointments/{held}/nomination"
            headers = {"If-Match": somebody.send("GET", place).headers["ETag"], "Content-Type": "application/pdf"}
            answer = somebody.send("PUT", f"{place}/letter?name=letter.pdf", LETTER, headers)
            equal(answer.status, 200, f"handing in ({answer})")
            entry = answer.json["letter"]
            equal((entry["size"], entry["sha256"]), (len(LETTER), hashlib.sha256(LETTER).hexdigest()), "size and hash")
        with self.step(f"{name}: a restart behind it"):
            with Readers(self.proxy.port) as readers:
                eventually(lambda: sum(readers.answers.values()) > 20, "some answers")
                self.stage.portal.restart(**self.stage.portal.started_with)
                before = sum(readers.answers.values())
                eventually(lambda: sum(readers.answers.values()) > before + 20, "answers after the restart")
            bad = {status: count for status, count in readers.answers.items() if status != 200}
            # A connection that was accepted just before the end may be closed unanswered, one for each reader.
            check(sum(bad.values()) <= READERS, f"answers: expected 200, there were also {bad}")
        self.proxy.end()


def main():
    options = script.parser(__doc__).parse_args()

    def play(report):
        with script.folder("proxies") as folder:
            tls = self_signed(folder, "portal.example", "subjectAltName=DNS:portal.example")
            with script.stage(report, options.portal, folder) as stage, socket.socket() as listening:
                # As systemd does: the socket is open before the portal starts, and while it restarts.
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listening.bind(("127.0.0.1", stage.portal.port))
                listening.listen(1024)
                number = listening.fileno()
                stage.portal.inherited = (number,)
                with report.step("the portal takes a socket that was opened for it"):
                    # It drains before its end, as under systemd: it is not ready any more, and still takes requests.
                    stage.set_up(LISTEN_FDS="1", LISTEN_FDS_FIRST_FD=str(number), PORTAL__SERVER__DRAIN_SECONDS="5")
                for proxy, person in ((Nginx, AWA), (Haproxy, KWAME), (Caddy, HANA)):
                    made = proxy(folder, stage.portal.port, tls)
                    try:
                        Behind(stage, made, person).play()
                    finally:
                        made.end()

    script.main(play)


if __name__ == "__main__":
    main()
