//! What a mail says: subject, text and HTML, made once and stored with the outbox.
//!
//! System mails are written in `locales/` under `mail-<kind>`: the value is the subject, `.body` its paragraphs (a blank
//! line between two), `.button` the label of the link where it has one. Announcements bring their own text. Both go through
//! one layout, `templates/mail.html`, and both have a text part that says the same. What we say around a text in a language that
//! has no catalogue is said in English, and marked so, since an Arabic mail would turn its full stops about.

use std::sync::Arc;

use askama::Template;

use super::template::{self, Values};
use super::types::Merge;
use super::{Recipient, markdown, unverified};
use crate::config::Community;
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::i18n::{Args, Catalogue, Language};

/// Subject and both bodies of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The subject, one line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// Writes mails in the community's name.
#[derive(Clone)]
pub struct Letters {
    catalogue: Arc<Catalogue>,
    community: Community,
    public_url: String,
}

/// A system mail before it is put into words.
pub struct Letter {
    /// The part after `mail-` of its key.
    pub kind: &'static str,
    /// The reader's name.
    pub name: String,
    /// Values for the text.
    pub args: Args,
    /// The path below the public URL that the button leads to.
    pub link: Option<String>,
}

/// An announcement in a digest.
pub struct DigestEntry {
    /// Which.
    pub announcement: Id,
    /// What it is called.
    pub title: String,
    /// Whether its readers are asked to say that they have read it.
    pub asks: bool,
}

/// What an author wrote, and what is to be said beside it.
pub struct Notice<'a> {
    /// The subject.
    pub subject: &'a str,
    /// The text.
    pub body_markdown: &'a str,
    /// Whether it is about a topic that may be left: then it says how.
    pub may_be_left: bool,
    /// The announcement whose readers are asked to say that they have read it.
    pub acknowledge: Option<Id>,
}

/// Plain text in one language.
struct Sentence {
    language: Language,
    text: String,
}

struct Button {
    label: Sentence,
    url: String,
    or_copy: Vec<Sentence>,
}

/// What fills the sheet.
#[derive(Default)]
struct Sheet {
    subject: String,
    /// HTML that is safe already, under the subject as its heading, and the text that says the same.
    body: Option<(String, String)>,
    /// What we say ourselves; after the body, where there is one.
    paragraphs: Vec<Sentence>,
    button: Option<Button>,
    foot: Vec<Sentence>,
    /// The words of the link by which a reader leaves the topic.
    leave: Option<Sentence>,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Layout<'a> {
    language: Language,
    community: &'a Community,
    public_url: &'a str,
    sheet: &'a Sheet,
}

impl Layout<'_> {
    /// The attributes of what is said in another language than the mail.
    fn aside(&self, said: &Sentence) -> String {
        if said.language == self.language {
            return String::new();
        }
        format!(" lang=\"{}\" dir=\"{}\"", said.language, said.language.direction())
    }

    /// A sentence in HTML: the portal and whom to ask are links.
    fn linked(&self, said: &Sentence) -> String {
        markdown::linked(&said.text, &[self.public_url, &self.community.contact_email])
    }
}

impl Letters {
    /// Letters of this community, whose links lead to `public_url`.
    #[must_use]
    pub fn new(catalogue: Arc<Catalogue>, community: Community, public_url: String) -> Self {
        Self { catalogue, community, public_url }
    }

    /// A system mail in the reader's language.
    ///
    /// # Errors
    /// Where the layout fails, which would be a fault of ours.
    pub fn write(&self, language: Language, letter: &Letter) -> Result<Content, Error> {
        self.write_in(&[language], letter)
    }

    /// A system mail in several languages, one after the other.
    ///
    /// # Errors
    /// Where the layout fails.
    pub fn write_bilingual(&self, languages: [Language; 2], letter: &Letter) -> Result<Content, Error> {
        self.write_in(&languages, letter)
    }

    fn write_in(&self, languages: &[Language], letter: &Letter) -> Result<Content, Error> {
        let languages: Vec<Language> = languages.iter().map(|language| language.catalogue()).collect();
        let (greeting, mut args) = unverified::told(letter);
        args.push(("community", self.community.name.clone()));
        args.push(("url", self.public_url.clone()));
        let first = languages.first().copied().unwrap_or(Language::En);
        let key = format!("mail-{}", letter.kind);
        let joined = |key: &str, joint: &str| {
            let texts: Vec<_> = languages.iter().map(|&language| self.catalogue.text(language, key, &args)).collect();
            texts.join(joint)
        };
        let mut sheet = Sheet { subject: joined(&key, " / "), ..Sheet::default() };
        for &language in &languages {
            let body = self.catalogue.text(language, &format!("{key}.body"), &args);
            // A paragraph that has nothing to say this time is none.
            let paragraphs = body.split("\n\n").filter(|text| !text.is_empty());
            let paragraphs = paragraphs.map(|text| Sentence { language, text: text.to_owned() });
            sheet.paragraphs.push(self.say(language, greeting, &args));
            sheet.paragraphs.extend(paragraphs);
            sheet.foot.extend(self.foot(language, foot_of(letter.kind)));
        }
        sheet.button = letter.link.as_ref().map(|link| Button {
            label: Sentence { language: first, text: joined(&format!("{key}.button"), " · ") },
            url: format!("{}{link}", self.public_url),
            or_copy: languages.iter().map(|&language| self.say(language, "mail-or-copy", &[])).collect(),
        });
        self.lay_out(first, &sheet)
    }

    /// An announcement in one language, with places for what it says of its reader alone (`mail::template`).
    ///
    /// # Errors
    /// Where the layout fails.
    pub fn announcement(&self, language: Language, notice: &Notice<'_>) -> Result<Content, Error> {
        let html = markdown::to_html(notice.body_markdown);
        let text = markdown::to_text(&html)?;
        let mut sheet = Sheet {
            subject: notice.subject.to_owned(),
            body: Some((html, text)),
            foot: self.foot(language, "mail-foot-announcement"),
            leave: notice.may_be_left.then(|| self.say(language, "mail-foot-leave", &[])),
            ..Sheet::default()
        };
        if let Some(id) = notice.acknowledge {
            sheet.paragraphs.push(self.say(language, "mail-acknowledge", &[]));
            sheet.button =
                Some(self.button(language, "mail-acknowledge", &format!("/announcements/{id}?mail={{{{ mail }}}}")));
        }
        self.lay_out(language, &sheet)
    }

    /// An announcement as a reader would have it, but for the link by which it is left: that names a mail.
    #[must_use]
    pub fn for_one(&self, content: &Content, merge: &Merge) -> Content {
        let unsubscribe = format!("{}/unsubscribe/…", self.public_url);
        let name = merge.name.as_deref().unwrap_or_default();
        let values = Values { name, administration: &merge.administration, unsubscribe: &unsubscribe, mail: "" };
        Content {
            subject: content.subject.clone(),
            text: template::Template::plain(&content.text).fill(&values),
            html: template::Template::html(&content.html).fill(&values),
        }
    }

    /// What was announced since the last digest of a reader. Its links speak for whoever got the mail that `token` stands for.
    ///
    /// # Errors
    /// Where the layout fails.
    pub fn digest(&self, to: &Recipient, entries: &[DigestEntry], token: &str) -> Result<Content, Error> {
        let language = to.language.catalogue();
        let args = [("community", self.community.name.clone()), ("name", to.name.clone())];
        let said = |key: &str| self.catalogue.text(language, key, &args);
        let (greeting, body) = (said("mail-greeting"), said("mail-digest.body"));
        let (items, lines): (Vec<String>, Vec<String>) =
            entries.iter().map(|entry| self.item(language, entry, token)).unzip();
        let html = format!("{}{}<ul>{}</ul>", paragraph(&greeting), paragraph(&body), items.concat());
        let sheet = Sheet {
            subject: said("mail-digest"),
            body: Some((html, format!("{greeting}\n\n{body}\n\n{}", lines.join("\n")))),
            button: Some(self.button(language, "mail-digest", &format!("/subscriptions/{token}"))),
            foot: self.foot(language, "mail-foot-digest"),
            ..Sheet::default()
        };
        self.lay_out(language, &sheet)
    }

    /// A line of a digest, in HTML and in plain text. A title has the language of its announcement.
    fn item(&self, language: Language, entry: &DigestEntry, token: &str) -> (String, String) {
        let url = format!("{}/announcements/{}?mail={token}", self.public_url, entry.announcement);
        let asks = entry.asks.then(|| format!(" – {}", self.catalogue.text(language, "mail-digest.asks", &[])));
        let (title, asks) = (&entry.title, asks.unwrap_or_default());
        let html = format!("<a href=\"{url}\" dir=\"auto\">{}</a>{}", markdown::escape(title), markdown::escape(&asks));
        (format!("<li>{html}</li>"), format!("- {title}{asks}\n  {url}"))
    }

    /// What the community is called.
    #[must_use]
    pub fn community(&self) -> &str {
        &self.community.name
    }

    /// What links begin with.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// A sentence of ours, in the language whose catalogue has it.
    fn say(&self, language: Language, key: &str, args: &[(&'static str, String)]) -> Sentence {
        let language = language.catalogue();
        Sentence { language, text: self.catalogue.text(language, key, args) }
    }

    fn button(&self, language: Language, key: &str, path: &str) -> Button {
        Button {
            label: self.say(language, &format!("{key}.button"), &[]),
            url: format!("{}{path}", self.public_url),
            or_copy: vec![self.say(language, "mail-or-copy", &[])],
        }
    }

    fn foot(&self, language: Language, key: &str) -> Vec<Sentence> {
        let mut args: Args = vec![("community", self.community.name.clone()), ("url", self.public_url.clone())];
        let mut foot = vec![self.say(language, key, &args)];
        if !self.community.contact_email.is_empty() {
            args.push(("contact", self.community.contact_email.clone()));
            foot.push(self.say(language, "mail-foot-contact", &args));
        }
        foot
    }

    /// The label of a link before its address, in a text.
    fn labelled(&self, label: &Sentence) -> String {
        self.catalogue.text(label.language, "mail-link", &[("label", label.text.clone())])
    }

    fn lay_out(&self, language: Language, sheet: &Sheet) -> Result<Content, Error> {
        let (community, public_url) = (&self.community, self.public_url.as_str());
        let html = Layout { language, community, public_url, sheet }.render().or_internal()?;
        let body = sheet.body.iter().map(|(_, text)| text.as_str());
        let mut blocks: Vec<&str> = body.chain(sheet.paragraphs.iter().map(|said| said.text.as_str())).collect();
        let button = sheet.button.as_ref().map(|button| format!("{}\n{}", self.labelled(&button.label), button.url));
        blocks.extend(button.as_deref());
        let foot: Vec<&str> = sheet.foot.iter().map(|said| said.text.as_str()).collect();
        let leave = sheet.leave.as_ref().map(|said| format!("{} {{{{ unsubscribe }}}}\n", self.labelled(said)));
        let text = format!("{}\n\n-- \n{}\n{}", blocks.join("\n\n"), foot.join("\n"), leave.unwrap_or_default());
        Ok(Content { subject: sheet.subject.clone(), text, html })
    }
}

/// The foot that is true for mails of a kind: they concern oneself, or what one looks after, or one is not known yet.
fn foot_of(kind: &str) -> &'static str {
    match kind {
        "invitation" | "invitation_reminder" => "mail-foot-invitation",
        "announcement_halted"
        | "announcement_held"
        | "announcement_rejected"
        | "announcement_submitted"
        | "application_waits"
        | "application_still_waits"
        | "application_escalated"
        | "contact_left"
        | "contact_not_confirmed"
        | "invitation_accepted"
        | "invitations_withdrawn"
        | "mandate_ends_soon"
        | "name_changed"
        | "no_coordinator_left"
        | "officer_appointed"
        | "webhook_failing"
        | "webhook_gone" => "mail-foot-duty",
        _ => "mail-foot-system",
    }
}

/// Plain text as a paragraph of HTML.
fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", markdown::escape(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters() -> Letters {
        let (name, contact_email) = ("Community".to_owned(), "ask@x.example".to_owned());
        let community = Community { name, logo_url: String::new(), contact_email };
        Letters::new(Arc::new(Catalogue::load().unwrap()), community, "https://x.example".to_owned())
    }

    fn letter(kind: &'static str) -> Letter {
        let args = vec![("inviter", "coordinator".to_owned()), ("reason", "https://evil.example".to_owned())];
        Letter { kind, name: "Awa".to_owned(), args, link: Some("/invitation?token=abc".to_owned()) }
    }

    #[test]
    fn what_has_no_catalogue_is_said_in_english_from_left_to_right() {
        let written = letters().write(Language::Ar, &letter("password_changed")).unwrap();
        assert!(written.html.contains("<html lang=\"en\" dir=\"ltr\">") && !written.html.contains("rtl"));
    }

    #[test]
    fn two_languages_are_told_from_each_other_and_what_others_wrote_is_no_link() {
        let written = letters().write_bilingual([Language::En, Language::Fr], &letter("invitation")).unwrap();
        for said in [
            "<p>Hello,</p>",
            "<p lang=\"fr\" dir=\"ltr\">Bonjour,</p>",
            "<span lang=\"fr\" dir=\"ltr\">Si le bouton",
            "<a href=\"https://x.example/privacy\">",
            "<a href=\"mailto:ask@x.example\">",
        ] {
            assert!(written.html.contains(said), "{said} in {}", written.html);
        }
        assert!(!written.html.contains("evil") && !written.html.contains("Awa"), "{}", written.html);
        assert!(written.text.contains("because you were invited to it"), "{}", written.text);
        let written = letters().write(Language::En, &letter("rejected")).unwrap();
        assert!(written.html.contains("https://evil.example"), "{}", written.html);
        assert!(!written.html.contains("href=\"https://evil"), "{}", written.html);
    }

    #[test]
    fn a_digest_names_each_announcement_and_where_it_is() {
        let to = Recipient { address: String::new(), name: "Awa".to_owned(), language: Language::Fr };
        let entries = [DigestEntry { announcement: Id::nil(), title: "Réunion <b>".to_owned(), asks: false }];
        let written = letters().digest(&to, &entries, "abc").unwrap();
        let url = format!("https://x.example/announcements/{}?mail=abc", Id::nil());
        assert!(
            written.html.contains(&format!("<a href=\"{url}\" dir=\"auto\">Réunion &lt;b&gt;</a>")),
            "{}",
            written.html
        );
        let ends = format!(
            "\n\n- Réunion <b>\n  {url}\n\nChoisir comment recevoir les annonces\u{a0}:\nhttps://x.example/subscriptions/abc"
        );
        assert!(written.text.contains(&ends), "{}", written.text);
    }
}
