"""Questionnaires go out of a running portal as XLSForm, and are converted by the program that most survey offices use.

It starts `portal serve` on an empty directory, then

1. brings the two questionnaires that come with the portal as JSON, publishes them, and has pyxform convert what comes out as XLSX:
   without an error, with every question, in English and French
2. brings each workbook in again, also as openpyxl saves it, and finds the same questionnaire; what comes out of that gives the same form
3. brings a form in that openpyxl wrote as an office would, and has pyxform convert what comes out

    pip install aiosmtpd==1.4.6 openpyxl==3.1.5 pyxform==4.5.0
    python xlsform.py --portal ../../target/debug/portal

The processes and the steps are those of lib/. Ends with "N passed, N failed" and a non-zero status where one failed.
"""

import io
import json
import re
from pathlib import Path

import openpyxl
from pyxform.xls2xform import convert

from lib import script
from lib.act import Act
from lib.client import XLSX
from lib.report import check, equal, includes

DATA = Path(__file__).resolve().parents[2] / "crates" / "questionnaire" / "data"
JSON = "application/json"
SHIPPED = {
    "smart-customs": ("member", DATA / "smart-customs-2024.json"),
    "smart-customs-partners": ("partner", DATA / "smart-customs-2024-partners.json"),
}
OFFICE = {
    "survey": [
        ["type", "name", "label::English (en)", "label::Français (fr)", "required", "relevant"],
        ["begin group", "basics", "Basics", "Bases", None, None],
        ["select_one yn", "it_strategy", "Is there a strategy?", "Existe-t-il une stratégie ?", "yes", None],
        ["integer", "staff", "How many people?", "Combien de personnes ?", None, "${it_strategy} = '1'"],
        ["end group", None, None, None, None, None],
    ],
    "choices": [
        ["list name", "name", "label::English (en)", "label::Français (fr)"],
        ["yn", 1, "Yes", "Oui"],
        ["yn", 0, "No", "Non"],
    ],
    "settings": [["form_title", "form_id", "default_language"], ["Survey", "survey", "English (en)"]],
}


def codes(items):
    """The codes of all questions; of a matrix those of its rows."""
    for item in items:
        if "group" in item:
            yield from codes(item["group"]["items"])
        elif "question" in item:
            answer = item["question"]["answer"]
            yield from [row["code"] for row in answer["rows"]] if answer["type"] == "matrix" else [item["question"]["code"]]


def saved(sheets):
    """A workbook of openpyxl."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class Questionnaires(Act):
    def __init__(self, stage, folder):
        super().__init__(stage)
        self.folder, self.admin = folder, None

    def play(self):
        with self.step("the portal starts, and has an administrator"):
            self.stage.set_up()
            self.admin = self.stage.admin()
        for code, (audience, path) in SHIPPED.items():
            self.shipped(code, audience, path)
        self.office()
        self.end()

    def make(self, code, audience):
        titles = {"en": "Smart customs", "fr": "Douane intelligente"}
        self.admin.api(201, "POST", "/surveys", {"code": code, "audience": audience, "titles": titles})

    def read(self, code, file, kind):
        """The dry run of a file, which has no faults."""
        answer = self.admin.send("POST", f"/api/v1/surveys/{code}/versions/import", file, {"Content-Type": kind})
        equal(answer.status, 201, f"reading a file ({answer})")
        equal(answer.json["faults"], [], "faults")
        return answer.json

    def publish(self, code, plan):
        self.admin.api(201, "POST", f"/surveys/{code}/versions/import/{plan['plan']}/commit", {})
        self.admin.api(200, "POST", f"/surveys/{code}/versions/1/publish")

    def form(self, name, workbook):
        """What pyxform makes of a workbook; without its date, which is that of the day."""
        path = self.folder / f"{name}.xlsx"
        path.write_bytes(workbook)
        made = convert(xlsform=path)
        untranslated = [warning for warning in made.warnings if "translation" in warning.lower()]
        equal(untranslated, [], "warnings about languages")
        return re.sub(r' version="[^"]*"', "", made.xform)

    def taken(self, code):
        return self.admin.file(f"surveys/{code}/versions/1.xlsx", XLSX).body

    def assert_asks(self, form, questionnaire):
        wanted = {code for section in questionnaire["sections"] for code in codes(section["items"])}
        check(len(wanted) > 1, f"questions: expected some, there were {wanted}")
        bound = set(re.findall(r'nodeset="[^"]*/([^/"]+)"', form))
        includes(bound, wanted, "questions of the form")
        equal(re.findall(r'<translation lang="([^"]*)"', form), ["English (en)", "French (fr)"], "languages of the form")

    def shipped(self, code, audience, path):
        with self.step(f"{path.name} goes in as JSON, without a fault"):
            self.make(code, audience)
            self.publish(code, self.read(code, path.read_bytes(), JSON))
        with self.step("it comes out as a workbook that pyxform converts, with every question in both languages"):
            questionnaire = json.loads(self.admin.file(f"surveys/{code}/versions/1.json", JSON).body)
            workbook = self.taken(code)
            form = self.form(code, workbook)
            self.assert_asks(form, questionnaire)
        with self.step("the workbook goes in again, also as openpyxl saves it, and is the same questionnaire"):
            book = openpyxl.load_workbook(io.BytesIO(workbook))
            equal(book.sheetnames, ["survey", "choices", "settings"], "sheets")
            file = io.BytesIO()
            book.save(file)
            for again in [workbook, file.getvalue()]:
                equal(self.read(code, again, XLSX)["questionnaire"], questionnaire, "questionnaire")
        with self.step("what comes out of that gives the same form"):
            self.make(f"{code}-2", audience)
            self.publish(f"{code}-2", self.read(f"{code}-2", workbook, XLSX))
            equal(self.form(code, self.taken(f"{code}-2")), form, "form")

    def office(self):
        with self.step("a form that an office wrote goes in, and its codes are numbers as they were typed"):
            self.make("office", "member")
            plan = self.read("office", saved(OFFICE), XLSX)
            first = plan["questionnaire"]["sections"][0]["items"][0]["question"]
            equal([option["code"] for option in first["answer"]["options"]], ["1", "0"], "codes")
            self.publish("office", plan)
        with self.step("what comes out of it is converted by pyxform"):
            self.assert_asks(self.form("office", self.taken("office")), plan["questionnaire"])


def main():
    options = script.parser(__doc__).parse_args()

    def play(report):
        with script.folder("xlsform") as folder, script.stage(report, options.portal, folder) as stage:
            Questionnaires(stage, folder).play()

    script.main(play)


if __name__ == "__main__":
    main()
