//! Requests, answers and values of second factors.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

use super::super::sessions::Tokens;
use crate::db::Id;
use crate::error::ProblemCode;
use crate::time::Timestamp;

/// Which second factors one has.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorStanding {
    /// An authenticator app.
    pub totp: bool,
    /// Passkeys, with those that are suspended.
    pub passkeys: i64,
    /// Passkeys that log nobody in at present (`suspended_reason` of each).
    pub passkeys_suspended: i64,
    /// Recovery codes that were not used.
    pub recovery_codes_left: i64,
    /// Whether one's role demands a second factor.
    pub required: bool,
}

impl FactorStanding {
    /// Whether there is an app or a passkey.
    pub(in super::super) fn has_any(&self) -> bool {
        self.totp || self.passkeys > 0
    }

    /// Whether one of them can be used to log in.
    pub(super) fn has_usable(&self) -> bool {
        self.totp || self.passkeys > self.passkeys_suspended
    }
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

crate::text_enum! {
    /// Why a passkey logs nobody in.
    pub enum Suspicion {
        /// Its signature counter went back or did not grow, which never happens to a passkey that exists once: there
        /// may be a copy (WebAuthn Level 3, 6.1.1). Lasts until its owner accepts or removes the passkey.
        CounterWentBack = "counter_went_back",
        /// It reported to be backed up without being eligible (WebAuthn Level 3, 7.2). Ends with its next consistent
        /// login.
        BackupImpossible = "backup_impossible",
    }
}

impl Suspicion {
    /// The code of the refusal, and the key of the sentence that says what to do.
    pub(in super::super) const fn refusal(self) -> ProblemCode {
        match self {
            Self::CounterWentBack => ProblemCode::PasskeyCounterWentBack,
            Self::BackupImpossible => ProblemCode::PasskeyBackupImpossible,
        }
    }
}

/// One of one's passkeys.
#[derive(Debug, Serialize, ToSchema)]
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
    /// Whether it can be backed up or shared between devices, as it said when it was used last.
    pub backup_eligible: bool,
    /// Whether it is, as it said when it was used last.
    pub backed_up: bool,
    /// Since when it logs nobody in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub suspended_at: Option<Timestamp>,
    /// Why.
    pub suspended_reason: Option<Suspicion>,
    /// The same as a sentence in the reader's language, which says what to do.
    pub suspended_detail: Option<String>,
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
