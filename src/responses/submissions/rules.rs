//! Decisions about submissions: what is hashed, whether the members may see the answers, and which adoption of
//! technologies the answers tell.

use std::collections::BTreeSet;

use questionnaire::{Question, Questionnaire};
use serde_json::{Map, Value, json};

use crate::adoption::{AdoptionStatus, GivenAdoption};
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::secrets::hex;
use crate::text::canonical_json;
use crate::time::Timestamp;

/// The concept of the question whose answer says how the answers may be shown.
const CONSENT: &str = "consent_publication";
/// Its answers by which the members may see them.
const SHARED: [&str; 2] = ["members", "public"];
/// The concept of the matrix of technologies and their status.
const ADOPTION: &str = "technology_status";
/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// All that a submission says.
pub(super) struct Snapshot<'s> {
    pub(super) round: Id,
    pub(super) survey: &'s str,
    pub(super) version: i32,
    pub(super) version_sha256: &'s str,
    /// The code of the organisation.
    pub(super) organisation: &'s str,
    pub(super) number: i32,
    pub(super) submitted_at: Timestamp,
    /// The grant under which it is late; none where it is in time.
    pub(super) grant: Option<Id>,
    pub(super) shares_answers: bool,
    pub(super) answers: Value,
    pub(super) salt: [u8; 16],
}

impl Snapshot<'_> {
    /// Its canonical JSON (RFC 8785): whole numbers and texts alone, what does not apply is left out. The salt makes
    /// sure that nobody finds the answers by trying them.
    pub(super) fn content(self) -> String {
        let mut content = json!({
            "v": 1,
            "round": self.round,
            "survey": self.survey,
            "version": self.version,
            "version_sha256": self.version_sha256,
            "organisation": self.organisation,
            "submission": self.number,
            "submitted_at": to_the_second(self.submitted_at),
            "late": self.grant.is_some(),
            "shared": self.shares_answers,
            "answers": self.answers,
            "salt": hex(&self.salt),
        });
        if let (Value::Object(content), Some(grant)) = (&mut content, self.grant) {
            content.insert("grant".to_owned(), json!(grant));
        }
        canonical_json(&content)
    }
}

/// The answers of a submission.
pub(in crate::responses) fn answers_in(content: &str) -> Map<String, Value> {
    match serde_json::from_str(content) {
        Ok(Value::Object(mut content)) => match content.remove("answers") {
            Some(Value::Object(answers)) => answers,
            _ => Map::new(),
        },
        _ => Map::new(),
    }
}

/// The instant to the second, as a submission says it.
pub(super) fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.as_micros().div_euclid(SECOND) * SECOND)
}

/// Whether the members may see the answers: as the questionnaire's own question says, or where it has none, as was said
/// beside.
///
/// # Errors
/// Where what was said beside is refused.
pub(super) fn shares(
    questionnaire: &Questionnaire,
    answers: &Value,
    said: impl FnOnce() -> Result<bool, Error>,
) -> Result<bool, Error> {
    match consent_question(questionnaire) {
        Some(question) => {
            let answer = answers.get(&question.code).and_then(Value::as_str);
            Ok(answer.is_some_and(|answer| SHARED.contains(&answer)))
        }
        None => said(),
    }
}

/// The question whose answer says whether the members may see the answers.
pub(super) fn consent_question(questionnaire: &Questionnaire) -> Option<&Question> {
    let found = questionnaire.questions().find(|(_, question)| question.concept.as_deref() == Some(CONSENT));
    found.map(|(_, question)| question)
}

/// Whether the members may see the answers by what was said beside them: by the approval, or with the submission by
/// somebody who signs.
///
/// # Errors
/// 403 where somebody else says it.
pub(super) fn agreed(is_approved: bool, said: bool, is_signer: bool) -> Result<bool, Error> {
    if said && !is_approved && !is_signer {
        return Err(Error::forbidden(ProblemCode::SharingNotApproved));
    }
    Ok(said || is_approved)
}

/// What the answers say of technologies: of the rows of the matrix of their status whose codes name one. `known` are
/// the technologies of the list.
pub(super) fn adoption(questionnaire: &Questionnaire, answers: &Value, known: &[String]) -> Vec<GivenAdoption> {
    let matrix = questionnaire.questions().find(|(_, question)| question.concept.as_deref() == Some(ADOPTION));
    let Some((_, question)) = matrix else { return Vec::new() };
    let empty = Map::new();
    let rows = answers.get(&question.code).and_then(Value::as_object).unwrap_or(&empty);
    let entry = |(row, answer): (&String, &Value)| {
        let technology = known.iter().find(|known| names_technology(row, &question.code, known))?.clone();
        let status = adoption_status(answer.as_str()?)?;
        Some(GivenAdoption { technology, status, since: None, willing_to_share: false })
    };
    rows.iter().filter_map(entry).collect()
}

/// Whether the code of a row names a technology: it has the same words, beside the code of its question. A row can't
/// begin with a digit, so `printing_3d` is `3d_printing`.
#[must_use]
pub fn names_technology(row: &str, question: &str, technology: &str) -> bool {
    let words = |code: &str| -> BTreeSet<String> { code.split('_').map(str::to_owned).collect() };
    let bare = row.strip_prefix(question).and_then(|rest| rest.strip_prefix('_')).unwrap_or(row);
    words(bare) == words(technology)
}

/// The adoption that an answer to the question of a technology's status says; none where it says none.
#[must_use]
pub fn adoption_status(answer: &str) -> Option<AdoptionStatus> {
    match answer {
        "adopted" => Some(AdoptionStatus::InUse),
        "considered" => Some(AdoptionStatus::Considering),
        answer => AdoptionStatus::parse(answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::fingerprint;

    const SHIPPED: &str = include_str!("../../../crates/questionnaire/data/smart-customs-2024.json");

    fn shipped() -> Questionnaire {
        serde_json::from_str(SHIPPED).unwrap()
    }

    fn snapshot(salt: u8, grant: Option<Id>) -> String {
        let snapshot = Snapshot {
            round: Id::nil(),
            survey: "scs",
            version: 1,
            version_sha256: "00",
            organisation: "AL",
            number: 2,
            submitted_at: Timestamp::from_micros(1_715_781_791_999_999),
            grant,
            shares_answers: false,
            answers: json!({"b": "12.50", "a": ["x"]}),
            salt: [salt; 16],
        };
        snapshot.content()
    }

    #[test]
    fn what_is_hashed_is_canonical_and_salted() {
        let nil = "00000000-0000-0000-0000-000000000000";
        let salt = "07".repeat(16);
        let expected = format!(
            "{{\"answers\":{{\"a\":[\"x\"],\"b\":\"12.50\"}},\"late\":false,\"organisation\":\"AL\",\
             \"round\":\"{nil}\",\"salt\":\"{salt}\",\"shared\":false,\"submission\":2,\"submitted_at\":\"2024-05-15T14:03:11Z\",\
             \"survey\":\"scs\",\"v\":1,\"version\":1,\"version_sha256\":\"00\"}}"
        );
        assert_eq!(snapshot(7, None), expected);
        assert_ne!(fingerprint(&snapshot(7, None)), fingerprint(&snapshot(8, None)), "the same answers");
        assert!(snapshot(7, Some(Id::nil())).contains(&format!("\"grant\":\"{nil}\",\"late\":true")));
    }

    #[test]
    fn the_questionnaire_says_how_answers_may_be_shown() {
        let asked = shipped();
        for (answer, expected) in [("aggregate", false), ("members", true), ("public", true)] {
            let told = shares(&asked, &json!({"publication": answer}), || agreed(true, !expected, false));
            assert_eq!(told.unwrap(), expected, "{answer}");
        }
        assert!(!shares(&asked, &json!({}), || Ok(true)).unwrap(), "the question was not answered");
    }

    #[test]
    fn only_those_who_sign_let_the_members_see_answers() {
        for (is_approved, said, is_signer, expected) in [
            (false, false, false, Some(false)),
            (false, true, false, None),
            (false, true, true, Some(true)),
            (true, false, false, Some(true)),
            (true, true, false, Some(true)),
        ] {
            assert_eq!(agreed(is_approved, said, is_signer).ok(), expected, "{is_approved} {said} {is_signer}");
        }
    }

    #[test]
    fn answers_about_technologies_are_an_adoption() {
        let known = ["ai_ml", "3d_printing", "cloud", "drones", "quantum"].map(str::to_owned);
        let answers = json!({"status": {
            "status_ai_ml": "adopted", "status_printing_3d": "considered", "status_cloud": "unknown",
            "status_drones": "none",
        }});
        let told = adoption(&shipped(), &answers, &known);
        let told: Vec<_> = told.iter().map(|entry| (entry.technology.as_str(), entry.status)).collect();
        let expected = [
            ("ai_ml", AdoptionStatus::InUse),
            ("drones", AdoptionStatus::None),
            ("3d_printing", AdoptionStatus::Considering),
        ];
        assert_eq!(told, expected);
    }
}
