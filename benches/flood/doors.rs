//! Every route that takes a body, and the worst bodies of each: those of the API from its description, so that a new
//! route is included automatically, those of address-book programs, and the forms of pages.

use std::sync::Arc;

use portal::bench::Outcome;
use serde_json::{Map, Value, json};

/// Largest body that routes take which have no guard, most others (`server.body_limit`), an announcement, and the rest: XML
/// and files.
const PUBLIC: usize = 16_384;
const USUAL: usize = 65_536;
const ANNOUNCEMENT: usize = 524_288;
const LARGE: usize = 1_048_576;
/// The value of path parameters.
const ID: &str = "0193e1a5-7c2a-7000-8000-000000000000";
/// Maximum depth of a followed schema: some contain themselves.
const DEPTH: usize = 4;
/// The pages that have a form.
const PAGES: [&str; 12] = [
    "/verify",
    "/forgot",
    "/reset",
    "/setup",
    "/confirm-address",
    "/undo-address",
    "/keep-account",
    "/invitation",
    "/confirm-contact",
    "/unsubscribe/abc",
    "/subscriptions/abc",
    "/announcements/0193e1a5-7c2a-7000-8000-000000000000?mail=abc",
];

/// A route that takes a body.
pub struct Door {
    /// `POST /api/v1/registrations`.
    pub line: String,
    /// What its body is.
    pub media_type: String,
    /// The worst that can be sent there.
    pub bodies: Vec<Arc<[u8]>>,
}

/// All of them.
pub fn doors() -> Outcome<Vec<Door>> {
    let document = serde_json::to_value(portal::openapi::document())?;
    let mut doors = Vec::new();
    let of_size = [PUBLIC, USUAL, ANNOUNCEMENT].map(json_of);
    for (path, methods) in document.pointer("/paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let contents = operation.pointer("/requestBody/content").and_then(Value::as_object);
            for (media_type, content) in contents.into_iter().flatten() {
                let is_public = operation.get("security").and_then(Value::as_array).is_none_or(Vec::is_empty);
                let [public, usual, large] = &of_size;
                let (most, json) = match path.as_str() {
                    _ if is_public => (PUBLIC, public),
                    path if path.contains("/announcements") => (ANNOUNCEMENT, large),
                    _ => (USUAL, usual),
                };
                let mut bodies = match media_type.as_str() {
                    "application/json" => json.clone(),
                    "message/rfc822" => mails(),
                    "text/csv" => sheets(),
                    _ => vec![again("", "PK\u{3}\u{4}", "", LARGE), again("%PDF-1.7\n", "<<", "", LARGE)],
                };
                if let Some(schema) = content.get("schema").filter(|_| media_type == "application/json") {
                    bodies.extend(filled(schema, &document, most));
                }
                let line = format!("{} {}", method.to_uppercase(), concrete(path));
                doors.push(Door { line, media_type: media_type.clone(), bodies });
            }
        }
    }
    if doors.is_empty() {
        return Err("the description of the API names no body".into());
    }
    for method in ["PROPFIND", "REPORT"] {
        let line = format!("{method} /carddav/directory/");
        doors.push(Door { line, media_type: "application/xml".to_owned(), bodies: address_books() });
    }
    let forms = forms();
    doors.extend(PAGES.map(|path| Door {
        line: format!("POST {path}"),
        media_type: "application/x-www-form-urlencoded".to_owned(),
        bodies: forms.clone(),
    }));
    Ok(doors)
}

/// A path with something in its places.
fn concrete(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{code}" => "SN",
        "{deed}" => "suspend",
        part if part.starts_with('{') => ID,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A piece again and again, up to a size.
fn again(head: &str, piece: &str, tail: &str, size: usize) -> Arc<[u8]> {
    let count = size.saturating_sub(head.len() + tail.len()) / piece.len().max(1);
    [head, &piece.repeat(count), tail].concat().into_bytes().into()
}

/// Bodies of JSON that fit no route, and some that are none.
fn json_of(size: usize) -> Vec<Arc<[u8]>> {
    vec![
        again("", "x", "", size),
        again("", "[", "", size),
        again("", "{\"a\":", "", size),
        again("{\"a\":[", "0,", "0]}", size),
        again("{\"email\":\"", "\\u0041", "\"}", size),
        again("{\"", "`", "\":1}", size),
        again("{\"a\":[", "[[[[[[[[]]]]]]]],", "0]}", size),
    ]
}

/// Bodies of the very shape that a route wants: its lists as long as they can be, and its texts.
fn filled(schema: &Value, document: &Value, most: usize) -> Vec<Arc<[u8]>> {
    let lists = |items| sample(schema, document, &Wish { items, letters: 1 }, 0).to_string();
    let texts = |letters| sample(schema, document, &Wish { items: 1, letters }, 0).to_string();
    let fitting = |made: &dyn Fn(usize) -> String| {
        // Later items are longer, since they are numbered.
        let (short, long) = (made(1_000).len(), made(2_000).len());
        let each = long.saturating_sub(short).max(1);
        let body = made((most * 7 / 10).saturating_mul(1_000) / each);
        if long > short { Some(Arc::from(body.into_bytes())) } else { None }
    };
    [fitting(&lists), fitting(&texts)].into_iter().flatten().collect()
}

/// How much is wanted of each.
struct Wish {
    /// Items of a list.
    items: usize,
    /// Letters of a text.
    letters: usize,
}

/// Something of the shape that a schema asks for.
fn sample(schema: &Value, document: &Value, wish: &Wish, depth: usize) -> Value {
    let named =
        schema.get("$ref").and_then(Value::as_str).and_then(|name| document.pointer(name.trim_start_matches('#')));
    if let Some(schema) = named {
        return sample(schema, document, wish, depth);
    }
    for word in ["oneOf", "anyOf", "allOf"] {
        let several = schema.get(word).and_then(Value::as_array).into_iter().flatten();
        let mut several = several.filter(|one| one.get("type") != Some(&json!("null")));
        if let Some(schema) = several.next() {
            return sample(schema, document, wish, depth);
        }
    }
    if let Some(value) = schema.get("enum").and_then(|values| values.get(0)) {
        return value.clone();
    }
    let kind = schema.get("type").and_then(|kind| kind.as_str().or_else(|| kind.get(0)?.as_str()));
    match kind.unwrap_or("object") {
        "string" if depth <= 1 => "a".repeat(wish.letters).into(),
        "string" => "a".into(),
        "integer" | "number" => 1.into(),
        "boolean" => true.into(),
        "array" if depth < DEPTH => {
            let item =
                schema.get("items").map(|items| sample(items, document, &Wish { items: 1, letters: 1 }, depth + 2));
            let item = item.unwrap_or_default();
            // No two of a list are the same, which is worse than many of one.
            let each = |number: usize| if item == json!("a") { format!("{number:x}").into() } else { item.clone() };
            (0..wish.items).map(each).collect()
        }
        "array" => Value::Array(Vec::new()),
        _ if depth < DEPTH => object(schema, document, wish, depth),
        _ => json!({}),
    }
}

fn object(schema: &Value, document: &Value, wish: &Wish, depth: usize) -> Value {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let mut object: Map<String, Value> =
        properties.map(|(name, schema)| (name.clone(), sample(schema, document, wish, depth + 1))).collect();
    if let Some(others) = schema.get("additionalProperties").filter(|others| others.is_object()) {
        object.insert("en".to_owned(), sample(others, document, wish, depth + 1));
    }
    object.into()
}

fn mails() -> Vec<Arc<[u8]>> {
    vec![
        again("", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", "", LARGE),
        again("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\n\n", "", LARGE),
        again("To: ", "a,", "\r\n\r\n", LARGE),
    ]
}

fn sheets() -> Vec<Arc<[u8]>> {
    vec![again("email\n", "a\n", "", LARGE), again("email\n", "\"", "", LARGE), again("email", ",", "\n", LARGE)]
}

fn address_books() -> Vec<Arc<[u8]>> {
    let namespace = "u".repeat(900_000);
    let namespaces =
        format!("<propfind xmlns=\"DAV:\"><prop xmlns=\"{namespace}\">{}</prop></propfind>", "<b/>".repeat(11_000));
    vec![
        namespaces.into_bytes().into(),
        again("", "<a>", "", LARGE),
        again("<a>", "<b/>", "</a>", LARGE),
        again("<a", " b='c'", "/>", LARGE),
        again("<a>", "&amp;", "</a>", LARGE),
        again("", "x", "", LARGE),
        again(
            "<addressbook-multiget xmlns='urn:ietf:params:xml:ns:carddav'>",
            "<href xmlns='DAV:'/>",
            "</addressbook-multiget>",
            LARGE,
        ),
    ]
}

fn forms() -> Vec<Arc<[u8]>> {
    vec![
        again("", "x", "", PUBLIC),
        again("token=a", "&topic=b", "", PUBLIC),
        again("token=", "%41", "", PUBLIC),
        again("", "&", "", PUBLIC),
        again("", "token=a&", "", PUBLIC),
    ]
}
