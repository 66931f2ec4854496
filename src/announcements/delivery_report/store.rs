//! The SQL of deleting deliveries.

use diesel::prelude::*;

use crate::db::schema::{announcement_variant, delivery};
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;

/// Detaches the rendered contents from an announcement and returns them; its texts stay.
pub(super) fn take_contents(conn: &mut Conn, id: Id) -> Result<Vec<Id>, Error> {
    let its = announcement_variant::announcement_id.eq(id);
    let contents: Vec<Option<Id>> =
        announcement_variant::table.filter(its).select(announcement_variant::content_id).load(conn)?;
    diesel::update(announcement_variant::table.filter(its))
        .set(announcement_variant::content_id.eq(None::<Id>))
        .execute(conn)?;
    Ok(contents.into_iter().flatten().collect())
}

/// Deletes the deliveries of these mails, except those that a digest named.
pub(super) fn forget_unreached(conn: &mut Conn, mails: &[Id]) -> Result<(), Error> {
    for mails in mails.chunks(BATCH) {
        let unreached = delivery::mail_id.eq_any(mails).and(delivery::digest_at.is_null());
        diesel::delete(delivery::table.filter(unreached)).execute(conn)?;
    }
    Ok(())
}
