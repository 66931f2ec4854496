//! What is done every minute, with no request that waits for it.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Portal;
use crate::error::Error;
use crate::{audit, registrations, throttle};

/// How often.
const HOUSEKEEPING: Duration = Duration::from_mins(1);
/// How long ended sessions and secrets are kept.
const KEEP_ENDED: Duration = Duration::from_hours(24);

impl Portal {
    /// Cleans up, rotates keys and seals the audit log every minute until told to stop.
    pub async fn keep_house(&self, stop: &CancellationToken) {
        loop {
            if let Err(error) = self.keep_house_once().await {
                tracing::warn!(%error, "could not keep house");
            }
            tokio::select! {
                () = tokio::time::sleep(HOUSEKEEPING) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// What is to be done every minute, once.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn keep_house_once(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let (ended, unverified) = (now.minus(KEEP_ENDED), now.minus(self.lives.unverified));
        let mut rows = self.identity.keep_house(ended).await?;
        rows += self
            .db
            .write(move |conn| Ok(registrations::sweep(conn, unverified)? + throttle::sweep(conn, now)?))
            .await?;
        if rows > 0 {
            tracing::info!(rows, "deleted what had ended");
        }
        self.seal().await
    }

    /// Seals what the audit log has new.
    async fn seal(&self) -> Result<(), Error> {
        loop {
            let chain = self.chain.clone();
            let (sealed, head) = self.db.write(move |conn| audit::seal(conn, &chain)).await?;
            if sealed == 0 {
                return Ok(());
            }
            tracing::info!(target: "portal::audit", entries = sealed, position = head.position, link = head.hex(), "sealed");
        }
    }
}
