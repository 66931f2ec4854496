//! Guards: parameter types that say who may call a handler. A handler for everybody has [`crate::http::Anyone`]
//! instead.
//!
//! A request authenticates with a bearer token (an access token, or an API token), or with a browser's cookie. The
//! audit log records what the policy refuses.
//!
//! A guard decides on rights that this process caches for two seconds, which suffices for reads. For writes, and for
//! the pages of a file that is read while it is sent, the guard installs checks (`db::write_check`), which load the
//! credential and the rights again in each unit of work. The check of writes also charges the person's write budget
//! ([`WriteCharge`]), so that every new operation is charged unless its guard says otherwise. A person whose budget is
//! used up is refused here for a moment, without waiting for a turn; operations that end access or change credentials
//! wait in a line of their own ([`Line::Access`]).
//!
//! A guard also notes where a request with a browser's own credential comes from: one that a page of another site
//! caused reads, and writes nothing (`http::csrf`).

pub mod requirements;

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Identity;
use crate::db::{Id, Line, Writer, set_led_from_elsewhere, set_read_check, set_write_check, set_writer};
use crate::error::{Error, ProblemCode};
use crate::http::idempotency::remember_token;
use crate::http::operations::Guard;
use crate::http::request_context::{self, SESSION_COOKIE};
use crate::http::{AdmissionGate, KeptBody, cookies, csrf, follows_own_write, note_known_sender};
use crate::policy::{self, Action, Credential, Principal};
use crate::throttle::WriteKind;

/// An authenticated person who meets the requirement `A`.
pub struct Authorized<A>(pub Arc<Principal>, PhantomData<A>);

/// Any logged-in person, also by an API token without scopes. The handler asks the policy about the scopes: the answer
/// depends on the object.
pub type Authenticated = Authorized<requirements::Nothing>;
/// A person who reads the own profile.
pub type CanReadProfile = Authorized<requirements::Profile>;
/// A person who manages the own account, with or without an appointment.
pub type CurrentUser = Authorized<requirements::OwnAccount>;
/// The same with a password in the request, which does not count against the write budget.
pub type PasswordProver = Authorized<requirements::Proof>;
/// The same after a fresh login with every factor of the account.
pub type RecentlyAuthenticated = Authorized<requirements::OwnAccountAnew>;
/// The same, who opens the page of a form that [`RecentlyAuthenticated`] receives. To open it costs nothing of the
/// budget of sensitive calls, so that no link of another site uses that up.
pub type CanOpenOwnForm = Authorized<requirements::OwnAccountForm>;
/// A person who ends sessions of the own account, which does not count against the write budget.
pub type CanEndSessions = Authorized<requirements::EndOfAccess>;
/// The same for API tokens: a token without scopes may revoke itself.
pub type CanEndTokens = Authorized<requirements::EndOfToken>;
/// A person with an active appointment.
pub type ActiveContact = Authorized<requirements::Community>;
/// A person with an active appointment who marks an announcement as read or acknowledged.
pub type CanAnswerAnnouncements = Authorized<requirements::Answers>;
/// A program that reads the directory with HTTP Basic, whose password is an API token.
pub type BasicAuthClient = Authorized<requirements::CommunityByProgram>;
/// An officer who decides on registrations.
pub type CanDecideRegistrations = Authorized<requirements::Registrations>;
/// An officer who manages announcements.
pub type CanManageAnnouncements = Authorized<requirements::Announcements>;
/// An officer who reads accounts.
pub type CanReadAccounts = Authorized<requirements::Accounts>;
/// An officer who manages accounts, after a fresh login.
pub type CanManageAccounts = Authorized<requirements::AccountsAnew>;
/// The same, who opens the page of an account or of a form about it, as [`CanOpenOwnForm`].
pub type CanOpenAccount = Authorized<requirements::AccountForm>;
/// Who ends a maintenance.
pub type CanEndMaintenance = Authorized<requirements::MaintenanceEnd>;
/// An officer who invites, approves, suspends and hands over: the Secretariat, or a coordinator, whose organisation
/// [`policy::check_at`] checks.
pub type CanManageAppointments = Authorized<requirements::Appointments>;
/// The same who reads a letter of nomination: each read is recorded, and charged as a write.
pub type CanReadLetters = Authorized<requirements::Letters>;
/// A person who edits the technologies of an organisation; [`policy::check_at`] checks the organisation.
pub type CanEditAdoption = Authorized<requirements::Adoption>;
/// An officer who edits members.
pub type CanEditMembers = Authorized<requirements::Members>;
/// An officer who reads the audit log.
pub type CanReadAudit = Authorized<requirements::Audit>;
/// An officer who reads the key figures.
pub type CanReadStatistics = Authorized<requirements::Statistics>;
/// An officer who reads and tests webhooks.
pub type CanReadWebhooks = Authorized<requirements::Webhooks>;
/// An officer who edits webhooks, after a fresh login.
pub type CanManageWebhooks = Authorized<requirements::WebhooksAnew>;
/// The same, who opens the page of a form about webhooks, as [`CanOpenOwnForm`].
pub type CanOpenWebhookForm = Authorized<requirements::WebhookForm>;
/// An officer who manages suppressed addresses.
pub type CanManageSuppressions = Authorized<requirements::Suppressions>;
/// A person who reads published questionnaires of surveys, also one of a partner agency.
pub type CanReadSurveys = Authorized<requirements::Surveyed>;
/// An officer who manages surveys.
pub type CanManageSurveys = Authorized<requirements::Surveys>;
/// A person who writes the response of the own organisation, of which the service decides.
pub type CanAnswerSurveys = Authorized<requirements::Respondents>;
/// The same who saves answers, which have a write budget of their own.
pub type CanWriteAnswers = Authorized<requirements::AnswerWriters>;
/// The same who reads a file that is an answer: each read is recorded, and charged as a write.
pub type CanReadResponseFiles = Authorized<requirements::ResponseFiles>;
/// The same who gives a sign of presence, which does not count against the write budget.
pub type CanBePresent = Authorized<requirements::Presence>;
/// The same who reviews and submits it, by a session.
pub type CanSignSurveys = Authorized<requirements::Signers>;

/// What a guard requires of the person.
pub trait Requirement: 'static {
    /// Its name in the table of roles.
    const NAME: &'static str;
    /// The action that the policy must allow; none if a login suffices.
    const ACTION: Option<Action>;
    /// Whether the last authentication must be fresh.
    const FRESH: bool = false;
    /// Whether its requests are charged to the budget of sensitive calls.
    const SENSITIVE: bool = Self::FRESH;
    /// Whether the credential is HTTP Basic (RFC 7617).
    const BASIC: bool = false;
    /// Which of its requests are charged to the write budget.
    const COUNTED: WriteCharge = WriteCharge::Changes;
}

/// Which requests that write are charged to the person's write budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteCharge {
    /// None: operations that end access, and those that check the password, which have a budget of their own. So a
    /// thief who uses up the write budget cannot prevent them.
    Never,
    /// None, in the line of all other work: signs of presence, which replace each other and come all the time.
    Free,
    /// Those with an unsafe method (RFC 9110, 9.2.1), except those that have a budget of their own: sensitive calls,
    /// and programs that read.
    Changes,
    /// The same, to the budget of answers to surveys.
    Answers,
    /// Every request, reads included.
    All,
}

impl WriteCharge {
    fn of<A: Requirement>(self, method: &Method) -> Option<WriteKind> {
        let (kind, is_counted) = match self {
            Self::Never | Self::Free => (WriteKind::Usual, false),
            Self::Changes => (WriteKind::Usual, !method.is_safe() && !A::SENSITIVE && !A::BASIC),
            Self::Answers => (WriteKind::Answers, !method.is_safe()),
            Self::All => (WriteKind::Usual, true),
        };
        is_counted.then_some(kind)
    }
}

impl<A: Requirement> FromRequest for Authorized<A> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (gate, request) = (AdmissionGate::shut(request), request.clone());
        Box::pin(async move {
            let outcome = admit(&request).await;
            // Also after a refusal: it ends the request, or the guard is optional.
            gate.open();
            outcome
        })
    }
}

/// The person of a browser's session, or nobody: the guard of public pages, which refuses nothing.
pub struct Visitor(pub Option<Arc<Principal>>);

impl Visitor {
    /// The person and the session.
    #[must_use]
    pub fn session(&self) -> Option<(Id, Id)> {
        let principal = self.0.as_ref()?;
        Some((principal.user_id, principal.session()?))
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (gate, request) = (AdmissionGate::shut(request), request.clone());
        Box::pin(async move {
            let found = visitor(&request).await;
            gate.open();
            found.map(Self)
        })
    }
}

impl Guard for Visitor {
    const NAME: &'static str = "Visitor";
    const IS_LOGIN: bool = false;
}

/// The person of the session cookie, who may end the session.
async fn visitor(request: &HttpRequest) -> Result<Option<Arc<Principal>>, Error> {
    let identity = request.app_data::<Data<Identity>>().ok_or_else(|| Error::internal("no identity"))?;
    let Some(secret) = cookies::value(request.headers(), SESSION_COOKIE) else { return Ok(None) };
    note_origin(request)?;
    let principal = match identity.cookie(secret, follows_own_write(request)).await {
        Ok(principal) => principal,
        Err(Error::Refused(refusal)) if refusal.status == StatusCode::UNAUTHORIZED => return Ok(None),
        Err(error) => return Err(error),
    };
    set_writer(writer::<requirements::EndOfAccess>(&principal))?;
    request.extensions_mut().insert(Arc::clone(&principal));
    KeptBody::keep(request);
    note_known_sender(request);
    Ok(Some(principal))
}

impl<A: Requirement> Guard for Authorized<A> {
    const NAME: &'static str = A::NAME;
}

impl<A> Deref for Authorized<A> {
    type Target = Principal;
    fn deref(&self) -> &Principal {
        &self.0
    }
}

/// A person who meets the requirement, or anybody: the service decides what either may read.
impl<A: Requirement> Guard for Option<Authorized<A>> {
    const NAME: &'static str = "Visitor";
    const IS_LOGIN: bool = false;
}

async fn admit<A: Requirement>(request: &HttpRequest) -> Result<Authorized<A>, Error> {
    let identity = request.app_data::<Data<Identity>>().ok_or_else(|| Error::internal("no identity"))?;
    // A bearer token is sent by programs alone; all else a browser may send by itself.
    if A::BASIC || !request.headers().contains_key(AUTHORIZATION) {
        note_origin(request)?;
    }
    let principal = if A::BASIC { program(identity, request).await? } else { principal(identity, request).await? };
    // For the page around the content, also if it is an error.
    request.extensions_mut().insert(Arc::clone(&principal));
    KeptBody::keep(request);
    note_known_sender(request);
    // Before the first write, which may be the record of a refusal.
    set_writer(writer::<A>(&principal))?;
    if let Some(action) = A::ACTION
        && let Err(refusal) = policy::check(&principal, action)
    {
        identity.note_refusal(&principal, action, &request_context::of(request)?).await?;
        return Err(refusal);
    }
    if A::FRESH {
        policy::check_fresh(&principal, identity.clock.now(), identity.step_up())?;
        if A::SENSITIVE {
            identity.admit_sensitive(&principal).await?;
        } else {
            identity.check_factors(&principal).await?;
        }
    }
    if let Credential::Token(id, _) = &principal.credential {
        remember_token(request, *id);
    }
    let counted = A::COUNTED.of::<A>(request.method());
    if let Some(kind) = counted {
        identity.check_budget(&principal, kind)?;
    }
    set_write_check(identity.write_check(&principal, A::ACTION, counted))?;
    set_read_check(identity.read_check(&principal, A::ACTION))?;
    Ok(Authorized(principal, PhantomData))
}

/// Notes a request that a page of another site made the browser send, before anything is charged or recorded for it.
fn note_origin(request: &HttpRequest) -> Result<(), Error> {
    if csrf::is_led_from_elsewhere(request) { set_led_from_elsewhere() } else { Ok(()) }
}

/// The writer and the line: operations that end access or change a credential never wait for other work of the same
/// person.
fn writer<A: Requirement>(principal: &Principal) -> Writer {
    let line = if A::FRESH || A::COUNTED == WriteCharge::Never { Line::Access } else { Line::Work };
    Writer { person: principal.user_id, credential: principal.credential_id(), line }
}

/// The refusal of a request without a login; its text tells an access token from other tokens.
fn refused(code: ProblemCode) -> Error {
    Error::unauthenticated(code).with("token", "access")
}

async fn principal(identity: &Identity, request: &HttpRequest) -> Result<Arc<Principal>, Error> {
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        let token = header.to_str().ok().and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        return identity.bearer(token.ok_or_else(|| refused(ProblemCode::TokenInvalid))?).await;
    }
    let secret = cookies::value(request.headers(), SESSION_COOKIE);
    identity.cookie(secret.ok_or_else(|| refused(ProblemCode::LoginRequired))?, follows_own_write(request)).await
}

/// The person behind the address and API token of a program. A password or an access token is never accepted here: a
/// program stores the credential with the fewest rights.
async fn program(identity: &Identity, request: &HttpRequest) -> Result<Arc<Principal>, Error> {
    let header = request
        .headers()
        .get(AUTHORIZATION)
        .ok_or_else(|| Error::unauthenticated(ProblemCode::ProgramLoginRequired))?;
    let pair = header.to_str().ok().and_then(|text| {
        let (scheme, pair) = text.split_once(' ')?;
        let pair = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(pair.trim()))?.ok()?;
        String::from_utf8(pair).ok()
    });
    let (email, token) = pair.as_deref().and_then(|pair| pair.split_once(':')).unwrap_or_default();
    identity.program(email, token, &request_context::of(request)?).await
}
