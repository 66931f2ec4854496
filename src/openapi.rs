//! The description of the API: OpenAPI 3.1, made from the code.
//!
//! It is checked in as `openapi.json`, and a test compares; `portal openapi` prints it.
//!
//! utoipa derives it from attributes at handlers and types. What these would repeat is added by rule, so that no
//! handler can forget it: `names` names every operation, `answers` describes each answer and declares errors as
//! problems, `shapes` corrects what utoipa gets wrong about types and parameters, `bounds` adds minimum and maximum
//! values from the constants of the features' rules. `tests/outside/api.py` reads the result with other tools.

mod answers;
mod bounds;
mod names;
mod shapes;

use std::collections::BTreeMap;

use utoipa::openapi::path::{Operation, Parameter, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, Schema};
use utoipa::{Modify, OpenApi};

use crate::http::request_context::SESSION_COOKIE;
use crate::{announcements, app, directory, mail};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Portal of a customs community",
        description = "Contacts, announcements by e-mail, and what is around them. Errors are application/problem+json \
                       (RFC 9457) in the language of Accept-Language. Lists are paged by opaque cursors; the same \
                       parameter twice is OR, two parameters are AND; one without a value counts as left out.",
        license(name = "MIT", identifier = "MIT")
    ),
    servers((url = "/", description = "The portal that the description was fetched from")),
    // Types that occur only in parameters, or that contain themselves: utoipa does not find them.
    components(schemas(
        announcements::AdoptedBy,
        announcements::read_receipts::AcknowledgementState,
        directory::Sort,
        crate::http::csv::Separator,
        crate::http::problem::Problem,
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
        (name = "surveys", description = "What members and partner agencies are asked (docs/surveys.md)"),
        (name = "results", description = "What is published of their answers (docs/surveys.md)"),
        (name = "rounds", description = "When a survey is held, whom it asks, and until when (docs/surveys.md)"),
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

/// Applies the rules for all operations and types.
struct Rules;

impl Modify for Rules {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        shapes::correct(document);
        bounds::apply(document);
        names::give(document);
        answers::describe(document);
        shapes::prune(document);
    }
}

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// The operations of a path, each with its method.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [("get", get), ("put", put), ("post", post), ("delete", delete), ("patch", patch)]
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// The parameters of an operation.
fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

/// The type that a reference means.
fn named<'a>(reference: &Ref, schemas: &'a Schemas) -> Option<&'a Schema> {
    match schemas.get(reference.ref_location.strip_prefix("#/components/schemas/")?)? {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(_) => None,
    }
}

/// The type of a body, where it has a name.
fn schema_of<'a>(content: Option<&RefOr<Content>>, schemas: &'a Schemas) -> Option<&'a Schema> {
    match content? {
        RefOr::T(Content { schema: Some(RefOr::Ref(reference)), .. }) => named(reference, schemas),
        _ => None,
    }
}

/// The type of the JSON that an operation answers where all is well.
fn answered<'a>(operation: &Operation, schemas: &'a Schemas) -> Option<&'a Schema> {
    ["200", "201", "202"].iter().find_map(|status| match operation.responses.responses.get(*status)? {
        RefOr::T(response) => schema_of(response.content.get("application/json"), schemas),
        RefOr::Ref(_) => None,
    })
}

/// Whether it has a list in `data`.
fn is_list(schema: &Schema) -> bool {
    let data = match schema {
        Schema::Object(object) => object.properties.get("data"),
        _ => None,
    };
    matches!(data, Some(RefOr::T(Schema::Array(_))))
}

/// The whole description.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let (mut document, served) = (Document::openapi(), app::operations());
    served.describe(&mut document);
    answers::guard(&mut document, &served);
    Rules.modify(&mut document);
    document
}
