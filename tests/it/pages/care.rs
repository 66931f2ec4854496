//! The care of readers: time zones, the language of mails, help, the accessibility statement, and the demonstration.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::support::browser::{Browser, Page};
use crate::support::{Application, Expect as _, Person, TestApp, story};

fn me(person: &Person) -> Value {
    person.get("/me").expect(200)
}

#[story]
fn w47_times_are_shown_in_the_zone_that_the_person_chose(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    let before = browser.open("/account/sessions");
    assert!(before.has(" UTC") && before.shows("time[datetime$='Z']"), "{}", before.text());
    let account = browser.open("/account");
    let form = browser.click(&account, "Time zone");
    assert_eq!(form.value("time_zone"), "UTC");
    assert!(form.shows("optgroup[label='Africa'] option[value='Africa/Dakar']"), "{}", form.html);
    let refused = browser.submit(&form, "Save the time zone", &[("time_zone", "Mars/Olympus")]);
    assert_eq!(refused.status, 422);
    assert!(refused.error("time_zone").contains("Mars/Olympus"), "{}", refused.text());

    let saved = browser.submit(&refused, "Save the time zone", &[("time_zone", "Asia/Kathmandu")]);
    assert!(saved.path == "/account" && saved.has("The time zone was saved."), "{}", saved.text());
    let after = browser.open("/account/sessions");
    assert!(after.has("Asia/Kathmandu (UTC+05:45)") && !after.has(" UTC,"), "{}", after.text());
    assert!(after.shows("time[datetime$='Z']"), "programs read UTC: {}", after.html);
    // The zone is a part of the profile, and a program may take it away.
    assert_eq!(me(&awa)["time_zone"], "Asia/Kathmandu");
    awa.patch("/me", &json!({"time_zone": null})).expect(200);
    assert_eq!(me(&awa)["time_zone"], Value::Null);
    assert!(!browser.open("/account/sessions").has("Asia/Kathmandu"));
    awa.patch("/me", &json!({"time_zone": "Mars/Olympus"})).refused(422);
}

/// An announcement that was written by pages; the page of its schedule.
fn to_schedule(author: &mut Browser) -> Page {
    let form = author.open("/announcements/new");
    let texts = [("variants-en-subject", "Later"), ("variants-en-body_markdown", "Later.")];
    let preview = author.submit(&form, "Save and preview", &texts);
    let path = preview.path.split('?').next().unwrap_or_default().to_owned();
    author.open(&path.replace("/preview", "/schedule"))
}

#[story]
fn w47_a_time_that_the_clocks_skip_or_show_twice_is_asked_about(t: TestApp) {
    t.ncp("SN");
    let mut author = Browser::of(&t, &t.admin());
    // Clocks go forward on the last Sunday of March, and back on that of October.
    for (day, offers, chosen, planned) in [
        (
            "2099-03-29",
            ["01:30 (UTC+01:00)", "03:30 (UTC+02:00)"],
            "+02:00",
            "29\u{a0}March 2099 at 03:30 Europe/Brussels (UTC+02:00)",
        ),
        (
            "2099-10-25",
            ["02:30 (UTC+02:00)", "02:30 (UTC+01:00)"],
            "+01:00",
            "25\u{a0}October 2099 at 02:30 Europe/Brussels (UTC+01:00)",
        ),
    ] {
        let schedule = to_schedule(&mut author);
        assert!(!schedule.shows("[name=offset]"), "nothing is asked before a time is typed: {}", schedule.html);
        let typed = [("send_at", day), ("time", "02:30"), ("zone", "Europe/Brussels")];
        let asked = author.submit(&schedule, "Schedule for this time", &typed);
        assert!(asked.status == 422 && asked.error("offset").contains("02:30"), "{}", asked.text());
        assert!(offers.iter().all(|offer| asked.has(offer)), "{}", asked.text());
        assert_eq!((asked.value("send_at").as_str(), asked.value("zone").as_str()), (day, "Europe/Brussels"));
        let done = author.submit(&asked, "Schedule for this time", &[("offset", chosen)]);
        assert!(done.has(planned), "{}", done.text());
    }
}

#[story]
fn w47_a_form_reads_times_in_the_zone_of_its_author(t: TestApp) {
    t.ncp("SN");
    let admin = t.admin();
    admin.patch("/me", &json!({"time_zone": "Africa/Nairobi"})).expect(200);
    let mut author = Browser::of(&t, &admin);
    let schedule = to_schedule(&mut author);
    assert_eq!(schedule.value("zone"), "Africa/Nairobi");
    let typed = [("send_at", "2099-01-12"), ("time", "09:00")];
    let planned = author.submit(&schedule, "Schedule for this time", &typed);
    assert!(planned.has("12\u{a0}January 2099, 09:00 Africa/Nairobi (UTC+03:00)"), "{}", planned.text());
}

#[story]
fn w43_a_language_that_is_chosen_on_a_page_can_be_kept_for_mails(t: TestApp) {
    const OFFER: &str = "form[action='/account/language']";
    let awa = t.member(&Application::new("SN", "Awa Diop").reading("fr"));
    let mut browser = Browser::of(&t, &awa);
    let french = browser.open("/privacy");
    assert!(french.header("content-language") == Some("fr") && !french.shows(OFFER), "{}", french.text());
    let english = browser.submit(&french, "English", &[]);
    assert_eq!((english.path.as_str(), english.header("content-language")), ("/privacy", Some("en")));
    assert_eq!(me(&awa)["preferred_language"], "fr", "nothing is kept that was not asked for");
    let kept = browser.submit(&english, "Send me e-mails in English from now on", &[]);
    assert!(kept.path == "/privacy" && kept.has("in this language from now on: English."), "{}", kept.text());
    assert!(!kept.shows(OFFER), "{}", kept.html);
    assert_eq!(me(&awa)["preferred_language"], "en");
    // Who is not logged in gets no mails to choose a language for.
    let mut visitor = Browser::anonymous(&t).reading("fr");
    assert!(!visitor.open("/privacy").shows(OFFER));
}

#[story]
fn w66_help_and_the_accessibility_statement_are_found_on_every_page(t: TestApp) {
    for (language, help, accessibility, to_help) in
        [("en", "Help", "Accessibility", "All help pages"), ("fr", "Aide", "Accessibilité", "Toutes les pages d’aide")]
    {
        let mut visitor = Browser::anonymous(&t).reading(language);
        let login = visitor.open("/login");
        let entry = visitor.click(&login, help);
        let document = entry.document();
        let such = crate::support::browser::selector("main dl a[href]");
        let pages: Vec<String> =
            document.select(&such).filter_map(|link| link.attr("href").map(str::to_owned)).collect();
        assert!(pages.len() >= 7, "{pages:?}");
        for page in pages {
            let shown = visitor.open(&page);
            assert_eq!((shown.status, shown.header("content-language")), (200, Some(language)), "{page}");
        }
        let login = visitor.open("/login");
        let statement = visitor.click(&login, accessibility);
        assert!(statement.path == "/accessibility" && statement.has("WCAG"), "{}", statement.text());
        assert_eq!(visitor.click(&statement, to_help).path, "/help");
    }
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    let security = awa.open("/account/security");
    assert_eq!(awa.click(&security, "Second factor and recovery codes").path, "/help/second-factor");
}

#[story]
fn w68_a_portal_that_is_no_demonstration_has_none_of_its_pages(t: TestApp) {
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    for path in ["/demo", "/demo/mails", "/demo/mails/0"] {
        assert_eq!(awa.open(path).status, 404, "{path}");
    }
    for (path, form) in [("/demo/enter", "part=administrator"), ("/demo/direction", "direction=rtl")] {
        assert_eq!(awa.send("POST", path, Some(form)).status, 404, "{path}");
    }
    assert!(!awa.open("/").shows(".banner"));
    let mirrored = t.anonymous().with_header("accept", "text/html").with_header("cookie", "__Host-mirror=rtl");
    let page = mirrored.send("GET", "/login", None).unwrap();
    assert!(page.text.contains("dir=\"ltr\"") && !page.text.contains("dir=\"rtl\""), "{}", page.text);
}

/// The files of the source below a folder that have one of these words.
fn files_with(folder: &Path, words: &[&str], found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_with(&path, words, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            if words.iter().any(|word| text.contains(word)) {
                found.insert(path.display().to_string());
            }
        }
    }
}

#[test]
fn w68_no_part_but_the_demo_opens_a_session_without_a_proof() {
    let mut found = BTreeSet::new();
    files_with(Path::new("src"), &["open_made_up", "app_data(Demonstration)"], &mut found);
    let expected = ["src/demo/tour.rs", "src/identity/demonstration.rs"].map(str::to_owned);
    assert_eq!(found, BTreeSet::from(expected));
}

/// A demonstration that runs as a process of its own, until it is dropped.
struct Demonstration {
    process: Child,
    base: String,
    /// Open as long as the process writes to it.
    _said: BufReader<ChildStdout>,
}

impl Demonstration {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
        let mut process = command.arg("demo").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut all = String::new();
        let base = loop {
            let mut line = String::new();
            assert!(said.read_line(&mut line).unwrap() > 0, "it ended: {all}");
            all.push_str(&line);
            if let Some((_, rest)) = line.split_once("Open ") {
                break rest.split("/demo ").next().unwrap_or_default().to_owned();
            }
        };
        Self { process, base, _said: said }
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[story]
fn w68_the_demo_is_looked_at_as_each_role_by_mouse_alone(t: TestApp) {
    let demo = Demonstration::start();
    let mut guest = Browser::at(&t, &demo.base);
    let home = guest.open("/");
    assert!(home.has("Demonstration: nothing here is real, nothing is kept, no mail leaves."), "{}", home.text());
    for (name, place) in [
        ("Awa Diop", "/directory"),
        ("Moussa Fall", "/tasks"),
        ("Portal Administrator", "/users"),
        ("Grace Okello", "/announcements/manage"),
        ("Ines Carvalho", "/audit"),
    ] {
        let people = guest.open("/demo");
        let inside = guest.submit(&people, &format!("Log in as {name}"), &[]);
        assert!(inside.path == "/" && inside.has(name), "{}", inside.text());
        assert_eq!(guest.open(place).status, 200, "{name} {place}");
    }
    assert_eq!(guest.open("/announcements/manage").status, 403, "an auditor does not write announcements");
    let mails = guest.open("/demo/mails");
    assert!(mails.has("awa.diop@douanes.example") && !mails.has("contact-"), "{}", mails.text());
    let verifies =
        (0..10).any(|number| guest.open(&format!("/demo/mails/{number}")).shows("article a[href^='/verify?token=']"));
    assert!(verifies, "the link of a mail can be followed");
}

#[story]
fn w45_pages_of_the_demo_can_be_looked_at_from_right_to_left(t: TestApp) {
    let demo = Demonstration::start();
    let mut guest = Browser::at(&t, &demo.base);
    let html = |guest: &mut Browser, path: &str| guest.send("GET", path, None).text;
    assert!(html(&mut guest, "/login").contains("<html lang=\"en\" dir=\"ltr\">"));
    guest.send("POST", "/demo/direction", Some("direction=rtl"));
    for path in ["/", "/login", "/demo", "/help", "/nothing"] {
        let page = html(&mut guest, path);
        assert!(page.contains("<html lang=\"en\" dir=\"rtl\">"), "{path}: {page}");
    }
    // Addresses and numbers keep their direction.
    assert!(html(&mut guest, "/login").contains("type=\"email\" value=\"\" autocomplete=\"username\" dir=\"ltr\""));
    guest.send("POST", "/demo/direction", Some("direction=ltr"));
    assert!(html(&mut guest, "/login").contains("<html lang=\"en\" dir=\"ltr\">"));
}
