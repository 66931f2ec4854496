//! Decimal numbers as they were entered: no floating point, no lost digits.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Most digits before and after the point.
const MOST_DIGITS: usize = 16;
const MOST_FRACTION: usize = 9;

/// A decimal number, such as `-12.50`: at most 16 digits before and 9 after the point. Equal in value is equal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    /// The value in billionths.
    billionths: i128,
    text: String,
}

/// A text is no decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDecimal;

impl fmt::Display for NoDecimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a number with at most 16 digits before and 9 after the point is expected")
    }
}

impl FromStr for Decimal {
    type Err = NoDecimal;

    fn from_str(text: &str) -> Result<Self, NoDecimal> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !is_decimal(digits.bytes()) {
            return Err(NoDecimal);
        }
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all: i128 = format!("{whole}{fraction:0<MOST_FRACTION$}").parse().map_err(|_| NoDecimal)?;
        let billionths = if text.starts_with('-') { -all } else { all };
        Ok(Self { billionths, text: text.to_owned() })
    }
}

/// Whether these are digits of a number, with a point between them or without. A rule may compare a long text with a
/// number thousands of times, so nothing is read after the first byte that is wrong or too many.
fn is_decimal(bytes: impl IntoIterator<Item = u8>) -> bool {
    let (mut whole, mut fraction, mut has_point) = (0, 0, false);
    for byte in bytes {
        match byte {
            b'.' if !has_point => has_point = true,
            b'0'..=b'9' if has_point => fraction += 1,
            b'0'..=b'9' => whole += 1,
            _ => return false,
        }
        if whole > MOST_DIGITS || fraction > MOST_FRACTION {
            return false;
        }
    }
    whole > 0 && (fraction > 0 || !has_point)
}

impl TryFrom<String> for Decimal {
    type Error = NoDecimal;

    fn try_from(text: String) -> Result<Self, NoDecimal> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(number: Decimal) -> Self {
        number.text
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.billionths == other.billionths
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.billionths.cmp(&other.billionths)
    }
}

impl Decimal {
    /// A whole number.
    pub fn whole(number: i32) -> Self {
        Self { billionths: i128::from(number) * 1_000_000_000, text: number.to_string() }
    }

    /// The text without zeros in front, and without the sign of nothing.
    pub fn canonical(&self) -> String {
        let digits = self.text.trim_start_matches('-');
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let stripped = whole.trim_start_matches('0');
        let sign = if self.billionths < 0 { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{}{point}{fraction}", if stripped.is_empty() { "0" } else { stripped })
    }

    /// Whether it has no fraction.
    pub fn is_whole(&self) -> bool {
        self.billionths % 1_000_000_000 == 0
    }

    /// The sum, difference or product of two; none where it has too many digits.
    pub(crate) fn computed(&self, other: &Self, operation: impl Fn(i128, i128) -> Option<i128>) -> Option<Self> {
        Self::of_billionths(operation(self.billionths, other.billionths)?)
    }

    /// The number of so many billionths.
    pub(crate) fn of_billionths(billionths: i128) -> Option<Self> {
        let (sign, all) = (if billionths < 0 { "-" } else { "" }, billionths.unsigned_abs());
        let (whole, fraction) = (all / 1_000_000_000, all % 1_000_000_000);
        let text = if fraction == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{}", format!("{fraction:09}").trim_end_matches('0'))
        };
        text.parse().ok()
    }

    pub(crate) fn billionths(&self) -> i128 {
        self.billionths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_compare_by_value() {
        let number = |text: &str| text.parse::<Decimal>();
        assert_eq!(number("12.50").map(|number| number.to_string()), Ok("12.50".to_owned()));
        assert_eq!(number("12.50"), number("12.5"));
        assert!(number("-0.5").unwrap() < number("0.25").unwrap());
        for wrong in ["", "-", ".5", "5.", "1e3", "+1", "1,5", "٣", "12345678901234567", "0.1234567891"] {
            assert_eq!(number(wrong), Err(NoDecimal), "{wrong:?}");
        }
        assert!(number("-1234567890123456.123456789").is_ok(), "the longest");
        let canonical = |text: &str| number(text).unwrap().canonical();
        assert_eq!(["007.50", "-0.0", "-00.5", "10"].map(canonical), ["7.50", "0.0", "-0.5", "10"]);
        assert_eq!(Decimal::of_billionths(-1_500_000_000).unwrap().to_string(), "-1.5");
    }

    #[test]
    fn a03_of_a_long_text_no_more_is_read_than_a_number_may_have() {
        let read = |begin: &str| {
            let mut read = 0;
            let endless = begin.bytes().chain(std::iter::repeat(b'7')).inspect(|_| read += 1);
            assert!(!is_decimal(endless), "{begin}");
            read
        };
        assert_eq!(["", "12.", "a"].map(read), [MOST_DIGITS + 1, "12.".len() + MOST_FRACTION + 1, 1]);
    }
}
