//! The review of a response: which steps it offers, and that the first one leads on.

use serde_json::json;

use super::responses::{begun, opened, person};
use crate::support::browser::Browser;
use crate::support::{Expect as _, TestApp, story};

#[story]
fn the_review_offers_what_is_possible_and_leads_on_first(t: TestApp) {
    let round = opened(&t);
    let (moussa, fatou) = (person(&t, "Moussa Fall", "coordinator"), person(&t, "Fatou Sow", "coordinator"));
    let (mut one, mut other) = (Browser::of(&t, &moussa), Browser::of(&t, &fatou));
    let response = begun(&mut one, &round);
    let address = format!("/responses/{response}/review");
    let review = one.open(&address);
    assert!(review.has("First deal with the open points above."), "{}", review.text());
    assert!(!review.shows("main a.button"), "{}", review.html);
    for step in ["approve", "return", "submit", "reopen", "withdraw"] {
        let page = one.open(&format!("/responses/{response}/{step}"));
        assert!(page.has("so it is not possible to") && !page.shows("main form"), "{step}: {}", page.text());
    }
    let form = one.open(&format!("/responses/{response}/sections/basics"));
    one.submit(&form, "Save", &[("q:it_strategy", "no")]);
    let review = one.open(&address);
    let ask = one.click(&review, "Ask for approval");
    let asked = one.submit(&ask, "Ask for approval", &[]);
    assert!(asked.has("Another coordinator approves: you changed this response last."), "{}", asked.text());
    assert!(!asked.shows("main a.button:not(.second)"), "to send it back is no first button: {}", asked.html);
    let hub = one.open(&format!("/rounds/{round}/response"));
    assert!(hub.has("When a coordinator has approved") && !hub.has("Check and approve"), "{}", hub.text());
    let refused = one.open(&format!("/responses/{response}/approve"));
    assert!(refused.has("must approve it") && !refused.shows("main form"), "{}", refused.text());

    let review = other.open(&address);
    assert!(review.shows("main a.button.second[href*='/return?']"), "{}", review.html);
    let approve = other.click(&review, "Approve");
    let approved = other.submit(&approve, "Approve", &[]);
    assert!(approved.shows("main a.button:not(.second)[href*='/submit?']"), "{}", approved.html);
    assert!(approved.shows("main a.button.second[href*='/return?']"), "{}", approved.html);
    let submit = other.click(&approved, "Submit to the Secretariat");
    other.submit(&submit, "Submit to the Secretariat", &[]);
    let review = other.open(&address);
    assert!(review.has("Other steps") && review.shows("main a:not(.button)[href*='/withdraw?']"), "{}", review.html);
    assert!(review.shows("main a.button:not(.second)[href*='/reopen?']"), "{}", review.html);

    t.admin().post(&format!("/rounds/{round}/close"), &json!({})).expect(200);
    let closed = other.open(&address);
    assert!(closed.has("so it can no longer be changed.") && !closed.has("reopen it first"), "{}", closed.text());
    assert!(!closed.shows("main a.button") && !closed.has("Other steps"), "{}", closed.html);
    let late = other.open(&format!("/responses/{response}/withdraw"));
    assert!(late.has("Responses are written while the round is open.") && !late.shows("main form"), "{}", late.text());
}
