//! Remaining attacks: work in a unit of work, hidden parts of a sheet, rows of others, and the clock (numbers 4, 8 and
//! 20); names that are changed back, and changes of topics (14 and 22).

use std::io::{Cursor, Write as _};
use std::time::Duration;

use diesel::prelude::*;
use portal::db::schema::import_plan;
use portal::demo::client::Answer;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::privacy::traces;
use crate::support::{Application, Expect as _, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);
const ADMIN: &str = "secretariat@portal.example";

fn days_pass(t: &TestApp, days: u32) {
    for _ in 0..days {
        t.pass(DAY);
        t.run(t.portal.run_maintenance_once()).unwrap();
        t.deliver();
    }
}

/// The plan of a sheet of so many people.
fn planned(admin: &Person, people: usize) -> String {
    let row = |number: usize| format!("p{number}@x.example,Awa Diop,SN,ncp\n");
    let rows: Vec<String> = (0..people).map(row).collect();
    let sheet = format!("email,name,member,role\n{}", rows.concat());
    let sent = admin.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap();
    sent.expect(201)["plan"].as_str().unwrap().to_owned()
}

fn invited(t: &TestApp) -> usize {
    t.admin().all("/appointments?status=invited").len()
}

#[story]
fn a04_an_import_is_carried_out_in_pieces_and_each_row_once(t: TestApp) {
    let admin = t.admin();
    let path = format!("/imports/{}/commit", planned(&admin, 130));
    let other = json!({"email": "other@x.example", "name": "Mor Fall", "organisation": "SN", "role": "ncp"});
    // Other writes at the same organisation succeed meanwhile, and a second commit finds the plan claimed.
    let (mut statuses, by_hand) = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..2).map(|_| scope.spawn(|| admin.post(&path, &json!({})).status)).collect();
        let by_hand = scope.spawn(|| admin.post("/invitations", &other).status).join().unwrap();
        (tries.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>(), by_hand)
    });
    statuses.sort_unstable();
    assert!(statuses[0] == 200 && [410, 429].contains(&statuses[1]), "done, or under way: {statuses:?}");
    assert_eq!(by_hand, 201);
    assert_eq!(invited(&t), 131);
    assert_eq!(t.inbox("p129@x.example").len(), 1);
    assert_eq!(admin.post(&path, &json!({})).refused(410), "plan_committed");
    assert_eq!(admin.all("/audit?action=import_committed").len(), 1);
}

#[story]
fn a04_an_import_that_broke_off_is_taken_up_again(t: TestApp) {
    let admin = t.admin();
    let path = format!("/imports/{}/commit", planned(&admin, 3));
    // A process took the plan, and ended before its first piece.
    let now = t.clock.now();
    let taken = t.portal.db.write(move |conn| {
        Ok(diesel::update(import_plan::table).set(import_plan::committed_at.eq(now)).execute(conn)?)
    });
    assert_eq!(t.run(taken).unwrap(), 1);
    assert_eq!(admin.post(&path, &json!({})).refused(410), "plan_committed", "it may be at work still");
    t.pass(Duration::from_secs(121));
    assert_eq!(t.admin().post(&path, &json!({})).expect(200)["invited"], 3);
    assert_eq!(invited(&t), 3);
    t.pass(Duration::from_secs(121));
    assert_eq!(t.admin().post(&path, &json!({})).refused(410), "plan_committed");
}

const SPREADSHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook of one sheet: `before` precedes its rows, of which the first names the columns and the others, each with
/// its attributes, one person. `links` precede the link to the sheet, and `entries` all others.
fn workbook(before: &str, rows: &[&str], links: &str, entries: &[(&str, String)]) -> Vec<u8> {
    let mut text = String::new();
    for (number, attributes) in (2..).zip(rows) {
        let cells = [format!("p{number}@x.example"), "Awa Diop".to_owned(), "SN".to_owned(), "ncp".to_owned()];
        text += &row(number, attributes, &cells);
    }
    let header = row(1, "ht=\"15\" customHeight=\"1\"", &["email", "name", "member", "role"].map(str::to_owned));
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
             ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             <Override PartName=\"/xl/workbook.xml\" ContentType=\"{kind}.sheet.main+xml\"/>\
             <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{kind}.worksheet+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
             Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{SPREADSHEET}\" xmlns:r=\"{OFFICE}\"><sheets>\
             <sheet name=\"People\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\">{links}<Relationship Id=\"rId1\" \
             Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{SPREADSHEET}\">{before}<sheetData>{header}{text}</sheetData></worksheet>"),
        ),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries.iter().chain(&parts) {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn row(number: usize, attributes: &str, cells: &[String]) -> String {
    let cell = |(column, text): (char, &String)| {
        format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let cells: String = ('A'..).zip(cells).map(cell).collect();
    format!("<row r=\"{number}\" {attributes}>{cells}</row>")
}

fn import(admin: &Person, workbook: &[u8]) -> Answer {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    admin.send("POST", "/api/v1/invitations/import", Some((kind, workbook))).unwrap()
}

/// The rows of a plan that would invite a person.
fn would_invite(plan: &Value) -> Vec<u64> {
    let rows = plan["rows"].as_array().unwrap().iter().filter(|row| row["action"] == "invite");
    rows.map(|row| row["row"].as_u64().unwrap()).collect()
}

#[story]
fn a04_what_a_sheet_hides_by_its_sizes_invites_nobody(t: TestApp) {
    let admin = t.admin();
    let seen = "ht=\"15\" customHeight=\"1\"";
    for (before, row, is_seen) in [
        ("", "", true),
        ("", "hidden=\"1\"", false),
        ("", "ht=\"0\" customHeight=\"1\"", false),
        ("", "ht=\"0.75\"", false),
        ("<sheetFormatPr defaultRowHeight=\"15\"/>", "", true),
        ("<sheetFormatPr defaultRowHeight=\"0\" customHeight=\"1\"/>", "", false),
        // Where unused rows are hidden, those that are written are seen.
        ("<sheetFormatPr defaultRowHeight=\"15\" zeroHeight=\"1\"/>", "", true),
        ("<sheetFormatPr defaultRowHeight=\"0\" zeroHeight=\"1\"/>", "", false),
    ] {
        let plan = import(&admin, &workbook(before, &[seen, row, seen], "", &[])).expect(201);
        let invited = would_invite(&plan);
        assert_eq!(invited, if is_seen { vec![2, 3, 4] } else { vec![2, 4] }, "{before} {row}: {plan}");
        assert_eq!(plan["reading"]["hidden_rows"], usize::from(!is_seen), "{before} {row}: {plan}");
    }
    // A hidden column is not read.
    for before in [
        "<cols><col min=\"1\" max=\"1\" width=\"0\" customWidth=\"1\"/></cols>",
        "<cols><col min=\"1\" max=\"1\" width=\"0.1\"/></cols>",
        "<cols><col min=\"1\" max=\"1\" width=\"9\" hidden=\"1\"/></cols>",
        "<sheetFormatPr defaultColWidth=\"0\" defaultRowHeight=\"15\"/>\
         <cols><col min=\"2\" max=\"4\" width=\"9\"/></cols>",
    ] {
        let refused = import(&admin, &workbook(before, &[seen], "", &[]));
        assert_eq!(refused.json()["errors"][0]["code"], "column_missing", "{before}: {}", refused.text);
    }
    let shown = "<sheetFormatPr defaultColWidth=\"0\" defaultRowHeight=\"15\"/>\
                 <cols><col min=\"1\" max=\"4\" width=\"9\"/></cols>";
    assert_eq!(would_invite(&import(&admin, &workbook(shown, &[seen], "", &[])).expect(201)), [2]);
}

#[story]
fn a04_no_decoy_in_a_workbook_shows_what_is_hidden(t: TestApp) {
    let admin = t.admin();
    let hidden = "hidden=\"1\"";
    // Entries that end as the sheet does, of which other rows are hidden.
    let decoy =
        format!("<worksheet xmlns=\"{SPREADSHEET}\"><sheetData><row r=\"90\" hidden=\"1\"/></sheetData></worksheet>");
    let names = ["a", "b", "c", "d"].map(|folder| format!("{folder}/worksheets/sheet1.xml"));
    let decoys: Vec<(&str, String)> = names.iter().map(|name| (name.as_str(), decoy.clone())).collect();
    let plan = import(&admin, &workbook("", &["", hidden], "", &decoys)).expect(201);
    assert_eq!(would_invite(&plan), [2], "{plan}");
    // Links and columns that crowd out those that matter.
    let link = |number: usize| format!("<Relationship Id=\"x{number}\" Type=\"{OFFICE}/image\" Target=\"x.png\"/>");
    let links: String = (0..1_200).map(link).collect();
    let columns = format!("<cols>{}</cols>", "<col min=\"5\" max=\"5\" width=\"9\" hidden=\"1\"/>".repeat(1_200));
    for sheet in [workbook("", &["", hidden], &links, &[]), workbook(&columns, &["", hidden], "", &[])] {
        let refused = import(&admin, &sheet);
        assert_eq!(refused.json()["errors"][0]["code"], "sheet_too_large", "{}", refused.text);
    }
}

#[story]
fn a08_the_clock_ends_no_last_administrator(t: TestApp) {
    let first = t.admin().get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/appointments/{first}");
    t.set_up("second@portal.example", "Second Person");
    let second = t.with_app(&t.login("second@portal.example"));
    let tag = second.get(&path).header("etag").unwrap().to_owned();
    let end = json!({"valid_to": t.clock.now().plus(DAY * 2).to_string()});
    second.with_header("if-match", &tag).patch(&path, &end).expect(200);
    let own = second.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    second.post(&format!("/appointments/{own}/resign"), &json!({})).expect(200);
    days_pass(&t, 5);
    // No other administrator is in force: the mandate continues, and the administrator got one mail about it.
    assert_eq!(t.admin().get(&path).expect(200)["status"], "active");
    let told = |t: &TestApp| t.inbox(ADMIN).iter().filter(|mail| mail.subject.contains("last administrator")).count();
    assert_eq!(told(&t), 1);
    // It ends once there is another administrator.
    t.set_up("third@portal.example", "Third Person");
    let third = t.with_app(&t.login("third@portal.example"));
    assert_eq!(third.get(&path).expect(200)["status"], "active");
    days_pass(&t, 2);
    t.pass(Duration::from_mins(1));
    assert_eq!(t.login("third@portal.example").get(&path).expect(200)["status"], "ended");
    assert_eq!(told(&t), 1);
}

/// A person who has moved to another address, and a successor who got the previous mailbox.
fn handed_on(t: &TestApp) -> (&'static str, Person) {
    let mailbox = "focal.point@customs-sn.example";
    let moved = "moved@elsewhere.example";
    let mut application = Application::new("SN", "Zenobia Quartz");
    mailbox.clone_into(&mut application.email);
    let zenobia = t.member(&application);
    zenobia.post("/me/email", &json!({"email": moved})).expect(202);
    let token = t.mailed_token(moved, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    days_pass(t, 8);
    let mut application = Application::new("SN", "Kofi Owusu");
    mailbox.clone_into(&mut application.email);
    let kofi = t.member(&application);
    t.deliver();
    (moved, kofi)
}

#[story]
fn a20_what_is_the_successors_at_an_address_stays(t: TestApp) {
    let (moved, kofi) = handed_on(&t);
    let held = |t: &TestApp| {
        let mut found = traces(t, &["owusu"]);
        found.retain(|(place, _)| ["registration", "users", "contact"].iter().any(|table| place.starts_with(table)));
        found.sort();
        found
    };
    let before = held(&t);
    assert!(before.iter().any(|(place, _)| place.starts_with("registration")), "{before:?}");
    t.login(moved).delete("/me").expect(202);
    days_pass(&t, 15);
    assert_eq!(held(&t), before, "nothing of the successor went");
    assert_eq!(traces(&t, &["zenobia", "quartz", moved]), [], "and all that was the person's did");
    assert_eq!(t.login(&kofi.email).get("/me").expect(200)["name"], "Kofi Owusu");
}

#[story]
fn a20_what_is_the_predecessors_at_an_address_stays(t: TestApp) {
    let (moved, kofi) = handed_on(&t);
    t.login(&kofi.email).delete("/me").expect(202);
    days_pass(&t, 15);
    assert_eq!(traces(&t, &["kofi", "owusu"]), []);
    let export = t.login(moved).get("/me/export").expect(200);
    assert_eq!(export["registrations"][0]["nominating_official"], "Director General", "{}", export["registrations"]);
}

#[story]
fn a14_a_name_that_is_taken_back_shows_the_one_between(t: TestApp) {
    let kwame = t.member(&Application::new("GH", "Kwame Mensah"));
    let id = kwame.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let shown_after = |name: &str| {
        kwame.patch("/me", &json!({"name": name})).expect(200);
        t.pass(Duration::from_mins(1));
        let person = t.admin().get(&format!("/appointments/{id}")).expect(200)["person"].clone();
        assert_eq!(person["name"], name);
        person["previous_name"].clone()
    };
    assert_eq!(shown_after("Kofi Owusu"), "Kwame Mensah");
    assert_eq!(shown_after("Kwame Mensah"), "Kofi Owusu", "what the name was in between");
    assert_eq!(shown_after("Yaw Boateng"), "Kwame Mensah", "the first of them, whatever was between");
    // A month later nothing of it is left.
    t.pass(DAY * 31);
    t.run(t.portal.run_maintenance_once()).unwrap();
    let mut left = traces(&t, &["kofi owusu", "kwame mensah"]);
    left.retain(|(place, _)| place.starts_with("user."));
    assert_eq!(left, []);
}

/// The code of the error of a name.
fn fault(answer: &Answer) -> String {
    assert_eq!(answer.status, 422, "{}", answer.text);
    answer.json()["errors"][0]["code"].as_str().unwrap().to_owned()
}

#[story]
fn a14_the_name_of_a_thing_leads_nowhere(t: TestApp) {
    let admin = t.admin();
    for name in ["URGENT https://evil.example unlock", "News www.evil.example", "news@evil.example", "see evil.org/x"] {
        let topic = admin.put("/topics/news", &json!({"names": {"en": name, "fr": "Nouvelles"}}));
        assert_eq!(fault(&topic), "link_in_name", "{name}");
        let tag = admin.get("/members/KE").header("etag").unwrap().to_owned();
        let member = admin.with_header("if-match", &tag).patch("/members/KE", &json!({"name_en": name}));
        assert_eq!(fault(&member), "link_in_name", "{name}");
    }
    let named = json!({"names": {"en": "Single window 2.0 (pilot)", "fr": "Guichet unique 2.0 (pilote)"}});
    admin.put("/topics/news", &named).expect(200);
}

#[story]
fn a22_a_topic_that_was_left_stays_left_when_it_comes_back(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let retire = |retired: bool| {
        let form = json!({"names": {"en": "News", "fr": "Nouvelles"}, "retired": retired});
        admin.put("/topics/news", &form).expect(200);
    };
    let entries = || awa.all("/me/audit?action=subscriptions_changed").len();
    awa.put("/me/subscriptions", &json!({"topics": {"news": false}})).expect(200);
    retire(true);
    assert_eq!(entries(), 1);
    awa.put("/me/subscriptions", &json!({"topics": {}})).expect(200);
    assert_eq!(entries(), 1, "it changes nothing");
    awa.put("/me/subscriptions", &json!({"topics": {"events": false}})).expect(200);
    assert_eq!(entries(), 2);
    retire(false);
    let chosen = awa.get("/me/subscriptions").expect(200);
    let row = chosen["data"].as_array().unwrap().iter().find(|row| row["topic"] == "news").unwrap();
    assert_eq!(row["subscribed"], json!(false), "{chosen}");
}

#[story]
fn a22_what_is_done_to_topics_is_written_down(t: TestApp) {
    let admin = t.admin();
    let entries = || admin.all("/audit?action=topic_changed");
    let name = |english: &str, retired: bool| {
        let form = json!({"names": {"en": english, "fr": "Enquêtes"}, "retired": retired});
        admin.put("/topics/surveys", &form).expect(200);
    };
    name("Surveys", false);
    assert_eq!(entries().len(), 1);
    name("Surveys", false);
    assert_eq!(entries().len(), 1, "it is called so already");
    name("Surveys", true);
    let entries = entries();
    let detail = json!({"topic": "surveys", "retired": true});
    let retired = entries.iter().find(|entry| crate::audit::facts(entry) == detail).unwrap();
    assert_eq!((entries.len(), &retired["actor_id"]), (2, &admin.get("/me").expect(200)["id"]));
}
