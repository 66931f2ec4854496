//! Imports: people who are to be invited, many at once, from a sheet that somebody kept elsewhere.
//!
//! It goes in two steps. [`plan`] is the dry run: every row is read and judged by the very rules of a single invitation
//! (`life_cycle::invitations`), and what was judged is kept as a plan, which nobody changes any more. Nothing is
//! invited yet; the answer says of every row what becomes of it, and why. [`commit`] carries out exactly that plan within the
//! hour, in one unit of work, once: each row is judged again while the organisations are held, and where one judgement is
//! another than it was, nothing happens at all. So nobody is invited whom the officer has not seen in the plan. A row whose
//! address had so many links from this officer lately is left for another sheet, and keeps nobody else.
//!
//! - `sheet` reads what is uploaded, CSV or XLSX, into rows of known columns; it judges the form alone
//! - `rules` what a row means, and what becomes of it
//!
//! Of rows that invite nobody the plan keeps the number and the reason alone: their names and addresses are nobody's business
//! here. A plan that was carried out keeps its rows no longer. Plans are deleted a day after their hour, and at once where
//! somebody whom they name is erased ([`forget`]).
//!
//! Left out: changing contacts by a sheet, and handing over by one.

pub mod routes;
mod rules;
pub mod sheet;
mod store;
mod types;

use std::time::Duration;

use serde_json::json;

pub use types::{Action, Commit, Committed, PlanView, RowCounts, RowView};

use crate::audit::{Entry, Event};
use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::identity;
use crate::life_cycle::Desk;
use crate::life_cycle::invitations::{self, Invitee};
use crate::members::Names;
use crate::policy::Principal;
use crate::time::Timestamp;
use sheet::Sheet;
use types::{Draft, Plan};

/// Most rows of a plan: they are one unit of work.
pub const MAX_ROWS: usize = 500;
/// Largest file, in bytes.
pub const MAX_BYTES: usize = 1_048_576;
/// How long a plan can be carried out.
const LIFE: Duration = Duration::from_hours(1);
/// Plans that are kept of one person; an older one gives way.
const KEPT: i64 = 10;

/// Judges a sheet, and keeps what was judged as a plan.
fn plan(conn: &mut Conn, desk: &Desk, names: &Names, officer: &Principal, sheet: &Sheet) -> Result<Draft, Error> {
    if sheet.rows.len() > MAX_ROWS {
        return Err(Error::invalid(vec![Fault::new("", "too_many_rows").with("max", MAX_ROWS)]));
    }
    let community = desk.outbox.letters().community();
    let mut read: Vec<_> = sheet.rows.iter().map(|row| rules::read(row, names, community, desk.now)).collect();
    rules::refuse_twins(&mut read);
    let invitees: Vec<Invitee> = read.iter().filter_map(|row| row.invitee().cloned()).collect();
    let judgements = invitations::judge(conn, officer, &invitees)?;
    let draft = Draft {
        id: Id::new(desk.now, &desk.random),
        expires_at: desk.now.plus(LIFE),
        rows: rules::judged(read, judgements)?,
    };
    // Of two plans that are made at once, each sees the other.
    identity::hold_user(conn, officer.user_id)?;
    store::make_room(conn, officer.user_id, KEPT)?;
    store::insert(conn, &draft, officer.user_id, desk.now)?;
    Ok(draft)
}

/// Whether somebody made this plan: asked before anything is received that is said about it.
fn check_maker(conn: &mut Conn, officer: &Principal, id: Id) -> Result<(), Error> {
    store::maker(conn, id)?.filter(|&maker| maker == officer.user_id).map(|_own| ()).ok_or_else(Error::not_found)
}

/// Carries a plan out, or nothing of it.
fn commit(conn: &mut Conn, desk: &Desk, officer: &Principal, id: Id, wish: Commit) -> Result<Committed, Error> {
    let held = store::hold(conn, id)?.filter(|plan| plan.made_by == officer.user_id).ok_or_else(Error::not_found)?;
    rules::check_open(&held, desk.now)?;
    rules::check_errors(&held, wish)?;
    let plan = rules::read_again(&held, desk.outbox.letters().community(), desk.now)?;
    invitations::hold_organisations(conn, &plan.invitees)?;
    let judgements = invitations::judge(conn, officer, &plan.invitees)?;
    rules::check_same(&plan, judgements)?;
    let (appointments, left_out) = invite_all(conn, desk, officer, &plan)?;
    store::close(conn, id, desk.now)?;
    let done = Committed { invited: appointments.len(), appointments, left_out };
    let counts = RowCounts::of(held.rows.0.iter().map(|row| row.action));
    let detail = json!({"plan": id, "invited": done.invited, "skipped": counts.skip, "errors": counts.error,
        "left_out": done.left_out.len()});
    desk.audit.note(conn, &desk.trace, &Entry::by(Event::ImportCommitted, officer.user_id, id).with(detail))?;
    Ok(done)
}

/// Invites everybody; also the rows that are left out.
fn invite_all(conn: &mut Conn, desk: &Desk, officer: &Principal, plan: &Plan) -> Result<(Vec<Id>, Vec<u32>), Error> {
    let (mut appointments, mut left_out) = (Vec::with_capacity(plan.invitees.len()), Vec::new());
    for (invitee, (row, verdict)) in plan.invitees.iter().zip(&plan.verdicts) {
        if desk.admits_link(conn, officer, invitee)? {
            appointments.push(desk.invite_judged(conn, officer, invitee, *verdict)?.id);
        } else {
            left_out.push(*row);
        }
    }
    Ok((appointments, left_out))
}

/// Deletes the plans that somebody made, and those that would invite one of these addresses, as they are compared.
///
/// # Errors
/// Where the database says no.
pub fn forget(conn: &mut Conn, made_by: Id, keys: &[String]) -> Result<(), Error> {
    let naming: Vec<Id> = store::rows(conn)?
        .into_iter()
        .filter(|(_, maker, rows)| *maker == made_by || rules::names_one_of(rows, keys))
        .map(|(id, ..)| id)
        .collect();
    store::delete(conn, &naming)
}

/// Deletes plans whose time was over before this; returns how many.
///
/// # Errors
/// Where the database says no.
pub fn sweep(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, before)
}
