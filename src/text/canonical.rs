//! Canonical JSON (RFC 8785) of values without fractions: one text for one value, so that a hash names the value.

use std::fmt::Write as _;

use serde_json::Value;

/// Canonical JSON of a value without fractions: no blanks, members sorted by their names.
#[must_use]
pub fn canonical_json(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(values) => {
            out.push('[');
            for (number, value) in values.iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                write(value, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            out.push('{');
            for (number, (name, value)) in members.into_iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                // Writing to a String does not fail.
                let _ = write!(out, "{}:", Value::from(name.as_str()));
                write(value, out);
            }
            out.push('}');
        }
        // serde_json escapes texts as the RFC says.
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let _ = write!(out, "{value}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::{fingerprint, hex};
    use serde_json::json;

    #[test]
    fn canonical_json_is_sorted_and_has_no_blanks() {
        let value = json!({"b": [1, -2, {"z": null, "a": true}], "a": "é\u{1}\n\"/", "B": "1.50"});
        let text = "{\"B\":\"1.50\",\"a\":\"é\\u0001\\n\\\"/\",\"b\":[1,-2,{\"a\":true,\"z\":null}]}";
        assert_eq!(canonical_json(&value), text);
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), value, "nothing is lost");
    }

    #[test]
    fn names_are_sorted_by_their_units_of_utf_16() {
        let value = json!({"\u{fb33}": 1, "\u{1f600}": 2, "é": 3});
        assert_eq!(canonical_json(&value), "{\"é\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }

    #[test]
    fn the_hash_of_a_submission_is_the_published_one() {
        let value = json!({
            "v": 1, "round": "scs-2024", "organisation": "AL", "survey": "scs", "submission": 1, "late": false,
            "submitted_at": "2024-05-15T14:03:11Z", "version_sha256": "0".repeat(64),
            "answers": {"maturity": "L3", "staff": "12.50", "tech": {"ai_ml": "planned"}, "used": ["ai_ml", "cloud"]},
        });
        let hash = hex(&fingerprint(&canonical_json(&value)));
        assert_eq!(hash, "9308303ec200ce940152d24e4158f79ffe4d226cb003b241de38a4dc6e7e33da");
    }
}
