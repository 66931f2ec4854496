"""Plays the portal's story from outside, against the real binary, a real SMTP server and a real database.

Nothing here knows the portal's code: it starts `portal serve`, speaks HTTP, receives the mail, and judges by the
contract alone (openapi.json). The acts are in `story/`, one a module; `--list` names them. In short:

- people come in, are found in the directory and get an announcement; passwords, sessions, profiles
- second factors, guessing, sessions, API tokens, accounts, the audit log: as users and as attackers
- the relay is down and comes up again, answers 451 at first, refuses one recipient
- wrong input: each a problem+json of the right status, never a 5xx
- many at once: of those who try the same, one succeeds, and nobody gets a 5xx
- tokens that have run out, proofs of oneself that are too old

Everybody comes from 127.0.0.1, which is exempt from the limits by network and is trusted as a proxy: who is to come
from elsewhere says so in X-Forwarded-For. A second portal that trusts nobody has a database of its own.

    pip install aiosmtpd==1.4.6
    python story.py --portal ../../target/debug/portal --database sqlite [--quick]
    python story.py --portal ../../target/debug/portal --database postgres [--database-url postgres://…]
    python story.py --portal ../../target/debug/portal --act wrong_input [--act …]
    python story.py --list

Without a URL a PostgreSQL of its own is started in a temporary folder. A database given by URL must be empty. An act
that is asked for is played behind those that it builds on, and the log is looked at in the end. Prints a line a step;
ends with "N passed, N failed" and a non-zero status where one failed.
"""

import argparse
import sys

from lib import script
from story import ACTS, chosen, name


ONE = "play this act alone, behind those that it builds on; may be given again"


class List(argparse.Action):
    """Names the acts and what they tell, and ends."""

    def __call__(self, *_):
        for act in ACTS:
            tells = sys.modules[act.__module__].__doc__.splitlines()[0]
            print(f"{name(act):16} {tells}")
        sys.exit(0)


def play(stage, acts):
    """Plays the acts; the portal is started anew where the next one wants it to run with other settings."""
    portal = stage.portal
    for act in acts:
        if act.settings is not None and not portal.is_running:
            portal.start(**act.settings)
        elif act.settings is not None and portal.started_with != act.settings:
            with stage.report.step("SIGTERM ends the portal with exit code 0"):
                portal.terminate()
            portal.start(**act.settings)
        stage.played[act] = act(stage)
        stage.played[act].play()


def main():
    parser = script.parser(__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--database-url", help="an empty database; without it, one in a temporary folder")
    parser.add_argument("--quick", action="store_true", help="leave out the tokens that have to run out first (90 s)")
    parser.add_argument("--act", action="append", default=[], choices=[*map(name, ACTS)], metavar="NAME", help=ONE)
    parser.add_argument("--list", action=List, nargs=0, help="name the acts, and end")
    options = parser.parse_args()

    def whole(report):
        with (
            script.folder("story") as folder,
            script.stage(report, options.portal, folder, options.database, options.database_url) as stage,
        ):
            play(stage, chosen(options.act, options.quick))

    script.main(whole)


if __name__ == "__main__":
    main()
