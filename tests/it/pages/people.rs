//! Pages of tasks, applications, people, appointments and invitations.

use diesel::RunQueryDsl as _;
use portal::random::Random;
use portal::text::sort_key;

use crate::support::browser::{Browser, Page, selector};
use crate::support::page::text_of;
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// The coordinator of a member, logged in with two factors.
fn coordinator(t: &TestApp, member: &str) -> Person {
    let mut application = Application::new(member, "Moussa Fall");
    application.role = "coordinator";
    t.member(&application)
}

/// The address of the appointment of a person who applied.
fn appointment(t: &TestApp, email: &str) -> String {
    let rows = t.admin().all("/appointments");
    let row = rows.iter().find(|row| row["person"]["email"] == email).expect("an appointment");
    format!("/appointments/{}", row["id"].as_str().unwrap())
}

#[story]
fn w13_the_secretariat_works_off_the_queue_of_applications(t: TestApp) {
    t.apply_and_verify(&Application::new("SN", "Awa Diop"));
    t.apply_and_verify(&Application::new("KE", "Wanjiru Kamau"));
    let mut browser = Browser::of(&t, &t.admin());
    let queue = browser.open("/applications");
    let first = browser.click(&queue, "Awa Diop");
    assert!(first.has("DG/2026/17") && first.has("Director General") && first.has("Next application"));

    let long = "x".repeat(5_000);
    let refused = browser.submit(&first, "Reject the application", &[("reason", &long)]);
    assert_eq!((refused.status, refused.value("reason")), (422, long), "the reason is kept");
    assert!(!refused.error("reason").is_empty());
    let reason = [("reason", "The letter names another officer.")];
    let second = browser.submit(&refused, "Reject the application", &reason);
    assert!(second.has("The application of Awa Diop is rejected.") && second.has("Wanjiru Kamau"), "the next one");
    let done = browser.submit(&second, "Approve the application", &[]);
    assert_eq!(done.path, "/applications");
    assert!(done.has("The application of Wanjiru Kamau is approved.") && done.has("No application in this state."));
    // What is decided is decided.
    let again = browser.post(&first.path, &[("decision", "approve"), ("version", "")]);
    assert_eq!(again.status, 409);
}

#[story]
fn w13_a_decision_on_values_that_have_changed_shows_them_first(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    t.apply_and_verify(&awa);
    let mut browser = Browser::of(&t, &t.admin());
    let queue = browser.open("/applications");
    let read = browser.click(&queue, "Awa Diop");
    let address = appointment(&t, &awa.email);
    let nomination = format!("{address}/nomination");
    let tag = t.admin().get(&nomination).header("etag").unwrap().to_owned();
    let statement = serde_json::json!({"official": "Minister of Finance"});
    t.login(&awa.email).with_header("if-match", &tag).put(&nomination, &statement).expect(200);

    let stale = browser.submit(&read, "Approve the application", &[]);
    assert_eq!(stale.status, 412);
    assert!(stale.has("Minister of Finance"));
    let approved = browser.submit(&stale, "Approve the application", &[]);
    assert!(approved.has("The application of Awa Diop is approved."));
}

#[story]
fn w11_a_coordinator_is_offered_what_the_state_allows_alone(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN"), Application::new("SN", "Awa Diop"));
    t.apply_and_verify(&awa);
    let mut browser = Browser::of(&t, &moussa);
    let tasks = browser.open("/tasks");
    let waiting = browser.click(&tasks, "Awa Diop");
    for (deed, is_offered) in
        [("approve", true), ("reject", true), ("request-info", true), ("suspend", false), ("resign", false)]
    {
        let address = format!("{}/{deed}", waiting.path);
        assert_eq!(waiting.shows(&format!("a[href='{address}']")), is_offered, "{deed}");
        // The page of a deed that is not possible leads back.
        let page = browser.open(&address);
        assert_eq!(page.path == address, is_offered, "{deed}");
    }
    let forged = browser.post(&format!("{}/suspend", waiting.path), &[("reason", "No.")]);
    assert_eq!(forged.status, 409);

    let ask = browser.click(&waiting, "Approve");
    let active = browser.submit(&ask, "Approve", &[]);
    assert!(active.has("The appointment of Awa Diop is approved.") && active.has("History"));
    assert!(active.shows("a[href$='/suspend']") && !active.shows("a[href$='/reject']"));

    let people = browser.open("/people?status=active&role=ncp");
    assert!(people.has("Awa Diop") && people.shows("tbody tr:first-child:last-child"), "{}", people.text());
    let mut elsewhere = Browser::of(&t, &coordinator(&t, "KE"));
    assert_eq!(elsewhere.open(&waiting.path).status, 404);
    assert!(!elsewhere.open("/people").has("Awa Diop"));
    let mut holder = Browser::of(&t, &t.login(&awa.email));
    assert_eq!(holder.open("/people").status, 403);
}

#[story]
fn w30_a_suspension_names_the_person_and_the_consequence(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN"), t.ncp("SN"));
    let address = appointment(&t, &awa.email);
    let mut browser = Browser::of(&t, &moussa);
    let page = browser.open(&address);
    let ask = browser.click(&page, "Suspend the appointment");
    assert!(ask.title().contains("Awa Diop") && ask.has("is no longer listed"));
    awa.get("/contacts").expect(200);
    let refused = browser.submit(&ask, "Suspend the appointment", &[]);
    assert_eq!(refused.status, 422);
    assert!(!refused.error("reason").is_empty());
    let suspended = browser.submit(&refused, "Suspend the appointment", &[("reason", "An incident.")]);
    assert_eq!(suspended.path, address);
    assert!(suspended.has("The appointment of Awa Diop is suspended.") && suspended.has("An incident."));
    let ask = browser.click(&suspended, "Reinstate the appointment");
    assert!(
        browser.submit(&ask, "Reinstate the appointment", &[]).has("The appointment of Awa Diop is in force again.")
    );
}

#[story]
fn w11_the_end_of_a_mandate_is_set_from_the_version_that_was_read(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN"), t.ncp("SN"));
    let address = format!("{}/mandate", appointment(&t, &awa.email));
    let mut browser = Browser::of(&t, &moussa);
    let read = browser.open(&address);
    let set = browser.submit(&read, "Save the last day", &[("valid_to", "2099-06-30")]);
    assert!(set.has("30\u{a0}June 2099"), "{}", set.text());
    let stale = browser.submit(&read, "Save the last day", &[("valid_to", "2099-12-31")]);
    assert_eq!(stale.status, 412);
    assert!(stale.has("2099-06-30") && stale.has("2099-12-31"), "both values");
    assert!(browser.submit(&stale, "Save the last day", &[]).has("31\u{a0}December 2099"));
}

#[story]
fn w25_an_invitation_that_is_sent_twice_is_one(t: TestApp) {
    let mut browser = Browser::of(&t, &coordinator(&t, "SN"));
    let form = browser.open("/people/invite");
    let refused = browser.submit(&form, "Send the invitation", &[("name", "Yuki Mori"), ("email", "nowhere")]);
    assert_eq!((refused.status, refused.value("name").as_str()), (422, "Yuki Mori"));
    let fields = [("name", "Yuki Mori"), ("email", "yuki.mori@customs-sn.example")];
    let [first, second] = [(); 2].map(|()| browser.submit(&form, "Send the invitation", &fields));
    assert_eq!(first.path, second.path);
    assert!(first.has("Yuki Mori is invited."));
    assert_eq!(t.inbox("yuki.mori@customs-sn.example").len(), 1);
    let again = browser.open("/people/invite");
    let again = browser.submit(&again, "Send the invitation", &fields);
    assert_eq!((again.status, again.link("Open invitations").as_str()), (409, "/people?status=invited"));

    let open = browser.open("/people?status=invited");
    let invited = browser.click(&open, "Yuki Mori");
    let ask = browser.click(&invited, "Send the invitation again");
    assert!(browser.submit(&ask, "Send a new link", &[]).has("A new link was sent to Yuki Mori."));
    let ask = browser.click(&invited, "Withdraw the invitation");
    assert!(browser.submit(&ask, "Withdraw the invitation", &[]).has("Withdrawn: Yuki Mori"));
}

#[story]
fn the_secretariat_finds_an_appointment_by_name_or_address_and_its_account(t: TestApp) {
    let awa = t.ncp("SN");
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    let mut browser = Browser::of(&t, &t.admin());
    let people = browser.open("/people");
    for sought in ["diop AW", awa.email.as_str()] {
        let found = browser.submit(&people, "Show", &[("q", sought)]);
        assert!(found.has("1 appointment, by name.") && !found.has("Wanjiru Kamau"), "{sought}: {}", found.text());
    }
    let none = browser.submit(&people, "Show", &[("q", "nobody")]);
    assert!(none.has("No appointment."), "{}", none.text());
    let found = browser.submit(&people, "Show", &[("q", "awa")]);
    let appointment = browser.click(&found, "Awa Diop");
    assert!(browser.click(&appointment, "Account of the person").has(&awa.email));
    let contact = browser.click(&appointment, "Entry in the directory");
    assert_eq!(browser.click(&contact, "Appointment of this contact").path, appointment.path);
    // A coordinator does not learn by a search whose address it is.
    let mut home = Browser::of(&t, &coordinator(&t, "SN"));
    assert!(home.open("/people?q=awa").has("Awa Diop"));
    assert!(home.open(&format!("/people?q={}", awa.email)).has("No appointment."));
}

/// The names of a page of people.
fn names(page: &Page) -> Vec<String> {
    page.document().select(&selector("tbody th")).map(text_of).collect()
}

#[story]
fn people_are_in_the_order_of_their_names_over_all_pages_and_each_is_there_once(t: TestApp) {
    t.seed(120);
    let admin = t.admin();
    let mut browser = Browser::of(&t, &admin);
    let form = browser.open("/people/invite");
    let fields = [("name", "Émile Ndiaye"), ("email", "emile@customs-jp.example"), ("organisation", "JP")];
    browser.submit(&form, "Send the invitation", &fields);
    let all = admin.all("/appointments").len();
    let mut page = browser.open("/people");
    assert!(page.has(&format!("{all} appointments, by name.")), "{}", page.text());
    let mut found = names(&page);
    while page.shows("a[rel=next]") {
        page = browser.click(&page, "Next 25");
        found.extend(names(&page));
    }
    assert_eq!(found.len(), all);
    assert!(found.is_sorted_by_key(|name| sort_key(name)), "{found:?}");
    assert!(found.iter().any(|name| name == "Émile Ndiaye"), "an invitation is among them: {found:?}");
    // A search has pages as well.
    let mut page = browser.open("/people?q=contact-");
    let mut sought = names(&page);
    assert!(page.has("Appointments, by name."), "{}", page.text());
    while page.shows("a[rel=next]") {
        page = browser.click(&page, "Next 25");
        sought.extend(names(&page));
    }
    assert_eq!(sought.len(), 120, "everybody who was made up has such an address");
    assert!(browser.open("/people?q=contact_").has("No appointment."), "a wildcard of the database means itself");
}

#[story]
fn a_name_that_an_older_portal_stored_is_sorted_and_found_after_the_next_start(t: TestApp) {
    // Her address has nothing of her name: the Secretariat searches by addresses, too.
    let email = "innovation@customs-sn.example".to_owned();
    t.member(&Application { email, ..Application::new("SN", "Awa Diop") });
    let renamed = t.portal.db.write(|conn| {
        Ok(diesel::sql_query("UPDATE \"user\" SET name = 'Binta Sow' WHERE name = 'Awa Diop'").execute(conn)?)
    });
    assert_eq!(t.run(renamed).unwrap(), 1);
    let mut browser = Browser::of(&t, &t.admin());
    assert!(browser.open("/people?q=awa").has("No appointment."), "nothing is left of the name that went");
    assert!(browser.open("/people").has("Binta Sow"));
    portal::app::prepare(t.portal.db.target(), &t.clock, &Random::seeded(1)).unwrap();
    let found = browser.open("/people?q=sow");
    assert!(found.has("Binta Sow") && found.has("1 appointment, by name."), "{}", found.text());
}

#[story]
fn a_coordinator_sees_of_an_applicant_what_a_decision_needs(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN"), Application::new("SN", "Awa Diop"));
    t.apply_and_verify(&awa);
    let mut browser = Browser::of(&t, &moussa);
    let page = browser.open(&appointment(&t, &awa.email));
    assert!(page.has("Job title Head of Innovation") && page.has("Telephone"), "{}", page.text());
    assert!(page.has("E-mail address of the application confirmed"), "its history begins: {}", page.text());
    assert!(page.shows("p.row a.button[href$='/approve']"), "a decision is a button: {}", page.html);
    let ask = browser.click(&page, "Approve");
    let active = browser.submit(&ask, "Approve", &[]);
    assert!(active.has("approved Moussa Fall"), "who did it: {}", active.text());
    let confirm = browser.click(&active, "Confirm the entry");
    assert!(browser.click(&confirm, "Entry in the directory").has("Awa Diop"), "what is confirmed can be read");
}

#[story]
fn a_hand_over_with_an_overlap_says_until_when_both_are_in_force_and_who_takes_over(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN"), t.ncp("SN"));
    t.member(&Application::new("SN", "Fatou Sarr"));
    let mut browser = Browser::of(&t, &moussa);
    let page = browser.open(&appointment(&t, &awa.email));
    assert!(page.has("The appointment ends without a successor."), "{}", page.text());
    let ask = browser.click(&page, "Hand over the appointment");
    assert_eq!(ask.value("successor"), "", "nobody is chosen beforehand");
    let nobody = browser.submit(&ask, "Hand over the appointment", &[("overlap_days", "7")]);
    assert!(nobody.status == 422 && !nobody.error("successor").is_empty(), "{}", nobody.text());
    let fatou = nobody.option("successor", "Fatou Sarr");
    let begun = browser.submit(&nobody, "Hand over the appointment", &[("successor", &fatou)]);
    assert!(begun.has("The hand-over of Awa Diop has begun. Both appointments are in force until"), "{}", begun.text());
    assert!(begun.has("Handed over to Fatou Sarr"), "{}", begun.text());
    let people = browser.open("/people?q=awa");
    assert!(people.has("handed over to Fatou Sarr"), "{}", people.text());
}
