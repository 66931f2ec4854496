//! Everything that is held about somebody, read in one snapshot. Secrets and their hashes are no data about a person, and stay.

mod store;
mod types;

pub use types::Export;

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::nominations::{self, Letter};
use crate::time::Timestamp;

/// Most rows of each list.
const MOST: i64 = 5_000;

/// What is held, and the letters of nomination beside it.
pub(super) fn collect(conn: &mut Conn, user: Id, now: Timestamp) -> Result<(Export, Vec<Letter>), Error> {
    Ok((store::collect(conn, user, now, MOST)?, nominations::letters_of_user(conn, user)?))
}
