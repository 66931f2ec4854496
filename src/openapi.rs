//! The description of the API: OpenAPI 3.1, made from the code.
//!
//! It is checked in as `openapi.json`, and a test compares; `portal openapi` prints it.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::http::caller::SESSION_COOKIE;
use crate::{
    accounts, adoption, announcements, app, audit, bounces, changes, directory, identity, imports, life_cycle, mail,
    members, membership, nominations, privacy, profile, registrations, statistics, subscriptions, suppressions,
    webhooks,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Portal of a customs community",
        description = "Contacts, announcements by e-mail, and what is around them. Errors are application/problem+json \
                       (RFC 9457) in the language of Accept-Language. Lists are paged by opaque cursors; the same \
                       parameter twice is OR, two parameters are AND.",
        license(name = "MIT", identifier = "MIT")
    ),
    paths(
        registrations::routes::apply,
        registrations::routes::verify,
        registrations::routes::list,
        registrations::routes::approve,
        registrations::routes::reject,
        identity::routes::login,
        identity::routes::login_second,
        identity::routes::forgot,
        identity::routes::reset,
        identity::routes::set_up,
        identity::routes::change_password,
        identity::routes::reauthenticate,
        identity::routes::jwks,
        identity::sessions::routes::refresh,
        identity::sessions::routes::logout,
        identity::sessions::routes::list,
        identity::sessions::routes::name,
        identity::sessions::routes::end,
        identity::sessions::routes::end_others,
        identity::factors::routes::start_login,
        identity::factors::routes::finish_login,
        identity::factors::routes::standing,
        identity::factors::routes::enrol,
        identity::factors::routes::confirm,
        identity::factors::routes::remove_totp,
        identity::factors::routes::recovery_codes,
        identity::factors::routes::list_passkeys,
        identity::factors::routes::start_passkey,
        identity::factors::routes::finish_passkey,
        identity::factors::routes::remove_passkey,
        identity::tokens::routes::list,
        identity::tokens::routes::make,
        identity::tokens::routes::revoke,
        accounts::routes::find,
        accounts::routes::one,
        accounts::routes::suspend,
        accounts::routes::reinstate,
        accounts::routes::end_sessions,
        accounts::routes::reset_factors,
        accounts::routes::ask_address,
        accounts::routes::confirm_address,
        accounts::routes::undo_address,
        audit::routes::list,
        audit::routes::own,
        profile::routes::read,
        profile::routes::change,
        privacy::routes::everything,
        privacy::routes::leave,
        privacy::routes::keep_account,
        statistics::routes::directory,
        life_cycle::routes::list,
        life_cycle::routes::appoint,
        life_cycle::routes::one,
        life_cycle::routes::change,
        life_cycle::routes::act,
        life_cycle::routes::replace,
        life_cycle::routes::confirm_by_link,
        life_cycle::invitations::routes::invite,
        life_cycle::invitations::routes::resend,
        life_cycle::invitations::routes::look,
        life_cycle::invitations::routes::accept,
        imports::routes::import,
        imports::routes::commit,
        members::routes::list,
        membership::routes::one,
        membership::routes::change,
        membership::routes::history,
        membership::routes::regions,
        adoption::routes::of_member,
        adoption::routes::replace,
        adoption::routes::technologies,
        adoption::routes::adopters,
        nominations::routes::read,
        nominations::routes::change,
        nominations::routes::upload,
        nominations::routes::download,
        nominations::routes::remove,
        directory::routes::list,
        directory::routes::one,
        directory::routes::change,
        directory::formats::routes::csv,
        directory::formats::routes::xlsx,
        directory::formats::routes::vcf,
        directory::formats::routes::one_vcf,
        changes::routes::list,
        announcements::routes::compose,
        announcements::routes::list,
        announcements::routes::one,
        announcements::routes::revise,
        announcements::routes::delete,
        announcements::routes::preview,
        announcements::routes::test,
        announcements::campaign::routes::submit,
        announcements::campaign::routes::approve,
        announcements::campaign::routes::reject,
        announcements::campaign::routes::schedule,
        announcements::campaign::routes::unschedule,
        announcements::campaign::routes::send,
        announcements::campaign::routes::pause,
        announcements::campaign::routes::resume,
        announcements::campaign::routes::cancel,
        announcements::campaign::routes::retry_failed,
        announcements::outcome::routes::deliveries,
        announcements::outcome::routes::deliveries_csv,
        announcements::outcome::routes::summary,
        announcements::reading::routes::unread,
        announcements::reading::routes::mark_read,
        announcements::reading::routes::mark_unread,
        announcements::reading::routes::acknowledge,
        announcements::reading::routes::acknowledgements,
        announcements::reading::routes::acknowledgements_csv,
        announcements::feed::routes::feed,
        mail::pace::routes::pace,
        mail::pace::routes::set,
        subscriptions::routes::topics,
        subscriptions::routes::name_topic,
        subscriptions::routes::own,
        subscriptions::routes::choose,
        bounces::routes::take,
        suppressions::routes::list,
        suppressions::routes::add,
        suppressions::routes::remove,
        suppressions::routes::export,
        suppressions::routes::import,
        webhooks::routes::list,
        webhooks::routes::add,
        webhooks::routes::one,
        webhooks::routes::change,
        webhooks::routes::remove,
        webhooks::routes::rotate,
        webhooks::routes::ping,
        webhooks::routes::deliveries,
        webhooks::routes::redeliver,
        app::live,
        app::ready,
        app::figures,
    ),
    // What stands in a parameter alone, or in a type that holds itself: utoipa does not come by it.
    components(schemas(
        announcements::AdoptedBy,
        announcements::reading::AcknowledgementState,
        directory::Sort,
        mail::DeliveryState,
    )),
    tags(
        (name = "registration", description = "To apply, and to decide on applications"),
        (name = "identity", description = "To log in and out, and to recover"),
        (name = "me", description = "Oneself"),
        (name = "accounts", description = "Accounts, for the Secretariat"),
        (name = "audit", description = "What happened"),
        (name = "appointments", description = "The life cycle of contacts: invite, approve, confirm, hand over, end"),
        (name = "nominations", description = "The evidence of an appointment"),
        (name = "members", description = "Member administrations, what they were, and the regions"),
        (name = "technologies", description = "Technologies, and how far members are with them"),
        (name = "directory", description = "Contacts of the members"),
        (name = "announcements", description = "To write, send, follow and read"),
        (name = "bounces", description = "Mail that came back, and addresses that no announcement goes to"),
        (name = "webhooks", description = "Programs of others hear of what happens (docs/webhooks.md)"),
        (name = "statistics", description = "Key figures for the Secretariat"),
        (name = "health", description = "For whoever watches the process"),
    ),
    modifiers(&Bearer)
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
        let cookie = ApiKeyValue::with_description(SESSION_COOKIE, "A browser's session.");
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The whole description.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
