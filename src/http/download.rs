//! Downloads: files that are read from the database and written while they are sent.
//!
//! A slow client receives a file page by page over minutes. So each page is read only if the credential is still valid
//! and has kept its rights (`db::read_check`), and if the client is fast enough: there is a time for the whole file and
//! for each page, longer for large ones. An error ends the file and breaks the connection off, so that half a file
//! never looks complete.
//!
//! Left out: a timer. A client that stops receiving is noticed when it goes on; until then it holds one page in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;

use crate::db::{Conn, Db, ReadCheck, read_check};
use crate::error::{Error, ProblemCode};

/// The minimum time for a file.
const FILE_TIME: Duration = Duration::from_mins(10);
/// The minimum time for a page.
const PAGE_TIME: Duration = Duration::from_mins(2);
/// The slowest accepted rate of a client, in bytes a second: a quarter of a megabit.
const SLOWEST: u64 = 32_768;

/// A download in progress. Cloning shares it.
#[derive(Clone)]
pub struct Download(Arc<Inner>);

struct Inner {
    db: Db,
    check: ReadCheck,
    pace: Mutex<Pace>,
}

impl Download {
    /// A download for the sender of the present request.
    ///
    /// # Errors
    /// If no guard has admitted this request.
    pub fn begin(db: Db) -> Result<Self, Error> {
        let pace = Mutex::new(Pace::begin(Instant::now()));
        Ok(Self(Arc::new(Inner { db, check: read_check()?, pace })))
    }

    /// Reads a page.
    ///
    /// # Errors
    /// If the sender may no longer read or was too slow, and the error of `work`.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        if self.pace().is_too_slow(Instant::now()) {
            return Err(Error::refused(StatusCode::REQUEST_TIMEOUT, ProblemCode::TooSlow));
        }
        let check = Arc::clone(&self.0.check);
        let checked = move |conn: &mut Conn| {
            check(conn)?;
            work(conn)
        };
        let page = self.0.db.read(checked).await?;
        self.pace().next_page(Instant::now());
        Ok(page)
    }

    /// Adds to the size of the last page.
    pub fn count(&self, bytes: usize) {
        self.pace().count(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.0.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The pace at which a client receives a file.
struct Pace {
    began: Instant,
    file: u64,
    page_began: Instant,
    page: u64,
}

impl Pace {
    const fn begin(now: Instant) -> Self {
        Self { began: now, file: 0, page_began: now, page: 0 }
    }

    fn next_page(&mut self, now: Instant) {
        (self.page_began, self.page) = (now, 0);
    }

    fn count(&mut self, bytes: u64) {
        self.file = self.file.saturating_add(bytes);
        self.page = self.page.saturating_add(bytes);
    }

    fn is_too_slow(&self, now: Instant) -> bool {
        let is_over = |began: Instant, time: Duration, bytes: u64| {
            now.saturating_duration_since(began) > time.saturating_add(Duration::from_secs(bytes / SLOWEST))
        };
        is_over(self.began, FILE_TIME, self.file) || is_over(self.page_began, PAGE_TIME, self.page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_page_has_its_time_and_a_large_one_more() {
        let began = Instant::now();
        let mut pace = Pace::begin(began);
        assert!(!pace.is_too_slow(began + PAGE_TIME));
        assert!(pace.is_too_slow(began + PAGE_TIME + SECOND));
        pace.count(10 * SLOWEST);
        assert!(!pace.is_too_slow(began + PAGE_TIME + 10 * SECOND));
        assert!(pace.is_too_slow(began + PAGE_TIME + 11 * SECOND));
        pace.next_page(began + PAGE_TIME);
        assert!(!pace.is_too_slow(began + 2 * PAGE_TIME), "the time of the next one begins");
        assert!(pace.is_too_slow(began + 2 * PAGE_TIME + SECOND), "and has only what is its own");
    }

    #[test]
    fn a_file_has_its_time_however_small_its_pages_are() {
        let began = Instant::now();
        let mut pace = Pace::begin(began);
        for minute in 1..=10 {
            pace.count(SLOWEST);
            pace.next_page(began + Duration::from_mins(minute));
        }
        assert!(!pace.is_too_slow(began + FILE_TIME + 10 * SECOND), "ten minutes, and ten seconds for what was sent");
        assert!(pace.is_too_slow(began + FILE_TIME + 11 * SECOND));
    }
}
