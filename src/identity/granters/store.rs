//! The SQL of credentials with which something was granted.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::db::schema::{api_token, session};
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// The sessions and API tokens among these that are still trusted for grants.
pub(super) fn good(conn: &mut Conn, ids: &[Id]) -> Result<BTreeSet<Id>, Error> {
    let mut good = BTreeSet::new();
    for ids in ids.chunks(BATCH) {
        let trusted = session::trusted.eq(true).or(session::trusted.is_null().and(session::revoked_at.is_null()));
        let sessions = session::table.filter(session::id.eq_any(ids.to_vec())).filter(trusted);
        good.extend(sessions.select(session::id).load::<Id>(conn)?);
        let tokens =
            api_token::table.filter(api_token::id.eq_any(ids.to_vec())).filter(api_token::revoked_at.is_null());
        good.extend(tokens.select(api_token::id).load::<Id>(conn)?);
    }
    Ok(good)
}

/// Keeps the row of a session or API token at least until then.
pub(super) fn keep(conn: &mut Conn, id: Id, until: Timestamp) -> Result<(), Error> {
    let shorter = session::kept_until.is_null().or(session::kept_until.lt(until));
    diesel::update(session::table.filter(session::id.eq(id).and(shorter)))
        .set(session::kept_until.eq(until))
        .execute(conn)?;
    let shorter = api_token::kept_until.is_null().or(api_token::kept_until.lt(until));
    diesel::update(api_token::table.filter(api_token::id.eq(id).and(shorter)))
        .set(api_token::kept_until.eq(until))
        .execute(conn)?;
    Ok(())
}
