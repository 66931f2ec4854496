//! Signals that wake the lanes of this process's sender; other processes find the mail when they next poll.

use std::sync::Arc;

use tokio::sync::Notify;

use super::priority::Priority;
use crate::db::Db;

/// One signal per lane. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct LaneSignals(Arc<[Notify; 2]>);

impl LaneSignals {
    /// Signals that fire after each unit of work with mail for a lane.
    pub(super) fn of(db: &Db) -> Self {
        let signals = Self::default();
        for lane in Priority::ALL {
            let own = signals.clone();
            db.listen(lane.wakeup(), move || own.of_lane(lane).notify_one());
        }
        signals
    }

    /// Wakes both lanes for a reason other than a unit of work.
    pub(super) fn notify_all(&self) {
        self.0.iter().for_each(Notify::notify_one);
    }

    /// Returns once there may be mail for this lane.
    pub(super) async fn notified(&self, lane: Priority) {
        self.of_lane(lane).notified().await;
    }

    fn of_lane(&self, lane: Priority) -> &Notify {
        let [transactional, bulk] = &*self.0;
        match lane {
            Priority::Transactional => transactional,
            Priority::Bulk => bulk,
        }
    }
}
