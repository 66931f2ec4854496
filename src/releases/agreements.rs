//! The agreements to be named that count: whose answers members read by name.
//!
//! A table protects those whose answers nobody knew by name when it was published. Who agrees later could give the
//! others away: readers subtract what they know from the counts that stand. So an agreement counts for members from the
//! next release with tables on. Even then it counts only if, with all agreements of that instant, every table that
//! stands, of whichever release, still protects the others; else the agreements count that did before. Whoever takes
//! an agreement back is named no more at once (`named`).
//!
//! What was found out is kept (`kept`) until the round has another release or preview, or a member is hidden or shown: of
//! hidden ones members read no answer by name. Of simultaneous readers one causes the work, and a few rounds are looked at at a time.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Releases, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::responses;
use crate::rounds;
use crate::service::Service as _;

impl Releases {
    /// The organisations whose answers members may read by name, as far as they have not taken it back.
    ///
    /// # Errors
    /// 503 where too many rounds wait to be looked at.
    pub(super) async fn agreed(&self, round: Id) -> Result<Arc<HashSet<Id>>, Error> {
        let told = move |conn: &mut Conn| {
            let mut hidden = rounds::hidden(conn, round)?;
            hidden.sort_unstable();
            Ok((store::releases_told(conn, round)?, store::previews_told(conn, round)?, hidden))
        };
        let (releases, previews, hidden) = self.read(told).await?;
        let key = format!("{round} {releases} {previews} {hidden:?}");
        let service = self.clone();
        let find = Box::pin(async move {
            service.metrics.rendered("release_agreements");
            service.newest_safe(round).await.map(Arc::new)
        });
        self.kept.agreed.get(key.as_bytes(), find).await
    }

    /// Those who had agreed at the newest release with tables whose agreements leave all tables that stand safe.
    async fn newest_safe(&self, round: Id) -> Result<HashSet<Id>, Error> {
        for at in self.read(move |conn| store::instants_of_tables(conn, round)).await? {
            let agreed = move |conn: &mut Conn| Ok(responses::consents(conn, round, at)?.into_iter().collect());
            let agreed: HashSet<Id> = self.read(agreed).await?;
            if self.broken_by(round, agreed.clone()).await?.is_empty() {
                return Ok(agreed);
            }
        }
        Ok(HashSet::new())
    }
}
