"""nginx, HAProxy and Caddy with the examples of deploy/proxies, and people who come over them by TLS.

Of an example only names, ports and certificates are replaced.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path

from lib import processes
from lib.client import Answer, Client
from lib.report import PATIENCE, check, eventually

EXAMPLES = Path(__file__).resolve().parents[3] / "deploy" / "proxies"
# Where the person is, and where she says that she is.
HERE, CLAIMED = "127.5.6.7", "203.0.113.9"
# How many read at the same time.
READERS = 4


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
                *self.further(),
            )
        )
        return [self.binary, "-f", whole, "-db"]

    def further(self):
        """What else is replaced."""
        return ()


class BeforeTwo(Haproxy):
    """HAProxy before two processes, which it checks as the example's comments say."""

    def __init__(self, folder, portal_ports, tls, retries):
        super().__init__(folder, portal_ports[0], tls)
        self._second, self._retries = portal_ports[1], retries

    def further(self):
        checked = [
            (r"^ *#(option httpchk .*)$", r"    \1"),
            (r"^ *#(http-check .*)$", r"    \1"),
            (r"^ *#(default-server .*)$", r"    \1"),
            (r"^ *#server two .*$", f"    server two 127.0.0.1:{self._second}"),
        ]
        if self._retries:
            return checked
        return [*checked, (r"^ *(option redispatch|retry-on|http-request disable-l7-retry) .*\n", ""), (r"retries 3", "retries 0")]


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

    def __init__(self, reader, path):
        self._reader, self._path, self._stop, self.answers = reader, path, threading.Event(), {}
        self._threads = [threading.Thread(target=self._read, daemon=True) for _ in range(READERS)]
        self._lock = threading.Lock()

    def _read(self):
        while not self._stop.is_set():
            try:
                found = self._reader.send("GET", self._path).status
            except (OSError, http.client.HTTPException) as error:
                found = type(error).__name__
            with self._lock:
                self.answers[found] = self.answers.get(found, 0) + 1

    @property
    def count(self):
        return sum(self.answers.values())

    def more(self, answers):
        """Waits for so many further answers."""
        before = self.count
        eventually(lambda: self.count >= before + answers, f"{answers} further answers", seen=lambda: self.answers)

    @property
    def bad(self):
        """Answers other than 200, and requests without one, with their numbers."""
        return {status: count for status, count in self.answers.items() if status != 200}

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)
