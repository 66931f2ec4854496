//! What the relay has taken and the database does not know yet, on disk.
//!
//! Results are written into the database many at a time. A process that is killed in between would send those mails again. So
//! the id of each mail is appended to a file as soon as the relay has taken it, before the next text leaves on that connection:
//! it is then with the operating system and outlives the process (not the machine; nothing is synced). The next process that
//! starts here reads the files that nobody holds a lock on, settles what they name, and only then gives the leases of their
//! senders back, who are dead for certain.
//! What remains is the moment between the relay's answer and the write: at most one mail a connection (RFC 1047).
//!
//! A file is named after the sender whose leases it speaks of. Once nothing in it is open it is emptied; while the sender is
//! never done, it is written anew whenever it has grown.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::db::Id;

/// Bytes of an id.
const RECORD: usize = 16;
/// A file with so many records is written anew, without those that are settled.
const GROWN: usize = 16_384;
/// The ending of the files.
const ENDING: &str = "sent";

/// The journal of one sender.
pub(super) struct Journal(Mutex<State>);

struct State {
    path: PathBuf,
    file: File,
    records: usize,
    open: HashSet<Id>,
}

impl Journal {
    /// Begins the journal of the sender `id` in a folder, which is made where there is none.
    ///
    /// # Errors
    /// Where that can't be written.
    pub(super) fn begin(folder: &Path, id: Id) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(format!("{id}.{ENDING}"));
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        file.lock()?;
        Ok(Self(Mutex::new(State { path, file, records: 0, open: HashSet::new() })))
    }

    /// The relay has taken a mail.
    ///
    /// # Errors
    /// Where the disk says no.
    pub(super) fn note(&self, mail: Id) -> std::io::Result<()> {
        let mut state = self.lock();
        state.open.insert(mail);
        state.records += 1;
        state.file.write_all(mail.as_bytes())
    }

    /// The database knows of these mails.
    ///
    /// # Errors
    /// Where the disk says no.
    pub(super) fn settled(&self, mails: impl Iterator<Item = Id>) -> std::io::Result<()> {
        let mut state = self.lock();
        for mail in mails {
            state.open.remove(&mail);
        }
        if state.open.is_empty() && state.records > 0 {
            state.records = 0;
            return state.file.set_len(0);
        }
        if state.records > GROWN { state.write_anew() } else { Ok(()) }
    }

    /// Ends it; nothing in it is open any more, or it stays for the next process.
    pub(super) fn end(&self) {
        let state = self.lock();
        if state.open.is_empty() {
            // A file that stays is read at the next start and names nothing.
            let _ = std::fs::remove_file(&state.path);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The new file takes the old one's place at once, so that there is a whole one whenever the process dies.
    fn write_anew(&mut self) -> std::io::Result<()> {
        let beside = self.path.with_extension("new");
        let mut file = File::create(&beside)?;
        file.lock()?;
        let bytes: Vec<u8> = self.open.iter().flat_map(|mail| mail.as_bytes().iter().copied()).collect();
        file.write_all(&bytes)?;
        std::fs::rename(&beside, &self.path)?;
        self.records = self.open.len();
        self.file = file;
        Ok(())
    }
}

/// What a sender that is gone has left.
pub(super) struct Left {
    /// The sender, by which the leases are named.
    pub(super) sender: Id,
    /// Mails that the relay had taken; the database may know of some.
    pub(super) mails: Vec<Id>,
    path: PathBuf,
    /// Held, so that two processes that start together don't both read it.
    _file: File,
}

impl Left {
    /// The database knows of all of it.
    pub(super) fn done(self) {
        // A file that stays is read again and names nothing that is leased.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The journals in a folder whose senders are gone.
///
/// # Errors
/// Where the folder can't be read; there may be none.
pub(super) fn left(folder: &Path) -> std::io::Result<Vec<Left>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        let (Some(sender), true) = (name, path.extension().is_some_and(|ending| ending == ENDING)) else { continue };
        let Ok(file) = File::open(&path) else { continue };
        if file.try_lock().is_err() {
            continue;
        }
        let bytes = std::fs::read(&path)?;
        // The last record may be cut off: that mail counts as not taken.
        let mails = bytes.as_chunks::<RECORD>().0.iter().map(|bytes| Id::from_bytes(*bytes)).collect();
        all.push(Left { sender, mails, path, _file: file });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::time::Timestamp;

    fn ids(count: usize) -> Vec<Id> {
        let random = Random::seeded(7);
        (0..count).map(|_| Id::new(Timestamp::from_micros(0), &random)).collect()
    }

    #[test]
    fn what_a_killed_sender_had_noted_is_found_by_the_next_and_what_lives_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let ids = ids(4);
        let [sender, ..] = ids[..] else { panic!() };
        let journal = Journal::begin(folder.path(), sender).unwrap();
        ids[1..].iter().for_each(|&mail| journal.note(mail).unwrap());
        assert!(left(folder.path()).unwrap().is_empty(), "its sender lives");
        drop(journal);
        let found = left(folder.path()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].sender, &found[0].mails[..]), (sender, &ids[1..]));
        found.into_iter().for_each(Left::done);
        assert!(left(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn it_does_not_grow_with_what_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let ids = ids(3 * GROWN);
        let journal = Journal::begin(folder.path(), ids[0]).unwrap();
        let path = folder.path().join(format!("{}.sent", ids[0]));
        for pair in ids.windows(2) {
            journal.note(pair[1]).unwrap();
            journal.settled(std::iter::once(pair[0])).unwrap();
            assert!(std::fs::metadata(&path).unwrap().len() <= u64::try_from((GROWN + 1) * RECORD).unwrap());
        }
        journal.settled(ids.iter().copied()).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
        journal.end();
        assert!(!path.exists());
    }
}
