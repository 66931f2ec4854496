"""Takes backups of a portal under load, kills some of them, and restores one elsewhere.

It starts `portal serve` on a database of its own, fills the directory, lets clients read and write, and sends an
announcement to everybody. Some backups get SIGKILL at a random moment; one is whole, and shows the announcement half
sent. The original goes on to its end. A second portal is then made of the backup:

- while a backup is taken no request is answered 5xx, but for the 503 (`busy`) of a machine with too much to do
- a backup that was killed has no name, or is whole
- the copy has as many rows in each table as the backup, but for what a restoration ends and writes
- nobody gets a mail from the copy before `portal release`, and a session of before is worth nothing there
- what is dropped by its age never leaves; without that, what was pending in the backup leaves, once from the copy

    python backup.py --portal ../../target/debug/portal --database sqlite
    python backup.py --portal ../../target/release/portal --database postgres --mails 13000 --kills 20

Needs aiosmtpd==1.4.6 and, for its half, PostgreSQL; the processes and the steps are those of lib/. Ends with "N passed,
N failed" and a non-zero status where one failed.
"""

import contextlib
import http.client
import json
import random
import re
import threading
import time

from kill import Sending, Sink
from lib import script
from lib.act import Act
from lib.database import database
from lib.report import PATIENCE, check, equal, eventually, includes
from lib.stage import Stage

# How long an announcement may take to its end.
REST = 600
# Tables that a restoration writes, or that the copy's own work changes: what was alive has ended.
CHANGED = {"audit_entry", "audit_seal", "restore_hold", "backup_taken", "setback", "throttle", "mail_sender", "job_try"}
LETTER = "018f0000-0000-7000-8000-000000000001"
# A stored file that a letter would name; its content is of no matter to a backup.
STORE = {
    "sqlite": f"INSERT INTO stored_object (id, created_at) VALUES (x'{LETTER.replace('-', '')}', 1700000000000000)",
    "postgres": f"INSERT INTO stored_object (id, created_at) VALUES ('{LETTER}', now())",
}


class Load:
    """Clients that read and write until they are told to stop; keeps the statuses and the times of writes."""

    def __init__(self, admin, readers, writers):
        self._admin, self._stop = admin, threading.Event()
        self.statuses, self.times = [], []
        works = [self._read] * readers + [self._write] * writers
        self._threads = [threading.Thread(target=self._repeat, args=(work,), daemon=True) for work in works]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _repeat(self, work):
        while not self._stop.is_set():
            try:
                answer = work()
            except (OSError, http.client.HTTPException) as error:
                self.statuses.append(repr(error))
            else:
                # Two processors are shared by clients, backup and portal: to be told to come back is no failure.
                is_busy = answer.status == 503 and answer.json["code"] == "busy"
                self.statuses.append("busy" if is_busy else answer.status)
            # A person may write so often, and no more.
            time.sleep(0.02)

    def _read(self):
        return self._admin.send("GET", "/api/v1/contacts?limit=25")

    def _write(self):
        text = {"subject": "Draft", "body_markdown": "A draft."}
        form = {"default_language": "en", "audience": {}, "variants": {"en": text}}
        started = time.monotonic()
        answer = self._admin.send("POST", "/api/v1/announcements", form)
        self.times.append(time.monotonic() - started)
        return answer

    def failures(self):
        return [status for status in self.statuses if status != "busy" and not (isinstance(status, int) and status < 500)]

    def show(self):
        times = sorted(self.times)
        slowest = times[int(len(times) * 0.99)] * 1000 if times else 0
        busy = self.statuses.count("busy")
        print(f"    {len(self.statuses)} requests, {busy} told to come back, p99 of {len(times)} writes {slowest:.0f} ms", flush=True)


class Backup(Act):
    def __init__(self, stage, original, copies, folder, options, chance):
        super().__init__(stage)
        self.original, self.copies, self.folder = original, copies, folder
        self.sink, self.options, self.chance = stage.relay, options, chance

    def play(self):
        self.prepare()
        self.kill_backups()
        self.back_up()
        self.finish()
        self.refuse()
        self.restore(self.copies[0], "first")
        self.hold(self.copies[0])
        self.release(self.copies[0])
        self.restore(self.copies[1], "second")
        self.drop(self.copies[1])

    def prepare(self):
        with self.step(f"a portal with {self.options.mails} contacts and a stored file"):
            self.stage.set_up()
            self.original.seed(self.options.mails)
            files = self.folder / "original" / "files"
            files.mkdir(exist_ok=True)
            (files / LETTER).write_bytes(b"sealed")
            self.stage.database.execute(self.stage.database.url, STORE[self.options.database])
            self.admin = self.stage.admin()

    def kill_backups(self):
        with self.step(f"O1 {self.options.kills} backups get SIGKILL: none that has its name is not whole"):
            for number in range(self.options.kills):
                goal = self.folder / f"killed-{number}"
                process = self.original.begin("backup", "--to", goal)
                time.sleep(self.chance.uniform(0, self.options.pause))
                process.kill()
                process.wait(PATIENCE)
                if goal.exists():
                    self.original.run_well("backup", "--check", goal, seconds=120)
                part = goal.with_name(f"{goal.name}.part")
                if part.exists():
                    code, said = self.original.run("backup", "--check", part, seconds=120)
                    check(code in (0, 13), f"check of what is left: expected exit code 13, there was {code}: {said}")
        with self.step("a backup of the same name goes on where one was killed"):
            goals = [self.folder / f"killed-{number}" for number in range(self.options.kills + 1)]
            goal = next(goal for goal in goals if not goal.exists())
            self.original.run_well("backup", "--to", goal, "--check", seconds=300)

    def pace(self, per_minute):
        """Sets how many mails of announcements leave in a minute; none: as many as the relay takes."""
        place = "/api/v1/mail/pace"
        seen = {"If-Match": self.admin.send("GET", place).headers["ETag"]}
        self.admin.api(200, "PUT", "/mail/pace", {"per_minute": per_minute}, seen)

    def back_up(self):
        with self.step("O1 an announcement to everybody, and a backup in its middle under load: no request fails"):
            form = {
                "default_language": "en",
                "audience": {},
                "variants": {"en": {"subject": "First", "body_markdown": "Dear {{ name }}"}},
            }
            # So slowly that a backup is done before the last mail leaves, whatever the machine.
            self.pace(self.options.mails // 2)
            self.announcement = self.stage.announce(form)
            few = self.options.mails // 10
            eventually(lambda: self.sink.count > few, f"more than {few} mails", 120, seen=lambda: self.sink.count)
            self.set = self.folder / "set"
            with Load(self.admin, 8, 6) as load:
                printed = self.original.run_well("backup", "--to", self.set, seconds=300)
            load.show()
            print(f"    {printed.splitlines()[0]}, {self.sink.count} mails so far", flush=True)
            equal(load.failures()[:5], [], "requests that failed")
            check(self.sink.count < self.options.mails, "all mails have left already: give more --mails")
            self.pace(None)
        with self.step("the set is whole, has the stored file, and not the key"):
            self.original.run_well("backup", "--check", self.set, seconds=120)
            equal((self.set / "files" / LETTER).read_bytes(), b"sealed", "the stored file")
            self.manifest = json.loads((self.set / "manifest.json").read_text())
            key = (self.folder / "key").read_text()
            leaks = [path.name for path in self.set.glob("*.*") if key.encode() in path.read_bytes()]
            equal(leaks, [], "files of the set that have the master key")

    def finish(self):
        with self.step("the original sends its announcement to the end"):

            def sent():
                counts = self.stage.summary(self.announcement)
                return counts["sent"] == counts["total"] >= self.options.mails

            eventually(sent, "all of it sent", REST, seen=lambda: self.stage.summary(self.announcement))
            self.tokens = self.admin.token

    def refuse(self):
        with self.step("O3 a set with an altered file is refused, and nothing is written"):
            listed = self.set / "files.list"
            whole = listed.read_bytes()
            listed.write_bytes(whole + b"missing 0 018f0000-0000-7000-8000-000000000002\n")
            code, said = self.copies[0].run("restore", self.set, seconds=120)
            equal(code, 13, f"exit code ({said})")
            listed.write_bytes(whole)
            (self.folder / "first" / "files").mkdir(exist_ok=True)
            equal(list((self.folder / "first" / "files").iterdir()), [], "files in the storage of the copy")

    def restore(self, copy, name):
        with self.step(f"O3 the backup is restored as the {name} copy, with every row"):
            copy.run_well("restore", self.set, seconds=600)
            equal((self.folder / name / "files" / LETTER).read_bytes(), b"sealed", "the stored file")
            again = self.folder / f"{name}-again"
            copy.run_well("backup", "--to", again, seconds=300)
            counts = [
                {table["name"]: table["rows"] for table in manifest["tables"] if table["name"] not in CHANGED}
                for manifest in (self.manifest, json.loads((again / "manifest.json").read_text()))
            ]
            pairs = {table: (rows, counts[1].get(table)) for table, rows in counts[0].items()}
            different = {table: pair for table, pair in pairs.items() if pair[0] != pair[1]}
            # The devices and what people had begun are forgotten.
            includes({"device", "one_time_token"}, different, "tables with another number of rows")
            copy.run_well("audit", "verify", seconds=120)

    def hold(self, copy):
        with self.step("O4, O5 the copy runs, no session of before is good, and nobody gets a mail from it"):
            before = self.sink.count
            copy.start()
            ready = copy.anonymous.send("GET", "/health/ready").json
            equal((ready["status"], ready["degraded"][0]["part"]), ("degraded", "restore_hold"), "the first readiness")
            time.sleep(self.options.wait)
            equal(self.sink.count, before, "mails that have arrived in all")
            answer = copy.anonymous.send("GET", "/api/v1/me", headers={"Authorization": f"Bearer {self.tokens}"})
            equal(answer.status, 401, "status for a session of before")
        with self.step("O4 the command says how much waits, and lets nothing leave without --yes"):
            code, said = copy.run("release", seconds=120)
            equal(code, 10, f"exit code ({said})")
            found = re.search(r"(\d+) mails of announcements", said)
            check(found and int(found.group(1)) > 0, f"how many mails wait: expected some, there was {said}")
            self.held = int(found.group(1))
            equal(self.sink.count, before, "mails that have arrived in all")

    def release(self, copy):
        with self.step("after the release what was pending leaves"):
            before = self.sink.count
            # The pace of the backup has done its work: the copy may send as fast as it can.
            self.stage.database.execute(copy.database_url, "DELETE FROM mail_pace")
            copy.run_well("release", "--yes", seconds=120)
            # Those that were not written yet when the backup was taken come on top.
            wanted = before + self.held
            eventually(lambda: self.sink.count >= wanted, "all that waited", REST, seen=lambda: self.sink.count)
            time.sleep(self.options.wait)
            copy.terminate()
            # One from the original and one from the copy, at most.
            often = [address for address, ids in self.sink.ids.items() if is_contact(address) and len(ids) > 2]
            equal(often[:5], [], "contacts who got more than two mails")

    def drop(self, copy):
        with self.step("what is dropped by its age never leaves"):
            before = self.to_contacts()
            copy.run_well("release", "--drop-older-than", "0m", "--yes", seconds=120)
            copy.start()
            time.sleep(self.options.wait)
            equal(self.to_contacts(), before, "mails to contacts that have arrived in all")
            copy.terminate()
        self.original.terminate()

    def to_contacts(self):
        """How many mails contacts got; the administrator, who hears of a cancelled announcement, is none."""
        return sum(len(ids) for address, ids in list(self.sink.ids.items()) if is_contact(address))


def is_contact(address):
    return address.startswith("contact-")


@contextlib.contextmanager
def stage(report, options, chance):
    """The original and two copies with one key and one relay, each with a folder and a database of its own."""
    with script.folder("backup") as folder, database(options.database, folder) as known:
        sink, key = Sink(), f"{chance.getrandbits(256):064x}"
        (folder / "key").write_text(key)
        urls = {"original": known.url, "first": known.empty("first"), "second": known.empty("second")}
        portals = []
        for name, url in urls.items():
            own = folder / name
            own.mkdir()
            portals.append(Sending(options.portal.resolve(), own, url, sink, key))
        try:
            sink.up()
            yield Stage(report, portals[0], sink, known), portals, folder
        finally:
            for portal in portals:
                portal.kill()
            sink.down()


def main():
    parser = script.parser(__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--mails", type=int, default=4_000)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--pause", type=float, default=0.6, help="longest time from the begin of a backup to its kill")
    parser.add_argument("--wait", type=float, default=8.0, help="how long nothing may leave, in seconds")
    parser.add_argument("--seed", type=int, default=None, help="of the random moments")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    print(f"{options.mails} mails, {options.kills} kills, {options.database}, seed {seed}")
    chance = random.Random(seed)

    def play(report):
        with stage(report, options, chance) as (first, (original, *copies), folder):
            Backup(first, original, copies, folder, options, chance).play()

    script.main(play)


if __name__ == "__main__":
    main()
