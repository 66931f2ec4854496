//! Parameter types by which a handler says whom it is for. A handler that has none of them is public.
//!
//! A request brings a bearer token (an access token, or an API token), or a browser's cookie. What the policy refuses is
//! written down.
//!
//! A guard decides on what this process remembers for two seconds. That is enough to read. For what the request writes, and for
//! the pages of a file that is read while it is sent, the guard leaves checks behind (`db::write_check`), which load the
//! credential and the rights again in each unit of work.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::Portal;
use crate::db::{set_read_check, set_write_check};
use crate::error::Error;
use crate::http::Gate;
use crate::http::caller::{self, SESSION_COOKIE};
use crate::http::idempotency::remember_token;
use crate::policy::{self, Action, Credential, Principal};

/// Somebody who was let in: what the policy was asked is `A`.
pub struct Guarded<A>(pub Arc<Principal>, PhantomData<A>);

/// Somebody who is logged in, even by an API token that may do nothing else. What the token is for is asked of the policy in
/// the handler: it depends on the thing.
pub type AnyCredential = Guarded<asks::Nothing>;
/// Somebody who looks at the own profile.
pub type ProfileReader = Guarded<asks::Profile>;
/// Somebody who manages the own account, with or without an appointment.
pub type CurrentUser = Guarded<asks::OwnAccount>;
/// The same who proved it within minutes, with every factor there is.
pub type FreshUser = Guarded<asks::OwnAccountAnew>;
/// Somebody of the community: an active appointment.
pub type Member = Guarded<asks::Community>;
/// Somebody of the community who says what became of an announcement: read, acknowledged.
pub type Reader = Guarded<asks::Answers>;
/// Somebody's program that reads the directory: it knows HTTP Basic alone, and sends an API token as the password.
pub type DirectoryProgram = Guarded<asks::CommunityByProgram>;
/// Somebody who decides on registrations.
pub type RegistrationOfficer = Guarded<asks::Registrations>;
/// Somebody who manages announcements.
pub type Announcer = Guarded<asks::Announcements>;
/// Somebody who looks at accounts.
pub type AccountReader = Guarded<asks::Accounts>;
/// Somebody who manages accounts, and who proved it within minutes.
pub type AccountOfficer = Guarded<asks::AccountsAnew>;
/// Somebody who invites, approves, suspends and hands over: the Secretariat, or a coordinator, whose organisation
/// [`policy::check_at`] looks at.
pub type AppointmentOfficer = Guarded<asks::Appointments>;
/// Somebody who says which technologies an organisation uses; [`policy::check_at`] looks at the organisation.
pub type AdoptionEditor = Guarded<asks::Adoption>;
/// Somebody who corrects members.
pub type MemberEditor = Guarded<asks::Members>;
/// Somebody who reads the audit log.
pub type AuditReader = Guarded<asks::Audit>;
/// Somebody who reads the key figures.
pub type StatisticsReader = Guarded<asks::Statistics>;
/// Somebody who looks at webhooks, and tries them.
pub type WebhookReader = Guarded<asks::Webhooks>;
/// Somebody who says where webhooks go, and who proved it within minutes.
pub type WebhookOfficer = Guarded<asks::WebhooksAnew>;
/// Somebody who says which addresses no announcement goes to.
pub type SuppressionOfficer = Guarded<asks::Suppressions>;

/// What a guard asks.
pub trait Asks: 'static {
    /// Of the policy; nothing of whoever is logged in.
    const ACTION: Option<Action>;
    /// Whether the last proof of oneself must be fresh.
    const FRESH: bool = false;
    /// Whether it is a program that knows HTTP Basic (RFC 7617) alone.
    const BASIC: bool = false;
}

/// One name for each thing that a guard can ask.
pub mod asks {
    use super::{Action, Asks};

    /// Whether somebody is logged in.
    pub enum Nothing {}
    /// [`Action::ReadProfile`].
    pub enum Profile {}
    /// [`Action::ManageOwnAccount`].
    pub enum OwnAccount {}
    /// The same, and a fresh proof.
    pub enum OwnAccountAnew {}
    /// [`Action::ReadCommunity`].
    pub enum Community {}
    /// The same of a program that knows HTTP Basic alone.
    pub enum CommunityByProgram {}
    /// [`Action::AnswerAnnouncements`].
    pub enum Answers {}
    /// [`Action::DecideRegistrations`].
    pub enum Registrations {}
    /// [`Action::ManageAnnouncements`].
    pub enum Announcements {}
    /// [`Action::ManageAccounts`].
    pub enum Accounts {}
    /// The same, and a fresh proof.
    pub enum AccountsAnew {}
    /// [`Action::ManageAppointments`].
    pub enum Appointments {}
    /// [`Action::EditAdoption`].
    pub enum Adoption {}
    /// [`Action::EditMembers`].
    pub enum Members {}
    /// [`Action::ReadAudit`].
    pub enum Audit {}
    /// [`Action::ReadStatistics`].
    pub enum Statistics {}
    /// [`Action::ManageWebhooks`].
    pub enum Webhooks {}
    /// The same, and a fresh proof.
    pub enum WebhooksAnew {}
    /// [`Action::ManageSuppressions`].
    pub enum Suppressions {}

    impl Asks for Nothing {
        const ACTION: Option<Action> = None;
    }
    impl Asks for Profile {
        const ACTION: Option<Action> = Some(Action::ReadProfile);
    }
    impl Asks for OwnAccount {
        const ACTION: Option<Action> = Some(Action::ManageOwnAccount);
    }
    impl Asks for OwnAccountAnew {
        const ACTION: Option<Action> = Some(Action::ManageOwnAccount);
        const FRESH: bool = true;
    }
    impl Asks for Community {
        const ACTION: Option<Action> = Some(Action::ReadCommunity);
    }
    impl Asks for CommunityByProgram {
        const ACTION: Option<Action> = Some(Action::ReadCommunity);
        const BASIC: bool = true;
    }
    impl Asks for Answers {
        const ACTION: Option<Action> = Some(Action::AnswerAnnouncements);
    }
    impl Asks for Registrations {
        const ACTION: Option<Action> = Some(Action::DecideRegistrations);
    }
    impl Asks for Announcements {
        const ACTION: Option<Action> = Some(Action::ManageAnnouncements);
    }
    impl Asks for Accounts {
        const ACTION: Option<Action> = Some(Action::ManageAccounts);
    }
    impl Asks for AccountsAnew {
        const ACTION: Option<Action> = Some(Action::ManageAccounts);
        const FRESH: bool = true;
    }
    impl Asks for Appointments {
        const ACTION: Option<Action> = Some(Action::ManageAppointments);
    }
    impl Asks for Adoption {
        const ACTION: Option<Action> = Some(Action::EditAdoption);
    }
    impl Asks for Members {
        const ACTION: Option<Action> = Some(Action::EditMembers);
    }
    impl Asks for Statistics {
        const ACTION: Option<Action> = Some(Action::ReadStatistics);
    }
    impl Asks for Audit {
        const ACTION: Option<Action> = Some(Action::ReadAudit);
    }
    impl Asks for Webhooks {
        const ACTION: Option<Action> = Some(Action::ManageWebhooks);
    }
    impl Asks for Suppressions {
        const ACTION: Option<Action> = Some(Action::ManageSuppressions);
    }
    impl Asks for WebhooksAnew {
        const ACTION: Option<Action> = Some(Action::ManageWebhooks);
        const FRESH: bool = true;
    }
}

impl<A: Asks> FromRequest for Guarded<A> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (gate, request) = (Gate::shut(request), request.clone());
        Box::pin(async move {
            let outcome = admit(&request).await;
            // Also for those who are refused: that ends the request, or the handler can do without them.
            gate.open();
            outcome
        })
    }
}

impl<A> Deref for Guarded<A> {
    type Target = Principal;
    fn deref(&self) -> &Principal {
        &self.0
    }
}

async fn admit<A: Asks>(request: &HttpRequest) -> Result<Guarded<A>, Error> {
    let portal = request.app_data::<Data<Portal>>().ok_or_else(|| Error::internal("no portal"))?;
    let principal = if A::BASIC { program(portal, request).await? } else { principal(portal, request).await? };
    if let Some(action) = A::ACTION
        && let Err(refusal) = policy::check(&principal, action)
    {
        portal.identity.note_refusal(&principal, action, &caller::of(request)?).await?;
        return Err(refusal);
    }
    if A::FRESH {
        policy::check_fresh(&principal, portal.clock.now(), portal.identity.step_up())?;
        portal.identity.admit_sensitive(&principal).await?;
    }
    if let Credential::Token(id, _) = &principal.credential {
        remember_token(request, *id);
    }
    set_write_check(portal.identity.write_check(&principal, A::ACTION))?;
    set_read_check(portal.identity.read_check(&principal, A::ACTION))?;
    Ok(Guarded(principal, PhantomData))
}

async fn principal(portal: &Portal, request: &HttpRequest) -> Result<Arc<Principal>, Error> {
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        let token = header.to_str().ok().and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        return portal.identity.bearer(token.ok_or_else(|| Error::unauthenticated("token_invalid"))?).await;
    }
    let cookie = request.cookie(SESSION_COOKIE).ok_or_else(|| Error::unauthenticated("login_required"))?;
    portal.identity.cookie(cookie.value()).await
}

/// Who stands behind a program's address and API token. No session's password or token is ever taken here: what a
/// program keeps for good is the least that it needs.
async fn program(portal: &Portal, request: &HttpRequest) -> Result<Arc<Principal>, Error> {
    let header =
        request.headers().get(AUTHORIZATION).ok_or_else(|| Error::unauthenticated("program_login_required"))?;
    let pair = header.to_str().ok().and_then(|text| {
        let (scheme, pair) = text.split_once(' ')?;
        let pair = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(pair.trim()))?.ok()?;
        String::from_utf8(pair).ok()
    });
    let (email, token) = pair.as_deref().and_then(|pair| pair.split_once(':')).unwrap_or_default();
    portal.identity.program(email, token, &caller::of(request)?).await
}
