//! Rounds and their frames: requests, answers and rows.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::schema::survey_round;
use crate::db::{Document, Id};
use crate::i18n::Language;
use crate::members::Region;
use crate::surveys::{self, SurveyAudience};
use crate::time::{Timestamp, Zone};

crate::text_enum! {
    /// How a round stands.
    pub enum RoundState {
        /// It is prepared.
        Draft = "draft",
        /// It accepts responses.
        Open = "open",
        /// It accepts none any more.
        Closed = "closed",
        /// It was called off.
        Cancelled = "cancelled",
    }
}

crate::text_enum! {
    /// How the response of an organisation stands.
    pub enum ResponseState {
        /// Nothing was written yet.
        NotStarted = "not_started",
        /// It is written.
        Draft = "draft",
        /// Its coordination reviews it.
        InReview = "in_review",
        /// Its coordination approved it.
        Approved = "approved",
        /// It was submitted.
        Submitted = "submitted",
        /// It was submitted, and is changed.
        Reopened = "reopened",
        /// It was submitted, and taken back.
        Withdrawn = "withdrawn",
    }
}

/// A table that the results may have: a question by the answers to a concept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The code of the question whose answers are counted.
    #[schema(example = "it_strategy")]
    pub question: String,
    /// The concept by whose answers they are divided.
    #[schema(example = "maturity")]
    pub concept: String,
}

/// A deadline as people read it. The instant itself is the first at which nothing is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShownDeadline {
    /// The instant, in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The day in the zone of the round.
    #[schema(example = "2024-05-15", format = Date)]
    pub day: String,
    /// The time of day there; the end of a day is 24:00 of that day.
    #[schema(example = "24:00")]
    pub time: String,
    /// The name of the zone.
    #[schema(example = "Europe/Brussels")]
    pub zone: String,
    /// The offset from UTC at that instant.
    #[schema(example = "+02:00")]
    pub offset: String,
}

/// An automatic reminder: so many days before the effective deadline of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarEntry {
    /// Days before the deadline, 1 to 90, at its time of day in the zone of the round.
    #[schema(minimum = 1, maximum = 90)]
    pub days: i32,
    /// The states of the responses whose people are reminded.
    pub states: Vec<ResponseState>,
}

/// What other features know of a round.
#[derive(Clone, Debug)]
pub struct RoundFacts {
    /// Its id.
    pub id: Id,
    /// The code of its survey.
    pub survey: String,
    /// The survey.
    pub survey_id: Id,
    /// Whom it asks.
    pub audience: SurveyAudience,
    /// The version of the questionnaire.
    pub version: i32,
    /// How it stands.
    pub state: RoundState,
    /// When it opens or opened.
    pub opens_at: Timestamp,
    /// The first deadline.
    pub closes_at: Timestamp,
    /// The name of its time zone.
    pub zone: String,
    /// The least number of respondents in a cell of the results.
    pub min_cell: u32,
    /// The tables of a question by a concept that its results may have.
    pub pairs: Vec<Pair>,
    /// The round of the other audience.
    pub paired_with: Option<Id>,
    /// Whether its audience sees who has submitted.
    pub is_participation_public: bool,
}

/// An organisation of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameEntry {
    /// The organisation.
    pub organisation: Id,
    /// Its code.
    pub code: String,
    /// Its region on the day of the opening.
    pub region: Option<Region>,
}

/// How an organisation stands in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The organisation.
    pub organisation: Id,
    /// Its region on the day of the opening.
    pub region: Option<Region>,
    /// How the round stands.
    pub state: RoundState,
    /// The effective deadline: the first instant at which its response is not accepted.
    pub deadline: Timestamp,
    /// The deadline without what was granted to this organisation alone.
    pub general: Timestamp,
    /// The entry of the ledger under which a response after `general` is late and accepted.
    pub grant: Option<Id>,
}

impl Standing {
    /// Whether a response is accepted at this instant.
    #[must_use]
    pub fn accepts(&self, now: Timestamp) -> bool {
        self.state == RoundState::Open && now < self.deadline
    }

    /// How the round stands for the organisation: it ends at its deadline. Whether others have more time is not told.
    #[must_use]
    pub fn round_at(&self, now: Timestamp) -> RoundState {
        if self.state == RoundState::Open && now >= self.deadline { RoundState::Closed } else { self.state }
    }

    /// The grant under which a response at this instant is late; none where it is in time.
    #[must_use]
    pub fn late_under(&self, now: Timestamp) -> Option<Id> {
        self.grant.filter(|_| now >= self.general)
    }
}

/// A new round.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenRound {
    /// The code of the survey.
    #[schema(example = "smart-customs")]
    pub survey: String,
    /// The published version of its questionnaire.
    pub version: i32,
    /// When it opens. May have passed: the frame is that of this day.
    #[schema(value_type = String, format = DateTime)]
    pub opens_at: Timestamp,
    /// The first deadline: the first instant at which nothing is accepted.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Timestamp,
    /// The time zone in which deadlines are shown, by its name in the IANA database.
    #[schema(example = "Europe/Brussels")]
    pub zone: String,
    /// The least number of respondents in a cell of the results, 3 to 10.
    #[serde(default)]
    #[schema(minimum = 3, maximum = 10, default = 5)]
    pub min_cell: Option<i32>,
    /// Tables of a question by the answers to a concept, which the results may have.
    #[serde(default)]
    pub pairs: Vec<Pair>,
    /// The round of the other audience.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub paired_with: Option<Id>,
    /// Whether the people of its audience see who has submitted.
    #[serde(default)]
    pub is_participation_public: bool,
    /// Automatic reminders.
    #[serde(default)]
    pub calendar: Vec<CalendarEntry>,
}

/// A change of a round (RFC 7396): what is absent stays. Once it has opened, the calendar and the publicity of the
/// participation alone can be changed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChangeRound {
    /// The published version of the questionnaire.
    pub version: Option<i32>,
    /// When it opens.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub opens_at: Option<Timestamp>,
    /// The first deadline.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Timestamp>,
    /// The time zone.
    pub zone: Option<String>,
    /// The least number of respondents in a cell of the results, 3 to 10.
    #[schema(minimum = 3, maximum = 10)]
    pub min_cell: Option<i32>,
    /// Tables that the results may have.
    pub pairs: Option<Vec<Pair>>,
    /// The round of the other audience; null for none.
    #[serde(deserialize_with = "crate::http::json::present")]
    #[schema(value_type = Option<String>)]
    pub paired_with: Option<Option<Id>>,
    /// Whether the people of its audience see who has submitted.
    pub is_participation_public: Option<bool>,
    /// Automatic reminders.
    pub calendar: Option<Vec<CalendarEntry>>,
}

/// How an organisation of the reader stands in a round.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnStanding {
    /// The code of the organisation.
    #[schema(example = "SN")]
    pub organisation: String,
    /// Its region on the day of the opening.
    pub region: Option<Region>,
    /// Its effective deadline.
    pub deadline: ShownDeadline,
    /// Whether it has more time than the others of its region.
    pub is_extended: bool,
    /// Whether its response is accepted now.
    pub is_open: bool,
}

/// A round.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Round {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The code of its survey.
    #[schema(example = "smart-customs")]
    pub survey: String,
    /// The title of the survey in each language.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub titles: BTreeMap<Language, String>,
    /// Whom it asks.
    pub audience: SurveyAudience,
    /// The version of the questionnaire.
    pub version: i32,
    /// How it stands.
    pub state: RoundState,
    /// Whether a draft opens by itself at `opens_at`.
    pub opens_by_itself: bool,
    /// When it opens or opened.
    #[schema(value_type = String, format = DateTime)]
    pub opens_at: Timestamp,
    /// The first deadline.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Timestamp,
    /// The deadline for all that holds now.
    pub deadline: ShownDeadline,
    /// The name of its time zone.
    #[schema(example = "Europe/Brussels")]
    pub zone: String,
    /// The least number of respondents in a cell of the results.
    pub min_cell: i32,
    /// Tables that the results may have.
    pub pairs: Vec<Pair>,
    /// The round of the other audience, if the reader may see it.
    #[schema(value_type = Option<String>)]
    pub paired_with: Option<Id>,
    /// Whether the people of its audience see who has submitted.
    pub is_participation_public: bool,
    /// Automatic reminders; for the Secretariat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Vec<CalendarEntry>>,
    /// How many organisations it asks; once it has opened.
    pub frame: Option<usize>,
    /// When it was opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub opened_at: Option<Timestamp>,
    /// When it was closed or cancelled.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// When it was changed last.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// The organisations of the reader that it asks.
    pub standings: Vec<OwnStanding>,
    /// What its entity tag is made of: the round as it is stored, as far as the reader is told of it, and the number of
    /// the newest entry of its ledger, of those that the reader sees.
    #[serde(skip)]
    pub(in crate::rounds) stored: (RoundRow, i32),
}

impl Round {
    /// The title of its survey for a reader of this language.
    #[must_use]
    pub fn title_in(&self, language: Language) -> &str {
        surveys::title_in(&self.titles, language).unwrap_or(&self.survey)
    }

    /// What a change or a decision names as the state that it was made from.
    #[must_use]
    pub fn stamp(&self) -> impl Serialize + '_ {
        &self.stored
    }
}

/// Rounds that the reader may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundList {
    /// The newest first: 500 at most.
    pub data: Vec<Round>,
}

/// An organisation that a round asks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FrameRow {
    /// Its code.
    #[schema(example = "SN")]
    pub organisation: String,
    /// Its English name.
    pub name_en: String,
    /// Its French name.
    pub name_fr: String,
    /// Its region on the day of the opening.
    pub region: Option<Region>,
}

/// The frame of a round: whom it asks. It never changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Frame {
    /// How many, hidden members included.
    pub total: usize,
    /// In the order of their codes, without members that are hidden from the reader.
    pub data: Vec<FrameRow>,
}

/// A round as it is stored.
#[derive(Clone, Debug, Serialize, Queryable, Selectable)]
#[diesel(table_name = survey_round)]
pub(in crate::rounds) struct RoundRow {
    pub(in crate::rounds) id: Id,
    pub(in crate::rounds) survey_id: Id,
    pub(in crate::rounds) version: i32,
    pub(in crate::rounds) state: RoundState,
    pub(in crate::rounds) opens_at: Timestamp,
    pub(in crate::rounds) closes_at: Timestamp,
    pub(in crate::rounds) zone: String,
    pub(in crate::rounds) min_cell: i32,
    pub(in crate::rounds) pairs: Document<Vec<Pair>>,
    pub(in crate::rounds) paired_with: Option<Id>,
    pub(in crate::rounds) is_participation_public: bool,
    pub(in crate::rounds) calendar: Document<Vec<CalendarEntry>>,
    pub(in crate::rounds) scheduled_at: Option<Timestamp>,
    #[serde(skip)]
    pub(in crate::rounds) scheduled_by: Option<Id>,
    #[serde(skip)]
    pub(in crate::rounds) scheduled_with: Option<Id>,
    pub(in crate::rounds) updated_at: Timestamp,
    pub(in crate::rounds) opened_at: Option<Timestamp>,
    pub(in crate::rounds) closed_at: Option<Timestamp>,
}

/// A round that was validated.
#[derive(Clone, Debug)]
pub(in crate::rounds) struct NewRound {
    pub(in crate::rounds) survey: Id,
    pub(in crate::rounds) version: i32,
    pub(in crate::rounds) opens_at: Timestamp,
    pub(in crate::rounds) closes_at: Timestamp,
    pub(in crate::rounds) zone: Zone,
    pub(in crate::rounds) min_cell: i32,
    pub(in crate::rounds) pairs: Vec<Pair>,
    pub(in crate::rounds) paired_with: Option<Id>,
    pub(in crate::rounds) is_participation_public: bool,
    pub(in crate::rounds) calendar: Vec<CalendarEntry>,
}
