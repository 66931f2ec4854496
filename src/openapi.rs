//! The description of the API: OpenAPI 3.1, made from the code.
//!
//! It is checked in as `openapi.json`, and a test compares; `portal openapi` prints it.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::{announcements, app, directory, identity, members, profile, registrations};

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
        identity::routes::refresh,
        identity::routes::logout,
        identity::routes::forgot,
        identity::routes::reset,
        identity::routes::set_up,
        identity::routes::change_password,
        identity::routes::jwks,
        profile::routes::read,
        profile::routes::change,
        members::routes::list,
        members::routes::one,
        members::routes::technologies,
        directory::routes::list,
        directory::routes::one,
        announcements::routes::compose,
        announcements::routes::list,
        announcements::routes::one,
        announcements::routes::revise,
        announcements::routes::delete,
        announcements::routes::preview,
        announcements::routes::send,
        announcements::routes::deliveries,
        announcements::routes::summary,
        app::live,
        app::ready,
    ),
    tags(
        (name = "registration", description = "To apply, and to decide on applications"),
        (name = "identity", description = "To log in and out, and to recover"),
        (name = "me", description = "Oneself"),
        (name = "directory", description = "Members and their contacts"),
        (name = "announcements", description = "To write, send, follow and read"),
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
    }
}

/// The whole description.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
