//! The words of identity: requests, answers, rows.

use diesel::prelude::*;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Id;
use crate::db::schema::users;
use crate::i18n::Language;
use crate::mail::{EmailAddress, Recipient};

crate::text_enum! {
    /// What a one-time secret is for.
    pub enum Purpose {
        /// To show that an applicant reads the mail of the address.
        VerifyAddress = "verify_address",
        /// To choose a new password.
        ResetPassword = "reset_password",
        /// To become the administrator of a new portal.
        SetUp = "set_up",
    }
}

/// A person to be stored.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address, verified.
    pub email: EmailAddress,
    /// The name.
    pub name: String,
    /// PHC string.
    pub password_hash: String,
    /// The language the person reads.
    pub preferred_language: Language,
}

/// What logging in needs to know of a person.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Credentials {
    /// The person.
    pub id: Id,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// PHC string.
    pub password_hash: String,
    /// The language the person reads.
    pub preferred_language: Language,
}

impl Credentials {
    /// Whom to write to.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient { address: self.email.clone(), name: self.name.clone(), language: self.preferred_language }
    }
}

/// To log in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The address.
    #[schema(example = "awa.diop@douanes.example")]
    pub email: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

/// A session's tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// For the `Authorization: Bearer` header. A JWT (EdDSA).
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds that the access token is good for.
    pub expires_in: u64,
    /// Good once, for the next pair.
    pub refresh_token: String,
}

/// To get the next pair of tokens.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token of the last pair.
    #[schema(value_type = String)]
    pub refresh_token: SecretString,
}

/// To get a link for a new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgot {
    /// The address.
    pub email: String,
}

/// To choose a new password with a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// What the link holds.
    #[schema(value_type = String)]
    pub token: SecretString,
    /// The new password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

/// To change the password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The one in force.
    #[schema(value_type = String, format = Password)]
    pub current_password: SecretString,
    /// The next one.
    #[schema(value_type = String, format = Password)]
    pub new_password: SecretString,
}

/// To become the administrator of a new portal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// What the link holds.
    #[schema(value_type = String)]
    pub token: SecretString,
    /// The address; may be left out where the link was made for one.
    #[serde(default)]
    pub email: Option<String>,
    /// The name; may be left out where the link was made for one.
    #[serde(default)]
    pub name: Option<String>,
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

/// An answer that is the same whatever is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accepted {
    /// Always `accepted`.
    #[schema(example = "accepted")]
    pub status: &'static str,
    /// What happens next, in the reader's language.
    pub detail: String,
}

/// That something was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// What the thing is now.
    #[schema(example = "done")]
    pub status: &'static str,
}
