//! Suppressions as the Secretariat sees and edits them: addresses that no announcement goes to.
//!
//! Bounces and complaints bring them (`bounces`), and so does the Secretariat, one by one or as a file;
//! `mail::consent` has them and says what each means. What is taken off the list is written to again, and what bounces
//! again comes back. A list can be taken along to another system, and one of another system be brought: a CSV file
//! with a column `address`.
//!
//! Left out: whole domains.

pub mod routes;
mod rules;
mod types;

use serde_json::json;

pub use types::{AddSuppression, Imported, RemoveSuppression, SuppressionQuery};

use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity;
use crate::mail::EmailAddress;
use crate::mail::consent::{self, Suppression, SuppressionReason};
use crate::time::Timestamp;
use rules::Line;

/// What the units of work need beside a connection.
struct Desk {
    audit: Audit,
    trace: Trace,
    officer: Id,
    now: Timestamp,
}

impl Desk {
    fn add(&self, conn: &mut Conn, address: &EmailAddress) -> Result<Suppression, Error> {
        let key = address.key();
        consent::suppress(conn, &key, SuppressionReason::Manual, "secretariat", None, self.now)?;
        self.note(conn, Event::AddressSuppressed, address)?;
        consent::suppression(conn, &key, self.now)?.ok_or_else(Error::not_found)
    }

    fn remove(&self, conn: &mut Conn, address: &EmailAddress) -> Result<(), Error> {
        if !consent::unsuppress(conn, &address.key())? {
            return Err(Error::not_found());
        }
        // What was counted before is settled, too: the next bounce is the first again.
        consent::address_works(conn, &address.key())?;
        self.note(conn, Event::AddressReleased, address)
    }

    fn import(&self, conn: &mut Conn, lines: Vec<Line>) -> Result<Imported, Error> {
        let now = self.now;
        let read = lines.len();
        let row = |Line { address, reason }| Suppression {
            address: address.key(),
            reason,
            source: "import".to_owned(),
            until: None,
            since: now,
        };
        let suppressed = consent::suppress_many(conn, lines.into_iter().map(row).collect(), now)?;
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
