//! The action of each row, and whether a plan still holds.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::sheet::{Column, Row};
use super::types::{Action, Commit, JudgedRow, ParsedRow, Plan, StoredPlan, StoredRow};
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::life_cycle::invitations::{self, InvitationVerdict};
use crate::mail::EmailAddress;
use crate::time::Timestamp;

/// Most faults of one answer.
const MAX_FAULTS: usize = 100;

/// After this time no commit is still working on a plan that was claimed and has rows left: a batch takes seconds.
pub(super) const ABANDONED_AFTER: Duration = Duration::from_mins(2);

/// The pointer of a column.
pub(super) fn pointer(column: Column) -> String {
    format!("/{column}")
}

/// The faults of several refusals as those of a row: the first of each column.
///
/// # Errors
/// What is no fault of the row.
pub(super) fn gathered(row: u32, refusals: impl Iterator<Item = Error>) -> Result<Vec<FieldError>, Error> {
    let mut found: BTreeMap<String, FieldError> = BTreeMap::new();
    for refusal in refusals {
        for fault in faults_of(row, refusal)? {
            found.entry(fault.pointer.clone()).or_insert(fault);
        }
    }
    Ok(found.into_values().collect())
}

/// The faults of a refusal as those of a row: pointers of the form become those of columns.
///
/// # Errors
/// The refusal itself where it says nothing of the row; what is no refusal.
fn faults_of(row: u32, refusal: Error) -> Result<Vec<FieldError>, Error> {
    let refusal = match refusal {
        Error::Refused(refusal) => refusal,
        broken @ Error::Internal(_) => return Err(broken),
    };
    if refusal.errors.is_empty() {
        return match of_row(refusal.code) {
            Some(code) => Ok(vec![FieldError { pointer: format!("/rows/{row}"), code, args: refusal.args }]),
            None => Err(Error::Refused(refusal)),
        };
    }
    let named = |fault: FieldError| {
        let column = match fault.pointer.as_str() {
            "/nominating_official" => pointer(Column::Official),
            "/nomination_reference" => pointer(Column::Reference),
            // One cell has the whole list.
            list if list.starts_with("/languages/") => pointer(Column::Languages),
            other => other.to_owned(),
        };
        FieldError { pointer: format!("/rows/{row}{column}"), ..fault }
    };
    Ok(refusal.errors.into_iter().map(named).collect())
}

/// What is wrong with a row whose invitation is refused for this: the reasons that judging a single invitation has.
const fn of_row(code: ProblemCode) -> Option<FieldCode> {
    match code {
        ProblemCode::AlreadyAppointed => Some(FieldCode::AlreadyAppointed),
        ProblemCode::AlreadyInvited => Some(FieldCode::AlreadyInvited),
        ProblemCode::OtherOrganisation => Some(FieldCode::OtherOrganisation),
        ProblemCode::OwnCase => Some(FieldCode::OwnCase),
        _ => None,
    }
}

/// The rows of a sheet without the hidden ones beyond the first `most_hidden`.
pub(super) fn shown(rows: &[Row], most_hidden: usize) -> impl Iterator<Item = &Row> {
    let mut hidden = 0_usize;
    rows.iter().filter(move |row| {
        hidden += usize::from(row.hidden);
        !row.hidden || hidden <= most_hidden
    })
}

/// Refuses a row that invites the same address to the same organisation and role as an earlier row: only a person can
/// decide which of the two is right.
pub(super) fn refuse_twins(rows: &mut [ParsedRow]) {
    let mut first = HashMap::new();
    for parsed in rows {
        let Some(invitee) = parsed.invitee() else { continue };
        let seat = (invitee.email.key(), invitee.organisation.clone(), invitee.role);
        let before = *first.entry(seat).or_insert(parsed.row);
        if before != parsed.row {
            let fault =
                FieldError::new(format!("/rows/{}/email", parsed.row), FieldCode::TwiceInSheet).with("row", before);
            parsed.form = Err(vec![fault]);
        }
    }
}

/// The action of every row. `judgements` are those of the valid forms, in their order.
pub(super) fn judged(
    rows: Vec<ParsedRow>,
    judgements: Vec<Result<InvitationVerdict, Error>>,
) -> Result<Vec<JudgedRow>, Error> {
    let mut judgements = judgements.into_iter();
    let judge = |parsed: ParsedRow| {
        if let Err(faults) = &parsed.form {
            let faults = faults.clone();
            let action = if parsed.hidden { Action::Skip } else { Action::Error };
            return Ok(JudgedRow { parsed, action, faults, verdict: None });
        }
        match judgements.next() {
            Some(Ok(verdict)) => {
                Ok(JudgedRow { parsed, action: Action::Invite, faults: Vec::new(), verdict: Some(verdict) })
            }
            Some(Err(refusal)) => {
                let faults = faults_of(parsed.row, refusal)?;
                Ok(JudgedRow { action: action(&faults), parsed, faults, verdict: None })
            }
            None => Err(Error::internal("a row was not judged")),
        }
    };
    rows.into_iter().map(judge).collect()
}

/// A row whose invitation or appointment exists already is skipped; everything else is an error.
fn action(faults: &[FieldError]) -> Action {
    let done = |fault: &FieldError| [FieldCode::AlreadyInvited, FieldCode::AlreadyAppointed].contains(&fault.code);
    if faults.iter().all(done) { Action::Skip } else { Action::Error }
}

/// Refuses a plan that was carried out, is being carried out, or has expired.
///
/// # Errors
/// 410.
pub(super) fn check_open(plan: &StoredPlan, now: Timestamp) -> Result<(), Error> {
    let is_at_work = |taken: Timestamp| plan.rows.0.is_empty() || now < taken.plus(ABANDONED_AFTER);
    if plan.committed_at.is_some_and(is_at_work) {
        Err(Error::gone(ProblemCode::PlanCommitted))
    } else if plan.expires_at <= now {
        Err(Error::gone(ProblemCode::PlanExpired))
    } else {
        Ok(())
    }
}

/// Refuses a plan with rows in error, unless the request skips them.
///
/// # Errors
/// 422 that names them.
pub(super) fn check_errors(plan: &StoredPlan, wish: Commit) -> Result<(), Error> {
    let in_error = plan.rows.0.iter().filter(|row| row.action == Action::Error && !wish.skip_errors);
    let faults: Vec<FieldError> =
        in_error.map(|row| FieldError::new(format!("/rows/{}", row.row), FieldCode::RowInError)).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(cut(faults))) }
}

/// Refuses a plan that another commit carries out since it was read. The form of a row does not change: rows only go.
///
/// # Errors
/// 410.
pub(super) fn check_untouched(read: &StoredPlan, now: &StoredPlan) -> Result<(), Error> {
    let rows = |plan: &StoredPlan| plan.rows.0.iter().map(|row| row.row).collect::<Vec<u32>>();
    if read.committed_at == now.committed_at && rows(read) == rows(now) {
        Ok(())
    } else {
        Err(Error::gone(ProblemCode::PlanCommitted))
    }
}

/// Parses the forms of a plan again.
///
/// # Errors
/// 409 if a form is no longer valid: the mandate would have ended by now.
pub(super) fn parse_again(plan: &StoredPlan, community: &str, now: Timestamp) -> Result<Plan, Error> {
    let (mut again, mut faults) = (Plan::default(), Vec::new());
    for (row, (form, verdict)) in plan.rows.0.iter().filter_map(|row| Some((row.row, row.invite.as_ref()?))) {
        match invitations::parse(form, community, now) {
            Ok(invitee) => {
                again.invitees.push(invitee);
                again.verdicts.push((row, *verdict));
            }
            Err(refusal) => faults.extend(faults_of(row, refusal)?),
        }
    }
    if faults.is_empty() { Ok(again) } else { Err(outdated(faults)) }
}

/// The rows of a plan that invite and come after row `done`.
pub(super) fn still_to_come(mut rows: Vec<StoredRow>, done: u32) -> Vec<StoredRow> {
    rows.retain(|row| row.invite.is_some() && row.row > done);
    rows
}

/// Whether a plan would invite one of these addresses, given by their keys.
pub(super) fn names_one_of(rows: &[StoredRow], keys: &[&str]) -> bool {
    let mut invites = rows.iter().filter_map(|row| row.invite.as_ref());
    invites
        .any(|(form, _)| EmailAddress::parse(&form.email).is_ok_and(|address| keys.contains(&address.key().as_str())))
}

/// Refuses a plan if the verdict of any row has changed.
///
/// # Errors
/// 409 that names the rows.
pub(super) fn check_same(plan: &Plan, judgements: Vec<Result<InvitationVerdict, Error>>) -> Result<(), Error> {
    let mut faults = Vec::new();
    for ((row, before), now) in plan.verdicts.iter().zip(judgements) {
        match now {
            Ok(now) if now == *before => {}
            Ok(_) => faults.push(FieldError::new(format!("/rows/{row}"), FieldCode::JudgedOtherwise)),
            Err(refusal) => faults.extend(faults_of(*row, refusal)?),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(outdated(faults)) }
}

fn outdated(faults: Vec<FieldError>) -> Error {
    Error::conflict(ProblemCode::PlanOutdated).with_faults(cut(faults))
}

fn cut(mut faults: Vec<FieldError>) -> Vec<FieldError> {
    faults.truncate(MAX_FAULTS);
    faults
}
