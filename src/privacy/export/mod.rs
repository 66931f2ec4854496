//! The export of everything held about a person, read in one snapshot: each feature adds its own lists. Secrets and
//! their hashes are not personal data, and are left out.
//!
//! The mailbox of an office is handed on from one person to the next. Data that name an account belong to that account
//! alone; data that hold an address and no account are in the export from the moment on at which the address became the
//! person's.
//!
//! An archive (ZIP) has the letters of nomination, too, which the person may read as an officer.

mod store;
mod types;

use std::sync::Arc;

use async_channel::Sender;
use serde_json::json;

pub use types::Export;

use super::{ExportFormat, Privacy, features, rules};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::heavy_work::{UnderWay, WorkPermit};
use crate::mail::{self, Outbox};
use crate::nominations::{self, Letter};
use crate::personal_data::Lists;
use crate::policy::Principal;
use crate::service::Service as _;
use crate::time::Timestamp;

/// Most rows of each list.
const MOST: usize = 5_000;
/// Most letters of an archive, the newest first.
const LETTERS: usize = 20;
/// Most bytes of letters of an archive, which is in memory until it is sent.
const LETTER_BYTES: usize = 67_108_864;

/// A file with everything that is held about a person.
pub struct ExportFile {
    /// Its bytes.
    pub content: Vec<u8>,
    /// To be kept until the file is sent, since it is in memory until then.
    pub under_way: UnderWay,
}

impl Privacy {
    /// Makes a file with everything that is held about a person, which is heavy work. The audit log records it.
    ///
    /// # Errors
    /// 429 where the person has such work under way, 503 where the lane is full or the letters are out of reach.
    pub async fn export(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        format: ExportFormat,
    ) -> Result<ExportFile, Error> {
        let (now, id) = (self.foundation.clock.now(), person.user_id);
        let turn = self.parts.heavy_work.place(id)?.turn().await?;
        let under_way = turn.under_way();
        let entry = Entry::own(Event::DataExported, id).with(json!({"zip": format == ExportFormat::Zip}));
        self.write(trace.clone(), move |unit, conn| unit.audit.record(conn, &unit.trace, &entry)).await?;
        let outbox = self.foundation.outbox.clone();
        let export = self.foundation.db.read_snapshot(move |conn| collect(conn, &outbox, id, now)).await?;
        let content = match format {
            ExportFormat::Json => turn.run(move |_| serde_json::to_vec_pretty(&export).or_internal()).await?,
            ExportFormat::Zip => self.archive(person, trace, turn, export).await?,
        };
        Ok(ExportFile { content, under_way })
    }

    /// Packs an export with the letters into an archive. Letters are fetched while it is written, one at a time.
    async fn archive(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        turn: WorkPermit,
        export: Export,
    ) -> Result<Vec<u8>, Error> {
        let community = self.community.name_in(person.language).to_owned();
        let args = [("community", community), ("day", export.exported_at.day().to_string())];
        let readme = self.parts.catalogue.text(person.language, "export-readme", &args);
        let letters =
            self.write(trace, move |unit, conn| nominations::open_own(conn, &unit.audit, &unit.trace, &person)).await?;
        let (send, fetched) = async_channel::bounded(1);
        let writing = turn.run(move |_| {
            let json = serde_json::to_vec_pretty(&export).or_internal()?;
            let own = [("README.txt".to_owned(), readme.into_bytes()), ("data.json".to_owned(), json)];
            rules::archive(own.into_iter().chain(std::iter::from_fn(move || fetched.recv_blocking().ok())))
        });
        let (archive, fetched) = tokio::join!(writing, self.fetch_letters(letters, send));
        fetched?;
        archive
    }

    async fn fetch_letters(&self, letters: Vec<Letter>, archive: Sender<(String, Vec<u8>)>) -> Result<(), Error> {
        let mut left = LETTER_BYTES;
        for letter in letters.into_iter().rev().take(LETTERS) {
            let content = self.parts.storage.get(letter.object).await?;
            let Some(rest) = left.checked_sub(content.len()) else { break };
            left = rest;
            let file = (format!("letters/{}{}", letter.appointment, letter.kind.ending()), content);
            // The receiver is gone where the archive failed, which has its own error.
            if archive.send(file).await.is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// Letters of nomination name others, and are not collected here: [`nominations::open_own`] decides on them.
fn collect(conn: &mut Conn, outbox: &Outbox, user: Id, now: Timestamp) -> Result<Export, Error> {
    let subject = store::subject(conn, user)?;
    let mut lists = Lists::bounded(MOST);
    let mails = mail::PersonalRecords::new(outbox);
    for feature in features::all(&mails) {
        feature.export(conn, &subject, &mut lists)?;
    }
    Export::of(lists, now)
}
