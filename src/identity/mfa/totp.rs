//! Codes of an authenticator app: RFC 6238 with SHA-1, six digits, thirty seconds, one step to either side.

use totp_rs::{Builder, Secret, Totp};

use super::types::TotpEnrolment;
use crate::error::{Error, OrInternal as _};
use crate::time::Timestamp;

/// Bytes of a secret (RFC 4226, 4: 160 bits).
pub(super) const SECRET: usize = 20;
/// Digits of a code.
pub(super) const DIGITS: usize = 6;
/// Seconds of a step.
const STEP: u64 = 30;

/// An authenticator app's secret.
pub(super) struct App {
    secret: Vec<u8>,
    totp: Totp,
}

impl App {
    pub(super) fn new(secret: &[u8]) -> Result<Self, Error> {
        Ok(Self { secret: secret.to_vec(), totp: builder(secret).build().or_internal()? })
    }

    /// The secret as text, and as the URI for a QR code.
    pub(super) fn enrolment(&self, issuer: &str, address: &str) -> Result<TotpEnrolment, Error> {
        // A colon separates issuer and account in the URI.
        let issuer = issuer.replace(':', " ");
        let named = builder(&self.secret).with_issuer(Some(issuer)).with_account_name(address).build().or_internal()?;
        let secret = Secret::from(self.secret.clone()).to_base32();
        Ok(TotpEnrolment { secret, otpauth_uri: named.to_url().or_internal()? })
    }

    /// The time step of a right code.
    pub(super) fn step(&self, code: &str, now: Timestamp) -> Option<i64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let step = self.totp.check(&digits, u64::try_from(now.as_seconds()).ok()?)?;
        i64::try_from(step).ok()
    }
}

fn builder(secret: &[u8]) -> Builder {
    Builder::new().with_secret(secret.to_vec()).with_digits(6).with_skew(1).with_step_duration(STEP)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the rows of SHA-1, cut to six digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let app = App::new(b"12345678901234567890").unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            let now = Timestamp::from_micros(seconds * 1_000_000);
            assert_eq!(app.step(code, now), Some(seconds / 30));
            assert_eq!(app.step(code, now.plus(std::time::Duration::from_secs(30))), Some(seconds / 30));
            assert_eq!(app.step(code, now.plus(std::time::Duration::from_secs(90))), None);
        }
        for code in ["", "28708", "2870820", "28708a", "٢٨٧٠٨٢"] {
            assert_eq!(app.step(code, Timestamp::from_micros(59_000_000)), None, "{code}");
        }
    }
}
