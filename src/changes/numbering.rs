//! The numbers of changes: which of those that were noted get a row in the feed.

use std::collections::HashMap;

use super::types::{Change, EntryKind, Noted};
use crate::db::Id;

/// Changes with consecutive numbers from `first` on, one for each that was noted. Of several changes of a subject only
/// those are left that a reader must still see: a later one for as many readers or more replaces an earlier one.
pub(super) fn numbered(noted: &[Noted], first: i64) -> Vec<Change> {
    let mut by_subject: HashMap<(EntryKind, Id), Vec<Change>> = HashMap::new();
    for (seq, noted) in (first..).zip(noted) {
        let (Some(kind), Some(id)) = (noted.kind, noted.subject) else { continue };
        let of_subject = by_subject.entry((kind, id)).or_default();
        of_subject.retain(|earlier| earlier.level < noted.level);
        of_subject.push(Change { kind, id, seq, at: noted.at, gone: noted.gone, level: noted.level });
    }
    let mut changes: Vec<Change> = by_subject.into_values().flatten().collect();
    changes.sort_by_key(|change| change.seq);
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn each_noted_change_takes_a_number_and_what_is_seen_anyway_is_left_out() {
        let at = Timestamp::from_micros(1);
        let id = |last: u8| {
            let mut bytes = [0; 16];
            bytes[15] = last;
            Id::from_bytes(bytes)
        };
        let of = |subject, level, gone| Noted::of(EntryKind::Contact, id(subject), (level, gone), at);
        // The first contact changes for all, for few, for fewer, for few again; the second for few, and is gone.
        let noted = [
            of(1, 0, false),
            of(1, 2, false),
            Noted::unseen(at),
            of(1, 3, false),
            of(2, 2, false),
            of(1, 2, false),
            of(2, 0, true),
        ];
        let numbers: Vec<(Id, i64, i16, bool)> =
            numbered(&noted, 10).into_iter().map(|change| (change.id, change.seq, change.level, change.gone)).collect();
        assert_eq!(numbers, [(id(1), 10, 0, false), (id(1), 15, 2, false), (id(2), 16, 0, true)]);
    }
}
