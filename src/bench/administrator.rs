//! The administrator of a bench, with the authenticator app that the portal asks of one.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use super::Outcome;
use super::client::call;
use crate::time::Clock;

/// The password of everybody who can log in.
pub const PASSWORD: &str = "a long password of the bench";

/// Somebody of the Secretariat.
pub struct Administrator {
    email: String,
    app: Totp,
}

impl Administrator {
    /// Makes one by `portal admin create`, which `command` is to run; its URI is the last thing that is printed.
    pub fn create(command: &mut Command, email: &str) -> Outcome<Self> {
        command.args(["admin", "create", "--email", email, "--name", "Bench", "--totp"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        child.stdin.take().ok_or("no standard input")?.write_all(PASSWORD.as_bytes())?;
        let said = String::from_utf8(child.wait_with_output()?.stdout)?;
        let (_, secret) = said.split_once("secret=").ok_or_else(|| format!("portal admin create said: {said}"))?;
        let secret: String = secret.chars().take_while(char::is_ascii_alphanumeric).collect();
        let secret = Secret::try_from_base32(&secret).map_err(|error| error.to_string())?;
        let app = Builder::new().with_secret(secret).build().map_err(|error| error.to_string())?;
        Ok(Self { email: email.to_owned(), app })
    }

    /// What the administrator logs in with.
    pub fn login(&self) -> Value {
        json!({ "email": self.email, "password": PASSWORD })
    }

    /// An access token, with two factors. A code is good once, so ask once.
    pub async fn token(&self, portal: SocketAddr) -> Outcome<String> {
        let challenge = call(portal, "POST", "/api/v1/auth/login", None, Some(&self.login())).await?;
        let now = u64::try_from(Clock::system().now().as_seconds())?;
        let second = json!({
            "challenge": text(&challenge, "/challenge")?, "method": "totp", "code": self.app.generate(now).to_string(),
        });
        let tokens = call(portal, "POST", "/api/v1/auth/login/mfa", None, Some(&second)).await?;
        Ok(text(&tokens, "/access_token")?.to_owned())
    }
}

/// A text at a place of an answer.
pub fn text<'a>(answer: &'a Value, pointer: &str) -> Outcome<&'a str> {
    answer.pointer(pointer).and_then(Value::as_str).ok_or_else(|| format!("no {pointer} in {answer}").into())
}
