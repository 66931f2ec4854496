"""Letters of nomination in a bucket: the real binary against an S3 server that nobody here wrote.

The server is moto's. It does not check signatures in a URL, so what stands in front of it does, by botocore, which AWS
itself wrote. It is asked without and with TLS (a certificate of our own, which the portal trusts by storage.s3_ca_file), by a
portal with the right key and by one with a wrong one, and is stopped and started again. What lies in the bucket is
looked at by another door, so what the portal says is not taken for what it did.

    pip install aiosmtpd==1.4.6 'moto[s3,server]==5.2.5'
    python storage.py --portal ../../target/debug/portal

Takes about a minute, since what nothing names is deleted once a minute. Prints a line a step; ends with "N passed,
N failed" and a non-zero status where one failed.
"""

import argparse
import datetime
import hashlib
import hmac
import logging
import subprocess
import sys
import tempfile
import threading
import urllib.parse
from pathlib import Path

import boto3
import story
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import DomainDispatcherApplication, create_backend_app
from story import ADMIN_EMAIL, ADMIN_PASSWORD, AWA, Portal, Relay, Report, Stage, check, equal, eventually
from werkzeug.serving import make_server

BUCKET, REGION, KEYS = "letters", "eu-west-3", Credentials("AKIAPORTAL", "kept between the two of us")
SWEPT = 80
LETTER = b"%PDF-1.7\n" + b"% The Director General nominates Awa Diop\n" * 50_000 + b"trailer\n<<>>\n%%EOF\n"
OTHER = b"%PDF-1.4\n% A later letter\ntrailer\n<<>>\n%%EOF\n"


class Checked:
    """Lets through what is signed in its URL for now, with our key, for exactly this request."""

    def __init__(self, app):
        self._app = app

    def __call__(self, environ, start_response):
        if self._is_signed(environ):
            return self._app(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "application/xml")])
        return [b"<?xml version='1.0'?><Error><Code>SignatureDoesNotMatch</Code></Error>"]

    def _is_signed(self, environ):
        pairs = urllib.parse.parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)
        given = dict(pairs)
        signature = given.pop("X-Amz-Signature", "")
        if given.get("X-Amz-SignedHeaders") != "host" or len(given) != len(pairs) - 1:
            return False
        signed = datetime.datetime.strptime(given["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
        age = (datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - signed).total_seconds()
        if not -5 <= age <= int(given["X-Amz-Expires"]) <= 60:
            return False
        address = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}{environ['PATH_INFO']}"
        request = AWSRequest(environ["REQUEST_METHOD"], f"{address}?{urllib.parse.urlencode(given)}")
        request.headers["host"] = environ["HTTP_HOST"]
        request.context["timestamp"] = given["X-Amz-Date"]
        auth = S3SigV4QueryAuth(KEYS, "s3", REGION)
        wanted = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        scope = f"{KEYS.access_key}/{given['X-Amz-Date'][:8]}/{REGION}/s3/aws4_request"
        return given["X-Amz-Credential"] == scope and hmac.compare_digest(signature, wanted)


class Service:
    """An S3 server with one bucket. Its own door, for us alone, is always open."""

    def __init__(self, tls=None):
        self._tls, self._port, self._front = tls, story.free_port(), None
        self._app = DomainDispatcherApplication(create_backend_app)
        self._back = self._open(0, self._app)
        self._client = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self._back.port}",
            region_name=REGION,
            aws_access_key_id="us",
            aws_secret_access_key="ourselves",
        )

    def _open(self, port, app, tls=None):
        server = make_server("127.0.0.1", port, app, threaded=True, ssl_context=tls)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def settings(self, secret=KEYS.secret_key, ca_file=""):
        return {
            "PORTAL__STORAGE__KIND": "s3",
            "PORTAL__STORAGE__S3_URL": f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}",
            "PORTAL__STORAGE__S3_REGION": REGION,
            "PORTAL__STORAGE__S3_BUCKET": BUCKET,
            "PORTAL__STORAGE__S3_ACCESS_KEY": KEYS.access_key,
            "PORTAL__STORAGE__S3_SECRET_KEY": secret,
            "PORTAL__STORAGE__S3_CA_FILE": str(ca_file),
        }

    def make_bucket(self):
        self._client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})

    def start(self):
        self._front = self._open(self._port, Checked(self._app), self._tls)

    def stop(self):
        if self._front:
            self._front.shutdown()
            self._front.server_close()
            self._front = None

    def keys(self):
        """The keys of what is stored."""
        return [entry["Key"] for entry in self._client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def stored(self, key):
        return self._client.get_object(Bucket=BUCKET, Key=key)["Body"].read()


def certificate(folder):
    """A certificate for 127.0.0.1 that nobody trusts but who is told to, and its key."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


class Letters:
    """Somebody who waits for a decision, and the administrator who may read what that person hands in."""

    def __init__(self, stage):
        self._stage = stage

    def set_up(self):
        form = {"token": self._stage.portal.set_up_token(), "name": "Administrator"}
        self._stage.anonymous.api(201, "POST", "/setup", form | {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})
        half = self._stage.anonymous.login(ADMIN_EMAIL, ADMIN_PASSWORD)
        self._stage.admin_app, self._stage.admin_client = half.add_app()
        self._stage.apply(AWA)
        self._stage.verify(AWA)
        self._log_in()

    def _log_in(self):
        self._awa = self._stage.login(AWA)
        held = self._awa.api(200, "GET", "/me")["appointments"][0]["id"]
        self._place = f"/appointments/{held}/nomination"

    def _send(self, method, content=None):
        read = self._awa.send("GET", f"/api/v1{self._place}")
        headers = {"If-Match": read.headers["ETag"], "Content-Type": "application/pdf"}
        return self._awa.send(method, f"/api/v1{self._place}/letter?name=d%C3%A9signation.pdf", content, headers)

    def hand_in(self, letter):
        answer = self._send("PUT", letter)
        equal(answer.status, 200, f"handing in ({answer})")
        entry = answer.json["letter"]
        equal((entry["size"], entry["sha256"]), (len(letter), hashlib.sha256(letter).hexdigest()), "size and hash")

    def read_back(self, letter):
        answer = self._stage.admin().send("GET", f"/api/v1{self._place}/letter")
        equal(answer.status, 200, f"reading ({answer})")
        check(answer.body == letter, "the letter came back as something else")
        check(answer.headers["Content-Disposition"].startswith("attachment;"), "it is shown in the page")

    def take_away(self):
        answer = self._send("DELETE")
        equal(answer.status, 200, f"taking away ({answer})")

    def refuse(self):
        self._send("PUT", LETTER).assert_problem(503, "storage_unreachable")


def play(stage, plain, secured, trusted):
    step, portal, letters = stage.report.step, stage.portal, Letters(stage)
    stage.relay.up()
    plain.make_bucket()
    plain.start()
    portal.start(**plain.settings())
    with step("an administrator and an applicant"):
        letters.set_up()
    with step("a letter is handed in, and the bucket has it, sealed"):
        letters.hand_in(LETTER)
        (key,) = plain.keys()
        stored = plain.stored(key)
        check(b"Awa" not in stored and len(stored) == len(LETTER) + 28, "it is not sealed")
    with step("the administrator reads it"):
        letters.read_back(LETTER)
    with step("another takes its place"):
        letters.hand_in(OTHER)
        letters.read_back(OTHER)
    with step("without the S3 server: 503, and nothing is changed"):
        plain.stop()
        letters.refuse()
        plain.start()
        letters.read_back(OTHER)
    with step("both are taken away, and deleted within a minute"):
        letters.take_away()
        eventually(lambda: not plain.keys(), "the end of the letters", SWEPT)
    portal.terminate()
    portal.start(**plain.settings(secret="another"))
    with step("a wrong key: 503, and the log says why"):
        letters.refuse()
        eventually(lambda: "403 SignatureDoesNotMatch" in portal.log(), "the cause in the log")
    portal.terminate()
    # The same buckets, behind TLS.
    secured.start()
    portal.start(**secured.settings())
    with step("over TLS with a certificate that nobody vouches for: 503"):
        letters.refuse()
        eventually(lambda: "certificate" in portal.log(), "the cause in the log")
    portal.terminate()
    portal.start(**secured.settings(ca_file=trusted))
    with step("over TLS with a certificate that is trusted: as before"):
        letters.hand_in(LETTER)
        letters.read_back(LETTER)
        equal(len(secured.keys()), 1, "objects")
    with step("no line of the log has a signed address or the key"):
        found = [word for word in ("X-Amz-", KEYS.access_key, KEYS.secret_key) if word in portal.log()]
        check(not found, f"{found} in the log")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--portal", required=True, type=Path, help="path of the binary")
    return parser.parse_args()


def main():
    options, report, relay = arguments(), Report(), Relay()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="portal-storage-") as name:
        folder = Path(name)
        tls = certificate(folder)
        plain, secured = Service(), Service(tls)
        portal = Portal(options.portal.resolve(), folder, f"sqlite:{folder / 'portal.sqlite3'}", relay)
        try:
            with report.step("the play comes to its end"):
                play(Stage(report, portal, relay, None), plain, secured, tls[0])
        finally:
            portal.kill()
            plain.stop()
            secured.stop()
            relay.down()
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
