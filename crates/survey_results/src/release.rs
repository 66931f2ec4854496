//! A release from counts: what it tells, and what the audit of it finds.
//!
//! The audit reads the JSON that will be served, and nothing else of the release: it hides again what is hidden there,
//! computes what that tells, and compares each shown figure with the counts. A release that it does not pass is not
//! served.

use serde::Serialize;

use crate::artefact::{Audience, Contents, Outcome, PairResult, QuestionResult, Reason, Release, Size, Table};
use crate::count::{Count, Moves};
use crate::gate;
use crate::plan::Plan;
use crate::tables::{Level, Maker};

/// What a release is of, beside its counts.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The round, by its id.
    pub round: String,
    /// The code of the survey.
    pub survey: String,
    /// The version of the questionnaire.
    pub version: u32,
    /// The SHA-256 of that version.
    pub version_sha256: String,
    /// Which release of the round it is.
    pub number: u32,
    /// The number of the release that it corrects.
    pub corrects: Option<u32>,
    /// The instant whose submissions are counted.
    pub as_of: String,
    /// Who may read it.
    pub audience: Audience,
    /// How much it tells.
    pub contents: Contents,
    /// The smallest count that is shown.
    pub k: u32,
    /// How many were asked to answer.
    pub frame: Size,
}

/// A release of the same round that is known already, or what a preview has told.
#[derive(Debug)]
pub struct Earlier {
    /// What it tells.
    pub release: Release,
    /// The counts of its instant, with the names that members know today.
    pub count: Count,
    /// Who moved since.
    pub moves: Moves,
}

/// A table that must not be served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unsafe {
    /// The question, or the row of a matrix; nothing where the whole release is wrong.
    pub question: String,
    /// Whether it is the table by region, or a pair.
    pub is_interior: bool,
}

/// Makes a release: what is not safe in it is withheld.
pub fn release(plan: &Plan, facts: &Facts, count: &Count, earlier: &[Earlier]) -> Release {
    let maker = Maker { plan, count, k: facts.k, number: facts.number, as_of: &facts.as_of };
    let mut questions: Vec<QuestionResult> = Vec::new();
    for (number, item) in plan.items.iter().enumerate() {
        let totals = outcome(&maker, facts.contents, earlier, &questions, number, Level::All);
        let above = totals.table().filter(|table| table.is_of(facts.number, &facts.as_of));
        let by_region = outcome(&maker, facts.contents, earlier, &questions, number, Level::Regions(above));
        questions.push(QuestionResult {
            question: item.question.clone(),
            row: item.row.clone(),
            concept: item.concept.clone(),
            kind: item.kind,
            totals,
            by_region,
        });
    }
    let pairs = (0..plan.pairs.len()).map(|number| pair(&maker, facts.contents, earlier, &questions, number)).collect();
    Release {
        v: 1,
        round: facts.round.clone(),
        survey: facts.survey.clone(),
        version: facts.version,
        version_sha256: facts.version_sha256.clone(),
        number: facts.number,
        corrects: facts.corrects,
        as_of: facts.as_of.clone(),
        audience: facts.audience,
        contents: facts.contents,
        k: facts.k,
        frame: facts.frame.clone(),
        n: count.n(),
        questions,
        pairs,
    }
}

/// One table of a question: new where it may be, as it was in an earlier release otherwise.
fn outcome(
    maker: &Maker<'_>,
    contents: Contents,
    earlier: &[Earlier],
    questions: &[QuestionResult],
    number: usize,
    level: Level<'_>,
) -> Outcome {
    let wanted = if level.is_all() { Contents::Totals } else { Contents::Tables };
    if contents < wanted {
        return Outcome::Withheld(Reason::Contents);
    }
    let known = gate::known(earlier, number, &level);
    let again =
        |reason: Reason| known.last().map_or(Outcome::Withheld(reason), |(_, table)| Outcome::Served((*table).clone()));
    if matches!(level, Level::Regions(None)) {
        // Its sums would be totals that are not shown, or are not these any more.
        let has_totals = !gate::known(earlier, number, &Level::All).is_empty();
        let is_routed = !maker.is_base_known(questions, number, true);
        return again(match (has_totals, is_routed) {
            (true, _) => Reason::EarlierRelease,
            (false, true) => Reason::Routed,
            (false, false) => Reason::Small,
        });
    }
    if !maker.is_base_known(questions, number, level.is_all()) {
        return again(Reason::Routed);
    }
    let views = maker.views(number, level.is_all());
    let grid = match known.last() {
        Some((_, table)) => {
            let may = known.iter().all(|(release, _)| gate::may_follow(maker, number, level.is_all(), release));
            maker.grid(number, table, level.is_all()).filter(|grid| may && views.is_safe(grid))
        }
        None => match level {
            Level::Regions(Some(above)) => maker.totals(number, above).and_then(|totals| views.hide(Some(&totals))),
            Level::All | Level::Regions(None) => views.hide(None),
        },
    };
    let refusal = if known.is_empty() { Reason::Small } else { Reason::EarlierRelease };
    let Some(grid) = grid.filter(|grid| !views.tells_nothing(grid)) else { return again(refusal) };
    Outcome::Served(maker.table(number, &grid, level.is_all()))
}

/// A pair: once a round, of questions whose totals are all shown.
fn pair(
    maker: &Maker<'_>,
    contents: Contents,
    earlier: &[Earlier],
    questions: &[QuestionResult],
    number: usize,
) -> PairResult {
    let pair = &maker.plan.pairs[number];
    let (first, with) = (&maker.plan.items[pair.question], &maker.plan.items[pair.with]);
    let known = earlier.iter().filter_map(|known| known.release.pairs.get(number)?.table.table()).next_back();
    let table = match (contents, known) {
        (Contents::Rates | Contents::Totals, _) => Outcome::Withheld(Reason::Contents),
        (Contents::Tables, Some(known)) => {
            let again = gate::unmoved_pair(maker, number, earlier).and_then(|table| maker.pair_again(number, table));
            let again = again.filter(|_| maker.pair_refusal(questions, number).is_none());
            Outcome::Served(again.unwrap_or_else(|| known.clone()))
        }
        (Contents::Tables, None) => match maker.pair_refusal(questions, number) {
            Some(reason) => Outcome::Withheld(reason),
            None => maker
                .pair_grid(number)
                .map_or(Outcome::Withheld(Reason::Small), |grid| Outcome::Served(maker.pair_table(number, &grid))),
        },
    };
    PairResult { question: first.code().to_owned(), concept: pair.concept.clone(), with: with.code().to_owned(), table }
}

/// Audits a release as it will be served. Tables that it repeats from earlier releases were audited there.
///
/// # Errors
/// The tables that must not be served; one without a question where the JSON is no release of these counts.
pub fn audit(json: &[u8], plan: &Plan, count: &Count) -> Result<Release, Vec<Unsafe>> {
    let nothing = || vec![Unsafe { question: String::new(), is_interior: false }];
    let release: Release = serde_json::from_slice(json).map_err(|_| nothing())?;
    if release.n != count.n() || release.questions.len() != plan.items.len() || release.pairs.len() != plan.pairs.len()
    {
        return Err(nothing());
    }
    let found = lacking(&release, plan, count);
    if found.is_empty() { Ok(release) } else { Err(found) }
}

/// The tables of a release that these counts, and the names that members know, do not let stand. Tables that it
/// repeats from earlier releases are looked at there.
pub fn lacking(release: &Release, plan: &Plan, count: &Count) -> Vec<Unsafe> {
    let maker = Maker { plan, count, k: release.k, number: release.number, as_of: &release.as_of };
    let own = |table: &&Table| table.is_of(release.number, &release.as_of);
    let mut found = Vec::new();
    for (number, (item, result)) in plan.items.iter().zip(&release.questions).enumerate() {
        let before = release.questions.get(..number).unwrap_or_default();
        for (outcome, is_all) in [(&result.totals, true), (&result.by_region, false)] {
            if outcome.table().filter(own).is_some_and(|table| !maker.stands(before, number, table, is_all)) {
                found.push(Unsafe { question: item.code().to_owned(), is_interior: !is_all });
            }
        }
    }
    for (number, pair) in release.pairs.iter().enumerate() {
        let stands = |table: &Table| {
            maker.pair_refusal(&release.questions, number).is_none() && maker.pair_stands(number, table)
        };
        if pair.table.table().filter(own).is_some_and(|table| !stands(table)) {
            found.push(Unsafe { question: pair.question.clone(), is_interior: true });
        }
    }
    found
}
