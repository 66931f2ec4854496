//! The SQL of reading.

use std::collections::BTreeMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::types::{AcknowledgementCounts, AcknowledgementState, Acknowledger, Reading};
use crate::announcements::types::{AnnouncementStatus, Row};
use crate::appointments::AppointmentStatus;
use crate::db::schema::{announcement, appointment, delivery, mail, organisation, users};
use crate::db::{Conn, Id, MultiBackend};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::mail::MailState;
use crate::time::Timestamp;

/// Whether a recipient may read it: a cancelled one where its mail had left or a digest had named it. Where mails are
/// deleted, the deliveries of those that had not left are deleted, too.
macro_rules! readable {
    () => {{
        let held_back = mail::table.filter(mail::id.eq(delivery::mail_id).and(mail::state.ne(MailState::Sent)));
        announcement::status
            .ne(AnnouncementStatus::Cancelled)
            .or(delivery::digest_at.is_not_null())
            .or(not(exists(held_back)))
    }};
}

/// Announcements that this person may read, the newest first, before an id.
pub(in crate::announcements) fn list_for(
    conn: &mut Conn,
    reader: Id,
    statuses: &[AnnouncementStatus],
    unread: Option<bool>,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    let mut query = delivery::table
        .inner_join(announcement::table)
        .filter(delivery::user_id.eq(reader).and(readable!()))
        .select(Row::as_select())
        .order(delivery::announcement_id.desc())
        .limit(limit)
        .into_boxed::<MultiBackend>();
    if let Some(before) = before {
        query = query.filter(delivery::announcement_id.lt(before));
    }
    if !statuses.is_empty() {
        query = query.filter(announcement::status.eq_any(statuses.to_vec()));
    }
    query = match unread {
        Some(true) => query.filter(delivery::read_at.is_null()),
        Some(false) => query.filter(delivery::read_at.is_not_null()),
        None => query,
    };
    Ok(query.load(conn)?)
}

type Mark = (Option<Timestamp>, Option<Timestamp>);

fn reading((read_at, acknowledged_at): Mark) -> Reading {
    Reading { unread: read_at.is_none(), acknowledged_at }
}

/// The marks of this person on those of these announcements that were addressed to the person.
pub(in crate::announcements) fn marks(conn: &mut Conn, reader: Id, ids: &[Id]) -> Result<BTreeMap<Id, Reading>, Error> {
    let rows: Vec<(Id, Mark)> = delivery::table
        .filter(delivery::user_id.eq(reader).and(delivery::announcement_id.eq_any(ids)))
        .select((delivery::announcement_id, (delivery::read_at, delivery::acknowledged_at)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, mark)| (id, reading(mark))).collect())
}

/// The mark of this person on an announcement; none where the person may not read it.
pub(in crate::announcements) fn mark(conn: &mut Conn, reader: Id, id: Id) -> Result<Option<Reading>, Error> {
    let own = delivery::user_id.eq(reader).and(delivery::announcement_id.eq(id));
    let mark: Option<Mark> = delivery::table
        .inner_join(announcement::table)
        .filter(own.and(readable!()))
        .select((delivery::read_at, delivery::acknowledged_at))
        .first(conn)
        .optional()?;
    Ok(mark.map(reading))
}

/// The mail of an announcement to this person.
pub(in crate::announcements) fn mail_of(conn: &mut Conn, reader: Id, id: Id) -> Result<Option<Id>, Error> {
    Ok(delivery::table.find((reader, id)).select(delivery::mail_id).first(conn).optional()?)
}

/// Marks it as read at `at`, unless it is marked already, or as unread.
pub(super) fn set_read(conn: &mut Conn, reader: Id, id: Id, at: Option<Timestamp>) -> Result<(), Error> {
    let own = delivery::table.find((reader, id));
    match at {
        Some(at) => {
            diesel::update(own.filter(delivery::read_at.is_null())).set(delivery::read_at.eq(at)).execute(conn)?
        }
        None => diesel::update(own).set(delivery::read_at.eq(None::<Timestamp>)).execute(conn)?,
    };
    Ok(())
}

/// Marks as read at `at` all that this person may read and has not read.
pub(super) fn set_all_read(conn: &mut Conn, reader: Id, at: Timestamp) -> Result<(), Error> {
    let theirs = announcement::table.filter(announcement::id.eq(delivery::announcement_id)).filter(readable!());
    let unread = delivery::user_id.eq(reader).and(delivery::read_at.is_null());
    diesel::update(delivery::table.filter(unread).filter(exists(theirs)))
        .set(delivery::read_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// Stores an acknowledgement; returns whether it is the first.
pub(super) fn acknowledge(conn: &mut Conn, reader: Id, id: Id, now: Timestamp) -> Result<bool, Error> {
    let first = delivery::table.find((reader, id)).filter(delivery::acknowledged_at.is_null());
    Ok(diesel::update(first).set(delivery::acknowledged_at.eq(now)).execute(conn)? == 1)
}

/// How many announcements this person has not read, counted up to `most`.
pub(super) fn unread(conn: &mut Conn, reader: Id, most: usize) -> Result<usize, Error> {
    let rows: Vec<Id> = delivery::table
        .inner_join(announcement::table)
        .filter(delivery::user_id.eq(reader).and(delivery::read_at.is_null()).and(readable!()))
        .select(delivery::announcement_id)
        .limit(i64::try_from(most).or_internal()?)
        .load(conn)?;
    Ok(rows.len())
}

/// How many may read it, and how many of them have acknowledged.
pub(super) fn counts(conn: &mut Conn, id: Id) -> Result<AcknowledgementCounts, Error> {
    let readers = || {
        delivery::table
            .inner_join(announcement::table)
            .filter(delivery::announcement_id.eq(id).and(readable!()))
            .count()
    };
    let asked: i64 = readers().get_result(conn)?;
    let acknowledged: i64 = readers().filter(delivery::acknowledged_at.is_not_null()).get_result(conn)?;
    Ok(AcknowledgementCounts { asked, acknowledged, missing: asked - acknowledged })
}

/// Some of those who may read it, after somebody, without their organisations.
pub(super) fn people(
    conn: &mut Conn,
    id: Id,
    state: Option<AcknowledgementState>,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Acknowledger>, Error> {
    let mut query = delivery::table
        .inner_join(announcement::table)
        .inner_join(users::table.on(users::id.eq(delivery::user_id)))
        .filter(delivery::announcement_id.eq(id).and(readable!()))
        .select((users::id, users::name, delivery::acknowledged_at))
        .order(delivery::user_id)
        .limit(limit)
        .into_boxed::<MultiBackend>();
    query = match state {
        Some(AcknowledgementState::Acknowledged) => query.filter(delivery::acknowledged_at.is_not_null()),
        Some(AcknowledgementState::Missing) => query.filter(delivery::acknowledged_at.is_null()),
        None => query,
    };
    if let Some(after) = after {
        query = query.filter(delivery::user_id.gt(after));
    }
    let rows: Vec<(Id, String, Option<Timestamp>)> = query.load(conn)?;
    let person = |(user_id, name, acknowledged_at)| Acknowledger {
        user_id,
        name,
        organisation: None,
        organisation_name: None,
        acknowledged_at,
    };
    Ok(rows.into_iter().map(person).collect())
}

/// The code and the name of each person's organisation: of the newest appointment in force.
pub(super) fn organisations(
    conn: &mut Conn,
    people: &[Id],
    language: Language,
) -> Result<BTreeMap<Id, (String, String)>, Error> {
    let in_force = appointment::status.eq_any([AppointmentStatus::Active, AppointmentStatus::Unconfirmed]);
    let rows: Vec<(Option<Id>, String, String, String)> = appointment::table
        .inner_join(organisation::table)
        .filter(appointment::user_id.eq_any(people).and(in_force))
        .order(appointment::id)
        .select((appointment::user_id, organisation::code, organisation::name_en, organisation::name_fr))
        .load(conn)?;
    let french = language.catalogue() == Language::Fr;
    let named = |(user, code, en, fr): (Option<Id>, _, _, _)| Some((user?, (code, if french { fr } else { en })));
    Ok(rows.into_iter().filter_map(named).collect())
}
