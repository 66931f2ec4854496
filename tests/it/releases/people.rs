//! Own answers beside the figures, answers by name, and what consent to be named does to others.

use serde_json::{Value, json};

use super::{LEVELS, closed, counts, form, open, opened, options, question, row, survey_of, table, text};
use crate::support::{Application, Expect as _, TestApp, story};

#[story]
fn an_administration_sees_itself_beside_the_figures_that_everybody_sees(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let member = round.members["AP"][0].clone();
    let chieko = t.member(&Application::new(&member, "Chieko Sato"));
    let own = chieko.get(&format!("/releases/{release}/own")).expect(200);
    assert_eq!((&own["organisation"], &own["region"]), (&json!(member), &json!("AP")));
    let maturity = own["data"].as_array().unwrap().iter().find(|row| row["table"]["question"] == "maturity").unwrap();
    assert_eq!(maturity["answer"], "level_1");
    let by_region = table(&chieko, &release, "question=maturity&by=region");
    assert_eq!(&maturity["region"], row(&by_region, "AP"), "nothing is computed afresh");
    assert_eq!(t.admin().get(&format!("/releases/{release}/own")).status, 403, "the Secretariat answers for nobody");
    // What is handed in after the release is not told beside it.
    t.pass(std::time::Duration::from_mins(1));
    let answers = json!({"maturity": "level_5", "it_strategy": "yes", "willing": "yes"});
    super::submit(&t, &round.id, own["organisation"].as_str().unwrap(), &answers, false);
    assert_eq!(chieko.get(&format!("/releases/{release}/own")).expect(200), own);
}

#[story]
fn answers_are_named_where_the_question_permits_it(t: TestApp) {
    let round = open(&t, "scs");
    let answers = round.answers();
    round.submit(&t, &answers[..100], false);
    round.submit(&t, &answers[100..], true);
    let (admin, awa) = (t.admin(), t.ncp("SN"));
    let path = |question: &str| format!("/rounds/{}/answers?question={question}", round.id);
    t.pass(std::time::Duration::from_secs(1));
    let units = admin.get(&path("unit")).expect(200);
    assert_eq!(units["data"].as_array().unwrap().len(), 116);
    assert!(
        units["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| { row["answer"] == format!("Unit of {}", row["organisation"].as_str().unwrap()) })
    );
    assert_eq!(admin.get(&path("maturity")).refused(403), "only_counted");
    assert_eq!(awa.get(&path("unit")).refused(403), "secretariat_only");
    assert_eq!(awa.get(&path("willing")).refused(409), "release_too_early");
    round.close(&t);
    assert_eq!(awa.get(&path("willing")).refused(409), "release_too_early", "the end of the round tells nothing");
    round.published(&t, &json!({"audience": "members", "contents": "totals"}));
    assert_eq!(awa.get(&path("willing")).refused(409), "release_too_early", "an open round may have these, too");
    t.pass(std::time::Duration::from_mins(1));
    round.published(&t, &json!({"audience": "members"}));
    let named = awa.get(&path("willing")).expect(200);
    let codes: Vec<&str> =
        named["data"].as_array().unwrap().iter().map(|row| row["organisation"].as_str().unwrap()).collect();
    let mut agreed: Vec<&str> = answers[100..].iter().map(|(member, _)| member.as_str()).collect();
    agreed.sort_unstable();
    assert_eq!(codes, agreed, "those that agreed");
    assert_eq!(admin.get(&path("nothing")).refused(404), "not_found");
    let log = admin.get("/audit?action=answers_read").expect(200);
    let read: Vec<&Value> = log["data"].as_array().unwrap().iter().map(|entry| &entry["detail"]["question"]).collect();
    assert_eq!(read, ["unit"], "what the Secretariat read, and not what was refused or members read");
}

#[story]
fn answers_by_name_tell_nothing_of_time_that_others_were_granted(t: TestApp) {
    let round = closed(&t);
    round.published(&t, &json!({"audience": "members"}));
    t.pass(std::time::Duration::from_hours(21 * 24));
    let (awa, wanjiru, path) = (t.ncp("SN"), t.ncp("KE"), format!("/rounds/{}/answers?question=willing", round.id));
    let before = awa.get(&path).expect(200);
    wanjiru.get(&path).expect(200);
    let closes_at = t.clock.now().plus(std::time::Duration::from_hours(24));
    let more = json!({"scope": {"organisation": "KE"}, "closes_at": closes_at, "reason": "An audit."});
    t.admin().post(&format!("/rounds/{}/deadlines", round.id), &more).expect(201);
    assert_eq!(t.admin().get(&format!("/rounds/{}", round.id)).expect(200)["state"], "open");
    assert_eq!(awa.get(&path).expect(200), before, "for the others the round is over");
    assert_eq!(wanjiru.get(&path).refused(409), "release_too_early", "nobody copies who still answers");
}

#[story]
fn those_who_agree_to_be_named_do_not_leave_the_others_alone(t: TestApp) {
    let round = open(&t, "scs");
    let answers = round.answers();
    let is_of = |member: &str, region: &str| round.members[region].iter().any(|known| known == member);
    // In one region all but three agree.
    let of_region: Vec<_> = answers.iter().filter(|(member, _)| is_of(member, "AP")).cloned().collect();
    let others: Vec<_> = answers.iter().filter(|(member, _)| !is_of(member, "AP")).cloned().collect();
    round.submit(&t, &others, false);
    round.submit(&t, &of_region[3..], true);
    round.submit(&t, &of_region[..3], false);
    round.close(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let willing = table(&t.admin(), &release, "question=willing&by=region");
    assert!(counts(row(&willing, "AP")).starts_with("x x"), "three are left, whose answers would follow: {willing}");
}

#[story]
fn an_agreement_after_a_release_gives_nobody_away(t: TestApp) {
    let round = open(&t, "scs");
    let answers = round.answers();
    let is_of = |member: &str, region: &str| round.members[region].iter().any(|known| known == member);
    let of_region: Vec<_> = answers.iter().filter(|(member, _)| is_of(member, "AP")).cloned().collect();
    round.submit(&t, &answers, false);
    round.close(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let willing = table(&t.admin(), &release, "question=willing&by=region");
    assert!(!counts(row(&willing, "AP")).contains('x'), "the region is told: {willing}");
    let (awa, path) = (t.ncp("SN"), format!("/rounds/{}/answers?question=willing", round.id));
    let named = || awa.get(&path).expect(200)["data"].as_array().unwrap().len();
    assert_eq!(named(), 0);
    // All of a region but one agree.
    t.pass(std::time::Duration::from_mins(1));
    round.submit(&t, &of_region[1..], true);
    t.pass(std::time::Duration::from_mins(1));
    assert_eq!(named(), 0, "an agreement counts from the next release on");
    round.published(&t, &json!({"audience": "members"}));
    assert_eq!(named(), 0, "the first release stands, and has the answer of the one that is left");
    assert_eq!(t.admin().get(&path).expect(200)["data"].as_array().unwrap().len(), answers.len());
}

#[story]
fn an_agreement_that_gives_nobody_away_counts_from_the_next_release_on_and_ends_at_once(t: TestApp) {
    open(&t, "scs");
    // No pair of the question with another: that is for questions that are only counted.
    let mut form = form(&t, "scs");
    form["pairs"] = json!([]);
    let round = opened(&t, &form);
    let answers = round.answers();
    round.submit(&t, &answers, false);
    round.close(&t);
    round.published(&t, &json!({"audience": "members"}));
    t.pass(std::time::Duration::from_mins(1));
    // One of many in a region who are willing.
    let member = &round.members[LEVELS[1].0][0];
    let one: Vec<_> = answers.iter().filter(|(code, _)| code == member).cloned().collect();
    round.submit(&t, &one, true);
    t.pass(std::time::Duration::from_mins(1));
    let (awa, path) = (t.ncp("SN"), format!("/rounds/{}/answers?question=willing", round.id));
    let named = || awa.get(&path).expect(200)["data"].as_array().unwrap().len();
    assert_eq!(named(), 0);
    round.published(&t, &json!({"audience": "members"}));
    assert_eq!(named(), 1);
    t.pass(std::time::Duration::from_mins(1));
    round.submit(&t, &one, false);
    assert_eq!(named(), 0);
    assert_eq!(t.rendered("release_agreements"), 2, "once for each release");
}

#[story]
fn an_administration_learns_what_its_consent_would_do_to_others(t: TestApp) {
    let round = closed(&t);
    round.published(&t, &json!({"audience": "members"}));
    let member = round.members["ESA"][0].clone();
    let wanjiru = t.member(&Application::new(&member, "Wanjiru Kamau"));
    let check = wanjiru.get(&format!("/rounds/{}/consent-check", round.id)).expect(200);
    assert!(check["is_safe"].is_boolean() && check["data"].is_array(), "{check}");
    let broken = check["data"].as_array().unwrap();
    assert_eq!(check["is_safe"], broken.is_empty());
    // That of the question, and the pair of another question with it.
    let is_about_it = |table: &Value| ["willing", "maturity"].map(Value::from).contains(&table["question"]);
    assert!(broken.iter().all(|table| is_about_it(table) && table["release"] == 1), "{check}");
}

/// A question that is asked of those who said yes to another one.
fn asked_if(code: &str, sensitivity: &str, answer: &Value, other: &str) -> Value {
    let mut question = question(code, sensitivity, answer);
    question["question"]["show_if"] = json!(format!("${{{other}}} = 'yes'"));
    question
}

#[story]
fn that_a_question_was_asked_tells_nobody_an_answer_that_is_not_for_them(t: TestApp) {
    let yes_no = json!({"type": "single", "options": options(&["yes", "no"])});
    let line = json!({"type": "text", "most_characters": 200});
    let asked = json!({"languages": ["en", "fr"], "title": text("Survey", "Enquête"),
    "sections": [{"code": "all", "title": text("All", "Tout"), "items": [
        question("incident", "aggregate", &yes_no),
        asked_if("help", "secretariat", &line, "incident"),
        asked_if("plan", "community", &yes_no, "incident"),
        asked_if("steps", "secretariat", &line, "plan"),
        question("breach", "secretariat", &yes_no),
        asked_if("after", "community", &yes_no, "breach"),
        question("open", "community", &yes_no),
        asked_if("more", "secretariat", &line, "open"),
    ]}]});
    let titles = json!({"en": "Incidents", "fr": "Incidents"});
    survey_of(&t, &json!({"code": "incidents", "audience": "member", "titles": titles}), &asked);
    let mut form = form(&t, "incidents");
    form["pairs"] = json!([]);
    let round = opened(&t, &form);
    let whole = json!({"incident": "yes", "help": "Money", "plan": "yes", "steps": "Many", "breach": "yes",
        "after": "yes", "open": "yes", "more": "Much"});
    let member = |region: &str| round.members[region][0].clone();
    super::submit(&t, &round.id, &member("AP"), &whole, true);
    super::submit(&t, &round.id, &member("EUR"), &whole, false);
    super::submit(&t, &round.id, &member("ESA"), &json!({"incident": "no", "breach": "no", "open": "no"}), true);
    round.close(&t);
    round.published(&t, &json!({"audience": "members"}));

    let (admin, awa) = (t.admin(), t.ncp("SN"));
    let path = |question: &str| format!("/rounds/{}/answers?question={question}", round.id);
    for question in ["incident", "help", "plan", "steps"] {
        assert_eq!(admin.get(&path(question)).refused(403), "only_counted", "{question}");
        assert_eq!(awa.get(&path(question)).refused(403), "only_counted", "{question}");
    }
    assert_eq!(awa.get(&path("after")).refused(403), "secretariat_only");
    assert_eq!(admin.get(&path("after")).expect(200)["data"].as_array().unwrap().len(), 2);
    assert_eq!(awa.get(&path("open")).expect(200)["data"].as_array().unwrap().len(), 2, "those that agreed");

    let file = admin.get(&format!("/rounds/{}/microdata.csv?separator=comma", round.id));
    let mut lines = file.text.trim_start_matches('\u{feff}').lines();
    let cells = |line: &'_ str| line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect::<Vec<_>>();
    let heads = cells(lines.next().unwrap());
    for gone in ["incident", "help", "plan", "steps"] {
        assert!(!heads.iter().any(|head| head == gone), "{heads:?}");
    }
    let rows: Vec<Vec<String>> = lines.map(cells).collect();
    let of = |member: &str, column: &str| {
        let place = heads.iter().position(|head| *head == column);
        let place = place.unwrap_or_else(|| panic!("{column}: {heads:?}"));
        rows.iter().find(|row| row[0] == member).expect("a row")[place].clone()
    };
    let (eur, esa) = (member("EUR"), member("ESA"));
    assert_eq!(of(&eur, "more"), of(&eur, "open"), "what is declined is not told by what follows from it");
    assert_eq!((of(&eur, "breach"), of(&esa, "breach")), ("yes".to_owned(), "no".to_owned()));
}
