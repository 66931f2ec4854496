//! Reads the parameters of a request for contacts into a [`Search`]. JSON lists and exports share it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Search;
use crate::adoption::{self, AdoptionStatus};
use crate::db::Conn;
use crate::directory::index::{BitmapCache, Facet};
use crate::directory::query_parser;
use crate::directory::store;
use crate::directory::types::{ContactQuery, Filter, Sort};
use crate::error::{Error, FieldCode, FieldError};
use crate::members::NameIndexCache;
use crate::policy::{Principal, Visibility};
use crate::text;

/// Most characters of a search.
const MAX_SEARCH: usize = 200;

/// Parses a query. What needs the database is looked up by the returned function, within a unit of work.
///
/// # Errors
/// 400 with the parameter that is wrong.
pub fn prepare(
    names: NameIndexCache,
    bitmaps: BitmapCache,
    viewer: &Principal,
    query: ContactQuery,
) -> Result<impl FnOnce(&mut Conn) -> Result<Search, Error> + Send + 'static, Error> {
    let (runs, willing) = (query.runs.clone(), query.willing);
    let (sort, sight, language) = (query.sort.unwrap_or(Sort::Name), Visibility::of(viewer), viewer.language);
    let filter = filter(query)?;
    Ok(move |conn: &mut Conn| {
        // Only words are compared with names.
        let names = if filter.terms.is_empty() { Arc::default() } else { names.current(conn)? };
        let filter = adopters(conn, filter, &runs, willing, sight.hidden)?;
        Ok(Search { filter, sort, sight, language, names, bitmaps })
    })
}

/// Parses the list of facets, each once: counting one takes time.
///
/// # Errors
/// 400 for an unknown facet.
pub fn facets(text: &str) -> Result<Vec<Facet>, Error> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let unknown = |name: &str| {
        let fault = text::unknown_value(name, Facet::ALL.iter().map(|facet| facet.as_str()));
        Error::bad_query(vec![FieldError { pointer: "facets".to_owned(), ..fault }])
    };
    let facets = names.map(|name| Facet::parse(name).ok_or_else(|| unknown(name)));
    Ok(facets.collect::<Result<BTreeSet<Facet>, Error>>()?.into_iter().collect())
}

/// Narrows the members of a filter to those that use a technology, or are willing to share what they know of one. The
/// answer lists the values of the filter, so it has no member of which the reader may not know.
fn adopters(
    conn: &mut Conn,
    filter: Filter,
    runs: &[String],
    willing: Option<bool>,
    hidden: bool,
) -> Result<Filter, Error> {
    if runs.is_empty() && willing.is_none() {
        return Ok(filter);
    }
    let in_use: &[AdoptionStatus] = if runs.is_empty() { &[] } else { &[AdoptionStatus::InUse] };
    let runs: Vec<String> = runs.iter().map(|code| code.to_lowercase()).collect();
    let found = adoption::organisations(conn, &runs, in_use, willing)?;
    let mut codes: Vec<String> = store::organisations(conn, hidden)?
        .into_iter()
        .filter(|(id, ..)| found.contains(id))
        .map(|(_, code, ..)| code)
        .collect();
    if let Some(asked) = &filter.members {
        codes.retain(|code| asked.contains(code));
    }
    Ok(Filter { members: Some(codes), ..filter })
}

fn filter(query: ContactQuery) -> Result<Filter, Error> {
    let search = query.q.unwrap_or_default();
    if search.chars().count() > MAX_SEARCH {
        return Err(Error::bad_query(vec![FieldError::new("q", FieldCode::TooLong).with("max", MAX_SEARCH)]));
    }
    for (parameter, codes) in [
        ("member", &query.member),
        ("language", &query.language),
        ("technology", &query.technology),
        ("runs", &query.runs),
    ] {
        if let Some(code) = codes.iter().find(|code| !text::is_code(code)) {
            let fault = FieldError::new(parameter, FieldCode::BadCode).with("value", text::shown(code));
            return Err(Error::bad_query(vec![fault]));
        }
    }
    let members: Vec<String> = query.member.iter().map(|code| code.to_ascii_uppercase()).collect();
    Ok(Filter {
        terms: query_parser::parse(&search),
        regions: query.region,
        members: (!members.is_empty()).then_some(members),
        roles: query.role,
        languages: query.language.iter().map(|code| code.to_lowercase()).collect(),
        technologies: query.technology.iter().map(|code| code.to_lowercase()).collect(),
        confirmations: query.confirmation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facet_is_counted_once_however_often_it_is_asked_for() {
        let often = facets(&"role,region,".repeat(300)).unwrap();
        assert_eq!(often, facets("region,role").unwrap());
        assert_eq!(often.len(), 2);
    }
}
