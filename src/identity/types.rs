//! Requests, answers and rows of identity.

use diesel::prelude::*;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sessions::Opened;
use crate::db::Id;
use crate::db::schema::users;
use crate::i18n::Language;
use crate::mail::{EmailAddress, Recipient};
use crate::policy::Principal;
use crate::time::Timestamp;

crate::text_enum! {
    /// The purpose of a one-time secret.
    pub enum Purpose {
        /// Verifies the address of an application.
        VerifyAddress = "verify_address",
        /// Sets a new password.
        ResetPassword = "reset_password",
        /// Creates the administrator of a new portal.
        SetUp = "set_up",
        /// Asks for the second factor after the password.
        LoginChallenge = "login_challenge",
        /// Finishes adding a passkey.
        AddPasskey = "add_passkey",
        /// Finishes a login by a passkey.
        PasskeyLogin = "passkey_login",
        /// Confirms a new address.
        ConfirmAddress = "confirm_address",
        /// Takes back a change of address.
        UndoAddress = "undo_address",
        /// Keeps an account whose erasure was requested, by its owner or a thief.
        KeepAccount = "keep_account",
        /// A note, no link: the former address of a change.
        LeftAddress = "left_address",
        /// A note, no link: an address that was confirmed.
        HeldAddress = "held_address",
    }
}

/// A person to insert.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address, verified.
    pub email: EmailAddress,
    /// The name.
    pub name: String,
    /// PHC string.
    pub password_hash: String,
    /// The language in which the person reads.
    pub preferred_language: Language,
}

/// The data of a person that authentication needs.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Credentials {
    /// The id of the person.
    pub id: Id,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// PHC string.
    pub password_hash: String,
    /// The language in which the person reads.
    pub preferred_language: Language,
    /// The time zone in which pages show times, if one was chosen.
    pub time_zone: Option<String>,
    /// Since when the account is suspended.
    pub suspended_at: Option<Timestamp>,
    /// When it will be, or was, erased.
    pub erase_at: Option<Timestamp>,
    /// When the name was last changed.
    pub name_changed_at: Option<Timestamp>,
    /// The name before the changes of the last days.
    pub previous_name: Option<String>,
    /// The first name of the last days: the previous one, or the name itself if it was changed and changed back.
    pub oldest_name: Option<String>,
    /// When the person logged in for the first time, if known.
    pub first_login_at: Option<Timestamp>,
    /// The generation of devices: how often they were forgotten.
    pub device_generation: i32,
    /// The last unreserved name of a person of the Secretariat who bears a reserved one.
    pub own_name: Option<String>,
    /// Since when a person outside the Secretariat bears a reserved name, if no other name is known.
    pub name_flagged_at: Option<Timestamp>,
}

impl Credentials {
    /// Whether the account is closed: suspended, or about to be erased.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.suspended_at.is_some() || self.erase_at.is_some()
    }

    /// Whether the directory may show the person: the account is open, and the name is not flagged.
    #[must_use]
    pub const fn is_shown(&self) -> bool {
        !self.is_closed() && self.name_flagged_at.is_none()
    }

    /// The person as recipient of mail.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient {
            user_id: Some(self.id),
            address: self.email.clone(),
            name: self.name.clone(),
            language: self.preferred_language,
        }
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
    /// For a browser: the session is kept in a cookie that scripts can't read, and no token is answered.
    #[serde(default)]
    pub cookie: bool,
}

/// What is needed beside the password.
#[derive(Debug, Serialize, ToSchema)]
pub struct Challenge {
    /// Always true.
    pub mfa_required: bool,
    /// To be sent with the second factor, within minutes.
    pub challenge: String,
    /// The second factors that this person has.
    pub methods: Vec<Method>,
}

crate::text_enum! {
    /// A way to prove oneself beside the password.
    pub enum Method {
        /// A code of an authenticator app (RFC 6238).
        Totp = "totp",
        /// One of the codes on paper.
        RecoveryCode = "recovery_code",
        /// A passkey, at `/auth/passkey/start` and `finish`.
        Passkey = "passkey",
    }
}

/// The factor that a person has proven.
#[derive(Clone, Copy, Debug)]
pub(super) enum ProvenBy {
    /// A code.
    Code(Method),
    /// The passkey that signed.
    Passkey(Id),
}

impl ProvenBy {
    pub(super) const fn method(self) -> Method {
        match self {
            Self::Code(method) => method,
            Self::Passkey(_) => Method::Passkey,
        }
    }
}

/// To bring the second factor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactor {
    /// What the login answered.
    #[schema(value_type = String)]
    pub challenge: SecretString,
    /// The kind of code.
    pub method: Method,
    /// The code.
    #[schema(value_type = String)]
    pub code: SecretString,
    /// For a browser, as with the login.
    #[serde(default)]
    pub cookie: bool,
}

/// To prove oneself again before something sensitive. Whoever has a second factor brings it too.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reauthenticate {
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
    /// The kind of code.
    #[serde(default)]
    pub method: Option<Method>,
    /// The code.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub code: Option<SecretString>,
}

/// What a login answers.
#[derive(Debug)]
pub enum LoginOutcome {
    /// Somebody is in.
    Opened(Opened),
    /// The password was right; the second factor is missing.
    Challenged(Challenge),
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
    /// Whether API tokens stay good. They end where nothing is said.
    #[serde(default)]
    pub keep_api_tokens: bool,
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

/// How much of a person's access was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Sessions.
    pub sessions: usize,
    /// API tokens.
    pub tokens: usize,
    /// Whether devices were forgotten.
    pub devices: bool,
}

impl Ended {
    /// Whether there was nothing to end or to forget.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        !self.has_access() && !self.devices
    }

    /// Whether sessions or API tokens ended.
    #[must_use]
    pub fn has_access(self) -> bool {
        self.sessions > 0 || self.tokens > 0
    }
}

/// A principal, and whether the use should be recorded.
pub(super) struct LocatedSession {
    pub(super) principal: Principal,
    pub(super) last_used_at: Option<Timestamp>,
}
