//! What a report does to the mail it is about, and to the address that the mail went to.
//!
//! A mail is counted once, whatever is reported of it later. An address has points: one for a soft bounce, on no more
//! than one a day, two for a hard one; they are forgotten thirty days after the last. No announcement goes any more to
//! an address that bounced hard, nor, for thirty days, to one with as many points as the operator says. Who complains
//! gets nothing either, points or not.
//!
//! This is of mails and addresses alone; whose address it is, and what that means, is for `crate::bounces` to say.

mod rules;
mod store;
mod types;

pub use types::{Bounced, Reported};

use super::BounceKind;
use super::batches::{self, Tally};
use super::consent::{self, SuppressionReason};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// What stands as the source of a suppression that a report brought.
const SOURCE: &str = "report";

/// The mail that a report is about, if nothing was reported of it yet and its reader is known still.
///
/// # Errors
/// Where the database says no.
pub fn find(conn: &mut Conn, mail: Id) -> Result<Option<Bounced>, Error> {
    store::find(conn, mail)
}

/// What came of counting a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Another was before.
    Before,
    /// It is written down; the address is as good as it was.
    Noted,
    /// It is written down, and mail to the address is in vain.
    Dead,
    /// It is written down, and the reader does not want such mails.
    Unwanted,
}

/// Counts a report of a mail that [`find`] found: once, against the address that the mail went to.
///
/// # Errors
/// Where the database says no.
pub fn count(
    conn: &mut Conn,
    mail: &Bounced,
    report: &Reported,
    threshold: i32,
    now: Timestamp,
) -> Result<Counted, Error> {
    if !store::mark(conn, mail.id, report, now)? {
        return Ok(Counted::Before);
    }
    let key = mail.address_key();
    if report.kind == BounceKind::Complaint {
        return Ok(Counted::Unwanted);
    }
    let before = store::hold_score(conn, &key, now)?;
    let Some(score) = rules::counted(before, report.kind, now) else { return Ok(Counted::Noted) };
    store::set_score(conn, &key, score)?;
    let (reason, until) = match report.kind {
        BounceKind::Hard => (SuppressionReason::HardBounce, None),
        _ if score.points >= threshold => (SuppressionReason::SoftBounces, Some(now.plus(rules::DECAY))),
        _ => return Ok(Counted::Noted),
    };
    consent::suppress(conn, &key, reason, SOURCE, until, now)?;
    Ok(Counted::Dead)
}

/// Sends no announcement to the address of somebody who complained any more.
///
/// # Errors
/// Where the database says no.
pub fn spare(conn: &mut Conn, mail: &Bounced, now: Timestamp) -> Result<(), Error> {
    consent::suppress(conn, &mail.address_key(), SuppressionReason::Complaint, SOURCE, None, now).map(drop)
}

/// Counts the report among the mails that were sent together. Last of all in a unit of work: others wait for their counters.
///
/// # Errors
/// Where the database says no.
pub fn tally(conn: &mut Conn, mail: &Bounced, kind: BounceKind) -> Result<(), Error> {
    let tallies = mail.batch.map(|batch| (batch, Tally::of_report(kind)));
    batches::tally(conn, &tallies.into_iter().collect())
}

/// Forgets that mail came back from an address.
///
/// # Errors
/// Where the database says no.
pub(super) fn forget(conn: &mut Conn, address_key: &str) -> Result<(), Error> {
    store::forget(conn, address_key)
}

/// Deletes points that are worth nothing any more; returns of how many addresses.
///
/// # Errors
/// Where the database says no.
pub fn sweep(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, now.minus(rules::DECAY))
}
