"""The portal behind nginx, HAProxy and Caddy, with the configurations of deploy/proxies: the real programs of Debian.

Of the example only names, ports and certificates are replaced. A person comes over the proxy from an address of her own and
claims another one; hands in a letter of 10 MB; and reads while the portal is restarted behind a socket that stays open,
as systemd's.

    apt-get install nginx haproxy caddy
    pip install aiosmtpd==1.4.6
    python proxies.py --portal ../../target/debug/portal

Prints a line a step; ends with "N passed, N failed" and a non-zero status where one failed.
"""

import hashlib
import socket

from lib import script
from lib.act import Act
from lib.certificates import self_signed
from lib.client import Client
from lib.people import AWA, HANA, KWAME
from lib.proxies import READERS, Caddy, Haproxy, Nginx, Readers, Secured
from lib.report import check, equal

# Just below storage.file_limit.
LETTER = b"%PDF-1.7\n" + b"% The Director General nominates a colleague\n" * 220_000 + b"trailer\n<<>>\n%%EOF\n"


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
            with Readers(Secured(self.proxy.port), "/health/live") as readers:
                readers.more(20)
                self.stage.portal.restart(**self.stage.portal.started_with)
                readers.more(20)
            # A connection that was accepted just before the end may be closed unanswered, one for each reader.
            check(sum(readers.bad.values()) <= READERS, f"answers: expected 200, there were also {readers.bad}")
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
