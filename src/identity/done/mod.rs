//! Used links: tells whether the action of a link was completed by this link.
//!
//! A person who follows a link twice, or whose mail program opened it first, reads that the action is done rather than
//! that it failed. The answer requires the secret, which was mailed to the owner, and changes nothing.
//!
//! Other people may read an old mail too, so the answer says only that this very link was used. A link that ended
//! otherwise (by a newer link, by a change of the password in a session, by another link of the same application) is
//! invalid, like an expired one. So is a used link whose result no longer applies, because the address has changed
//! again or the account is closed again. Every used link becomes invalid some time after its end.

mod store;

use super::Purpose;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::mail::EmailAddress;

/// A link that was used.
struct Used {
    /// Its owner, if it had one.
    user: Option<Id>,
    /// The application that it concerned.
    application: Option<Id>,
    /// The new address, if it changed one.
    address: Option<String>,
}

/// The used link, if this very link was used and its result still applies.
pub fn is_done(conn: &mut Conn, purpose: Purpose, secret: &str) -> Result<bool, Error> {
    let Some(Used { user: Some(user), address, .. }) = store::used(conn, purpose, secret)? else { return Ok(false) };
    let key = |text: &str| EmailAddress::parse(text).map(|address| address.key()).ok();
    match purpose {
        Purpose::ConfirmAddress | Purpose::UndoAddress => {
            let owner = super::store::credentials_of(conn, user)?;
            Ok(address.as_deref().is_some_and(|address| key(address) == key(&owner.email)))
        }
        Purpose::KeepAccount => Ok(!super::store::credentials_of(conn, user)?.is_closed()),
        Purpose::ResetPassword => Ok(true),
        _ => Ok(false),
    }
}

/// The application whose address this very link verified.
pub fn application_of_link(conn: &mut Conn, secret: &str) -> Result<Option<Id>, Error> {
    Ok(store::used(conn, Purpose::VerifyAddress, secret)?.and_then(|used| used.application))
}
