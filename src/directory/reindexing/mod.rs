//! Indexes contacts that an older version stored: at the start of the process, a bounded number in each unit of work.
//!
//! There are three kinds of missing entries: contacts without a number, contacts whose words were indexed by earlier
//! rules (`index::WORD_FORM`), and telephone numbers without a key. Each kind is found by an index of the database, so
//! a start with nothing to do costs three statements. Adding an entry twice is harmless, so an interrupted start
//! continues where it was.
//!
//! Left out: contacts that an older process changes while a newer one runs beside it. Their new words have no variants
//! until the next change.

mod store;

use super::index;
use crate::db::Conn;
use crate::error::Error;

/// Indexes up to `limit` contacts of one kind; returns whether there may be more.
pub(super) fn some(conn: &mut Conn, limit: i64) -> Result<bool, Error> {
    Ok(store::number(conn, limit)? > 0 || store::add_words(conn, limit)? > 0 || index::key_phones(conn, limit)? > 0)
}
