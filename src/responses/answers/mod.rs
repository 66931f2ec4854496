//! Answers: a batch is written, a section is confirmed, and the history is read.
//!
//! The hot path is [`Responses::write`]: it reads the response and the version of its questionnaire, prepares the batch
//! without a connection, and then stores it under the lock of the response with one statement each to lock it, to read
//! the round, to read the answers that are there, to add to the history, to replace the answers, to count, and two to
//! charge the bytes. `bounds` says how much there is room for.
//! Colleagues who write at once take turns before that ([`crate::db::name_object`]), so that those who wait hold no
//! connection.

pub(super) mod bounds;
pub(super) mod earlier;
pub(super) mod rules;
pub(super) mod store;
mod told;
mod types;
mod writing;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use rules::MAX_BATCH;
pub(super) use told::Teller;
pub use types::{
    AnswerConflict, AnswerFault, AnswerFaultCode, AnswerHint, AnswerHistory, AnswerHistoryEntry, ConfirmedAnswers,
    EarlierAnswer, GivenAnswer, HistoryQuery, Means, OpenPoint, ResponseCheck, SheetAnswer, StoredAnswer, TakenFrom,
    WriteQuery, WrittenAnswers,
};
pub(super) use types::{EntryRow, NewEntry};
pub use writing::AdmittedWrite;

use super::Responses;
use super::access::{Names, Seat};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::policy::Principal;
use crate::service::Service as _;

/// Rows of a page of a history.
const PAGE: i64 = 100;

impl Responses {
    /// The history of the answers of a response, or of those to one question, the newest first.
    ///
    /// # Errors
    /// 404.
    pub async fn history(
        &self,
        viewer: Arc<Principal>,
        response: Id,
        query: HistoryQuery,
    ) -> Result<AnswerHistory, Error> {
        let service = self.clone();
        self.read(move |conn| service.read_history(conn, &viewer, response, &query)).await
    }

    fn read_history(
        &self,
        conn: &mut Conn,
        viewer: &Principal,
        response: Id,
        query: &HistoryQuery,
    ) -> Result<AnswerHistory, Error> {
        let seat = Seat::of(conn, viewer, response, self.foundation.clock.now())?;
        let questions: Option<BTreeSet<String>> = if query.question.is_none() && seat.sections.is_none() {
            None
        } else {
            let questionnaire = self.questionnaires.get(conn, seat.survey, seat.version)?;
            let seen = questionnaire.questions().filter(|(section, _)| seat.reaches(&section.code));
            let codes = seen.map(|(_, question)| question.code.clone());
            Some(codes.filter(|code| query.question.as_ref().is_none_or(|wanted| wanted == code)).collect())
        };
        let sizes = store::history_sizes(conn, response, questions.as_ref(), query.before, PAGE + 1)?;
        let (numbers, bytes): (Vec<i32>, Vec<i64>) = sizes.into_iter().unzip();
        // By number and by bytes: what a page has is known before its values are read.
        let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let count = bounds::page(bytes.get(..bytes.len().min(most)).unwrap_or_default());
        let (page, later) = numbers.split_at_checked(count).unwrap_or_default();
        let rows = match (page.first(), page.last()) {
            (Some(&newest), Some(&oldest)) => store::history(conn, response, questions.as_ref(), oldest..=newest)?,
            _ => Vec::new(),
        };
        let next = page.last().copied().filter(|_| !later.is_empty());
        let names = Names::of(conn, rows.iter().map(|row| row.given_by))?;
        Ok(AnswerHistory { data: rows.into_iter().map(|row| entry(row, &names)).collect(), next })
    }
}

fn entry(row: EntryRow, names: &Names) -> AnswerHistoryEntry {
    AnswerHistoryEntry {
        number: row.number,
        question: row.question,
        row: Some(row.row).filter(|row| !row.is_empty()),
        value: rules::parsed(row.value.as_deref()),
        revision: row.revision,
        by: names.colleague(row.given_by),
        at: row.given_at,
        means: row.origin,
        is_confirmed: row.is_confirmed,
    }
}
