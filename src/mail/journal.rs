//! The journal: a file with the mails that the relay has accepted and that the database does not know yet.
//!
//! Results are written into the database many at a time. A process that is killed before that would send those mails
//! again. So the id of each mail is appended to a file as soon as the relay has accepted it, before the next text is
//! sent on that connection: the operating system then has it, and it survives the process (not the machine; nothing is
//! synced). The next process that starts on this machine reads the files that nobody holds a lock on, records their
//! mails as sent, and only then returns the leases of their senders, whose processes have certainly ended. The gap
//! between the relay's answer and the write remains: at most one mail per connection (RFC 1047).
//!
//! A file is named after the sender whose leases it is about, and only the portal's own user may read it
//! (`private_files`). It is emptied whenever none of its entries is open; if that does not happen, it is rewritten when
//! it has grown too large.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::db::Id;
use crate::private_files;

/// Bytes of an id.
const RECORD: usize = 16;
/// A file with so many records is rewritten, without those that are settled.
const GROWN: usize = 16_384;
/// The extension of the files.
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
    /// Begins the journal of the sender `id` in a folder, which is created if necessary.
    pub(super) fn begin(folder: &Path, id: Id) -> std::io::Result<Self> {
        private_files::make_folder(folder)?;
        let path = folder.join(format!("{id}.{ENDING}"));
        let file = private_files::append(&path)?;
        file.lock()?;
        Ok(Self(Mutex::new(State { path, file, records: 0, open: HashSet::new() })))
    }

    /// Records that the relay has accepted a mail.
    pub(super) fn note(&self, mail: Id) -> std::io::Result<()> {
        let mut state = self.lock();
        state.open.insert(mail);
        state.records += 1;
        state.file.write_all(mail.as_bytes())
    }

    /// Records that the database has these results.
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

    /// Ends the journal: the file is deleted if none of its entries is open, and else stays for the next process.
    pub(super) fn end(&self) {
        let state = self.lock();
        if state.open.is_empty() {
            // If the file stays, the next start reads it and finds nothing open.
            let _ = std::fs::remove_file(&state.path);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The new file replaces the old one atomically, so that a complete one exists whenever the process ends.
    fn write_anew(&mut self) -> std::io::Result<()> {
        let beside = self.path.with_extension("new");
        let mut file = private_files::create(&beside)?;
        file.lock()?;
        let bytes: Vec<u8> = self.open.iter().flat_map(|mail| mail.as_bytes().iter().copied()).collect();
        file.write_all(&bytes)?;
        std::fs::rename(&beside, &self.path)?;
        self.records = self.open.len();
        self.file = file;
        Ok(())
    }
}

/// The journal of an ended sender.
pub(super) struct JournalFile {
    /// The sender that holds the leases.
    pub(super) sender: Id,
    /// Mails that the relay had accepted; the database may know some of them.
    pub(super) mails: Vec<Id>,
    path: PathBuf,
    /// Keeps the lock, so that two processes that start together don't both read it.
    _file: File,
}

impl JournalFile {
    /// Deletes the file: the database has all of its results.
    pub(super) fn done(self) {
        // If the file stays, it is read again and names no leased mail.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The journals of ended senders in a folder.
///
/// # Errors
/// If the folder can't be read, or does not exist.
pub(super) fn left(folder: &Path) -> std::io::Result<Vec<JournalFile>> {
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
        // The last record may be incomplete: that mail counts as not accepted.
        let mails = bytes.as_chunks::<RECORD>().0.iter().map(|bytes| Id::from_bytes(*bytes)).collect();
        all.push(JournalFile { sender, mails, path, _file: file });
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
        found.into_iter().for_each(JournalFile::done);
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

    #[test]
    #[cfg(unix)]
    fn a20_it_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("journal");
        let ids = ids(GROWN + 3);
        let journal = Journal::begin(&folder, ids[0]).unwrap();
        let path = folder.join(format!("{}.sent", ids[0]));
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));
        // Rewritten.
        ids[1..].iter().for_each(|&mail| journal.note(mail).unwrap());
        journal.settled(std::iter::once(ids[1])).unwrap();
        assert_eq!(mode(&path), 0o600);
    }
}
