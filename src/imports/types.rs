//! The words of imports.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::appointments::Role;
use crate::db::schema::import_plan;
use crate::db::{Document, Id};
use crate::error::Fault;
use crate::http::problem::ProblemField;
use crate::i18n::{Catalogue, Language};
use crate::life_cycle::invitations::{Invite, Invitee, Verdict};
use crate::time::Timestamp;

crate::text_enum! {
    /// What becomes of a row.
    pub enum Action {
        /// The person is invited.
        Invite = "invite",
        /// Nothing is to be done: the person is invited or appointed already.
        Skip = "skip",
        /// Nothing can be done.
        Error = "error",
    }
}

/// A plan, as the dry run answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanView {
    /// Its id, for `POST /imports/{id}/commit`.
    #[schema(value_type = String)]
    pub plan: Id,
    /// Until when it can be carried out.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Every row of the sheet that is not empty, in its order.
    pub rows: Vec<RowView>,
    /// How many there are of each kind.
    pub counts: RowCounts,
    /// Headers of columns that mean nothing to us and were passed over.
    pub ignored: Vec<String>,
}

/// A row and what becomes of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowView {
    /// Its number in the sheet, the first being 1.
    pub row: u32,
    /// What becomes of it.
    pub action: Action,
    /// Why it is not invited, for programs.
    #[schema(example = "already_invited")]
    pub reason: Option<String>,
    /// Why it is not invited, in the reader's language.
    pub detail: Option<String>,
    /// Everything that is wrong with it; the first is the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// The address, as the row has it.
    pub email: Option<String>,
    /// The name, as the row has it.
    pub name: Option<String>,
    /// Code of the organisation; what the row has, where it names none.
    pub organisation: Option<String>,
    /// As what, where that is known.
    pub role: Option<Role>,
}

/// How many rows there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowCounts {
    /// Rows that invite.
    pub invite: usize,
    /// Rows with nothing to do.
    pub skip: usize,
    /// Rows in error.
    pub error: usize,
}

impl RowCounts {
    /// Counts rows.
    pub(super) fn of(actions: impl Iterator<Item = Action>) -> Self {
        actions.fold(Self::default(), |mut counts, action| {
            let kind = match action {
                Action::Invite => &mut counts.invite,
                Action::Skip => &mut counts.skip,
                Action::Error => &mut counts.error,
            };
            *kind += 1;
            counts
        })
    }
}

/// How a plan is to be carried out.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// Whether rows in error are passed over. Otherwise they keep the whole plan from being carried out.
    #[serde(default)]
    pub skip_errors: bool,
}

/// What came of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct Committed {
    /// How many were invited.
    pub invited: usize,
    /// Their appointments, in the order of the sheet.
    #[schema(value_type = Vec<String>)]
    pub appointments: Vec<Id>,
    /// The numbers of rows that were left out, since so many links went to their addresses lately: they can be in another
    /// sheet an hour later.
    pub left_out: Vec<u32>,
}

/// A row as it was read: what it says, and whether that is a good form.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) row: u32,
    pub(super) email: Option<String>,
    pub(super) name: Option<String>,
    pub(super) organisation: Option<String>,
    pub(super) role: Option<Role>,
    pub(super) form: Result<(Invite, Invitee), Vec<Fault>>,
}

impl Read {
    /// Whom it would invite, where the form is good.
    pub(super) fn invitee(&self) -> Option<&Invitee> {
        self.form.as_ref().ok().map(|(_, invitee)| invitee)
    }
}

/// A row that was judged.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) read: Read,
    pub(super) action: Action,
    pub(super) faults: Vec<Fault>,
    pub(super) verdict: Option<Verdict>,
}

/// A plan that was just made.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) id: Id,
    pub(super) expires_at: Timestamp,
    pub(super) rows: Vec<Judged>,
}

impl Draft {
    /// The plan as `language` puts it.
    pub(super) fn view(self, ignored: Vec<String>, catalogue: &Catalogue, language: Language) -> PlanView {
        let counts = RowCounts::of(self.rows.iter().map(|row| row.action));
        let row = |judged: Judged| {
            let Judged { read, action, faults, .. } = judged;
            let errors: Vec<_> = faults.iter().map(|fault| ProblemField::new(fault, catalogue, language)).collect();
            let (reason, detail) = errors.first().map(|first| (first.code.clone(), first.detail.clone())).unzip();
            let Read { row, email, name, organisation, role, .. } = read;
            RowView { row, action, reason, detail, errors, email, name, organisation, role }
        };
        let rows = self.rows.into_iter().map(row).collect();
        PlanView { plan: self.id, expires_at: self.expires_at, rows, counts, ignored }
    }
}

/// A row as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredRow {
    pub(super) row: u32,
    pub(super) action: Action,
    /// Why it is not invited.
    pub(super) reason: Option<String>,
    /// Whom it invites, and how that was judged.
    pub(super) invite: Option<(Invite, Verdict)>,
}

impl From<&Judged> for StoredRow {
    fn from(judged: &Judged) -> Self {
        let form = judged.read.form.as_ref().ok().map(|(form, _)| form.clone());
        Self {
            row: judged.read.row,
            action: judged.action,
            reason: judged.faults.first().map(|fault| fault.code.to_owned()),
            invite: form.zip(judged.verdict),
        }
    }
}

/// A plan as it is stored.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = import_plan)]
pub(super) struct StoredPlan {
    pub(super) made_by: Id,
    pub(super) expires_at: Timestamp,
    pub(super) committed_at: Option<Timestamp>,
    pub(super) rows: Document<Vec<StoredRow>>,
}

/// Whom a plan invites.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) invitees: Vec<Invitee>,
    /// Of each the row, and how it was judged.
    pub(super) verdicts: Vec<(u32, Verdict)>,
}
