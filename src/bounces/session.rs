//! One conversation in which a mail server delivers reports: LMTP (RFC 2033) or SMTP (RFC 5321), as pure functions from
//! its commands to the replies.
//!
//! Only return paths of the portal's mails are accepted as recipients: this is no relay. After the message, LMTP has
//! one reply per recipient, SMTP one in all.

use crate::db::Id;

/// Most recipients of one message.
const MOST_RECIPIENTS: usize = 20;
/// Maximum commands without a message, excess recipients included.
const MOST_COMMANDS: u32 = 100;

/// The answer to the client, and what follows.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// A line, and the next command.
    Line(String),
    /// A line, and the message.
    Message(String),
    /// A line, and the end.
    End(String),
}

/// The state of a conversation.
#[derive(Default)]
pub struct Session {
    per_recipient: bool,
    greeted: bool,
    sender: bool,
    recipients: Vec<Id>,
    /// Since the last message.
    commands: u32,
}

impl Session {
    /// Answers a command. `read` returns the mail of a return path; `most_bytes` is the maximum size of a message.
    pub fn command(&mut self, line: &str, most_bytes: usize, read: impl Fn(&str) -> Option<Id>) -> Answer {
        self.commands += 1;
        if self.commands > MOST_COMMANDS {
            return Answer::End("421 4.7.0 Too many commands".to_owned());
        }
        let line = line.trim_end();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let line = |text: &str| Answer::Line(text.to_owned());
        match verb.to_ascii_uppercase().as_str() {
            "LHLO" | "EHLO" => {
                self.begin();
                self.per_recipient = verb.eq_ignore_ascii_case("LHLO");
                Answer::Line(format!(
                    "250-portal\r\n250-SIZE {most_bytes}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n\
                     250 ENHANCEDSTATUSCODES"
                ))
            }
            "HELO" => {
                self.begin();
                line("250 portal")
            }
            "MAIL" if !self.greeted || self.sender => line("503 5.5.1 Not now"),
            "MAIL" => match path(rest, "FROM:") {
                None => line("501 5.5.4 MAIL FROM:<address>"),
                Some((_, parameters)) if declared(parameters).is_some_and(|size| size > most_bytes) => {
                    line("552 5.3.4 Too large")
                }
                Some(_) => {
                    self.sender = true;
                    line("250 2.1.0 OK")
                }
            },
            "RCPT" if !self.sender => line("503 5.5.1 MAIL first"),
            "RCPT" if self.recipients.len() >= MOST_RECIPIENTS => line("452 4.5.3 Too many recipients"),
            "RCPT" => match path(rest, "TO:").map(|(address, _)| read(address)) {
                None => line("501 5.5.4 RCPT TO:<address>"),
                Some(None) => line("550 5.1.1 No such return path"),
                Some(Some(mail)) => {
                    self.recipients.push(mail);
                    line("250 2.1.5 OK")
                }
            },
            "DATA" if self.recipients.is_empty() => line("503 5.5.1 No recipients"),
            "DATA" => Answer::Message("354 Go on".to_owned()),
            "RSET" => {
                self.reset();
                line("250 2.0.0 OK")
            }
            "NOOP" => line("250 2.0.0 OK"),
            "VRFY" => line("252 2.5.2 Try"),
            "QUIT" => Answer::End("221 2.0.0 Bye".to_owned()),
            _ => line("500 5.5.2 What?"),
        }
    }

    /// The recipients of the received message, as often as each was named; resets the state for the next one.
    pub fn recipients(&mut self) -> Vec<Id> {
        let recipients = std::mem::take(&mut self.recipients);
        self.commands = 0;
        self.reset();
        recipients
    }

    /// The replies to a message, from the result for each recipient.
    pub fn replies(&self, each: &[String]) -> String {
        // A common answer is the worst one: with a 4 the message is sent again, and recipients that were counted are
        // not counted twice.
        let worst = each.iter().max_by_key(|reply| reply.starts_with('4')).cloned();
        let lines = if self.per_recipient { each.to_vec() } else { worst.into_iter().collect() };
        lines.join("\r\n")
    }

    fn begin(&mut self) {
        self.greeted = true;
        self.per_recipient = false;
        self.reset();
    }

    fn reset(&mut self) {
        self.sender = false;
        self.recipients.clear();
    }
}

/// The address between angle brackets after a keyword, without a source route, and the parameters.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (named, rest) = rest.split_at_checked(keyword.len())?;
    let rest = rest.trim_start().strip_prefix('<').filter(|_| named.eq_ignore_ascii_case(keyword))?;
    let (address, parameters) = rest.split_once('>')?;
    let address = address.strip_prefix('@').and_then(|routed| routed.split_once(':')).map_or(address, |(_, to)| to);
    Some((address, parameters))
}

/// The size that a client declares (RFC 1870).
fn declared(parameters: &str) -> Option<usize> {
    let mut parameters = parameters.split_whitespace().filter_map(|parameter| parameter.split_once('='));
    parameters.find(|(name, _)| name.eq_ignore_ascii_case("SIZE")).and_then(|(_, size)| size.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(address: &str) -> Option<Id> {
        (address == "b+token@bounces.example").then(Id::nil)
    }

    fn say(session: &mut Session, line: &str) -> String {
        match session.command(line, 1_000, one) {
            Answer::Line(text) | Answer::Message(text) | Answer::End(text) => text,
        }
    }

    #[test]
    fn goal_45_only_return_paths_are_recipients_and_each_is_answered() {
        let mut session = Session::default();
        for (line, code) in [
            ("MAIL FROM:<>", "503"),
            ("LHLO mx.example", "250"),
            ("RCPT TO:<b+token@bounces.example>", "503"),
            ("MAIL FROM:<> SIZE=2000", "552"),
            ("mail from:<> SIZE=20", "250"),
            ("RCPT TO:<somebody@elsewhere.example>", "550"),
            ("DATA", "503"),
            ("RCPT TO:<@relay.example:b+token@bounces.example> NOTIFY=NEVER", "250"),
            ("RCPT TO:<b+token@bounces.example>", "250"),
            ("DATA", "354"),
        ] {
            assert_eq!(say(&mut session, line).get(..3), Some(code), "{line}");
        }
        assert_eq!(session.recipients().len(), 2);
        let each = ["250 counted".to_owned(), "451 later".to_owned()];
        assert_eq!(session.replies(&each), "250 counted\r\n451 later");
        assert!(say(&mut session, "EHLO mx.example").contains("SIZE 1000"));
        assert_eq!(session.replies(&each), "451 later");
        assert_eq!(session.command("QUIT", 1_000, one), Answer::End("221 2.0.0 Bye".to_owned()));
    }

    #[test]
    fn a_client_that_never_ends_is_ended() {
        let mut session = Session::default();
        let ended = (0..=MOST_COMMANDS).find(|_| matches!(session.command("NOOP", 1, one), Answer::End(_)));
        assert_eq!(ended, Some(MOST_COMMANDS));
        session.recipients();
        assert!(matches!(session.command("NOOP", 1, one), Answer::Line(_)), "a message has come");
    }

    proptest! {
        #[test]
        fn every_line_has_an_answer(lines in proptest::collection::vec("\\PC*|(MAIL|RCPT) (FROM|TO):\\PC*", 0..20)) {
            let mut session = Session::default();
            for line in lines {
                let code: u16 = say(&mut session, &line).get(..3).unwrap().parse().unwrap();
                prop_assert!((200..600).contains(&code));
            }
        }
    }
}
