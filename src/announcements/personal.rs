//! What a text says of one reader, where it is read in the portal rather than in a mail.
//!
//! There is no mail before the reader's eyes to leave a topic by, so that place leads to the page of the reader's choices, by the token
//! of the mail that the reader got, or would have got.

use super::types::Variants;
use super::{Desk, reading};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::mail::Merge;
use crate::mail::template::{self, Template, Values};
use crate::members;
use crate::policy::Principal;

impl Desk {
    /// The variants of an announcement as this reader would have them.
    pub(super) fn fill(
        &self,
        conn: &mut Conn,
        id: Id,
        reader: &Principal,
        mut variants: Variants,
    ) -> Result<Variants, Error> {
        for (&language, variant) in &mut variants {
            if template::is_personal(&variant.body_markdown) {
                let text = Template::plain(&variant.body_markdown);
                variant.body_markdown = self.fill_one(conn, id, reader, language, &text)?;
            }
        }
        Ok(variants)
    }

    /// HTML of ours as this reader of an announcement would have it; as nobody's where nobody in particular reads it.
    pub(super) fn fill_html(
        &self,
        conn: &mut Conn,
        id: Id,
        reader: Option<&Principal>,
        language: Language,
        html: String,
    ) -> Result<String, Error> {
        match reader {
            Some(reader) if template::is_personal(&html) => {
                self.fill_one(conn, id, reader, language, &Template::html(&html))
            }
            _ => Ok(html),
        }
    }

    fn fill_one(
        &self,
        conn: &mut Conn,
        id: Id,
        reader: &Principal,
        language: Language,
        text: &Template,
    ) -> Result<String, Error> {
        let merge = merge(conn, reader, language)?;
        // Somebody of the Secretariat may look at what goes to others alone.
        let token =
            reading::mail_of(conn, reader.user_id, id)?.map_or("…".to_owned(), |mail| self.mail_tokens.of(mail));
        let choices = format!("{}/subscriptions/{token}", self.outbox.letters().public_url());
        let name = merge.name.as_deref().unwrap_or_default();
        Ok(text.fill(&Values { name, administration: &merge.administration, unsubscribe: &choices }))
    }
}

/// What is said of this reader.
fn merge(conn: &mut Conn, reader: &Principal, language: Language) -> Result<Merge, Error> {
    let organisation = reader.appointments.first().map(|held| held.organisation_id);
    let found = members::some(conn, organisation.as_slice())?.pop();
    let administration = found.map(|it| it.name_in(language).to_owned());
    Ok(Merge { name: Some(reader.name.clone()), administration: administration.unwrap_or_default() })
}
