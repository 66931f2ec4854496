//! What a mail says: subject, text and HTML, made once and stored with the outbox.
//!
//! System mails are written in `locales/` under `mail-<kind>`: the value is the subject, `.body` its paragraphs (a blank
//! line between two), `.button` the label of the link where it has one. Announcements bring their own text. Both go through
//! one layout, `templates/mail.html`, and both have a text part that says the same.

use std::sync::Arc;

use askama::Template;

use super::template::{self, Values};
use super::types::Merge;
use super::{Recipient, markdown};
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

struct Button {
    label: String,
    url: String,
    or_copy: String,
}

/// Plain text in one language.
struct Paragraph<'a> {
    language: &'static str,
    text: &'a str,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Layout<'a> {
    language: &'static str,
    direction: &'static str,
    subject: &'a str,
    logo_url: &'a str,
    community: &'a str,
    /// For announcements: the subject again, as a heading.
    heading: bool,
    /// Plain paragraphs, which the template escapes.
    paragraphs: &'a [Paragraph<'a>],
    /// HTML that is safe already.
    body: &'a str,
    button: Option<&'a Button>,
    foot: &'a [String],
    /// The words of the link by which a reader leaves the topic.
    leave: Option<&'a str>,
}

/// What fills the sheet.
enum Body<'a> {
    Paragraphs(&'a [Paragraph<'a>]),
    /// What an author wrote, and the words of the link by which a reader leaves its topic.
    Html {
        body: &'a str,
        leave: Option<&'a str>,
    },
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
        let mut args = letter.args.clone();
        args.push(("community", self.community.name.clone()));
        args.push(("name", letter.name.clone()));
        args.push(("url", self.public_url.clone()));
        let key = format!("mail-{}", letter.kind);
        let each = |key: &str| languages.iter().map(|&language| self.catalogue.text(language, key, &args)).collect();
        let joined = |key: &str, joint: &str| {
            let texts: Vec<String> = each(key);
            texts.join(joint)
        };
        let (greetings, bodies): (Vec<String>, Vec<String>) = (each("mail-greeting"), each(&format!("{key}.body")));
        let mut paragraphs = Vec::new();
        for (language, (greeting, body)) in languages.iter().zip(greetings.iter().zip(&bodies)) {
            // A paragraph that has nothing to say this time is none.
            let body = body.split("\n\n").filter(|text| !text.is_empty());
            let texts = std::iter::once(greeting.as_str()).chain(body);
            paragraphs.extend(texts.map(|text| Paragraph { language: language.as_str(), text }));
        }
        let button = letter.link.as_ref().map(|link| Button {
            label: joined(&format!("{key}.button"), " · "),
            url: format!("{}{link}", self.public_url),
            or_copy: joined("mail-or-copy", " "),
        });
        let foot = languages.iter().flat_map(|&language| self.foot(language, "mail-foot-system")).collect::<Vec<_>>();
        let first = languages.first().copied().unwrap_or(Language::En);
        let mut plain = paragraphs.iter().map(|paragraph| paragraph.text).collect::<Vec<_>>().join("\n\n");
        if let Some(button) = &button {
            plain = format!("{plain}\n\n{}\n{}", self.labelled(first, &button.label), button.url);
        }
        let subject = joined(&key, " / ");
        self.lay_out(first, subject, &plain, &Body::Paragraphs(&paragraphs), button.as_ref(), &foot)
    }

    /// An announcement in one language, with places for what it says of its reader alone (`mail::template`).
    ///
    /// # Errors
    /// Where the layout fails.
    pub fn announcement(&self, language: Language, notice: &Notice<'_>) -> Result<Content, Error> {
        let mut html = markdown::to_html(notice.body_markdown);
        let button = notice.acknowledge.map(|id| {
            let request = self.catalogue.text(language, "mail-acknowledge", &[]);
            html += &paragraph(&request);
            self.button(language, "mail-acknowledge", &format!("/announcements/{id}?mail={{{{ mail }}}}"))
        });
        let foot = self.foot(language, "mail-foot-announcement");
        let leave = notice.may_be_left.then(|| self.catalogue.text(language, "mail-foot-leave", &[]));
        self.lay_out_html(language, notice.subject.to_owned(), &html, button.as_ref(), &foot, leave.as_deref())
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
        let args = [("community", self.community.name.clone()), ("name", to.name.clone())];
        let text = |key: &str| self.catalogue.text(to.language, key, &args);
        let list: String = entries.iter().map(|entry| self.item(to.language, entry, token)).collect();
        let (greeting, body) = (paragraph(&text("mail-greeting")), paragraph(&text("mail-digest.body")));
        let html = format!("{greeting}{body}<ul>{list}</ul>");
        let button = self.button(to.language, "mail-digest", &format!("/subscriptions/{token}"));
        let foot = self.foot(to.language, "mail-foot-digest");
        self.lay_out_html(to.language, text("mail-digest"), &html, Some(&button), &foot, None)
    }

    fn item(&self, language: Language, entry: &DigestEntry, token: &str) -> String {
        let (url, id, title) = (&self.public_url, entry.announcement, markdown::escape(&entry.title));
        let asks = if entry.asks {
            format!(" – {}", markdown::escape(&self.catalogue.text(language, "mail-digest.asks", &[])))
        } else {
            String::new()
        };
        format!("<li><a href=\"{url}/announcements/{id}?mail={token}\">{title}</a>{asks}</li>")
    }

    /// What links begin with.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    fn button(&self, language: Language, key: &str, path: &str) -> Button {
        Button {
            label: self.catalogue.text(language, &format!("{key}.button"), &[]),
            url: format!("{}{path}", self.public_url),
            or_copy: self.catalogue.text(language, "mail-or-copy", &[]),
        }
    }

    /// HTML that is safe already, and the text that says the same.
    fn lay_out_html(
        &self,
        language: Language,
        subject: String,
        html: &str,
        button: Option<&Button>,
        foot: &[String],
        leave: Option<&str>,
    ) -> Result<Content, Error> {
        let mut text = markdown::to_text(html)?;
        if let Some(button) = button {
            text = format!("{text}\n\n{}\n{}", self.labelled(language, &button.label), button.url);
        }
        self.lay_out(language, subject, &text, &Body::Html { body: html, leave }, button, foot)
    }

    /// The label of a link before its address, in a text.
    fn labelled(&self, language: Language, label: &str) -> String {
        self.catalogue.text(language, "mail-link", &[("label", label.to_owned())])
    }

    fn foot(&self, language: Language, key: &str) -> Vec<String> {
        let mut args: Args = vec![("community", self.community.name.clone()), ("url", self.public_url.clone())];
        let mut lines = vec![self.catalogue.text(language, key, &args)];
        if !self.community.contact_email.is_empty() {
            args.push(("contact", self.community.contact_email.clone()));
            lines.push(self.catalogue.text(language, "mail-foot-contact", &args));
        }
        lines
    }

    fn lay_out(
        &self,
        language: Language,
        subject: String,
        text: &str,
        body: &Body<'_>,
        button: Option<&Button>,
        foot: &[String],
    ) -> Result<Content, Error> {
        let (paragraphs, html, leave): (&[Paragraph<'_>], &str, Option<&str>) = match *body {
            Body::Paragraphs(paragraphs) => (paragraphs, "", None),
            Body::Html { body, leave } => (&[], body, leave),
        };
        let layout = Layout {
            language: language.as_str(),
            direction: language.direction(),
            subject: &subject,
            logo_url: &self.community.logo_url,
            community: &self.community.name,
            heading: !html.is_empty(),
            paragraphs,
            body: html,
            button,
            foot,
            leave,
        };
        let html = layout.render().or_internal()?;
        let leave = leave.map(|leave| format!("{} {{{{ unsubscribe }}}}\n", self.labelled(language, leave)));
        let leave = leave.unwrap_or_default();
        let text = format!("{text}\n\n-- \n{}\n{leave}", foot.join("\n"));
        Ok(Content { subject, text, html })
    }
}

/// Plain text as a paragraph of HTML.
fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", markdown::escape(text))
}
