//! The page of a link that did not work: it was used before and its action is done, or else the reason.

use actix_web::HttpRequest;
use actix_web::http::Method;

use super::view::{Answer, Page};
use crate::app::Portal;
use crate::error::{Error, ProblemCode};
use crate::identity::{self, Purpose};

/// The purpose of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Verify,
    Reset,
    ConfirmAddress,
    UndoAddress,
    KeepAccount,
    Invitation,
    ConfirmContact,
}

impl Link {
    /// The page that states that the action is done already.
    const fn done_page(self) -> &'static str {
        match self {
            Self::Verify => "verified-already",
            Self::Reset => "reset-already",
            Self::ConfirmAddress => "address-confirmed-already",
            Self::UndoAddress => "address-restored-already",
            Self::KeepAccount => "account-kept-already",
            Self::Invitation => "invitation-accepted-already",
            Self::ConfirmContact => "contact-confirmed-already",
        }
    }

    /// The value by which the text of `page-failed` chooses what to do next.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::ConfirmAddress => "confirm_address",
            Self::UndoAddress => "undo_address",
            Self::KeepAccount => "keep_account",
            Self::Invitation => "invitation",
            Self::ConfirmContact => "confirm_contact",
        }
    }
}

impl Link {
    /// The page of its outcome with the ways on.
    pub(super) fn with_ways(self, page: Page<'_>) -> Page<'_> {
        match self {
            Self::Verify | Self::Invitation | Self::ConfirmAddress | Self::KeepAccount => page.link("/login", "login"),
            Self::Reset => page.link("/login", "login").link("/forgot", "forgot"),
            Self::ConfirmContact => page.link("/account/entry", "own-entry"),
            // The next step is a mail.
            Self::UndoAddress => page,
        }
    }

    /// The page of a link that is spent with the ways on.
    fn with_ways_anew(self, page: Page<'_>) -> Page<'_> {
        match self {
            Self::Verify => page.link("/apply", "apply").link("/login", "login"),
            Self::Reset => page.link("/forgot", "forgot"),
            Self::ConfirmAddress => page.link("/account/security/address", "address"),
            Self::ConfirmContact => page.link("/account/entry", "own-entry"),
            Self::UndoAddress | Self::KeepAccount | Self::Invitation => page,
        }
    }
}

/// Whether the link is at fault: then a form would be useless.
pub(super) fn is_spent(error: &Error) -> bool {
    error.refusal() == Some(ProblemCode::LinkSpent)
}

/// The page of a link that did not work.
pub(super) async fn failed(
    portal: &Portal,
    request: &HttpRequest,
    (link, token): (Link, &str),
    error: &Error,
) -> Answer {
    let is_done = is_spent(error) && is_done(portal, link, token).await?;
    let page = if is_done {
        link.with_ways(Page::new(portal, request, link.done_page()))
    } else {
        link.with_ways_anew(not_done(portal, request, link.as_str(), error))
    };
    if is_done && *request.method() == Method::POST { page.lead() } else { page.respond() }
}

/// The page of a link that did not work: the reason, and what to do next if the link is at fault.
pub(super) fn not_done<'a>(portal: &'a Portal, request: &HttpRequest, link: &str, error: &Error) -> Page<'a> {
    Page::failed(portal, request, error).with("link", if is_spent(error) { link } else { "none" })
}

async fn is_done(portal: &Portal, link: Link, token: &str) -> Result<bool, Error> {
    let token = token.to_owned();
    let purpose = match link {
        Link::Verify => return portal.registrations.is_verified(token).await,
        Link::Invitation => return portal.life_cycle.is_invitation_accepted(token).await,
        Link::ConfirmContact => return portal.life_cycle.is_contact_confirmed(token).await,
        Link::Reset => Purpose::ResetPassword,
        Link::ConfirmAddress => Purpose::ConfirmAddress,
        Link::UndoAddress => Purpose::UndoAddress,
        Link::KeepAccount => Purpose::KeepAccount,
    };
    portal.db.read(move |conn| identity::is_done(conn, purpose, &token)).await
}
