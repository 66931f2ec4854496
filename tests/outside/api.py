"""Reads openapi.json with the tools that users of the API use, and calls a running portal with what they make of it.

1. two validators, which share no code: openapi-spec-validator (Python) and Redocly CLI (TypeScript)
2. a client in Python by openapi-python-client: every operation is in it, nothing was passed over, all of it imports
3. a client in TypeScript by openapi-typescript and openapi-fetch, which the compiler takes under `strict`
4. every GET that needs no parameter, with both clients, as the first administrator: 2xx, and JSON becomes the types
5. schemathesis for two minutes (`--quick`: half a minute), with all of its checks on

Prints a line a step, then a table; ends with "N passed, N failed" and a non-zero status where one failed. The processes
and the steps are those of lib/. The tools of npm are installed into `--tools`, in exact versions, by the first run.

    pip install aiosmtpd==1.4.6 openapi-python-client==0.29.1 openapi-spec-validator==0.9.0 schemathesis==4.32.5
    python api.py --portal ../../target/debug/portal [--quick] [--description ../../openapi.json]

Node.js 20 or later and npm have to be there.

Schemathesis sends what the description allows and what it does not. Two things no description can say, so the checks
expect them beside their own: a refusal of a value that has the right form (a name of blanks, a code that nobody has, a
link that is used: 409, 410, 412, 422), and of a thing that is not there. Queries with an empty value are not sent: to
the portal they are as if they had been left out. What ends the administrator's own session or account is left out; what
else it does is done to a database that is thrown away.
"""

import datetime
import importlib
import inspect
import json
import os
import shutil
import sys
from pathlib import Path

from openapi_spec_validator import validate

from lib import processes, script
from lib.announcements import draft
from lib.client import Client
from lib.people import AWA, WANJIRU
from lib.report import check, equal, lacks

HERE = Path(__file__).resolve().parent
NPM = {"@redocly/cli": "2.77.0", "openapi-fetch": "0.17.0", "openapi-typescript": "7.13.0", "typescript": "5.9.3"}
METRICS_TOKEN = "a token of whoever watches the process"
# openapi-python-client reads JSON, forms, text and octets; of other media types it has to be told what they are.
OCTETS = ["application/pdf", "application/zip", "image/jpeg", "image/png", "message/rfc822", "text/csv"]
OCTETS += ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/xml", "image/svg+xml"]
TEXTS = ["application/atom+xml", "application/openmetrics-text", "text/vcard"]
# What is tried is the same in each run, as far as the time goes.
SEED = 2026
# `?cursor=` is as no cursor at all, as a form in a browser sends it; OpenAPI has no word for it that is not deprecated.
HOOKS = """
import schemathesis


@schemathesis.hook
def filter_case(context, case):
    return not any(is_empty(value) for value in (case.query or {}).values())


def is_empty(value):
    # No parameter is an object; what a query makes of one may have no value.
    if isinstance(value, dict):
        return True
    return value in ("", None, []) or (isinstance(value, list) and any(map(is_empty, value)))
"""
# They end the session, the account or the second factor by which schemathesis is let in: it finds its own id.
OWN_END = ["auth_logout", "me_delete", "me_mfa_totp_delete", "me_reauthenticate", "me_sessions_delete"]
OWN_END += ["users_mfa_reset", "users_sessions_delete", "users_suspend"]
# For whoever brings a token of the configuration, not for people.
OF_PROGRAMS = ["bounces_report", "metrics_get"]
REFUSED = [400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 428, 429]


def run(*command, folder=None, seconds=300, good=(0,)):
    """What a program printed; fails where it ends otherwise than it may."""
    environment = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
    ran = processes.run(command, seconds, good, cwd=folder, env=environment)
    return ran.stdout + ran.stderr


def alike(value):
    """JSON in which instants have one spelling: `Z` and `+00:00` are the same."""
    if isinstance(value, dict):
        return {name: alike(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [alike(inner) for inner in value]
    if isinstance(value, str) and value[10:11] == "T":
        try:
            return datetime.datetime.fromisoformat(value).isoformat()
        except ValueError:
            return value
    return value


class Description:
    """openapi.json, and what of it can be called without knowing anything."""

    def __init__(self, path):
        self.path, self.json = path.resolve(), json.loads(path.read_text())

    def operations(self):
        for path, item in self.json["paths"].items():
            for method, operation in item.items():
                yield method, path, operation

    def plain_gets(self):
        """(operationId, tag, path, media types) of every GET that needs no parameter."""
        for method, path, operation in self.operations():
            needed = [each for each in operation.get("parameters", []) if each.get("required")]
            if method == "get" and not needed:
                media = list(operation["responses"]["200"]["content"])
                yield operation["operationId"], operation["tags"][0], path, media


class Table:
    """What was found, in the end."""

    def __init__(self):
        self._rows = []

    def add(self, tool, what, found):
        self._rows.append((tool, what, str(found)))

    def print(self):
        widths = [max(len(row[column]) for row in self._rows) for column in range(3)]
        print()
        for row in [("tool", "what", "found"), *self._rows]:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        print()


class Api:
    def __init__(self, description, tools, folder, quick):
        self.description, self.tools, self.folder, self.quick = description, tools, folder, quick
        self.table, self.modules = Table(), folder / "made"
        self.modules.mkdir()

    # ------------------------------------------------------------------------------------------- the description

    def install(self):
        self.tools.mkdir(parents=True, exist_ok=True)
        wanted = {name: str(version) for name, version in sorted(NPM.items())}
        manifest = self.tools / "package.json"
        installed = json.loads(manifest.read_text()).get("dependencies") if manifest.exists() else None
        if installed != wanted or not (self.tools / "node_modules").is_dir():
            manifest.write_text(json.dumps({"private": True, "type": "module", "dependencies": wanted}))
            run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", folder=self.tools)

    def bin(self, name):
        return self.tools / "node_modules" / ".bin" / name

    def validate_with_python(self):
        validate(self.description.json)
        self.table.add("openapi-spec-validator", "errors", 0)

    def validate_with_redocly(self):
        report = run(
            *(self.bin("redocly"), "lint", self.description.path, "--extends=recommended", "--format=json"),
            *("--max-problems", "1000"),
            folder=self.folder,
            good=(0, 1),
        )
        # Around the report it may say that Node.js is old.
        found = json.loads(report[report.index("{") : report.rindex("}") + 1])["totals"]
        self.table.add("Redocly CLI, recommended", "errors, warnings", f"{found['errors']}, {found['warnings']}")
        equal((found["errors"], found["warnings"]), (0, 0), f"errors and warnings ({report[:3000]})")

    # ------------------------------------------------------------------------------------------------- in Python

    def make_python_client(self):
        config = self.folder / "python.yml"
        overrides = {**dict.fromkeys(OCTETS, "application/octet-stream"), **dict.fromkeys(TEXTS, "text/plain")}
        # JSON is YAML.
        config.write_text(json.dumps({"content_type_overrides": overrides, "post_hooks": []}))
        said = run(
            *(Path(sys.executable).parent / "openapi-python-client", "generate", "--path", self.description.path),
            *("--meta", "none", "--output-path", self.modules / "portal_client", "--config", config),
            "--fail-on-warning",
        )
        lacks(said, "WARNING", "what openapi-python-client says")
        made = {path.stem for path in self.modules.glob("portal_client/api/*/*.py")} - {"__init__"}
        wanted = {operation["operationId"] for _, _, operation in self.description.operations()}
        # What is a word of Python's has an underscore behind it.
        equal({name.rstrip("_") for name in made}, wanted, "operations of the client")
        sys.path.insert(0, str(self.modules))
        repaired = 0
        for path in sorted(self.modules.glob("portal_client/**/*.py")):
            # Version 0.29.1 forgets an import where a body may be of two media types, and nothing else is optional.
            text = path.read_text()
            if "Unset = UNSET" in text and "import UNSET, Unset" not in text:
                path.write_text("from portal_client.types import Unset\n" + text)
                repaired += 1
            parts = path.relative_to(self.modules).with_suffix("").parts
            importlib.import_module(".".join(parts))
        found = f"{len(made)}, {len(wanted)}, {repaired}"
        self.table.add("openapi-python-client", "operations made, of, repaired", found)

    def call_with_python(self, portal, token):
        from portal_client import AuthenticatedClient  # made just now

        calls = 0
        for name, tag, path, media in self.description.plain_gets():
            credential = METRICS_TOKEN if path == "/metrics" else token
            client = AuthenticatedClient(base_url=portal.public_url, token=credential, raise_on_unexpected_status=True)
            answer = importlib.import_module(f"portal_client.api.{tag}.{name}").sync_detailed(client=client)
            equal(answer.status_code, 200, f"{name} ({answer.content[:300]})")
            if "application/json" in media:
                module = inspect.getmodule(type(answer.parsed)).__name__
                equal(module[:21], "portal_client.models.", f"what {name} became ({type(answer.parsed)})")
                equal(alike(answer.parsed.to_dict()), alike(json.loads(answer.content)), f"{name}, there and back")
            calls += 1
        check(calls >= 30, f"calls: expected 30 or more, there were {calls}")
        self.table.add("openapi-python-client", "GETs called, as described", f"{calls}, {calls}")

    # --------------------------------------------------------------------------------------------- in TypeScript

    def make_typescript_client(self):
        """Types, and a program that calls every GET without a parameter; the compiler looks at all of it."""
        source = self.tools / "source"
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir()
        run(self.bin("openapi-typescript"), self.description.path, "-o", source / "portal.d.ts", folder=self.tools)
        ids = sorted(operation["operationId"] for _, _, operation in self.description.operations())
        lines = [
            'import createClient from "openapi-fetch";',
            'import type { operations, paths } from "./portal.js";',
            "",
            "declare const process: { env: Record<string, string> };",
            'const baseUrl = process.env["PORTAL_URL"]!;',
            'const headers = { Authorization: process.env["PORTAL_TOKEN"]! };',
            "const client = createClient<paths>({ baseUrl, headers });",
            'const metrics = { Authorization: process.env["PORTAL_METRICS_TOKEN"]! };',
            f"export const ids = {json.dumps(ids)} as const satisfies readonly (keyof operations)[];",
            "type Missing = Exclude<keyof operations, (typeof ids)[number]>;",
            "export const none: Missing extends never ? true : Missing = true;",
            "const say = (name: string, response: Response, data: unknown): void =>",
            "  console.log(JSON.stringify([name, response.status, typeof data]));",
            "",
        ]
        for name, _, path, media in self.description.plain_gets():
            options = "" if "application/json" in media else ', { parseAs: "text" }'
            options = ', { parseAs: "text", headers: metrics }' if path == "/metrics" else options
            lines += ["{", f"  const {{ data, response }} = await client.GET({json.dumps(path)}{options});"]
            if media == ["application/json"]:
                answer = f'operations["{name}"]["responses"][200]["content"]["application/json"]'
                lines.append(f"  const typed: {answer} | undefined = data;")
                lines.append(f'  say("{name}", response, typed);')
            else:
                lines.append(f'  say("{name}", response, data);')
            lines.append("}")
        (source / "calls.ts").write_text("\n".join(lines) + "\n")
        # One may send null where null is described, and nowhere else.
        (source / "null.ts").write_text(
            'import type { components } from "./portal.js";\n'
            'type Change = components["schemas"]["ChangeMember"];\n'
            "export const taken: Change = { left_on: null };\n"
            "// @ts-expect-error: a member has a name\n"
            "export const refused: Change = { name_en: null };\n"
        )
        options = {"strict": True, "target": "es2022", "module": "nodenext", "outDir": "../built", "types": []}
        options |= {"lib": ["es2022", "dom", "dom.iterable"], "skipLibCheck": False, "noUncheckedIndexedAccess": True}
        (source / "tsconfig.json").write_text(json.dumps({"compilerOptions": options}))
        run(self.bin("tsc"), "--noEmit", "-p", source)
        self.table.add("openapi-typescript, tsc --strict", "operations, errors", f"{len(ids)}, 0")

    def call_with_typescript(self, portal, token):
        run(self.bin("tsc"), "-p", self.tools / "source")
        os.environ |= {
            "PORTAL_URL": portal.public_url,
            "PORTAL_TOKEN": f"Bearer {token}",
            "PORTAL_METRICS_TOKEN": f"Bearer {METRICS_TOKEN}",
        }
        said = run("node", self.tools / "built" / "calls.js", folder=self.tools)
        answers = [json.loads(line) for line in said.splitlines() if line.startswith("[")]
        wanted = [
            [name, 200, "object" if "application/json" in media else "string"]
            for name, _, _, media in self.description.plain_gets()
        ]
        equal(answers, wanted, "answers")
        self.table.add("openapi-fetch", "GETs called, as described", f"{len(answers)}, {len(wanted)}")

    # ---------------------------------------------------------------------------------------------- schemathesis

    def play_schemathesis(self, portal, token):
        config, hooks, report = (self.folder / name for name in ("schemathesis.toml", "portal_hooks.py", "report.json"))
        hooks.write_text(HOOKS)
        config.write_text(
            f"hooks = {json.dumps(str(hooks))}\n[checks]\n"
            f"positive_data_acceptance.expected-statuses = {json.dumps(['2xx', *REFUSED])}\n"
            f"negative_data_rejection.expected-statuses = {json.dumps(REFUSED)}\n"
            f"missing_required_header.expected-statuses = {json.dumps(REFUSED)}\n"
        )
        left_out = [part for name in OWN_END + OF_PROGRAMS for part in ("--exclude-operation-id", name)]
        seconds = 30 if self.quick else 120
        said = run(
            *(Path(sys.executable).parent / "schemathesis", "--config-file", config, "run", self.description.path),
            *("--url", portal.public_url, "--header", f"Authorization:Bearer {token}", "--checks", "all"),
            *("--max-time", seconds, "--seed", SEED, "--workers", 1, "--no-color", "--generation-database", "none"),
            *("--suppress-health-check", "all", "--continue-on-failure", "--report-json-path", report, *left_out),
            folder=self.folder,
            seconds=seconds + 300,
            good=(0, 1),
        )
        (self.tools / "schemathesis.log").write_text(said)
        found = json.loads(report.read_text())
        cases, tested = found["test_cases"]["generated"], found["operations"]["tested"]
        failures, errors = len(found["failures"]), len(found["errors"])
        self.table.add("schemathesis, all checks", "seconds, operations, cases", f"{seconds}, {tested}, {cases}")
        self.table.add("schemathesis, all checks", "failures, errors", f"{failures}, {errors}")
        telling = said[said.find("= ERRORS") if errors else said.find("= FAILURES") : said.find("= WARNINGS")]
        equal((failures, errors), (0, 0), f"failures and errors (all of it in schemathesis.log: {telling[:4000]})")
        alive = Client(portal.port, token).send("GET", "/api/v1/me").status
        equal(alive, 200, "the session that it went by, at the end: else most of it was refused unread")


def fill(stage):
    """Something of each kind, so that answers have something in them."""
    stage.join(AWA, WANJIRU)
    admin = stage.admin()
    id = stage.announce(draft("WCA", "ESA"))
    stage.await_summary(id, sent=2, pending=0)
    admin.api(201, "POST", "/announcements", draft("WCA", acknowledge=True))
    hook = {"url": "https://receiver.example/hooks", "description": "A receiver", "events": ["announcement.*"]}
    admin.api(201, "POST", "/webhooks", hook)
    admin.api(201, "POST", "/suppressions", {"address": "gone@customs.example"})
    admin.api(201, "POST", "/me/tokens", {"name": "A program", "scopes": ["community:read"], "expires_in_days": 30})


def play(report, options):
    settings = {"PORTAL__SERVER__METRICS_TOKEN": METRICS_TOKEN, "PORTAL__LOG__FILTER": "warn"}
    with script.folder("api") as folder:
        api = Api(Description(options.description), options.tools.resolve(), folder, options.quick)
        with report.step("the tools of npm are there"):
            api.install()
        with report.step("openapi-spec-validator has no word to say"):
            api.validate_with_python()
        with report.step("neither has Redocly CLI, by its recommended rules"):
            api.validate_with_redocly()
        with report.step("openapi-python-client makes a client of all of it, which imports"):
            api.make_python_client()
        with report.step("openapi-typescript makes types of all of it, which compile"):
            api.make_typescript_client()
        with script.stage(report, options.portal, folder, settings=settings) as stage:
            with report.step("a portal with people, announcements, a webhook and a token"):
                stage.set_up()
                fill(stage)
            with report.step("every GET without a parameter, by the client in Python"):
                api.call_with_python(stage.portal, stage.admin().token)
            with report.step("the same in TypeScript"):
                api.call_with_typescript(stage.portal, stage.admin().token)
            with report.step("schemathesis finds nothing"):
                api.play_schemathesis(stage.portal, stage.admin().token)
            with report.step("the portal ends as it should"):
                stage.portal.terminate()
        api.table.print()


def main():
    parser = script.parser(__doc__)
    parser.add_argument("--description", type=Path, default=HERE.parent.parent / "openapi.json")
    parser.add_argument("--tools", type=Path, default=HERE.parent.parent / "target" / "outside" / "npm")
    parser.add_argument("--quick", action="store_true", help="30 seconds of schemathesis rather than 120")
    options = parser.parse_args()
    script.main(lambda report: play(report, options))


if __name__ == "__main__":
    main()
