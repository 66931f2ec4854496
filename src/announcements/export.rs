//! Exports: files about an announcement, page by page from the database. Each export is recorded in the audit log
//! before its first row is read.

use serde_json::json;

use super::Announcements;
use crate::audit::{self, Entry, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::heavy_work::UnderWay;
use crate::http::Download;
use crate::i18n::Language;
use crate::service::{Service as _, UnitOfWork};

/// A download of a file.
pub(super) struct Export {
    /// The person's permit for it, held until it ends.
    pub(super) under_way: UnderWay,
    pub(super) download: Download,
}

impl Announcements {
    /// Begins a download of the file `name` about an announcement, where `check` allows it.
    ///
    /// # Errors
    /// 429 where the officer has too many downloads under way; what `check` says.
    pub(super) async fn begin_export(
        &self,
        officer: Id,
        trace: Trace,
        id: Id,
        name: &'static str,
        check: impl FnOnce(&UnitOfWork<Self>, &mut Conn) -> Result<(), Error> + Send + 'static,
    ) -> Result<Export, Error> {
        let under_way = self.lane.stream(officer)?;
        self.write(trace, move |unit, conn| {
            check(unit, conn)?;
            let entry = Entry::by(audit::Event::AnnouncementExported, officer, id).with(json!({"file": name}));
            unit.audit.record(conn, &unit.trace, &entry)
        })
        .await?;
        Ok(Export { under_way, download: Download::begin(self.foundation.db.clone())? })
    }

    /// The heads of these columns (`column-…` in `locales/`).
    pub(super) fn heads<const N: usize>(&self, language: Language, columns: [&str; N]) -> [String; N] {
        columns.map(|column| self.catalogue.text(language, &format!("column-{column}"), &[]))
    }
}
