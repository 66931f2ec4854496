//! What the steps of the story have in common.

use serde_json::Value;

use super::client::Answer;
use crate::time::Clock;

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

/// A text of an answer.
pub(super) fn text_in(answer: &Value, member: &str) -> Step<String> {
    let text = answer.get(member).and_then(Value::as_str).map(str::to_owned);
    text.ok_or_else(|| format!("no {member}: {answer}"))
}

/// The access token of an answer to a login.
pub(super) fn token_in(tokens: &Value) -> Step<String> {
    text_in(tokens, "access_token")
}

/// The code that an authenticator app with this secret shows.
pub(super) fn code_of_app(secret: &str, clock: &Clock) -> Step<String> {
    let secret = totp_rs::Secret::try_from_base32(secret).map_err(|error| error.to_string())?;
    let totp = totp_rs::Builder::new().with_secret(secret).build().map_err(|error| error.to_string())?;
    Ok(totp.generate(u64::try_from(clock.now().as_seconds()).unwrap_or_default()).to_string())
}
