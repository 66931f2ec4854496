//! The use cases of exports: the contacts of a query as a file, and one contact as a card.
//!
//! An export is refused before anything of it is counted: it needs a place in the lane of heavy work, then room in the
//! quota of the day (`export_quota`). Its result also counts as a look at the directory (`directory::views`) where it
//! reveals something without contacts: that a search finds nobody, or how many contacts it finds.

use std::sync::Arc;

use super::source::{Source, visible_contacts};
use super::stream::{ExportStream, StreamFormat};
use super::{Card, Export, Format, Words, jscontact, vcard, xlsx};
use crate::audit::Trace;
use crate::db::Id;
use crate::directory::Directory;
use crate::directory::search::query;
use crate::directory::types::ContactQuery;
use crate::directory::views::count_views;
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::heavy_work::{UnderWay, WorkPermit};
use crate::http::Download;
use crate::http::csv::Separator;
use crate::i18n::Language;
use crate::members;
use crate::policy::Principal;
use crate::service::Service as _;

/// Parameters of a query that do not choose contacts.
const PRESENTATION: [&str; 2] = ["separator", "sort"];

/// A request for an export.
pub struct ExportRequest {
    /// The query, with the order.
    pub query: ContactQuery,
    /// The names of its parameters, each once.
    pub parameters: Vec<String>,
    /// The format.
    pub format: Format,
    /// The language of heads and names.
    pub language: Language,
}

/// A file of contacts.
pub enum ExportFile {
    /// Written page by page while it is sent.
    Stream(Box<ExportStream>),
    /// A workbook, complete.
    Workbook(Vec<u8>),
}

/// The permit of the lane of heavy work for a file.
enum Admission {
    /// A stream.
    Stream(StreamFormat, UnderWay),
    /// A thread on which the workbook is written.
    Workbook(WorkPermit),
}

impl Directory {
    /// All contacts of a query as a file. Counts them against the quota of the day, and records the export.
    ///
    /// # Errors
    /// 400 for a query that is wrong or finds more rows than the format may have; 429 where the reader has another
    /// export under way, or a limit of the day is used up.
    pub async fn export(
        &self,
        viewer: Arc<Principal>,
        trace: Trace,
        request: ExportRequest,
    ) -> Result<ExportFile, Error> {
        let ExportRequest { query, parameters, format, language } = request;
        let separator = Separator::chosen(query.separator, language);
        let search = query::prepare(self.names.clone(), self.bitmaps.clone(), &viewer, query)?;
        let search = self.read(search).await?;
        let source = Source::new(Download::begin(self.foundation.db.clone())?, search);
        // The size of the result reveals something, too: that a search finds no one, or more than may be exported
        // today.
        let is_search = parameters.iter().any(|name| !PRESENTATION.contains(&name.as_str()));
        let mut room = if is_search { self.reserve_views(&viewer, 1)? } else { None };
        let rows = source.count().await?;
        if format == Format::Xlsx && rows > xlsx::MAX_ROWS {
            return Err(Error::bad_request(ProblemCode::TooManyRows).with("max", xlsx::MAX_ROWS));
        }
        let words = self.words(language).await?;
        // Before anything is counted: a refused export costs nothing.
        let admission = match StreamFormat::of(format, separator) {
            Some(format) => Admission::Stream(format, self.lane.stream(viewer.user_id)?),
            None => Admission::Workbook(self.lane.place(viewer.user_id)?.turn().await?),
        };
        let export = Export { format: format.suffix(), rows, parameters, is_file: true };
        if let Err(refusal) = self.record_export(Arc::clone(&viewer), trace, export).await {
            // The refusal states the number of contacts, which counts as a look at the directory.
            if !is_search {
                room = self.reserve_views(&viewer, 1)?;
            }
            count_views(room, 1);
            return Err(refusal);
        }
        if rows == 0 {
            count_views(room, 1);
        }
        Ok(match admission {
            Admission::Stream(format, under_way) => {
                ExportFile::Stream(Box::new(ExportStream { source, words, format, under_way }))
            }
            Admission::Workbook(turn) => ExportFile::Workbook(xlsx::write(source, words, turn).await?),
        })
    }

    /// One contact as a vCard or a `JSContact` card.
    ///
    /// # Errors
    /// 404, and 429 where the reader has looked at too many contacts today.
    pub async fn card(
        &self,
        viewer: Arc<Principal>,
        id: Id,
        format: Format,
        language: Language,
    ) -> Result<Vec<u8>, Error> {
        let room = self.reserve_views(&viewer, 1)?;
        let words = self.words(language).await?;
        let contacts = self.read(move |conn| visible_contacts(conn, &viewer, &[id])).await?;
        let contact = contacts.first().ok_or_else(Error::not_found)?;
        count_views(room, 1);
        let card = Card::new(contact, &words)?;
        match format {
            Format::VCard(version) => Ok(vcard(&card, version).into_bytes()),
            _ => serde_json::to_vec(&jscontact::jscontact(&card)).or_internal(),
        }
    }

    /// The names of codes in a language, as cards and tables have them.
    pub async fn words(&self, language: Language) -> Result<Words, Error> {
        let technologies = self.read(members::technologies).await?;
        Ok(Words::new(&self.catalogue, language, &technologies))
    }
}
