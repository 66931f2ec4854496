//! The parameters of a request for changes.

use super::types::{ChangesQuery, FeedToken};
use crate::error::{Error, FieldCode, FieldError};
use crate::http::pagination::{DEFAULT_LIMIT, MAX_LIMIT};

/// The most changes of a page.
///
/// # Errors
/// 400 where it is out of range.
pub(super) fn limit(asked: Option<u32>) -> Result<u32, Error> {
    let limit = asked.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let fault = FieldError::new("limit", FieldCode::OutOfRange).with("min", 1).with("max", MAX_LIMIT);
        return Err(Error::bad_query(vec![fault]));
    }
    Ok(limit)
}

/// The token to go on from: `cursor` takes precedence over `since`.
pub(super) fn token(query: ChangesQuery) -> Option<FeedToken> {
    let cursor = query.cursor.map(|value| FeedToken { parameter: "cursor", value });
    cursor.or(query.since.map(|value| FeedToken { parameter: "since", value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_1_to_100_changes() {
        assert_eq!(limit(None).unwrap(), DEFAULT_LIMIT);
        assert_eq!([1, MAX_LIMIT].map(|asked| limit(Some(asked)).unwrap()), [1, MAX_LIMIT]);
        assert!([0, MAX_LIMIT + 1].map(|asked| limit(Some(asked))).iter().all(Result::is_err));
    }

    #[test]
    fn the_cursor_takes_precedence() {
        let text = |text: &str| Some(text.to_owned());
        let of = |since, cursor| token(ChangesQuery { since, cursor, limit: None });
        let sent = |parameter, value: &str| Some(FeedToken { parameter, value: value.to_owned() });
        assert_eq!(of(text("a"), text("b")), sent("cursor", "b"));
        assert_eq!(of(text("a"), None), sent("since", "a"));
        assert_eq!(of(None, None), None);
    }
}
