//! The changes of the index that a unit of work collects, and writes just before its commit.

use std::collections::{BTreeMap, BTreeSet};

use super::sets::{self, Change};
use super::{Entry, store};
use crate::db::{BeforeCommit, Conn, Keyed};
use crate::error::Error;

/// What one unit of work changes of the index.
#[derive(Default)]
struct Pending {
    sets: BTreeMap<(u32, String), Change>,
    /// Words that contacts had and have no more, and words that they did not have; a word may be both, of two contacts.
    old_words: BTreeSet<String>,
    new_words: BTreeSet<String>,
}

/// Adds the way from the entries that contacts had to those that they have.
pub(super) fn update(
    conn: &mut Conn,
    before: &BTreeMap<u32, Entry>,
    after: &BTreeMap<u32, Entry>,
) -> Result<(), Error> {
    let words = |entries: &BTreeMap<u32, Entry>| -> BTreeSet<String> {
        entries.values().flat_map(|entry| &entry.words).cloned().collect()
    };
    let (old, new) = (words(before), words(after));
    conn.before_commit(|pending: &mut Pending| {
        for (at, change) in sets::changes(before, after) {
            pending.sets.entry(at).or_default().add(change);
        }
        pending.old_words.extend(old.difference(&new).cloned());
        pending.new_words.extend(new.difference(&old).cloned());
    })
}

impl BeforeCommit for Pending {
    fn write(self, conn: &mut Conn) -> Result<(), Error> {
        let Self { sets, old_words, new_words } = self;
        // Whether a word has spellings depends on the sets of all contacts: two units that use it for the first time,
        // or the last, come one after the other.
        conn.lock_keys(Keyed::WordOfContacts, old_words.union(&new_words).map(String::as_bytes))?;
        store::update(conn, &sets)?;
        store::remove_spellings(conn, old_words.iter())?;
        store::add_spellings(conn, new_words.iter())
    }
}
