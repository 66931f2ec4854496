//! Blocks of fields (`Name: value`), and the status numbers within the words of mail systems.

use std::collections::HashMap;

/// Maximum fields of a block.
const MOST_FIELDS: usize = 500;

/// The fields of a block by their names in lower case; of several with one name the first. Continued lines are joined.
pub(super) fn of(block: &str) -> HashMap<String, String> {
    let mut fields: HashMap<String, String> = HashMap::new();
    let mut last: Option<String> = None;
    for line in block.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some(value) = last.as_ref().and_then(|name| fields.get_mut(name)) {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        last = line.split_once(':').filter(|_| fields.len() < MOST_FIELDS).map(|(name, value)| {
            let name = name.trim().to_ascii_lowercase();
            fields.entry(name.clone()).or_insert_with(|| value.trim().to_owned());
            name
        });
    }
    fields
}

/// The blocks of a text, separated by empty lines; an iterator, since there may be many.
pub(super) fn blocks(text: &str) -> impl Iterator<Item = HashMap<String, String>> {
    let mut lines = text.lines();
    std::iter::from_fn(move || {
        let first = lines.find(|line| !line.trim().is_empty())?;
        let rest = lines.by_ref().take_while(|line| !line.trim().is_empty());
        Some(of(&std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n")))
    })
    .filter(|block| !block.is_empty())
}

/// An enhanced status (RFC 3463).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) class: u16,
    pub(super) subject: u16,
    pub(super) detail: u16,
}

impl Status {
    /// Reads `5.1.1`.
    pub(super) fn parse(word: &str) -> Option<Self> {
        let numbers: Vec<u16> = word
            .split('.')
            .map(|number| {
                let plain = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
                plain.then(|| number.parse().ok()).flatten()
            })
            .collect::<Option<_>>()?;
        match numbers.as_slice() {
            &[class @ (2 | 4 | 5), subject @ 0..=7, detail] => Some(Self { class, subject, detail }),
            _ => None,
        }
    }

    /// All statuses in a text, in its order.
    pub(super) fn all(text: &str) -> impl Iterator<Item = Self> {
        // An IPv4 address is one word, and no status.
        words(text).filter_map(|word| Self::parse(word.trim_matches('.')))
    }

    /// The first status in a text.
    pub(super) fn find(text: &str) -> Option<Self> {
        Self::all(text).next()
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// The codes with which mail servers refuse (RFC 5321, 4.2.3, and later additions).
const CODES: [u16; 24] = [
    421, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504, 521, 523, 530, 534, 535, 541, 550, 551, 552, 553, 554, 556,
    557,
];

/// The codes of refusals in a text, in its order.
pub(super) fn codes(text: &str) -> impl Iterator<Item = u16> {
    words(text).filter_map(code)
}

/// The position of the first code or status of a line, in bytes.
pub(super) fn number_at(line: &str) -> Option<usize> {
    let is_number = |word: &&str| code(word).is_some() || Status::parse(word.trim_matches('.')).is_some();
    words(line).find(is_number).and_then(|word| line.find(word))
}

fn code(word: &str) -> Option<u16> {
    if word.len() == 3 { word.parse().ok().filter(|code| CODES.contains(code)) } else { None }
}

/// The words of a text that may be numbers, without addresses and URLs, whose content others choose.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split(|c: char| c.is_whitespace() || "\"<>()[],;".contains(c));
    let own = pieces.filter(|piece| !piece.contains('@') && !piece.contains("://"));
    own.flat_map(|piece| piece.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.')))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continued_lines_are_joined_and_blocks_told_apart() {
        let text =
            "Reporting-MTA: dns; x\n\nAction: failed\nDiagnostic-Code: smtp; 550\n  no such\n\tuser\nAction: other\n";
        let blocks: Vec<_> = blocks(text).collect();
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[1]["diagnostic-code"], "smtp; 550 no such user");
        assert_eq!(blocks[1]["action"], "failed");
    }

    #[test]
    fn a_status_is_told_from_other_numbers() {
        for (text, status) in [
            ("smtp; 550-5.1.1 The email account", Some("5.1.1")),
            ("said: 552 5.2.2. Mailbox full (in reply)", Some("5.2.2")),
            ("#5.1.10 smtp;550", Some("5.1.10")),
            ("from 5.1.1.1 at 10.0.0.5 version 4.96.1 of 5.8.1", None),
            ("2.0.0 (success)", Some("2.0.0")),
        ] {
            assert_eq!(Status::find(text).map(|status| status.to_string()).as_deref(), status, "{text}");
        }
        assert_eq!(codes("host mx said: 550-No such user, 451 later").collect::<Vec<_>>(), [550, 451]);
        assert_eq!(codes("<550@x.example>: see https://x.example/550/5.1.1 451 later").collect::<Vec<_>>(), [451]);
        assert_eq!(Status::find("<5.1.1@x.example> said (https://x.example/5.1.1)"), None);
        assert_eq!(codes("in 550ms, 5500 bytes, 200 OK").next(), None);
        assert_eq!(number_at("host mx said: 550 5.1.1 no"), Some(14));
        assert_eq!(number_at("said: no (#5.1.1)"), Some(11));
        assert_eq!(number_at("250 fine"), None);
    }
}
