//! Claims: leases mails of batches for sending, a share from each running batch, and skips people who unsubscribed or
//! ceased to be readers in the meantime.
//!
//! Mails that were in progress when a process ended are suspects: they are claimed one at a time per lane, so that the
//! one that ends processes is identified.

mod store;

use std::collections::HashMap;
use std::sync::Arc;

pub(super) use store::{exhausted, leased, mark_set_aside, reclaim, release};

use super::types::{Claim, Lease, LeasedMail, Outcome, Priority, SendResult, SkipReason};
use super::{batches, consent};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::maintenance_mode;

/// Batches that one claim takes from.
const MOST_BATCHES: usize = 10;
/// Suspects among which one is searched that may be sent now.
const MOST_SUSPECTS: i64 = 1_000;

/// Whether mails may be claimed: none leaves while the portal is under maintenance.
pub(super) fn may_leave(conn: &mut Conn) -> Result<bool, Error> {
    Ok(!maintenance_mode::is_on(conn)?)
}

/// Claims transactional mails.
pub(super) fn urgent(conn: &mut Conn, lease: Lease, most: usize) -> Result<Vec<LeasedMail>, Error> {
    let claims = store::claim(conn, None, most, lease)?;
    Ok(claims.into_iter().map(|claim| LeasedMail { claim, topic: None }).collect())
}

/// Claims a share from each running batch, beginning with another one each time. Mails whose reader has unsubscribed
/// since they were written, or is a reader no longer, are settled at once.
pub(super) fn from_batches(conn: &mut Conn, lease: Lease, most: usize, turn: usize) -> Result<Vec<LeasedMail>, Error> {
    let mut running = batches::running(conn)?;
    if running.is_empty() {
        return Ok(Vec::new());
    }
    let count = running.len();
    running.rotate_left(turn % count);
    let share = (most / count).max(1);
    let mut taken = Vec::new();
    for (batch, topic) in running.into_iter().take(MOST_BATCHES) {
        let claimed = store::claim(conn, Some(batch), share, lease)?;
        taken.extend(wanted(conn, claimed, topic, lease)?);
    }
    Ok(taken)
}

/// Claims one suspect of this lane: a mail that was in progress when a process ended.
pub(super) fn suspect(conn: &mut Conn, lease: Lease, lane: Priority) -> Result<Vec<LeasedMail>, Error> {
    let suspects = store::suspects(conn, lease.now, MOST_SUSPECTS)?;
    if suspects.is_empty() {
        return Ok(Vec::new());
    }
    let running: HashMap<Id, Option<String>> = match lane {
        Priority::Transactional => HashMap::new(),
        Priority::Bulk => batches::running(conn)?.into_iter().collect(),
    };
    for (id, batch) in suspects {
        let topic = match (lane, batch) {
            (Priority::Transactional, None) => None,
            (Priority::Bulk, Some(batch)) if running.contains_key(&batch) => running.get(&batch).cloned().flatten(),
            _ => continue,
        };
        if let Some(claim) = store::claim_one(conn, id, lease)? {
            // The portal's own mails go to whoever asked for them, reader or not.
            if lane == Priority::Transactional {
                return Ok(vec![LeasedMail { claim, topic: None }]);
            }
            return wanted(conn, vec![claim], topic, lease);
        }
    }
    Ok(Vec::new())
}

/// The claimed mails that may still go to their reader (`consent`); the others are settled.
fn wanted(conn: &mut Conn, claimed: Vec<Claim>, topic: Option<String>, lease: Lease) -> Result<Vec<LeasedMail>, Error> {
    let skipped: HashMap<Id, SkipReason> =
        consent::to_skip(conn, &claimed, topic.as_deref(), lease.now)?.into_iter().collect();
    let (skip, go): (Vec<Claim>, Vec<Claim>) = claimed.into_iter().partition(|claim| skipped.contains_key(&claim.id));
    let results: Vec<SendResult> = skip
        .iter()
        .map(|claim| {
            let reason = skipped.get(&claim.id).map(|reason| reason.as_str().to_owned());
            claim.result(Outcome::Skipped, None, reason)
        })
        .collect();
    super::store::settle(conn, lease.id, &results, lease.now)?;
    let topic: Option<Arc<str>> = topic.map(Arc::from);
    Ok(go.into_iter().map(|claim| LeasedMail { claim, topic: topic.clone() }).collect())
}

impl Claim {
    /// The result of this mail.
    pub(super) fn result(&self, outcome: Outcome, code: Option<i32>, reply: Option<String>) -> SendResult {
        let secret_content = self.content_id.filter(|_| self.batch.is_none());
        let tried = self.attempts > 0;
        SendResult {
            mail: self.id,
            batch: self.batch,
            announcement: super::announcement_of(&self.kind, self.batch),
            tried,
            secret_content,
            outcome,
            code,
            status: None,
            reply,
            permit: None,
        }
    }
}
