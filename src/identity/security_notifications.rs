//! Security notifications: mails to a person about events of the own account, so that a thief's actions do not go
//! unnoticed (ASVS 5.0, 6.3.5 and 6.3.7). The mails are declared in `mails`.

use std::time::Duration;

use super::mails::{AccessEnded, AlreadyRegistered, EndedBy, KnownDevices};
use super::store;
use super::types::{Credentials, Ended};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::mail::{Outbox, SystemMail};
use crate::throttle::{Bucket, Throttle};

/// How long a notification is worth sending.
const LIFE: Duration = Duration::from_hours(48);

/// Notifies the owner of an address that it was given for a new account or as a new address. The requester gets the
/// same answer as for an address without an account.
pub fn address_is_known(conn: &mut Conn, outbox: &Outbox, owner: &Credentials) -> Result<(), Error> {
    outbox.post(conn, &owner.recipient(), &AlreadyRegistered {}, LIFE)
}

/// Notifies a person, in the transaction of `conn`.
pub(super) fn post(conn: &mut Conn, outbox: &Outbox, user: Id, mail: &dyn SystemMail) -> Result<(), Error> {
    let owner = store::credentials_of(conn, user)?;
    outbox.post(conn, &owner.recipient(), mail, LIFE)
}

/// Notifies a person of how many sessions and API tokens were ended, by whom, and whether devices were forgotten.
/// Further ends within some minutes are not mailed, as the mail says; so a thief who logs in and ends sessions
/// repeatedly cannot bury other notifications. Access and devices are counted separately, so that a mail about one does
/// not hide the end of the other.
pub(super) fn access_ended(
    conn: &mut Conn,
    outbox: &Outbox,
    throttle: &Throttle,
    user: Id,
    by: EndedBy,
    ended: Ended,
) -> Result<(), Error> {
    let of_access = ended.has_access() && throttle.admits(conn, Bucket::NoticeEnded, &format!("{by} {user}"))?;
    let of_devices = ended.devices && throttle.admits(conn, Bucket::NoticeEnded, &format!("{by} devices {user}"))?;
    if !of_access && !of_devices {
        return Ok(());
    }
    let devices = if ended.devices { KnownDevices::Forgotten } else { KnownDevices::Kept };
    post(conn, outbox, user, &AccessEnded { by, sessions: ended.sessions, tokens: ended.tokens, devices })
}
