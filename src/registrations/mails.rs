//! The mails with the link that verifies the address of an application. Their texts stand in `locales/` under `mail-<kind>`.

use crate::appointments::Role;
use crate::mail::Administration;

crate::mails! {
    /// To an address without an account: nothing of what the applicant typed is in it.
    struct VerifyAddress("verify_address", Unverified, "/verify?token=" + token) {
        hours: u64,
        organisation: Administration,
        role: Role,
    }

    /// To the owner of an account whose appointments are over.
    struct ApplyAgain("apply_again", Account, "/verify?token=" + token) {
        hours: u64,
        organisation: Administration,
        role: Role,
    }
}
