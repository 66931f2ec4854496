"""Codebooks and results go out of a running portal, and are read by programs that nobody here wrote.

It starts `portal serve` on an empty directory, then

1. publishes the questionnaires that come with the portal, and reads their codebooks with json, csv, openpyxl and lxml: all have the same columns;
   with `--ddi DIR`, where DIR has the schema of DDI-Codebook 2.5, the XML is valid by it, and in any case its references lead somewhere
2. plays a small round: nine administrations answer, the Secretariat closes the round and publishes a release
3. reads the release as JSON, CSV, XLSX and SDMX-CSV (pysdmx): all have the same figures, and none of those that are hidden
4. reads the charts with lxml: a title, a description, no script, nothing from elsewhere
5. reads the answers as CSV and XLSX, every code of which has a label

    pip install aiosmtpd==1.4.6 lxml==6.1.3 openpyxl==3.1.5 'pysdmx[data]==1.21.0'
    python results.py --portal ../../target/debug/portal [--ddi DIR]

The processes and the steps are those of lib/. Ends with "N passed, N failed" and a non-zero status where one failed.
"""

import datetime
import io
import json
from pathlib import Path

import openpyxl
from lxml import etree
from pysdmx.io import read_sdmx

from lib import people, script
from lib.act import Act
from lib.client import XLSX
from lib.report import check, equal, includes
from lib.tables import csv_rows

DATA = Path(__file__).resolve().parents[2] / "crates" / "questionnaire" / "data"
SHIPPED = {
    "smart-customs": ("member", DATA / "smart-customs-2024.json"),
    "smart-customs-partners": ("partner", DATA / "smart-customs-2024-partners.json"),
}
JSON, CSV, XML, SVG = "application/json", "text/csv", "application/xml", "image/svg+xml"
DDI, SVG_SPACE = "{ddi:codebook:2_5}", "{http://www.w3.org/2000/svg}"
# What SDMX-CSV 2.0 has before the dimensions; a program takes a misspelt head for a dimension without a word.
STRUCTURE = ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
# Level, areas, strategy, whether the members may see the answers; the first region has the first four.
ANSWERS = [
    ("l1", ["trade"], "yes", True),
    ("l1", ["trade", "security"], "yes", False),
    ("l2", ["trade"], "yes", True),
    ("l2", ["security"], "no", False),
    ("l1", ["trade"], "yes", True),
    ("l1", ["trade"], "no", False),
    ("l2", ["security"], "yes", True),
    ("l1", ["trade"], "yes", False),
    ("l2", ["security"], "yes", True),
]


def text(words):
    return {"en": words, "fr": f"{words} (fr)"}


def question(code, sensitivity, answer, **more):
    return {"question": {"code": code, "label": text(f"={code}?"), "concept": code, "sensitivity": sensitivity, "answer": answer, **more}}


def options(*codes):
    return [{"code": code, "label": text(code.title())} for code in codes]


QUESTIONNAIRE = {
    "languages": ["en", "fr"],
    "title": text("Small survey"),
    "sections": [{
        "code": "s",
        "title": text("Section"),
        "items": [
            question("maturity", "aggregate", {"type": "scale", "options": options("l1", "l2", "l3")}),
            question("areas", "community", {"type": "multiple", "options": options("trade", "security")}),
            question("strategy", "community", {"type": "single", "options": options("yes", "no")}),
            question("remark", "secretariat", {"type": "text"}, show_if="${strategy} = 'no'"),
        ],
    }],
}


def sheet(book, name):
    """The rows of a sheet as dictionaries, by its heads."""
    rows = book[name].iter_rows(values_only=True)
    heads = next(rows)
    return [dict(zip(heads, row)) for row in rows]


def workbook(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.body))


class Results(Act):
    def __init__(self, stage, folder, schema):
        super().__init__(stage)
        self.folder, self.schema, self.admin = folder, schema, None

    def play(self):
        with self.step("the portal starts, and has an administrator"):
            self.stage.set_up()
            self.admin = self.stage.admin()
        for code, (audience, path) in SHIPPED.items():
            self.codebooks(code, audience, json.loads(path.read_text()))
        self.round()
        self.figures()
        self.charts()
        self.answers()
        self.end()

    def publish(self, code, audience, questionnaire):
        titles = {"en": "Smart customs", "fr": "Douane intelligente"}
        self.admin.api(201, "POST", "/surveys", {"code": code, "audience": audience, "titles": titles})
        self.admin.api(201, "POST", f"/surveys/{code}/versions", {"questionnaire": questionnaire})
        self.admin.api(200, "POST", f"/surveys/{code}/versions/1/publish")

    # Codebooks

    def codebooks(self, code, audience, questionnaire):
        with self.step(f"the codebook of {code} has the same columns in all formats"):
            self.publish(code, audience, questionnaire)
            path = f"surveys/{code}/versions/1/codebook"
            book = json.loads(self.admin.file(f"{path}.json", JSON).body)
            names = [variable["name"] for variable in book["variables"]]
            check(len(names) > 20, f"columns: expected many, there were {names}")
            rows = csv_rows(self.admin.file(f"{path}.csv?separator=comma", CSV).body)
            equal([row["name"] for row in rows if row["kind"] == "variable"], names, "columns of the CSV")
            sheets = workbook(self.admin.file(f"{path}.xlsx", XLSX))
            equal([row["name"] for row in sheet(sheets, "variables")], names, "columns of the workbook")
            values = {(row["name"], row["value"]) for row in sheet(sheets, "values")}
            equal(values, {(row["name"], row["value"]) for row in rows if row["kind"] == "value"}, "values")
        with self.step(f"its XML is DDI-Codebook 2.5{'' if self.schema else ' (its schema was not given)'}"):
            document = etree.fromstring(self.admin.file(f"{path}.xml", XML).body)
            if self.schema:
                self.schema.assertValid(document)
            self.assert_codebook(document, book)

    def assert_codebook(self, document, book):
        """The columns, and references, which no validator follows."""
        variables = document.findall(f".//{DDI}var")
        equal([of.get("name") for of in variables], [of["name"] for of in book["variables"]], "columns of the XML")
        ids = {of.get("ID") for of in document.iter() if of.get("ID")}
        for of in document.iter(f"{DDI}varGrp", f"{DDI}var"):
            named = f"{of.get('var', '')} {of.get('files', '')}".split()
            includes(ids, set(named), f"what {of.get('ID')} refers to")
        languages = {label.get("{http://www.w3.org/XML/1998/namespace}lang") for label in document.iter(f"{DDI}labl")}
        equal(languages, {"en", "fr"}, "languages of labels")

    # A round

    def round(self):
        with self.step("nine administrations answer a small survey, and its results are published"):
            people_of_round = [person for person in people.NCPS if person is not people.THANDI]
            self.stage.join(*people_of_round)
            self.admin = self.stage.admin()
            self.publish("small", "member", QUESTIONNAIRE)
            now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
            moment = lambda minutes: (now + datetime.timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
            form = {"survey": "small", "version": 1, "opens_at": moment(-1), "closes_at": moment(600), "zone": "Europe/Brussels", "min_cell": 3}
            self.round_id = self.admin.api(201, "POST", "/rounds", form)["id"]
            self.admin.api(200, "POST", f"/rounds/{self.round_id}/open")
            for person, answers in zip(people_of_round, ANSWERS, strict=True):
                self.respond(self.stage.login(person), *answers)
            self.admin = self.stage.admin()
            self.admin.api(200, "POST", f"/rounds/{self.round_id}/close")
            self.release = self.admin.api(201, "POST", f"/rounds/{self.round_id}/releases", {"audience": "public"})["id"]

    def respond(self, client, level, areas, strategy, share):
        response = client.api(200, "POST", f"/rounds/{self.round_id}/response")["id"]
        given = {"maturity": level, "areas": areas, "strategy": strategy}
        writes = [{"question": code, "value": value, "revision": 0} for code, value in given.items()]
        client.api(200, "PATCH", f"/responses/{response}/answers", writes)
        for deed in ["request-review", "approve"]:
            client.api(200, "POST", f"/responses/{response}/{deed}")
        client.api(200, "POST", f"/responses/{response}/submit", {"share": share})

    # Results

    def path(self, rest):
        return f"releases/{self.release}/{rest}"

    def figures(self):
        with self.step("the release is the same as JSON, CSV and workbook"):
            artefact = json.loads(self.anonymous.file(self.path("results.json"), JSON).body)
            counts = {}
            for result in artefact["questions"]:
                for table in ["totals", "by_region"]:
                    rows = result[table].get("served", {"rows": []})["rows"]
                    name = "region" if table == "by_region" else table
                    for row in rows:
                        for cell in row["cells"]:
                            counts[name, result["question"], row["key"], cell["option"]] = cell["count"]
            check(any(count is not None for count in counts.values()), f"some figures should be shown: {counts}")
            check(any(count is None for count in counts.values()), f"some figures should be hidden: {counts}")
            rows = csv_rows(self.anonymous.file(self.path("results.csv?separator=comma&lang=fr"), CSV).body)
            equal(self.counted(rows), counts, "figures of the CSV")
            hidden = [row for row in rows if row["is_hidden"] == "true"]
            equal({(row["value"], row["percent"]) for row in hidden}, {("", "")}, "what is hidden")
            equal(rows[-1]["label"].lstrip("'"), "=strategy? (fr)", "a label")
            check(rows[-1]["label"].startswith("'"), "no cell is a formula")
            sheets = workbook(self.anonymous.file(self.path("results.xlsx"), XLSX))
            equal(self.counted(sheet(sheets, "results")), counts, "figures of the workbook")
        with self.step("pysdmx reads the same figures as SDMX-CSV 2.0"):
            self.sdmx(counts)

    def counted(self, rows):
        number = lambda value: None if value in ("", None) else int(value)
        rows = [row for row in rows if row["measure"] == "count"]
        return {(row["table"], row["question"], row["group"], row["option"]): number(row["value"]) for row in rows}

    def sdmx(self, counts):
        body = self.anonymous.file(self.path("sdmx.csv"), "application/vnd.sdmx.data+csv").body
        equal(body.decode().split("\r\n")[0].split(",")[:3], STRUCTURE, "the first heads")
        file = self.folder / "release.csv"
        file.write_bytes(body)
        [data] = read_sdmx(file).data
        equal(str(data.structure).split("=")[-1], "SCS:DF_SURVEY(1.0.0)", "dataflow")
        rows = [row for row in data.data.fillna("").to_dict("records") if str(row["QUESTION"]) != "_T"]
        rows = [row for row in rows if row["UNIT_MEASURE"] == "NUMBER"]
        marks = {(str(row["OBS_VALUE"]) == "", row["OBS_STATUS"], row["CONF_STATUS"]) for row in rows}
        equal(marks, {(True, "Q", "C"), (False, "A", "F")}, "marks")
        totals = {(question, option): count for (table, question, key, option), count in counts.items() if table == "totals"}
        known = {(row["QUESTION"], row["OPTION"]): row["OBS_VALUE"] for row in rows if row["REF_REGION"] == "_T"}
        for (question, option), count in totals.items():
            value = str(known[question.upper(), option.upper()])
            equal(value, "" if count is None else str(count), f"{question} {option}")

    def charts(self):
        with self.step("charts have a title and a description, and nothing that runs or is loaded"):
            # Of nine respondents no option of several can be told: at least one of its two sides is small.
            equal(self.anonymous.send("GET", f"/api/v1/{self.path('charts/areas.svg')}").status, 404, "a hidden table has no chart")
            for name in ["maturity.svg", "maturity.svg?lang=fr", "maturity.svg?by=region&lang=fr"]:
                answer = self.anonymous.send("GET", f"/api/v1/{self.path(f'charts/{name}')}")
                if answer.status == 404 and "by=" in name:
                    continue  # Nothing by region is told.
                equal(answer.status, 200, f"{name} ({answer})")
                equal(answer.headers["Content-Type"], SVG, "media type")
                policy = answer.headers["Content-Security-Policy"]
                check(policy.startswith("default-src 'none'") and "unsafe" not in policy, f"policy: {policy}")
                self.assert_chart(etree.fromstring(answer.body))

    def assert_chart(self, chart):
        equal(chart.tag, f"{SVG_SPACE}svg", "root")
        equal(chart.get("role"), "img", "role")
        named = [chart.find(f".//*[@id='{id}']") for id in chart.get("aria-labelledby").split()]
        equal([of.tag for of in named], [f"{SVG_SPACE}title", f"{SVG_SPACE}desc"], "what names it")
        check(all(of.text.strip() for of in named), "title and description have texts")
        known = {f"{SVG_SPACE}{tag}" for tag in "svg title desc style defs pattern path rect text".split()}
        for of in chart.iter():
            check(of.tag in known, f"an element that a chart needs, there was {of.tag}")
            odd = [key for key in of.attrib if key.startswith("on") or key == "style" or "href" in key]
            equal(odd, [], f"attributes of {of.tag} that do something")

    # Answers

    def answers(self):
        with self.step("the Secretariat alone has the answers, with the reasons why one is missing"):
            path = f"rounds/{self.round_id}/microdata"
            rows = csv_rows(self.admin.file(f"{path}.csv?separator=comma", CSV).body)
            equal(len(rows), len(ANSWERS), "respondents")
            check("maturity" not in rows[0], "answers that are only counted are in no file")
            expected = sorted((strategy if share else ".d") for _, _, strategy, share in ANSWERS)
            equal(sorted(row["strategy"] for row in rows), expected, "strategies")
            equal({row["remark"] for row in rows}, {".d", ".s"}, "remarks")
            book = workbook(self.admin.file(f"{path}.xlsx", XLSX))
            equal([row["_organisation"] for row in sheet(book, "data")], [row["_organisation"] for row in rows], "workbook")
            labels = {(row["variable"], row["value"]) for row in sheet(book, "labels")}
            for row in rows:
                codes = {("strategy", row["strategy"])} | ({("remark", row["remark"])} if row["remark"].startswith(".") else set())
                includes(labels, codes, "codes with labels")
            awa = self.stage.login(people.AWA)
            awa.refused(403, "secretariat_only", "GET", f"/{path}.csv")


def main():
    parser = script.parser(__doc__)
    parser.add_argument("--ddi", type=Path, help="folder with the schema of DDI-Codebook 2.5 (codebook.xsd)")
    given = parser.parse_args()
    schema = etree.XMLSchema(etree.parse(given.ddi / "codebook.xsd")) if given.ddi else None

    def play(report):
        with script.folder("results") as folder, script.stage(report, given.portal, folder) as stage:
            Results(stage, folder, schema).play()

    script.main(play)


if __name__ == "__main__":
    main()
