//! The agreements to be named that count: whose answers members read by name.
//!
//! A table protects those whose answers nobody knew by name when it was published. Who agrees later could give the
//! others away: readers subtract what they know from the counts that stand. So an agreement counts for members from the
//! next release with tables on. Even then it counts only if, with all agreements of that instant, every table that
//! stands, of whichever release, still protects the others; else the agreements count that did before. Whoever takes
//! an agreement back is named no more at once (`named`).
//!
//! What was found out holds until there is another release or preview, and stays in memory.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::Mutex;

use super::{Releases, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::responses;
use crate::service::Service as _;
use crate::time::Timestamp;

/// Whose agreements count, by round. Cloning shares it.
#[derive(Clone, Default)]
pub(super) struct Agreements(Arc<Mutex<HashMap<Id, Found>>>);

/// What was found out for these releases and previews.
#[derive(Clone, Copy)]
struct Found {
    told: (usize, i64),
    /// The instant whose agreements count; none where none do.
    at: Option<Timestamp>,
}

impl Releases {
    /// The organisations whose answers members may read by name, as far as they have not taken it back.
    ///
    /// # Errors
    /// 503 where the lane of heavy work is full.
    pub(super) async fn agreed(&self, round: Id) -> Result<HashSet<Id>, Error> {
        // One looks at the tables of a round at a time; the others wait for what it finds.
        let mut known = self.agreements.0.lock().await;
        let look = move |conn: &mut Conn| {
            let told = (store::contents(conn, round)?.len(), store::previews_told(conn, round)?);
            Ok((told, store::instants_of_tables(conn, round)?))
        };
        let (told, instants) = self.read(look).await?;
        let at = match known.get(&round).filter(|found| found.told == told) {
            Some(found) => found.at,
            None => self.newest_safe(round, instants).await?,
        };
        known.insert(round, Found { told, at });
        drop(known);
        let Some(at) = at else { return Ok(HashSet::new()) };
        self.read(move |conn| Ok(responses::consents(conn, round, at)?.into_iter().collect())).await
    }

    /// The newest of these instants, which come in this order, whose agreements leave all tables that stand safe.
    async fn newest_safe(&self, round: Id, instants: Vec<Timestamp>) -> Result<Option<Timestamp>, Error> {
        for at in instants {
            let agreed: HashSet<Id> =
                self.read(move |conn| Ok(responses::consents(conn, round, at)?.into_iter().collect())).await?;
            if self.broken_by(round, agreed).await?.is_empty() {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}
