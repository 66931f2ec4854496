//! Seals objects anew after a change of the master key, while portals put and delete others.
//!
//! The sweep deletes objects first and takes them off the ledger afterwards. Of an object that is replaced in between
//! the new one would stay, and nobody would know it. So what the sweep is about to delete is left out, and whatever was
//! replaced is compared with the ledger: at once, and again at the end of a page, for objects that were deleted for
//! another reason than rest.

use super::{Storage, label, store};
use crate::db::Id;
use crate::error::Error;

/// Objects that are looked up at once to be sealed anew.
const RESEALED_AT_ONCE: i64 = 100;

impl Storage {
    /// Seals objects anew that another master key has sealed, or only counts them: the next ones after `last`. Returns
    /// how many, and the last that was read; none after the end. Leaves out those that the sweep is about to delete.
    ///
    /// # Errors
    /// 503 if the store is unreachable; 500 if an object can't be opened.
    pub async fn reseal(&self, last: Id, writes: bool) -> Result<(usize, Option<Id>), Error> {
        let bound = self.rested();
        let page = self.db.read(move |conn| store::after(conn, last, RESEALED_AT_ONCE, bound)).await?;
        let (next, mut stale) = (page.last().copied(), Vec::new());
        let sealed = self.reseal_each(page, writes, &mut stale).await;
        let count = stale.len();
        // Once more for all of them: what deletes several objects takes them off the ledger after the last.
        let cleared = if writes { self.delete_unknown(stale).await } else { Ok(()) };
        sealed.and(cleared).map(|()| (count, next))
    }

    /// Adds those that another key had sealed to `stale`.
    async fn reseal_each(&self, page: Vec<Id>, writes: bool, stale: &mut Vec<Id>) -> Result<(), Error> {
        for id in page {
            let slot = self.slot().await?;
            if self.run("reseal", slot, move |storage| storage.reseal_one(id, writes)).await? {
                stale.push(id);
                if writes {
                    self.delete_unknown(vec![id]).await?;
                }
            }
        }
        Ok(())
    }

    /// Deletes objects that are off the ledger. One that was deleted while it was sealed anew is back, and nobody else
    /// knows it.
    async fn delete_unknown(&self, ids: Vec<Id>) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        let (known, ids) = self.db.read(move |conn| store::known(conn, &ids).map(|known| (known, ids))).await?;
        for id in ids.into_iter().filter(|id| !known.contains(id)) {
            let slot = self.slot().await?;
            self.run("delete", slot, move |storage| storage.place.delete(&id.to_string())).await?;
        }
        Ok(())
    }

    /// Returns whether another key had sealed the object. An object that was reserved and never written is none.
    fn reseal_one(&self, id: Id, writes: bool) -> Result<bool, Error> {
        let key = id.to_string();
        let Some(sealed) = self.place.get(&key)?.filter(|sealed| !self.master.is_own(sealed)) else { return Ok(false) };
        if writes && let Some(anew) = self.master.anew(&sealed, &label(id), &self.random)? {
            self.place.replace(&key, &anew)?;
        }
        Ok(true)
    }
}
