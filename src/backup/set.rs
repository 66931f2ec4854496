//! The folder of a set: how it is written so that it is whole or not there, and how it is compared with its manifest.
//!
//! It grows as `FOLDER.part`. Each file is written, hashed on the way, and synced; the manifest comes last, and then
//! the folder gets its name. `FOLDER.part` of a process that was killed is replaced by the next backup of that name.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::Keys;
use super::rules;
use super::types::{FORMAT, Fault, FaultKind, Manifest, Part};
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::private_files;
use crate::secrets::{Fingerprint, fingerprint_of, hex};
use crate::text::amount;

/// The manifest.
pub(super) const MANIFEST: &str = "manifest.json";
/// Its seal.
pub(super) const SEAL: &str = "manifest.mac";
/// The database, if it is SQLite.
pub(super) const DATABASE: &str = "database.sqlite3";
/// The folder of the tables of PostgreSQL.
pub(super) const TABLES: &str = "tables";
/// The folder of the stored files.
pub(super) const FILES: &str = "files";
/// The list of the stored files: checksum, size and name of each.
pub(super) const LIST: &str = "files.list";
/// The word in place of the checksum of a file that was missing.
const MISSING: &str = "missing";
/// Marks a folder that a backup has begun, and is locked while it goes on. The last step removes it.
const MARK: &str = ".backup";
/// The greatest manifest that is read.
const LARGEST_MANIFEST: u64 = 16_000_000;

/// A stored file, as the list of a set has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredFile {
    pub(super) id: Id,
    pub(super) bytes: u64,
    /// None if it was missing in the storage already.
    pub(super) sha256: Option<String>,
}

impl StoredFile {
    pub(super) fn line(&self) -> String {
        format!("{} {} {}\n", self.sha256.as_deref().unwrap_or(MISSING), self.bytes, self.id)
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (sha256, bytes, id) = (words.next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let sha256 = (sha256 != MISSING).then(|| sha256.to_owned());
        words.next().is_none().then_some(Self { id, bytes, sha256 })
    }
}

/// The error of a file, with its path.
pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    move |error| Error::internal(format!("{}: {error}", path.display()))
}

/// Syncs the names in a folder to the disk.
pub(super) fn sync_folder(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(at(path))
}

/// A set that is being written.
pub(super) struct NewSet {
    goal: PathBuf,
    part: PathBuf,
    parts: Vec<Part>,
    _mark: File,
}

/// A file of it.
pub(super) struct NewPart {
    name: String,
    path: PathBuf,
    file: BufWriter<File>,
    hash: Fingerprint,
    bytes: u64,
}

impl NewPart {
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.hash.update(bytes);
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or_default());
        self.file.write_all(bytes).map_err(at(&self.path))
    }

    /// Ends a file that does not belong to the set.
    pub(super) fn close(self) -> Result<(), Error> {
        self.finish().map(|_part| ())
    }

    fn finish(self) -> Result<Part, Error> {
        let Self { name, path, file, hash, bytes } = self;
        let file = file.into_inner().map_err(|error| at(&path)(error.into_error()))?;
        file.sync_all().map_err(at(&path))?;
        Ok(Part { name, bytes, sha256: hex(&hash.finish()) })
    }
}

impl NewSet {
    /// Begins the set that is to be `goal`, which must not exist or be an empty folder.
    ///
    /// # Errors
    /// If there is something, or another backup is writing it.
    pub(super) fn begin(goal: &Path) -> Result<Self, Error> {
        if goal.exists() && std::fs::read_dir(goal).map_err(at(goal))?.next().is_some() {
            return Err(Error::internal(format!("{} exists and is not empty: give a new name", goal.display())));
        }
        let name = goal.file_name().ok_or_else(|| Error::internal("--to wants the name of a folder"))?;
        let mut part = name.to_owned();
        part.push(".part");
        let part = goal.with_file_name(part);
        let mark = part.join(MARK);
        if part.exists() {
            if !mark.exists() {
                return Err(Error::internal(format!("{} is in the way, and no backup has made it", part.display())));
            }
            let old = File::open(&mark).map_err(at(&mark))?;
            old.try_lock().map_err(|_held| Error::internal(format!("another backup writes {}", part.display())))?;
            std::fs::remove_dir_all(&part).map_err(at(&part))?;
        }
        private_files::make_folder(&part).map_err(at(&part))?;
        let file = private_files::create_new(&mark).map_err(at(&mark))?;
        file.try_lock().map_err(|_held| Error::internal(format!("another backup writes {}", part.display())))?;
        for folder in [FILES, TABLES] {
            let path = part.join(folder);
            private_files::make_folder(&path).map_err(at(&path))?;
        }
        Ok(Self { goal: goal.to_owned(), part, parts: Vec::new(), _mark: file })
    }

    /// The path of a file as long as the set grows.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.part.join(name)
    }

    /// A new file of the set.
    pub(super) fn create(&self, name: &str) -> Result<NewPart, Error> {
        let path = self.path(name);
        let file = BufWriter::new(private_files::create_new(&path).map_err(at(&path))?);
        Ok(NewPart { name: name.to_owned(), path, file, hash: Fingerprint::default(), bytes: 0 })
    }

    /// Ends a file that belongs to the set.
    pub(super) fn add(&mut self, part: NewPart) -> Result<(), Error> {
        self.parts.push(part.finish()?);
        Ok(())
    }

    /// Adds a file that something else has written, and syncs it.
    pub(super) fn adopt(&mut self, name: &str) -> Result<(), Error> {
        let path = self.path(name);
        File::open(&path).and_then(|file| file.sync_all()).map_err(at(&path))?;
        let (bytes, sha256) = hash_of(&path).map_err(at(&path))?;
        self.parts.push(Part { name: name.to_owned(), bytes, sha256 });
        Ok(())
    }

    /// Stores a file that the database names.
    pub(super) fn store(&self, id: Id, sealed: &[u8]) -> Result<StoredFile, Error> {
        let path = self.path(FILES).join(id.to_string());
        let write = |mut file: File| file.write_all(sealed).and_then(|()| file.sync_all());
        private_files::create_new(&path).and_then(write).map_err(at(&path))?;
        let bytes = u64::try_from(sealed.len()).unwrap_or_default();
        Ok(StoredFile { id, bytes, sha256: Some(hex(&fingerprint_of(sealed))) })
    }

    /// The files so far, for the manifest.
    pub(super) fn parts(&self) -> Vec<Part> {
        self.parts.clone()
    }

    /// Writes the manifest and gives the set its name.
    pub(super) fn finish(self, manifest: &Manifest, keys: &Keys) -> Result<(), Error> {
        let mut text = serde_json::to_vec_pretty(manifest).or_internal()?;
        text.push(b'\n');
        for folder in [FILES, TABLES] {
            sync_folder(&self.path(folder))?;
        }
        // Not there where the database is one file.
        let _ = std::fs::remove_dir(self.path(TABLES));
        self.write_at_once(SEAL, format!("{}\n", hex(&keys.seal.sign(&[text.as_slice()]))).as_bytes())?;
        self.write_at_once(MANIFEST, &text)?;
        std::fs::rename(&self.part, &self.goal).map_err(at(&self.goal))?;
        // Only now: a growing set without it would be in the way of the next backup. One that keeps it is whole too.
        let _ = std::fs::remove_file(self.goal.join(MARK));
        match self.goal.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => sync_folder(folder),
            None => sync_folder(Path::new(".")),
        }
    }

    fn write_at_once(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let (path, growing) = (self.path(name), self.path(&format!("{name}.part")));
        let write = |mut file: File| file.write_all(bytes).and_then(|()| file.sync_all());
        private_files::create(&growing).and_then(write).map_err(at(&growing))?;
        std::fs::rename(&growing, &path).map_err(at(&path))?;
        sync_folder(&self.part)
    }
}

/// A set that is there.
pub(super) struct Set {
    pub(super) folder: PathBuf,
    pub(super) manifest: Manifest,
}

impl Set {
    /// Reads the manifest of a set, and compares its seal if the key is known.
    ///
    /// # Errors
    /// The faults without which nothing else can be said.
    pub(super) fn read(folder: &Path, keys: Option<&Keys>) -> Result<(Self, Vec<Fault>), Fault> {
        let whole = folder.canonicalize().unwrap_or_else(|_missing| folder.to_owned());
        if whole.extension().is_some_and(|ending| ending == "part") {
            let words = "a backup that was broken off is called so: it is no whole backup";
            return Err(Fault::damaged(format!("{}: {words}", whole.display())));
        }
        let path = folder.join(MANIFEST);
        let mut text = Vec::new();
        let read = File::open(&path).and_then(|file| file.take(LARGEST_MANIFEST).read_to_end(&mut text));
        read.map_err(|error| {
            Fault::damaged(format!("{}: {error}; without a manifest it is no whole backup", path.display()))
        })?;
        let format = serde_json::from_slice::<serde_json::Value>(&text).ok();
        let format = format.as_ref().and_then(|manifest| manifest.get("format")?.as_u64());
        if format.is_some_and(|format| format > u64::from(FORMAT)) {
            let words =
                format!("the format of the set is {}, and this portal reads {FORMAT}", format.unwrap_or_default());
            return Err(Fault::new(FaultKind::Newer, words));
        }
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|error| Fault::damaged(format!("{}: {error}", path.display())))?;
        let mut faults = Vec::new();
        if let Some(keys) = keys {
            let seal = std::fs::read_to_string(folder.join(SEAL)).unwrap_or_default();
            if !keys.is_named(&manifest.key) {
                let words = format!(
                    "the set belongs to the master key {}, and the configured one is {}",
                    manifest.key, keys.fingerprint
                );
                faults.push(Fault::new(FaultKind::OtherKey, words));
            } else if seal.trim() != hex(&keys.seal.sign(&[text.as_slice()])) {
                faults.push(Fault::damaged(format!("{MANIFEST} was altered: {SEAL} does not fit it")));
            }
        }
        let outside = manifest.parts.iter().filter(|part| !rules::is_inside(&part.name));
        faults.extend(outside.map(|part| Fault::damaged(format!("{}: no name of a file of a set", part.name))));
        Ok((Self { folder: folder.to_owned(), manifest }, faults))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Compares the files of the set with its manifest.
    pub(super) fn verify(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut known: HashSet<String> = [MANIFEST, SEAL, FILES, TABLES, MARK].map(str::to_owned).into();
        for Part { name, bytes, sha256 } in self.manifest.parts.iter().filter(|part| rules::is_inside(&part.name)) {
            known.insert(name.clone());
            faults.extend(fault_of(&self.path(name), name, *bytes, sha256));
        }
        for (folder, prefix) in [(self.folder.clone(), String::new()), (self.path(TABLES), format!("{TABLES}/"))] {
            let names = names_in(&folder).into_iter().map(|name| format!("{prefix}{name}"));
            let foreign = names.filter(|name| !known.contains(name));
            faults.extend(foreign.map(|name| Fault::damaged(format!("{name}: does not belong to the set"))));
        }
        faults
    }

    /// Compares the stored files with their list; calls `visit` with each.
    pub(super) fn verify_files(
        &self,
        visit: &mut dyn FnMut(&StoredFile) -> Result<(), Error>,
    ) -> Result<Vec<Fault>, Error> {
        let (mut faults, mut known, mut malformed) = (Vec::new(), HashSet::new(), 0_usize);
        self.each_line(&mut |file| {
            let Some(file) = file else {
                malformed += 1;
                return Ok(());
            };
            known.insert(file.id);
            if let Some(sha256) = &file.sha256 {
                let name = format!("{FILES}/{}", file.id);
                faults.extend(fault_of(&self.path(&name), &name, file.bytes, sha256));
            }
            visit(file)
        })?;
        if malformed > 0 {
            faults.push(Fault::damaged(format!("{LIST}: {} without the name of a file", amount(malformed, "line"))));
        }
        let names = names_in(&self.path(FILES)).into_iter();
        let foreign = names.filter(|name| !name.parse::<Id>().is_ok_and(|id| known.contains(&id)));
        faults.extend(foreign.map(|name| Fault::damaged(format!("{FILES}/{name}: does not belong to the set"))));
        Ok(faults)
    }

    /// Calls `visit` with each stored file of the list.
    ///
    /// # Errors
    /// Those of `visit`, and for a line that names no file.
    pub(super) fn each_file(&self, visit: &mut dyn FnMut(&StoredFile) -> Result<(), Error>) -> Result<(), Error> {
        let nameless = || Error::internal(format!("{}: a line names no file", self.path(LIST).display()));
        self.each_line(&mut |file| visit(file.ok_or_else(nameless)?))
    }

    /// Calls `visit` with the stored file of each line of the list; none for a line that names no file.
    fn each_line(&self, visit: &mut dyn FnMut(Option<&StoredFile>) -> Result<(), Error>) -> Result<(), Error> {
        let path = self.path(LIST);
        // A list that is missing is a fault that `verify` names.
        let Ok(list) = File::open(&path) else { return Ok(()) };
        for line in BufReader::new(list).split(b'\n') {
            let line = line.map_err(at(&path))?;
            visit(std::str::from_utf8(&line).ok().and_then(StoredFile::parse).as_ref())?;
        }
        Ok(())
    }
}

/// The names in a folder, sorted; none if there is no such folder.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

/// What is wrong with a file that should have this size and this checksum.
fn fault_of(path: &Path, name: &str, bytes: u64, sha256: &str) -> Option<Fault> {
    match hash_of(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(Fault::damaged(format!("{name}: missing"))),
        Err(error) => Some(Fault::damaged(format!("{name}: {error}"))),
        Ok((found, _)) if found != bytes => {
            Some(Fault::damaged(format!("{name}: altered, it has {found} bytes in place of {bytes}")))
        }
        Ok((_, found)) if found != sha256 => Some(Fault::damaged(format!("{name}: altered, its checksum is another"))),
        Ok(_) => None,
    }
}

/// Size and checksum of a file.
fn hash_of(path: &Path) -> std::io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let (mut hash, mut bytes, mut buffer) = (Fingerprint::default(), 0_u64, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((bytes, hex(&hash.finish())));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
        bytes = bytes.saturating_add(u64::try_from(read).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_list_says_what_a_file_is() {
        let (id, sha256) = (Id::nil(), Some("ab".to_owned()));
        for file in [StoredFile { id, bytes: 7, sha256 }, StoredFile { id, bytes: 0, sha256: None }] {
            assert_eq!(StoredFile::parse(file.line().trim_end()), Some(file));
        }
        assert_eq!(StoredFile::parse("ab 7"), None);
    }

    #[test]
    fn a_set_that_was_broken_off_is_replaced_and_one_that_grows_is_not() {
        let root = tempfile::tempdir().unwrap();
        let goal = root.path().join("set");
        let first = NewSet::begin(&goal).unwrap();
        assert!(NewSet::begin(&goal).is_err(), "another backup writes it");
        std::fs::write(first.path("rest"), "of the first").unwrap();
        drop(first);
        let second = NewSet::begin(&goal).unwrap();
        assert!(!second.path("rest").exists() && !goal.exists());
        drop(second);
        std::fs::remove_file(root.path().join("set.part").join(MARK)).unwrap();
        assert!(NewSet::begin(&goal).is_err(), "no backup has made it");
        std::fs::create_dir(&goal).unwrap();
        std::fs::write(goal.join("letter"), "of somebody").unwrap();
        assert!(NewSet::begin(&goal).is_err(), "it is not empty");
    }
}
