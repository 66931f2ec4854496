//! The room on disk that is kept in reserve: uploads, imports and the writing of announcements' mails stop before the
//! disk is full, while there is still room for everything else, which is small. A full disk stops every change.
//!
//! Looked at are the places where this process writes: the folder of uploaded files, and that of a SQLite file. The
//! system is asked at most every few seconds. While there is less, it is among what does not work
//! ([`crate::incidents`]). A place that can't be asked is taken to have room.
//!
//! Left out: the disks of a PostgreSQL server, which only that server sees, and buckets.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::config::{Settings, StorageKind};
use crate::db::Target;
use crate::error::Error;
use crate::private_files;

/// How long the room that was found is remembered.
const MEMORY: Duration = Duration::from_secs(3);

/// The reserve. Cloning shares what is known.
#[derive(Clone, Debug)]
pub struct DiskReserve(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    places: Vec<PathBuf>,
    reserve: u64,
    known: Mutex<Option<(Instant, Option<Shortage>)>>,
}

/// A place with too little room.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shortage {
    place: PathBuf,
    free: u64,
}

impl DiskReserve {
    /// The reserve of a portal with these settings.
    #[must_use]
    pub fn new(settings: &Settings, target: &Target) -> Self {
        let mut places = Vec::new();
        if settings.storage.kind == StorageKind::Local {
            places.push(settings.storage.folder.clone());
        }
        if let Target::Sqlite(path) = target {
            let folder = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty());
            places.push(folder.map_or_else(|| PathBuf::from("."), Path::to_path_buf));
        }
        Self::of(places, settings.storage.reserve_bytes)
    }

    fn of(places: Vec<PathBuf>, reserve: u64) -> Self {
        Self(Arc::new(Inner { places, reserve, known: Mutex::default() }))
    }

    /// Refuses work that would take much room, where there is less than the reserve.
    ///
    /// # Errors
    /// 503.
    pub fn check(&self) -> Result<(), Error> {
        self.lack().map_or(Ok(()), |lack| Err(Error::space_low(lack)))
    }

    /// Where there is less than the reserve, in words for an operator; none where there is enough.
    #[must_use]
    pub fn lack(&self) -> Option<String> {
        let Shortage { place, free } = self.shortage()?;
        let (place, reserve) = (private_files::absolute(&place), self.0.reserve);
        Some(format!("{}: {free} bytes free, {reserve} in reserve", place.display()))
    }

    fn shortage(&self) -> Option<Shortage> {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, shortage)) = known.as_ref().filter(|(at, _)| at.elapsed() < MEMORY) {
            return shortage.clone();
        }
        let shortage = self.0.places.iter().find_map(|place| {
            let free = free(place)?;
            (free < self.0.reserve).then(|| Shortage { place: place.clone(), free })
        });
        *known = Some((Instant::now(), shortage.clone()));
        shortage
    }
}

/// The bytes that are free for this process where this folder is; none if the system does not say.
#[must_use]
pub fn free(place: &Path) -> Option<u64> {
    let room = rustix::fs::statvfs(place).ok()?;
    room.f_bavail.checked_mul(room.f_frsize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_refused_where_less_is_free_than_the_reserve() {
        let here = vec![PathBuf::from("/nowhere/at/all"), std::env::temp_dir()];
        assert!(free(&here[0]).is_none() && free(&here[1]).is_some());
        assert!(DiskReserve::of(here.clone(), 0).check().is_ok());
        let refused = DiskReserve::of(here, u64::MAX).check().unwrap_err();
        assert_eq!(refused.code(), crate::error::ProblemCode::SpaceLow);
    }
}
