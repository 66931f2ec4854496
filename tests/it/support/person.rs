//! People: the data of their applications, and their requests when logged in.

use std::ops::Deref;

use portal::demo::client::{Answer, Client};
use portal::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

/// The data of an application.
#[derive(Clone)]
pub struct Application {
    pub email: String,
    pub name: String,
    pub member: String,
    pub role: &'static str,
    pub language: &'static str,
    pub languages: Vec<&'static str>,
}

impl Application {
    /// A contact point who reads English; the address is made from name and member.
    pub fn new(member: &str, name: &str) -> Self {
        let local: String = portal::text::words(name).join(".");
        Self {
            email: format!("{local}@customs-{}.example", member.to_lowercase()),
            name: name.to_owned(),
            member: member.to_owned(),
            role: "ncp",
            language: "en",
            languages: vec!["en"],
        }
    }

    /// The same with this language.
    pub fn reading(mut self, language: &'static str) -> Self {
        self.language = language;
        self.languages = vec![language];
        self
    }

    /// The body of the request.
    pub fn form(&self) -> Value {
        json!({
            "email": self.email, "name": self.name, "organisation": self.member,
            "role": self.role, "job_title": "Head of Innovation", "phone": "+221 33 800 00 00",
            "languages": self.languages, "preferred_language": self.language,
            "nominating_official": "Director General", "nomination_reference": "DG/2026/17",
        })
    }
}

/// A logged-in person.
#[derive(Clone)]
pub struct Person {
    client: Client,
    pub email: String,
    /// The answer to the login.
    pub tokens: Value,
    /// When it was.
    pub since: Timestamp,
}

impl Person {
    pub fn new(client: Client, email: &str, tokens: Value, since: Timestamp) -> Self {
        Self { client, email: email.to_owned(), tokens, since }
    }

    /// The same person, whose requests have this header too.
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        Self { client: self.client.with_header(name, value), ..self.clone() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.client.get(path).expect("an answer")
    }

    pub fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.client.post(path, body).expect("an answer")
    }

    pub fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        self.client.json("PATCH", path, body).expect("an answer")
    }

    pub fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        self.client.json("PUT", path, body).expect("an answer")
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.client.send("DELETE", &format!("/api/v1{path}"), None).expect("an answer")
    }

    /// The rows of a list, over all of its pages.
    pub fn all(&self, path: &str) -> Vec<Value> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        let joint = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self.get(&format!("{path}{joint}limit=100{cursor}")).json();
            rows.extend(page["data"].as_array().expect("a list").iter().cloned());
            match page["page"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return rows,
            }
        }
    }
}

impl Deref for Person {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.client
    }
}
