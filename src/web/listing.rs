//! Lists: the way to the next page, and the filters that restrict a list, each with the way to the list without it.

use url::form_urlencoded::{Serializer, parse};

use super::Page;
use crate::http::pagination::PageInfo;

/// A filter of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveFilter {
    /// What it is, in words.
    pub label: String,
    /// The list without it.
    pub without: String,
}

/// How one goes on from a page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The next page; empty on the last.
    pub next: String,
    /// Rows of the next page, or at most so many.
    pub rows: u32,
    /// The first page; empty on it.
    pub first: String,
    /// The filters.
    pub filters: Vec<ActiveFilter>,
}

impl Listing {
    /// The way on from this page of a list.
    #[must_use]
    pub fn of(page: &Page, info: &PageInfo) -> Self {
        Self { rows: info.limit, ..Self::at(page.address(), info.next_cursor.as_deref()) }
    }

    fn at(address: &str, next_cursor: Option<&str>) -> Self {
        let is_first = !pairs(address).iter().any(|(name, _)| name == "cursor");
        let first = if is_first { String::new() } else { kept(address, |_, _| true, None) };
        let next = next_cursor.map(|cursor| kept(address, |_, _| true, Some(cursor))).unwrap_or_default();
        Self { next, first, rows: 0, filters: Vec::new() }
    }

    /// The same with a filter that is in force; `label` is what it is in words.
    #[must_use]
    pub fn filtered(mut self, page: &Page, name: &str, value: &str, label: String) -> Self {
        let without = kept(page.address(), |known, is| known != name || is != value, None);
        self.filters.push(ActiveFilter { label, without });
        self
    }
}

/// The rows of one page of a list that is in memory: those to show, and the way on, with the number of rows that follow
/// there as its limit. The cursor counts the rows before it; what is no number begins at the first row.
pub fn page_of<'a, T>(rows: &'a [T], cursor: &str, shown: usize) -> (&'a [T], PageInfo) {
    let before = cursor.parse::<usize>().unwrap_or_default().min(rows.len());
    let after = before.saturating_add(shown).min(rows.len());
    let following = u32::try_from(shown.min(rows.len() - after)).unwrap_or(u32::MAX);
    let info = PageInfo { limit: following, next_cursor: (after < rows.len()).then(|| after.to_string()) };
    (rows.get(before..after).unwrap_or_default(), info)
}

fn pairs(address: &str) -> Vec<(String, String)> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The address with those pairs of its query that are kept, and with another cursor, or none. Empty ones stay: a
/// cursor is good for exactly the parameters of its list.
fn kept(address: &str, keep: impl Fn(&str, &str) -> bool, cursor: Option<&str>) -> String {
    let path = address.split_once('?').map_or(address, |(path, _)| path);
    let stays = |(name, value): &(String, String)| name != "cursor" && keep(name, value);
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs(address).into_iter().filter(stays));
    if let Some(cursor) = cursor {
        query.append_pair("cursor", cursor);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_leads_on_with_its_filters() {
        let listing = Listing::at("/people?role=ncp&state=", Some("a b"));
        assert_eq!((listing.next.as_str(), listing.first.as_str()), ("/people?role=ncp&state=&cursor=a+b", ""));
        let listing = Listing::at("/people?role=ncp&cursor=x", None);
        assert_eq!((listing.next.as_str(), listing.first.as_str()), ("", "/people?role=ncp"));
        assert_eq!(Listing::at("/people", None), Listing::default());
    }

    #[test]
    fn a_page_of_a_list_says_where_it_goes_on() {
        let rows = [1, 2, 3, 4, 5];
        let (shown, info) = page_of(&rows, "", 2);
        assert_eq!((shown, info.next_cursor.as_deref(), info.limit), (&rows[..2], Some("2"), 2));
        assert_eq!(page_of(&rows, "2", 2).1.limit, 1, "one row follows");
        let (shown, info) = page_of(&rows, "4", 2);
        assert_eq!((shown, info.next_cursor), (&rows[4..], None));
        assert!(page_of(&rows, "9", 2).0.is_empty() && page_of(&rows, "x", 9).0.len() == 5);
    }

    #[test]
    fn a_filter_is_taken_away_alone() {
        let without = |name: &str, value: &str| {
            kept("/people?role=ncp&role=partner&member=SN&cursor=x", |known, is| known != name || is != value, None)
        };
        assert_eq!(without("role", "ncp"), "/people?role=partner&member=SN");
        assert_eq!(without("member", "SN"), "/people?role=ncp&role=partner");
    }
}
