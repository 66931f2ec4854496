//! Which words of a text a search found.
//!
//! A word is marked where it begins with a word of the search, both folded. A text that was found by another spelling
//! has no such word, and is marked as a whole.

use crate::text;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The part.
    pub(super) text: String,
    /// Whether the search found it.
    pub(super) is_found: bool,
}

/// The parts of a text that is not looked through, or was not found.
pub(super) fn plain(value: &str) -> Vec<Piece> {
    vec![Piece { text: value.to_owned(), is_found: false }]
}

/// The parts of a text by which a contact was found. `words` are those of the search, folded.
pub(super) fn found(value: &str, words: &[String]) -> Vec<Piece> {
    let begins = |part: &str| {
        let folded = text::words(part);
        folded.iter().any(|folded| words.iter().any(|word| folded.starts_with(word.as_str())))
    };
    let mut pieces: Vec<Piece> = Vec::new();
    for part in value.split_inclusive(|c: char| c.is_whitespace() || c == '@' || c == '.') {
        let is_found = begins(part);
        match pieces.last_mut().filter(|last| last.is_found == is_found) {
            Some(last) => last.text.push_str(part),
            None => pieces.push(Piece { text: part.to_owned(), is_found }),
        }
    }
    if pieces.iter().any(|piece| piece.is_found) {
        pieces
    } else {
        vec![Piece { text: value.to_owned(), is_found: true }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(value: &str, search: &str) -> String {
        let pieces = found(value, &text::words(search)).into_iter();
        pieces.map(|piece| if piece.is_found { format!("[{}]", piece.text) } else { piece.text }).collect()
    }

    #[test]
    fn words_that_begin_as_the_search_are_marked() {
        assert_eq!(marked("Awa Diop", "dio"), "Awa [Diop]");
        assert_eq!(marked("Élodie N’Diaye", "elo"), "[Élodie ]N’Diaye");
        assert_eq!(marked("awa.diop@douane.sn", "diop"), "awa.[diop@]douane.sn");
    }

    #[test]
    fn a_text_in_another_spelling_is_marked_as_a_whole() {
        assert_eq!(marked("Müller", "mueller"), "[Müller]");
        assert_eq!(marked("+221 33 839 00 00", "00221338390000"), "[+221 33 839 00 00]");
    }
}
