//! Renders mails: subject, text and HTML, made once and stored with the outbox.
//!
//! The texts of system mails are in `locales/` under `mail-<kind>`: the value is the subject, `.body` the paragraphs
//! (separated by a blank line), `.button` the label of the link if there is one. What a person wrote is a quotation in a
//! place of its own between the paragraphs ([`Quote`]), never a part of one. Announcements bring their own text.
//! Both use one layout, `templates/mail.html`, and both have a text part with the same content. If a language has no
//! catalogue, the portal's own sentences around a text are in English and marked as such, because an Arabic mail would
//! otherwise place their full stops wrongly.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;

use super::arguments::Quote;
use super::content::{Content, WrittenMail};
use super::system_mail::SystemMail;
use super::template::{self, Values};
use super::types::Merge;
use super::{Recipient, markdown};
use crate::config::Community;
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::i18n::{Args, Catalogue, Language};

/// Renders mails in the community's name.
#[derive(Clone)]
pub struct EmailRenderer {
    catalogue: Arc<Catalogue>,
    community: Community,
    /// All names of the community.
    names: String,
    public_url: String,
}

/// An announcement in a digest.
pub struct DigestEntry {
    /// Its id.
    pub announcement: Id,
    /// Its title.
    pub title: String,
    /// Whether it asks for an acknowledgement.
    pub asks: bool,
}

/// A text of an author, and what the mail adds to it.
pub struct Notice<'a> {
    /// The subject.
    pub subject: &'a str,
    /// The text.
    pub body_markdown: &'a str,
    /// Whether its topic can be unsubscribed from: then the mail says how.
    pub may_be_left: bool,
    /// The announcement, if it asks for an acknowledgement.
    pub acknowledge: Option<Id>,
}

/// Plain text in one language.
struct Sentence {
    language: Language,
    text: String,
    /// Whether a person wrote it, in whatever language.
    is_quote: bool,
}

impl Sentence {
    /// A sentence of the portal.
    const fn own(language: Language, text: String) -> Self {
        Self { language, text, is_quote: false }
    }

    /// In the text part; what is quoted is marked in each line.
    fn plain(&self) -> Cow<'_, str> {
        if !self.is_quote {
            return Cow::Borrowed(&self.text);
        }
        let lines = self.text.split(['\n', '\r']).map(|line| format!("> {line}").trim_end().to_owned());
        Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
    }

    /// A quotation in HTML. Nothing in it is a link.
    fn quoted(&self) -> String {
        markdown::escape(&self.text).replace('\n', "<br>")
    }
}

struct Button {
    /// The label, in each language of the mail.
    labels: Vec<Sentence>,
    url: String,
    or_copy: Vec<Sentence>,
}

/// The values for the layout.
#[derive(Default)]
struct MailBody {
    subject: String,
    /// Safe HTML, under the subject as its heading, and the text with the same content.
    body: Option<(String, String)>,
    /// The portal's own sentences; after the body, if there is one.
    paragraphs: Vec<Sentence>,
    button: Option<Button>,
    foot: Vec<Sentence>,
    /// The label of the link to unsubscribe.
    leave: Option<Sentence>,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Layout<'a> {
    language: Language,
    community: &'a Community,
    public_url: &'a str,
    sheet: &'a MailBody,
}

impl Layout<'_> {
    /// The name of the community in the language of the mail.
    fn community_name(&self) -> &str {
        self.community.name_in(self.language)
    }

    /// The attributes of a sentence in another language than the mail.
    fn aside(&self, said: &Sentence) -> String {
        if said.language == self.language {
            return String::new();
        }
        format!(" lang=\"{}\" dir=\"{}\"", said.language, said.language.direction())
    }

    /// A sentence in HTML: the URL of the portal and the contact are links.
    fn linked(&self, said: &Sentence) -> String {
        markdown::linked(&said.text, &[self.public_url, &self.community.contact_email])
    }
}

impl EmailRenderer {
    /// A renderer for this community, with links to `public_url`.
    #[must_use]
    pub fn new(catalogue: Arc<Catalogue>, community: Community, public_url: String) -> Self {
        let names = community.names();
        Self { catalogue, community, names, public_url }
    }

    /// A system mail in the reader's language.
    ///
    /// # Errors
    /// Where the layout fails, which would be a fault of ours.
    pub fn write(&self, to: &Recipient, mail: &dyn SystemMail) -> Result<WrittenMail, Error> {
        self.write_in(&[to.language.catalogue()], to, mail)
    }

    /// A system mail in English and in French, one after the other.
    ///
    /// # Errors
    /// Where the layout fails.
    pub fn write_bilingual(&self, to: &Recipient, mail: &dyn SystemMail) -> Result<WrittenMail, Error> {
        self.write_in(&[Language::En, Language::Fr], to, mail)
    }

    fn write_in(&self, languages: &[Language], to: &Recipient, mail: &dyn SystemMail) -> Result<WrittenMail, Error> {
        let (kind, audience) = (mail.kind(), mail.audience());
        // Whoever reads at an address that nobody has verified is called by no name.
        let name = Some(("name", to.name.clone())).filter(|_| audience.is_verified());
        let told: Args = mail.args().into_iter().chain(name).collect();
        let args = |language: Language| {
            let own = [("community", self.community.name_in(language).to_owned()), ("url", self.public_url.clone())];
            told.iter().cloned().chain(own).collect::<Args>()
        };
        let key = format!("mail-{kind}");
        let subjects: Vec<_> =
            languages.iter().map(|&language| self.catalogue.text(language, &key, &args(language))).collect();
        let mut sheet = MailBody { subject: subjects.join(" / "), ..MailBody::default() };
        // A reader who reads only the beginning learns there that another language follows.
        sheet.paragraphs.extend(languages.iter().skip(1).map(|&other| self.say(other, "mail-version-below", &[])));
        for &language in languages {
            let args = args(language);
            let body = self.catalogue.text(language, &format!("{key}.body"), &args);
            sheet.paragraphs.push(self.say(language, audience.greeting(), &args));
            // An empty paragraph is left out. What a person wrote is put in after the split: it makes no paragraphs.
            for text in body.split("\n\n").filter(|text| !text.is_empty()) {
                match mail.quote().filter(|_| text == Quote::PLACE) {
                    Some(quote) => sheet.paragraphs.extend(self.quotation(language, quote)),
                    None => sheet.paragraphs.push(Sentence::own(language, text.to_owned())),
                }
            }
            sheet.foot.extend(self.foot(language, audience.foot()));
        }
        let in_each = |key: &str| languages.iter().map(|&language| self.say(language, key, &[])).collect::<Vec<_>>();
        sheet.button = mail.link().map(|link| Button {
            labels: in_each(&format!("{key}.button")),
            url: format!("{}{link}", self.public_url),
            or_copy: in_each("mail-or-copy"),
        });
        let content = self.lay_out(languages.first().copied().unwrap_or(Language::En), &sheet)?;
        Ok(WrittenMail { kind, audience, content })
    }

    /// An announcement in one language, with placeholders for its readers (`mail::template`).
    pub fn announcement(&self, language: Language, notice: &Notice<'_>) -> Result<Content, Error> {
        let html = markdown::to_html_in(language, notice.body_markdown);
        let text = markdown::to_text(&html)?;
        let mut sheet = MailBody {
            subject: notice.subject.to_owned(),
            body: Some((html, text)),
            foot: self.foot(language, "mail-foot-announcement"),
            leave: notice.may_be_left.then(|| self.say(language, "mail-foot-leave", &[])),
            ..MailBody::default()
        };
        if let Some(id) = notice.acknowledge {
            sheet.paragraphs.push(self.say(language, "mail-acknowledge", &[]));
            sheet.button =
                Some(self.button(language, "mail-acknowledge", &format!("/announcements/{id}?mail={{{{ mail }}}}")));
        }
        self.lay_out(language, &sheet)
    }

    /// An announcement as a reader would get it, except for the link to unsubscribe, which names a mail.
    #[must_use]
    pub fn for_one(&self, content: &Content, merge: &Merge) -> Content {
        let unsubscribe = format!("{}/unsubscribe/…", self.public_url);
        let name = merge.name.as_deref().unwrap_or_default();
        let values = Values { name, administration: &merge.administration, unsubscribe: &unsubscribe, mail: "" };
        Content {
            subject: content.subject.clone(),
            text: template::Template::plain(&content.text, &self.public_url).fill(&values),
            html: template::Template::html(&content.html, &self.public_url).fill(&values),
        }
    }

    /// A digest: what was announced since the reader's last one. Its links work without a login, by `token`.
    pub fn digest(&self, to: &Recipient, entries: &[DigestEntry], token: &str) -> Result<Content, Error> {
        let language = to.language.catalogue();
        let args = [("community", self.community.name_in(language).to_owned()), ("name", to.name.clone())];
        let said = |key: &str| self.catalogue.text(language, key, &args);
        let (greeting, body) = (said("mail-greeting"), said("mail-digest.body"));
        let (items, lines): (Vec<String>, Vec<String>) =
            entries.iter().map(|entry| self.item(language, entry, token)).unzip();
        let html = format!("{}{}<ul>{}</ul>", paragraph(&greeting), paragraph(&body), items.concat());
        let sheet = MailBody {
            subject: said("mail-digest"),
            body: Some((html, format!("{greeting}\n\n{body}\n\n{}", lines.join("\n")))),
            button: Some(self.button(language, "mail-digest", &format!("/subscriptions/{token}"))),
            foot: self.foot(language, "mail-foot-digest"),
            ..MailBody::default()
        };
        self.lay_out(language, &sheet)
    }

    /// A line of a digest, in HTML and in plain text. A title is in the language of its announcement.
    fn item(&self, language: Language, entry: &DigestEntry, token: &str) -> (String, String) {
        let url = format!("{}/announcements/{}?mail={token}", self.public_url, entry.announcement);
        let asks = entry.asks.then(|| format!(" – {}", self.catalogue.text(language, "mail-digest.asks", &[])));
        let (title, asks) = (&entry.title, asks.unwrap_or_default());
        let html = format!("<a href=\"{url}\" dir=\"auto\">{}</a>{}", markdown::escape(title), markdown::escape(&asks));
        (format!("<li>{html}</li>"), format!("- {title}{asks}\n  {url}"))
    }

    /// All names of the community, one per line: no name of a person may pose as one of them.
    #[must_use]
    pub fn community(&self) -> &str {
        &self.names
    }

    /// The beginning of links.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// Who wrote something, and what.
    fn quotation(&self, language: Language, quote: &Quote) -> [Sentence; 2] {
        let said = Sentence { language, text: quote.text.clone(), is_quote: true };
        [self.say(language, "mail-quoted", &quote.by.args()), said]
    }

    /// A sentence of the portal, in a language with a catalogue.
    fn say(&self, language: Language, key: &str, args: &[(&'static str, String)]) -> Sentence {
        let language = language.catalogue();
        Sentence::own(language, self.catalogue.text(language, key, args))
    }

    fn button(&self, language: Language, key: &str, path: &str) -> Button {
        Button {
            labels: vec![self.say(language, &format!("{key}.button"), &[])],
            url: format!("{}{path}", self.public_url),
            or_copy: vec![self.say(language, "mail-or-copy", &[])],
        }
    }

    fn foot(&self, language: Language, key: &str) -> Vec<Sentence> {
        let community = self.community.name_in(language).to_owned();
        let mut args: Args = vec![("community", community), ("url", self.public_url.clone())];
        let mut foot = vec![self.say(language, key, &args)];
        if !self.community.contact_email.is_empty() {
            args.push(("contact", self.community.contact_email.clone()));
            foot.push(self.say(language, "mail-foot-contact", &args));
        }
        foot
    }

    /// The label of a link before its address, in the text part.
    fn labelled(&self, label: &Sentence) -> String {
        self.catalogue.text(label.language, "mail-link", &[("label", label.text.clone())])
    }

    fn lay_out(&self, language: Language, sheet: &MailBody) -> Result<Content, Error> {
        let (community, public_url) = (&self.community, self.public_url.as_str());
        let html = Layout { language, community, public_url, sheet }.render().or_internal()?;
        let body = sheet.body.iter().map(|(_, text)| Cow::Borrowed(text.as_str()));
        let mut blocks: Vec<Cow<'_, str>> = body.chain(sheet.paragraphs.iter().map(Sentence::plain)).collect();
        let button = sheet.button.as_ref().map(|button| {
            let labels = button.labels.iter().map(|label| self.labelled(label));
            labels.chain([button.url.clone()]).collect::<Vec<_>>().join("\n")
        });
        blocks.extend(button.map(Cow::Owned));
        let foot: Vec<&str> = sheet.foot.iter().map(|said| said.text.as_str()).collect();
        let leave = sheet.leave.as_ref().map(|said| format!("{} {{{{ unsubscribe }}}}\n", self.labelled(said)));
        let text = format!("{}\n\n-- \n{}\n{}", blocks.join("\n\n"), foot.join("\n"), leave.unwrap_or_default());
        Ok(Content { subject: sheet.subject.clone(), text, html })
    }
}

/// Plain text as a paragraph of HTML.
fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", markdown::escape(text))
}

#[cfg(test)]
mod tests;
