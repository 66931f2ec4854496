//! Suppressions as the Secretariat sees and edits them: addresses that get no announcements.
//!
//! Bounces and complaints suppress addresses (`bounces`), and so does the Secretariat, one by one or with a CSV file.
//! `mail::consent` stores the list and defines the reasons. An address that is removed from the list gets announcements
//! again; another bounce adds it again. The list can be exported to another system, and imported from one: a CSV file
//! with a column `address`.
//!
//! The list has a hash and the domain of an address whose owner was erased (`#…@douanes.example`). Search and removal
//! accept the address or the hash.
//!
//! Left out: suppression of whole domains.

pub mod pages;
pub mod routes;
mod rules;
mod types;

use std::collections::BTreeMap;

use serde_json::json;

pub use types::{AddSuppression, Imported, RemoveSuppression, SuppressionQuery};

use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::heavy_work::{Lane, UnderWay};
use crate::http::{Download, RequestContext, csv};
use crate::identity;
use crate::mail::EmailAddress;
use crate::mail::consent::{self, Suppression, SuppressionFilter, SuppressionReason};
use crate::service::{FileAdmission, Foundation, Service, UnitOfWork};
use crate::time::Timestamp;
use rules::Line;

/// The list of suppressed addresses. Cloning is cheap.
#[derive(Clone)]
pub struct Suppressions {
    foundation: Foundation,
    heavy_work: Lane,
}

/// A download of the whole list.
struct Export {
    /// The person's permit for it, held until it ends.
    under_way: UnderWay,
    download: Download,
    /// The time whose list it is.
    at: Timestamp,
}

impl Service for Suppressions {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Suppressions {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation, heavy_work: Lane) -> Self {
        Self { foundation, heavy_work }
    }

    /// A page of the list, in the order of addresses, after `after`: those for one of `reasons` (all where there is
    /// none) whose address begins with `prefix`, in lower case.
    pub async fn list(
        &self,
        reasons: Vec<SuppressionReason>,
        prefix: Option<String>,
        after: Option<String>,
        limit: i64,
    ) -> Result<Vec<Suppression>, Error> {
        let address = prefix.as_deref().and_then(|prefix| EmailAddress::parse(prefix).ok());
        let mask = address.map(|address| self.foundation.outbox.masked(&address.key()));
        let (filter, now) = (SuppressionFilter { reasons, prefix, mask }, self.foundation.clock.now());
        self.read(move |conn| consent::suppressions(conn, &filter, after.as_deref(), limit, now)).await
    }

    /// Suppresses an address.
    pub async fn add(&self, officer: Id, trace: Trace, address: EmailAddress) -> Result<Suppression, Error> {
        self.write(trace, move |unit, conn| unit.add(conn, officer, &address)).await
    }

    /// Removes an address from the list, whatever the reason was.
    ///
    /// # Errors
    /// 404.
    pub async fn remove(&self, officer: Id, trace: Trace, address: EmailAddress) -> Result<(), Error> {
        self.write(trace, move |unit, conn| unit.remove(conn, officer, &address)).await
    }

    /// Begins a download of the whole list.
    ///
    /// # Errors
    /// 429 where the officer has too many downloads under way.
    async fn begin_export(&self, officer: Id, trace: Trace) -> Result<Export, Error> {
        let under_way = self.heavy_work.stream(officer)?;
        self.write(trace, move |unit, conn| {
            unit.audit.record(conn, &unit.trace, &Entry::own(Event::SuppressionsExported, officer))
        })
        .await?;
        let at = self.foundation.clock.now();
        Ok(Export { under_way, download: Download::begin(self.foundation.db.clone())?, at })
    }

    /// Admits a file of `expected` bytes before its body is read ([`Foundation::admit_file`]).
    pub async fn admit_file(
        &self,
        officer: Id,
        caller: &RequestContext,
        expected: usize,
    ) -> Result<FileAdmission, Error> {
        self.foundation.admit_file(&self.heavy_work, officer, caller, expected).await
    }

    /// Suppresses the addresses of a CSV file, all or none. `charset` is the encoding that the client declares.
    ///
    /// # Errors
    /// 422 with the lines at fault.
    pub async fn import(
        &self,
        admission: FileAdmission,
        file: impl AsRef<[u8]> + Send + 'static,
        charset: Option<String>,
    ) -> Result<Imported, Error> {
        let (place, officer, trace) = self.foundation.settle_file(admission, file.as_ref().len()).await?;
        let read = place.run(move |wanted| rules::read(file.as_ref(), charset.as_deref(), &|| wanted.is()));
        let lines = read.await?;
        self.write(trace, move |unit, conn| unit.import(conn, officer, lines)).await
    }
}

impl UnitOfWork<Suppressions> {
    fn add(&self, conn: &mut Conn, officer: Id, address: &EmailAddress) -> Result<Suppression, Error> {
        let key = self.outbox.listed_as(conn, std::slice::from_ref(address))?.pop().unwrap_or_default();
        let before = consent::suppression(conn, &key, self.now)?;
        consent::suppress(conn, &key, SuppressionReason::Manual, "secretariat", None, self.now)?;
        let after = consent::suppression(conn, &key, self.now)?.ok_or_else(Error::not_found)?;
        if before.as_ref() != Some(&after) {
            self.record(conn, officer, Event::AddressSuppressed, address, after.reason)?;
        }
        Ok(after)
    }

    fn remove(&self, conn: &mut Conn, officer: Id, address: &EmailAddress) -> Result<(), Error> {
        let reason = self.outbox.unsuppress(conn, &address.key())?.ok_or_else(Error::not_found)?;
        // This also resets the count of bounces: the next one is the first again.
        self.outbox.address_works(conn, &address.key())?;
        self.record(conn, officer, Event::AddressReleased, address, reason)
    }

    fn import(&self, conn: &mut Conn, officer: Id, lines: Vec<Line>) -> Result<Imported, Error> {
        let now = self.now;
        let read = lines.len();
        let (addresses, reasons): (Vec<_>, Vec<_>) =
            lines.into_iter().map(|Line { address, reason }| (address, reason)).unzip();
        let row =
            |(address, reason)| Suppression { address, reason, source: "import".to_owned(), until: None, since: now };
        // A file may have an address both as text and as hash, as in an earlier export: the map keeps one of them.
        let rows: BTreeMap<String, SuppressionReason> =
            self.outbox.listed_as(conn, &addresses)?.into_iter().zip(reasons).collect();
        let suppressed = consent::suppress_many(conn, rows.into_iter().map(row).collect(), now)?;
        let detail = json!({"imported": suppressed});
        let entry = Entry { subject: None, ..Entry::own(Event::AddressSuppressed, officer) }.with(detail);
        self.audit.record(conn, &self.trace, &entry)?;
        Ok(Imported { read, suppressed })
    }

    /// Writes an audit entry about the owner of the address; the log has no addresses. The reason is the one for which it
    /// is, or was, on the list.
    fn record(
        &self,
        conn: &mut Conn,
        officer: Id,
        event: Event,
        address: &EmailAddress,
        reason: SuppressionReason,
    ) -> Result<(), Error> {
        let subject = identity::find_user(conn, address)?.map(|known| known.id);
        let entry = Entry { subject, ..Entry::own(event, officer) }.with(json!({"kind": reason}));
        self.audit.record(conn, &self.trace, &entry)
    }
}

/// A page of a download, after the address `after`.
async fn export_page(download: &Download, after: Option<String>, at: Timestamp) -> Result<Vec<Suppression>, Error> {
    let filter = SuppressionFilter::default();
    download.read(move |conn| consent::suppressions(conn, &filter, after.as_deref(), csv::PAGE, at)).await
}
