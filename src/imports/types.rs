//! Requests, answers and stored values of imports.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::sheet::SheetReading;
use crate::appointments::Role;
use crate::db::schema::import_plan;
use crate::db::{Document, Id};
use crate::error::{FieldCode, FieldError};
use crate::http::problem::ProblemField;
use crate::i18n::{Catalogue, Language};
use crate::life_cycle::invitations::{InvitationVerdict, Invite, Invitee};
use crate::time::Timestamp;

crate::text_enum! {
    /// The action of a row.
    pub enum Action {
        /// The person is invited.
        Invite = "invite",
        /// Nothing to do: the person is invited or appointed already, or the row is hidden.
        Skip = "skip",
        /// The row is in error.
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
    /// Every row of the sheet that is not empty, in its order; of hidden ones the first hundred.
    pub rows: Vec<RowView>,
    /// How many there are of each kind.
    pub counts: RowCounts,
    /// Headers of columns that were passed over: those that mean nothing to us, and those beside which another says the same by
    /// a code.
    pub ignored: Vec<String>,
    /// How the sheet was read: encoding, separator, which sheet, what was hidden.
    pub reading: SheetReading,
}

/// A row and what becomes of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowView {
    /// Its number in the sheet, the first being 1.
    pub row: u32,
    /// What becomes of it.
    pub action: Action,
    /// Why it is not invited, for programs.
    pub reason: Option<FieldCode>,
    /// Why it is not invited, in the reader's language.
    pub detail: Option<String>,
    /// Everything that is wrong with it; the first is the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// What would be written; what the row has, where it is in error.
    #[serde(flatten)]
    pub written: PlanRow,
}

/// What an invitation of a row would say: everything that would be written, as it would be.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = Written)]
pub struct PlanRow {
    /// The address.
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// Code of the organisation; what the row has, where it names none.
    pub organisation: Option<String>,
    /// As what, where that is known.
    pub role: Option<Role>,
    /// The title of the post.
    pub job_title: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The language to write in; English and French where it is left out.
    pub language: Option<Language>,
    /// The languages spoken, as codes.
    pub languages: Vec<String>,
    /// The last day of the mandate, where it has one.
    #[schema(format = Date, example = "2027-06-30")]
    pub last_day: Option<String>,
    /// Who nominates the person.
    pub nominating_official: Option<String>,
    /// The reference of the letter of nomination.
    pub nomination_reference: Option<String>,
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

/// The parameters of an upload.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// The name of the sheet of a workbook; the first that can be seen and has a header where it is left out.
    #[serde(default)]
    pub sheet: Option<String>,
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
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Committed {
    /// How many were invited.
    pub invited: usize,
    /// Their appointments, in the order of the sheet.
    #[schema(value_type = Vec<String>)]
    pub appointments: Vec<Id>,
    /// The numbers of rows that were left out: so many links went to their addresses lately, or somebody else invited them at
    /// the same moment. They can be in another sheet an hour later.
    pub left_out: Vec<u32>,
}

/// A row as it was parsed: its values, and the form of an invitation or the faults of it.
#[derive(Debug)]
pub(super) struct ParsedRow {
    pub(super) row: u32,
    pub(super) written: PlanRow,
    /// Whether the sheet hides it.
    pub(super) hidden: bool,
    pub(super) form: Result<(Invite, Invitee), Vec<FieldError>>,
}

impl ParsedRow {
    /// The person to be invited, if the form is valid.
    pub(super) fn invitee(&self) -> Option<&Invitee> {
        self.form.as_ref().ok().map(|(_, invitee)| invitee)
    }
}

/// A row that was judged.
#[derive(Debug)]
pub(super) struct JudgedRow {
    pub(super) parsed: ParsedRow,
    pub(super) action: Action,
    pub(super) faults: Vec<FieldError>,
    pub(super) verdict: Option<InvitationVerdict>,
}

/// A plan that was just made.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) id: Id,
    pub(super) expires_at: Timestamp,
    pub(super) rows: Vec<JudgedRow>,
}

/// A plan that was just made, and how its sheet was read.
#[derive(Debug)]
pub struct NewPlan {
    pub(super) draft: Draft,
    /// Headers of skipped columns.
    pub(super) ignored: Vec<String>,
    pub(super) reading: SheetReading,
}

impl NewPlan {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> Id {
        self.draft.id
    }

    /// The plan with its texts in `language`.
    #[must_use]
    pub fn view(self, catalogue: &Catalogue, language: Language) -> PlanView {
        let Self { draft, ignored, reading } = self;
        let mut counts = RowCounts::of(draft.rows.iter().map(|row| row.action));
        // Not all hidden rows are shown.
        let shown = draft.rows.iter().filter(|row| row.parsed.hidden).count();
        counts.skip += reading.hidden_rows.saturating_sub(shown);
        let row = |judged: JudgedRow| {
            let JudgedRow { parsed, action, faults, .. } = judged;
            let errors: Vec<_> = faults.iter().map(|fault| ProblemField::new(fault, catalogue, language)).collect();
            let (reason, detail) = errors.first().map(|first| (first.code, first.detail.clone())).unzip();
            let ParsedRow { row, written, .. } = parsed;
            RowView { row, action, reason, detail, errors, written }
        };
        let rows = draft.rows.into_iter().map(row).collect();
        PlanView { plan: draft.id, expires_at: draft.expires_at, rows, counts, ignored, reading }
    }
}

/// A row as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredRow {
    pub(super) row: u32,
    pub(super) action: Action,
    /// Why it is not invited: the code as text, so that a plan can be read by a release that has other codes.
    pub(super) reason: Option<String>,
    /// The form and its verdict, if it invites.
    pub(super) invite: Option<(Invite, InvitationVerdict)>,
    /// Everything that is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) faults: Vec<StoredFault>,
}

/// What is wrong with a cell or a row, as it is stored: without a value that may name a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredFault {
    pub(super) pointer: String,
    pub(super) code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) args: Vec<(String, String)>,
}

/// What stands for the value of a cell that may name a person.
const LEFT_OUT: &str = "…";
/// Most letters of a word that is kept.
const LONGEST_WORD: usize = 20;
/// Most characters of a day.
const LONGEST_DAY: usize = 10;
/// Most digits of a day.
const MOST_DIGITS: usize = 8;

/// Whether the value of a cell is kept, so that a person who corrects a sheet reads what is wrong there: a day in
/// digits, or one word of letters, as codes, roles and languages are. Where the columns of a sheet are shifted, these
/// cells have addresses, telephone numbers and full names.
fn is_kept(column: &str, value: &str) -> bool {
    let length = value.chars().count();
    match column {
        "valid_to" => {
            let digits = value.chars().filter(char::is_ascii_digit).count();
            let is_of_days = |c: char| c.is_ascii_digit() || ['.', '/', '-'].contains(&c);
            length <= LONGEST_DAY && digits <= MOST_DIGITS && value.chars().all(is_of_days)
        }
        "organisation" | "role" | "language" | "languages" => {
            length <= LONGEST_WORD && value.chars().all(char::is_alphabetic)
        }
        _ => false,
    }
}

impl From<&FieldError> for StoredFault {
    fn from(fault: &FieldError) -> Self {
        let column = fault.pointer.split('/').nth(3).unwrap_or_default();
        let arg = |(name, value): &(&'static str, String)| {
            let is_left_out = *name == "value" && !is_kept(column, value);
            ((*name).to_owned(), if is_left_out { LEFT_OUT.to_owned() } else { value.clone() })
        };
        Self {
            pointer: fault.pointer.clone(),
            code: fault.code.to_string(),
            args: fault.args.iter().map(arg).collect(),
        }
    }
}

/// How a sheet was read, as it is stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredReading {
    /// Headers of skipped columns.
    pub(super) ignored: Vec<String>,
    pub(super) reading: SheetReading,
}

impl StoredReading {
    /// Without the cell that is a sample of the encoding.
    pub(super) fn new(ignored: &[String], reading: &SheetReading) -> Self {
        Self { ignored: ignored.to_vec(), reading: SheetReading { sample: None, ..reading.clone() } }
    }
}

impl From<&JudgedRow> for StoredRow {
    fn from(judged: &JudgedRow) -> Self {
        let form = judged.parsed.form.as_ref().ok().map(|(form, _)| form.clone());
        Self {
            row: judged.parsed.row,
            action: judged.action,
            reason: judged.faults.first().map(|fault| fault.code.to_string()),
            invite: form.zip(judged.verdict),
            faults: judged.faults.iter().map(StoredFault::from).collect(),
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
    pub(super) reading: Option<Document<StoredReading>>,
}

/// A plan as it is searched for a person.
#[derive(Debug)]
pub struct KeptPlan {
    pub(super) made_at: Timestamp,
    pub(super) rows: Vec<StoredRow>,
}

/// The invitations of a plan.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) invitees: Vec<Invitee>,
    /// The row and the verdict of each invitee.
    pub(super) verdicts: Vec<(u32, InvitationVerdict)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a20_a_value_is_kept_if_its_shape_names_nobody() {
        let kept = |column: &str, value: &str| {
            let pointer = format!("/rows/5/{column}");
            let fault = FieldError::new(pointer, FieldCode::UnknownValue).with("value", value).with("allowed", "a b");
            let stored = StoredFault::from(&fault);
            assert!(stored.args.contains(&("allowed".to_owned(), "a b".to_owned())), "{:?}", stored.args);
            stored.args.contains(&("value".to_owned(), value.to_owned()))
        };
        for (column, value) in
            [("organisation", "Atlantis"), ("role", "chef"), ("languages", "klingon"), ("valid_to", "31/06/2027")]
        {
            assert!(kept(column, value), "{column} {value}");
        }
        for (column, value) in [
            ("organisation", "awa.secret@private.example"),
            ("organisation", "Awa Secret"),
            ("role", "+221 33 123 45 67"),
            ("language", "33123"),
            ("valid_to", "331234567"),
            ("valid_to", "soon"),
            ("name", "Awa"),
            ("email", "awa"),
        ] {
            assert!(!kept(column, value), "{column} {value}");
        }
    }
}
