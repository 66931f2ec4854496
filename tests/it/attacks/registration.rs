//! Accounts, names and sentences of strangers (numbers 11, 14 and 15).

use std::fmt::Write as _;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        a11_nobody_chooses_the_password_of_anothers_address,
        a11_an_application_changes_nothing_of_an_account,
        a11_an_account_is_given_away_by_no_answer,
        a11_of_two_applications_the_confirmed_one_counts,
        a11_an_application_keeps_an_account_that_was_to_be_erased,
        a11_the_page_behind_the_link_asks_for_the_password,
        a11_the_page_shows_everything_that_will_be_written,
        a11_every_new_password_is_chosen_behind_a_link,
        a14_a_name_is_the_name_of_a_person_wherever_it_comes_in,
        a14_names_of_a_sheet_are_judged_one_by_one,
        a14_honest_names_of_any_script_are_taken,
        a14_a_changed_name_is_told_shown_and_written_down,
        a14_a_name_other_than_the_invited_one_is_told_and_shown,
        a14_without_a_coordinator_the_secretariat_hears,
        a14_what_others_read_hides_nothing,
        a15_what_strangers_type_is_in_no_mail_to_a_new_address,
        a15_an_invitation_names_an_office_and_nobody,
        a15_a_new_address_of_an_account_hears_no_name,
        a15_a_reason_is_text_and_no_link,
    ]
}

const OTHER: &str = "velvet walnut drizzle";

fn verify(t: &TestApp, form: &Value) -> Answer {
    t.anonymous().post("/registrations/verify", form).unwrap()
}

fn log_in(t: &TestApp, email: &str, password: &str) -> Answer {
    t.anonymous().post("/auth/login", &json!({"email": email, "password": password})).unwrap()
}

/// Somebody whose appointments are over, and a session of before.
fn former(t: &TestApp) -> Person {
    let awa = t.ncp("SN");
    let id = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    awa.post(&format!("/appointments/{id}/resign"), &json!({})).expect(200);
    t.deliver();
    t.login(&awa.email)
}

fn a11_nobody_chooses_the_password_of_anothers_address(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    let mut form = awa.form();
    form["password"] = json!(OTHER);
    let with_password = t.anonymous().post("/registrations", &form).unwrap();
    assert_eq!(with_password.json()["errors"][0]["pointer"], "/password");
    assert_eq!(with_password.refused(422), "invalid");

    let token = t.apply(&awa);
    let without = verify(&t, &json!({"token": token}));
    assert_eq!((&without.json()["errors"][0]["code"], without.status), (&json!("missing"), 422), "{}", without.text);
    // A password that won't do costs nobody the link.
    assert_eq!(verify(&t, &json!({"token": token, "password": "too short"})).refused(422), "invalid");
    assert_eq!(log_in(&t, &awa.email, PASSWORD).refused(401), "wrong_credentials");
    t.verify(&token).expect(200);
    assert_eq!(log_in(&t, &awa.email, OTHER).refused(401), "wrong_credentials");
    t.login(&awa.email);
    assert_eq!(verify(&t, &json!({"token": token, "password": OTHER})).refused(410), "link_spent");
    t.login(&awa.email);
}

fn a11_an_application_changes_nothing_of_an_account(t: TestApp) {
    let awa = former(&t);
    let before = awa.get("/me").expect(200);
    let scopes = json!({"name": "phone", "scopes": ["profile:read"], "expires_in_days": 30});
    let made = awa.post("/me/tokens", &scopes).expect(201);
    t.deliver();
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    // A stranger applies with her address, under another name and in another language.
    let mut forged = Application::new("SN", "Mallory Byrne").reading("fr");
    forged.email.clone_from(&awa.email);
    t.anonymous().post("/registrations", &forged.form()).unwrap().expect(202);
    let mail = t.newest_mail(&awa.email);
    assert_eq!((mail.subject.as_str(), mail.language.as_str()), ("Please confirm your new application", "en"));
    assert!(mail.text.contains("Dear Awa Diop,") && !mail.text.contains("Mallory"), "{}", mail.text);
    awa.get("/me").expect(200);
    // She follows the link, and somebody even brings a password along.
    let token = mail.token("verify").unwrap();
    let verified = verify(&t, &json!({"token": token, "password": OTHER})).expect(200);
    assert_eq!(verified, json!({"status": "pending", "new_account": false}));
    let after = awa.get("/me").expect(200);
    for field in ["id", "email", "name", "preferred_language"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    program.get("/me").unwrap().expect(200);
    assert_eq!(log_in(&t, &awa.email, OTHER).refused(401), "wrong_credentials");
    t.login(&awa.email);
    assert!(t.inbox(&awa.email).iter().all(|mail| mail.subject != "Your password was changed"));
    // Who decides sees the name of the account, and puts it in force.
    let admin = t.admin();
    let waiting = admin.get("/registrations").expect(200)["data"][0].clone();
    assert_eq!((&waiting["name"], &waiting["user_id"]), (&json!("Awa Diop"), &before["id"]));
    admin.post(&format!("/registrations/{}/approve", waiting["id"].as_str().unwrap()), &json!({})).expect(200);
    let contacts = t.login(&awa.email).get("/contacts").expect(200);
    assert_eq!(contacts["data"][0]["name"], "Awa Diop");
}

fn a11_an_account_is_given_away_by_no_answer(t: TestApp) {
    let active = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let former = former(&t);
    let apply = |email: &str| {
        let mut form = Application::new("FR", "Marie Curie").form();
        form["email"] = json!(email);
        t.anonymous().post("/registrations", &form).unwrap()
    };
    let stranger = apply("marie.curie@douane.example");
    let names = |answer: &Answer| {
        let own = ["x-request-id", "date"];
        let kept = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
        kept.cloned().collect::<std::collections::BTreeSet<_>>()
    };
    for email in [&active.email, &former.email] {
        let answer = apply(email);
        assert_eq!((answer.status, &answer.text), (202, &stranger.text), "{email}");
        assert_eq!(names(&answer), names(&stranger), "{email}");
    }
    // Its owner is told what to do.
    assert_eq!(t.newest_mail(&active.email).subject, "You already have an account");
    assert_eq!(t.newest_mail(&former.email).subject, "Please confirm your new application");
}

fn a11_of_two_applications_the_confirmed_one_counts(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    let mut forged = Application::new("KE", "Mallory Byrne");
    forged.email.clone_from(&awa.email);
    let (theirs, own) = (t.apply(&forged), t.apply(&awa));
    // Each link shows its own application.
    let page = |token: &str| t.anonymous().send("GET", &format!("/verify?token={token}"), None).unwrap().text;
    assert!(page(&theirs).contains("Mallory Byrne, Kenya") && page(&own).contains("Awa Diop, Senegal"));
    t.verify(&own).expect(200);
    assert_eq!(verify(&t, &json!({"token": theirs, "password": OTHER})).refused(410), "link_spent");
    assert!(!page(&theirs).contains("Mallory"), "{}", page(&theirs));
    let me = t.login(&awa.email).get("/me").expect(200);
    assert_eq!((&me["name"], &me["appointments"][0]["organisation"]), (&json!("Awa Diop"), &json!("SN")));
    assert_eq!(me["appointments"].as_array().unwrap().len(), 1);
}

fn a11_an_application_keeps_an_account_that_was_to_be_erased(t: TestApp) {
    let awa = t.ncp("SN");
    awa.delete("/me").expect(202);
    t.deliver();
    assert_eq!(log_in(&t, &awa.email, PASSWORD).status / 100, 4);
    let token = t.apply(&Application::new("SN", "Awa Diop"));
    assert!(log_in(&t, &awa.email, PASSWORD).status >= 400, "a stranger may have applied");
    assert_eq!(verify(&t, &json!({"token": token})).expect(200)["new_account"], false);
    log_in(&t, &awa.email, PASSWORD).expect(200);
}

fn a11_the_page_behind_the_link_asks_for_the_password(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    let token = t.apply(&awa);
    let mut browser = t.anonymous();
    browser.language = "fr-SN,fr;q=0.9";
    let page = browser.send("GET", &format!("/verify?token={token}"), None).unwrap();
    for said in ["name=\"password\"", "new-password", "Au moins 15 caractères", "Awa Diop, Sénégal", "method=\"post\""]
    {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(!page.text.contains("<script"), "{}", page.text);
    let press = |form: String| {
        browser.send("POST", "/verify", Some(("application/x-www-form-urlencoded", form.as_bytes()))).unwrap()
    };
    // What won't do is said beside the form, and the link stays good.
    for form in [format!("token={token}"), format!("token={token}&password=short")] {
        let page = press(form);
        assert!(page.status == 422 && page.text.contains("role=\"alert\""), "{}", page.text);
        assert!(page.text.contains("new-password") && page.text.contains(&token), "{}", page.text);
    }
    let done = press(format!("token={token}&password={}", PASSWORD.replace(' ', "+")));
    assert!(done.status == 200 && done.text.contains("que vous venez de choisir"), "{}", done.text);
    let again = press(format!("token={token}&password={}", PASSWORD.replace(' ', "+")));
    assert!(again.status == 410 && !again.text.contains("<form"), "{}", again.text);
    t.login(&awa.email);
    // Who has an account is asked for none.
    let id = t.login(&awa.email).get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    t.login(&awa.email).post(&format!("/appointments/{id}/withdraw"), &json!({})).expect(200);
    let token = t.apply(&awa);
    let page = t.anonymous().send("GET", &format!("/verify?token={token}"), None).unwrap();
    assert!(page.text.contains("<form") && !page.text.contains("name=\"password\""), "{}", page.text);
    let form = format!("token={token}");
    let done = t.anonymous().send("POST", "/verify", Some(("application/x-www-form-urlencoded", form.as_bytes())));
    assert!(done.unwrap().text.contains("You log in as before"));
}

fn a11_the_page_shows_everything_that_will_be_written(t: TestApp) {
    let forged = |email: &str| {
        let mut form = Application::new("SN", "Awa Diop").form();
        form["email"] = json!(email);
        form["job_title"] = json!("Head of <b>Fraud</b>");
        form["phone"] = json!("+1 555 0199");
        form["languages"] = json!(["de"]);
        form["nominating_official"] = json!("Mallory & Sons");
        form["nomination_reference"] = json!("REF-URGENT");
        t.anonymous().post("/registrations", &form).unwrap().expect(202);
        t.newest_mail(email).token("verify").unwrap()
    };
    let mut browser = t.anonymous();
    let token = forged("victim@douanes.example");
    for (language, labels) in [
        ("en", ["Head of ", "+1 555 0199", "title of the post", "languages: de", "REF-URGENT"]),
        ("fr", ["Head of ", "+1 555 0199", "titre du poste", "langues", "REF-URGENT"]),
    ] {
        browser.language = language;
        let page = browser.send("GET", &format!("/verify?token={token}"), None).unwrap().text;
        for said in labels.iter().chain(&["Fraud", " Sons"]) {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(!page.contains("<b>"), "{page}");
    }
    // Of an account that is there nothing is taken but the nomination, and its own contact is taken over.
    let awa = former(&t);
    let token = forged(&awa.email);
    let page = t.anonymous().send("GET", &format!("/verify?token={token}"), None).unwrap().text;
    assert!(page.contains("REF-URGENT") && !page.contains("+1 555") && !page.contains("Fraud"), "{page}");
    verify(&t, &json!({"token": token})).expect(200);
    let admin = t.admin();
    let waiting = admin.get("/registrations").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/registrations/{waiting}/approve"), &json!({})).expect(200);
    let contact = t.login(&awa.email).get("/me").expect(200)["contact"].clone();
    assert_eq!(contact["phone"], "+221 33 800 00 00", "{contact}");
    assert!(!contact["job_title"].to_string().contains("Fraud"), "{contact}");
    assert_eq!(contact["languages"], json!(["en"]));
}

/// The siblings: a password is chosen behind a link to the address, or by somebody who knows the one before.
fn a11_every_new_password_is_chosen_behind_a_link(t: TestApp) {
    let form = json!({"email": "fatou.sow@douanes.example", "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
    let mut with_password = form.clone();
    with_password["password"] = json!(OTHER);
    let admin = t.admin();
    assert_eq!(admin.post("/invitations", &with_password).json()["errors"][0]["pointer"], "/password");
    admin.post("/invitations", &form).expect(201);
    let token = t.newest_mail("fatou.sow@douanes.example").token("invitation").unwrap();
    let accept = |form: &Value| t.anonymous().post("/invitations/accept", form).unwrap();
    assert_eq!(accept(&json!({"token": token})).json()["errors"][0]["pointer"], "/password");
    accept(&json!({"token": token, "password": PASSWORD})).expect(200);
    // An invitation to an account that is there keeps its password, whatever is sent.
    let awa = former(&t);
    admin
        .post("/invitations", &json!({"email": awa.email, "name": "Eve Byrne", "organisation": "ML", "role": "ncp"}))
        .expect(201);
    let token = t.newest_mail(&awa.email).token("invitation").unwrap();
    accept(&json!({"token": token, "password": OTHER, "name": "Eve Byrne"})).expect(200);
    assert_eq!(log_in(&t, &awa.email, OTHER).refused(401), "wrong_credentials");
    assert_eq!(t.login(&awa.email).get("/me").expect(200)["name"], "Awa Diop");
}

const STRANGE: [&str; 6] = ["Mallory", "Byrne", "Unlock", "Ministry of Truth", "REF-URGENT", "555 0199"];

fn a15_what_strangers_type_is_in_no_mail_to_a_new_address(t: TestApp) {
    for language in ["en", "fr"] {
        let mut form = Application::new("SN", "Mallory Byrne").reading(language).form();
        let email = format!("victim.{language}@douanes.example");
        form["email"] = json!(email);
        form["job_title"] = json!("Unlock your account");
        form["phone"] = json!("+1 555 0199");
        form["nominating_official"] = json!("Ministry of Truth");
        form["nomination_reference"] = json!("REF-URGENT");
        t.anonymous().post("/registrations", &form).unwrap().expect(202);
        let mail = t.newest_mail(&email);
        let headers = format!("{:?}", mail.headers);
        for said in STRANGE {
            for text in [&mail.subject, &mail.text, &mail.html, &headers] {
                assert!(!text.contains(said), "{said}: {text}");
            }
        }
        let greeting = if language == "fr" { "Bonjour," } else { "Hello," };
        assert!(mail.text.starts_with(greeting), "{}", mail.text);
    }
}

fn a15_an_invitation_names_an_office_and_nobody(t: TestApp) {
    let mut moussa = Application::new("SN", "Moussa Unlock Fall");
    moussa.role = "coordinator";
    let home = t.member(&moussa);
    let invite = |by: &Person, email: &str| {
        let form = json!({"email": email, "name": "Mallory Byrne", "organisation": "SN", "role": "ncp",
            "job_title": "Unlock your account", "nominating_official": "Ministry of Truth",
            "nomination_reference": "REF-URGENT"});
        by.post("/invitations", &form).expect(201)["id"].as_str().unwrap().to_owned()
    };
    let id = invite(&home, "one@douanes.example");
    t.deliver();
    home.post(&format!("/invitations/{id}/resend"), &json!({})).expect(200);
    invite(&t.admin(), "two@douanes.example");
    for (email, office) in [
        ("one@douanes.example", "A coordinator of Senegal invites you"),
        ("two@douanes.example", "The Secretariat invites you"),
    ] {
        for mail in t.inbox(email) {
            assert!(mail.text.contains(office) && mail.text.starts_with("Hello,"), "{}", mail.text);
            for said in STRANGE.iter().chain(["Moussa", "Fall"].iter()) {
                assert!(!mail.text.contains(said) && !mail.html.contains(said), "{said}: {}", mail.text);
            }
        }
    }
    // Behind the link it is said who invites.
    let token = t.newest_mail("one@douanes.example").token("invitation").unwrap();
    let look = t.anonymous().post("/invitations/look", &json!({"token": token})).unwrap().expect(200);
    assert_eq!(look["invited_by"], "Moussa Unlock Fall");
}

fn a15_a_new_address_of_an_account_hears_no_name(t: TestApp) {
    let mallory = t.member(&Application::new("SN", "Mallory Byrne"));
    mallory.post("/me/email", &json!({"email": "victim@douanes.example"})).expect(202);
    let mail = t.newest_mail("victim@douanes.example");
    assert!(mail.text.starts_with("Hello,") && !mail.text.contains("Mallory"), "{}", mail.text);
    assert!(!mail.html.contains("Mallory"), "{}", mail.html);
}

fn a15_a_reason_is_text_and_no_link(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    let id = t.apply_and_verify(&awa);
    let reason = "See https://elsewhere.example/letter and <a href=\"https://elsewhere.example\">this</a>.";
    t.admin().post(&format!("/registrations/{id}/reject"), &json!({"reason": reason})).expect(200);
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains(reason), "the owner of a verified address reads it: {}", mail.text);
    assert!(!mail.html.contains("<a href=\"https://elsewhere"), "{}", mail.html);
}

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

/// Names that are none, and what is wrong with them.
const NO_NAMES: [(&str, &str); 18] = [
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
    ("Secretariat Helpdesk", "name_reserved"),
    ("Secrétariat", "name_reserved"),
    ("Ѕесгетагіат", "name_reserved"),
    ("Smart Customs Community", "name_reserved"),
    ("事務局", "name_reserved"),
];

fn a14_a_name_is_the_name_of_a_person_wherever_it_comes_in(t: TestApp) {
    let admin = t.admin();
    let awa = t.ncp("SN");
    let invite = |name: &str| {
        let form = json!({"email": "x@douanes.example", "name": name, "organisation": "SN", "role": "ncp"});
        admin.post("/invitations", &form)
    };
    let form = json!({"email": "y@douanes.example", "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
    admin.post("/invitations", &form).expect(201);
    let token = t.newest_mail("y@douanes.example").token("invitation").unwrap();
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
        // The reader of sheets takes tag characters off; what is left is a name.
        let is_clean = row["action"] == "invite" && row["name"] == "Awa Diop";
        assert!(row["action"] == "error" || is_clean, "{name:?}: {row}");
    }
    assert_eq!(awa.get("/me").expect(200)["name"], "Awa Diop");
    // The set-up of an administrator: the Secretariat's own name is its own, what is no name is none.
    let link = t.run(t.portal.identity.set_up_link(None)).unwrap();
    let form = json!({"token": link.split_once("token=").unwrap().1, "name": "see https://evil.example",
        "email": "root@portal.example", "password": PASSWORD});
    let refused = t.anonymous().post("/setup", &form).unwrap();
    assert!([422, 410].contains(&refused.status), "{}", refused.text);
    assert_eq!(patch_name(&admin, "Secretariat Helpdesk").expect(200)["name"], "Secretariat Helpdesk");
}

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
            // So many changes in an hour are somebody at play.
            t.pass(std::time::Duration::from_hours(2));
        }
        let awa = t.login(&awa.email);
        assert_eq!(patch_name(&awa, name).expect(200)["name"], name);
    }
}

/// What the sheet of an import comes to: one of the ways in, and the quickest for many names.
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
/// Names of nobody, or of the portal.
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

fn a14_a_changed_name_is_told_shown_and_written_down(t: TestApp) {
    let mut moussa = Application::new("SN", "Moussa Fall");
    moussa.role = "coordinator";
    let home = t.member(&moussa);
    let awa = t.ncp("SN");
    t.deliver();
    let before = t.inbox(&home.email).len();
    // To send the name that one has is no change.
    patch_name(&awa, "Awa Diop").expect(200);
    assert_eq!(awa.get("/me").expect(200)["name_changed_at"], Value::Null);
    let changed = patch_name(&awa, "Fatou Sow").expect(200);
    assert!(changed["name_changed_at"].is_string(), "{changed}");
    let told = t.newest_mail(&home.email);
    assert_eq!(told.subject, "Another name: Awa Diop is now Fatou Sow");
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
    // The log says that, and names nobody.
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
    t.run(t.portal.keep_house(&stop));
    let shown = person(&t.admin());
    assert_eq!((&shown["name"], &shown["previous_name"]), (&json!("Binta Sarr"), &Value::Null));
}

fn a14_a_name_other_than_the_invited_one_is_told_and_shown(t: TestApp) {
    let coordinator = |name: &str| t.member(&Application { role: "coordinator", ..Application::new("SN", name) });
    let (home, second) = (coordinator("Moussa Fall"), coordinator("Ibrahima Ba"));
    let accept = |email: &str, name: &str| {
        let form = json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
        home.post("/invitations", &form).expect(201);
        let token = t.newest_mail(email).token("invitation").unwrap();
        let form = json!({"token": token, "password": PASSWORD, "name": name});
        t.anonymous().post("/invitations/accept", &form).unwrap().expect(200)["id"].as_str().unwrap().to_owned()
    };
    let told = |person: &Person| {
        let mails = t.inbox(&person.email).into_iter().map(|mail| mail.subject);
        mails.filter(|subject| subject.starts_with("Another name")).collect::<Vec<_>>()
    };
    accept("fatou@douanes.example", "Fatou Sow");
    assert!(told(&home).is_empty() && t.admin().all("/audit?action=name_changed").is_empty());
    let id = accept("another@douanes.example", "Mallory Byrne");
    for officer in [&home, &second] {
        assert_eq!(told(officer), ["Another name: Fatou Sow is now Mallory Byrne"]);
    }
    assert!(t.newest_mail(&home.email).subject.starts_with("Mallory Byrne has accepted"));
    let person = home.get(&format!("/appointments/{id}")).expect(200)["person"].clone();
    assert_eq!((&person["name"], &person["previous_name"]), (&json!("Mallory Byrne"), &json!("Fatou Sow")));
    assert!(person["name_changed_at"].is_string(), "{person}");
    assert_eq!(home.all("/audit?action=name_changed").len(), 1, "a coordinator reads it");
}

fn a14_without_a_coordinator_the_secretariat_hears(t: TestApp) {
    let admin = t.admin();
    let mut lone = Application::new("KE", "Wanjiru Kamau");
    lone.role = "coordinator";
    let lone = t.member(&lone);
    patch_name(&lone, "Njeri Kamau").expect(200);
    let subjects: Vec<_> = t.inbox(&admin.email).into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.contains(&"Another name: Wanjiru Kamau is now Njeri Kamau".to_owned()), "{subjects:?}");
    let subjects: Vec<_> = t.inbox(&lone.email).into_iter().map(|mail| mail.subject).collect();
    assert!(!subjects.iter().any(|subject| subject.starts_with("Another name")), "{subjects:?}");
    // Whoever changes it again and again does not fill a mailbox.
    let mut answers = (0..12).map(|at| patch_name(&lone, if at % 2 == 0 { "Wanjiru Kamau" } else { "Njeri Kamau" }));
    assert!(answers.any(|answer| answer.status == 429));
}

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
