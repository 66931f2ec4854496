"""Moves a portal from SQLite to PostgreSQL by `portal move`, and kills the move at several moments.

It fills a directory on SQLite (100,000 contacts are half a million rows), ends the portal, and then

1. judges it by --dry-run, beside the running portal too
2. moves it, and compares: rows by table, the end of the audit chain, nine answers with facets, a login with the old password
3. moves it to another database and kills the move at random moments: the file is the same to the byte, the target is as new
4. moves it there in the end, since nothing of the killed ones is in the way

    pip install aiosmtpd==1.4.6
    python move.py --portal ../../target/release/portal [--contacts 100000] [--kills 8] [--within 60]

Needs PostgreSQL; the processes and the steps are those of lib/. Prints how long the move took, and fails where that is
longer than --within seconds. Ends with "N passed, N failed" and a non-zero status where one failed.
"""

import contextlib
import hashlib
import random
import sqlite3
import time
from pathlib import Path

from lib import script
from lib.act import Act
from lib.database import database
from lib.people import AISSATA, AWA
from lib.report import check, contains, equal, lacks

QUESTIONS = [
    "/contacts?limit=100&facets=region,role,language,technology,member&total=true",
    "/contacts?q=diop&limit=100&facets=region,language&total=true",
    "/contacts?q=nguyen&total=true",
    "/contacts?q=kamau%20kenya&facets=role&total=true",
    "/contacts?region=WCA&region=EUR&language=fr&facets=region,role,language,technology,member&total=true",
    "/contacts?q=directeur&technology=cloud&facets=technology&total=true",
    "/contacts?q=aissata&total=true",
    "/members?limit=100",
    "/changes?limit=100",
]
# The longest that a move of any size may take here, in seconds.
LONGEST = 1800
# Not moved: senders of mail, the list of migrations, and what belongs to SQLite.
NOT_MOVED = ("mail_sender", "__diesel_schema_migrations", "sqlite_")


class Move(Act):
    def __init__(self, stage, server, options):
        super().__init__(stage)
        self.server, self.options = server, options
        self.portal, self.source = stage.portal, stage.database.url

    def play(self):
        self.prepare()
        self.judge()
        self.move()
        self.serve()
        self.kill()

    def prepare(self):
        with self.step(f"a portal on SQLite with {self.options.contacts} contacts, and PostgreSQL with new databases"):
            self.portal.seed(self.options.contacts)
            self.stage.set_up()
            self.stage.join(AWA, AISSATA)
            self.awa = self.stage.login(AWA)
            self.before = self.answers()
            self.portal.run_well("migrate", seconds=120, PORTAL__DATABASE__URL=self.server.url)
            self.first, self.second = self.server.copy("first"), self.server.copy("second")

    def command(self, target, *more):
        """Moves to a target that the environment names; returns the exit code and what was said."""
        arguments = ("move", "--from", self.source, *more)
        return self.portal.run(*arguments, seconds=LONGEST, PORTAL__DATABASE__URL=target)

    def answers(self):
        """What Awa is answered, without the cursors of what comes next, which are sealed anew each time."""
        found = []
        for question in QUESTIONS:
            answer = self.awa.api(200, "GET", question)
            answer.pop("since", None)
            answer.get("page", {}).pop("next_cursor", None)
            found.append(answer)
        return found

    def digest(self):
        return hashlib.sha256(Path(self.source.removeprefix("sqlite:")).read_bytes()).hexdigest()

    def judge(self):
        with self.step("O6 --dry-run judges everything beside the running portal, and notes that it runs"):
            code, said = self.command(self.first, "--dry-run")
            equal(code, 0, f"exit code ({said[-800:]})")
            contains(said, "another portal serves this database", "what it says")
        with self.step("a move of a portal that runs is refused"):
            code, said = self.command(self.first, "--yes")
            equal(code, 10, f"exit code ({said[-800:]})")
        self.end()
        with self.step("--dry-run of the portal that has ended finds nothing"):
            started = time.monotonic()
            code, said = self.command(self.first, "--dry-run")
            equal(code, 0, f"exit code ({said[-800:]})")
            contains(said, "Nothing was written", "what it says")
            print(f"    judged in {time.monotonic() - started:.1f} s", flush=True)
        self.whole = self.digest()

    def move(self):
        with self.step("O6 everything is moved"):
            started = time.monotonic()
            code, said = self.command(self.first)
            self.took = time.monotonic() - started
            equal(code, 0, f"exit code ({said[-800:]})")
            contains(said, "each table has as many as before", "what it says")
            print(f"    moved in {self.took:.1f} s: {said.splitlines()[-4:]}", flush=True)
            equal(self.digest(), self.whole, "the SHA-256 of the source")
        with self.step("O6 each table has the same number of rows"):
            equal(self.rows_of_target(self.first), self.rows_of_source(), "rows by table")
        with self.step("O6 the chain of the audit log is whole, and ends where it ended"):
            ends = [
                self.portal.run_well("audit", "verify", seconds=LONGEST, PORTAL__DATABASE__URL=url)
                for url in (self.source, self.first)
            ]
            ends = [[line for line in said.splitlines() if line.startswith("end of the chain")] for said in ends]
            equal(ends[1], ends[0], "ends of the chains")
        if self.options.within:
            with self.step(f"the move took at most {self.options.within} s"):
                check(self.took <= self.options.within, f"seconds: expected {self.options.within}, took {self.took:.1f}")

    def rows_of_source(self):
        with contextlib.closing(sqlite3.connect(self.source.removeprefix("sqlite:"))) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            names = [name for name in names if not name.startswith(NOT_MOVED)]
            return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(names)}

    def rows_of_target(self, url):
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = [name for name in self.server.query(url, query) if not name.startswith(NOT_MOVED)]
        return {name: int(self.server.query(url, f'SELECT count(*) FROM "{name}"')[0]) for name in sorted(names)}

    def serve(self):
        with self.step("the portal serves on PostgreSQL, and its sessions go on"):
            self.portal.start(PORTAL__DATABASE__URL=self.first)
            self.awa = self.awa.refresh()
            equal(self.answers(), self.before, "answers")
        with self.step("an old password is good, and a wrong one is not"):
            self.stage.login(AISSATA)
            self.refuse_login(AISSATA.email, "not her password at all")
        with self.step("what is changed now is found"):
            self.awa.api(200, "PATCH", "/me", {"job_title": "Zymurgist of the new database"})
            found = self.awa.api(200, "GET", "/contacts?q=zymurgist&total=true")
            equal(found["total"], 1, "contacts found")
        self.end()

    def kill(self):
        chance = random.Random(self.options.seed)
        empty = self.rows_of_target(self.second)
        for number in range(1, self.options.kills + 1):
            moment = chance.uniform(0.02, 0.85) * self.took
            with self.step(f"O6 kill {number}, {moment:.2f} s after the start: both databases are as they were"):
                process = self.portal.begin("move", "--from", self.source, PORTAL__DATABASE__URL=self.second)
                time.sleep(moment)
                process.kill()
                code = process.wait(LONGEST)
                check(code in (0, -9), f"the move: expected it to be killed, it ended with {code}")
                equal(self.digest(), self.whole, "the SHA-256 of the source")
                if code == 0:
                    # This move was faster than the first one: there was nothing to kill.
                    print("    it ended before the kill", flush=True)
                    self.second = self.server.copy(f"second_{number}")
                equal(self.rows_of_target(self.second), empty, "rows of the target")
        with self.step("the same move succeeds in the end"):
            code, said = self.command(self.second)
            equal(code, 0, f"exit code ({said[-800:]})")
            lacks(said, "fault", "what it says")
            equal(self.rows_of_target(self.second), self.rows_of_source(), "rows by table")


def main():
    parser = script.parser(__doc__)
    parser.add_argument("--contacts", type=int, default=100_000, help="made-up contacts, of five rows each")
    parser.add_argument("--kills", type=int, default=8, help="how often the move is killed")
    parser.add_argument("--within", type=float, help="the seconds that the move may take")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of the moments of the kills")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)

    def play(report):
        with script.folder("move") as folder, database("postgres", folder) as server:
            # Spans of every unit of work would be most of the time.
            settings = {"PORTAL__LOG__FILTER": "info"}
            with script.stage(report, options.portal, folder, settings=settings) as stage:
                Move(stage, server, options).play()

    script.main(play)


if __name__ == "__main__":
    main()
