//! The parameters of the search page.
//!
//! A form with GET sends its empty fields too, and old addresses may hold values that do not exist any more: both are
//! left out. What remains is one request for contacts, and the addresses of the same page with one parameter changed.

use serde::Deserialize;

use super::super::types::{Confirmation, ContactQuery, Sort};
use crate::appointments::Role;
use crate::members::Region;
use crate::text;

/// The facets that the page counts.
const FACETS: &str = "region,member,role,language,technology,confirmation";

/// The query of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct DirectoryQuery {
    pub(super) q: String,
    region: Vec<String>,
    member: Vec<String>,
    role: Vec<String>,
    language: Vec<String>,
    technology: Vec<String>,
    confirmation: Vec<String>,
    runs: Vec<String>,
    willing: String,
    pub(super) sort: String,
    pub(super) cursor: String,
}

impl DirectoryQuery {
    /// The same without empty, unknown and repeated values.
    pub(super) fn cleaned(mut self) -> Self {
        self.q = self.q.trim().to_owned();
        for list in [&mut self.member, &mut self.language, &mut self.technology, &mut self.runs] {
            list.retain(|code| text::is_code(code));
        }
        for code in &mut self.member {
            code.make_ascii_uppercase();
        }
        for code in [&mut self.language, &mut self.technology, &mut self.runs].into_iter().flatten() {
            code.make_ascii_lowercase();
        }
        self.region.retain(|code| Region::parse(code).is_some());
        self.role.retain(|code| Role::parse(code).is_some());
        self.confirmation.retain(|code| Confirmation::parse(code).is_some());
        for list in self.lists_mut() {
            *list = text::unique(std::mem::take(list));
        }
        if !["true", "false"].contains(&self.willing.as_str()) {
            self.willing.clear();
        }
        if Sort::parse(&self.sort).is_none() {
            self.sort.clear();
        }
        self
    }

    /// The order that was chosen.
    pub(super) fn order(&self) -> Sort {
        Sort::parse(&self.sort).unwrap_or(Sort::Name)
    }

    /// The request for contacts.
    pub(super) fn request(&self) -> ContactQuery {
        ContactQuery {
            q: Some(self.q.clone()).filter(|q| !q.is_empty()),
            region: self.region.iter().filter_map(|code| Region::parse(code)).collect(),
            member: self.member.clone(),
            role: self.role.iter().filter_map(|code| Role::parse(code)).collect(),
            language: self.language.clone(),
            technology: self.technology.clone(),
            confirmation: self.confirmation.iter().filter_map(|code| Confirmation::parse(code)).collect(),
            runs: self.runs.clone(),
            willing: Some(self.willing == "true").filter(|_| !self.willing.is_empty()),
            sort: Sort::parse(&self.sort),
            facets: Some(FACETS.to_owned()),
            total: Some(true),
            ..ContactQuery::default()
        }
    }

    /// The chosen filters, as name and value.
    pub(super) fn filters(&self) -> Vec<(&'static str, &str)> {
        let lists = [
            ("region", &self.region),
            ("member", &self.member),
            ("role", &self.role),
            ("language", &self.language),
            ("technology", &self.technology),
            ("confirmation", &self.confirmation),
            ("runs", &self.runs),
        ];
        let mut filters: Vec<(&'static str, &str)> = Vec::new();
        for (name, list) in lists {
            filters.extend(list.iter().map(|value| (name, value.as_str())));
        }
        if !self.willing.is_empty() {
            filters.push(("willing", &self.willing));
        }
        filters
    }

    /// The parameters of this search, without one of its filters where that is given.
    pub(super) fn parameters(&self, without: Option<(&str, &str)>) -> String {
        let kept = self.filters().into_iter().filter(|filter| Some(*filter) != without);
        encoded([("q", self.q.as_str())].into_iter().chain(kept).chain([("sort", self.sort.as_str())]))
    }

    /// The address of this search in another order.
    pub(super) fn ordered(&self, order: Sort) -> String {
        let sort = if order == Sort::Name { String::new() } else { order.as_str().to_owned() };
        address(&Self { sort, ..self.clone() }.parameters(None))
    }

    fn lists_mut(&mut self) -> [&mut Vec<String>; 7] {
        [
            &mut self.region,
            &mut self.member,
            &mut self.role,
            &mut self.language,
            &mut self.technology,
            &mut self.confirmation,
            &mut self.runs,
        ]
    }
}

/// The address of the page with these parameters.
pub(super) fn address(parameters: &str) -> String {
    if parameters.is_empty() { "/directory".to_owned() } else { format!("/directory?{parameters}") }
}

/// The address of the page that was asked for without its cursor.
pub(super) fn first_address(path: &str, sent: &str) -> String {
    let kept = url::form_urlencoded::parse(sent.as_bytes()).filter(|(name, _)| name != "cursor");
    let parameters = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    if parameters.is_empty() { path.to_owned() } else { format!("{path}?{parameters}") }
}

fn encoded<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let given = pairs.filter(|(_, value)| !value.is_empty());
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query() -> DirectoryQuery {
        let list = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
        DirectoryQuery {
            q: " diop ".to_owned(),
            region: list(&["WCA", "", "Atlantis"]),
            member: list(&["sn", "SN", ""]),
            willing: "maybe".to_owned(),
            sort: "member".to_owned(),
            cursor: "x".to_owned(),
            ..DirectoryQuery::default()
        }
    }

    #[test]
    fn empty_unknown_and_repeated_values_are_left_out() {
        let query = query().cleaned();
        assert_eq!(query.parameters(None), "q=diop&region=WCA&member=SN&sort=member");
        let request = query.request();
        assert_eq!((request.region, request.member, request.willing), (vec![Region::Wca], vec!["SN".to_owned()], None));
    }

    #[test]
    fn a_link_removes_one_filter_and_forgets_the_cursor() {
        let query = query().cleaned();
        assert_eq!(query.parameters(Some(("region", "WCA"))), "q=diop&member=SN&sort=member");
        assert_eq!(query.ordered(Sort::Name), "/directory?q=diop&region=WCA&member=SN");
    }

    #[test]
    fn the_first_page_has_no_cursor() {
        assert_eq!(first_address("/directory", "cursor=x"), "/directory");
        assert_eq!(first_address("/directory", "q=a&cursor=x"), "/directory?q=a");
    }
}
