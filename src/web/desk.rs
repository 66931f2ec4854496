//! Deeds: what a page works with that does something, and how it answers.
//!
//! The handler of such a page takes a [`Desk`] and the form, and says three things: what is done, where that leads with
//! which notice, and how the form looks. [`Desk::lead_on`] does the rest: it leads on (303), or shows the form again
//! with what was typed and what is wrong. So every deed is refused in the same way ([`returned`]).
//!
//! [`answered`] is the same for pages that work with several services, or whose answer is more than a way on.
//!
//! Left out: logins and proofs of identity, whose form comes again where no other page would help.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::{Data, Path};
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::{FormState, Notice, Page, PageResult, returned};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::RequestContext;
use crate::http::operations::Guard;
use crate::idempotency::Ticket;
use crate::policy::Principal;

/// What a page works with: who asks (the guard `G`), the page, a service, and the thing that the address names.
pub struct Desk<G, S, P = Id> {
    /// Who asks.
    pub person: G,
    /// The page.
    pub page: Page,
    /// The service.
    pub service: Data<S>,
    /// The client.
    pub caller: RequestContext,
    /// The parameters of the address; `()` where it has none.
    pub place: P,
}

impl<G, S, P> FromRequest for Desk<G, S, P>
where
    G: FromRequest + 'static,
    S: 'static,
    P: DeserializeOwned + 'static,
{
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // Now, and not once it is awaited: the guard shuts the gate behind which a body waits.
        let parts = <(G, Page, Data<S>, RequestContext, Path<P>)>::from_request(request, payload);
        Box::pin(async move {
            let (person, page, service, caller, place) = parts.await?;
            Ok(Self { person, page, service, caller, place: place.into_inner() })
        })
    }
}

/// Its guard is that of the person.
impl<G, S, P> Guard for Desk<G, S, P>
where
    G: Guard,
    S: 'static,
    P: DeserializeOwned + 'static,
{
    const NAME: &'static str = G::NAME;
    const IS_LOGIN: bool = G::IS_LOGIN;
}

impl<G, S, P> Desk<G, S, P> {
    /// The same for a page that may load scripts of the portal.
    #[must_use]
    pub fn with_scripts(self) -> Self {
        Self { page: self.page.with_scripts(), ..self }
    }

    /// What the audit log records of the request.
    #[must_use]
    pub fn trace(&self) -> Trace {
        Trace::from(&self.caller)
    }

    /// An empty form with a new key: sent twice, it is carried out once.
    #[must_use]
    pub fn keyed(&self) -> FormState {
        FormState::default().with("key", self.page.new_key())
    }

    /// Leads on with a notice after a deed, or shows its form again.
    ///
    /// # Errors
    /// What another page tells, and those of the form.
    pub async fn lead_on<T>(
        &self,
        form: FormState,
        outcome: Result<T, Error>,
        way: impl FnOnce(T) -> (String, Notice),
        again: impl AsyncFnOnce(&Self, FormState) -> PageResult,
    ) -> PageResult {
        let lead = |done: T| {
            let (address, notice) = way(done);
            self.page.lead_on(&address, notice)
        };
        self.answer(form, outcome, lead, again).await
    }

    /// Answers a deed, or shows its form again.
    ///
    /// # Errors
    /// As [`Self::lead_on`].
    pub async fn answer<T>(
        &self,
        form: FormState,
        outcome: Result<T, Error>,
        done: impl FnOnce(T) -> PageResult,
        again: impl AsyncFnOnce(&Self, FormState) -> PageResult,
    ) -> PageResult {
        match outcome {
            Ok(outcome) => done(outcome),
            Err(error) => again(self, returned(&self.page, form, error)?).await,
        }
    }
}

impl<G: Deref<Target = Principal>, S, P> Desk<G, S, P> {
    /// The ticket of a form; none where it carries no key.
    #[must_use]
    pub fn ticket(&self, form: &FormState) -> Option<Ticket> {
        form.ticket(&self.page, self.person.user_id)
    }
}

/// Answers a deed of a page, or shows its form again.
///
/// # Errors
/// What another page tells, and those of the form.
pub async fn answered<T>(
    page: &Page,
    form: FormState,
    outcome: Result<T, Error>,
    done: impl FnOnce(T) -> PageResult,
    again: impl AsyncFnOnce(FormState) -> PageResult,
) -> PageResult {
    match outcome {
        Ok(outcome) => done(outcome),
        Err(error) => again(returned(page, form, error)?).await,
    }
}
