//! A worker: one connection to the relay, over which it sends mails one after the other.
//!
//! While the relay reads the text of one mail, the envelope of the next is already sent (`smtp::conversation`): so a
//! worker has one unanswered mail and takes the next one without waiting. The first worker sends only transactional
//! mail, so that a relay that is slow with announcements does not delay links.
//!
//! If the relay limits the mails per connection, the refused mail is sent over a new connection at once, without
//! counting an attempt; only a second refusal there is about the mail (`smtp::blame`).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Sender;
use crate::mail::figures::OpenLine;
use crate::mail::job::Job;
use crate::mail::message::RawMessage;
use crate::mail::smtp::{Conversation, Dialer, Fault, Reply};
use crate::mail::transport::{self, Security};
use crate::mail::types::{Outcome, Priority, SendResult};
use crate::text::foreign;

/// A mail is not begun if its lease expires within this margin (the longest that one delivery can take).
const LEASE_MARGIN: Duration = Duration::from_secs(20);
/// How often a worker that may send no announcements checks whether it may again.
const IDLE: Duration = Duration::from_secs(1);

/// The two queues that workers take mails from.
#[derive(Clone)]
pub(super) struct Queues {
    pub(super) urgent: async_channel::Receiver<Job>,
    pub(super) bulk: async_channel::Receiver<Job>,
}

/// Works until both queues are closed and empty.
pub(super) struct SmtpWorker {
    number: usize,
    sender: Sender,
    queues: Queues,
    results: mpsc::Sender<SendResult>,
    stop: CancellationToken,
    conversation: Option<Conversation>,
    /// Mails to be sent over a new connection, before any other.
    again: VecDeque<PreparedMessage>,
    line: OpenLine,
}

/// A mail ready to be sent.
struct PreparedMessage {
    job: Job,
    wire: RawMessage,
    /// Set if it was refused on a connection after so many mails: this is its second attempt.
    refused_after: Option<usize>,
    /// When this attempt began.
    begun: Instant,
}

/// The next mail of the queues.
enum Next {
    Parcel(Box<PreparedMessage>),
    Job(Box<Job>),
    /// None at the moment.
    Nothing,
    /// None any more: the queues are closed.
    End,
}

impl SmtpWorker {
    pub(super) fn new(
        number: usize,
        sender: Sender,
        queues: Queues,
        results: mpsc::Sender<SendResult>,
        stop: CancellationToken,
    ) -> Self {
        let line = sender.figures().line();
        Self { number, sender, queues, results, stop, conversation: None, again: VecDeque::new(), line }
    }

    pub(super) async fn work(mut self) {
        let mut open: Option<PreparedMessage> = None;
        loop {
            self.line.is(self.conversation.is_some());
            let next = match self.again.pop_front() {
                Some(parcel) => Next::Parcel(Box::new(parcel)),
                None if open.is_some() => self.at_hand(),
                None => self.next().await,
            };
            let parcel = match next {
                Next::End => break,
                Next::Nothing if open.is_none() => continue,
                Next::Nothing => None,
                Next::Parcel(parcel) => Some(*parcel),
                Next::Job(job) => {
                    let lane = job.lane;
                    match self.prepare(*job) {
                        Ok(parcel) => Some(parcel),
                        Err(result) => {
                            self.tell(lane, *result).await;
                            continue;
                        }
                    }
                }
            };
            let sender = self.sender.clone();
            open = match &sender.transport().way {
                Security::Smtp(dialer) => self.exchange(dialer, open, parcel).await,
                Security::Folder(folder) => {
                    if let Some(parcel) = parcel {
                        let lane = parcel.job.lane;
                        let result = self.file(folder, parcel).await;
                        self.tell(lane, result).await;
                    }
                    None
                }
            };
        }
        if let Some(conversation) = self.conversation.take() {
            conversation.quit().await;
        }
    }

    /// Whether it sends announcements now.
    fn may_carry_bulk(&self) -> bool {
        self.sender.is_for_bulk(self.number)
    }

    /// The next mail, transactional ones first.
    async fn next(&self) -> Next {
        let may_carry_bulk = self.may_carry_bulk();
        let may_later = !may_carry_bulk && self.number > 0 && !self.queues.bulk.is_closed();
        tokio::select! {
            biased;
            Ok(job) = self.queues.urgent.recv() => Next::Job(Box::new(job)),
            Ok(job) = self.queues.bulk.recv(), if may_carry_bulk => Next::Job(Box::new(job)),
            () = tokio::time::sleep(IDLE), if may_later => Next::Nothing,
            else => Next::End,
        }
    }

    /// The next mail, if there is one to be sent together with the text of the one before.
    fn at_hand(&self) -> Next {
        let limit = self.sender.mails_per_connection();
        if limit > 0 && self.conversation.as_ref().is_some_and(|open| open.sent + 1 >= limit) {
            return Next::Nothing;
        }
        let bulk = || if self.may_carry_bulk() { self.queues.bulk.try_recv().ok() } else { None };
        let job = self.queues.urgent.try_recv().ok().or_else(bulk);
        job.map_or(Next::Nothing, |job| Next::Job(Box::new(job)))
    }

    /// Builds a mail, or returns its result if it can't be sent.
    fn prepare(&self, job: Job) -> Result<PreparedMessage, Box<SendResult>> {
        let now = self.sender.now();
        if let Some((at, why)) = self.sender.breaker().waits(job.lane, now) {
            return Err(Box::new(job.put_back(at, &why)));
        }
        let put_back = if self.stop.is_cancelled() {
            Some("the portal stopped")
        } else if self.sender.is_held(&job) {
            Some("paused or cancelled")
        } else if now.plus(LEASE_MARGIN) > job.lease_until {
            Some("the lease ran out before the mail's turn")
        } else {
            None
        };
        if let Some(why) = put_back {
            return Err(Box::new(job.put_back(now, why)));
        }
        let failed = |why: String| Box::new(job.result(Outcome::Failed, None, Some(why)));
        if now > job.claim.expires_at {
            return Err(failed("too late to be of use".to_owned()));
        }
        let Some(sheet) = &job.sheet else { return Err(failed("the text of this mail is gone".to_owned())) };
        let stationery = &self.sender.transport().stationery;
        let wire = stationery.write(&job.claim, sheet, job.topic.as_deref(), now).map_err(failed)?;
        tracing::debug!(mail = %job.claim.id, kind = job.claim.kind, octets = wire.bytes.len(), "mail written");
        Ok(PreparedMessage { job, wire, refused_after: None, begun: Instant::now() })
    }

    /// Finishes the open mail and opens the next; returns the one that is open then.
    async fn exchange(
        &mut self,
        dialer: &Dialer,
        open: Option<PreparedMessage>,
        next: Option<PreparedMessage>,
    ) -> Option<PreparedMessage> {
        let Some(mut conversation) = self.conversation.take() else {
            // Without a conversation no mail is open.
            return self.open(dialer, next?).await;
        };
        let limit = self.sender.mails_per_connection();
        if open.is_none() && limit > 0 && conversation.sent >= limit {
            conversation.quit().await;
            return self.open(dialer, next?).await;
        }
        let text = open.as_ref().map(|parcel| &parcel.wire.bytes[..]);
        let answer = conversation.exchange(text, next.as_ref().map(|parcel| &parcel.wire.envelope)).await;
        let mut is_over = false;
        if let (Some(parcel), Some(delivered)) = (open, answer.delivered) {
            is_over = !matches!(delivered, Ok(_) | Err(Fault::Refused(_)));
            match delivered {
                Err(Fault::Connection(reply)) if parcel.refused_after.is_none() => {
                    self.again.push_back(parcel.refused_on(conversation.sent, &reply));
                }
                delivered => self.settle(&parcel, delivered).await,
            }
        }
        let (Some(parcel), Some(opened)) = (next, answer.opened) else {
            self.conversation = (!is_over).then_some(conversation);
            return None;
        };
        match opened {
            Ok(()) => {
                self.conversation = Some(conversation);
                Some(parcel)
            }
            // The mail before it goes first.
            Err(Fault::Stale(_)) if !self.again.is_empty() => {
                self.again.push_back(parcel);
                None
            }
            // A relay may close an idle connection: no fault of this mail, which had not begun.
            Err(Fault::Stale(_)) => self.open(dialer, parcel).await,
            Err(Fault::Connection(reply)) if parcel.refused_after.is_none() => {
                let parcel = parcel.refused_on(conversation.sent, &reply);
                conversation.quit().await;
                self.open(dialer, parcel).await
            }
            Err(fault) => {
                if matches!(fault, Fault::Refused(_)) {
                    self.conversation = Some(conversation);
                }
                self.settle(&parcel, Err(fault)).await;
                None
            }
        }
    }

    /// Opens a mail on a new connection.
    async fn open(&mut self, dialer: &Dialer, parcel: PreparedMessage) -> Option<PreparedMessage> {
        if let Some((at, why)) = self.sender.breaker().waits(parcel.job.lane, self.sender.now()) {
            self.tell(parcel.job.lane, parcel.job.put_back(at, &why)).await;
            return None;
        }
        let opened = match dialer.connect().await {
            Ok(mut conversation) => {
                let opened = conversation.exchange(None, Some(&parcel.wire.envelope)).await.opened;
                if matches!(opened, Some(Ok(()) | Err(Fault::Refused(_)))) {
                    self.conversation = Some(conversation);
                }
                opened.unwrap_or_else(|| Err(Fault::Relay("no answer".to_owned())))
            }
            Err(fault) => Err(fault),
        };
        let fault = match opened {
            Ok(()) => return Some(parcel),
            // A relay that accepts connections and closes them before a mail has begun counts as down.
            Err(Fault::Stale(words)) => Fault::Relay(words),
            Err(fault) => fault,
        };
        self.settle(&parcel, Err(fault)).await;
        None
    }

    /// Determines and reports the result of a mail from an answer.
    async fn settle(&self, parcel: &PreparedMessage, answer: Result<Reply, Fault>) {
        let result = self.judge(parcel, answer);
        self.sender.figures().attempted(parcel.begun);
        self.tell(parcel.job.lane, result).await;
    }

    fn judge(
        &self,
        PreparedMessage { job, refused_after, .. }: &PreparedMessage,
        answer: Result<Reply, Fault>,
    ) -> SendResult {
        let (sender, now) = (&self.sender, self.sender.now());
        match answer {
            Ok(reply) => {
                sender.breaker().passed(job.lane, now);
                if let Some(mails) = *refused_after {
                    sender.breaker().met_limit(mails, now);
                }
                sender.note_sent(job);
                job.answered(Outcome::Sent, reply)
            }
            Err(Fault::Us(reply)) => {
                let words = format!("{} {} {}", reply.code, reply.status.as_deref().unwrap_or_default(), reply.words);
                let outcome = match sender.breaker().refuse(job.lane, job.claim.id, now, &words) {
                    Some(at) => Outcome::PutBack { at },
                    None => sender.after_refusal(job),
                };
                job.answered(outcome, reply)
            }
            Err(Fault::Refused(reply)) if reply.is_permanent() => job.answered(Outcome::Failed, reply),
            Err(Fault::Refused(reply) | Fault::Connection(reply)) => job.answered(sender.after_refusal(job), reply),
            // The relay may have accepted it (RFC 1047): so the attempt counts, and the next one is not soon.
            Err(Fault::Broken(words) | Fault::Stale(words)) => {
                sender.breaker().broke(job.lane, now, &words);
                job.result(sender.after_refusal(job), None, Some(words))
            }
            Err(Fault::Relay(words)) => {
                let at = sender.breaker().trip(job.lane, now, &words);
                job.put_back(at, &words)
            }
        }
    }

    async fn tell(&self, lane: Priority, result: SendResult) {
        self.sender.figures().ended(lane, &result.outcome);
        tracing::debug!(mail = %result.mail, outcome = ?result.outcome, code = result.code, "mail");
        // The result writer outlives the workers: it ends when the last of them is gone.
        let _ = self.results.send(result).await;
    }

    async fn file(&self, folder: &std::path::Path, parcel: PreparedMessage) -> SendResult {
        let PreparedMessage { job, wire, .. } = parcel;
        let (folder, id) = (folder.to_path_buf(), job.claim.id);
        let written = tokio::task::spawn_blocking(move || transport::file(&folder, id, &wire.bytes));
        match written.await.map_err(std::io::Error::other).and_then(|result| result) {
            Ok(()) => job.result(Outcome::Sent, None, Some("written to the mail folder".to_owned())),
            Err(error) => job.result(self.sender.after_refusal(&job), None, Some(error.to_string())),
        }
    }
}

impl PreparedMessage {
    /// The same for a new connection, after the relay refused it with this reply on one that had carried `sent` mails.
    fn refused_on(self, sent: usize, reply: &Reply) -> Self {
        let words = foreign::loggable(&reply.words);
        tracing::info!(sent, code = reply.code, words, "the relay refuses further mails on a connection");
        Self { refused_after: Some(sent), ..self }
    }
}
