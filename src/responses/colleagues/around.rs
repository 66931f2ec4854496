//! What stands around the answers of a response, as it is read: assignments, comments, and who is there.

use super::due::rules as due;
use super::types::{Assignment, AssignmentRow, Comment, CommentRow, Present};
use super::{MOST_COMMENTS, MOST_PRESENT, PRESENT, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::responses::access::Names;
use crate::time::{Day, Timestamp};

/// Assignments, comments, and who is there.
#[derive(Default)]
pub(in crate::responses) struct Around {
    assignments: Vec<AssignmentRow>,
    comments: Vec<CommentRow>,
    present: Vec<(Id, String, Timestamp)>,
}

impl Around {
    /// All of it; the reader is not among those who are there.
    pub(in crate::responses) fn of(conn: &mut Conn, response: Id, reader: Id, now: Timestamp) -> Result<Self, Error> {
        let present = store::present(conn, response, now.minus(PRESENT), MOST_PRESENT)?;
        Ok(Self {
            assignments: store::assignments(conn, response)?,
            comments: store::comments(conn, response, MOST_COMMENTS)?,
            ..Self::of_present(present, reader)
        })
    }

    /// Those who are there, except the reader.
    pub(super) fn of_present(mut present: Vec<(Id, String, Timestamp)>, reader: Id) -> Self {
        present.retain(|(person, ..)| *person != reader);
        Self { present, ..Self::default() }
    }

    /// The assignments.
    pub(super) fn assigned_only(conn: &mut Conn, response: Id) -> Result<Self, Error> {
        Ok(Self { assignments: store::assignments(conn, response)?, ..Self::default() })
    }

    /// Everybody who is named.
    pub(in crate::responses) fn people(&self) -> impl Iterator<Item = Id> {
        let assigned = self.assignments.iter().flat_map(|row| [row.user_id, row.assigned_by]);
        let written = self.comments.iter().map(|row| row.written_by);
        assigned.chain(written).chain(self.present.iter().map(|(person, ..)| *person))
    }

    /// The assignments of sections that are seen, as of a day in the zone of the round.
    pub(in crate::responses) fn assignments(
        &self,
        names: &Names,
        seen: impl Fn(&str) -> bool,
        (is_done, today): (impl Fn(&str) -> bool, Day),
    ) -> Vec<Assignment> {
        let told = |row: &AssignmentRow| Assignment {
            section: row.section.clone(),
            person: names.colleague(row.user_id),
            due_on: row.due_on.clone(),
            is_overdue: due::is_overdue(row.due_day(), is_done(&row.section), today),
            by: names.colleague(row.assigned_by),
            at: row.assigned_at,
        };
        self.assignments.iter().filter(|row| seen(&row.section)).map(told).collect()
    }

    /// The comments on questions that are seen.
    pub(in crate::responses) fn comments(&self, names: &Names, seen: impl Fn(&str) -> bool) -> Vec<Comment> {
        let rows = self.comments.iter().filter(|row| seen(&row.question));
        rows.map(|row| comment(row.clone(), names)).collect()
    }

    /// Who has which of the sections open that are seen.
    pub(in crate::responses) fn present(&self, names: &Names, seen: impl Fn(&str) -> bool) -> Vec<Present> {
        let there = self.present.iter().filter(|(_, section, _)| seen(section));
        there
            .map(|(person, section, seen_at)| Present {
                person: names.colleague(*person),
                section: section.clone(),
                seen_at: *seen_at,
            })
            .collect()
    }
}

/// A comment with the name of whoever wrote it.
pub(super) fn comment(row: CommentRow, names: &Names) -> Comment {
    Comment {
        id: row.id,
        question: row.question,
        by: names.colleague(row.written_by),
        at: row.written_at,
        text: row.text,
    }
}
