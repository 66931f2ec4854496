//! The SQL of what identity exports and erases.

use diesel::prelude::*;

use crate::db::schema::{api_token, device, one_time_token, passkey, recovery_code, session, totp, users};
use crate::db::{Conn, Document, Id, SWEPT_AT_ONCE, Wakeup};
use crate::error::Error;
use crate::identity::Purpose;
use crate::personal_data::{Erasure, Lists, NOWHERE};
use crate::personal_list;
use crate::text::NameKeys;
use crate::time::Timestamp;

type Text = Option<String>;
type When = Option<Timestamp>;

/// Adds the account and its credentials to an export.
pub(super) fn export(conn: &mut Conn, user: Id, lists: &mut Lists) -> Result<(), Error> {
    personal_list!(lists, "account", conn, users::table.filter(users::id.eq(user)),
        id: Id = users::id, email: String = users::email, name: String = users::name,
        preferred_language: String = users::preferred_language, time_zone: Text = users::time_zone,
        created_at: Timestamp = users::created_at,
        updated_at: Timestamp = users::updated_at, suspended_at: When = users::suspended_at,
        suspension_reason: Text = users::suspension_reason, name_changed_at: When = users::name_changed_at,
        previous_name: Text = users::previous_name, oldest_name: Text = users::oldest_name,
        first_login_at: When = users::first_login_at,
        own_name: Text = users::own_name, name_flagged_at: When = users::name_flagged_at);
    // Links of changes of address, one that is not confirmed included.
    let links = one_time_token::table
        .filter(one_time_token::user_id.eq(user).and(one_time_token::email.is_not_null()))
        .order(one_time_token::created_at.desc());
    personal_list!(lists, "address_changes", conn, links,
        purpose: String = one_time_token::purpose, email: Text = one_time_token::email,
        created_at: Timestamp = one_time_token::created_at, expires_at: Timestamp = one_time_token::expires_at,
        used_at: When = one_time_token::used_at);
    let sessions = session::table.filter(session::user_id.eq(user)).order(session::id.desc());
    personal_list!(lists, "sessions", conn, sessions,
        id: Id = session::id, created_at: Timestamp = session::created_at,
        last_used_at: Timestamp = session::last_used_at, expires_at: Timestamp = session::expires_at,
        revoked_at: When = session::revoked_at, level: String = session::level, label: Text = session::label,
        user_agent: Text = session::user_agent, network: Text = session::network);
    personal_list!(lists, "devices", conn, device::table.filter(device::user_id.eq(user)),
        last_seen_at: Timestamp = device::last_seen_at);
    personal_list!(lists, "authenticators", conn, totp::table.filter(totp::user_id.eq(user)),
        created_at: Timestamp = totp::created_at, confirmed_at: When = totp::confirmed_at);
    personal_list!(lists, "passkeys", conn, passkey::table.filter(passkey::user_id.eq(user)),
        id: Id = passkey::id, name: String = passkey::name, created_at: Timestamp = passkey::created_at,
        last_used_at: When = passkey::last_used_at, suspended_at: When = passkey::suspended_at,
        suspended_reason: Text = passkey::suspended_reason);
    personal_list!(lists, "tokens", conn, api_token::table.filter(api_token::user_id.eq(user)),
        id: Id = api_token::id, name: String = api_token::name, scopes: Document<Vec<String>> = api_token::scopes,
        created_at: Timestamp = api_token::created_at, expires_at: Timestamp = api_token::expires_at,
        last_used_at: When = api_token::last_used_at, revoked_at: When = api_token::revoked_at);
    Ok(())
}

/// Deletes credentials and mailed links.
pub(super) fn delete_access(conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
    let user = erasure.user;
    conn.wake(Wakeup::Principals);
    diesel::delete(session::table.filter(session::user_id.eq(user))).execute(conn)?;
    diesel::delete(device::table.filter(device::user_id.eq(user))).execute(conn)?;
    diesel::delete(totp::table.filter(totp::user_id.eq(user))).execute(conn)?;
    diesel::delete(recovery_code::table.filter(recovery_code::user_id.eq(user))).execute(conn)?;
    diesel::delete(passkey::table.filter(passkey::user_id.eq(user))).execute(conn)?;
    diesel::delete(api_token::table.filter(api_token::user_id.eq(user))).execute(conn)?;
    let to_them = one_time_token::email.eq_any(erasure.addresses.held.clone());
    let secrets = one_time_token::user_id.eq(user).or(one_time_token::user_id.is_null().and(to_them));
    diesel::delete(one_time_token::table.filter(secrets)).execute(conn)?;
    Ok(())
}

/// Blanks the account.
pub(super) fn blank_account(conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
    let (user, now) = (erasure.user, erasure.now);
    let (nowhere, keys) = (format!("{user}@{NOWHERE}"), NameKeys::of(&erasure.pseudonym));
    diesel::update(users::table.find(user))
        .set((
            users::email.eq(&nowhere),
            users::email_key.eq(&nowhere),
            users::name.eq(&erasure.pseudonym),
            (users::sort_name.eq(keys.sort), users::name_words.eq(keys.words)),
            users::password_hash.eq(""),
            users::suspension_reason.eq(None::<String>),
            users::previous_name.eq(None::<String>),
            users::oldest_name.eq(None::<String>),
            users::own_name.eq(None::<String>),
            users::name_flagged_at.eq(None::<Timestamp>),
            users::password_is_short.eq(None::<bool>),
            users::name_changed_at.eq(None::<Timestamp>),
            users::first_login_at.eq(None::<Timestamp>),
            users::time_zone.eq(None::<String>),
            users::erase_at.eq(now),
            users::erased_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Turns links that ended before `bound` into notes of a former address: the old address of a link back, the confirmed
/// address of a link to confirm one. No link has the purpose of a note, so none works.
pub(super) fn keep_addresses(conn: &mut Conn, bound: Timestamp) -> Result<(), Error> {
    let ended = || one_time_token::expires_at.lt(bound).and(one_time_token::email.is_not_null());
    let ways_back = one_time_token::purpose.eq(Purpose::UndoAddress).and(ended());
    diesel::update(one_time_token::table.filter(ways_back))
        .set(one_time_token::purpose.eq(Purpose::LeftAddress))
        .execute(conn)?;
    // A link that ended otherwise than by its use has its end as its time of use.
    let used = one_time_token::used_at.lt(one_time_token::expires_at.nullable());
    let confirmed = one_time_token::purpose.eq(Purpose::ConfirmAddress).and(ended());
    diesel::update(one_time_token::table.filter(confirmed).filter(used))
        .set(one_time_token::purpose.eq(Purpose::HeldAddress))
        .execute(conn)?;
    Ok(())
}

/// Deletes some notes of links that ended before `bound`; returns how many.
pub(super) fn forget_addresses(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let notes = one_time_token::purpose.eq_any([Purpose::LeftAddress, Purpose::HeldAddress]);
    let old = notes.and(one_time_token::expires_at.lt(bound));
    let old: Vec<Vec<u8>> =
        one_time_token::table.filter(old).limit(SWEPT_AT_ONCE).select(one_time_token::hash).load(conn)?;
    Ok(diesel::delete(one_time_token::table.filter(one_time_token::hash.eq_any(old))).execute(conn)?)
}

pub(super) fn forget_networks(conn: &mut Conn, bound: Timestamp, limit: i64) -> Result<usize, Error> {
    let old = session::created_at.lt(bound).and(session::network.is_not_null());
    let ids: Vec<Id> = session::table.filter(old).limit(limit).select(session::id).load(conn)?;
    diesel::update(session::table.filter(session::id.eq_any(ids.clone())))
        .set((session::network.eq(None::<String>), session::user_agent.eq(None::<String>)))
        .execute(conn)?;
    Ok(ids.len())
}
