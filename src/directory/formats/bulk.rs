//! What is handed out in bulk is counted and written down: a directory is there to be used, not to be carried away.
//!
//! Each person may take so many contacts a day (`directory.export_per_day`), in whatever form; the Secretariat is free.
//! A file is written down in the audit log each time: its format, its rows, and by which parameters it was filtered, never
//! their values, which may be names. An address book or a program that follows the feed comes many times a day for a few
//! contacts; it is written down with its first of a day, and whenever it takes many.

use std::sync::Arc;

use serde_json::json;

use crate::audit::{Audit, Entry, Event, Trace};
use crate::config;
use crate::db::Conn;
use crate::error::{Error, Refusal};
use crate::policy::Principal;
use crate::throttle::{Bucket, Throttle};

/// Contacts at once that are many.
const MANY: u32 = 100;

/// What counts and writes down. Cloning is cheap.
#[derive(Clone)]
pub struct Bulk {
    throttle: Arc<Throttle>,
    audit: Audit,
    per_day: u32,
}

/// What is handed out.
#[derive(Clone, Debug)]
pub struct Handed {
    /// As what.
    pub format: &'static str,
    /// How many contacts.
    pub rows: u32,
    /// The names of the parameters that chose them; none where all of them are meant, or those that changed.
    pub parameters: Vec<String>,
    /// Whether it is a file, made once, or one of the many small answers by which a copy is kept up to date.
    pub is_file: bool,
}

impl Bulk {
    /// On these parts.
    #[must_use]
    pub fn new(throttle: Arc<Throttle>, audit: Audit, settings: &config::Directory) -> Self {
        Self { throttle, audit, per_day: settings.export_per_day }
    }

    /// Counts and writes down what is about to be handed out, in the transaction of `conn`.
    ///
    /// # Errors
    /// 429 where the person has not so many left today.
    pub fn hand_out(&self, conn: &mut Conn, viewer: &Principal, trace: &Trace, handed: &Handed) -> Result<(), Error> {
        let key = viewer.user_id.to_string();
        let is_first = if viewer.is_secretariat() || handed.rows == 0 {
            false
        } else {
            match self.throttle.charge_amount(conn, Bucket::Export, &key, handed.rows) {
                Ok(before) => before.failures == 0,
                Err(Error::Refused(refusal)) if refusal.code == "too_many_attempts" => {
                    let left = self.throttle.left(conn, Bucket::Export, &key)?;
                    return Err(self.quota_used(*refusal, handed.rows, left));
                }
                Err(error) => return Err(error),
            }
        };
        if handed.is_file || is_first || handed.rows >= MANY {
            let detail = json!({"format": handed.format, "rows": handed.rows, "parameters": handed.parameters});
            self.audit.note(conn, trace, &Entry::own(Event::DirectoryExported, viewer.user_id).with(detail))?;
        }
        Ok(())
    }

    /// The refusal of the throttle in words of contacts. Nobody is told to come back for more than there ever is in a day.
    fn quota_used(&self, refusal: Refusal, rows: u32, left: u32) -> Error {
        let ever = rows <= self.per_day;
        let hours = refusal.retry_after.unwrap_or_default().div_ceil(3_600);
        let retry_after = refusal.retry_after.filter(|_| ever);
        Error::Refused(Box::new(Refusal { code: "quota_used", retry_after, ..refusal }))
            .with("rows", rows)
            .with("max", self.per_day)
            .with("left", left)
            .with("fits", if ever { "later" } else { "never" })
            .with("hours", hours)
    }
}
