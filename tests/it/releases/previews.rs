//! Previews: what the Secretariat reads before it publishes tells no more than what is published.

use std::time::Duration;

use diesel::prelude::*;
use serde_json::{Value, json};

use super::{Round, closed, counts, form, open, opened, options, question, row, survey_of, table, text};
use crate::support::{Expect as _, TestApp, story};

/// What a preview tells of a question.
fn previewed(t: &TestApp, round: &Round, form: &Value, question: &str, by: &str) -> Value {
    let told = t.admin().post(&format!("/rounds/{}/releases/preview", round.id), form).expect(200);
    let questions = told["release"]["questions"].as_array().unwrap();
    questions.iter().find(|one| one["question"] == question).unwrap()[by]["served"]["rows"].clone()
}

fn late(t: &TestApp, round: &Round) {
    t.pass(Duration::from_mins(1));
    let member = round.members["EUR"].last().unwrap().clone();
    let answers = json!({"maturity": "level_5", "it_strategy": "yes", "willing": "yes"});
    super::submit(t, &round.id, &member, &answers, false);
    t.pass(Duration::from_mins(1));
}

#[story]
fn two_previews_with_one_answer_between_them_do_not_tell_it(t: TestApp) {
    let round = open(&t, "scs");
    round.submit(&t, &round.answers(), false);
    t.pass(Duration::from_mins(1));
    let totals = json!({"audience": "members", "contents": "totals"});
    let before = ["maturity", "it_strategy", "willing"].map(|code| previewed(&t, &round, &totals, code, "totals"));
    assert_eq!(before[0][0]["cells"][0]["count"], 15);
    late(&t, &round);
    let after = ["maturity", "it_strategy", "willing"].map(|code| previewed(&t, &round, &totals, code, "totals"));
    assert_eq!(before, after);

    // What was read stays known: the release tells no difference from it, either.
    round.close(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let admin = t.admin();
    let maturity = table(&admin, &release, "question=maturity");
    assert_eq!(counts(row(&maturity, "all")), "15 27 35 31 8 0");
    let list = admin.get(&format!("/rounds/{}/releases", round.id)).expect(200);
    assert_eq!(list["data"][0]["n"], 117, "who took part is public");
}

#[story]
fn a_release_is_published_as_it_was_previewed_and_may_be_compared_again(t: TestApp) {
    let round = closed(&t);
    let form = json!({"audience": "members"});
    let path = format!("/rounds/{}/releases/preview", round.id);
    let first = t.admin().post(&path, &form);
    let again = t.admin().post(&path, &form);
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!(again.header("etag"), Some(tag.as_str()), "nothing has changed");
    let told = first.expect(200)["release"].clone();
    let admin = t.admin().with_header("if-match", &tag);
    let release = round.publish(&admin, &form).expect(201)["id"].as_str().unwrap().to_owned();
    let published = t.admin().get(&format!("/releases/{release}/results.json")).expect(200);
    for of in ["questions", "pairs"] {
        for (one, other) in told[of].as_array().unwrap().iter().zip(published[of].as_array().unwrap()) {
            for table in ["totals", "by_region", "table"] {
                let rows = |of: &Value| of[table]["served"]["rows"].clone();
                assert_eq!(rows(one), rows(other), "{of} {table}");
            }
        }
    }
    assert!(published["pairs"][0]["table"]["served"].is_object(), "{published}");
}

#[story]
fn no_other_bands_are_tried_on_the_same_answers(t: TestApp) {
    let round = closed(&t);
    let path = format!("/rounds/{}/releases", round.id);
    let form = |bands: Value| json!({"audience": "members", "bands": bands});
    let low = json!({"maturity": [["level_1", "level_2"]]});
    // Answers that are no neighbours are not told together.
    let apart = form(json!({"maturity": [["level_1", "level_3"]]}));
    assert_eq!(t.admin().post(&format!("{path}/preview"), &apart).refused(422), "invalid");
    let by_region = previewed(&t, &round, &form(low.clone()), "maturity", "by_region");
    for bands in
        [json!({"maturity": [["level_2", "level_3"]]}), json!({"maturity": [["level_1", "level_2", "level_3"]]})]
    {
        assert_eq!(t.admin().post(&format!("{path}/preview"), &form(bands.clone())).refused(409), "bands_fixed");
        assert_eq!(round.publish(&t.admin(), &form(bands)).refused(409), "bands_fixed");
    }
    for bands in [low, json!({})] {
        assert_eq!(previewed(&t, &round, &form(bands), "maturity", "by_region"), by_region);
    }
    let release = round.published(&t, &form(json!({})));
    let maturity = table(&t.admin(), &release, "question=maturity&by=region");
    assert_eq!(maturity["columns"][0]["code"], "level_1+level_2");
}

#[story]
fn the_log_has_who_read_a_preview(t: TestApp) {
    let round = closed(&t);
    let path = format!("/rounds/{}/releases/preview", round.id);
    for contents in ["tables", "rates"] {
        t.admin().post(&path, &json!({"audience": "public", "contents": contents})).expect(200);
    }
    let log = t.admin().get("/audit?action=release_previewed").expect(200);
    let read: Vec<&Value> = log["data"].as_array().unwrap().iter().map(|entry| &entry["detail"]["contents"]).collect();
    assert_eq!(read, ["rates", "tables"]);
}

#[story]
fn a_preview_beyond_the_last_one_is_refused_before_it_is_made(t: TestApp) {
    let round = open(&t, "scs");
    round.submit(&t, &round.answers(), false);
    t.pass(Duration::from_mins(1));
    let path = format!("/rounds/{}/releases/preview", round.id);
    let totals = json!({"audience": "members", "contents": "totals"});
    t.admin().post(&path, &totals).expect(200);
    // Where a release is made, these are read.
    t.run(t.portal.db.write(|conn| {
        for number in 2..=40 {
            let unreadable = format!(
                "INSERT INTO survey_release_preview (round_id, number, contents, as_of, bands, counted, artefact) \
                 SELECT round_id, {number}, contents, as_of, bands, counted, 'unreadable' \
                 FROM survey_release_preview WHERE number = 1"
            );
            diesel::sql_query(unreadable).execute(conn)?;
        }
        Ok(())
    }))
    .unwrap();
    late(&t, &round);
    assert_eq!(t.admin().post(&path, &totals).refused(409), "too_many_previews");
}

#[story]
fn a_release_of_too_many_figures_is_refused_before_it_is_made(t: TestApp) {
    let codes: Vec<String> = (0..30).map(|number| format!("o{number}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let cell = json!({"type": "single", "options": options(&codes)});
    let row = |question: usize, number: usize| {
        let code = format!("m{question}r{number}");
        json!({"code": code, "label": text(&code, &code)})
    };
    let matrix = |number: usize| {
        let rows: Vec<Value> = (0..50).map(|row_number| row(number, row_number)).collect();
        question(&format!("m{number}"), "aggregate", &json!({"type": "matrix", "rows": rows, "cell": cell}))
    };
    let items: Vec<Value> = (0..10).map(matrix).collect();
    let section = json!({"code": "all", "title": text("All", "Tout"), "items": items});
    let questionnaire = json!({"languages": ["en", "fr"], "title": text("Survey", "Enquête"), "sections": [section]});
    let titles = json!({"en": "Smart customs", "fr": "Douane intelligente"});
    survey_of(&t, &json!({"code": "wide", "audience": "member", "titles": titles}), &questionnaire);
    let mut form = form(&t, "wide");
    form["pairs"] = json!([]);
    let round = opened(&t, &form);
    round.close(&t);
    assert_eq!(round.publish(&t.admin(), &json!({"audience": "members"})).refused(409), "release_too_large");
    let preview = format!("/rounds/{}/releases/preview", round.id);
    assert_eq!(t.admin().post(&preview, &json!({"audience": "members"})).refused(409), "release_too_large");
    round.publish(&t.admin(), &json!({"audience": "members", "contents": "totals"})).expect(201);
}
