//! A courier: one connection to the relay and the mails that go over it, one after the other.

use std::path::PathBuf;

use lettre::message::Mailbox;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::message::{self, Wire};
use super::sender::{Job, Sender};
use super::smtp::{Conversation, Dialer, Fault};
use super::types::{Outcome, SendResult};

/// How close to the end of its lease a mail is not begun any more: the longest that one mail may take.
const LEASE_MARGIN: std::time::Duration = std::time::Duration::from_secs(20);

/// Where mails go, and in whose name.
pub struct Transport {
    pub(super) sender: Mailbox,
    pub(super) way: Way,
}

/// The two ways out.
pub(super) enum Way {
    /// To a relay.
    Smtp(Box<Dialer>),
    /// Into a folder, an .eml file each.
    Folder(PathBuf),
}

/// Works until both queues are closed and empty.
pub(super) struct Courier {
    sender: Sender,
    urgent: async_channel::Receiver<Job>,
    bulk: async_channel::Receiver<Job>,
    results: mpsc::Sender<SendResult>,
    stop: CancellationToken,
    conversation: Option<Conversation>,
}

impl Courier {
    pub(super) fn new(
        sender: Sender,
        urgent: async_channel::Receiver<Job>,
        bulk: async_channel::Receiver<Job>,
        results: mpsc::Sender<SendResult>,
        stop: CancellationToken,
    ) -> Self {
        Self { sender, urgent, bulk, results, stop, conversation: None }
    }

    pub(super) async fn work(mut self) {
        while let Some(job) = self.next().await {
            let result = self.deliver(&job).await;
            tracing::debug!(
                mail = %job.claim.id, kind = job.claim.kind, outcome = ?result.outcome, reply = result.reply, "mail"
            );
            if self.results.send(result).await.is_err() {
                return;
            }
        }
        if let Some(conversation) = self.conversation.take() {
            conversation.quit().await;
        }
    }

    /// The next mail, urgent ones first; none when both queues have ended.
    async fn next(&self) -> Option<Job> {
        tokio::select! {
            biased;
            Ok(job) = self.urgent.recv() => Some(job),
            Ok(job) = self.bulk.recv() => Some(job),
            else => None,
        }
    }

    async fn deliver(&mut self, job: &Job) -> SendResult {
        let now = self.sender.now();
        if self.stop.is_cancelled() {
            return job.put_back(now, "the portal stopped");
        }
        if self.sender.is_held(job) {
            return job.put_back(now, "paused or cancelled");
        }
        if now.plus(LEASE_MARGIN) > job.lease_until {
            return job.put_back(now, "the lease ran out before the mail's turn");
        }
        if now > job.claim.expires_at {
            return job.result(Outcome::Failed, None, Some("too late to be of use".to_owned()));
        }
        let Some(content) = &job.content else {
            return job.result(Outcome::Failed, None, Some("the text of this mail is gone".to_owned()));
        };
        let sender = self.sender.clone();
        let transport = sender.transport();
        let wire = match message::build(&transport.sender, &job.claim, content, now) {
            Ok(wire) => wire,
            Err(why) => return job.result(Outcome::Failed, None, Some(why)),
        };
        match &transport.way {
            Way::Smtp(dialer) => self.deliver_by_smtp(dialer, job, &wire).await,
            Way::Folder(folder) => self.deliver_to_folder(folder, job, wire).await,
        }
    }

    async fn deliver_by_smtp(&mut self, dialer: &Dialer, job: &Job, wire: &Wire) -> SendResult {
        match self.send(dialer, wire).await {
            Ok((code, words)) => {
                self.sender.breaker().reset();
                job.result(Outcome::Sent, Some(code), Some(words))
            }
            Err(Fault::Permanent(code, words)) => job.result(Outcome::Failed, Some(code), Some(words)),
            Err(Fault::Temporary(code, words)) => job.result(self.sender.after_refusal(job), Some(code), Some(words)),
            Err(Fault::Broken(words) | Fault::Stale(words)) => {
                self.conversation = None;
                job.result(self.sender.after_refusal(job), None, Some(words))
            }
            Err(Fault::Relay(words)) => {
                self.conversation = None;
                let at = self.sender.breaker().trip(self.sender.now());
                tracing::warn!(%words, until = %at, "the relay does not take mail");
                job.put_back(at, &words)
            }
        }
    }

    async fn send(&mut self, dialer: &Dialer, wire: &Wire) -> Result<(i32, String), Fault> {
        let limit = self.sender.mails_per_connection();
        if let Some(worn) = self.conversation.take_if(|c| limit > 0 && c.sent >= limit) {
            worn.quit().await;
        }
        let was_open = self.conversation.is_some();
        let first = self.conversation(dialer).await?.send(wire).await;
        match first {
            // A relay may hang up on an idle connection: no fault of this mail, which had not begun. A new one is worth a try.
            Err(Fault::Stale(_)) if was_open => {
                self.conversation = None;
                self.conversation(dialer).await?.send(wire).await
            }
            answer => answer,
        }
    }

    async fn conversation(&mut self, dialer: &Dialer) -> Result<&mut Conversation, Fault> {
        if self.conversation.is_none() {
            if self.sender.breaker().pause(self.sender.now()).is_some() {
                return Err(Fault::Relay("the relay did not answer a moment ago".to_owned()));
            }
            self.conversation = Some(dialer.connect().await?);
        }
        self.conversation.as_mut().ok_or_else(|| Fault::Relay("no connection".to_owned()))
    }

    async fn deliver_to_folder(&self, folder: &std::path::Path, job: &Job, wire: Wire) -> SendResult {
        let path = folder.join(format!("{}.eml", job.claim.id));
        let folder = folder.to_path_buf();
        let written = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(folder)?;
            std::fs::write(path, wire.bytes)
        });
        match written.await.map_err(std::io::Error::other).and_then(|result| result) {
            Ok(()) => job.result(Outcome::Sent, None, Some("written to the mail folder".to_owned())),
            Err(error) => job.result(self.sender.after_refusal(job), None, Some(error.to_string())),
        }
    }
}

impl Transport {
    /// Mails in `sender`'s name to a relay, or into a folder.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn new(settings: &crate::config::Settings) -> Result<Self, String> {
        use crate::config::Transport as Kind;
        use secrecy::ExposeSecret as _;
        let sender = settings.sender()?;
        let mail = &settings.mail;
        let way = match mail.transport {
            Kind::File => Way::Folder(mail.folder.clone()),
            Kind::Smtp => {
                let relay = super::Relay::parse(mail.smtp_url.expose_secret())?;
                let pem = match mail.tls_ca_file.as_str() {
                    "" => None,
                    path => Some(std::fs::read(path).map_err(|e| format!("mail.tls_ca_file {path}: {e}"))?),
                };
                let step = std::time::Duration::from_secs(mail.step_timeout_seconds);
                Way::Smtp(Box::new(Dialer::new(relay, sender.email.domain(), pem.as_deref(), step)?))
            }
        };
        Ok(Self { sender, way })
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
