//! Reports for people only: qmail, old Exchange, Exim without fields, and home-made mail systems.
//!
//! First it decides whether the message is a report at all, by its sender, its subject or its text. Then it reads the
//! line with the first code, then the whole text, then the subject. The returned mail is cut off before, since it may
//! contain any words. If only the text makes it a report, it cannot make an address dead: a person may have written it.

use mail_parser::{HeaderValue, Message};

use super::fields::{self, Status};
use super::rules::{self, Judgement};
use super::signs::{AUTOMATIC, LATE, OPENINGS, ORIGINAL, SENDERS, SUBJECTS};
use super::vocabulary::{Said, beginning, plain};
use super::{Reading, Report, Unusable, bare};
use crate::mail::BounceCause;

/// Lines of a refusal: the first has a code, the others continue it.
const MOST_LINES: usize = 8;
/// Maximum addresses of a text that it may be about.
const MOST_ADDRESSES: usize = 20;
/// Precedes the code in a refusal of the sender.
const OF_SENDER: &str = "mail from";

/// The text of a report for people, up to the beginning of the returned mail.
pub(super) struct Told {
    pub(super) text: String,
    /// The lines of the refusal, with its code, if there is one.
    pub(super) refusal: Option<String>,
    /// The refusal with relevant words before it.
    words: String,
    /// The meaning of the refusal's words, or else of the whole text.
    pub(super) said: Option<(BounceCause, &'static str)>,
    /// The meaning of words and numbers of the whole text.
    pub(super) judged: Option<Judgement>,
    /// The phrase of the text that says that the mailbox accepts no mail now.
    mailbox: Option<&'static str>,
}

impl Told {
    /// Parses the text of a report.
    pub(super) fn of(text: &str) -> Self {
        let text = own_words(beginning(text));
        let whole = Said::of(plain(&text));
        let (of_sender, refusal) = refusal(&text).unzip();
        let before = if of_sender == Some(true) { "after mail from\n" } else { "" };
        let words = refusal.as_deref().map(|refusal| format!("{before}{refusal}")).unwrap_or_default();
        let said = Said::of(plain(&words)).cause.or(whole.cause);
        let judged = rules::judge(None, &text);
        Self { text, refusal, words, said, judged, mailbox: whole.mailbox }
    }

    /// A report that calls an address dead in one place, and its mailbox full or disabled in another, is no positive
    /// statement that the address is dead.
    pub(super) fn soften(&self, judged: Judgement) -> Judgement {
        let milder = self.mailbox.filter(|_| judged.cause == BounceCause::Address);
        milder.map_or(judged, |phrase| Judgement::in_words((BounceCause::Mailbox, phrase)))
    }

    /// The meaning: of the refusal, then of all text, then of the subject. Words weigh more than numbers in any of
    /// them.
    fn judge(&self, subject: &str) -> Option<Judgement> {
        let mut found: Option<Judgement> = None;
        for text in [self.words.as_str(), self.text.as_str(), subject] {
            if found.as_ref().is_some_and(|found| found.in_words) {
                break;
            }
            let Some(judged) = rules::judge(None, text) else { continue };
            if found.is_none() || judged.in_words {
                found = Some(judged);
            }
        }
        found.map(|found| self.soften(found))
    }
}

/// Reads a message with its parsed text.
pub(super) fn read(message: &Message<'_>, told: &Told) -> Reading {
    let subject = message.subject().unwrap_or_default().to_lowercase();
    let has = |list: &[&str]| list.iter().any(|words| subject.contains(words));
    let failed = header(message, "X-Failed-Recipients");
    let lower = told.text.to_lowercase();
    let is_known = failed.is_some() || is_of_daemon(message) || has(&SUBJECTS) || lower.contains("notificationtype");
    let opens = OPENINGS.iter().any(|words| lower.contains(words));
    if !is_known && (has(&AUTOMATIC) || (!opens && is_automatic(message))) {
        return Reading::Nothing(Unusable::Automatic);
    }
    if !is_known && !opens {
        return Reading::Unknown;
    }
    // Not within an address: its owner could make every report match.
    let [text, title] = [&told.text, &subject].map(|said| plain(said));
    let late = LATE.iter().any(|words| text.contains(words) || title.contains(words));
    let for_good =
        Status::all(&told.text).any(|status| status.class == 5) || fields::codes(&told.text).any(|code| code >= 500);
    if late && !for_good {
        return Reading::Nothing(Unusable::Late);
    }
    // The mail has certainly failed: if the cause is unknown, no address is to blame.
    let refused = || failed.as_ref().map(|_| Judgement::in_words((BounceCause::Message, "X-Failed-Recipients")));
    let Some(Judgement { cause, by, .. }) = told.judge(&subject).or_else(refused) else { return Reading::Unknown };
    let cause = if is_known { cause } else { cause.min(BounceCause::Mailbox) };
    let status = Status::find(&told.words).or_else(|| Status::find(&told.text));
    let about: Vec<String> = match failed {
        Some(list) => list.split(',').take(MOST_ADDRESSES).map(bare).filter(|address| address.contains('@')).collect(),
        None => addresses_in(&told.text).take(MOST_ADDRESSES).collect(),
    };
    Reading::Report(Report {
        kind: cause.kind(),
        cause: Some(cause),
        by,
        status: status.map(|status| status.to_string()),
        diagnostic: told.refusal.clone(),
        recipient: about.first().cloned(),
        about,
        message_id: None,
    })
}

fn header(message: &Message<'_>, name: &str) -> Option<String> {
    message.header_raw(name.to_owned()).map(|value| value.trim().to_owned())
}

fn is_of_daemon(message: &Message<'_>) -> bool {
    let from = message.from().and_then(|from| from.first());
    let address = from.and_then(|from| from.address()).unwrap_or_default().to_lowercase();
    let name = from.and_then(|from| from.name()).unwrap_or_default().to_lowercase();
    // Some write `From: MAILER-DAEMON <>`, or the name alone.
    let written = header(message, "From").unwrap_or_default().to_lowercase();
    let begins = |text: &str| SENDERS.iter().any(|sender| text.trim_start_matches(['"', '<']).starts_with(sender));
    begins(&address) || begins(&name) || begins(&written) || written.contains("mailer-daemon")
}

/// Whether a message declares itself as an automatic reply (RFC 3834, and older conventions).
fn is_automatic(message: &Message<'_>) -> bool {
    let submitted = header(message, "Auto-Submitted").unwrap_or_default().to_lowercase();
    let precedence = header(message, "Precedence").unwrap_or_default().to_lowercase();
    // X-Auto-Response-Suppress asks for no automatic replies, and occurs in any mail.
    let marks = ["X-Autoreply", "X-Autorespond", "X-Autogenerated"];
    let marked =
        marks.iter().any(|name| !matches!(message.header((*name).to_owned()), None | Some(HeaderValue::Empty)));
    submitted.starts_with("auto-") || precedence.starts_with("auto") || marked
}

/// A text up to the beginning of the returned mail.
fn own_words(text: &str) -> String {
    let is_original = |line: &&str| {
        let line = line.to_lowercase();
        ORIGINAL.iter().any(|words| line.contains(words))
    };
    text.lines().take_while(|line| !is_original(line)).collect::<Vec<_>>().join("\n")
}

/// The refusal in a text, from its code on, and whether it is about the sender. Some wrap it over several lines; the
/// answers of another server, and the commands to it, do not belong to it.
fn refusal(text: &str) -> Option<(bool, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let with_code = lines.iter().position(|line| fields::codes(line).next().is_some());
    let at = with_code.or_else(|| lines.iter().position(|line| Status::find(line).is_some()))?;
    let line = lines.get(at)?;
    let (before, begun) = line.split_at_checked(fields::number_at(line)?)?;
    let line_before = at.checked_sub(1).and_then(|at| lines.get(at)).copied().unwrap_or_default();
    let of_sender = [line_before, before].iter().any(|text| text.to_lowercase().contains(OF_SENDER));
    let code = fields::codes(line).next();
    let goes_on = |line: &&str| {
        let said = line.trim_matches([' ', '\t', '<', '>', '|']);
        let next = said.get(..said.floor_char_boundary(4)).and_then(|start| fields::codes(start).next());
        !said.is_empty() && !line.trim_start().starts_with(">>>") && (next.is_none() || code.is_none() || next == code)
    };
    let rest = lines.iter().skip(at + 1).take(MOST_LINES - 1).copied().take_while(goes_on);
    Some((of_sender, std::iter::once(begun).chain(rest).collect::<Vec<_>>().join("\n")))
}

/// The addresses in a text.
fn addresses_in(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| c.is_whitespace() || "<>()[]\"',;:".contains(c));
    let is_address = |word: &&str| {
        let host = word.split_once('@').filter(|(local, _)| !local.is_empty()).map(|(_, host)| host);
        host.is_some_and(|host| host.trim_matches('.').contains('.'))
    };
    words.map(|word| word.trim_end_matches('.')).filter(is_address).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_begins_with_its_code_and_ends_before_another_answer() {
        let text = "Hello.\n   >>> MAIL From:<a@x.example>\n   <<< 553 5.1.8 <a@x.example>... Domain does\n   not resolve\n\
                    501 5.6.0 Data format error\n";
        assert_eq!(refusal(text), Some((true, "553 5.1.8 <a@x.example>... Domain does\n   not resolve".to_owned())));
        assert_eq!(refusal("host mx said: 550 5.1.1 no\n\nmore"), Some((false, "550 5.1.1 no".to_owned())));
        assert_eq!(refusal("no number"), None);
    }

    #[test]
    fn a16_an_address_does_not_say_what_became_of_its_mail() {
        let report = |text: &str| {
            let mail = format!("From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\n\r\n{text}\r\n");
            super::super::read(mail.as_bytes())
        };
        let Reading::Report(refused) = report("<delayed.550@x.example>: No such user, 450 4.1.1") else {
            panic!("a report")
        };
        assert_eq!(refused.status.as_deref(), Some("4.1.1"));
        let Reading::Report(refused) = report("host mx@x.example said of <awa@y.example>: 550 5.1.1 No such user")
        else {
            panic!("a report")
        };
        assert_eq!(refused.recipient.as_deref(), Some("mx@x.example"));
        assert_eq!(refused.about, ["mx@x.example", "awa@y.example"], "it may be about any of them");
        assert_eq!(report("Your mail to <awa@x.example> is delayed, 450 4.1.1"), Reading::Nothing(Unusable::Late));
    }

    #[test]
    fn what_is_said_of_the_sender_is_not_said_of_the_address() {
        let told = |text: &str| Told::of(text).judge("").map(|judged| judged.cause);
        let domain = "SMTP error after MAIL FROM:<a@x.example>:\n550 No such domain\n";
        assert_eq!(told(domain), Some(BounceCause::Message));
        assert_eq!(told("550 No such domain\n"), Some(BounceCause::Address));
        assert_eq!(told("550 No such user\nThe account is disabled.\n"), Some(BounceCause::Mailbox));
        assert_eq!(told("All went well."), None);
    }
}
