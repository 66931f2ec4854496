//! Suppressions as the Secretariat sees and edits them: addresses that no announcement goes to.
//!
//! Bounces and complaints bring them (`bounces`), and so does the Secretariat, one by one or as a file;
//! `mail::consent` has them and says what each means. What is taken off the list is written to again, and what bounces
//! again comes back. A list can be taken along to another system, and one of another system be brought: a CSV file
//! with a column `address`.
//!
//! Of an address whose owner was erased the list has a hash and the domain (`#…@douanes.example`): it is searched for and taken
//! off by the address, or by what stands there.
//!
//! Left out: whole domains.

pub mod routes;
mod rules;
mod types;

use std::collections::BTreeMap;

use serde_json::json;

pub use types::{AddSuppression, Imported, RemoveSuppression, SuppressionQuery};

use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity;
use crate::mail::consent::{self, Suppression, SuppressionReason};
use crate::mail::{EmailAddress, Outbox};
use crate::time::Timestamp;
use rules::Line;

/// What the units of work need beside a connection.
struct Desk {
    audit: Audit,
    outbox: Outbox,
    trace: Trace,
    officer: Id,
    now: Timestamp,
}

impl Desk {
    fn add(&self, conn: &mut Conn, address: &EmailAddress) -> Result<Suppression, Error> {
        let key = self.outbox.listed_as(conn, std::slice::from_ref(address))?.pop().unwrap_or_default();
        consent::suppress(conn, &key, SuppressionReason::Manual, "secretariat", None, self.now)?;
        self.note(conn, Event::AddressSuppressed, address)?;
        consent::suppression(conn, &key, self.now)?.ok_or_else(Error::not_found)
    }

    fn remove(&self, conn: &mut Conn, address: &EmailAddress) -> Result<(), Error> {
        if !self.outbox.unsuppress(conn, &address.key())? {
            return Err(Error::not_found());
        }
        // What was counted before is settled, too: the next bounce is the first again.
        self.outbox.address_works(conn, &address.key())?;
        self.note(conn, Event::AddressReleased, address)
    }

    fn import(&self, conn: &mut Conn, lines: Vec<Line>) -> Result<Imported, Error> {
        let now = self.now;
        let read = lines.len();
        let (addresses, reasons): (Vec<_>, Vec<_>) =
            lines.into_iter().map(|Line { address, reason }| (address, reason)).unzip();
        let row =
            |(address, reason)| Suppression { address, reason, source: "import".to_owned(), until: None, since: now };
        // A file may have an address both by name and masked, as one that was taken out before has.
        let rows: BTreeMap<String, SuppressionReason> =
            self.outbox.listed_as(conn, &addresses)?.into_iter().zip(reasons).collect();
        let suppressed = consent::suppress_many(conn, rows.into_iter().map(row).collect(), now)?;
        let detail = json!({"imported": suppressed});
        let entry = Entry { subject: None, ..Entry::own(Event::AddressSuppressed, self.officer) }.with(detail);
        self.audit.note(conn, &self.trace, &entry)?;
        Ok(Imported { read, suppressed })
    }

    /// Writes down what was done, to whom where that is a person here; an address stands in no log.
    fn note(&self, conn: &mut Conn, event: Event, address: &EmailAddress) -> Result<(), Error> {
        let subject = identity::find_user(conn, address)?.map(|known| known.id);
        let entry = Entry { subject, ..Entry::own(event, self.officer) }.with(json!({"kind": "manual"}));
        self.audit.note(conn, &self.trace, &entry)
    }
}
