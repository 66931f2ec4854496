//! All SQL of API tokens.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::types::ApiToken;
use crate::db::schema::{api_token, users};
use crate::db::{Conn, Document, Id, SWEPT_AT_ONCE, Wakeup};
use crate::error::Error;
use crate::i18n::Language;
use crate::policy::{ApiScope, Level};
use crate::time::Timestamp;

/// The principal's data of a token.
#[derive(Queryable)]
pub(super) struct TokenPrincipal {
    pub(super) id: Id,
    pub(super) scopes: Document<Vec<ApiScope>>,
    pub(super) level: Level,
    pub(super) created_at: Timestamp,
    pub(super) last_used_at: Option<Timestamp>,
    pub(super) user: Id,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) language: Language,
    pub(super) time_zone: Option<String>,
}

/// How to find a token.
#[derive(Clone, Copy)]
pub(in super::super) enum By<'a> {
    Id(Id),
    Hash(&'a [u8]),
}

pub(super) fn behind(conn: &mut Conn, by: By<'_>, now: Timestamp) -> Result<Option<TokenPrincipal>, Error> {
    let good = api_token::revoked_at.is_null().and(api_token::expires_at.gt(now)).and(users::suspended_at.is_null());
    let row = api_token::table.inner_join(users::table).filter(good).select((
        api_token::id,
        api_token::scopes,
        api_token::level,
        api_token::created_at,
        api_token::last_used_at,
        users::id,
        users::email,
        users::name,
        users::preferred_language,
        users::time_zone,
    ));
    Ok(match by {
        By::Id(id) => row.filter(api_token::id.eq(id)).first(conn),
        By::Hash(hash) => row.filter(api_token::hash.eq(hash)).first(conn),
    }
    .optional()?)
}

pub(super) fn insert(conn: &mut Conn, token: &ApiToken, user: Id, hash: &[u8], level: Level) -> Result<(), Error> {
    diesel::insert_into(api_token::table)
        .values((
            api_token::id.eq(token.id),
            api_token::user_id.eq(user),
            api_token::name.eq(&token.name),
            api_token::hash.eq(hash),
            api_token::scopes.eq(Document(token.scopes.clone())),
            api_token::level.eq(level),
            api_token::created_at.eq(token.created_at),
            api_token::expires_at.eq(token.expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn list(conn: &mut Conn, user: Id, now: Timestamp) -> Result<Vec<ApiToken>, Error> {
    type Row = (Id, String, Document<Vec<ApiScope>>, Timestamp, Timestamp, Option<Timestamp>);
    let good = api_token::user_id.eq(user).and(api_token::revoked_at.is_null()).and(api_token::expires_at.gt(now));
    let rows: Vec<Row> = api_token::table
        .filter(good)
        .order(api_token::id.desc())
        .limit(100)
        .select((
            api_token::id,
            api_token::name,
            api_token::scopes,
            api_token::created_at,
            api_token::expires_at,
            api_token::last_used_at,
        ))
        .load(conn)?;
    let token = |(id, name, scopes, created_at, expires_at, last_used_at): Row| ApiToken {
        id,
        name,
        scopes: scopes.0,
        created_at,
        expires_at,
        last_used_at,
    };
    Ok(rows.into_iter().map(token).collect())
}

pub(super) fn count(conn: &mut Conn, user: Id, now: Timestamp) -> Result<i64, Error> {
    let good = api_token::user_id.eq(user).and(api_token::revoked_at.is_null()).and(api_token::expires_at.gt(now));
    Ok(api_token::table.filter(good).select(count_star()).first(conn)?)
}

pub(super) fn touch(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(api_token::table.find(id)).set(api_token::last_used_at.eq(now)).execute(conn)?;
    Ok(())
}

pub(super) fn revoke(conn: &mut Conn, user: Id, id: Id, now: Timestamp) -> Result<bool, Error> {
    let own = api_token::id.eq(id).and(api_token::user_id.eq(user)).and(api_token::revoked_at.is_null());
    conn.wake(Wakeup::Principals);
    Ok(diesel::update(api_token::table.filter(own)).set(api_token::revoked_at.eq(now)).execute(conn)? > 0)
}

/// Revokes every token of a person; returns how many were valid. Expired ones are revoked too, because of open grants.
pub(super) fn revoke_all(conn: &mut Conn, user: Id, now: Timestamp) -> Result<usize, Error> {
    let own = || api_token::user_id.eq(user).and(api_token::revoked_at.is_null());
    let good = own().and(api_token::expires_at.gt(now));
    conn.wake(Wakeup::Principals);
    let revoked = diesel::update(api_token::table.filter(good)).set(api_token::revoked_at.eq(now)).execute(conn)?;
    diesel::update(api_token::table.filter(own())).set(api_token::revoked_at.eq(now)).execute(conn)?;
    Ok(revoked)
}

/// Revokes the tokens that were made with two factors; returns how many were valid.
pub(super) fn revoke_proven(conn: &mut Conn, user: Id, now: Timestamp) -> Result<usize, Error> {
    let own = api_token::user_id.eq(user).and(api_token::revoked_at.is_null()).and(api_token::expires_at.gt(now));
    let proven = own.and(api_token::level.eq(Level::TwoFactor));
    conn.wake(Wakeup::Principals);
    Ok(diesel::update(api_token::table.filter(proven)).set(api_token::revoked_at.eq(now)).execute(conn)?)
}

pub(super) fn revoke_everybodys(conn: &mut Conn, now: Timestamp) -> Result<(), Error> {
    let open = api_token::table.filter(api_token::revoked_at.is_null());
    conn.wake(Wakeup::Principals);
    diesel::update(open).set(api_token::revoked_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Deletes some tokens that ended before `bound`, unless a grant needs them longer.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let is_done = api_token::kept_until.is_null().or(api_token::kept_until.lt(bound));
    let ended = api_token::table.filter(api_token::expires_at.lt(bound).and(is_done)).limit(SWEPT_AT_ONCE);
    let ended: Vec<Id> = ended.select(api_token::id).load(conn)?;
    Ok(diesel::delete(api_token::table.filter(api_token::id.eq_any(ended))).execute(conn)?)
}
