//! The effect of a bounce or complaint on its mail, and on the address that the mail was sent to.
//!
//! A mail is counted once, however many reports follow. An address has points: one for a temporary refusal of its
//! mailbox (one a day at most), two for a dead address. Points expire thirty days after the last. A dead address gets
//! no announcements any more; an address with as many points as the operator configured gets none for thirty days. A
//! bounce because of the text, the sender or the route costs the address no points. A complaint suppresses the address
//! too, whatever its points.
//!
//! This module knows mails and addresses only. `crate::bounces` decides whose address it is, whether a report counts
//! against it ([`count`]) or is noted at the mail alone ([`note`]), and what follows.

mod rules;
mod store;
mod types;
pub mod unread;

pub(super) use store::{forget, forget_before};
pub use types::{Bounced, Reported};

use super::BounceKind;
use super::batches::{self, Tally};
use super::consent::{self, SuppressionReason};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// The source of a suppression because of a report.
const SOURCE: &str = "report";

/// The mail that a report is about, if it has no report yet and its recipient is still known.
pub fn find(conn: &mut Conn, mail: Id) -> Result<Option<Bounced>, Error> {
    store::find(conn, mail)
}

/// The effect of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BounceEffect {
    /// None: the mail has an earlier report.
    Before,
    /// The report is stored; nothing changes for the address.
    Noted,
    /// The report is stored, and the address gets no announcements for a while: its mailbox accepts none.
    Full,
    /// The report is stored, and the address is dead.
    Dead,
    /// The report is stored, and the reader does not want such mails.
    Unwanted,
}

/// Stores a report at its mail only: it has no effect on the current holder of the address.
pub fn note(conn: &mut Conn, mail: &Bounced, report: &Reported, now: Timestamp) -> Result<BounceEffect, Error> {
    Ok(if store::mark(conn, mail.id, report, now)? { BounceEffect::Noted } else { BounceEffect::Before })
}

/// Counts a report once, against the address of its mail.
pub fn count(
    conn: &mut Conn,
    mail: &Bounced,
    report: &Reported,
    threshold: i32,
    now: Timestamp,
) -> Result<BounceEffect, Error> {
    if note(conn, mail, report, now)? == BounceEffect::Before {
        return Ok(BounceEffect::Before);
    }
    let key = mail.address_key();
    if report.kind == BounceKind::Complaint {
        return Ok(BounceEffect::Unwanted);
    }
    if report.spares_address() {
        return Ok(BounceEffect::Noted);
    }
    let before = store::lock_score(conn, &key, now)?;
    let Some(score) = rules::counted(before, report.kind, now) else { return Ok(BounceEffect::Noted) };
    store::set_score(conn, &key, score)?;
    let (reason, until, counted) = match report.kind {
        BounceKind::Hard => (SuppressionReason::HardBounce, None, BounceEffect::Dead),
        _ if score.points >= threshold => {
            (SuppressionReason::SoftBounces, Some(now.plus(rules::DECAY)), BounceEffect::Full)
        }
        _ => return Ok(BounceEffect::Noted),
    };
    consent::suppress(conn, &key, reason, SOURCE, until, now)?;
    Ok(counted)
}

/// Suppresses the address of a reader who complained.
pub fn spare(conn: &mut Conn, mail: &Bounced, now: Timestamp) -> Result<(), Error> {
    consent::suppress(conn, &mail.address_key(), SuppressionReason::Complaint, SOURCE, None, now).map(drop)
}

/// Counts the report in the batch of its mail. This comes last in a unit of work, since others wait for the counters.
pub fn tally(conn: &mut Conn, mail: &Bounced, report: &Reported) -> Result<(), Error> {
    let tallies = mail.batch.map(|batch| (batch, Tally::of_report(report.kind, report.spares_address())));
    batches::tally(conn, &tallies.into_iter().collect())
}

/// Deletes expired points, and reports that were not understood after their retention period; returns how many.
pub fn sweep(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    Ok(store::sweep(conn, now.minus(rules::DECAY))? + unread::sweep(conn, now)?)
}
