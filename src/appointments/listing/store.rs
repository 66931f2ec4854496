//! The SQL of lists of appointments.

use diesel::prelude::*;

use crate::appointments::types::{Appointment, ListFilter, NameSearch};
use crate::db::schema::{appointment, invitation, users};
use crate::db::{Conn, Id, MultiBackend};
use crate::error::Error;

/// A boxed query of appointments with the restrictions of a filter.
macro_rules! restricted {
    ($query:expr, $filter:expr) => {{
        let (mut query, filter) = ($query, $filter);
        match (filter.holder, filter.organisations.as_deref()) {
            (Some(user), Some(own)) => {
                let within = appointment::organisation_id.eq_any(own.to_vec());
                query = query.filter(appointment::user_id.eq(user).or(within));
            }
            (Some(user), None) => query = query.filter(appointment::user_id.eq(user)),
            (None, Some(own)) => query = query.filter(appointment::organisation_id.eq_any(own.to_vec())),
            (None, None) => {}
        }
        if let Some(within) = &filter.within {
            query = query.filter(appointment::organisation_id.eq_any(within.clone()));
        }
        if !filter.statuses.is_empty() {
            query = query.filter(appointment::status.eq_any(filter.statuses.clone()));
        }
        if !filter.roles.is_empty() {
            query = query.filter(appointment::role.eq_any(filter.roles.clone()));
        }
        query
    }};
}

/// Appointments in the order in which they were made, after an id.
pub fn list(conn: &mut Conn, filter: &ListFilter, after: Option<Id>, limit: i64) -> Result<Vec<Appointment>, Error> {
    let query = appointment::table.select(Appointment::as_select()).order(appointment::id).limit(limit).into_boxed();
    let mut query = restricted!(query, filter);
    if let Some(after) = after {
        query = query.filter(appointment::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// The same query with the words and the address of a search: each word begins a word of the name, or the address has
/// the part that is looked for.
macro_rules! sought {
    ($query:expr, $search:expr, $words:expr, $address:expr) => {{
        let (mut query, search) = ($query, $search);
        let words = search.words.iter().map(|word| format!("% {word}%"));
        if let Some(part) = &search.address {
            let part = format!("%{}%", escaped(part));
            if search.words.is_empty() {
                query = query.filter($address.like(part.clone()).escape('\\'));
            }
            for word in words {
                query = query.filter($words.like(word).or($address.like(part.clone()).escape('\\')));
            }
        } else {
            for word in words {
                query = query.filter($words.like(word));
            }
        }
        query
    }};
}

/// The same query after a place in the order of names.
macro_rules! placed {
    ($query:expr, $after:expr, $name:expr) => {{
        let mut query = $query;
        if let Some((name, id)) = $after {
            let here = $name.eq(name.clone()).and(appointment::id.gt(*id));
            // The first condition leads the database to the place in the index.
            query = query.filter($name.ge(name.clone())).filter($name.gt(name.clone()).or(here));
        }
        query
    }};
}

/// A place in the order of names: the key of a name, and an appointment.
type Place = (String, Id);

/// The next appointments by the names of their people, `limit` at most after a place. An invitation has the name that
/// was typed.
pub fn by_name(
    conn: &mut Conn,
    filter: &ListFilter,
    search: &NameSearch,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Place>, Error> {
    let mut found = held(conn, filter, search, after, limit)?;
    found.extend(invited(conn, filter, search, after, limit)?);
    found.sort_unstable();
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// The people of a search, `limit` at most and each once: first holders of appointments, by the ids of their accounts;
/// then open invitations, by the ids of their appointments, since their recipients may have no account.
pub fn bearers(conn: &mut Conn, filter: &ListFilter, search: &NameSearch, limit: i64) -> Result<Vec<Id>, Error> {
    let query = appointment::table
        .inner_join(users::table.on(users::id.nullable().eq(appointment::user_id)))
        .select((users::sort_name, users::id))
        .distinct()
        .order((users::sort_name, users::id))
        .limit(limit)
        .into_boxed::<MultiBackend>();
    let query = sought!(restricted!(query, filter), search, users::name_words, users::email_key);
    let mut found: Vec<Place> = query.load(conn)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    if found.len() < most {
        found.extend(invited(conn, filter, search, None, limit)?);
    }
    Ok(found.into_iter().take(most).map(|(_, id)| id).collect())
}

/// Appointments with a holder, in the order of the names of holders.
fn held(
    conn: &mut Conn,
    filter: &ListFilter,
    search: &NameSearch,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Place>, Error> {
    let query = appointment::table
        .inner_join(users::table.on(users::id.nullable().eq(appointment::user_id)))
        .select((users::sort_name, appointment::id))
        .order((users::sort_name, appointment::id))
        .limit(limit)
        .into_boxed::<MultiBackend>();
    let query = sought!(restricted!(query, filter), search, users::name_words, users::email_key);
    Ok(placed!(query, after, users::sort_name).load(conn)?)
}

/// Appointments without a holder, in the order of the names on their invitations.
fn invited(
    conn: &mut Conn,
    filter: &ListFilter,
    search: &NameSearch,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Place>, Error> {
    let query = appointment::table
        .inner_join(invitation::table.on(invitation::appointment_id.eq(appointment::id)))
        .filter(appointment::user_id.is_null())
        .select((invitation::sort_name, appointment::id))
        .order((invitation::sort_name, appointment::id))
        .limit(limit)
        .into_boxed::<MultiBackend>();
    let query = sought!(restricted!(query, filter), search, invitation::name_words, invitation::email_key);
    Ok(placed!(query, after, invitation::sort_name).load(conn)?)
}

/// How many appointments a filter leaves; no more than `most` are counted.
pub fn count_some(conn: &mut Conn, filter: &ListFilter, most: i64) -> Result<usize, Error> {
    let query = appointment::table.select(appointment::id).limit(most).into_boxed::<MultiBackend>();
    let ids: Vec<Id> = restricted!(query, filter).load(conn)?;
    Ok(ids.len())
}

/// A text as a part of a pattern: its own wildcards mean themselves.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}
