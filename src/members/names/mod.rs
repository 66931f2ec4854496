//! Members by their names: an index in memory, the same answers in the same order on both databases.
//!
//! Every organisation has its two official names, its code, and further names (`data/aliases.csv`, and what the Secretariat
//! adds): some thousand in all, so a search simply compares each of them with what was typed ([`spelling`]), in a
//! millisecond. The index belongs to a process ([`KnownNames`]) and is read anew when a number in the database, which
//! every change of a name counts up, is another than at the last reading: one row by its key a search.
//!
//! Hidden members are in the index for the Secretariat's own list alone.

mod called;
mod spelling;
mod store;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::db::{Conn, Id};
use crate::error::Error;
use spelling::{Rank, Spelling};

/// An organisation that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The organisation.
    pub organisation: Id,
    /// Its code.
    pub code: String,
    /// By what it was found: `name_en:…`, `name_fr:…`, `alias:…` or `code:…`.
    pub matched: String,
}

/// The same with its place among the others, as a cursor remembers it.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) found: Found,
    pub(super) hidden: bool,
    /// Sorts as the ranks do.
    pub(super) rank: String,
    pub(super) sort_name: String,
}

/// What a name is to its organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameKind {
    NameEn,
    NameFr,
    Alias,
}

/// An organisation and its names, as an index is made from.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) organisation: Id,
    pub(super) code: String,
    pub(super) sort_name: String,
    pub(super) hidden: bool,
    pub(super) names: Vec<(NameKind, String)>,
}

/// An organisation of the index.
#[derive(Debug)]
struct Known {
    organisation: Id,
    code: String,
    /// The code as a search for a word spells it.
    code_word: String,
    sort_name: String,
    hidden: bool,
    names: Vec<Name>,
}

#[derive(Debug)]
struct Name {
    kind: NameKind,
    text: String,
    spelling: Spelling,
}

/// The names of all organisations.
#[derive(Debug, Default)]
pub struct Names(Vec<Known>);

impl Names {
    fn new(named: Vec<Named>) -> Self {
        let known = |row: Named| Known {
            organisation: row.organisation,
            code_word: row.code.to_ascii_lowercase(),
            code: row.code,
            sort_name: row.sort_name,
            hidden: row.hidden,
            names: row
                .names
                .into_iter()
                .map(|(kind, text)| Name { kind, spelling: Spelling::of(&text), text })
                .collect(),
        };
        let mut known: Vec<Known> = named.into_iter().map(known).collect();
        // Among equals the English name decides, then the code.
        known.sort_by(|a, b| (&a.sort_name, &a.code).cmp(&(&b.sort_name, &b.code)));
        Self(known)
    }

    /// The organisations that a whole phrase may mean, the best first. Hidden ones are not among them.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Found> {
        self.place(text).into_iter().filter(|placed| !placed.hidden).map(|placed| placed.found).collect()
    }

    /// The same with their places, hidden ones too.
    pub(super) fn place(&self, text: &str) -> Vec<Placed> {
        let typed = Spelling::of(text);
        let code = text.trim().to_ascii_lowercase();
        self.ranked(|known| {
            let by_code = (known.code_word == code).then(|| (Rank::CODE, known.by_code()));
            best(
                known
                    .names
                    .iter()
                    .filter_map(|name| Some((typed.rank(&name.spelling)?, name.matched())))
                    .chain(by_code),
            )
        })
    }

    /// The organisations one of whose names has a word that begins with `word`, folded or as it was typed, or whose code it is:
    /// whole words first. Only what was typed finds names in Arabic, Chinese and the like. Hidden ones are not among them.
    #[must_use]
    pub fn by_word(&self, word: &str) -> Vec<Found> {
        let beyond =
            |typed: &str, known: &str| known.starts_with(typed).then(|| known.len().saturating_sub(typed.len()));
        self.by_nearest(word, beyond)
    }

    /// The organisations one of whose names has this word, but for as many typing errors as are overlooked in a word of
    /// its length; the fewest errors first.
    #[must_use]
    pub fn by_word_with_typos(&self, word: &str) -> Vec<Found> {
        self.by_nearest(word, spelling::typos)
    }

    fn by_nearest(&self, word: &str, off: impl Fn(&str, &str) -> Option<usize>) -> Vec<Found> {
        let (typed, code) = (Spelling::of(word), word.to_ascii_lowercase());
        let found = self.ranked(|known| {
            let by_code = (known.code_word == code).then(|| (Rank::word(0), known.by_code()));
            let by_name = |name: &Name| Some((Rank::word(typed.nearest(&name.spelling, &off)?), name.matched()));
            best(known.names.iter().filter_map(by_name).chain(by_code))
        });
        found.into_iter().filter(|placed| !placed.hidden).map(|placed| placed.found).collect()
    }

    /// What `rank` says of each organisation, in the order of the ranks.
    fn ranked(&self, rank: impl Fn(&Known) -> Option<(Rank, String)>) -> Vec<Placed> {
        let mut by_rank: BTreeMap<Rank, Vec<Placed>> = BTreeMap::new();
        for known in &self.0 {
            if let Some((rank, matched)) = rank(known) {
                let found = Found { organisation: known.organisation, code: known.code.clone(), matched };
                let (hidden, sort_name) = (known.hidden, known.sort_name.clone());
                by_rank.entry(rank).or_default().push(Placed { found, hidden, rank: rank.key(), sort_name });
            }
        }
        by_rank.into_values().flatten().collect()
    }
}

/// The best of several; the first among equals, so official names go before others.
fn best(found: impl Iterator<Item = (Rank, String)>) -> Option<(Rank, String)> {
    found.min_by_key(|(rank, _)| *rank)
}

impl Known {
    fn by_code(&self) -> String {
        format!("code:{}", self.code)
    }
}

impl Name {
    fn matched(&self) -> String {
        let kind = match self.kind {
            NameKind::NameEn => "name_en",
            NameKind::NameFr => "name_fr",
            NameKind::Alias => "alias",
        };
        format!("{kind}:{}", self.text)
    }
}

/// The index as this process last read it. Cloning is cheap.
#[derive(Clone, Default)]
pub struct KnownNames(Arc<RwLock<Held>>);

/// An index and the number that stood in the database when it was read; zero before the first.
#[derive(Default)]
struct Held {
    revision: i64,
    names: Arc<Names>,
}

impl KnownNames {
    /// The index as it is now, whichever process changed a name last. For reads: a unit of work that changes names must not
    /// ask, since what it has not committed would stay here.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn current(&self, conn: &mut Conn) -> Result<Arc<Names>, Error> {
        let revision = store::revision(conn)?;
        {
            let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if held.revision == revision {
                return Ok(Arc::clone(&held.names));
            }
        }
        // What is read after the number is as new as the number says, or newer.
        let names = Arc::new(Names::new(store::named(conn)?));
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.revision < revision {
            *held = Held { revision, names: Arc::clone(&names) };
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::reference;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static NAMES: LazyLock<Names> = LazyLock::new(|| Names::new(reference::named()));

    fn codes(found: &[Found]) -> Vec<&str> {
        found.iter().map(|found| found.code.as_str()).collect()
    }

    fn first(text: &str) -> Option<String> {
        NAMES.find(text).into_iter().next().map(|found| found.code)
    }

    /// What one slip of the finger makes of a text: a letter wrong, missing, doubled, or swapped with the next.
    fn slips(text: &str, wrong: &[char]) -> Vec<String> {
        let letters: Vec<char> = text.chars().collect();
        let mut slips = Vec::new();
        for (place, _) in letters.iter().enumerate().filter(|(_, letter)| letter.is_alphanumeric()) {
            let (before, rest) = letters.split_at(place);
            let (letter, after) = rest.split_first().unwrap();
            let joined =
                |middle: &[char], after: &[char]| [before, middle, after].concat().into_iter().collect::<String>();
            slips.extend(wrong.iter().map(|&other| joined(&[other], after)));
            slips.push(joined(&[], after));
            slips.push(joined(&[*letter, *letter], after));
            if let Some((next, after)) = after.split_first()
                && next.is_alphanumeric()
            {
                slips.push(joined(&[*next, *letter], after));
            }
        }
        slips
    }

    #[test]
    fn one_finds_what_people_type() {
        for (typed, code) in [
            ("cote divoire", "CI"),
            ("Côte d’Ivoire", "CI"),
            ("COTE D'IVOIRE", "CI"),
            ("Ivory Coast", "CI"),
            ("Türkiye", "TR"),
            ("Turkey", "TR"),
            ("كينيا", "KE"),
            ("Кения", "KE"),
            ("Cabo Verde", "CV"),
            ("cape verde", "CV"),
            ("Burma", "MM"),
            ("Swaziland", "SZ"),
            ("macedonia", "MK"),
            ("Czechia", "CZ"),
            ("UK", "GB"),
            ("usa", "US"),
            ("korea", "KR"),
            ("republic korea", "KR"),
            ("tanzania united", "TZ"),
            ("Deutschland", "DE"),
            ("日本", "JP"),
            ("sn", "SN"),
            ("EU", "EU"),
        ] {
            assert_eq!(first(typed).as_deref(), Some(code), "{typed}");
        }
        assert_eq!(NAMES.find("IVORY COAST")[0].matched, "alias:Ivory Coast");
        assert_eq!(NAMES.find("senegal")[0].matched, "name_en:Senegal");
        assert_eq!(NAMES.find("ci")[0].matched, "code:CI");
        for nothing in ["", " ", "?!", "atlantis", "\0"] {
            assert_eq!(NAMES.find(nothing), [], "{nothing}");
        }
    }

    #[test]
    fn one_wrong_letter_in_a_name_by_ear_does_no_harm() {
        let alphabet: Vec<char> = ('a'..='z').collect();
        for typed in slips("Kot d'Ivuar", &alphabet) {
            assert_eq!(first(&typed).as_deref(), Some("CI"), "{typed}");
        }
    }

    #[test]
    fn a_code_finds_its_member_first() {
        for known in &NAMES.0 {
            assert_eq!(first(&known.code), Some(known.code.clone()));
        }
    }

    #[test]
    fn names_a_letter_apart_come_one_after_the_other() {
        for (typed, wanted) in [("Zambia", ["ZM", "GM"]), ("Nigeri", ["NG", "NE"]), ("Iran", ["IR", "IQ"])] {
            assert_eq!(codes(&NAMES.find(typed))[..2], wanted, "{typed}");
        }
    }

    #[test]
    fn words_find_whole_ones_first_and_codes() {
        assert_eq!(codes(&NAMES.by_word("niger")), ["NE", "NG"]);
        assert_eq!(codes(&NAMES.by_word("sn")), ["SN"]);
        assert_eq!(codes(&NAMES.by_word("ivoire"))[0], "CI");
        assert_eq!((codes(&NAMES.by_word("ИВУ")), codes(&NAMES.by_word("كيني"))), (vec!["CI"], vec!["KE"]));
        assert!(NAMES.by_word("").is_empty() && NAMES.by_word("atlantis").is_empty());
        assert_eq!(codes(&NAMES.by_word_with_typos("sengal")), ["SN"]);
        assert!(NAMES.by_word_with_typos("xx").is_empty());
    }

    #[test]
    fn what_is_hidden_is_found_in_the_secretariats_list_alone() {
        let hide = |mut row: Named| {
            row.hidden = row.code == "SN";
            row
        };
        let names = Names::new(reference::named().into_iter().map(hide).collect());
        assert!(names.find("senegal").is_empty() && names.by_word("senegal").is_empty());
        assert_eq!(names.place("senegal")[0].found.code, "SN");
    }

    /// The members that a slip may rightly turn into: they have a name at most two errors away from this one, or one that
    /// goes on where the typed text ends.
    fn rivals(name: &str, typed: &str, code: &str) -> usize {
        let (name, typed) = (Spelling::of(name), Spelling::of(typed));
        let near =
            |other: &Name| other.spelling.is_near(&name) || typed.rank(&other.spelling).is_some_and(Rank::as_typed);
        NAMES.0.iter().filter(|known| known.code != code && known.names.iter().any(near)).count()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn a_name_with_one_slip_finds_its_member_first(which in any::<prop::sample::Index>(), slip in any::<prop::sample::Index>()) {
            let long = |(_, name): &(&Known, &Name)| name.spelling.letters() >= 5;
            let all = NAMES.0.iter().flat_map(|known| known.names.iter().map(move |name| (known, name))).filter(long);
            let all: Vec<_> = all.collect();
            let (known, name) = which.get(&all);
            let own: Vec<char> = name.text.chars().filter(|c| c.is_alphanumeric()).collect();
            let wrong: Vec<char> = if name.text.is_ascii() { ('a'..='z').collect() } else { own };
            let slips = slips(&name.text, &wrong);
            let typed = slip.get(&slips);
            let found = NAMES.find(typed);
            let place = found.iter().position(|found| found.code == known.code);
            let rivals = rivals(&name.text, typed, &known.code);
            prop_assert!(
                place.is_some_and(|place| place <= rivals),
                "{typed} for {}: {place:?} with {rivals} rivals: {:?}", name.text, found.iter().take(3).collect::<Vec<_>>()
            );
        }

        #[test]
        fn nothing_typed_makes_a_search_panic(text in ".{0,60}") {
            let found = NAMES.find(&text);
            prop_assert!(found.len() <= NAMES.0.len());
        }
    }
}
