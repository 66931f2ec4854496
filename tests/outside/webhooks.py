"""Hears of what happens in a running portal with the reference implementation of Standard Webhooks, over real TLS.

It starts `portal serve`, and a receiver by HTTPS whose certificate authority is made for the occasion, then

1. adds the receiver as an endpoint, pings it, and lets `standardwebhooks` verify what arrives
2. lets people apply and be approved, and hears of each step, with nothing personal in it
3. answers 500 first, and gets the same event again under the same id
4. takes a new secret while the old one is still good
5. kills the portal while a request is under way, and gets the event after the start all the same
6. is no receiver that the portal would be led to inside, nor one with a certificate of nobody's

    pip install aiosmtpd==1.4.6 standardwebhooks==1.1.0 trustme==1.2.1
    python webhooks.py --portal ../../target/debug/portal

The processes and the steps are those of lib/. Ends with "N passed, N failed" and a non-zero status where one failed.
"""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from lib import script
from lib.act import Act
from lib.people import AWA, WANJIRU
from lib.report import check, equal, eventually, lacks


class Receiver:
    """A program that hears of what happens. It answers as it is told, and 204 where it is told nothing."""

    def __init__(self, authority, name="127.0.0.1"):
        self.received, self.answers, self.hold = [], [], threading.Event()
        self.hold.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.received.append((headers, body))
                receiver.hold.wait(30)
                try:
                    self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass  # whoever asked is gone

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.server.server_port}/hooks/portal"

    def wait_for(self, count):
        eventually(lambda: len(self.received) >= count, f"{count} requests", seen=lambda: len(self.received))
        equal(len(self.received), count, "requests")
        return self.received


class Webhooks(Act):
    def __init__(self, stage, authority):
        super().__init__(stage)
        self.authority, self.receiver = authority, Receiver(authority)

    def play(self):
        self.prepare()
        self.verified()
        self.life_cycle()
        self.again()
        self.new_secret()
        self.killed()
        self.inside()
        self.end()

    def prepare(self):
        with self.step("a portal with an administrator"):
            self.stage.set_up()

    def add(self, url, *events):
        form = {"url": url, "description": "Receiver", "events": list(events)}
        return self.stage.admin().api(201, "POST", "/webhooks", form)

    def ping(self, hook):
        return self.stage.admin().api(202, "POST", f"/webhooks/{hook['id']}/ping")

    def last(self, hook):
        return self.stage.admin().api(200, "GET", f"/webhooks/{hook['id']}/deliveries?limit=1")["data"][0]

    def settled(self, hook, state):
        def look():
            return self.last(hook)["state"] == state and self.last(hook)

        return eventually(look, f"a delivery that is {state}", seen=lambda: self.last(hook))

    def verified(self):
        with self.step("the reference implementation verifies a ping, over TLS"):
            self.hook = self.add(self.receiver.url, "*")
            sent = self.ping(self.hook)
            headers, body = self.receiver.wait_for(1)[0]
            event = Webhook(self.hook["secret"]).verify(body, headers)
            equal((event["type"], event["data"]), ("webhook.ping", {"webhook": self.hook["id"]}), "the event")
            equal((headers["webhook-id"], headers["content-type"]), (sent["id"], "application/json"), "headers")
            self.settled(self.hook, "delivered")
        with self.step("and nothing that was changed, or signed by another"):
            for secret, changed in [(self.hook["secret"], body + b" "), ("whsec_" + "A" * 32, body)]:
                try:
                    Webhook(secret).verify(changed, headers)
                except WebhookVerificationError:
                    continue
                raise AssertionError(f"{changed!r} under {secret}: expected to be refused, it was verified")

    def life_cycle(self):
        with self.step("each step of two life cycles arrives, and says nothing personal"):
            self.receiver.received.clear()
            self.stage.join(AWA, WANJIRU)
            events = [Webhook(self.hook["secret"]).verify(body, headers) for headers, body in self.receiver.wait_for(4)]
            kinds = sorted(event["type"] for event in events)
            equal(kinds, ["appointment.apply"] * 2 + ["appointment.approve"] * 2, "types")
            for _, body in self.receiver.received:
                for word in [AWA.name, AWA.email, WANJIRU.name, WANJIRU.email, "@"]:
                    lacks(body, word.encode(), "a body")

    def again(self):
        with self.step("what was answered 500 comes again under the same id, with the same body"):
            self.receiver.received.clear()
            self.receiver.answers += [500]
            self.ping(self.hook)
            (first, body), (second, again) = self.receiver.wait_for(2)
            equal((first["webhook-id"], body), (second["webhook-id"], again), "id and body")
            Webhook(self.hook["secret"]).verify(again, second)
            delivery = self.settled(self.hook, "delivered")
            equal((delivery["attempts"], delivery["last_status"]), (2, 204), "attempts and status")

    def new_secret(self):
        with self.step("the new secret and the old one both verify"):
            new = self.stage.admin().api(200, "POST", f"/webhooks/{self.hook['id']}/rotate")
            self.receiver.received.clear()
            self.ping(self.hook)
            headers, body = self.receiver.wait_for(1)[0]
            for secret in [self.hook["secret"], new["secret"]]:
                Webhook(secret).verify(body, headers)
            self.hook |= {"secret": new["secret"]}

    def killed(self):
        with self.step("an event whose portal was killed in between comes after its start"):
            self.receiver.received.clear()
            self.receiver.hold.clear()
            sent = self.ping(self.hook)
            self.receiver.wait_for(1)
            self.stage.portal.kill()
            self.receiver.hold.set()
            self.stage.portal.start()
            # It is in a dead process's hand for five minutes; that need not be waited for: it is still to come.
            delivery = self.last(self.hook)
            equal((delivery["id"], delivery["state"], delivery["attempts"]), (sent["id"], "pending", 0), "the delivery")
            check(delivery["next_at"] > delivery["timestamp"], f"next_at: expected after timestamp, there was {delivery}")

    def inside(self):
        with self.step("a certificate of nobody's, or for another name, is not believed"):
            for receiver in [Receiver(trustme.CA()), Receiver(self.authority, "elsewhere.example")]:
                hook = self.add(receiver.url, "mail.*")
                self.ping(hook)
                delivery = eventually(lambda hook=hook: self.last(hook)["attempts"] and self.last(hook), "a try")
                equal((delivery["last_fault"], receiver.received), ("tls_failed", []), "fault and requests")
        with self.step("nobody leads the portal to what is inside"):
            form = {"description": "Inside", "events": ["*"]}
            for url in ["https://10.0.0.1/", "https://169.254.169.254/", "https://[::1]/", "http://receiver.example/"]:
                answer = self.stage.admin().send("POST", "/api/v1/webhooks", form | {"url": url})
                answer.assert_problem(422, "invalid")


def main():
    options, authority = script.parser(__doc__).parse_args(), trustme.CA()

    def play(report):
        with script.folder("webhooks") as folder:
            authority.cert_pem.write_to_path(folder / "authority.pem")
            settings = {
                "PORTAL__WEBHOOKS__ALLOW_NETWORKS": "127.0.0.1",
                "PORTAL__WEBHOOKS__CA_FILE": str(folder / "authority.pem"),
            }
            with script.stage(report, options.portal, folder, settings=settings) as stage:
                Webhooks(stage, authority).play()

    script.main(play)


if __name__ == "__main__":
    main()
