//! The pages that ask who somebody is, as templates, and the fields that all of them carry on.

use askama::Template;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::super::mfa::{self, PasskeyOptions};
use super::super::types::Method;
use super::with_next;
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::http::own_path;
use crate::web::{FormState, Page};

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

    /// Whether somebody asked for a page that a login comes before.
    fn is_asked_first(&self) -> bool {
        !["", "/"].contains(&self.form.value("next"))
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

    fn code_hint(&self) -> &'static str {
        code_hint(self.factors)
    }
}

/// The hint at the field of a code: which kinds the person may type.
pub(super) fn code_hint(factors: &[Method]) -> &'static str {
    match (factors.contains(&Method::Totp), factors.contains(&Method::RecoveryCode)) {
        (true, true) => "code-either-hint",
        (true, false) => "code-app-hint",
        (false, _) => "code-recovery-hint",
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

/// A code as somebody typed it. Its form says which kind it is, so that nobody has to choose one.
pub(super) struct TypedCode {
    pub(super) method: Method,
    /// Without the spaces that people type into it.
    pub(super) code: SecretString,
}

impl TypedCode {
    /// # Errors
    /// 422 where nothing was typed, 401 where no code looks so. Neither is a try that counts.
    pub(super) fn read(typed: &SecretString) -> Result<Self, Error> {
        let code = typed.expose_secret().replace(char::is_whitespace, "");
        if code.is_empty() {
            return Err(Error::invalid(vec![FieldError::new("/code", FieldCode::Missing)]));
        }
        let unknown = || Error::unauthenticated(ProblemCode::WrongCode).with("method", "unknown");
        let method = mfa::method_of(&code).ok_or_else(unknown)?;
        Ok(Self { method, code: code.into() })
    }
}
