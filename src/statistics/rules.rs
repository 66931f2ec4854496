//! Figures from counts.

use std::collections::BTreeMap;
use std::time::Duration;

use super::types::{ContactCount, DirectoryFigures, Member, PendingCounts, RegionFigures};
use crate::appointments::Role;
use crate::db::Id;
use crate::directory::Confirmation;
use crate::members::Region;
use crate::time::Timestamp;

/// `decision_times` has the time from application to decision, for each decision.
pub(super) fn figures(
    members: &[Member],
    listed: &[ContactCount],
    pending: &PendingCounts,
    mut decision_times: Vec<Duration>,
    now: Timestamp,
) -> DirectoryFigures {
    decision_times.sort_unstable();
    let mut figures = DirectoryFigures {
        members: members.len(),
        unconfirmed_90_days: pending.unconfirmed_long,
        bounced: pending.bounced,
        pending: pending.pending,
        pending_since: pending.pending_since,
        pending_days: pending.pending_since.map(|since| now.since(since).as_secs() / 86_400),
        invited: pending.invited,
        decided: decision_times.len(),
        median_hours: percentile(&decision_times, 50),
        p90_hours: percentile(&decision_times, 90),
        ..DirectoryFigures::default()
    };
    let mut of: BTreeMap<Id, Vec<&ContactCount>> = BTreeMap::new();
    for row in listed {
        of.entry(row.organisation).or_default().push(row);
        match row.confirmation {
            Confirmation::Confirmed => figures.confirmed += row.count,
            Confirmation::Due => figures.due += row.count,
            Confirmation::Unconfirmed => figures.unconfirmed += row.count,
        }
    }
    let mut regions: BTreeMap<Option<Region>, RegionFigures> = BTreeMap::new();
    for member in members {
        let own = of.get(&member.id).map(Vec::as_slice).unwrap_or_default();
        let region = regions.entry(member.region).or_insert_with(|| no_figures(member.region));
        region.members += 1;
        if !own.iter().any(|row| row.role == Role::Coordinator) {
            figures.without_coordinator.push(member.code.clone());
            region.without_coordinator += 1;
        }
        let contacts: i64 = own.iter().map(|row| row.count).sum();
        region.contacts += contacts;
        let unconfirmed = own.iter().filter(|row| row.confirmation == Confirmation::Unconfirmed);
        region.unconfirmed += unconfirmed.map(|row| row.count).sum::<i64>();
        match contacts {
            0 => {
                figures.without_contact.push(member.code.clone());
                region.without_contact += 1;
            }
            1 => {
                figures.with_single_contact.push(member.code.clone());
                region.with_single_contact += 1;
            }
            _ => {}
        }
    }
    figures.regions = regions.into_values().collect();
    figures
}

const fn no_figures(region: Option<Region>) -> RegionFigures {
    RegionFigures {
        region,
        members: 0,
        without_coordinator: 0,
        without_contact: 0,
        with_single_contact: 0,
        contacts: 0,
        unconfirmed: 0,
    }
}

/// The percentile in hours by the nearest-rank method; none of an empty list.
fn percentile(sorted: &[Duration], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).map(|time| time.as_secs() / 3_600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let hours = |hours: &[u64]| hours.iter().map(|&hours| Duration::from_hours(hours)).collect::<Vec<_>>();
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&hours(&[5]), 90), Some(5));
        assert_eq!(percentile(&hours(&[1, 2, 3, 4]), 50), Some(2));
        assert_eq!(percentile(&hours(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 90), Some(9));
    }
}
