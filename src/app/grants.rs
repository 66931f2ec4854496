//! Review of open grants (invitations, hand-overs, approvals of responses): withdraws those of people who lost the right to
//! grant them. It runs each minute (`maintenance`), and after a request that took rights away, before its answer.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::background::{Done, Job, Runner};
use crate::db::in_own_name;
use crate::error::Error;
use crate::life_cycle::LifeCycle;
use crate::responses::Responses;
use crate::service::FollowUp;

/// The name of the job.
pub(super) const JOB: &str = "grants";

/// The review. Cloning is cheap.
#[derive(Clone)]
pub(super) struct GrantReview {
    pub(super) life_cycle: LifeCycle,
    pub(super) responses: Responses,
    pub(super) background: Runner,
    /// Wakes the dispatcher of announcements.
    pub(super) announcements_due: Arc<Notify>,
}

impl GrantReview {
    /// Withdraws grants; returns how many.
    pub(super) async fn withdraw(&self) -> Result<usize, Error> {
        // Neither waits for the success of the other.
        let (withdrawn, ended) = (self.life_cycle.withdraw_void().await, self.responses.end_void_approvals().await);
        let done = withdrawn? + ended?;
        if done > 0 {
            tracing::info!(done, "withdrew what people had granted who may not any more");
        }
        Ok(done)
    }

    /// Runs the job now. A failure is logged, and the next minute's job tries again; a grant of a person who lost the
    /// right has no effect in the meantime.
    pub(super) async fn run(&self) {
        // The runner logs a failure.
        let _ = in_own_name(self.background.run(&mut self.clone())).await;
        // No row of an announcement changes where its approver loses rights, so nothing else wakes the dispatcher.
        self.announcements_due.notify_one();
    }

    /// The same as a follow-up of a service.
    pub(super) fn follow_up(&self) -> FollowUp {
        let review = self.clone();
        FollowUp::new(move || {
            let review = review.clone();
            async move { review.run().await }
        })
    }
}

impl Job for GrantReview {
    fn name(&self) -> &'static str {
        JOB
    }

    async fn step(&mut self) -> Result<Done, Error> {
        self.withdraw().await.map(Done::Things)
    }
}
