//! Descriptions of answers, the answers that every operation may give in addition to those that its handler names, and
//! the security schemes.
//!
//! An error is `application/problem+json` whatever the handler's attribute says, since `http::middleware` writes all of
//! them. Which refusals an operation may give follows from its parameters: a body may be too large, a path may not
//! exist, a login may be missing. Each is described once, among the components; `default` describes all others, so that
//! a client that does not know a status still reads the problem. A handler's own description is kept.
//!
//! An operation that accepts a token also accepts a browser's cookie, except where programs use a token of the
//! configuration.

use std::collections::BTreeSet;

use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{
    Components, Content, Header, Object, OpenApi, Ref, RefOr, Response, Schema, SecurityRequirement, Type,
};

use super::{Schemas, operations, parameters, schema_of};
use crate::http::Operations;

/// Status, name among the components, and what happened.
const REFUSALS: [(&str, &str, &str); 14] = [
    ("400", "Unreadable", "The query or the body can't be read; `errors` names what is wrong, where that can be said."),
    ("401", "Unauthenticated", "Nobody is logged in: the token or the cookie is missing, wrong, or has run out."),
    ("403", "Forbidden", "The caller may not do this."),
    ("404", "NotFound", "There is no such thing, or the caller may not see it."),
    (
        "409",
        "Conflict",
        "It is in no state that allows this, there is one like it already, or the same request is under way.",
    ),
    ("410", "Gone", "The link is used, expired, replaced or forged."),
    (
        "412",
        "Changed",
        "It changed since the `ETag` that was sent as `If-Match`, or the `version`, was read: read it again.",
    ),
    ("413", "TooLarge", "The body is larger than this operation takes."),
    ("415", "WrongMediaType", "The body is of a media type that this operation does not take."),
    ("422", "Invalid", "The body can be read, but values in it are refused; `errors` names each by its JSON pointer."),
    ("428", "MatchMissing", "`If-Match` is missing: nothing is changed unread."),
    ("429", "TooMany", "Too many requests; a new try makes sense after `Retry-After` seconds."),
    (
        "503",
        "Unavailable",
        "Too much to do at the moment, or the database is out of reach; a new try makes sense after `Retry-After` seconds.",
    ),
    ("default", "Error", "Any other error; `code` says which, for programs."),
];
/// Those that say when a new try makes sense.
const LATER: [&str; 2] = ["429", "503"];
/// Paths where programs bring a token of the configuration: no person logs in there.
const OF_PROGRAMS: [&str; 2] = ["/api/v1/bounces", "/metrics"];

/// Marks the operations whose caller must be logged in.
pub(super) fn guard(document: &mut OpenApi, served: &Operations) {
    for (method, path, _) in served.rows().filter(|(_, _, access)| access.is_login) {
        let item = document.paths.paths.get_mut(path);
        let named = item.and_then(|item| operations(item).find(|(name, _)| method.as_str().eq_ignore_ascii_case(name)));
        if let Some((_, operation)) = named {
            operation.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
        }
    }
}

/// Describes every answer of every operation.
pub(super) fn describe(document: &mut OpenApi) {
    add_refusals(document.components.get_or_insert_with(Components::default));
    let none = Schemas::new();
    let schemas = document.components.as_ref().map_or(&none, |components| &components.schemas);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.security = Some(credentials(path, operation));
            let refusals = refusals_of(method, operation, schemas);
            let answers = &mut operation.responses.responses;
            for status in refusals {
                answers.entry(status.to_owned()).or_insert_with(|| RefOr::T(Response::default()));
            }
            for (status, answer) in answers {
                complete(method, status, answer, schemas);
            }
        }
    }
}

/// The credentials that an operation accepts; none for a public one. That is stated too, since a public route and a
/// forgotten one would look alike.
fn credentials(path: &str, operation: &Operation) -> Vec<SecurityRequirement> {
    let is_guarded = operation.security.as_ref().is_some_and(|ways| !ways.is_empty());
    let ways: &[&str] = match (is_guarded, OF_PROGRAMS.contains(&path)) {
        (false, _) => &[],
        (true, true) => &["bearer"],
        (true, false) => &["bearer", "cookie"],
    };
    ways.iter().map(|way| SecurityRequirement::new(*way, Vec::<String>::new())).collect()
}

fn add_refusals(components: &mut Components) {
    for (status, name, sentence) in REFUSALS {
        let mut response = Response::new(sentence);
        make_problem(&mut response);
        if LATER.contains(&status) {
            let mut header = Header::new(Object::with_type(Type::Integer));
            header.description = Some("Seconds.".to_owned());
            response.headers.insert("Retry-After".to_owned(), RefOr::T(header));
        }
        components.responses.insert(name.to_owned(), RefOr::T(response));
    }
}

fn make_problem(response: &mut Response) {
    let problem = Content::new(Some(Ref::from_schema_name("Problem")));
    response.content.clear();
    response.content.insert("application/problem+json".to_owned(), RefOr::T(problem));
}

/// The refusals that follow from the parameters of an operation.
fn refusals_of(method: &str, operation: &Operation, schemas: &Schemas) -> BTreeSet<&'static str> {
    let at = |place: ParameterIn| parameters(operation).any(|parameter| parameter.parameter_in == place);
    let takes = |name: &str| parameters(operation).any(|parameter| parameter.name == name);
    let is_guarded = operation.security.as_ref().is_some_and(|ways| !ways.is_empty());
    let body = match &operation.request_body {
        Some(RefOr::T(body)) => Some(body),
        _ => None,
    };
    let form = body.and_then(|body| schema_of(body.content.get("application/json"), schemas));
    let has_link = matches!(form, Some(Schema::Object(form)) if form.properties.contains_key("token"));
    let of_something = at(ParameterIn::Path);
    let cases: [(bool, &[&'static str]); 8] = [
        (true, &["429", "503", "default"]),
        (at(ParameterIn::Query), &["400"]),
        (is_guarded, &["401", "403"]),
        (of_something, &["404"]),
        (method != "get" && (of_something || takes("Idempotency-Key")), &["409"]),
        (has_link && !is_guarded, &["410"]),
        (takes("If-Match"), &["412", "428"]),
        (body.is_some(), &["400", "413", "415", "422"]),
    ];
    cases.into_iter().filter(|(applies, _)| *applies).flat_map(|(_, statuses)| statuses.iter().copied()).collect()
}

/// Gives an answer its sentence, and an error its body.
fn complete(method: &str, status: &str, answer: &mut RefOr<Response>, schemas: &Schemas) {
    let RefOr::T(response) = answer else { return };
    let is_said = !response.description.is_empty();
    if status.starts_with(['2', '3']) {
        if !is_said {
            response.description = sentence(method, status, response, schemas);
        }
        return;
    }
    match REFUSALS.iter().find(|(known, ..)| *known == status) {
        Some((_, name, _)) if !is_said => *answer = RefOr::Ref(Ref::from_response_name(*name)),
        _ => make_problem(response),
    }
}

/// The meaning of a success, and the content of the answer.
fn sentence(method: &str, status: &str, response: &Response, schemas: &Schemas) -> String {
    let json = response.content.get("application/json");
    let media: Vec<String> = response.content.keys().map(|media| format!("`{media}`")).collect();
    let happened = match (status, method) {
        ("204", _) => "Done; the answer has no body.",
        ("304", _) => "Not changed since the `ETag` that was sent as `If-None-Match`; the answer has no body.",
        _ if json.is_none() => return format!("The file: {}.", media.join(", ")),
        ("201", _) => "Made.",
        ("202", _) => "Taken on; what it causes may go on after the answer.",
        (_, "get") => "Found.",
        (_, "post") => "Done.",
        (_, "delete") => "Taken away; this is what is left.",
        _ => "Changed; this is what holds now.",
    };
    let about = schema_of(json, schemas).and_then(description).unwrap_or_default();
    format!("{happened} {about}").trim_end().to_owned()
}

fn description(schema: &Schema) -> Option<&str> {
    match schema {
        Schema::Object(object) => object.description.as_deref(),
        Schema::AllOf(all) => all.description.as_deref(),
        Schema::OneOf(one) => one.description.as_deref(),
        Schema::AnyOf(any) => any.description.as_deref(),
        _ => None,
    }
}
