//! A client of the portal's API over real HTTP, blocking: for the demo and for the tests.

use serde::Serialize;
use serde_json::Value;
use ureq::http::Response;
use ureq::{Agent, Body};

/// The header of the requested language.
const LANGUAGE: &str = "accept-language";

/// A client of one portal, with or without a login.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: String,
    /// The access token, when logged in.
    pub token: Option<String>,
    /// The requested language.
    pub language: &'static str,
    /// Additional headers.
    pub headers: Vec<(String, String)>,
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text, with replacement characters for invalid UTF-8.
    pub text: String,
    /// The bytes of the body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Client {
    /// A client of the portal at `base` (`http://host:port`), without a login.
    #[must_use]
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(std::time::Duration::from_secs(30)))
            .max_redirects(0);
        Self { agent: config.build().into(), base: base.to_owned(), token: None, language: "en", headers: Vec::new() }
    }

    /// The same client with this access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same client with this header, which replaces another of that name.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        let name = name.to_ascii_lowercase();
        client.headers.retain(|(known, _)| *known != name);
        client.headers.push((name, value.to_owned()));
        client
    }

    /// Sends a request whose body, if any, has this media type. `path` begins with a slash.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn send(&self, method: &str, path: &str, body: Option<(&str, &[u8])>) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.headers.iter().any(|(name, _)| name == LANGUAGE) {
            request = request.header(LANGUAGE, self.language);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        match body {
            Some((media_type, bytes)) => {
                let request = request.header("content-type", media_type).body(bytes)?;
                answer(self.agent.run(request)?)
            }
            None => answer(self.agent.run(request.body(())?)?),
        }
    }

    /// GET below `/api/v1`.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn get(&self, path: &str) -> Result<Answer, ureq::Error> {
        self.send("GET", &format!("/api/v1{path}"), None)
    }

    /// A request with a JSON body below `/api/v1`.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn json(&self, method: &str, path: &str, body: &impl Serialize) -> Result<Answer, ureq::Error> {
        let bytes = serde_json::to_vec(body).unwrap_or_default();
        self.send(method, &format!("/api/v1{path}"), Some(("application/json", &bytes)))
    }

    /// POST with a JSON body below `/api/v1`.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn post(&self, path: &str, body: &impl Serialize) -> Result<Answer, ureq::Error> {
        self.json("POST", path, body)
    }
}

fn answer(mut response: Response<Body>) -> Result<Answer, ureq::Error> {
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let status = response.status().as_u16();
    let bytes = response.body_mut().read_to_vec()?;
    Ok(Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned(), bytes })
}
