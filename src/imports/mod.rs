//! Imports: invitations of many people from a sheet (CSV or XLSX).
//!
//! An import has two steps. [`Imports::plan`] is the dry run: every row is parsed and judged by the rules of a single
//! invitation (`life_cycle::invitations`), and the result is stored as a plan, which does not change any more. Nobody is
//! invited yet; the answer lists for each row its action, the reason, and everything that would be stored.
//! [`Imports::commit`] carries out exactly that plan, once, within an hour: each row is judged again while the
//! organisations are locked, and if one verdict differs, nothing happens. So only people whom the officer has seen in
//! the plan are invited. The invitations are made in batches, each a unit of work, whose mails are rendered before it.
//! A row whose address has reached the limit of links from this officer is left out, and delays no other row.
//!
//! - `sheet` parses an upload, CSV or XLSX, into rows of known columns; it checks the form alone
//! - `row` parses a row into the form of an invitation; `days` parses dates
//! - `rules` the action of each row, and whether a plan still holds
//! - `commit` carries a plan out
//! - `kept` a plan as its page shows it later; `pages` the pages
//!
//! Rows that are hidden in the sheet invite nobody, nor do rows with letters beyond ASCII in a file whose encoding is
//! guessed. Telephones, addresses and names go through the same parsers as in a form.
//!
//! Parsing, of the file and of its rows, is one piece of heavy work ([`crate::heavy_work`]). Carrying a plan out takes
//! a place in the same lane, without one of its threads, also while it goes on after its client has gone.
//!
//! For rows that invite nobody the plan keeps only the number and what is wrong in which column, without the values of
//! cells. A plan that
//! was carried out keeps no rows. Plans are deleted a day after they expire, and at once when a person whom they name
//! is erased ([`PersonalRecords`]).
//!
//! Left out: changes of contacts and hand-overs by a sheet.

mod commit;
mod days;
mod kept;
pub mod pages;
mod personal_data;
pub mod routes;
mod row;
mod rules;
pub mod sheet;
mod store;
mod types;

use std::sync::Arc;
use std::time::Duration;

pub use personal_data::{PersonalRecords, PlanCopies};
pub use types::{Action, Commit, Committed, ImportQuery, NewPlan, PlanRow, PlanView, RowCounts, RowView};

use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError};
use crate::heavy_work::{Lane, Wanted};
use crate::http::{RequestContext, to_the_end};
use crate::identity;
use crate::life_cycle::LifeCycle;
use crate::life_cycle::invitations::{self, Invitee};
use crate::members::{NameIndexCache, Names};
use crate::policy::Principal;
use crate::service::{FileAdmission, Foundation, Service, UnitOfWork};
use crate::time::Timestamp;
use kept::KeptView;
use sheet::{ReadOptions, Sheet};
use types::{Draft, ParsedRow, StoredReading};

/// Most rows of a plan that are not hidden in the sheet.
pub const MAX_ROWS: usize = 500;
/// Most hidden rows that an answer shows.
const HIDDEN_SHOWN: usize = 100;
/// How long a plan can be carried out.
const LIFE: Duration = Duration::from_hours(1);
/// Most plans of one person; a new one replaces the oldest.
const KEPT: i64 = 10;

/// Imports of invitations from sheets. Cloning is cheap.
#[derive(Clone)]
pub struct Imports {
    foundation: Foundation,
    life_cycle: LifeCycle,
    known_names: NameIndexCache,
    heavy_work: Lane,
}

impl Service for Imports {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Imports {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation, life_cycle: LifeCycle, known_names: NameIndexCache, heavy_work: Lane) -> Self {
        Self { foundation, life_cycle, known_names, heavy_work }
    }

    /// Admits a file of `expected` bytes before its body is read ([`Foundation::admit_file`]).
    pub async fn admit_file(
        &self,
        officer: Id,
        caller: &RequestContext,
        expected: usize,
    ) -> Result<FileAdmission, Error> {
        self.foundation.admit_file(&self.heavy_work, officer, caller, expected).await
    }

    /// Parses a sheet, judges its rows, and stores the result as a plan. `is_workbook` says whether the client declares
    /// an XLSX file.
    ///
    /// # Errors
    /// 422 for faults of the sheet; faults of its rows are part of the plan.
    pub async fn plan(
        &self,
        officer: Arc<Principal>,
        admission: FileAdmission,
        file: impl AsRef<[u8]> + Send + 'static,
        is_workbook: bool,
        options: ReadOptions,
    ) -> Result<NewPlan, Error> {
        let (place, _, trace) = self.foundation.settle_file(admission, file.as_ref().len()).await?;
        if is_workbook && !sheet::is_workbook(file.as_ref()) {
            return Err(Error::invalid(vec![FieldError::new("", FieldCode::SheetKind)]));
        }
        let (imports, known) = (self.clone(), self.known_names.clone());
        let names = self.read(move |conn| known.current(conn)).await?;
        let parse = move |wanted: &Wanted| {
            let is_wanted = || wanted.is();
            let sheet = sheet::read_while(file.as_ref(), &options, &is_wanted).map_err(Error::invalid)?;
            let rows = imports.parse_rows(&names, &sheet, &is_wanted)?;
            Ok::<_, Error>((rows, sheet.ignored, sheet.reading))
        };
        let (rows, ignored, reading) = place.run(parse).await?;
        let kept = StoredReading::new(&ignored, &reading);
        let draft = self.write(trace, move |unit, conn| unit.plan(conn, &officer, rows, kept)).await?;
        Ok(NewPlan { draft, ignored, reading })
    }

    /// Parses the rows of a sheet, which is heavy work. Of hidden rows, which invite nobody, the first [`HIDDEN_SHOWN`]
    /// are parsed and shown, and the others are counted.
    ///
    /// # Errors
    /// 422 if there are too many, 503 if the request was cancelled.
    fn parse_rows(&self, names: &Names, sheet: &Sheet, is_wanted: &dyn Fn() -> bool) -> Result<Vec<ParsedRow>, Error> {
        if sheet.rows.len() - sheet.reading.hidden_rows > MAX_ROWS {
            return Err(Error::invalid(vec![FieldError::new("", FieldCode::TooManyRows).with("max", MAX_ROWS)]));
        }
        let reader = row::Reader {
            names,
            community: self.foundation.outbox.letters().community(),
            day_first: sheet.day_first,
            doubtful_charset: sheet.reading.doubtful_charset(),
            now: self.foundation.clock.now(),
        };
        let mut parsed = Vec::new();
        for row in rules::shown(&sheet.rows, HIDDEN_SHOWN) {
            if !is_wanted() {
                return Err(Error::busy());
            }
            parsed.push(reader.read(row)?);
        }
        rules::refuse_twins(&mut parsed);
        Ok(parsed)
    }

    /// Checks that this officer made the plan: before the body of a request about it is read.
    ///
    /// # Errors
    /// 404.
    pub async fn check_maker(&self, officer: Id, id: Id) -> Result<(), Error> {
        self.read(move |conn| {
            let maker = store::maker(conn, id)?;
            if maker == Some(officer) { Ok(()) } else { Err(Error::not_found()) }
        })
        .await
    }

    /// A plan as it is kept, for its maker.
    ///
    /// # Errors
    /// 404.
    async fn kept(&self, officer: Id, id: Id) -> Result<KeptView, Error> {
        let now = self.foundation.clock.now();
        self.read(move |conn| {
            let stored = store::find(conn, id)?.filter(|plan| plan.made_by == officer).ok_or_else(Error::not_found)?;
            Ok(KeptView::of(stored, now))
        })
        .await
    }

    /// Carries a plan out. The work is finished even if the request is cancelled, so that no plan is left half done.
    ///
    /// # Errors
    /// 404, 409 where a row would be judged otherwise by now, 410, 422, 429 (also where heavy work of this person is
    /// under way), 503 where the lane is full; nobody is invited then.
    pub async fn commit(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        id: Id,
        options: Commit,
    ) -> Result<Committed, Error> {
        self.foundation.reserve.check()?;
        let (place, unit) = (self.heavy_work.place(officer.user_id)?, self.unit(trace));
        to_the_end(Box::pin(async move {
            let outcome = commit::carry_out(&unit, officer, id, options).await;
            // Before the answer: whoever has it may come again at once.
            drop(place);
            outcome
        }))
        .await
    }
}

impl UnitOfWork<Imports> {
    fn life_cycle(&self) -> UnitOfWork<LifeCycle> {
        self.of(&self.service.life_cycle)
    }

    /// Judges the rows of a sheet, and stores the verdicts as a plan.
    fn plan(
        &self,
        conn: &mut Conn,
        officer: &Principal,
        parsed: Vec<ParsedRow>,
        reading: StoredReading,
    ) -> Result<Draft, Error> {
        let invitees: Vec<Invitee> = parsed.iter().filter_map(|row| row.invitee().cloned()).collect();
        let judgements = invitations::judge(conn, officer, &invitees)?;
        let draft = Draft {
            id: Id::new(self.now, &self.random),
            expires_at: self.now.plus(LIFE),
            rows: rules::judged(parsed, judgements)?,
        };
        // The lock lets two concurrent plans of one person see each other.
        identity::lock_user(conn, officer.user_id)?;
        store::make_room(conn, officer.user_id, KEPT)?;
        store::insert(conn, &draft, reading, officer.user_id, self.now)?;
        Ok(draft)
    }
}

/// Deletes plans that expired before this; returns how many.
pub fn sweep(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, before)
}
