//! The mail about an entry that somebody else than its owner changed. Its text stands in `locales/` under `mail-<kind>`.

use crate::appointments::Role;
use crate::mail::Administration;

crate::mails! {
    /// To the owner of a contact: an officer changed these fields, which are named in the owner's language.
    struct ContactChanged("contact_changed", Account, "/account/profile") {
        by: Role,
        organisation: Administration,
        fields: String,
    }
}
