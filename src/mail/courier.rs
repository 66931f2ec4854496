//! A courier: one connection to the relay and the mails that go over it, one after the other.
//!
//! While the relay reads the text of one mail, the envelope of the next is on its way (`smtp::conversation`): so a courier has
//! one mail open and takes the next one without waiting for it. The first courier carries only what somebody waits for: a
//! relay that is slow with announcements keeps no link waiting.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::dkim::Signer;
use super::job::Job;
use super::message::{Stationery, Wire};
use super::return_path::ReturnPaths;
use super::sender::Sender;
use super::smtp::{Conversation, Dialer, Fault};
use super::token::MailTokens;
use super::types::{Outcome, SendResult};

/// How close to the end of its lease a mail is not begun any more: the longest that one mail may take.
const LEASE_MARGIN: Duration = Duration::from_secs(20);
/// How often a courier that may carry no announcements looks whether it may again.
const IDLE: Duration = Duration::from_secs(1);

/// Where mails go, and in whose name.
pub struct Transport {
    pub(super) stationery: Stationery,
    pub(super) way: Way,
}

/// The two ways out.
pub(super) enum Way {
    /// To a relay.
    Smtp(Box<Dialer>),
    /// Into a folder, an .eml file each.
    Folder(PathBuf),
}

/// The two queues that couriers take mails from.
#[derive(Clone)]
pub(super) struct Queues {
    pub(super) urgent: async_channel::Receiver<Job>,
    pub(super) bulk: async_channel::Receiver<Job>,
}

/// Works until both queues are closed and empty.
pub(super) struct Courier {
    /// Which one it is.
    number: usize,
    sender: Sender,
    queues: Queues,
    results: mpsc::Sender<SendResult>,
    stop: CancellationToken,
    conversation: Option<Conversation>,
}

/// A mail ready to leave.
struct Parcel {
    job: Job,
    wire: Wire,
}

/// What comes next.
enum Next {
    Job(Box<Job>),
    /// Nothing at the moment.
    Nothing,
    /// Nothing any more.
    End,
}

impl Courier {
    pub(super) fn new(
        number: usize,
        sender: Sender,
        queues: Queues,
        results: mpsc::Sender<SendResult>,
        stop: CancellationToken,
    ) -> Self {
        Self { number, sender, queues, results, stop, conversation: None }
    }

    pub(super) async fn work(mut self) {
        let mut open: Option<Parcel> = None;
        loop {
            let next = if open.is_some() { self.at_hand() } else { self.next().await };
            let parcel = match next {
                Next::End => break,
                Next::Nothing if open.is_none() => continue,
                Next::Nothing => None,
                Next::Job(job) => match self.prepare(*job) {
                    Ok(parcel) => Some(parcel),
                    Err(result) => {
                        self.tell(*result).await;
                        continue;
                    }
                },
            };
            let sender = self.sender.clone();
            open = match &sender.transport().way {
                Way::Smtp(dialer) => self.exchange(dialer, open, parcel).await,
                Way::Folder(folder) => {
                    if let Some(parcel) = parcel {
                        let result = self.file(folder, parcel).await;
                        self.tell(result).await;
                    }
                    None
                }
            };
        }
        if let Some(conversation) = self.conversation.take() {
            conversation.quit().await;
        }
    }

    /// Whether it carries announcements now.
    fn may_carry_bulk(&self) -> bool {
        self.sender.is_for_bulk(self.number)
    }

    /// The next mail, urgent ones first.
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

    /// The next mail if there is one to go along with the text of the one before.
    fn at_hand(&self) -> Next {
        let limit = self.sender.mails_per_connection();
        if limit > 0 && self.conversation.as_ref().is_some_and(|open| open.sent + 1 >= limit) {
            return Next::Nothing;
        }
        let bulk = || if self.may_carry_bulk() { self.queues.bulk.try_recv().ok() } else { None };
        let job = self.queues.urgent.try_recv().ok().or_else(bulk);
        job.map_or(Next::Nothing, |job| Next::Job(Box::new(job)))
    }

    /// Writes a mail, or says at once what becomes of it.
    fn prepare(&self, job: Job) -> Result<Parcel, Box<SendResult>> {
        let now = self.sender.now();
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
        Ok(Parcel { job, wire })
    }

    /// Finishes the open mail and opens the next; returns the one that is open then.
    async fn exchange(&mut self, dialer: &Dialer, open: Option<Parcel>, next: Option<Parcel>) -> Option<Parcel> {
        let Some(mut conversation) = self.conversation.take() else {
            // Nothing is open without a conversation.
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
            is_over |= matches!(delivered, Err(Fault::Relay(_) | Fault::Broken(_) | Fault::Stale(_)));
            let result = self.delivered(&parcel.job, delivered);
            self.tell(result).await;
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
            // A relay may hang up on an idle connection: no fault of this mail, which had not begun.
            Err(Fault::Stale(_)) => self.open(dialer, parcel).await,
            Err(fault) => {
                if matches!(fault, Fault::Refused(_)) {
                    self.conversation = Some(conversation);
                }
                self.refused(&parcel.job, fault).await;
                None
            }
        }
    }

    /// Opens a mail on a new connection.
    async fn open(&mut self, dialer: &Dialer, parcel: Parcel) -> Option<Parcel> {
        if self.sender.breaker().pause(self.sender.now()).is_some() {
            let result = parcel.job.put_back(self.sender.now(), "the relay did not answer a moment ago");
            self.tell(result).await;
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
        match opened {
            Ok(()) => Some(parcel),
            // One that takes connections and hangs up before a mail has begun is as good as down.
            Err(Fault::Stale(words)) => {
                self.refused(&parcel.job, Fault::Relay(words)).await;
                None
            }
            Err(fault) => {
                self.refused(&parcel.job, fault).await;
                None
            }
        }
    }

    async fn refused(&self, job: &Job, fault: Fault) {
        let result = self.delivered(job, Err(fault));
        self.tell(result).await;
    }

    /// What an answer means for a mail.
    fn delivered(&self, job: &Job, answer: Result<super::smtp::Reply, Fault>) -> SendResult {
        match answer {
            Ok(reply) => {
                self.sender.breaker().reset();
                self.sender.note_sent(job);
                job.answered(Outcome::Sent, reply)
            }
            Err(Fault::Refused(reply)) if reply.is_permanent() => job.answered(Outcome::Failed, reply),
            Err(Fault::Refused(reply)) => job.answered(self.sender.after_refusal(job), reply),
            Err(Fault::Broken(words) | Fault::Stale(words)) => {
                job.result(self.sender.after_refusal(job), None, Some(words))
            }
            Err(Fault::Relay(words)) => {
                let at = self.sender.breaker().trip(self.sender.now());
                tracing::warn!(%words, until = %at, "the relay does not take mail");
                job.put_back(at, &words)
            }
        }
    }

    async fn tell(&self, result: SendResult) {
        tracing::debug!(mail = %result.mail, outcome = ?result.outcome, reply = result.reply, "mail");
        // The clerk outlives the couriers: it ends when the last of them is gone.
        let _ = self.results.send(result).await;
    }

    async fn file(&self, folder: &std::path::Path, parcel: Parcel) -> SendResult {
        let Parcel { job, wire } = parcel;
        let path = folder.join(format!("{}.eml", job.claim.id));
        let folder = folder.to_path_buf();
        let written = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(folder)?;
            std::fs::write(path, wire.bytes)
        });
        match written.await.map_err(std::io::Error::other).and_then(|result| result) {
            Ok(()) => job.result(Outcome::Sent, None, Some("written to the mail folder".to_owned())),
            Err(error) => job.result(self.sender.after_refusal(&job), None, Some(error.to_string())),
        }
    }
}

impl Transport {
    /// Mails in `sender`'s name to a relay, or into a folder.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn new(
        settings: &crate::config::Settings,
        tokens: MailTokens,
        return_paths: Option<ReturnPaths>,
    ) -> Result<Self, String> {
        use crate::config::Transport as Kind;
        use secrecy::ExposeSecret as _;
        let mail = &settings.mail;
        let (sender, announcer) = (settings.sender()?, settings.announcer()?);
        let signer = Signer::from_settings(settings)?;
        let hello = sender.email.domain().to_owned();
        let public_url = settings.server.public_url.clone();
        let stationery = Stationery { sender, announcer, public_url, tokens, return_paths, signer };
        let way = match mail.transport {
            Kind::File => Way::Folder(mail.folder.clone()),
            Kind::Smtp => {
                let relay = super::Relay::parse(mail.smtp_url.expose_secret())?;
                let tls = crate::tls::connector(&mail.tls_ca_file).map_err(|why| format!("mail.tls_ca_file: {why}"))?;
                let step = Duration::from_secs(mail.step_timeout_seconds);
                Way::Smtp(Box::new(Dialer::new(relay, &hello, tls, step)))
            }
        };
        Ok(Self { stationery, way })
    }
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.way {
            Way::Smtp(_) => "smtp",
            Way::Folder(_) => "file",
        })
    }
}
