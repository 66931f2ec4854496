//! All SQL of the audit log. Nothing here updates or deletes; the database would refuse.

use diesel::dsl::{count_star, min};
use diesel::prelude::*;

use super::Head;
use super::types::{Entry, Event, Scope, Stored, Trace};
use crate::db::schema::{audit_entry, audit_seal};
use crate::db::{Conn, Document, Id, MultiBackend};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

pub(super) fn insert(conn: &mut Conn, id: Id, entry: &Entry, trace: &Trace, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(audit_entry::table)
        .values((
            audit_entry::id.eq(id),
            audit_entry::at.eq(now),
            audit_entry::action.eq(entry.action),
            audit_entry::actor_id.eq(entry.actor),
            audit_entry::subject_id.eq(entry.subject),
            audit_entry::organisation_id.eq(entry.organisation),
            audit_entry::request_id.eq(trace.request_id.as_deref()),
            audit_entry::network.eq(trace.network.as_deref()),
            audit_entry::detail.eq(entry.detail.clone().map(Document)),
        ))
        .execute(conn)?;
    Ok(())
}

/// A page, the newest first, of what `scope` and the filters let through.
pub(super) fn list(
    conn: &mut Conn,
    scope: &Scope,
    actor: Option<Id>,
    subject: Option<Id>,
    events: &[Event],
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<Stored>, Error> {
    let mut query = audit_entry::table
        .select(Stored::as_select())
        .order(audit_entry::id.desc())
        .limit(limit)
        .into_boxed::<MultiBackend>();
    query = match scope {
        Scope::All => query,
        Scope::Organisations(ids) => query.filter(audit_entry::organisation_id.eq_any(ids.clone())),
        Scope::Person(id) => query.filter(audit_entry::actor_id.eq(*id).or(audit_entry::subject_id.eq(*id))),
    };
    if let Some(actor) = actor {
        query = query.filter(audit_entry::actor_id.eq(actor));
    }
    if let Some(subject) = subject {
        query = query.filter(audit_entry::subject_id.eq(subject));
    }
    if !events.is_empty() {
        query = query.filter(audit_entry::action.eq_any(events.to_vec()));
    }
    if let Some(before) = before {
        query = query.filter(audit_entry::id.lt(before));
    }
    Ok(query.load(conn)?)
}

pub(super) fn head(conn: &mut Conn) -> Result<Head, Error> {
    let last = audit_seal::table.order(audit_seal::position.desc()).select((audit_seal::position, audit_seal::link));
    let found: Option<(i64, Vec<u8>)> = last.first(conn).optional()?;
    Ok(found.map_or(Head { position: 0, link: Vec::new() }, |(position, link)| Head { position, link }))
}

/// When the entry of the last link happened.
pub(super) fn newest_sealed(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    let last = audit_seal::table.inner_join(audit_entry::table).order(audit_seal::position.desc());
    Ok(last.select(audit_entry::at).first(conn).optional()?)
}

/// Entries from `since` on and before `until` that have no link, the oldest first.
pub(super) fn unsealed(conn: &mut Conn, since: Id, until: Id, limit: i64) -> Result<Vec<Stored>, Error> {
    Ok(audit_entry::table
        .left_join(audit_seal::table)
        .filter(audit_seal::position.is_null().and(audit_entry::id.ge(since)))
        .filter(audit_entry::id.lt(until))
        .order(audit_entry::id)
        .limit(limit)
        .select(Stored::as_select())
        .load(conn)?)
}

pub(super) fn count_unsealed(conn: &mut Conn) -> Result<(i64, Option<Timestamp>), Error> {
    let open = audit_entry::table.left_join(audit_seal::table).filter(audit_seal::position.is_null());
    Ok((open.select(count_star()).first(conn)?, open.select(min(audit_entry::at)).first(conn)?))
}

pub(super) fn insert_links(conn: &mut Conn, links: &[(i64, Id, Vec<u8>)]) -> Result<(), Error> {
    let rows: Vec<_> = links
        .iter()
        .map(|(position, entry, link)| {
            (audit_seal::position.eq(position), audit_seal::entry_id.eq(entry), audit_seal::link.eq(link))
        })
        .collect();
    if !rows.is_empty() {
        on_each!(conn, c => diesel::insert_into(audit_seal::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// A link, its place, and its entry.
pub(super) type Link = (i64, Vec<u8>, Option<Stored>);

/// The next links after `position`, with their entries.
pub(super) fn chain(conn: &mut Conn, position: i64, limit: i64) -> Result<Vec<Link>, Error> {
    Ok(audit_seal::table
        .left_join(audit_entry::table)
        .filter(audit_seal::position.gt(position))
        .order(audit_seal::position)
        .limit(limit)
        .select((audit_seal::position, audit_seal::link, Option::<Stored>::as_select()))
        .load(conn)?)
}
