//! Second factors: an authenticator app (TOTP), recovery codes on paper, passkeys.
//!
//! An app becomes a factor with its first right code, and ten recovery codes are shown once. Each code can be used
//! once: a conditional UPDATE decides which of several concurrent requests uses it. A passkey verifies its user itself,
//! so it counts as both factors and also logs in without a password. The state that it reports (backed up or not, how
//! often it was used) may change: `rules` says which changes are accepted and which suspend it. A login still asks for
//! a suspended passkey, so the suspension lets nobody in by password alone. Earlier sessions then no longer count as a
//! recent login, however the suspension ends; removing a factor has the same effect on one's other sessions.
//!
//! When the last factor is removed, sessions go on at the level of a password, API tokens made at the upper level end,
//! and a password that follows the shorter rule must be replaced first.
//!
//! A person whose role requires a factor cannot remove the last one. If all factors are lost, the Secretariat removes
//! them, and the person starts again from a mailed link (`accounts`).

mod enrolment;
mod passkey_login;
mod passkeys;
pub mod routes;
mod rules;
mod store;
mod totp;
mod types;

use std::sync::Arc;
use std::time::Duration;

pub use passkeys::MAX_NAME;
pub(super) use passkeys::Passkeys;
pub use types::{
    Confirm, Confirmed, FactorStanding, PasskeyFinish, PasskeyList, PasskeyLoginFinish, PasskeyLoginStart,
    PasskeyOptions, PasskeyView, RecoveryCodes, Suspicion, TotpEnrolment,
};

use super::types::{Method, ProvenBy};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::random::Random;
use crate::secrets::{MasterKey, fingerprint};
use crate::time::Timestamp;

/// How long an app waits for its first code.
const ENROLMENT: Duration = Duration::from_mins(10);
/// Recovery codes of a set.
const CODES: usize = 10;
/// Characters of a recovery code without its dashes: 75 bits.
const CODE_LENGTH: usize = 15;
/// The alphabet of recovery codes: no letter that looks like a digit.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// Secrets that one unit of work seals anew.
const RESEALED_AT_ONCE: i64 = 100;

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

    /// A new secret for an authenticator app, which becomes a factor when it is confirmed.
    ///
    /// # Errors
    /// 409 if the person has a confirmed one.
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
            return Err(Error::conflict(ProblemCode::FactorExists));
        }
        app.enrolment(&self.issuer, address)
    }

    /// Checks the first code of an app and makes it a factor; returns whether the code was right.
    pub(super) fn confirm_totp(&self, conn: &mut Conn, user: Id, code: &str, now: Timestamp) -> Result<bool, Error> {
        let waits = |found: &store::TotpRow| found.confirmed_at.is_none() && now < found.created_at.plus(ENROLMENT);
        let Some(found) = store::totp(conn, user)?.filter(waits) else {
            return Err(Error::conflict(ProblemCode::NothingToConfirm));
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
            // A passkey signs in its own ceremony and has no code.
            Method::Passkey => Ok(false),
        }
    }

    /// A new set of recovery codes; the old set no longer works.
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

/// The normalised form of a recovery code: typed dashes, spaces and capitals do not matter.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The kind of a code by its form: six digits of an app, or fifteen letters and digits from paper; none where no code
/// looks so.
pub(super) fn method_of(code: &str) -> Option<Method> {
    if code.len() == totp::DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()) {
        Some(Method::Totp)
    } else {
        (plain(code).len() == CODE_LENGTH).then_some(Method::RecoveryCode)
    }
}

/// Seals the secrets of authenticator apps anew that another master key has sealed, or only counts them: those of the
/// next people after `last`. Returns how many, and the last of the people; none after the end.
pub fn reseal_authenticators(
    conn: &mut Conn,
    master: &MasterKey,
    random: &Random,
    last: Id,
    writes: bool,
) -> Result<(usize, Option<Id>), Error> {
    let page = store::sealed_totps(conn, last, RESEALED_AT_ONCE)?;
    let next = page.last().map(|(user, _)| *user);
    let stale: Vec<_> = page.into_iter().filter(|(_, sealed)| !master.is_own(sealed)).collect();
    for (user, sealed) in stale.iter().filter(|_| writes) {
        if let Some(anew) = master.anew(sealed, &label(*user), random)? {
            store::replace_sealed_totp(conn, *user, sealed, &anew)?;
        }
    }
    Ok((stale.len(), next))
}

/// The label under which a TOTP secret is sealed.
fn label(user: Id) -> String {
    format!("totp {user}")
}

/// The second factors that a person can use; empty if there is none.
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

/// Makes an app a factor without a first code, for an operator at the command line who has the secret.
pub(super) fn confirm_without_code(conn: &mut Conn, user: Id, now: Timestamp) -> Result<(), Error> {
    store::confirm_totp(conn, user, 0, now).map(|_| ())
}

/// The factors of a person.
pub(super) fn standing(conn: &mut Conn, user: Id) -> Result<FactorStanding, Error> {
    Ok(FactorStanding {
        totp: store::totp(conn, user)?.is_some_and(|found| found.confirmed_at.is_some()),
        passkeys: store::count_passkeys(conn, user)?,
        passkeys_suspended: store::count_suspended(conn, user)?,
        recovery_codes_left: store::count_recovery_codes(conn, user)?,
        required: false,
    })
}

/// Whether the factor that was proven still exists and is not suspended. A recovery code is used up, so any factor that
/// it replaces suffices.
pub(super) fn is_in_use(conn: &mut Conn, user: Id, proven: ProvenBy) -> Result<bool, Error> {
    Ok(match proven {
        ProvenBy::Passkey(id) => store::own_passkey(conn, user, id)?.is_some_and(|found| found.suspended_at.is_none()),
        ProvenBy::Code(Method::Totp) => standing(conn, user)?.totp,
        ProvenBy::Code(_) => standing(conn, user)?.has_any(),
    })
}

/// Whether a person has a factor in use that was added before then.
pub(super) fn has_older(conn: &mut Conn, user: Id, than: Timestamp) -> Result<bool, Error> {
    store::has_older(conn, user, than)
}

/// Removes the factors that a person added since then.
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

    #[test]
    fn the_form_of_a_code_says_its_kind() {
        assert_eq!(method_of("287082"), Some(Method::Totp));
        for code in ["abcde-fghjk-mnpqr", "ABCDEFGHJKMNPQR", "234567892345678"] {
            assert_eq!(method_of(code), Some(Method::RecoveryCode), "{code}");
        }
        for code in ["", "28708", "2870820", "28708a", "abcde-fghjk", "abcde-fghjk-mnpqr-s"] {
            assert_eq!(method_of(code), None, "{code}");
        }
    }
}
