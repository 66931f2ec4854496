//! The SQL of exporting and erasing.

use diesel::prelude::*;

use crate::db::schema::{announcement, delivery, digest};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::personal_data::Lists;
use crate::personal_list;
use crate::time::Timestamp;

type When = Option<Timestamp>;

/// Adds the announcements to a person, the newest first, and the rhythm of digests to an export.
pub(super) fn export(conn: &mut Conn, user: Id, lists: &mut Lists) -> Result<(), Error> {
    let sent = delivery::table
        .inner_join(announcement::table)
        .filter(delivery::user_id.eq(user))
        .order(delivery::announcement_id.desc());
    personal_list!(lists, "announcements", conn, sent,
        announcement: Id = announcement::id, sent_at: When = announcement::sent_at,
        read_at: When = delivery::read_at, acknowledged_at: When = delivery::acknowledged_at,
        digest_since: When = delivery::digest_since, digest_at: When = delivery::digest_at);
    personal_list!(lists, "digests", conn, digest::table.filter(digest::user_id.eq(user)),
        rhythm: String = digest::rhythm, due_at: Timestamp = digest::due_at);
    Ok(())
}

/// Deletes the read marks of a person; returns the mails of all deliveries.
pub(super) fn blank_deliveries(conn: &mut Conn, user: Id) -> Result<Vec<Id>, Error> {
    diesel::update(delivery::table.filter(delivery::user_id.eq(user)))
        .set((
            delivery::read_at.eq(None::<Timestamp>),
            delivery::digest_since.eq(None::<Timestamp>),
            delivery::digest_at.eq(None::<Timestamp>),
        ))
        .execute(conn)?;
    let delivered = delivery::table.filter(delivery::user_id.eq(user)).select(delivery::mail_id);
    Ok(delivered.load(conn)?)
}
