//! An account: found by its address, with its appointments and the deeds that are possible.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::super::{Account, Accounts, rules};
use super::deeds::AccountDeed;
use super::{facts, state};
use crate::db::Id;
use crate::error::Error;
use crate::http::Query;
use crate::identity::guards::{CanOpenAccount, CanReadAccounts};
use crate::policy;
use crate::web::{Facts, Field, FormState, ListPage, Page, PageResult, Shown, Table, returned};

#[derive(Template)]
#[template(path = "accounts/user.html")]
struct UserPage<'a> {
    page: &'a Page,
    name: String,
    facts: Facts,
    appointments: Table,
    deeds: Vec<Shown>,
    log: String,
}

/// Whose account.
#[derive(Deserialize)]
pub(super) struct UserQuery {
    #[serde(default)]
    email: String,
}

/// The account with an address, where there is one.
pub(super) async fn find(
    _: CanReadAccounts,
    page: Page,
    accounts: web::Data<Accounts>,
    query: Query<UserQuery>,
) -> PageResult {
    let email = query.0.email;
    let form = FormState::default().with("email", &email);
    let (found, form) = match search(&accounts, &email).await {
        Ok(found) => (found, form),
        Err(error) => (Vec::new(), returned(&page, form, error)?),
    };
    let mut table = Table::new(&page, "page-users", &["name", "email", "state"]);
    for account in &found {
        table.push(vec![
            Shown::name(&account.name).leading_to(format!("/users/{}", account.id)),
            Shown::code(&account.email),
            Shown::text(page.text(state(account))),
        ]);
    }
    if email.is_empty() {
        table.none.clear();
    }
    let filter = Field::line("email", "email").hinted(page.text("page-users.hint"));
    ListPage::new(&page, page.text("page-users"), table)
        .with_filters(form, vec![filter])
        .finding(page.text("page-users.find"))
        .show()
}

async fn search(accounts: &Accounts, email: &str) -> Result<Vec<Account>, Error> {
    if email.is_empty() {
        return Ok(Vec::new());
    }
    accounts.find(rules::address_in_query(email)?).await
}

/// An account.
pub(super) async fn one(
    officer: CanOpenAccount,
    page: Page,
    accounts: web::Data<Accounts>,
    id: web::Path<Id>,
) -> PageResult {
    let account = accounts.get(*id).await?;
    let is_other = policy::check_other(&officer, account.id).is_ok();
    let deeds = AccountDeed::ALL.iter().filter(|deed| deed.is_possible(&account, is_other));
    let deeds = deeds.map(|deed| {
        let word = deed.as_str();
        Shown::text(page.text(&format!("user-{word}.button"))).leading_to(format!("/users/{}/{word}", account.id))
    });
    let mut appointments = Table::new(&page, "user-appointments", &["role", "organisation", "state"]);
    for held in &account.appointments {
        let role = Shown::text(page.words("role", held.role.as_str()));
        appointments.push(vec![
            role.leading_to(format!("/appointments/{}", held.id)),
            page.shown_organisation(&held.organisation),
            Shown::text(page.words("status", held.status.as_str())),
        ]);
    }
    let content = UserPage {
        page: &page,
        name: account.name.clone(),
        facts: facts(&page, &account),
        appointments,
        deeds: deeds.collect(),
        log: format!("/audit?person={}", account.id),
    };
    page.show(&content)
}
