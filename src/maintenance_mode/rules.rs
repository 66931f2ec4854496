//! What a maintenance may say, and what it refuses.

use std::time::Duration;

use super::types::{BeginMaintenance, Notice};
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::text;
use crate::time::Timestamp;

/// Most characters of the text.
pub const MAX_TEXT: usize = 500;
/// When a refused client should come back where the end has passed, and the latest.
const AGAIN: (Duration, Duration) = (Duration::from_mins(1), Duration::from_hours(1));
/// What goes on: people log in and out, and prove who they are; and the mode itself. Links of mails are not among it.
const OPEN: [&str; 14] = [
    "/api/v1/auth/login",
    "/api/v1/auth/login/mfa",
    "/api/v1/auth/logout",
    "/api/v1/auth/passkey/finish",
    "/api/v1/auth/passkey/start",
    "/api/v1/auth/refresh",
    "/api/v1/maintenance",
    "/api/v1/me/reauthenticate",
    "/login",
    "/login/code",
    "/login/passkey",
    "/logout",
    "/prove",
    "/prove/passkey",
];

/// Requests that end sessions, API tokens or access to an account, as method and pattern; `{}` is one part of a path.
/// They are not refused, so that a stolen login can be stopped during a maintenance.
const ENDS_OF_ACCESS: [(&str, &str); 10] = [
    ("DELETE", "/api/v1/me/sessions"),
    ("DELETE", "/api/v1/me/sessions/{}"),
    ("DELETE", "/api/v1/me/tokens/{}"),
    ("DELETE", "/api/v1/users/{}/sessions"),
    ("POST", "/api/v1/users/{}/suspend"),
    ("POST", "/account/sessions"),
    ("POST", "/account/sessions/{}/end"),
    ("POST", "/account/tokens/{}/revoke"),
    ("POST", "/users/{}/end-sessions"),
    ("POST", "/users/{}/suspend"),
];

/// The end and the text of a request.
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn parse(given: &BeginMaintenance, now: Timestamp) -> Result<(Timestamp, String), Error> {
    let mut faults = FieldErrors::new();
    if given.until <= now {
        faults.add(FieldError::new("/until", FieldCode::InThePast));
    }
    let text = faults.take("/text", text::name::remark(&given.text, MAX_TEXT));
    faults.finish()?;
    Ok((given.until, text.unwrap_or_default()))
}

/// Whether a request with this method and path changes something that rests during a maintenance.
#[must_use]
pub fn is_refused(method: &str, path: &str) -> bool {
    let ends_access = || ENDS_OF_ACCESS.iter().any(|(of, pattern)| *of == method && is_like(path, pattern));
    matches!(method, "POST" | "PUT" | "PATCH" | "DELETE") && !OPEN.contains(&path) && !ends_access()
}

/// Whether a path has the parts of this pattern.
fn is_like(path: &str, pattern: &str) -> bool {
    let (parts, wanted) = (path.split('/'), pattern.split('/'));
    parts.clone().count() == wanted.clone().count()
        && parts.zip(wanted).all(|(part, wanted)| part == wanted || (wanted == "{}" && !part.is_empty()))
}

/// The refusal with the text, the end, and when to try again.
pub(super) fn refusal(notice: &Notice, now: Timestamp) -> Error {
    let wait = notice.until.since(now).clamp(AGAIN.0, AGAIN.1);
    let until = format!("{} {}", notice.until.day(), notice.until.hour());
    Error::under_maintenance(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX))
        .with("text", &notice.text)
        .with("until", until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_is_refused_but_for_the_way_in_and_out() {
        for (method, path, refused) in [
            ("POST", "/api/v1/announcements", true),
            ("PATCH", "/api/v1/contacts/1", true),
            ("POST", "/profile/details", true),
            ("GET", "/api/v1/contacts", false),
            ("REPORT", "/dav/books/1/", false),
            ("POST", "/api/v1/auth/login", false),
            ("POST", "/api/v1/auth/login/mfa", false),
            ("POST", "/api/v1/auth/refresh", false),
            ("POST", "/api/v1/auth/password/forgot", true),
            ("POST", "/api/v1/auth/password/reset", true),
            ("POST", "/api/v1/auth/email/confirm", true),
            ("POST", "/api/v1/auth/email/undo", true),
            ("POST", "/api/v1/auth/keep-account", true),
            ("POST", "/login/code", false),
            ("POST", "/loginpage", true),
            ("POST", "/prove", false),
            ("POST", "/logout", false),
            ("DELETE", "/api/v1/maintenance", false),
            ("DELETE", "/api/v1/me/sessions", false),
            ("DELETE", "/api/v1/me/sessions/1", false),
            ("PATCH", "/api/v1/me/sessions/1", true),
            ("DELETE", "/api/v1/me/sessions/1/2", true),
            ("POST", "/api/v1/users/1/suspend", false),
            ("POST", "/api/v1/users/1/reinstate", true),
            ("POST", "/users//suspend", true),
        ] {
            assert_eq!(is_refused(method, path), refused, "{method} {path}");
        }
    }

    #[test]
    fn whoever_is_refused_comes_back_at_the_end() {
        let now = Timestamp::from_micros(1_770_000_000_000_000);
        let notice = |wait| Notice { since: now, until: now.plus(wait), text: "A move.".to_owned() };
        let again = |wait| refusal(&notice(wait), now).retry_after();
        assert_eq!(again(Duration::from_mins(10)), Some(600));
        assert_eq!(again(Duration::from_hours(9)), Some(3_600));
        assert_eq!(refusal(&notice(Duration::ZERO), now.plus(Duration::from_hours(2))).retry_after(), Some(60));
    }
}
