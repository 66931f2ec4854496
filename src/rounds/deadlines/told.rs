//! A deadline as mails and calendar files put it into words.

use super::rules::shown;
use crate::i18n::Args;
use crate::mail::{Argument, Fact};
use crate::time::{Day, Timestamp, Zone};

/// A deadline in the zone of its round. Texts know `closing`, `day`, `at` and `zone`: the message `round-deadline` puts
/// them together.
#[derive(Clone, Debug)]
pub struct Told {
    at: Timestamp,
    zone: String,
}

impl Told {
    /// This instant in this zone.
    pub(in crate::rounds) fn of(at: Timestamp, zone: &str) -> Self {
        Self { at, zone: zone.to_owned() }
    }
}

impl Argument for Told {
    fn add(&self, _: &'static str, args: &mut Args) {
        let told = shown(self.at, &Zone::stored(Some(&self.zone)));
        let closing = if told.time == "24:00" { "day_end" } else { "hour" };
        args.push(("closing", closing.to_owned()));
        Day::parse(&told.day).add("day", args);
        self.at.add("at", args);
        self.zone.add("zone", args);
    }

    #[cfg(test)]
    fn samples(_: &str) -> Vec<Self> {
        let told = |at: &str| Self::of(at.parse().unwrap(), "Europe/Brussels");
        vec![told("2024-05-15T22:00:00Z"), told("2024-05-15T16:00:00Z")]
    }
}

impl Fact for Told {}
