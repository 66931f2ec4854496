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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use questionnaire::Questionnaire;
    use serde_json::{Map, Value, json};
    use survey_results::{Audience, Bands, Contents, Facts, Known, Plan, Response, Size, release};

    use super::*;

    /// Two questions that everybody answers, alone and together.
    fn plan() -> Plan {
        let question = |code: &str, options: [&str; 2]| {
            let options = options.map(|option| json!({"code": option, "label": {"en": option}}));
            let answer = json!({"type": "single", "options": options});
            json!({"question": {"code": code, "label": {"en": code}, "concept": code, "sensitivity": "aggregate",
                "answer": answer}})
        };
        let items = [question("one", ["yes", "no"]), question("two", ["a", "b"])];
        let section = json!({"code": "all", "title": {"en": "All"}, "items": items});
        let asked = json!({"languages": ["en"], "title": {"en": "Survey"}, "sections": [section]});
        let asked: Questionnaire = serde_json::from_value(asked).unwrap();
        Plan::new(asked, &[("one".to_owned(), "two".to_owned())], &Bands::new())
    }

    fn frame() -> Size {
        Size { all: 1_200, by_region: BTreeMap::from([("A".to_owned(), 600), ("B".to_owned(), 600)]) }
    }

    /// What the respondent with this number answers.
    fn with_answer<T>(number: usize, look: impl FnOnce(&Response<'_>) -> T) -> T {
        let (one, two) =
            (if number.is_multiple_of(2) { "yes" } else { "no" }, if number.is_multiple_of(3) { "a" } else { "b" });
        let answers: Map<String, Value> =
            Map::from_iter([("one", one), ("two", two)].map(|(q, a)| (q.to_owned(), json!(a))));
        let region = Some(if number % 4 < 2 { "A" } else { "B" });
        look(&Response { region, answers: &answers, named: Known::default() })
    }

    fn counted(plan: &Plan, respondents: usize) -> Count {
        let mut count = Count::new(plan, &frame());
        for number in 0..respondents {
            assert!(with_answer(number, |response| count.add(plan, response)));
        }
        count
    }

    fn moved(plan: &Plan, before: usize, now: usize) -> Moves {
        let mut moves = Moves::new(plan, &frame());
        for number in before..now {
            with_answer(number, |response| moves.add(plan, None, Some(response)));
        }
        moves
    }

    fn facts(number: u32) -> Facts {
        Facts {
            round: "round".to_owned(),
            survey: "survey".to_owned(),
            version: 1,
            version_sha256: "0".repeat(64),
            number,
            corrects: None,
            as_of: format!("2026-06-{number:02}T00:00:00Z"),
            audience: Audience::Members,
            contents: Contents::Tables,
            k: 5,
            frame: frame(),
        }
    }

    /// How many figures these releases hold.
    fn figures<'r>(releases: impl Iterator<Item = &'r Release>) -> usize {
        let outcomes = releases.flat_map(|release| {
            let questions = release.questions.iter().flat_map(|result| [&result.totals, &result.by_region]);
            questions.chain(release.pairs.iter().map(|pair| &pair.table))
        });
        outcomes.filter_map(Outcome::table).flat_map(|table| &table.rows).map(|row| row.cells.len()).sum()
    }

    #[test]
    fn what_is_dropped_of_earlier_releases_changes_none() {
        let plan = plan();
        let mut made: Vec<(Release, usize)> = Vec::new();
        let mut instants = BTreeSet::new();
        // One late answer is not told, many are.
        for (number, now) in (1..).zip([160, 161, 280, 281, 440]) {
            let (mut whole, mut known) = (Vec::new(), KnownReleases::default());
            for (release, before) in &made {
                let (count, moves) = (counted(&plan, *before), moved(&plan, *before, now));
                known.add(release.clone(), count.clone(), moves.clone());
                whole.push(Earlier { release: release.clone(), count, moves });
            }
            let count = counted(&plan, now);
            let next = release(&plan, &facts(number), &count, &whole);
            assert_eq!(next, release(&plan, &facts(number), &count, known.compared()), "{number}");
            let held = figures(known.compared().iter().map(|known| &known.release));
            let one = made.first().map_or(0, |(first, _)| figures(std::iter::once(first)));
            assert!(held <= 2 * one, "{held} figures of {} releases, {one} each", made.len());
            instants.extend(next.questions[0].totals.table().map(|table| table.as_of.clone()));
            made.push((next, now));
        }
        assert!((2..5).contains(&instants.len()), "some tables are renewed and others repeated: {instants:?}");
    }

    #[test]
    fn a_preview_has_told_what_it_told() {
        let mut known = KnownReleases::default();
        known.tell("figures".to_owned());
        assert!(known.has_told("figures") && !known.has_told("others"));
    }
}
