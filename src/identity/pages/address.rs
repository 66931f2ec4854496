//! The page of another address for the own account. The address changes once the link that is mailed to it is used
//! (`accounts`).

use std::sync::Arc;

use askama::Template;
use serde::Deserialize;

use super::super::guards::{CanOpenOwnForm, RecentlyAuthenticated};
use super::SECURITY;
use crate::accounts::Accounts;
use crate::web::{Desk, FormState, Notice, Page, PageResult, Posted};

/// The page.
#[derive(Template)]
#[template(path = "identity/address.html")]
struct AddressPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    /// The address in force.
    current: &'a str,
}

#[derive(Deserialize)]
pub(super) struct AddressForm {
    #[serde(default)]
    email: String,
}

/// Asks for the new address.
pub(super) async fn ask(user: CanOpenOwnForm, page: Page) -> PageResult {
    show(&page, &FormState::default(), &user.email)
}

fn show(page: &Page, form: &FormState, current: &str) -> PageResult {
    page.show_form(form, &AddressPage { page, form, current })
}

/// Mails the links. What follows is the same whether or not another account has the address.
pub(super) async fn change(desk: Desk<RecentlyAuthenticated, Accounts, ()>, posted: Posted<AddressForm>) -> PageResult {
    let Posted { input, form } = posted;
    let email = input?.email;
    let asked = desk.service.ask_address(Arc::clone(&desk.person.0), desk.trace(), email.trim());
    let asked = Box::pin(asked).await;
    let way = |()| (SECURITY.to_owned(), Notice::new("address-asked").with("email", &email));
    desk.lead_on(form, asked, way, async |desk, form| show(&desk.page, &form, &desk.person.email)).await
}
