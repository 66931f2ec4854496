//! Pages of rounds: a round is made and opened, deadlines move, more time is asked for and granted, reminders are told
//! before they are sent.

use std::time::Duration;

use diesel::RunQueryDsl as _;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::page::{selector, text_of};
use crate::support::{Application, Expect as _, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);

/// A survey with a published version of two questions.
fn survey(admin: &Person) {
    let text = |en: &str, fr: &str| json!({"en": en, "fr": fr});
    let titles = text("Smart customs", "Douane intelligente");
    admin.post("/surveys", &json!({"code": "scs", "audience": "member", "titles": titles})).expect(201);
    let options = json!([{"code": "yes", "label": text("Yes", "Oui")}, {"code": "no", "label": text("No", "Non")}]);
    let questionnaire = json!({
        "languages": ["en", "fr"], "title": titles,
        "sections": [{"code": "basics", "title": text("Basics", "Bases"), "items": [
            {"question": {"code": "it_strategy", "label": text("Strategy?", "Stratégie\u{a0}?"), "required": true,
                "concept": "it_strategy", "answer": {"type": "single", "options": options}}},
            {"question": {"code": "staff", "label": text("Staff", "Personnel"), "answer": {"type": "integer"}}},
        ]}],
    });
    admin.post("/surveys/scs/versions", &json!({"questionnaire": questionnaire})).expect(201);
    admin.post("/surveys/scs/versions/1/publish", &json!({})).expect(200);
}

/// The coordinator of a member, logged in with two factors.
fn coordinator(t: &TestApp, member: &str) -> Person {
    let mut application = Application::new(member, "Moussa Fall");
    application.role = "coordinator";
    t.member(&application)
}

/// The day so many days from now.
fn day(t: &TestApp, days: u32) -> String {
    t.clock.now().plus(DAY * days).day().to_string()
}

/// An open round that ends in twenty days; its page.
fn open_round(t: &TestApp, admin: &Person) -> String {
    survey(admin);
    let closes_at = format!("{}T22:00:00Z", day(t, 20));
    let given = json!({"survey": "scs", "version": 1, "opens_at": t.clock.now().to_string(), "closes_at": closes_at,
        "zone": "Europe/Brussels"});
    let made: Value = admin.post("/rounds", &given).expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/rounds/{id}/open"), &json!({})).expect(200);
    format!("/rounds/{id}")
}

#[story]
fn a_round_is_made_and_opened_by_pages(t: TestApp) {
    let admin = t.admin();
    survey(&admin);
    let mut browser = Browser::of(&t, &admin);
    let surveys = browser.open("/surveys");
    let list = browser.click(&surveys, "Rounds");
    let form = browser.click(&list, "New round");
    let refused = browser.submit(&form, "Create the round", &[("asked", "scs/1"), ("reminder_states", "")]);
    assert_eq!((refused.status, refused.error("opens_at").as_str()), (422, "This field is required."));
    let (opens, closes) = (day(&t, 0), day(&t, 20));
    let fields = [
        ("opens_at", opens.as_str()),
        ("closes_at", closes.as_str()),
        ("zone", "Europe/Brussels"),
        ("pairs", "staff it_strategy"),
        ("reminder_days", "7, 1"),
        ("reminder_states", "draft"),
    ];
    let round = browser.submit(&refused, "Create the round", &fields);
    assert!(round.has("Nobody is asked until you open it"), "{}", round.text());
    assert!(round.has("end of ") && round.has("Europe/Brussels") && round.has("UTC"), "{}", round.text());
    assert!(round.has("“Staff” by “Strategy?”") && !round.has("it_strategy"), "{}", round.text());
    let edit = browser.click(&round, "Change the round");
    assert!(edit.has("Questions of this version with their codes"), "{}", edit.text());
    assert_eq!((edit.value("closes_at"), edit.value("closes_at_time")), (closes.clone(), String::new()));
    assert_eq!((edit.value("reminder_days").as_str(), edit.value("pairs").trim()), ("7, 1", "staff it_strategy"));
    let changed = browser.submit(&edit, "Save the round", &[("min_cell", "6")]);
    assert!(changed.has("The round is changed") && changed.has("Minimum cell size 6"), "{}", changed.text());
    let late = browser.submit(&edit, "Save the round", &[("min_cell", "7")]);
    assert_eq!(late.status, 412, "{}", late.text());

    let ask = browser.click(&changed, "Open the round");
    assert!(ask.has("Whom the round asks is frozen"), "{}", ask.text());
    let opened = browser.submit(&ask, "Open the round", &[]);
    assert!(opened.has("The round is open and asks") && opened.has("Participation"), "{}", opened.text());
    assert!(opened.shows("svg[role=img] polyline") && opened.shows("svg desc"), "{}", opened.html);
    let days = opened.document().select(&selector("svg[role=img] ~ div.scroll tbody tr")).count();
    assert!((1..=2).contains(&days), "days to come have no row: {}", opened.text());
    assert!(opened.has("0%") && !opened.has("0 %"), "{}", opened.text());
    let frame = browser.click(&opened, "Who is asked");
    assert!(frame.has("Not started") && frame.has("Next 25"), "{}", frame.text());
    let document = frame.document();
    let first = document.select(&selector("tbody tr th")).next().map(text_of);
    assert_eq!(first.as_deref(), Some("Afghanistan"), "in the order of the names, where AD is the first code");
    let region = browser.open(&format!("{}?region=WCA", frame.path));
    assert!(region.has("Remove the filter"), "{}", region.text());
    let again = browser.open(&format!("{}/open", opened.path));
    assert!(again.has("This round is open.") && !again.shows("main button"), "{}", again.text());
}

#[story]
fn a_round_is_closed_and_called_off_after_the_consequence_was_told(t: TestApp) {
    let admin = t.admin();
    let round = open_round(&t, &admin);
    let mut browser = Browser::of(&t, &admin);
    let page = browser.open(&round);
    let ask = browser.click(&page, "Close the round");
    assert!(ask.has("No response is accepted any more") && ask.shows("button.danger"), "{}", ask.text());
    let closed = browser.submit(&ask, "Close the round", &[]);
    assert!(closed.has("The round is closed."), "{}", closed.text());
    // A later deadline opens it again.
    let form = browser.click(&closed, "Move a deadline");
    let later = day(&t, 30);
    let fields = [("closes_at", later.as_str()), ("reason", "More time for all.")];
    let ledger = browser.submit(&form, "Move the deadline", &fields);
    assert!(ledger.has("The deadline is added") && ledger.has("More time for all."), "{}", ledger.text());
    assert!(ledger.has("Nobody has been told."), "{}", ledger.text());
    assert!(ledger.link("Remind those who have not submitted").ends_with("/reminders"));
    let open = browser.open(&round);
    let ask = browser.click(&open, "Cancel the round");
    let cancelled = browser.submit(&ask, "Cancel the round", &[]);
    assert!(cancelled.has("The round is cancelled") && !cancelled.has("Move a deadline"), "{}", cancelled.text());
}

#[story]
fn more_time_is_asked_for_and_granted(t: TestApp) {
    let admin = t.admin();
    let moussa = coordinator(&t, "SN");
    let round = open_round(&t, &admin);
    let mut browser = Browser::of(&t, &moussa);
    let page = browser.open(&round);
    assert!(page.has("Senegal") && page.has("Acceptance Responses are accepted"), "{}", page.text());
    assert!(page.has("Your response Not started") && !page.has("In review"), "states of others: {}", page.text());
    assert_eq!(browser.send("GET", &page.link("Deadline for your calendar"), None).status, 200);
    let tasks = browser.open("/tasks");
    let way = format!("main a[href='{round}/response']");
    assert!(tasks.has("Surveys to answer") && tasks.has("Senegal") && tasks.shows(&way), "{}", tasks.text());
    let form = browser.click(&page, "Ask for more time");
    let refused = browser.submit(&form, "Send the request", &[("until", "15 May"), ("reason", "Elections.")]);
    assert_eq!(refused.status, 422);
    assert!(!refused.error("until").is_empty(), "{}", refused.text());
    let until = day(&t, 40);
    let fields = [("until", until.as_str()), ("reason", "Elections.")];
    let asked = browser.submit(&refused, "Send the request", &fields);
    assert!(asked.has("The request is sent") && asked.has("Waiting for a decision"), "{}", asked.text());
    assert!(!asked.has("Grant"), "the Secretariat decides");

    let mut office = Browser::of(&t, &admin);
    let tasks = office.open("/tasks");
    let request = office.click(&tasks, "Senegal");
    assert!(request.has("Elections."), "{}", request.text());
    let grant = office.click(&request, "Grant (Senegal)");
    assert_eq!(grant.value("until"), until, "as it was asked for");
    assert!(grant.has("Answer of the Secretariat"), "the list calls it so: {}", grant.text());
    let granted = office.submit(&grant, "Grant more time", &[("reason", "Good luck.")]);
    assert!(granted.has("More time is granted") && !granted.has("Waiting for a decision"), "{}", granted.text());
    let late = office.open(&grant.path);
    assert!(late.has("already been decided") && !late.shows("main button"), "{}", late.text());
    let page = browser.open(&round);
    assert!(page.has("More time than others was granted"), "{}", page.text());

    // An NCP cannot ask.
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    assert!(!awa.open(&round).has("Ask for more time"));
    assert!(!awa.open(&format!("{round}/extension-requests/new")).shows("main button"));
}

#[story]
fn a_contact_point_hears_of_an_open_round_by_mail_on_the_home_page_and_as_a_task(t: TestApp) {
    let (admin, awa) = (t.admin(), t.ncp("SN"));
    let mut browser = Browser::of(&t, &awa);
    assert!(!browser.open("/").has("Surveys to answer"));
    let round = open_round(&t, &admin);
    let way = format!("{round}/response");
    let mail = t.mail_about(&awa.email, "Survey open: Smart customs");
    assert!(mail.subject.contains("Senegal") && mail.text.contains(&way), "{} {}", mail.subject, mail.text);
    for address in ["/", "/tasks"] {
        let page = browser.open(address);
        assert!(page.has("Surveys to answer") && page.shows(&format!("main a[href='{way}']")), "{}", page.text());
        assert!(page.has("Smart customs") && page.has("Europe/Brussels") && page.has("days"), "{}", page.text());
        assert!(page.has("Tasks (1)"), "{}", page.text());
    }
    let reminders = Browser::of(&t, &admin).open(&format!("{round}/reminders"));
    assert!(reminders.has("At the opening"), "{}", reminders.text());
    admin.post(&format!("{round}/close"), &json!({})).expect(200);
    assert!(!browser.open("/").has("Surveys to answer"), "it is closed");
}

#[story]
fn a_round_is_called_by_the_day_of_its_own_zone(t: TestApp) {
    let admin = t.admin();
    survey(&admin);
    // Midnight in Brussels, when the day before has not ended in UTC.
    let given = json!({"survey": "scs", "version": 1, "opens_at": "2024-04-16T22:00:00Z",
        "closes_at": format!("{}T22:00:00Z", day(&t, 20)), "zone": "Europe/Brussels"});
    let made: Value = admin.post("/rounds", &given).expect(201);
    let mut office = Browser::of(&t, &admin);
    for address in ["/rounds".to_owned(), format!("/rounds/{}/edit", made["id"].as_str().unwrap())] {
        let page = office.open(&address);
        assert!(page.has("Smart customs, 17\u{a0}April 2024") && !page.has("16\u{a0}April 2024"), "{}", page.text());
    }
    let page = office.open(&format!("/rounds/{}", made["id"].as_str().unwrap()));
    assert!(page.has("beginning of 17 April 2024 (00:00), Europe/Brussels"), "{}", page.text());
    assert!(page.has("16\u{a0}April 2024, 22:00 UTC"), "beside it: {}", page.text());
}

#[story]
fn a_closed_round_says_how_the_own_response_stands_and_until_when_participation_is_counted(t: TestApp) {
    let (admin, moussa) = (t.admin(), coordinator(&t, "SN"));
    survey(&admin);
    let given = json!({"survey": "scs", "version": 1, "opens_at": t.clock.now().to_string(),
        "closes_at": format!("{}T22:00:00Z", day(&t, 20)), "zone": "UTC", "is_participation_public": true});
    let made: Value = admin.post("/rounds", &given).expect(201);
    let round = format!("/rounds/{}", made["id"].as_str().unwrap());
    admin.post(&format!("{round}/open"), &json!({})).expect(200);
    let begun = moussa.post(&format!("{round}/response"), &json!({})).expect(200);
    let response = format!("/responses/{}", begun["id"].as_str().unwrap());
    let answers = json!([{"question": "it_strategy", "value": "no", "revision": 0}]);
    moussa.patch(&format!("{response}/answers"), &answers).expect(200);
    for step in ["request-review", "approve", "submit"] {
        moussa.post(&format!("{response}/{step}"), &json!({})).expect(200);
    }
    let mut browser = Browser::of(&t, &moussa);
    let open = browser.open(&round);
    assert!(open.has("Your response Submitted") && !open.has("Ask for more time"), "{}", open.text());
    assert!(open.has("Participation") && !open.has("As of the deadline"), "{}", open.text());
    admin.post(&format!("{round}/close"), &json!({})).expect(200);
    let closed = browser.open(&round);
    assert!(closed.has("As of the deadline, ") && closed.has("Your response Submitted"), "{}", closed.text());
    let office = Browser::of(&t, &admin).open(&round);
    assert!(!office.has("As of the deadline"), "the Secretariat sees how all stand now: {}", office.text());
}

#[story]
fn a_request_is_declined_with_a_word(t: TestApp) {
    let admin = t.admin();
    let moussa = coordinator(&t, "SN");
    let round = open_round(&t, &admin);
    let until = format!("{}T22:00:00Z", day(&t, 40));
    let given = json!({"until": until, "reason": "Elections."});
    moussa.post(&format!("{round}/extension-requests"), &given).expect(201);
    let mut office = Browser::of(&t, &admin);
    let page = office.open(&round);
    assert!(page.has("Requests for more time that wait"), "{}", page.text());
    let decline = office.click(&page, "Decline (Senegal)");
    let refused = office.submit(&decline, "Decline the request", &[]);
    assert_eq!((refused.status, refused.error("reason").as_str()), (422, "This field is required."));
    let declined = office.submit(&refused, "Decline the request", &[("reason", "The results are due.")]);
    assert!(declined.has("The request is declined") && declined.has("The results are due."), "{}", declined.text());
}

#[story]
fn a_reminder_is_told_before_it_is_sent(t: TestApp) {
    let admin = t.admin();
    let awa = t.ncp("SN");
    let round = open_round(&t, &admin);
    let mut browser = Browser::of(&t, &admin);
    let page = browser.open(&round);
    let form = browser.click(&page, "Remind those who have not submitted");
    let told = browser.submit(&form, "See whom it would reach", &[("text", "Please answer.")]);
    assert!(told.has("Remind 1 person") && told.has("Senegal") && told.has("Please answer."), "{}", told.text());
    t.deliver();
    let reminders = || t.inbox(&awa.email).iter().filter(|mail| mail.text.contains("Please answer.")).count();
    assert_eq!(reminders(), 0, "nothing is sent yet");
    let sent = browser.submit(&told, "Send the reminder", &[]);
    assert!(sent.has("1 person is reminded") && sent.has("By the Secretariat"), "{}", sent.text());
    browser.submit(&told, "Send the reminder", &[]);
    t.deliver();
    assert_eq!(reminders(), 1, "sent twice, it is carried out once");
}

#[story]
fn the_pages_of_a_round_speak_french(t: TestApp) {
    let admin = t.admin();
    let moussa = coordinator(&t, "SN");
    let round = open_round(&t, &admin);
    let mut browser = Browser::of(&t, &admin).in_french();
    for part in [
        "",
        "/edit",
        "/open",
        "/close",
        "/cancel",
        "/frame",
        "/deadlines",
        "/deadlines/new",
        "/extension-requests",
        "/reminders",
    ] {
        assert_eq!(browser.open(&format!("{round}{part}")).status, 200, "{part}");
    }
    assert!(browser.open("/rounds").has("Douane intelligente"));
    assert_eq!(browser.open("/rounds/new").status, 200);
    let mut moussa = Browser::of(&t, &moussa).in_french();
    for part in ["", "/frame", "/deadlines", "/extension-requests", "/extension-requests/new"] {
        assert_eq!(moussa.open(&format!("{round}{part}")).status, 200, "{part}");
    }
}

#[story]
fn what_waits_is_told_without_a_look_at_other_rounds(t: TestApp) {
    let (admin, awa) = (t.admin(), t.ncp("SN"));
    let way = format!("main a[href='{}/response']", open_round(&t, &admin));
    let (opens_at, closes_at) = (t.clock.now().plus(DAY), t.clock.now().plus(20 * DAY));
    let other = json!({"survey": "scs", "version": 1, "opens_at": opens_at, "closes_at": closes_at, "zone": "UTC"});
    admin.post("/rounds", &other).expect(201);
    // Whoever reads this draft fails.
    let spoil = t.portal.db.write(|conn| {
        Ok(diesel::sql_query("UPDATE survey_round SET pairs = '{}' WHERE state = 'draft'").execute(conn)?)
    });
    assert_eq!(t.run(spoil).unwrap(), 1);
    let mut browser = Browser::of(&t, &awa);
    for address in ["/", "/tasks"] {
        let page = browser.open(address);
        assert!(page.has("Surveys to answer") && page.shows(&way), "{address}: {}", page.text());
        assert!(page.has("Smart customs") && page.has("days"), "{address}: {}", page.text());
    }
    assert_eq!(awa.get("/rounds").status, 500, "the story is about a draft that cannot be read");
}
