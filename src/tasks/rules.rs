//! Which kinds of things a person is shown, and which of them the menu counts.

use super::COUNTED;
use super::types::{Queue, TaskKind, View};
use crate::policy::{self, Action, Principal};

/// What waits for this reader; nothing for people who work off nothing.
pub(super) fn view(reader: &Principal) -> View {
    let may = |action| policy::check(reader, action).is_ok();
    let is_officer = may(Action::ManageAppointments);
    // Surveys wait for everybody who answers them, the rest for those who decide for an organisation.
    let is_of_survey = |kind: &TaskKind| matches!(kind, TaskKind::Approvals | TaskKind::Surveys | TaskKind::Sections);
    let is_shown = |kind: &TaskKind| (is_officer || is_of_survey(kind)) && may(right(*kind));
    View {
        reader: reader.user_id,
        kinds: TaskKind::ALL.iter().copied().filter(is_shown).collect(),
        is_everywhere: reader.is_secretariat(),
        is_in_menu: is_officer || may(Action::AnswerSurveys),
    }
}

/// The right of those for whom things of a kind wait.
const fn right(kind: TaskKind) -> Action {
    match kind {
        TaskKind::Applications => Action::DecideRegistrations,
        TaskKind::Pending | TaskKind::Unconfirmed | TaskKind::Incomplete | TaskKind::Invited => {
            Action::ManageAppointments
        }
        // Those who see all of a response; contributors have sections.
        TaskKind::Approvals | TaskKind::Surveys => Action::SignSurveys,
        TaskKind::Sections => Action::AnswerSurveys,
        TaskKind::Extensions => Action::ManageSurveys,
        TaskKind::Announcements => Action::ManageAnnouncements,
        TaskKind::Bounced | TaskKind::Reports => Action::ManageSuppressions,
        TaskKind::Webhooks => Action::ManageWebhooks,
    }
}

impl View {
    /// The same with the kinds that the menu counts: those that a deed of the reader ends.
    ///
    /// Incomplete applications and open invitations wait for other people, reports and addresses for nobody in
    /// particular. An entry that was not confirmed is the affair of the coordinators of its organisation. Nothing is
    /// counted for people whose menu has no place for it.
    pub(super) fn counted(mut self) -> Self {
        let (is_everywhere, is_in_menu) = (self.is_everywhere, self.is_in_menu);
        self.kinds.retain(|kind| is_in_menu && is_counted(*kind, is_everywhere));
        self
    }

    /// The same with this kind alone, if it is listed.
    pub(super) fn only(mut self, kind: TaskKind) -> Self {
        self.kinds.retain(|one| *one == kind);
        self
    }

    /// The same with the kinds that the home page counts: incomplete applications too.
    pub(super) fn on_home_page(mut self) -> Self {
        let is_everywhere = self.is_everywhere;
        self.kinds.retain(|kind| *kind == TaskKind::Incomplete || is_counted(*kind, is_everywhere));
        self
    }

    /// Whether things of this kind are listed.
    pub(super) fn has(&self, kind: TaskKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// How many of these wait for a deed of the reader.
    pub(super) fn total(&self, queues: &[Queue]) -> i64 {
        queues.iter().filter(|queue| is_counted(queue.kind, self.is_everywhere)).map(|queue| queue.count).sum()
    }
}

/// Whether things of this kind wait for a deed of their reader; others are listed for information.
pub(super) const fn is_counted(kind: TaskKind, is_everywhere: bool) -> bool {
    match kind {
        TaskKind::Approvals
        | TaskKind::Applications
        | TaskKind::Pending
        | TaskKind::Surveys
        | TaskKind::Sections
        | TaskKind::Extensions
        | TaskKind::Announcements
        | TaskKind::Webhooks => true,
        TaskKind::Unconfirmed => !is_everywhere,
        TaskKind::Incomplete | TaskKind::Invited | TaskKind::Bounced | TaskKind::Reports => false,
    }
}

/// A number as it is shown: empty for none, "100+" where no more were counted.
#[must_use]
pub fn shown(count: i64) -> String {
    match count {
        ..=0 => String::new(),
        _ if count < COUNTED => count.to_string(),
        _ => format!("{}+", COUNTED - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn view_of(is_everywhere: bool) -> View {
        View { reader: crate::db::Id::nil(), kinds: TaskKind::ALL.to_vec(), is_everywhere, is_in_menu: true }
    }

    #[test]
    fn a_count_says_nothing_of_nothing_and_does_not_grow_without_end() {
        assert_eq!([0, 1, 100, 101, 5_000].map(shown), ["", "1", "100", "100+", "100+"]);
    }

    #[test]
    fn the_menu_counts_what_its_reader_can_end() {
        let queue = |kind| Queue { kind, count: 2, since: Timestamp::from_micros(0) };
        let queues: Vec<Queue> = TaskKind::ALL.iter().copied().map(queue).collect();
        assert_eq!(view_of(true).total(&queues), 16, "of the Secretariat");
        assert_eq!(view_of(false).total(&queues), 18, "unconfirmed entries of a coordinator's own organisation too");
        assert_eq!(view_of(true).counted().kinds.len(), 8);
        assert!(View { is_in_menu: false, ..view_of(false) }.counted().kinds.is_empty());
        assert!(
            view_of(true).on_home_page().has(TaskKind::Incomplete)
                && !view_of(true).counted().has(TaskKind::Incomplete)
        );
    }
}
