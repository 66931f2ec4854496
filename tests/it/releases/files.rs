//! A release as files and charts, and the answers themselves for the Secretariat.

use std::collections::BTreeMap;

use portal::http::csv::BYTE_ORDER_MARK;
use serde_json::{Value, json};

use super::{closed, open};
use crate::authorisation::cast;
use crate::support::{Expect as _, Person, TestApp, story};

/// The rows of a CSV file by their heads.
fn rows(reader: &Person, path: &str) -> Vec<BTreeMap<String, String>> {
    let answer = reader.get(&format!("{path}?separator=comma&lang=en"));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let bare = answer.bytes.strip_prefix(BYTE_ORDER_MARK.as_bytes()).unwrap();
    csv::Reader::from_reader(bare).deserialize().map(Result::unwrap).collect()
}

/// The values of a column in the rows of a table of a question.
fn values(
    rows: &[BTreeMap<String, String>],
    (table, question, group): (&str, &str, &str),
    column: &str,
) -> Vec<String> {
    let is_wanted = |row: &&BTreeMap<String, String>| {
        row["table"] == table && row["question"] == question && row["group"] == group && row["measure"] == "count"
    };
    rows.iter().filter(is_wanted).map(|row| row[column].clone()).collect()
}

#[story]
fn a_release_is_taken_as_csv_workbook_and_sdmx_with_the_figures_that_it_tells(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    let path = |file: &str| format!("/releases/{release}/{file}");
    let figures = rows(&awa, &path("results.csv"));
    let all = ("totals", "maturity", "all");
    assert_eq!(values(&figures, all, "value"), ["15", "27", "35", "31", "8", "0"]);
    assert_eq!(values(&figures, all, "percent"), ["12.9", "23.3", "30.2", "26.7", "6.9", "0.0"]);
    let region = ("region", "maturity", "AMS");
    assert_eq!(values(&figures, region, "value"), ["", "", "6", "", "", "0"]);
    assert_eq!(values(&figures, region, "is_hidden"), ["true", "true", "false", "true", "true", "false"]);

    let sdmx = awa.get(&path("sdmx.csv"));
    assert_eq!(sdmx.header("content-type"), Some("application/vnd.sdmx.data+csv;version=2.0.0"));
    let lines: Vec<&str> = sdmx.text.lines().collect();
    assert!(lines[0].starts_with("STRUCTURE,STRUCTURE_ID,ACTION,SURVEY_ROUND,QUESTION,OPTION,REF_REGION,"));
    let told = |start: &str, end: &str| lines.iter().any(|line| line.contains(start) && line.contains(end));
    assert!(told(",MATURITY,LEVEL_1,_T,", ",NUMBER,15,A,F,116,"), "{}", sdmx.text);
    assert!(told(",MATURITY,LEVEL_1,AMS,", ",NUMBER,,Q,C,"), "{}", sdmx.text);

    let workbook = awa.get(&path("results.xlsx"));
    assert_eq!(workbook.header("content-disposition"), Some("attachment; filename=\"scs-results-1.xlsx\""));
    let tag = workbook.header("etag").unwrap().to_owned();
    assert_eq!(awa.with_header("if-none-match", &tag).get(&path("results.xlsx")).status, 304, "it never changes");
}

#[story]
fn a_chart_says_its_finding_and_runs_nothing(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    let chart = |query: &str| awa.get(&format!("/releases/{release}/charts/{query}"));
    let all = chart("maturity.svg?lang=en");
    assert_eq!((all.status, all.header("content-type")), (200, Some("image/svg+xml")), "{}", all.text);
    let policy = all.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && policy.ends_with("sandbox"), "{policy}");
    assert!(all.text.contains("level_3, 35 (30%)") && !all.text.contains("<script"), "{}", all.text);
    let regions = chart("maturity.svg?by=region&lang=fr");
    assert!(regions.text.contains("level_3 (fr)") && regions.text.contains("-hatch)"), "{}", regions.text);
    for nothing in ["unit.svg", "nothing.svg"] {
        assert_eq!(chart(nothing).refused(404), "not_found", "{nothing}");
    }
    assert_eq!(chart("maturity.svg?by=member").status, 400);
}

#[story]
fn files_and_charts_are_read_by_who_reads_the_release(t: TestApp) {
    let people = cast(&t);
    let round = closed(&t);
    let members = round.published(&t, &json!({"audience": "members"}));
    let public = round.published(&t, &json!({"audience": "public"}));
    for (role, person) in &people {
        let reads = ["ncp", "contributor", "partner", "coordinator", "auditor", "secretariat"].contains(role);
        for file in ["results.csv", "results.xlsx", "sdmx.csv", "charts/maturity.svg"] {
            let of_members = person.get(&format!("/releases/{members}/{file}"));
            assert_eq!(of_members.status, if reads { 200 } else { 404 }, "{role} {file}");
            assert_eq!(person.get(&format!("/releases/{public}/{file}")).status, 200, "{role} {file}");
        }
        let microdata = person.get(&format!("/rounds/{}/microdata.csv", round.id));
        assert_eq!(microdata.status, if *role == "secretariat" { 200 } else { 403 }, "{role}");
    }
    let visitor = t.anonymous();
    assert_eq!(visitor.get(&format!("/releases/{public}/results.csv")).unwrap().status, 200);
    assert_eq!(visitor.get(&format!("/releases/{members}/results.csv")).unwrap().refused(404), "not_found");
}

#[story]
fn the_secretariat_takes_the_answers_that_may_be_seen_by_name(t: TestApp) {
    let round = open(&t, "scs");
    let answers = round.answers();
    round.submit(&t, &answers[..100], false);
    round.submit(&t, &answers[100..], true);
    t.pass(std::time::Duration::from_secs(1));
    let admin = t.admin();
    let path = format!("/rounds/{}/microdata", round.id);
    let taken = rows(&admin, &format!("{path}.csv"));
    assert_eq!(taken.len(), 116);
    let heads: Vec<&String> = taken[0].keys().collect();
    assert_eq!(heads, ["_organisation", "_region", "_submission", "unit", "willing"], "nothing that is only counted");
    let shared: Vec<&str> = answers[100..].iter().map(|(member, _)| member.as_str()).collect();
    for row in &taken {
        assert_eq!(row["unit"], format!("Unit of {}", row["_organisation"]));
        let is_shared = shared.contains(&row["_organisation"].as_str());
        assert_eq!(row["willing"] != ".d", is_shared, "{row:?}");
    }
    let workbook = admin.get(&format!("{path}.xlsx"));
    assert_eq!(workbook.header("content-disposition"), Some("attachment; filename=\"scs-answers.xlsx\""));
    let log = admin.get("/audit?action=answers_exported").expect(200);
    let told: Vec<&Value> =
        log["data"].as_array().unwrap().iter().map(|entry| &entry["detail"]["respondents"]).collect();
    assert_eq!(told, [&json!(116), &json!(116)]);
}
