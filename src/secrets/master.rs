//! The master key, and a second one while it is changed.
//!
//! [`MasterKey`] seals with one key and opens with two (`identity.other_master_key`). So all processes first learn the
//! new key, then seal with it, and then everything is sealed anew (`key_ring`); at no moment is there a value that a
//! process cannot open.
//!
//! **Ids of keys.** A sealed value begins with the id of its key, so that it is known what is left to do. A portal that
//! never changed its key writes the form of older portals, without an id, since an older portal may run beside it during
//! an upgrade. Values without an id are opened by every key in turn.
//!
//! **The root.** The keys of MACs are derived from a root, which is derived from the first master key and stays when the
//! key is changed: the chain of the audit log, links in mails that were sent and masked addresses could not be made
//! anew. From the first change on the root is a sealed value of the database like others (`key_ring`).

use std::fs::File;
use std::io::{ErrorKind, Result as IoResult, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::{hkdf, hmac};
use secrecy::{ExposeSecret as _, SecretString};

use super::{KEY, Mac, SealKey, TokenKey, from_hex, hex};
use crate::config;
use crate::error::Error;
use crate::private_files;
use crate::random::Random;

/// Bytes of the id of a key.
const ID: usize = 8;
/// The first byte of a value that names its key.
const NAMED: u8 = 1;
/// The label under which the root is sealed.
const ROOT: &str = "master root";

/// The id of a key, which does not disclose it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyId([u8; ID]);

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// What the keys of MACs are derived from (a PRK of RFC 5869).
#[derive(Clone)]
struct Root([u8; KEY]);

impl Root {
    fn derived(&self, purpose: &str) -> Result<[u8; KEY], Error> {
        let mut bytes = [0; KEY];
        let info = [purpose.as_bytes()];
        let root = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, &self.0);
        let output = root.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut bytes));
        output.map_err(|_unspecified| Error::internal("deriving a key failed"))?;
        Ok(bytes)
    }
}

/// One of the keys.
struct Key {
    id: KeyId,
    seal: SealKey,
    /// The root that is derived from it.
    root: Root,
}

impl Key {
    fn new(bytes: &[u8; KEY]) -> Result<Self, Error> {
        // The step "extract" of HKDF is this MAC (RFC 5869, 2.2); the library does not hand its result out.
        let extract = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"portal master key"), bytes);
        let mut root = [0; KEY];
        root.copy_from_slice(extract.as_ref());
        let root = Root(root);
        let id = root.derived("key id")?.first_chunk().copied().unwrap_or_default();
        Ok(Self { id: KeyId(id), seal: SealKey::new(bytes)?, root })
    }

    fn tag(&self) -> [u8; ID + 1] {
        let mut tag = [NAMED; ID + 1];
        if let Some(id) = tag.last_chunk_mut() {
            *id = self.id.0;
        }
        tag
    }

    fn open_named(&self, sealed: &[u8], label: &str) -> Option<Vec<u8>> {
        self.seal.open(sealed.strip_prefix(self.tag().as_slice())?, label)
    }
}

/// Seals secrets for the database, and derives every other key.
pub struct MasterKey {
    /// Seals and opens.
    own: Key,
    /// Opens only.
    other: Option<Key>,
    root: Root,
    /// Whether sealed values name their key.
    names_keys: bool,
}

impl MasterKey {
    /// The key of the configuration, or that of the key file, which is created if it is missing.
    ///
    /// # Errors
    /// If the file cannot be read or created, or is malformed.
    pub fn load(settings: &config::Identity, random: &Random) -> Result<Self, Error> {
        if Self::is_missing(settings) {
            make(&settings.master_key_file, random)?;
        }
        Self::existing(settings)
    }

    /// Whether there is no key yet: none is configured, and there is no key file.
    #[must_use]
    pub fn is_missing(settings: &config::Identity) -> bool {
        settings.master_key.expose_secret().is_empty() && !settings.master_key_file.exists()
    }

    /// The key of the configuration, or that of the key file.
    ///
    /// # Errors
    /// If the file cannot be read, or is malformed.
    pub fn existing(settings: &config::Identity) -> Result<Self, Error> {
        let configured = settings.master_key.expose_secret();
        let own = if configured.is_empty() {
            let path = &settings.master_key_file;
            let told = |error: std::io::Error| {
                let place = private_files::absolute(path);
                Error::internal(match error.kind() {
                    ErrorKind::NotFound => format!(
                        "{}: the file is missing (identity.master_key_file), and no other key was made: put the key of \
                         this portal there, or set identity.master_key. The first `portal serve` of a new portal makes \
                         one",
                        place.display()
                    ),
                    _ => format!("{}: {error} (identity.master_key_file)", place.display()),
                })
            };
            let text = SecretString::from(std::fs::read_to_string(path).map_err(told)?.trim().to_owned());
            key(text.expose_secret(), &path.display().to_string())?
        } else {
            key(configured, "identity.master_key")?
        };
        let other = match settings.other_master_key.expose_secret() {
            "" => None,
            other => Some(key(other, "identity.other_master_key")?),
        };
        let other = other.filter(|other| other.id != own.id);
        let (root, names_keys) = (own.root.clone(), other.is_some());
        Ok(Self { own, other, root, names_keys })
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.own.id
    }

    /// The id of the second key, if there is one.
    #[must_use]
    pub fn other_id(&self) -> Option<KeyId> {
        self.other.as_ref().map(|other| other.id)
    }

    /// Seals a secret. `label` must be the same when it is opened: it binds the secret to its purpose.
    pub fn seal(&self, secret: &[u8], label: &str, random: &Random) -> Result<Vec<u8>, Error> {
        let sealed = self.own.seal.seal(secret, label, random)?;
        Ok(if self.names_keys { [self.own.tag().as_slice(), &sealed].concat() } else { sealed })
    }

    /// Opens what [`MasterKey::seal`] sealed.
    ///
    /// # Errors
    /// If it was sealed with another key or under another label.
    pub fn open(&self, sealed: &[u8], label: &str) -> Result<Vec<u8>, Error> {
        let keys = || std::iter::once(&self.own).chain(&self.other);
        let named = keys().find_map(|key| key.open_named(sealed, label));
        // The first bytes of a value without an id are random, and may look like one.
        named.or_else(|| keys().find_map(|key| key.seal.open(sealed, label))).ok_or_else(another_key)
    }

    /// Whether the key that seals now has sealed this value. While the portal has only ever had one key, it has sealed
    /// all of them.
    #[must_use]
    pub fn is_own(&self, sealed: &[u8]) -> bool {
        !self.names_keys || sealed.starts_with(&self.own.tag())
    }

    /// Whether the key that seals now is the first that the portal had.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.own.root.0 == self.root.0
    }

    /// The value sealed anew with the key that seals now; none if it was sealed with it already.
    ///
    /// # Errors
    /// If none of the keys opens it.
    pub fn anew(&self, sealed: &[u8], label: &str, random: &Random) -> Result<Option<Vec<u8>>, Error> {
        if self.is_own(sealed) { Ok(None) } else { self.seal(&self.open(sealed, label)?, label, random).map(Some) }
    }

    /// The same keys with the root of the one that sealed this value, which is older than any change of the key.
    ///
    /// # Errors
    /// If none of the keys opens it.
    pub fn rooted_by(mut self, sealed: &[u8], label: &str) -> Result<Self, Error> {
        self.open(sealed, label)?;
        let opens = |key: &Key| key.open_named(sealed, label).is_some() || key.seal.open(sealed, label).is_some();
        let root = std::iter::once(&self.own).chain(&self.other).find(|key| opens(key)).map(|key| key.root.clone());
        self.root = root.unwrap_or(self.root);
        Ok(self)
    }

    /// The same keys with the root that the database keeps.
    ///
    /// # Errors
    /// If none of the keys opens it.
    pub fn with_root(mut self, sealed: &[u8]) -> Result<Self, Error> {
        let root = self.open(sealed, ROOT)?;
        self.root = Root(root.try_into().map_err(|_other| Error::internal("the root of the keys has another length"))?);
        self.names_keys = true;
        Ok(self)
    }

    /// The root, sealed for the database.
    pub fn sealed_root(&self, random: &Random) -> Result<Vec<u8>, Error> {
        self.seal(&self.root.0, ROOT, random)
    }

    /// A key for MACs of one purpose.
    pub fn mac(&self, purpose: &str) -> Result<Mac, Error> {
        Ok(Mac(hmac::Key::new(hmac::HMAC_SHA256, &self.root.derived(purpose)?)))
    }

    /// A key for tokens of one purpose.
    pub fn tokens(&self, purpose: &str) -> Result<TokenKey, Error> {
        TokenKey::new(self.mac(purpose)?, &self.root.derived(&format!("{purpose}, sealed"))?)
    }
}

/// The fault of a key that did not seal what it is to open.
pub fn another_key() -> Error {
    Error::internal(
        "a sealed key can't be opened: is identity.master_key, or the file identity.master_key_file, the key it was sealed with?",
    )
}

fn key(text: &str, place: &str) -> Result<Key, Error> {
    let bytes = from_hex(text).ok_or_else(|| Error::internal(format!("{place} wants 64 hexadecimal digits")))?;
    Key::new(&bytes)
}

/// Makes a key file; there must be none. After a power cut it is whole or absent.
fn make(path: &Path, random: &Random) -> Result<(), Error> {
    let told = |error: std::io::Error| Error::internal(format!("{}: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(told)?;
    let key = hex(&random.bytes::<KEY>());
    // A name of its own, since two processes may start at the same time.
    let mut part = path.as_os_str().to_owned();
    part.push(format!(".{}.part", hex(&random.bytes::<ID>())));
    let part = PathBuf::from(part);
    let mut file = private_files::create_new(&part).map_err(told)?;
    let named = file
        .write_all(format!("{key}\n").as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| give_name(&part, path))
        .and_then(|()| File::open(folder)?.sync_all());
    let _ = std::fs::remove_file(&part);
    named.map_err(told)?;
    tracing::info!(path = %path.display(), "made a new master key; keep a copy of it, apart from the backups");
    Ok(())
}

/// Gives a file its name, which no other file may have.
fn give_name(part: &Path, path: &Path) -> IoResult<()> {
    match std::fs::hard_link(part, path) {
        // A file system without links.
        Err(error) if error.kind() != ErrorKind::AlreadyExists && !path.exists() => std::fs::rename(part, path),
        linked => linked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(own: u8, other: Option<u8>) -> MasterKey {
        let key = |byte: u8| Key::new(&[byte; KEY]).unwrap();
        let (own, other) = (key(own), other.map(key));
        MasterKey { root: own.root.clone(), names_keys: other.is_some(), own, other }
    }

    #[test]
    fn the_root_of_a_key_is_that_of_older_portals() {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"portal master key");
        let (mut before, info) = ([0; KEY], [b"audit chain".as_slice()]);
        salt.extract(&[7; KEY]).expand(&info, hkdf::HKDF_SHA256).unwrap().fill(&mut before).unwrap();
        assert_eq!(of(7, None).root.derived("audit chain").unwrap(), before);
    }

    #[test]
    fn a_value_names_its_key_once_there_is_a_second_one_and_older_ones_open() {
        let random = Random::seeded(1);
        let (before, changing, after) = (of(1, None), of(2, Some(1)), of(2, None));
        let old = before.seal(b"secret", "here", &random).unwrap();
        assert_eq!(before.own.seal.open(&old, "here").unwrap(), b"secret", "as an older portal reads it");
        assert!(before.is_own(&old), "there was never another key");
        assert_eq!(changing.open(&old, "here").unwrap(), b"secret");
        assert!(after.open(&old, "here").is_err() && !changing.is_own(&old));
        let new = changing.anew(&old, "here", &random).unwrap().unwrap();
        assert!(changing.is_own(&new) && changing.anew(&new, "here", &random).unwrap().is_none());
        assert_eq!(new[1..=ID], after.id().0);
        assert_eq!(after.open(&new, "here").unwrap(), b"secret");
        // A process that seals with the old key still knows the new one.
        assert_eq!(of(1, Some(2)).open(&new, "here").unwrap(), b"secret");
        for (key, label) in [(&before, "here"), (&after, "there")] {
            assert!(key.open(&new, label).is_err());
        }
    }

    #[test]
    fn a_key_file_is_made_once_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, random) = (folder.path().join("deep/master.key"), Random::seeded(1));
        make(&path, &random).unwrap();
        let made = std::fs::read_to_string(&path).unwrap();
        assert!(key(made.trim(), "here").is_ok() && made.ends_with('\n'));
        assert!(make(&path, &random).is_err(), "another process made it meanwhile");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), made);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn the_root_stays_when_the_key_is_changed() {
        let random = Random::seeded(1);
        let chain = |key: &MasterKey| key.mac("audit chain").unwrap().sign(&[b"link"]);
        let before = chain(&of(1, None));
        let oldest = of(1, None).seal(b"a signing key", "kid", &random).unwrap();
        for both in [of(1, Some(2)), of(2, Some(1))] {
            let both = both.rooted_by(&oldest, "kid").unwrap();
            assert_eq!(chain(&both), before);
            assert_eq!(both.is_first(), both.id() == of(1, None).id());
            let kept = both.sealed_root(&random).unwrap();
            assert_eq!(chain(&of(2, Some(1)).with_root(&kept).unwrap()), before);
        }
        let kept = of(2, Some(1)).rooted_by(&oldest, "kid").unwrap().sealed_root(&random).unwrap();
        assert_eq!(chain(&of(2, None).with_root(&kept).unwrap()), before, "and without the old key");
        assert!(of(3, None).with_root(&kept).is_err() && of(3, Some(4)).rooted_by(&oldest, "kid").is_err());
    }
}
