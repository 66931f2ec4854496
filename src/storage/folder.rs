//! A folder of this machine: one file per object, readable by its owner only (0600 in 0700).
//!
//! An object is written under a temporary name, synced, renamed, and the folder is synced too: after a power cut the
//! object is complete or absent. The temporary name is derived from the key, so the deletion of the object also deletes
//! what an interrupted write left.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Result as IoResult, Write as _};
use std::path::{Path, PathBuf};

use super::{LARGEST, ObjectStore};
use crate::error::Error;
use crate::private_files;

pub(super) struct Folder(PathBuf);

impl Folder {
    /// Creates the folder if necessary.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        private_files::make_folder(path).map_err(|error| Error::internal(format!("{}: {error}", path.display())))?;
        Ok(Self(path.to_owned()))
    }

    fn whole(&self, key: &str) -> PathBuf {
        self.0.join(key)
    }

    fn part(&self, key: &str) -> PathBuf {
        self.0.join(format!("{key}.part"))
    }

    /// What replaces the object; an interrupted replacement leaves it.
    fn anew(&self, key: &str) -> PathBuf {
        self.0.join(format!("{key}.anew"))
    }

    fn write(&self, key: &str, bytes: &[u8]) -> IoResult<()> {
        let part = self.part(key);
        self.fill(key, private_files::create_new(&part)?, &part, bytes)
    }

    /// Writes a file and gives it the name of the object.
    fn fill(&self, key: &str, mut file: File, path: &Path, bytes: &[u8]) -> IoResult<()> {
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(path, self.whole(key))?;
        self.sync()
    }

    fn read(&self, key: &str) -> IoResult<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(self.whole(key))?.take(LARGEST).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Syncs the names in the folder to the disk.
    fn sync(&self) -> IoResult<()> {
        File::open(&self.0)?.sync_all()
    }
}

impl ObjectStore for Folder {
    fn put(&self, key: &str, bytes: &[u8]) -> Result<(), Error> {
        self.write(key, bytes).map_err(Error::storage_unreachable)
    }

    fn replace(&self, key: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.anew(key);
        let file = private_files::create(&path).map_err(Error::storage_unreachable)?;
        self.fill(key, file, &path, bytes).map_err(Error::storage_unreachable)
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        match self.read(key) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::storage_unreachable(error)),
        }
    }

    fn each(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<bool, Error> {
        for entry in std::fs::read_dir(&self.0).map_err(Error::storage_unreachable)? {
            let entry = entry.map_err(Error::storage_unreachable)?;
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                visit(&entry.file_name().to_string_lossy())?;
            }
        }
        Ok(true)
    }

    fn clear(&self, key: &str) -> Result<(), Error> {
        remove(&self.part(key))?;
        remove(&self.anew(key))
    }

    fn delete(&self, key: &str) -> Result<(), Error> {
        self.clear(key)?;
        remove(&self.whole(key))?;
        self.sync().map_err(Error::storage_unreachable)
    }
}

/// Removes a file, if there is one.
fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::storage_unreachable(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_for_its_owner_alone_and_goes_with_what_a_broken_write_left() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path().join("deep/files");
        let place = Folder::open(&root).unwrap();
        place.put("one", b"content").unwrap();
        assert_eq!(place.get("one").unwrap().unwrap(), b"content");
        assert_eq!(place.get("two").unwrap(), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&root), mode(&root.join("one"))), (0o700, 0o600));
        }
        place.replace("one", b"other content").unwrap();
        assert_eq!(place.get("one").unwrap().unwrap(), b"other content");
        std::fs::write(root.join("one.anew"), "broken off").unwrap();
        std::fs::write(root.join("one.part"), "broken off").unwrap();
        assert!(place.put("one", b"again").is_err(), "somebody is writing it");
        place.delete("one").unwrap();
        place.delete("one").unwrap();
        assert_eq!(std::fs::read_dir(&root).unwrap().count(), 0);
    }
}
