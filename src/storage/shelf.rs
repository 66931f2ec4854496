//! The store for backups: sealed objects are read and written as they are, without a key and without the ledger.
//!
//! `portal backup` copies objects, and `portal restore` puts them back. Neither opens one, so a backup is as unreadable
//! as the store. There is no way to delete here.

use std::sync::Arc;

use super::{ObjectStore, open_place};
use crate::config;
use crate::db::Id;
use crate::error::Error;
use crate::time::Clock;

/// The configured store. All methods block.
pub struct Shelf(Arc<dyn ObjectStore>);

impl Shelf {
    /// Opens it. A folder is created if necessary; a bucket gets no request yet.
    ///
    /// # Errors
    /// If the folder can't be created or the certificates of the bucket can't be read.
    pub fn open(settings: &config::Storage, clock: &Clock) -> Result<Self, Error> {
        open_place(settings, clock).map(Self)
    }

    /// A sealed object; none if there is none.
    ///
    /// # Errors
    /// 503 if the store is unreachable.
    pub fn get(&self, id: Id) -> Result<Option<Vec<u8>>, Error> {
        self.0.get(&id.to_string())
    }

    /// Stores a sealed object of which an interrupted restore may have left a part; a whole one must not exist.
    ///
    /// # Errors
    /// 503 if the store is unreachable.
    pub fn put(&self, id: Id, sealed: &[u8]) -> Result<(), Error> {
        self.0.clear(&id.to_string())?;
        self.0.put(&id.to_string(), sealed)
    }

    /// Calls `visit` with the name of each object; returns false if the store can't be listed.
    ///
    /// # Errors
    /// 503 if the store is unreachable, and those of `visit`.
    pub fn each(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<bool, Error> {
        self.0.each(visit)
    }
}
