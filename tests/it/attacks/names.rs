//! Names of people as strangers choose them (number 14): they are names wherever they come in, and a changed one is
//! told.

use std::fmt::Write as _;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

fn patch_name(person: &Person, name: &str) -> Answer {
    person.patch("/me", &json!({"name": name}))
}

fn fault(answer: &Answer, pointer: &str) -> String {
    assert_eq!(
        (answer.status, answer.json()["errors"][0]["pointer"].as_str()),
        (422, Some(pointer)),
        "{}",
        answer.text
    );
    answer.json()["errors"][0]["code"].as_str().unwrap().to_owned()
}

/// Invalid names, and their errors.
const NO_NAMES: [(&str, &str); 26] = [
    ("URGENT: your account is blocked", "not_a_name"),
    ("see https://evil.example", "not_a_name"),
    ("www.evil.example", "not_a_name"),
    ("Awa at evil.com", "not_a_name"),
    ("awa@evil.example", "not_a_name"),
    ("Awa 0800 555", "not_a_name"),
    ("\u{3164}", "control_characters"),
    ("Awa\u{115f}Diop", "control_characters"),
    ("\u{2800}\u{2800}", "control_characters"),
    ("Awa Diop\u{e0041}\u{e0042}", "control_characters"),
    ("Awa\u{200d}Diop", "control_characters"),
    ("Awa\u{202e}poiD", "control_characters"),
    ("Аwa Diop", "mixed_scripts"),
    ("Segretariato Tecnico", "name_reserved"),
    ("Secrétariat", "name_reserved"),
    ("Ѕесгетагіат", "name_reserved"),
    ("Smart Customs Community", "name_reserved"),
    ("事務局", "name_reserved"),
    ("Ⴝecretariat", "mixed_scripts"),
    ("SECRETAR工AT", "mixed_scripts"),
    ("ᏚᎬᏟᎡᎬᎢᎪᎡᏆᎪᎢ", "name_reserved"),
    ("Secretarait", "name_reserved"),
    ("A d m i n", "name_reserved"),
    ("Ad min", "name_reserved"),
    ("دبیرخانه", "name_reserved"),
    ("Tajništvo", "name_reserved"),
];

#[story]
fn a14_a_name_is_the_name_of_a_person_wherever_it_comes_in(t: TestApp) {
    let admin = t.admin();
    let awa = t.ncp("SN");
    let invite = |name: &str| {
        let form = json!({"email": "x@douanes.example", "name": name, "organisation": "SN", "role": "ncp"});
        admin.post("/invitations", &form)
    };
    let form = json!({"email": "y@douanes.example", "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
    admin.post("/invitations", &form).expect(201);
    let token = t.mailed_token("y@douanes.example", "invitation");
    for (name, code) in NO_NAMES {
        let mut form = Application::new("KE", "Wanjiru Kamau").form();
        form["name"] = json!(name);
        assert_eq!(fault(&t.anonymous().post("/registrations", &form).unwrap(), "/name"), code, "{name:?}");
        assert_eq!(fault(&patch_name(&awa, name), "/name"), code, "{name:?}");
        assert_eq!(fault(&invite(name), "/name"), code, "{name:?}");
        let accept = json!({"token": token, "password": PASSWORD, "name": name});
        let accept = t.anonymous().post("/invitations/accept", &accept).unwrap();
        assert_eq!(fault(&accept, "/name"), code, "{name:?}");
        let sheet = format!("email,name,member,role\nz@x.example,\"{name}\",SN,ncp\n");
        let row = plan(&admin, &sheet)["rows"][0].clone();
        // The reader of sheets removes tag characters; the rest is a valid name.
        let is_clean = row["action"] == "invite" && row["name"] == "Awa Diop";
        assert!(row["action"] == "error" || is_clean, "{name:?}: {row}");
    }
    assert_eq!(awa.get("/me").expect(200)["name"], "Awa Diop");
    // The set-up of an administrator: the Secretariat's own name is permitted, an invalid name is not.
    let link = t.run(t.portal.identity.set_up_link(None)).unwrap();
    let form = json!({"token": link.split_once("token=").unwrap().1, "name": "see https://evil.example",
        "email": "root@portal.example", "password": PASSWORD});
    let refused = t.anonymous().post("/setup", &form).unwrap();
    assert!([422, 410].contains(&refused.status), "{}", refused.text);
    assert_eq!(patch_name(&admin, "Secretariat Helpdesk").expect(200)["name"], "Secretariat Helpdesk");
}

#[story]
fn a14_honest_names_of_any_script_are_taken(t: TestApp) {
    let awa = t.ncp("SN");
    for (at, name) in [
        "Aïcha N’Guessan-Koné",
        "Seán Ó Súilleabháin",
        "محمد عبد الرحمن",
        "علی\u{200c}رضا",
        "प्रिया शर्मा",
        "佐藤 ハナコ",
        "김민준",
        "Иван Петров",
        "Kim Min-jun (김민준)",
    ]
    .into_iter()
    .enumerate()
    {
        if at % 8 == 0 {
            // So many changes in an hour are an abuse.
            t.pass(std::time::Duration::from_hours(2));
        }
        let awa = t.login(&awa.email);
        assert_eq!(patch_name(&awa, name).expect(200)["name"], name);
    }
}

/// The plan of an import: one of the ways in, and the quickest for many names.
fn plan(officer: &Person, sheet: &str) -> Value {
    officer.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap().expect(201)
}

/// Names of people, of many scripts.
const HONEST: [&str; 38] = [
    "Awa Diop",
    "O’Connor",
    "Jean-Luc d'Arc",
    "J. R. R. Tolkien, Jr.",
    "Nguyễn Thị Minh Khai",
    "Hawaiʻi Kealoha",
    "Kumar a/l Raju",
    "A.de Souza",
    "Ma.Teresa Cruz",
    "Mohd.Ali",
    "Gal·la Bosch",
    "John Smith 3rd",
    "Мар’яна Ковальчук",
    "Γιώργος Παπαδόπουλος",
    "Արամ Խաչատրյան",
    "გიორგი ბერიძე",
    "یوسف بن\u{200c}علی",
    "דוד בן-גוריון",
    "ශ\u{dca}\u{200d}රී",
    "বাংলা নাম",
    "สมชาย ใจดี",
    "ស៊ីហា",
    "አበበ በቂላ",
    "たなか ハルト",
    "サトー・ハナコ",
    "葛\u{e0100}城",
    "王小明",
    "金 민준",
    "Mohammed Ali (محمد علي)",
    "Tanaka 田中",
    "Ａｗａ　Ｄｉｏｐ",
    "Michel Portal",
    "John Root",
    "Adminu Bello",
    "Le Du",
    "De La Cruz",
    "Service Mbeki",
    "Supporto Bianchi",
];

/// Names that no person may have, or only the portal.
const NONE: [&str; 38] = [
    "Smart Custom Community",
    "Служба поддержки",
    "evil:／／x",
    "ｗｗｗ．evil",
    "Awa＠x",
    "EVIL.COM",
    "bit.ly/abc",
    "Agent 007",
    "Awa ٠٠٧",
    "=1+1 Awa",
    "Awa 🔒",
    "𝐒ecure",
    "Ⓢecure",
    "Awa ™",
    "Awa Dіop",
    "Οlga Ivanova",
    "Awa Ꭰiop",
    "Иван Ivanov",
    "Ընna",
    "Мария Σ",
    "The Secretariat",
    "S e c r e t a r i a t",
    "Secretarlat",
    "Secretar1at",
    "5ecretariat",
    "Секретариат",
    "Help Desk",
    "Portal Administrator",
    "Administrateur",
    "Portal Support",
    "Portal",
    "The Portal Team",
    "Équipe du portail",
    "Admin",
    "IT Service",
    "Smart Custorns Community",
    "No-Reply",
    "Ne pas répondre",
];

#[story]
fn a14_names_of_a_sheet_are_judged_one_by_one(t: TestApp) {
    let sheet = |names: &[&str]| {
        let mut sheet = String::from("email,name,member,role\n");
        for (row, name) in names.iter().enumerate() {
            writeln!(sheet, "p{row}@x.example,\"{name}\",SN,ncp").unwrap();
        }
        sheet
    };
    let admin = t.admin();
    for (names, action) in [(&HONEST[..], "invite"), (&NONE[..], "error")] {
        let plan = plan(&admin, &sheet(names));
        let rows = plan["rows"].as_array().unwrap();
        assert_eq!(rows.len(), names.len());
        let wrong: Vec<_> = rows.iter().zip(names).filter(|(row, _)| row["action"] != action).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

#[story]
fn a14_a_changed_name_is_told_shown_and_written_down(t: TestApp) {
    let mut moussa = Application::new("SN", "Moussa Fall");
    moussa.role = "coordinator";
    let home = t.member(&moussa);
    let awa = t.ncp("SN");
    t.deliver();
    let before = t.inbox(&home.email).len();
    // Sending the current name is no change.
    patch_name(&awa, "Awa Diop").expect(200);
    assert_eq!(awa.get("/me").expect(200)["name_changed_at"], Value::Null);
    let changed = patch_name(&awa, "Fatou Sow").expect(200);
    assert!(changed["name_changed_at"].is_string(), "{changed}");
    let told = t.newest_mail(&home.email);
    assert_eq!(told.subject, "Change of name: Awa Diop is now Fatou Sow");
    assert!(told.text.contains("Awa Diop (Senegal) has changed the name"), "{}", told.text);
    assert_eq!(t.inbox(&home.email).len(), before + 1);
    // Officers see the one before; after a second change still the first.
    let id = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let person = |who: &Person| who.get(&format!("/appointments/{id}")).expect(200)["person"].clone();
    patch_name(&awa, "Binta Sarr").expect(200);
    for officer in [&home, &t.admin()] {
        let person = person(officer);
        assert_eq!((&person["name"], &person["previous_name"]), (&json!("Binta Sarr"), &json!("Awa Diop")));
        assert!(person["name_changed_at"].is_string(), "{person}");
    }
    // The log records that, without names.
    let log = t.admin().all("/audit?action=name_changed");
    assert_eq!(log.len(), 2, "{log:?}");
    assert!(
        log.iter().all(|entry| !entry.to_string().contains("Sow") && !entry.to_string().contains("Awa")),
        "{log:?}"
    );
    assert_eq!(home.all("/audit?action=name_changed").len(), 2, "a coordinator reads it too");
    // A month later the name before is forgotten.
    t.pass(std::time::Duration::from_hours(24 * 31));
    let stop = tokio_util::sync::CancellationToken::new();
    stop.cancel();
    t.run(t.portal.run_maintenance(&stop));
    let shown = person(&t.admin());
    assert_eq!((&shown["name"], &shown["previous_name"]), (&json!("Binta Sarr"), &Value::Null));
}

#[story]
fn a14_a_name_other_than_the_invited_one_is_told_and_shown(t: TestApp) {
    let coordinator = |name: &str| t.member(&Application { role: "coordinator", ..Application::new("SN", name) });
    let (home, second) = (coordinator("Moussa Fall"), coordinator("Ibrahima Ba"));
    let accept = |email: &str, name: &str| {
        let form = json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
        home.post("/invitations", &form).expect(201);
        let token = t.mailed_token(email, "invitation");
        let form = json!({"token": token, "password": PASSWORD, "name": name});
        t.anonymous().post("/invitations/accept", &form).unwrap().expect(200)["id"].as_str().unwrap().to_owned()
    };
    let told = |person: &Person| {
        let mails = t.inbox(&person.email).into_iter().map(|mail| mail.subject);
        mails.filter(|subject| subject.starts_with("Change of name")).collect::<Vec<_>>()
    };
    accept("fatou@douanes.example", "Fatou Sow");
    assert!(told(&home).is_empty() && t.admin().all("/audit?action=name_changed").is_empty());
    let id = accept("another@douanes.example", "Mallory Byrne");
    for officer in [&home, &second] {
        assert_eq!(told(officer), ["Change of name: Fatou Sow is now Mallory Byrne"]);
    }
    t.mail_about(&home.email, "Mallory Byrne has accepted");
    let person = home.get(&format!("/appointments/{id}")).expect(200)["person"].clone();
    assert_eq!((&person["name"], &person["previous_name"]), (&json!("Mallory Byrne"), &json!("Fatou Sow")));
    assert!(person["name_changed_at"].is_string(), "{person}");
    assert_eq!(home.all("/audit?action=name_changed").len(), 1, "a coordinator reads it");
}

#[story]
fn a14_without_a_coordinator_the_secretariat_hears(t: TestApp) {
    let admin = t.admin();
    let mut lone = Application::new("KE", "Wanjiru Kamau");
    lone.role = "coordinator";
    let lone = t.member(&lone);
    patch_name(&lone, "Njeri Kamau").expect(200);
    let subjects: Vec<_> = t.inbox(&admin.email).into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.contains(&"Change of name: Wanjiru Kamau is now Njeri Kamau".to_owned()), "{subjects:?}");
    let subjects: Vec<_> = t.inbox(&lone.email).into_iter().map(|mail| mail.subject).collect();
    assert!(!subjects.iter().any(|subject| subject.starts_with("Change of name")), "{subjects:?}");
    // Repeated changes do not fill a mailbox.
    let mut answers = (0..12).map(|at| patch_name(&lone, if at % 2 == 0 { "Wanjiru Kamau" } else { "Njeri Kamau" }));
    assert!(answers.any(|answer| answer.status == 429));
}

#[story]
fn a14_what_others_read_hides_nothing(t: TestApp) {
    for hidden in ['\u{3164}', '\u{115f}', '\u{2800}', '\u{e0041}', '\u{202e}', '\u{200b}', '\u{2066}'] {
        for field in ["job_title", "nominating_official", "nomination_reference"] {
            let mut form = Application::new("SN", "Awa Diop").form();
            form[field] = json!(format!("Head{hidden} of Innovation"));
            let answer = t.anonymous().post("/registrations", &form).unwrap();
            assert_eq!(fault(&answer, &format!("/{field}")), "control_characters", "{hidden:?}");
        }
    }
}
