//! What a change of one's profile may hold.

use super::types::ChangeMe;
use crate::directory::{self, ContactChange};
use crate::error::{Error, Fault, Faults};
use crate::identity::MAX_NAME;
use crate::text;

/// Longest title of a post.
const MAX_LINE: usize = 200;

/// Reads a change; names every field at fault.
///
/// # Errors
/// 422.
pub fn parse(form: &ChangeMe) -> Result<ContactChange, Error> {
    let mut faults = Faults::new();
    let change = ContactChange {
        name: faults.take_optional("/name", form.name.as_deref(), |name| text::line(name, MAX_NAME)),
        job_title: nullable(&mut faults, "/job_title", form.job_title.as_ref(), |t| text::line(t, MAX_LINE)),
        phone: nullable(&mut faults, "/phone", form.phone.as_ref(), text::phone),
        phone_audience: form.phone_audience,
        email_audience: form.email_audience,
        languages: form.languages.as_deref().and_then(|codes| faults.take("/languages", directory::languages(codes))),
        technologies: form
            .technologies
            .as_deref()
            .and_then(|codes| faults.take("/technologies", directory::distinct(codes))),
    };
    faults.finish()?;
    Ok(change)
}

#[expect(clippy::option_option, reason = "absent keeps, null takes away")]
fn nullable(
    faults: &mut Faults,
    pointer: &str,
    value: Option<&Option<String>>,
    parse: impl FnOnce(&str) -> Result<String, Fault>,
) -> Option<Option<String>> {
    match value {
        None => None,
        Some(None) => Some(None),
        Some(Some(text)) => faults.take(pointer, parse(text)).map(Some),
    }
}
