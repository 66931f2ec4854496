//! The second factor of a login, after a right password: the page that asks for a code, for a passkey, or for either.
//!
//! A passkey is asked for by a ceremony, which begins with the page. After a refusal the page begins another.

use askama::Template;
use secrecy::SecretString;

use super::super::Identity;
use super::super::mfa::PasskeyLoginStart;
use super::super::types::{Challenge, Method};
use super::views::{Ceremony, code_hint};
use crate::error::Error;
use crate::http::RequestContext;
use crate::web::{FormState, Page, PageResult};

/// The page that asks for the second factor: a code, a passkey, or either.
#[derive(Template)]
#[template(path = "identity/code.html")]
struct SecondFactorPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    /// The factors that the person has.
    methods: Vec<Method>,
    has_totp: bool,
    has_code: bool,
    passkey: Option<Ceremony>,
}

impl SecondFactorPage<'_> {
    fn code_hint(&self) -> &'static str {
        code_hint(&self.methods)
    }
}

impl Ceremony {
    /// Begins a login with a passkey, after the password where there is a challenge.
    pub(super) async fn begin(
        identity: &Identity,
        challenge: Option<&str>,
        caller: &RequestContext,
    ) -> Result<Self, Error> {
        let start = PasskeyLoginStart { challenge: challenge.map(SecretString::from) };
        identity.start_passkey_login(start, caller).await.map(Self::from)
    }
}

/// The form of the second factor, which carries on where the login leads to.
pub(super) fn form_of(challenge: &Challenge, (next, resume): (&str, &str)) -> FormState {
    let form = FormState::default().with("challenge", &challenge.challenge).with("next", next).with("resume", resume);
    challenge.methods.iter().fold(form, |form, method| form.with("methods", method.as_str()))
}

/// Asks for the second factor. The form has the challenge, its methods, and the page to which the login leads. A
/// passkey that can't be asked for now is not offered.
pub(super) async fn ask_second(
    page: Page,
    identity: &Identity,
    caller: &RequestContext,
    form: &FormState,
) -> PageResult {
    let methods: Vec<Method> =
        Method::ALL.iter().copied().filter(|method| form.has("methods", method.as_str())).collect();
    let passkey = if methods.contains(&Method::Passkey) {
        Ceremony::begin(identity, Some(form.value("challenge")), caller).await.ok()
    } else {
        None
    };
    let page = if passkey.is_some() { page.with_scripts() } else { page };
    let has_totp = methods.contains(&Method::Totp);
    let has_code = has_totp || methods.contains(&Method::RecoveryCode);
    page.show_form(form, &SecondFactorPage { page: &page, form, methods, has_totp, has_code, passkey })
}
