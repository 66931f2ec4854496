//! A program that speaks `CardDAV` and nothing of the portal: what it asks, and how it reads the answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use portal::demo::client::{Answer, Client};
use portal::http::xml::Element;
use serde_json::json;

use crate::support::{Expect as _, Person, TestApp};

pub const DAV: &str = "DAV:";

pub const CARD: &str = "urn:ietf:params:xml:ns:carddav";

/// An address-book program of a person.
pub struct Program(pub Client);

pub fn basic(t: &TestApp, email: &str, password: &str) -> Program {
    let pair = STANDARD.encode(format!("{email}:{password}"));
    Program(t.anonymous().with_header("authorization", &format!("Basic {pair}")))
}

pub fn token(person: &Person, scope: &str) -> String {
    let form = json!({"name": "phone", "scopes": [scope], "expires_in_days": 30});
    person.post("/me/tokens", &form).expect(201)["token"].as_str().unwrap().to_owned()
}

pub fn program(t: &TestApp, person: &Person) -> Program {
    basic(t, &person.email, &token(person, "community:read"))
}

/// The response for one resource.
pub struct Response {
    pub href: String,
    pub status: Option<String>,
    pub found: Vec<Element>,
    pub missing: Vec<Element>,
}

impl Response {
    pub fn prop(&self, namespace: &str, name: &str) -> Option<&Element> {
        self.found.iter().find(|prop| prop.is(namespace, name))
    }

    pub fn text(&self, name: &str) -> &str {
        let prop = self.prop(DAV, name).or_else(|| self.prop(CARD, name));
        prop.unwrap_or_else(|| panic!("{name} of {}", self.href)).text()
    }
}

impl Program {
    pub fn ask(&self, method: &str, path: &str, depth: &str, body: &str) -> Answer {
        let client = self.0.with_header("depth", depth);
        client.send(method, path, Some(("application/xml; charset=utf-8", body.as_bytes()))).unwrap()
    }

    pub fn report(&self, body: &str) -> Vec<Response> {
        responses(&self.ask("REPORT", "/carddav/directory/", "1", body))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.0.send("GET", path, None).unwrap()
    }

    /// All cards by their addresses, each with its tag.
    pub fn tags(&self) -> Vec<(String, String)> {
        let asked = propfind("<D:getetag/><D:resourcetype/>");
        let all = responses(&self.ask("PROPFIND", "/carddav/directory/", "1", &asked));
        assert_eq!(all[0].href, "/carddav/directory/");
        all.iter().skip(1).map(|card| (card.href.clone(), card.text("getetag").to_owned())).collect()
    }
}

pub fn propfind(props: &str) -> String {
    format!("<D:propfind xmlns:D=\"DAV:\" xmlns:C=\"{CARD}\"><D:prop>{props}</D:prop></D:propfind>")
}

pub fn multiget(hrefs: &[&str]) -> String {
    let hrefs = hrefs.iter().map(|href| format!("<D:href>{href}</D:href>")).collect::<Vec<_>>().join("\n");
    format!(
        "<C:addressbook-multiget xmlns:D=\"DAV:\" xmlns:C=\"{CARD}\"><D:prop><D:getetag/><C:address-data/></D:prop>\
         {hrefs}</C:addressbook-multiget>"
    )
}

pub fn sync(token: &str, limit: usize) -> String {
    format!(
        "<D:sync-collection xmlns:D=\"DAV:\"><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>\
         <D:limit><D:nresults>{limit}</D:nresults></D:limit><D:prop><D:getetag/></D:prop></D:sync-collection>"
    )
}

pub fn query(filter: &str, rest: &str) -> String {
    format!(
        "<C:addressbook-query xmlns:D=\"DAV:\" xmlns:C=\"{CARD}\"><D:prop><D:getetag/><C:address-data/></D:prop>\
         <C:filter test=\"allof\">{filter}</C:filter>{rest}</C:addressbook-query>"
    )
}

pub fn tree(answer: &Answer) -> Element {
    assert_eq!(answer.header("content-type"), Some("application/xml; charset=utf-8"), "{}", answer.text);
    // More than the portal takes itself.
    Element::parse(&answer.bytes).unwrap_or_else(|_| panic!("{}", answer.text))
}

pub fn responses(answer: &Answer) -> Vec<Response> {
    assert_eq!(answer.status, 207, "{}", answer.text);
    let root = tree(answer);
    let found = |response: &Element, good: bool| -> Vec<Element> {
        let parts = response.children().filter(|child| child.is(DAV, "propstat"));
        let parts = parts.filter(|part| part.child(DAV, "status").unwrap().text().contains("200") == good);
        parts.flat_map(|part| part.child(DAV, "prop").unwrap().children()).collect()
    };
    let all = root.children().filter(|child| child.is(DAV, "response"));
    all.map(|response| Response {
        href: response.child(DAV, "href").unwrap().text().to_owned(),
        status: response.child(DAV, "status").map(|status| status.text().to_owned()),
        found: found(&response, true),
        missing: found(&response, false),
    })
    .collect()
}

/// The condition that was not met.
pub fn condition(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    let root = tree(answer);
    assert!(root.is(DAV, "error") && root.child("urn:portal", "detail").is_some(), "{}", answer.text);
    root.children().next().unwrap().name().to_owned()
}
