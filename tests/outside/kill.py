"""Kills the portal in the middle of an announcement, again and again, and counts what its readers got.

It starts `portal serve` on a database of its own, fills the directory, and sends an announcement to everybody. At random
moments a process gets SIGKILL and is started anew; with two instances, which share a PostgreSQL, now the one and now the
other. In the end it prints how many readers got nothing, and how many mails came twice:

- goal 8: nobody is lost
- goal 9: no more came twice than there were connections open at the kills (RFC 1047), each pair under one Message-ID
- goal 10: SIGTERM at full rate loses nothing and doubles nothing
- goal 12: the same with two instances

    python kill.py --portal ../../target/release/portal --database sqlite
    python kill.py --portal ../../target/release/portal --database postgres --instances 2 --mails 100000 --kills 20

Needs aiosmtpd==1.4.6 and, for its half, PostgreSQL; the processes and the steps are those of lib/. Ends with "N passed,
N failed" and a non-zero status where one failed.
"""

import asyncio
import collections
import contextlib
import random
import re
import time

from lib import script
from lib.act import Act
from lib.database import database
from lib.portal import Portal
from lib.relay import AsyncioRelay
from lib.report import check, equal, eventually
from lib.stage import Stage

CONNECTIONS = 5
MESSAGE_ID = re.compile(rb"^Message-ID: <([^>]+)>", re.MULTILINE | re.IGNORECASE)
# How long the rest may take once nobody is killed any more.
REST = 900


class Sink(AsyncioRelay):
    """An SMTP server that takes everything and remembers what came for whom: Message-IDs by address."""

    def __init__(self):
        super().__init__()
        self.open, self.ids = 0, collections.defaultdict(list)

    @property
    def count(self):
        return sum(len(ids) for ids in list(self.ids.values()))

    async def converse(self, reader, writer):
        self.open += 1
        try:
            writer.write(b"220 sink.example\r\n")
            recipient = ""
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"EHLO":
                    writer.write(b"250-sink.example\r\n250 PIPELINING\r\n")
                elif verb == b"RCPT":
                    recipient = line[line.index(b"<") + 1 : line.index(b">")].decode()
                    writer.write(b"250 ok\r\n")
                elif verb == b"DATA":
                    writer.write(b"354 go\r\n")
                    text = await reader.readuntil(b"\r\n.\r\n")
                    # It has it now, whether or not the answer arrives.
                    self.ids[recipient].append(MESSAGE_ID.search(text).group(1))
                    writer.write(b"250 taken\r\n")
                elif verb == b"QUIT":
                    return
                else:
                    writer.write(b"250 ok\r\n")
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # whoever sent is gone, or all is over
        finally:
            self.open -= 1
            writer.close()


class Kill(Act):
    def __init__(self, stage, portals, options, chance):
        super().__init__(stage)
        self.portals, self.sink = portals, stage.relay
        self.options, self.chance, self.bound = options, chance, 0

    def play(self):
        self.prepare()
        self.kill()
        self.arrive()
        self.stop()

    def prepare(self):
        with self.step(f"a portal with {self.options.mails} contacts, and an announcement to all of them"):
            self.stage.set_up()
            self.portals[0].seed(self.options.mails)
            for portal in self.portals[1:]:
                portal.start()
            self.audience = {f"contact-{number}" for number in range(self.options.mails)}
            self.announcement = self.send("First")

    def send(self, subject):
        form = {
            "default_language": "en",
            "audience": {},
            "variants": {"en": {"subject": subject, "body_markdown": "Dear {{ name }}"}},
        }
        return self.stage.announce(form)

    def readers(self):
        """What came for contacts; the administrator, who gets mails of another kind, is none."""
        return {address: ids for address, ids in self.sink.ids.items() if address.startswith("contact-")}

    def has_all(self):
        return len(self.sink.ids) >= self.options.mails

    def counts(self):
        return self.stage.summary(self.announcement)

    def kill(self):
        with self.step(f"{self.options.kills} times SIGKILL at random moments"):
            for number in range(self.options.kills):
                before = self.sink.count
                eventually(lambda: self.sink.count > before or self.has_all(), "mails to leave", 120)
                if self.has_all():
                    print(f"    all have left after {number} kills: give more --mails", flush=True)
                    break
                time.sleep(self.chance.uniform(0.05, self.options.pause))
                portal = self.portals[number % len(self.portals)]
                self.bound += CONNECTIONS
                portal.kill()
                self.add_up(portal)
                portal.start()
                print(f"    kill {number + 1}: {self.sink.count} mails so far", flush=True)

    def add_up(self, killed):
        """Whatever happens, every mail is counted once."""
        if len(self.portals) > 1:
            self.stage.portal = next(portal for portal in self.portals if portal is not killed)
            self.stage.admin_client.port = self.stage.portal.port
            counts = self.counts()
            parts = sum(counts[name] for name in ["sent", "failed", "deferred", "skipped", "cancelled", "pending"])
            equal(parts, counts["total"], "the sum of the counts")

    def await_end(self):
        def look():
            counts = self.counts()
            return counts["sent"] == counts["total"] >= self.options.mails

        eventually(look, f"all of {self.options.mails} sent", REST, seen=self.counts)

    def arrive(self):
        with self.step("in the end the portal says that all have left"):
            self.await_end()
        readers = self.readers()
        lost = self.audience - {address.split("@")[0] for address in readers}
        doubled = {address: ids for address, ids in readers.items() if len(ids) > 1}
        copies = sum(len(ids) - 1 for ids in doubled.values())
        print(f"    lost {len(lost)}, doubled {copies} (connections at the kills: {self.bound})", flush=True)
        with self.step("goal 8: nobody is lost"):
            equal(len(lost), 0, "readers without a mail")
        with self.step("goal 9: no more came twice than connections were open, each pair under one Message-ID"):
            check(copies <= self.bound, f"second copies: expected at most {self.bound}, there were {copies}")
            different = {address: ids for address, ids in doubled.items() if len(set(ids)) > 1}
            equal(different, {}, "readers of copies under different Message-IDs")

    def stop(self):
        with self.step("goal 10: SIGTERM at full rate loses nothing and doubles nothing"):
            before = {address: len(ids) for address, ids in self.sink.ids.items()}
            self.announcement = self.send("Second")
            start = self.sink.count
            few = start + min(500, self.options.mails // 10)
            eventually(lambda: self.sink.count > few, f"more than {few} mails", 120, seen=lambda: self.sink.count)
            for portal in self.portals:
                portal.terminate()
                portal.start()
            self.await_end()
            news = [len(ids) - before.get(address, 0) for address, ids in self.readers().items()]
            equal(collections.Counter(news), {1: len(news)}, "how often each reader got it")
        for portal in self.portals:
            portal.terminate()


class Sending(Portal):
    """A portal that says less, sends over a few connections and whose dead fellows are missed soon."""

    def __init__(self, binary, folder, database_url, relay, key):
        super().__init__(
            binary,
            folder,
            database_url,
            relay,
            PORTAL__LOG__FILTER="info",
            PORTAL__MAIL__CONNECTIONS=str(CONNECTIONS),
            PORTAL__MAIL__LEASE_SECONDS="30",
            PORTAL__IDENTITY__MASTER_KEY=key,
        )


@contextlib.contextmanager
def stage(report, options, chance):
    """As many portals as asked for, on one database and with one key; none of them is started yet."""
    with script.folder("kill") as folder, database(options.database, folder) as known:
        sink, key, portals = Sink(), f"{chance.getrandbits(256):064x}", []
        for number in range(options.instances):
            own = folder / f"portal-{number}"
            own.mkdir()
            portals.append(Sending(options.portal.resolve(), own, known.url, sink, key))
        try:
            sink.up()
            yield Stage(report, portals[0], sink, known), portals
        finally:
            for portal in portals:
                portal.kill()
            sink.down()


def main():
    parser = script.parser(__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--instances", type=int, choices=[1, 2], default=1, help="processes; two want postgres")
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pause", type=float, default=2.0, help="longest time between a start and a kill, in seconds")
    parser.add_argument("--seed", type=int, default=None, help="of the random moments")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    whole = f"{options.mails} mails, {options.kills} kills, {options.database}, {options.instances} instance(s)"
    print(f"{whole}, seed {seed}")
    chance = random.Random(seed)

    def play(report):
        with stage(report, options, chance) as (first, portals):
            Kill(first, portals, options, chance).play()

    script.main(play)


if __name__ == "__main__":
    main()
