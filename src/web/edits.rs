//! Parts that pages of several features show: the options of a choice, the differences of a form that came too late, and
//! the place in a list.

use actix_web::HttpRequest;

use crate::error::Error;
use crate::http::PageRequest;

/// An option of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
}

impl Choice {
    /// The option with this value and label.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// A field in which what is stored differs from what a form would store, after another person changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The label of the field.
    pub label: String,
    /// What is stored now.
    pub now: String,
    /// What the form has.
    pub yours: String,
}

impl Difference {
    /// The fields that differ, of all fields as label, stored and typed value.
    #[must_use]
    pub fn among(fields: Vec<(String, String, String)>) -> Vec<Self> {
        let differing = fields.into_iter().filter(|(_, now, yours)| now.trim() != yours.trim());
        differing.map(|(label, now, yours)| Self { label, now, yours }).collect()
    }
}

/// The page of a list that was asked for.
pub struct ListPlace<P> {
    /// The rows to fetch, and the cursor after them.
    pub request: PageRequest,
    /// The position after which it begins; none for the first page.
    pub after: Option<P>,
    /// Whether the cursor was none of this list, so that the first page is shown.
    pub is_stale: bool,
}

impl<P> ListPlace<P> {
    /// Reads a cursor. One that does not fit leads to the first page: an old address is no error of its reader.
    ///
    /// # Errors
    /// Where no cursors are configured.
    pub fn of(
        request: &HttpRequest,
        cursor: &str,
        position: impl Fn(&PageRequest) -> Result<Option<P>, Error>,
    ) -> Result<Self, Error> {
        if !cursor.is_empty() {
            let asked = PageRequest::of(request, None, Some(cursor)).and_then(|page| Ok((position(&page)?, page)));
            if let Ok((after, request)) = asked {
                return Ok(Self { request, after, is_stale: false });
            }
        }
        Ok(Self { request: PageRequest::of(request, None, None)?, after: None, is_stale: !cursor.is_empty() })
    }
}
