//! Known devices and places of login.
//!
//! A login leaves a device cookie (OWASP). A request with this cookie has a count of failures and a budget of logins of
//! its own, so neither a stranger who fails on purpose nor a thief who knows the password can lock the owner out. The
//! cookie is bound to the account, so that a change of address leaves the device known. It does not log anyone in. A
//! device that logs in again stays the same; new devices are limited per day.
//!
//! The place of a login (program and network) is stored for as long. The owner is notified of a login from an unknown
//! place without a known device, except for the very first login, which the account remembers for good.
//!
//! A new password, the end of all sessions and a suspension forget devices and places, except those of the owner's own
//! session that does it. The account counts how often that happened (its generation); a cookie contains the generation
//! it was issued in, and is invalid in the next one.

mod store;

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::types::Credentials;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::RequestContext;
use crate::random::Random;
use crate::secrets::Mac;
use crate::time::Timestamp;

/// How long a device and its cookie are known.
pub const LIFE: Duration = Duration::from_hours(24 * 180);

/// Issues and verifies device cookies.
pub(super) struct Devices(pub(super) Mac);

/// A device as its cookie names it.
pub(super) struct Device {
    pub(super) name: String,
    /// The account that logged in on it.
    pub(super) account: Id,
    /// The generation in which the cookie was issued.
    pub(super) generation: i32,
}

impl Device {
    /// A new device.
    pub(super) fn new(owner: &Credentials, random: &Random) -> Self {
        let name = URL_SAFE_NO_PAD.encode(random.bytes::<16>());
        Self { name, account: owner.id, generation: owner.device_generation }
    }
}

impl Devices {
    /// The cookie of a device.
    pub(super) fn issue(&self, device: &Device, now: Timestamp) -> String {
        let (since, generation) = (now.as_seconds().to_string(), device.generation.to_string());
        let account = device.account.to_string();
        let mac = self.0.sign(&[&device.name, &since, &generation, &account].map(String::as_bytes));
        format!("{}.{since}.{generation}.{account}.{}", device.name, URL_SAFE_NO_PAD.encode(mac))
    }

    /// The device that this cookie was issued to. Its account may have forgotten it since: the generation says so.
    pub(super) fn read(&self, cookie: &str, now: Timestamp) -> Option<Device> {
        let parts: Vec<&str> = cookie.splitn(6, '.').collect();
        let [name, since, generation, account, mac] = parts.try_into().ok()?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        let issued = since.parse::<i64>().ok()?.checked_mul(1_000_000).map(Timestamp::from_micros)?;
        let signed = [name, since, generation, account].map(str::as_bytes);
        let is_good = self.0.verify(&signed, &mac) && now < issued.plus(LIFE);
        let (account, generation) = (account.parse().ok()?, generation.parse().ok()?);
        is_good.then(|| Device { name: name.to_owned(), account, generation })
    }

    /// The device of a request, if the account knows it.
    pub(super) fn of(&self, caller: &RequestContext, owner: &Credentials, now: Timestamp) -> Option<Device> {
        let device = self.read(caller.device.as_deref()?, now)?;
        (device.account == owner.id && device.generation == owner.device_generation).then_some(device)
    }

    /// Forgets the devices and places of a person, whose row is locked, except those of this request if they are known;
    /// returns the new cookie of its device.
    pub(super) fn forget_others(
        &self,
        conn: &mut Conn,
        owner: &Credentials,
        caller: &RequestContext,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        store::forget(conn, owner.id, &place(caller))?;
        let generation = owner.device_generation.saturating_add(1);
        let device = self.of(caller, owner, now).map(|device| Device { generation, ..device });
        Ok(device.map(|device| self.issue(&device, now)))
    }
}

/// Stores the place of a login of a person, whose row is locked; returns whether no notification is due: the place was
/// known, or it is the first login of the account.
pub(super) fn note(
    conn: &mut Conn,
    owner: &Credentials,
    caller: &RequestContext,
    now: Timestamp,
) -> Result<bool, Error> {
    let (is_known, has_others) = store::note(conn, owner.id, &place(caller), now)?;
    if owner.first_login_at.is_some() {
        return Ok(is_known);
    }
    store::note_first(conn, owner.id, now)?;
    // A process of an earlier version, running in parallel, stores places only.
    Ok(is_known || !has_others)
}

/// Forgets all devices and places of a person.
pub(super) fn forget(conn: &mut Conn, user: Id) -> Result<(), Error> {
    store::forget(conn, user, &[])
}

/// Forgets all devices and places of all people.
pub(super) fn forget_everybodys(conn: &mut Conn) -> Result<(), Error> {
    store::forget_everybodys(conn)
}

/// Whether the account with this address knows this device.
pub(super) fn is_known(conn: &mut Conn, email_key: &str, device: &Device) -> Result<bool, Error> {
    Ok(store::generation(conn, email_key)? == Some((device.account, device.generation)))
}

/// Deletes places without a login for long; returns how many.
pub(super) fn sweep(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, now.minus(LIFE))
}

/// The key of a place: the program, as it calls itself, and the network.
fn place(caller: &RequestContext) -> Vec<u8> {
    let program = caller.user_agent.as_deref().unwrap_or_default();
    digest(&SHA256, format!("{program}\n{}", caller.network()).as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_good_for_its_account_and_half_a_year() {
        let devices = Devices(crate::secrets::tests_mac());
        let now = Timestamp::from_micros(1_770_000_000_000_000);
        let [account, other] = [1, 2].map(|seed| Id::new(now, &Random::seeded(seed)));
        let cookie = devices.issue(&Device { name: "a-name".to_owned(), account, generation: 7 }, now);
        let known = devices.read(&cookie, now).map(|known| (known.name, known.account, known.generation));
        assert_eq!(known, Some(("a-name".to_owned(), account, 7)));
        assert!(devices.read(&cookie, now.plus(LIFE)).is_none());
        let newer = cookie.replacen(".7.", ".8.", 1);
        let anothers = cookie.replace(&account.to_string(), &other.to_string());
        assert!(newer != cookie && anothers != cookie);
        let (bare, longer) = (cookie.replace('.', ""), format!("x{cookie}"));
        for forged in ["", "a.b.c", "a.1.0.c", "....", "a.1.0.b.c.d", &newer, &anothers, &bare, &longer] {
            assert!(devices.read(forged, now).is_none(), "{forged}");
        }
    }
}
