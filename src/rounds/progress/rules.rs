//! Counts of states, and what of them is public.

use std::collections::{HashMap, HashSet};

use super::types::{Progress, ProgressRow, RegionProgress, StateCount};
use crate::db::Id;
use crate::members::Region;
use crate::rounds::deadlines::rules::{Effective, Ledger, effective_deadline};
use crate::rounds::types::{FrameEntry, ResponseState};
use crate::time::Timestamp;

/// How an organisation stands.
#[derive(Clone, Debug)]
pub(in crate::rounds) struct Stand {
    pub(in crate::rounds) place: FrameEntry,
    pub(in crate::rounds) state: ResponseState,
    pub(in crate::rounds) deadline: Effective,
}

/// How each organisation of a frame stands; one whose state is not known has not started.
pub(super) fn stands(frame: Vec<FrameEntry>, ledger: &Ledger, states: &HashMap<Id, ResponseState>) -> Vec<Stand> {
    let stand = |place: FrameEntry| Stand {
        state: states.get(&place.organisation).copied().unwrap_or(ResponseState::NotStarted),
        deadline: effective_deadline(ledger, place.region, place.organisation),
        place,
    };
    frame.into_iter().map(stand).collect()
}

/// The same for readers who are not told of time that was granted to others than their own organisations: others have the
/// deadline for all. Once the round has ended as far as they know, those count as `submitted` who had submitted then.
pub(super) fn as_known(
    stands: Vec<Stand>,
    own: &[FrameEntry],
    for_all: Timestamp,
    submitted: Option<&HashSet<Id>>,
) -> Vec<Stand> {
    let known = |stand: Stand| {
        let is_own = own.contains(&stand.place);
        let others = Effective { deadline: for_all, general: for_all, grant: None };
        let then = |submitted: &HashSet<Id>| {
            let had_submitted = submitted.contains(&stand.place.organisation);
            if had_submitted { ResponseState::Submitted } else { ResponseState::NotStarted }
        };
        let state = submitted.map_or(stand.state, then);
        Stand { state, deadline: if is_own { stand.deadline } else { others }, place: stand.place }
    };
    stands.into_iter().map(known).collect()
}

/// The counts, of all that are asked. Who does not see everything sees only who has submitted, and reads nothing of the
/// organisations that are `unknown` to this reader.
pub(super) fn progress(stands: &[Stand], sees_all: bool, unknown: &[Id]) -> Progress {
    let is_in = |stand: &&Stand| stand.state == ResponseState::Submitted;
    let count = |state: ResponseState| stands.iter().filter(|stand| stand.state == state).count();
    let states = ResponseState::ALL.iter().map(|&state| StateCount { state, count: count(state) });
    let of_region = |region: Option<Region>| {
        let of_it = || stands.iter().filter(|stand| stand.place.region == region);
        let found = RegionProgress { region, frame: of_it().count(), submitted: of_it().filter(is_in).count() };
        (found.frame > 0).then_some(found)
    };
    let regions = Region::ALL.iter().copied().map(Some).chain([None]);
    let row = |stand: &Stand| ProgressRow {
        organisation: stand.place.code.clone(),
        region: stand.place.region,
        state: Some(stand.state).filter(|state| sees_all || *state == ResponseState::Submitted),
        deadline: if sees_all { stand.deadline.deadline } else { stand.deadline.general },
        is_extended: sees_all && stand.deadline.grant.is_some(),
    };
    Progress {
        frame: stands.len(),
        submitted: stands.iter().filter(is_in).count(),
        states: if sees_all { states.collect() } else { Vec::new() },
        regions: regions.filter_map(of_region).collect(),
        data: stands.iter().filter(|stand| !unknown.contains(&stand.place.organisation)).map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::types::ResponseState::{Draft, NotStarted, Submitted};

    fn stands(states: &[(Option<Region>, ResponseState)]) -> Vec<Stand> {
        let at = "2027-01-11T00:00:00Z".parse().unwrap();
        let ledger = Ledger { first: at, entries: Vec::new() };
        let place = |number: u8, region| FrameEntry {
            organisation: Id::from_bytes([number; 16]),
            code: format!("A{number}"),
            region,
        };
        let frame = (0..).zip(states).map(|(number, (region, _))| place(number, *region)).collect();
        let known = (0..).zip(states).map(|(number, (_, state))| (Id::from_bytes([number; 16]), *state)).collect();
        super::stands(frame, &ledger, &known)
    }

    #[test]
    fn the_secretariat_sees_each_state_and_others_who_has_submitted() {
        let stands = stands(&[
            (Some(Region::Wca), Submitted),
            (Some(Region::Wca), Draft),
            (Some(Region::Esa), NotStarted),
            (None, Submitted),
        ]);
        let all = progress(&stands, true, &[]);
        assert_eq!((all.frame, all.submitted), (4, 2));
        assert!(all.states.contains(&StateCount { state: Draft, count: 1 }), "{:?}", all.states);
        let of = |region, frame, submitted| RegionProgress { region, frame, submitted };
        assert_eq!(all.regions, [of(Some(Region::Esa), 1, 0), of(Some(Region::Wca), 2, 1), of(None, 1, 1)]);
        let public = progress(&stands, false, &[]);
        assert_eq!((public.submitted, public.states.len()), (2, 0));
        let states: Vec<_> = public.data.iter().map(|row| row.state).collect();
        assert_eq!(states, [Some(Submitted), None, None, Some(Submitted)]);
        let unknown: Vec<Id> = stands.iter().take(1).map(|stand| stand.place.organisation).collect();
        let without = progress(&stands, false, &unknown);
        assert_eq!((without.frame, without.submitted, without.regions), (4, 2, public.regions), "counts are of all");
        let codes: Vec<_> = without.data.iter().map(|row| row.organisation.as_str()).collect();
        assert_eq!(codes, ["A1", "A2", "A3"]);
    }

    #[test]
    fn participation_stands_still_where_a_reader_learns_of_no_grant() {
        let stands = stands(&[(Some(Region::Wca), Submitted), (None, Draft), (None, Submitted)]);
        let [at, later]: [Timestamp; 2] =
            ["2027-01-11T00:00:00Z", "2027-01-12T00:00:00Z"].map(|at| at.parse().unwrap());
        let granted = |stand: Stand| Stand {
            deadline: Effective { deadline: later, general: later, grant: Some(Id::nil()) },
            ..stand
        };
        let stands: Vec<Stand> = stands.into_iter().map(granted).collect();
        let own: Vec<FrameEntry> = stands.iter().take(1).map(|stand| stand.place.clone()).collect();
        let (one, two) = (Id::from_bytes([0; 16]), Id::from_bytes([1; 16]));
        let states = |submitted: Option<&HashSet<Id>>| -> Vec<ResponseState> {
            as_known(stands.clone(), &own, at, submitted).iter().map(|stand| stand.state).collect()
        };
        assert_eq!(states(None), [Submitted, Draft, Submitted]);
        assert_eq!(states(Some(&HashSet::from([one, two]))), [Submitted, Submitted, NotStarted]);
        let deadlines: Vec<Timestamp> =
            as_known(stands.clone(), &own, at, None).iter().map(|stand| stand.deadline.general).collect();
        assert_eq!(deadlines, [later, at, at], "the own one alone");
    }

    #[test]
    fn who_is_not_known_has_not_started() {
        let mut stands = stands(&[(None, Submitted)]);
        let place = stands.pop().unwrap().place;
        let ledger = Ledger { first: "2027-01-11T00:00:00Z".parse().unwrap(), entries: Vec::new() };
        let alone = super::stands(vec![place], &ledger, &HashMap::new());
        assert_eq!(alone.first().map(|stand| stand.state), Some(NotStarted));
    }
}
