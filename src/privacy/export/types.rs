//! What an export has in it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

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
    /// Lists that reached their bound and lack older rows.
    #[schema(value_type = Vec<String>)]
    pub cut: Vec<&'static str>,
}
