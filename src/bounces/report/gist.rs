//! The summary of a message that was not understood, for people: its sender, its subject, the beginning of its text.
//!
//! The message may be a reply that quotes a link of the portal which is still valid: secrets are removed
//! (`text::foreign`).

use super::vocabulary::beginning;
use super::{MOST_TAKEN_APART, body_of, parse};
use crate::text::foreign;

/// Longest name and address, and longest subject, in characters.
const MOST_OF_HEADER: usize = 300;

/// The summary of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gist {
    /// The sender that it names.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// The first sixteen kilobytes of its text.
    pub text: String,
}

/// Summarises a message; if it can't be parsed, its raw text.
#[must_use]
pub fn gist(bytes: &[u8]) -> Gist {
    let bytes = bytes.get(..MOST_TAKEN_APART).unwrap_or(bytes);
    let Some(message) = parse(bytes) else {
        return Gist { text: legible(beginning(&String::from_utf8_lossy(bytes)), usize::MAX), ..Gist::default() };
    };
    let from = message.from().and_then(|from| from.first()).map(|from| {
        let (name, address) = (from.name().unwrap_or_default(), from.address().unwrap_or_default());
        if name.is_empty() { address.to_owned() } else { format!("{name} <{address}>") }
    });
    Gist {
        from: legible(foreign::head(&from.unwrap_or_default()), MOST_OF_HEADER),
        subject: legible(foreign::head(message.subject().unwrap_or_default()), MOST_OF_HEADER),
        text: legible(beginning(&body_of(&message, Some(bytes))), usize::MAX),
    }
}

/// Text without secrets, and without invisible characters, some of which the databases refuse.
fn legible(text: &str, most: usize) -> String {
    let seen: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    foreign::without_secrets(&seen).chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_shown_as_far_as_it_can_be() {
        let told = gist(b"From: Awa <awa@x.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n\r\nWhat is\0 this?\r\n");
        assert_eq!((told.from.as_str(), told.subject.as_str()), ("Awa <awa@x.example>", "Café"));
        assert_eq!(told.text, "What is this?\n");
        assert_eq!(gist(b"").text, "");
        assert!(gist(&b"x ".repeat(150_000)).text.len() <= 16_384);
        let subject = format!("Subject: token={}\r\n\r\n", "a".repeat(8_000));
        assert_eq!(gist(subject.as_bytes()).subject, "token=");
    }

    #[test]
    fn a20_an_answer_that_quotes_a_mail_shows_no_secret() {
        let secret = "q7-Zk_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2";
        let (begin, rest) = secret.split_at(20);
        let quoted = format!(
            "From: Awa <awa@x.example>\r\nSubject: RE: /unsubscribe/{secret}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
             I have moved.\r\n\r\n> Choose a new password:\r\n> https://x.example/reset?token=3D{begin}=\r\n{rest}\r\n>\r\n> Bye\r\n"
        );
        let told = gist(quoted.as_bytes());
        assert_eq!(told.subject, "RE: /unsubscribe/***");
        assert!(told.text.contains("/reset?token=***") && told.text.contains("> Bye"), "{}", told.text);
        assert!(!told.text.contains(begin) && !told.text.contains(rest), "{}", told.text);
        // If it can't be parsed, the remaining text is masked as it came.
        let broken = format!("> /reset?token=3D{begin}=\r\n> {rest}\r\n");
        let told = gist(broken.as_bytes());
        assert!(!told.text.contains(begin) && !told.text.contains(rest), "{}", told.text);
    }
}
