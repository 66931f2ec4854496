//! The result writer: writes the results of mails into the database, many in one transaction.
//!
//! A transaction costs the database about the same for one result as for a hundred, so a result waits a moment for
//! others ([`BATCH_WINDOW`]); meanwhile the journal has the mails that the relay accepted.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::journal::{self, Journal, JournalFile};
use super::types::{Outcome, SendResult};
use super::{claims, store};
use crate::db::{Db, Id};
use crate::error::Error;
use crate::events::{Events, Kind};
use crate::time::{Clock, Timestamp};

/// Maximum results in one transaction.
pub(super) const SETTLE: usize = 500;
/// How long the first result of a transaction waits for others.
const BATCH_WINDOW: Duration = Duration::from_millis(20);
/// The reply of a mail that a journal names.
const TAKEN: &str = "taken by the relay just before the portal ended";

/// The reply of a mail that ended the processes that tried it.
const SET_ASIDE: &str = "set aside: every process that tried this mail ended";

/// Writes the results of the mails that one sender has leased.
#[derive(Clone)]
pub(super) struct ResultWriter {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) events: Events,
    /// The sender, as its leases name it.
    pub(super) sender: Id,
    pub(super) journal: Option<Arc<Journal>>,
}

impl ResultWriter {
    /// Works until all workers have ended.
    pub(super) async fn work(self, mut inbox: mpsc::Receiver<SendResult>) {
        let mut results = Vec::with_capacity(SETTLE);
        while gather(&mut inbox, &mut results).await {
            let batch = Arc::new(std::mem::take(&mut results));
            // A sent mail whose result is not written would be sent again: so this retries until the database is back.
            // If the process ends first, the journal knows what the relay has accepted.
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

    /// Writes the results of ended senders from their journals; to be done before any lease is returned.
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

    async fn settle_left(&self, left: JournalFile) -> Result<(), Error> {
        let (sender, mails) = (left.sender, left.mails.clone());
        let claims = self.db.read(move |conn| claims::leased(conn, sender, &mails)).await?;
        if !claims.is_empty() {
            tracing::info!(count = claims.len(), "mails that a process had sent just before it ended");
        }
        for some in claims.chunks(SETTLE) {
            let taken = some.iter().map(|claim| claim.result(Outcome::Sent, None, Some(TAKEN.to_owned())));
            self.settle(sender, Arc::new(taken.collect())).await?;
        }
        // That sender has certainly ended: its leases need not expire first.
        self.db.write(move |conn| claims::release(conn, sender)).await?;
        left.done();
        Ok(())
    }

    /// Gives up mails that ended each process that tried them; to be done before any lease is returned.
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
        self.db
            .write(move |conn| {
                let failed = store::settle(conn, sender, &results, now)?;
                events.tell_each(conn, Kind::MailFailed, failed.iter().map(|result| result.audit_value()).collect())?;
                let is_over = |result: &&SendResult| matches!(result.outcome, Outcome::Sent | Outcome::Failed);
                let secrets: Vec<Id> = results.iter().filter(is_over).filter_map(|r| r.secret_content).collect();
                if secrets.is_empty() { Ok(()) } else { store::forget_contents(conn, &secrets) }
            })
            .await
    }
}

/// Waits for results, and shortly for further ones; returns whether there are any.
async fn gather(inbox: &mut mpsc::Receiver<SendResult>, results: &mut Vec<SendResult>) -> bool {
    let mut more = inbox.recv_many(results, SETTLE).await;
    let until = Instant::now() + BATCH_WINDOW;
    while more > 0 && results.len() < SETTLE {
        more = timeout_at(until, inbox.recv_many(results, SETTLE - results.len())).await.unwrap_or_default();
    }
    !results.is_empty()
}
