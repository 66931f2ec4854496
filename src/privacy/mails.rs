//! The mails about the erasure of an account. Their texts stand in `locales/` under `mail-<kind>`.

use crate::time::Day;

crate::mails! {
    /// The account is going to be erased; with the link that keeps it.
    struct AccountLeaving("account_leaving", Account, "/keep-account?token=" + token) { day: Day, last_day: Day }
}
