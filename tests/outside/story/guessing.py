"""Who guesses at passwords waits: by account, by network, by links that are asked for; and what a proxy is believed."""

import re
import tempfile
import time
from pathlib import Path

from lib.act import Act
from lib.client import Client, at_once
from lib.people import REJECTED, SALMA, TANE, YUKI
from lib.report import contains, equal
from lib.secret_texts import SECRETS
from story.newcomers import SHORT_GRACE, Newcomers


class Guessing(Act):
    after = (Newcomers,)
    settings = SHORT_GRACE

    def play(self):
        self.one_account()
        self.known_device()
        self.networks()
        self.links()
        self.untrusting()

    def one_account(self):
        with self.step("five failed logins are free, then even the right password waits; so it is for a stranger"):
            self.fail_five_times(SALMA.email)
            # Asked at once: failures of somebody else take time on a slow machine.
            wait = self.wait_of(SALMA.email.upper())
            self.fail_five_times("nobody@elsewhere.example")
        with self.step("after Retry-After the right password is taken, and the owner hears of the failures"):
            time.sleep(max(wait, 1))
            self.stage.login(SALMA)
            self.stage.notice("after_failures", SALMA)
        with self.step("it forgets the failures; the stranger's go on, and the wait is longer each time"):
            self.refuse_login("nobody@elsewhere.example", SALMA.password)
            # Asked at once: what somebody else does meanwhile takes time on a slow machine.
            equal(self.wait_of("nobody@elsewhere.example"), 2, "Retry-After")
            for _ in range(4):
                self.refuse_login(SALMA.email, "wrong")
            self.stage.login(SALMA)

    def fail_five_times(self, address):
        for _ in range(5):
            self.refuse_login(address, "the wrong one, again")
        equal(self.wait_of(address), 1, "Retry-After")

    def wait_of(self, address):
        """The seconds that an address has to wait: even with a password that is right."""
        answer = self.anonymous.try_login(address, SALMA.password)
        answer.assert_problem(429, "too_many_attempts")
        return int(answer.headers["Retry-After"])

    def known_device(self):
        with self.step("a stranger's failures keep nobody out who comes with a device that is known"):
            cookie = self.cookie(self.anonymous.try_login(YUKI.email, YUKI.password), "__Host-device")
            while self.anonymous.try_login(YUKI.email, "wrong").status == 401:
                pass
            self.anonymous.try_login(YUKI.email, YUKI.password).assert_problem(429, "too_many_attempts")
            forged = {"Cookie": f"{cookie[:-2]}AA"}
            self.anonymous.try_login(YUKI.email, YUKI.password, forged).assert_problem(429, "too_many_attempts")
            equal(self.anonymous.try_login(YUKI.email, YUKI.password, {"Cookie": cookie}).status, 200, "status")
        with self.step("the cookie of a device is good for its address alone"):
            for _ in range(5):
                self.anonymous.try_login("n2@elsewhere.example", "wrong", {"Cookie": cookie})
            answer = self.anonymous.try_login("n2@elsewhere.example", "wrong", {"Cookie": cookie})
            answer.assert_problem(429, "too_many_attempts")

    def fail_from(self, address, tries):
        """The statuses of failed logins that come from there, each of another account."""
        client, statuses, account = self.stage.portal.behind(address), [], re.sub(r"\W+", "-", f"n{address}-")
        for number in range(tries):
            statuses.append(client.try_login(f"{account}{number}@elsewhere.example", "wrong").status)
            if statuses[-1] == 429:
                break
        return statuses

    def networks(self):
        with self.step("a network that fails thirty times waits, whatever accounts it tries; others don't"):
            statuses = self.fail_from("203.0.113.7", tries=35)
            equal((statuses[:30], statuses[-1]), ([401] * 30, 429), "statuses")
            equal(self.fail_from("203.0.113.8", tries=1), [401], "the neighbour")
            equal(self.fail_from("127.0.0.1", tries=1), [401], "the exempt network")
        with self.step("what a client writes into X-Forwarded-For itself does not help"):
            for forwarded in ("198.51.100.1, 203.0.113.7", "unknown, 203.0.113.7", "::1,203.0.113.7"):
                equal(self.fail_from(forwarded, tries=1), [429], forwarded)
        with self.step("a subscriber has as many IPv6 addresses as it likes, and is one network"):
            statuses = [self.fail_from(f"2001:db8:1:2::{number:x}", tries=1)[0] for number in range(35)]
            equal((statuses[:30], statuses[-1]), ([401] * 30, 429), "statuses")
            equal(self.fail_from("2001:db8:1:3::1", tries=1), [401], "the neighbour")
        with self.step("a login from a new place is told to the owner, by network and program"):
            self.stage.login(TANE)
            elsewhere = self.stage.portal.behind("198.51.100.77")
            elsewhere.headers["User-Agent"] = "curl/8.15"
            elsewhere.login(TANE.email, TANE.password)
            text = self.stage.notice("new_login", TANE).part("plain")
            for part in ("198.51.100.0/24", "curl/8.15"):
                contains(text, part, "the text")

    def links(self):
        with self.step("the fourth link for a new password within the hour is not mailed, and the answer is the same"):
            since, form = len(self.relay.mails), {"email": REJECTED.email}
            answers = [self.anonymous.api(202, "POST", "/auth/password/forgot", form) for _ in range(4)]
            equal(answers, answers[:1] * 4, "answers")
            self.stage.reset_token(TANE)
            equal(len(self.relay.find(REJECTED.email, "", since)), 3, "mails")
        with self.step("a network asks for thirty links in an hour"):
            client, path = self.stage.portal.behind("203.0.113.9"), "/api/v1/auth/password/forgot"
            calls = [(client, "POST", path, {"email": f"n{number}@elsewhere.example"}) for number in range(32)]
            statuses = sorted(answer.status for answer in at_once(*calls))
            equal(statuses, [202] * 30 + [429] * 2, "statuses")

    def untrusting(self):
        """A portal behind no proxy: whoever sends X-Forwarded-For is lying."""
        settings = {"PORTAL__SERVER__TRUSTED_PROXIES": "", "PORTAL__THROTTLE__EXEMPT_NETWORKS": ""}
        with tempfile.TemporaryDirectory(prefix="portal-second-") as name:
            folder = Path(name)
            portal = self.stage.another(folder, f"sqlite:{folder / 'second.sqlite3'}", **settings)
            try:
                self.lie_to(portal, folder)
                portal.terminate()
            finally:
                portal.kill()
            with self.step("the second portal's log has no secret either"):
                equal(SECRETS.found_in(portal.log()), [], "found")

    def lie_to(self, portal, folder):
        with self.step("a second portal is prepared by the command, before it was ever started"):
            # What the first start would make: the key and the tables.
            (folder / "master.key").write_text("9f3a0c5e71b2d486" * 4)
            portal.run_well("--set", "server.trusted_proxies=", "migrate")
            command = ("--set", "server.trusted_proxies=", "admin", "create", "--email", "root@second.example")
            portal.run_well(*command, "--name", "Root", said="gravel sonnet umbrella nine\n")
            portal.start()
            equal(portal.said(), "", "stdout")
        with self.step("where no proxy is trusted, X-Forwarded-For is not believed: not by the throttle"):
            statuses = []
            for number in range(35):
                client = portal.behind(f"203.0.113.{number}")
                statuses.append(client.try_login(f"n{number}@elsewhere.example", "wrong").status)
            equal((statuses[:30], statuses[-1]), ([401] * 30, 429), "statuses")
        with self.step("and not by the list of sessions"):
            portal.terminate()
            portal.start(PORTAL__THROTTLE__EXEMPT_NETWORKS="127.0.0.1")
            root = portal.behind("203.0.113.50").login("root@second.example", "gravel sonnet umbrella nine")
            rows = root.api(200, "GET", "/me/sessions")["data"]
            equal([row["network"] for row in rows], ["127.0.0.0/24"], "networks")
        with self.step("tokens of one portal are nothing to another"):
            Client(portal.port, self.stage.admin().token).refused(401, "token_invalid", "GET", "/me")
