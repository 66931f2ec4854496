//! What every route shares.
//!
//! - `envelope` the one middleware: request id, time limit, security headers, the log line, and every error's body
//! - `caller` the other end: address, program, cookies; `cross_site` keeps foreign pages from acting in a browser's name
//! - `metrics` figures for whoever watches
//! - `json`, `query` extractors that answer a wrong request with the field at fault
//! - `gate` keeps everything that costs something from those who may not ask; `unread` is what becomes of their bodies
//! - `evenly` answers that take the same time whatever they found out
//! - `negotiate` which of a route's representations is wanted; `xml` bodies of address-book programs
//! - `connections` how many connections there are, and whose
//! - `csv` files that spreadsheets read; `download` files that are read while they are sent
//! - `etag` what a client has already, and writes that name what they were made from
//! - `fixed` bodies that are the same for many
//! - `idempotency` the key under which a request is carried out once
//! - `page` cursors and the shape of a list
//! - `upload` bodies that are files; `held` answers that keep something until they are sent
//! - `problem` the body of an error (RFC 9457)
//!
//! Who the caller is stands in `identity::guards`.

pub mod caller;
pub mod connections;
pub mod cross_site;
pub mod csv;
mod download;
pub mod envelope;
pub mod etag;
mod evenly;
pub mod fixed;
pub mod gate;
pub mod held;
pub mod idempotency;
pub mod json;
pub mod metrics;
pub mod negotiate;
pub mod page;
pub mod problem;
pub mod query;
mod unread;
pub mod upload;
pub mod xml;

pub use caller::Caller;
pub use download::Download;
pub use etag::{IfMatch, MaybeIfMatch};
pub use evenly::evenly;
pub use gate::Gate;
pub use idempotency::IdempotencyKey;
pub use json::{Json, MaybeJson, Unread};
pub use metrics::Metrics;
pub use page::{Asked, Cursor, List};
pub use query::{Form, Query};
pub use upload::{File, Upload};

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH, HeaderMap};

use crate::i18n::Language;

/// Most bytes of a body of one route, in the place of [`Limits::body`], or of the few that a route without a guard takes.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit(pub usize);

/// Bounds on what a client may send.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Largest body in bytes.
    pub body: usize,
    /// Largest file in bytes.
    pub upload: usize,
    /// The time a body may take to arrive.
    pub body_time: std::time::Duration,
    /// The time a request may take beside.
    pub request_time: std::time::Duration,
}

/// The slowest line that a file may come over, in bytes a second: half a megabit.
const SLOWEST: usize = 65_536;

impl Limits {
    /// The time that a body of the length declared may take to arrive: more where it is larger than bodies usually are.
    #[must_use]
    pub fn body_time_for(&self, declared: Option<usize>) -> std::time::Duration {
        let beyond = declared.unwrap_or_default().min(self.upload).saturating_sub(self.body);
        self.body_time + pace(beyond)
    }

    /// The time after which more must have arrived of that body than `received` bytes: whoever sends nothing is not waited
    /// for as long as for a whole file.
    #[must_use]
    pub fn body_time_at(&self, declared: Option<usize>, received: usize) -> std::time::Duration {
        self.body_time_for(declared).min(self.body_time.saturating_add(pace(received)))
    }
}

/// The time that so many bytes take over the slowest line.
fn pace(bytes: usize) -> std::time::Duration {
    std::time::Duration::from_secs(u64::try_from(bytes / SLOWEST).unwrap_or_default())
}

/// The length of the body in bytes, where the client declares it.
#[must_use]
pub fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The language that the client asks for, among those we can answer in.
#[must_use]
pub fn language(request: &HttpRequest) -> Language {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::negotiate(header.unwrap_or_default())
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
}
