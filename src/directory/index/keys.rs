//! The keys under which bitmaps are stored. Values that follow each other in an order have keys that do.

use super::Facet;

/// The lengths of name prefixes, in hexadecimal digits of the sort key (`text::sort_key`): one to four Latin letters.
const PREFIXES: [usize; 4] = [2, 4, 6, 8];

/// The prefix of keys of words.
const WORD: &str = "word:";

/// How many lengths of name prefixes there are.
pub(crate) const DEPTHS: usize = PREFIXES.len();

/// A range of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: String,
    /// Exclusive.
    pub(super) to: String,
}

/// The key of a facet's value, for an audience of this level.
pub(crate) fn of_value(facet: Facet, value: &str, level: i16) -> String {
    format!("{facet}:{value}/{level}")
}

/// The key of a word as written, for an audience of this level.
pub(crate) fn of_word(word: &str, level: i16) -> String {
    format!("{WORD}{word}/{level}")
}

/// The key of a variant of a word, for an audience of this level.
pub(crate) fn of_variant(word: &str, level: i16) -> String {
    format!("{WORD}{word}.{level}")
}

/// Whether a key is of a word or a variant.
pub(super) fn is_of_words(key: &str) -> bool {
    key.starts_with(WORD)
}

/// The word and the level of a key of a word, and whether the word is as written. Words consist of letters and digits.
pub(super) fn word(key: &str) -> Option<(&str, i16, bool)> {
    let (word, level) = key.strip_prefix(WORD)?.rsplit_once(['/', '.'])?;
    Some((word, level.parse().ok()?, key.ends_with(&format!("/{level}"))))
}

/// The keys of the prefixes of a name, which is given by its sort key.
pub(crate) fn of_name(name: &str) -> impl Iterator<Item = String> {
    (0..DEPTHS).map(move |depth| format!("name{depth}:{}", prefix(name, depth)))
}

/// The prefix of the sort key of a name.
pub(super) fn prefix(name: &str, depth: usize) -> &str {
    PREFIXES.get(depth).and_then(|digits| name.get(..*digits)).unwrap_or(name)
}

/// The value and the level of a key of a facet's value.
pub(super) fn value(key: &str) -> Option<(&str, i16)> {
    let (value, level) = key.split_once(':')?.1.rsplit_once('/')?;
    Some((value, level.parse().ok()?))
}

impl Range {
    /// All values of a facet on all levels.
    pub(super) fn values(facet: Facet) -> Self {
        Self { from: format!("{facet}:"), to: format!("{facet};") }
    }

    /// All words and variants with this prefix, in any script: keys are compared by their bytes.
    pub(super) fn words(prefix: &str) -> Self {
        Self { from: format!("{WORD}{prefix}"), to: format!("{WORD}{prefix}{}", char::MAX) }
    }

    /// This word alone, as written and as a variant: the separators `.` and `/` come before `0`.
    pub(super) fn word(word: &str) -> Self {
        Self { from: format!("{WORD}{word}."), to: format!("{WORD}{word}0") }
    }

    /// The name prefixes of one length that begin with `within` and do not come before that of `name`.
    pub(super) fn prefixes(depth: usize, within: &str, name: &str) -> Self {
        let from = within.max(prefix(name, depth));
        // Sort keys consist of hexadecimal digits, all of which come before `g`.
        Self { from: format!("name{depth}:{from}"), to: format!("name{depth}:{within}g") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(range: &Range, key: &str) -> bool {
        key >= range.from.as_str() && key < range.to.as_str()
    }

    #[test]
    fn a_range_holds_what_begins_so() {
        let range = Range::words("sene");
        assert!(holds(&range, &of_word("senegal", 0)) && holds(&range, &of_variant("sene", 3)));
        assert!(!holds(&range, &of_word("senf", 0)) && !holds(&range, &of_word("sen", 0)));
        let exact = Range::word("sene");
        assert!(holds(&exact, &of_word("sene", 0)) && holds(&exact, &of_variant("sene", 3)));
        assert!(!holds(&exact, &of_word("senegal", 0)) && !holds(&exact, &of_word("sene1", 0)));
        assert!(!holds(&exact, &of_variant("senegal", 0)) && !holds(&exact, &of_variant("sen", 0)));
        let range = Range::words("фед");
        assert!(holds(&range, &of_word("федор", 0)) && holds(&range, &of_variant("федор", 3)));
        assert!(!holds(&range, &of_word("фёдор", 0)) && !holds(&range, &of_word("фе", 0)));
    }

    #[test]
    fn keys_tell_their_value_and_level() {
        assert_eq!(value(&of_value(Facet::Region, "ESA", 0)), Some(("ESA", 0)));
        assert_eq!(word(&of_word("diop", 2)), Some(("diop", 2, true)));
        assert_eq!(word(&of_variant("федор", 0)), Some(("федор", 0, false)));
        assert_eq!(word(&of_value(Facet::Region, "ESA", 0)), None);
    }

    #[test]
    fn every_beginning_of_a_name_is_found_within_the_one_before() {
        for name in ["2b303132333435", "2b30", "2b"] {
            let mut within = "";
            for (depth, key) in of_name(name).enumerate() {
                for from in ["", name] {
                    assert!(holds(&Range::prefixes(depth, within, from), &key), "{key} within {within}");
                }
                within = prefix(name, depth);
            }
        }
        assert!(!holds(&Range::prefixes(0, "", "2c00"), "name0:2b30"));
    }
}
