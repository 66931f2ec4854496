//! The conversation: mail after mail over one connection.
//!
//! A mail is an envelope (MAIL, RCPT, DATA) and a text. If the relay announces PIPELINING (RFC 2920), the text of one
//! mail and the envelope of the next are sent in one write, since a text may be the first of a group; so a mail costs
//! one round trip instead of four. Otherwise the same steps are taken one by one.
//!
//! After a refusal the next group begins with RSET, and the connection stays open. A relay that accepts DATA although
//! it refused all recipients of the mail gets an empty text, which it must refuse (RFC 2920, 3.1).

use super::blame::{Step, fault, refusal};
use super::channel::Channel;
use super::reply::Reply;
use super::{Envelope, Extensions, Fault};

/// An open conversation, logged in.
pub(in crate::mail) struct Conversation {
    channel: Channel,
    can: Extensions,
    /// Mails that the relay has accepted over it.
    pub(in crate::mail) sent: usize,
    /// Whether anything was sent since the greeting: a relay may close an idle connection, which is no fault.
    used: bool,
    /// Whether a mail was refused and its envelope is still open.
    is_halfway: bool,
    buffer: Vec<u8>,
}

/// The result of a text and of the envelope that followed it.
pub(in crate::mail) struct Exchange {
    /// The relay's answer to the text; none without a text.
    pub(in crate::mail) delivered: Option<Result<Reply, Fault>>,
    /// Whether the envelope is open and needs its text; none without an envelope.
    pub(in crate::mail) opened: Option<Result<(), Fault>>,
}

impl Conversation {
    pub(super) fn new(channel: Channel, can: Extensions) -> Self {
        Self { channel, can, sent: 0, used: false, is_halfway: false, buffer: Vec::new() }
    }

    /// Finishes the mail whose envelope is open with its text, and opens the next one's.
    pub(in crate::mail) async fn exchange(&mut self, text: Option<&[u8]>, next: Option<&Envelope>) -> Exchange {
        let refused = next.and_then(|envelope| self.can.refuse(envelope));
        let next = next.filter(|_| refused.is_none());
        let mut exchange = if self.can.pipelining {
            self.at_once(text, next).await
        } else {
            let delivered = match text {
                Some(text) => Some(self.deliver(text).await),
                None => None,
            };
            let opened = match next {
                Some(_) if delivered.as_ref().is_some_and(is_over) => Some(Err(Fault::Stale(over()))),
                Some(envelope) => Some(self.open(envelope).await),
                None => None,
            };
            Exchange { delivered, opened }
        };
        if let Some(fault) = refused {
            exchange.opened = Some(Err(fault));
        }
        exchange
    }

    /// Sends QUIT, without waiting for the answer.
    pub(in crate::mail) async fn quit(mut self) {
        let _ = self.channel.write(b"QUIT\r\n").await;
    }

    async fn at_once(&mut self, text: Option<&[u8]>, next: Option<&Envelope>) -> Exchange {
        let mut group = std::mem::take(&mut self.buffer);
        group.clear();
        if let Some(text) = text {
            push_text(&mut group, text);
        }
        let reset = self.is_halfway && next.is_some();
        if let Some(envelope) = next {
            if reset {
                group.extend_from_slice(b"RSET\r\n");
            }
            self.can.push_envelope(&mut group, envelope);
        }
        let written = self.channel.write(&group).await;
        self.buffer = group;
        if let Err(why) = written {
            return Exchange {
                delivered: text.map(|_| Err(Fault::Broken(why.clone()))),
                opened: next.map(|_| Err(Fault::Stale(why))),
            };
        }
        let delivered = match text {
            Some(_) => Some(self.taken().await),
            None => None,
        };
        let opened = match next {
            Some(_) if delivered.as_ref().is_some_and(is_over) => Some(Err(Fault::Stale(over()))),
            Some(_) => Some(self.read_envelope(reset).await),
            None => None,
        };
        Exchange { delivered, opened }
    }

    /// Reads the relay's replies to an envelope that was written in one piece.
    async fn read_envelope(&mut self, reset: bool) -> Result<(), Fault> {
        if reset {
            self.reset().await?;
        }
        let from = self.first().await?;
        // If a relay stalls or hangs up from here on, this recipient may be the reason.
        let to = self.channel.reply().await.map_err(Fault::Broken)?;
        let data = self.channel.reply().await.map_err(Fault::Broken)?;
        let refused = fault(Step::From, self.sent, &from).or_else(|| fault(Step::To, self.sent, &to));
        match (refused, data.code) {
            (None, 354) => Ok(()),
            (None, _) => {
                self.is_halfway = true;
                Err(refusal(Step::Data, self.sent, &data))
            }
            (Some(fault), 354) => {
                // The relay waits for a text although it accepted no recipient.
                self.channel.write(b".\r\n").await.map_err(Fault::Broken)?;
                self.channel.reply().await.map_err(Fault::Broken)?;
                Err(fault)
            }
            (Some(fault), _) => {
                self.is_halfway = true;
                Err(fault)
            }
        }
    }

    async fn deliver(&mut self, text: &[u8]) -> Result<Reply, Fault> {
        let mut bytes = std::mem::take(&mut self.buffer);
        bytes.clear();
        push_text(&mut bytes, text);
        let written = self.channel.write(&bytes).await;
        self.buffer = bytes;
        written.map_err(Fault::Broken)?;
        self.taken().await
    }

    /// Opens an envelope line by line, for a relay without PIPELINING.
    async fn open(&mut self, envelope: &Envelope) -> Result<(), Fault> {
        if self.is_halfway {
            self.channel.write(b"RSET\r\n").await.map_err(Fault::Stale)?;
            self.reset().await?;
        }
        self.channel.write(self.can.mail_from(envelope).as_bytes()).await.map_err(Fault::Stale)?;
        let from = self.first().await?;
        if let Some(fault) = fault(Step::From, self.sent, &from) {
            return Err(fault);
        }
        for (step, line) in [(Step::To, format!("RCPT TO:<{}>", envelope.to)), (Step::Data, "DATA".to_owned())] {
            let reply = self.channel.command(&line).await.map_err(Fault::Broken)?;
            if let Some(fault) = fault(step, self.sent, &reply) {
                self.is_halfway = true;
                return Err(fault);
            }
        }
        Ok(())
    }

    /// The answer to the first command of a mail. On a connection that has carried mail before, a 421 or an end here
    /// means that the relay closed it while it was idle.
    async fn first(&mut self) -> Result<Reply, Fault> {
        let reply = self.channel.reply().await.map_err(Fault::Stale)?;
        let was_used = std::mem::replace(&mut self.used, true);
        if was_used && reply.code == 421 { Err(Fault::Stale(reply.words)) } else { Ok(reply) }
    }

    async fn reset(&mut self) -> Result<(), Fault> {
        let reply = self.channel.reply().await.map_err(Fault::Stale)?;
        self.is_halfway = false;
        if reply.is_positive() { Ok(()) } else { Err(Fault::Stale(reply.words)) }
    }

    /// The answer to a text. Without one it is unknown whether the relay has accepted it (RFC 1047).
    async fn taken(&mut self) -> Result<Reply, Fault> {
        let reply = self.channel.reply().await.map_err(Fault::Broken)?;
        if let Some(fault) = fault(Step::Text, self.sent, &reply) {
            return Err(fault);
        }
        self.sent += 1;
        Ok(reply)
    }
}

/// Whether the conversation has ended: it continues only after the refusal of a single mail.
fn is_over(delivered: &Result<Reply, Fault>) -> bool {
    !matches!(delivered, Ok(_) | Err(Fault::Refused(_)))
}

fn over() -> String {
    "the conversation was over".to_owned()
}

/// The text of a mail in its wire format: a line that begins with a full stop gets another (RFC 5321, 4.5.2), and a
/// full stop alone ends it.
fn push_text(group: &mut Vec<u8>, text: &[u8]) {
    group.reserve(text.len() + 64);
    let mut at_line_start = true;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if at_line_start && line.first() == Some(&b'.') {
            group.push(b'.');
        }
        group.extend_from_slice(line);
        at_line_start = line.ends_with(b"\n");
    }
    group.extend_from_slice(if text.ends_with(b"\r\n") { b".\r\n" } else { b"\r\n.\r\n" });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn on_the_wire(text: &str) -> String {
        let mut bytes = Vec::new();
        push_text(&mut bytes, text.as_bytes());
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn goal_35_a_full_stop_ends_no_mail_early() {
        assert_eq!(on_the_wire("a\r\n.\r\n..b\r\n"), "a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(on_the_wire(".a"), "..a\r\n.\r\n");
        assert_eq!(on_the_wire(""), "\r\n.\r\n");
    }

    proptest! {
        #[test]
        fn goal_35_the_end_comes_once_and_last(lines in prop::collection::vec("[.a]{0,4}", 0..10)) {
            let text: String = lines.iter().flat_map(|line| [line.as_str(), "\r\n"]).collect();
            let wire = on_the_wire(&text);
            prop_assert_eq!(format!("\r\n{wire}").matches("\r\n.\r\n").count(), 1);
            prop_assert!(wire.ends_with(".\r\n"));
        }
    }
}
