//! Releases that follow: late answers, corrections, rounds that are open, and series over rounds.

use std::time::Duration;

use serde_json::{Value, json};

use super::{closed, counts, open, open_again, row, table};
use crate::support::{Expect as _, TestApp, story};

#[story]
fn a_release_with_one_late_answer_repeats_the_figures_of_the_earlier_one(t: TestApp) {
    let round = closed(&t);
    let first = round.published(&t, &json!({"audience": "members"}));
    t.pass(Duration::from_mins(1));
    let late = round.members["EUR"].last().unwrap().clone();
    let answers = json!({"maturity": "level_5", "it_strategy": "yes", "willing": "yes"});
    super::submit(&t, &round.id, &late, &answers, false);
    let second = round.published(&t, &json!({"audience": "members", "corrects": 1}));
    let awa = t.ncp("SN");
    let list = awa.get(&format!("/rounds/{}/releases", round.id)).expect(200);
    let shown = |row: &Value| (row["number"].clone(), row["n"].clone(), row["corrects"].clone());
    assert_eq!(shown(&list["data"][0]), (json!(2), json!(117), json!(1)));
    assert_eq!(shown(&list["data"][1]), (json!(1), json!(116), Value::Null));
    for query in ["question=maturity", "question=maturity&by=region", "question=willing"] {
        let (before, after) = (table(&awa, &first, query), table(&awa, &second, query));
        assert_eq!((&before["rows"][0]["cells"], &after["number"]), (&after["rows"][0]["cells"], &json!(1)), "{query}");
    }
    assert_eq!(round.publish(&t.admin(), &json!({"audience": "members", "corrects": 7})).refused(422), "invalid");
}

#[story]
fn an_answer_that_is_dated_before_a_release_and_written_after_it_is_not_told_by_the_next_one(t: TestApp) {
    let round = closed(&t);
    let dated = t.clock.now();
    t.pass(Duration::from_mins(1));
    let first = round.published(&t, &json!({"audience": "members"}));
    let late = round.members["EUR"].last().unwrap().clone();
    let answers = json!({"maturity": "level_5", "it_strategy": "yes", "willing": "yes"});
    super::submit_at(&t, &round.id, &late, (&answers, dated), false);
    t.pass(Duration::from_mins(1));
    let second = round.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    let list = awa.get(&format!("/rounds/{}/releases", round.id)).expect(200);
    assert_eq!((&list["data"][0]["n"], &list["data"][1]["n"]), (&json!(117), &json!(116)));
    for query in ["question=maturity", "question=maturity&by=region", "question=it_strategy", "question=willing"] {
        let (before, after) = (table(&awa, &first, query), table(&awa, &second, query));
        assert_eq!((&before["rows"][0]["cells"], &after["number"]), (&after["rows"][0]["cells"], &json!(1)), "{query}");
    }
}

#[story]
fn many_late_answers_renew_the_totals_and_the_table_by_region_exists_once(t: TestApp) {
    let round = open(&t, "scs");
    let all = round.answers();
    // What is early is without the yes of 10 and the no of 10 that come late, in two regions.
    let is_late = |number: usize, answers: &Value| answers["willing"] == "yes" && number.is_multiple_of(3);
    let (late, early): (Vec<_>, Vec<_>) = all.iter().cloned().enumerate().partition(|(n, (_, a))| is_late(*n, a));
    let strip = |list: Vec<(usize, (String, Value))>| list.into_iter().map(|(_, one)| one).collect::<Vec<_>>();
    let (late, early) = (strip(late), strip(early));
    round.submit(&t, &early, false);
    round.close(&t);
    let first = round.published(&t, &json!({"audience": "members"}));
    t.pass(Duration::from_mins(1));
    round.submit(&t, &late, false);
    let second = round.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    // All late ones said yes: that would be told of each of them.
    let willing = table(&awa, &second, "question=willing");
    assert_eq!(counts(row(&willing, "all")), counts(row(&table(&awa, &first, "question=willing"), "all")));
    let regions = |release: &str| table(&awa, release, "question=maturity&by=region")["rows"].clone();
    assert_eq!(regions(&first), regions(&second));
}

#[story]
fn an_open_round_tells_how_many_answered_and_no_tables(t: TestApp) {
    let round = open(&t, "scs");
    round.submit(&t, &round.answers(), false);
    t.pass(Duration::from_mins(1));
    let admin = t.admin();
    let release = round.published(&t, &json!({"audience": "public"}));
    let maturity = table(&admin, &release, "question=maturity");
    assert_eq!((&maturity["withheld"], maturity["rows"].as_array().unwrap().len()), (&json!("contents"), 0));
    let tables = json!({"audience": "public", "contents": "tables"});
    assert_eq!(round.publish(&admin, &tables).refused(409), "release_too_early");
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let answer = admin.post(&format!("/rounds/{nobody}/releases"), &json!({"audience": "public"}));
    assert_eq!(answer.refused(404), "not_found");
    // The first release spoils nothing.
    round.close(&t);
    let last = round.published(&t, &json!({"audience": "public"}));
    assert_eq!(counts(row(&table(&admin, &last, "question=maturity"), "all")), "15 27 35 31 8 0");
}

#[story]
fn a_repeated_request_publishes_once_and_the_log_has_it(t: TestApp) {
    let round = closed(&t);
    let admin = t.admin().with_header("idempotency-key", "release-1");
    let first = round.publish(&admin, &json!({"audience": "public"})).expect(201);
    let again = round.publish(&admin, &json!({"audience": "public"})).expect(201);
    assert_eq!(first, again);
    let list = t.admin().get(&format!("/rounds/{}/releases", round.id)).expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    let log = t.admin().get("/audit?action=release_published").expect(200);
    assert_eq!(log["data"][0]["detail"]["sha256"], first["sha256"]);
}

#[story]
fn a_trend_has_the_rounds_in_order_and_regions_whose_figures_are_all_shown(t: TestApp) {
    let first = closed(&t);
    first.published(&t, &json!({"audience": "members"}));
    t.pass(Duration::from_hours(24));
    let second = open_again(&t, "scs");
    second.submit(&t, &second.answers()[..100], false);
    second.close(&t);
    second.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    let trend = awa.get("/surveys/scs/trend?concept=willing").expect(200);
    let series = trend["data"].as_array().unwrap();
    let all = series.iter().find(|series| series["key"] == "all").unwrap();
    let n: Vec<&Value> = all["points"].as_array().unwrap().iter().map(|point| &point["n"]).collect();
    assert_eq!(n, [116, 100]);
    for one in series {
        let cells = one["points"].as_array().unwrap().iter().flat_map(|point| point["cells"].as_array().unwrap());
        assert!(one["key"] == "all" || cells.clone().all(|cell| cell["count"].is_u64()), "{one}");
    }
    assert!(series.iter().any(|series| series["key"] == "AP") && series.iter().all(|series| series["key"] != "AMS"));
    assert_eq!(t.anonymous().get("/surveys/scs/trend?concept=willing").unwrap().refused(404), "not_found");
}

#[story]
fn a_key_brings_the_answer_back_when_a_round_has_all_its_releases(t: TestApp) {
    let round = open(&t, "scs");
    let form = json!({"audience": "members"});
    let keyed = || t.admin().with_header("idempotency-key", "8e03978e-40d5-43dd-bc93-6894a57f9324");
    let first = round.publish(&keyed(), &form).expect(201);
    for _ in 1..20 {
        round.publish(&t.admin(), &form).expect(201);
    }
    assert_eq!(round.publish(&t.admin(), &form).refused(409), "too_many_releases");
    let again = round.publish(&keyed(), &form);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201), first);
}
