//! What a respondent of the replay answers to each question of the questionnaire of 2024.
//!
//! Maturity, IT strategy, willingness and details come from the data; their totals are public. All other answers follow
//! from a rule without chance, so that each replay has the same: they and their totals are made up.

use serde_json::{Value, json};

use super::data::Respondent;

/// The technologies of the matrices.
const TECHNOLOGIES: [&str; 11] = [
    "ai_ml",
    "big_data_analytics",
    "blockchain_dlt",
    "cloud",
    "iot",
    "biometrics",
    "drones",
    "geospatial",
    "vr_ar_mr",
    "robotics_rpa",
    "printing_3d",
];
const AREAS: [&str; 4] = ["trade_facilitation", "economic_competitiveness", "enforcement", "security"];
const BENEFITS: [&str; 6] = [
    "goods_movement",
    "service_quality",
    "targeting_detection",
    "paperless_trade",
    "trust_with_trade",
    "counterfeit_piracy",
];
const OBSTACLES: [&str; 7] =
    ["cost", "expertise", "interoperability", "security_privacy", "data_quality", "legal_basis", "bias"];
const NEEDS: [&str; 4] = ["technical_skills", "cybersecurity", "it_governance", "strategy_change"];
const KINDS: [&str; 5] = ["border", "health_food", "transport_port", "trade_economy", "international"];
const DEGREES: [&str; 5] = ["degree_1", "degree_2", "degree_3", "degree_4", "degree_5"];

/// The answers of a member, as a first write has them.
pub(super) fn of_member(who: &Respondent) -> Vec<Value> {
    let mut all = vec![given("contact_point", json!("yes"))];
    all.extend(of_all(who));
    if who.tells_details() {
        all.push(given(
            "use_description",
            json!("A made-up description of what the technologies in use are good for."),
        ));
    }
    all
}

/// The answers of a partner agency.
pub(super) fn of_agency(who: &Respondent) -> Vec<Value> {
    let mut all = vec![
        given("agency_kind", json!(one_of(who, "agency_kind", &KINDS))),
        given("shares_data", json!("yes")),
        given("shared_systems", json!(["single_window"])),
    ];
    all.extend(of_all(who));
    all
}

/// The answers to the questions of both questionnaires.
fn of_all(who: &Respondent) -> Vec<Value> {
    let yes_no = |is_yes: bool| json!(if is_yes { "yes" } else { "no" });
    let mut all = vec![
        given("it_strategy", yes_no(who.has_strategy())),
        given("maturity", json!(format!("level_{}", who.level))),
        given("areas", some_of(who, "areas", &AREAS)),
        given("benefits", some_of(who, "benefits", &BENEFITS)),
        given("obstacles", some_of(who, "obstacles", &OBSTACLES)),
        given("needs", some_of(who, "needs", &NEEDS)),
        given("share_details", yes_no(who.is_willing())),
        given("case_study", yes_no(who.is_willing() && draw(who, "case_study", 2) == 0)),
        given("host_visit", yes_no(who.is_willing() && draw(who, "host_visit", 3) == 0)),
        given("publication", json!("aggregate")),
        given("confirmation", json!(true)),
    ];
    if who.is_willing() {
        all.push(given("topics", some_of(who, "topics", &TECHNOLOGIES)));
    }
    for technology in TECHNOLOGIES {
        all.push(in_row("status", technology, status(who, technology)));
        all.push(in_row("impact", technology, one_of(who, &format!("impact {technology}"), &DEGREES)));
        all.push(in_row("difficulty", technology, one_of(who, &format!("difficulty {technology}"), &DEGREES)));
    }
    all
}

/// How far a respondent is with a technology: the further, the higher its level.
fn status(who: &Respondent, technology: &str) -> &'static str {
    if who.tells_details() && technology == "ai_ml" {
        return "adopted";
    }
    match draw(who, technology, 10) + who.level {
        11.. => "adopted",
        9 | 10 => "under_development",
        7 | 8 => "planned",
        5 | 6 => "considered",
        2..=4 => "none",
        _ => "unknown",
    }
}

fn given(question: &str, value: impl Into<Value>) -> Value {
    let value: Value = value.into();
    json!({"question": question, "value": value, "revision": 0})
}

fn in_row(question: &str, technology: &str, value: &str) -> Value {
    json!({"question": question, "row": format!("{question}_{technology}"), "value": value, "revision": 0})
}

fn one_of(who: &Respondent, subject: &str, options: &[&'static str]) -> &'static str {
    options.get(draw(who, subject, options.len())).copied().unwrap_or_default()
}

/// Two options in their order, or one.
fn some_of(who: &Respondent, subject: &str, options: &[&'static str]) -> Value {
    let (first, second) = (draw(who, subject, options.len()), draw(who, &format!("{subject} too"), options.len()));
    let chosen = options.iter().enumerate().filter(|(number, _)| *number == first || *number == second);
    chosen.map(|(_, option)| *option).collect()
}

/// A number below `bound` that is always the same for a respondent and a subject (FNV-1a).
fn draw(who: &Respondent, subject: &str, bound: usize) -> usize {
    let bytes = who.code.bytes().chain([b' ']).chain(subject.bytes());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    // The low bits of neighbouring texts are alike.
    let mixed = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    usize::try_from(mixed >> 8).unwrap_or_default() % bound.max(1)
}
