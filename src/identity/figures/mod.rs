//! Figures of identity: logins by method and outcome and the cache of principals in this process, and from the tables
//! how many sessions there are and how old the signing key is.
//!
//! The three ways to log in are counted here, around the use cases that do it.

mod store;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use super::Identity;
use super::mfa::PasskeyLoginFinish;
use super::sessions::Opened;
use super::types::{Login, LoginOutcome, SecondFactor};
use crate::db::Conn;
use crate::error::{Error, ProblemCode};
use crate::http::RequestContext;
use crate::metrics::{self, Registry, State, age, number};
use crate::time::Timestamp;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Attempt {
    method: &'static str,
    outcome: &'static str,
}

/// What is counted. Cloning shares it.
#[derive(Clone)]
pub(super) struct Figures {
    logins: Family<Attempt, Counter>,
}

impl Default for Figures {
    fn default() -> Self {
        let figures = Self { logins: Family::default() };
        for method in ["password", "code", "passkey"] {
            for outcome in ["opened", "wrong"] {
                figures.logins.get_or_create_owned(&Attempt { method, outcome });
            }
        }
        figures
    }
}

impl Figures {
    fn count<T>(&self, method: &'static str, outcome: &Result<T, Error>, is_done: impl Fn(&T) -> bool) {
        let outcome = match outcome {
            Ok(value) if is_done(value) => "opened",
            Ok(_) => "second_factor_asked",
            Err(error) if error.is_unauthenticated() => "wrong",
            Err(error) if error.is_any_of(&[ProblemCode::TooManyAttempts]) => "throttled",
            Err(error) if error.refusal().is_some() => "refused",
            Err(_) => "failed",
        };
        self.logins.get_or_create(&Attempt { method, outcome }).inc();
    }
}

impl Identity {
    /// Logs in with address and password, and counts how that ended. A wrong address and a wrong password give the same
    /// answer in the same time.
    ///
    /// # Errors
    /// 401 if they do not match; 429 after too many attempts or too many logins.
    pub async fn login(&self, login: Login, caller: &RequestContext) -> Result<LoginOutcome, Error> {
        let outcome = self.log_in_by_password(login, caller).await;
        self.figures.count("password", &outcome, |step| matches!(step, LoginOutcome::Opened(_)));
        outcome
    }

    /// Opens a session for a challenge and its second factor, and counts how that ended.
    ///
    /// # Errors
    /// 401 if the challenge or the code is wrong; 429 after too many wrong codes.
    pub async fn login_second(&self, form: SecondFactor, caller: &RequestContext) -> Result<Opened, Error> {
        let outcome = self.log_in_by_code(form, caller).await;
        self.figures.count("code", &outcome, |_| true);
        outcome
    }

    /// Opens a session by a passkey, and counts how that ended.
    ///
    /// # Errors
    /// 401 if the passkey is refused; 429 after too many logins.
    pub async fn finish_passkey_login(
        &self,
        form: PasskeyLoginFinish,
        caller: &RequestContext,
    ) -> Result<Opened, Error> {
        let outcome = self.log_in_by_passkey(form, caller).await;
        self.figures.count("passkey", &outcome, |_| true);
        outcome
    }
}

impl metrics::Figures for Identity {
    fn register(&self, registry: &mut Registry) {
        let help = "Logins by method (password, code, passkey) and outcome";
        registry.register("logins", help, self.figures.logins.clone());
        self.sessions.register(registry);
    }
}

/// Sessions and the signing key: the same in every process.
///
/// # Errors
/// Of the database.
pub fn states(conn: &mut Conn, now: Timestamp) -> Result<Vec<State>, Error> {
    let help = "Sessions that have not ended, at most 100000; read from the database";
    let sessions = State::one("sessions", help, number(store::sessions(conn, now)?));
    let help = "Age of the key that signs access tokens; read from the database";
    let key = State::one("signing_key_age_seconds", help, age(store::key_since(conn, now)?, now));
    Ok(vec![sessions, key])
}
