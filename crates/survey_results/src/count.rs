//! Counting, in one pass over the answers: what is kept does not grow with their number.
//!
//! Everything is counted twice: all respondents, and those whose answer to the question members know by name. A table
//! must protect the others from readers who know these.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Sum;
use std::ops::Add;

use questionnaire::Answers;
use serde_json::{Map, Value};

use crate::artefact::{Kind, NO_REGION, Size};
use crate::plan::{Counted, Fixed, Plan};

/// The answers of a respondent that members know by name. A set that is too large or too small would protect the other
/// respondents from the wrong readers.
#[derive(Clone, Debug, Default)]
pub struct Known<'a> {
    /// The questions whose whole answer they know.
    pub questions: Option<&'a BTreeSet<String>>,
    /// Rows of matrices, each after its question.
    pub rows: BTreeSet<(&'a str, &'a str)>,
}

impl Known<'_> {
    fn has(&self, item: &Counted) -> bool {
        let is_row = |row: &String| self.rows.contains(&(item.question.as_str(), row.as_str()));
        self.questions.is_some_and(|known| known.contains(&item.question)) || item.row.as_ref().is_some_and(is_row)
    }
}

/// What one respondent answered.
#[derive(Clone, Debug)]
pub struct Response<'a> {
    /// Its region, if it has one.
    pub region: Option<&'a str>,
    /// Its answers by question, those of a matrix by row.
    pub answers: &'a Map<String, Value>,
    /// What of it members know by name.
    pub named: Known<'a>,
}

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given<'a> {
    NotAsked,
    NoAnswer,
    Answer(&'a Value),
}

/// Counts of the answers of a round.
#[derive(Clone, Debug)]
pub struct Count {
    regions: BTreeMap<String, usize>,
    n: Vec<u32>,
    items: Vec<Tally>,
    pairs: Vec<Vec<u32>>,
}

#[derive(Clone, Debug)]
struct Tally {
    width: usize,
    /// By region and column.
    all: Vec<u32>,
    named: Vec<u32>,
    /// How many are known by name, by region.
    named_n: Vec<u32>,
    /// How many answered each number of a range.
    steps: Vec<u32>,
}

/// Counts of one region, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub size: u32,
    pub columns: Vec<u32>,
}

impl Line {
    pub fn plus(&self, other: &Self) -> Self {
        let longer = self.columns.len().max(other.columns.len());
        let at = |line: &Self, column: usize| line.columns.get(column).copied().unwrap_or_default();
        let columns = (0..longer).map(|column| at(self, column) + at(other, column)).collect();
        Self { size: self.size + other.size, columns }
    }

    /// The same with columns added up.
    pub fn joined(&self, columns: &[Vec<usize>]) -> Self {
        let sum = |members: &Vec<usize>| members.iter().map(|column| self.columns[*column]).sum();
        Self { size: self.size, columns: columns.iter().map(sum).collect() }
    }
}

impl Count {
    /// Counts nothing yet. The regions are those of the frame.
    pub fn new(plan: &Plan, frame: &Size) -> Self {
        let names = frame.by_region.keys().cloned();
        let regions: BTreeMap<String, usize> = names.enumerate().map(|(number, name)| (name, number)).collect();
        let tally = |item: &Counted| Tally {
            width: item.width(),
            all: vec![0; regions.len() * item.width()],
            named: vec![0; regions.len() * item.width()],
            named_n: vec![0; regions.len()],
            steps: vec![0; item.steps.len()],
        };
        let items: Vec<Tally> = plan.items.iter().map(tally).collect();
        let cells = |number: usize| plan.items[number].width();
        let pairs = plan.pairs.iter().map(|pair| vec![0; cells(pair.question) * cells(pair.with)]).collect();
        Self { n: vec![0; regions.len()], regions, items, pairs }
    }

    /// Counts a respondent. One whose region is not of the frame is not counted, and false is returned.
    pub fn add(&mut self, plan: &Plan, response: &Response<'_>) -> bool {
        let Some(region) = self.regions.get(response.region.unwrap_or(NO_REGION)).copied() else { return false };
        let given = plan.given(response);
        let named = plan.named(response);
        self.n[region] += 1;
        for (number, (item, given)) in plan.items.iter().zip(&given).enumerate() {
            let is_named = named.contains(&number);
            let tally = &mut self.items[number];
            tally.named_n[region] += u32::from(is_named);
            columns(item, *given, |column| {
                let place = region * tally.width + column;
                tally.all[place] += 1;
                tally.named[place] += u32::from(is_named);
            });
            if let (Given::Answer(value), false) = (given, item.steps.is_empty())
                && let Some(step) = item.steps.iter().position(|step| Some(step.as_str()) == text(value).as_deref())
            {
                tally.steps[step] += 1;
            }
        }
        for (pair, cells) in plan.pairs.iter().zip(&mut self.pairs) {
            let (first, with) = (&plan.items[pair.question], &plan.items[pair.with]);
            columns(first, given[pair.question], |row| {
                columns(with, given[pair.with], |column| cells[row * with.width() + column] += 1);
            });
        }
        true
    }

    /// How many were counted.
    pub fn n(&self) -> Size {
        let by_region = self.regions.iter().map(|(name, number)| (name.clone(), self.n[*number])).collect();
        Size { all: self.n.iter().sum(), by_region }
    }

    /// The counts of an item by region: of all, or of those that are not known by name.
    pub(crate) fn lines(&self, item: usize, without_named: bool) -> Vec<Line> {
        let tally = &self.items[item];
        let line = |region: usize| {
            let range = region * tally.width..(region + 1) * tally.width;
            let less = |(all, named): (&u32, &u32)| if without_named { all - named } else { *all };
            let columns = tally.all[range.clone()].iter().zip(&tally.named[range]).map(less).collect();
            let named = if without_named { tally.named_n[region] } else { 0 };
            Line { size: self.n[region] - named, columns }
        };
        (0..self.n.len()).map(line).collect()
    }

    /// Whether members know any answer to an item by name.
    pub(crate) fn has_named(&self, item: usize) -> bool {
        self.items[item].named_n.iter().any(|named| *named > 0)
    }

    /// How many answered each number of a range.
    pub(crate) fn steps(&self, item: usize) -> &[u32] {
        &self.items[item].steps
    }

    /// The cells of a pair: one row for each column of its question.
    pub(crate) fn pair(&self, pair: usize, columns: usize) -> Vec<Vec<u32>> {
        self.pairs[pair].chunks(columns).map(<[u32]>::to_vec).collect()
    }
}

/// Who moved between two releases: was added, has submitted again, or is gone.
///
/// A respondent moves as a whole. If tables knew which answers of a submission differ from the one before, the choice
/// between a renewed and a repeated table would disclose which answers one respondent has changed.
#[derive(Clone, Debug)]
pub struct Moves {
    regions: BTreeMap<String, usize>,
    /// By item and region: all, and those that are not known by name.
    items: Vec<Vec<[Moved; 2]>>,
}

/// The numbers of answers that were removed and added. A respondent who submits again counts in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moved {
    pub gone: u32,
    pub came: u32,
}

impl Moved {
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

impl Add for Moved {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { gone: self.gone + other.gone, came: self.came + other.came }
    }
}

impl Sum for Moved {
    fn sum<I: Iterator<Item = Self>>(moved: I) -> Self {
        moved.fold(Self::default(), Self::add)
    }
}

impl Moves {
    /// Nobody yet.
    pub fn new(plan: &Plan, frame: &Size) -> Self {
        let names = frame.by_region.keys().cloned();
        let regions: BTreeMap<String, usize> = names.enumerate().map(|(number, name)| (name, number)).collect();
        Self { items: vec![vec![[Moved::default(); 2]; regions.len()]; plan.items.len()], regions }
    }

    /// Counts one respondent who moved, by what was answered before and is answered now. Not to be called for whom both
    /// releases count the same submission.
    pub fn add(&mut self, plan: &Plan, before: Option<&Response<'_>>, after: Option<&Response<'_>>) {
        let Some(any) = after.or(before) else { return };
        let Some(region) = self.regions.get(any.region.unwrap_or(NO_REGION)).copied() else { return };
        let named = plan.named(any);
        let moved = Moved { gone: u32::from(before.is_some()), came: u32::from(after.is_some()) };
        for (number, item) in self.items.iter_mut().enumerate() {
            let [all, unnamed] = &mut item[region];
            *all = *all + moved;
            if !named.contains(&number) {
                *unnamed = *unnamed + moved;
            }
        }
    }

    /// How many moved by region.
    pub(crate) fn of(&self, item: usize, without_named: bool) -> Vec<Moved> {
        self.items[item].iter().map(|moved| moved[usize::from(without_named)]).collect()
    }
}

impl Plan {
    /// The answer to each item.
    fn given<'a>(&self, response: &Response<'a>) -> Vec<Given<'a>> {
        let rules = self.has_rules.then(|| Answers::new(&self.questionnaire, self.stored(response.answers)));
        let given = |item: &Counted| {
            if rules.as_ref().is_some_and(|rules| !rules.is_shown(&item.question)) {
                return Given::NotAsked;
            }
            let value = response.answers.get(&item.question);
            let value = match &item.row {
                None => value,
                Some(row) => value.and_then(|rows| rows.get(row)),
            };
            value.map_or(Given::NoAnswer, Given::Answer)
        };
        self.items.iter().map(given).collect()
    }

    /// The answers one by one, those of a matrix by row.
    fn stored<'a>(
        &self,
        answers: &'a Map<String, Value>,
    ) -> impl Iterator<Item = (&'a str, Option<&'a str>, &'a Value)> {
        answers.iter().flat_map(move |(question, value)| match value {
            Value::Object(rows) if self.matrices.contains(question) => {
                rows.iter().map(|(row, value)| (question.as_str(), Some(row.as_str()), value)).collect::<Vec<_>>()
            }
            value => vec![(question.as_str(), None, value)],
        })
    }

    /// The items whose answer members know: those known by name, and what these tell of others.
    fn named(&self, response: &Response<'_>) -> BTreeSet<usize> {
        let known = self.items.iter().filter(|item| response.named.has(item));
        known.flat_map(|item| item.reveals.iter().copied()).collect()
    }
}

/// The columns in which an answer counts.
fn columns(item: &Counted, given: Given<'_>, mut count: impl FnMut(usize)) {
    let value = match given {
        Given::NotAsked => return count(item.not_asked()),
        Given::NoAnswer => return count(item.no_answer()),
        Given::Answer(value) => value,
    };
    let option = |code: &Value| item.options.iter().position(|known| Some(known.as_str()) == code.as_str());
    match item.kind {
        Kind::Number => count(0),
        Kind::Single | Kind::Scale => count(option(value).unwrap_or_else(|| item.no_answer())),
        Kind::Multiple => {
            let chosen = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let mut found: Vec<usize> = chosen.iter().filter_map(option).collect();
            found.sort_unstable();
            found.dedup();
            if found.is_empty() {
                found.push(item.no_answer());
            }
            found.into_iter().for_each(count);
        }
    }
}

/// A number as ranges write it.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Fixed::of(&text).map(|number| number.text())
}
