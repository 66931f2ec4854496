//! Selects the reports to delete when there are too many, so that one source does not displace the reports of others.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use crate::db::Id;
use crate::time::Timestamp;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The source of a report, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// The report came to the return path of a mail to this address: its readers know all of these paths.
    Reader(String),
    /// The report came to the return path of a mail whose recipient is not known any more.
    Mail(Id),
    /// The report came without a return path, and names this sender, which anybody can forge.
    Sender(String),
}

impl Source {
    /// The source of a report about this mail, to this reader, from this sender.
    pub(super) fn of(mail: Option<Id>, reader: Option<&str>, sender: &str) -> Self {
        match (mail, reader) {
            (Some(_), Some(reader)) => Self::Reader(reader.to_lowercase()),
            (Some(mail), None) => Self::Mail(mail),
            (None, _) => {
                let address = sender.rsplit_once('<').map_or(sender, |(_, address)| address);
                Self::Sender(address.trim_end_matches('>').trim().to_lowercase())
            }
        }
    }
}

/// Selects `beyond` of these reports, which are sorted by age, for deletion: always the oldest of the most frequent
/// source, and of equally frequent ones that without a return path.
pub(super) fn first_to_go(reports: Vec<(Id, Source)>, beyond: usize) -> Vec<Id> {
    let mut sources: BTreeMap<Source, VecDeque<Id>> = BTreeMap::new();
    for (id, source) in reports {
        sources.entry(source).or_default().push_back(id);
    }
    let mut gone = Vec::new();
    for _ in 0..beyond {
        let largest = sources.iter_mut().max_by_key(|(source, ids)| {
            (ids.len(), matches!(source, Source::Sender(_)), Reverse(ids.front().copied()))
        });
        let Some(oldest) = largest.and_then(|(_, ids)| ids.pop_front()) else { break };
        gone.push(oldest);
    }
    gone
}

/// The first instant of an instant's day.
pub(super) fn day_of(now: Timestamp) -> Timestamp {
    let micros = now.as_micros();
    Timestamp::from_micros(micros.saturating_sub(micros.rem_euclid(DAY)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> Id {
        Id::from_bytes([number; 16])
    }

    #[test]
    fn those_go_first_of_which_most_come_from_one_source() {
        let (reader, mail) = (Source::Reader("a@x.example".to_owned()), Source::Mail(id(99)));
        let sender = |address: &str| Source::Sender(address.to_owned());
        let reports = vec![
            (id(1), mail.clone()),
            (id(2), reader.clone()),
            (id(3), sender("b@y.example")),
            (id(4), reader.clone()),
            (id(5), sender("c@y.example")),
            (id(6), reader),
            (id(7), mail),
        ];
        assert_eq!(first_to_go(reports.clone(), 1), [id(2)]);
        // First two of a reader and two of a mail, the older first; then one of each, those without a return path
        // first.
        assert_eq!(first_to_go(reports.clone(), 5), [id(2), id(1), id(4), id(3), id(5)]);
        assert_eq!(first_to_go(reports.clone(), 9).len(), reports.len());
        assert_eq!(first_to_go(reports, 0), []);
    }

    #[test]
    fn a_source_is_the_reader_the_mail_or_whoever_it_says() {
        assert_eq!(Source::of(Some(id(1)), Some("A@x.example"), "b"), Source::Reader("a@x.example".to_owned()));
        assert_eq!(Source::of(Some(id(1)), None, "b"), Source::Mail(id(1)));
        for sender in ["Bo <B@y.example>", "b@y.example", "Other <b@Y.example>"] {
            assert_eq!(Source::of(None, None, sender), Source::Sender("b@y.example".to_owned()), "{sender}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight() {
        assert_eq!(day_of(Timestamp::from_micros(3 * DAY + 5)), Timestamp::from_micros(3 * DAY));
        assert_eq!(day_of(Timestamp::from_micros(3 * DAY)), Timestamp::from_micros(3 * DAY));
    }
}
