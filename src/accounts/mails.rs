//! The mails about an account that the Secretariat suspends, and about a change of address. Their texts stand in `locales/` under
//! `mail-<kind>`.

use crate::mail::Quote;

crate::mails! {
    /// The account is suspended.
    struct AccountSuspended("account_suspended", Account, "/help") { reason: Quote }

    /// It is no longer suspended.
    struct AccountReinstated("account_reinstated", Account, "/login") {}

    /// To the old address: a change was asked for; with the link that undoes it.
    struct AddressChangeAsked("address_change_asked", Account, "/undo-address?token=" + token) { days: u64 }

    /// To the new address: the link that confirms it.
    struct ConfirmAddress("confirm_address", Unverified, "/confirm-address?token=" + token) { hours: u64 }

    /// To the new address: it is the one of the account now.
    struct AddressChanged("address_changed", Account, "/login") {}
}
