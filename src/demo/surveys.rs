//! The surveys of the demo: the questionnaire of 2024 for administrations, published, and its twin for partner agencies,
//! of which there is one.

#![expect(clippy::indexing_slicing, reason = "serde_json answers null for what is not there")]

use serde_json::json;

use super::client::Client;
use super::step::{Step, expect};

/// The questionnaire for administrations.
pub(super) const MEMBERS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/crates/questionnaire/data/smart-customs-2024.json"));
/// The questionnaire for partner agencies, about the same concepts.
pub(super) const PARTNERS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/crates/questionnaire/data/smart-customs-2024-partners.json"));

/// The code of the partner agency.
pub(super) const AGENCY: &str = "SN-PORT";

/// Adds a partner agency.
pub(super) fn add_agency(officer: &Client) -> Step<()> {
    let agency = json!({"code": AGENCY, "member": "SN", "name_en": "Port of Dakar", "name_fr": "Port de Dakar"});
    expect(201, officer.post("/partners", &agency)).map(drop)
}

/// Brings both surveys, and publishes them.
pub(super) fn bring(officer: &Client) -> Step<()> {
    let titles = json!({"en": "Smart customs survey", "fr": "Enquête sur la douane intelligente"});
    let members = json!({"code": "smart-customs", "audience": "member", "titles": titles});
    bring_one(officer, "smart-customs", &members, MEMBERS)?;
    let titles = json!({"en": "Smart customs survey of partner agencies",
        "fr": "Enquête sur la douane intelligente auprès des organismes partenaires"});
    let partners = json!({"code": "smart-customs-partners", "audience": "partner", "titles": titles,
        "paired_with": "smart-customs"});
    bring_one(officer, "smart-customs-partners", &partners, PARTNERS)
}

/// Makes a survey, and publishes the first version of its questionnaire.
pub(super) fn bring_one(officer: &Client, code: &str, survey: &serde_json::Value, questionnaire: &str) -> Step<()> {
    expect(201, officer.post("/surveys", survey))?;
    let path = format!("/api/v1/surveys/{code}/versions/import");
    let plan = expect(201, officer.send("POST", &path, Some(("application/json", questionnaire.as_bytes()))))?;
    let plan = plan["plan"].as_str().ok_or_else(|| format!("no plan: {plan}"))?;
    expect(201, officer.post(&format!("/surveys/{code}/versions/import/{plan}/commit"), &json!({})))?;
    expect(200, officer.post(&format!("/surveys/{code}/versions/1/publish"), &json!({}))).map(drop)
}
