//! Responses: what an administration or a partner agency answers in a round. There is one for each organisation and
//! round; several colleagues work on it at once, it is reviewed inside, and then submitted with a receipt.
//!
//! An answer has a revision, and a write names the one that it knew. What somebody else has changed meanwhile is told
//! with both values, and the rest of the batch is stored. An answer that is not right is stored as a draft all the
//! same; [`Responses::check`] tells what hinders a submission. Every value that an answer had is in its history, with
//! who, when, and by which means. A batch is prepared before its unit of work, which takes a handful of statements
//! whatever the size of the batch: it is stored after every pause in typing.
//!
//! A submission is a snapshot of the asked questions that never changes: canonical JSON (RFC 8785) with a random salt,
//! which only the organisation has. Its SHA-256 is the receipt, which anybody can look up. A later submission takes its
//! place; both stay.
//!
//! - `state_machine` the states of a response, as one table; `review` the steps from one to the next
//! - `access` who may do what; `approvals` approvals, which are grants
//! - `answers` answers, their history, and what is missing
//! - `begin` a response begins; `prefill` with the answers of the last round
//! - `sheet` all of it for its readers, and what hinders its submission
//! - `colleagues` assignments, comments, and who is there
//! - `files` files that are answers
//! - `submissions` snapshots, receipts, and what results read
//! - `questionnaires` a cache of published questionnaires
//! - `pages` the pages on which it is filled in
//!
//! Left out: results (`releases`), and answers that the Secretariat enters for others.

mod access;
mod answers;
mod approvals;
mod begin;
mod colleagues;
mod files;
pub(crate) mod mails;
mod next_step;
pub mod pages;
mod people;
mod personal_data;
mod prefill;
mod questionnaires;
mod review;
pub mod routes;
mod rules;
mod sheet;
mod state_machine;
mod store;
mod submissions;
mod types;

use std::sync::Arc;

use serde_json::{Value, json};

pub use answers::{
    AdmittedWrite, AnswerConflict, AnswerFault, AnswerFaultCode, AnswerHint, AnswerHistory, AnswerHistoryEntry,
    ConfirmedAnswers, EarlierAnswer, GivenAnswer, HistoryQuery, MAX_BATCH, Means, OpenPoint, ResponseCheck,
    SheetAnswer, StoredAnswer, TakenFrom, WriteQuery, WrittenAnswers,
};
pub use colleagues::{
    Assignment, AssignmentList, Comment, GivenAssignment, GivenAssignments, GivenComment, GivenPresence,
    MAX_ASSIGNMENTS, MAX_COMMENT, Present, PresentList,
};
pub use files::{AdmittedFile, FileQuery, FileUpload, ResponseFile, ResponseFileList};
pub use people::{Colleague, DoneBy};
pub use personal_data::PersonalRecords;
pub use review::MAX_REASON;
pub use state_machine::ReviewEvent;
pub use submissions::{
    ComparisonPlace, CountedSubmission, GivenSubmission, Receipt, ReceiptList, ReceiptState, SubmissionFile,
    SubmissionPage, adoption_status, answers_at, consents, counting, names_technology, organisations_of,
    some_submissions, submissions_at,
};
pub use types::{
    ApprovalEnd, GivenApproval, GivenSectionState, OwnResponse, ResponseReason, ResponseRights, ResponseSheet,
    SectionStanding, SectionState,
};

use crate::adoption::Adoptions;
use crate::audit::{Entry, Event};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::heavy_work::Lane;
use crate::i18n::Catalogue;
use crate::policy::Principal;
use crate::rounds::{ResponseState, ResponseStates};
use crate::service::{Foundation, Service, UnitOfWork};
use crate::storage::Storage;
use crate::time::Timestamp;
use questionnaires::Questionnaires;
use submissions::Comparisons;
use types::ResponseRow;

/// Responses to rounds of surveys. Cloning is cheap.
#[derive(Clone)]
pub struct Responses {
    foundation: Foundation,
    catalogue: Arc<Catalogue>,
    storage: Storage,
    lane: Lane,
    adoptions: Adoptions,
    questionnaires: Questionnaires,
    /// Files that visitors have compared with receipts.
    comparisons: Comparisons,
}

impl Service for Responses {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Responses {
    /// The service.
    #[must_use]
    pub fn new(
        foundation: Foundation,
        catalogue: Arc<Catalogue>,
        storage: Storage,
        lane: Lane,
        adoptions: Adoptions,
    ) -> Self {
        let (questionnaires, comparisons) = (Questionnaires::default(), Comparisons::default());
        Self { foundation, catalogue, storage, lane, adoptions, questionnaires, comparisons }
    }

    /// The texts, for answers that tell of conflicts.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Refuses whoever does not work on a response, before the body of a request is received.
    ///
    /// # Errors
    /// 404.
    pub async fn check_reader(&self, person: &Arc<Principal>, response: Id) -> Result<(), Error> {
        let (person, now) = (Arc::clone(person), self.foundation.clock.now());
        self.read(move |conn| access::Seat::of(conn, &person, response, now).map(drop)).await
    }
}

impl UnitOfWork<Responses> {
    /// Writes into the audit log.
    fn note(
        &self,
        conn: &mut Conn,
        event: Event,
        person: &Principal,
        row: &ResponseRow,
        more: Value,
    ) -> Result<(), Error> {
        let mut detail = json!({"round": row.round_id});
        if let (Value::Object(detail), Value::Object(more)) = (&mut detail, more) {
            detail.extend(more);
        }
        let entry = Entry::by(event, person.user_id, row.id).of(row.organisation_id).with(detail);
        self.audit.record(conn, &self.trace, &entry)
    }
}

/// How the responses of rounds stand, for `rounds`.
pub struct States;

impl ResponseStates for States {
    fn states(&self, conn: &mut Conn, round: Id) -> Result<Vec<(Id, ResponseState)>, Error> {
        store::states(conn, round)
    }
}

/// Deletes signs of presence from before this; returns how many.
pub fn sweep(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    colleagues::sweep(conn, before)
}
