//! All SQL of second factors.

use diesel::dsl::{count_star, not};
use diesel::prelude::*;
use serde_json::Value;

use super::types::{PasskeyView, Suspicion};
use crate::db::schema::{passkey, recovery_code, totp};
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

/// An authenticator app as it is stored.
#[derive(Queryable, Selectable)]
#[diesel(table_name = totp)]
pub(super) struct TotpRow {
    pub(super) sealed_secret: Vec<u8>,
    pub(super) created_at: Timestamp,
    pub(super) confirmed_at: Option<Timestamp>,
}

pub(super) fn totp(conn: &mut Conn, user: Id) -> Result<Option<TotpRow>, Error> {
    Ok(totp::table.find(user).select(TotpRow::as_select()).first(conn).optional()?)
}

/// Stores a new secret in place of an unconfirmed one; returns false if there is a confirmed one.
pub(super) fn put_totp(conn: &mut Conn, user: Id, sealed: &[u8], now: Timestamp) -> Result<bool, Error> {
    let unconfirmed = totp::user_id.eq(user).and(totp::confirmed_at.is_null());
    diesel::delete(totp::table.filter(unconfirmed)).execute(conn)?;
    let row =
        (totp::user_id.eq(user), totp::sealed_secret.eq(sealed), totp::created_at.eq(now), totp::last_step.eq(0_i64));
    let inserted =
        on_each!(conn, c => diesel::insert_into(totp::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(inserted > 0)
}

/// The sealed secrets of the next people after `last`.
pub(super) fn sealed_totps(conn: &mut Conn, last: Id, limit: i64) -> Result<Vec<(Id, Vec<u8>)>, Error> {
    let next = totp::table.filter(totp::user_id.gt(last)).order(totp::user_id).limit(limit);
    Ok(next.select((totp::user_id, totp::sealed_secret)).load(conn)?)
}

/// Replaces a sealed secret, if it is still this one.
pub(super) fn replace_sealed_totp(conn: &mut Conn, user: Id, sealed: &[u8], anew: &[u8]) -> Result<(), Error> {
    let same = totp::user_id.eq(user).and(totp::sealed_secret.eq(sealed));
    diesel::update(totp::table.filter(same)).set(totp::sealed_secret.eq(anew)).execute(conn)?;
    Ok(())
}

/// Makes an app a factor, as of now; returns whether it was not one before.
pub(super) fn confirm_totp(conn: &mut Conn, user: Id, step: i64, now: Timestamp) -> Result<bool, Error> {
    let unconfirmed = totp::user_id.eq(user).and(totp::confirmed_at.is_null());
    let confirmed = (totp::confirmed_at.eq(now), totp::created_at.eq(now), totp::last_step.eq(step));
    Ok(diesel::update(totp::table.filter(unconfirmed)).set(confirmed).execute(conn)? > 0)
}

/// Uses up a time step and all before it; one of several concurrent requests succeeds (RFC 6238, 5.2).
pub(super) fn use_step(conn: &mut Conn, user: Id, step: i64) -> Result<bool, Error> {
    let later = totp::user_id.eq(user).and(totp::last_step.lt(step));
    Ok(diesel::update(totp::table.filter(later)).set(totp::last_step.eq(step)).execute(conn)? > 0)
}

pub(super) fn delete_totp(conn: &mut Conn, user: Id) -> Result<bool, Error> {
    Ok(diesel::delete(totp::table.find(user)).execute(conn)? > 0)
}

pub(super) fn replace_recovery_codes(
    conn: &mut Conn,
    user: Id,
    hashes: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), Error> {
    delete_recovery_codes(conn, user)?;
    let row = |hash| (recovery_code::hash.eq(hash), recovery_code::user_id.eq(user), recovery_code::created_at.eq(now));
    let rows: Vec<_> = hashes.iter().map(row).collect();
    on_each!(conn, c => diesel::insert_into(recovery_code::table).values(&rows).execute(c))?;
    Ok(())
}

/// Uses up a recovery code; one of several concurrent requests succeeds.
pub(super) fn use_recovery_code(conn: &mut Conn, user: Id, hash: &[u8], now: Timestamp) -> Result<bool, Error> {
    let unused =
        recovery_code::hash.eq(hash).and(recovery_code::user_id.eq(user)).and(recovery_code::used_at.is_null());
    Ok(diesel::update(recovery_code::table.filter(unused)).set(recovery_code::used_at.eq(now)).execute(conn)? > 0)
}

pub(super) fn count_recovery_codes(conn: &mut Conn, user: Id) -> Result<i64, Error> {
    let unused = recovery_code::user_id.eq(user).and(recovery_code::used_at.is_null());
    Ok(recovery_code::table.filter(unused).select(count_star()).first(conn)?)
}

pub(super) fn delete_recovery_codes(conn: &mut Conn, user: Id) -> Result<(), Error> {
    diesel::delete(recovery_code::table.filter(recovery_code::user_id.eq(user))).execute(conn)?;
    Ok(())
}

pub(super) fn insert_passkey(
    conn: &mut Conn,
    view: &PasskeyView,
    user: Id,
    credential_id: &[u8],
    credential: Value,
) -> Result<(), Error> {
    diesel::insert_into(passkey::table)
        .values((
            passkey::id.eq(view.id),
            passkey::user_id.eq(user),
            passkey::credential_id.eq(credential_id),
            passkey::name.eq(&view.name),
            passkey::credential.eq(Document(credential)),
            passkey::created_at.eq(view.created_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// A passkey as it is stored.
#[derive(Queryable, Selectable)]
#[diesel(table_name = passkey)]
pub(super) struct PasskeyRow {
    pub(super) id: Id,
    pub(super) user_id: Id,
    pub(super) name: String,
    /// The library's data.
    pub(super) credential: Document<Value>,
    pub(super) created_at: Timestamp,
    pub(super) last_used_at: Option<Timestamp>,
    pub(super) suspended_at: Option<Timestamp>,
    pub(super) suspended_reason: Option<Suspicion>,
}

impl PasskeyRow {
    /// The view for its owner; the handler adds the sentence in the reader's language.
    fn into_view(self) -> PasskeyView {
        let says = |flag| self.credential.0.pointer(flag).and_then(Value::as_bool).unwrap_or(false);
        PasskeyView {
            backup_eligible: says("/cred/backup_eligible"),
            backed_up: says("/cred/backup_state"),
            id: self.id,
            name: self.name,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            suspended_at: self.suspended_at,
            suspended_reason: self.suspended_reason,
            suspended_detail: None,
        }
    }
}

pub(super) fn list_passkeys(conn: &mut Conn, user: Id) -> Result<Vec<PasskeyView>, Error> {
    let own = passkey::table.filter(passkey::user_id.eq(user)).order(passkey::id).limit(100);
    let rows: Vec<PasskeyRow> = own.select(PasskeyRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(PasskeyRow::into_view).collect())
}

pub(super) fn passkeys(conn: &mut Conn, user: Id) -> Result<Vec<Value>, Error> {
    let own = passkey::table.filter(passkey::user_id.eq(user)).order(passkey::id).limit(100);
    let rows: Vec<Document<Value>> = own.select(passkey::credential).load(conn)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The passkey with this credential id.
pub(super) fn find_passkey(conn: &mut Conn, credential_id: &[u8]) -> Result<Option<PasskeyRow>, Error> {
    let row = passkey::table.filter(passkey::credential_id.eq(credential_id));
    Ok(row.select(PasskeyRow::as_select()).first(conn).optional()?)
}

/// A passkey of this person.
pub(super) fn own_passkey(conn: &mut Conn, user: Id, id: Id) -> Result<Option<PasskeyRow>, Error> {
    let row = passkey::table.filter(passkey::id.eq(id).and(passkey::user_id.eq(user)));
    Ok(row.select(PasskeyRow::as_select()).first(conn).optional()?)
}

/// Records a use of a passkey and its state, and ends a suspension. Returns false and writes nothing if it was
/// suspended meanwhile for a reason that only its owner can settle.
pub(super) fn note_passkey(conn: &mut Conn, id: Id, credential: Value, now: Timestamp) -> Result<bool, Error> {
    let unsettled = passkey::suspended_reason.eq(Suspicion::CounterWentBack);
    let good = passkey::id.eq(id).and(passkey::suspended_reason.is_null().or(not(unsettled)));
    let used = (
        passkey::credential.eq(Document(credential)),
        passkey::last_used_at.eq(now),
        passkey::suspended_at.eq(None::<Timestamp>),
        passkey::suspended_reason.eq(None::<Suspicion>),
    );
    Ok(diesel::update(passkey::table.filter(good)).set(used).execute(conn)? > 0)
}

/// Suspends a passkey; returns false if it was suspended for this reason already.
pub(super) fn suspend_passkey(conn: &mut Conn, id: Id, reason: Suspicion, now: Timestamp) -> Result<bool, Error> {
    let same = passkey::suspended_reason.eq(reason);
    let other = passkey::id.eq(id).and(passkey::suspended_reason.is_null().or(not(same)));
    let suspended = (passkey::suspended_at.eq(now), passkey::suspended_reason.eq(reason));
    Ok(diesel::update(passkey::table.filter(other)).set(suspended).execute(conn)? > 0)
}

/// Accepts a suspended passkey again, in this state.
pub(super) fn accept_passkey(conn: &mut Conn, id: Id, credential: Value) -> Result<(), Error> {
    let accepted = (
        passkey::credential.eq(Document(credential)),
        passkey::suspended_at.eq(None::<Timestamp>),
        passkey::suspended_reason.eq(None::<Suspicion>),
    );
    diesel::update(passkey::table.find(id)).set(accepted).execute(conn)?;
    Ok(())
}

pub(super) fn count_passkeys(conn: &mut Conn, user: Id) -> Result<i64, Error> {
    Ok(passkey::table.filter(passkey::user_id.eq(user)).select(count_star()).first(conn)?)
}

pub(super) fn count_suspended(conn: &mut Conn, user: Id) -> Result<i64, Error> {
    let suspended = passkey::user_id.eq(user).and(passkey::suspended_at.is_not_null());
    Ok(passkey::table.filter(suspended).select(count_star()).first(conn)?)
}

pub(super) fn delete_passkey(conn: &mut Conn, user: Id, id: Id) -> Result<bool, Error> {
    let own = passkey::table.filter(passkey::id.eq(id).and(passkey::user_id.eq(user)));
    Ok(diesel::delete(own).execute(conn)? > 0)
}

/// Whether there is a confirmed app or a passkey in use that was added before then.
pub(super) fn has_older(conn: &mut Conn, user: Id, than: Timestamp) -> Result<bool, Error> {
    let apps = totp::table
        .filter(totp::user_id.eq(user).and(totp::confirmed_at.is_not_null()))
        .filter(totp::created_at.lt(than));
    let passkeys = passkey::table
        .filter(passkey::user_id.eq(user).and(passkey::suspended_at.is_null()))
        .filter(passkey::created_at.lt(than));
    let apps: i64 = apps.select(count_star()).first(conn)?;
    let passkeys: i64 = passkeys.select(count_star()).first(conn)?;
    Ok(apps + passkeys > 0)
}

/// Deletes the factors added since then.
pub(super) fn delete_since(conn: &mut Conn, user: Id, since: Timestamp) -> Result<(), Error> {
    let codes = recovery_code::user_id.eq(user).and(recovery_code::created_at.ge(since));
    diesel::delete(totp::table.filter(totp::user_id.eq(user).and(totp::created_at.ge(since)))).execute(conn)?;
    diesel::delete(recovery_code::table.filter(codes)).execute(conn)?;
    diesel::delete(passkey::table.filter(passkey::user_id.eq(user).and(passkey::created_at.ge(since))))
        .execute(conn)?;
    Ok(())
}
