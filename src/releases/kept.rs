//! What readers of releases share in memory: rows, releases as they were read, and answers as they were written.
//!
//! Releases never change, so nothing here is ever out of date; what may change of a round is read for each request.
//! Strangers may ask at any rate: of simultaneous requests for the same thing one reads or writes it and the others
//! wait, a few things are made at a time, only so many different ones wait, and memory is bounded by bytes
//! ([`Renderings`]).

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, OnceLock};

use questionnaire::{Questionnaire, Sensitivity};
use quick_cache::sync::Cache;
use survey_results::{Conditions, Release};

use super::rules;
use super::types::{ReleaseRow, ReleaseSummary};
use crate::db::Id;
use crate::http::Renderings;
use crate::http::fixed::Fixed;
use crate::time::Timestamp;

/// Rows of releases, without what they tell.
const ROWS: usize = 1_000;
/// Most bytes of releases that were read, about.
const SHOWN: u64 = 64 << 20;
/// Most bytes of answers.
const ANSWERS: u64 = 32 << 20;
/// Most bytes of the pairs of questions of two releases, about.
const ALIKE: u64 = 8 << 20;
/// Most bytes of the ids of organisations that agreed to be named, about.
const AGREED: u64 = 1 << 20;
/// About how many of either. A cache of few is one part, so that a large one has room in it.
const ABOUT: usize = 30;
/// Most different ones that wait to be read or written.
const WAITING: usize = 32;
/// How much more memory JSON takes once it was read, about.
const READ: usize = 4;

/// The questions of two releases about the same concept that both have figures of, by their places in each.
pub(super) type Alike = Vec<(usize, usize)>;

/// A release with what its readers need: none of it ever changes.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) row: Arc<ReleaseRow>,
    /// When its round opened.
    pub(super) opens_at: Timestamp,
    /// What it tells.
    pub(super) release: Release,
    /// The questionnaire, which has the texts.
    pub(super) questionnaire: Questionnaire,
    /// The bytes of both before they were read.
    pub(super) bytes: usize,
    /// What [`Self::named`] found, once a member has asked.
    pub(super) named: OnceLock<BTreeSet<String>>,
}

impl Shown {
    /// The release without its figures.
    pub(super) fn summary(&self) -> ReleaseSummary {
        rules::summary(&self.row)
    }

    /// The codes of the questions whose answers members may see by name. All rules of the questionnaire are followed for
    /// that, so the first call is no work for a thread that serves requests.
    pub(super) fn named(&self) -> &BTreeSet<String> {
        self.named.get_or_init(|| {
            let conditions = Conditions::of(&self.questionnaire);
            let codes = self.questionnaire.questions().map(|(_, question)| &question.code);
            codes.filter(|code| conditions.sensitivity(code) == Sensitivity::Community).cloned().collect()
        })
    }

    fn weight(this: &Arc<Self>) -> u64 {
        u64::try_from(this.bytes.saturating_mul(READ)).unwrap_or(u64::MAX)
    }
}

/// The caches. Cloning shares them.
#[derive(Clone)]
pub(super) struct Kept {
    rows: Arc<Cache<Id, Arc<ReleaseRow>>>,
    pub(super) shown: Renderings<Arc<Shown>>,
    pub(super) answers: Renderings<Fixed>,
    /// By the ids of both releases.
    pub(super) alike: Renderings<Arc<Alike>>,
    /// Whose agreements to be named count, by the round and how much was told of it (`agreements`).
    pub(super) agreed: Renderings<Arc<HashSet<Id>>>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            rows: Arc::new(Cache::new(ROWS)),
            shown: Renderings::bounded(ABOUT, SHOWN, Shown::weight, WAITING),
            answers: Renderings::bounded(ABOUT, ANSWERS, Fixed::size, WAITING),
            alike: Renderings::bounded(ABOUT, ALIKE, bytes_of, WAITING),
            agreed: Renderings::bounded(ABOUT, AGREED, bytes_of_ids, WAITING),
        }
    }
}

/// An empty one takes room, too.
fn bytes_of(alike: &Arc<Alike>) -> u64 {
    let bytes = alike.len().saturating_add(8).saturating_mul(size_of::<(usize, usize)>());
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// The same of the ids of organisations.
fn bytes_of_ids(ids: &Arc<HashSet<Id>>) -> u64 {
    u64::try_from(ids.len().saturating_add(8).saturating_mul(size_of::<Id>())).unwrap_or(u64::MAX)
}

impl Kept {
    pub(super) fn row(&self, id: Id) -> Option<Arc<ReleaseRow>> {
        self.rows.get(&id)
    }

    /// Keeps a row, and returns it.
    pub(super) fn keep(&self, row: ReleaseRow) -> Arc<ReleaseRow> {
        let row = Arc::new(row);
        self.rows.insert(row.id, Arc::clone(&row));
        row
    }
}
