//! The operations of all features, for the server, the OpenAPI document, and the test of every role.

use super::health;
use crate::http::Operations;
use crate::{
    accounts, adoption, announcements, audit, bounces, change_feed, directory, identity, imports, life_cycle, mail,
    maintenance_mode, member_editing, members, nominations, privacy, profile, registrations, releases, responses,
    rounds, statistics, subscriptions, suppressions, surveys, webhooks,
};

/// All operations of the API, of monitoring, and of the signing keys.
#[must_use]
pub fn operations() -> Operations {
    [
        identity::routes::operations(),
        accounts::routes::operations(),
        audit::routes::operations(),
        registrations::routes::operations(),
        life_cycle::routes::operations(),
        life_cycle::invitations::routes::operations(),
        imports::routes::operations(),
        nominations::routes::operations(),
        profile::routes::operations(),
        privacy::routes::operations(),
        statistics::routes::operations(),
        members::routes::operations(),
        member_editing::routes::operations(),
        adoption::routes::operations(),
        directory::routes::operations(),
        change_feed::routes::operations(),
        announcements::routes::operations(),
        mail::sending_rate::routes::operations(),
        subscriptions::routes::operations(),
        bounces::routes::operations(),
        suppressions::routes::operations(),
        surveys::codebooks::routes::operations(),
        surveys::routes::operations(),
        releases::routes::operations(),
        responses::routes::operations(),
        rounds::routes::operations(),
        webhooks::routes::operations(),
        maintenance_mode::routes::operations(),
        health::operations(),
    ]
    .into_iter()
    .fold(Operations::default(), Operations::and)
}
