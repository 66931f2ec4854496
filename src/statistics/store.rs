//! All SQL of key figures.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::types::{ContactCount, Member, PendingCounts};
use crate::appointments::{AppointmentStatus, Role};
use crate::db::id::SqlId;
use crate::db::schema::{appointment, contact, mail_suppression, organisation, users};
use crate::db::timestamp::SqlTimestamp;
use crate::db::{BATCH, Conn, Id};
use crate::directory::Confirmation;
use crate::error::Error;
use crate::mail::consent::SuppressionReason;
use crate::members::{MemberStatus, OrganisationKind, Region};
use crate::time::Timestamp;

/// Most decisions that are read, the newest first.
const DECISIONS: i64 = 10_000;

/// The visible member administrations that have not left, in the order of their codes. A union is no member of a
/// region, as in the counts of `member_editing`.
pub(super) fn members(conn: &mut Conn) -> Result<Vec<Member>, Error> {
    let rows: Vec<(Id, String, Option<Region>)> = organisation::table
        .filter(organisation::kind.eq(OrganisationKind::Member).and(organisation::left_on.is_null()))
        .filter(organisation::status.ne(MemberStatus::Hidden))
        .order(organisation::code)
        .select((organisation::id, organisation::code, organisation::region))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, code, region)| Member { id, code, region }).collect())
}

/// Counts of listed contacts.
pub(super) fn listed(conn: &mut Conn) -> Result<Vec<ContactCount>, Error> {
    let group = (contact::organisation_id, contact::role, contact::confirmation);
    let rows: Vec<(Id, Role, Confirmation, i64)> = contact::table
        .filter(contact::listed.eq(true))
        .group_by(group)
        .select((contact::organisation_id, contact::role, contact::confirmation, count_star()))
        .load(conn)?;
    let listed = |(organisation, role, confirmation, count)| ContactCount { organisation, role, confirmation, count };
    Ok(rows.into_iter().map(listed).collect())
}

/// Hidden members.
pub(super) fn hidden(conn: &mut Conn) -> Result<HashSet<Id>, Error> {
    let hidden = organisation::table.filter(organisation::status.eq(MemberStatus::Hidden)).select(organisation::id);
    Ok(hidden.load(conn)?.into_iter().collect())
}

/// Counts of pending cases, of contacts that have been unconfirmed since before `bound`, and of contacts whose mail
/// bounces at `now`.
pub(super) fn pending(conn: &mut Conn, bound: Timestamp, now: Timestamp) -> Result<PendingCounts, Error> {
    let states = [AppointmentStatus::Pending, AppointmentStatus::Invited];
    let rows: Vec<(AppointmentStatus, i64, Option<Timestamp>)> = appointment::table
        .filter(appointment::status.eq_any(states).and(appointment::forgotten_at.is_null()))
        .group_by(appointment::status)
        .select((appointment::status, count_star(), min(appointment::status_since)))
        .load(conn)?;
    let long = appointment::status.eq(AppointmentStatus::Unconfirmed).and(appointment::status_since.lt(bound));
    let long = appointment::table.filter(long.and(appointment::forgotten_at.is_null()));
    let bounced = mail_suppression::until
        .is_null()
        .or(mail_suppression::until.gt(now))
        .and(mail_suppression::reason.eq_any(SuppressionReason::BOUNCES));
    let bounced = mail_suppression::table.filter(bounced).select(mail_suppression::address_key);
    let people = users::table.filter(users::email_key.eq_any(bounced)).select(users::id);
    let bounced = contact::table.filter(contact::user_id.eq_any(people));
    // Few bounce, and all are listed but few: which of their contacts are listed is looked at last, so that the database
    // looks for these people, not at all listed contacts.
    let bounced: Vec<bool> = bounced.select(contact::listed).load(conn)?;
    let bounced = bounced.into_iter().filter(|is_listed| *is_listed).count();
    let mut counts = PendingCounts {
        unconfirmed_long: long.count().get_result(conn)?,
        bounced: i64::try_from(bounced).unwrap_or(i64::MAX),
        ..PendingCounts::default()
    };
    for (status, count, since) in rows {
        if status == AppointmentStatus::Pending {
            (counts.pending, counts.pending_since) = (count, since);
        } else {
            counts.invited = count;
        }
    }
    Ok(counts)
}

/// The time from application to decision, for each decision since `bound`.
pub(super) fn decision_times(conn: &mut Conn, bound: Timestamp) -> Result<Vec<Duration>, Error> {
    #[derive(QueryableByName)]
    struct Decision {
        #[diesel(sql_type = SqlTimestamp)]
        at: Timestamp,
        #[diesel(sql_type = Text)]
        appointment: String,
    }
    let decisions: Vec<Decision> = diesel::sql_query(
        "SELECT at, detail ->> 'appointment' AS appointment FROM audit_entry \
         WHERE action = 'appointment_changed' AND id >= $1 AND detail ->> 'event' IN ('approve', 'reject') \
         ORDER BY id DESC LIMIT $2",
    )
    .bind::<SqlId, _>(Id::first_of(bound))
    .bind::<BigInt, _>(DECISIONS)
    .load(conn)?;
    let ids: Vec<Id> = decisions.iter().filter_map(|decision| decision.appointment.parse().ok()).collect();
    let mut begun: HashMap<Id, Timestamp> = HashMap::new();
    for chunk in ids.chunks(BATCH) {
        let rows = appointment::table.filter(appointment::id.eq_any(chunk.to_vec()));
        begun.extend(rows.select((appointment::id, appointment::created_at)).load::<(Id, Timestamp)>(conn)?);
    }
    let time = |decision: Decision| {
        let id: Id = decision.appointment.parse().ok()?;
        Some(decision.at.since(*begun.get(&id)?))
    };
    Ok(decisions.into_iter().filter_map(time).collect())
}
