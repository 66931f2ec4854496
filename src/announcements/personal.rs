//! What a text says of one reader, where it is read in the portal rather than in a mail.

use super::types::Variants;
use crate::db::Conn;
use crate::error::Error;
use crate::i18n::Language;
use crate::mail::Merge;
use crate::mail::template::{self, Template, Values};
use crate::members;
use crate::policy::Principal;

/// What fills the places of a text for this reader.
pub(super) fn merge(conn: &mut Conn, reader: &Principal, language: Language) -> Result<Merge, Error> {
    let organisation = reader.appointments.first().map(|held| held.organisation_id);
    let found = members::some(conn, organisation.as_slice())?.pop();
    let administration = found.map(|it| it.name_in(language).to_owned());
    Ok(Merge { name: Some(reader.name.clone()), administration: administration.unwrap_or_default() })
}

/// The variants as this reader would have them.
pub(super) fn fill(conn: &mut Conn, reader: &Principal, mut variants: Variants) -> Result<Variants, Error> {
    for (&language, variant) in &mut variants {
        if template::is_personal(&variant.body_markdown) {
            let merge = merge(conn, reader, language)?;
            variant.body_markdown = Template::plain(&variant.body_markdown).fill(&values(&merge));
        }
    }
    Ok(variants)
}

/// HTML of ours as this reader would have it; as nobody's where nobody in particular reads it.
pub(super) fn fill_html(
    conn: &mut Conn,
    reader: Option<&Principal>,
    language: Language,
    html: String,
) -> Result<String, Error> {
    match reader {
        Some(reader) if template::is_personal(&html) => {
            let merge = merge(conn, reader, language)?;
            Ok(Template::html(&html).fill(&values(&merge)))
        }
        _ => Ok(html),
    }
}

/// There is no mail, so nothing to leave by.
fn values(merge: &Merge) -> Values<'_> {
    Values { name: merge.name.as_deref().unwrap_or_default(), administration: &merge.administration, unsubscribe: "" }
}
