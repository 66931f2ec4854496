//! Who may do what with a response: decided by appointments, by assignments, and by how the round stands.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::{EntryRow, Means};
use super::people::{Colleague, DoneBy};
use super::types::{ResponseRights, ResponseRow};
use super::{answers, colleagues, store};
use crate::appointments::Role;
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::http::IfMatch;
use crate::policy::{self, Action, Principal, ResponseReach};
use crate::rounds::{self, ResponseState, RoundState, Standing};
use crate::time::Timestamp;

/// A response, and what a person may do with it.
pub(super) struct Seat {
    pub(super) row: ResponseRow,
    pub(super) survey: Id,
    pub(super) version: i32,
    /// How the round stands for the organisation.
    pub(super) round: RoundState,
    /// The sections of a contributor; none where the person reaches all of them.
    pub(super) sections: Option<BTreeSet<String>>,
}

impl Seat {
    /// The response, for whoever works on it.
    ///
    /// # Errors
    /// 404 for everybody else.
    pub(super) fn of(conn: &mut Conn, person: &Principal, response: Id, now: Timestamp) -> Result<Self, Error> {
        let row = store::find(conn, response)?.ok_or_else(Error::not_found)?;
        Self::at(conn, person, row, now)
    }

    /// The same, locked until the unit of work ends.
    ///
    /// # Errors
    /// 404 for everybody else.
    pub(super) fn locked(conn: &mut Conn, person: &Principal, response: Id, now: Timestamp) -> Result<Self, Error> {
        let row = store::lock_for_update(conn, response)?.ok_or_else(Error::not_found)?;
        Self::at(conn, person, row, now)
    }

    /// The same, and its round is held: for steps that count only before it is closed.
    ///
    /// # Errors
    /// 404 for everybody else.
    pub(super) fn held(conn: &mut Conn, person: &Principal, response: Id, now: Timestamp) -> Result<Self, Error> {
        let row = store::lock_for_update(conn, response)?.ok_or_else(Error::not_found)?;
        rounds::hold(conn, row.round_id)?;
        Self::at(conn, person, row, now)
    }

    fn at(conn: &mut Conn, person: &Principal, row: ResponseRow, now: Timestamp) -> Result<Self, Error> {
        let reach = policy::reach_of_response(person, row.organisation_id).ok_or_else(Error::not_found)?;
        let (_, survey, version) = store::round(conn, row.round_id)?;
        let round = round_for(conn, row.round_id, row.organisation_id, now)?;
        let sections = match reach {
            ResponseReach::Whole => None,
            // Assignments end when the round ends for the organisation.
            ResponseReach::Assigned if round != RoundState::Open => return Err(Error::not_found()),
            ResponseReach::Assigned => Some(colleagues::store::sections_of(conn, row.id, person.user_id)?),
        };
        if sections.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(Error::not_found());
        }
        Ok(Self { row, survey, version, round, sections })
    }

    /// Whether the person sees and writes a section.
    pub(super) fn reaches(&self, section: &str) -> bool {
        self.sections.as_ref().is_none_or(|sections| sections.contains(section))
    }

    /// Refuses whoever does not lead the response.
    ///
    /// # Errors
    /// 403.
    pub(super) fn check_leads(&self) -> Result<(), Error> {
        if self.sections.is_none() { Ok(()) } else { Err(Error::forbidden(ProblemCode::ResponseNotLed)) }
    }

    /// Refuses what is done to a response whose round is not open, or whose deadline has passed.
    ///
    /// # Errors
    /// 409.
    pub(super) fn check_open(&self) -> Result<(), Error> {
        if self.round == RoundState::Open { Ok(()) } else { Err(Error::conflict(ProblemCode::RoundNotOpen)) }
    }

    /// Refuses answers to a response that is submitted, or whose round is not open.
    ///
    /// # Errors
    /// 409.
    pub(super) fn check_writable(&self) -> Result<(), Error> {
        self.check_open()?;
        let submitted = || Error::conflict(ProblemCode::ResponseSubmitted).with("state", self.row.state);
        if is_writable(self.row.state) { Ok(()) } else { Err(submitted()) }
    }

    /// Refuses what comes after the deadline of the organisation, or after the round was closed before it.
    ///
    /// # Errors
    /// 409.
    pub(super) fn check_accepted(&self, conn: &mut Conn, now: Timestamp) -> Result<Standing, Error> {
        let standing = rounds::standing(conn, self.row.round_id, self.row.organisation_id)?;
        let standing = standing.ok_or_else(Error::not_found)?;
        if standing.accepts(now) {
            return Ok(standing);
        }
        if now < standing.deadline {
            return Err(Error::conflict(ProblemCode::RoundNotOpen));
        }
        Err(Error::conflict(ProblemCode::DeadlinePassed).with("deadline", standing.deadline))
    }

    /// Refuses a step on another state of the response than the one that was read: with other answers, or after another
    /// step.
    ///
    /// # Errors
    /// 412.
    pub(super) fn check_seen(&self, seen: Option<&IfMatch>) -> Result<(), Error> {
        seen.map_or(Ok(()), |seen| seen.check(&self.row))
    }

    /// The people who sign the response.
    pub(super) fn signers(&self, conn: &mut Conn) -> Result<Vec<Id>, Error> {
        Ok(policy::signers_of_response(&store::people(conn, self.row.organisation_id)?))
    }
}

/// How a round stands for an organisation.
///
/// # Errors
/// 404 where the round does not ask it.
pub(super) fn round_for(conn: &mut Conn, round: Id, organisation: Id, now: Timestamp) -> Result<RoundState, Error> {
    let standing = rounds::standing(conn, round, organisation)?.ok_or_else(Error::not_found)?;
    Ok(standing.round_at(now))
}

/// Whether answers can be written.
pub(super) fn is_writable(state: ResponseState) -> bool {
    !matches!(state, ResponseState::Submitted | ResponseState::Withdrawn)
}

/// What a person may do with the response of an organisation.
pub(super) fn rights(person: &Principal, organisation: Id, people: &[(Id, Role)]) -> ResponseRights {
    let is_whole = policy::reach_of_response(person, organisation) == Some(ResponseReach::Whole);
    let may_sign = policy::check(person, Action::SignSurveys).is_ok();
    ResponseRights {
        write_all: is_whole,
        lead: is_whole && may_sign,
        sign: may_sign && policy::signers_of_response(people).contains(&person.user_id),
    }
}

/// The answer that was changed last; none where all are as they were taken over.
pub(super) fn last_edit(conn: &mut Conn, row: &ResponseRow) -> Result<Option<EntryRow>, Error> {
    let last = answers::store::entry(conn, row.id, row.edits)?;
    Ok(last.filter(|last| last.origin != Means::Prefill))
}

/// People by name.
pub(super) struct Names(BTreeMap<Id, String>);

impl Names {
    pub(super) fn of(conn: &mut Conn, people: impl IntoIterator<Item = Id>) -> Result<Self, Error> {
        let people: BTreeSet<Id> = people.into_iter().collect();
        if people.is_empty() {
            return Ok(Self(BTreeMap::new()));
        }
        let people: Vec<Id> = people.into_iter().collect();
        Ok(Self(store::names(conn, &people)?.into_iter().collect()))
    }

    pub(super) fn colleague(&self, id: Id) -> Colleague {
        Colleague { id, name: self.0.get(&id).cloned().unwrap_or_default() }
    }

    pub(super) fn done(&self, by: Option<Id>, at: Option<Timestamp>) -> Option<DoneBy> {
        Some(DoneBy { by: self.colleague(by?), at: at? })
    }
}
