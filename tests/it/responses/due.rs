//! Days by which sections are due: who is reminded of them, when, and how often.

use std::time::Duration;

use portal::demo::CaughtMail;
use portal::time::{Day, Timestamp, Zone};
use serde_json::{Value, json};

use super::{account, begin, complete, contributor, coordinator, publish, questionnaire, submit};
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);
/// The zone of these rounds: its mornings are not those of UTC.
const ZONE: &str = "Asia/Tokyo";

/// A round of thirty days.
fn round(t: &TestApp) -> String {
    let (admin, now) = (t.admin(), t.clock.now());
    let version = publish(&admin, "smart-customs", &questionnaire());
    let form = json!({
        "survey": "smart-customs", "version": version, "opens_at": now, "closes_at": now.plus(30 * DAY), "zone": ZONE,
    });
    let id = admin.post("/rounds", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/rounds/{id}/open"), &json!({})).expect(200);
    id
}

/// The day so many days from now.
fn day(t: &TestApp, days: i32) -> Day {
    t.clock.now().day().moved(days).unwrap()
}

/// Nine in the morning in Tokyo, so many days after a day.
fn morning(day: Day, days: i32) -> Timestamp {
    Zone::named(ZONE).unwrap().at_hour(day.moved(days).unwrap(), 9).unwrap()
}

/// Moves the clock to an instant, and lets the portal do what is due.
fn until(t: &TestApp, at: Timestamp) {
    t.pass(at.since(t.clock.now()));
    assert_eq!(t.clock.now(), at, "it lies ahead");
    t.run(t.portal.run_maintenance_once()).unwrap();
}

fn assign(person: &Person, response: &str, assignments: &[(&str, &str, Option<Day>)]) {
    let one = |(section, whom, due): &(&str, &str, Option<Day>)| {
        let due_on = due.map(|day| day.to_string());
        json!({"section": section, "person": whom, "due_on": due_on})
    };
    let data: Vec<Value> = assignments.iter().map(one).collect();
    person.with_header("if-match", "*").put(&format!("{response}/assignments"), &json!({"data": data})).expect(200);
}

/// The reminders that reached somebody, in either language.
fn reminders(t: &TestApp, address: &str) -> Vec<CaughtMail> {
    let is_one = |mail: &CaughtMail| {
        ["Due on", "Overdue", "Pour le", "En retard"].iter().any(|start| mail.subject.starts_with(start))
    };
    t.inbox(address).into_iter().filter(is_one).collect()
}

#[story]
fn a_colleague_is_reminded_once_before_the_day_and_once_after_it(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let fatou = t.member(&Application::new("SN", "Fatou Sow").reading("fr"));
    let round = round(&t);
    let response = begin(&moussa, &round);
    let due = day(&t, 6);
    let (of_cora, of_fatou) = (account(&cora), account(&fatou));
    let assignments = [
        ("tools", of_cora.as_str(), Some(due)),
        ("papers", of_cora.as_str(), Some(due)),
        ("strategy", of_fatou.as_str(), Some(due)),
    ];
    assign(&moussa, &response, &assignments);
    until(&t, morning(due, -2).minus(Duration::from_secs(1)));
    assert!(reminders(&t, &cora.email).is_empty(), "it is not nine yet in Tokyo");
    until(&t, morning(due, -2));
    let first = reminders(&t, &cora.email);
    assert_eq!(first.len(), 1, "both sections are one mail");
    assert!(["tools", "papers"].iter().all(|section| first[0].text.contains(section)), "{}", first[0].text);
    assert!(first[0].text.contains(&format!("/rounds/{round}/response")), "{}", first[0].text);
    let in_french = reminders(&t, &fatou.email);
    assert!(in_french[0].subject.starts_with("Pour le"), "{}", in_french[0].subject);
    assert!(in_french[0].text.contains(&format!("{response}/sections/strategy")), "{}", in_french[0].text);
    until(&t, morning(due, -1));
    assert_eq!(reminders(&t, &cora.email).len(), 1, "once");

    let cora = t.login(&cora.email);
    cora.put(&format!("{response}/sections/papers"), &json!({"is_done": true})).expect(204);
    t.login(&fatou.email).put(&format!("{response}/sections/strategy"), &json!({"is_done": true})).expect(204);
    until(&t, morning(due, 1));
    let both = reminders(&t, &cora.email);
    assert_eq!(both.len(), 2);
    assert!(both[1].subject.starts_with("Overdue") && !both[1].text.contains("papers"), "{}", both[1].text);
    assert!(both[1].text.contains(&format!("{response}/sections/tools")), "{}", both[1].text);
    until(&t, morning(due, 3));
    assert_eq!(reminders(&t, &cora.email).len(), 2, "once");
    assert_eq!(reminders(&t, &fatou.email).len(), 1, "the section was ready in time");
}

#[story]
fn nobody_is_reminded_of_what_is_not_awaited(t: TestApp) {
    let people = [("SN", "Moussa Ba"), ("KE", "Wanjiru Kamau"), ("JP", "Yuki Mori")];
    let [moussa, wanjiru, yuki] = people.map(|(member, name)| coordinator(&t, member, name));
    let [awa, john, aiko] = ["SN", "KE", "JP"].map(|member| t.ncp(member));
    let round = round(&t);
    let due = day(&t, 6);
    let responses = [(&moussa, &awa), (&wanjiru, &john), (&yuki, &aiko)].map(|(coordinator, colleague)| {
        let response = begin(coordinator, &round);
        assign(coordinator, &response, &[("tools", &account(colleague), Some(due))]);
        response
    });
    complete(&moussa, &responses[0]);
    submit(&moussa, &responses[0]);
    assign(&wanjiru, &responses[1], &[]);
    let count = || [&awa, &john, &aiko].map(|person| reminders(&t, &person.email).len());
    until(&t, morning(due, -2));
    assert_eq!(count(), [0, 0, 1], "one is submitted, one is not assigned any more");
    t.admin().post(&format!("/rounds/{round}/close"), &json!({})).expect(200);
    until(&t, morning(due, 1));
    assert_eq!(count(), [0, 0, 1], "the round is closed");
}

#[story]
fn a_day_that_is_moved_has_reminders_of_its_own(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN", "Moussa Ba"), t.ncp("SN"));
    let response = begin(&moussa, &round(&t));
    let (own, first) = (account(&awa), day(&t, 4));
    let count = || reminders(&t, &awa.email).len();
    assign(&moussa, &response, &[("tools", &own, Some(first))]);
    until(&t, morning(first, -2));
    let moussa = t.login(&moussa.email);
    assign(&moussa, &response, &[("tools", &own, Some(first)), ("papers", &own, None)]);
    until(&t, morning(first, -1));
    assert_eq!(count(), 1, "the same day");
    let moussa = t.login(&moussa.email);
    let later = first.moved(6).unwrap();
    assign(&moussa, &response, &[("tools", &own, Some(later))]);
    until(&t, morning(first, 1));
    assert_eq!(count(), 1, "it is not due any more");
    until(&t, morning(later, -2));
    assert_eq!(count(), 2);
    // The mail about the assignment has just said a day that is near.
    let moussa = t.login(&moussa.email);
    let near = day(&t, 1);
    assign(&moussa, &response, &[("tools", &own, Some(near))]);
    until(&t, morning(near, 0));
    assert_eq!(count(), 2);
    until(&t, morning(near, 1));
    assert_eq!(count(), 3);
}

#[story]
fn pages_say_until_when_sections_are_due_and_which_are_overdue(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let round = round(&t);
    let response = begin(&moussa, &round);
    let hub = format!("/rounds/{round}/response");
    assert!(!Browser::of(&t, &cora).open("/tasks").has("Sections to fill in"), "nothing is assigned");
    let due = day(&t, 2);
    assign(&moussa, &response, &[("tools", &account(&cora), Some(due))]);
    let mut browser = Browser::of(&t, &cora);
    let home = browser.open("/");
    let tasks = browser.click(&home, "Sections to fill in");
    assert!(tasks.has("Senegal") && !tasks.has("overdue"), "{}", tasks.text());
    assert_eq!(browser.click(&tasks, "Senegal").path, hub);
    // The day is over in Tokyo, and not yet in UTC.
    until(&t, Zone::named(ZONE).unwrap().at_hour(due.moved(1).unwrap(), 0).unwrap());
    let cora = t.login(&cora.email);
    let listed = cora.get(&format!("{response}/assignments")).expect(200);
    assert_eq!(listed["data"][0]["is_overdue"], true);
    let mut browser = Browser::of(&t, &cora);
    for address in ["/tasks", hub.as_str(), &format!("{response}/sections/tools")] {
        let page = browser.open(address);
        assert!(page.has("overdue"), "{}", page.text());
    }
    let own = browser.open("/").has("Sections to fill in");
    cora.put(&format!("{response}/sections/tools"), &json!({"is_done": true})).expect(204);
    assert!(own && !browser.open("/tasks").has("Sections to fill in"), "it is ready");
    assert!(!browser.open(&hub).has("overdue"));
}

#[story]
fn a_minute_in_which_no_reminder_is_due_writes_nothing(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN", "Moussa Ba"), t.ncp("SN"));
    let response = begin(&moussa, &round(&t));
    let due = day(&t, 6);
    assign(&moussa, &response, &[("tools", &account(&awa), Some(due))]);
    let subject = response.rsplit('/').next().unwrap().parse().unwrap();
    crate::rounds::note_attempt(&t, "due_sections", subject);
    until(&t, morning(due, -2).minus(Duration::from_secs(1)));
    assert!(crate::rounds::has_attempt(&t, "due_sections", subject), "nobody touched it");
    until(&t, morning(due, -2));
    assert!(!crate::rounds::has_attempt(&t, "due_sections", subject), "a run ends what it began");
}
