//! The served path: what a resource tells the middleware about itself.
//!
//! A resource has it among its data, so whoever looks at an answer knows the pattern of its path without comparing the
//! path with all patterns once more, and an answer with several representations says so without a layer of its own.
//!
//! Left out: resources that no list declares (`CardDAV`, files of the documentation); theirs is looked up.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderValue, VARY};

/// The pattern of a resource that is unknown.
const UNKNOWN: &str = "-";

/// The served path of a resource.
#[derive(Clone, Debug)]
pub struct ServedPath {
    pattern: Arc<str>,
    /// Whether `Accept` chooses among several representations.
    is_negotiated: bool,
}

impl ServedPath {
    /// The served path of a resource with one representation.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        Self { pattern: Arc::from(pattern), is_negotiated: false }
    }

    /// The same of a resource with several representations, if that is so.
    #[must_use]
    pub fn negotiated(self, is_negotiated: bool) -> Self {
        Self { is_negotiated, ..self }
    }

    /// The pattern of the path that answers this request.
    pub(super) fn pattern_of(request: &HttpRequest) -> Arc<str> {
        let declared = request.app_data::<Self>().map(|served| Arc::clone(&served.pattern));
        declared.unwrap_or_else(|| Arc::from(request.match_pattern().as_deref().unwrap_or(UNKNOWN)))
    }

    /// Whether `Accept` chooses among several answers to this request.
    pub(super) fn is_chosen_by_accept(request: &HttpRequest) -> bool {
        request.app_data::<Self>().is_some_and(|served| served.is_negotiated)
    }
}

/// Tells caches that `Accept` chooses, if they have not been told.
pub(super) fn vary_by_accept(headers: &mut HeaderMap) {
    let mut names = headers.get_all(VARY).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    if !names.any(|name| name.trim().eq_ignore_ascii_case("accept")) {
        headers.append(VARY, HeaderValue::from_static("accept"));
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn caches_hear_once_that_accept_chooses() {
        for (written, told) in [
            (None, &["accept"][..]),
            (Some("accept-encoding"), &["accept-encoding", "accept"]),
            (Some("Accept, accept-language"), &["Accept, accept-language"]),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(written) = written {
                headers.insert(VARY, HeaderValue::from_static(written));
            }
            vary_by_accept(&mut headers);
            let found: Vec<_> = headers.get_all(VARY).map(|value| value.to_str().unwrap()).collect();
            assert_eq!(found, told, "{written:?}");
        }
    }

    #[test]
    fn a_request_has_the_pattern_of_the_resource_that_answers_it() {
        let asked = |served| TestRequest::default().app_data(served).to_http_request();
        let request = asked(ServedPath::new("/contacts/{id}").negotiated(true));
        assert_eq!(&*ServedPath::pattern_of(&request), "/contacts/{id}");
        assert!(ServedPath::is_chosen_by_accept(&request));
        assert!(!ServedPath::is_chosen_by_accept(&asked(ServedPath::new("/members"))));
        let unanswered = TestRequest::default().to_http_request();
        assert_eq!(&*ServedPath::pattern_of(&unanswered), "-");
        assert!(!ServedPath::is_chosen_by_accept(&unanswered));
    }
}
