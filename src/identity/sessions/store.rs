//! All SQL of sessions and refresh tokens.
//!
//! All ways of ending a session are here. `revoked_at` alone leaves a session untrusted; an end that keeps trust must
//! say so.
//!
//! Lock order: the token before the session.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::types::{NewSession, SessionRow};
use crate::db::schema::{refresh_token, session, users};
use crate::db::{Conn, Id, Wakeup};
use crate::error::Error;
use crate::i18n::Language;
use crate::policy::Level;
use crate::time::Timestamp;

/// The principal's data of a living session.
#[derive(Queryable)]
pub(super) struct SessionPrincipal {
    pub(super) session: Id,
    pub(super) level: Level,
    pub(super) authenticated_at: Timestamp,
    pub(super) last_used_at: Timestamp,
    pub(super) idle_seconds: i32,
    pub(super) user: Id,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) language: Language,
    pub(super) time_zone: Option<String>,
}

/// How to find a session.
#[derive(Clone, Copy)]
pub(super) enum SessionKey<'a> {
    Id(Id),
    Cookie(&'a [u8]),
}

/// The person of a session that has neither ended nor expired, unless the person is suspended.
pub(super) fn behind(conn: &mut Conn, by: SessionKey<'_>, now: Timestamp) -> Result<Option<SessionPrincipal>, Error> {
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
        users::time_zone,
    ));
    Ok(match by {
        SessionKey::Id(id) => living.filter(session::id.eq(id)).first(conn),
        SessionKey::Cookie(hash) => living.filter(session::cookie_hash.eq(hash)).first(conn),
    }
    .optional()?)
}

/// The person whose browser has or had the session of this cookie, also if it has ended.
pub(super) fn owner_of_cookie(conn: &mut Conn, hash: &[u8]) -> Result<Option<Id>, Error> {
    let owner = session::table.filter(session::cookie_hash.eq(hash)).select(session::user_id);
    Ok(owner.first(conn).optional()?)
}

pub(super) fn insert(conn: &mut Conn, new: &NewSession, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(session::table)
        .values((
            session::id.eq(new.id),
            session::user_id.eq(new.user_id),
            session::login_id.eq(new.login_id),
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

/// Uses up an unused refresh token and stores its successor; one of several concurrent requests succeeds. Returns the
/// session.
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

/// A refresh token that may have been used before.
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

/// Deletes sealed successors that may no longer be repeated; returns how many.
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

/// The person of a session that is open, or has ended and is still trusted for what was requested in it.
pub(super) fn owner_at_stake(conn: &mut Conn, id: Id, now: Timestamp) -> Result<Option<Id>, Error> {
    let open = session::revoked_at.is_null().and(session::expires_at.gt(now));
    let trusted = session::trusted.eq(true).or(session::trusted.is_null().and(session::revoked_at.is_null()));
    let found = session::table.filter(session::id.eq(id)).filter(open.or(trusted));
    Ok(found.select(session::user_id).first(conn).optional()?)
}

pub(super) fn touch(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(session::table.find(id)).set(session::last_used_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Gives a browser's session another cookie; returns whether a browser has it.
pub(super) fn renew_cookie(conn: &mut Conn, id: Id, hash: &[u8]) -> Result<bool, Error> {
    let of_browser = session::table.filter(session::id.eq(id).and(session::cookie_hash.is_not_null()));
    conn.wake(Wakeup::Principals);
    Ok(diesel::update(of_browser).set(session::cookie_hash.eq(Some(hash))).execute(conn)? > 0)
}

/// Ends a session by its person, so that it stays trusted; returns its login, or none if there was no such session.
pub(super) fn leave(conn: &mut Conn, user: Id, id: Id, now: Timestamp) -> Result<Option<Id>, Error> {
    if !end(conn, user, id, now)? {
        return Ok(None);
    }
    trust(conn, &[id])?;
    login_of(conn, id).map(Some)
}

/// Ends a session from elsewhere, and removes trust from all sessions of its login; returns whether there was one.
pub(super) fn revoke(conn: &mut Conn, user: Id, id: Id, now: Timestamp) -> Result<bool, Error> {
    if !end(conn, user, id, now)? {
        return Ok(false);
    }
    let login = login_of(conn, id)?;
    let same = session::user_id.eq(user).and(session::id.eq(login).or(session::login_id.eq(login)));
    diesel::update(session::table.filter(same)).set(session::trusted.eq(false)).execute(conn)?;
    Ok(true)
}

/// Ends the open sessions of the login that a session belongs to, and removes trust from all of them; returns whether
/// that changed anything.
pub(super) fn end_login(conn: &mut Conn, user: Id, id: Id, now: Timestamp) -> Result<bool, Error> {
    let login = login_of(conn, id)?;
    let same = || session::user_id.eq(user).and(session::id.eq(login).or(session::login_id.eq(login)));
    let open = session::table.filter(same()).filter(session::revoked_at.is_null().and(session::expires_at.gt(now)));
    let ended = diesel::update(open).set(session::revoked_at.eq(now)).execute(conn)?;
    let trusted = session::table.filter(same()).filter(session::trusted.is_null().or(session::trusted.eq(true)));
    let doubted = diesel::update(trusted).set(session::trusted.eq(false)).execute(conn)?;
    conn.wake(Wakeup::Principals);
    Ok(ended + doubted > 0)
}

fn end(conn: &mut Conn, user: Id, id: Id, now: Timestamp) -> Result<bool, Error> {
    let own = session::id.eq(id).and(session::user_id.eq(user)).and(session::revoked_at.is_null());
    conn.wake(Wakeup::Principals);
    Ok(diesel::update(session::table.filter(own)).set(session::revoked_at.eq(now)).execute(conn)? > 0)
}

/// Restores trust in sessions that just ended, except those that were not trusted before.
fn trust(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    let ended = session::id.eq_any(ids.to_vec()).and(session::trusted.is_null());
    diesel::update(session::table.filter(ended)).set(session::trusted.eq(true)).execute(conn)?;
    Ok(())
}

/// The first session of the login that a session belongs to.
pub(super) fn login_of(conn: &mut Conn, id: Id) -> Result<Id, Error> {
    let first: Option<Id> = session::table.find(id).select(session::login_id).first(conn)?;
    Ok(first.unwrap_or(id))
}

/// Ends every session of a person but `except`, and removes trust from all of them, including those that had ended
/// before; returns how many were alive.
pub(super) fn end_all(conn: &mut Conn, user: Id, except: Option<Id>, now: Timestamp) -> Result<usize, Error> {
    let others = session::user_id.eq(user).and(session::id.ne(except.unwrap_or_else(Id::nil)));
    let alive = others.and(session::revoked_at.is_null()).and(session::expires_at.gt(now));
    conn.wake(Wakeup::Principals);
    let ended = diesel::update(session::table.filter(alive)).set(session::revoked_at.eq(now)).execute(conn)?;
    distrust_others(conn, user, except)?;
    Ok(ended)
}

/// Removes trust from every session of a person but `except`; returns how many lost it.
pub(super) fn distrust_others(conn: &mut Conn, user: Id, except: Option<Id>) -> Result<usize, Error> {
    let others = session::user_id.eq(user).and(session::id.ne(except.unwrap_or_else(Id::nil)));
    let is_trusted = session::trusted.is_null().or(session::trusted.eq(true));
    let distrusted = session::trusted.eq(false);
    Ok(diesel::update(session::table.filter(others.and(is_trusted))).set(distrusted).execute(conn)?)
}

/// Removes trust from the sessions of a person that were opened by two factors; they stay open.
pub(super) fn distrust_proven(conn: &mut Conn, user: Id) -> Result<(), Error> {
    let proven = session::user_id.eq(user).and(session::level.eq(Level::TwoFactor));
    diesel::update(session::table.filter(proven)).set(session::trusted.eq(false)).execute(conn)?;
    Ok(())
}

/// Voids the proof of identity of every session of a person but `except`: none counts as a recent login.
pub(super) fn void_proofs(conn: &mut Conn, user: Id, except: Option<Id>) -> Result<(), Error> {
    let others = session::user_id
        .eq(user)
        .and(session::revoked_at.is_null())
        .and(session::id.ne(except.unwrap_or_else(Id::nil)));
    let never = Timestamp::from_micros(0);
    diesel::update(session::table.filter(others)).set(session::authenticated_at.eq(never)).execute(conn)?;
    conn.wake(Wakeup::Principals);
    Ok(())
}

/// Lowers every session of a person to the level of a password alone.
pub(super) fn lower_all(conn: &mut Conn, user: Id) -> Result<(), Error> {
    let upper = session::user_id.eq(user).and(session::level.eq(Level::TwoFactor));
    diesel::update(session::table.filter(upper)).set(session::level.eq(Level::Password)).execute(conn)?;
    conn.wake(Wakeup::Principals);
    Ok(())
}

/// Ends all sessions of all people, and removes trust from them; returns how many were alive.
pub(super) fn end_everybodys(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    let alive = session::revoked_at.is_null().and(session::expires_at.gt(now));
    conn.wake(Wakeup::Principals);
    let ended = diesel::update(session::table.filter(alive)).set(session::revoked_at.eq(now)).execute(conn)?;
    diesel::update(session::table).set(session::trusted.eq(false)).execute(conn)?;
    Ok(ended)
}

/// Ends all sessions of a person but the `keep` last used. They stay trusted.
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
        diesel::update(session::table.filter(session::id.eq_any(surplus.clone())))
            .set(session::revoked_at.eq(now))
            .execute(conn)?;
        trust(conn, &surplus)?;
        conn.wake(Wakeup::Principals);
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

/// Refresh tokens deleted in one unit of work: a session that refreshed continuously may have a million.
const TOKENS_AT_ONCE: i64 = 5_000;

/// Deletes some refresh tokens of sessions that ended before `bound`, and some of those sessions once they have none;
/// returns how many rows. A session that a grant still needs keeps its owner and its trust.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
    let over = || session::table.filter(session::expires_at.lt(bound)).order(session::expires_at).limit(most);
    let is_done = session::kept_until.is_null().or(session::kept_until.lt(bound));
    let ended: Vec<Id> = over().filter(is_done).select(session::id).load(conn)?;
    let has_tokens = exists(refresh_token::table.filter(refresh_token::session_id.eq(session::id)));
    let is_whole = session::network.is_not_null().or(session::user_agent.is_not_null());
    let is_whole = is_whole.or(session::label.is_not_null()).or(has_tokens);
    let kept: Vec<Id> = over().filter(session::kept_until.ge(bound).and(is_whole)).select(session::id).load(conn)?;
    let tokens: Vec<Vec<u8>> = refresh_token::table
        .filter(refresh_token::session_id.eq_any([ended.clone(), kept.clone()].concat()))
        .limit(TOKENS_AT_ONCE)
        .select(refresh_token::hash)
        .load(conn)?;
    let rows = diesel::delete(refresh_token::table.filter(refresh_token::hash.eq_any(&tokens))).execute(conn)?;
    if i64::try_from(tokens.len()).unwrap_or(i64::MAX) == TOKENS_AT_ONCE {
        return Ok(rows);
    }
    let nothing = (
        session::network.eq(None::<String>),
        session::user_agent.eq(None::<String>),
        session::label.eq(None::<String>),
    );
    diesel::update(session::table.filter(session::id.eq_any(kept))).set(nothing).execute(conn)?;
    Ok(rows + diesel::delete(session::table.filter(session::id.eq_any(ended))).execute(conn)?)
}
