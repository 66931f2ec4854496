//! A job: a claimed mail between the outbox and a worker.

use std::collections::HashMap;
use std::sync::Arc;

use super::content::Content;
use super::message::CompiledTemplate;
use super::sending_rate::ConnectionSlot;
use super::smtp::Reply;
use super::suspect::SuspectPermit;
use super::types::{Claim, LeasedMail, Outcome, Priority, SendResult};
use crate::db::Id;
use crate::text::foreign;
use crate::time::Timestamp;

/// A leased mail on its way to a worker.
pub(super) struct Job {
    pub(super) lane: Priority,
    pub(super) claim: Claim,
    /// Its content; none if that was deleted.
    pub(super) sheet: Option<Arc<CompiledTemplate>>,
    /// The topic of the announcement, if it can be unsubscribed from.
    pub(super) topic: Option<Arc<str>>,
    pub(super) lease_until: Timestamp,
    /// Releases the slot of its domain when dropped.
    pub(super) place: Option<ConnectionSlot>,
    /// For a suspect: permits the next one once the result is written.
    pub(super) permit: Option<Arc<SuspectPermit>>,
}

/// Jobs for claimed mails and their contents: a content of many mails is compiled once. `home` is the beginning of the
/// portal's own links.
pub(super) fn of(
    lane: Priority,
    taken: Vec<LeasedMail>,
    contents: Vec<(Id, Content)>,
    lease_until: Timestamp,
    home: &str,
) -> Vec<Job> {
    let contents: HashMap<Id, Content> = contents.into_iter().collect();
    let mut sheets: HashMap<Id, Arc<CompiledTemplate>> = HashMap::new();
    let mut sheet_of = |claim: &Claim| {
        let id = claim.content_id?;
        let content = contents.get(&id)?;
        let is_of_many = claim.vars.is_some();
        let take_apart =
            || if is_of_many { CompiledTemplate::of_many(content, home) } else { CompiledTemplate::of_one(content) };
        Some(Arc::clone(sheets.entry(id).or_insert_with(|| Arc::new(take_apart()))))
    };
    taken
        .into_iter()
        .map(|LeasedMail { claim, topic }| {
            let sheet = sheet_of(&claim);
            Job { lane, claim, sheet, topic, lease_until, place: None, permit: None }
        })
        .collect()
}

impl Job {
    /// Returns the mail to the outbox, due at `at`, without counting an attempt.
    pub(super) fn put_back(&self, at: Timestamp, why: &str) -> SendResult {
        self.result(Outcome::PutBack { at }, None, Some(why.to_owned()))
    }

    /// The result for the relay's answer.
    pub(super) fn answered(&self, outcome: Outcome, reply: Reply) -> SendResult {
        let result = self.result(outcome, Some(i32::from(reply.code)), Some(reply.words));
        SendResult { status: reply.status, ..result }
    }

    /// A relay may quote the link of the mail that it refuses: secrets are removed from its words.
    pub(super) fn result(&self, outcome: Outcome, code: Option<i32>, reply: Option<String>) -> SendResult {
        let reply = reply.map(|words| foreign::without_secrets(&words));
        SendResult { permit: self.permit.clone(), ..self.claim.result(outcome, code, reply) }
    }
}
