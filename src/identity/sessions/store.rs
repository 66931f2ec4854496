//! All SQL of sessions and refresh tokens.
//!
//! Whoever locks a session and a token locks the token first.

use diesel::prelude::*;

use super::types::{NewSession, SessionRow};
use crate::db::schema::{refresh_token, session, users};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::policy::Level;
use crate::time::Timestamp;

/// What the database knows of who stands behind a living session.
#[derive(Queryable)]
pub(super) struct Behind {
    pub(super) session: Id,
    pub(super) level: Level,
    pub(super) authenticated_at: Timestamp,
    pub(super) last_used_at: Timestamp,
    pub(super) idle_seconds: i32,
    pub(super) user: Id,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) language: Language,
}

/// How to find a session.
#[derive(Clone, Copy)]
pub(super) enum By<'a> {
    Id(Id),
    Cookie(&'a [u8]),
}

/// The person behind a session that is neither ended nor run out, and who is not suspended.
pub(super) fn behind(conn: &mut Conn, by: By<'_>, now: Timestamp) -> Result<Option<Behind>, Error> {
    let alive = session::revoked_at.is_null().and(session::expires_at.gt(now)).and(users::suspended_at.is_null());
    let living = session::table.inner_join(users::table).filter(alive).select((
        session::id,
        session::level,
        session::authenticated_at,
        session::last_used_at,
        session::idle_seconds,
        users::id,
        users::email,
        users::name,
        users::preferred_language,
    ));
    Ok(match by {
        By::Id(id) => living.filter(session::id.eq(id)).first(conn),
        By::Cookie(hash) => living.filter(session::cookie_hash.eq(hash)).first(conn),
    }
    .optional()?)
}

pub(super) fn insert(conn: &mut Conn, new: &NewSession, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(session::table)
        .values((
            session::id.eq(new.id),
            session::user_id.eq(new.user_id),
            session::created_at.eq(now),
            session::last_used_at.eq(now),
            session::expires_at.eq(new.expires_at),
            session::authenticated_at.eq(now),
            session::level.eq(new.level),
            session::idle_seconds.eq(new.idle_seconds),
            session::user_agent.eq(new.user_agent.as_deref()),
            session::network.eq(new.network.as_deref()),
            session::cookie_hash.eq(new.cookie_hash.as_deref()),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_refresh(
    conn: &mut Conn,
    session_id: Id,
    hash: &[u8],
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(refresh_token::table)
        .values((
            refresh_token::hash.eq(hash),
            refresh_token::session_id.eq(session_id),
            refresh_token::issued_at.eq(now),
            refresh_token::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Uses up a fresh refresh token and names its successor; of any number that try at once, one does. Returns the session.
pub(super) fn use_refresh(
    conn: &mut Conn,
    hash: &[u8],
    successor: &[u8],
    sealed: &[u8],
    now: Timestamp,
) -> Result<Option<Id>, Error> {
    let fresh =
        refresh_token::hash.eq(hash).and(refresh_token::used_at.is_null()).and(refresh_token::expires_at.gt(now));
    let used = diesel::update(refresh_token::table.filter(fresh))
        .set((
            refresh_token::used_at.eq(now),
            refresh_token::successor.eq(successor),
            refresh_token::sealed_successor.eq(sealed),
        ))
        .execute(conn)?;
    if used == 0 {
        return Ok(None);
    }
    Ok(refresh_token::table.find(hash).select(refresh_token::session_id).first(conn).optional()?)
}

/// A refresh token that was used before.
#[derive(Queryable)]
pub(super) struct UsedRefresh {
    pub(super) session: Id,
    pub(super) used_at: Option<Timestamp>,
    pub(super) successor: Option<Vec<u8>>,
    pub(super) sealed_successor: Option<Vec<u8>>,
}

pub(super) fn find_refresh(conn: &mut Conn, hash: &[u8]) -> Result<Option<UsedRefresh>, Error> {
    let row = refresh_token::table.find(hash).select((
        refresh_token::session_id,
        refresh_token::used_at,
        refresh_token::successor,
        refresh_token::sealed_successor,
    ));
    Ok(row.first(conn).optional()?)
}

/// Whether a refresh token is still unused.
pub(super) fn is_unused(conn: &mut Conn, hash: &[u8]) -> Result<bool, Error> {
    let used: Option<Option<Timestamp>> =
        refresh_token::table.find(hash).select(refresh_token::used_at).first(conn).optional()?;
    Ok(used == Some(None))
}

/// Forgets sealed successors that may no longer be given again; returns how many.
pub(super) fn wipe_successors(conn: &mut Conn, used_before: Timestamp) -> Result<usize, Error> {
    let past = refresh_token::sealed_successor.is_not_null().and(refresh_token::used_at.lt(used_before));
    let wiped = refresh_token::sealed_successor.eq(None::<Vec<u8>>);
    Ok(diesel::update(refresh_token::table.filter(past)).set(wiped).execute(conn)?)
}

/// The session of a refresh: its person, its end, its idle time.
pub(super) fn living(conn: &mut Conn, id: Id, now: Timestamp) -> Result<Option<(Id, Timestamp, i32)>, Error> {
    let alive = session::revoked_at.is_null().and(session::expires_at.gt(now)).and(users::suspended_at.is_null());
    let row = session::table.inner_join(users::table).filter(session::id.eq(id).and(alive)).select((
        session::user_id,
        session::expires_at,
        session::idle_seconds,
    ));
    Ok(row.first(conn).optional()?)
}

pub(super) fn touch(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(session::table.find(id)).set(session::last_used_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Ends a session of this person; returns whether there was one.
pub(super) fn end(conn: &mut Conn, user: Id, id: Id, now: Timestamp) -> Result<bool, Error> {
    let own = session::id.eq(id).and(session::user_id.eq(user)).and(session::revoked_at.is_null());
    Ok(diesel::update(session::table.filter(own)).set(session::revoked_at.eq(now)).execute(conn)? > 0)
}

/// Ends every session of a person but `except`; returns how many.
pub(super) fn end_all(conn: &mut Conn, user: Id, except: Option<Id>, now: Timestamp) -> Result<usize, Error> {
    let others = session::user_id
        .eq(user)
        .and(session::revoked_at.is_null())
        .and(session::id.ne(except.unwrap_or_else(Id::nil)));
    Ok(diesel::update(session::table.filter(others)).set(session::revoked_at.eq(now)).execute(conn)?)
}

/// Lowers every session of a person to what a password alone proves.
pub(super) fn lower_all(conn: &mut Conn, user: Id) -> Result<(), Error> {
    let upper = session::user_id.eq(user).and(session::level.eq(Level::TwoFactor));
    diesel::update(session::table.filter(upper)).set(session::level.eq(Level::Password)).execute(conn)?;
    Ok(())
}

/// Ends every session of everybody; returns how many.
pub(super) fn end_everybodys(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    let open = session::table.filter(session::revoked_at.is_null());
    Ok(diesel::update(open).set(session::revoked_at.eq(now)).execute(conn)?)
}

/// Ends all sessions of a person but the `keep` that were used last.
pub(super) fn end_surplus(conn: &mut Conn, user: Id, keep: i64, now: Timestamp) -> Result<(), Error> {
    let alive = session::user_id.eq(user).and(session::revoked_at.is_null()).and(session::expires_at.gt(now));
    let surplus: Vec<Id> = session::table
        .filter(alive)
        .order((session::last_used_at.desc(), session::id.desc()))
        .offset(keep)
        .limit(1_000)
        .select(session::id)
        .load(conn)?;
    if !surplus.is_empty() {
        diesel::update(session::table.filter(session::id.eq_any(surplus)))
            .set(session::revoked_at.eq(now))
            .execute(conn)?;
    }
    Ok(())
}

/// The living sessions of a person, the newest use first.
pub(super) fn list(conn: &mut Conn, user: Id, now: Timestamp) -> Result<Vec<SessionRow>, Error> {
    let alive = session::user_id.eq(user).and(session::revoked_at.is_null()).and(session::expires_at.gt(now));
    Ok(session::table
        .filter(alive)
        .order((session::last_used_at.desc(), session::id.desc()))
        .limit(100)
        .select(SessionRow::as_select())
        .load(conn)?)
}

pub(super) fn rename(conn: &mut Conn, user: Id, id: Id, label: Option<&str>) -> Result<bool, Error> {
    let own = session::id.eq(id).and(session::user_id.eq(user)).and(session::revoked_at.is_null());
    Ok(diesel::update(session::table.filter(own)).set(session::label.eq(label)).execute(conn)? > 0)
}

/// Refresh tokens that are deleted in one unit of work: a session that refreshed without a pause may have a million.
const TOKENS_AT_ONCE: i64 = 5_000;

/// Deletes some refresh tokens of sessions that ended before `bound`, and some of those sessions once they have none; returns how
/// many rows.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
    let ended = session::table.filter(session::expires_at.lt(bound)).order(session::expires_at).limit(most);
    let ended: Vec<Id> = ended.select(session::id).load(conn)?;
    let tokens: Vec<Vec<u8>> = refresh_token::table
        .filter(refresh_token::session_id.eq_any(&ended))
        .limit(TOKENS_AT_ONCE)
        .select(refresh_token::hash)
        .load(conn)?;
    let rows = diesel::delete(refresh_token::table.filter(refresh_token::hash.eq_any(&tokens))).execute(conn)?;
    if i64::try_from(tokens.len()).unwrap_or(i64::MAX) == TOKENS_AT_ONCE {
        return Ok(rows);
    }
    Ok(rows + diesel::delete(session::table.filter(session::id.eq_any(ended))).execute(conn)?)
}
