//! What the steps of the story have in common.

use serde_json::Value;

use super::client::Answer;

/// The result of a step; what failed, in a sentence.
pub(super) type Step<T> = Result<T, String>;

/// The JSON of an answer with this status.
pub(super) fn expect(status: u16, answer: Result<Answer, ureq::Error>) -> Step<Value> {
    let answer = answer.map_err(|error| error.to_string())?;
    if answer.status == status {
        Ok(answer.json())
    } else {
        Err(format!("expected {status}, got {}: {}", answer.status, answer.text))
    }
}
