//! Rounds of surveys: one version of a questionnaire is put to the organisations of a frame, from one instant to
//! another.
//!
//! A round is a draft first. When it opens, its frame is frozen: the members that are active on that day, with their
//! regions of that day; in a round for partner agencies, the active agencies with the regions of the members that they
//! belong to. From then on its deadlines are a ledger, which is only added to, and the deadline of an organisation is a
//! function of it (`deadlines::rules`). An instant is accepted if it is before the deadline. A round that is open and
//! past every deadline closes by itself; a later deadline that lies ahead opens it again.
//!
//! - `service` the use cases of a round; `interface` what other features read of it
//! - `deadlines` the ledger, and the deadline of an organisation as a calendar file
//! - `extensions` requests for more time, and the decisions on them
//! - `grants` whether an opening that was planned still counts
//! - `progress` how the responses stand, as states only
//! - `reminders` mails to the people whose response is missing: by the Secretariat, or by the calendar of the round
//! - `scheduler` what the clock does: rounds open and close, reminders are sent
//! - `people` to whom mails go, `mails` what they say; `views` rounds as their readers see them
//!
//! Responses are in another feature, which is based on this one: it tells of their states by [`ResponseStates`].
//!
//! Left out: answers and results.

mod deadlines;
mod extensions;
mod grants;
mod interface;
pub mod mails;
pub mod pages;
mod people;
mod personal_data;
mod progress;
mod reminders;
pub mod routes;
mod rules;
mod scheduler;
mod service;
mod store;
mod types;
mod views;

use std::sync::Arc;

pub use deadlines::{DeadlineEntry, DeadlineFile, DeadlineList, DeadlineScope, GivenDeadline, GivenScope};
pub use extensions::{ExtensionRequest, ExtensionRequestList, GivenDecision, GivenExtension, RequestState};
pub use interface::{
    facts, facts_seen, frame, frame_known_to, has_ended_for, hidden, hold, questionnaire, questionnaire_text,
    shown_deadline, sizes_by_region, standing,
};
pub use personal_data::PersonalRecords;
pub use progress::{Pace, PaceLine, Progress, ProgressRow, RegionProgress, StateCount};
pub use reminders::{GivenReminder, RemindedOrganisation, ReminderList, ReminderOutcome, SentReminder};
pub use rules::{MAX_CALENDAR, MAX_PAIRS, MAX_REASON, MAX_STATES};
pub use types::{
    CalendarEntry, ChangeRound, Frame, FrameEntry, FrameRow, GivenRound, OwnStanding, Pair, ResponseState, Round,
    RoundFacts, RoundList, RoundState, ShownDeadline, Standing,
};

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Catalogue;
use crate::service::{Foundation, Service};

/// Most rounds.
pub const MAX_ROUNDS: usize = 500;
/// Most entries in the ledger of a round.
pub const MAX_DEADLINES: usize = 2_000;

/// How the responses of rounds stand, as the feature that has them tells.
pub trait ResponseStates: Send + Sync {
    /// The states of the responses to a round, each with its organisation. An organisation that is not among them has
    /// not started.
    ///
    /// # Errors
    /// Those of the database.
    fn states(&self, conn: &mut Conn, round: Id) -> Result<Vec<(Id, ResponseState)>, Error>;
}

/// Rounds of surveys. Cloning is cheap.
#[derive(Clone)]
pub struct Rounds {
    foundation: Foundation,
    responses: Arc<dyn ResponseStates>,
    catalogue: Arc<Catalogue>,
    public_url: String,
}

impl Service for Rounds {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}
