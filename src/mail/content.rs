//! What a mail says: subject and bodies.

use super::audience::Audience;

/// A system mail in words.
pub struct WrittenMail {
    /// What the outbox knows it by.
    pub(super) kind: &'static str,
    /// Whom it is for.
    pub(super) audience: Audience,
    /// What it says.
    pub(super) content: Content,
}

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

impl Content {
    /// Whether it says the same in English and in French, one after the other (`EmailRenderer::write_bilingual`): the layout marks
    /// the paragraphs of the second.
    #[must_use]
    pub(super) fn is_bilingual(&self) -> bool {
        self.html.contains("<html lang=\"en\"") && self.html.contains("<p lang=\"fr\" dir=\"ltr\">")
    }
}
