"""200 colleagues write one response at once, and the portal is killed again and again: nothing is lost, and every
conflict is seen.

It starts `portal serve` on a database of its own, invites the colleagues by a sheet, and opens a round. Each has a
question of its own and shares ten with all others. They save one answer or two at a time, as fast as they are answered,
with the revisions that they know; a save that got no answer is sent again as it was. Meanwhile the portal gets SIGKILL
at random moments and is started anew. In the end the history is compared with what each of them was told:

- every answer that was called stored is in the history with that revision, by the one who gave it, once
- the revisions of a question and the numbers of the history have no gap
- every answer that is not in the history is one that its editor was told of: with both values, and whose the other is
- no answer replaced one that its editor did not know
- a save without an answer is there as a whole or not at all
- the response has the newest answer to each question

    python editors.py --portal ../../target/debug/portal --database sqlite
    python editors.py --portal ../../target/debug/portal --database postgres --editors 200 --saves 40 --kills 5

Needs aiosmtpd==1.4.6 and, for its half, PostgreSQL; the processes and the steps are those of lib/. Ends with "N passed,
N failed" and a non-zero status where one failed.
"""

import collections
import concurrent.futures
import datetime
import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field

from lib import script
from lib.act import Act
from lib.report import PATIENCE, check, equal, eventually

MEMBER = "SN"
PASSWORD = "tram harbour lentil orbit"
SHARED = 10
GIVEN = "Awa Moussa Fatou Ibrahima Amina Kofi Ngozi Chidi Wanjiru Otieno Lindiwe Thabo Zoran Noor Priya Leila".split()
FAMILY = "Diop Ndiaye Mensah Okafor Adeyemi Mwangi Kamau Dlamini Nkosi Moyo Silva Dubois Haddad Rahman Chen Sow".split()
# Logins and new accounts at once: fewer than wait for the threads that hash passwords.
AT_ONCE = 8
# How long a save is tried again while the portal is down or busy, and how long all of them may take.
WAIT, REST = 60, 300


@dataclass
class Save:
    """What an editor sent once or several times, and what it was told in the end."""

    editor: int
    answers: list
    attempts: int = 0
    stored: dict = field(default_factory=dict)
    conflicts: dict = field(default_factory=dict)


class Editor(threading.Thread):
    """A colleague with a connection of its own, who sends the next save when the last one is answered."""

    def __init__(self, number, name, token, work):
        super().__init__(daemon=True)
        self.number, self.person, self.token, self.work = number, name, token, work
        self.saves, self.fault, self.known = [], None, collections.Counter()
        self.chance = random.Random(work.seed * 1_000 + number)
        self._connection = None

    def run(self):
        try:
            for count in range(self.work.saves):
                self.save(count)
        except Exception as error:  # noqa: BLE001 - whatever it is, the step that awaits the editors tells it
            self.fault = f"{self.person}: {type(error).__name__}: {error}"

    def save(self, count):
        """Of four saves two have an answer of each kind, one the own alone, and one a shared one alone."""
        own, shared = f"own_{self.number}", f"shared_{self.chance.randrange(SHARED)}"
        wanted = {0: [own, shared], 1: [own], 2: [shared, own], 3: [shared]}[count % 4]
        value = f"{self.person}, save {count}"
        answers = [{"question": of, "value": f"{value}, {of}", "revision": self.known[of]} for of in wanted]
        save = Save(self.number, answers)
        self.saves.append(save)
        told = self.send(save)
        equal(told.get("faults"), [], "answers that cannot be stored")
        for one in told["stored"]:
            save.stored[one["question"]] = one
            self.known[one["question"]] = one["revision"]
        for one in told["conflicts"]:
            save.conflicts[one["question"]] = one
            self.known[one["question"]] = one["revision"]
        equal(sorted([*save.stored, *save.conflicts]), sorted(wanted), "answers that the portal told of")
        self.work.acknowledged()

    def send(self, save):
        body, until = json.dumps(save.answers), time.monotonic() + WAIT
        while time.monotonic() < until:
            save.attempts += 1
            try:
                status, told = self.exchange(body)
            except (OSError, http.client.HTTPException, ValueError):
                # It may be stored or not.
                self._connection = None
                self.work.lost += 1
                self.work.serves.wait(WAIT)
                continue
            if status == 503:
                self.work.busy += 1
                time.sleep(self.chance.uniform(0.1, 0.5))
                continue
            is_conflict = status == 409 and told["code"] == "answers_changed"
            check(status == 200 or is_conflict, f"a save: expected 200 or a conflict, there was {status} {told}")
            equal(is_conflict, bool(told["conflicts"]), "whether the status tells of a conflict")
            return told
        raise AssertionError(f"no answer to a save within {WAIT} s")

    def exchange(self, body):
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.work.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers["X-Forwarded-For"] = "127.0.0.77"
        began = time.monotonic()
        self._connection.request("PATCH", f"/api/v1/responses/{self.work.response}/answers", body, headers)
        answer = self._connection.getresponse()
        told = json.loads(answer.read())
        self.work.times.append(time.monotonic() - began)
        if answer.headers.get("Connection") == "close":
            self._connection = None
        return answer.status, told


class Reader(threading.Thread):
    """Somebody with other things to do, who reads a page of the directory every now and then."""

    def __init__(self, client, work):
        super().__init__(daemon=True)
        self.client, self.work, self.times, self.refused, self.ends = client, work, [], 0, threading.Event()

    def run(self):
        while not self.ends.wait(0.05):
            began = time.monotonic()
            try:
                status = self.client.send("GET", "/api/v1/contacts?limit=5").status
            except (OSError, http.client.HTTPException):
                self.work.serves.wait(WAIT)
                continue
            self.times.append(time.monotonic() - began)
            self.refused += status != 200


class Work:
    """What all editors share: where the response is, whether the portal serves, and how far they are."""

    def __init__(self, port, response, options, seed):
        self.port, self.response, self.saves, self.seed = port, response, options.saves, seed
        self.serves = threading.Event()
        self.serves.set()
        self.lost = self.busy = self.done = 0
        self.times, self._lock = [], threading.Lock()

    def acknowledged(self):
        with self._lock:
            self.done += 1


def spread(times):
    """The median of some times, and the 99th percentile."""
    times = sorted(times) or [0]
    return f"p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {times[len(times) * 99 // 100] * 1000:.0f} ms"


class Editors(Act):
    def __init__(self, stage, options, seed):
        super().__init__(stage)
        self.options, self.seed, self.chance = options, seed, random.Random(seed)
        self.names = [f"{given} {family}" for family in FAMILY for given in GIVEN][: options.editors]

    def play(self):
        count = self.options.editors
        with self.step("a portal with a round that is open"):
            self.stage.set_up()
            self.open_round()
        with self.step(f"{count} colleagues of one administration, invited by a sheet, log in"):
            self.tokens = self.invite()
        with self.step(f"they write its response at once, through {self.options.kills} times SIGKILL"):
            self.write()
        with self.step("every answer that was called stored is in the history, once and by the one who gave it"):
            self.read_history()
            self.compare_stored()
        with self.step("revisions and numbers have no gap, and nothing replaced what its editor did not know"):
            self.compare_revisions()
        with self.step("every answer that is not there was told of as a conflict, with both values and a name"):
            self.compare_conflicts()
        with self.step("a save without an answer is there as a whole or not at all"):
            self.compare_parts()
        with self.step("the response has the newest answer to each question"):
            self.compare_sheet()
        self.end()

    # The round and its people

    def open_round(self):
        admin = self.stage.admin()
        text = lambda words: {"en": words, "fr": words}
        typed = {"sensitivity": "aggregate", "answer": {"type": "text"}}
        question = lambda code: {"question": {"code": code, "label": text(code), **typed}}
        items = lambda code, count: [question(f"{code}_{at}") for at in range(count)]
        section = lambda code, count: {"code": code, "title": text(code), "items": items(code, count)}
        sections = [section("own", self.options.editors), section("shared", SHARED)]
        questionnaire = {"languages": ["en", "fr"], "title": text("Together"), "sections": sections}
        admin.api(201, "POST", "/surveys", {"code": "together", "audience": "member", "titles": text("Together")})
        admin.api(201, "POST", "/surveys/together/versions", {"questionnaire": questionnaire})
        admin.api(200, "POST", "/surveys/together/versions/1/publish")
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        moment = lambda minutes: (now + datetime.timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
        form = {"survey": "together", "version": 1, "zone": "Africa/Dakar"}
        form |= {"opens_at": moment(-1), "closes_at": moment(600)}
        self.round = admin.api(201, "POST", "/rounds", form)["id"]
        admin.api(200, "POST", f"/rounds/{self.round}/open")

    def invite(self):
        rows = [f"{self.address(at)},{name},{MEMBER},ncp,en" for at, name in enumerate(self.names)]
        sheet = "\n".join(["email,name,organisation,role,language", *rows, ""]).encode()
        headers = {"Content-Type": "text/csv; charset=utf-8"}
        plan = self.stage.admin().api(201, "POST", "/invitations/import", sheet, headers)
        equal(plan["counts"], {"invite": len(rows), "skip": 0, "error": 0}, "rows of the sheet")
        equal(self.stage.admin().api(200, "POST", f"/imports/{plan['plan']}/commit")["invited"], len(rows), "invited")
        eventually(lambda: len(self.invitations()) == len(rows), "an invitation for each", 60)
        mails = self.invitations()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda at: self.join(self.address(at), mails), range(len(rows))))

    def invitations(self):
        addresses = ((mail.recipients[0], mail) for mail in list(self.relay.mails))
        return {address: mail for address, mail in addresses if address.startswith("editor-")}

    def address(self, number):
        return f"editor-{number}@douanes.example"

    def join(self, address, mails):
        """Accepts the invitation and logs in; returns the access token."""
        form = {"token": mails[address].token("invitation"), "password": PASSWORD}
        self.anonymous.api(200, "POST", "/invitations/accept", form)
        return self.anonymous.login(address, PASSWORD).token

    # Their work

    def write(self):
        portal = self.stage.portal
        first = portal.anonymous.holding({"access_token": self.tokens[0]})
        self.first, self.id = first, first.api(200, "POST", f"/rounds/{self.round}/response")["id"]
        work = Work(portal.port, self.id, self.options, self.seed)
        self.editors = [Editor(at, name, self.tokens[at], work) for at, name in enumerate(self.names)]
        all_of_them, began = len(self.editors) * self.options.saves, time.monotonic()
        reader = Reader(first, work)
        for thread in [reader, *self.editors]:
            thread.start()
        for number in range(self.options.kills):
            # One after each part of the work, at a moment that nobody chose.
            due = all_of_them * (number + 1) // (self.options.kills + 1)
            self.await_work(lambda due=due: work.done >= due, began)
            time.sleep(self.chance.uniform(0, 0.3))
            work.serves.clear()
            portal.kill()
            print(f"    kill {number + 1}: {work.done} saves were answered", flush=True)
            portal.start()
            work.serves.set()
        self.await_work(lambda: not any(editor.is_alive() for editor in self.editors), began)
        seconds = time.monotonic() - began
        reader.ends.set()
        self.saves = [save for editor in self.editors for save in editor.saves]
        conflicts = sum(len(save.conflicts) for save in self.saves)
        print(
            f"    {work.done} saves in {seconds:.0f} s, {conflicts} conflicts, {work.lost} without an answer, "
            f"{work.busy} sent again because the portal was busy; {spread(work.times)}\n"
            f"    a reader meanwhile: {spread(reader.times)}, refused {reader.refused} of {len(reader.times)}",
            flush=True,
        )
        equal(work.done, all_of_them, "answered saves")
        check(conflicts > 0, "some conflicts: expected, as all write the same questions, there were none")

    def await_work(self, is_done, began):
        def look():
            faults = [editor.fault for editor in self.editors if editor.fault]
            check(not faults, f"{len(faults)} editors failed: {faults[:3]}")
            return is_done()

        eventually(look, "the end of the work", max(1, REST - (time.monotonic() - began)))

    # What came of it

    def read_history(self):
        rows, before = [], ""
        while True:
            page = self.first.api(200, "GET", f"/responses/{self.id}/history{before}")
            rows += page["data"]
            if page.get("next") is None:
                break
            before = f"?before={page['next']}"
        self.history = sorted(rows, key=lambda row: row["number"])
        self.by_value = {row["value"]: row for row in self.history}
        equal(len(self.by_value), len(self.history), "answers of the history that are there once")

    def compare_stored(self):
        for save in self.saves:
            for answer in save.answers:
                told = save.stored.get(answer["question"])
                if not told:
                    continue
                equal(told["value"], answer["value"], "the value that was called stored")
                row = self.by_value.get(answer["value"])
                check(row, f"an answer that was called stored is lost: {answer}")
                got = (row["question"], row["revision"], row["by"]["name"])
                equal(got, (answer["question"], told["revision"], self.names[save.editor]), f"where {answer} is")
        sent = {answer["value"] for save in self.saves for answer in save.answers}
        equal([value for value in self.by_value if value not in sent], [], "answers that nobody gave")

    def compare_revisions(self):
        equal([row["number"] for row in self.history], list(range(1, len(self.history) + 1)), "numbers")
        self.revisions = collections.defaultdict(list)
        for row in self.history:
            self.revisions[row["question"]].append(row)
        for question, rows in self.revisions.items():
            equal([row["revision"] for row in rows], list(range(1, len(rows) + 1)), f"revisions of {question}")
        for save in self.saves:
            for answer in save.answers:
                row = self.by_value.get(answer["value"])
                if row:
                    equal(row["revision"], answer["revision"] + 1, f"the revision that {answer} became")

    def compare_conflicts(self):
        for save in self.saves:
            for answer in save.answers:
                question, told = answer["question"], save.conflicts.get(answer["question"])
                check(told or answer["value"] in self.by_value, f"an answer of which nobody heard: {answer}")
                if not told:
                    continue
                # It is there all the same if an attempt without an answer stored it, and others came before the next.
                check(answer["value"] not in self.by_value or save.attempts > 1, f"refused and stored: {answer}")
                check(question.startswith("shared_"), f"a conflict about a question of one's own: {told}")
                equal(told["yours"], answer["value"], "yours")
                row = self.revisions[question][told["revision"] - 1]
                equal((told["theirs"], told["by"]), (row["value"], row["by"]), f"theirs in {told}")
                check(row["revision"] > answer["revision"], f"a conflict with what was known: {told}")

    def compare_parts(self):
        for save in self.saves:
            if len(save.answers) == 1:
                continue
            rows = [self.by_value.get(answer["value"]) for answer in save.answers]
            there = [row for row in rows if row]
            check(there, f"a save of which nothing is there: {save}")
            if len(there) == 2:
                equal(there[1]["number"], there[0]["number"] + 1, f"the numbers of {save.answers}")
                continue
            # The other one had been changed by then: it was no part that got lost.
            [lacking] = [answer for answer, row in zip(save.answers, rows, strict=True) if not row]
            earlier = [row for row in self.revisions[lacking["question"]] if row["number"] < there[0]["number"]]
            check(len(earlier) != lacking["revision"], f"half of a save is lost: {save}")

    def compare_sheet(self):
        sheet = self.first.api(200, "GET", f"/responses/{self.id}")
        newest = {question: (rows[-1]["revision"], rows[-1]["value"]) for question, rows in self.revisions.items()}
        equal({of["question"]: (of["revision"], of["value"]) for of in sheet["answers"]}, newest, "answers")


def main():
    parser = script.parser(__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--editors", type=int, default=200)
    parser.add_argument("--saves", type=int, default=12, help="of each editor")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=None, help="of the random moments and questions")
    options = parser.parse_args()
    if options.editors > len(GIVEN) * len(FAMILY):
        parser.error(f"there are names for {len(GIVEN) * len(FAMILY)} editors")
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    whole = f"{options.editors} editors, {options.saves} saves each, {options.kills} kills, {options.database}"
    print(f"{whole}, seed {seed}")

    def play(report):
        settings = {"PORTAL__LOG__FILTER": "info", "PORTAL__IDENTITY__HASH_THREADS": "2"}
        with script.folder("editors") as folder:
            stage = script.stage(report, options.portal, folder, options.database, settings=settings)
            with stage as played:
                Editors(played, options, seed).play()

    script.main(play)


if __name__ == "__main__":
    main()
