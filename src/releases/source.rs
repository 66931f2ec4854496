//! Submissions as they are counted: page by page, so that of each one the id alone is held.
//!
//! Which submissions count is read once and kept with the release: one that is dated before its instant may be written
//! after it, and must not stand among those that the release has counted. Each page is one short unit of work. While it
//! is counted beside the threads that serve requests, the next one is read.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use survey_results::{Count, Moves, NO_REGION, Plan, Response, Size};

use super::Releases;
use crate::adoption;
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
    /// The questions that members know by name where an administration agreed, where the directory has its adoption,
    /// and both.
    community: BTreeSet<String>,
    adoption: BTreeSet<String>,
    both: BTreeSet<String>,
    nothing: BTreeSet<String>,
    adopters: HashSet<Id>,
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
        let adopters = adoption::organisations(conn, &[], &[], None)?.into_iter().collect();
        let community = plan.community();
        let adoption = plan.about(ADOPTION);
        Ok(Self {
            frame,
            has_regions,
            both: community.union(&adoption).cloned().collect(),
            community,
            adoption,
            nothing: BTreeSet::new(),
            adopters,
            as_if_named: Arc::default(),
            plan,
        })
    }

    fn response<'a>(&'a self, submission: &'a CountedSubmission) -> Response<'a> {
        let is_named = submission.shares_answers || self.as_if_named.contains(&submission.organisation);
        let named = match (is_named, self.adopters.contains(&submission.organisation)) {
            (true, true) => &self.both,
            (true, false) => &self.community,
            (false, true) => &self.adoption,
            (false, false) => &self.nothing,
        };
        let region = submission.region.filter(|_| self.has_regions);
        Response { region: region.map(Region::as_str), answers: &submission.answers, named }
    }
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
                    count.add(&ground.plan, &ground.response(submission));
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
                for (mut before, mut now) in pairs {
                    let is_named = [&before, &now].into_iter().flatten().any(|side| side.shares_answers);
                    for side in [&mut before, &mut now].into_iter().flatten() {
                        side.shares_answers = is_named;
                    }
                    let has_moved = before.as_ref().map(|one| one.number) != now.as_ref().map(|one| one.number);
                    let (before, now) = (before.as_ref(), now.as_ref());
                    let (before, now) = (before.map(|one| ground.response(one)), now.map(|one| ground.response(one)));
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
