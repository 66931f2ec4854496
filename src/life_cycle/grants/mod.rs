//! What is open of somebody's grants: invitations that nobody answered, hand-overs whose days are not over.
//!
//! Each is judged again when it takes effect, by the rights that its granter has then (`policy::grants`): an invitation when it
//! is looked at, accepted or reminded of, a hand-over on its day. What is worth nothing any more is withdrawn beside that:
//! before the answer to whatever took the rights away, and every minute for whatever else did (a mandate that ended, a restored
//! backup). The officers of the organisation hear of it, since they may wish to grant it themselves.
//!
//! Every step is a unit of work that holds the organisation and judges once more, as in `clockwork`.
//!
//! Left out: what has taken effect. Whoever was put in force stays so until an officer decides otherwise.

mod store;

use serde_json::json;

use super::invitations;
use super::letters::{self, Message};
use super::{Desk, Doing};
use crate::appointments::{self, Appointment, AppointmentStatus, Event};
use crate::audit::{self, Entry};
use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::identity;
use crate::policy::{self, Principal, Worth};
use crate::time::Timestamp;
use store::{Group, UnderWay};

/// Invitations that are withdrawn in one unit of work.
const AT_ONCE: i64 = 500;

/// What is worth nothing any more.
#[derive(Default)]
struct Void {
    invitations: Vec<Group>,
    hand_overs: Vec<Id>,
}

/// Withdraws what is open of people who may grant it no longer; returns how many things that were.
///
/// # Errors
/// Where the database says no.
pub async fn withdraw_void(db: &Db, desk: &Desk) -> Result<usize, Error> {
    let void = db.read(void).await?;
    let mut done = 0;
    for group in void.invitations {
        let desk = desk.clone();
        done += told(db.write(move |conn| desk.withdraw_group(conn, group)).await);
    }
    for predecessor in void.hand_overs {
        let desk = desk.clone();
        done += told(db.write(move |conn| desk.settle_hand_over(conn, predecessor)).await.map(usize::from));
    }
    Ok(done)
}

/// One that fails is logged and does not keep the others; it is tried again a minute later.
fn told(outcome: Result<usize, Error>) -> usize {
    outcome.unwrap_or_else(|error| {
        tracing::warn!(%error, "could not withdraw what somebody had granted");
        0
    })
}

/// What is open of people who may grant it no longer: by a handful of questions for however many people.
fn void(conn: &mut Conn) -> Result<Void, Error> {
    let (groups, hand_overs) = (store::groups(conn)?, store::all_under_way(conn)?);
    let mut people: Vec<Id> = groups.iter().map(|group| group.inviter).collect();
    people.extend(hand_overs.iter().map(|(_, by)| *by));
    people.sort_unstable();
    people.dedup();
    if people.is_empty() {
        return Ok(Void::default());
    }
    let granters = identity::granters(conn, &people)?;
    let is_void = |group: &Group| granters.get(&group.inviter).is_none_or(|one| group.worth(one) == Worth::Nothing);
    let ends = |row: &Appointment, by: &Id| granters.get(by).is_none_or(|one| !policy::still_hands_over(one, row));
    Ok(Void {
        invitations: groups.into_iter().filter(is_void).collect(),
        hand_overs: hand_overs.iter().filter(|(row, by)| ends(row, by)).map(|(row, _)| row.id).collect(),
    })
}

impl Group {
    fn worth(&self, inviter: &Principal) -> Worth {
        policy::worth_of_invitation(inviter, self.role, self.organisation, self.approved)
    }
}

impl Desk {
    /// Withdraws invitations whose inviter may invite no longer, and tells those who might; how many.
    fn withdraw_group(&self, conn: &mut Conn, group: Group) -> Result<usize, Error> {
        super::store::hold_organisation(conn, group.organisation)?;
        let inviter = identity::granter(conn, group.inviter)?;
        if group.worth(&inviter) != Worth::Nothing {
            return Ok(0);
        }
        let (mut count, mut last) = (0, None);
        for id in store::of_group(conn, &group, AT_ONCE)? {
            let row = appointments::hold(conn, id)?;
            if row.status == AppointmentStatus::Invited {
                last = Some(self.carry_out(conn, &row, Doing::timed(Event::Withdraw))?);
                count += 1;
            }
        }
        if let Some(row) = last {
            let officers = letters::approvers(conn, &row)?;
            let message = Message::notice("invitations_withdrawn");
            let message = message.with("count", count.to_string()).with("inviter", inviter.name);
            self.write_to(conn, &row, &officers, &message)?;
        }
        Ok(count)
    }

    /// What an open invitation is worth now.
    pub(super) fn worth(
        conn: &mut Conn,
        row: &Appointment,
        invitation: &invitations::Granted,
    ) -> Result<(Principal, Worth), Error> {
        let inviter = identity::granter(conn, invitation.by)?;
        let worth = policy::worth_of_invitation(&inviter, row.role, row.organisation_id, invitation.approved);
        Ok((inviter, worth))
    }

    /// Writes down that a hand-over has begun, and what the mandate's end was before the first of several.
    pub(super) fn begin_hand_over(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        until: Timestamp,
        by: Id,
    ) -> Result<(), Error> {
        let before = store::under_way(conn, row.id)?.filter(|before| row.valid_to == Some(before.until));
        let valid_to_before = before.map_or(row.valid_to, |before| before.valid_to_before);
        store::begin(conn, row.id, &UnderWay { begun_by: by, valid_to_before, until }, self.now)
    }

    /// Forgets the hand-over of an appointment that is over.
    pub(super) fn forget_hand_over(conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        if row.status.is_final() { store::end(conn, row.id) } else { Ok(()) }
    }

    /// The days of a hand-over are over: the successor takes the place, where whoever began it may still do that.
    pub(super) fn end_hand_over(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        if self.cancel_void(conn, row)? {
            return Ok(());
        }
        self.carry_out(conn, row, Doing::timed(Event::Replace)).map(|_| ())
    }

    fn settle_hand_over(&self, conn: &mut Conn, predecessor: Id) -> Result<bool, Error> {
        let row = self.hold(conn, predecessor)?;
        self.cancel_void(conn, &row)
    }

    /// Cancels a hand-over where whoever began it may hand over no longer: the mandate has its end of before, both stay in
    /// force, and the officers decide. Whether it did.
    fn cancel_void(&self, conn: &mut Conn, row: &Appointment) -> Result<bool, Error> {
        let Some(begun) = store::under_way(conn, row.id)? else { return Ok(false) };
        let Some(successor) = row.replaced_by.filter(|_| !row.status.is_final()) else { return Ok(false) };
        if policy::still_hands_over(&identity::granter(conn, begun.begun_by)?, row) {
            return Ok(false);
        }
        store::end(conn, row.id)?;
        // An officer may have set another end since.
        let valid_to = if row.valid_to == Some(begun.until) { begun.valid_to_before } else { row.valid_to };
        let next = Appointment { replaced_by: None, valid_to, updated_at: self.now, ..row.clone() }.checked(self.now);
        appointments::record(conn, &next)?;
        let entry = Entry::anonymous(audit::Event::AppointmentChanged, Some(next.user_id.unwrap_or(next.id)));
        let detail = json!({
            "appointment": next.id, "event": "hand_over_cancelled", "from": row.status, "to": next.status,
        });
        self.audit.note(conn, &self.trace, &entry.of(next.organisation_id).with(detail))?;
        let successor = appointments::find(conn, successor)?.ok_or_else(Error::not_found)?;
        let people: Vec<Id> = [next.user_id, successor.user_id].into_iter().flatten().collect();
        let mut readers = letters::approvers(conn, &next)?;
        readers.extend(identity::users(conn, &people)?);
        readers.sort_by_key(|reader| reader.id);
        readers.dedup_by_key(|reader| reader.id);
        let message = Message::notice("hand_over_cancelled");
        let message = message.with("successor", super::store::names(conn, &successor)?.person);
        self.write_to(conn, &next, &readers, &message)?;
        Ok(true)
    }
}
