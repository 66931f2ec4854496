//! A plan as it is kept: what its page shows, as long as it can be carried out.
//!
//! Of a row that invites, the form says what would be written. Of the others, the number is kept and what is wrong.

use super::rules;
use super::sheet::SheetReading;
use super::types::{Action, RowCounts, StoredPlan, StoredRow};
use crate::appointments::Role;
use crate::error::{FieldCode, ProblemCode};
use crate::http::problem::ProblemField;
use crate::i18n::{Catalogue, Language};
use crate::time::Timestamp;

/// The code of rows that a sheet hides.
const HIDDEN: FieldCode = FieldCode::RowHidden;

/// Whether a plan can be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlanState {
    /// It can.
    Open,
    /// It is too old.
    Expired,
    /// It was carried out, or is being carried out.
    Committed,
}

/// A row as it is kept.
#[derive(Debug)]
pub(super) struct KeptRow {
    pub(super) stored: StoredRow,
}

/// A plan as it is kept.
#[derive(Debug)]
pub(super) struct KeptView {
    pub(super) state: PlanState,
    pub(super) expires_at: Timestamp,
    pub(super) counts: RowCounts,
    /// Rows in error come first, each kind in the order of the sheet.
    pub(super) rows: Vec<KeptRow>,
    pub(super) ignored: Vec<String>,
    pub(super) reading: SheetReading,
}

/// Whom a row invites, and as what.
pub(super) struct Invited<'a> {
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) organisation: &'a str,
    pub(super) role: Role,
}

impl KeptView {
    /// This plan at this time.
    pub(super) fn of(stored: StoredPlan, now: Timestamp) -> Self {
        let state = match rules::check_open(&stored, now) {
            Ok(()) => PlanState::Open,
            Err(error) if error.refusal() == Some(ProblemCode::PlanExpired) => PlanState::Expired,
            Err(_) => PlanState::Committed,
        };
        let kept = stored.reading.map(|kept| kept.0).unwrap_or_default();
        let mut rows: Vec<KeptRow> = stored.rows.0.into_iter().map(|stored| KeptRow { stored }).collect();
        rows.sort_by_key(|row| row.action() != Action::Error);
        let mut counts = RowCounts::of(rows.iter().map(KeptRow::action));
        // Not all hidden rows are kept.
        let hidden = rows.iter().filter(|row| row.stored.reason.as_deref() == Some(HIDDEN.as_str())).count();
        counts.skip += kept.reading.hidden_rows.saturating_sub(hidden);
        let (ignored, reading) = (kept.ignored, kept.reading);
        Self { state, expires_at: stored.expires_at, counts, rows, ignored, reading }
    }
}

impl KeptRow {
    /// What becomes of it.
    pub(super) fn action(&self) -> Action {
        self.stored.action
    }

    /// Whom it invites; none where it invites nobody.
    pub(super) fn invited(&self) -> Option<Invited<'_>> {
        let (form, _) = self.stored.invite.as_ref()?;
        Some(Invited { name: &form.name, email: &form.email, organisation: &form.organisation, role: form.role })
    }

    /// What is wrong with it, each with the code of its column, which is empty for the row as a whole. A code that this
    /// release does not know is left out.
    pub(super) fn faults(&self, catalogue: &Catalogue, language: Language) -> Vec<(String, String)> {
        let told = |pointer: &str, code: &str, args: &[(String, String)]| {
            let code = FieldCode::ALL.iter().copied().find(|known| known.as_str() == code)?;
            let args: Vec<(&str, String)> = args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            let column = pointer.split('/').nth(3).unwrap_or_default().to_owned();
            if code == FieldCode::UnknownValue && column == "role" {
                return Some((column, unknown_role(&args, catalogue, language)));
            }
            let fault = ProblemField::told(pointer, code, &args, (catalogue, language));
            Some((column, fault.detail))
        };
        self.stored.faults.iter().filter_map(|fault| told(&fault.pointer, &fault.code, &fault.args)).collect()
    }
}

/// A word for a role that is none, with those that are, as a page calls them: programs are told their codes.
fn unknown_role(args: &[(&str, String)], catalogue: &Catalogue, language: Language) -> String {
    let value = args.iter().find(|(name, _)| *name == "value").map(|(_, value)| value.clone()).unwrap_or_default();
    let roles = Role::INVITED_TO.iter().map(|role| catalogue.words(language, "role", role.as_str()));
    let roles = roles.collect::<Vec<_>>().join(", ");
    catalogue.text(language, "import-unknown-role", &[("value", value), ("roles", roles)])
}

#[cfg(test)]
mod tests {
    use super::super::types::StoredReading;
    use super::*;
    use crate::db::{Document, Id};

    fn plan(committed_at: Option<i64>, rows: Vec<StoredRow>) -> StoredPlan {
        let reading = SheetReading { hidden_rows: 3, ..SheetReading::default() };
        StoredPlan {
            made_by: Id::nil(),
            expires_at: Timestamp::from_micros(100),
            committed_at: committed_at.map(Timestamp::from_micros),
            rows: Document(rows),
            reading: Some(Document(StoredReading { ignored: Vec::new(), reading })),
        }
    }

    fn row(row: u32, action: Action, reason: &str) -> StoredRow {
        StoredRow { row, action, reason: Some(reason.to_owned()), invite: None, faults: Vec::new() }
    }

    #[test]
    fn rows_in_error_come_first_and_hidden_ones_are_all_counted() {
        let rows = vec![
            row(2, Action::Skip, "already_invited"),
            row(3, Action::Error, "bad_email"),
            row(4, Action::Skip, "row_hidden"),
            row(5, Action::Error, "missing"),
        ];
        let kept = KeptView::of(plan(None, rows), Timestamp::from_micros(0));
        assert_eq!(kept.rows.iter().map(|row| row.stored.row).collect::<Vec<_>>(), [3, 5, 2, 4]);
        assert_eq!(kept.counts, RowCounts { invite: 0, skip: 4, error: 2 });
        assert_eq!(kept.state, PlanState::Open);
    }

    #[test]
    fn a_plan_is_open_until_it_expires_or_is_carried_out() {
        let state = |committed_at, now| KeptView::of(plan(committed_at, Vec::new()), Timestamp::from_micros(now)).state;
        assert_eq!(state(None, 99), PlanState::Open);
        assert_eq!(state(None, 100), PlanState::Expired);
        assert_eq!(state(Some(50), 100), PlanState::Committed);
    }
}
