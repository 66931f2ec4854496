//! The signature of an event, its retry schedule, and the state of an endpoint that fails.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, OrInternal as _};
use crate::events::Kind;
use crate::time::Timestamp;
use crate::webhooks::types::{Attempt, Disabled};

/// Waits between attempts, in seconds; after the last there is none. In total three days.
const WAITS: [u64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// An endpoint is switched off when nothing succeeded for this time.
const PATIENCE: Duration = Duration::from_hours(5 * 24);

/// The body of a request: what happened, when, and the object. The same bytes at each attempt.
pub fn body(kind: Kind, at: Timestamp, data: &Value) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Body<'a> {
        r#type: Kind,
        timestamp: Timestamp,
        data: &'a Value,
    }
    serde_json::to_string(&Body { r#type: kind, timestamp: at, data }).or_internal()
}

/// The header `webhook-signature` (Standard Webhooks): one signature per secret, separated by spaces.
#[must_use]
pub fn signatures(secrets: &[Vec<u8>], id: &str, seconds: i64, body: &str) -> String {
    let signed = format!("{id}.{seconds}.{body}");
    let sign = |secret: &Vec<u8>| {
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
        format!("v1,{}", STANDARD.encode(mac))
    };
    secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
}

/// The wait after the `attempts`th attempt failed, shifted by up to a fifth either way; none after the last.
///
/// `jitter` is between 0 and 400: thousandths added to 80 %.
#[must_use]
pub fn wait_after(attempts: i32, jitter: u64) -> Option<Duration> {
    let step = usize::try_from(attempts).ok()?.checked_sub(1)?;
    WAITS.get(step).map(|seconds| Duration::from_millis(seconds * (800 + jitter.min(400))))
}

/// The health of an endpoint after its attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// An attempt succeeded.
    Well,
    /// No attempt has succeeded since then.
    FailingSince(Timestamp),
    /// It is switched off.
    Over(Disabled),
}

/// The health of an endpoint after these attempts, of which there is at least one.
#[must_use]
pub fn health(failing_since: Option<Timestamp>, attempts: &[&Attempt], now: Timestamp) -> Health {
    let since = failing_since.unwrap_or(now);
    if attempts.iter().any(|attempt| attempt.status == Some(410)) {
        Health::Over(Disabled::Gone)
    } else if attempts.iter().any(|attempt| attempt.fault.is_none()) {
        Health::Well
    } else if since.plus(PATIENCE) <= now {
        Health::Over(Disabled::Failing)
    } else {
        Health::FailingSince(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhooks::types::Fault;

    #[test]
    fn the_signature_is_the_one_of_the_specification() {
        // The example of the reference implementations (standard-webhooks, libraries/python/tests).
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = r#"{"test": 2432232314}"#;
        let signed = signatures(std::slice::from_ref(&secret), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let both = signatures(&[secret, vec![1; 32]], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert!(both.starts_with(&format!("{signed} v1,")) && both.len() > signed.len() + 40);
    }

    #[test]
    fn it_is_tried_ten_times_in_three_days() {
        let waits: Vec<u64> =
            (1..).map_while(|attempts| wait_after(attempts, 200)).map(|wait| wait.as_secs()).collect();
        assert_eq!(waits, WAITS);
        assert_eq!(wait_after(1, 0), Some(Duration::from_secs(4)));
        assert_eq!(wait_after(1, 1_000), Some(Duration::from_secs(6)));
        assert_eq!((wait_after(0, 0), wait_after(10, 0), wait_after(-1, 0)), (None, None, None));
    }

    #[test]
    fn an_endpoint_is_given_up_when_it_says_so_or_after_five_days() {
        let now = Timestamp::from_micros(0).plus(Duration::from_hours(1_000));
        let attempt = |status, fault| Attempt { status, fault, millis: 1, answer: None };
        let (good, bad) = (attempt(Some(204), None), attempt(Some(500), Some(Fault::Refused)));
        let gone = attempt(Some(410), Some(Fault::Refused));
        assert_eq!(health(None, &[&bad], now), Health::FailingSince(now));
        assert_eq!(health(Some(now.minus(Duration::from_hours(119))), &[&bad, &good], now), Health::Well);
        let since = now.minus(Duration::from_hours(119));
        assert_eq!(health(Some(since), &[&bad], now), Health::FailingSince(since));
        let since = now.minus(PATIENCE);
        assert_eq!(health(Some(since), &[&bad], now), Health::Over(Disabled::Failing));
        assert_eq!(health(None, &[&good, &gone], now), Health::Over(Disabled::Gone));
    }
}
