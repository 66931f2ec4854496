//! Pagination: lists, pages and cursors.
//!
//! A cursor has the sort key of the last row shown (keyset pagination), so a page costs the same anywhere in the list,
//! and rows that come or go do not shift it.
//!
//! To a client a cursor is opaque. It is sealed, and bound to the list and to all parameters of the query: with another
//! filter, another order, or on another list it is refused, since it would mean another position. No list can miss
//! this: only [`PageRequest`] reads and makes cursors, and it knows the request.

use std::collections::BTreeMap;

use actix_web::http::header::{LINK, TryIntoHeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, OrInternal as _};
use crate::secrets::TokenKey;

/// The default number of rows of a page.
pub const DEFAULT_LIMIT: u32 = 25;
/// The greatest number of rows of a page.
pub const MAX_LIMIT: u32 = 100;
/// Parameters that change neither the rows nor their order.
const FREE: [&str; 4] = ["cursor", "limit", "facets", "total"];

/// Seals cursors; part of the app's data.
pub struct CursorKey(pub TokenKey);

/// The position after a row: its sort keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(Vec<String>);

impl Cursor {
    /// The position after the row with these keys.
    #[must_use]
    pub fn after(keys: &[&str]) -> Self {
        Self(keys.iter().map(|&key| key.to_owned()).collect())
    }
}

/// A requested page: how many rows, and after which position.
pub struct PageRequest {
    limit: u32,
    after: Option<Vec<String>>,
    list: String,
    key: Data<CursorKey>,
}

impl PageRequest {
    /// Reads the `limit` and `cursor` of this request's query.
    ///
    /// # Errors
    /// 400 if the limit is out of bounds, or the cursor was not made for this list and query.
    pub fn of(request: &HttpRequest, limit: Option<u32>, cursor: Option<&str>) -> Result<Self, Error> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            let fault = FieldError::new("limit", FieldCode::OutOfRange).with("min", 1).with("max", MAX_LIMIT);
            return Err(Error::bad_query(vec![fault]));
        }
        let key = request.app_data::<Data<CursorKey>>().cloned().ok_or_else(|| Error::internal("no cursor key"))?;
        let mut asked = Self { limit, after: None, list: list_of(request), key };
        asked.after = cursor.map(|cursor| asked.open(cursor)).transpose()?;
        Ok(asked)
    }

    /// The rows to fetch: one more than the page has, to learn whether another page follows.
    #[must_use]
    pub fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// The `N` sort keys of the row before the page; none at the beginning.
    ///
    /// # Errors
    /// 400 if their number differs: the cursor is from an older version of this list.
    pub fn after<const N: usize>(&self) -> Result<Option<[String; N]>, Error> {
        let keys = self.after.clone().map(<[String; N]>::try_from);
        keys.transpose().map_err(|_other_version| bad_cursor())
    }

    /// The same for a list in the order of ids.
    ///
    /// # Errors
    /// As [`PageRequest::after`].
    pub fn after_id(&self) -> Result<Option<Id>, Error> {
        self.after::<1>()?.map(|[id]| id.parse().map_err(|_other_version| bad_cursor())).transpose()
    }

    /// The page of the rows that were fetched ([`PageRequest::rows`]).
    pub fn into_page<T>(&self, mut rows: Vec<T>, place: impl FnOnce(&T) -> Cursor) -> Result<List<T>, Error> {
        let wanted = usize::try_from(self.limit).or_internal()?;
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let next_cursor = rows.last().filter(|_| more).map(|row| self.seal(&place(row))).transpose()?;
        Ok(List { data: rows, page: PageInfo { limit: self.limit, next_cursor }, total: None, facets: None })
    }

    fn seal(&self, cursor: &Cursor) -> Result<String, Error> {
        let keys = serde_json::to_vec(&cursor.0).or_internal()?;
        self.key.0.token(&[b"page", self.list.as_bytes()], &keys)
    }

    fn open(&self, cursor: &str) -> Result<Vec<String>, Error> {
        let keys = self.key.0.open(&[b"page", self.list.as_bytes()], cursor).ok_or_else(bad_cursor)?;
        serde_json::from_slice(&keys).map_err(|_other_version| bad_cursor())
    }
}

/// The identity of a list: its path and the parameters that determine rows and order, in one spelling, since a client
/// may send the same parameters in another order.
fn list_of(request: &HttpRequest) -> String {
    let parameters = url::form_urlencoded::parse(request.query_string().as_bytes());
    let mut parameters: Vec<_> = parameters.filter(|(name, _)| !FREE.contains(&name.as_ref())).collect();
    parameters.sort_unstable();
    let parameters = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{}?{parameters}", request.path())
}

/// 400 for a cursor of another list.
#[must_use]
pub fn bad_cursor() -> Error {
    Error::bad_query(vec![FieldError::new("cursor", FieldCode::BadCursor)])
}

/// A page of a list.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct List<T> {
    /// The rows.
    pub data: Vec<T>,
    /// How to go on.
    pub page: PageInfo,
    /// How many rows all pages have together, where it was asked for and the list can say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// How many rows each value of a filter would give, by the filter's name, where it was asked for and the list can say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facets: Option<Facets>,
}

/// The values of filters, by the filter's name.
pub type Facets = BTreeMap<String, Vec<FacetValue>>;

/// One value of a filter.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FacetValue {
    /// The value, as the filter takes it.
    #[schema(example = "WCA")]
    pub value: String,
    /// What people call it, in the reader's language.
    pub label: String,
    /// The rows that it would give, all other filters as they are.
    pub count: u64,
    /// Whether it is among the values of this query.
    pub selected: bool,
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
    /// The same page with converted items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> List<U> {
        let Self { data, page, total, facets } = self;
        List { data: data.into_iter().map(f).collect(), page, total, facets }
    }
}

impl<T: Serialize> List<T> {
    /// The JSON answer, with a `Link` to the next page (RFC 8288).
    pub fn respond(&self, request: &HttpRequest) -> HttpResponse {
        respond(request, &self.page, self)
    }
}

/// Answers with JSON that contains a page, with a `Link` to the next one.
pub fn respond<T: Serialize>(request: &HttpRequest, page: &PageInfo, body: &T) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    if let Some(Ok(value)) = next_link(request, page).map(TryIntoHeaderValue::try_into_value) {
        answer.insert_header((LINK, value));
    }
    answer.json(body)
}

/// The `Link` to the next page, where there is one.
pub(super) fn next_link(request: &HttpRequest, page: &PageInfo) -> Option<String> {
    let cursor = page.next_cursor.as_ref()?;
    Some(format!("<{}>; rel=\"next\"", next_address(request, cursor)))
}

/// The address of the next page of a list: that of this page, with another cursor.
pub fn next_address(request: &HttpRequest, cursor: &str) -> String {
    let kept = request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<&str> = kept.collect();
    format!("{}?{}&cursor={cursor}", request.path(), query.join("&")).replace("?&", "?")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;
    use crate::secrets::tests_tokens;

    fn ask(uri: &str, cursor: Option<&str>) -> Result<PageRequest, Error> {
        let request = TestRequest::with_uri(uri).app_data(Data::new(CursorKey(tests_tokens()))).to_http_request();
        PageRequest::of(&request, Some(1), cursor)
    }

    fn next(uri: &str, keys: &[&str]) -> String {
        let page = ask(uri, None).unwrap().into_page(vec![(), ()], |()| Cursor::after(keys)).unwrap();
        page.page.next_cursor.unwrap()
    }

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_went(first in ".*", second in ".*") {
            let cursor = next("/list?q=a", &[&first, &second]);
            prop_assert_eq!(ask("/list?q=a", Some(&cursor)).unwrap().after::<2>().unwrap().unwrap(), [first, second]);
            prop_assert!(ask("/list?q=a", Some(&cursor)).unwrap().after::<1>().is_err());
        }

        #[test]
        fn no_text_makes_a_cursor(text in ".*") {
            prop_assert!(ask("/list", Some(&text)).is_err());
        }
    }

    #[test]
    fn a_cursor_is_good_for_its_own_list_and_filter_alone() {
        let cursor = next("/list?a=1&b=2&a=3", &["x"]);
        for same in ["/list?a=1&b=2&a=3&limit=7", "/list?b=2&a=3&a=1", "/list?facets=f&a=1&a=3&total=true&b=2"] {
            assert!(ask(same, Some(&cursor)).is_ok(), "{same}");
        }
        for other in ["/other?a=1&b=2&a=3", "/list?a=1&b=2", "/list", "/list?a=1&b=2&a=3&sort=x", "/list?a=1%26b=2&a=3"]
        {
            assert!(ask(other, Some(&cursor)).is_err(), "{other}");
        }
    }
}
