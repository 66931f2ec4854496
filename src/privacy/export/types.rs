//! What an export has in it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::Error;
use crate::personal_data::Lists;
use crate::time::Timestamp;

/// Everything that is held about somebody. Each list has the columns as they are stored, but for secrets and their hashes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Export {
    /// As of when.
    #[schema(value_type = String, format = DateTime)]
    pub exported_at: Timestamp,
    /// The account.
    #[schema(value_type = Vec<Object>)]
    pub account: Vec<Value>,
    /// Addresses that were asked for in changes of address, confirmed or not, and those that were left.
    #[schema(value_type = Vec<Object>)]
    pub address_changes: Vec<Value>,
    /// Appointments with their dates and reasons.
    #[schema(value_type = Vec<Object>)]
    pub appointments: Vec<Value>,
    /// Contacts, shown or not, with who sees which field.
    #[schema(value_type = Vec<Object>)]
    pub contacts: Vec<Value>,
    /// Applications of the person, or of the address.
    #[schema(value_type = Vec<Object>)]
    pub registrations: Vec<Value>,
    /// Invitations of the person, or to the address.
    #[schema(value_type = Vec<Object>)]
    pub invitations: Vec<Value>,
    /// Nominations.
    #[schema(value_type = Vec<Object>)]
    pub nominations: Vec<Value>,
    /// Sessions.
    #[schema(value_type = Vec<Object>)]
    pub sessions: Vec<Value>,
    /// Known places of login, by when they were last seen.
    #[schema(value_type = Vec<Object>)]
    pub devices: Vec<Value>,
    /// Authenticator apps.
    #[schema(value_type = Vec<Object>)]
    pub authenticators: Vec<Value>,
    /// Passkeys.
    #[schema(value_type = Vec<Object>)]
    pub passkeys: Vec<Value>,
    /// API tokens.
    #[schema(value_type = Vec<Object>)]
    pub tokens: Vec<Value>,
    /// Entries of the audit log by or about the person, the newest first, without the networks of others.
    #[schema(value_type = Vec<Object>)]
    pub audit: Vec<Value>,
    /// Announcements that were sent to the person, the newest first, and when they were read and acknowledged.
    #[schema(value_type = Vec<Object>)]
    pub announcements: Vec<Value>,
    /// How often the person wants to hear of announcements, where that is not at once.
    #[schema(value_type = Vec<Object>)]
    pub digests: Vec<Value>,
    /// Topics that the person has left.
    #[schema(value_type = Vec<Object>)]
    pub topics_left: Vec<Value>,
    /// Mails to the address, the newest first.
    #[schema(value_type = Vec<Object>)]
    pub mails: Vec<Value>,
    /// Why no announcement goes to the address, where none does.
    #[schema(value_type = Vec<Object>)]
    pub suppressions: Vec<Value>,
    /// What the person said of technologies for the organisation.
    #[schema(value_type = Vec<Object>)]
    pub adoption: Vec<Value>,
    /// Questionnaires of surveys that the person changed last.
    #[schema(value_type = Vec<Object>)]
    pub surveys: Vec<Value>,
    /// Releases of results that the person published.
    #[schema(value_type = Vec<Object>)]
    pub survey_releases: Vec<Value>,
    /// Answers that the person gave in responses to surveys, the newest first.
    #[schema(value_type = Vec<Object>)]
    pub survey_answers: Vec<Value>,
    /// Comments that the person wrote on questions of surveys.
    #[schema(value_type = Vec<Object>)]
    pub survey_comments: Vec<Value>,
    /// Sections of surveys that are assigned to the person.
    #[schema(value_type = Vec<Object>)]
    pub survey_assignments: Vec<Value>,
    /// Responses to surveys that the person submitted.
    #[schema(value_type = Vec<Object>)]
    pub survey_submissions: Vec<Value>,
    /// Files that the person handed in as answers.
    #[schema(value_type = Vec<Object>)]
    pub survey_files: Vec<Value>,
    /// Rounds of surveys that the person made.
    #[schema(value_type = Vec<Object>)]
    pub rounds: Vec<Value>,
    /// Requests of the person for more time in a round of a survey.
    #[schema(value_type = Vec<Object>)]
    pub extension_requests: Vec<Value>,
    /// Reminders of rounds that the person got.
    #[schema(value_type = Vec<Object>)]
    pub survey_reminders: Vec<Value>,
    /// Lists that reached their bound and lack older rows.
    #[schema(value_type = Vec<String>)]
    pub cut: Vec<&'static str>,
}

impl Export {
    /// Puts the lists of all features in their places.
    ///
    /// # Errors
    /// Where a list is missing, or has no place: the feature's lists and the fields here are to be the same.
    pub(super) fn of(mut lists: Lists, exported_at: Timestamp) -> Result<Self, Error> {
        let mut cut = Vec::new();
        let mut take = |name: &'static str| {
            let list = lists.take(name).ok_or_else(|| Error::internal(format!("no feature exports {name}")))?;
            if list.is_cut {
                cut.push(name);
            }
            Ok::<_, Error>(list.rows)
        };
        let export = Self {
            exported_at,
            account: take("account")?,
            address_changes: take("address_changes")?,
            appointments: take("appointments")?,
            contacts: take("contacts")?,
            registrations: take("registrations")?,
            invitations: take("invitations")?,
            nominations: take("nominations")?,
            sessions: take("sessions")?,
            devices: take("devices")?,
            authenticators: take("authenticators")?,
            passkeys: take("passkeys")?,
            tokens: take("tokens")?,
            audit: take("audit")?,
            announcements: take("announcements")?,
            digests: take("digests")?,
            topics_left: take("topics_left")?,
            mails: take("mails")?,
            suppressions: take("suppressions")?,
            adoption: take("adoption")?,
            surveys: take("surveys")?,
            survey_releases: take("survey_releases")?,
            survey_answers: take("survey_answers")?,
            survey_comments: take("survey_comments")?,
            survey_assignments: take("survey_assignments")?,
            survey_submissions: take("survey_submissions")?,
            survey_files: take("survey_files")?,
            rounds: take("rounds")?,
            extension_requests: take("extension_requests")?,
            survey_reminders: take("survey_reminders")?,
            cut: Vec::new(),
        };
        match lists.rest() {
            Some(name) => Err(Error::internal(format!("an export has no place for {name}"))),
            None => Ok(Self { cut, ..export }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 29] = [
        "account",
        "address_changes",
        "adoption",
        "announcements",
        "appointments",
        "audit",
        "authenticators",
        "contacts",
        "devices",
        "digests",
        "extension_requests",
        "invitations",
        "mails",
        "nominations",
        "passkeys",
        "registrations",
        "rounds",
        "sessions",
        "suppressions",
        "survey_answers",
        "survey_assignments",
        "survey_comments",
        "survey_files",
        "survey_releases",
        "survey_reminders",
        "survey_submissions",
        "surveys",
        "tokens",
        "topics_left",
    ];

    fn lists(names: &[&'static str]) -> Lists {
        let mut lists = Lists::bounded(1);
        for &name in names {
            lists.add(name, vec![Value::from(name); if ["mails", "account"].contains(&name) { 2 } else { 1 }]);
        }
        lists
    }

    #[test]
    fn every_list_has_its_place_in_an_export() {
        let now = Timestamp::from_micros(0);
        let export = Export::of(lists(&NAMES), now).unwrap();
        assert_eq!(export.cut, ["account", "mails"], "in the order of the export");
        let written = serde_json::to_value(&export).unwrap();
        for name in NAMES {
            assert_eq!(written[name], serde_json::json!([name]));
        }
        assert!(Export::of(lists(&NAMES[1..]), now).is_err(), "a list that no feature exports");
        let more = [&NAMES[..], &["survey_grades"]].concat();
        assert!(Export::of(lists(&more), now).is_err(), "a list without a place");
    }
}
