//! All SQL of users and one-time secrets.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde_json::Value;

use super::types::{Credentials, NewUser, Purpose};
use crate::db::schema::{one_time_token, users};
use crate::db::{BATCH, Conn, Document, Id, Locked, SWEPT_AT_ONCE, Wakeup, note_lock, note_new_person};
use crate::error::Error;
use crate::i18n::Language;
use crate::mail::EmailAddress;
use crate::on_each;
use crate::secrets::fingerprint;
use crate::text::NameKeys;
use crate::time::Timestamp;

/// The owner of an address, with the password hash.
pub(super) fn credentials(conn: &mut Conn, email_key: &str) -> Result<Option<Credentials>, Error> {
    let row = users::table.filter(users::email_key.eq(email_key)).select(Credentials::as_select()).first(conn);
    Ok(row.optional()?)
}

/// The number of accounts with another password hash.
pub(super) fn count_without_hash(conn: &mut Conn, hash: &str) -> Result<i64, Error> {
    Ok(users::table.filter(users::password_hash.ne(hash)).count().get_result(conn)?)
}

/// The person, locked until this unit of work ends. A use case that decided outside of it, while a password was hashed,
/// checks here whether the decision is still valid.
///
/// Not against rows of others that name the person: whoever writes such a row would wait, and hold what comes later in
/// the lock order (`db`).
pub(super) fn lock_for_update(conn: &mut Conn, user: Id) -> Result<Credentials, Error> {
    note_lock(Locked::Person(user))?;
    match conn {
        Conn::Postgres(c) => {
            Ok(users::table.find(user).select(Credentials::as_select()).for_no_key_update().first(c)?)
        }
        // SQLite: a unit of work that writes is alone.
        Conn::Sqlite(_) => credentials_of(conn, user),
    }
}

/// How a unit of work locks a person until it ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    /// Exclusively: it changes the person.
    Change,
    /// Shared: it relies on the state of the person.
    Rely,
}

/// Locks a person until this unit of work ends, against suspension, the end of sessions, and a new password. The person
/// comes before sessions, one-time secrets and counts of the throttle (lock order, `db`).
pub(super) fn lock(conn: &mut Conn, user: Id, lock: Lock) -> Result<(), Error> {
    note_lock(Locked::Person(user))?;
    if let Conn::Postgres(c) = conn {
        let row = users::table.find(user).select(users::id);
        match lock {
            Lock::Change => row.for_no_key_update().first::<Id>(c).optional()?,
            Lock::Rely => row.for_share().first::<Id>(c).optional()?,
        };
    }
    Ok(())
}

/// Locks the sender of a request, and the people whom the request is about exclusively, in the order of their ids.
pub(super) fn lock_with(conn: &mut Conn, sender: Id, own: Lock, others: &[Id]) -> Result<(), Error> {
    let people: BTreeSet<Id> = others.iter().copied().chain([sender]).collect();
    for person in people {
        lock(conn, person, if others.contains(&person) { Lock::Change } else { own })?;
    }
    Ok(())
}

pub(super) fn credentials_of(conn: &mut Conn, user: Id) -> Result<Credentials, Error> {
    Ok(users::table.find(user).select(Credentials::as_select()).first(conn)?)
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
        for (id, _) in people {
            note_new_person(*id);
        }
        let rows: Vec<_> = people
            .iter()
            .map(|(id, new)| {
                let keys = NameKeys::of(&new.name);
                (
                    users::id.eq(*id),
                    users::email.eq(new.email.as_str()),
                    users::email_key.eq(new.email.key()),
                    users::name.eq(&new.name),
                    (users::sort_name.eq(keys.sort), users::name_words.eq(keys.words)),
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

/// Which of these addresses (in the form for comparison) have an account.
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
    conn.wake(Wakeup::Principals);
    Ok(())
}

pub(super) fn set_time_zone(conn: &mut Conn, user: Id, zone: Option<&str>, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(user))
        .set((users::time_zone.eq(zone), users::updated_at.eq(now)))
        .execute(conn)?;
    conn.wake(Wakeup::Principals);
    Ok(())
}

/// Suspends a person, or with None reinstates; returns whether that changed anything.
pub(super) fn set_suspended(
    conn: &mut Conn,
    user: Id,
    suspension: Option<(&str, Timestamp)>,
    now: Timestamp,
) -> Result<bool, Error> {
    let (reason, since) = suspension.unzip();
    conn.wake(Wakeup::Principals);
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

/// Sets when a person is erased; None keeps the account.
pub(super) fn set_erase_at(conn: &mut Conn, user: Id, at: Option<Timestamp>, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.filter(users::id.eq(user).and(users::erased_at.is_null())))
        .set((users::erase_at.eq(at), users::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Changes the address of a person; 409 if another account has it.
pub(super) fn set_email(conn: &mut Conn, user: Id, address: &EmailAddress, now: Timestamp) -> Result<(), Error> {
    diesel::update(users::table.find(user))
        .set((users::email.eq(address.as_str()), users::email_key.eq(address.key()), users::updated_at.eq(now)))
        .execute(conn)?;
    conn.wake(Wakeup::Principals);
    Ok(())
}

/// A one-time secret to insert.
pub(super) struct NewToken<'a> {
    pub(super) purpose: Purpose,
    pub(super) user_id: Option<Id>,
    /// The session in which it was requested, if it is valid only while that is trusted.
    pub(super) session_id: Option<Id>,
    pub(super) registration_id: Option<Id>,
    pub(super) email: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) payload: Option<Value>,
    pub(super) expires_at: Timestamp,
}

impl NewToken<'_> {
    /// A secret without an owner.
    pub(super) fn nobodys(purpose: Purpose, expires_at: Timestamp) -> Self {
        Self {
            purpose,
            user_id: None,
            session_id: None,
            registration_id: None,
            email: None,
            name: None,
            payload: None,
            expires_at,
        }
    }

    /// A secret of one person.
    pub(super) fn of(purpose: Purpose, user: Id, expires_at: Timestamp) -> Self {
        Self { user_id: Some(user), ..Self::nobodys(purpose, expires_at) }
    }
}

pub(super) fn insert_token(conn: &mut Conn, secret: &str, new: &NewToken<'_>, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(one_time_token::table)
        .values((
            one_time_token::hash.eq(fingerprint(secret)),
            one_time_token::purpose.eq(new.purpose),
            one_time_token::user_id.eq(new.user_id),
            one_time_token::session_id.eq(new.session_id),
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

/// Invalidates every unused token of this purpose and person, so that only the newest is valid.
///
/// A token that ends otherwise than by its use has its end as its time of use, and a used one an earlier time; so an
/// old link answers "done" only if this very link was used (`done`).
pub(super) fn spend_tokens_of(conn: &mut Conn, purpose: Purpose, user: Id) -> Result<(), Error> {
    spend_unused(conn, user, &[purpose])
}

/// What a login by password begins.
const LOGIN: [Purpose; 2] = [Purpose::LoginChallenge, Purpose::PasskeyLogin];

/// What a person begins: a login, a passkey, a change of address.
const BEGUN: [Purpose; 4] =
    [Purpose::LoginChallenge, Purpose::PasskeyLogin, Purpose::AddPasskey, Purpose::ConfirmAddress];

/// Invalidates the logins of a person that await the second factor.
pub(super) fn spend_logins(conn: &mut Conn, user: Id) -> Result<(), Error> {
    spend_unused(conn, user, &LOGIN)
}

/// Invalidates all that a person has begun and not finished. Links back from a change of address stay valid.
pub(super) fn spend_pending(conn: &mut Conn, user: Id) -> Result<(), Error> {
    spend_unused(conn, user, &BEGUN)
}

fn spend_unused(conn: &mut Conn, user: Id, purposes: &[Purpose]) -> Result<(), Error> {
    let ended = one_time_token::used_at.eq(one_time_token::expires_at.nullable());
    let unused = one_time_token::user_id
        .eq(user)
        .and(one_time_token::used_at.is_null())
        .and(one_time_token::purpose.eq_any(purposes.to_vec()));
    diesel::update(one_time_token::table.filter(unused)).set(ended).execute(conn)?;
    Ok(())
}

/// Links that give access. One that was used after a backup would work again in the restored portal.
const LINKS: [Purpose; 2] = [Purpose::ResetPassword, Purpose::SetUp];

/// Invalidates all that anybody has begun and not finished, and the links of [`LINKS`].
pub(super) fn spend_everybodys_pending(conn: &mut Conn) -> Result<(), Error> {
    let ended = one_time_token::used_at.eq(one_time_token::expires_at.nullable());
    let pending = one_time_token::purpose.eq_any(BEGUN).or(one_time_token::purpose.eq_any(LINKS));
    let unused = one_time_token::table.filter(one_time_token::used_at.is_null()).filter(pending);
    diesel::update(unused).set(ended).execute(conn)?;
    Ok(())
}

/// A link that sets up an administrator: its hash, and the address that it was made for, if any.
type SetUpLink = (Vec<u8>, Option<String>);

/// The unused links that set up an administrator.
pub(super) fn set_up_links(conn: &mut Conn) -> Result<Vec<SetUpLink>, Error> {
    let unused = one_time_token::purpose.eq(Purpose::SetUp).and(one_time_token::used_at.is_null());
    let links = one_time_token::table.filter(unused).select((one_time_token::hash, one_time_token::email));
    Ok(links.load(conn)?)
}

/// Invalidates the tokens with these hashes that are unused.
pub(super) fn spend_by_hash(conn: &mut Conn, hashes: &[Vec<u8>]) -> Result<(), Error> {
    let ended = one_time_token::used_at.eq(one_time_token::expires_at.nullable());
    let unused = one_time_token::hash.eq_any(hashes).and(one_time_token::used_at.is_null());
    diesel::update(one_time_token::table.filter(unused)).set(ended).execute(conn)?;
    Ok(())
}

/// The same for those made at `since` or later.
pub(super) fn spend_tokens_since(conn: &mut Conn, purpose: Purpose, user: Id, since: Timestamp) -> Result<(), Error> {
    let ended = one_time_token::used_at.eq(one_time_token::expires_at.nullable());
    let later = one_time_token::purpose
        .eq(purpose)
        .and(one_time_token::user_id.eq(user))
        .and(one_time_token::used_at.is_null())
        .and(one_time_token::created_at.ge(since));
    diesel::update(one_time_token::table.filter(later)).set(ended).execute(conn)?;
    Ok(())
}

/// The data of a one-time secret.
#[derive(Queryable, Selectable, Debug)]
#[diesel(table_name = one_time_token)]
pub struct Spent {
    /// Its owner, if it has one.
    pub user_id: Option<Id>,
    /// The session in which it was requested, if it is bound to one.
    pub session_id: Option<Id>,
    /// The application whose address it verifies.
    pub registration_id: Option<Id>,
    /// The address of a new administrator, or of a change of address.
    pub email: Option<String>,
    /// The name of a new administrator.
    pub name: Option<String>,
    /// Data of its purpose.
    pub payload: Option<Document<Value>>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The data of a valid one-time secret, without using it up.
pub(super) fn look_at_token(conn: &mut Conn, purpose: Purpose, secret: &str, now: Timestamp) -> Result<Spent, Error> {
    let good = one_time_token::hash
        .eq(fingerprint(secret))
        .and(one_time_token::purpose.eq(purpose))
        .and(one_time_token::used_at.is_null())
        .and(one_time_token::expires_at.gt(now));
    let found = one_time_token::table.filter(good).select(Spent::as_select()).first(conn).optional()?;
    found.ok_or_else(Error::link_spent)
}

/// Uses up a one-time secret. One of several concurrent requests succeeds: the UPDATE decides.
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

/// Deletes some secrets that ended before `bound`, except notes of addresses (`personal_data`); returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let ended = one_time_token::expires_at
        .lt(bound)
        .and(one_time_token::purpose.ne(Purpose::LeftAddress))
        .and(one_time_token::purpose.ne(Purpose::HeldAddress));
    let ended = one_time_token::table.filter(ended).limit(SWEPT_AT_ONCE).select(one_time_token::hash);
    let ended: Vec<Vec<u8>> = ended.load(conn)?;
    Ok(diesel::delete(one_time_token::table.filter(one_time_token::hash.eq_any(ended))).execute(conn)?)
}
