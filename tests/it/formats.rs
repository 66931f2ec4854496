//! Exports of the directory: their content for each reader, the daily quota, and interrupted files.

use std::time::Duration;

use calcard::vcard::{VCard, VCardProperty};
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

/// The rows of a CSV file, without the mark at its beginning, split at the separator of its heads.
pub fn rows(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("the mark that Excel wants");
    let heads = text.lines().next().unwrap_or_default();
    let separator = [b',', b';', b'\t'].into_iter().find(|&byte| heads.contains(&format!("\"{}\"", char::from(byte))));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(separator.expect("a separator"))
        .from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().map(|row| row["name"].as_str().unwrap()).collect()
}

fn vcards(text: &str) -> Vec<VCard> {
    let cards = text.split_inclusive("END:VCARD\r\n").map(|card| VCard::parse(card).unwrap());
    cards.collect()
}

fn full_name(card: &VCard) -> String {
    let entry = card.entries.iter().find(|entry| entry.name == VCardProperty::Fn).unwrap();
    entry.values[0].as_text().unwrap().to_owned()
}

#[story]
fn a_file_has_every_contact_of_the_filter_in_the_order_of_the_list(t: TestApp) {
    let reader = t.ncp("SN");
    t.seed(1_200);
    for query in ["", "?region=WCA&language=fr", "?q=diop"] {
        let listed = reader.all(&format!("/contacts{query}"));
        let table = reader.get(&format!("/contacts.csv{query}"));
        assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"contacts.csv\""));
        let table = rows(&table.text);
        let written: Vec<&str> = table.iter().skip(1).map(|row| row[0].as_str()).collect();
        assert_eq!(written, names(&listed), "{query}");
        let cards = vcards(&reader.get(&format!("/contacts.vcf{query}")).text);
        assert_eq!(cards.iter().map(full_name).collect::<Vec<_>>(), names(&listed), "{query}");
        let cards = reader.with_header("accept", "application/jscontact+json").get(&format!("/contacts{query}"));
        let cards = cards.expect(200);
        let uids: Vec<String> = listed.iter().map(|row| format!("urn:uuid:{}", row["id"].as_str().unwrap())).collect();
        let written: Vec<&str> = cards.as_array().unwrap().iter().map(|card| card["uid"].as_str().unwrap()).collect();
        assert_eq!(written, uids, "{query}");
    }
    assert_eq!(rows(&reader.get("/contacts.csv?q=nobody").text).len(), 1, "the heads");
    assert_eq!(reader.get("/contacts.vcf?q=nobody").text, "");
    assert_eq!(reader.get("/contacts.csv?colour=blue").refused(400), "bad_query");
}

#[story]
fn a_table_speaks_the_readers_language_and_runs_nothing(t: TestApp) {
    let awa = t.ncp("SN");
    awa.patch("/me", &json!({"job_title": "=HYPERLINK(\"#A1\")", "technologies": ["ai_ml"]})).expect(200);
    let table = rows(&awa.get("/contacts.csv?q=diop").text);
    let cell = |table: &[Vec<String>], head: &str| {
        let column = table[0].iter().position(|known| known == head).unwrap_or_else(|| panic!("{head} in {table:?}"));
        table[1][column].clone()
    };
    assert_eq!(cell(&table, "Job title"), "'=HYPERLINK(\"#A1\")");
    assert_eq!(cell(&table, "Telephone"), "+221 33 800 00 00", "a number that can be dialled");
    assert_eq!(cell(&table, "Role (code)"), "ncp");
    assert_eq!(cell(&table, "Technologies (codes)"), "ai_ml");
    let mut french = (*awa).clone();
    french.language = "fr";
    let table = rows(&french.get("/contacts.csv?q=diop").unwrap().text);
    assert_eq!(cell(&table, "Rôle"), "Point de contact national");
    assert_eq!(cell(&table, "Membre"), "Sénégal");
    assert_eq!(cell(&table, "Technologies"), "Intelligence artificielle et apprentissage automatique");
}

#[story]
fn a_spreadsheet_is_one_and_is_not_sent_twice(t: TestApp) {
    let awa = t.ncp("SN");
    awa.patch("/me", &json!({"job_title": "=1+1"})).expect(200);
    t.seed(700);
    let sheet = awa.get("/contacts.xlsx");
    assert_eq!(sheet.status, 200);
    assert_eq!(sheet.header("content-type"), Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
    let mut book = calamine::open_workbook_from_rs::<calamine::Xlsx<_>, _>(std::io::Cursor::new(&sheet.bytes)).unwrap();
    let range = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
    assert_eq!(range.height(), 702, "the heads and everybody");
    let own = range.rows().find(|row| row[0] == *"Awa Diop" && row[4] == *"SN" && row[1] == *"=1+1");
    assert!(own.is_some(), "a text, as it was typed");
    let tag = sheet.header("etag").unwrap().to_owned();
    let again = awa.with_header("if-none-match", &tag).get("/contacts.xlsx");
    assert_eq!((again.status, again.bytes.len()), (304, 0));
}

#[story]
fn a_contact_is_had_in_the_form_that_is_accepted(t: TestApp) {
    let awa = t.ncp("SN");
    let own = awa.get("/contacts?q=diop").expect(200)["data"][0].clone();
    let path = format!("/contacts/{}", own["id"].as_str().unwrap());
    let accepting = |accept: &str, path: &str| awa.with_header("accept", accept).get(path);
    for (accept, begins) in [
        ("text/vcard", "BEGIN:VCARD\r\nVERSION:4.0\r\n"),
        ("text/vcard;version=3.0", "BEGIN:VCARD\r\nVERSION:3.0\r\n"),
        ("application/json;q=0.5, application/jscontact+json", "{\"@type\":\"Card\""),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "{\"id\":"),
    ] {
        let answer = accepting(accept, &path);
        assert!(answer.status == 200 && answer.text.starts_with(begins), "{accept}: {}", answer.text);
        assert!(answer.header("vary").unwrap().split(',').any(|name| name.trim() == "accept"), "{accept}");
    }
    for accept in ["text/html", "text/vcard;version=2.1", "application/json;q=0"] {
        assert_eq!(accepting(accept, &path).refused(406), "not_acceptable", "{accept}");
        assert_eq!(accepting(accept, "/contacts").refused(406), "not_acceptable", "{accept}");
    }
    assert_eq!(accepting("text/csv", &path).refused(406), "not_acceptable", "one contact is no table");
    assert!(accepting("text/csv", "/contacts").text.starts_with('\u{feff}'));
    let card = awa.get(&format!("{path}.vcf"));
    assert!(card.text.contains(&format!("UID:urn:uuid:{}\r\n", own["id"].as_str().unwrap())), "{}", card.text);
    let tag = card.header("etag").unwrap().to_owned();
    assert_eq!(awa.with_header("if-none-match", &tag).get(&format!("{path}.vcf")).status, 304);
    awa.patch("/me", &json!({"job_title": "Directrice"})).expect(200);
    let changed = awa.with_header("if-none-match", &tag).get(&format!("{path}.vcf"));
    assert!(changed.status == 200 && changed.text.contains("TITLE:Directrice"), "{}", changed.text);
    assert_eq!(awa.get("/contacts/01890a5d-ac96-774b-bcce-b302099a8057.vcf").refused(404), "not_found");
}

#[story]
fn a_file_shows_what_the_list_shows(t: TestApp) {
    let (awa, marie) = (t.ncp("SN"), t.member(&Application::new("FR", "Marie Curie")));
    awa.patch("/me", &json!({"phone_audience": "secretariat", "email_audience": "region"})).expect(200);
    let id = awa.get("/contacts?q=diop").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let all = |who: &Person| {
        let jscontact = who.with_header("accept", "application/jscontact+json");
        let table = who.get("/contacts.csv").text;
        let sheet = who.get("/contacts.xlsx").bytes;
        let mut book = calamine::open_workbook_from_rs::<calamine::Xlsx<_>, _>(std::io::Cursor::new(&sheet)).unwrap();
        let range = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
        let sheet: Vec<String> = range.cells().map(|(_, _, cell)| cell.to_string()).collect();
        [
            table,
            sheet.join("\n"),
            who.get("/contacts.vcf").text,
            who.get(&format!("/contacts/{id}.vcf")).text,
            jscontact.get(&format!("/contacts/{id}")).text,
            jscontact.get("/contacts").text,
        ]
    };
    for (who, sees) in [(&awa, true), (&marie, false)] {
        for file in all(who) {
            assert!(file.contains("Awa Diop"), "{file}");
            assert_eq!(file.contains(&awa.email), sees, "{file}");
        }
    }
}

#[story("directory.export_per_day=20")]
fn what_is_taken_in_bulk_is_written_down(t: TestApp) {
    let awa = t.ncp("SN");
    t.seed(11);
    assert_eq!(rows(&awa.get("/contacts.csv?role=ncp&role=coordinator&q=a").text).len(), {
        awa.all("/contacts?role=ncp&role=coordinator&q=a").len() + 1
    });
    let taken = awa.all("/contacts?role=ncp&role=coordinator&q=a").len();
    let id = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let log = t.admin().get(&format!("/audit?actor={id}&action=directory_exported")).expect(200);
    assert_eq!(
        crate::audit::facts(&log["data"][0]),
        json!({"format": "csv", "rows": taken, "parameters": ["role", "q"]}),
        "names of parameters, never what was searched for"
    );
    // 20 a day: twice 12 are too many, and a refused export is not counted.
    awa.get("/contacts.vcf").bytes.len();
    let refused = awa.get("/contacts.vcf");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((86_000..=86_400).contains(&wait), "{wait}");
    let (asked, left) = (awa.all("/contacts").len(), 20 - awa.all("/contacts").len() - taken);
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    for words in [format!("{asked} contacts"), format!("{left} are left"), "in 24 h".to_owned()] {
        assert!(detail.contains(&words), "{words}: {detail}");
    }
    assert_eq!(refused.refused(429), "quota_used");
    assert_eq!(awa.get("/contacts.xlsx").refused(429), "quota_used", "in whatever form");
    awa.get("/contacts").expect(200);
    t.pass(Duration::from_hours(24));
    let awa = t.login(&awa.email);
    assert_eq!(awa.get("/contacts.vcf").status, 200);
    t.seed(30);
    let never = awa.get("/contacts.vcf");
    assert_eq!(never.header("retry-after"), None, "no wait makes so many possible");
    assert!(never.json()["detail"].as_str().unwrap().contains("exceeds the limit of a day"), "{}", never.text);
    assert_eq!(t.admin().get("/contacts.vcf").status, 200, "the Secretariat takes all");
}

#[story("directory.export_per_day=1")]
fn the_secretariat_takes_what_it_wants(t: TestApp) {
    t.seed(30);
    let admin = t.admin();
    for _ in 0..3 {
        assert_eq!(rows(&admin.get("/contacts.csv").text).len(), 31);
    }
    let log = admin.get("/audit?action=directory_exported").expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 3);
}

#[story]
fn half_a_file_never_looks_like_a_whole_one(t: TestApp) {
    use diesel::prelude::*;
    use portal::db::schema::contact;
    let reader = t.ncp("SN");
    t.seed(1_400);
    // A row far down that can't be read: the rows before it have been sent when the database fails.
    t.run(t.portal.db.write(|conn| {
        let last: portal::db::Id =
            contact::table.order((contact::sort_name.desc(), contact::id.desc())).select(contact::id).first(conn)?;
        diesel::update(contact::table.find(last)).set(contact::role.eq("nonsense")).execute(conn)?;
        Ok(())
    }))
    .unwrap();
    for path in ["/api/v1/contacts.csv", "/api/v1/contacts.vcf"] {
        let broken = reader.send("GET", path, None);
        assert!(broken.is_err(), "{path}: the connection is broken off");
    }
    assert_eq!(reader.get("/contacts.xlsx").refused(500), "internal", "which is whole or not at all");
}

#[story]
fn a_file_has_no_pages(t: TestApp) {
    let awa = t.ncp("SN");
    for (path, parameter) in [("/contacts.csv?limit=5", "limit"), ("/contacts.vcf?cursor=x", "cursor")] {
        let answer = awa.get(path);
        assert_eq!(
            answer.json()["errors"][0],
            json!({
                "pointer": parameter, "code": "no_pages",
                "detail": "A file has all contacts of the filter; it is not paged."
            })
        );
        assert_eq!(answer.refused(400), "bad_query");
    }
}

#[story]
fn b11_a_link_names_the_version_of_its_vcards(t: TestApp) {
    let awa = t.ncp("SN");
    let own = awa.get("/contacts?q=diop").expect(200)["data"][0].clone();
    let one = format!("/contacts/{}", own["id"].as_str().unwrap());
    let vcard = awa.with_header("accept", "text/vcard");
    for (version, types) in [("3.0", "TYPE=WORK,VOICE"), ("4.0", "TYPE=work,voice")] {
        let other = if version == "3.0" { "4.0" } else { "3.0" };
        let accepting = awa.with_header("accept", &format!("text/vcard;version={other}"));
        for (who, path) in [
            (&awa, "/contacts.vcf"),
            (&awa, &format!("{one}.vcf")),
            (&accepting, &format!("{one}.vcf")),
            (&accepting, "/contacts.vcf"),
            (&vcard, "/contacts"),
            (&vcard, &one),
        ] {
            let answer = who.get(&format!("{path}?version={version}"));
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            assert!(answer.header("content-type").unwrap().ends_with(&format!("version={version}")), "{path}");
            let begins = format!("BEGIN:VCARD\r\nVERSION:{version}\r\n");
            assert!(answer.text.starts_with(&begins) && answer.text.contains(types), "{path}: {}", answer.text);
        }
    }
    assert!(awa.get("/contacts.vcf?q=diop&version=3.0").text.contains("VERSION:3.0"));
    for (who, path, code) in [
        (&awa, "/contacts.vcf?version=2.1", "unknown_value"),
        (&awa, &format!("{one}.vcf?version=5"), "unknown_value"),
        (&vcard, "/contacts?version=2.1", "unknown_value"),
        (&awa, "/contacts?version=3.0", "unknown_field"),
        (&awa, "/contacts.csv?version=3.0", "unknown_field"),
        (&awa, "/contacts.xlsx?version=3.0", "unknown_field"),
    ] {
        let answer = who.get(path);
        let fault = answer.json()["errors"][0].clone();
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!("version"), &json!(code)), "{path}");
        assert_eq!(answer.refused(400), "bad_query", "{path}");
    }
}
