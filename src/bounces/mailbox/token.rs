//! Access tokens for mailboxes whose servers accept no password: Microsoft 365 and Google accept OAuth 2.0 tokens only.
//!
//! A token comes from a command of the operator, or from the provider by the client credentials of an application (RFC
//! 6749, 4.4), which need no login of a person. The provider's tokens are cached until shortly before they expire; a
//! command is run for each poll, and caches its tokens itself.
//!
//! Left out: refresh tokens and everything that begins with a browser. A command can do that.

use std::process::Stdio;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::process::Command;
use ureq::Agent;

use crate::config;
use crate::tls;

/// Time limit for getting a token.
const PATIENCE: Duration = Duration::from_secs(30);
/// A token is not used within this time before its end.
const MARGIN: Duration = Duration::from_mins(1);
/// How long a token is cached at most, whatever its provider says.
const MOST_LIFE: Duration = Duration::from_hours(24);
/// Maximum length of a token, and of an answer of a provider.
const MOST_TOKEN: usize = 16_384;
const MOST_ANSWER: u64 = 65_536;
/// Characters of an error message that are passed on.
const MOST_WORDS: usize = 300;

/// Gets tokens.
pub(super) struct Tokens {
    source: Source,
    /// The last one, and its end.
    kept: Option<(SecretString, Instant)>,
}

enum Source {
    Command(Vec<String>),
    Provider(Box<Provider>),
}

/// Client credentials, and the provider's token endpoint.
#[derive(Clone)]
struct Provider {
    url: String,
    id: String,
    secret: SecretString,
    scope: String,
    agent: Agent,
}

impl Tokens {
    /// From the configuration; none if it has no source of tokens.
    ///
    /// # Errors
    /// A message if the certificates of the system can't be used.
    pub(super) fn configured(settings: &config::Bounces) -> Result<Option<Self>, String> {
        let source = if !settings.imap_token_command.trim().is_empty() {
            Source::Command(settings.imap_token_command.split_whitespace().map(str::to_owned).collect())
        } else if !settings.imap_oauth_token_url.is_empty() {
            Source::Provider(Box::new(Provider::new(settings)?))
        } else {
            return Ok(None);
        };
        Ok(Some(Self { source, kept: None }))
    }

    /// A valid token.
    ///
    /// # Errors
    /// The error message of the provider or the command, without a secret.
    pub(super) async fn token(&mut self) -> Result<SecretString, String> {
        if let Some((token, until)) = &self.kept
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        match &self.source {
            Source::Command(words) => run(words).await,
            Source::Provider(provider) => {
                let provider = provider.clone();
                let asked = tokio::task::spawn_blocking(move || provider.ask()).await;
                let (token, life) = asked.map_err(|error| format!("token: {error}"))??;
                self.kept = Some((token.clone(), Instant::now() + life.saturating_sub(MARGIN).min(MOST_LIFE)));
                Ok(token)
            }
        }
    }

    /// Discards the last token, which the server refused.
    pub(super) fn forget(&mut self) {
        self.kept = None;
    }
}

impl Provider {
    fn new(settings: &config::Bounces) -> Result<Self, String> {
        let url = settings.imap_oauth_token_url.clone();
        let mut agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            // A provider closes idle connections, and a POST is not repeated: each request has a connection of its own.
            .max_idle_connections(0)
            .timeout_global(Some(PATIENCE));
        if url.starts_with("https:") {
            agent = agent.tls_config(tls::config("").map_err(|error| error.to_string())?);
        }
        Ok(Self {
            url,
            id: settings.imap_oauth_client_id.clone(),
            secret: settings.imap_oauth_client_secret.clone(),
            scope: settings.imap_oauth_scope.clone(),
            agent: agent.build().into(),
        })
    }

    /// Requests a token; returns how long it is valid, too. Blocks.
    fn ask(&self) -> Result<(SecretString, Duration), String> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.id.as_str()),
            ("client_secret", self.secret.expose_secret()),
            ("scope", self.scope.as_str()),
        ];
        let mut answer = self.agent.post(&self.url).send_form(form).map_err(|error| format!("token: {error}"))?;
        let status = answer.status();
        let text = answer.body_mut().with_config().limit(MOST_ANSWER).read_to_string();
        let text = text.map_err(|error| format!("token: {error}"))?;
        let said: Value = serde_json::from_str(&text).unwrap_or_default();
        let word = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default();
        if !status.is_success() || word("access_token").is_empty() {
            let words = words_of(&format!("{} {}", word("error"), word("error_description")));
            return Err(format!("the provider gives no token: {status} {words}"));
        }
        // Without a duration, the next poll requests a new one (RFC 6749, 5.1).
        let life = said.get("expires_in").and_then(Value::as_u64).unwrap_or_default();
        Ok((checked(word("access_token"))?, Duration::from_secs(life)))
    }
}

/// Runs a command that prints a token.
async fn run(words: &[String]) -> Result<SecretString, String> {
    let Some((program, arguments)) = words.split_first() else { return Err("the token command is empty".to_owned()) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let Ok(ran) = tokio::time::timeout(PATIENCE, command.output()).await else {
        return Err(format!("the token command did not end within {} s", PATIENCE.as_secs()));
    };
    let ran = ran.map_err(|error| format!("the token command: {error}"))?;
    if !ran.status.success() {
        let words = words_of(&String::from_utf8_lossy(&ran.stderr));
        return Err(format!("the token command failed ({}): {words}", ran.status));
    }
    checked(String::from_utf8_lossy(&ran.stdout).trim())
}

/// Checks that a token is one word of ASCII.
fn checked(token: &str) -> Result<SecretString, String> {
    if token.is_empty() || token.len() > MOST_TOKEN || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("what came is no token: one word of at most 16384 ASCII characters".to_owned());
    }
    Ok(token.into())
}

/// An error message of a third party, as one line of bounded length.
pub(super) fn words_of(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn printed(words: &[&str]) -> Result<String, String> {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        run(&words).await.map(|token| token.expose_secret().to_owned())
    }

    #[tokio::test]
    async fn b07_a_command_prints_the_token_or_says_why_not() {
        assert_eq!(printed(&["printf", "eyJ0.a-b_c\\n"]).await, Ok("eyJ0.a-b_c".to_owned()));
        assert!(printed(&["printf", "two words"]).await.is_err());
        assert!(printed(&["true"]).await.is_err(), "nothing");
        assert!(printed(&["/nowhere/token"]).await.unwrap_err().contains("the token command"));
        let refused = printed(&["ls", "/nowhere/at-all"]).await.unwrap_err();
        assert!(refused.contains("at-all"), "its own words: {refused}");
    }
}
