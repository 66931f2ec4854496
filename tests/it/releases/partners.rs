//! Members beside partner agencies: two rounds that are paired, early or late.

use std::time::Duration;

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::survey_release;
use serde_json::{Value, json};

use super::{Round, closed, counts, form, open, opened, row, survey};
use crate::support::browser::Browser;
use crate::support::{Expect as _, Person, TestApp, story};

/// How many partner agencies there are.
const AGENCIES: usize = 24;

/// The twin of the survey of members, and the agencies that it asks.
fn twin(t: &TestApp) {
    let titles = json!({"en": "Smart customs of partners", "fr": "Douane intelligente des partenaires"});
    survey(t, &json!({"code": "partners", "audience": "partner", "titles": titles, "paired_with": "scs"}));
    let admin = t.admin();
    for number in 1..=AGENCIES {
        let (code, name) = (format!("SN-AGENCY-{number}"), format!("Agency {number}"));
        let agency = json!({"code": code, "member": "SN", "name_en": name, "name_fr": name});
        admin.post("/partners", &agency).expect(201);
    }
}

/// A round of partner agencies beside one of members.
fn paired(t: &TestApp, members: &Round) -> Value {
    let mut form = form(t, "partners");
    form["paired_with"] = json!(members.id);
    form
}

/// Every agency answers: half of them are of level 2, the other half of level 4; two thirds have a strategy.
fn answered(t: &TestApp, round: &Round) {
    let agencies: Vec<&String> = round.members.values().flatten().collect();
    assert_eq!(agencies.len(), AGENCIES);
    for (number, agency) in agencies.into_iter().enumerate() {
        let says = |yes: bool| if yes { "yes" } else { "no" };
        let answers = json!({"maturity": if number < AGENCIES / 2 { "level_2" } else { "level_4" }, "unit": "Unit",
            "it_strategy": says(number % 3 > 0), "willing": says(number % 2 == 0)});
        super::submit(t, &round.id, agency, &answers, false);
    }
    round.close(t);
}

/// The counts of a concept on both sides.
fn sides(comparison: &Value, concept: &str) -> [String; 2] {
    let found = comparison["data"].as_array().unwrap().iter().find(|one| one["concept"] == concept);
    let found = found.unwrap_or_else(|| panic!("{concept}: {comparison}"));
    ["own", "other"].map(|side| counts(row(&found[side], "all")))
}

fn comparison(reader: &Person, release: &str) -> Value {
    reader.get(&format!("/releases/{release}/comparison")).expect(200)
}

const MEMBERS: &str = "15 27 35 31 8 0";
const PARTNERS: &str = "0 12 0 12 0 0";

#[story]
fn members_stand_beside_partner_agencies_by_concept(t: TestApp) {
    let members = open(&t, "scs");
    twin(&t);
    let partners = opened(&t, &paired(&t, &members));
    members.submit(&t, &members.answers(), false);
    members.close(&t);
    answered(&t, &partners);
    let (of_members, of_partners) = (
        members.published(&t, &json!({"audience": "public"})),
        partners.published(&t, &json!({"audience": "members"})),
    );
    let awa = t.ncp("SN");
    let told = comparison(&awa, &of_members);
    assert_eq!((&told["release"]["id"], &told["other"]["id"]), (&json!(of_members), &json!(of_partners)));
    let concepts: Vec<&Value> = told["data"].as_array().unwrap().iter().map(|one| &one["concept"]).collect();
    assert_eq!(concepts, ["maturity", "it_strategy", "willing"], "and nothing that is for the Secretariat");
    assert_eq!(sides(&told, "maturity"), [MEMBERS, PARTNERS]);
    assert!(offers_comparison(&t, &awa, &of_members));
    assert_eq!(sides(&told, "it_strategy"), ["107 9 0", "16 8 0"]);
    assert_eq!(sides(&told, "willing"), ["73 43 0", "12 12 0"]);
    assert_eq!(sides(&comparison(&awa, &of_partners), "maturity"), [PARTNERS, MEMBERS], "from the other side as well");

    // A visitor sees the release of the members, and not that of the partner agencies.
    let beside = format!("/releases/{of_members}/comparison");
    assert_eq!(t.anonymous().get(&beside).unwrap().refused(404), "not_found");
    let public = partners.published(&t, &json!({"audience": "public"}));
    let seen = t.anonymous().get(&beside).unwrap().expect(200);
    assert_eq!(seen["other"]["id"], public.as_str());
}

/// Whether the page of a release leads to the comparison.
fn offers_comparison(t: &TestApp, reader: &Person, release: &str) -> bool {
    Browser::of(t, reader).open(&format!("/releases/{release}")).has("Members beside partner agencies")
}

#[story]
fn a_comparison_without_figures_is_not_offered(t: TestApp) {
    let members = closed(&t);
    let release = members.published(&t, &json!({"audience": "members"}));
    twin(&t);
    t.pass(Duration::from_mins(1));
    let partners = opened(&t, &paired(&t, &members));
    let answers = json!({"maturity": "level_2", "unit": "Unit", "it_strategy": "yes", "willing": "no"});
    for agency in partners.members.values().flatten().take(3) {
        super::submit(&t, &partners.id, agency, &answers, false);
    }
    partners.close(&t);
    partners.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    assert_eq!(comparison(&awa, &release)["data"], json!([]), "three are too few");
    assert!(!offers_comparison(&t, &awa, &release));
}

#[story]
fn a_release_shows_while_the_one_beside_it_cannot_be_read(t: TestApp) {
    let members = closed(&t);
    let release = members.published(&t, &json!({"audience": "members"}));
    twin(&t);
    t.pass(Duration::from_mins(1));
    let partners = opened(&t, &paired(&t, &members));
    answered(&t, &partners);
    let other: Id = partners.published(&t, &json!({"audience": "members"})).parse().unwrap();
    let spoil = |text: Option<String>| {
        t.run(t.portal.db.write(move |conn| {
            let row = survey_release::table.find(other);
            let before: String = row.select(survey_release::artefact).first(conn)?;
            let after = survey_release::artefact.eq(text.unwrap_or_default());
            diesel::update(survey_release::table.find(other)).set(after).execute(conn)?;
            Ok(before)
        }))
        .unwrap()
    };
    let whole = spoil(None);
    let awa = t.ncp("SN");
    let page = Browser::of(&t, &awa).open(&format!("/releases/{release}"));
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.shows("main table"), "it has its figures: {}", page.text());
    assert!(!page.has("Members beside partner agencies"), "{}", page.text());
    spoil(Some(whole));
    assert!(offers_comparison(&t, &awa, &release), "as soon as it can be read");
}

#[story]
fn a05_two_releases_are_compared_once_however_often_their_pages_are_opened(t: TestApp) {
    let members = closed(&t);
    let release = members.published(&t, &json!({"audience": "public"}));
    twin(&t);
    t.pass(Duration::from_mins(1));
    let partners = opened(&t, &paired(&t, &members));
    answered(&t, &partners);
    let other = partners.published(&t, &json!({"audience": "public"}));
    let mut visitor = Browser::anonymous(&t);
    for _ in 0..3 {
        let page = visitor.open(&format!("/releases/{release}"));
        assert!(page.has("Members beside partner agencies"), "{}", page.text());
        let page = visitor.open(&format!("/releases/{release}/comparison"));
        assert!(page.status == 200 && page.shows("main table"), "{}", page.text());
    }
    let told = t.anonymous().get(&format!("/releases/{release}/comparison")).unwrap().expect(200);
    assert_eq!(sides(&told, "maturity"), [MEMBERS, PARTNERS]);
    assert_eq!((t.rendered("release_pair"), t.rendered("release")), (1, 2));
    // From the other side the questions have another order.
    assert_eq!(visitor.open(&format!("/releases/{other}")).status, 200);
    assert_eq!(t.rendered("release_pair"), 2);
}

#[story]
fn a_round_that_is_paired_later_stands_beside_a_release_that_was_read_before(t: TestApp) {
    let members = closed(&t);
    let release = members.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    awa.get(&format!("/releases/{release}/results")).expect(200);
    let beside = format!("/releases/{release}/comparison");
    assert_eq!(awa.get(&beside).refused(404), "not_found", "no round is paired");

    twin(&t);
    t.pass(Duration::from_mins(1));
    let partners = opened(&t, &paired(&t, &members));
    assert_eq!(awa.get(&beside).refused(404), "not_found", "the paired round has no release");
    answered(&t, &partners);
    let other = partners.published(&t, &json!({"audience": "members"}));
    let told = comparison(&awa, &release);
    assert_eq!(
        (&told["other"]["id"], sides(&told, "maturity")),
        (&json!(other), [MEMBERS, PARTNERS].map(String::from))
    );
}

#[story]
fn a_release_that_tells_how_many_answered_takes_no_figures_away(t: TestApp) {
    let members = closed(&t);
    let release = members.published(&t, &json!({"audience": "members"}));
    twin(&t);
    let partners = opened(&t, &paired(&t, &members));
    answered(&t, &partners);
    let rates = json!({"audience": "members", "contents": "rates"});
    partners.published(&t, &rates);
    let awa = t.ncp("SN");
    assert_eq!(
        awa.get(&format!("/releases/{release}/comparison")).refused(404),
        "not_found",
        "there are no figures yet"
    );
    let with_figures = partners.published(&t, &json!({"audience": "members"}));
    t.pass(Duration::from_mins(1));
    partners.published(&t, &rates);
    let told = comparison(&awa, &release);
    assert_eq!(told["other"]["id"], with_figures.as_str());
    assert_eq!(sides(&told, "maturity"), [MEMBERS, PARTNERS]);
}

#[story]
fn a_round_that_a_reader_does_not_see_has_nothing_for_them(t: TestApp) {
    let members = closed(&t);
    members.published(&t, &json!({"audience": "members"}));
    twin(&t);
    let partners = opened(&t, &paired(&t, &members));
    answered(&t, &partners);
    let awa = t.ncp("SN");
    assert_eq!(awa.get(&format!("/rounds/{}", partners.id)).refused(404), "not_found");
    for path in
        ["answers?question=willing", "answers?question=unit", "answers?question=nothing", "releases", "consent-check"]
    {
        assert_eq!(awa.get(&format!("/rounds/{}/{path}", partners.id)).refused(404), "not_found", "{path}");
    }
    awa.get(&format!("/rounds/{}/answers?question=willing", members.id)).expect(200);
    // A release for the community is for members, too.
    partners.published(&t, &json!({"audience": "members"}));
    let list = awa.get(&format!("/rounds/{}/releases", partners.id)).expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
}

#[story]
fn a_survey_that_a_reader_does_not_see_has_no_trend(t: TestApp) {
    let titles = json!({"en": "Not yet", "fr": "Pas encore"});
    t.admin().post("/surveys", &json!({"code": "not_yet", "audience": "member", "titles": titles})).expect(201);
    let awa = t.ncp("SN");
    for path in ["/surveys/not_yet/trend?concept=a", "/surveys/nothing/trend?concept=a"] {
        assert_eq!(awa.get(path).refused(404), "not_found", "{path}");
    }
    t.admin().get("/surveys/not_yet/trend?concept=a").expect(200);
}
