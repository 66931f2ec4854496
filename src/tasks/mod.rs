//! Tasks: what waits for a coordinator or the Secretariat, as a list with its age, as queues of the home page, and as the
//! number in the menu; and for everybody who answers surveys those that the own organisation has not answered, the
//! responses that the reader was asked to approve, and the sections that the reader was asked to fill in, up to the
//! deadline of that organisation.
//!
//! One statement reads the things of all kinds, each kind up to a limit and by an index in the order of age (`store`);
//! another counts them. So a page costs the same whether ten things wait or ten thousand. Which kinds a person sees, and
//! which of them the menu counts, follows from `policy` (`rules`).
//!
//! The number in the menu stands on every page, so this process keeps it for some seconds, for a bounded number of
//! people ([`Tasks::total`]). It is forgotten at once when appointments or announcements change in this process
//! (`db::wakeups`): whoever decides on the last application sees no number on the next page.
//!
//! Left out: deeds, which are on the pages of the features to which the things belong.

pub mod pages;
mod rules;
mod store;
mod types;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use quick_cache::sync::Cache;

pub use rules::shown;
pub use types::{Item, Queue, TaskKind, Waiting};

use crate::db::{Conn, Id, Wakeup};
use crate::error::Error;
use crate::i18n::Language;
use crate::policy::Principal;
use crate::service::{Foundation, Service};
use crate::time::Timestamp;

/// Things of a kind that are read to count them; beyond it "100+" is shown.
pub const COUNTED: i64 = 101;
/// People whose number is kept.
const REMEMBERED: usize = 10_000;
/// How long a number is kept. Other processes decide too, and webhooks fail without a wake-up.
const FRESH: Duration = Duration::from_secs(15);

/// What waits for people. Cloning is cheap, and clones share their cache.
#[derive(Clone)]
pub struct Tasks {
    foundation: Foundation,
    memory: Arc<Memory>,
}

/// Numbers that were counted.
struct Memory {
    totals: Cache<Id, Counted>,
    /// The number of changes since the start: what was counted before the last one is not used.
    changes: AtomicU64,
}

#[derive(Clone, Copy)]
struct Counted {
    total: i64,
    at: Timestamp,
    changes: u64,
}

impl Memory {
    fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    fn get(&self, person: Id, now: Timestamp) -> Option<i64> {
        let counted = self.totals.get(&person)?;
        (now < counted.at.plus(FRESH) && counted.changes == self.changes()).then_some(counted.total)
    }
}

impl Service for Tasks {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Tasks {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation) -> Self {
        let memory = Arc::new(Memory { totals: Cache::new(REMEMBERED), changes: AtomicU64::new(0) });
        for wakeup in [Wakeup::Principals, Wakeup::Announcement] {
            let changed = Arc::clone(&memory);
            foundation.db.listen(wakeup, move || {
                changed.changes.fetch_add(1, Ordering::SeqCst);
            });
        }
        Self { foundation, memory }
    }

    /// What waits for `reader`: of each kind the oldest, `most` at most. Announcements are called in this language.
    pub async fn list(&self, reader: Arc<Principal>, language: Language, most: i64) -> Result<Waiting, Error> {
        let now = self.foundation.clock.now();
        self.read(move |conn| {
            let view = rules::view(&reader);
            let items = store::items(conn, &view, (language, most), now)?;
            let counted = store::queues(conn, &view.clone().counted(), COUNTED, now)?;
            Ok(Waiting { items, total: view.total(&counted) })
        })
        .await
    }

    /// How many things wait for a deed of this person, as counted some seconds ago at most.
    pub async fn total(&self, reader: Arc<Principal>) -> Result<i64, Error> {
        let view = rules::view(&reader).counted();
        if view.kinds.is_empty() {
            return Ok(0);
        }
        let (now, person) = (self.foundation.clock.now(), reader.user_id);
        if let Some(total) = self.memory.get(person, now) {
            return Ok(total);
        }
        // Counted before it is read, so that what changes meanwhile is read again.
        let changes = self.memory.changes();
        let queues = {
            let view = view.clone();
            self.read(move |conn| store::queues(conn, &view, COUNTED, now)).await?
        };
        let total = view.total(&queues);
        self.memory.totals.insert(person, Counted { total, at: now, changes });
        Ok(total)
    }
}

/// Open rounds of surveys that an organisation of `reader` has not answered, the oldest first.
pub fn surveys(
    conn: &mut Conn,
    reader: &Principal,
    language: Language,
    most: i64,
    now: Timestamp,
) -> Result<Vec<Item>, Error> {
    store::items(conn, &rules::view(reader).only(TaskKind::Surveys), (language, most), now)
}

/// The queues of the home page of `reader`, and how many things wait for a deed of the reader.
pub fn queues(conn: &mut Conn, reader: &Principal, now: Timestamp) -> Result<(Vec<Queue>, i64), Error> {
    let view = rules::view(reader).on_home_page();
    let mut queues = store::queues(conn, &view, COUNTED, now)?;
    queues.sort_by_key(|queue| queue.kind);
    let total = view.total(&queues);
    Ok((queues, total))
}
