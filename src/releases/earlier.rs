//! What a next release is compared with: the releases of the round so far, and what previews have told.
//!
//! A release of megabytes takes several times as much memory once it is parsed, and a round may have sixty. So a release
//! is reduced as soon as it is added: a table that it repeats is held by the release that first had it, and of a table
//! that was renewed the figures of the newest one alone are read again. What is held of all of them together are the
//! figures of one release, and of each the marks of its tables and its counts.

use survey_results::{Count, Earlier, Moves, Outcome, QuestionResult, Reason, Release, Table};

/// The releases that are known already, in order.
#[derive(Debug, Default)]
pub(super) struct KnownReleases {
    releases: Vec<Earlier>,
    /// The fingerprints of what previews of the same submissions have told.
    told: Vec<String>,
}

impl KnownReleases {
    /// What a next release is compared with.
    pub(super) fn compared(&self) -> &[Earlier] {
        &self.releases
    }

    /// Whether a preview of the same submissions has told these figures.
    pub(super) fn has_told(&self, figures: &str) -> bool {
        self.told.iter().any(|told| told == figures)
    }

    pub(super) fn tell(&mut self, figures: String) {
        self.told.push(figures);
    }

    /// Adds the next one, and drops what nobody reads any more.
    pub(super) fn add(&mut self, mut release: Release, count: Count, moves: Moves) {
        let (number, as_of) = (release.number, release.as_of.clone());
        let is_own = |outcome: &Outcome| outcome.table().is_some_and(|table| table.is_of(number, &as_of));
        for (place, result) in release.questions.iter_mut().enumerate() {
            // Tables are found by the place of their question.
            (result.question, result.row, result.concept) = (String::new(), None, None);
            for is_all in [true, false] {
                let outcome = level(result, is_all);
                if is_own(outcome) {
                    let before = self.releases.iter_mut().filter_map(|known| known.release.questions.get_mut(place));
                    before.for_each(|result| empty(level(result, is_all)));
                } else {
                    *outcome = Outcome::Withheld(Reason::EarlierRelease);
                }
            }
        }
        // The last table of a pair is repeated, the last that is new may be renewed: all before them are marks.
        for (place, pair) in release.pairs.iter().enumerate().filter(|(_, pair)| pair.table.table().is_some()) {
            let is_new = is_own(&pair.table);
            for known in &mut self.releases {
                let (number, as_of) = (known.release.number, known.release.as_of.clone());
                let Some(before) = known.release.pairs.get_mut(place).map(|pair| &mut pair.table) else { continue };
                let was_new = before.table().is_some_and(|table| table.is_of(number, &as_of));
                if is_new || !was_new {
                    empty(before);
                }
            }
        }
        self.releases.push(Earlier { release, count, moves });
    }
}

/// The table of all respondents, or the one by region.
fn level(result: &mut QuestionResult, is_all: bool) -> &mut Outcome {
    if is_all { &mut result.totals } else { &mut result.by_region }
}

/// Leaves the mark of a table, without its figures.
fn empty(outcome: &mut Outcome) {
    if let Outcome::Served(Table { columns, rows, .. }) = outcome {
        (*columns, *rows) = (Vec::new(), Vec::new());
    }
}
