//! Lists of releases: the newest of all rounds, and what a reader may go to from one release.
//!
//! A list costs the same however many releases there are: it is read by an index, from a position on. What is not for
//! its reader is not read at all.

use std::sync::Arc;

use super::opened::OpenedRelease;
use super::types::{ListedRow, ReleaseAudience, ReleaseSummary};
use super::{Releases, rules, series, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::policy::Principal;
use crate::service::Service as _;
use crate::surveys;
use crate::time::Timestamp;

/// Releases of a survey that its page lists.
const OF_SURVEY: i64 = 5;

/// A release in a list, with what it is of.
#[derive(Clone, Debug)]
pub struct ReleaseEntry {
    /// The release.
    pub summary: ReleaseSummary,
    /// The code of its survey.
    pub survey: String,
    /// When its round opened.
    pub opens_at: Timestamp,
    /// The time zone of its round.
    pub zone: String,
    titles: surveys::Titles,
}

impl ReleaseEntry {
    fn of(row: ListedRow) -> Self {
        let (release, survey, titles, opens_at, zone) = row;
        Self { summary: rules::summary(&release), survey, opens_at, zone, titles: titles.0 }
    }

    /// The title of the survey in a language, or else in English, or else its code.
    #[must_use]
    pub fn title_in(&self, language: Language) -> &str {
        surveys::title_in(&self.titles, language).unwrap_or(&self.survey)
    }
}

/// The newest releases that a reader may see, from a position on.
///
/// # Errors
/// Those of the database.
pub fn newest(
    conn: &mut Conn,
    has_reader: bool,
    before: Option<(Timestamp, Id)>,
    most: i64,
) -> Result<Vec<ReleaseEntry>, Error> {
    let only = (!has_reader).then_some(ReleaseAudience::Public);
    Ok(store::newest(conn, only, before, most)?.into_iter().map(ReleaseEntry::of).collect())
}

impl Releases {
    /// The newest releases that the reader may see, from a position on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn newest(
        &self,
        reader: Option<&Principal>,
        before: Option<(Timestamp, Id)>,
        most: i64,
    ) -> Result<Vec<ReleaseEntry>, Error> {
        let has_reader = reader.is_some();
        self.read(move |conn| newest(conn, has_reader, before, most)).await
    }

    /// The releases of the newest rounds of a survey, for whoever may read surveys.
    ///
    /// # Errors
    /// 404 where there is no such survey.
    pub async fn of_survey(&self, code: String) -> Result<Vec<ReleaseSummary>, Error> {
        self.read(move |conn| {
            let survey = surveys::by_code(conn, &code)?.ok_or_else(Error::not_found)?;
            let rows = store::of_survey(conn, survey.id, OF_SURVEY)?;
            Ok(rows.iter().map(rules::summary).collect())
        })
        .await
    }

    /// The newest release of a survey that has figures; none where the reader may see none.
    ///
    /// # Errors
    /// 404 where there is no such survey, and where a reader without a login may see nothing of it.
    pub(super) async fn newest_of_survey(
        &self,
        reader: Option<Arc<Principal>>,
        code: String,
    ) -> Result<Option<OpenedRelease>, Error> {
        let found = self.read(move |conn| {
            let survey = surveys::by_code(conn, &code)?.ok_or_else(Error::not_found)?;
            Ok(series::seen_of_survey(conn, reader.as_deref(), &survey)?.into_iter().find(rules::has_figures))
        });
        match found.await? {
            Some(row) => Ok(Some(self.open(&self.kept.keep(row)).await?)),
            None => Ok(None),
        }
    }

    /// Whether the reader may see a release of the paired round that has figures about the same things. It decides on one
    /// link of a page that has all else it needs: while the other release cannot be read, the page shows without it.
    pub(super) async fn has_counterpart(&self, reader: Option<&Principal>, shown: &OpenedRelease) -> bool {
        match self.find_counterpart(reader, shown).await {
            Ok(is_there) => is_there,
            Err(error) => {
                tracing::debug!(%error, release = %shown.row.id, "a page shows without the link to the comparison");
                false
            }
        }
    }

    /// # Errors
    /// Those of the database; 503 where too many other releases are to be read or compared.
    async fn find_counterpart(&self, reader: Option<&Principal>, shown: &OpenedRelease) -> Result<bool, Error> {
        let has_reader = reader.is_some();
        let Some(paired) = shown.round.paired_with else { return Ok(false) };
        let found = self.read(move |conn| series::counterpart(conn, paired, has_reader)).await?;
        let Some(row) = found else { return Ok(false) };
        let other = self.kept.keep(row);
        Ok(!self.alike(&shown.row, &other).await?.is_empty())
    }
}
