//! The SQL of fan-out.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::schema::{announcement, announcement_variant, delivery};
use crate::db::{BATCH, Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::on_each;
use crate::time::Timestamp;

/// The progress of a fan-out.
pub(super) struct Progress {
    /// The serialised set of contacts.
    pub(super) chosen: Vec<u8>,
    /// The number of the next contact.
    pub(super) cursor: i64,
}

/// The progress; none where all mails are written.
pub(super) fn progress(conn: &mut Conn, id: Id) -> Result<Option<Progress>, Error> {
    let row: (Option<Vec<u8>>, Option<i64>) =
        announcement::table.find(id).select((announcement::chosen, announcement::fan_cursor)).first(conn)?;
    Ok(match row {
        (Some(chosen), Some(cursor)) => Some(Progress { chosen, cursor }),
        _ => None,
    })
}

pub(super) fn advance(conn: &mut Conn, id: Id, cursor: i64) -> Result<(), Error> {
    diesel::update(announcement::table.find(id)).set(announcement::fan_cursor.eq(cursor)).execute(conn)?;
    Ok(())
}

/// Ends the fan-out and deletes the set of contacts.
pub(super) fn finish(conn: &mut Conn, id: Id, recipients: i64) -> Result<(), Error> {
    diesel::update(announcement::table.find(id))
        .set((
            announcement::fan_cursor.eq(None::<i64>),
            announcement::chosen.eq(None::<Vec<u8>>),
            announcement::recipients.eq(i32::try_from(recipients).or_internal()?),
        ))
        .execute(conn)?;
    Ok(())
}

/// How many deliveries there are.
pub(super) fn count(conn: &mut Conn, id: Id) -> Result<i64, Error> {
    Ok(delivery::table.filter(delivery::announcement_id.eq(id)).count().get_result(conn)?)
}

/// Which of these people have a delivery already.
pub(super) fn addressed(conn: &mut Conn, id: Id, people: &[Id]) -> Result<Vec<Id>, Error> {
    let mut found = Vec::new();
    for people in people.chunks(BATCH) {
        let rows = delivery::table.filter(delivery::user_id.eq_any(people).and(delivery::announcement_id.eq(id)));
        found.extend(rows.select(delivery::user_id).load::<Id>(conn)?);
    }
    Ok(found)
}

/// The contents of the mails, by language.
pub(super) fn contents(conn: &mut Conn, id: Id) -> Result<BTreeMap<Language, Id>, Error> {
    let rows: Vec<(Language, Option<Id>)> = announcement_variant::table
        .filter(announcement_variant::announcement_id.eq(id))
        .select((announcement_variant::language, announcement_variant::content_id))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(language, content)| Some((language, content?))).collect())
}

/// A delivery: a recipient and the mail.
#[derive(Insertable)]
#[diesel(table_name = delivery, treat_none_as_default_value = false)]
pub(super) struct Delivery {
    pub(super) mail_id: Id,
    pub(super) announcement_id: Id,
    pub(super) user_id: Id,
    /// Since when it waits for a digest, where it does.
    pub(super) digest_since: Option<Timestamp>,
}

pub(super) fn insert_deliveries(conn: &mut Conn, deliveries: &[Delivery]) -> Result<(), Error> {
    for rows in deliveries.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(delivery::table).values(rows).execute(c))?;
    }
    Ok(())
}
