//! HTTP: what all routes share.
//!
//! - `middleware` request id, time limit, security headers, the log line, and every error's body; `middleware_settings`
//!   its settings; `access_log` the line of the log, `access_queue` lines on their way
//! - `request_context` the client: address, program, cookies; `csrf` refuses requests from pages of other sites; `cookies`
//!   reads cookies by their exact names
//! - `metrics` figures for monitoring
//! - `json`, `query` extractors whose errors name the field at fault
//! - `admission` defers all other extractors until the guard has decided; `deferred_body` the bodies of refused
//!   requests; `kept_body` a body that is still there after a refusal
//! - `timing` answers with a constant response time
//! - `multipart` forms with a file
//! - `negotiate` chooses a representation; `xml` bodies of address-book programs
//! - `connections` limits on open connections; `draining` the end of the listener
//! - `csv`, `xlsx` files for spreadsheets; `download` files that are read while they are sent; `attachment` files of people
//! - `etag` conditional requests: 304, and writes that name the version they change
//! - `fixed` bodies that are the same for many; `renderings` a cache of rendered answers; `prepared` answers that were
//!   rendered before; `own_write` requests that follow a write of their sender
//! - `detached` work that runs to its end, even if the client disconnects
//! - `idempotency` the key under which a request is carried out once
//! - `operations` the operations of the API, declared once
//! - `pagination` cursors and the shape of a list
//! - `upload` bodies that are files, `file_limits` how large they are; `guarded_body` answers that hold a guard until
//!   they are sent
//! - `problem` the body of an error (RFC 9457)
//!
//! Left out: authentication and rights (`identity::guards`).

mod access_log;
mod access_queue;
pub mod admission;
mod attachment;
pub mod connections;
pub mod cookies;
pub mod csrf;
pub mod csv;
mod deferred_body;
mod detached;
mod download;
mod draining;
pub mod etag;
pub mod file_limits;
pub mod fixed;
pub mod guarded_body;
pub mod idempotency;
pub mod json;
mod kept_body;
pub mod metrics;
pub mod middleware;
pub mod middleware_settings;
pub mod multipart;
pub mod negotiate;
pub mod operations;
mod own_write;
pub mod pagination;
mod prepared;
pub mod problem;
pub mod query;
mod renderings;
pub mod request_context;
mod served_path;
mod timing;
pub mod upload;
pub mod xlsx;
pub mod xml;

pub use access_queue::AccessLog;
pub use admission::AdmissionGate;
pub use attachment::attachment;
pub use detached::to_the_end;
pub use download::Download;
pub use draining::Draining;
pub use etag::{IfMatch, MaybeIfMatch};
pub use idempotency::IdempotencyKey;
pub use json::{Json, MaybeJson, Unread, present};
pub use kept_body::KeptBody;
pub use metrics::Metrics;
pub use operations::{Anyone, MailedLink, Operations};
pub use own_write::{follows_own_write, note_known_sender};
pub use pagination::{Cursor, List, PageRequest};
pub use prepared::Prepared;
pub use query::{Form, MAX_KEYS, Query, form_body, form_input, form_pairs};
pub use renderings::Renderings;
pub use request_context::RequestContext;
pub use served_path::ServedPath;
pub use timing::pad_response_time;
pub use upload::{File, Upload};

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH, HeaderMap, HeaderName};

use crate::i18n::Language;

/// The greatest body of one route, in bytes: in place of [`Limits::body`], or of the small limit for public routes.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit(pub usize);

/// Limits on requests.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Largest body in bytes.
    pub body: usize,
    /// Largest file in bytes.
    pub upload: usize,
    /// The time for a body to begin to arrive; the rest has the time of the slowest accepted rate.
    pub body_time: std::time::Duration,
    /// The time for the rest of a request.
    pub request_time: std::time::Duration,
}

/// The slowest accepted rate of an upload, in bytes a second: half a megabit.
const SLOWEST: usize = 65_536;
/// The slowest accepted rate of other bodies: an eighth of a megabit. A form of a page may be a long text, and its author
/// on a slow line.
const SLOWEST_FORM: usize = 16_384;
/// How long a sender for whom others wait may be silent at first.
const AWAITED: std::time::Duration = std::time::Duration::from_secs(5);
/// The largest body that is no file: a form with a long text in six languages.
pub const LARGEST_FORM: usize = 1_572_864;

impl Limits {
    /// The time for a body of the declared length to arrive: longer if it is larger than usual.
    #[must_use]
    pub fn body_time_for(&self, declared: Option<usize>) -> std::time::Duration {
        let beyond = declared.unwrap_or_default().min(self.upload).saturating_sub(self.body);
        self.body_time + pace(beyond, SLOWEST)
    }

    /// The time by which more than `received` bytes of that body must have arrived, so that a silent client is not
    /// waited for as long as for a whole file.
    #[must_use]
    pub fn body_time_at(&self, declared: Option<usize>, received: usize) -> std::time::Duration {
        self.body_time_for(declared).min(self.body_time.saturating_add(pace(received, SLOWEST)))
    }

    /// The time by which more than `received` bytes of a body that is no file must have arrived.
    #[must_use]
    pub fn form_time_at(&self, received: usize) -> std::time::Duration {
        self.body_time.saturating_add(pace(received, SLOWEST_FORM))
    }

    /// The time by which more than `received` bytes of a body must have arrived while others wait for its sender.
    #[must_use]
    pub fn awaited_time_at(&self, received: usize) -> std::time::Duration {
        self.body_time.min(AWAITED).saturating_add(pace(received, SLOWEST_FORM))
    }

    /// The longest time that any body of the declared length has.
    #[must_use]
    pub fn longest_body_time(&self, declared: Option<usize>) -> std::time::Duration {
        self.body_time_for(declared).max(self.form_time_at(declared.unwrap_or_default().min(LARGEST_FORM)))
    }
}

/// The time for so many bytes at this rate.
fn pace(bytes: usize, rate: usize) -> std::time::Duration {
    std::time::Duration::from_secs(u64::try_from(bytes / rate).unwrap_or_default())
}

/// The declared length of the body in bytes.
#[must_use]
pub fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The header that says what search engines may list.
pub const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The cookie that keeps the language chosen on a page.
pub const LANGUAGE_COOKIE: &str = "__Host-language";

/// The supported language of the client: the one chosen on a page, else the best of `Accept-Language`.
#[must_use]
pub fn language(request: &HttpRequest) -> Language {
    chosen_language(request).unwrap_or_else(|| accepted_language(request))
}

/// The language chosen on a page.
#[must_use]
pub fn chosen_language(request: &HttpRequest) -> Option<Language> {
    cookies::value(request.headers(), LANGUAGE_COOKIE).and_then(Language::parse).map(Language::catalogue)
}

fn accepted_language(request: &HttpRequest) -> Language {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::negotiate(header.unwrap_or_default())
}

/// An address of this portal in a request: path, query and fragment, as a browser sends it. None if a browser could take
/// it for another site, or if it can't stand in a header.
#[must_use]
pub fn own_path(address: &str) -> Option<&str> {
    let is_odd = |c: char| !c.is_ascii_graphic() || c == '\\';
    let is_own = address.starts_with('/') && !address.starts_with("//") && !address.contains(is_odd);
    (is_own && address.len() <= MAX_ADDRESS).then_some(address)
}

/// The maximum length of an address in a request, in bytes.
const MAX_ADDRESS: usize = 2_048;

/// The language of a file: the requested one, or the reader's own.
#[must_use]
pub fn language_for(request: &HttpRequest, own: Language) -> Language {
    if request.headers().contains_key(ACCEPT_LANGUAGE) { language(request) } else { own }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_file_has_more_time_as_long_as_it_comes() {
        let second = Duration::from_secs(1);
        let limits = Limits { body: SLOWEST, upload: 100 * SLOWEST, body_time: 10 * second, request_time: second };
        assert_eq!(limits.body_time_for(None), 10 * second);
        assert_eq!(limits.body_time_for(Some(100 * SLOWEST)), 109 * second);
        assert_eq!(limits.body_time_for(Some(usize::MAX)), 109 * second);
        assert_eq!(limits.body_time_at(Some(100 * SLOWEST), 0), 10 * second, "nothing came");
        assert_eq!(limits.body_time_at(Some(100 * SLOWEST), 20 * SLOWEST), 30 * second);
        assert_eq!(limits.body_time_at(Some(100 * SLOWEST), 100 * SLOWEST), 109 * second);
        assert_eq!(limits.body_time_at(None, 100 * SLOWEST), 10 * second, "of an unknown length");
    }

    #[test]
    fn whoever_keeps_others_waiting_is_not_waited_for() {
        let second = Duration::from_secs(1);
        let limits = Limits { body: SLOWEST, upload: SLOWEST, body_time: 15 * second, request_time: second };
        assert_eq!(limits.awaited_time_at(0), 5 * second);
        assert_eq!(limits.awaited_time_at(2 * SLOWEST_FORM), 7 * second);
        assert_eq!(Limits { body_time: second, ..limits }.awaited_time_at(0), second);
    }

    #[test]
    fn a_long_form_on_a_slow_line_has_time_and_a_silent_client_has_not() {
        let second = Duration::from_secs(1);
        let limits = Limits { body: SLOWEST, upload: SLOWEST, body_time: 15 * second, request_time: second };
        assert_eq!(limits.form_time_at(0), 15 * second);
        assert_eq!(limits.form_time_at(SLOWEST_FORM - 1), 15 * second);
        // 256 kbit/s are 32 KiB in a second.
        let sent_by = |time: Duration| usize::try_from(time.as_secs()).unwrap() * 32_768;
        for received in (0..LARGEST_FORM).step_by(SLOWEST_FORM) {
            assert!(sent_by(limits.form_time_at(received)) > received, "{received}");
        }
        let longest = 15 * second + Duration::from_secs(96);
        assert_eq!(limits.longest_body_time(Some(LARGEST_FORM)), longest);
        assert_eq!(limits.longest_body_time(Some(usize::MAX)), longest, "a length is only declared");
        assert_eq!(limits.longest_body_time(None), 15 * second);
    }
}
