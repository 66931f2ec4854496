//! All SQL of people, sessions, one-time secrets and signing keys.

use aws_lc_rs::digest::{SHA256, digest};
use diesel::prelude::*;

use super::types::{Credentials, NewUser, Purpose};
use crate::appointments::{AppointmentStatus, Role};
use crate::db::schema::{appointment, one_time_token, refresh_token, session, signing_key, users};
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::time::Timestamp;

/// What the database keeps of a secret that we hand out.
pub(super) fn hash_secret(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// A signing key as it is stored.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_key)]
pub(super) struct StoredKey {
    pub(super) kid: String,
    pub(super) public_key: Vec<u8>,
    pub(super) sealed_key: Vec<u8>,
}

pub(super) fn keys(conn: &mut Conn) -> Result<Vec<StoredKey>, Error> {
    let ordered = signing_key::table.order((signing_key::created_at, signing_key::kid));
    Ok(ordered.select(StoredKey::as_select()).load(conn)?)
}

pub(super) fn insert_key(conn: &mut Conn, key: &StoredKey, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(signing_key::table)
        .values((
            signing_key::kid.eq(&key.kid),
            signing_key::public_key.eq(&key.public_key),
            signing_key::sealed_key.eq(&key.sealed_key),
            signing_key::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Who has this address, and the password hash.
pub(super) fn credentials(conn: &mut Conn, email_key: &str) -> Result<Option<Credentials>, Error> {
    let row = users::table.filter(users::email_key.eq(email_key)).select(Credentials::as_select()).first(conn);
    Ok(row.optional()?)
}

pub(super) fn credentials_of(conn: &mut Conn, user: Id) -> Result<Credentials, Error> {
    Ok(users::table.find(user).select(Credentials::as_select()).first(conn)?)
}

/// Who holds this role in force.
pub(super) fn holders(conn: &mut Conn, role: Role) -> Result<Vec<Credentials>, Error> {
    let active = appointment::role.eq(role).and(appointment::status.eq(AppointmentStatus::Active));
    let ids = appointment::table.filter(active).select(appointment::user_id);
    Ok(users::table.filter(users::id.eq_any(ids)).order(users::id).select(Credentials::as_select()).load(conn)?)
}

/// People by their ids, in the order of the ids.
pub(super) fn users(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Credentials>, Error> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(BATCH) {
        let rows = users::table.filter(users::id.eq_any(chunk)).order(users::id).select(Credentials::as_select());
        found.extend(rows.load::<Credentials>(conn)?);
    }
    Ok(found)
}

pub(super) fn insert_user(conn: &mut Conn, id: Id, new: &NewUser, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(users::table)
        .values((
            users::id.eq(id),
            users::email.eq(new.email.as_str()),
            users::email_key.eq(new.email.key()),
            users::name.eq(&new.name),
            users::password_hash.eq(&new.password_hash),
            users::preferred_language.eq(new.preferred_language),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_password(conn: &mut Conn, user: Id, hash: &str, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(user))
        .set((users::password_hash.eq(hash), users::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

pub(super) fn update_user(
    conn: &mut Conn,
    user: Id,
    name: Option<&str>,
    language: Option<Language>,
    now: Timestamp,
) -> Result<(), Error> {
    #[derive(AsChangeset)]
    #[diesel(table_name = users)]
    struct Changes<'a> {
        name: Option<&'a str>,
        preferred_language: Option<Language>,
        updated_at: Timestamp,
    }
    let changes = Changes { name, preferred_language: language, updated_at: now };
    diesel::update(users::table.find(user)).set(changes).execute(conn)?;
    Ok(())
}

/// The person behind a session that is neither ended nor run out: (user, address, name, language).
pub(super) fn session_user(
    conn: &mut Conn,
    id: Id,
    now: Timestamp,
) -> Result<Option<(Id, String, String, Language)>, Error> {
    let alive = session::id.eq(id).and(session::revoked_at.is_null()).and(session::expires_at.gt(now));
    let row = session::table
        .inner_join(users::table)
        .filter(alive)
        .select((users::id, users::email, users::name, users::preferred_language))
        .first(conn);
    Ok(row.optional()?)
}

pub(super) fn insert_session(
    conn: &mut Conn,
    id: Id,
    user: Id,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(session::table)
        .values((
            session::id.eq(id),
            session::user_id.eq(user),
            session::created_at.eq(now),
            session::last_used_at.eq(now),
            session::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_refresh(
    conn: &mut Conn,
    session_id: Id,
    secret: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(refresh_token::table)
        .values((
            refresh_token::hash.eq(hash_secret(secret)),
            refresh_token::session_id.eq(session_id),
            refresh_token::issued_at.eq(now),
            refresh_token::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Uses up a refresh token: its session and the session's end, where the token was good.
pub(super) fn use_refresh(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<Option<(Id, Id, Timestamp)>, Error> {
    let hash = hash_secret(secret);
    let fresh =
        refresh_token::hash.eq(&hash).and(refresh_token::used_at.is_null()).and(refresh_token::expires_at.gt(now));
    let used = diesel::update(refresh_token::table.filter(fresh)).set(refresh_token::used_at.eq(now)).execute(conn)?;
    if used == 0 {
        return Ok(None);
    }
    let alive = session::revoked_at.is_null().and(session::expires_at.gt(now));
    let row = refresh_token::table
        .inner_join(session::table)
        .filter(refresh_token::hash.eq(&hash).and(alive))
        .select((session::id, session::user_id, session::expires_at))
        .first(conn);
    Ok(row.optional()?)
}

/// The session of a refresh token that was used before.
pub(super) fn session_of_used_refresh(conn: &mut Conn, secret: &str) -> Result<Option<Id>, Error> {
    let used = refresh_token::hash.eq(hash_secret(secret)).and(refresh_token::used_at.is_not_null());
    Ok(refresh_token::table.filter(used).select(refresh_token::session_id).first(conn).optional()?)
}

pub(super) fn touch_session(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(session::table.find(id)).set(session::last_used_at.eq(now)).execute(conn)?;
    Ok(())
}

pub(super) fn revoke_session(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(session::table.filter(session::id.eq(id).and(session::revoked_at.is_null())))
        .set(session::revoked_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Ends every session of a person but `except`.
pub(super) fn revoke_sessions(conn: &mut Conn, user: Id, except: Option<Id>, now: Timestamp) -> Result<(), Error> {
    let others = session::user_id
        .eq(user)
        .and(session::revoked_at.is_null())
        .and(session::id.ne(except.unwrap_or_else(Id::nil)));
    diesel::update(session::table.filter(others)).set(session::revoked_at.eq(now)).execute(conn)?;
    Ok(())
}

/// A one-time secret to be stored.
pub(super) struct NewToken<'a> {
    pub(super) purpose: Purpose,
    pub(super) user_id: Option<Id>,
    pub(super) registration_id: Option<Id>,
    pub(super) email: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) expires_at: Timestamp,
}

pub(super) fn insert_token(conn: &mut Conn, secret: &str, new: &NewToken<'_>, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(one_time_token::table)
        .values((
            one_time_token::hash.eq(hash_secret(secret)),
            one_time_token::purpose.eq(new.purpose),
            one_time_token::user_id.eq(new.user_id),
            one_time_token::registration_id.eq(new.registration_id),
            one_time_token::email.eq(new.email),
            one_time_token::name.eq(new.name),
            one_time_token::created_at.eq(now),
            one_time_token::expires_at.eq(new.expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Makes every unused token of this purpose and person worthless: the newest alone is good.
pub(super) fn spend_tokens_of(
    conn: &mut Conn,
    purpose: Purpose,
    user: Option<Id>,
    now: Timestamp,
) -> Result<(), Error> {
    let unused = one_time_token::purpose.eq(purpose).and(one_time_token::used_at.is_null());
    match user {
        Some(user) => diesel::update(one_time_token::table.filter(unused.and(one_time_token::user_id.eq(user))))
            .set(one_time_token::used_at.eq(now))
            .execute(conn)?,
        None => diesel::update(one_time_token::table.filter(unused.and(one_time_token::user_id.is_null())))
            .set(one_time_token::used_at.eq(now))
            .execute(conn)?,
    };
    Ok(())
}

/// What a one-time secret was made for.
#[derive(Queryable, Selectable, Debug)]
#[diesel(table_name = one_time_token)]
pub struct Spent {
    /// The person, where it is one's.
    pub user_id: Option<Id>,
    /// The application, where it verifies one.
    pub registration_id: Option<Id>,
    /// The address a new administrator is to have.
    pub email: Option<String>,
    /// The name a new administrator is to have.
    pub name: Option<String>,
}

/// What a one-time secret is for, while it is good; uses nothing up.
pub(super) fn look_at_token(conn: &mut Conn, purpose: Purpose, secret: &str, now: Timestamp) -> Result<Spent, Error> {
    let good = one_time_token::hash
        .eq(hash_secret(secret))
        .and(one_time_token::purpose.eq(purpose))
        .and(one_time_token::used_at.is_null())
        .and(one_time_token::expires_at.gt(now));
    let found = one_time_token::table.filter(good).select(Spent::as_select()).first(conn).optional()?;
    found.ok_or_else(Error::link_spent)
}

/// Uses up a one-time secret. Of any number that try at once, one succeeds: the UPDATE decides.
pub(super) fn spend_token(conn: &mut Conn, purpose: Purpose, secret: &str, now: Timestamp) -> Result<Spent, Error> {
    let hash = hash_secret(secret);
    let good = one_time_token::hash
        .eq(&hash)
        .and(one_time_token::purpose.eq(purpose))
        .and(one_time_token::used_at.is_null())
        .and(one_time_token::expires_at.gt(now));
    let spent =
        diesel::update(one_time_token::table.filter(good)).set(one_time_token::used_at.eq(now)).execute(conn)?;
    if spent == 0 {
        return Err(Error::link_spent());
    }
    Ok(one_time_token::table.filter(one_time_token::hash.eq(&hash)).select(Spent::as_select()).first(conn)?)
}

/// Deletes sessions and secrets that ended before `bound`; returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let sessions = diesel::delete(session::table.filter(session::expires_at.lt(bound))).execute(conn)?;
    let tokens = diesel::delete(one_time_token::table.filter(one_time_token::expires_at.lt(bound))).execute(conn)?;
    Ok(sessions + tokens)
}
