//! The members of the community: administrations with their names and regions, and the list of technologies.
//!
//! The rows come with the program. The start adds missing ones (`reference`) and never overwrites existing ones, since
//! the Secretariat may correct them. A member is addressed by its ISO 3166 code and found by any of its names, in any
//! spelling (`names`); pages name it as `titles` keeps it.
//!
//! Other features read members by the functions of this file, within their units of work. Edits by the Secretariat and
//! the history are in `member_editing`; which technologies members use is in `adoption`. Hidden members exist for the
//! Secretariat only: [`visible`] and [`NameIndexCache`] leave them out for everybody else.
//!
//! [`Members`] only reads, and depends on the database alone: the audit log of [`crate::service`] names regions, which
//! are defined here.
//!
//! Partner agencies are organisations, too, each with the member that it belongs to; they are not on the list of members.
//!
//! Left out: adding members and technologies other than by the reference data.

pub mod names;
pub mod pages;
mod reference;
pub mod routes;
mod rules;
mod store;
mod titles;
mod types;

use std::collections::HashMap;

pub use names::{NameIndexCache, NameMatch, Names};
pub use titles::{Title, TitleCache, Titles};
pub use types::{
    Alias, AliasSource, GivenAlias, MemberEntry, MemberFilter, MemberMatch, MemberQuery, MemberStatus, NewPartner,
    Organisation, OrganisationKind, Particulars, Region, SECRETARIAT_CODE, Technology,
};

use crate::db::{Conn, Db, Id};
use crate::error::{Error, FieldCode, FieldError};
use crate::i18n::Language;
use crate::random::Random;
use crate::text;
use crate::time::Timestamp;
use names::RankedMatch;

/// The list of members and its search. Cloning is cheap.
#[derive(Clone)]
pub struct Members {
    db: Db,
    names: NameIndexCache,
}

impl Members {
    /// The service; `names` is the cache of names of this process.
    #[must_use]
    pub fn new(db: Db, names: NameIndexCache) -> Self {
        Self { db, names }
    }

    /// Members in the order of their English names, each with its sort name; at most `limit`, after this sort name and
    /// code.
    pub async fn list(
        &self,
        filter: MemberFilter,
        after: Option<[String; 2]>,
        limit: i64,
    ) -> Result<Vec<(Organisation, String)>, Error> {
        self.db
            .read(move |conn| {
                let after = after.as_ref().map(|[name, code]| (name.as_str(), code.as_str()));
                store::list(conn, &filter, after, limit)
            })
            .await
    }

    /// All members that `text` may mean, the best match first, after this sort key ([`MemberMatch::sort_key`]). Not
    /// limited: there are about two hundred members.
    pub async fn search(
        &self,
        filter: MemberFilter,
        text: String,
        after: Option<[String; 3]>,
    ) -> Result<Vec<MemberMatch>, Error> {
        let names = self.names.clone();
        self.db.read(move |conn| search(conn, &names, &text, filter, after.as_ref())).await
    }
}

fn search(
    conn: &mut Conn,
    names: &NameIndexCache,
    text: &str,
    filter: MemberFilter,
    after: Option<&[String; 3]>,
) -> Result<Vec<MemberMatch>, Error> {
    let after = after.map(|[rank, name, code]| (rank, name, code));
    let mut matches = names.current(conn)?.matches(text);
    matches.retain(|found| after.is_none_or(|after| (&found.rank, &found.sort_name, &found.found.code) > after));
    let among = Some(matches.iter().map(|found| found.found.organisation).collect());
    let rows = store::list(conn, &MemberFilter { among, ..filter }, None, i64::MAX)?;
    let mut rows: HashMap<Id, Organisation> = rows.into_iter().map(|(row, _)| (row.id, row)).collect();
    let of_row = |RankedMatch { found, rank, sort_name, .. }: RankedMatch| {
        let organisation = rows.remove(&found.organisation)?;
        Some(MemberMatch { organisation, matched: found.matched, sort_key: [rank, sort_name, found.code] })
    };
    Ok(matches.into_iter().filter_map(of_row).collect())
}

/// Adds missing reference data; returns the number of rows added.
pub fn load_reference(conn: &mut Conn, now: Timestamp, random: &Random) -> Result<usize, Error> {
    reference::load(conn, now, random)
}

/// The organisation with this code.
///
/// # Errors
/// 404 where there is none.
pub fn get(conn: &mut Conn, code: &str) -> Result<Organisation, Error> {
    store::find(conn, code)?.ok_or_else(Error::not_found)
}

/// The organisation with this code in either case, where the reader may see it; `everything` is for the Secretariat.
///
/// # Errors
/// 404 where there is none, or it is hidden.
pub fn visible(conn: &mut Conn, code: &str, everything: bool) -> Result<Organisation, Error> {
    let known = if text::is_code(code) { store::find(conn, &code.to_ascii_uppercase())? } else { None };
    known.filter(|found| everything || found.status != MemberStatus::Hidden).ok_or_else(Error::not_found)
}

/// The organisation with this code, locked against other editors until the unit of work ends.
///
/// # Errors
/// 404 where there is none.
pub fn get_for_update(conn: &mut Conn, code: &str) -> Result<Organisation, Error> {
    let known = if text::is_code(code) { store::find_for_update(conn, &code.to_ascii_uppercase())? } else { None };
    known.ok_or_else(Error::not_found)
}

/// The organisation that people can be appointed for, named by a field of a request.
///
/// # Errors
/// 422 at `pointer` where there is none, or where it is the Secretariat or hidden.
pub fn appointable(conn: &mut Conn, code: &str, pointer: &str) -> Result<Organisation, Error> {
    let known = if text::is_code(code) { store::find(conn, &code.to_ascii_uppercase())? } else { None };
    known.filter(Organisation::is_appointable).ok_or_else(|| unknown_organisation(code, pointer))
}

/// The same for a role of the portal as a whole, which people have at the Secretariat, too.
///
/// # Errors
/// 422 at `pointer` if there is none, or if it is hidden.
pub fn appointable_centrally(conn: &mut Conn, code: &str, pointer: &str) -> Result<Organisation, Error> {
    let known = if text::is_code(code) { store::find(conn, &code.to_ascii_uppercase())? } else { None };
    let is_open = |one: &Organisation| one.is_secretariat() || one.is_appointable();
    known.filter(is_open).ok_or_else(|| unknown_organisation(code, pointer))
}

/// 422: a field names no organisation that people can be appointed for.
#[must_use]
pub fn unknown_organisation(code: &str, pointer: &str) -> Error {
    Error::invalid(vec![FieldError::new(pointer, FieldCode::UnknownOrganisation).with("value", text::shown(code))])
}

/// Of the organisations with these codes (upper case), those that people can be appointed for, by their codes.
pub fn all_appointable(conn: &mut Conn, codes: &[String]) -> Result<HashMap<String, Organisation>, Error> {
    let askable: Vec<String> = codes.iter().filter(|code| text::is_code(code)).cloned().collect();
    let ids = store::ids(conn, &askable)?;
    let open = store::some(conn, &ids)?.into_iter().filter(Organisation::is_appointable);
    Ok(open.map(|found| (found.code.clone(), found)).collect())
}

/// The kind of an organisation.
///
/// # Errors
/// 404 where there is no such organisation.
pub fn kind(conn: &mut Conn, id: Id) -> Result<OrganisationKind, Error> {
    store::kind(conn, id)
}

/// The language in which an organisation's people get mail until they choose one.
///
/// # Errors
/// 404 where there is no such organisation.
pub fn default_language(conn: &mut Conn, id: Id) -> Result<Language, Error> {
    store::default_language(conn, id)
}

/// All members and unions, including hidden ones.
pub fn all(conn: &mut Conn) -> Result<Vec<Organisation>, Error> {
    let filter = MemberFilter { hidden: true, ..MemberFilter::default() };
    Ok(store::list(conn, &filter, None, i64::MAX)?.into_iter().map(|(organisation, _)| organisation).collect())
}

/// The partner agencies, hidden ones included, each with the member that it belongs to, in the order of their codes.
pub fn partners(conn: &mut Conn) -> Result<Vec<(Organisation, Option<Id>)>, Error> {
    store::partners(conn)
}

/// The member to which a partner agency belongs, be it hidden; none for an organisation that belongs to none.
pub fn member_of(conn: &mut Conn, agency: Id) -> Result<Option<Organisation>, Error> {
    store::member_of(conn, agency)
}

/// Adds a partner agency, whose code no organisation has.
pub fn add_partner(conn: &mut Conn, new: &NewPartner, now: Timestamp) -> Result<(), Error> {
    store::insert_partner(conn, new, now)?;
    store::bump_revision(conn)
}

/// The organisations with these ids, in no particular order; unknown ids are left out.
pub fn some(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Organisation>, Error> {
    store::some(conn, ids)
}

/// The active technologies, in the order of the list.
pub fn technologies(conn: &mut Conn) -> Result<Vec<Technology>, Error> {
    store::technologies(conn)
}

/// The ids of organisations by their codes; unknown codes are left out.
pub fn ids(conn: &mut Conn, codes: &[String]) -> Result<Vec<Id>, Error> {
    store::ids(conn, codes)
}

/// The further names of a member, in their order.
pub fn aliases(conn: &mut Conn, organisation: Id) -> Result<Vec<Alias>, Error> {
    store::aliases(conn, organisation)
}

/// The domains of a member's official mail.
pub fn mail_domains(conn: &mut Conn, organisation: Id) -> Result<Vec<String>, Error> {
    store::mail_domains(conn, organisation)
}

/// Writes an edit by the Secretariat. `fields` are the changed ones.
pub fn change(
    conn: &mut Conn,
    organisation: &Organisation,
    after: &Particulars,
    fields: &[&'static str],
    now: Timestamp,
) -> Result<(), Error> {
    store::update(conn, organisation, after, fields, now)?;
    if fields.contains(&"aliases") {
        store::replace_aliases(conn, organisation.id, &after.aliases)?;
    }
    store::bump_revision(conn)
}

/// Refuses technologies that are not on the list.
///
/// # Errors
/// 422 at `pointer`.
pub fn check_technologies(conn: &mut Conn, codes: &[String], pointer: &str) -> Result<(), Error> {
    if codes.is_empty() {
        return Ok(());
    }
    // Only valid codes reach the query: PostgreSQL rejects NUL in a text.
    let askable: Vec<String> = codes.iter().filter(|code| text::is_code(code)).cloned().collect();
    let known = store::known_technologies(conn, &askable)?;
    let faults: Vec<FieldError> = codes
        .iter()
        .enumerate()
        .filter(|(_, code)| !known.contains(code))
        .map(|(index, code)| {
            FieldError::new(format!("{pointer}/{index}"), FieldCode::UnknownTechnology).with("value", text::shown(code))
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}
