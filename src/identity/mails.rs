//! The mails about somebody's own account. Their texts stand in `locales/` under `mail-<kind>`.

use super::mfa::Suspicion;
use super::program::Program;
use crate::mail::{Administration, Quote};
use crate::time::Timestamp;

crate::text_enum! {
    /// Who ended sessions and API tokens of an account.
    pub enum EndedBy {
        /// Somebody who is logged in to it.
        Owner = "self",
        /// The Secretariat.
        Secretariat = "secretariat",
    }
}

crate::text_enum! {
    /// What became of the devices of earlier logins when access ended.
    pub enum KnownDevices {
        /// They are unknown at their next login.
        Forgotten = "forgotten",
        /// They stay known.
        Kept = "kept",
    }
}

crate::text_enum! {
    /// What a passkey says of its backup.
    pub enum Backup {
        /// It stays on one device.
        Never = "never",
        /// There may be one, and there is none.
        Possible = "possible",
        /// There is one.
        Done = "done",
    }
}

crate::mails! {
    /// Somebody tried to take the address of an account for a new account, or as a new address.
    struct AlreadyRegistered("already_registered", Account, "/forgot") {}

    /// A link for a new password, which somebody asked for.
    struct ResetPassword("reset_password", Account, "/reset?token=" + token) { minutes: u64 }

    /// The Secretariat removed the second factors; with a link for a new password.
    struct FactorsReset("factors_reset", Account, "/reset?token=" + token) { minutes: u64, reason: Quote }

    /// A change of address was undone; with a link for a new password.
    struct AddressChangeUndone("address_change_undone", Account, "/reset?token=" + token) { minutes: u64 }

    /// The password is another, and so many API tokens ended with the old one.
    struct PasswordChanged("password_changed", Account, "/forgot") { time: Timestamp, tokens: usize }

    /// An appointment gives more rights, and so many API tokens ended, so that they do not get them.
    struct RightsGained("rights_gained", Account, "/account/tokens") { tokens: usize }

    /// Sessions and API tokens were ended, or devices forgotten.
    struct AccessEnded("access_ended", Account, "/account/sessions") {
        by: EndedBy,
        sessions: usize,
        tokens: usize,
        devices: KnownDevices,
    }

    /// A login from a program and a network that are new.
    struct NewLogin("new_login", Account, "/forgot") { time: Timestamp, network: String, program: Program }

    /// A login after many that failed.
    struct LoginAfterFailures("login_after_failures", Account, "/forgot") {
        time: Timestamp,
        network: String,
        program: Program,
    }

    /// A refresh token came twice.
    struct RefreshReuse("refresh_reuse", Account, "/account/sessions") { time: Timestamp }

    /// Many codes of a second factor were wrong: whoever typed them knows the password.
    struct WrongCodes("wrong_codes", Account, "/forgot") { time: Timestamp }

    /// An authenticator app or a passkey was added.
    struct FactorAdded("factor_added", Account, "/forgot") { time: Timestamp }

    /// A second factor was removed, and so many API tokens ended with the last one.
    struct FactorRemoved("factor_removed", Account, "/forgot") { time: Timestamp, tokens: usize }

    /// A passkey reports another backup state.
    struct PasskeyChanged("passkey_changed", Account, "/account/security/passkeys") {
        time: Timestamp,
        passkey: String,
        backup: Backup,
    }

    /// A passkey is suspended.
    struct PasskeySuspended("passkey_suspended", Account, "/account/security/passkeys") {
        time: Timestamp,
        passkey: String,
        reason: Suspicion,
    }

    /// A suspended passkey was accepted again.
    struct PasskeyAccepted("passkey_accepted", Account, "/account/security/passkeys") {
        time: Timestamp,
        passkey: String,
    }

    /// A recovery code was used, and so many are left.
    struct RecoveryCodeUsed("recovery_code_used", Account, "/account/security/recovery-codes/new") { left: i64 }

    /// New recovery codes were made.
    struct RecoveryCodesMade("recovery_codes_made", Account, "/forgot") { time: Timestamp }

    /// An API token was made.
    struct TokenMade("token_made", Account, "/forgot") { token: String }

    /// An account that was going to be erased stays.
    struct AccountKept("account_kept", Account, "/forgot") {}

    /// To those who look after a person: the person has another name.
    struct NameChanged("name_changed", Duty, "/appointments/" + id) {
        before: String,
        after: String,
        organisation: Administration,
    }
}
