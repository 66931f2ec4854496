//! The questionnaires that come with the portal, for administrations and for partner agencies.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeMap;

use questionnaire::xlsform::{export, import};
use questionnaire::{AnswerType, Answers, Question, Questionnaire, check};
use serde_json::json;

fn both() -> [Questionnaire; 2] {
    let members = include_str!("../data/smart-customs-2024.json");
    let partners = include_str!("../data/smart-customs-2024-partners.json");
    [members, partners].map(|text| serde_json::from_str(text).unwrap())
}

fn by_concept(questionnaire: &Questionnaire) -> BTreeMap<&str, &Question> {
    questionnaire.questions().filter_map(|(_, question)| Some((question.concept.as_deref()?, question))).collect()
}

#[test]
fn both_are_without_faults_in_english_and_french() {
    for questionnaire in both() {
        assert_eq!(questionnaire.languages, ["en", "fr"]);
        assert_eq!(check(&questionnaire), []);
        let again = import(&export(&questionnaire), &|| true).unwrap();
        assert_eq!((again.faults, again.notes), (vec![], vec![]));
        assert_eq!(again.questionnaire, Some(questionnaire));
    }
}

#[test]
fn all_questions_have_concepts_and_the_shared_ones_have_the_same_answers() {
    let [members, partners] = both();
    for questionnaire in [&members, &partners] {
        let without = questionnaire.questions().filter(|(_, question)| question.concept.is_none());
        let codes: Vec<_> = without.map(|(_, question)| question.code.as_str()).collect();
        assert!(codes.iter().all(|code| code.ends_with("_other")), "{codes:?}");
    }
    let (of_members, of_partners) = (by_concept(&members), by_concept(&partners));
    let shared: Vec<_> = of_members.keys().filter(|concept| of_partners.contains_key(*concept)).collect();
    for concept in ["it_strategy", "maturity", "technology_status", "technology_impact", "obstacles", "capacity_needs"]
    {
        assert!(shared.contains(&&concept), "{concept}");
    }
    for concept in shared {
        assert_eq!(of_members[concept].answer, of_partners[concept].answer, "{concept}");
    }
    let AnswerType::Scale { options } = &of_members["maturity"].answer else { unreachable!() };
    assert_eq!(options.len(), 5);
    let AnswerType::Matrix { rows, .. } = &of_members["technology_status"].answer else { unreachable!() };
    assert_eq!(rows.len(), 11);
}

#[test]
fn french_texts_have_blanks_that_do_not_break_before_signs() {
    for name in ["smart-customs-2024.json", "smart-customs-2024-partners.json"] {
        let text = std::fs::read_to_string(format!("{}/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        for line in text.lines() {
            for sign in [" ?", " ;", " !", "« ", " »", " :"] {
                assert!(!line.contains(sign), "{name}: {line}");
            }
        }
    }
}

#[test]
fn an_administration_can_fill_it_in() {
    let [members, _] = both();
    let mut stored = vec![
        ("contact_point", None, json!("yes")),
        ("it_strategy", None, json!("yes")),
        ("strategy_year", None, json!(2019)),
        ("maturity", None, json!("level_3")),
        ("obstacles", None, json!(["cost", "data_quality"])),
        ("needs", None, json!(["technical_skills"])),
        ("share_details", None, json!("yes")),
        ("case_study", None, json!("no")),
        ("host_visit", None, json!("no")),
        ("topics", None, json!(["cloud"])),
        ("publication", None, json!("members")),
        ("confirmation", None, json!(true)),
    ];
    let status = by_concept(&members)["technology_status"].answer.clone();
    let AnswerType::Matrix { rows, .. } = &status else { unreachable!() };
    stored.extend(rows.iter().map(|row| ("status", Some(row.code.as_str()), json!("planned"))));
    let answers = |stored: &[(&str, Option<&str>, serde_json::Value)]| {
        let answers = Answers::new(&members, stored.iter().map(|(question, row, value)| (*question, *row, value)));
        (answers.are_complete(), answers.is_shown("use_description"), answers.is_shown("topics"))
    };
    assert_eq!(answers(&stored), (true, false, true));
    stored.push(("status", Some("status_cloud"), json!("adopted")));
    assert_eq!(answers(&stored), (true, true, true));
    stored.retain(|(question, _, _)| *question != "confirmation");
    assert!(!answers(&stored).0);
}
