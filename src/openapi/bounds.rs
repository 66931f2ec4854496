//! Minimum and maximum of values in requests, from the constants of the features' rules.
//!
//! A tool that generates requests, or checks a form before it is sent, then knows the permitted lengths. If the portal
//! does not count characters (a URL has bytes), or counts after folding blanks, the bound is chosen so that no value
//! within it is refused for its length. A configurable bound is described by the bound that every configuration must
//! keep.
//!
//! A required text is never empty ([`apply`]); the tables have everything else.

use utoipa::openapi::schema::{AdditionalProperties, SchemaType};
use utoipa::openapi::{Array, KnownFormat, Object, OpenApi, RefOr, Schema, SchemaFormat, Type};

use super::Schemas;
use crate::text::name;
use crate::{
    accounts, adoption, announcements, config, directory, identity, life_cycle, mail, maintenance_mode, member_editing,
    nominations, registrations, responses, rounds, subscriptions, surveys, webhooks,
};

/// Type, field, and most characters; one at least.
const TEXTS: [(&str, &str, usize); 44] = [
    ("Accept", "job_title", life_cycle::invitations::MAX_LINE),
    ("Accept", "name", name::MAX_NAME),
    ("Act", "reason", life_cycle::MAX_REASON),
    ("AddWebhook", "description", webhooks::MAX_DESCRIPTION),
    ("AddWebhook", "url", webhooks::MAX_URL),
    ("Because", "reason", announcements::campaign::MAX_REASON),
    ("BeginMaintenance", "text", maintenance_mode::MAX_TEXT),
    ("ChangeContact", "job_title", directory::MAX_LINE),
    ("ChangeMe", "job_title", directory::MAX_LINE),
    ("ChangeMe", "name", name::MAX_NAME),
    ("ChangeMember", "name_en", member_editing::MAX_NAME),
    ("ChangeMember", "name_fr", member_editing::MAX_NAME),
    ("ChangeWebhook", "description", webhooks::MAX_DESCRIPTION),
    ("ChangeWebhook", "url", webhooks::MAX_URL),
    ("GiveBack", "reason", announcements::campaign::MAX_REASON),
    ("GivenAlias", "name", member_editing::MAX_NAME),
    ("GivenDeadline", "reason", rounds::MAX_REASON),
    ("GivenDecision", "reason", rounds::MAX_REASON),
    ("GivenExtension", "reason", rounds::MAX_REASON),
    ("GivenPartner", "name_en", member_editing::MAX_NAME),
    ("GivenPartner", "name_fr", member_editing::MAX_NAME),
    ("GivenReminder", "text", rounds::MAX_REASON),
    ("GivenComment", "text", responses::MAX_COMMENT),
    ("GivenSurvey", "code", surveys::MAX_CODE),
    ("Invite", "job_title", life_cycle::invitations::MAX_LINE),
    ("Invite", "name", name::MAX_NAME),
    ("Invite", "nominating_official", nominations::MAX_OFFICIAL),
    ("Invite", "nomination_reference", nominations::MAX_REFERENCE),
    ("MakeToken", "name", identity::tokens::MAX_NAME),
    ("NameSession", "name", identity::MAX_NAME),
    ("PasskeyFinish", "name", identity::mfa::MAX_NAME),
    ("Reason", "reason", accounts::MAX_REASON),
    ("Register", "job_title", registrations::MAX_LINE),
    ("Register", "name", name::MAX_NAME),
    ("Register", "nominating_official", registrations::MAX_LINE),
    ("Register", "nomination_reference", registrations::MAX_LINE),
    ("Reject", "reason", registrations::MAX_REASON),
    ("Replace", "reason", life_cycle::MAX_REASON),
    ("ResponseReason", "reason", responses::MAX_REASON),
    ("SetUp", "name", name::MAX_NAME),
    ("Statement", "official", nominations::MAX_OFFICIAL),
    ("Statement", "reference", nominations::MAX_REFERENCE),
    ("Variant", "body_markdown", announcements::MAX_BODY),
    ("Variant", "subject", announcements::MAX_SUBJECT),
];
/// Fields with an address. The request for a new password accepts any text: the answer is always the same.
const ADDRESSES: [(&str, &str); 6] = [
    ("AddSuppression", "address"),
    ("ChangeAddress", "email"),
    ("Invite", "email"),
    ("Login", "email"),
    ("Register", "email"),
    ("SetUp", "email"),
];
/// A letter, the sign, and a domain of two labels.
const SHORTEST_ADDRESS: usize = 5;
/// Texts that have to be there and may be empty all the same.
const MAYBE_EMPTY: [(&str, &str); 1] = [("Forgot", "email")];
/// Fields with a new password.
const PASSWORDS: [(&str, &str); 5] = [
    ("Accept", "password"),
    ("ChangePassword", "new_password"),
    ("Reset", "password"),
    ("SetUp", "password"),
    ("Verify", "password"),
];
/// Type, field, fewest and most entries.
const LISTS: [(&str, &str, usize, usize); 35] = [
    ("Accept", "languages", 0, directory::MAX_CODES),
    ("AddWebhook", "events", 1, webhooks::MAX_EVENTS),
    ("AdoptedBy", "states", 0, announcements::MAX_LIST),
    ("AdoptedBy", "technologies", 0, announcements::MAX_LIST),
    ("Audience", "all", 0, announcements::MAX_PARTS),
    ("Audience", "any", 0, announcements::MAX_PARTS),
    ("Audience", "languages", 0, announcements::MAX_LIST),
    ("Audience", "members", 0, announcements::MAX_LIST),
    ("Audience", "none", 0, announcements::MAX_PARTS),
    ("Audience", "regions", 0, announcements::MAX_LIST),
    ("Audience", "roles", 0, announcements::MAX_LIST),
    ("Audience", "technologies", 0, announcements::MAX_LIST),
    ("CalendarEntry", "states", 1, rounds::MAX_STATES),
    ("ChangeContact", "languages", 0, directory::MAX_CODES),
    ("ChangeContact", "technologies", 0, directory::MAX_CODES),
    ("ChangeMe", "languages", 0, directory::MAX_CODES),
    ("ChangeMe", "technologies", 0, directory::MAX_CODES),
    ("ChangeMember", "aliases", 0, member_editing::MAX_ENTRIES),
    ("ChangeMember", "languages", 0, member_editing::MAX_LANGUAGES),
    ("ChangeMember", "mail_domains", 0, member_editing::MAX_ENTRIES),
    ("ChangeRound", "calendar", 0, rounds::MAX_CALENDAR),
    ("ChangeRound", "pairs", 0, rounds::MAX_PAIRS),
    ("ChangeWebhook", "events", 1, webhooks::MAX_EVENTS),
    ("Compose", "required_languages", 0, announcements::MAX_LANGUAGES),
    ("GivenReminder", "states", 1, rounds::MAX_STATES),
    ("GivenRound", "calendar", 0, rounds::MAX_CALENDAR),
    ("GivenRound", "pairs", 0, rounds::MAX_PAIRS),
    ("GivenAssignments", "data", 0, responses::MAX_ASSIGNMENTS),
    ("GivenSet", "data", 0, adoption::MAX_ENTRIES),
    ("Invite", "languages", 0, directory::MAX_CODES),
    ("MakeToken", "scopes", 1, identity::tokens::MAX_SCOPES),
    ("PaceSettings", "domains", 0, mail::sending_rate::MAX_DOMAINS),
    ("Register", "languages", 0, directory::MAX_CODES),
    ("Revise", "required_languages", 0, announcements::MAX_LANGUAGES),
    ("Test", "languages", 0, announcements::MAX_LANGUAGES),
];
/// Type, field, least and, where no configuration says it, most.
const NUMBERS: [(&str, &str, u32, Option<u32>); 4] = [
    ("DomainPace", "connections", 1, Some(mail::sending_rate::MAX_CONNECTIONS)),
    ("DomainPace", "per_minute", 1, Some(mail::sending_rate::MAX_RATE)),
    ("MakeToken", "expires_in_days", 1, None),
    ("PaceSettings", "per_minute", 1, Some(mail::sending_rate::MAX_RATE)),
];
/// Objects with a member for each language, of which there is one at least.
const MAPS: [(&str, &str); 2] = [("Compose", "variants"), ("Revise", "variants")];

/// Gives every field of a request its bounds.
pub(super) fn apply(document: &mut OpenApi) {
    let Some(components) = &mut document.components else { return };
    let schemas = &mut components.schemas;
    for (schema, field, most) in TEXTS {
        bound(schemas, (schema, field), 1, most);
    }
    for place in ADDRESSES {
        bound(schemas, place, SHORTEST_ADDRESS, mail::address::MAX_LENGTH);
        if let Some(address) = object(schemas, place) {
            address.format = Some(SchemaFormat::Custom("email".to_owned()));
        }
    }
    for place in PASSWORDS {
        bound(schemas, place, config::FEWEST_CHARACTERS, identity::MAX_CHARACTERS);
    }
    for (schema, field, least, most) in LISTS {
        if let Some(list) = array(schemas, (schema, field)) {
            list.min_items = (least > 0).then_some(least);
            list.max_items = Some(most);
        }
    }
    for (schema, field, least, most) in NUMBERS {
        if let Some(number) = object(schemas, (schema, field)) {
            number.minimum = Some(least.into());
            number.maximum = most.map(Into::into);
        }
    }
    for place in MAPS {
        if let Some(map) = object(schemas, place) {
            map.min_properties = Some(1);
        }
    }
    if let Some(days) = object(schemas, ("Replace", "overlap_days")) {
        days.maximum = Some(life_cycle::MAX_OVERLAP_DAYS.into());
    }
    if let Some(names) = object(schemas, ("GivenTopic", "names"))
        && let Some(AdditionalProperties::RefOr(RefOr::T(Schema::Object(name)))) =
            names.additional_properties.as_deref_mut()
    {
        name.min_length = Some(1);
        name.max_length = Some(subscriptions::MAX_NAME);
    }
    for (name, schema) in schemas {
        fill_in(name, schema);
    }
}

/// A required text in a request has at least one character. Requests are the types that refuse unknown fields.
fn fill_in(schema: &str, shape: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(Object { required, properties, additional_properties, .. })) = shape else { return };
    if !matches!(additional_properties.as_deref(), Some(AdditionalProperties::FreeForm(false))) {
        return;
    }
    for field in required.iter().filter(|field| !MAYBE_EMPTY.contains(&(schema, field.as_str()))) {
        if let Some(RefOr::T(Schema::Object(text))) = properties.get_mut(field)
            && text.schema_type == SchemaType::Type(Type::String)
            && text.enum_values.is_none()
            && !is_instant(text.format.as_ref())
        {
            text.min_length.get_or_insert(1);
        }
    }
}

fn is_instant(format: Option<&SchemaFormat>) -> bool {
    matches!(format, Some(SchemaFormat::KnownFormat(KnownFormat::Date | KnownFormat::DateTime)))
}

fn bound(schemas: &mut Schemas, place: (&str, &str), least: usize, most: usize) {
    if let Some(text) = object(schemas, place) {
        text.min_length = Some(least);
        text.max_length = Some(most);
    }
}

/// The field of a type, where it is a text, a number or a map.
fn object<'a>(schemas: &'a mut Schemas, place: (&str, &str)) -> Option<&'a mut Object> {
    match field(schemas, place)? {
        Schema::Object(object) => Some(object),
        _ => None,
    }
}

/// The field of a type, where it is a list.
fn array<'a>(schemas: &'a mut Schemas, place: (&str, &str)) -> Option<&'a mut Array> {
    match field(schemas, place)? {
        Schema::Array(array) => Some(array),
        _ => None,
    }
}

fn field<'a>(schemas: &'a mut Schemas, (schema, field): (&str, &str)) -> Option<&'a mut Schema> {
    let RefOr::T(Schema::Object(object)) = schemas.get_mut(schema)? else { return None };
    match object.properties.get_mut(field)? {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bound_is_of_a_field_that_there_is() {
        let mut schemas = super::super::document().components.unwrap().schemas;
        let numbers = NUMBERS.iter().map(|(schema, field, ..)| (*schema, *field));
        let texts = TEXTS.iter().map(|(schema, field, _)| (*schema, *field)).chain(numbers);
        let others = [("Replace", "overlap_days"), ("GivenTopic", "names")];
        let places = texts.chain(ADDRESSES).chain(MAYBE_EMPTY).chain(PASSWORDS).chain(MAPS).chain(others);
        for place in places {
            assert!(object(&mut schemas, place).is_some(), "{place:?}");
        }
        for place in LISTS.iter().map(|(schema, field, ..)| (*schema, *field)) {
            assert!(array(&mut schemas, place).is_some(), "{place:?}");
        }
    }
}
