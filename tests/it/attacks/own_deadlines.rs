//! What states, entity tags, refusals and tasks after the own deadline tell of time that was granted to others (number
//! 20), and tasks of an organisation where the reader's appointment is suspended (number 22).

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::responses::{account, begin, complete, contributor, coordinator, given, open, round, step, submit, write};
use crate::support::browser::{Browser, Page};
use crate::support::page::{only, text_of};
use crate::support::{Expect as _, Person, TestApp, story};

/// How long the rounds are open.
const OPEN: Duration = Duration::from_hours(4);
const DAY: Duration = Duration::from_hours(24);

/// Status and entity tag; the body, or the code of a refusal.
type Told = (u16, Option<String>, Value);

fn told(answer: &Answer) -> Told {
    let body = answer.json();
    let said = if answer.status == 200 { body } else { body["code"].clone() };
    (answer.status, answer.header("etag").map(str::to_owned), said)
}

/// All that the people of an organisation see and try.
fn tried(leader: &Person, helper: &Person, round: &str, response: &str) -> Vec<Told> {
    let own = format!("/rounds/{round}/response");
    let answers = [
        leader.get(&format!("/rounds/{round}")),
        leader.get(&own),
        leader.get(response),
        leader.post(&own, &json!({})),
        write(leader, response, &json!([given("plans", json!("x"), 0)])),
        step(leader, response, "request-review"),
        step(leader, response, "submit"),
        step(leader, response, "reopen"),
        helper.get(response),
    ];
    answers.iter().map(told).collect()
}

/// The statuses, and the codes of refusals.
fn outcomes(tried: &[Told]) -> Vec<(u16, &str)> {
    tried.iter().map(|(status, _, said)| (*status, said.as_str().unwrap_or_default())).collect()
}

/// Lets a contributor fill in a section.
fn assign(leader: &Person, helper: &Person, response: &str) {
    let path = format!("{response}/assignments");
    let read = leader.get(&path).header("etag").unwrap().to_owned();
    let assigned = json!({"data": [{"section": "tools", "person": account(helper)}]});
    leader.with_header("if-match", &read).put(&path, &assigned).expect(200);
}

#[story]
fn a20_after_the_own_deadline_nothing_tells_that_others_have_more_time(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let plain = round(&t);
    let extended = open(&t, "smart-customs", 1);
    let responses = [&plain, &extended].map(|round| begin(&moussa, round));
    for response in &responses {
        complete(&moussa, response);
        assign(&moussa, &cora, response);
        cora.get(response).expect(200);
    }
    let closes_at = t.clock.now().plus(DAY);
    let more = json!({"scope": {"organisation": "KE"}, "closes_at": closes_at, "reason": "An audit."});
    t.admin().post(&format!("/rounds/{extended}/deadlines"), &more).expect(201);

    t.pass(OPEN);
    let look = || {
        let (moussa, cora) = (t.login(&moussa.email), t.login(&cora.email));
        let [first, second] = &responses;
        (tried(&moussa, &cora, &plain, first), tried(&moussa, &cora, &extended, second))
    };
    let at_the_end = look();
    let late = "deadline_passed";
    let over = [409, 409, 409, 409, 409].into_iter().zip(["round_not_open"; 3].into_iter().chain([late; 2]));
    let expected: Vec<(u16, &str)> = [(200, ""); 3].into_iter().chain(over).chain([(404, "not_found")]).collect();
    assert_eq!(outcomes(&at_the_end.0), expected);
    assert_eq!(outcomes(&at_the_end.1), expected, "others have more time");

    t.run(t.portal.rounds.run_due()).unwrap();
    let state = |round: &str| t.admin().get(&format!("/rounds/{round}")).expect(200)["state"].clone();
    assert_eq!((state(&plain), state(&extended)), (json!("closed"), json!("open")));
    t.pass(Duration::from_mins(1));
    assert_eq!(look(), at_the_end, "one round has closed, the other has not");
    t.pass(DAY);
    t.run(t.portal.rounds.run_due()).unwrap();
    assert_eq!(state(&extended), "closed");
    assert_eq!(look(), at_the_end, "both have closed");
}

/// What the menu says of tasks.
fn menu(page: &Page) -> String {
    text_of(only(page.document(), "nav.places a[href='/tasks']", &page.path))
}

/// Whether the survey is on the page of tasks and on the home page of somebody, and the number in the menu of a page that
/// does not count by itself; a minute later, since that number is kept for seconds.
fn awaited(t: &TestApp, person: &Person) -> (bool, bool, String) {
    t.pass(Duration::from_mins(1));
    let mut browser = Browser::of(t, &t.login(&person.email));
    let (tasks, home) = (browser.open("/tasks"), browser.open("/"));
    (tasks.has("Smart customs"), home.has("Smart customs"), menu(&browser.open("/account")))
}

#[story]
fn a20_tasks_end_with_the_own_deadline_and_not_with_that_of_others(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let wanjiru = coordinator(&t, "KE", "Wanjiru Kamau");
    let extended = round(&t);
    let response = begin(&moussa, &extended);
    assign(&moussa, &cora, &response);
    let closes_at = t.clock.now().plus(DAY);
    let more = json!({"scope": {"organisation": "KE"}, "closes_at": closes_at, "reason": "An audit."});
    t.admin().post(&format!("/rounds/{extended}/deadlines"), &more).expect(201);
    assert_eq!(awaited(&t, &moussa), (true, true, "Tasks (1)".to_owned()));
    let sections = awaited(&t, &cora);
    assert_eq!((sections.0, sections.2.as_str()), (true, "Tasks (1)"));
    t.pass(OPEN);
    for person in [&moussa, &cora] {
        assert_eq!(awaited(&t, person), (false, false, "Tasks".to_owned()), "{}", person.email);
    }
    assert_eq!(awaited(&t, &wanjiru), (true, true, "Tasks (1)".to_owned()), "who has more time");
    // More time for the own region is told.
    let more = json!({"scope": {"region": "WCA"}, "closes_at": closes_at, "reason": "A strike."});
    t.admin().post(&format!("/rounds/{extended}/deadlines"), &more).expect(201);
    assert_eq!(awaited(&t, &moussa), (true, true, "Tasks (1)".to_owned()));
}

#[story]
fn a22_tasks_tell_nothing_of_an_organisation_where_the_appointment_is_suspended(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let elsewhere = json!({"email": cora.email, "name": "Cora Sy", "organisation": "KE", "role": "ncp"});
    t.admin().post("/invitations", &elsewhere).expect(201);
    let link = t.mailed_token(&cora.email, "invitation");
    t.anonymous().post("/invitations/accept", &json!({"token": link})).unwrap().expect(200);
    let response = begin(&moussa, &round(&t));
    assign(&moussa, &cora, &response);
    let tasks = || Browser::of(&t, &t.login(&cora.email)).open("/tasks");
    let before = tasks();
    assert!(before.has("Senegal") && before.has("Kenya"), "{}", before.text());
    let appointment = super::grants::id_at(&t, &cora.email, "SN");
    t.admin().post(&format!("/appointments/{appointment}/suspend"), &json!({"reason": "An incident."})).expect(200);
    let after = tasks();
    assert!(!after.has("Senegal") && after.has("Kenya"), "{}", after.text());
    assert_eq!(menu(&after), "Tasks (1)");
}

#[story]
fn a20_public_participation_stands_still_at_the_last_deadline_that_its_reader_knows(t: TestApp) {
    let (moussa, wanjiru) = (coordinator(&t, "SN", "Moussa Ba"), coordinator(&t, "KE", "Wanjiru Kamau"));
    let yuki = coordinator(&t, "JP", "Yuki Mori");
    let path = format!("/rounds/{}", round(&t));
    let tag = t.admin().get(&path).header("etag").unwrap().to_owned();
    let public = json!({"is_participation_public": true});
    t.admin().with_header("if-match", &tag).patch(&path, &public).expect(200);
    let id = path.trim_start_matches("/rounds/");
    let early = begin(&yuki, id);
    complete(&yuki, &early);
    submit(&yuki, &early);
    let late = begin(&wanjiru, id);
    complete(&wanjiru, &late);
    let closes_at = t.clock.now().plus(DAY);
    for scope in [json!({"organisation": "KE"}), json!({"region": "ESA"})] {
        let more = json!({"scope": scope, "closes_at": closes_at, "reason": "An audit."});
        t.admin().post(&format!("{path}/deadlines"), &more).expect(201);
    }
    t.pass(OPEN);
    let seen = |person: &Person| {
        // A code of an app is accepted once.
        t.pass(Duration::from_secs(30));
        let read = t.login(&person.email).get(&format!("{path}/progress"));
        (read.header("etag").map(str::to_owned), read.expect(200))
    };
    let submitted = |person: &Person| seen(person).1["submitted"].clone();
    let at_the_end = seen(&moussa);
    assert_eq!(at_the_end.1["submitted"], 1);
    let rows = at_the_end.1["data"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["deadline"] == rows[0]["deadline"]), "no region has more time");
    submit(&t.login(&wanjiru.email), &late);
    assert_eq!(seen(&moussa), at_the_end, "others have more time");
    assert_eq!((submitted(&wanjiru), submitted(&t.admin())), (json!(2), json!(2)), "who have it, and the Secretariat");
    t.pass(DAY);
    t.run(t.portal.rounds.run_due()).unwrap();
    assert_eq!(t.admin().get(&path).expect(200)["state"], "closed");
    assert_eq!(seen(&moussa), at_the_end, "and had it");
}
