//! Consecutive words that are a known text, however they are separated, also with one wrong letter.
//!
//! The words are kept as one row of letters with the places where words begin and end. From each word on, the words
//! that are as long as the known text are found by their end, and there is one such end at most (three where a letter
//! may be missing or too many). So the work is in proportion to the number of words, and no text is built for it.

/// A text that is looked for: its letters alone.
#[derive(Debug)]
pub(super) struct Known {
    text: String,
    letters: Vec<char>,
}

impl Known {
    /// This text.
    pub(super) fn new(text: String) -> Self {
        let letters = text.chars().collect();
        Self { text, letters }
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The number of its letters.
    pub(super) fn letters(&self) -> usize {
        self.letters.len()
    }
}

/// Words one after the other.
#[derive(Debug)]
pub(super) struct Words {
    letters: Vec<char>,
    /// Where each word begins.
    starts: Vec<usize>,
    /// Where each word ends; no word is empty, so that they ascend.
    ends: Vec<usize>,
}

impl Words {
    /// These words, of which those without letters are left out.
    pub(super) fn of(words: &[&str]) -> Self {
        let mut row = Self { letters: Vec::new(), starts: Vec::new(), ends: Vec::new() };
        for word in words.iter().filter(|word| !word.is_empty()) {
            row.starts.push(row.letters.len());
            row.letters.extend(word.chars());
            row.ends.push(row.letters.len());
        }
        row
    }

    /// Whether some consecutive words are this text.
    pub(super) fn have(&self, text: &Known) -> bool {
        self.runs(text.letters(), text.letters()).any(|run| run == text.letters.as_slice())
    }

    /// Whether some consecutive words are this text with at most one letter wrong, missing, added, or swapped with the
    /// next one.
    pub(super) fn nearly_have(&self, text: &Known) -> bool {
        let length = text.letters();
        self.runs(length.saturating_sub(1), length + 1).any(|run| is_nearly(run, &text.letters))
    }

    /// The consecutive words that have so many letters, from each of them on.
    fn runs(&self, least: usize, most: usize) -> impl Iterator<Item = &[char]> {
        self.starts.iter().enumerate().flat_map(move |(word, &start)| {
            // So many words have as many letters at least.
            let stop = self.ends.len().min(word + most);
            let ends = self.ends.get(word..stop).unwrap_or_default();
            let first = ends.partition_point(|&end| end - start < least);
            let fitting = ends.iter().skip(first).take_while(move |&&end| end - start <= most);
            fitting.filter_map(move |&end| self.letters.get(start..end))
        })
    }
}

/// Whether two texts are one error apart at most (the distance of Damerau and Levenshtein, with adjacent letters
/// swapped): without what they begin and end with in common, nothing else may be left.
fn is_nearly(one: &[char], other: &[char]) -> bool {
    let head = one.iter().zip(other).take_while(is_same).count();
    let (one, other) = (one.get(head..).unwrap_or_default(), other.get(head..).unwrap_or_default());
    let tail = one.iter().rev().zip(other.iter().rev()).take_while(is_same).count();
    let one = one.get(..one.len().saturating_sub(tail)).unwrap_or_default();
    let other = other.get(..other.len().saturating_sub(tail)).unwrap_or_default();
    match (one, other) {
        ([] | [_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

fn is_same(pair: &(&char, &char)) -> bool {
    pair.0 == pair.1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_words_of_the_wanted_length_are_compared() {
        let words: Vec<&str> = vec!["a"; 10_000];
        let row = Words::of(&words);
        assert_eq!(row.runs(12, 12).count(), 10_000 - 11, "one from each word on");
        assert_eq!(row.runs(11, 13).count(), (10_000 - 10) + (10_000 - 11) + (10_000 - 12), "and three");
        assert_eq!(Words::of(&["abc", "", "de", "f"]).runs(3, 3).count(), 2);
    }

    #[test]
    fn words_are_known_however_they_are_separated() {
        let known = Known::new("secretariat".to_owned());
        for words in [&["secretariat"][..], &["the", "secre", "tariat"], &["s", "ecretaria", "t", "of"]] {
            assert!(Words::of(words).have(&known), "{words:?}");
        }
        for words in [&["secretarist"][..], &["secretariats"], &["secre", "tarait"], &["ecretariat", "a"]] {
            let row = Words::of(words);
            assert!(!row.have(&known) && row.nearly_have(&known), "{words:?}");
        }
        assert!(!Words::of(&["asecretariat", "bc"]).have(&known), "a word is whole");
        assert!(!Words::of(&[]).nearly_have(&known));
    }

    proptest! {
        #[test]
        fn near_is_what_the_distance_says(one in "[abc]{0,8}", other in "[abc]{0,8}") {
            let [left, right]: [Vec<char>; 2] = [&one, &other].map(|text| text.chars().collect());
            prop_assert_eq!(is_nearly(&left, &right), strsim::osa_distance(&one, &other) <= 1, "{} {}", one, other);
        }
    }
}
