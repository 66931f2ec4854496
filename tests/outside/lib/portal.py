"""The portal's binary, with the settings of a test."""

import http.client
import os
import re
import signal

from lib import processes
from lib.client import USUAL_ADDRESS, Client
from lib.report import PATIENCE, check, equal, eventually


class Portal:
    """`portal serve`, started anew as often as needed on the same database, and the other commands."""

    def __init__(self, binary, folder, database_url, relay, host="127.0.0.1", **settings):
        self.binary, self._folder, self.port = binary, folder, processes.free_port()
        self._host, self.database_url = host, database_url
        self._log, self._said = folder / "log", folder / "said"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL")},
            "PORTAL__SERVER__BIND": f"127.0.0.1:{self.port}",
            "PORTAL__SERVER__PUBLIC_URL": self.public_url,
            "PORTAL__DATABASE__URL": database_url,
            "PORTAL__IDENTITY__MASTER_KEY_FILE": str(folder / "master.key"),
            "PORTAL__STORAGE__FOLDER": str(folder / "files"),
            "PORTAL__MAIL__TRANSPORT": "smtp",
            "PORTAL__MAIL__SMTP_URL": f"smtp://127.0.0.1:{relay.port}",
            "PORTAL__MAIL__FROM": "Customs Community <portal@community.example>",
            "PORTAL__MAIL__POLL_SECONDS": "1",
            # An operator in search of a fault logs more; that has no secret either.
            "PORTAL__LOG__FILTER": "debug,actix_http=off",
            "PORTAL__SERVER__TRUSTED_PROXIES": "127.0.0.1",
            # No balancer has to notice that a portal ends.
            "PORTAL__SERVER__DRAIN_SECONDS": "0",
            # The proxy itself is never exempt: the people of a story are at an address behind it.
            "PORTAL__THROTTLE__EXEMPT_NETWORKS": USUAL_ADDRESS,
            # A story logs in as the same person again and again.
            "PORTAL__THROTTLE__LOGINS_PER_HOUR": "10000",
            # One administrator writes to everybody.
            "PORTAL__ANNOUNCEMENTS__APPROVAL": "false",
            **settings,
        }
        self._process, self.started_with = None, {}
        # Open files that the process inherits, as from systemd.
        self.inherited = ()

    @property
    def public_url(self):
        return f"http://{self._host}:{self.port}"

    @property
    def anonymous(self):
        return Client(self.port)

    def behind(self, address):
        """Somebody who comes over the proxy from this address."""
        return Client(self.port, headers={"X-Forwarded-For": address})

    def _with(self, settings):
        environment = {**self._environment, **settings}
        if "PORTAL__IDENTITY__MASTER_KEY" in environment:
            # A key that is given in two ways is refused.
            del environment["PORTAL__IDENTITY__MASTER_KEY_FILE"]
        return environment

    def run(self, *arguments, said="", seconds=PATIENCE, **settings):
        """Runs a command to its end; returns its exit code and what it printed."""
        environment = self._with(settings)
        options = {"cwd": self._folder, "env": environment, "input": said}
        ran = processes.run([self.binary, *arguments], seconds, good=None, **options)
        with self._log.open("a") as log:
            log.write(ran.stderr)
        return ran.returncode, ran.stdout + ran.stderr

    def begin(self, *arguments, **settings):
        """Starts a command that the script ends; returns its process."""
        with self._log.open("ab") as log:
            options = {"cwd": self._folder, "env": self._with(settings), "stdout": log, "stderr": log}
            return processes.start([self.binary, *arguments], **options)

    def run_well(self, *arguments, **options):
        """The same, where it has to end with 0; returns what it printed."""
        code, printed = self.run(*arguments, **options)
        equal(code, 0, f"exit code of portal {' '.join(map(str, arguments))} ({printed[-800:]})")
        return printed

    def seed(self, contacts):
        """Fills the directory with made-up contacts."""
        self.run_well("seed", "--contacts", str(contacts), "--yes", seconds=600)

    @property
    def is_running(self):
        return self._process is not None and self._process.poll() is None

    def start(self, **settings):
        """Starts `portal serve` with these settings beside its own, and waits until it is ready."""
        self.launch(**settings)
        eventually(self._is_ready, "an answer of /health/ready", seen=lambda: self.log()[-800:])

    def launch(self, *arguments, **settings):
        """The same with these arguments, without waiting."""
        self.started_with = settings
        with self._log.open("ab") as log, self._said.open("wb") as said:
            environment = self._with(settings)
            # What it keeps in ./var (the journal of its mails) is kept in the folder too, never in the repository.
            options = {"cwd": self._folder, "env": environment, "stdout": said, "stderr": log}
            options["pass_fds"] = self.inherited
            self._process = processes.start([self.binary, "serve", *arguments], **options)

    def _is_ready(self):
        code = self._process.poll()
        check(code is None, f"the portal: expected it to serve, it ended with {code}: {self.log()[-800:]}")
        try:
            return self.anonymous.send("GET", "/health/ready").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def said(self):
        return self._said.read_text()

    def log(self):
        return self._log.read_text()

    def set_up_token(self):
        pattern = r"(\S+)/setup\?token=(\S+)"
        link = eventually(lambda: re.search(pattern, self.said()), "the set-up link", seen=self.said)
        equal(link.group(1), self.public_url, "the host of the set-up link")
        return link.group(2)

    def restart(self, **settings):
        """Ends it by SIGTERM where it runs, and starts it with these settings."""
        if self.is_running:
            self.terminate()
        self.start(**settings)

    def signal(self, number):
        self._process.send_signal(number)

    def ended(self, seconds=PATIENCE):
        """Waits for its end; returns the exit code."""
        return self._process.wait(seconds)

    def terminate(self):
        self._process.send_signal(signal.SIGTERM)
        equal(self._process.wait(PATIENCE), 0, "exit code after SIGTERM")

    def kill(self):
        if self.is_running:
            self._process.kill()
            self._process.wait(PATIENCE)
