//! The application, the home page, and the own account: profile, entry, confirmation, subscriptions, history, data.

use std::time::Duration;

use serde_json::{Value, json};

use crate::reading::announce;
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, PASSWORD, TestApp, story};

/// The fields of an application by the page.
fn application<'a>(email: &'a str, name: &'a str) -> [(&'a str, &'a str); 7] {
    [
        ("organisation", "SN"),
        ("role", "ncp"),
        ("name", name),
        ("email", email),
        ("preferred_language", "en"),
        ("nominating_official", "Director General"),
        ("nomination_reference", "DG/2026/17"),
    ]
}

#[story]
fn w1_an_applicant_applies_verifies_and_reads_the_state_with_pages_alone(t: TestApp) {
    let admin = t.admin();
    let mut awa = Browser::anonymous(&t);
    let home = awa.open("/");
    let form = awa.click(&home, "Apply to join");
    let email = "awa.diop@douanes.example";
    let done = awa.submit(&form, "Send the application", &application(email, "Awa Diop"));
    assert_eq!((done.status, done.path.as_str()), (200, "/apply/done"));

    let token = t.mailed_token(email, "verify");
    let link = awa.open(&format!("/verify?token={token}"));
    assert!(link.has("Awa Diop") && link.has("DG/2026/17"), "{}", link.text());
    awa.submit(&link, "Confirm my address", &[("password", PASSWORD)]);
    let login = awa.open("/login");
    let home = awa.submit(&login, "Log in", &[("email", email), ("password", PASSWORD)]);
    assert_eq!(home.path, "/");
    assert!(home.has("waiting for a decision") && !home.has("Directory"), "{}", home.text());

    let waiting = admin.get("/registrations").expect(200);
    let id = waiting["data"][0]["id"].as_str().unwrap();
    admin.post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
    t.pass(Duration::from_secs(3));
    let home = awa.open("/");
    assert!(home.has("Directory") && home.has("You have no unread announcement."), "{}", home.text());
}

#[story]
fn w1_the_page_after_an_application_is_the_same_whether_or_not_the_address_is_known(t: TestApp) {
    let known = t.ncp("SN");
    let apply = |email: &str| {
        let mut visitor = Browser::anonymous(&t);
        let form = visitor.open("/apply");
        visitor.submit(&form, "Send the application", &application(email, "Awa Diop"))
    };
    let (first, second) = (apply(&known.email), apply("somebody.new@customs-sn.example"));
    assert_eq!((first.status, first.path.as_str()), (200, "/apply/done"));
    assert_eq!((first.path, first.html), (second.path, second.html));
}

#[story]
fn w1_an_application_with_errors_comes_back_with_what_was_typed(t: TestApp) {
    let mut visitor = Browser::anonymous(&t);
    let form = visitor.open("/apply");
    let fields = [("name", "Awa Diop"), ("email", "no address"), ("phone", "call me"), ("role", "coordinator")];
    let back = visitor.submit(&form, "Send the application", &fields);
    assert_eq!(back.status, 422);
    for field in ["email", "phone", "organisation"] {
        assert!(!back.error(field).is_empty(), "{field}: {}", back.text());
    }
    assert_eq!(back.error("organisation"), "Choose your Member.");
    assert!(back.error("email").contains("name@office.example"), "{}", back.text());
    assert!(back.error("phone").contains("country code"), "{}", back.text());
    assert!(back.error("name").is_empty() && back.html.contains("value=\"Awa Diop\""), "{}", back.html);
    assert!(back.title().starts_with("Error:"), "{}", back.title());
}

#[story]
fn w9_an_ncp_changes_each_field_and_sees_the_entry_as_others_see_it(t: TestApp) {
    let awa = t.ncp("SN");
    let wanjiru = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let mut browser = Browser::of(&t, &awa);
    let form = browser.open("/account/profile");
    let fields = [
        ("job_title", "Director"),
        ("job_title_audience", "members"),
        ("phone", "+221 33 801 00 00"),
        ("phone_audience", "organisation"),
        ("email_audience", "region"),
        ("languages", "French, wolof, en"),
        ("languages_audience", "members"),
        ("technologies", "drones"),
        ("technologies_audience", "members"),
    ];
    let entry = browser.submit(&form, "Save the profile", &fields);
    assert_eq!((entry.status, entry.path.as_str()), (200, "/account/entry"));
    assert!(entry.has("Your profile is saved"), "{}", entry.text());
    for value in ["Director", "+221 33 801 00 00", "French, Wolof, English", awa.email.as_str()] {
        assert!(entry.has(value), "{value}: {}", entry.text());
    }
    assert!(entry.has("Director Seen by: the whole community"), "{}", entry.text());
    // What the page says is what others get.
    let far = browser.click(&entry, "A contact of another region");
    let found = wanjiru.get("/contacts?member=SN").expect(200)["data"][0].clone();
    for (field, value) in [("job_title", "Director"), ("phone", "+221 33 801 00 00"), ("email", awa.email.as_str())] {
        assert_eq!(far.has(value), found[field] != Value::Null, "{field}: {}", far.text());
    }
    assert!(far.has("Director") && !far.has("+221 33 801 00 00") && far.has("not shown"));
    let region = browser.click(&far, "A contact of another administration of your region");
    assert!(region.has(&awa.email) && !region.has("+221 33 801 00 00"));
    let near = browser.click(&region, "A colleague of your administration");
    assert!(near.has("+221 33 801 00 00"));

    // What is emptied is taken away.
    let form = browser.open("/account/profile");
    browser.submit(&form, "Save the profile", &[("phone", ""), ("technologies", "")]);
    let contact = awa.get("/me").expect(200)["contact"].clone();
    assert_eq!((&contact["phone"], &contact["technologies"]), (&Value::Null, &json!([])));
    assert_eq!(contact["job_title"], "Director");
}

#[story]
fn w9_a_profile_with_errors_comes_back_with_each_at_its_field(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    let form = browser.open("/account/profile");
    let fields = [("phone", "call me"), ("languages", "English, Klingon"), ("job_title", "Director")];
    let back = browser.submit(&form, "Save the profile", &fields);
    assert_eq!((back.status, back.path.as_str()), (422, "/account/profile"));
    assert!(back.error("languages").contains("Klingon") || back.error("languages").contains("klingon"));
    assert!(!back.error("phone").is_empty() && back.html.contains("value=\"Director\""));
    assert_eq!(awa.get("/me").expect(200)["contact"]["job_title"], "Head of Innovation");
}

#[story]
fn w9_of_two_changes_at_once_the_second_sees_both_values(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    let form = browser.open("/account/profile");
    awa.patch("/me", &json!({"job_title": "Deputy", "languages": ["en", "fr"]})).expect(200);
    let conflict = browser.submit(&form, "Save the profile", &[("job_title", "Director")]);
    assert_eq!(conflict.status, 412);
    assert!(conflict.has("Stored now") && conflict.has("Deputy"), "{}", conflict.text());
    assert!(conflict.html.contains("value=\"Director\""));
    assert!(conflict.has("by you in another window") && conflict.has("it is saved as it stands below"));
    // What this form did not change has the values of now, and is no conflict.
    assert_eq!(conflict.value("languages"), "English, French");
    assert!(
        conflict.has("Job title Deputy Director") && !conflict.has("Languages spoken English"),
        "{}",
        conflict.text()
    );
    assert_eq!(awa.get("/me").expect(200)["contact"]["job_title"], "Deputy");
    let entry = browser.submit(&conflict, "Save the profile", &[]);
    assert_eq!(entry.path, "/account/entry");
    let contact = awa.get("/me").expect(200)["contact"].clone();
    assert_eq!((&contact["job_title"], &contact["languages"]), (&json!("Director"), &json!(["en", "fr"])));
}

#[story]
fn w10_a_confirmation_that_is_due_stands_on_the_home_page_and_takes_one_click(t: TestApp) {
    let email = t.ncp("SN").email;
    t.pass(Duration::from_hours(24 * 340));
    let awa = t.login(&email);
    let mut browser = Browser::of(&t, &awa);
    let home = browser.open("/");
    assert!(home.has("Please confirm your entry in the directory"), "{}", home.text());
    let entry = browser.click(&home, "Read your entry and confirm it");
    assert!(entry.has("Senegal") && entry.has("Head of Innovation"), "{}", entry.text());
    let confirmed = browser.submit(&entry, "Confirm that this entry is right", &[]);
    assert_eq!(confirmed.path, "/account/entry");
    assert!(confirmed.has("Your entry is confirmed for a year."), "{}", confirmed.text());
    assert!(!browser.open("/").has("Please confirm your entry"));
}

#[story]
fn w47_times_are_marked_up_and_say_that_they_are_utc(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    let history = browser.open("/account/history");
    assert!(history.has("Login") && history.has("E-mail address of the application confirmed"), "{}", history.text());
    assert!(history.has("2\u{a0}February 2026, ") && history.has(" UTC"), "{}", history.text());
    assert!(history.html.contains("<time datetime=\"2026-02-02T"), "{}", history.html);
}

#[story]
fn w64_a_count_on_the_home_page_disappears_with_its_last_item(t: TestApp) {
    let admin = t.admin();
    let id = t.apply_and_verify(&Application::new("KE", "Wanjiru Kamau"));
    t.pass(Duration::from_mins(1));
    let mut office = Browser::of(&t, &admin);
    let home = office.open("/");
    assert!(home.has("Applications to decide 1"), "{}", home.text());
    assert!(home.has("The community by region") && home.has("East and Southern Africa"), "{}", home.text());
    admin.post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
    assert!(!office.open("/").has("Applications to decide"));
}

#[story]
fn w64_a_coordinator_sees_what_waits_at_the_own_administration_alone(t: TestApp) {
    let coordinator = Application { role: "coordinator", ..Application::new("SN", "Fatou Sow") };
    let fatou = t.member(&coordinator);
    t.apply_and_verify(&Application::new("SN", "Awa Diop"));
    t.apply_and_verify(&Application::new("KE", "Wanjiru Kamau"));
    t.pass(Duration::from_mins(1));
    let home = Browser::of(&t, &fatou).open("/");
    assert!(home.has("Appointments to decide 1"), "{}", home.text());
    assert!(!home.has("The community by region"));
}

#[story]
fn w64_what_is_to_be_acknowledged_leaves_the_home_page_when_it_is(t: TestApp) {
    let awa = t.ncp("SN");
    let id = announce(&t.admin(), "Read this", &json!({"acknowledge": true}));
    t.dispatch();
    let mut browser = Browser::of(&t, &awa);
    let home = browser.open("/");
    assert!(home.has("One announcement waits for your acknowledgement"), "{}", home.text());
    assert_eq!(home.link("Read this"), format!("/announcements/{id}"));
    awa.post(&format!("/announcements/{id}/acknowledge"), &json!({}));
    let home = browser.open("/");
    assert!(!home.has("waits for your acknowledgement"), "{}", home.text());
}

#[story]
fn w65_a_choice_of_topics_is_told_and_kept(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    let account = browser.open("/account");
    let form = browser.click(&account, "Subscriptions");
    let saved = browser.submit(&form, "Save", &[("digest", "daily"), ("topics", "news")]);
    assert!(saved.has("Your choice is saved"), "{}", saved.text());
    let own = awa.get("/me/subscriptions").expect(200);
    assert_eq!(own["digest"], "daily");
    for topic in own["data"].as_array().unwrap() {
        assert_eq!(topic["subscribed"], topic["topic"] == "news", "{own}");
    }
}

#[story]
fn w66_own_data_are_exported_and_an_account_is_erased_from_a_page_that_names_it(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    let data = browser.open("/account/data");
    assert!(data.shows("form[method=post][action='/account/data'] button"), "{}", data.text());
    assert!(data.has("Download everything as a ZIP file"), "{}", data.text());
    let file = browser.send("POST", "/account/data", Some(""));
    assert_eq!((file.status, file.header("content-type")), (200, Some("application/zip")));
    let page = browser.click(&data, "Have the account erased");
    assert!(page.has("Awa Diop") && page.has(&awa.email), "{}", page.text());
    let told = browser.submit(&page, "End all appointments and have the account erased", &[]);
    assert_eq!(told.path, "/");
    assert!(told.has("Your account is closed") && told.has("Apply to join"), "{}", told.text());
    let login = json!({"email": awa.email, "password": PASSWORD});
    assert_eq!(t.anonymous().post("/auth/login", &login).unwrap().refused(403), "account_leaving");
}
