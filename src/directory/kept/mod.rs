//! Rendered answers of the directory in memory, so that what many read costs no unit of work and no rendering.
//!
//! Most readers of the directory ask for the same few pages, and most of them may see the same. So each process keeps
//! what it has rendered: the JSON of a page and of a contact, and the content of their pages. An answer is kept under
//! all that it depends on (`name`): the edition of the directory (`edition`), what was asked, and what the reader may
//! see. Two readers with the same rights share it; a reader whose own contact is on it has a copy of its own, since an
//! owner sees all fields. Rights are checked for each request: by the guard, by the key of the cache, and by the daily
//! limit of contacts, which counts a kept answer as any other.
//!
//! An answer is never older than a commit of this process, and at most two seconds older than one of another process.
//! Whoever has just written is answered from the database in those seconds ([`crate::http::follows_own_write`]), as is
//! whoever names another version than the kept one. Memory is bounded by bytes (`directory.kept_mib`); a new edition
//! empties it.
//!
//! Left out: searches for words and filters by the use of technologies. They depend on names and on adoptions, which
//! are not in the edition, and few are asked twice. Files for address books and spreadsheets, which are recorded each
//! time.

mod edition;
mod name;

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

pub use name::Asked;

use self::edition::{Current, Edition, Editions};
use self::name::{Name, Sight, is_own};
use super::types::{Contact, ContactQuery};
use super::{Directory, count_views};
use crate::db::{Db, Id};
use crate::error::Error;
use crate::http::{Metrics, Prepared};
use crate::policy::{self, Principal};
use crate::time::Clock;

/// The name in the metrics of answers that were rendered.
const METRIC: &str = "contacts";
/// The bytes of a large answer, about. The cache divides its memory among shards for so many answers of this size, and
/// does not keep what is larger than a shard.
const ABOUT: usize = 32_768;

/// A rendered answer, and what must be known before another reader gets it.
#[derive(Debug)]
pub struct Rendered {
    /// The bytes.
    pub answer: Prepared,
    /// The title of a page, as it stands in HTML; empty for JSON.
    pub title: String,
    /// How many contacts it shows.
    shown: usize,
    /// Whose contacts they are.
    owners: Vec<Id>,
    /// The organisation of the last of them.
    organisation: Option<Id>,
}

impl Rendered {
    /// An answer that shows these contacts.
    pub fn of<'a>(answer: Prepared, title: String, contacts: impl Iterator<Item = &'a Contact>) -> Self {
        let mut rendered = Self { answer, title, shown: 0, owners: Vec::new(), organisation: None };
        for contact in contacts {
            let (owner, organisation) = contact.place;
            rendered.shown += 1;
            rendered.organisation = Some(organisation);
            if !rendered.owners.contains(&owner) {
                rendered.owners.push(owner);
            }
        }
        rendered.owners.shrink_to_fit();
        rendered
    }

    /// Whether a reader may change the one contact that it shows.
    fn may_be_changed_by(&self, reader: &Principal) -> bool {
        let one = self.owners.first().zip(self.organisation);
        one.is_some_and(|(owner, organisation)| policy::may_change_contact(reader, *owner, organisation).is_ok())
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.answer.size() + self.title.len() + self.owners.len() * size_of::<Id>()
    }
}

/// The weight of an answer: the bytes of memory that it takes.
#[derive(Clone)]
struct Weight;

impl Weighter<Name, Arc<Rendered>> for Weight {
    fn weight(&self, name: &Name, rendered: &Arc<Rendered>) -> u64 {
        u64::try_from(name.size() + rendered.size()).unwrap_or(u64::MAX)
    }
}

/// The answers that this process keeps. Cloning shares them.
#[derive(Clone)]
pub(super) struct Kept {
    /// None where nothing is kept.
    answers: Option<Answers>,
    editions: Editions,
    metrics: Metrics,
}

type Answers = Arc<Cache<Name, Arc<Rendered>, Weight>>;

impl Kept {
    /// A cache of at most so many mebibytes; of none if that is zero.
    pub(super) fn new(mebibytes: u32, db: Db, clock: Clock, metrics: Metrics) -> Self {
        Self { answers: (mebibytes > 0).then(|| cache(mebibytes)), editions: Editions::new(db, clock), metrics }
    }
}

fn cache(mebibytes: u32) -> Answers {
    let most = u64::from(mebibytes) << 20;
    let about = usize::try_from(most).unwrap_or(usize::MAX) / ABOUT;
    Arc::new(Cache::with_weighter(about, most, Weight))
}

/// The kept answer of this name for a reader: the shared copy, unless the reader sees more of an own contact on it.
fn get(answers: &Answers, mut name: Name, reader: Id) -> Option<Arc<Rendered>> {
    match answers.get(&name) {
        Some(shared) if !is_own(&name.sight, reader, &shared.owners) => Some(shared),
        _ if name.sight.everything => None,
        _ => {
            name.reader = Some(reader);
            answers.get(&name)
        }
    }
}

/// The place of an answer that is not kept yet; nowhere for one that is not to be kept.
pub struct Place {
    free: Option<Free>,
    metrics: Metrics,
}

struct Free {
    answers: Answers,
    edition: Edition,
    sight: Sight,
    reader: Id,
}

/// What a look at the kept answers found.
pub enum Found {
    /// The answer. It is counted as shown.
    Kept(Arc<Rendered>),
    /// None: it is to be read and rendered.
    Missing(Place),
}

impl Place {
    /// Keeps the answer to what was asked, as it was read after the look.
    pub fn keep(self, asked: Asked, rendered: Rendered) -> Arc<Rendered> {
        self.metrics.rendered(METRIC);
        let rendered = Arc::new(rendered);
        if let Some(Free { answers, edition, sight, reader }) = self.free {
            let reader = is_own(&sight, reader, &rendered.owners).then_some(reader);
            answers.insert(Name { edition, asked, sight, reader }, Arc::clone(&rendered));
        }
        rendered
    }
}

/// Whether the answer to a query may be kept: whether all that it depends on is in its name.
#[must_use]
pub fn may_keep(query: &ContactQuery) -> bool {
    query.q.is_none() && query.runs.is_empty() && query.willing.is_none()
}

impl Directory {
    /// The kept answer to one of these questions, if there is one that is new enough and that `fits`. `is_open` says
    /// whether one may be used at all, `most` how many contacts the answer may show.
    ///
    /// # Errors
    /// 429 where the reader has looked at too many contacts today; 503 where the database is out of reach.
    pub async fn look_up(
        &self,
        viewer: &Principal,
        questions: &[Asked],
        is_open: bool,
        most: i64,
        fits: impl Fn(&Rendered) -> bool,
    ) -> Result<Found, Error> {
        let missing = |free| Found::Missing(Place { free, metrics: self.kept.metrics.clone() });
        let Some(answers) = self.kept.answers.as_ref().filter(|_| is_open) else { return Ok(missing(None)) };
        let Current { edition, is_new } = self.kept.editions.current().await?;
        if is_new {
            // Nobody asks for the answers of older editions again.
            answers.clear();
        }
        let sight = Sight::of(viewer);
        for asked in questions {
            let name = Name { edition, asked: asked.clone(), sight: sight.clone(), reader: None };
            let found = get(answers, name, viewer.user_id);
            if let Some(found) = found.filter(|found| is_right(asked, found, viewer) && fits(found)) {
                let room = self.reserve_views(viewer, usize::try_from(most).unwrap_or(usize::MAX))?;
                count_views(room, found.shown.max(1));
                return Ok(Found::Kept(found));
            }
        }
        Ok(missing(Some(Free { answers: Arc::clone(answers), edition, sight, reader: viewer.user_id })))
    }
}

/// Whether an answer offers its reader what the reader may do, and no more.
fn is_right(asked: &Asked, found: &Rendered, viewer: &Principal) -> bool {
    match asked {
        Asked::OnePage(.., may_change) => found.may_be_changed_by(viewer) == *may_change,
        Asked::List(..) | Asked::One(_) | Asked::ListPage(..) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::time::Timestamp;

    fn answer(bytes: usize) -> Arc<Rendered> {
        let answer = Prepared::content("x".repeat(bytes));
        Arc::new(Rendered::of(answer, String::new(), std::iter::empty()))
    }

    #[test]
    fn memory_is_bounded_by_bytes() {
        let (answers, random) = (cache(1), Random::seeded(9));
        let viewer = policy::Visibility::everything();
        let sight = Sight::from(viewer);
        for at in 0..5_000 {
            let asked = Asked::One(Id::new(Timestamp::from_micros(at), &random));
            let name = Name { edition: Edition::default(), asked, sight: sight.clone(), reader: None };
            answers.insert(name, answer(1_000));
            assert!(answers.weight() <= 1 << 20);
        }
        assert!(answers.len() > 100, "it keeps something");
        assert!(answer(50_000).size() > 50_000);
    }
}
