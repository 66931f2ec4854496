//! The description of the API, as tools read it (number 10). `tests/outside/api.py` runs those tools.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{Expect as _, PASSWORD, TestApp, story};

/// As the code makes it; `documents` checks that the file checked in is the same.
fn description() -> Value {
    serde_json::to_value(portal::openapi::document()).unwrap()
}

/// (method, path, operation) of every operation.
fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, operation)| (method, path, operation))
    })
}

/// The value itself, or what its reference means.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(reference.strip_prefix('#').unwrap()).expect(reference),
        None => value,
    }
}

/// (method, path, status, answer) of every answer.
fn answers(document: &Value) -> impl Iterator<Item = (&String, &String, &String, &Value)> {
    operations(document).flat_map(move |(method, path, operation)| {
        let answers = operation["responses"].as_object().unwrap().iter();
        answers.map(move |(status, answer)| (method, path, status, resolved(document, answer)))
    })
}

/// Everything in it, itself first.
fn parts(value: &Value) -> Vec<&Value> {
    let inner: Vec<&Value> = match value {
        Value::Array(values) => values.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    };
    [value].into_iter().chain(inner.into_iter().flat_map(parts)).collect()
}

#[test]
fn b10_every_operation_has_a_name_of_its_own() {
    let (document, mut names) = (description(), BTreeMap::new());
    for (method, path, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap();
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name} is a name in any language");
        assert!(name.contains('_') || ["setup"].contains(&name), "{name} says what is done to what");
        assert_eq!(names.insert(name, (method, path)), None, "{name} is {method} {path}, too");
    }
    // Programs depend on these names.
    for (name, method, path) in [
        ("announcements_send", "post", "/api/v1/announcements/{id}/send"),
        ("contacts_list", "get", "/api/v1/contacts"),
        ("me_update", "patch", "/api/v1/me"),
        ("members_get", "get", "/api/v1/members/{code}"),
        ("registrations_create", "post", "/api/v1/registrations"),
    ] {
        assert_eq!(names[name], (&method.to_owned(), &path.to_owned()));
    }
}

#[test]
fn b10_every_answer_says_what_it_means() {
    let document = description();
    let mut sentences = BTreeSet::new();
    for (method, path, status, answer) in answers(&document) {
        let sentence = answer["description"].as_str().unwrap_or_default();
        assert!(sentence.len() > 10 && !sentence.contains(": ."), "{method} {path} {status}: {sentence:?}");
        sentences.insert(sentence);
    }
    assert!(sentences.len() > 60, "one sentence for all says nothing");
}

#[test]
fn b10_every_error_is_a_problem() {
    let document = description();
    for (method, path, status, answer) in answers(&document).filter(|(_, _, status, _)| !status.starts_with(['2', '3']))
    {
        let content = answer["content"].as_object().unwrap();
        assert_eq!(content.keys().collect::<Vec<_>>(), ["application/problem+json"], "{method} {path} {status}");
        let schema = &content["application/problem+json"]["schema"]["$ref"];
        assert_eq!(schema, "#/components/schemas/Problem", "{method} {path} {status}");
    }
    // A client that is older than a code takes it all the same.
    for (kind, known) in [("ProblemCode", "not_found"), ("FieldCode", "bad_email")] {
        let codes = &document["components"]["schemas"][kind];
        assert_eq!((&codes["type"], codes.get("enum")), (&json!("string"), None), "{kind}");
        assert!(codes["x-extensible-enum"].as_array().unwrap().contains(&json!(known)), "{kind}");
    }
    for (method, path, operation) in operations(&document) {
        let answers = &operation["responses"];
        assert!(answers.get("default").is_some() && answers.get("429").is_some(), "{method} {path}");
        let is_guarded = !operation["security"].as_array().unwrap().is_empty();
        assert_eq!(answers.get("401").is_some(), is_guarded, "{method} {path}");
        let wants_tag = operation["parameters"].as_array().into_iter().flatten().any(|each| each["name"] == "If-Match");
        assert!(!wants_tag || (answers.get("412").is_some() && answers.get("428").is_some()), "{method} {path}");
    }
}

#[test]
fn b10_every_reference_leads_somewhere() {
    let document = description();
    let mut used = BTreeSet::new();
    for reference in parts(&document).into_iter().filter_map(|part| part["$ref"].as_str()) {
        assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
        used.insert(reference);
    }
    for (kind, named) in
        [("schemas", &document["components"]["schemas"]), ("responses", &document["components"]["responses"])]
    {
        for name in named.as_object().unwrap().keys() {
            assert!(used.contains(format!("#/components/{kind}/{name}").as_str()), "nothing refers to {name}");
        }
    }
}

#[test]
fn b10_lists_are_paged_and_files_are_not() {
    let document = description();
    let mut paged = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let (name, schema) = (parameter["name"].as_str().unwrap(), &parameter["schema"]);
            assert!(!accepts_null(schema), "{method} {path}: {name} is never null");
            if ["limit", "cursor"].contains(&name) {
                let answer = &operation["responses"]["200"]["content"];
                assert!(answer.get("application/json").is_some(), "{method} {path} is a file, and has no {name}");
                paged.insert(path.as_str());
            }
            if name == "limit" {
                assert_eq!((&schema["minimum"], &schema["maximum"]), (&json!(1), &json!(100)), "{method} {path}");
            }
        }
    }
    assert!(paged.contains("/api/v1/contacts") && paged.contains("/api/v1/audit"), "{paged:?}");
}

#[test]
fn b10_what_a_request_must_hold_is_not_empty() {
    let document = description();
    let mut free = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if schema["additionalProperties"] != json!(false) {
            continue;
        }
        for field in schema["required"].as_array().into_iter().flatten().map(|field| field.as_str().unwrap()) {
            let text = &schema["properties"][field];
            let is_instant = text["format"].as_str().is_some_and(|format| format.starts_with("date"));
            if text["type"] == "string" && !is_instant && text.get("minLength").is_none() {
                free.push(format!("{name}.{field}"));
            }
        }
    }
    assert_eq!(free, ["Forgot.email"], "what has to be there has a character");
}

#[test]
fn b10_nothing_is_null_by_being_absent() {
    let document = description();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for part in parts(schema) {
            // A text may mention defaults; a default that is present is a value.
            assert_ne!(part.get("default"), Some(&Value::Null), "{name}");
            for item in part["allOf"].as_array().into_iter().flatten() {
                assert!(!accepts_null(item), "{name}: an object is never null");
            }
        }
    }
}

/// Whether a field described so may be null.
fn accepts_null(schema: &Value) -> bool {
    let is_null = |kind: &Value| kind == "null";
    is_null(&schema["type"])
        || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(is_null))
        || ["oneOf", "anyOf"].iter().any(|of| schema[*of].as_array().is_some_and(|all| all.iter().any(accepts_null)))
}

/// The fields of the JSON that an operation takes.
fn fields<'a>(document: &'a Value, operation: &'a Value) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    resolved(document, schema)["properties"].as_object().into_iter().flatten()
}

/// A path with an existing id instead of its parameters.
fn concrete(path: &str) -> String {
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    path.replace("{id}", id).replace("{delivery}", id).replace("{code}", "SN").replace("{deed}", "approve")
}

#[story]
fn b10_null_is_taken_where_it_is_described_and_nowhere_else(t: TestApp) {
    let (document, officer) = (description(), t.admin().with_header("if-match", "\"0\""));
    let mut judged: BTreeMap<bool, BTreeSet<String>> = BTreeMap::new();
    for (method, path, operation) in operations(&document) {
        for (field, schema) in fields(&document, operation) {
            let (method, body) = (method.to_uppercase(), serde_json::to_vec(&json!({field: null})).unwrap());
            let answer = officer.send(&method, &concrete(path), Some(("application/json", body.as_slice()))).unwrap();
            let faults = answer.json()["errors"].clone();
            let refused = faults
                .as_array()
                .into_iter()
                .flatten()
                .any(|fault| fault["pointer"] == format!("/{field}") && fault["code"] == "wrong_type");
            // Who is stopped before the body is read learns nothing of it; that it has changed meanwhile is found after.
            if [412, 422].contains(&answer.status) || (200..300).contains(&answer.status) {
                assert_eq!(!refused, accepts_null(schema), "{method} {path} {field}: {}", answer.text);
                judged.entry(accepts_null(schema)).or_default().insert(format!("{path} {field}"));
            }
        }
    }
    let [refused, taken] = [false, true].map(|null| judged.get(&null).cloned().unwrap_or_default());
    assert!(refused.len() > 30 && taken.len() > 20, "{judged:?}");
    assert!(refused.contains("/api/v1/members/{code} name_en"), "{refused:?}");
    assert!(taken.contains("/api/v1/me phone"), "{taken:?}");
}

#[story]
fn b10_the_cookie_lets_in_where_it_is_described_and_nowhere_else(t: TestApp) {
    let (document, person) = (description(), t.ncp("SN"));
    let login = json!({"email": person.email, "password": PASSWORD, "cookie": true});
    let answer = t.anonymous().post("/auth/login", &login).unwrap();
    let set = answer.headers.iter().find(|(name, value)| name == "set-cookie" && value.starts_with("__Host-session="));
    let browser = t.anonymous().with_header("cookie", set.expect("a cookie").1.split(';').next().unwrap());
    for (_, path, operation) in operations(&document).filter(|(method, ..)| *method == "get") {
        let ways = operation["security"].as_array().unwrap();
        let takes_cookie = ways.is_empty() || ways.iter().any(|way| way.get("cookie").is_some());
        let answer = browser.send("GET", &concrete(path), None).unwrap();
        assert_eq!(answer.status != 401, takes_cookie, "{path}: {}", answer.text);
    }
}

#[story]
fn b10_an_error_is_readable_for_clients_that_take_compressed_answers(t: TestApp) {
    let officer = t.admin().with_header("accept-encoding", "gzip");
    // What isn't an id is refused by the framework, whose own words were compressed already.
    for path in ["/announcements/x", "/appointments/x", "/contacts/x", "/users/x", "/webhooks/x/deliveries"] {
        let answer = officer.get(path);
        assert_eq!(answer.header("content-encoding"), None, "{path}");
        assert_eq!(answer.refused(404), "not_found", "{path}");
    }
}

#[story]
fn b10_a_text_at_its_bound_is_taken_and_one_past_it_is_not(t: TestApp) {
    let (document, person) = (description(), t.ncp("SN"));
    let title = &document["components"]["schemas"]["ChangeMe"]["properties"]["job_title"];
    let most = usize::try_from(title["maxLength"].as_u64().unwrap()).unwrap();
    for (length, status) in [(0, 422), (1, 200), (most, 200), (most + 1, 422)] {
        let answer = person.patch("/me", &json!({"job_title": "é".repeat(length)}));
        assert_eq!(answer.status, status, "{length}: {}", answer.text);
    }
}
