//! What is asked of releases, before anything is read or written for it.
//!
//! A release never changes, so an answer about it is known by a mark: the fingerprint of the release's hash and of the
//! form that is asked for. The version of the portal is part of it, since another one may write it in other words.

use std::sync::Arc;

use serde::Serialize;

use super::files::{ChartOf, ResultsFormat};
use super::told::ResultsQuery;
use super::types::{ReleaseAudience, ReleaseRow};
use crate::error::Error;
use crate::http::etag;
use crate::http::fixed::Keeping;
use crate::i18n::Language;

/// A form in which a release is read.
#[derive(Clone, Debug, Serialize)]
pub enum ReleaseForm {
    /// The bytes that its hash names.
    Stored,
    /// Tables with labels.
    Tables(ResultsQuery, Language),
    /// A file.
    File(ResultsFormat, Language),
    /// The chart of a question, or of a row of a matrix.
    Chart(String, ChartOf, Language),
}

/// What an answer is about.
#[derive(Clone, Debug)]
pub(super) enum About {
    /// A release in a form.
    Release(Arc<ReleaseRow>, ReleaseForm),
    /// A concept over the rounds of a survey, by releases, the oldest first.
    Trend { survey: String, concept: String, releases: Vec<Arc<ReleaseRow>>, language: Language },
    /// A release beside that of the paired round.
    Comparison { release: Arc<ReleaseRow>, other: Arc<ReleaseRow>, language: Language },
}

/// An answer that this reader may have, before it is written.
#[derive(Clone, Debug)]
pub struct Asked {
    pub(super) mark: String,
    keeping: Keeping,
    pub(super) about: About,
}

impl Asked {
    /// # Errors
    /// None in practice.
    pub(super) fn about(about: About) -> Result<Self, Error> {
        let version = env!("CARGO_PKG_VERSION");
        let sha256 = |row: &Arc<ReleaseRow>| (row.id, row.sha256.clone());
        let mark = match &about {
            About::Release(row, form) => etag::version_of(&(version, sha256(row), form)),
            About::Trend { survey, concept, releases, language } => {
                let releases: Vec<_> = releases.iter().map(sha256).collect();
                etag::version_of(&(version, "trend", survey, concept, releases, language))
            }
            About::Comparison { release, other, language } => {
                etag::version_of(&(version, "comparison", sha256(release), sha256(other), language))
            }
        };
        let keeping = match &about {
            About::Release(row, _) if row.audience == ReleaseAudience::Public => Keeping::Everybody,
            About::Release(..) => Keeping::Reader,
            // Another release may follow.
            About::Trend { .. } | About::Comparison { .. } => Keeping::Nobody,
        };
        Ok(Self { mark: mark?, keeping, about })
    }

    /// The mark of the answer, and who may keep it.
    #[must_use]
    pub fn mark(&self) -> (Option<&str>, Keeping) {
        (Some(&self.mark), self.keeping)
    }
}
