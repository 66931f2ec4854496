//! Validation of a change of the profile.

use super::types::ChangeMe;
use crate::directory::{self, ChangeContact, ContactChange};
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::i18n::Language;
use crate::text;
use crate::time::Zone;

/// A valid change of a profile.
pub(super) struct Change {
    pub(super) language: Option<Language>,
    pub(super) zone: Option<ChosenZone>,
    pub(super) contact: ContactChange,
}

/// The name of a time zone; none for UTC again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ChosenZone(pub(super) Option<String>);

/// Validates a change. The person may not bear the names of the `community`, or of its Secretariat; none for members of
/// the Secretariat itself.
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn parse(form: ChangeMe, community: Option<&str>) -> Result<Change, Error> {
    let mut faults = FieldErrors::new();
    let name = faults.take_optional("/name", form.name.as_deref(), |name| match community {
        Some(community) => text::name::members(name, community),
        None => text::name::person(name),
    });
    let zone = form.time_zone.map(|zone| ChosenZone(faults.take_optional("/time_zone", zone.as_deref(), zone_name)));
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
    Ok(Change { language: form.preferred_language, zone, contact: ContactChange { name, ..change } })
}

/// The name of a time zone, as the IANA database writes it.
fn zone_name(name: &str) -> Result<String, FieldError> {
    let unknown = || FieldError::new("", FieldCode::UnknownZone).with("value", text::shown(name));
    Zone::named(name).map(|zone| zone.name().to_owned()).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_zone_is_one_of_the_database_or_taken_away() {
        let parsed = |zone: Option<&str>| {
            let form = ChangeMe { time_zone: Some(zone.map(str::to_owned)), ..ChangeMe::default() };
            parse(form, None).map(|change| change.zone)
        };
        assert_eq!(parsed(Some("africa/dakar")).unwrap(), Some(ChosenZone(Some("Africa/Dakar".to_owned()))));
        assert_eq!(parsed(None).unwrap(), Some(ChosenZone(None)));
        assert!(parsed(Some("Mars/Olympus")).is_err() && parsed(Some("")).is_err());
        assert_eq!(parse(ChangeMe::default(), None).unwrap().zone, None);
    }
}
