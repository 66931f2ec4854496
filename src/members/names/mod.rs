//! Members by their names: an index in memory, which gives the same answers in the same order on both databases.
//!
//! Every organisation has two official names, a code, and further names (`data/aliases.csv`, and additions by the
//! Secretariat): about a thousand in all, so a search compares the text with each of them (`spelling`), which takes a
//! millisecond. Each process has an index ([`NameIndexCache`]). A search first reads the revision of names, one row by its
//! key, and rebuilds the index if the revision has changed; every change of a name increments it.
//!
//! Official long names and codes of three letters (`countries`) occur in sheets of governments. Only [`Names::called`]
//! knows them: in a search, three letters of a code would match as the beginning of a name.
//!
//! The index has hidden members too; only the Secretariat's list of members shows them.

mod countries;
mod exact;
mod spelling;
mod store;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::db::{Conn, Id};
use crate::error::Error;
use countries::Country;
use spelling::{Rank, Spelling};

/// An organisation that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameMatch {
    /// The organisation.
    pub organisation: Id,
    /// Its code.
    pub code: String,
    /// The name or code that matched: `name_en:…`, `name_fr:…`, `alias:…` or `code:…`.
    pub matched: String,
}

/// A match with its sort key.
#[derive(Clone, Debug)]
pub(super) struct RankedMatch {
    pub(super) found: NameMatch,
    pub(super) hidden: bool,
    /// [`Rank::key`].
    pub(super) rank: String,
    pub(super) sort_name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameKind {
    NameEn,
    NameFr,
    Alias,
}

/// An organisation with its names: the input of an index.
#[derive(Clone, Debug)]
pub(super) struct NamedOrganisation {
    pub(super) organisation: Id,
    pub(super) code: String,
    pub(super) sort_name: String,
    pub(super) hidden: bool,
    pub(super) names: Vec<(NameKind, String)>,
}

/// An organisation of the index.
#[derive(Debug)]
struct IndexEntry {
    organisation: Id,
    code: String,
    /// The code in lower case.
    code_word: String,
    sort_name: String,
    hidden: bool,
    names: Vec<Name>,
    /// Names for [`Names::called`] alone.
    country: Country,
}

#[derive(Debug)]
struct Name {
    kind: NameKind,
    text: String,
    spelling: Spelling,
}

/// The names of all organisations.
#[derive(Debug, Default)]
pub struct Names(Vec<IndexEntry>);

impl Names {
    fn new(organisations: Vec<NamedOrganisation>) -> Self {
        let mut countries = countries::all();
        let entry = |row: NamedOrganisation| IndexEntry {
            organisation: row.organisation,
            country: countries.remove(&row.code).unwrap_or_default(),
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
        let mut entries: Vec<IndexEntry> = organisations.into_iter().map(entry).collect();
        // Matches of equal rank are in the order of English names, then codes.
        entries.sort_by(|a, b| (&a.sort_name, &a.code).cmp(&(&b.sort_name, &b.code)));
        Self(entries)
    }

    /// The organisations that a whole phrase may mean, the best match first, without hidden ones.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<NameMatch> {
        without_hidden(self.matches(text))
    }

    /// The matches with their sort keys, including hidden ones.
    pub(super) fn matches(&self, text: &str) -> Vec<RankedMatch> {
        let typed = Spelling::of(text);
        let code = text.trim().to_ascii_lowercase();
        self.ranked(|entry| {
            let by_code = (entry.code_word == code).then(|| (Rank::CODE, entry.matched_code()));
            best(
                entry
                    .names
                    .iter()
                    .filter_map(|name| Some((typed.rank(&name.spelling)?, name.matched())))
                    .chain(by_code),
            )
        })
    }

    /// The organisations with a name that has a word beginning with `word` (folded or as typed), or with the code
    /// `word`; whole words first, without hidden ones. Names in scripts such as Arabic or Chinese match only as typed.
    #[must_use]
    pub fn by_word(&self, word: &str) -> Vec<NameMatch> {
        let remaining =
            |typed: &str, known: &str| known.starts_with(typed).then(|| known.len().saturating_sub(typed.len()));
        self.by_nearest(word, remaining)
    }

    /// The organisations with a name that has this word, with as many typing errors as `spelling::typos` permits for
    /// its length; the fewest errors first, without hidden ones.
    #[must_use]
    pub fn by_word_with_typos(&self, word: &str) -> Vec<NameMatch> {
        self.by_nearest(word, spelling::typos)
    }

    /// `distance` of a typed and a known word; none where they do not match.
    fn by_nearest(&self, word: &str, distance: impl Fn(&str, &str) -> Option<usize>) -> Vec<NameMatch> {
        let (typed, code) = (Spelling::of(word), word.to_ascii_lowercase());
        without_hidden(self.ranked(|entry| {
            let by_code = (entry.code_word == code).then(|| (Rank::word(0), entry.matched_code()));
            let by_name = |name: &Name| Some((Rank::word(typed.nearest(&name.spelling, &distance)?), name.matched()));
            best(entry.names.iter().filter_map(by_name).chain(by_code))
        }))
    }

    /// The organisations that match by `rank`, in the order of their ranks.
    fn ranked(&self, rank: impl Fn(&IndexEntry) -> Option<(Rank, String)>) -> Vec<RankedMatch> {
        let mut by_rank: BTreeMap<Rank, Vec<RankedMatch>> = BTreeMap::new();
        for entry in &self.0 {
            if let Some((rank, matched)) = rank(entry) {
                let found = NameMatch { organisation: entry.organisation, code: entry.code.clone(), matched };
                let (hidden, sort_name) = (entry.hidden, entry.sort_name.clone());
                by_rank.entry(rank).or_default().push(RankedMatch { found, hidden, rank: rank.key(), sort_name });
            }
        }
        by_rank.into_values().flatten().collect()
    }
}

fn without_hidden(matches: Vec<RankedMatch>) -> Vec<NameMatch> {
    matches.into_iter().filter(|ranked| !ranked.hidden).map(|ranked| ranked.found).collect()
}

/// The best rank; of equal ones the first, so official names win over further names.
fn best(ranks: impl Iterator<Item = (Rank, String)>) -> Option<(Rank, String)> {
    ranks.min_by_key(|(rank, _)| *rank)
}

impl IndexEntry {
    fn matched_code(&self) -> String {
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

/// The revision of names, which every change of a name increments.
pub(super) fn revision(conn: &mut Conn) -> Result<i64, Error> {
    store::revision(conn)
}

/// The cached index of this process. Cloning is cheap.
#[derive(Clone, Default)]
pub struct NameIndexCache(Arc<RwLock<CachedIndex>>);

/// An index and the revision of names that it was built from; zero before the first.
#[derive(Default)]
struct CachedIndex {
    revision: i64,
    names: Arc<Names>,
}

impl NameIndexCache {
    /// The current index, whichever process changed a name last. For reads only: a unit of work that changes names
    /// would cache uncommitted names.
    pub fn current(&self, conn: &mut Conn) -> Result<Arc<Names>, Error> {
        let revision = store::revision(conn)?;
        {
            let cached = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if cached.revision == revision {
                return Ok(Arc::clone(&cached.names));
            }
        }
        // Names that are read after the revision are of this revision or a later one.
        let names = Arc::new(Names::new(store::organisations(conn)?));
        let mut cached = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if cached.revision < revision {
            *cached = CachedIndex { revision, names: Arc::clone(&names) };
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

    fn codes(found: &[NameMatch]) -> Vec<&str> {
        found.iter().map(|found| found.code.as_str()).collect()
    }

    fn first(text: &str) -> Option<String> {
        NAMES.find(text).into_iter().next().map(|found| found.code)
    }

    /// The variants of a text with one typing error: a letter wrong, missing, doubled, or swapped with the next.
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
        let hide = |mut row: NamedOrganisation| {
            row.hidden = row.code == "SN";
            row
        };
        let names = Names::new(reference::named().into_iter().map(hide).collect());
        assert!(names.find("senegal").is_empty() && names.by_word("senegal").is_empty());
        assert_eq!(names.matches("senegal")[0].found.code, "SN");
    }

    /// The members that a typing error may rightly find: they have a name at most two errors away from this one, or one
    /// that begins with the typed text.
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
            let long = |(_, name): &(&IndexEntry, &Name)| name.spelling.letters() >= 5;
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
