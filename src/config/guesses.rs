//! Guessable secrets: those that examples use, and those that repeat a part.

/// Secrets of examples.
const WELL_KNOWN: [&str; 12] = [
    "change-me",
    "changeme",
    "change_me",
    "secret",
    "password",
    "portal",
    "postgres",
    "admin",
    "example",
    "minioadmin",
    "token",
    "0123456789abcdef",
];
/// Longest part that is tested for repetition: half of a master key.
const LONGEST_PART: usize = 32;
/// Fewest repeated characters of a repetition. A random secret never repeats so many.
const FEWEST_AGAIN: usize = 6;

/// Whether a secret is not random: well known, or repetitive, as `aaaaaaaaaaaaaaaa` and `change-me-change-me` are. An
/// empty one is not reported.
pub(super) fn is_guessable(secret: &str) -> bool {
    is_well_known(secret) || repeats(secret.as_bytes())
}

fn is_well_known(secret: &str) -> bool {
    WELL_KNOWN.contains(&secret.to_ascii_lowercase().as_str())
}

/// Whether it repeats its first part up to its end.
fn repeats(secret: &[u8]) -> bool {
    let mut parts = 1..=LONGEST_PART.min(secret.len().saturating_sub(FEWEST_AGAIN));
    parts.any(|part| secret.iter().skip(part).eq(secret.iter().take(secret.len() - part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a23_what_stands_in_examples_or_repeats_itself_is_guessed() {
        let [halves, pairs, chance] =
            ["9f3a456789abcdef0123456789abcde0".repeat(2), "5a".repeat(32), "0123456789abcdef".repeat(4)];
        let chance = chance.replacen("0123", "9f3a", 1);
        for weak in [
            "Change-Me",
            "aaaaaaaaaaaaaaaa",
            "change-me-change-me",
            "abababababababab",
            "1234567890123456",
            "0123456789abcdef0123456789abcdef",
            halves.as_str(),
            pairs.as_str(),
        ] {
            assert!(is_guessable(weak), "{weak}");
        }
        for good in [
            "",
            "tram harbour",
            "a-long-word",
            "robot",
            "a token of sixteen",
            "metrics-token-0123456789",
            "d2b1f0a79c6e4833",
            chance.as_str(),
        ] {
            assert!(!is_guessable(good), "{good}");
        }
    }
}
