//! A release as its pages need it: what it tells, as it is kept in memory, and its round as it stands now.
//!
//! Programs get answers that were written once (`answers`); a page shows a part of a release, so it is made from the
//! release itself.

use std::ops::Deref;
use std::sync::Arc;

use super::asked::About;
use super::kept::Shown;
use super::told::{Comparison, Trend, TrendQuery};
use super::types::ReleaseRow;
use super::{Releases, series};
use crate::db::Id;
use crate::error::Error;
use crate::i18n::Language;
use crate::policy::Principal;
use crate::rounds::{self, RoundFacts};
use crate::service::Service as _;

/// A release that its reader may see.
pub(super) struct OpenedRelease {
    shown: Arc<Shown>,
    /// Its round: what may have changed since the release was published.
    pub(super) round: RoundFacts,
}

impl Deref for OpenedRelease {
    type Target = Shown;

    fn deref(&self) -> &Shown {
        &self.shown
    }
}

impl Releases {
    /// A release that the reader may see.
    ///
    /// # Errors
    /// 404; 503 where too many other releases are to be read.
    pub(super) async fn opened(&self, reader: Option<&Principal>, id: Id) -> Result<OpenedRelease, Error> {
        self.open(&self.row(reader, id).await?).await
    }

    /// A release. The caller has judged who reads it.
    ///
    /// # Errors
    /// As [`Self::opened`].
    pub(super) async fn open(&self, row: &Arc<ReleaseRow>) -> Result<OpenedRelease, Error> {
        let (shown, round) = (self.shown(row).await?, row.round_id);
        let round = self.read(move |conn| rounds::facts(conn, round)?.ok_or_else(Error::not_found)).await?;
        Ok(OpenedRelease { shown, round })
    }

    /// Whether members may see the answers to a question by name.
    ///
    /// # Errors
    /// 503 where too much other work waits.
    pub(super) async fn is_named(&self, opened: &OpenedRelease, question: &str) -> Result<bool, Error> {
        if let Some(named) = opened.shown.named.get() {
            return Ok(named.contains(question));
        }
        let (shown, question) = (Arc::clone(&opened.shown), question.to_owned());
        self.heavy_work.beside(move || Ok(shown.named().contains(&question))).await
    }

    /// What [`Self::trend`] finds, as a value.
    ///
    /// # Errors
    /// As [`Self::trend`]; 503 where too many other releases are to be read.
    pub(super) async fn trend_of(
        &self,
        reader: Option<Arc<Principal>>,
        code: String,
        query: TrendQuery,
        language: Language,
    ) -> Result<Trend, Error> {
        let About::Trend { survey, concept, releases, language } =
            self.trend(reader, code, query, language).await?.about
        else {
            return Err(Error::internal("a trend is asked for"));
        };
        let mut shown = Vec::new();
        for row in &releases {
            shown.push(self.shown(row).await?);
        }
        let catalogue = Arc::clone(&self.catalogue);
        let tell = move || Ok(series::trend(&catalogue, &shown, survey, concept, language));
        self.heavy_work.beside(tell).await
    }

    /// What [`Self::comparison`] finds, as a value.
    ///
    /// # Errors
    /// As [`Self::comparison`]; 503 where too many other releases are to be read.
    pub(super) async fn comparison_of(
        &self,
        reader: Option<Arc<Principal>>,
        id: Id,
        language: Language,
    ) -> Result<Comparison, Error> {
        let About::Comparison { release, other, language } = self.comparison(reader, id, language).await?.about else {
            return Err(Error::internal("a comparison is asked for"));
        };
        let (own, others) = (self.shown(&release).await?, self.shown(&other).await?);
        let catalogue = Arc::clone(&self.catalogue);
        self.heavy_work.beside(move || Ok(series::compared(&catalogue, &own, &others, language))).await
    }
}
