//! The words of second factors.

use diesel::prelude::*;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

use super::super::sessions::Tokens;
use crate::db::Id;
use crate::db::schema::passkey;
use crate::time::Timestamp;

/// Which second factors one has.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorStanding {
    /// An authenticator app.
    pub totp: bool,
    /// Passkeys.
    pub passkeys: i64,
    /// Recovery codes that were not used.
    pub recovery_codes_left: i64,
    /// Whether one's role demands a second factor.
    pub required: bool,
}

/// A secret for an authenticator app. Shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotpEnrolment {
    /// To type in (Base32).
    pub secret: String,
    /// To show as a QR code.
    pub otpauth_uri: String,
}

/// To confirm an authenticator app.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The code that the app shows.
    #[schema(value_type = String)]
    pub code: SecretString,
}

/// Recovery codes. Shown this once: each replaces the second factor once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// The codes.
    pub recovery_codes: Vec<String>,
}

/// A factor was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct Confirmed {
    /// The codes.
    pub recovery_codes: Vec<String>,
    /// Tokens of a new session with two factors, to go on with. The one that asked stays what it was. For a browser they
    /// are in its cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
}

/// What a browser needs for a passkey ceremony.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyOptions {
    /// To be sent back at the end, within five minutes.
    pub state: String,
    /// For `navigator.credentials.create` or `get` (WebAuthn Level 3), in its JSON form.
    #[schema(value_type = Object)]
    pub options: Value,
}

/// To add the passkey that the browser made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyFinish {
    /// What the start answered.
    #[schema(value_type = String)]
    pub state: SecretString,
    /// A name to know it by.
    pub name: String,
    /// What the browser made, in its JSON form.
    #[schema(value_type = Object)]
    pub credential: RegisterPublicKeyCredential,
}

/// To log in with a passkey.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyLoginStart {
    /// What the login answered, where the passkey comes after the password.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub challenge: Option<SecretString>,
}

/// To finish logging in with a passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyLoginFinish {
    /// What the start answered.
    #[schema(value_type = String)]
    pub state: SecretString,
    /// What the browser signed, in its JSON form.
    #[schema(value_type = Object)]
    pub credential: PublicKeyCredential,
    /// As at the start.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub challenge: Option<SecretString>,
    /// For a browser, as with the login.
    #[serde(default)]
    pub cookie: bool,
}

/// One of one's passkeys.
#[derive(Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = passkey)]
pub struct PasskeyView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The name its owner gave it.
    pub name: String,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was used last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
}

/// A passkey was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyAdded {
    /// The passkey.
    #[serde(flatten)]
    pub passkey: PasskeyView,
    /// Where one had come with a password alone: tokens of a new session with two factors, to go on with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
}

/// One's passkeys.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyList {
    /// The oldest first.
    pub data: Vec<PasskeyView>,
}
