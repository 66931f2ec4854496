//! What waits for a person: the page of tasks, the queues of the home page, and the number in the menu.

use serde_json::json;

use crate::deadlines::days_pass;
use crate::life_cycle::{DAY, coordinator, id_of};
use crate::responses::{begin, complete, round, step};
use crate::support::browser::{Browser, Page};
use crate::support::page::{only, selector, text_of};
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// A second person of the Secretariat, with two factors.
fn colleague(t: &TestApp) -> Person {
    t.set_up("colleague@portal.example", "Second Reader");
    t.with_app(&t.login("colleague@portal.example"))
}

/// What the menu says of tasks: the word, and the number after it if there is one.
fn menu(page: &Page) -> String {
    text_of(only(page.document(), "nav.places a[href='/tasks']", &page.path))
}

#[story]
fn w64_the_menu_counts_what_its_reader_decides_and_forgets_the_last_item(t: TestApp) {
    let (moussa, admin) = (coordinator(&t, "SN", "Moussa Fall"), t.admin());
    t.apply_and_verify(&Application::new("SN", "Awa Diop"));
    t.apply_and_verify(&Application::new("KE", "Wanjiru Kamau"));
    let mut browser = Browser::of(&t, &moussa);
    for path in ["/directory", "/", "/tasks", "/account", "/privacy"] {
        assert_eq!(menu(&browser.open(path)), "Tasks (1)", "{path}: what is of another administration is not counted");
    }
    let mut office = Browser::of(&t, &admin);
    assert_eq!(menu(&office.open("/members")), "Tasks (2)");
    let tasks = browser.open("/tasks");
    let waiting = browser.click(&tasks, "Awa Diop");
    let ask = browser.click(&waiting, "Approve");
    let approved = browser.submit(&ask, "Approve", &[]);
    assert_eq!(menu(&approved), "Tasks", "{}", approved.text());
    assert_eq!(menu(&office.open("/members")), "Tasks (1)", "it is nobody's task any more");

    // An open invitation waits for who is invited, so it is listed and not counted.
    let form = browser.open("/people/invite");
    let fields = [("name", "Yuki Mori"), ("email", "yuki.mori@customs-sn.example")];
    let invited = browser.submit(&form, "Send the invitation", &fields);
    assert_eq!(menu(&invited), "Tasks", "{}", invited.text());
    let tasks = browser.open("/tasks");
    assert!(tasks.has("Open invitations") && tasks.has("Yuki Mori"), "{}", tasks.text());

    let awa = Browser::of(&t, &t.ncp("FR")).open("/directory");
    assert_eq!(menu(&awa), "Tasks", "surveys can wait for a contact point, and none does");
}

#[story]
fn w64_the_page_of_tasks_begins_with_what_waits_longest(t: TestApp) {
    let admin = t.admin();
    for (member, name) in [("SN", "Awa Diop"), ("KE", "Wanjiru Kamau"), ("JP", "Yuki Mori")] {
        t.apply_and_verify(&Application::new(member, name));
        t.pass(DAY);
    }
    let tasks = Browser::of(&t, &admin).open("/tasks");
    let document = tasks.document();
    let rows: Vec<String> = document.select(&selector("tbody tr th")).map(text_of).collect();
    assert_eq!(rows, ["Awa Diop", "Wanjiru Kamau", "Yuki Mori"], "{}", tasks.text());
    assert!(tasks.has("Applications to decide") && !tasks.has("Open invitations"), "{}", tasks.text());
}

#[story]
fn w64_an_announcement_waits_for_who_may_approve_it_alone(t: TestApp) {
    t.ncp("SN");
    let (admin, second) = (t.admin(), colleague(&t));
    let (mut author, mut approver) = (Browser::of(&t, &admin), Browser::of(&t, &second));
    let form = author.open("/announcements/new");
    let texts = [("variants-en-subject", "Seminar"), ("variants-en-body_markdown", "Dear all.")];
    let preview = author.submit(&form, "Save and preview", &texts);
    let (announcement, _) = preview.path.split_once("/preview").expect("its preview");
    let submit = author.open(&format!("{announcement}/submit"));
    let submitted = author.submit(&submit, "Submit for approval", &[]);
    assert_eq!(menu(&submitted), "Tasks", "nobody approves the own text");
    assert!(!author.open("/tasks").has("Seminar"));

    let tasks = approver.open("/tasks");
    assert_eq!(menu(&tasks), "Tasks (1)");
    assert!(approver.open("/").has("Announcements to approve 1"));
    let decide = approver.click(&tasks, "Seminar");
    let decided = approver.submit(&decide, "Approve this announcement", &[]);
    assert_eq!(menu(&decided), "Tasks", "{}", decided.text());
    assert!(!approver.open("/").has("Announcements to approve"));
}

#[story]
fn w64_an_entry_that_was_not_confirmed_waits_for_the_coordinators_of_its_administration(t: TestApp) {
    t.ncp("SN");
    let moussa = coordinator(&t, "SN", "Moussa Fall");
    let own = id_of(&t, &moussa.email);
    t.pass(DAY * 300);
    t.admin().post(&format!("/appointments/{own}/confirm"), &json!({})).expect(200);
    days_pass(&t, 156);
    let tasks = Browser::of(&t, &moussa).open("/tasks");
    assert!(tasks.has("Entries that were not confirmed") && tasks.has("Awa Diop"), "{}", tasks.text());
    assert_eq!(menu(&tasks), "Tasks (1)");
    let tasks = Browser::of(&t, &t.admin()).open("/tasks");
    assert!(tasks.has("Entries that were not confirmed") && tasks.has("Awa Diop"), "{}", tasks.text());
    assert_eq!(menu(&tasks), "Tasks", "the Secretariat sees it, and others deal with it");
}

#[story]
fn a_response_waits_for_those_who_sign_it_until_it_is_approved(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN", "Moussa Fall"), t.ncp("SN"));
    let response = begin(&awa, &round(&t));
    complete(&awa, &response);
    let mut browser = Browser::of(&t, &moussa);
    assert!(!browser.open("/tasks").has("Responses to approve"));
    step(&awa, &response, "request-review").expect(200);
    assert!(browser.open("/").has("Responses to approve"));
    let tasks = browser.open("/tasks");
    assert!(tasks.has("Responses to approve") && tasks.has("Awa Diop"), "{}", tasks.text());
    assert_eq!(menu(&tasks), "Tasks (2)", "the survey is still to be submitted");
    let own = Browser::of(&t, &awa).open("/tasks");
    assert!(!own.has("Responses to approve"), "a coordinator signs: {}", own.text());
    assert_eq!(browser.open(&format!("{response}/review")).status, 200);
    assert!(tasks.shows(&format!("main a[href='{response}/review']")), "{}", tasks.text());
    step(&moussa, &response, "approve").expect(200);
    assert!(!browser.open("/tasks").has("Responses to approve"));
}

#[story]
fn without_a_coordinator_the_contact_point_finds_the_response_to_approve(t: TestApp) {
    let awa = t.ncp("SN");
    let response = begin(&awa, &round(&t));
    complete(&awa, &response);
    step(&awa, &response, "request-review").expect(200);
    let tasks = Browser::of(&t, &awa).open("/tasks");
    assert!(tasks.has("Responses to approve"), "{}", tasks.text());
}
