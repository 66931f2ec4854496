//! All SQL of people, one-time secrets, known places and signing keys.

use std::collections::BTreeSet;

use diesel::dsl::exists;
use diesel::prelude::*;
use serde_json::Value;

use super::types::{Credentials, NewUser, Purpose};
use crate::appointments::{AppointmentStatus, Role};
use crate::db::schema::{appointment, device, one_time_token, signing_key, users};
use crate::db::{BATCH, Conn, Document, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::mail::EmailAddress;
use crate::on_each;
use crate::secrets::fingerprint;
use crate::time::Timestamp;

/// A signing key as it is stored.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_key)]
pub(super) struct StoredKey {
    pub(super) kid: String,
    pub(super) public_key: Vec<u8>,
    pub(super) sealed_key: Vec<u8>,
    pub(super) activates_at: Timestamp,
}

pub(super) fn keys(conn: &mut Conn) -> Result<Vec<StoredKey>, Error> {
    let ordered = signing_key::table.order((signing_key::activates_at, signing_key::kid));
    Ok(ordered.select(StoredKey::as_select()).load(conn)?)
}

pub(super) fn insert_key(conn: &mut Conn, key: &StoredKey, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(signing_key::table)
        .values((
            signing_key::kid.eq(&key.kid),
            signing_key::public_key.eq(&key.public_key),
            signing_key::sealed_key.eq(&key.sealed_key),
            signing_key::created_at.eq(now),
            signing_key::activates_at.eq(key.activates_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn delete_key(conn: &mut Conn, kid: &str) -> Result<(), Error> {
    diesel::delete(signing_key::table.find(kid)).execute(conn)?;
    Ok(())
}

/// Who has this address, and the password hash.
pub(super) fn credentials(conn: &mut Conn, email_key: &str) -> Result<Option<Credentials>, Error> {
    let row = users::table.filter(users::email_key.eq(email_key)).select(Credentials::as_select()).first(conn);
    Ok(row.optional()?)
}

/// The person, whom nobody else changes until this unit of work ends. Whoever writes what was decided outside of it, while a
/// password was hashed, looks here whether it still holds.
pub(super) fn hold(conn: &mut Conn, user: Id) -> Result<Credentials, Error> {
    match conn {
        Conn::Postgres(c) => Ok(users::table.find(user).select(Credentials::as_select()).for_update().first(c)?),
        // A unit of work that writes is alone.
        Conn::Sqlite(_) => credentials_of(conn, user),
    }
}

/// How a unit of work keeps others from changing a person until it ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    /// It will change the person: alone.
    Change,
    /// It relies on what the person is: beside others that do.
    Rely,
}

/// Keeps others from changing a person until this unit of work ends: from suspending, ending sessions, choosing a password.
/// Whoever locks a person and a session locks the person first.
pub(super) fn lock(conn: &mut Conn, user: Id, lock: Lock) -> Result<(), Error> {
    if let Conn::Postgres(c) = conn {
        let row = users::table.find(user).select(users::id);
        match lock {
            Lock::Change => row.for_no_key_update().first::<Id>(c).optional()?,
            Lock::Rely => row.for_share().first::<Id>(c).optional()?,
        };
    }
    Ok(())
}

pub(super) fn credentials_of(conn: &mut Conn, user: Id) -> Result<Credentials, Error> {
    Ok(users::table.find(user).select(Credentials::as_select()).first(conn)?)
}

/// Who holds this role in force, and whose account is open: whoever is suspended hears nothing of what officers hear.
pub(super) fn holders(conn: &mut Conn, role: Role) -> Result<Vec<Credentials>, Error> {
    let active = appointment::role.eq(role).and(appointment::status.eq(AppointmentStatus::Active));
    let ids = appointment::table.filter(active).select(appointment::user_id.assume_not_null());
    let open = users::id.eq_any(ids).and(users::suspended_at.is_null()).and(users::erase_at.is_null());
    Ok(users::table.filter(open).order(users::id).select(Credentials::as_select()).load(conn)?)
}

/// Who coordinates this organisation, with an open account.
pub(super) fn coordinators(conn: &mut Conn, organisation: Id) -> Result<Vec<Credentials>, Error> {
    let active = appointment::role
        .eq(Role::Coordinator)
        .and(appointment::status.eq(AppointmentStatus::Active))
        .and(appointment::organisation_id.eq(organisation));
    let ids = appointment::table.filter(active).select(appointment::user_id.assume_not_null());
    let open = users::id.eq_any(ids).and(users::suspended_at.is_null()).and(users::erase_at.is_null());
    Ok(users::table.filter(open).order(users::id).select(Credentials::as_select()).load(conn)?)
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

/// Adds people.
pub(super) fn insert_users(conn: &mut Conn, people: &[(Id, NewUser)], now: Timestamp) -> Result<(), Error> {
    for people in people.chunks(BATCH) {
        let rows: Vec<_> = people
            .iter()
            .map(|(id, new)| {
                (
                    users::id.eq(*id),
                    users::email.eq(new.email.as_str()),
                    users::email_key.eq(new.email.key()),
                    users::name.eq(&new.name),
                    users::password_hash.eq(&new.password_hash),
                    users::preferred_language.eq(new.preferred_language),
                    users::created_at.eq(now),
                    users::updated_at.eq(now),
                )
            })
            .collect();
        on_each!(conn, c => diesel::insert_into(users::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Which of these addresses, as they are compared, have an account.
pub(super) fn known_addresses(conn: &mut Conn, keys: &[String]) -> Result<BTreeSet<String>, Error> {
    let mut known = BTreeSet::new();
    for keys in keys.chunks(BATCH) {
        let rows = on_each!(conn, c => users::table
            .filter(users::email_key.eq_any(keys))
            .select(users::email_key)
            .load::<String>(c))?;
        known.extend(rows);
    }
    Ok(known)
}

pub(super) fn set_password(conn: &mut Conn, user: Id, hash: &str, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(user))
        .set((users::password_hash.eq(hash), users::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_language(conn: &mut Conn, user: Id, language: Language, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(user))
        .set((users::preferred_language.eq(language), users::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Gives a person another name; `previous` is the one that officers are shown beside it.
pub(super) fn set_name(conn: &mut Conn, user: Id, name: &str, previous: &str, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(user))
        .set((
            users::name.eq(name),
            users::previous_name.eq(previous),
            users::name_changed_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets the names of before of those who changed theirs before `bound`; returns how many.
pub(super) fn forget_names(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let old = users::previous_name.is_not_null().and(users::name_changed_at.lt(bound));
    Ok(diesel::update(users::table.filter(old)).set(users::previous_name.eq(None::<String>)).execute(conn)?)
}

/// Suspends a person, or with None reinstates; returns whether that changed anything.
pub(super) fn set_suspended(
    conn: &mut Conn,
    user: Id,
    suspension: Option<(&str, Timestamp)>,
    now: Timestamp,
) -> Result<bool, Error> {
    let (reason, since) = suspension.unzip();
    let change = (users::suspended_at.eq(since), users::suspension_reason.eq(reason), users::updated_at.eq(now));
    let changed = if since.is_some() {
        diesel::update(users::table.filter(users::id.eq(user).and(users::suspended_at.is_null())))
            .set(change)
            .execute(conn)?
    } else {
        diesel::update(users::table.filter(users::id.eq(user).and(users::suspended_at.is_not_null())))
            .set(change)
            .execute(conn)?
    };
    Ok(changed > 0)
}

/// Says when a person is erased, or with None that the account stays.
pub(super) fn set_erase_at(conn: &mut Conn, user: Id, at: Option<Timestamp>, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.filter(users::id.eq(user).and(users::erased_at.is_null())))
        .set((users::erase_at.eq(at), users::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Gives a person another address; 409 where somebody has it.
pub(super) fn set_email(conn: &mut Conn, user: Id, address: &EmailAddress, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(user))
        .set((users::email.eq(address.as_str()), users::email_key.eq(address.key()), users::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Notes that a person logged in from a place; returns whether it was known, and whether any was.
pub(super) fn note_device(
    conn: &mut Conn,
    user: Id,
    fingerprint: &[u8],
    now: Timestamp,
) -> Result<(bool, bool), Error> {
    let known =
        diesel::update(device::table.find((user, fingerprint))).set(device::last_seen_at.eq(now)).execute(conn)?;
    if known > 0 {
        return Ok((true, true));
    }
    let others = diesel::select(exists(device::table.filter(device::user_id.eq(user)))).get_result(conn)?;
    diesel::insert_into(device::table)
        .values((device::user_id.eq(user), device::fingerprint.eq(fingerprint), device::last_seen_at.eq(now)))
        .execute(conn)?;
    Ok((false, others))
}

/// A one-time secret to be stored.
pub(super) struct NewToken<'a> {
    pub(super) purpose: Purpose,
    pub(super) user_id: Option<Id>,
    pub(super) registration_id: Option<Id>,
    pub(super) email: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) payload: Option<Value>,
    pub(super) expires_at: Timestamp,
}

impl NewToken<'_> {
    /// A secret of one person.
    pub(super) fn of(purpose: Purpose, user: Id, expires_at: Timestamp) -> Self {
        let user_id = Some(user);
        Self { purpose, user_id, registration_id: None, email: None, name: None, payload: None, expires_at }
    }
}

pub(super) fn insert_token(conn: &mut Conn, secret: &str, new: &NewToken<'_>, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(one_time_token::table)
        .values((
            one_time_token::hash.eq(fingerprint(secret)),
            one_time_token::purpose.eq(new.purpose),
            one_time_token::user_id.eq(new.user_id),
            one_time_token::registration_id.eq(new.registration_id),
            one_time_token::email.eq(new.email),
            one_time_token::name.eq(new.name),
            one_time_token::payload.eq(new.payload.clone().map(Document)),
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
    if let Some(user) = user {
        let own = unused.and(one_time_token::user_id.eq(user));
        diesel::update(one_time_token::table.filter(own)).set(one_time_token::used_at.eq(now)).execute(conn)?;
    } else {
        // Of nobody in particular: a link that was printed, not one that was made for somebody.
        let nobodys = unused.and(one_time_token::user_id.is_null()).and(one_time_token::email.is_null());
        diesel::update(one_time_token::table.filter(nobodys)).set(one_time_token::used_at.eq(now)).execute(conn)?;
    }
    Ok(())
}

/// Makes everything worthless that a person has begun and not finished: a login, a passkey, a change of address. Ways
/// back from a change stay good.
pub(super) fn spend_pending(conn: &mut Conn, user: Id, now: Timestamp) -> Result<(), Error> {
    let begun = [Purpose::LoginChallenge, Purpose::AddPasskey, Purpose::ConfirmAddress];
    let pending = one_time_token::user_id
        .eq(user)
        .and(one_time_token::used_at.is_null())
        .and(one_time_token::purpose.eq_any(begun));
    diesel::update(one_time_token::table.filter(pending)).set(one_time_token::used_at.eq(now)).execute(conn)?;
    Ok(())
}

/// The same of those that were made at `since` or later.
pub(super) fn spend_tokens_since(
    conn: &mut Conn,
    purpose: Purpose,
    user: Id,
    since: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let later = one_time_token::purpose
        .eq(purpose)
        .and(one_time_token::user_id.eq(user))
        .and(one_time_token::used_at.is_null())
        .and(one_time_token::created_at.ge(since));
    diesel::update(one_time_token::table.filter(later)).set(one_time_token::used_at.eq(now)).execute(conn)?;
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
    /// What else belongs to it.
    pub payload: Option<Document<Value>>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a one-time secret is for, while it is good; uses nothing up.
pub(super) fn look_at_token(conn: &mut Conn, purpose: Purpose, secret: &str, now: Timestamp) -> Result<Spent, Error> {
    let good = one_time_token::hash
        .eq(fingerprint(secret))
        .and(one_time_token::purpose.eq(purpose))
        .and(one_time_token::used_at.is_null())
        .and(one_time_token::expires_at.gt(now));
    let found = one_time_token::table.filter(good).select(Spent::as_select()).first(conn).optional()?;
    found.ok_or_else(Error::link_spent)
}

/// Uses up a one-time secret. Of any number that try at once, one succeeds: the UPDATE decides.
pub(super) fn spend_token(conn: &mut Conn, purpose: Purpose, secret: &str, now: Timestamp) -> Result<Spent, Error> {
    let hash = fingerprint(secret);
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

/// Deletes secrets that ended before `bound`, and places unseen since `forgotten`; returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp, forgotten: Timestamp) -> Result<usize, Error> {
    let tokens = diesel::delete(one_time_token::table.filter(one_time_token::expires_at.lt(bound))).execute(conn)?;
    let devices = diesel::delete(device::table.filter(device::last_seen_at.lt(forgotten))).execute(conn)?;
    Ok(tokens + devices)
}
