//! A page for each deed on an account: it names the person and the consequence.

use serde::Deserialize;

use super::super::{Account, Accounts};
use super::facts;
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::identity::guards::{CanManageAccounts, CanOpenAccount};
use crate::policy::{self, Principal};
use crate::web::{Desk, Field, FormPage, FormState, Notice, Page, PageResult, Posted};

/// What is done to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AccountDeed {
    /// It is suspended.
    Suspend,
    /// It is reinstated.
    Reinstate,
    /// Its sessions and API tokens end.
    EndSessions,
    /// Its second factors are removed.
    ResetFactors,
}

impl AccountDeed {
    /// Every deed.
    pub(super) const ALL: [Self; 4] = [Self::Suspend, Self::Reinstate, Self::EndSessions, Self::ResetFactors];

    /// The last part of its address.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Reinstate => "reinstate",
            Self::EndSessions => "end-sessions",
            Self::ResetFactors => "reset-factors",
        }
    }

    /// Whether an account stands so that it is possible; `is_other` is whether it is that of another person.
    pub(super) const fn is_possible(self, account: &Account, is_other: bool) -> bool {
        match self {
            Self::Suspend => is_other && account.suspended_at.is_none(),
            Self::Reinstate => is_other && account.suspended_at.is_some(),
            Self::EndSessions => true,
            Self::ResetFactors => is_other,
        }
    }

    /// Whether the owner of the account gets the reason by mail.
    const fn needs_reason(self) -> bool {
        matches!(self, Self::Suspend | Self::ResetFactors)
    }

    fn parse(word: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|deed| deed.as_str() == word).ok_or_else(Error::not_found)
    }
}

/// What the page of a deed works with: the account, and the word of the deed.
type Place<G> = Desk<G, Accounts, (Id, String)>;

/// What the page of a deed sends.
#[derive(Deserialize)]
pub(super) struct DeedForm {
    #[serde(default)]
    reason: String,
}

/// The page of a deed. One that is not possible leads back to the account.
pub(super) async fn ask(desk: Place<CanOpenAccount>) -> PageResult {
    let (id, word) = &desk.place;
    let (deed, account) = (AccountDeed::parse(word)?, desk.service.get(*id).await?);
    if !deed.is_possible(&account, policy::check_other(&desk.person, *id).is_ok()) {
        return Ok(desk.page.lead_to(&format!("/users/{id}")).finish());
    }
    show(&desk.page, deed, &account, &FormState::default())
}

/// Does it.
pub(super) async fn act(desk: Place<CanManageAccounts>, posted: Posted<DeedForm>) -> PageResult {
    let (id, word) = &desk.place;
    let (deed, account) = (AccountDeed::parse(word)?, desk.service.get(*id).await?);
    let Posted { input, form } = posted;
    let done = async { carry_out(&desk.service, &desk.person, desk.trace(), (*id, deed), &input?.reason).await };
    let done = Box::pin(done).await;
    let way = |()| (format!("/users/{id}"), Notice::new(&format!("user-{word}")).with("name", &account.name));
    desk.lead_on(form, done, way, async |desk, form| show(&desk.page, deed, &account, &form)).await
}

async fn carry_out(
    accounts: &Accounts,
    officer: &Principal,
    trace: Trace,
    (id, deed): (Id, AccountDeed),
    reason: &str,
) -> Result<(), Error> {
    match deed {
        AccountDeed::Suspend => accounts.suspend(officer, trace, id, reason).await.map(drop),
        AccountDeed::Reinstate => accounts.reinstate(officer, trace, id).await.map(drop),
        AccountDeed::EndSessions => accounts.end_sessions(officer.user_id, trace, id).await,
        AccountDeed::ResetFactors => accounts.reset_factors(officer, trace, id, reason).await,
    }
}

fn show(page: &Page, deed: AccountDeed, account: &Account, form: &FormState) -> PageResult {
    let fields =
        if deed.needs_reason() { vec![Field::area("reason").hinted(page.text("user-reason"))] } else { Vec::new() };
    let content = FormPage::new(page, form, &format!("user-{}", deed.as_str()), &account.name)
        .about(facts(page, account))
        .with_fields(fields)
        .back_to(format!("/users/{}", account.id), page.text("link-back-to-user"));
    if deed == AccountDeed::Reinstate { content.show() } else { content.dangerous().show() }
}
