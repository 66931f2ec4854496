//! The clerk: writes down what became of mails, many in one transaction.
//!
//! A transaction costs the database about the same for one result as for a hundred, so a result waits a moment for company
//! ([`COMPANY`]); what the relay has taken stands in the journal meanwhile.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::journal::{self, Journal, Left};
use super::types::{Outcome, SendResult};
use super::{claims, store};
use crate::db::{Db, Id};
use crate::error::Error;
use crate::events::{Events, Kind};
use crate::time::{Clock, Timestamp};

/// Results that one transaction writes at most.
pub(super) const SETTLE: usize = 500;
/// How long the first result of a transaction waits for others.
const COMPANY: Duration = Duration::from_millis(20);
/// What is said of a mail that a journal names.
const TAKEN: &str = "taken by the relay just before the portal ended";

/// What is said of a mail that ended the processes that tried it.
const SET_ASIDE: &str = "set aside: every process that tried this mail ended";

/// Writes down what became of the mails that one sender has leased.
#[derive(Clone)]
pub(super) struct Clerk {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) events: Events,
    /// Names the sender's leases.
    pub(super) sender: Id,
    pub(super) journal: Option<Arc<Journal>>,
}

impl Clerk {
    /// Works until no courier is left.
    pub(super) async fn work(self, mut inbox: mpsc::Receiver<SendResult>) {
        let mut results = Vec::with_capacity(SETTLE);
        while gather(&mut inbox, &mut results).await {
            let batch = Arc::new(std::mem::take(&mut results));
            // A mail that left and is not written down would leave again: so try until the database is back. Should the
            // process end first, the journal knows what the relay has taken.
            while let Err(error) = self.settle(self.sender, Arc::clone(&batch)).await {
                tracing::warn!(%error, count = batch.len(), "could not write the results of mails; trying again");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            if let Some(journal) = &self.journal
                && let Err(error) = journal.settled(batch.iter().map(|result| result.mail))
            {
                tracing::warn!(%error, "the journal of mails can't be written");
            }
        }
    }

    /// Settles what senders that are gone had sent and not written down; to be done before any lease is given back.
    pub(super) async fn take_over(&self, folder: &Path) {
        let folder = folder.to_path_buf();
        let left = tokio::task::spawn_blocking(move || journal::left(&folder)).await;
        match left.map_err(std::io::Error::other).and_then(|left| left) {
            Ok(left) => {
                for left in left {
                    if let Err(error) = self.settle_left(left).await {
                        tracing::warn!(%error, "could not write down what a process that is gone had sent");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the journals of mails can't be read"),
        }
    }

    async fn settle_left(&self, left: Left) -> Result<(), Error> {
        let (sender, mails) = (left.sender, left.mails.clone());
        let claims = self.db.read(move |conn| claims::leased(conn, sender, &mails)).await?;
        if !claims.is_empty() {
            tracing::info!(count = claims.len(), "mails that a process had sent just before it ended");
        }
        for some in claims.chunks(SETTLE) {
            let taken = some.iter().map(|claim| claim.result(Outcome::Sent, None, Some(TAKEN.to_owned())));
            self.settle(sender, Arc::new(taken.collect())).await?;
        }
        // It is dead for certain: nobody needs to wait until its leases run out.
        self.db.write(move |conn| claims::release(conn, sender)).await?;
        left.done();
        Ok(())
    }

    /// Gives up mails that ended each process that tried them; to be done before any lease is given back.
    pub(super) async fn set_aside(&self, now: Timestamp, all: bool) {
        if let Err(error) = self.set_aside_some(now, all).await {
            tracing::warn!(%error, "could not set aside mails that ended the processes that tried them");
        }
    }

    async fn set_aside_some(&self, now: Timestamp, all: bool) -> Result<(), Error> {
        loop {
            let found = self.db.read(move |conn| claims::exhausted(conn, now, all)).await?;
            if found.is_empty() {
                return Ok(());
            }
            let ids: Vec<Id> = found.iter().map(|(_, claim)| claim.id).collect();
            let mut by_sender: BTreeMap<Id, Vec<SendResult>> = BTreeMap::new();
            for (sender, claim) in found {
                tracing::error!(mail = %claim.id, kind = claim.kind, "set aside: every process that tried this mail ended");
                by_sender.entry(sender).or_default().push(claim.result(
                    Outcome::Failed,
                    None,
                    Some(SET_ASIDE.to_owned()),
                ));
            }
            for (sender, results) in by_sender {
                self.settle(sender, Arc::new(results)).await?;
            }
            self.db.write(move |conn| claims::mark_set_aside(conn, &ids)).await?;
        }
    }

    async fn settle(&self, sender: Id, results: Arc<Vec<SendResult>>) -> Result<(), Error> {
        let (now, events) = (self.clock.now(), self.events.clone());
        let may_fail = results.iter().any(|result| result.outcome == Outcome::Failed);
        self.db
            .write(move |conn| {
                let failed = store::settle(conn, sender, &results, now)?;
                events.tell_each(conn, Kind::MailFailed, failed.iter().map(|result| result.told()).collect())?;
                let is_over = |result: &&SendResult| matches!(result.outcome, Outcome::Sent | Outcome::Failed);
                let secrets: Vec<Id> = results.iter().filter(is_over).filter_map(|r| r.secret_content).collect();
                if secrets.is_empty() { Ok(()) } else { store::forget_contents(conn, &secrets) }
            })
            .await?;
        if may_fail {
            self.events.ring();
        }
        Ok(())
    }
}

/// Waits for results and for what comes a moment later; whether there are any.
async fn gather(inbox: &mut mpsc::Receiver<SendResult>, results: &mut Vec<SendResult>) -> bool {
    let mut more = inbox.recv_many(results, SETTLE).await;
    let until = Instant::now() + COMPANY;
    while more > 0 && results.len() < SETTLE {
        more = timeout_at(until, inbox.recv_many(results, SETTLE - results.len())).await.unwrap_or_default();
    }
    !results.is_empty()
}
