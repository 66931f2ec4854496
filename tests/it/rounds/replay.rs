//! The survey of 2024 over the public API alone, as `portal demo --survey` plays it. Which member answered what is
//! synthetic; the figures are public.

use portal::demo::client::Client;
use portal::demo::replay::{self, Stage};
use portal::random::Random;
use portal::time::Timestamp;
use serde_json::{Value, json};

use crate::support::backend::{Backend, Given};
use crate::support::{Expect as _, PASSWORD, TestApp, story};

/// A portal whose clock stands in April 2024.
struct In2024(TestApp);

impl Given for In2024 {
    fn given(backend: &'static Backend, settings: &[&str]) -> Self {
        Self(TestApp::begun_at(backend, settings, replay::BEGINS))
    }
}

/// Plays the survey. The replay itself compares what the API tells with the public figures.
fn played(t: &TestApp) -> replay::Replayed {
    let officer = t.admin().email;
    let engage = || {
        let (officer, now) = (officer.clone(), t.clock.now());
        let engaged = t.portal.db.write(move |conn| replay::engage(conn, &officer, &Random::seeded(2024), now));
        t.run(engaged).map_err(|error| error.to_string())
    };
    let pass = |until: Timestamp| {
        t.pass(until.since(t.clock.now()));
        // The other jobs of the night have no part in this, and the demonstration runs them all.
        t.run(t.portal.rounds.run_due()).map(drop).map_err(|error| error.to_string())
    };
    let stage = Stage {
        anonymous: t.anonymous(),
        clock: t.clock.clone(),
        password: PASSWORD.to_owned(),
        officer: &|| Ok(Client::clone(&t.admin())),
        engage: &engage,
        pass: &pass,
        tell: &|_| {},
    };
    replay::play(&stage).unwrap()
}

/// The table of a question in a public release: option, count, percent.
fn figures(visitor: &Client, release: &str, question: &str) -> Vec<Value> {
    let path = format!("/releases/{release}/results?question={question}");
    let table = visitor.get(&path).unwrap().expect(200)["data"][0].clone();
    let cells = table["rows"][0]["cells"].as_array().unwrap();
    cells.iter().map(|cell| json!([cell["option"], cell["count"], cell["percent"]])).collect()
}

#[story]
fn the_public_figures_of_2024_come_out_of_a_replay_through_the_api_alone(t: In2024) {
    let t = t.0;
    let played = played(&t);
    let visitor = t.anonymous();
    let release = |round: &str| {
        let list = visitor.get(&format!("/rounds/{round}/releases")).unwrap().expect(200);
        ["n", "frame", "response_rate"].map(|member| list["data"][0][member].clone())
    };
    assert_eq!(release(&played.round), [116, 186, 62].map(|figure| json!(figure)));
    let told = |question: &str| figures(&visitor, &played.public, question);
    let levels = [
        json!(["level_1", 15, 13]),
        json!(["level_2", 27, 23]),
        json!(["level_3", 35, 30]),
        json!(["level_4", 31, 27]),
        json!(["level_5", 8, 7]),
    ];
    assert_eq!(told("maturity")[..5], levels);
    assert_eq!(told("it_strategy")[0], json!(["yes", 107, 92]));
    assert_eq!(told("share_details")[0], json!(["yes", 73, 63]));

    // Of the agencies nothing but the total appears, in no form.
    assert_eq!(release(&played.partner_round)[0], 6);
    let of_agencies = visitor.get(&format!("/releases/{}/results.json", played.partners)).unwrap().expect(200);
    assert_eq!(
        (&of_agencies["n"], &of_agencies["frame"]),
        (&json!({"all": 6, "by_region": {"no_region": 6}}), &of_agencies["n"])
    );
    let outcomes =
        of_agencies["questions"].as_array().unwrap().iter().flat_map(|told| [&told["totals"], &told["by_region"]]);
    assert!(
        outcomes.chain([&of_agencies["pairs"][0]["table"]]).all(|outcome| outcome["withheld"].is_string()),
        "{of_agencies}"
    );

    // What is for members stays theirs, and each sees itself beside its region.
    let of_members = format!("/releases/{}", played.members);
    assert_eq!(visitor.get(&format!("{of_members}/results")).unwrap().refused(404), "not_found");
    let own = t.login(&replay::address(replay::MEMBER)).get(&format!("{of_members}/own")).expect(200);
    assert_eq!((&own["organisation"], &own["region"]), (&json!(replay::MEMBER), &json!("ESA")));
}
