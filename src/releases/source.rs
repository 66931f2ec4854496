//! Submissions as they are counted: page by page, so that of each one the id alone is held.
//!
//! Which submissions count is read once and kept with the release: one that is dated before its instant may be written
//! after it, and must not stand among those that the release has counted. Each page is one short unit of work. While it
//! is counted beside the threads that serve requests, the next one is read.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use serde_json::{Map, Value};
use survey_results::{Count, Known, Moves, NO_REGION, Plan, Response, Size};

use super::Releases;
use crate::adoption::{self, AdoptionStatus};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::members::Region;
use crate::responses::{self, CountedSubmission};
use crate::rounds::{self, RoundFacts};
use crate::service::Service as _;
use crate::surveys::SurveyAudience;

/// The concept of questions whose answers the directory shows as the adoption of a member.
const ADOPTION: &str = "technology_status";

/// Submissions of a page.
const PAGE: usize = 200;

/// What counting needs to know of a round.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    pub(super) plan: Plan,
    pub(super) frame: Size,
    /// Agencies are few, and a region of one would say who it is: nothing is told of them by region.
    has_regions: bool,
    /// The questions that members know by name where an administration agreed.
    community: BTreeSet<String>,
    /// What members read of the adoption of technologies in the directory.
    adopted: HashMap<Id, Vec<ShownAdoption>>,
    /// Members whose answers by name no member reads, whether they agreed or not.
    hidden: HashSet<Id>,
    /// Organisations that are looked at as if they agreed to be named.
    pub(super) as_if_named: Arc<HashSet<Id>>,
}

impl Ground {
    /// The same for another plan.
    pub(super) fn with_plan(self, plan: Plan) -> Self {
        Self { plan, ..self }
    }

    /// # Errors
    /// Those of the database.
    pub(super) fn of(conn: &mut Conn, round: &RoundFacts, plan: Plan) -> Result<Self, Error> {
        let has_regions = round.audience == SurveyAudience::Member;
        let frame = size(rounds::sizes_by_region(conn, round.id)?, has_regions)?;
        Ok(Self {
            frame,
            has_regions,
            community: plan.community(),
            adopted: adopted(conn, &plan.rows_about(ADOPTION))?,
            hidden: rounds::hidden(conn, round.id)?.into_iter().collect(),
            as_if_named: Arc::default(),
            plan,
        })
    }

    /// What members know of an organisation with these submissions: of several, only what holds for each.
    fn known<'a>(&'a self, organisation: Id, submissions: &[&CountedSubmission]) -> Known<'a> {
        let agrees = |it: &&CountedSubmission| it.shares_answers || self.as_if_named.contains(&it.organisation);
        let is_named = submissions.iter().any(agrees) && !self.hidden.contains(&organisation);
        let shown = self.adopted.get(&organisation).map(Vec::as_slice).unwrap_or_default().iter();
        let told = shown.filter(|shown| submissions.iter().all(|submission| shown.tells(&submission.answers)));
        Known {
            questions: is_named.then_some(&self.community),
            rows: told.map(|shown| (shown.question.as_str(), shown.row.as_str())).collect(),
        }
    }

    fn response<'a>(&self, submission: &'a CountedSubmission, named: Known<'a>) -> Response<'a> {
        let region = submission.region.filter(|_| self.has_regions);
        Response { region: region.map(Region::as_str), answers: &submission.answers, named }
    }
}

/// An entry of the directory as an answer to the row of a matrix.
#[derive(Clone, Debug)]
struct ShownAdoption {
    question: String,
    row: String,
    status: AdoptionStatus,
}

impl ShownAdoption {
    /// Whether this was answered. Of another answer, members who read the entry do not know.
    fn tells(&self, answers: &Map<String, Value>) -> bool {
        let answer = answers.get(&self.question).and_then(|rows| rows.get(&self.row)).and_then(Value::as_str);
        answer.and_then(responses::adoption_status) == Some(self.status)
    }
}

/// What members read of adoption, for these rows of matrices.
fn adopted(conn: &mut Conn, rows: &[(String, String)]) -> Result<HashMap<Id, Vec<ShownAdoption>>, Error> {
    let mut adopted: HashMap<Id, Vec<ShownAdoption>> = HashMap::new();
    let shown = if rows.is_empty() { Vec::new() } else { adoption::shown_to_members(conn)? };
    for (organisation, technology, status) in shown {
        for (question, row) in
            rows.iter().filter(|(question, row)| responses::names_technology(row, question, &technology))
        {
            let entry = ShownAdoption { question: question.clone(), row: row.clone(), status };
            adopted.entry(organisation).or_default().push(entry);
        }
    }
    Ok(adopted)
}

fn size(regions: Vec<(Option<Region>, i64)>, has_regions: bool) -> Result<Size, Error> {
    let mut size = Size::default();
    for (region, count) in regions {
        let count = u32::try_from(count).or_internal()?;
        size.all += count;
        let region = region.filter(|_| has_regions).map_or(NO_REGION, Region::as_str);
        *size.by_region.entry(region.to_owned()).or_default() += count;
    }
    Ok(size)
}

/// The submissions that a release counts, in the order of the ids of their organisations.
pub(super) type Counted = Arc<Vec<Id>>;

/// The same page by page.
struct Pages {
    counted: Counted,
    waiting: VecDeque<CountedSubmission>,
    /// How many were read.
    read: usize,
}

impl Pages {
    fn new(counted: &Counted) -> Self {
        Self { counted: Arc::clone(counted), waiting: VecDeque::new(), read: 0 }
    }

    fn is_last(&self) -> bool {
        self.read >= self.counted.len()
    }

    /// Reads the next page if nothing waits. False at the end.
    async fn fill(&mut self, releases: &Releases) -> Result<bool, Error> {
        while self.waiting.is_empty() && !self.is_last() {
            let next = self.counted.len().min(self.read + PAGE);
            let ids: Vec<Id> = self.counted.get(self.read..next).unwrap_or_default().to_vec();
            self.waiting.extend(releases.read(move |conn| responses::some_submissions(conn, &ids)).await?);
            self.read = next;
        }
        Ok(!self.waiting.is_empty())
    }
}

impl Releases {
    /// Counts these submissions.
    pub(super) async fn count(&self, ground: &Arc<Ground>, counted: &Counted) -> Result<Count, Error> {
        let mut count = Count::new(&ground.plan, &ground.frame);
        let mut pages = Pages::new(counted);
        while pages.fill(self).await? {
            let (page, ground) = (std::mem::take(&mut pages.waiting), Arc::clone(ground));
            let counted = self.heavy_work.beside(move || {
                for submission in &page {
                    let known = ground.known(submission.organisation, &[submission]);
                    count.add(&ground.plan, &ground.response(submission, known));
                }
                Ok(count)
            });
            (count, _) = tokio::try_join!(counted, pages.fill(self))?;
        }
        Ok(count)
    }

    /// Counts what an earlier release has counted, with the names that are known at the later one, and who moved between
    /// the two.
    pub(super) async fn compare(
        &self,
        ground: &Arc<Ground>,
        (before, now): (&Counted, &Counted),
    ) -> Result<(Count, Moves), Error> {
        let mut count = Count::new(&ground.plan, &ground.frame);
        let mut moves = Moves::new(&ground.plan, &ground.frame);
        let (mut earlier, mut later) = (Pages::new(before), Pages::new(now));
        loop {
            let (has_earlier, has_later) = tokio::try_join!(earlier.fill(self), later.fill(self))?;
            if !has_earlier && !has_later {
                return Ok((count, moves));
            }
            let pairs = matched(&mut earlier, &mut later);
            let ground = Arc::clone(ground);
            let work = move || {
                for (before, now) in pairs {
                    let sides: Vec<&CountedSubmission> = [&before, &now].into_iter().flatten().collect();
                    let Some(organisation) = sides.first().map(|side| side.organisation) else { continue };
                    let known = ground.known(organisation, &sides);
                    let has_moved = before.as_ref().map(|one| one.number) != now.as_ref().map(|one| one.number);
                    let before = before.as_ref().map(|one| ground.response(one, known.clone()));
                    let now = now.as_ref().map(|one| ground.response(one, known.clone()));
                    if let Some(before) = &before {
                        count.add(&ground.plan, before);
                    }
                    if has_moved {
                        moves.add(&ground.plan, before.as_ref(), now.as_ref());
                    }
                }
                Ok((count, moves))
            };
            (count, moves) = self.heavy_work.beside(work).await?;
        }
    }
}

type Matched = (Option<CountedSubmission>, Option<CountedSubmission>);

/// Takes from both sides what belongs together, as far as both have pages.
fn matched(earlier: &mut Pages, later: &mut Pages) -> Vec<Matched> {
    let mut pairs = Vec::new();
    loop {
        let ends = (earlier.is_last(), later.is_last());
        let order = match (earlier.waiting.front(), later.waiting.front()) {
            (Some(before), Some(now)) => before.organisation.cmp(&now.organisation),
            (Some(_), None) if ends.1 => std::cmp::Ordering::Less,
            (None, Some(_)) if ends.0 => std::cmp::Ordering::Greater,
            _ => return pairs,
        };
        let before = if order.is_le() { earlier.waiting.pop_front() } else { None };
        let now = if order.is_ge() { later.waiting.pop_front() } else { None };
        pairs.push((before, now));
    }
}
