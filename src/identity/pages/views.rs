//! The pages that ask who somebody is, as templates, and the fields that all of them carry on.

use askama::Template;
use serde::Deserialize;

use super::super::mfa::PasskeyOptions;
use super::super::types::Method;
use super::with_next;
use crate::http::own_path;
use crate::web::{Choice, FormState, Page};

/// The page on which one logs in.
#[derive(Template)]
#[template(path = "identity/login.html")]
pub(super) struct LoginPage<'a> {
    pub(super) page: &'a Page,
    pub(super) form: &'a FormState,
}

impl LoginPage<'_> {
    /// The page on which one logs in with a passkey.
    fn passkey(&self) -> String {
        with_next("/login/passkey", self.form.value("next"))
    }
}

/// What a browser is asked when a passkey signs.
pub(super) struct Ceremony {
    pub(super) state: String,
    /// The options as JSON, for the script.
    pub(super) options: String,
}

impl From<PasskeyOptions> for Ceremony {
    fn from(begun: PasskeyOptions) -> Self {
        Self { state: begun.state, options: begun.options.to_string() }
    }
}

/// The page that asks for the password again, and for a code where the person has a second factor; or for a passkey.
#[derive(Template)]
#[template(path = "identity/prove.html")]
pub(super) struct ProvePage<'a> {
    pub(super) page: &'a Page,
    pub(super) form: &'a FormState,
    pub(super) factors: &'a [Method],
    /// The ceremony of a passkey, once it has begun.
    pub(super) passkey: Option<Ceremony>,
}

impl ProvePage<'_> {
    fn has_totp(&self) -> bool {
        self.factors.contains(&Method::Totp)
    }

    fn has_passkey(&self) -> bool {
        self.factors.contains(&Method::Passkey)
    }

    /// Whether the person has a code to type beside the password.
    fn has_code(&self) -> bool {
        self.has_totp() || self.factors.contains(&Method::RecoveryCode)
    }

    /// Whether the password can prove the identity: alone, or with a code.
    fn asks_password(&self) -> bool {
        self.factors.is_empty() || self.has_code()
    }

    fn codes(&self) -> Vec<Choice> {
        code_choices(self.page)
    }
}

/// Where a login leads to.
#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

impl Next {
    /// The address, if it is one of the portal.
    pub(super) fn address(&self) -> &str {
        own_path(&self.next).unwrap_or("/")
    }
}

/// The kind of code that a form begins with.
pub(super) fn usual_code(factors: &[Method]) -> Method {
    if factors.contains(&Method::Totp) { Method::Totp } else { Method::RecoveryCode }
}

/// The kinds of codes to choose from.
pub(super) fn code_choices(page: &Page) -> Vec<Choice> {
    [(Method::Totp, "code-totp"), (Method::RecoveryCode, "code-recovery")]
        .map(|(method, text)| Choice::new(method.as_str(), page.text(text)))
        .into()
}

/// A code without the spaces that people type into it.
pub(super) fn without_spaces(code: &str) -> String {
    code.replace(char::is_whitespace, "")
}
