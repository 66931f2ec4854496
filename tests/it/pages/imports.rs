//! Pages that take a sheet: invitations of many people, and suppressions.

use std::time::Duration;

use crate::support::browser::Browser;
use crate::support::{Application, Person, TestApp, story};

const CSV: &str = "text/csv";
/// Two people who can be invited, around a row with three faults.
const SHEET: &[u8] = b"email,name,member,role,remarks\n\
    mor@douanes.example,Mor Fall,SN,ncp,\n\
    nobody,Ana Silva,Atlantis,chef,\n\
    yao@douanes.example,Yao Kouassi,SN,contributor,call back\n";

/// The coordinator of a member, logged in with two factors.
fn coordinator(t: &TestApp, member: &str) -> Person {
    let mut application = Application::new(member, "Moussa Fall");
    application.role = "coordinator";
    t.member(&application)
}

#[story]
fn w14_a_sheet_is_read_and_its_people_are_invited(t: TestApp) {
    let mut browser = Browser::of(&t, &coordinator(&t, "SN"));
    let people = browser.open("/people");
    let form = browser.click(&people, "Invite people by a file");
    assert!(form.has("Columns of the file") && form.has("fin de mandat"), "{}", form.text());
    let plan = browser.submit_file(&form, "Check the file", &[], Some(("people.csv", CSV, SHEET)));
    assert!(plan.path.starts_with("/imports/"), "{}", plan.text());
    assert!(plan.has("Atlantis") && plan.has("To be invited"), "{}", plan.text());
    assert!(plan.has("Nobody is invited yet") && plan.has("Columns that were not read remarks"), "{}", plan.text());
    let [wrong, right] = ["In error", "Mor Fall"].map(|text| plan.html.rfind(text).expect(text));
    assert!(wrong < right, "rows in error come first");
    assert!(plan.has("E-mail address: This is not an e-mail address."), "{}", plan.text());
    assert!(plan.has("“chef” is not a role. Possible: National Contact Point, Coordinator"), "{}", plan.text());
    assert!(!plan.html.contains("Ana Silva"), "what may name a person is not kept");
    let only = browser.click(&plan, "Only rows in error");
    assert!(only.has("In error") && !only.has("Mor Fall"), "{}", only.text());

    let ask = browser.click(&plan, "Invite 2 people");
    let refused = browser.submit(&ask, "Invite 2 people", &[]);
    assert_eq!(refused.status, 422);
    assert!(!refused.error("skip_errors").is_empty(), "{}", refused.text());
    assert_eq!(t.inbox("mor@douanes.example").len(), 0);
    let fields = [("skip_errors", "yes")];
    let done = browser.submit(&refused, "Invite 2 people", &fields);
    assert!(done.has("2 people are invited."), "{}", done.text());
    // Sent twice.
    let again = browser.submit(&refused, "Invite 2 people", &fields);
    assert!(again.status == 200 && again.has("cannot be carried out again"), "{}", again.text());
    for email in ["mor@douanes.example", "yao@douanes.example"] {
        assert_eq!(t.inbox(email).len(), 1, "{email}");
    }
}

#[story]
fn w14_the_example_is_a_sheet_that_can_be_read(t: TestApp) {
    let moussa = coordinator(&t, "SN");
    for (language, link, button, unread) in [
        ("en", "Example of such a file (CSV)", "Check the file", "Columns that were not read"),
        ("fr", "Exemple d’un tel fichier (CSV)", "Vérifier le fichier", "Colonnes non lues"),
    ] {
        let browser = Browser::of(&t, &moussa);
        let mut browser = if language == "fr" { browser.in_french() } else { browser };
        let form = browser.open("/people/import");
        let file = browser.send("GET", &form.link(link), None);
        assert!(file.header("content-disposition").is_some_and(|header| header.starts_with("attachment")));
        let plan = browser.submit_file(&form, button, &[], Some(("people.csv", CSV, file.text.as_bytes())));
        assert!(plan.has("Awa Ndiaye") && !plan.has(unread), "{}", plan.text());
    }
}

#[story]
fn w14_a_plan_that_is_too_old_says_so(t: TestApp) {
    let moussa = coordinator(&t, "SN");
    let mut browser = Browser::of(&t, &moussa);
    let form = browser.open("/people/import");
    let plan = browser.submit_file(&form, "Check the file", &[], Some(("people.csv", CSV, SHEET)));
    let ask = browser.click(&plan, "Invite 2 people");
    t.pass(Duration::from_mins(61));
    let mut later = Browser::of(&t, &moussa);
    let old = later.open(&plan.path);
    assert_eq!(old.status, 410);
    assert!(old.has("This plan has expired") && old.has("Nobody was invited."), "{}", old.text());
    let late = later.submit(&ask, "Invite 2 people", &[("skip_errors", "yes")]);
    assert_eq!((late.status, late.path.as_str()), (410, plan.path.as_str()));
    assert_eq!(later.click(&late, "Send a file").path, "/people/import");
    assert_eq!(t.inbox("mor@douanes.example").len(), 0);
}

#[story]
fn w14_a_plan_with_many_rows_goes_on_by_pages(t: TestApp) {
    let mut browser = Browser::of(&t, &coordinator(&t, "SN"));
    let rows = (0..60).map(|n| format!("mor.fall{n}@douanes.example,Mor Fall,SN,ncp\n")).collect::<Vec<_>>().concat();
    let sheet = format!("email,name,member,role\n{rows}");
    let form = browser.open("/people/import");
    let first = browser.submit_file(&form, "Check the file", &[], Some(("people.csv", CSV, sheet.as_bytes())));
    assert!(first.has("mor.fall24@") && !first.has("mor.fall25@"), "{}", first.text());
    let second = browser.click(&first, "Next 25");
    let last = browser.click(&second, "Next 10");
    assert!(last.has("mor.fall59@") && !last.shows("a[rel=next]"), "{}", last.text());
    assert_eq!(browser.click(&last, "First page").path, first.path);
}

#[story]
fn w23_a_sheet_that_is_refused_keeps_the_other_fields(t: TestApp) {
    let mut browser = Browser::of(&t, &t.admin());
    let form = browser.open("/people/import");
    let fields = [("sheet", "People"), ("charset", "windows-1252")];
    let mut send = |file| {
        let page = browser.submit_file(&form, "Check the file", &fields, file);
        let kept = [page.value("sheet"), page.value("charset")];
        assert_eq!(kept, ["People".to_owned(), "windows-1252".to_owned()], "{}", page.text());
        (page.status, page.error("file"))
    };
    assert_eq!(send(None), (422, "This field is required.".to_owned()));
    let (status, wrong) = send(Some(("people.xlsx", "application/octet-stream", b"PK\x03\x04 no workbook".as_slice())));
    assert!(status == 422 && wrong.contains("workbook"), "{wrong}");
    let large = vec![b'a'; 1_200_000];
    let (status, wrong) = send(Some(("people.csv", CSV, large.as_slice())));
    assert!(status == 413 && wrong.contains("at most 1 MB"), "{wrong}");
    let (status, wrong) = send(Some(("people.csv", CSV, b"name,member\nMor Fall,SN\n".as_slice())));
    assert!(status == 422 && !wrong.is_empty(), "a column is missing: {wrong}");
}

#[story]
fn w52_a_sheet_is_for_officers_and_its_plan_for_whoever_made_it(t: TestApp) {
    let mut contact = Browser::of(&t, &t.ncp("KE"));
    assert_eq!(contact.open("/people/import").status, 403);
    assert_eq!(contact.open("/suppressions/import").status, 403);
    let mut browser = Browser::of(&t, &coordinator(&t, "SN"));
    let form = browser.open("/people/import");
    let plan = browser.submit_file(&form, "Check the file", &[], Some(("people.csv", CSV, SHEET)));
    let mut other = Browser::of(&t, &t.admin());
    for path in [plan.path.clone(), format!("{}/commit", plan.path)] {
        assert_eq!(other.open(&path).status, 404, "{path}");
    }
    assert_eq!(other.post(&format!("{}/commit", plan.path), &[("skip_errors", "yes")]).status, 404);
}

#[story]
fn w21_the_addresses_of_a_file_are_suppressed_all_or_none(t: TestApp) {
    let mut browser = Browser::of(&t, &t.admin());
    let list = browser.open("/suppressions");
    let form = browser.click(&list, "Suppress the addresses of a file");
    let button = "Suppress the addresses";
    let faulty = b"address,reason\nawa@x.example,complaint\nnobody,\n".as_slice();
    let refused = browser.submit_file(&form, button, &[("charset", "utf-8")], Some(("list.csv", CSV, faulty)));
    assert_eq!((refused.status, refused.value("charset").as_str()), (422, "utf-8"));
    assert!(refused.error("file").starts_with("Row 3: "), "{}", refused.text());
    assert!(!browser.open("/suppressions").has("awa@x.example"), "none of them");
    let good = b"address\nAwa@x.example\nkofi@x.example\n".as_slice();
    let done = browser.submit_file(&refused, button, &[], Some(("list.csv", CSV, good)));
    assert_eq!(done.path, "/suppressions");
    assert!(done.has("2 addresses were read; suppressed: 2.") && done.has("kofi@x.example"), "{}", done.text());
    // Sent twice, it changes nothing.
    let again = browser.submit_file(&refused, button, &[], Some(("list.csv", CSV, good)));
    assert!(again.has("2 addresses were read"), "{}", again.text());
}
