//! The names of the members of the details of entries. Pages show each in words (`audit-key-<name>`), so an entry with
//! another one fails in tests.

use serde_json::Value;

/// The names, in the order of the alphabet.
pub(super) const NAMES: [&str; 78] = [
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
