//! Second factors: an authenticator app (TOTP), recovery codes on paper, passkeys.
//!
//! An app is a factor once a first code of it was right; with it come ten recovery codes, shown once. Each code is good once,
//! which an UPDATE with a condition decides, so that of any number who bring it at once one is let in. A passkey verifies
//! its user itself, so it is both factors in one and logs in without a password as well.
//!
//! What two factors proved ends with the last of them: sessions go on as those of a password alone, API tokens that were made
//! by them end, and a password that was chosen with one beside it is replaced first.
//!
//! Whoever must have a factor can't remove the last one; where all are lost, the Secretariat takes them away and the
//! person starts again from a mailed link (`accounts`).

mod own;
mod passkeys;
pub mod routes;
mod store;
mod totp;
mod types;

use std::sync::Arc;
use std::time::Duration;

pub(super) use passkeys::Passkeys;
pub use types::{
    Confirm, Confirmed, FactorStanding, PasskeyFinish, PasskeyList, PasskeyLoginFinish, PasskeyLoginStart,
    PasskeyOptions, PasskeyView, RecoveryCodes, TotpEnrolment,
};

use super::types::Method;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::random::Random;
use crate::secrets::{MasterKey, fingerprint};
use crate::time::Timestamp;

/// How long an app waits for its first code.
const ENROLMENT: Duration = Duration::from_mins(10);
/// Recovery codes of a set.
const CODES: usize = 10;
/// Characters of a recovery code without its dashes: 75 bits.
const CODE_LENGTH: usize = 15;
/// What recovery codes are written with: no letter that looks like a digit.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// Makes and checks codes.
#[derive(Clone)]
pub(super) struct Factors {
    master: Arc<MasterKey>,
    random: Random,
    issuer: String,
}

impl Factors {
    pub(super) fn new(master: Arc<MasterKey>, random: Random, issuer: String) -> Self {
        Self { master, random, issuer }
    }

    /// A new secret for an authenticator app, which is no factor before it is confirmed.
    ///
    /// # Errors
    /// 409 where the person has one that is.
    pub(super) fn enrol_totp(
        &self,
        conn: &mut Conn,
        user: Id,
        address: &str,
        now: Timestamp,
    ) -> Result<TotpEnrolment, Error> {
        let secret = self.random.bytes::<{ totp::SECRET }>();
        let app = totp::App::new(&secret)?;
        let sealed = self.master.seal(&secret, &label(user), &self.random)?;
        if !store::put_totp(conn, user, &sealed, now)? {
            return Err(Error::conflict("factor_exists"));
        }
        app.enrolment(&self.issuer, address)
    }

    /// Checks the first code of an app and makes it a factor; returns whether the code was right.
    pub(super) fn confirm_totp(&self, conn: &mut Conn, user: Id, code: &str, now: Timestamp) -> Result<bool, Error> {
        let waits = |found: &store::TotpRow| found.confirmed_at.is_none() && now < found.created_at.plus(ENROLMENT);
        let Some(found) = store::totp(conn, user)?.filter(waits) else {
            return Err(Error::conflict("nothing_to_confirm"));
        };
        let app = totp::App::new(&self.master.open(&found.sealed_secret, &label(user))?)?;
        match app.step(code, now) {
            Some(step) => store::confirm_totp(conn, user, step, now),
            None => Ok(false),
        }
    }

    /// Uses up a code of a confirmed factor; returns whether it was right.
    pub(super) fn spend(
        &self,
        conn: &mut Conn,
        user: Id,
        method: Method,
        code: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        match method {
            Method::Totp => {
                let Some(found) = store::totp(conn, user)?.filter(|found| found.confirmed_at.is_some()) else {
                    return Ok(false);
                };
                let app = totp::App::new(&self.master.open(&found.sealed_secret, &label(user))?)?;
                app.step(code, now).map_or(Ok(false), |step| store::use_step(conn, user, step))
            }
            Method::RecoveryCode => store::use_recovery_code(conn, user, &fingerprint(&plain(code)), now),
            // A passkey has no code: it has a ceremony of its own.
            Method::Passkey => Ok(false),
        }
    }

    /// A new set of recovery codes; the old one is worthless from now on.
    pub(super) fn make_recovery_codes(
        &self,
        conn: &mut Conn,
        user: Id,
        now: Timestamp,
    ) -> Result<RecoveryCodes, Error> {
        let codes: Vec<String> = (0..CODES).map(|_| self.recovery_code()).collect();
        let hashes: Vec<Vec<u8>> = codes.iter().map(|code| fingerprint(&plain(code))).collect();
        store::replace_recovery_codes(conn, user, &hashes, now)?;
        Ok(RecoveryCodes { recovery_codes: codes })
    }

    /// Fifteen characters in three groups.
    fn recovery_code(&self) -> String {
        let bytes = self.random.bytes::<CODE_LENGTH>();
        let letters = bytes.iter().map(|byte| {
            let letter = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'a');
            char::from(letter)
        });
        let mut code = String::with_capacity(CODE_LENGTH + 2);
        for (at, letter) in letters.enumerate() {
            if at > 0 && at % 5 == 0 {
                code.push('-');
            }
            code.push(letter);
        }
        code
    }
}

/// A recovery code as it is compared: people type dashes, spaces and capitals as they please.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// What a TOTP secret is sealed under.
fn label(user: Id) -> String {
    format!("totp {user}")
}

/// The ways in which a person can prove oneself beside the password; none where there is no factor.
pub(super) fn methods(conn: &mut Conn, user: Id) -> Result<Vec<Method>, Error> {
    let standing = standing(conn, user)?;
    let mut methods = Vec::new();
    if standing.totp {
        methods.push(Method::Totp);
    }
    if standing.passkeys > 0 {
        methods.push(Method::Passkey);
    }
    if !methods.is_empty() && standing.recovery_codes_left > 0 {
        methods.push(Method::RecoveryCode);
    }
    Ok(methods)
}

/// Makes an app a factor on the word of an operator who has the secret in hand.
pub(super) fn confirm_without_code(conn: &mut Conn, user: Id, now: Timestamp) -> Result<(), Error> {
    store::confirm_totp(conn, user, 0, now).map(|_| ())
}

/// Which factors a person has.
pub(super) fn standing(conn: &mut Conn, user: Id) -> Result<FactorStanding, Error> {
    Ok(FactorStanding {
        totp: store::totp(conn, user)?.is_some_and(|found| found.confirmed_at.is_some()),
        passkeys: store::count_passkeys(conn, user)?,
        recovery_codes_left: store::count_recovery_codes(conn, user)?,
        required: false,
    })
}

/// Takes away the factors that a person added since then.
pub(super) fn remove_since(conn: &mut Conn, user: Id, since: Timestamp) -> Result<(), Error> {
    store::delete_since(conn, user, since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_typed_as_one_pleases() {
        assert_eq!(plain("ABCDE-fghjk mnpqr"), "abcdefghjkmnpqr");
    }
}
