//! The survey of 2024 played again, over the public API alone: for `portal demo --survey` and for the tests.
//!
//! A round asks 186 members, because the day decides. It opens on 17 April 2024, and accepts responses until 6 May; that
//! is extended to 15 May, and on request until 24 June (`play`). 116 members submit, 14 of them late, each refused until
//! the Secretariat has granted what it asks for (`response`); six partner agencies answer beside them. Then the results
//! are published, and compared with the public figures (`figures`). Which member answered what is made up (`data`,
//! `answers`), and the titles of both surveys say so.
//!
//! The caller gives the clock, which stands in April 2024 when the replay begins, and lets time pass: what the portal
//! does by itself each night (`Stage::pass`) is not part of the API. The people who answer are written before
//! (`people`); from then on each request is one that a program could send. No portal that serves others has such a clock,
//! so only a demonstration and a test can play this.

mod answers;
mod data;
mod figures;
mod people;
mod play;
mod response;

use super::client::Client;
use super::step::Step;
use crate::time::{Clock, Timestamp};

pub use people::{address, engage};

/// When the replay begins: 15 April 2024, 08:00 UTC.
pub const BEGINS: Timestamp = Timestamp::from_micros(1_713_168_000_000_000);
/// Of a member that answered late, by whose coordinator.
pub const LATE_MEMBER: &str = "JP";
/// Of a member that answered in time, by its contact point.
pub const MEMBER: &str = "KE";

/// What the replay needs of its caller.
pub struct Stage<'a> {
    /// A client without a login.
    pub anonymous: Client,
    /// The clock of the portal.
    pub clock: Clock,
    /// The password of all who answer.
    pub password: String,
    /// The Secretariat, logged in by two factors within the last minutes.
    pub officer: &'a dyn Fn() -> Step<Client>,
    /// Writes the people who answer ([`engage`]).
    pub engage: &'a dyn Fn() -> Step<()>,
    /// Moves the clock to this instant, and has the portal do what it does by itself.
    pub pass: &'a dyn Fn(Timestamp) -> Step<()>,
    /// Tells how far the replay is.
    pub tell: &'a dyn Fn(&str),
}

/// What was played.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The round that asks members.
    pub round: String,
    /// The round that asks partner agencies.
    pub partner_round: String,
    /// The SHA-256 of what each member submitted, and whether it was late.
    pub receipts: Vec<(String, bool)>,
    /// The releases of the round that asks members: the one for everybody, and the one for members.
    pub public: String,
    /// See `public`.
    pub members: String,
    /// The release for everybody of the round that asks partner agencies.
    pub partners: String,
}

/// Plays the survey, publishes its results, and compares them with the public figures.
///
/// # Errors
/// What went wrong first, in a sentence.
pub fn play(stage: &Stage<'_>) -> Result<Replayed, String> {
    let replayed = play::play(stage)?;
    figures::verify(stage, &replayed)?;
    Ok(replayed)
}
