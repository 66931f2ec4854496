//! Files and folders for the portal's own user only: 0600 in 0700, on systems that have modes.
//!
//! Files of the portal show who got mail and when, or are secret: letters, mails, the journal of the sender, the
//! database, the master key. Other users of the machine can read none of them. An existing folder or file keeps its
//! mode: its operator may have given access to somebody.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Result;
use std::path::{Path, PathBuf};

/// Creates a folder, and its parents, if necessary.
pub fn make_folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The path from the root, for a message: whoever reads it need not know the working directory of the process.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_unknown| path.to_owned())
}

/// Makes a file to write to; there must be none.
pub fn create_new(path: &Path) -> Result<File> {
    options().write(true).create_new(true).open(path)
}

/// Opens a file for rewriting, and creates it if necessary.
pub fn create(path: &Path) -> Result<File> {
    options().write(true).create(true).truncate(true).open(path)
}

/// Opens a file to append to it, and makes it where it is missing.
pub fn append(path: &Path) -> Result<File> {
    options().append(true).create(true).open(path)
}

/// How a file is opened that is for its owner alone where it is made.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_made_is_for_its_owner_alone() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("deep/folder");
        make_folder(&folder).unwrap();
        make_folder(&folder).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&root.path().join("deep"))), (0o700, 0o700));
        let path = |name: &str| folder.join(name);
        let _files = [create_new(&path("a")).unwrap(), create(&path("b")).unwrap(), append(&path("c")).unwrap()];
        for name in ["a", "b", "c"] {
            assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
        }
        assert!(create_new(&folder.join("a")).is_err() && create(&folder.join("a")).is_ok());
    }
}
