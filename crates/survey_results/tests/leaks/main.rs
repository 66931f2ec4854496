//! The ways in which a release could tell what it hides, each closed.
//!
//! - `tables` what follows from one table, or from several of one release
//! - `pairs` what follows from two questions together
//! - `names` what follows from answers that members know by name
//! - `releases` what follows from several releases of a round
//! - `audits` what the audit of a release finds

#![expect(clippy::expect_used, reason = "a test may fail")]

mod audits;
mod names;
mod pairs;
mod releases;
#[path = "../support/mod.rs"]
mod support;
mod tables;

use serde_json::{Value, json};
use support::{Respondent, Round, choice, respondent};
use survey_results::{ALL, Bands, Outcome};

/// How many each property tries.
const CASES: u32 = 60;
const REGIONS: [(&str, u32); 3] = [("A", 60), ("B", 60), ("C", 60)];

fn none() -> Value {
    json!({})
}

/// So many respondents in a region, with these answers.
fn add(all: &mut Vec<Respondent>, region: &str, count: u32, answers: &Value) {
    for _ in 0..count {
        let name = u32::try_from(all.len()).unwrap_or_default();
        all.push(respondent(name, region, answers));
    }
}

/// One question with single answers, by region and option.
fn single(table: &[[u32; 3]]) -> Vec<Respondent> {
    let mut all = Vec::new();
    for ((region, _), row) in REGIONS.iter().zip(table) {
        for (option, count) in ["a", "b", "c"].iter().zip(row) {
            add(&mut all, region, *count, &json!({"q": option}));
        }
    }
    all
}

fn one_question() -> Round {
    Round::new(&json!([choice("q", "single", &["a", "b", "c"], &none())]), &REGIONS, &[], &Bands::new())
}

fn counts_or_none(outcome: &Outcome) -> Vec<Option<u32>> {
    outcome
        .table()
        .map_or(vec![None; 3], |table| table.row(ALL).expect("a row").cells.iter().map(|cell| cell.count).collect())
}
