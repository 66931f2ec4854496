//! Imports: a sheet is judged, the plan is read, and carried out as a whole or not at all.

use std::fmt::Write as _;
use std::time::Duration;

use portal::demo::client::{Answer, Client};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn send(client: &Client, media_type: &str, sheet: &[u8]) -> Answer {
    client.send("POST", "/api/v1/invitations/import", Some((media_type, sheet))).unwrap()
}

/// The plan of a sheet.
fn plan(person: &Person, sheet: &str) -> Value {
    send(person, CSV, sheet.as_bytes()).expect(201)
}

fn commit(person: &Person, plan: &Value, wish: &Value) -> Answer {
    person.post(&format!("/imports/{}/commit", plan["plan"].as_str().unwrap()), wish)
}

/// Number, action and reason of every row.
fn fates(plan: &Value) -> Vec<(u64, &str, &str)> {
    let rows = plan["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        (row["row"].as_u64().unwrap(), row["action"].as_str().unwrap(), row["reason"].as_str().unwrap_or_default())
    })
    .collect()
}

fn coordinator(t: &TestApp, member: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new(member, "Wanjiru Kamau") })
}

/// How many are invited and have not answered.
fn invited(t: &TestApp) -> usize {
    t.admin().all("/appointments?status=invited").len()
}

#[story]
fn a_french_sheet_is_judged_row_by_row_and_invites_nobody(t: TestApp) {
    let admin = t.admin();
    let known = t.ncp("SN");
    let form = json!({"email": "fatou@douanes.example", "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
    admin.post("/invitations", &form).expect(201);
    let sheet = format!(
        "Courriel;Nom;Prénom;Pays;Rôle;Langue;Fin de mandat;Remarques\r\n\
         mor@douanes.example;Fall;Mor;Sénégal;Point de contact national;français;2027-06-30;à rappeler\r\n\
         FATOU@douanes.example;Sow;Fatou;SN;PCN;;;\r\n\
         {};Diop;Awa;sn;ncp;;;\r\n\
         ana@douanes.example;Silva;Ana;Atlantide;ncp;;;\r\n\
         pas une adresse;;;CI;chef;klingon;31/06/2027;\r\n\
         mor@Douanes.example;Fall;Moussa;SN;ncp;;;\r\n\
         \r\n\
         luc@douane.example;Roy;Luc;FR;secretariat;;;\r\n\
         luc@douane.example;Roy;Luc;FR;coordonnateur;;2020-01-01;\r\n\
         {};Lovelace;Ada;SN;ncp;;;\r\n",
        known.email, admin.email
    );
    let mut french = (*admin).clone();
    french.language = "fr";
    t.deliver();
    let before = t.receiver.inbox().len();
    let made = send(&french, CSV, sheet.as_bytes()).expect(201);
    assert_eq!(
        fates(&made),
        [
            (2, "invite", ""),
            (3, "skip", "already_invited"),
            (4, "skip", "already_appointed"),
            (5, "error", "unknown_organisation"),
            (6, "error", "bad_email"),
            (7, "error", "twice_in_sheet"),
            (9, "error", "role_not_open"),
            (10, "error", "in_the_past"),
            (11, "error", "own_case"),
        ]
    );
    let rows = &made["rows"];
    assert_eq!(rows[0]["name"], "Mor Fall");
    assert_eq!((&rows[0]["organisation"], &rows[0]["role"]), (&json!("SN"), &json!("ncp")));
    assert_eq!(rows[5]["detail"], "Cette adresse figure déjà à la ligne 2, pour la même organisation et le même rôle.");
    assert_eq!(rows[8]["detail"], "Cette adresse est la vôtre. Vous ne pouvez pas vous inviter vous-même.");
    let faults: Vec<_> = rows[4]["errors"].as_array().unwrap().iter().map(|fault| &fault["pointer"]).collect();
    let columns = ["email", "language", "name", "role", "valid_to"].map(|column| format!("/rows/6/{column}"));
    assert_eq!(json!(faults), json!(columns), "everything that is wrong with it");
    assert_eq!(made["counts"], json!({"invite": 1, "skip": 2, "error": 6}));
    assert_eq!(made["ignored"], json!(["Remarques"]));
    t.deliver();
    assert_eq!((t.receiver.inbox().len(), invited(&t)), (before, 1), "nobody was invited");
}

#[story]
fn a_workbook_is_a_sheet_too(t: TestApp) {
    let admin = t.admin();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let headers =
        ["Email", "Name", "Member", "Role", "Language", "Nominated by", "Letter reference", "Mandate ends", "Langues"];
    let values = ["yao@douanes.example", "Yao Kouassi", "Ivory Coast", "Coordinator", "French", "DG", "DG/2026/7"];
    sheet.write(1, 8, "fr, en wo").unwrap();
    for (column, header) in (0..).zip(headers) {
        sheet.write(0, column, header).unwrap();
    }
    for (column, value) in (0..).zip(values) {
        sheet.write(1, column, value).unwrap();
    }
    let date = Format::new().set_num_format("dd/mm/yyyy");
    sheet.write_with_format(1, 7, ExcelDateTime::from_ymd(2027, 6, 30).unwrap(), &date).unwrap();
    let made = send(&admin, XLSX, &workbook.save_to_buffer().unwrap()).expect(201);
    assert_eq!(fates(&made), [(2, "invite", "")]);
    assert_eq!(made["rows"][0]["organisation"], "CI");
    assert_eq!(made["ignored"], json!([]));
    let done = commit(&admin, &made, &json!({})).expect(200);
    let id = done["appointments"][0].as_str().unwrap();
    let appointment = admin.get(&format!("/appointments/{id}")).expect(200);
    assert_eq!(appointment["valid_to"], "2027-07-01T00:00:00Z", "its last day is the thirtieth");
    assert_eq!(appointment["role"], "coordinator");
    let nomination = admin.get(&format!("/appointments/{id}/nomination")).expect(200);
    assert_eq!((&nomination["official"], &nomination["reference"]), (&json!("DG"), &json!("DG/2026/7")));
    assert_eq!(t.newest_mail("yao@douanes.example").language, "fr");
}

#[story]
fn a_plan_invites_exactly_whom_it_says_and_once(t: TestApp) {
    let admin = t.admin();
    let sheet = "email,name,member,role\n\
                 mor@douanes.example,Mor Fall,SN,ncp\n\
                 nobody,Nobody,SN,ncp\n\
                 grace@kra.example,Grace Mutua,Kenya,contributor\n";
    let made = plan(&admin, sheet);
    let refused = commit(&admin, &made, &json!({}));
    assert_eq!(refused.json()["errors"][0]["pointer"], "/rows/3");
    assert_eq!(refused.json()["errors"][0]["code"], "row_in_error");
    assert_eq!(refused.refused(422), "invalid");
    assert_eq!(invited(&t), 0);
    let done = commit(&admin, &made, &json!({"skip_errors": true})).expect(200);
    assert_eq!((&done["invited"], done["appointments"].as_array().unwrap().len()), (&json!(2), 2));
    let token = t.mailed_token("grace@kra.example", "invitation");
    let form = json!({"token": token, "password": PASSWORD});
    let accepted = t.anonymous().post("/invitations/accept", &form).unwrap().expect(200);
    assert_eq!((&accepted["role"], &accepted["organisation"]), (&json!("contributor"), &json!("KE")));
    assert_eq!(t.inbox("mor@douanes.example").len(), 1);
    assert_eq!(commit(&admin, &made, &json!({"skip_errors": true})).refused(410), "plan_committed");
    // The same sheet again has nothing to do.
    assert_eq!(
        fates(&plan(&admin, sheet)),
        [(2, "skip", "already_invited"), (3, "error", "bad_email"), (4, "skip", "already_appointed")]
    );
    let log = admin.get("/audit?action=import_committed").expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 1);
    assert_eq!(log["data"][0]["detail"]["invited"], 2);
    assert_eq!(log["data"][0]["detail"]["errors"], 1);
}

#[story]
fn a_plan_that_does_not_hold_any_more_invites_nobody(t: TestApp) {
    let admin = t.admin();
    let made = plan(&admin, "email,name,member,role\na@x.example,Ada A,SN,ncp\nb@x.example,Bob B,FR,ncp\n");
    let form = json!({"email": "b@x.example", "name": "Bob B", "organisation": "FR", "role": "ncp"});
    admin.post("/invitations", &form).expect(201);
    t.deliver();
    let before = t.receiver.inbox().len();
    let outdated = commit(&admin, &made, &json!({}));
    let errors = outdated.json()["errors"].clone();
    assert_eq!((errors.as_array().unwrap().len(), &errors[0]["pointer"]), (1, &json!("/rows/3")));
    assert_eq!(errors[0]["code"], "already_invited");
    assert_eq!(outdated.refused(409), "plan_outdated");
    t.deliver();
    assert_eq!((t.receiver.inbox().len(), invited(&t)), (before, 1), "not even the row that still holds");
    assert!(t.inbox("a@x.example").is_empty());
    // The obstacle may disappear; the plan is still the same.
    let open = admin.all("/appointments?status=invited");
    admin.post(&format!("/appointments/{}/withdraw", open[0]["id"].as_str().unwrap()), &json!({})).expect(200);
    assert_eq!(commit(&admin, &made, &json!({})).expect(200)["invited"], 2);
    // So is a member that is gone, and a mandate that is over by now.
    let hidden = plan(&admin, "email,name,member,role\nc@x.example,Cy C,KE,ncp\n");
    let tag = admin.get("/members/KE").header("etag").unwrap().to_owned();
    admin.with_header("if-match", &tag).patch("/members/KE", &json!({"status": "hidden"})).expect(200);
    let refused = commit(&admin, &hidden, &json!({}));
    assert_eq!(refused.json()["errors"][0]["code"], "unknown_organisation");
    assert_eq!(refused.refused(409), "plan_outdated");
    let late = plan(&admin, "email,name,member,role\nd@x.example,Di D,SN,ncp\n");
    t.pass(Duration::from_mins(61));
    assert_eq!(commit(&t.admin(), &late, &json!({})).refused(410), "plan_expired");
}

#[story]
fn an_address_that_had_its_links_is_left_out_and_stops_nobody(t: TestApp) {
    let admin = t.admin();
    let sheet = "email,name,member,role\nx@x.example,X X,SN,ncp\nx@x.example,X X,SN,contributor\n\
                 x@x.example,X X,FR,ncp\nx@x.example,X X,KE,ncp\n";
    let made = plan(&admin, sheet);
    assert_eq!(made["counts"]["invite"], 4);
    let done = commit(&admin, &made, &json!({})).expect(200);
    assert_eq!((&done["invited"], &done["left_out"]), (&json!(3), &json!([5])));
    assert_eq!((invited(&t), t.inbox("x@x.example").len()), (3, 3));
    // Another sheet takes it up once there is room again.
    t.pass(Duration::from_hours(1));
    let admin = t.admin();
    let later = plan(&admin, sheet);
    assert_eq!((&later["counts"]["skip"], &later["counts"]["invite"]), (&json!(3), &json!(1)));
    assert_eq!(commit(&admin, &later, &json!({})).expect(200)["left_out"], json!([]));
    assert_eq!(invited(&t), 4);
}

#[story]
fn two_who_commit_at_once_invite_once(t: TestApp) {
    let admin = t.admin();
    let made = plan(&admin, "email,name,member,role\na@x.example,Ada A,SN,ncp\nb@x.example,Bob B,FR,ncp\n");
    let mut answers: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..4).map(|_| scope.spawn(|| commit(&admin, &made, &json!({})).status)).collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    answers.sort_unstable();
    assert_eq!(answers[0], 200, "{answers:?}");
    assert!(answers[1..].iter().all(|status| [410, 429].contains(status)), "done, or under way: {answers:?}");
    assert_eq!((invited(&t), t.inbox("a@x.example").len()), (2, 1));
}

#[story]
fn a_coordinator_invites_at_home_and_carries_out_no_plan_of_others(t: TestApp) {
    let (home, abroad) = (coordinator(&t, "KE"), coordinator(&t, "FR"));
    let sheet = "email,name,member,role\na@kra.example,Ada A,KE,ncp\nb@kra.example,Bob B,KE,coordinator\n\
                 c@x.example,Cy C,FR,ncp\n";
    let made = plan(&home, sheet);
    assert_eq!(fates(&made), [(2, "invite", ""), (3, "invite", ""), (4, "error", "other_organisation")]);
    for other in [&abroad, &t.admin()] {
        assert_eq!(commit(other, &made, &json!({"skip_errors": true})).refused(404), "not_found");
    }
    let ncp = t.ncp("SN");
    assert_eq!(send(&ncp, CSV, sheet.as_bytes()).refused(403), "coordinators_only");
    assert_eq!(commit(&ncp, &made, &json!({})).refused(403), "coordinators_only");
    assert_eq!(commit(&home, &made, &json!({"skip_errors": true})).expect(200)["invited"], 2);
    // Another coordinator still waits for the Secretariat.
    let token = t.mailed_token("b@kra.example", "invitation");
    let form = json!({"token": token, "password": PASSWORD});
    assert_eq!(t.anonymous().post("/invitations/accept", &form).unwrap().expect(200)["status"], "pending");
}

#[story]
fn a_sheet_has_bounds(t: TestApp) {
    let admin = t.admin();
    let sheet = |rows: usize| {
        let mut sheet = String::from("email,name,member,role\n");
        for row in 0..rows {
            writeln!(sheet, "p{row}@x.example,{},SN,ncp", name(row)).unwrap();
        }
        sheet
    };
    let made = plan(&admin, &sheet(500));
    assert_eq!(made["counts"]["invite"], 500);
    for (media_type, body, status, code) in [
        (CSV, sheet(501), 422, "invalid"),
        (CSV, " ".repeat(1_048_577), 413, "too_large"),
        (CSV, String::new(), 422, "invalid"),
        (CSV, "name,member,role\nAda,SN,ncp\n".to_owned(), 422, "invalid"),
        (XLSX, "PK\u{3}\u{4} no archive".to_owned(), 422, "invalid"),
        (XLSX, "no workbook, but text".to_owned(), 422, "invalid"),
        ("application/json", "{}".to_owned(), 415, "media_type"),
        ("text/html", sheet(1), 415, "media_type"),
    ] {
        assert_eq!(send(&admin, media_type, body.as_bytes()).refused(status), code, "{media_type}");
    }
    let text = send(&admin, XLSX, b"no workbook, but text").json()["errors"][0]["code"].clone();
    assert_eq!(text, "sheet_kind", "not that a column is missing");
    let fault = send(&admin, CSV, b"name,member\nAda,SN\n").json()["errors"][0].clone();
    assert!(fault["detail"].as_str().unwrap().contains("organisation, role, job_title"), "{fault}");
    let many = send(&admin, CSV, sheet(501).as_bytes());
    assert_eq!(many.json()["errors"][0]["code"], "too_many_rows");
    let form = json!({"skip_errors": true, "force": true});
    let own = format!("/imports/{}/commit", made["plan"].as_str().unwrap());
    assert_eq!(admin.post(&own, &form).refused(422), "invalid");
    let nobodys = "/imports/01890a5d-ac96-774b-bcce-b302099a8057/commit";
    assert_eq!(admin.post(nobodys, &form).refused(404), "not_found", "before anything is said of the rest");
}

#[story]
fn what_a_sheet_says_is_text_in_mails(t: TestApp) {
    let admin = t.admin();
    let title = "=HYPERLINK(0) <b onclick='x'>Ada</b> { $inviter } **bold** [a](qwertz)";
    let sheet = format!("email;name;member;role;language;title\na@x.example;Ada Byron;SN;ncp;en;{title}\n");
    let made = plan(&admin, &sheet);
    commit(&admin, &made, &json!({})).expect(200);
    // The address is not verified: the mail contains nothing of the sheet.
    let mail = t.newest_mail("a@x.example");
    for said in ["Ada", "HYPERLINK", "qwertz"] {
        assert!(!mail.text.contains(said) && !mail.html.contains(said), "{said}: {}", mail.text);
    }
    // A line end in a cell is no second line of a header.
    let sheet = "email,name,member,role\na@x.example,\"Ada\nBcc: eve@x.example\",FR,ncp\n";
    let made = plan(&admin, sheet);
    assert_eq!(fates(&made), [(2, "error", "control_characters")]);
}

/// A name for each of many.
fn name(row: usize) -> String {
    let family: String = row.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
    format!("Person {family}")
}

#[story]
fn five_hundred_are_invited_at_once(t: TestApp) {
    use diesel::prelude::*;
    use portal::db::schema::mail;
    let admin = t.admin();
    let mut sheet = String::from("email,name,member,role,official\n");
    for row in 0..500 {
        let member = ["SN", "FR", "KE", "CI", "JP"][row % 5];
        writeln!(sheet, "p{row}@x.example,{},{member},ncp,Director General", name(row)).unwrap();
    }
    let made = plan(&admin, &sheet);
    assert_eq!(commit(&admin, &made, &json!({})).expect(200)["invited"], 500);
    let mails = t.run(
        t.portal.db.read(|conn| Ok(mail::table.filter(mail::kind.eq("invitation")).count().get_result::<i64>(conn)?)),
    );
    assert_eq!(mails.unwrap(), 500);
}

#[story]
fn plans_are_forgotten(t: TestApp) {
    use diesel::prelude::*;
    use portal::db::schema::import_plan;
    let admin = t.admin();
    let sheet = "email,name,member,role\na@x.example,Ada A,SN,ncp\n";
    let first = plan(&admin, sheet);
    for _ in 0..10 {
        t.pass(Duration::from_secs(1));
        plan(&admin, sheet);
    }
    assert_eq!(commit(&admin, &first, &json!({})).refused(404), "not_found", "the eleventh took its place");
    let kept = || t.run(t.portal.db.read(|conn| Ok(import_plan::table.count().get_result::<i64>(conn)?))).unwrap();
    assert_eq!(kept(), 10);
    t.pass(Duration::from_hours(24));
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(kept(), 10);
    t.pass(Duration::from_mins(61));
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(kept(), 0);
}

#[story]
fn an_invitation_brings_its_nomination(t: TestApp) {
    let admin = t.admin();
    let mut form = json!({"email": "a@x.example", "name": "Ada A", "organisation": "SN", "role": "ncp",
        "nominating_official": "Director General", "nomination_reference": "DG/7", "nomination_date": "2026-01-31"});
    let id = admin.post("/invitations", &form).expect(201)["id"].as_str().unwrap().to_owned();
    let nomination = admin.get(&format!("/appointments/{id}/nomination")).expect(200);
    for (field, value) in [("official", "Director General"), ("reference", "DG/7"), ("dated", "2026-01-31")] {
        assert_eq!(nomination[field], value, "{field}");
    }
    form["nomination_date"] = json!("2999-01-01");
    let refused = admin.post("/invitations", &form);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/nomination_date");
    assert_eq!(refused.refused(422), "invalid");
}
