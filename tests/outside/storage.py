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

import datetime
import hashlib
import hmac
import logging
import threading
import urllib.parse

import boto3
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from lib import script
from lib.act import Act
from lib.certificates import self_signed
from lib.people import AWA
from lib.processes import free_port
from lib.report import equal, eventually, lacks

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
        self._tls, self._port, self._front = tls, free_port(), None
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
            "PORTAL__STORAGE__REST_HOURS": "0",
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


class Letters:
    """Somebody who waits for a decision, and the administrator who may read what that person hands in."""

    def __init__(self, stage):
        self._stage = stage

    def apply(self):
        self._stage.await_decision(AWA)
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
        hashes = [hashlib.sha256(content).hexdigest() for content in (answer.body, letter)]
        equal((len(answer.body), hashes[0]), (len(letter), hashes[1]), "size and hash of the letter that came back")
        equal(answer.headers["Content-Disposition"][:11], "attachment;", "the start of Content-Disposition")

    def take_away(self):
        answer = self._send("DELETE")
        equal(answer.status, 200, f"taking away ({answer})")

    def refuse(self):
        self._send("PUT", LETTER).assert_problem(503, "storage_unreachable")


class Storage(Act):
    def __init__(self, stage, plain, secured, trusted):
        super().__init__(stage)
        self.portal, self.letters = stage.portal, Letters(stage)
        self.plain, self.secured, self.trusted = plain, secured, trusted

    def play(self):
        self.plain.make_bucket()
        self.plain.start()
        with self.step("an administrator and an applicant"):
            self.stage.set_up(**self.plain.settings())
            self.letters.apply()
        self.in_the_bucket()
        self.unreachable()
        self.taken_away()
        self.wrong_key()
        self.over_tls()
        self.logged()

    def in_the_bucket(self):
        with self.step("a letter is handed in, and the bucket has it, sealed"):
            self.letters.hand_in(LETTER)
            (key,) = self.plain.keys()
            stored = self.plain.stored(key)
            lacks(stored, b"nominates Awa Diop", "what is stored")
            equal(len(stored), len(LETTER) + 28, "size of what is stored: that of the letter and its seal")
        with self.step("the administrator reads it"):
            self.letters.read_back(LETTER)
        with self.step("another takes its place"):
            self.letters.hand_in(OTHER)
            self.letters.read_back(OTHER)

    def unreachable(self):
        with self.step("without the S3 server: 503, and nothing is changed"):
            self.plain.stop()
            self.letters.refuse()
            self.plain.start()
            self.letters.read_back(OTHER)

    def taken_away(self):
        with self.step("both are taken away, and deleted within a minute"):
            self.letters.take_away()
            eventually(lambda: not self.plain.keys(), "the end of the letters", SWEPT, seen=self.plain.keys)

    def wrong_key(self):
        self.portal.restart(**self.plain.settings(secret="another"))
        with self.step("a wrong key: 503, and the log says why"):
            self.letters.refuse()
            self.await_log("403 SignatureDoesNotMatch")

    def over_tls(self):
        # The same buckets, behind TLS.
        self.secured.start()
        self.portal.restart(**self.secured.settings())
        with self.step("over TLS with a certificate that nobody vouches for: 503"):
            self.letters.refuse()
            self.await_log("certificate")
        self.portal.restart(**self.secured.settings(ca_file=self.trusted))
        with self.step("over TLS with a certificate that is trusted: as before"):
            self.letters.hand_in(LETTER)
            self.letters.read_back(LETTER)
            equal(len(self.secured.keys()), 1, "objects")

    def await_log(self, words):
        eventually(lambda: words in self.portal.log(), f"{words!r} in the log", seen=lambda: self.portal.log()[-800:])

    def logged(self):
        with self.step("no line of the log has a signed address or the key"):
            for word in ("X-Amz-", KEYS.access_key, KEYS.secret_key):
                equal([line for line in self.portal.log().splitlines() if word in line], [], f"lines with {word}")


def main():
    options = script.parser(__doc__).parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    def play(report):
        with script.folder("storage") as folder:
            address, no_authority = "subjectAltName=IP:127.0.0.1", "basicConstraints=critical,CA:FALSE"
            tls = self_signed(folder, "127.0.0.1", address, no_authority)
            plain, secured = Service(), Service(tls)
            try:
                with script.stage(report, options.portal, folder) as stage:
                    Storage(stage, plain, secured, tls[0]).play()
            finally:
                plain.stop()
                secured.stop()

    script.main(play)


if __name__ == "__main__":
    main()
