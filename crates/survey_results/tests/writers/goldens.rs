//! Whole files, compared with those in `golden`, and what tables and microdata have.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use survey_results::writers::chart::{By, chart, style};
use survey_results::writers::palette::DARK;
use survey_results::writers::{Flow, HEADS, Microdata, Percent, Reading, Respondent, records, sdmx};

use super::{English, questionnaire, release};

/// Rows as lines with commas.
fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    rows.into_iter().map(|row| row.join(",") + "\n").collect()
}

#[test]
fn a_chart_of_all_has_a_bar_for_each_option() {
    let (questionnaire, release) = (questionnaire(), release());
    let reading = Reading::new(&questionnaire, "en", English);
    let svg = chart(&release, &reading, &release.questions[0], By::All).unwrap();
    assert_eq!(svg, include_str!("golden/maturity.svg"), "{svg}");
}

#[test]
fn a_chart_by_region_has_a_stack_for_each_with_one_hatched_rest() {
    let (questionnaire, release) = (questionnaire(), release());
    let reading = Reading::new(&questionnaire, "en", English);
    let svg = chart(&release, &reading, &release.questions[0], By::Region).unwrap();
    assert_eq!(svg, include_str!("golden/maturity-region.svg"), "{svg}");
}

#[test]
fn hidden_options_have_words_in_place_of_bars() {
    let (questionnaire, release) = (questionnaire(), release());
    let reading = Reading::new(&questionnaire, "en", English);
    let strategy = chart(&release, &reading, &release.questions[1], By::All).unwrap();
    assert_eq!(strategy.matches(">not shown<").count(), 2, "{strategy}");
    assert!(strategy.contains("Not shown, together: 26") && strategy.contains("Small counts are not shown."));
    let areas = chart(&release, &reading, &release.questions[2], By::All).unwrap();
    assert!(!areas.contains("together"), "counts of several answers do not add up: {areas}");
    assert!(areas.contains("60 (60.0 %)"), "of those that were asked: {areas}");
    for (question, by) in [(1, By::Region), (2, By::Region)] {
        assert_eq!(chart(&release, &reading, &release.questions[question], by), None, "no such table");
    }
}

#[test]
fn the_style_of_charts_has_the_dark_colours() {
    let style = style();
    for (area, number) in DARK.levels {
        assert!(style.contains(area) && style.contains(number), "{area} {number}");
    }
    assert!(!style.contains(['<', '&']), "{style}");
}

#[test]
fn shares_are_rounded_once() {
    let told = |count: u32, base: u32| Percent::of(count, base).map(|percent| percent.to_string());
    assert_eq!(told(15, 116).as_deref(), Some("12.9"));
    assert_eq!((told(1, 3).as_deref(), told(2, 3).as_deref()), (Some("33.3"), Some("66.7")));
    assert_eq!((told(0, 5).as_deref(), told(5, 5).as_deref(), told(0, 0)), (Some("0.0"), Some("100.0"), None));
}

#[test]
fn every_figure_has_a_row() {
    let (questionnaire, release) = (questionnaire(), release());
    let reading = Reading::new(&questionnaire, "en", English);
    let rows = records(&release, &reading);
    assert!(rows.iter().all(|row| row.len() == HEADS.len()));
    let heads = HEADS.map(str::to_owned).to_vec();
    let rows = rows.iter().map(|row| row.iter().map(survey_results::writers::Value::text).collect());
    let file = lines([heads].into_iter().chain(rows));
    assert_eq!(file, include_str!("golden/release.csv"), "{file}");
}

#[test]
fn aggregates_are_sdmx() {
    let flow = Flow { agency: "SCS", round: "scs-2024", period: 2024 };
    let file = sdmx(&release(), &flow);
    assert_eq!(file.replace("\r\n", "\n"), include_str!("golden/release.sdmx.csv"), "{file}");
    let expected = "dataflow,SCS:DF_SURVEY(1.0.0),I,SCS_2024,MATURITY,L1,_T,2024,NUMBER,15,A,F,116,186,1";
    assert!(file.lines().any(|line| line == expected), "{file}");
}

#[test]
fn microdata_have_what_may_be_seen_by_name_and_why_the_rest_is_missing() {
    let questionnaire = questionnaire();
    let data = Microdata::new(&questionnaire).unwrap();
    let heads = [
        "_organisation",
        "_region",
        "_submission",
        "strategy",
        "staff",
        "areas/trade",
        "areas/security",
        "tech_cloud",
        "tech_iot",
        "letter",
    ];
    assert_eq!(data.heads(), heads, "without what is only counted");
    let row = |answers: Value, declined: &[&str]| {
        let declined: BTreeSet<String> = declined.iter().map(|code| (*code).to_owned()).collect();
        let answers = answers.as_object().unwrap();
        let respondent =
            Respondent { organisation: "SN", region: Some("WCA"), submission: 2, answers, declined: &declined };
        data.row(&respondent)[3..].join(",")
    };
    let letter = json!({"name": "a.pdf", "sha256": "0".repeat(64), "size": 9});
    let full = json!({"maturity": "l1", "strategy": "yes", "staff": 12, "areas": ["trade"],
        "tech": {"tech_cloud": "used"}, "letter": letter});
    assert_eq!(row(full.clone(), &[]), "yes,12,1,0,used,.n,a.pdf");
    assert_eq!(row(full, &["areas", "tech"]), "yes,12,.d,.d,.d,.d,a.pdf");
    assert_eq!(row(json!({"strategy": "no"}), &[]), "no,.s,.n,.n,.n,.n,.n");

    let labels = data.labels(&Reading::new(&questionnaire, "fr", English));
    let of = |variable: &str, value: &str| {
        labels.iter().find(|row| row[0] == variable && row[2] == value).map(|row| (row[1].as_str(), row[3].as_str()))
    };
    assert_eq!(of("strategy", "yes"), Some(("Is there a strategy? (fr)", "Yes (fr)")));
    assert_eq!(of("tech_iot", ".n"), Some(("Which technologies? (fr) – Things (fr)", "No answer")));
    assert_eq!(of("areas/trade", ".s"), Some(("Which areas? (fr) – Trade (fr)", "Not asked")));
    assert_eq!(of("maturity", "l1"), None);
}
