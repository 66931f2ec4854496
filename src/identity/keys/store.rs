//! All SQL of signing keys.

use diesel::dsl::{exists, select};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{audit_seal, signing_key, stored_object, totp, webhook};
use crate::error::Error;
use crate::time::Timestamp;

/// A signing key as it is stored.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_key)]
pub(in super::super) struct StoredKey {
    pub(super) kid: String,
    pub(super) public_key: Vec<u8>,
    pub(super) sealed_key: Vec<u8>,
    pub(super) activates_at: Timestamp,
}

pub(super) fn keys(conn: &mut Conn) -> Result<Vec<StoredKey>, Error> {
    let ordered = signing_key::table.order((signing_key::activates_at, signing_key::kid));
    Ok(ordered.select(StoredKey::as_select()).load(conn)?)
}

/// Whether the database has anything that the master key has sealed.
pub(super) fn has_sealed(conn: &mut Conn) -> Result<bool, Error> {
    let found = [
        select(exists(signing_key::table.select(signing_key::kid))).get_result(conn)?,
        select(exists(totp::table.select(totp::user_id))).get_result(conn)?,
        select(exists(webhook::table.select(webhook::id))).get_result(conn)?,
        select(exists(stored_object::table.select(stored_object::id))).get_result(conn)?,
        select(exists(audit_seal::table.select(audit_seal::position))).get_result::<bool>(conn)?,
    ];
    Ok(found.contains(&true))
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

/// Replaces the sealed form of a key, which itself never changes.
pub(super) fn set_sealed(conn: &mut Conn, kid: &str, sealed: &[u8]) -> Result<(), Error> {
    diesel::update(signing_key::table.find(kid)).set(signing_key::sealed_key.eq(sealed)).execute(conn)?;
    Ok(())
}
