//! The SQL of locks of contacts.

use diesel::prelude::*;

use crate::db::schema::contact;
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;

pub(super) fn lock(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    let Conn::Postgres(c) = conn else { return Ok(()) };
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    for ids in ids.chunks(BATCH) {
        let rows = contact::table.filter(contact::id.eq_any(ids)).order(contact::id).select(contact::id);
        rows.for_no_key_update().load::<Id>(c)?;
    }
    Ok(())
}
