//! Pages of the own account: the hub, the profile with who sees what, and the entry as others see it.
//!
//! - `details` the form of the profile
//! - `entry` the entry of the directory, through the eyes of others, and its confirmation
//! - `language` the language of mails, by a button at the foot of pages
//! - `zone` the time zone of pages
//!
//! Left out: passwords, second factors, sessions and tokens (`identity`); subscriptions, history and export, which are
//! in the folders of their features.

mod details;
mod entry;
mod language;
mod zone;

use actix_web::web;
use askama::Template;

use super::Profiles;
use super::types::Me;
use crate::identity::guards::CurrentUser;
use crate::policy;
use crate::web::{Page, PageResult, Pages};

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/account", hub)
        .form("/account/profile", details::ask, details::save)
        .form("/account/time-zone", zone::ask, zone::save)
        .button("/account/language", language::keep)
        .page("/account/entry", entry::show)
        .button("/account/entry/confirm", entry::confirm)
}

/// The way to all pages of the own account.
#[derive(Template)]
#[template(path = "account/hub.html")]
struct Hub<'a> {
    page: &'a Page,
    me: Me,
}

/// The pages that the hub leads to: the key of the text, which has a description, and the address.
const PLACES: [(&str, &str); 9] = [
    ("account-to-profile", "/account/profile"),
    ("account-to-entry", "/account/entry"),
    ("account-to-time-zone", "/account/time-zone"),
    ("account-to-subscriptions", "/account/subscriptions"),
    ("account-to-security", "/account/security"),
    ("account-to-sessions", "/account/sessions"),
    ("account-to-tokens", "/account/tokens"),
    ("account-to-history", "/account/history"),
    ("account-to-data", "/account/data"),
];

/// The key of a place for people whose entry the Secretariat alone sees.
fn key_of_agency(key: &'static str) -> &'static str {
    match key {
        "account-to-entry" => "account-to-own-entry",
        "account-to-profile" => "account-to-own-profile",
        _ => key,
    }
}

impl Hub<'_> {
    /// Each place with its address, name and description.
    fn places(&self) -> Vec<(&'static str, String, String)> {
        let is_of_agency = self.page.viewer().is_some_and(policy::is_partner_alone);
        let place = |(key, address): (&'static str, &'static str)| {
            let key = if is_of_agency { key_of_agency(key) } else { key };
            (address, self.page.text(key), self.page.text(&format!("{key}.body")))
        };
        PLACES
            .into_iter()
            .filter(|(key, _)| self.me.contact.is_some() || *key != "account-to-entry")
            .map(place)
            .collect()
    }
}

async fn hub(user: CurrentUser, page: Page, profiles: web::Data<Profiles>) -> PageResult {
    let me = profiles.get(user.user_id).await?;
    page.show(&Hub { page: &page, me })
}
