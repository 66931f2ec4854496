//! Lists and how one pages through them.
//!
//! Paging is by keyset: a cursor holds the sort key of the last row shown, so a page costs the same wherever it stands and
//! rows that come or go do not shift it. To a client a cursor is opaque.

use actix_web::http::header::{LINK, TryIntoHeaderValue as _};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Error, Fault};

/// Rows of a page where the client does not say.
pub const DEFAULT_LIMIT: u32 = 25;
/// Most rows of a page.
pub const MAX_LIMIT: u32 = 100;

/// The rows asked for, and where to go on: the `limit` and `cursor` of a query.
///
/// # Errors
/// 400 where the limit is out of bounds or the cursor none of ours.
pub fn bounds(limit: Option<u32>, cursor: Option<&str>) -> Result<(u32, Option<Cursor>), Error> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let fault = Fault::new("limit", "out_of_range").with("min", 1).with("max", MAX_LIMIT);
        return Err(Error::bad_query(vec![fault]));
    }
    let cursor = cursor.map(Cursor::decode).transpose()?;
    Ok((limit, cursor))
}

/// The place after a row: its sort keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(Vec<String>);

impl Cursor {
    /// The place after the row with these keys.
    #[must_use]
    pub fn after(keys: &[&str]) -> Self {
        Self(keys.iter().map(|&key| key.to_owned()).collect())
    }

    /// The keys, where there are `N` of them.
    ///
    /// # Errors
    /// 400: the cursor belongs to another list.
    pub fn keys<const N: usize>(&self) -> Result<&[String; N], Error> {
        self.0.as_slice().try_into().map_err(|_mismatch| bad_cursor())
    }

    /// The text a client gets.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.join("\u{1f}"))
    }

    fn decode(text: &str) -> Result<Self, Error> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_foreign| bad_cursor())?;
        let text = String::from_utf8(bytes).map_err(|_foreign| bad_cursor())?;
        let keys: Vec<String> = text.split('\u{1f}').map(str::to_owned).collect();
        if keys.iter().any(|key| key.chars().any(char::is_control)) { Err(bad_cursor()) } else { Ok(Self(keys)) }
    }
}

/// 400 for a cursor that is none of ours.
#[must_use]
pub fn bad_cursor() -> Error {
    Error::bad_query(vec![Fault::new("cursor", "bad_cursor")])
}

/// A page of a list.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct List<T> {
    /// The rows.
    pub data: Vec<T>,
    /// How to go on.
    pub page: PageInfo,
}

/// How to go on from a page.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PageInfo {
    /// The most rows that this page could have.
    pub limit: u32,
    /// The cursor of the next page; null on the last.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A page of rows of which one more than `limit` was asked for, so that we know whether another page follows.
    pub fn cut(mut rows: Vec<T>, limit: u32, cursor: impl FnOnce(&T) -> Cursor) -> Self {
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let next_cursor = rows.last().filter(|_| more).map(|row| cursor(row).encode());
        Self { data: rows, page: PageInfo { limit, next_cursor } }
    }

    /// The same page of other things.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> List<U> {
        List { data: self.data.into_iter().map(f).collect(), page: self.page }
    }
}

impl<T: Serialize> List<T> {
    /// The answer, with a `Link` to the next page (RFC 8288).
    pub fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        if let Some(cursor) = &self.page.next_cursor {
            let kept =
                request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
            let query: Vec<&str> = kept.collect();
            let link = format!("<{}?{}&cursor={cursor}>; rel=\"next\"", request.path(), query.join("&"));
            if let Ok(value) = link.replace("?&", "?").try_into_value() {
                answer.insert_header((LINK, value));
            }
        }
        answer.json(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_went(keys in prop::collection::vec("[^\\p{Cc}]*", 1..4)) {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let cursor = Cursor::after(&keys);
            prop_assert_eq!(Cursor::decode(&cursor.encode()).unwrap(), cursor);
        }

        #[test]
        fn no_text_makes_a_cursor_panic(text in ".*") {
            let _ = Cursor::decode(&text).and_then(|cursor| cursor.keys::<2>().cloned());
        }
    }
}
