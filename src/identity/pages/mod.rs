//! Pages of identity: login with its second factor, a fresh proof, logout, and the security of the own account.
//!
//! - `login` address and password, the code, logout; `passkey_login` a passkey, alone or after the password;
//!   `second_factor` the page that asks for a code or a passkey
//! - `prove` the password again, before something sensitive; `passkey_proof` a passkey instead
//! - `resume` where a login and a proof lead to; `interrupted` keeps forms that they interrupt
//! - `views` the templates of the pages that ask
//! - `security` the overview of the own account; `password` another password; `address` another address
//! - `authenticator` an authenticator app; `qr` its key as a picture; `recovery_codes` codes on paper; `passkeys`
//!   passkeys
//! - `sessions` the own sessions; `tokens` the own API tokens
//!
//! The challenge of a login, the address it leads to (`next`) and an interrupted form (`resume`) travel in the forms:
//! nothing is kept for a person who is not logged in. A secret that is shown once travels sealed to the page that shows
//! it (`web::sealed`). Pages on which a sensitive form is filled in want a fresh login too, so that the proof comes
//! before the form.
//!
//! Left out: pages behind mailed links (`crate::pages`).

mod address;
mod authenticator;
mod interrupted;
mod login;
mod passkey_login;
mod passkey_proof;
mod passkeys;
mod password;
mod prove;
mod qr;
mod recovery_codes;
mod resume;
mod second_factor;
mod security;
mod sessions;
mod tokens;
mod views;

use super::Identity;
use crate::http::own_path;
use crate::web::{Desk, FormPage, FormState, Page, Pages};

pub use interrupted::keep;

/// The page of a fresh proof.
const PROVE: &str = "/prove";
/// The same by a passkey.
const PROVE_BY_PASSKEY: &str = "/prove/passkey";
/// The own account, all of which is reached without a second factor.
const ACCOUNT: &str = "/account";

/// What a page of the own account works with.
type Own<G, P = ()> = Desk<G, Identity, P>;

/// The overview of the security of the own account.
const SECURITY: &str = "/account/security";

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .form("/login", login::ask, login::enter)
        .button("/login/code", login::enter_code)
        .form("/login/passkey", passkey_login::ask, passkey_login::enter)
        .form(PROVE, prove::ask, prove::prove)
        .form(PROVE_BY_PASSKEY, passkey_proof::ask, passkey_proof::prove)
        .with_body(resume::CARRYING)
        .button("/logout", login::leave)
        // Where password managers look for it (W3C, A Well-Known URL for Changing Passwords).
        .leading_to("/.well-known/change-password", "/account/security/password")
        .page(SECURITY, security::overview)
        .and(factors())
        .and(access())
}

fn factors() -> Pages {
    Pages::new()
        .form("/account/security/authenticator", authenticator::ask, authenticator::answer)
        .form("/account/security/authenticator/remove", authenticator::ask_removal, authenticator::remove)
        .form("/account/security/recovery-codes", recovery_codes::show, recovery_codes::keep)
        .form("/account/security/recovery-codes/new", recovery_codes::ask, recovery_codes::make)
        .page("/account/security/passkeys", passkeys::list)
        .form("/account/security/passkeys/new", passkeys::ask, passkeys::add)
        .form("/account/security/passkeys/{id}/remove", passkeys::ask_removal, passkeys::remove)
        .form("/account/security/passkeys/{id}/accept", passkeys::ask_acceptance, passkeys::accept)
}

fn access() -> Pages {
    Pages::new()
        .form("/account/security/password", password::ask, password::change)
        .form("/account/security/address", address::ask, address::change)
        .form("/account/sessions", sessions::list, sessions::end_others)
        .form("/account/sessions/{id}/name", sessions::ask_name, sessions::name)
        .button("/account/sessions/{id}/end", sessions::end)
        .page("/account/tokens", tokens::list)
        .form("/account/tokens/new", tokens::ask, tokens::make)
        .page("/account/tokens/made", tokens::show)
        .form("/account/tokens/{id}/revoke", tokens::ask_revocation, tokens::revoke)
}

/// An address that carries the page to which it leads afterwards, where there is one.
fn with_next(address: &str, next: &str) -> String {
    let Some(next) = own_path(next).filter(|next| *next != "/") else { return address.to_owned() };
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}next={next}")
}

/// The page of a deed on the own account, with the way back. Its texts are those of [`FormPage::new`].
fn deed<'a>(page: &'a Page, form: &'a FormState, key: &str, name: &str, back: &str) -> FormPage<'a> {
    FormPage::new(page, form, key, name).back_to(back, page.text("form-cancel"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_own_pages_alone() {
        assert_eq!(with_next("/login/passkey", "/directory?q=diop"), "/login/passkey?next=%2Fdirectory%3Fq%3Ddiop");
        assert_eq!(with_next("/a?app=x", "/members"), "/a?app=x&next=%2Fmembers");
        for nothing in ["", "/", "//evil.example", "https://evil.example", "/\\evil.example"] {
            assert_eq!(with_next("/login/passkey", nothing), "/login/passkey", "{nothing}");
        }
    }
}
