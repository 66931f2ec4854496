//! Devices that somebody has logged in from.
//!
//! A login leaves a cookie that proves it (OWASP: device cookies). Whoever brings it has a count of failures of one's own, so a
//! stranger who fails on purpose can't keep the owner out. It is bound to the address that was typed, so it can be checked before
//! anybody is looked up, and for unknown addresses alike. It logs nobody in.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::random::Random;
use crate::secrets::Mac;
use crate::time::Timestamp;

/// How long a device is known, and its cookie kept.
pub const LIFE: Duration = Duration::from_hours(24 * 180);

/// Makes and reads the cookies of known devices.
pub(super) struct Devices(pub(super) Mac);

impl Devices {
    /// A cookie for the device from which this address was logged in.
    pub(super) fn issue(&self, address: &str, now: Timestamp, random: &Random) -> String {
        let (nonce, since) = (URL_SAFE_NO_PAD.encode(random.bytes::<16>()), now.as_seconds().to_string());
        let mac = self.0.sign(&[address.as_bytes(), nonce.as_bytes(), since.as_bytes()]);
        format!("{nonce}.{since}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// The device's own name, where this cookie was issued to it for this address.
    pub(super) fn read<'a>(&self, cookie: &'a str, address: &str, now: Timestamp) -> Option<&'a str> {
        let mut parts = cookie.split('.');
        let (nonce, since, mac) = (parts.next()?, parts.next()?, parts.next()?);
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        let issued = since.parse::<i64>().ok()?.checked_mul(1_000_000).map(Timestamp::from_micros)?;
        let good = self.0.verify(&[address.as_bytes(), nonce.as_bytes(), since.as_bytes()], &mac);
        (good && now < issued.plus(LIFE)).then_some(nonce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_good_for_its_address_and_half_a_year() {
        let devices = Devices(crate::secrets::tests_mac());
        let now = Timestamp::from_micros(1_770_000_000_000_000);
        let cookie = devices.issue("awa@douanes.example", now, &Random::seeded(1));
        assert!(devices.read(&cookie, "awa@douanes.example", now).is_some());
        assert!(devices.read(&cookie, "other@douanes.example", now).is_none());
        assert!(devices.read(&cookie, "awa@douanes.example", now.plus(LIFE)).is_none());
        for forged in ["", "a.b.c", "..", &cookie.replace('.', ""), &format!("x{cookie}")] {
            assert!(devices.read(forged, "awa@douanes.example", now).is_none(), "{forged}");
        }
    }
}
