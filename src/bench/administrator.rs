//! The administrator of a bench, with an authenticator app, which the portal requires.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use super::Outcome;
use super::client::{Connection, call, request};
use crate::http::request_context::SESSION_COOKIE;
use crate::private_files;
use crate::random::Random;
use crate::secrets::hex;
use crate::time::Clock;

/// Seconds of a code of the authenticator app.
const STEP: u64 = 30;

/// The password of all people who can log in.
pub const PASSWORD: &str = "a long password of the bench";

/// Where the second factor is sent.
const SECOND: &str = "/api/v1/auth/login/mfa";

/// A person of the Secretariat.
pub struct Administrator {
    email: String,
    app: Totp,
}

impl Administrator {
    /// Makes what the first start of a portal in this folder makes: its key, and by `portal migrate`, which `command`
    /// runs, its tables.
    ///
    /// # Errors
    /// If one of them cannot be made.
    pub fn prepare(command: &mut Command, folder: &Path) -> Outcome<()> {
        let folder = folder.join("var");
        private_files::make_folder(&folder)?;
        let key = hex(&Random::system().bytes::<32>());
        private_files::create_new(&folder.join("master.key"))?.write_all(key.as_bytes())?;
        let ended = command.arg("migrate").stdin(Stdio::null()).output()?;
        let said = String::from_utf8_lossy(&ended.stderr);
        if ended.status.success() { Ok(()) } else { Err(format!("portal migrate failed: {said}").into()) }
    }

    /// Creates one by `portal admin create`, which `command` runs; its last output is the URI.
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

    /// The form of a login.
    pub fn login(&self) -> Value {
        json!({ "email": self.email, "password": PASSWORD })
    }

    /// An access token, with two factors. A code can be used once, so call this once.
    pub async fn token(&self, portal: SocketAddr) -> Outcome<String> {
        let second = self.second_factor(portal, 0).await?;
        let tokens = call(portal, "POST", SECOND, None, Some(&second)).await?;
        Ok(text(&tokens, "/access_token")?.to_owned())
    }

    /// The cookie of a session in a browser, with two factors. It takes the next code, which the portal accepts by then,
    /// so call this once, and after [`Self::token`].
    ///
    /// # Errors
    /// If the login fails.
    pub async fn cookie(&self, portal: SocketAddr) -> Outcome<String> {
        let mut second = self.second_factor(portal, STEP).await?;
        if let Some(form) = second.as_object_mut() {
            form.insert("cookie".to_owned(), json!(true));
        }
        let mut connection = Connection::open(portal).await?;
        let status = connection.exchange(&request("POST", SECOND, None, Some(&second))).await?;
        let head = String::from_utf8_lossy(connection.head()).into_owned();
        let cookies = head.split("\r\n").filter_map(|line| line.split_once(": "));
        let cookies = cookies.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        let mut pairs = cookies.filter_map(|(_, cookie)| cookie.split(';').next());
        let session = pairs.find(|pair| pair.split_once('=').is_some_and(|(name, _)| name == SESSION_COOKIE));
        session
            .map(str::to_owned)
            .ok_or_else(|| format!("a browser's login answered {status} without a session").into())
    }

    /// The form of the second factor after the password, with the code of so many seconds later.
    async fn second_factor(&self, portal: SocketAddr, later: u64) -> Outcome<Value> {
        let challenge = call(portal, "POST", "/api/v1/auth/login", None, Some(&self.login())).await?;
        let at = u64::try_from(Clock::system().now().as_seconds())? + later;
        let code = self.app.generate(at).to_string();
        Ok(json!({ "challenge": text(&challenge, "/challenge")?, "method": "totp", "code": code }))
    }
}

/// The text at a pointer of an answer.
pub fn text<'a>(answer: &'a Value, pointer: &str) -> Outcome<&'a str> {
    answer.pointer(pointer).and_then(Value::as_str).ok_or_else(|| format!("no {pointer} in {answer}").into())
}
