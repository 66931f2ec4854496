//! The pages of all features, for the server, and for the tests of every role and of the documentation.

use crate::mail::sending_rate;
use crate::web::Pages;
use crate::{
    accounts, adoption, announcements, audit, bounces, directory, help, home, identity, imports, life_cycle,
    member_editing, members, privacy, profile, registrations, releases, responses, rounds, statistics, subscriptions,
    suppressions, surveys, tasks, webhooks,
};

/// All pages.
#[must_use]
pub fn pages() -> Pages {
    [
        crate::web::routes::routes(),
        crate::pages::routes::routes(),
        identity::pages::routes(),
        home::pages::routes(),
        help::pages::routes(),
        profile::pages::routes(),
        subscriptions::pages::routes(),
        audit::pages::routes(),
        privacy::pages::routes(),
        directory::pages::routes(),
        members::pages::routes(),
        member_editing::pages::routes(),
        adoption::pages::routes(),
        announcements::pages::routes(),
        sending_rate::pages::routes(),
        suppressions::pages::routes(),
        tasks::pages::routes(),
        registrations::pages::routes(),
        responses::pages::routes(),
        imports::pages::routes(),
        life_cycle::pages::routes(),
        accounts::pages::routes(),
        bounces::pages::routes(),
        statistics::pages::routes(),
        surveys::pages::routes(),
        rounds::pages::routes(),
        releases::pages::routes(),
        webhooks::pages::routes(),
    ]
    .into_iter()
    .fold(Pages::new(), Pages::and)
}
