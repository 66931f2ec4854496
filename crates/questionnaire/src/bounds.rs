//! Limits: of the size of a questionnaire, of the list of its faults, and of the work to find them.
//!
//! Sheets and drafts come from anybody who writes surveys. So whatever they multiply is counted before it is made: a
//! list of options is there once in the sheets, and once for each question in the questionnaire.

/// Languages of a questionnaire.
pub(crate) const MOST_LANGUAGES: usize = 12;
/// Characters of the tag of a language.
pub(crate) const MOST_TAG: usize = 35;
/// Sections.
pub(crate) const MOST_SECTIONS: usize = 40;
/// Questions.
pub(crate) const MOST_QUESTIONS: usize = 500;
/// Notes and groups.
pub(crate) const MOST_ITEMS: usize = 500;
/// Rows of a matrix.
pub(crate) const MOST_ROWS: usize = 60;
/// Rows of all matrices together.
pub(crate) const MOST_ROWS_IN_ALL: usize = 5_000;
/// Options of a question.
pub(crate) const MOST_OPTIONS: usize = 200;
/// Options of all questions together.
pub(crate) const MOST_OPTIONS_IN_ALL: usize = 5_000;
/// Characters of a text.
pub(crate) const MOST_TEXT: usize = 4_000;
/// Bytes of all texts together.
pub(crate) const MOST_TEXTS: usize = 1_000_000;
/// Bytes of all rules together.
pub(crate) const MOST_RULES: usize = 250_000;
/// Characters of a code.
pub(crate) const MOST_CODE: usize = 64;
/// Most faults in a list.
pub const MOST_FAULTS: usize = 500;
/// Most bytes of the texts of a list of faults; codes do not count.
const MOST_TOLD: usize = 200_000;
/// Characters of a word that is shown.
const MOST_SHOWN: usize = 80;
/// Names with which words are compared to find what was perhaps meant.
const MOST_COMPARED: usize = 5_000;

/// Whether a word can be shown as a whole.
pub(crate) fn is_shown_whole(word: &str) -> bool {
    word.chars().nth(MOST_SHOWN).is_none()
}

/// A word of a questionnaire in a fault: on one line, and cut if it is long.
pub(crate) fn shown(word: &str) -> String {
    let plain = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    let mut shown: String = word.chars().take(MOST_SHOWN).map(plain).collect();
    if !is_shown_whole(word) {
        shown.push('…');
    }
    shown
}

/// The bytes that are left for the texts of a list of faults.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    told: usize,
    bytes: usize,
}

impl Room {
    /// Whether nothing more is told.
    pub(crate) fn is_full(&self) -> bool {
        self.told >= MOST_FAULTS || self.bytes >= MOST_TOLD
    }

    /// Takes the place of one that has so many bytes.
    pub(crate) fn take(&mut self, bytes: usize) {
        self.told += 1;
        self.bytes += bytes;
    }
}

/// Finds what was perhaps meant, until it has compared enough.
#[derive(Clone, Debug)]
pub(crate) struct Guesses {
    left: usize,
}

impl Guesses {
    pub(crate) fn new() -> Self {
        Self { left: MOST_COMPARED }
    }

    /// The name that is spelt nearly so, if one is.
    pub(crate) fn nearest<'n>(&mut self, word: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
        let length = length_of_code(word)?;
        // All of them or none: which ones come first is chance.
        let names: Vec<&str> = names.take(self.left.saturating_add(1)).collect();
        self.left = self.left.checked_sub(names.len())?;
        let lower = word.to_lowercase();
        let most = (length / 3).clamp(1, 3);
        let is_as_long = |name: &&str| length_of_code(name).is_some_and(|other| other.abs_diff(length) <= most);
        let distance = |name: &str| strsim::osa_distance(&lower, &name.to_lowercase());
        let near = names.into_iter().filter(is_as_long).map(|name| (distance(name), name));
        near.filter(|(distance, _)| *distance <= most).min().map(|(_, name)| name.to_owned())
    }
}

/// How many characters a word has; none where they are more than those of a code.
fn length_of_code(word: &str) -> Option<usize> {
    word.chars().nth(MOST_CODE).is_none().then(|| word.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_told_on_one_line_and_not_longer_than_anybody_reads() {
        assert_eq!(shown("it_strategy"), "it_strategy");
        assert_eq!(shown("a\nb\u{0}c\u{7f}"), "a b\u{fffd}c\u{fffd}");
        assert_eq!(shown(&"é".repeat(80)), "é".repeat(80));
        assert_eq!(shown(&"é".repeat(81)), format!("{}…", "é".repeat(80)));
    }

    #[test]
    fn guesses_come_to_an_end() {
        let mut guesses = Guesses::new();
        let names: Vec<String> = (0..MOST_COMPARED / 10).map(|number| format!("name_{number}")).collect();
        let mut guess = |word: &str| guesses.nearest(word, names.iter().map(String::as_str));
        for _ in 0..9 {
            assert_eq!(guess("nme_7").as_deref(), Some("name_7"));
        }
        assert_eq!(guess(&"n".repeat(65)), None, "what no code can be costs nothing");
        assert_eq!(guess("nme_7").as_deref(), Some("name_7"));
        assert_eq!(guess("nme_7"), None);
        let long = "n".repeat(65);
        assert_eq!(Guesses::new().nearest(&"n".repeat(64), [long.as_str()].into_iter()), None);
    }

    #[test]
    fn the_room_is_full_by_number_or_by_bytes() {
        let mut room = Room::default();
        (0..MOST_FAULTS).for_each(|_| room.take(10));
        assert!(room.is_full());
        let mut room = Room::default();
        (0..10).for_each(|_| room.take(MOST_TOLD / 10));
        assert!(room.is_full());
    }
}
