//! From a claim and its content to the bytes on the wire. lettre builds the message.

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::letter::Content;
use super::types::Claim;
use crate::time::Timestamp;

/// A mail ready to leave.
pub(super) struct Wire {
    /// Return path.
    pub(super) from: Address,
    /// The one recipient.
    pub(super) to: Address,
    /// Headers and body, CRLF line ends.
    pub(super) bytes: Vec<u8>,
}

/// Builds the message. The same claim gives the same Message-ID at each try, so that a receiver can drop a repetition.
///
/// # Errors
/// A sentence where the address can't be written to; such a mail fails for good.
pub(super) fn build(sender: &Mailbox, claim: &Claim, content: &Content, now: Timestamp) -> Result<Wire, String> {
    let to: Address = claim.to_address.parse().map_err(|e| format!("the address can't be used: {e}"))?;
    let name = printable(&claim.to_name);
    let date = std::time::UNIX_EPOCH + std::time::Duration::from_secs(u64::try_from(now.as_seconds()).unwrap_or(0));
    let mut message = Message::builder()
        .from(sender.clone())
        .to(Mailbox::new((!name.is_empty()).then_some(name), to.clone()))
        .subject(printable(&content.subject))
        .message_id(Some(format!("<{}@{}>", claim.id, sender.email.domain())))
        .date(date)
        .multipart(MultiPart::alternative_plain_html(content.text.clone(), content.html.clone()))
        .map_err(|e| format!("the message can't be built: {e}"))?;
    let headers = message.headers_mut();
    // RFC 3834, 5: no vacation notes, please. RFC 2919: what a filter can hold on to.
    for (name, value) in [
        (HeaderName::new_from_ascii_str("Auto-Submitted"), Some("auto-generated".to_owned())),
        (HeaderName::new_from_ascii_str("Content-Language"), Some(claim.language.as_str().to_owned())),
        (
            HeaderName::new_from_ascii_str("List-Id"),
            claim.batch.map(|_| format!("<announcements.{}>", sender.email.domain())),
        ),
    ] {
        if let Some(value) = value {
            headers.insert_raw(HeaderValue::new(name, value));
        }
    }
    Ok(Wire { from: sender.email.clone(), to, bytes: message.formatted() })
}

/// Without control characters: lettre panics on some of them, and no header may carry another. What comes from a form has
/// none; this holds for what somebody writes into the database by hand.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Id;
    use crate::i18n::Language;
    use crate::random::Random;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_adds_a_header_or_a_recipient(name in "\\PC*|.*\r\nBcc: x@y\\.example.*", subject in "(.|\r|\n)*") {
            let now = Timestamp::from_micros(1_700_000_000_000_000);
            let claim = Claim {
                id: Id::new(now, &Random::seeded(1)),
                kind: "test".to_owned(),
                batch: None,
                user_id: None,
                domain: "douanes.example".to_owned(),
                vars: None,
                to_address: "awa@douanes.example".to_owned(),
                to_name: name,
                language: Language::Fr,
                content_id: None,
                attempts: 0,
                expires_at: now,
            };
            let content = Content { subject, text: ".\nBonjour".to_owned(), html: "<p>Bonjour</p>".to_owned() };
            let sender = "Portal <portal@x.example>".parse().unwrap();
            let wire = build(&sender, &claim, &content, now).unwrap();
            let parsed = mail_parser::MessageParser::default().parse(&wire.bytes).unwrap();
            prop_assert!(parsed.bcc().is_none());
            let mut names: Vec<_> = parsed.headers().iter().map(|h| h.name().to_lowercase()).collect();
            names.sort();
            prop_assert_eq!(names, [
                "auto-submitted", "content-language", "content-type", "date", "from", "message-id", "mime-version",
                "subject", "to",
            ]);
        }
    }
}
