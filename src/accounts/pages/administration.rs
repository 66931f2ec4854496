//! The page that leads to all of the administration: only to what the viewer may use. Whoever may use one place alone is
//! led to it.

use askama::Template;

use crate::identity::guards::CanReadAudit;
use crate::policy::{self, Action};
use crate::web::{Page, PageResult, Shown};

/// The places of the administration, with the right that each asks for.
const PLACES: [(Action, &str, &str); 9] = [
    (Action::ManageAccounts, "link-users", "/users"),
    (Action::ReadAudit, "link-audit", "/audit"),
    (Action::ReadStatistics, "link-statistics", "/statistics"),
    (Action::ManageWebhooks, "link-webhooks", "/webhooks"),
    (Action::ManageAnnouncements, "link-manage-announcements", "/announcements/manage"),
    (Action::ManageAnnouncements, "link-topics", "/topics"),
    (Action::ManageAnnouncements, "link-sending-rate", "/sending-rate"),
    (Action::ManageSuppressions, "link-suppressions", "/suppressions"),
    (Action::ManageSuppressions, "link-bounces", "/bounces"),
];

#[derive(Template)]
#[template(path = "accounts/administration.html")]
struct AdministrationPage<'a> {
    page: &'a Page,
    places: Vec<Shown>,
}

/// What the viewer may administer.
pub(super) async fn hub(viewer: CanReadAudit, page: Page) -> PageResult {
    let places = PLACES.iter().filter(|(action, ..)| policy::check(&viewer, *action).is_ok());
    let places = places.map(|(_, text, address)| Shown::text(page.text(text)).leading_to(*address));
    let places: Vec<Shown> = places.collect();
    if let [only] = places.as_slice() {
        return Ok(page.lead_to(&only.href).finish());
    }
    page.show(&AdministrationPage { page: &page, places })
}
