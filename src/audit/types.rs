//! The words of the audit log.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::db::schema::audit_entry;
use crate::db::{Document, Id};
use crate::http::Caller;
use crate::time::Timestamp;

crate::text_enum! {
    /// What happened.
    pub enum Event {
        /// Somebody logged in.
        Login = "login",
        /// The password was right, and a second factor is asked for.
        LoginChallenged = "login_challenged",
        /// Address and password do not belong together, or the account is suspended. Of many in a row one is written down in some
        /// minutes, with how many were left out before it.
        LoginFailed = "login_failed",
        /// A code or passkey was wrong.
        FactorFailed = "factor_failed",
        /// Somebody proved again who it is.
        Reauthenticated = "reauthenticated",
        /// Somebody logged out.
        Logout = "logout",
        /// A session was ended from another.
        SessionEnded = "session_ended",
        /// All sessions of a person were ended by somebody else.
        SessionsEnded = "sessions_ended",
        /// A refresh token came twice: its session was ended.
        RefreshReuse = "refresh_reuse",
        /// A link for a new password was asked for.
        PasswordResetAsked = "password_reset_asked",
        /// A new password was chosen by a link.
        PasswordReset = "password_reset",
        /// A password was changed by its owner.
        PasswordChanged = "password_changed",
        /// Another address was asked for.
        AddressChangeAsked = "address_change_asked",
        /// The address was changed.
        AddressChanged = "address_changed",
        /// The change was undone from the old address.
        AddressChangeUndone = "address_change_undone",
        /// The name was changed by its owner.
        NameChanged = "name_changed",
        /// An authenticator app became a second factor.
        TotpAdded = "totp_added",
        /// It is none any more.
        TotpRemoved = "totp_removed",
        /// New recovery codes were made.
        RecoveryCodesMade = "recovery_codes_made",
        /// A recovery code was used.
        RecoveryCodeUsed = "recovery_code_used",
        /// A passkey was added.
        PasskeyAdded = "passkey_added",
        /// A passkey was removed.
        PasskeyRemoved = "passkey_removed",
        /// Somebody's second factors were taken away by the Secretariat.
        FactorsReset = "factors_reset",
        /// An API token was made.
        TokenMade = "token_made",
        /// An API token was revoked.
        TokenRevoked = "token_revoked",
        /// An account was suspended.
        UserSuspended = "user_suspended",
        /// It was reinstated.
        UserReinstated = "user_reinstated",
        /// An administrator was set up.
        AdministratorCreated = "administrator_created",
        /// An applicant's address was verified.
        RegistrationVerified = "registration_verified",
        /// An application was approved.
        RegistrationApproved = "registration_approved",
        /// An application was rejected.
        RegistrationRejected = "registration_rejected",
        /// Something happened in the life of an appointment.
        AppointmentChanged = "appointment_changed",
        /// People were invited as a plan said.
        ImportCommitted = "import_committed",
        /// A contact was changed by an officer or its owner.
        ContactChanged = "contact_changed",
        /// An announcement began to be sent.
        AnnouncementSent = "announcement_sent",
        /// Something else happened to an announcement: the entry says what.
        AnnouncementChanged = "announcement_changed",
        /// Somebody set how fast announcements leave.
        PaceChanged = "pace_changed",
        /// A reader said that an announcement has been read.
        AnnouncementAcknowledged = "announcement_acknowledged",
        /// Who got or acknowledged an announcement was handed out as a file.
        AnnouncementExported = "announcement_exported",
        /// Somebody chose which topics to get.
        SubscriptionsChanged = "subscriptions_changed",
        /// Contacts were handed out in bulk.
        DirectoryExported = "directory_exported",
        /// A member was changed.
        MemberChanged = "member_changed",
        /// What a member says of technologies was changed.
        AdoptionChanged = "adoption_changed",
        /// Official, reference or date of a nomination were written down.
        NominationChanged = "nomination_changed",
        /// A letter of nomination was handed in.
        LetterUploaded = "letter_uploaded",
        /// A letter of nomination was read.
        LetterRead = "letter_read",
        /// A letter of nomination was taken away.
        LetterDeleted = "letter_deleted",
        /// Somebody took out everything that is stored about oneself.
        DataExported = "data_exported",
        /// Somebody asked to be erased.
        ErasureAsked = "erasure_asked",
        /// It was taken back.
        ErasureTakenBack = "erasure_taken_back",
        /// What was personal about somebody was erased.
        PersonErased = "person_erased",
        /// A program of others is to hear of what happens.
        WebhookAdded = "webhook_added",
        /// What it hears of, or where it is, was changed.
        WebhookChanged = "webhook_changed",
        /// It got a new secret.
        WebhookSecretChanged = "webhook_secret_changed",
        /// It was switched off because it is gone or fails.
        WebhookDisabled = "webhook_disabled",
        /// It was removed.
        WebhookRemoved = "webhook_removed",
        /// No announcement goes to an address any more.
        AddressSuppressed = "address_suppressed",
        /// They do again.
        AddressReleased = "address_released",
        /// Somebody was refused what the policy does not allow.
        AccessRefused = "access_refused",
    }
}

/// Where something came from.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The request; none for the portal's own doing.
    pub request_id: Option<String>,
    /// The network of the request.
    pub network: Option<String>,
}

impl From<&Caller> for Trace {
    fn from(caller: &Caller) -> Self {
        Self { request_id: Some(caller.request_id.clone()), network: Some(caller.network()) }
    }
}

/// What is to be written down.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What happened.
    pub action: Event,
    /// Who did it.
    pub actor: Option<Id>,
    /// Whom or what it was done to.
    pub subject: Option<Id>,
    /// The organisation that it concerns.
    pub organisation: Option<Id>,
    /// What else is worth knowing; never a secret, never a name or address.
    pub detail: Option<Value>,
}

impl Entry {
    /// Something that a person did to oneself.
    #[must_use]
    pub fn own(event: Event, person: Id) -> Self {
        Self { action: event, actor: Some(person), subject: Some(person), organisation: None, detail: None }
    }

    /// Something that `actor` did to `subject`.
    #[must_use]
    pub fn by(event: Event, actor: Id, subject: Id) -> Self {
        Self { actor: Some(actor), ..Self::own(event, subject) }
    }

    /// Something that nobody who is logged in did, to `subject` where that is known.
    #[must_use]
    pub fn anonymous(event: Event, subject: Option<Id>) -> Self {
        Self { action: event, actor: None, subject, organisation: None, detail: None }
    }

    /// The same with something more to know.
    #[must_use]
    pub fn with(self, detail: Value) -> Self {
        Self { detail: Some(detail), ..self }
    }

    /// The same of this organisation.
    #[must_use]
    pub fn of(self, organisation: Id) -> Self {
        Self { organisation: Some(organisation), ..self }
    }
}

/// An entry as it is stored and shown.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = audit_entry)]
pub struct Stored {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What happened.
    pub action: Event,
    /// Who did it.
    #[schema(value_type = Option<String>)]
    pub actor_id: Option<Id>,
    /// Whom or what it was done to.
    #[schema(value_type = Option<String>)]
    pub subject_id: Option<Id>,
    /// The organisation that it concerns.
    #[schema(value_type = Option<String>)]
    pub organisation_id: Option<Id>,
    /// The request, as its answer named it.
    pub request_id: Option<String>,
    /// The network the request came from; that of somebody else for the Secretariat and auditors alone.
    pub network: Option<String>,
    /// What else is known.
    #[schema(value_type = Option<Object>)]
    pub detail: Option<Document<Value>>,
}

/// What to look for. The newest come first.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Who did it.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub actor: Option<Id>,
    /// Whom or what it was done to.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub subject: Option<Id>,
    /// What happened.
    #[serde(default)]
    pub action: Vec<Event>,
    /// Rows of the page, 1 to 100.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Where the last page ended.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// What a reader may see of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    All,
    /// What concerns these organisations.
    Organisations(Vec<Id>),
    /// What concerns this person.
    Person(Id),
}
