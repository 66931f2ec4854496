//! Sheets that cost much, or that invite people whom their author does not see (number 4).

use std::io::{Cursor, Write as _};

use portal::demo::client::{Answer, Client};
use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::lines::{held, id};
use crate::support::{Application, Expect as _, TestApp, story};

const CSV: &str = "text/csv";
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
pub(super) const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
pub(super) const LINKS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

pub(super) fn import(client: &Client, media_type: &str, sheet: &[u8]) -> Answer {
    client.send("POST", "/api/v1/invitations/import", Some((media_type, sheet))).unwrap()
}

/// Row, action and reason of each row of a plan.
pub(super) fn fates(plan: &Value) -> Vec<(u64, &str, &str)> {
    let rows = plan["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        (row["row"].as_u64().unwrap(), row["action"].as_str().unwrap(), row["reason"].as_str().unwrap_or_default())
    })
    .collect()
}

/// The error of a sheet.
pub fn wrong(answer: &Answer) -> String {
    assert_eq!(answer.status, 422, "{}", answer.text);
    answer.json()["errors"][0]["code"].as_str().unwrap().to_owned()
}

/// A workbook of these sheets, relations and rows.
fn workbook(sheets: &str, links: &str, rows: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, text: &str| {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    };
    let relations = |links: &str| format!("<Relationships xmlns=\"{LINKS}\">{links}</Relationships>");
    put(
        "_rels/.rels",
        &relations(&format!("<Relationship Id=\"r\" Type=\"{KINDS}/officeDocument\" Target=\"xl/workbook.xml\"/>")),
    );
    let names = format!("xmlns=\"{MAIN}\" xmlns:r=\"{KINDS}\" xmlns:x=\"urn:x\"");
    put("xl/workbook.xml", &format!("<workbook {names}><sheets>{sheets}</sheets></workbook>"));
    put("xl/_rels/workbook.xml.rels", &relations(links));
    put("xl/worksheets/sheet1.xml", &format!("<worksheet {names}><sheetData>{rows}</sheetData></worksheet>"));
    archive.finish().unwrap().into_inner()
}

pub(super) fn link(id: &str, target: &str) -> String {
    format!("<Relationship Id=\"{id}\" Type=\"{KINDS}/worksheet\" Target=\"{target}\"/>")
}

/// A row; `said` are further attributes.
pub(super) fn row(number: u32, said: &str, texts: [&str; 4]) -> String {
    let cell =
        |(column, text): (char, &str)| format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let cells: String = ('A'..).zip(texts).map(cell).collect();
    format!("<row r=\"{number}\" {said}>{cells}</row>")
}

pub(super) const HEADS: [&str; 4] = ["email", "name", "member", "role"];
pub(super) const SEEN: [&str; 4] = ["seen@x.example", "Awa Diop", "SN", "ncp"];
const HIDDEN: [&str; 4] = ["hidden@x.example", "Mor Fall", "SN", "ncp"];
const SHEET: &str = "<sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/>";

#[story]
fn a04_sheets_that_share_an_entry_cost_no_more_than_one(t: TestApp) {
    let admin = t.admin();
    let sheets =
        |count: u32| (0..count).map(|n| format!("<sheet name=\"{n:x}\" r:id=\"rId1\"/>")).collect::<Vec<_>>().concat();
    let first = link("rId1", "worksheets/sheet1.xml");
    // The sheet has no header, so the others would be searched.
    let nothing = row(1, "", ["x", "", "", ""]);
    assert_eq!(wrong(&import(&admin, XLSX, &workbook(&sheets(19_900), &first, &nothing))), "sheet_too_large");
    assert_eq!(wrong(&import(&admin, XLSX, &workbook(&sheets(255), &first, &nothing))), "column_missing");
    let people = [row(1, "", HEADS), row(2, "", SEEN)].concat();
    let made = import(&admin, XLSX, &workbook(&sheets(255), &first, &people)).expect(201);
    assert_eq!((fates(&made), &made["reading"]["sheet"]), (vec![(2, "invite", "")], &json!("0")));
}

#[story]
fn a04_what_a_sheet_hides_is_not_invited_whatever_its_parts_are_called(t: TestApp) {
    let admin = t.admin();
    let rows = |said: &str| [row(1, "", HEADS), row(2, "", SEEN), row(3, said, HIDDEN)].concat();
    let others: String = (0..500).map(|number| link(&format!("x{number}"), "y")).collect();
    let target = "worksheets/sheet1.xml";
    for (what, sheets, links, said) in [
        ("as it is", SHEET, link("rId1", target), "hidden=\"1\""),
        ("the case of the target", SHEET, link("rId1", "worksheets/Sheet1.xml"), "hidden=\"1\""),
        ("many relations", SHEET, others + &link("rId1", target), "hidden=\"1\""),
        ("a foreign attribute", SHEET, link("rId1", target), "x:hidden=\"0\" hidden=\"1\""),
        ("a foreign number", SHEET, link("rId1", target), "x:r=\"9\" hidden=\"1\""),
    ] {
        let made = import(&admin, XLSX, &workbook(sheets, &links, &rows(said))).expect(201);
        assert_eq!(fates(&made), [(2, "invite", ""), (3, "skip", "row_hidden")], "{what}");
    }
    let two = "<sheet name=\"S\" sheetId=\"1\" x:id=\"zz\" r:id=\"rId1\"/>";
    for (what, sheets, links) in [
        ("two ids", two, link("rId1", target)),
        ("two relations of an id", SHEET, link("rId1", target).repeat(2)),
        ("an entry that is not there", SHEET, link("rId1", "sheet1.xml")),
    ] {
        let refused = import(&admin, XLSX, &workbook(sheets, &links, &rows("hidden=\"1\"")));
        assert_eq!(wrong(&refused), "sheet_broken", "{what}");
    }
}

#[story]
fn a04_what_lies_under_a_merged_cell_or_shows_nothing_invites_nobody(t: TestApp) {
    let admin = t.admin();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let unseen = Format::new().set_num_format(";;;");
    for (row, texts) in (0..).zip([HEADS, SEEN, HIDDEN, HIDDEN]) {
        for (column, text) in (0..).zip(texts) {
            sheet.write(row, column, text).unwrap();
        }
    }
    for (column, text) in (0..).zip(HIDDEN) {
        sheet.write_with_format(2, column, text, &unseen).unwrap();
    }
    sheet.merge_range(3, 0, 3, 3, "That is all.", &Format::new()).unwrap();
    for (column, text) in (1..).zip(["Mor Fall", "SN", "ncp"]) {
        sheet.write(3, column, text).unwrap();
    }
    let made = import(&admin, XLSX, &book.save_to_buffer().unwrap()).expect(201);
    assert_eq!(fates(&made), [(2, "invite", ""), (4, "error", "bad_email")]);
    assert_eq!(made["reading"]["hidden_cells"], 7);
    assert_eq!(made["rows"][1]["name"], Value::Null, "what lies under it is not even shown");
}

#[story]
fn a04_hidden_rows_are_counted_and_a_few_of_them_shown(t: TestApp) {
    let admin = t.admin();
    let hidden: String = (3..1_203).map(|number| row(number, "hidden=\"1\"", HIDDEN)).collect();
    let rows = [row(1, "", HEADS), row(2, "", SEEN), hidden].concat();
    let made = import(&admin, XLSX, &workbook(SHEET, &link("rId1", "worksheets/sheet1.xml"), &rows)).expect(201);
    assert_eq!(made["counts"], json!({"invite": 1, "skip": 1_200, "error": 0}));
    assert_eq!((made["rows"].as_array().unwrap().len(), &made["reading"]["hidden_rows"]), (101, &json!(1_200)));
}

#[story]
fn a04_names_in_letters_that_could_be_others_invite_nobody(t: TestApp) {
    use encoding_rs::{WINDOWS_1250, WINDOWS_1252, WINDOWS_1253, X_MAC_CYRILLIC};
    let admin = t.admin();
    for (encoding, name) in
        [(WINDOWS_1250, "Ewa Dąbrowska"), (WINDOWS_1250, "Béla Erdős"), (WINDOWS_1252, "Hélène Lefèvre")]
    {
        let sheet = format!("email,name,member,role\na@x.example,{name},SN,ncp\nb@x.example,Awa Diop,SN,ncp\n");
        let bytes = encoding.encode(&sheet).0.into_owned();
        let made = import(&admin, CSV, &bytes).expect(201);
        assert_eq!(fates(&made), [(2, "error", "charset_unsure"), (3, "invite", "")], "{name}");
        let said = import(&admin, &format!("text/csv; charset={}", encoding.name()), &bytes).expect(201);
        assert_eq!((&said["rows"][0]["name"], &said["rows"][0]["action"]), (&json!(name), &json!("invite")));
    }
    // Columns are named in French on machines of every part of the world, and scripts have several encodings each.
    for (encoding, name) in [
        (WINDOWS_1250, "Mădălina Ionescu"),
        (WINDOWS_1252, "Hélène Lefèvre"),
        (X_MAC_CYRILLIC, "Иван Иванов"),
        (WINDOWS_1253, "Γιώργος Παπαδόπουλος"),
    ] {
        let sheet = format!("Courriel;Nom;Pays;Role\r\na@x.example;{name};SN;PCN\r\n");
        let bytes = encoding.encode(&sheet).0.into_owned();
        let made = import(&admin, CSV, &bytes).expect(201);
        assert_eq!(fates(&made), [(2, "error", "charset_unsure")], "{name}");
        let said = import(&admin, &format!("text/csv; charset={}", encoding.name()), &bytes).expect(201);
        assert_eq!((fates(&said), &said["rows"][0]["name"]), (vec![(2, "invite", "")], &json!(name)));
    }
    let dos = import(&admin, "text/csv; charset=cp852", b"email,name,member,role\na@x.example,Ma\x88gorzata,SN,ncp\n");
    assert_eq!(dos.expect(201)["rows"][0]["name"], "Małgorzata");
}

#[story]
fn a04_an_import_is_written_down_before_anybody_is_invited(t: TestApp) {
    let admin = t.admin();
    let sheet = "email,name,member,role\na@x.example,Awa Diop,SN,ncp\nb@x.example,Mor Fall,SN,ncp\nnobody,X,SN,ncp\n";
    let made = import(&admin, CSV, sheet.as_bytes()).expect(201);
    let path = format!("/imports/{}/commit", made["plan"].as_str().unwrap());
    let begun = || admin.all("/audit?action=import_begun");
    assert_eq!(admin.post(&path, &json!({})).refused(422), "invalid");
    assert!(begun().is_empty(), "nothing begins where rows are in error");
    assert_eq!(admin.post(&path, &json!({"skip_errors": true})).expect(200)["invited"], 2);
    let begun = begun();
    assert_eq!((begun.len(), &begun[0]["detail"]["to_invite"]), (1, &json!(2)));
    assert_eq!(begun[0]["detail"]["plan"], made["plan"]);
}

/// Plans to invite two people; the path that does.
fn planned(officer: &Client, member: &str) -> String {
    let sheet =
        format!("email,name,member,role\na@x.example,Awa Diop,{member},ncp\nb@x.example,Mor Fall,{member},ncp\n");
    let made = import(officer, CSV, sheet.as_bytes()).expect(201);
    format!("/imports/{}/commit", made["plan"].as_str().unwrap())
}

#[story]
fn a04_a_plan_that_does_not_hold_is_refused_without_a_write(t: TestApp) {
    let admin = t.admin();
    let path = planned(&admin, "SN");
    let form = json!({"email": "b@x.example", "name": "Mor Fall", "organisation": "SN", "role": "ncp"});
    admin.post("/invitations", &form).expect(201);
    held(&t, id(&admin), |_release| {
        for _ in 0..3 {
            assert_eq!(admin.post(&path, &json!({})).refused(409), "plan_outdated");
        }
    });
}

#[story]
fn a04_a_plan_takes_the_one_place_of_its_officer(t: TestApp) {
    let admin = t.admin();
    let path = planned(&admin, "SN");
    let place = t.portal.heavy_work.place(id(&admin)).unwrap();
    assert_eq!(admin.post(&path, &json!({})).refused(429), "work_under_way");
    drop(place);
    let free = t.portal.heavy_work.free();
    assert_eq!(admin.post(&path, &json!({})).expect(200)["invited"], 2);
    assert_eq!(t.portal.heavy_work.free(), free, "the place is given back before the answer");
}

#[story("throttle.mails_per_officer=2", "throttle.officer_writes_at_once=5", "throttle.officer_writes_per_day=24")]
fn a04_a_plan_beyond_the_budget_of_mails_costs_a_change(t: TestApp) {
    let officer = t.member(&Application { role: "coordinator", ..Application::new("KE", "Wanjiru Kamau") });
    let form = json!({"email": "c@x.example", "name": "Mor Fall", "organisation": "KE", "role": "ncp"});
    officer.post("/invitations", &form).expect(201);
    let path = planned(&officer, "KE");
    let refusals = (0..6).map(|_| officer.post(&path, &json!({})).refused(429));
    let judged = refusals.take_while(|code| code == "too_many_attempts").count();
    assert!((1..=3).contains(&judged), "each is a change: {judged}");
}
