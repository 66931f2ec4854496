//! Metrics of the process, in the text format of Prometheus (`OpenMetrics`).
//!
//! `/metrics` requires the token of `server.metrics_token`, and answers no request while none is configured. Labels are
//! route patterns and internal names, never client input, so their number is bounded. Each part that fails
//! ([`crate::incidents`]) has one line, with the words of the refusal, and so has each text that lacked a value, with its key.
//! Background jobs have counts of their own
//! ([`Figures`]).

use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::background::Figures;
use crate::error::{Error, OrInternal as _};
use crate::i18n::TextFault;
use crate::incidents::Trouble;

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
    registry: Registry,
    answers: Family<Status, Counter>,
    throttled: Family<Name, Counter>,
    renderings: Family<What, Counter>,
    passwords_waiting: Gauge,
    passwords_refused: Counter,
    passwords_hashed: Counter,
    log_lines_dropped: Counter,
    troubles: Family<NotWorking, Gauge>,
    text_faults: Family<Text, Gauge>,
    jobs: Figures,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("portal");
        let (answers, throttled) = (Family::default(), Family::default());
        let renderings = Family::default();
        let (passwords_waiting, passwords_refused) = (Gauge::default(), Counter::default());
        let passwords_hashed = Counter::default();
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
        let log_lines_dropped = Counter::default();
        let help = "Lines of the access log that were dropped, since it could not keep up";
        registry.register("log_lines_dropped", help, log_lines_dropped.clone());
        let troubles = Family::default();
        let help = "Since when a part does not work, in seconds since 1970, with the words of whoever refuses";
        registry.register("trouble_since_seconds", help, troubles.clone());
        let text_faults = Family::default();
        let help = "How often a text was said that lacked a value or is in no catalogue, by its key";
        registry.register("text_faults", help, text_faults.clone());
        let jobs = Figures::default();
        jobs.register(&mut registry);
        Self(Arc::new(Inner {
            registry,
            answers,
            throttled,
            renderings,
            passwords_waiting,
            passwords_refused,
            passwords_hashed,
            log_lines_dropped,
            troubles,
            text_faults,
            jobs,
        }))
    }
}

impl Metrics {
    /// Counts an answer with this status.
    pub fn answered(&self, status: u16) {
        self.0.answers.get_or_create(&Status { status }).inc();
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

    /// Counts a line of the access log that was dropped.
    pub fn log_line_dropped(&self) {
        self.0.log_lines_dropped.inc();
    }

    /// The figures of background jobs.
    #[must_use]
    pub fn jobs(&self) -> Figures {
        self.0.jobs.clone()
    }

    /// All metrics as text, with the parts that fail now, and the texts that lacked a value.
    pub fn text(&self, troubles: &[Trouble], text_faults: &[(TextFault, u64)]) -> Result<String, Error> {
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
        prometheus_client::encoding::text::encode(&mut text, &self.0.registry).or_internal()?;
        Ok(text)
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
    fn b03_what_does_not_work_has_a_line_with_the_words_and_none_when_it_does() {
        let metrics = Metrics::default();
        let words = "550 \"quota\\day\"\nportal_answers 1".to_owned();
        let trouble = Trouble { part: Part::Relay, since: Timestamp::from_micros(7_000_000), words };
        let text = metrics.text(&[trouble], &[]).unwrap();
        let line = r#"portal_trouble_since_seconds{part="mail_relay",words="550 'quota/day' portal_answers 1"} 7"#;
        assert!(text.lines().any(|each| each == line), "{text}");
        assert!(!metrics.text(&[], &[]).unwrap().contains("mail_relay"));
    }

    #[test]
    fn a_text_that_lacks_something_has_a_line() {
        let fault = |lack: &str| TextFault { key: "mail-x.body".to_owned(), catalogue: "fr", lack: lack.to_owned() };
        let text = Metrics::default().text(&[], &[(fault("a"), 2), (fault("b"), 1)]).unwrap();
        let line = r#"portal_text_faults{text="mail-x.body",catalogue="fr"} 3"#;
        assert!(text.lines().any(|each| each == line), "{text}");
    }
}
