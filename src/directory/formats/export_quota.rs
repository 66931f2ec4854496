//! The daily quota of exported contacts, and the audit entries of exports: a directory is there to be used, not to be
//! carried away.
//!
//! Each person may export a number of contacts a day (`directory.export_per_day`), in whatever form; the Secretariat
//! has no quota. Every file is recorded in the audit log: its format, its rows, and the names of the parameters that
//! filtered it. Their values are not recorded, since they may be names of people. An address book, or a program that
//! follows the feed, comes many times a day for a few contacts: its first answer of a day is recorded, and every one of
//! many contacts ([`MANY`]).

use std::sync::Arc;

use serde_json::json;

use crate::audit::{Entry, Event, Trace};
use crate::db::Conn;
use crate::directory::Directory;
use crate::error::{Error, ProblemCode, Rejection};
use crate::policy::Principal;
use crate::service::{Service as _, UnitOfWork};
use crate::throttle::Bucket;

/// Contacts of one answer that are recorded in any case.
const MANY: u32 = 100;

/// An export of contacts, to be recorded.
#[derive(Clone, Debug)]
pub struct Export {
    /// The format, or the interface.
    pub format: &'static str,
    /// The number of contacts.
    pub rows: u32,
    /// The names of the parameters that chose the contacts; empty for all contacts, or those that changed.
    pub parameters: Vec<String>,
    /// Whether it is a file, or one of many small answers by which a program keeps its copy up to date.
    pub is_file: bool,
}

impl Directory {
    /// Counts an export against the quota of its reader, and records it. To be called before the contacts are sent.
    ///
    /// # Errors
    /// 429 where the quota of the day has not so many left.
    pub async fn record_export(
        &self,
        viewer: Arc<Principal>,
        trace: impl Into<Trace>,
        export: Export,
    ) -> Result<(), Error> {
        if export.rows == 0 && !export.is_file {
            return Ok(());
        }
        self.write(trace, move |unit, conn| unit.record_export(conn, &viewer, &export)).await
    }
}

impl UnitOfWork<Directory> {
    fn record_export(&self, conn: &mut Conn, viewer: &Principal, export: &Export) -> Result<(), Error> {
        if export.rows == 0 {
            // A search without a result, repeated again and again, leaves no entries.
            return Ok(());
        }
        let key = viewer.user_id.to_string();
        let is_first = if viewer.is_secretariat() {
            false
        } else {
            match self.throttle.charge_amount(conn, Bucket::Export, &key, export.rows) {
                Ok(before) => before.failures == 0,
                Err(Error::Refused(refusal)) if refusal.code == ProblemCode::TooManyAttempts => {
                    let left = self.throttle.left(conn, Bucket::Export, &key)?;
                    return Err(quota_used(*refusal, export.rows, self.service.exports_per_day, left));
                }
                Err(error) => return Err(error),
            }
        };
        if export.is_file || is_first || export.rows >= MANY {
            let detail = json!({"format": export.format, "rows": export.rows, "parameters": export.parameters});
            self.audit.record(conn, &self.trace, &Entry::own(Event::DirectoryExported, viewer.user_id).with(detail))?;
        }
        Ok(())
    }
}

/// The refusal of the throttle in terms of contacts. Without a time to come back where an export is larger than the
/// whole quota.
fn quota_used(refusal: Rejection, rows: u32, per_day: u32, left: u32) -> Error {
    let may_fit = rows <= per_day;
    let hours = refusal.retry_after.unwrap_or_default().div_ceil(3_600);
    let retry_after = refusal.retry_after.filter(|_| may_fit);
    Error::Refused(Box::new(Rejection { code: ProblemCode::QuotaUsed, retry_after, ..refusal }))
        .with("rows", rows)
        .with("max", per_day)
        .with("left", left)
        .with("fits", if may_fit { "later" } else { "never" })
        .with("hours", hours)
}
