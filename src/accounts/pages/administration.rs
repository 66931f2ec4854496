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

/// A place, and what it is for.
struct Place {
    link: Shown,
    about: String,
}

#[derive(Template)]
#[template(path = "accounts/administration.html")]
struct AdministrationPage<'a> {
    page: &'a Page,
    places: Vec<Place>,
}

/// What the viewer may administer.
pub(super) async fn hub(viewer: CanReadAudit, page: Page) -> PageResult {
    let places = PLACES.iter().filter(|(action, ..)| policy::check(&viewer, *action).is_ok());
    let place = |(_, text, address): &(Action, &str, &'static str)| Place {
        link: Shown::text(page.text(text)).leading_to(*address),
        about: page.text(&format!("{text}.about")),
    };
    let places: Vec<Place> = places.map(place).collect();
    if let [only] = places.as_slice() {
        return Ok(page.lead_to(&only.link.href).finish());
    }
    page.show(&AdministrationPage { page: &page, places })
}
