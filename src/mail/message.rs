//! Builds the bytes of a mail from a claim and its content: placeholders are filled, lettre builds the message, `dkim`
//! signs it.
//!
//! The texts are encoded so that every octet is 7-bit and no line is too long (quoted-printable where necessary): no
//! relay has a reason to re-encode them, which would break a signature. A mail of an announcement names its list (RFC
//! 2919), and if its topic can be unsubscribed from, the link that does so with one click (RFC 8058). Official notices
//! cannot be unsubscribed from, and have no such header. All mails ask for no automatic replies (RFC 3834, 5).

use css_inline::CSSInliner;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::content::Content;
use super::dkim::Signer;
use super::encoding::part;
use super::markdown;
use super::return_path::ReturnPaths;
use super::signed_mail_id::MailTokens;
use super::size::MailSize;
use super::smtp::Envelope;
use super::template::{Template, Values};
use super::types::{Claim, Merge};
use crate::reloadable::Reloadable;
use crate::time::Timestamp;

/// Automatic answers that Exchange and Outlook are asked not to send: absence notes, other automatic replies, read
/// receipts (MS-OXCMAIL). Bounces are still reported (`DR`, `NDR` are not listed).
const SUPPRESSED: &str = "OOF, AutoReply, RN, NRN";

/// A mail ready to be sent.
pub(super) struct RawMessage {
    /// The envelope for the relay.
    pub(super) envelope: Envelope,
    /// Headers and body, CRLF line ends.
    pub(super) bytes: Vec<u8>,
}

/// The content of one or many mails, with its placeholders found.
pub(super) struct CompiledTemplate {
    subject: Template,
    text: Template,
    html: Template,
    /// Whether it says everything in English and in French.
    is_bilingual: bool,
}

impl CompiledTemplate {
    /// For an author's text to many readers: placeholders are parsed. `home` is the beginning of the portal's own
    /// links.
    pub(super) fn of_many(content: &Content, home: &str) -> Self {
        let (subject, text) = (Template::literal(&content.subject), Template::plain(&content.text, home));
        Self { subject, text, html: Template::html(&inlined(&content.html), home), is_bilingual: false }
    }

    /// For one reader: the text is used literally.
    pub(super) fn of_one(content: &Content) -> Self {
        let Content { subject, text, html } = content;
        let [subject, text, html] = [subject, text, &inlined(html)].map(|literal| Template::literal(literal));
        Self { subject, text, html, is_bilingual: content.is_bilingual() }
    }

    /// Both bodies for one reader.
    fn parts(&self, values: &Values<'_>) -> MultiPart {
        MultiPart::alternative()
            .singlepart(part(ContentType::TEXT_PLAIN, self.text.fill(values)))
            .singlepart(part(ContentType::TEXT_HTML, self.html.fill(values)))
    }
}

/// Inlines the styles, since some mail programs ignore style sheets; those for dark mode stay in one. Nothing is
/// fetched. HTML that the inliner can't parse is unchanged, and so is HTML that is nested too deeply for it. This is
/// done here and not when a mail is written: a request for a link must not wait for it, and its time must not reveal
/// whether a mail was written.
fn inlined(html: &str) -> String {
    if !markdown::is_shallow(html) {
        return html.to_owned();
    }
    let inliner = CSSInliner::options().load_remote_stylesheets(false).keep_style_tags(true).build();
    inliner.inline(html).unwrap_or_else(|_unread| html.to_owned())
}

/// The body of a mail with this content to one reader, as it is sent. `home` is the beginning of the portal's own
/// links.
#[must_use]
pub fn body_of(content: &Content, values: &Values<'_>, home: &str) -> Vec<u8> {
    CompiledTemplate::of_many(content, home).parts(values).formatted()
}

/// The size of a mail with this content, whose placeholders are filled. Takes as long as building it.
#[must_use]
pub fn size_of(content: &Content) -> MailSize {
    let (sheet, values) = (CompiledTemplate::of_one(content), Values::default());
    MailSize::of(sheet.parts(&values).formatted().len(), sheet.html.fill(&values).len())
}

/// Builds messages in the configured names.
pub(super) struct MessageBuilder {
    /// The sender of transactional mail.
    pub(super) sender: Mailbox,
    /// The sender of announcements: another one, so that readers who filter these still get the others.
    pub(super) announcer: Mailbox,
    /// The beginning of links.
    pub(super) public_url: String,
    /// The tokens that identify mails in links.
    pub(super) tokens: MailTokens,
    /// The addresses for reports about mails; the sender's if there are none.
    pub(super) return_paths: Option<ReturnPaths>,
    /// The signer, if mails are signed.
    pub(super) signer: Reloadable<Option<Signer>>,
}

impl MessageBuilder {
    /// Builds the message. The same claim has the same Message-ID at each attempt, so that a receiver can drop a
    /// duplicate. `topic` is the topic of an announcement that can be unsubscribed from.
    ///
    /// # Errors
    /// A message if the address is invalid; such a mail fails permanently.
    pub(super) fn write(
        &self,
        claim: &Claim,
        sheet: &CompiledTemplate,
        topic: Option<&str>,
        now: Timestamp,
    ) -> Result<RawMessage, String> {
        let to: Address = claim.to_address.parse().map_err(|e| format!("the address can't be used: {e}"))?;
        let sender = if claim.batch.is_some() { &self.announcer } else { &self.sender };
        let mail = self.tokens.of(claim.id);
        let unsubscribe = format!("{}/unsubscribe/{mail}", self.public_url);
        let none = Merge::default();
        let merge = claim.vars.as_ref().map_or(&none, |vars| &vars.0);
        let values = Values {
            name: merge.name.as_deref().unwrap_or(&claim.to_name),
            administration: &merge.administration,
            unsubscribe: &unsubscribe,
            mail: &mail,
        };
        let name = printable(&claim.to_name);
        let date = std::time::UNIX_EPOCH + std::time::Duration::from_secs(u64::try_from(now.as_seconds()).unwrap_or(0));
        let mut message = Message::builder()
            .from(sender.clone())
            .to(Mailbox::new((!name.is_empty()).then_some(name), to.clone()))
            .subject(printable(&sheet.subject.fill(&values)))
            .message_id(Some(format!("<{}@{}>", claim.id, sender.email.domain())))
            .date(date)
            .multipart(sheet.parts(&values))
            .map_err(|e| format!("the message can't be built: {e}"))?;
        let mut add = |name, value| message.headers_mut().insert_raw(HeaderValue::new(name, value));
        add(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        add(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), SUPPRESSED.to_owned());
        let languages = if sheet.is_bilingual { "en, fr" } else { claim.language.as_str() };
        add(HeaderName::new_from_ascii_str("Content-Language"), languages.to_owned());
        // A digest has announcements with topics only, all of which can be unsubscribed from.
        let topic = topic.or((claim.kind == "digest").then_some("digest"));
        if claim.batch.is_some() {
            let list = format!("<{}.{}>", topic.unwrap_or("notices"), sender.email.domain());
            add(HeaderName::new_from_ascii_str("List-Id"), list);
            add(HeaderName::new_from_ascii_str("Precedence"), "bulk".to_owned());
        }
        if claim.batch.is_some() && topic.is_some() {
            add(HeaderName::new_from_ascii_str("List-Unsubscribe"), format!("<{unsubscribe}>"));
            let one_click = "List-Unsubscribe=One-Click".to_owned();
            add(HeaderName::new_from_ascii_str("List-Unsubscribe-Post"), one_click);
        }
        let mut bytes = message.formatted();
        if let Some(signer) = &*self.signer.get() {
            let mut signed = signer.sign(&bytes, now)?.into_bytes();
            signed.append(&mut bytes);
            bytes = signed;
        }
        let envelope = Envelope {
            from: self.return_paths.as_ref().map_or_else(|| sender.email.to_string(), |paths| paths.of(claim.id)),
            to: to.to_string(),
            size: bytes.len(),
            is_eight_bit: !bytes.is_ascii(),
        };
        Ok(RawMessage { envelope, bytes })
    }
}

/// Removes control characters and marks that change the direction of text: lettre panics on some of them, no header may
/// contain another, and no name may look like somebody else's address. Values from forms have none; this protects
/// against values written into the database by hand.
fn printable(text: &str) -> String {
    let is_unfit = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if is_unfit(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Document, Id};
    use crate::i18n::Language;
    use crate::random::Random;
    use proptest::prelude::*;

    fn stationery() -> MessageBuilder {
        MessageBuilder {
            sender: "Portal <portal@x.example>".parse().unwrap(),
            announcer: "Portal <news@x.example>".parse().unwrap(),
            public_url: "https://portal.example".to_owned(),
            tokens: MailTokens::new(crate::secrets::tests_mac()),
            return_paths: None,
            signer: Reloadable::new(None),
        }
    }

    fn claim(name: &str, batch: bool) -> Claim {
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        let id = Id::new(now, &Random::seeded(1));
        Claim {
            id,
            kind: "test".to_owned(),
            batch: batch.then_some(id),
            user_id: None,
            domain: "douanes.example".to_owned(),
            vars: batch.then(|| Document(Merge { name: None, administration: "Douanes <SN>".to_owned() })),
            to_address: "awa@douanes.example".to_owned(),
            to_name: name.to_owned(),
            language: Language::Fr,
            content_id: None,
            attempts: 0,
            expires_at: now,
        }
    }

    fn written(claim: &Claim, content: &Content, topic: Option<&str>) -> Vec<u8> {
        let home = stationery().public_url;
        let sheet = if claim.vars.is_some() {
            CompiledTemplate::of_many(content, &home)
        } else {
            CompiledTemplate::of_one(content)
        };
        stationery().write(claim, &sheet, topic, Timestamp::from_micros(1_700_000_000_000_000)).unwrap().bytes
    }

    fn content(subject: &str, text: &str) -> Content {
        Content { subject: subject.to_owned(), text: text.to_owned(), html: format!("<p>{text}</p>") }
    }

    fn header(mail: &[u8], name: &str) -> Option<String> {
        let text = String::from_utf8(mail.to_vec()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        unfolded.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}: "))).map(str::to_owned)
    }

    #[test]
    fn goal_27_a_mail_about_a_topic_may_be_left_with_one_click_and_no_other_says_so() {
        let about = written(&claim("Awa", true), &content("S", "B"), Some("news"));
        let link = header(&about, "List-Unsubscribe").unwrap();
        assert!(link.starts_with("<https://portal.example/unsubscribe/") && link.ends_with('>'), "{link}");
        assert!(!link.contains(' ') && link.len() < 200, "{link}");
        assert_eq!(header(&about, "List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
        for (batch, topic) in [(true, None), (false, None), (false, Some("news"))] {
            let other = written(&claim("Awa", batch), &content("S", "B"), topic);
            assert_eq!(header(&other, "List-Unsubscribe"), None);
            assert_eq!(header(&other, "List-Unsubscribe-Post"), None);
        }
    }

    #[test]
    fn goal_32_headers_say_what_kind_of_mail_it_is() {
        let about = written(&claim("Awa", true), &content("S", "B"), Some("news"));
        assert_eq!(header(&about, "List-Id").as_deref(), Some("<news.x.example>"));
        assert_eq!(header(&about, "Precedence").as_deref(), Some("bulk"));
        assert_eq!(header(&about, "From").as_deref(), Some("Portal <news@x.example>"));
        let notice = written(&claim("Awa", true), &content("S", "B"), None);
        assert_eq!(header(&notice, "List-Id").as_deref(), Some("<notices.x.example>"));
        let own = written(&claim("Awa", false), &content("S", "B"), None);
        assert_eq!(header(&own, "From").as_deref(), Some("Portal <portal@x.example>"));
        assert_eq!(header(&own, "List-Id"), None);
        for mail in [&about, &notice, &own] {
            assert_eq!(header(mail, "Auto-Submitted").as_deref(), Some("auto-generated"));
            assert_eq!(header(mail, "X-Auto-Response-Suppress").as_deref(), Some("OOF, AutoReply, RN, NRN"), "b06");
            assert_eq!(header(mail, "MIME-Version").as_deref(), Some("1.0"));
            assert!(header(mail, "Message-ID").unwrap().ends_with("@x.example>"));
            assert!(header(mail, "Date").is_some());
        }
    }

    #[test]
    fn a_mail_in_two_languages_says_both() {
        let html =
            "<html lang=\"en\" dir=\"ltr\"><body><p>Hello</p><p lang=\"fr\" dir=\"ltr\">Bonjour</p></body></html>";
        let both = Content { html: html.to_owned(), ..content("S", "B") };
        let language = |content: &Content| header(&written(&claim("Awa", false), content, None), "Content-Language");
        assert_eq!(language(&both).as_deref(), Some("en, fr"));
        assert_eq!(language(&content("S", "B")).as_deref(), Some("fr"), "that of the claim");
    }

    #[test]
    fn a_text_for_many_is_filled_for_each_and_a_text_for_one_is_taken_as_it_is() {
        let about = content("À {{ name }}", "{{ name }}, {{ administration }}");
        let mail = written(&claim("Awa", true), &about, None);
        let parsed = mail_parser::MessageParser::default().parse(&mail).unwrap();
        assert_eq!(parsed.subject(), Some("À {{ name }}"), "a subject is the same for everybody");
        assert_eq!(parsed.body_text(0).unwrap().trim_end(), "Awa, Douanes <SN>");
        assert!(parsed.body_html(0).unwrap().contains("<p>Awa, Douanes &lt;SN&gt;</p>"));
        let own = written(&claim("Awa", false), &about, None);
        let parsed = mail_parser::MessageParser::default().parse(&own).unwrap();
        assert_eq!(parsed.subject(), Some("À {{ name }}"));
    }

    proptest! {
        #[test]
        fn goal_35_every_mail_is_seven_bit_in_short_lines(subject in "\\PC{0,200}", text in "(\\PC|\n|\\.){0,3000}") {
            let mail = written(&claim("Åwa", true), &content(&subject, &text), Some("news"));
            prop_assert!(mail.is_ascii());
            let text = String::from_utf8(mail).unwrap();
            let without_ends = text.replace("\r\n", "");
            prop_assert!(!without_ends.contains(['\r', '\n']), "a bare end of a line");
            let longest = text.split("\r\n").map(str::len).max().unwrap();
            prop_assert!(longest <= 998, "{}", longest);
        }

        #[test]
        fn goal_36_no_text_adds_a_header_or_a_recipient(
            name in "\\PC*|.*\r\nBcc: x@y\\.example.*",
            subject in "(.|\r|\n|\u{2028}|\u{202e})*",
        ) {
            let claim = claim(&name, false);
            let mail = written(&claim, &content(&subject, ".\nBonjour"), None);
            let parsed = mail_parser::MessageParser::default().parse(&mail).unwrap();
            prop_assert!(parsed.bcc().is_none());
            let mut names: Vec<_> = parsed.headers().iter().map(|h| h.name().to_lowercase()).collect();
            names.sort();
            prop_assert_eq!(names, [
                "auto-submitted", "content-language", "content-type", "date", "from", "message-id", "mime-version",
                "subject", "to", "x-auto-response-suppress",
            ]);
        }
    }
}
