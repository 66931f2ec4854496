//! Releases: what is published of the answers to a round, numbered, and never changed.
//!
//! A release counts the submissions of one instant (`as_of`). The crate `survey_results` counts them, hides small
//! counts, and audits the very JSON that is then stored, hashed and served; a release that does not pass is not
//! published. What was published once stays known, so that a later release shows new figures only where the difference
//! from every earlier one gives nobody away, and repeats the others as they were. A correction is a new release, too.
//!
//! Everybody reads public releases; those for members are read by whoever has an active appointment. All readers of a
//! release see the same figures, an administration that looks at its own region included.
//!
//! - `making` a release is made; `source` submissions page by page; `earlier` what it is compared with
//! - `asked` what is asked, known by a mark before anything is read for it; `answers` it is written, once; `kept` what
//!   readers share in memory
//! - `view` a release in the words of its readers (`words`); `series` several releases together
//! - `previews` a release before it is published; `lists` the newest ones, for their readers
//! - `files` CSV, workbooks, SDMX-CSV and charts; the answers themselves for the Secretariat
//! - `own` the own administration; `named` answers by name, where the question permits them, `agreements` of whom
//! - `opened` a release for its pages
//! - `pages` for readers, and the steps by which the Secretariat publishes a release

mod agreements;
mod answers;
mod asked;
mod earlier;
mod files;
mod kept;
mod lists;
mod making;
mod named;
mod opened;
mod own;
pub mod pages;
mod personal_data;
mod previews;
pub mod routes;
mod rules;
mod series;
mod source;
mod store;
mod told;
mod types;
mod view;
mod words;

use std::sync::Arc;

use serde_json::json;
use serde_json::value::RawValue;
use survey_results::writers::Reading;

pub use asked::{Asked, ReleaseForm};
pub use files::{ChartQuery, ReleaseFile, ResultsFileQuery, ResultsFormat, TableFormat};
pub use lists::{ReleaseEntry, newest};
pub use personal_data::PersonalRecords;
pub use told::{
    Bounds, BrokenTable, ComparedConcept, Comparison, ConsentCheck, Labelled, NamedAnswer, NamedAnswers, NamedQuery,
    OwnResult, OwnResults, ResultCell, ResultRow, ResultTable, Results, ResultsQuery, Trend, TrendPoint, TrendQuery,
    TrendSeries,
};
pub use types::{
    GivenBands, GivenRelease, HiddenBecause, HiddenFigure, ReleaseAudience, ReleaseContents, ReleaseList,
    ReleasePreview, ReleaseSummary,
};

use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::events::Kind;
use crate::heavy_work::Lane;
use crate::http::{IfMatch, Metrics};
use crate::i18n::{Catalogue, Language};
use crate::idempotency::{Answer, Ticket};
use crate::policy::Principal;
use crate::rounds;
use crate::service::{Foundation, Service, UnitOfWork, by_right_of_guard};
use kept::{Kept, Shown};
use making::Wish;
use view::Teller;
use words::PortalWords;

/// Most releases of a round.
pub const MAX_RELEASES: usize = 20;

/// Releases of results. Cloning is cheap.
#[derive(Clone)]
pub struct Releases {
    foundation: Foundation,
    catalogue: Arc<Catalogue>,
    heavy_work: Lane,
    metrics: Metrics,
    kept: Kept,
}

impl Service for Releases {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Releases {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation, catalogue: Arc<Catalogue>, heavy_work: Lane, metrics: Metrics) -> Self {
        Self { foundation, catalogue, heavy_work, metrics, kept: Kept::default() }
    }

    /// The releases of a round that the reader may see, the newest first.
    ///
    /// # Errors
    /// 404 where there is no such round.
    pub async fn list(&self, reader: Option<Arc<Principal>>, round: Id) -> Result<Vec<ReleaseSummary>, Error> {
        self.read(move |conn| {
            let rows = store::of_round(conn, round)?;
            let seen = rows.iter().rev().filter(|row| rules::is_read(row.audience, reader.is_some()));
            let found: Vec<ReleaseSummary> = seen.map(rules::summary).collect();
            // Nobody learns from here which rounds there are that this reader does not see.
            let is_seen = match &reader {
                Some(reader) => rounds::facts_seen(conn, reader, round)?.is_some(),
                None => false,
            };
            if found.is_empty() && !is_seen { Err(Error::not_found()) } else { Ok(found) }
        })
        .await
    }

    /// The next release of a round as it would be published, with the reasons why figures are hidden. What it tells
    /// stands before later ones as if it were published, and the audit log has who read it.
    ///
    /// # Errors
    /// As [`Self::publish`].
    pub async fn preview(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        round: Id,
        given: GivenRelease,
    ) -> Result<ReleasePreview, Error> {
        let made = self.previewed(officer.user_id, trace, round, given).await?;
        Ok(ReleasePreview {
            release: RawValue::from_string(made.new.artefact).or_internal()?,
            hidden: made.hidden.into_iter().map(rules::hidden_figure).collect(),
            stamp: made.stamp,
        })
    }

    /// Publishes the next release of a round, if it tells what the preview `seen` told.
    ///
    /// # Errors
    /// 404; 409 where the round does not permit it, or the audit finds a fault; 412 where another release was published
    /// meanwhile, or it would tell something else than was seen; 422; 429 where the officer has heavy work under way,
    /// 503 where the lane is full.
    pub async fn publish(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        (round, seen): (Id, Option<IfMatch>),
        given: GivenRelease,
    ) -> Result<Answer, Error> {
        if let Some(answer) = self.answered(trace.clone(), ticket.as_ref()).await? {
            return Ok(answer);
        }
        let made = self.make(officer.user_id, round, given, Wish::Release).await?;
        let publish = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            // If two officers publish or preview at once, one is refused: its figures do not know the other's.
            conn.exclude_others()?;
            let earlier = store::of_round(conn, round)?;
            let number = rules::next_number(&earlier);
            let previews = store::previews_told(conn, round)?;
            if u32::try_from(number).or_internal()? != made.new.release.number || previews != made.previews {
                return Err(Error::changed_meanwhile());
            }
            seen.map_or(Ok(()), |seen| seen.check(&made.stamp))?;
            let id = Id::new(unit.now, &unit.random);
            let (audience, sha256) = (made.new.audience, made.new.sha256.clone());
            store::insert(conn, id, round, made.new, officer.user_id, unit.now)?;
            let detail = json!({"round": round, "number": number, "audience": audience, "sha256": sha256});
            let entry = Entry::by(Event::ReleasePublished, officer.user_id, id).with(detail.clone());
            unit.audit.record(conn, &unit.trace, &entry)?;
            let told = json!({"release": id, "round": round, "number": number, "audience": audience});
            unit.events.emit(conn, Kind::ReleasePublished, told)?;
            let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
            Ok(Answer::json(201, &rules::summary(&row))?.at(format!("/api/v1/releases/{id}/results")))
        };
        self.write_once(trace, ticket, by_right_of_guard, publish).await
    }
}

/// What the codes of a release are called in a language.
fn reading<'a>(catalogue: &'a Catalogue, shown: &'a Shown, language: Language) -> Reading<'a, PortalWords<'a>> {
    Reading::new(&shown.questionnaire, language.as_str(), PortalWords { catalogue, language })
}

/// Tells a release in a language.
fn teller<'a>(catalogue: &'a Catalogue, shown: &'a Shown, language: Language) -> Teller<'a> {
    Teller { release: &shown.release, reading: reading(catalogue, shown, language) }
}
