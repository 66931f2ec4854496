//! Corrects what utoipa derives wrongly from types and parameters.
//!
//! - A field that may be absent has no default: a field that is absent from a change is not changed, which differs from
//!   null.
//! - An object that serde flattens is present or absent; utoipa lets it be null.
//! - The rows of a page have a named type; so do those in generated clients.
//! - A parameter of a path, a query or a header is never null.
//! - A file has no pages: it refuses `limit` and `cursor`, though its query is described as the list's.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::schema::{ArrayItems, SchemaType};
use utoipa::openapi::{AllOf, Components, OpenApi, Ref, RefOr, Schema, Type};

use super::{Schemas, named, operations};
use crate::http::idempotency::MAX_KEY;
use crate::http::pagination::MAX_LIMIT;

/// The parameters of pagination.
const PAGING: [&str; 2] = ["limit", "cursor"];

/// Corrects the derived description of types and parameters.
pub(super) fn correct(document: &mut OpenApi) {
    if let Some(components) = &mut document.components {
        correct_types(components);
    }
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            correct_parameters(operation);
        }
    }
}

/// Leaves out the types that nothing refers to.
pub(super) fn prune(document: &mut OpenApi) {
    let Ok(text) = document.to_json() else { return };
    let references = text.split("\"#/components/schemas/").skip(1);
    let used: BTreeSet<&str> = references.filter_map(|rest| rest.split('"').next()).collect();
    if let Some(components) = &mut document.components {
        components.schemas.retain(|name, _| used.contains(name.as_str()));
    }
}

fn correct_types(components: &mut Components) {
    let known = components.schemas.clone();
    for (name, schema) in &mut components.schemas {
        forget_null_defaults(schema);
        match schema {
            RefOr::T(Schema::AllOf(all)) => spread(all, &known),
            RefOr::T(Schema::Object(page)) => {
                if let Some((_, row)) = name.split_once('_')
                    && known.contains_key(row)
                    && let Some(RefOr::T(Schema::Array(rows))) = page.properties.get_mut("data")
                {
                    rows.items = ArrayItems::RefOrSchema(Box::new(RefOr::Ref(Ref::from_schema_name(row))));
                }
            }
            _ => {}
        }
    }
}

fn forget_null_defaults(schema: &mut RefOr<Schema>) {
    let default = match schema {
        RefOr::Ref(reference) => &mut reference.default,
        RefOr::T(Schema::Object(object)) => {
            object.properties.values_mut().for_each(forget_null_defaults);
            &mut object.default
        }
        RefOr::T(Schema::AllOf(all)) => {
            all.items.iter_mut().for_each(forget_null_defaults);
            &mut all.default
        }
        RefOr::T(Schema::Array(array)) => &mut array.default,
        RefOr::T(Schema::OneOf(one)) => &mut one.default,
        RefOr::T(_) => return,
    };
    if default.as_ref().is_some_and(Value::is_null) {
        *default = None;
    }
}

/// Replaces a choice between a flattened object and null by the object's fields, none of which is required.
fn spread(all: &mut AllOf, known: &Schemas) {
    for item in &mut all.items {
        let RefOr::T(Schema::OneOf(choice)) = &*item else { continue };
        let flattened = choice.items.iter().find_map(|one| match one {
            RefOr::Ref(reference) => named(reference, known),
            RefOr::T(_) => None,
        });
        if let Some(Schema::Object(object)) = flattened {
            let mut object = object.clone();
            object.required.clear();
            *item = RefOr::T(Schema::Object(object));
        }
    }
}

fn correct_parameters(operation: &mut Operation) {
    let is_file = match operation.responses.responses.get("200") {
        Some(RefOr::T(found)) => !found.content.is_empty() && !found.content.contains_key("application/json"),
        _ => false,
    };
    let Some(mut parameters) = operation.parameters.take() else { return };
    parameters.retain(|parameter| match parameter {
        RefOr::T(parameter) => !(is_file && PAGING.contains(&parameter.name.as_str())),
        RefOr::Ref(_) => true,
    });
    for parameter in &mut parameters {
        if let RefOr::T(parameter) = parameter {
            correct_parameter(parameter);
        }
    }
    operation.parameters = (!parameters.is_empty()).then_some(parameters);
}

fn correct_parameter(parameter: &mut Parameter) {
    let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema else { return };
    without_null(&mut schema.schema_type);
    match parameter.name.as_str() {
        "limit" => {
            schema.minimum = Some(1_u32.into());
            schema.maximum = Some(MAX_LIMIT.into());
        }
        "Idempotency-Key" => {
            schema.min_length = Some(1);
            schema.max_length = Some(MAX_KEY);
        }
        _ => {}
    }
}

fn without_null(kind: &mut SchemaType) {
    if let SchemaType::Array(kinds) = kind {
        kinds.retain(|kind| *kind != Type::Null);
        if let [one] = kinds.as_slice() {
            let one = one.clone();
            *kind = SchemaType::Type(one);
        }
    }
}
