//! Everything that is held about somebody, read in one snapshot. Secrets and their hashes are no data about a person, and stay.

mod store;
mod types;

pub use types::Export;

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// Most rows of each list.
const MOST: i64 = 5_000;

/// What is held. Letters of nomination, which name others, are `nominations`' to hand out.
pub(super) fn collect(conn: &mut Conn, user: Id, now: Timestamp) -> Result<Export, Error> {
    store::collect(conn, user, now, MOST)
}
