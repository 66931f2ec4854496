//! The values of flags: a wrong one is answered with how a right one is written.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::db::Id;
use crate::time::Timestamp;

/// A whole number in this range.
pub(super) fn number<N>(range: RangeInclusive<N>) -> impl Fn(&str) -> Result<N, String> + Clone + Send + Sync
where
    N: FromStr + PartialOrd + Display + Clone + Send + Sync,
{
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| format!("must be a whole number from {} to {}", range.start(), range.end()))
    }
}

/// An instant, in UTC or with an offset (RFC 3339).
pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_any| "must be written as 2026-12-01T18:00Z, or 2026-12-01T18:00+01:00".to_owned())
}

/// An id, as the log and the API write it.
pub(super) fn id(text: &str) -> Result<Id, String> {
    text.parse().map_err(|_any| "must be written as 0197f3c2-5d1e-7a60-9b1f-2c4d6e8f0a1b".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_value_is_answered_with_a_right_one() {
        let small = number(1_u32..=100);
        assert_eq!(small("100"), Ok(100));
        for wrong in ["x", "", "0", "101", "-1", "1.5", "99999999999"] {
            assert_eq!(small(wrong).unwrap_err(), "must be a whole number from 1 to 100", "{wrong}");
        }
        assert_eq!(instant("2026-12-01T18:00Z"), instant("2026-12-01T19:00+01:00"));
        for (parsed, wrong) in [(instant("tomorrow").err(), "tomorrow"), (id("12").err(), "12")] {
            let words = parsed.unwrap();
            let example = words.split(' ').next_back().unwrap();
            assert!(instant(example).is_ok() || id(example).is_ok(), "{wrong}: {words}");
        }
    }
}
