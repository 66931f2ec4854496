//! The home page: for visitors what the portal is, for a person who is logged in what is due, the most urgent first.
//!
//! It has no data of its own: one unit of work asks the features for the first rows of what waits, in six reads at
//! most ([`Home::due`]), and the page leads to the pages that do it. What a person is offered follows from `policy`. People
//! of a partner agency, to whom the community is not open, get the rounds of surveys that ask their agency.
//!
//! Left out: numbers for everybody (`statistics`), and the menu (`web`).

pub mod pages;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::announcements::{self, AnnouncementEntry};
use crate::db::Id;
use crate::error::Error;
use crate::i18n::Language;
use crate::life_cycle::{AppointmentView, LifeCycle};
use crate::nominations;
use crate::policy::{self, Action, Principal};
use crate::releases::{self, ReleaseEntry};
use crate::service::{Foundation, Service};
use crate::statistics::{RegionFigures, Statistics};
use crate::tasks::{self, Item, Queue, TaskKind};

/// Announcements among which those to be acknowledged are looked for.
const LOOKED_AT: i64 = 50;
/// Surveys to answer that are listed; the page of tasks has more.
const SURVEYS: i64 = 5;
/// Results that are told, and for how long.
const RESULTS: i64 = 3;
const TOLD_FOR: Duration = Duration::from_hours(24 * 60);

/// What is due for people. Cloning is cheap.
#[derive(Clone)]
pub struct Home {
    foundation: Foundation,
    statistics: Statistics,
}

/// What is due for a person with an active appointment.
#[derive(Default)]
pub struct Due {
    /// The newest announcements that the person has not read.
    pub unread: Vec<AnnouncementEntry>,
    /// Announcements that wait for an acknowledgement.
    pub unanswered: Vec<AnnouncementEntry>,
    /// The person's appointments; of the Secretariat none.
    pub own: Vec<AppointmentView>,
    /// Surveys that wait for the response of the person's organisations.
    pub surveys: Vec<Item>,
    /// What waits for the person's decision.
    pub queues: Vec<Queue>,
    /// How many things wait for a deed of the person: what the menu says.
    pub total: i64,
    /// Results that were published lately.
    pub results: Vec<ReleaseEntry>,
    /// How the regions stand, for those who read key figures.
    pub regions: Vec<RegionFigures>,
}

impl Service for Home {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Home {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation, statistics: Statistics) -> Self {
        Self { foundation, statistics }
    }

    /// The appointments of a person, the newest first, and the files of their letters of nomination.
    ///
    /// # Errors
    /// 403 for an API token without the scope.
    pub async fn own(&self, reader: Arc<Principal>) -> Result<(Vec<AppointmentView>, HashMap<Id, String>), Error> {
        self.read(move |conn| {
            let own = LifeCycle::own_in(conn, &reader)?.into_iter().rev().collect();
            Ok((own, nominations::handed_in(conn, reader.user_id)?))
        })
        .await
    }

    /// What is due for `reader`.
    pub async fn due(&self, reader: Arc<Principal>, language: Language) -> Result<Due, Error> {
        let (now, statistics) = (self.foundation.clock.now(), self.statistics.clone());
        self.read(move |conn| {
            let unread = announcements::sent_to(conn, &reader, true, LOOKED_AT)?;
            let (queues, total) = tasks::queues(conn, &reader, now)?;
            if policy::check(&reader, Action::ReadStatistics).is_ok() {
                let regions = statistics.regions(conn, now)?;
                return Ok(Due { unread, queues, total, regions, ..Due::default() });
            }
            let read = announcements::sent_to(conn, &reader, false, LOOKED_AT)?;
            let unanswered = unread.iter().chain(&read).filter(|entry| is_unanswered(entry)).cloned().collect();
            let own = LifeCycle::own_in(conn, &reader)?;
            let has_surveys = queues.iter().any(|queue| queue.kind == TaskKind::Surveys);
            let surveys = if has_surveys { tasks::surveys(conn, &reader, language, SURVEYS, now)? } else { Vec::new() };
            let mut results = releases::newest(conn, true, None, RESULTS)?;
            results.retain(|entry| now <= entry.summary.published_at.plus(TOLD_FOR));
            Ok(Due { unread, unanswered, own, surveys, queues, total, results, ..Due::default() })
        })
        .await
    }
}

/// Whether an announcement waits for the acknowledgement of its reader.
fn is_unanswered(entry: &AnnouncementEntry) -> bool {
    entry.acknowledge && entry.reading.is_some_and(|reading| reading.acknowledged_at.is_none())
}
