//! A mail on its way from the outbox to a courier.

use std::collections::HashMap;
use std::sync::Arc;

use super::Content;
use super::claims::Taken;
use super::message::Sheet;
use super::pace::Place;
use super::smtp::Reply;
use super::suspect::SuspectPermit;
use super::types::{Claim, Lane, Outcome, SendResult};
use crate::db::Id;
use crate::time::Timestamp;

/// A leased mail on its way to a courier.
pub(super) struct Job {
    pub(super) lane: Lane,
    pub(super) claim: Claim,
    /// What it says; none where that is gone.
    pub(super) sheet: Option<Arc<Sheet>>,
    /// What the announcement is about, where that may be left.
    pub(super) topic: Option<Arc<str>>,
    pub(super) lease_until: Timestamp,
    /// Gives its domain free when it is done with.
    pub(super) place: Option<Place>,
    /// Where it is a suspect: lets the next one go when the result is written down.
    pub(super) permit: Option<Arc<SuspectPermit>>,
}

/// What was claimed, with what it says: a text of many mails is taken apart once.
pub(super) fn of(lane: Lane, taken: Vec<Taken>, contents: Vec<(Id, Content)>, lease_until: Timestamp) -> Vec<Job> {
    let contents: HashMap<Id, Content> = contents.into_iter().collect();
    let mut sheets: HashMap<Id, Arc<Sheet>> = HashMap::new();
    let mut sheet_of = |claim: &Claim| {
        let id = claim.content_id?;
        let content = contents.get(&id)?;
        Some(Arc::clone(sheets.entry(id).or_insert_with(|| Arc::new(Sheet::new(content, claim.vars.is_some())))))
    };
    taken
        .into_iter()
        .map(|Taken { claim, topic }| {
            let sheet = sheet_of(&claim);
            Job { lane, claim, sheet, topic, lease_until, place: None, permit: None }
        })
        .collect()
}

impl Job {
    /// Back into the outbox, due at `at`, no try charged.
    pub(super) fn put_back(&self, at: Timestamp, why: &str) -> SendResult {
        self.result(Outcome::PutBack { at }, None, Some(why.to_owned()))
    }

    /// What the relay's answer makes of it.
    pub(super) fn answered(&self, outcome: Outcome, reply: Reply) -> SendResult {
        let result = self.result(outcome, Some(i32::from(reply.code)), Some(reply.words));
        SendResult { status: reply.status, ..result }
    }

    pub(super) fn result(&self, outcome: Outcome, code: Option<i32>, reply: Option<String>) -> SendResult {
        SendResult { permit: self.permit.clone(), ..self.claim.result(outcome, code, reply) }
    }
}
