//! What states, entity tags and refusals after the own deadline tell of time that was granted to others (number 20).

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::responses::{account, begin, complete, contributor, coordinator, given, open, round, step, write};
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
