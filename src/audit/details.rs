//! Details of entries: the names of their members, and the credential, which each entry of a person gets.
//!
//! Pages show each name in words (`audit-key-<name>`), so an entry with another one fails in tests. The credential is a
//! member of the detail, not a column, so that an older process beside this one seals it too.

use serde_json::{Value, json};

use super::types::{Entry, Trace};

/// The member for the session or API token by which the person of an entry acted.
pub(super) const CREDENTIAL: &str = "credential";

/// The names, in the order of the alphabet.
pub(super) const NAMES: [&str; 82] = [
    "after",
    "answers",
    "api_tokens",
    "appointment",
    "assignments",
    "audience",
    "backup",
    "before",
    "bytes",
    "cause",
    "closes_at",
    "code",
    "contents",
    "credential",
    "days",
    "devices",
    "distrusted",
    "domains",
    "dropped",
    "edits",
    "enabled",
    "errors",
    "event",
    "events",
    "fields",
    "file",
    "format",
    "frame",
    "from",
    "grant",
    "host",
    "imported",
    "invited",
    "kind",
    "last_day",
    "last_day_before",
    "late",
    "left_out",
    "level",
    "method",
    "moved",
    "number",
    "of",
    "opens_again",
    "opens_by_itself",
    "parameters",
    "passkey_id",
    "people",
    "per_minute",
    "plan",
    "question",
    "reason",
    "registration",
    "respondents",
    "retired",
    "role",
    "round",
    "rows",
    "scope",
    "scopes",
    "section",
    "session_id",
    "sessions",
    "sha256",
    "shares",
    "skipped",
    "states",
    "status",
    "submission",
    "successor",
    "survey",
    "taken_over",
    "technologies",
    "to",
    "to_invite",
    "token_id",
    "topic",
    "type",
    "until",
    "version",
    "wanted",
    "zip",
];

/// The detail of an entry with the session or API token of its person: who acted, or who tried and failed. The link of a
/// mail may be opened in a browser where somebody else is logged in, whose session is not named.
pub(super) fn with_credential(entry: &Entry, trace: &Trace) -> Option<Value> {
    let person = entry.actor.or(entry.subject);
    let Some((_, credential)) = trace.credential.filter(|(owner, _)| person == Some(*owner)) else {
        return entry.detail.clone();
    };
    let mut detail = entry.detail.clone().unwrap_or_else(|| json!({}));
    if let Some(members) = detail.as_object_mut() {
        members.insert(CREDENTIAL.to_owned(), json!(credential));
    }
    Some(detail)
}

/// Removes the credential: the id of a session tells when it began.
pub(super) fn hide_credential(detail: &mut Value) {
    if let Some(members) = detail.as_object_mut() {
        members.remove(CREDENTIAL);
    }
}

/// Whether each member of the detail has a name that is known here.
pub(super) fn are_known(detail: Option<&Value>) -> bool {
    let mut members = detail.and_then(Value::as_object).into_iter().flatten();
    members.all(|(name, _)| NAMES.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::i18n::{Catalogue, Language};

    #[test]
    fn every_member_of_a_detail_has_words_in_each_language() {
        let catalogue = Catalogue::load().unwrap();
        for name in NAMES {
            for &language in Language::WITH_CATALOGUE {
                assert!(catalogue.has(language, &format!("audit-key-{name}")), "{name} in {language}");
            }
        }
        assert!(NAMES.is_sorted());
        assert!(are_known(None) && are_known(Some(&json!({"late": false, "round": "r"}))));
        assert!(!are_known(Some(&json!({"late": false, "unheard_of": 1}))));
    }
}
