//! Who reads, and what a text says of one reader, where it is read in the portal rather than in a mail.
//!
//! There is no mail before the reader's eyes to leave a topic by, so that place leads to the page of the reader's choices, by the token
//! of the mail that the reader got, or would have got. A program that reads with an API token gets no such token.

use super::types::Variants;
use super::{Desk, reading};
use crate::appointments::{self, AppointmentStatus};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::identity;
use crate::mail::template::{self, Template, Values};
use crate::mail::{MailTokens, Merge};
use crate::members;
use crate::policy::{Credential, Principal};

/// Somebody who reads.
pub(super) struct Looker {
    pub(super) user_id: Id,
    name: String,
    /// The language the person reads.
    pub(super) language: Language,
    organisation: Option<Id>,
    /// Whether the person reads what is addressed to others too.
    pub(super) is_secretariat: bool,
    /// Whether it is a program of the person that reads.
    is_program: bool,
}

impl From<&Principal> for Looker {
    fn from(principal: &Principal) -> Self {
        Self {
            user_id: principal.user_id,
            name: principal.name.clone(),
            language: principal.language,
            organisation: principal.appointments.first().map(|held| held.organisation_id),
            is_secretariat: principal.is_secretariat(),
            is_program: matches!(principal.credential, Credential::Token(..)),
        }
    }
}

/// The reader for whom the link of a mail speaks, where that mail brought this announcement: as long as the person is of the
/// community, and with no rights but that.
pub(super) fn by_link(
    conn: &mut Conn,
    tokens: &MailTokens,
    token: &str,
    announcement: Id,
) -> Result<Option<Looker>, Error> {
    let Some(mail) = tokens.mail(token) else { return Ok(None) };
    let Some((user_id, mailed)) = super::reader_of(conn, mail)? else { return Ok(None) };
    if !super::brought(conn, user_id, &mailed, announcement)? {
        return Ok(None);
    }
    let user = identity::get_user(conn, user_id)?;
    let held = appointments::of_user(conn, user_id)?;
    let in_force = held.iter().find(|held| held.status == AppointmentStatus::Active);
    Ok(in_force.filter(|_| !user.is_closed()).map(|held| Looker {
        user_id,
        name: user.name,
        language: user.preferred_language,
        organisation: Some(held.organisation_id),
        is_secretariat: false,
        is_program: false,
    }))
}

impl Desk {
    /// The variants of an announcement as this reader would have them.
    pub(super) fn fill(
        &self,
        conn: &mut Conn,
        id: Id,
        reader: &Looker,
        mut variants: Variants,
    ) -> Result<Variants, Error> {
        for (&language, variant) in &mut variants {
            if template::is_personal(&variant.body_markdown) {
                let filling = self.filling(conn, id, reader, language)?;
                variant.body_markdown = filling.fill(&Template::plain(&variant.body_markdown));
            }
        }
        Ok(variants)
    }

    /// What fills the places of a text of an announcement for this reader.
    pub(super) fn filling(
        &self,
        conn: &mut Conn,
        id: Id,
        reader: &Looker,
        language: Language,
    ) -> Result<Filling, Error> {
        let merge = merge(conn, reader, language)?;
        // Somebody of the Secretariat may look at what goes to others alone. A program gets no link: whoever has one chooses
        // topics and acknowledges in the reader's name, which no API token may.
        let mail = if reader.is_program { None } else { reading::mail_of(conn, reader.user_id, id)? };
        let token = mail.map_or("…".to_owned(), |mail| self.mail_tokens.of(mail));
        let choices = format!("{}/subscriptions/{token}", self.outbox.letters().public_url());
        Ok(Filling { merge, choices })
    }
}

/// What a text says of one reader.
pub(super) struct Filling {
    merge: Merge,
    /// The page of the reader's choices.
    choices: String,
}

impl Filling {
    /// The text as the reader would have it.
    pub(super) fn fill(&self, text: &Template) -> String {
        let Merge { name, administration } = &self.merge;
        let name = name.as_deref().unwrap_or_default();
        text.fill(&Values { name, administration, unsubscribe: &self.choices, mail: "" })
    }
}

/// What fills the places of a text for this reader.
fn merge(conn: &mut Conn, reader: &Looker, language: Language) -> Result<Merge, Error> {
    let found = members::some(conn, reader.organisation.as_slice())?.pop();
    let administration = found.map(|it| it.name_in(language).to_owned());
    Ok(Merge { name: Some(reader.name.clone()), administration: administration.unwrap_or_default() })
}
