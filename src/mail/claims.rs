//! Claiming mails of batches: from each that runs its share, and none whose reader has said no meanwhile.

use std::collections::HashMap;
use std::sync::Arc;

use super::types::{Claim, Outcome, SendResult, SkipReason};
use super::{batches, consent, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// Batches that one claim takes from.
const MOST_BATCHES: usize = 10;

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
        let skipped: HashMap<Id, SkipReason> =
            consent::to_skip(conn, &claimed, topic.as_deref(), lease.now)?.into_iter().collect();
        let (skip, go): (Vec<Claim>, Vec<Claim>) =
            claimed.into_iter().partition(|claim| skipped.contains_key(&claim.id));
        let results: Vec<SendResult> = skip
            .iter()
            .map(|claim| {
                let reason = skipped.get(&claim.id).map(|reason| reason.as_str().to_owned());
                claim.result(Outcome::Skipped, None, reason)
            })
            .collect();
        store::settle(conn, lease.id, &results, lease.now)?;
        let topic: Option<Arc<str>> = topic.map(Arc::from);
        taken.extend(go.into_iter().map(|claim| Taken { claim, topic: topic.clone() }));
    }
    Ok(taken)
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
        }
    }
}
