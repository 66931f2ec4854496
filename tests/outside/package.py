"""O33 The Debian package of `deploy/debian/build`: installed, upgraded, removed and purged by dpkg.

The package is made of the binary that is under test. It is installed on this machine where the script runs as root with
CI=true and no portal is installed here; elsewhere only what it contains is looked at.

    python package.py --portal ../../target/debug/portal

Takes about a minute, most of it packing. Prints a line a step; ends with "N passed, N failed" and a non-zero status where
one failed.
"""

import os
import pwd
import re
import shutil
import stat
from pathlib import Path

from lib import processes, script
from lib.report import check, contains, equal, includes

BUILD = Path(__file__).resolve().parents[2] / "deploy" / "debian" / "build"
SETTINGS, CREDENTIALS, DATA = Path("/etc/portal/portal.env"), Path("/etc/portal/credentials"), Path("/var/lib/portal")
PROGRAM = Path("/usr/bin/portal")
FILES = ["/usr/bin/portal", "/etc/portal/production.toml", "/usr/lib/systemd/system/portal.service"]


class Package:
    """One package, from its contents to its end."""

    def __init__(self, report, binary, folder):
        self.step, self.binary, self.folder = report.step, binary, folder

    def play(self):
        with self.step("a package is made of the binary"):
            self.first = self.made("1.0.0")
        with self.step("it has the program, the units and the profile, and a folder of secrets for root alone"):
            listed = processes.run(["dpkg-deb", "--contents", self.first]).stdout
            includes({line.split()[5].lstrip(".") for line in listed.splitlines()}, set(FILES), "files")
            check(re.search(r"^drwx------ root/root .* \./etc/portal/credentials/$", listed, re.MULTILINE), listed)
        with self.step("the service starts the program that the package has"):
            taken = self.folder / "taken"
            processes.run(["dpkg-deb", "--extract", self.first, taken])
            unit = (taken / FILES[2].lstrip("/")).read_text()
            contains(unit, f"ExecStart={FILES[0]} --config {FILES[1]} serve", "portal.service")
        if self.may_install():
            try:
                self.installed()
                self.upgraded()
                self.removed()
            finally:
                processes.run(["dpkg", "--purge", "portal"], good=None)
                processes.run(["deluser", "--quiet", "--system", "portal"], good=None)
                for left in [DATA, CREDENTIALS.parent]:
                    shutil.rmtree(left, ignore_errors=True)

    def made(self, version):
        environment = {**os.environ, "VERSION": version}
        processes.run(["bash", BUILD, self.binary, self.folder], env=environment)
        return next(self.folder.glob(f"portal_{version}_*.deb"))

    def may_install(self):
        if os.geteuid() == 0 and os.environ.get("CI") == "true" and not PROGRAM.exists() and not DATA.exists():
            return True
        print("     the package is installed only by root where CI=true and no portal is", flush=True)
        return False

    def installed(self):
        with self.step("dpkg installs it, and nothing is started or enabled"):
            said = processes.run(["dpkg", "--install", self.first]).stdout
            contains(said, "nothing was started", "what the installation says")
            enabled = list(Path("/etc/systemd/system").glob("*.wants/portal.*"))
            equal(enabled, [], "units that are enabled")
            check(not DATA.exists(), f"{DATA}: expected nothing before the first start")
        with self.step("the user of the service has no shell, and nobody else reads the secrets"):
            check(pwd.getpwnam("portal").pw_shell.endswith("nologin"), f"shell: {pwd.getpwnam('portal').pw_shell}")
            equal(stat.S_IMODE(CREDENTIALS.stat().st_mode), 0o700, "mode of the folder of secrets")
        with self.step("the program reads the profile, and says what has to be changed in it"):
            command = [PROGRAM, "--config", "/etc/portal/production.toml", "check-config"]
            ran = processes.run(command, good=(0, 1), cwd=self.folder)
            contains(ran.stdout + ran.stderr, "server.public_url", "what it says")

    def upgraded(self):
        with self.step("an upgrade keeps what was changed, the secrets and the data"):
            SETTINGS.write_text(SETTINGS.read_text() + "PORTAL__COMMUNITY__NAME=Ours\n")
            (CREDENTIALS / "identity.master_key").write_text("77" * 32)
            DATA.mkdir()
            (DATA / "portal.sqlite3").write_text("rows")
            said = processes.run(["dpkg", "--install", self.made("1.0.1")]).stdout
            contains(said, "1.0.0 runs until it is restarted", "what the upgrade says")
            contains(SETTINGS.read_text(), "NAME=Ours", "settings")

    def removed(self):
        with self.step("a removal leaves settings, secrets and data, and a purge leaves secrets and data"):
            processes.run(["dpkg", "--remove", "portal"])
            check(SETTINGS.exists() and not PROGRAM.exists(), "expected the settings without the program")
            processes.run(["dpkg", "--purge", "portal"])
            left = [SETTINGS.exists(), (CREDENTIALS / "identity.master_key").exists(), (DATA / "portal.sqlite3").exists()]
            equal(left, [False, True, True], "settings, secret, data")


def main():
    options = script.parser(__doc__).parse_args()

    def play(report):
        with script.folder("package") as folder:
            Package(report, options.portal, folder).play()

    script.main(play)


if __name__ == "__main__":
    main()
