//! What follows from answers that members know by name: the others are as many as without them.

use std::collections::BTreeSet;

use questionnaire::{Questionnaire, Sensitivity};
use serde_json::json;
use survey_results::{Bands, Conditions, lacking};

use super::support::{Round, choice, counts, picture, question, result};
use super::{REGIONS, add, none, single};

#[test]
fn answers_that_members_know_by_name_do_not_leave_the_others_alone() {
    let questions = json!([choice("q", "single", &["a", "b", "c"], &json!({"sensitivity": "community"}))]);
    let round = Round::new(&questions, &REGIONS, &[], &Bands::new());
    let mut all = single(&[[9, 6, 5], [9, 9, 9], [9, 9, 9]]);
    let release = round.release(1, &all, &[]);
    assert_eq!(picture(&result(&release, "q").by_region, "A"), "9 6 5 0");
    // 8, 5 and 3 of region A agree to be named: 1, 1 and 2 are left.
    let count = round.count(&all);
    assert!(lacking(&release, &round.plan, &count).is_empty());
    let mut left = [("a", 1), ("b", 1), ("c", 2)];
    for known in all.iter_mut().filter(|known| known.region == "A") {
        let own = left.iter_mut().find(|(option, _)| known.answers["q"] == *option).unwrap();
        if own.1 > 0 {
            own.1 -= 1;
        } else {
            known.named = BTreeSet::from(["q".to_owned()]);
        }
    }
    let found = lacking(&release, &round.plan, &round.count(&all));
    assert!(found.iter().any(|table| table.is_interior), "the standing release would not protect them any more");
    let after = round.release(1, &all, &[]);
    assert!(counts(&result(&after, "q").by_region, "A").iter().take(3).all(Option::is_none));
}

#[test]
fn a_named_answer_to_a_routed_question_tells_the_one_before() {
    let questions = json!([
        choice("first", "single", &["yes", "no"], &none()),
        choice("next", "single", &["a", "b"], &json!({"show_if": "${first} = 'yes'", "sensitivity": "community"})),
    ]);
    let round = Round::new(&questions, &REGIONS, &[], &Bands::new());
    let mut all = Vec::new();
    for (region, _) in REGIONS {
        add(&mut all, region, 10, &json!({"first": "yes", "next": "a"}));
        add(&mut all, region, 10, &json!({"first": "no"}));
    }
    for known in all.iter_mut().filter(|known| known.region == "A" && known.name < 8) {
        known.named = BTreeSet::from(["next".to_owned()]);
    }
    let release = round.release(1, &all, &[]);
    let first = result(&release, "first");
    assert_eq!(picture(&first.by_region, "A"), "x x 0", "two of those who said yes are not known");
}

#[test]
fn an_answer_is_named_to_whoever_may_see_what_decides_that_it_is_given() {
    let asked = |code: &str, sensitivity: &str, rule: &str| {
        let mut question = choice(code, "single", &["yes", "no"], &json!({"sensitivity": sensitivity}));
        if !rule.is_empty() {
            question["question"]["show_if"] = json!(rule);
        }
        question
    };
    let group = json!({"group": {"code": "group", "title": {"en": "Group"}, "show_if": "${incident} = 'yes'",
        "items": [asked("inside", "community", "")]}});
    let questionnaire: Questionnaire = serde_json::from_value(json!({
        "languages": ["en"], "title": {"en": "Survey"},
        "sections": [
            {"code": "one", "title": {"en": "One"}, "items": [
                asked("incident", "aggregate", ""),
                asked("help", "secretariat", "${incident} = 'yes'"),
                asked("more", "community", "${help} = 'yes'"),
                asked("breach", "secretariat", ""),
                asked("after", "community", "${breach} = 'yes'"),
                asked("open", "community", ""),
                asked("next", "community", "${open} = 'yes'"),
                group,
            ]},
            {"code": "two", "title": {"en": "Two"}, "show_if": "${breach} = 'no'", "items": [asked("late", "community", "")]},
        ],
    }))
    .unwrap();
    let conditions = Conditions::of(&questionnaire);
    for (code, sensitivity) in [
        ("help", Sensitivity::Aggregate),
        ("more", Sensitivity::Aggregate),
        ("inside", Sensitivity::Aggregate),
        ("breach", Sensitivity::Secretariat),
        ("after", Sensitivity::Secretariat),
        ("late", Sensitivity::Secretariat),
        ("next", Sensitivity::Community),
        ("nothing", Sensitivity::Aggregate),
    ] {
        assert_eq!(conditions.sensitivity(code), sensitivity, "{code}");
    }
    let declined = BTreeSet::from(["open".to_owned()]);
    assert!(conditions.tells_of("next", &declined) && !conditions.tells_of("after", &declined));
}

#[test]
fn a_constraint_tells_in_both_directions() {
    let asked = |code: &str, sensitivity: &str, rule: &str| {
        let mut question =
            question(code, &json!({"type": "text", "most_characters": 9}), &json!({"sensitivity": sensitivity}));
        if !rule.is_empty() {
            question["question"]["constraint"] = json!({"rule": rule, "message": {"en": "No."}});
        }
        question
    };
    let questionnaire: Questionnaire = serde_json::from_value(json!({
        "languages": ["en"], "title": {"en": "Survey"},
        "sections": [{"code": "one", "title": {"en": "One"}, "items": [
            asked("counted", "aggregate", ""),
            asked("named", "community", ". != 'x' or ${counted} = 'yes'"),
            asked("known", "community", ""),
            asked("bound", "aggregate", ". = 'no' or ${known} = 'x'"),
            asked("alone", "community", ". != 'x'"),
        ]}],
    }))
    .unwrap();
    let conditions = Conditions::of(&questionnaire);
    for code in ["named", "known"] {
        assert_eq!(conditions.sensitivity(code), Sensitivity::Aggregate, "{code} would tell what is only counted");
    }
    assert_eq!(conditions.sensitivity("alone"), Sensitivity::Community);
    assert!(conditions.tells_of("known", &BTreeSet::from(["bound".to_owned()])));
}
