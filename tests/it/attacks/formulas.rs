//! Files for spreadsheet programs carry no formula, wherever such a program splits them (number 21).

use std::io::{Cursor, Read as _};

use portal::demo::receiver::Verdict;
use serde_json::json;
use zip::ZipArchive;

use super::heavy_work::import;
use crate::reading::announce;
use crate::support::{Application, Expect as _, TestApp, story};

/// Cells that a spreadsheet would run, wherever it splits a file.
fn formulas(file: &str) -> Vec<String> {
    let is_passed_over = |c: char| c == '"' || c.is_whitespace();
    let runs = |cell: &&str| {
        cell.trim_start_matches('\u{feff}')
            .trim_start_matches(is_passed_over)
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
    };
    let cells =
        [',', ';', '\t', '|', '\n', '\r'].map(|separator| file.split(separator).filter(runs).map(str::to_owned));
    cells.into_iter().flatten().collect()
}

#[story]
fn a21_no_cell_of_a_file_is_a_formula_wherever_it_is_split(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let title = "Chef;=1+1; \"＝cmd|' /C calc'!A0, @SUM(1)";
    awa.patch("/me", &json!({"job_title": title})).expect(200);
    wanjiru.patch("/me", &json!({"job_title": "＋1", "phone": "+254 20 123 45 67"})).expect(200);
    let admin = t.admin();
    admin.post("/suppressions", &json!({"address": "+kofi@x.example"})).expect(201);
    t.mail_server_answers(&wanjiru.email, [Verdict::Refuse("550 5.1.1 gone;=1+1|@x")]);
    let id = announce(&admin, "News", &json!({"topic": "news", "acknowledge": true}));
    t.deliver();
    let deliveries = format!("/announcements/{id}/deliveries.csv");
    let acknowledgements = format!("/announcements/{id}/acknowledgements.csv");
    for path in ["/contacts.csv", "/suppressions.csv", &deliveries, &acknowledgements] {
        let file = admin.get(path);
        assert_eq!(file.status, 200, "{path}: {}", file.text);
        // A number that is a plus and digits is dialled, and runs nothing.
        let text = file.text.replace("\"+254 20 123 45 67\"", "\"\"").replace("\"+221 33 800 00 00\"", "\"\"");
        assert_eq!(formulas(&text), Vec::<String>::new(), "{path}: {text}");
        for line in text.trim_start_matches('\u{feff}').lines() {
            assert!(line.starts_with('"') && line.ends_with('"'), "{path}: every field is quoted: {line}");
        }
    }
    let file = admin.get("/contacts.csv").text;
    let written = "\"Chef;'=1+1; \"\"'＝cmd|' /C calc'!A0, '@SUM(1)\"";
    assert!(file.contains(written) && file.contains("\"'＋1\""), "{file}");
    assert!(file.contains("\"+254 20 123 45 67\""), "{file}");
    assert!(admin.get(&deliveries).text.contains("gone;'=1+1|'@x"));
    assert!(admin.get("/suppressions.csv").text.contains("\"'+kofi@x.example\""));
    // An exported file can be imported unchanged.
    let taken = admin.get("/suppressions.csv").text;
    admin.delete("/suppressions?address=%2Bkofi%40x.example");
    let back = Some(("text/csv", taken.as_bytes()));
    admin.send("POST", "/api/v1/suppressions/import", back).unwrap().expect(200);
    let rows = admin.get("/suppressions").expect(200);
    assert!(rows["data"].as_array().unwrap().iter().any(|row| row["address"] == "+kofi@x.example"), "{rows}");
    let sheet = "email,name,member,role,job_title\nmor@x.example,Mor Fall,KE,ncp,'=1+1;'=2\n";
    let made = import(&admin, "text/csv", sheet.as_bytes()).expect(201);
    let plan = made["plan"].as_str().unwrap();
    let done = admin.post(&format!("/imports/{plan}/commit"), &json!({})).expect(200);
    assert_eq!(done["invited"], 1);
    // A workbook has texts, never formulas.
    let sheet = admin.get("/contacts.xlsx").bytes;
    let mut book = calamine::open_workbook_from_rs::<calamine::Xlsx<_>, _>(Cursor::new(&sheet)).unwrap();
    let cells = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
    assert!(
        cells.used_cells().any(|(_, _, cell)| *cell == calamine::Data::String(title.to_owned())),
        "as it was typed"
    );
    let mut archive = ZipArchive::new(Cursor::new(&sheet)).unwrap();
    for index in 0..archive.len() {
        let mut text = String::new();
        archive.by_index(index).unwrap().read_to_string(&mut text).unwrap();
        assert!(!text.contains("<f>"), "{text}");
    }
}
