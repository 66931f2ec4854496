//! By which keys sets of contacts are stored. What follows one another in an order has keys that do so too.

use super::Facet;

/// How many hexadecimal digits of the key of a name (`text::sort_key`) are a beginning: for Latin letters the first letter of
/// the name, two, three, four.
const BEGINNINGS: [usize; 4] = [2, 4, 6, 8];

/// How far beginnings go: the last of them is not divided further.
pub(crate) const DEPTHS: usize = BEGINNINGS.len();

/// Keys that follow one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: String,
    /// The first key past the range.
    pub(super) to: String,
}

/// A value of a filter, for those of a level.
pub(crate) fn of_value(facet: Facet, value: &str, level: i16) -> String {
    format!("{facet}:{value}/{level}")
}

/// A word, for those of a level.
pub(crate) fn of_word(word: &str, level: i16) -> String {
    format!("word:{word}/{level}")
}

/// The beginnings of a name, given by its key.
pub(crate) fn of_beginnings(name: &str) -> impl Iterator<Item = String> {
    (0..DEPTHS).map(move |depth| format!("name{depth}:{}", beginning(name, depth)))
}

/// What stands at the beginning of the key of a name.
pub(super) fn beginning(name: &str, depth: usize) -> &str {
    BEGINNINGS.get(depth).and_then(|digits| name.get(..*digits)).unwrap_or(name)
}

/// The value, or the word, and the level of a key.
pub(super) fn value(key: &str) -> Option<(&str, i16)> {
    let (value, level) = key.split_once(':')?.1.rsplit_once('/')?;
    Some((value, level.parse().ok()?))
}

impl Range {
    /// Every value of a facet on every level.
    pub(super) fn values(facet: Facet) -> Self {
        Self { from: format!("{facet}:"), to: format!("{facet};") }
    }

    /// Every word that begins so. Folded words are of `a`–`z` and digits, and `{` comes after `z`.
    pub(super) fn words(beginning: &str) -> Self {
        Self { from: format!("word:{beginning}"), to: format!("word:{beginning}{{") }
    }

    /// This word alone: `0` comes after `/`.
    pub(super) fn word(word: &str) -> Self {
        Self { from: format!("word:{word}/"), to: format!("word:{word}0") }
    }

    /// The beginnings of one depth that go on from `within` and are none that lies before `name`.
    pub(super) fn beginnings(depth: usize, within: &str, name: &str) -> Self {
        let from = within.max(beginning(name, depth));
        // Keys of names are of hexadecimal digits.
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
        assert!(holds(&range, &of_word("senegal", 0)) && holds(&range, &of_word("sene", 3)));
        assert!(!holds(&range, &of_word("senf", 0)) && !holds(&range, &of_word("sen", 0)));
        let exact = Range::word("sene");
        assert!(holds(&exact, &of_word("sene", 0)) && holds(&exact, &of_word("sene", 3)));
        assert!(!holds(&exact, &of_word("senegal", 0)) && !holds(&exact, &of_word("sene1", 0)));
    }

    #[test]
    fn keys_tell_their_value_and_level() {
        assert_eq!(value(&of_value(Facet::Region, "ESA", 0)), Some(("ESA", 0)));
        assert_eq!(value(&of_word("diop", 2)), Some(("diop", 2)));
    }

    #[test]
    fn every_beginning_of_a_name_is_found_within_the_one_before() {
        for name in ["2b303132333435", "2b30", "2b"] {
            let mut within = "";
            for (depth, key) in of_beginnings(name).enumerate() {
                for from in ["", name] {
                    assert!(holds(&Range::beginnings(depth, within, from), &key), "{key} within {within}");
                }
                within = beginning(name, depth);
            }
        }
        assert!(!holds(&Range::beginnings(0, "", "2c00"), "name0:2b30"));
    }
}
