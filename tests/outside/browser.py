"""Plays the portal's pages in a real browser: Debian's Chromium, driven by Playwright, with axe for accessibility.

    apt-get install chromium fonts-dejavu fonts-noto-core
    pip install aiosmtpd==1.4.6 playwright==1.65.2 axe-playwright-python==0.1.8
    python browser.py --portal ../../target/debug/portal [--database postgres] [--part keyboard] [--part …] [--quick]
    python browser.py --portal ../../target/debug/portal --pictures DIR

Prints a line a step, and how long each part took; ends with "N passed, N failed" and a non-zero status where one
failed. With `--quick` pages are looked at as three of the seven roles. With `--pictures` nothing is checked: it makes a picture of each page as each role, for a person to look at.
"""

import time
from pathlib import Path

from browser import community
from browser.community import Community
from browser.filling_in import FillingInByKeyboard, FillingInWithoutScript
from browser.looks import Looks
from browser.passkeys import Passkeys
from browser.pictures import Pictures
from browser.scanner import Scanner
from browser.whole_story import ByKeyboard, OverASlowLine
from lib import script
from lib.chromium import chromium

# A browser needs a name for passkeys, an address is none. It comes from loopback itself, which no proxy stands for.
SETTINGS = {
    "host": "localhost",
    "PORTAL__SERVER__TRUSTED_PROXIES": "",
    "PORTAL__THROTTLE__EXEMPT_NETWORKS": "127.0.0.1",
    "PORTAL__ANNOUNCEMENTS__APPROVAL": "true",
    "PORTAL__ANNOUNCEMENTS__APPROVAL_ABOVE": "0",
}


def story(act):
    return lambda stage, browser: act(stage, browser).play()


def looks(roles=None):
    return lambda stage, browser: Looks(stage, browser, Community(stage), roles).play()


def pictures(folder):
    def play(stage, browser):
        Pictures(stage, browser, Community(stage), folder).take()

    return play


# Those who together see most pages.
FEW_ROLES = ("visitor", "contact point", "Secretariat")
# Each has a portal of its own: how to play it, settings, and how many made-up contacts there are.
PARTS = {
    "keyboard": (story(ByKeyboard), {}, 0),
    "slow": (story(OverASlowLine), {}, 0),
    "survey": (story(FillingInByKeyboard), {}, 0),
    "survey-without-script": (story(FillingInWithoutScript), {}, 0),
    "passkeys": (story(Passkeys), {}, 0),
    "scanner": (story(Scanner), {}, 0),
    "looks": (looks(), community.SETTINGS, community.SEEDED),
}


def play(report, options, browser, name, part):
    act, settings, seeded = part
    started = time.monotonic()
    with (
        script.folder("browser") as folder,
        script.stage(report, options.portal, folder, options.database, settings=SETTINGS | settings) as stage,
    ):
        with report.step(f"{name}: the portal, its first administrator"):
            if seeded:
                stage.portal.seed(seeded)
            stage.set_up()
        act(stage, browser)
    print(f"     {name}: {time.monotonic() - started:.0f} s", flush=True)


def main():
    parser = script.parser(__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--part", action="append", default=[], choices=[*PARTS], help="play this part alone")
    parser.add_argument("--quick", action="store_true", help=f"look at pages as {', '.join(FEW_ROLES)} alone")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="only make pictures of all pages in this folder")
    options = parser.parse_args()

    def whole(report):
        with chromium() as browser:
            if options.pictures:
                taking = (pictures(options.pictures), community.SETTINGS, community.SEEDED)
                play(report, options, browser, "pictures", taking)
                return
            parts = PARTS | ({"looks": (looks(FEW_ROLES), *PARTS["looks"][1:])} if options.quick else {})
            for name in options.part or PARTS:
                play(report, options, browser, name, parts[name])

    script.main(whole)


if __name__ == "__main__":
    main()
