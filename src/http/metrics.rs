//! The registry of the figures of this process, and those of requests.
//!
//! Features add theirs ([`Metrics::add`]; `metrics` explains how), and `/metrics` writes all of them as text. Labels
//! are route patterns, methods of HTTP, classes of status and internal names, never client input, so their number is
//! bounded. Each part that fails ([`crate::incidents`]) has one line, with the words of the refusal, and so has each
//! text that lacked a value, with its key.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text as encoding};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

use crate::background;
use crate::error::{Error, OrInternal as _};
use crate::i18n::TextFault;
use crate::incidents::Trouble;
use crate::metrics::{Figures, Registry};

/// Upper bounds of the buckets of requests, in seconds: eight, since there are as many series for each route, method
/// and class of status.
const TIMES: [f64; 8] = [0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: Arc<str>,
    status: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Status {
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Name {
    bucket: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct What {
    of: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct NotWorking {
    part: &'static str,
    words: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Text {
    text: String,
    catalogue: &'static str,
}

/// The counters. Cloning shares them.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    /// All of them, with the prefix of the portal; and those that have none.
    registry: Mutex<Registry>,
    of_system: Mutex<Registry>,
    requests: Family<Request, Histogram>,
    in_flight: Gauge,
    answers: Family<Status, Counter>,
    throttled: Family<Name, Counter>,
    renderings: Family<What, Counter>,
    passwords_waiting: Gauge,
    passwords_refused: Counter,
    passwords_hashed: Counter,
    password_times: Histogram,
    troubles: Family<NotWorking, Gauge>,
    text_faults: Family<Text, Gauge>,
    jobs: background::Figures,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("portal");
        let (answers, throttled) = (Family::default(), Family::default());
        let renderings = Family::default();
        let (passwords_waiting, passwords_refused) = (Gauge::default(), Counter::default());
        let passwords_hashed = Counter::default();
        let password_times = Histogram::new(TIMES);
        registry.register("password_hash_seconds", "How long a hash of a password took", password_times.clone());
        let requests = Family::<Request, Histogram>::new_with_constructor(|| Histogram::new(TIMES));
        let help = "How long requests took, by method, pattern of the route and class of status";
        registry.register("http_request_duration_seconds", help, requests.clone());
        let in_flight = Gauge::default();
        registry.register("http_requests_in_flight", "Requests that are being answered", in_flight.clone());
        registry.register("answers", "Answers by HTTP status", answers.clone());
        registry.register("throttled", "Tries that had to wait, by bucket", throttled.clone());
        registry.register(
            "renderings",
            "Texts and answers rendered for readers, by where they stand",
            renderings.clone(),
        );
        registry.register("passwords_waiting", "Passwords that wait to be hashed", passwords_waiting.clone());
        registry.register("passwords_refused", "Passwords answered 503", passwords_refused.clone());
        registry.register("passwords_hashed", "Hashes computed of passwords", passwords_hashed.clone());
        let troubles = Family::default();
        let help = "Since when a part does not work, in seconds since 1970, with the words of whoever refuses";
        registry.register("trouble_since_seconds", help, troubles.clone());
        let text_faults = Family::default();
        let help = "How often a text was said that lacked a value or is in no catalogue, by its key";
        registry.register("text_faults", help, text_faults.clone());
        let jobs = background::Figures::default();
        jobs.register(&mut registry);
        Self(Arc::new(Inner {
            registry: Mutex::new(registry),
            of_system: Mutex::default(),
            requests,
            in_flight,
            answers,
            throttled,
            renderings,
            passwords_waiting,
            passwords_refused,
            passwords_hashed,
            password_times,
            troubles,
            text_faults,
            jobs,
        }))
    }
}

/// A request that is being answered, until it is dropped.
pub struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Adds the figures of a feature.
    pub fn add(&self, figures: &impl Figures) {
        self.add_by(|registry| figures.register(registry));
    }

    /// Adds figures by this function.
    pub fn add_by(&self, register: impl FnOnce(&mut Registry)) {
        register(&mut locked(&self.0.registry));
    }

    /// Adds figures whose names have no prefix by this function.
    pub fn add_of_system(&self, register: impl FnOnce(&mut Registry)) {
        register(&mut locked(&self.0.of_system));
    }

    /// Counts a request until the value is dropped.
    #[must_use]
    pub fn begun(&self) -> InFlight {
        self.0.in_flight.inc();
        InFlight(self.0.in_flight.clone())
    }

    /// Counts an answer with this status: to this method, at this pattern of a route, after so long.
    pub fn answered(&self, method: &str, route: &Arc<str>, status: u16, took: Duration) {
        self.0.answers.get_or_create(&Status { status }).inc();
        let request = Request { method: known_method(method), route: Arc::clone(route), status: class_of(status) };
        self.0.requests.get_or_create(&request).observe(took.as_secs_f64());
    }

    /// Counts a throttled attempt.
    pub fn throttled(&self, bucket: &'static str) {
        self.0.throttled.get_or_create(&Name { bucket }).inc();
    }

    /// Counts a rendered text.
    pub fn rendered(&self, of: &'static str) {
        self.0.renderings.get_or_create(&What { of }).inc();
    }

    /// Sets the number of waiting passwords.
    pub fn passwords_waiting(&self, count: usize) {
        self.0.passwords_waiting.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Counts a password that was answered 503.
    pub fn password_refused(&self) {
        self.0.passwords_refused.inc();
    }

    /// Counts a hash that was computed of a password.
    pub fn password_hashed(&self) {
        self.0.passwords_hashed.inc();
    }

    /// Counts how long a hash took.
    pub fn password_took(&self, took: Duration) {
        self.0.password_times.observe(took.as_secs_f64());
    }

    /// The figures of background jobs.
    #[must_use]
    pub fn jobs(&self) -> background::Figures {
        self.0.jobs.clone()
    }

    /// All metrics as text, with the parts that fail now, the texts that lacked a value, and the `states` of the
    /// database as they are written already.
    pub fn text(&self, troubles: &[Trouble], text_faults: &[(TextFault, u64)], states: &str) -> Result<String, Error> {
        // Held until all is written, so that two who ask at once do not mix.
        let registry = locked(&self.0.registry);
        self.0.troubles.clear();
        for Trouble { part, since, words } in troubles {
            let label = NotWorking { part: part.as_str(), words: label_of(words) };
            self.0.troubles.get_or_create(&label).set(since.as_seconds());
        }
        self.0.text_faults.clear();
        for (TextFault { key, catalogue, .. }, times) in text_faults {
            let label = Text { text: label_of(key), catalogue };
            self.0.text_faults.get_or_create(&label).inc_by(i64::try_from(*times).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        encoding::encode_registry(&mut text, &registry).or_internal()?;
        text.push_str(states);
        encoding::encode_registry(&mut text, &locked(&self.0.of_system)).or_internal()?;
        encoding::encode_eof(&mut text).or_internal()?;
        Ok(text)
    }
}

fn locked(registry: &Mutex<Registry>) -> MutexGuard<'_, Registry> {
    registry.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A method as a label, and in the log; one word for all that HTTP does not know, since clients may invent any, of any
/// length.
pub(super) fn known_method(method: &str) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT"];
    known.into_iter().find(|known| *known == method).unwrap_or("_OTHER")
}

fn class_of(status: u16) -> &'static str {
    match status {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

/// Words as the value of a label, without the characters that would end it, since the encoder does not escape them.
fn label_of(words: &str) -> String {
    words
        .chars()
        .map(|c| match c {
            '"' => '\'',
            '\\' => '/',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::Part;
    use crate::time::Timestamp;

    #[test]
    fn a_method_that_a_client_made_up_is_one_word() {
        assert_eq!(
            ["GET", "REPORT", "get", "X".repeat(100_000).as_str()].map(known_method),
            ["GET", "REPORT", "_OTHER", "_OTHER"]
        );
    }

    #[test]
    fn b03_what_does_not_work_has_a_line_with_the_words_and_none_when_it_does() {
        let metrics = Metrics::default();
        let words = "550 \"quota\\day\"\nportal_answers 1".to_owned();
        let trouble = Trouble { part: Part::Relay, since: Timestamp::from_micros(7_000_000), words };
        let text = metrics.text(&[trouble], &[], "").unwrap();
        let line = r#"portal_trouble_since_seconds{part="mail_relay",words="550 'quota/day' portal_answers 1"} 7"#;
        assert!(text.lines().any(|each| each == line), "{text}");
        assert!(!metrics.text(&[], &[], "").unwrap().contains("mail_relay"));
    }

    #[test]
    fn a_text_that_lacks_something_has_a_line() {
        let fault = |lack: &str| TextFault { key: "mail-x.body".to_owned(), catalogue: "fr", lack: lack.to_owned() };
        let text = Metrics::default().text(&[], &[(fault("a"), 2), (fault("b"), 1)], "").unwrap();
        let line = r#"portal_text_faults{text="mail-x.body",catalogue="fr"} 3"#;
        assert!(text.lines().any(|each| each == line), "{text}");
    }

    #[test]
    fn o23_a_request_is_counted_by_its_route_and_no_method_that_a_client_invents() {
        let metrics = Metrics::default();
        let in_flight = metrics.begun();
        for method in ["GET", "GET", "BREW", "STEAL"] {
            metrics.answered(method, &Arc::from("/contacts/{id}"), 404, Duration::from_millis(3));
        }
        let text = metrics.text(&[], &[], "").unwrap();
        for line in [
            r#"portal_http_request_duration_seconds_count{method="GET",route="/contacts/{id}",status="4xx"} 2"#,
            r#"portal_http_request_duration_seconds_count{method="_OTHER",route="/contacts/{id}",status="4xx"} 2"#,
            "portal_http_requests_in_flight 1",
            "# EOF",
        ] {
            assert!(text.lines().any(|each| each == line), "{line} in {text}");
        }
        drop(in_flight);
        assert!(metrics.text(&[], &[], "").unwrap().contains("portal_http_requests_in_flight 0"));
    }
}
