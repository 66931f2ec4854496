//! Changes of bitmaps, piece by piece.

use std::collections::BTreeMap;
use std::ops::Deref;

use roaring::RoaringBitmap;

use super::Entry;

/// The number of contacts of each value.
pub(crate) type Counts = BTreeMap<String, u64>;

/// The piece of a bitmap that contains a number: the number without its last sixteen bits.
pub(super) const fn piece(number: u32) -> u32 {
    number >> 16
}

/// The union of bitmaps.
pub(super) fn union<S: Deref<Target = RoaringBitmap>>(sets: impl IntoIterator<Item = S>) -> RoaringBitmap {
    sets.into_iter().fold(RoaringBitmap::new(), |all, set| all | &*set)
}

/// The numbers to be removed from a piece, and those to be added.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) out: Vec<u32>,
    pub(super) into: Vec<u32>,
}

/// The changes of all pieces between two states of contacts, by piece and key.
pub(super) fn changes(before: &BTreeMap<u32, Entry>, after: &BTreeMap<u32, Entry>) -> BTreeMap<(u32, String), Change> {
    let mut changes: BTreeMap<(u32, String), Change> = BTreeMap::new();
    let has = |entries: &BTreeMap<u32, Entry>, number: &u32, key: &String| {
        entries.get(number).is_some_and(|entry| entry.keys.contains(key))
    };
    for (number, entry) in before {
        for key in entry.keys.iter().filter(|key| !has(after, number, key)) {
            changes.entry((piece(*number), key.clone())).or_default().out.push(*number);
        }
    }
    for (number, entry) in after {
        for key in entry.keys.iter().filter(|key| !has(before, number, key)) {
            changes.entry((piece(*number), key.clone())).or_default().into.push(*number);
        }
    }
    changes
}

impl Change {
    /// Adds what happens later.
    pub(super) fn add(&mut self, later: Self) {
        self.into.retain(|number| !later.out.contains(number));
        self.out.retain(|number| !later.into.contains(number));
        self.out.extend(later.out);
        self.into.extend(later.into);
    }

    /// The piece after the change.
    pub(super) fn applied_to(&self, mut set: RoaringBitmap) -> RoaringBitmap {
        for number in &self.out {
            set.remove(*number);
        }
        set.extend(&self.into);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries(values: &BTreeMap<u32, Vec<u8>>) -> BTreeMap<u32, Entry> {
        let entry = |values: &Vec<u8>| Entry {
            keys: values.iter().map(|value| format!("role:{value}/0")).collect(),
            ..Entry::default()
        };
        values.iter().map(|(number, values)| (*number, entry(values))).collect()
    }

    proptest! {
        #[test]
        fn changes_one_after_the_other_come_to_the_same_as_all_together(
            steps in prop::collection::vec(
                prop::collection::btree_map(0_u32..200_000, prop::collection::vec(0_u8..4, 0..4), 0..9),
                2..5,
            ),
        ) {
            let steps: Vec<BTreeMap<u32, Entry>> = steps.iter().map(entries).collect();
            let mut together: BTreeMap<(u32, String), Change> = BTreeMap::new();
            for pair in steps.windows(2) {
                for (at, change) in changes(&pair[0], &pair[1]) {
                    together.entry(at).or_default().add(change);
                }
            }
            let mut stored: BTreeMap<(u32, String), RoaringBitmap> = BTreeMap::new();
            for (at, change) in changes(&BTreeMap::new(), &steps[0]).into_iter().chain(together) {
                let piece = stored.remove(&at).unwrap_or_default();
                stored.insert(at, change.applied_to(piece));
            }
            stored.retain(|_, set| !set.is_empty());
            let mut fresh: BTreeMap<(u32, String), RoaringBitmap> = BTreeMap::new();
            for (at, change) in changes(&BTreeMap::new(), steps.last().unwrap()) {
                fresh.insert(at, change.applied_to(RoaringBitmap::new()));
            }
            prop_assert_eq!(stored, fresh);
        }

        #[test]
        fn applying_the_changes_gives_what_is_now(
            before in prop::collection::btree_map(0_u32..200_000, prop::collection::vec(0_u8..6, 0..4), 0..30),
            after in prop::collection::btree_map(0_u32..200_000, prop::collection::vec(0_u8..6, 0..4), 0..30),
        ) {
            let (before, after) = (entries(&before), entries(&after));
            let mut stored: BTreeMap<(u32, String), RoaringBitmap> = BTreeMap::new();
            for (at, change) in changes(&BTreeMap::new(), &before).into_iter().chain(changes(&before, &after)) {
                let piece = stored.remove(&at).unwrap_or_default();
                stored.insert(at, change.applied_to(piece));
            }
            let mut fresh: BTreeMap<(u32, String), RoaringBitmap> = BTreeMap::new();
            for (at, change) in changes(&BTreeMap::new(), &after) {
                fresh.insert(at, change.applied_to(RoaringBitmap::new()));
            }
            stored.retain(|_, set| !set.is_empty());
            prop_assert_eq!(stored, fresh);
        }
    }
}
