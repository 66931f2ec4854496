//! All SQL of the audit log: INSERT and SELECT only, since triggers refuse UPDATE and DELETE; but for networks, which
//! are in a table of their own. Entries of an older portal have theirs in the entry.

use std::collections::HashMap;

use diesel::dsl::{count_star, min, sql};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Text};
use serde_json::Value;

use super::types::{AuditFilter, Entry, Scope, StoredEntry, Trace};
use super::{Head, details};
use crate::db::id::SqlId;
use crate::db::schema::{audit_entry, audit_network, audit_seal};
use crate::db::{BATCH, Conn, Document, Id, MultiBackend};
use crate::error::Error;
use crate::personal_rows;
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
            audit_entry::detail.eq(details::with_credential(entry, trace).map(Document)),
        ))
        .execute(conn)?;
    if let Some(network) = &trace.network {
        diesel::insert_into(audit_network::table)
            .values((audit_network::entry_id.eq(id), audit_network::network.eq(network)))
            .execute(conn)?;
    }
    Ok(())
}

/// The networks of these entries that are kept apart.
pub(super) fn networks(conn: &mut Conn, entries: &[Id]) -> Result<HashMap<Id, String>, Error> {
    let mut networks = HashMap::new();
    for ids in entries.chunks(BATCH) {
        let kept = audit_network::table.filter(audit_network::entry_id.eq_any(ids.to_vec()));
        let rows: Vec<(Id, String)> = kept.select((audit_network::entry_id, audit_network::network)).load(conn)?;
        networks.extend(rows);
    }
    Ok(networks)
}

/// Deletes networks of entries from before `bound`, `limit` at most; returns how many.
pub(super) fn forget_networks(conn: &mut Conn, bound: Timestamp, limit: i64) -> Result<usize, Error> {
    let old = audit_network::table.filter(audit_network::entry_id.lt(Id::first_of(bound)));
    let ids: Vec<Id> = old.order(audit_network::entry_id).limit(limit).select(audit_network::entry_id).load(conn)?;
    Ok(diesel::delete(audit_network::table.filter(audit_network::entry_id.eq_any(ids))).execute(conn)?)
}

/// Deletes the networks of a person: those of own acts, and of acts on the person without a login.
pub(super) fn erase_networks(conn: &mut Conn, user: Id) -> Result<(), Error> {
    let without_login = audit_entry::actor_id.is_null().and(audit_entry::subject_id.eq(user));
    let ids: Vec<Id> = audit_network::table
        .inner_join(audit_entry::table)
        .filter(audit_entry::actor_id.eq(user).or(without_login))
        .select(audit_network::entry_id)
        .load(conn)?;
    for ids in ids.chunks(BATCH) {
        diesel::delete(audit_network::table.filter(audit_network::entry_id.eq_any(ids.to_vec()))).execute(conn)?;
    }
    Ok(())
}

/// A page of the entries in `scope` that match `filter`, the newest first.
pub(super) fn list(
    conn: &mut Conn,
    scope: &Scope,
    filter: &AuditFilter,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<StoredEntry>, Error> {
    let mut query = audit_entry::table
        .select(StoredEntry::as_select())
        .order(audit_entry::id.desc())
        .limit(limit)
        .into_boxed::<MultiBackend>();
    query = match scope {
        Scope::All => query,
        Scope::Organisations(ids) => query.filter(audit_entry::organisation_id.eq_any(ids.clone())),
        Scope::Person(id) => query.filter(audit_entry::actor_id.eq(*id).or(audit_entry::subject_id.eq(*id))),
    };
    if let Some(actor) = filter.actor {
        query = query.filter(audit_entry::actor_id.eq(actor));
    }
    if let Some(subject) = filter.subject {
        query = query.filter(audit_entry::subject_id.eq(subject));
    }
    if !filter.about.is_empty() {
        query = query.filter(audit_entry::subject_id.eq_any(filter.about.clone()));
    }
    if !filter.events.is_empty() {
        query = query.filter(audit_entry::action.eq_any(filter.events.clone()));
    }
    if let Some(appointment) = filter.appointment {
        let named = sql::<Bool>("audit_entry.detail ->> 'appointment' = ").bind::<Text, _>(appointment.to_string());
        query = query.filter(named);
    }
    if !filter.people.is_empty() {
        let by = audit_entry::actor_id.eq_any(filter.people.clone());
        query = query.filter(by.or(audit_entry::subject_id.eq_any(filter.people.clone())));
    }
    // Ids are in the order of time, so days are a part of their index.
    if let Some(day) = filter.from {
        query = query.filter(audit_entry::id.ge(Id::first_of(day.start())));
    }
    if let Some(day) = filter.to {
        query = query.filter(audit_entry::id.lt(Id::first_of(day.end())));
    }
    if let Some(entry) = filter.entry {
        query = query.filter(audit_entry::id.eq(entry));
    }
    if let Some(before) = before {
        query = query.filter(audit_entry::id.lt(before));
    }
    let mut entries: Vec<StoredEntry> = query.load(conn)?;
    let mut networks = networks(conn, &entries.iter().map(|entry| entry.id).collect::<Vec<_>>())?;
    for entry in &mut entries {
        entry.network = networks.remove(&entry.id).or_else(|| entry.network.take());
    }
    Ok(entries)
}

pub(super) fn head(conn: &mut Conn) -> Result<Head, Error> {
    let last = audit_seal::table.order(audit_seal::position.desc()).select((audit_seal::position, audit_seal::link));
    let found: Option<(i64, Vec<u8>)> = last.first(conn).optional()?;
    Ok(found.map_or(Head { position: 0, link: Vec::new() }, |(position, link)| Head { position, link }))
}

/// The timestamp of the entry of the last link.
pub(super) fn newest_sealed(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    let last = audit_seal::table.inner_join(audit_entry::table).order(audit_seal::position.desc());
    Ok(last.select(audit_entry::at).first(conn).optional()?)
}

/// The ids of entries after `since` and before `until`, in their order.
pub(super) fn page(conn: &mut Conn, since: Id, until: Id, limit: i64) -> Result<Vec<Id>, Error> {
    let within = audit_entry::table.filter(audit_entry::id.gt(since).and(audit_entry::id.lt(until)));
    Ok(within.order(audit_entry::id).limit(limit).select(audit_entry::id).load(conn)?)
}

/// The ids of entries that have a link, from `first` to `last`, in no order.
pub(super) fn sealed(conn: &mut Conn, first: Id, last: Id) -> Result<Vec<Id>, Error> {
    let within = audit_seal::table.filter(audit_seal::entry_id.ge(first).and(audit_seal::entry_id.le(last)));
    Ok(within.select(audit_seal::entry_id).load(conn)?)
}

/// These entries, the oldest first.
pub(super) fn some(conn: &mut Conn, ids: &[Id]) -> Result<Vec<StoredEntry>, Error> {
    let these = audit_entry::table.filter(audit_entry::id.eq_any(ids.to_vec()));
    Ok(these.order(audit_entry::id).select(StoredEntry::as_select()).load(conn)?)
}

/// The timestamp of the first entry after that of the last link.
pub(super) fn first_after_seals(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    let last = audit_seal::table.order(audit_seal::position.desc()).select(audit_seal::entry_id);
    let last: Option<Id> = last.first(conn).optional()?;
    let mut entries = audit_entry::table.select(audit_entry::at).order(audit_entry::id).into_boxed::<MultiBackend>();
    if let Some(last) = last {
        entries = entries.filter(audit_entry::id.gt(last));
    }
    Ok(entries.first(conn).optional()?)
}

pub(super) fn count_unsealed(conn: &mut Conn) -> Result<(i64, Option<Timestamp>), Error> {
    let open = audit_entry::table.left_join(audit_seal::table).filter(audit_seal::position.is_null());
    Ok((open.select(count_star()).first(conn)?, open.select(min(audit_entry::at)).first(conn)?))
}

/// Adds links. On PostgreSQL as three arrays: a statement with thousands of parameters costs more than their insertion.
pub(super) fn insert_links(conn: &mut Conn, links: &[(i64, Id, Vec<u8>)]) -> Result<(), Error> {
    if links.is_empty() {
        return Ok(());
    }
    match conn {
        Conn::Postgres(c) => {
            let (mut positions, mut entries, mut macs) = (Vec::new(), Vec::new(), Vec::new());
            for (position, entry, link) in links {
                positions.push(*position);
                entries.push(*entry);
                macs.push(link.as_slice());
            }
            let statement = "INSERT INTO audit_seal (position, entry_id, link) \
                             SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[])";
            diesel::sql_query(statement)
                .bind::<Array<BigInt>, _>(positions)
                .bind::<Array<SqlId>, _>(entries)
                .bind::<Array<Binary>, _>(macs)
                .execute(c)?;
        }
        Conn::Sqlite(c) => {
            let row = |(position, entry, link): &(i64, Id, Vec<u8>)| {
                (audit_seal::position.eq(*position), audit_seal::entry_id.eq(*entry), audit_seal::link.eq(link.clone()))
            };
            let rows: Vec<_> = links.iter().map(row).collect();
            diesel::insert_into(audit_seal::table).values(&rows).execute(c)?;
        }
    }
    Ok(())
}

/// The position of a link, the link, and its entry, which is missing if it was deleted.
pub(super) type Link = (i64, Vec<u8>, Option<StoredEntry>);

/// The next links after `position`, with their entries.
pub(super) fn chain(conn: &mut Conn, position: i64, limit: i64) -> Result<Vec<Link>, Error> {
    Ok(audit_seal::table
        .left_join(audit_entry::table)
        .filter(audit_seal::position.gt(position))
        .order(audit_seal::position)
        .limit(limit)
        .select((audit_seal::position, audit_seal::link, Option::<StoredEntry>::as_select()))
        .load(conn)?)
}

/// Entries by or about a person for an export, the newest first.
pub(super) fn export(conn: &mut Conn, user: Id, limit: i64) -> Result<Vec<Value>, Error> {
    let own = audit_entry::table
        .filter(audit_entry::actor_id.eq(user).or(audit_entry::subject_id.eq(user)))
        .order(audit_entry::id.desc());
    Ok(personal_rows!(conn, limit, own,
        id: Id = audit_entry::id, at: Timestamp = audit_entry::at, action: String = audit_entry::action,
        actor: Option<Id> = audit_entry::actor_id, subject: Option<Id> = audit_entry::subject_id,
        network: Option<String> = audit_entry::network, detail: Option<Document<Value>> = audit_entry::detail))
}
