//! What a change of one's profile may hold.

use super::types::ChangeMe;
use crate::directory::{self, ChangeContact, ContactChange};
use crate::error::{Error, Faults};
use crate::text;

/// Reads a change; names every field at fault. `community` is whose name, and whose Secretariat's, the person must not bear;
/// it is left out for who runs the portal.
///
/// # Errors
/// 422.
pub fn parse(form: ChangeMe, community: Option<&str>) -> Result<ContactChange, Error> {
    let mut faults = Faults::new();
    let name = faults.take_optional("/name", form.name.as_deref(), |name| match community {
        Some(community) => text::name::members(name, community),
        None => text::name::person(name),
    });
    let contact = ChangeContact {
        job_title: form.job_title,
        job_title_audience: form.job_title_audience,
        phone: form.phone,
        phone_audience: form.phone_audience,
        email_audience: form.email_audience,
        languages: form.languages,
        languages_audience: form.languages_audience,
        technologies: form.technologies,
        technologies_audience: form.technologies_audience,
    };
    let change = directory::parse_change(&contact, &mut faults);
    faults.finish()?;
    Ok(ContactChange { name, ..change })
}
