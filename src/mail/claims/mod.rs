//! Claiming mails of batches: from each that runs its share, and none whose reader has said no meanwhile.
//!
//! What was in the hands of a process that ended is claimed one at a time and lane, so that of two that were in hand at the end the
//! one is found which ended it.

mod store;

use std::collections::HashMap;
use std::sync::Arc;

pub(super) use store::{exhausted, leased, mark_set_aside, reclaim, release};

use super::types::{Claim, Lane, Outcome, SendResult, SkipReason};
use super::{batches, consent};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// Batches that one claim takes from.
const MOST_BATCHES: usize = 10;
/// Suspects among which one is looked for that may leave now.
const MOST_SUSPECTS: i64 = 1_000;

/// Whose claim it is, and how long it is good.
#[derive(Clone, Copy)]
pub(super) struct Lease {
    pub(super) id: Id,
    pub(super) until: Timestamp,
    pub(super) now: Timestamp,
}

/// A claimed mail and the topic of its announcement, where that may be left.
pub(super) struct Taken {
    pub(super) claim: Claim,
    pub(super) topic: Option<Arc<str>>,
}

/// Claims what somebody waits for.
pub(super) fn urgent(conn: &mut Conn, lease: Lease, most: usize) -> Result<Vec<Taken>, Error> {
    let claims = store::claim(conn, None, most, lease)?;
    Ok(claims.into_iter().map(|claim| Taken { claim, topic: None }).collect())
}

/// Claims from the batches that run, from each its share, another first each time. Mails whose reader has said no since they
/// were written are settled on the spot.
pub(super) fn from_batches(conn: &mut Conn, lease: Lease, most: usize, turn: usize) -> Result<Vec<Taken>, Error> {
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

/// Claims one mail that a process had in hand when it ended, where there is one of this lane.
pub(super) fn suspect(conn: &mut Conn, lease: Lease, lane: Lane) -> Result<Vec<Taken>, Error> {
    let suspects = store::suspects(conn, lease.now, MOST_SUSPECTS)?;
    if suspects.is_empty() {
        return Ok(Vec::new());
    }
    let running: HashMap<Id, Option<String>> = match lane {
        Lane::Transactional => HashMap::new(),
        Lane::Bulk => batches::running(conn)?.into_iter().collect(),
    };
    for (id, batch) in suspects {
        let topic = match (lane, batch) {
            (Lane::Transactional, None) => None,
            (Lane::Bulk, Some(batch)) if running.contains_key(&batch) => running.get(&batch).cloned().flatten(),
            _ => continue,
        };
        if let Some(claim) = store::claim_one(conn, id, lease)? {
            return wanted(conn, vec![claim], topic, lease);
        }
    }
    Ok(Vec::new())
}

/// Of claimed mails those whose reader has not said no since they were written; the others are settled.
fn wanted(conn: &mut Conn, claimed: Vec<Claim>, topic: Option<String>, lease: Lease) -> Result<Vec<Taken>, Error> {
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
    Ok(go.into_iter().map(|claim| Taken { claim, topic: topic.clone() }).collect())
}

impl Claim {
    /// What became of it.
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
