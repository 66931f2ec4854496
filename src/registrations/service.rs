//! The service of applications: its settings, and the use cases of `/registrations` and the pages behind mailed links.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::types::{Decision, LinkView, Register, Registration, RegistrationStatus, Standing, Verify};
use super::{rules, store, views};
use crate::audit::Trace;
use crate::config;
use crate::db::{self, Id, Writer};
use crate::error::{Error, FieldCode, FieldError};
use crate::http::{RequestContext, pad_response_time};
use crate::identity::{Forgot, Identity};
use crate::life_cycle::LifeCycle;
use crate::policy::Principal;
use crate::secrets::fingerprint;
use crate::service::{Foundation, Service};
use crate::text::name::Judged;

/// Applications. Cloning is cheap.
#[derive(Clone)]
pub struct Registrations {
    foundation: Foundation,
    identity: Arc<Identity>,
    pub(super) life_cycle: LifeCycle,
    /// The names of the community, which no person may bear.
    community: String,
    /// How long a link that verifies an address is valid.
    pub(super) verify_link: Duration,
}

impl Service for Registrations {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Registrations {
    /// The service; `verify_link` is how long a link that verifies an address is valid.
    #[must_use]
    pub fn new(
        community: &config::Community,
        verify_link: Duration,
        foundation: Foundation,
        identity: Arc<Identity>,
        life_cycle: LifeCycle,
    ) -> Self {
        Self { foundation, identity, life_cycle, community: community.names(), verify_link }
    }

    /// Takes an application. The answer and its time do not reveal whether the address has an account.
    ///
    /// # Errors
    /// 429 before anything else; 422.
    pub async fn apply(&self, caller: &RequestContext, form: &Register) -> Result<(), Error> {
        // Counted before it is parsed: an application in error costs as much as a good one.
        self.identity.admit_application(caller).await?;
        let application = rules::parse(form, &self.community)?;
        let asked_in = caller.language;
        let work = self.write(caller, move |unit, conn| unit.apply(conn, &application, asked_in));
        pad_response_time(&self.foundation.random, work).await
    }

    /// Verifies the address of an application by the mailed link. A new account gets the password of the form.
    ///
    /// # Errors
    /// 410 before anything else; 422, 429, 503.
    pub async fn verify_address(&self, caller: &RequestContext, verify: Verify) -> Result<Standing, Error> {
        let found = self.look_at(verify.token.clone()).await?;
        let writer = Writer::of_link(&fingerprint(verify.token.expose_secret()));
        // A password that is chosen is charged to the networks as a hash.
        db::name_writer(writer);
        let password_hash = if found.needs_password {
            let missing = || Error::invalid(vec![FieldError::new("/password", FieldCode::Missing)]);
            let password = verify.password.as_ref().ok_or_else(missing)?;
            let known = [found.email.as_str(), found.name.as_str(), found.organisation_en.as_str()];
            Some(self.identity.hash_behind_link(password, &known, false, caller).await?)
        } else {
            self.foundation.admit_link(caller, writer).await?;
            None
        };
        // The rules for names may be stricter than when the application was made.
        let account = password_hash.map(|hash| (Judged::members(&found.name, &self.community), hash));
        self.write(caller, move |unit, conn| unit.verify(conn, verify.token.expose_secret(), account)).await
    }

    /// The application of a mailed link.
    ///
    /// # Errors
    /// 410.
    pub(crate) async fn look_at(&self, token: SecretString) -> Result<LinkView, Error> {
        let unit = self.unit(Trace::default());
        self.read(move |conn| unit.look(conn, token.expose_secret())).await
    }

    /// The application of a mailed link as it was sent, for whoever corrects it.
    ///
    /// # Errors
    /// 410.
    pub(crate) async fn sent(&self, token: SecretString) -> Result<Register, Error> {
        let now = self.foundation.clock.now();
        self.read(move |conn| super::sent(conn, token.expose_secret(), now)).await
    }

    /// Replaces the application of a mailed link by `form`, except for the address, to which the link was mailed. Languages
    /// that the form leaves out stay.
    ///
    /// # Errors
    /// 410 before anything else; 422, 429.
    pub(crate) async fn correct(
        &self,
        caller: &RequestContext,
        token: SecretString,
        form: Register,
    ) -> Result<(), Error> {
        let sent = self.sent(token.clone()).await?;
        let form = Register { email: sent.email, languages: form.languages.or(sent.languages), ..form };
        let application = rules::parse(&form, &self.community)?;
        self.foundation.admit_link(caller, Writer::of_link(&fingerprint(token.expose_secret()))).await?;
        self.write(caller, move |unit, conn| unit.correct(conn, token.expose_secret(), &application)).await
    }

    /// Whether a spent link has verified its address.
    pub async fn is_verified(&self, token: String) -> Result<bool, Error> {
        self.read(move |conn| super::is_verified(conn, &token)).await
    }

    /// Mails a link for a new password where the address has an account, and the link of an application that waits for
    /// its address to be verified where it has none. The answer and its time do not reveal which.
    ///
    /// # Errors
    /// As [`Identity::forgot`].
    pub async fn forgot(&self, caller: &RequestContext, forgot: &Forgot) -> Result<(), Error> {
        let (typed, asked_in) = (forgot.email.clone(), caller.language);
        let work = async {
            self.identity.forgot(forgot, caller).await?;
            self.write(caller, move |unit, conn| unit.remind(conn, &typed, asked_in)).await
        };
        pad_response_time(&self.foundation.random, Box::pin(work)).await
    }

    /// The applications in one of these states, the oldest first: at most `limit`, after the one with the id `after`.
    pub async fn list(
        &self,
        statuses: Vec<RegistrationStatus>,
        after: Option<Id>,
        limit: i64,
    ) -> Result<Vec<Registration>, Error> {
        self.read(move |conn| {
            let found = store::list(conn, &statuses, after, limit)?;
            views(conn, found)
        })
        .await
    }

    /// One application, and its appointment once the address is verified.
    ///
    /// # Errors
    /// 404.
    pub async fn get(&self, id: Id) -> Result<(Registration, Option<Id>), Error> {
        self.read(move |conn| super::one(conn, id)).await
    }

    /// The application to decide next, the oldest first: the one after `id`, else the first that waits, but not `id`
    /// itself.
    pub async fn next(&self, id: Id) -> Result<Option<Id>, Error> {
        self.read(move |conn| {
            let pending = [RegistrationStatus::Pending];
            let mut waiting = store::list(conn, &pending, Some(id), 1)?;
            waiting.extend(store::list(conn, &pending, None, 1)?);
            Ok(waiting.iter().map(|found| found.row.id).find(|found| *found != id))
        })
        .await
    }

    /// Refuses whoever may not decide on this application.
    ///
    /// # Errors
    /// 404, 409 where it is not pending, 403.
    pub async fn check_decision(&self, officer: Id, id: Id) -> Result<(), Error> {
        self.read(move |conn| super::check_decider(conn, id, officer)).await
    }

    /// Approves an application or, with a reason, rejects it.
    ///
    /// # Errors
    /// As [`Self::check_decision`]; 412 where the decision names a version that is not the current one.
    pub async fn decide(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        id: Id,
        decision: Decision,
    ) -> Result<Registration, Error> {
        let people = self.read(move |conn| super::applicant(conn, id)).await?;
        self.write_about(trace, people, move |unit, conn| unit.decide(conn, id, &officer, &decision)).await
    }
}
