//! A bucket of an S3-compatible service, addressed in path style; each request is signed in its URL (Signature Version
//! 4).
//!
//! The URL is valid for a minute and appears in no error and no log line. Unexpected answers of the service concern the
//! operator, so their code is logged and the client is told to retry.

use std::time::Duration;

use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use secrecy::ExposeSecret as _;
use ureq::http::Response;
use ureq::{Agent, Body};

use super::{LARGEST, ObjectStore, ReplacedStore};
use crate::config;
use crate::error::{Error, OrInternal as _};
use crate::reloadable::Reloadable;
use crate::time::Clock;
use crate::tls;

/// How long a signed URL is valid.
const SIGNED: Duration = Duration::from_mins(1);
/// Maximum bytes that are read of an error's body.
const EXPLANATION: u64 = 4_096;

/// The bucket.
pub(super) struct S3 {
    bucket: Bucket,
    credentials: Credentials,
    agent: Reloadable<Agent>,
    clock: Clock,
}

impl S3 {
    /// For the configured bucket; sends no request.
    pub(super) fn new(settings: &config::Storage, clock: Clock) -> Result<Self, Error> {
        let url: url::Url = settings.s3_url.parse().or_internal()?;
        let agent = Reloadable::new(agent(settings)?);
        let bucket = Bucket::new(url, UrlStyle::Path, settings.s3_bucket.clone(), settings.s3_region.clone());
        let credentials = Credentials::new(&settings.s3_access_key, settings.s3_secret_key.expose_secret());
        Ok(Self { bucket: bucket.or_internal()?, credentials, agent, clock })
    }

    fn signed<'a>(&self, action: &impl S3Action<'a>) -> Result<String, Error> {
        let now = jiff::Timestamp::from_microsecond(self.clock.now().as_micros()).or_internal()?;
        Ok(action.sign_with_time(SIGNED, &now).into())
    }
}

/// What sends the requests.
fn agent(settings: &config::Storage) -> Result<Agent, Error> {
    let mut agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(settings.s3_timeout_seconds)));
    if settings.s3_url.starts_with("https:") {
        agent = agent.tls_config(tls::config(&settings.s3_ca_file)?);
    }
    Ok(agent.build().into())
}

impl ObjectStore for S3 {
    fn put(&self, key: &str, bytes: &[u8]) -> Result<(), Error> {
        let url = self.signed(&self.bucket.put_object(Some(&self.credentials), key))?;
        succeeded(self.agent.get().put(url).content_type("application/octet-stream").send(bytes))?;
        Ok(())
    }

    fn replace(&self, key: &str, bytes: &[u8]) -> Result<(), Error> {
        self.put(key, bytes)
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let url = self.signed(&self.bucket.get_object(Some(&self.credentials), key))?;
        let Some(answer) = succeeded(self.agent.get().get(url).call())? else { return Ok(None) };
        let bytes = answer.into_body().into_with_config().limit(LARGEST).read_to_vec();
        bytes.map(Some).map_err(|error| unreachable(&error))
    }

    /// The key of the bucket needs no right to list.
    fn each(&self, _visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<bool, Error> {
        Ok(false)
    }

    fn delete(&self, key: &str) -> Result<(), Error> {
        let url = self.signed(&self.bucket.delete_object(Some(&self.credentials), key))?;
        succeeded(self.agent.get().delete(url).call())?;
        Ok(())
    }

    fn read_again(&self, settings: &config::Storage) -> Result<ReplacedStore, Error> {
        let (used, new) = (self.agent.clone(), agent(settings)?);
        Ok(ReplacedStore(Box::new(move || used.set(new))))
    }
}

/// The answer if it is a success; none if there is no such object.
fn succeeded(answer: Result<Response<Body>, ureq::Error>) -> Result<Option<Response<Body>>, Error> {
    let answer = answer.map_err(|error| unreachable(&error))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(Some(answer));
    }
    let explanation = answer.into_body().into_with_config().limit(EXPLANATION).read_to_string().unwrap_or_default();
    match (status.as_u16(), code(&explanation)) {
        // A missing bucket is an error, and so is an answer of a server that is no S3.
        (404, Some("NoSuchKey")) => Ok(None),
        (status, code) => Err(Error::storage_unreachable(format!("S3 answered {status} {}", code.unwrap_or("-")))),
    }
}

/// The code in the XML of an error.
fn code(explanation: &str) -> Option<&str> {
    explanation.split_once("<Code>")?.1.split_once("</Code>").map(|(code, _)| code)
}

/// The kind of the failure, without the URL, which is signed.
fn unreachable(error: &ureq::Error) -> Error {
    Error::storage_unreachable(match error {
        ureq::Error::Io(error) => format!("S3: {error}"),
        ureq::Error::Timeout(_) => "S3 does not answer in time".to_owned(),
        ureq::Error::HostNotFound => "S3: there is no such host".to_owned(),
        ureq::Error::ConnectionFailed => "S3: no connection".to_owned(),
        ureq::Error::Rustls(error) => format!("S3: {error}"),
        ureq::Error::BodyExceedsLimit(_) => "S3 sent more than we ever put".to_owned(),
        _ => "S3: the exchange failed".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_known_by_its_code() {
        let xml = "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Key>x</Key></Error>";
        assert_eq!(code(xml), Some("NoSuchKey"));
        assert_eq!(code("<html>not found</html>"), None);
    }
}
