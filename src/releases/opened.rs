//! A release as its pages need it: what it tells, as it is kept in memory, and its round as it stands now.
//!
//! Programs get answers that were written once (`answers`); a page shows a part of a release, so it is made from the
//! release itself.

use std::ops::Deref;
use std::sync::Arc;

use super::asked::About;
use super::kept::{Alike, Shown};
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

/// Two releases that stand beside each other.
pub(super) struct Beside {
    own: Arc<Shown>,
    other: Arc<Shown>,
    /// Which of their questions are about the same concept.
    pub(super) alike: Arc<Alike>,
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

    /// What [`Self::comparison`] finds, before anything of it is told.
    ///
    /// # Errors
    /// As [`Self::comparison`]; 503 where too many other releases are to be read or compared.
    pub(super) async fn beside(&self, reader: Option<Arc<Principal>>, id: Id) -> Result<Beside, Error> {
        let About::Comparison { release, other, .. } = self.comparison(reader, id, Language::En).await?.about else {
            return Err(Error::internal("a comparison is asked for"));
        };
        let alike = self.alike(&release, &other).await?;
        Ok(Beside { own: self.shown(&release).await?, other: self.shown(&other).await?, alike })
    }

    /// Tells a part of what two releases have beside each other.
    ///
    /// # Errors
    /// 503 where too much other work waits.
    pub(super) async fn told_beside(
        &self,
        beside: &Beside,
        part: &[(usize, usize)],
        language: Language,
    ) -> Result<Comparison, Error> {
        let (own, other, part) = (Arc::clone(&beside.own), Arc::clone(&beside.other), part.to_vec());
        let (catalogue, language) = (Arc::clone(&self.catalogue), language.catalogue());
        self.heavy_work.beside(move || Ok(series::compared(&catalogue, (&own, &other), &part, language))).await
    }
}
