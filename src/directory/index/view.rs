//! Evaluates terms of a search and values of filters for one reader.
//!
//! Every bitmap that is read passes through [`View::visible`], which removes the contacts whose value the reader may
//! not see. A term gives two sets ([`Hits`]): contacts with the term as typed, and contacts with the term or a variant.
//! Each spelling is one range of keys.
//!
//! Left out: the order of contacts (`search`).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::BitOrAssign;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::{Bitmaps, Facet, Meaning, keys, of_value, sets, store, words};
use crate::db::Conn;
use crate::directory::query_parser::{Term, Word};
use crate::directory::telephone;
use crate::error::Error;
use crate::members::{NameMatch, Names};
use crate::policy::Visibility;

/// The contacts that match a term.
#[derive(Clone, Debug, Default)]
pub(super) struct Hits {
    /// Those that have it as typed.
    pub(super) exact: RoaringBitmap,
    /// Those that have it as typed or in a variant.
    pub(super) all: RoaringBitmap,
}

impl Hits {
    /// Contacts that all have it as typed.
    fn exact(set: RoaringBitmap) -> Self {
        Self { exact: set.clone(), all: set }
    }
}

impl BitOrAssign for Hits {
    fn bitor_assign(&mut self, other: Self) {
        self.exact |= other.exact;
        self.all |= other.all;
    }
}

/// The levels that one reader sees.
pub(super) struct View {
    pub(super) bitmaps: Bitmaps,
    everything: bool,
    /// The contacts of hidden members; empty for the Secretariat.
    pub(super) hidden: Arc<RoaringBitmap>,
    /// The contacts of the reader's regions, for level 1.
    region: RoaringBitmap,
    /// The contacts of the reader's organisations, for level 2.
    organisation: RoaringBitmap,
}

impl View {
    pub(super) fn of(conn: &mut Conn, sight: &Visibility, bitmaps: Bitmaps) -> Result<Self, Error> {
        let hidden = if sight.hidden { Arc::default() } else { bitmaps.hidden(conn)? };
        if sight.everything {
            let (region, organisation) = (RoaringBitmap::new(), RoaringBitmap::new());
            return Ok(Self { bitmaps, everything: true, hidden, region, organisation });
        }
        let regions: Vec<String> =
            sight.regions.iter().map(|region| of_value(Facet::Region, region.as_str(), 0)).collect();
        let codes = store::codes(conn, &sight.organisations)?;
        let organisations: Vec<String> = codes.iter().map(|code| of_value(Facet::Member, code, 0)).collect();
        let region = sets::union(bitmaps.of_keys(conn, &regions)?);
        let organisation = sets::union(bitmaps.of_keys(conn, &organisations)?);
        Ok(Self { bitmaps, everything: false, hidden, region, organisation })
    }

    /// The contacts of a bitmap of this level whose value the reader sees.
    pub(super) fn visible<'a>(&self, level: i16, set: &'a RoaringBitmap) -> Cow<'a, RoaringBitmap> {
        let visible = match level {
            0 => Cow::Borrowed(set),
            _ if self.everything => Cow::Borrowed(set),
            1 => Cow::Owned(set & &self.region),
            2 => Cow::Owned(set & &self.organisation),
            _ => Cow::Owned(RoaringBitmap::new()),
        };
        if self.hidden.is_empty() { visible } else { Cow::Owned(&*visible - &*self.hidden) }
    }

    /// The levels of a facet of which the reader may see values.
    pub(super) fn levels(&self, facet: Facet) -> &'static [i16] {
        match (facet.has_audience(), self.everything) {
            (false, _) => &[0],
            (true, true) => &[0, 1, 2, 3],
            (true, false) => &[0, 1, 2],
        }
    }

    /// The contacts that have one of these values. A single bitmap is returned without a copy: a large one has a
    /// hundred kilobytes.
    pub(super) fn any_of(&self, conn: &mut Conn, facet: Facet, values: &[String]) -> Result<Arc<RoaringBitmap>, Error> {
        let mut found: Arc<RoaringBitmap> = Arc::default();
        for &level in self.levels(facet) {
            let keys: Vec<String> = values.iter().map(|value| of_value(facet, value, level)).collect();
            for set in self.bitmaps.of_keys(conn, &keys)? {
                let visible = match self.visible(level, &set) {
                    Cow::Borrowed(_) => set,
                    Cow::Owned(visible) => Arc::new(visible),
                };
                found = match (found.is_empty(), visible.is_empty()) {
                    (_, true) => found,
                    (true, false) => visible,
                    (false, false) => Arc::new(&*found | &*visible),
                };
            }
        }
        Ok(found)
    }

    /// The contacts that match a term of a search, and how it was interpreted.
    pub(super) fn meaning(&self, conn: &mut Conn, term: &Term, names: &Names) -> Result<(Meaning, Hits), Error> {
        match term {
            Term::Word(word) => self.meaning_of_word(conn, word, names),
            Term::Address(address) => {
                let found = self.visible_of(&store::by_address(conn, address)?);
                Ok((Meaning::address(address), Hits::exact(found)))
            }
            Term::Number { key, words } => self.meaning_of_number(conn, key, words),
        }
    }

    /// A number matches contacts with the number, and contacts with the words that it may be as well, such as the years
    /// of a title.
    fn meaning_of_number(&self, conn: &mut Conn, key: &str, words: &[String]) -> Result<(Meaning, Hits), Error> {
        let mut found = self.visible_of(&store::by_phone(conn, key)?);
        // Only visible contacts count here: a hidden number must not change the result.
        if found.is_empty() {
            found = self.visible_of(&store::by_phones(conn, &telephone::shorter(key))?);
        }
        found |= self.by_all_words(conn, words)?.all;
        Ok((Meaning::number(key, words), Hits::exact(found)))
    }

    /// A word matches contacts that have it as typed and contacts of members with that name, then contacts that have a
    /// variant; and if there are none, contacts that have it with one typing error.
    fn meaning_of_word(&self, conn: &mut Conn, word: &Word, names: &Names) -> Result<(Meaning, Hits), Error> {
        let members = names.by_word(&word.typed);
        let mut hits = self.by_all_words(conn, &word.folded)?;
        if let Some(own) = &word.own {
            // Two words of another script may have the same transliteration: that is no exact match.
            hits.exact.clear();
            hits |= self.by_prefix(conn, own)?;
        }
        for variant in &word.variants {
            hits.all |= self.by_prefix(conn, variant)?.all;
        }
        hits |= Hits::exact((*self.of_members(conn, &members)?).clone());
        match word.folded.as_slice() {
            [folded] if hits.all.is_empty() && words::may_be_mistyped(folded) => {
                self.meaning_with_typo(conn, &word.typed, folded, names)
            }
            _ => Ok((Meaning::as_typed(word.prefixes(), &members), hits)),
        }
    }

    fn meaning_with_typo(
        &self,
        conn: &mut Conn,
        typed: &str,
        folded: &str,
        names: &Names,
    ) -> Result<(Meaning, Hits), Error> {
        let near = store::near(conn, &words::spellings(folded))?;
        let near: Vec<String> = near.into_iter().filter(|known| words::is_near(folded, known)).collect();
        let members = names.by_word_with_typos(typed);
        let mut found = (*self.of_members(conn, &members)?).clone();
        for known in &near {
            found |= self.by_words(conn, &keys::Range::word(known))?.all;
        }
        Ok((Meaning::corrected(near, &members), Hits { exact: RoaringBitmap::new(), all: found }))
    }

    fn by_words(&self, conn: &mut Conn, range: &keys::Range) -> Result<Hits, Error> {
        let [written, variants] = store::of_words(conn, range)?;
        let mut hits = Hits::exact(self.visible_of(&written));
        hits.all |= self.visible_of(&variants);
        Ok(hits)
    }

    fn by_prefix(&self, conn: &mut Conn, word: &str) -> Result<Hits, Error> {
        self.by_words(conn, &keys::Range::words(word))
    }

    /// The contacts that have, for each of these words, a word with that prefix; none where there are no words.
    fn by_all_words(&self, conn: &mut Conn, words: &[String]) -> Result<Hits, Error> {
        let mut found = None::<Hits>;
        for word in words {
            let hits = self.by_prefix(conn, word)?;
            found = Some(match found {
                None => hits,
                Some(sets) => Hits { exact: sets.exact & &hits.exact, all: sets.all & &hits.all },
            });
        }
        Ok(found.unwrap_or_default())
    }

    /// The union of bitmaps of several levels, as far as the reader sees.
    fn visible_of(&self, by_level: &BTreeMap<i16, RoaringBitmap>) -> RoaringBitmap {
        sets::union(by_level.iter().map(|(level, set)| self.visible(*level, set)))
    }

    fn of_members(&self, conn: &mut Conn, found: &[NameMatch]) -> Result<Arc<RoaringBitmap>, Error> {
        let codes: Vec<String> = found.iter().map(|found| found.code.clone()).collect();
        if codes.is_empty() { Ok(Arc::default()) } else { self.any_of(conn, Facet::Member, &codes) }
    }
}
