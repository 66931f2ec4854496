"""Sheets of people go into a running portal as offices have them, and come out again for programs that nobody here wrote.

It starts `portal serve` on an empty directory, then

1. sends the same people as CSV in twelve encodings and three separators, says the encoding where no byte does, and sends them as workbooks of openpyxl, XlsxWriter and LibreOffice:
   with hidden sheets, rows and columns, a filter, titles, merged cells, number formats, thousands of empty cells
2. carries a plan out, and finds everybody invited as the plan said
3. takes the directory out as CSV (for readers of English and French, and with tabs) and as XLSX, opens each with LibreOffice, and compares
   every cell with what is stored
4. opens the other tables (deliveries, acknowledgements, suppressed addresses) with LibreOffice and compares every cell with the file
5. brings what it took out, and what LibreOffice saved of it, back as a sheet: everybody is known already

    pip install aiosmtpd==1.4.6 openpyxl==3.1.5 XlsxWriter==3.3.1
    apt-get install libreoffice-calc-nogui
    python spreadsheets.py --portal ../../target/debug/portal

Without `soffice` the steps that need it are left out, and said so; with CI=true that is a failure. The processes and the steps are those of
lib/. Ends with "N passed, N failed" and a non-zero status where one failed.
"""

import csv
import io
import os
import shutil
from datetime import date, datetime
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.styles import Font

from lib import processes, script
from lib.act import Act
from lib.announcements import draft
from lib.client import XLSX
from lib.people import AISSATA, AWA, JUERGEN, LEA, THANDI, WANJIRU
from lib.report import check, equal, eventually
from lib.tables import csv_rows

HEADS = ["Courriel", "Nom", "Pays", "Rôle", "Téléphone", "Fin de mandat", "Note"]
LAST_DAY = date(2027, 6, 30)
# Who is invited by every sheet; the second is hidden where a sheet can hide.
PEOPLE = [
    ("helene@douanes.example", "Hélène Lefèvre", "Sénégal", 221338000505),
    ("hidden@douanes.example", "Noël Caché", "Sénégal", 221338000506),
    ("jose@aduanas.example", "José Muñoz", "Sénégal", 221338000507),
]
# The names of these are written in the letters of the encoding.
ENCODINGS = {
    "utf-8": ["Иван Иванов", "王小明"],
    "utf-8-sig": ["José Muñoz", "山田太郎"],
    "utf-16": ["José Muñoz", "محمد العربي"],
    "cp1252": ["José Muñoz", "Hélène Lefèvre"],
    "mac_roman": ["José Muñoz", "Hélène Lefèvre"],
    "cp850": ["José Muñoz", "Hélène Lefèvre"],
    "cp1250": ["Wałęsa Łukasz", "Żaneta Świątek"],
    "cp1251": ["Иван Иванов", "Мария Петрова"],
    "cp1254": ["Şahin Yıldız", "Çağrı Güneş"],
    "cp1256": ["محمد العربي", "فاطمة الزهراء"],
    "koi8_u": ["Иван Иванов", "Мария Петрова"],
    "cp932": ["田中太郎", "鈴木花子"],
}
# What those are called that no byte says: the file has to be sent with it. Of the others the bytes say it.
SAID = {
    "cp1252": "windows-1252",
    "mac_roman": "macintosh",
    "cp850": "IBM850",
    "cp1250": "windows-1250",
    "cp1251": "windows-1251",
    "cp1254": "windows-1254",
    "cp1256": "windows-1256",
    "koi8_u": "KOI8-U",
    "cp932": "Shift_JIS",
}
# What people write as titles and telephone numbers.
TITLES = ["=1+1", "Chef; +2 \"adjoint\"", "Cheffe d’équipe", "-", "@home, =3", "Leiter für Ü"]
PHONES = ["+221338000505", "0338000506", "+221 338 000 507", "33 800 05 08 ext 12", "(0)33/800.05.09", "+221-33-8000510"]
# LibreOffice's names of languages, by which it reads numbers and days.
ENGLISH, FRENCH = 1033, 1036


def soffice():
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(folder, file, kind, options=""):
    """What LibreOffice makes of a file."""
    into = folder / "converted"
    into.mkdir(exist_ok=True)
    home = f"-env:UserInstallation=file://{folder}/office"
    command = [soffice(), home, "--headless", "--convert-to", kind, "--outdir", into]
    if options:
        command.insert(3, f"--infilter=CSV:{options}")
    processes.run([*command, file], seconds=180)
    return into / f"{Path(file).stem}.{kind.split(':')[0]}"


def typed(cell):
    """The text of a cell without the apostrophes that keep it from being run."""
    text = "" if cell is None else str(cell)
    for separator in ["", ", ", "; ", "| "]:
        for sign in "=+-@":
            if separator:
                text = text.replace(f"{separator}'{sign}", f"{separator}{sign}")
            elif text.startswith(f"'{sign}"):
                text = text[1:]
    return text


def dialled(number):
    """A telephone number by what is dialled of it."""
    main, _, extension = (number or "").partition("ext")
    digits = "".join(c for c in main if c.isdigit() or c == "+")
    return digits, extension.strip()


def is_shown(cell, written):
    """Whether a cell shows what a file has, which a program may have taken for a number, a day or a truth."""
    if isinstance(cell, bool):
        return str(cell).lower() == written
    if isinstance(cell, (int, float)):
        return float(written) == float(cell)
    if isinstance(cell, datetime):
        return datetime.fromisoformat(written).replace(tzinfo=None) == cell
    return ("" if cell is None else cell) == written


class Spreadsheets(Act):
    def __init__(self, stage, folder):
        super().__init__(stage)
        self.folder = folder

    def play(self):
        self.prepare()
        self.encodings()
        self.workbooks()
        self.carry_out()
        self.exports()
        self.suppressions()
        self.other_tables()
        self.end()

    def prepare(self):
        with self.step("six people with titles and telephone numbers as nobody should have them"):
            self.stage.set_up()
            people = [AWA, AISSATA, WANJIRU, LEA, JUERGEN, THANDI]
            self.stage.join(*people)
            for person, title, phone in zip(people, TITLES, PHONES, strict=True):
                change = {"job_title": title, "phone": phone} if title != "-" else {"phone": phone}
                self.stage.login(person).api(200, "PATCH", "/me", change)
            self.admin = self.stage.admin()
        with self.step("LibreOffice is there"):
            if soffice() is None:
                wanted = "soffice: expected with CI=true, it is not installed: apt-get install libreoffice-calc-nogui"
                check(os.environ.get("CI") != "true", wanted)
                print("   no soffice: what it would open is left out")

    def plan(self, sheet, kind="text/csv", query=""):
        path = f"/invitations/import{query}"
        return self.admin.api(201, "POST", path, sheet, {"Content-Type": kind})

    def encodings(self):
        for encoding, names in ENCODINGS.items():
            for separator in ",;\t":
                with self.step(f"CSV in {encoding}, cells parted by {separator!r}"):
                    heads = separator.join(["email", "name", "member", "role"])
                    rows = [separator.join([f"p{n}@x.example", name, "SN", "ncp"]) for n, name in enumerate(names)]
                    sheet = "\r\n".join([heads, *rows, ""]).encode(encoding)
                    made = self.plan(sheet)
                    if encoding in SAID:
                        equal([row["reason"] for row in made["rows"]], ["charset_unsure"] * 2, "reasons")
                        equal(made["reading"]["charset_basis"], "weak_guess", "basis")
                        equal(made["reading"]["sample"], names[0], "sample")
                        made = self.plan(sheet, f"text/csv; charset={SAID[encoding]}")
                    equal([row["name"] for row in made["rows"]], names, "names")
                    equal([row["action"] for row in made["rows"]], ["invite"] * 2, "actions")
                    basis = made["reading"]["charset_basis"]
                    check(basis != "weak_guess", f"charset_basis: expected no weak_guess, there was {made['reading']}")
                    equal(made["reading"]["separator"], separator, "separator")
        with self.step("where it could be another encoding nobody is invited by a wrong name"):
            sheet = "email,name,member,role\na@x.example,Dvořák Jiří,SN,ncp\n".encode("cp1250")
            made = self.plan(sheet)
            equal([row["reason"] for row in made["rows"]], ["charset_unsure"], "reasons")
            said = self.plan(sheet, "text/csv; charset=windows-1250")
            equal([row["name"] for row in said["rows"]], ["Dvořák Jiří"], "names")
        with self.step("below a header in French a name of the West is shown, and held back as well"):
            sheet = "Courriel;Nom;Pays;Rôle\r\na@x.example;Hélène Lefèvre;SN;PCN\r\n".encode("cp1252")
            made = self.plan(sheet)
            equal([row["reason"] for row in made["rows"]], ["charset_unsure"], "reasons")
            equal((made["reading"]["charset"], made["reading"]["sample"]), ("windows-1252", "Rôle"), "reading")
            said = self.plan(sheet, "text/csv; charset=windows-1252")
            equal([(row["name"], row["action"]) for row in said["rows"]], [("Hélène Lefèvre", "invite")], "rows")

    def compare(self, made, hides=True):
        """A plan with the people who were written."""
        equal([row["email"] for row in made["rows"]], [email for email, *_ in PEOPLE], "addresses")
        fates = ["invite", "skip" if hides else "invite", "invite"]
        equal([row["action"] for row in made["rows"]], fates, f"actions {made}")
        for row, (_, name, _, phone) in zip(made["rows"], PEOPLE, strict=True):
            wanted = {"name": name, "organisation": "SN", "role": "ncp", "phone": f"+{phone}", "last_day": "2027-06-30"}
            equal({field: row[field] for field in wanted}, wanted, "row")
        if hides:
            equal(made["reading"]["sheet"], "Contacts", "sheet")
            equal(made["reading"]["hidden_rows"], 1, "hidden rows")
            equal(made["reading"]["hidden_columns"], ["Note"], "hidden columns")

    def with_openpyxl(self):
        book = openpyxl.Workbook()
        book.active.title = "Notes"
        book.active["A1"] = "The contacts are on the next sheet."
        old = book.create_sheet("Old")
        old.sheet_state = "hidden"
        old.append(["email", "name", "member", "role"])
        old.append(["old@x.example", "Old One", "SN", "ncp"])
        sheet = book.create_sheet("Contacts")
        sheet["A1"] = "Points de contact 2026"
        sheet["A1"].font = Font(bold=True)
        sheet.merge_cells("A1:F1")
        for column, head in enumerate(HEADS, 1):
            sheet.cell(3, column, head)
        for row, (email, name, country, phone) in enumerate(PEOPLE, 4):
            for column, value in enumerate([email, name, country, "PCN", phone, LAST_DAY, "à rappeler"], 1):
                sheet.cell(row, column, value)
            sheet.cell(row, 5).number_format = '"+"0'
            sheet.cell(row, 6).number_format = "dd/mm/yyyy"
        sheet.auto_filter.ref = "A3:G6"
        sheet.auto_filter.add_filter_column(0, [PEOPLE[0][0], PEOPLE[2][0]])
        sheet.row_dimensions[5].hidden = True
        sheet.column_dimensions["G"].hidden = True
        for row in range(7, 4_000):
            sheet.cell(row, 5).number_format = '"+"0'
        path = self.folder / "openpyxl.xlsx"
        book.save(path)
        return path

    def with_xlsxwriter(self):
        path = self.folder / "xlsxwriter.xlsx"
        book = xlsxwriter.Workbook(path)
        book.add_worksheet("Notes").write(0, 0, "The contacts are on the next sheet.")
        sheet = book.add_worksheet("Contacts")
        plus, day = book.add_format({"num_format": "+0"}), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.merge_range(0, 0, 0, 5, "Points de contact 2026", book.add_format({"bold": True}))
        sheet.write_row(2, 0, HEADS)
        for row, (email, name, _, phone) in enumerate(PEOPLE, 3):
            sheet.write_row(row, 0, [email, name])
            sheet.write(row, 3, "PCN")
            sheet.write(row, 4, phone, plus)
            sheet.write_datetime(row, 5, datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day), day)
        # One country for all of them, as it is seen.
        sheet.merge_range(3, 2, 5, 2, "Sénégal", book.add_format())
        sheet.autofilter(2, 0, 5, 6)
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.set_column(6, 6, None, None, {"hidden": True})
        for row in range(6, 9_000):
            sheet.write_blank(row, 4, None, plus)
        book.close()
        return path

    def workbooks(self):
        made = {"openpyxl": self.with_openpyxl(), "XlsxWriter": self.with_xlsxwriter()}
        for name, path in list(made.items()):
            if soffice():
                made[f"{name}, saved by LibreOffice"] = convert(self.folder, path, "xlsx")
        for name, path in made.items():
            with self.step(f"a workbook of {name} is read as it is seen"):
                self.compare(self.plan(path.read_bytes(), XLSX))
        with self.step("a sheet is asked for by its name, unless it is hidden"):
            sheet = made["openpyxl"].read_bytes()
            for wanted, code in [("Old", "sheet_unknown"), ("Notes", "column_missing")]:
                headers = {"Content-Type": XLSX}
                refused = self.admin.refused(422, "invalid", "POST", f"/invitations/import?sheet={wanted}", sheet, headers)
                equal(refused.json["errors"][0]["code"], code, wanted)
        with self.step("a workbook that grew out of a CSV file has numbers as they were typed"):
            rows = [HEADS[:6], *[[mail, name, land, "PCN", f"+{phone}", "30/06/2027"] for mail, name, land, phone in PEOPLE]]
            text = io.StringIO(newline="")
            csv.writer(text, delimiter=";").writerows(rows)
            self.compare(self.plan(text.getvalue().encode("cp1252"), "text/csv; charset=windows-1252"), hides=False)

    def carry_out(self):
        with self.step("a plan invites exactly whom it says, as it says"):
            made = self.plan((self.folder / "openpyxl.xlsx").read_bytes(), XLSX)
            done = self.admin.api(200, "POST", f"/imports/{made['plan']}/commit", {})
            equal(done["invited"], 2, "invited")
            invited = self.admin.pages("/appointments?status=invited", limit=100)
            equal(sorted(row["id"] for row in invited), sorted(done["appointments"]), "appointments")
            equal({row["valid_to"][:10] for row in invited}, {"2027-07-01"}, "ends of the appointments")

    def taken(self, path, language, suffix):
        answer = self.admin.file(path, XLSX if suffix == "xlsx" else "text/csv", **{"Accept-Language": language})
        file = self.folder / f"taken-{language}.{suffix}"
        file.write_bytes(answer.body)
        return file

    def assert_stored(self, rows, heads):
        """The rows of a table, with the cells that are stored."""
        listed = self.admin.pages("/contacts", limit=100)
        equal(len(rows), len(listed), "rows")
        name, title, role, member, email, phone, languages, id = heads
        for row, contact in zip(rows, listed, strict=True):
            wanted = {
                name: contact["name"],
                title: contact["job_title"] or "",
                role: contact["role"],
                member: contact["member"]["code"],
                email: contact["email"] or "",
                languages: "; ".join(contact["languages"]),
                id: contact["id"],
            }
            equal({head: typed(row[head]) for head in wanted}, wanted, "row")
            check(isinstance(row[phone], str), f"a telephone number: expected a text, there was {row[phone]!r}")
            equal(dialled(typed(row[phone])), dialled(contact["phone"]), "telephone")

    def exports(self):
        english = ("Name", "Job title", "Role (code)", "Member (code)", "E-mail", "Telephone", "Languages (codes)", "Identifier")
        french = ("Nom", "Fonction", "Rôle (code)", "Membre (code)", "Adresse électronique", "Téléphone", "Langues (codes)")
        french = (*french, "Identifiant")
        for query, language, separator, heads, locale in [
            ("", "en", ",", english, ENGLISH),
            ("", "fr", ";", french, FRENCH),
            ("?separator=tab", "en", "\t", english, FRENCH),
        ]:
            with self.step(f"contacts.csv{query} for a reader of {language}"):
                file = self.taken(f"contacts.csv{query}", language, "csv")
                self.assert_stored(csv_rows(file.read_bytes(), separator), heads)
                self.assert_known(file.read_bytes())
            if soffice():
                with self.step(f"the same, opened by LibreOffice in the language {locale} and saved as XLSX"):
                    saved = convert(self.folder, file, "xlsx", f"{ord(separator)},34,76,1,,{locale}")
                    self.assert_stored(self.table(saved), heads)
                    self.assert_known(saved.read_bytes(), XLSX)
        for language, heads in [("en", english), ("fr", french)]:
            with self.step(f"contacts.xlsx for a reader of {language}"):
                file = self.taken("contacts.xlsx", language, "xlsx")
                self.assert_stored(self.table(file), heads)
                self.assert_known(file.read_bytes(), XLSX)
            if soffice():
                with self.step("the same, saved by LibreOffice as CSV"):
                    saved = convert(self.folder, file, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true")
                    self.assert_stored(csv_rows(saved.read_bytes()), heads)
                    self.assert_known(saved.read_bytes())

    def table(self, path):
        heads, *rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
        return [{head: "" if cell is None else cell for head, cell in zip(heads, row, strict=True)} for row in rows]

    def assert_known(self, file, kind="text/csv"):
        """What was taken out comes in again: everybody is there already, as they were."""
        made = self.plan(file, kind)
        equal({row["reason"] for row in made["rows"]}, {"already_appointed"}, f"reasons {made}")
        titles = {contact["email"]: contact["job_title"] for contact in self.admin.pages("/contacts", limit=100)}
        equal({row["email"]: row["job_title"] for row in made["rows"]}, titles, "titles")

    def suppressions(self):
        with self.step("suppressions go out and in again, in the separator of the reader"):
            for address in ["+kofi@x.example", "a@x.example"]:
                self.admin.api(201, "POST", "/suppressions", {"address": address})
            file = self.taken("suppressions.csv", "fr", "csv")
            rows = csv_rows(file.read_bytes(), ";")
            equal([typed(row["address"]) for row in rows], ["+kofi@x.example", "a@x.example"], "addresses")
            headers = {"Content-Type": "text/csv"}
            read = self.admin.api(200, "POST", "/suppressions/import", file.read_bytes(), headers)
            equal(read, {"read": 2, "suppressed": 2}, "what was read")

    def other_tables(self):
        with self.step("an announcement to everybody, which asks to be acknowledged"):
            sent = self.admin.api(201, "POST", "/announcements", draft(acknowledge=True, audience={}))
            self.admin.api(202, "POST", f"/announcements/{sent['id']}/send", {})
            summary = f"/announcements/{sent['id']}/summary"
            eventually(lambda: self.admin.api(200, "GET", summary)["sent"] > 0, "mails of the announcement", 60)
        for name, path in [
            ("deliveries", f"announcements/{sent['id']}/deliveries.csv"),
            ("acknowledgements", f"announcements/{sent['id']}/acknowledgements.csv"),
            ("suppressions", "suppressions.csv"),
        ]:
            for language, separator, locale in [("en", ",", ENGLISH), ("fr", ";", FRENCH)]:
                with self.step(f"{name}.csv for a reader of {language}, opened by LibreOffice"):
                    file = self.taken(path, language, "csv")
                    written = csv_rows(file.read_bytes(), separator)
                    check(written, "rows: expected some, there were none")
                    if soffice():
                        saved = convert(self.folder, file, "xlsx", f"{ord(separator)},34,76,1,,{locale}")
                        shown = self.table(saved)
                        equal(len(shown), len(written), "rows")
                        for cells, texts in zip(shown, written, strict=True):
                            equal(list(cells), list(texts), "heads")
                            wrong = {head: (cells[head], texts[head]) for head in texts if not is_shown(cells[head], texts[head])}
                            equal(wrong, {}, "cells that show something else")


def main():
    options = script.parser(__doc__).parse_args()

    def play(report):
        with script.folder("spreadsheets") as folder, script.stage(report, options.portal, folder) as stage:
            Spreadsheets(stage, folder).play()

    script.main(play)


if __name__ == "__main__":
    main()
