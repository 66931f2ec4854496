//! Backups: a set in a folder, taken beside a running portal; its check; its restoration; and the release of what a
//! restored portal holds.
//!
//! A set is a folder: the database (a SQLite file, or a text file for each table of PostgreSQL), the stored files,
//! sealed as they are, and `manifest.json`, which says what belongs to it, with checksums. It has no secret beside
//! those of the database: of the master key it has a fingerprint alone, and the manifest is sealed with a key derived
//! from it, so that whoever can write to the place of backups can't make another set of it.
//!
//! **Order.** First one snapshot of the database, with the list of its files, then the files. A file is written before
//! the row that names it, and rests for a day after its release, so every file of the snapshot is there. The set grows
//! under another name, `FOLDER.part`, the manifest comes last, and the folder gets its name when all of it is on the
//! disk: a process that ends in the middle leaves nothing that looks whole.
//!
//! **Memory** does not grow with the data, but for the ids of stored files: rows and files go through one at a time.
//!
//! A restored portal holds mails, webhooks and announcements ([`crate::restore_hold`]), and every session and API token
//! has ended in it, since it knows nothing of what was sent and revoked after the backup. Whoever keeps a copy of the
//! directory reads everything again ([`crate::changes`]).
//!
//! - `types` the manifest and faults; `rules` exit codes, and rows as lines; `store` its SQL
//! - `set` the folder: written, read, compared with its manifest
//! - `taking` takes a backup; `checking` checks a set; `restoring` brings it back; `releasing` lets things leave again
//!
//! Left out: compression, encryption and deletion of old sets, which the place of backups does better; and the journal
//! of mails, which is about the machine that is gone.

mod checking;
mod releasing;
mod restoring;
mod rules;
mod set;
mod store;
mod taking;
mod types;

use crate::db::Conn;
use crate::error::Error;
use crate::metrics::{State, number};
use crate::secrets::{Mac, MasterKey, hex};
use crate::time::Timestamp;

pub use checking::{Report, check};
pub use releasing::{Dropped, Held, held, release};
pub use restoring::{Outcome, Restore, restore};
pub use rules::{Age, exit_code};
pub use taking::{Taken, take};
pub use types::{Fault, FaultKind, FileTotals, Manifest, Waiting};

/// Finds the key of the chain of the audit log, for the database that it is in.
pub type ChainKey = Box<dyn Fn(&mut Conn) -> Result<Mac, Error>>;

/// The master key and what of it a backup needs.
pub struct Keys {
    master: MasterKey,
    /// The key of the audit chain.
    chain: ChainKey,
    /// Seals manifests.
    seal: Mac,
    /// The id of the master key, as every command prints it.
    fingerprint: String,
    /// What sets of older portals have in its place.
    former_fingerprint: String,
}

impl Keys {
    /// The keys of a portal, with what finds that of its audit chain.
    ///
    /// # Errors
    /// If a key can't be derived.
    pub fn new(master: MasterKey, chain: ChainKey) -> Result<Self, Error> {
        let seal = master.mac("backup manifest")?;
        let former = master.mac("backup fingerprint")?.sign(&[b"master key"]);
        let former_fingerprint = hex(former.get(..8).unwrap_or_default());
        Ok(Self { fingerprint: master.id().to_string(), master, chain, seal, former_fingerprint })
    }

    /// Whether a manifest with this fingerprint belongs to the master key.
    fn is_named(&self, fingerprint: &str) -> bool {
        [&self.fingerprint, &self.former_fingerprint].into_iter().any(|own| own == fingerprint)
    }
}

/// When the last backup of this database was finished; none if there was none.
///
/// # Errors
/// Of the database.
pub fn last_success(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    store::last_success(conn)
}

/// When the last backup of this database was finished, for `/metrics`: the same in every process, and zero if there
/// was none, so that an alert for one that is too old fires for none too.
///
/// # Errors
/// Of the database.
pub fn states(conn: &mut Conn, _now: Timestamp) -> Result<Vec<State>, Error> {
    let last = last_success(conn)?.map_or(0, Timestamp::as_seconds);
    let help = "When the last backup was whole, in seconds since 1970; zero if none is known; read from the database";
    Ok(vec![State::one("backup_last_success_timestamp_seconds", help, number(last))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Sources, load};

    #[test]
    fn a_set_names_the_key_as_commands_do_and_those_of_older_portals_are_known() {
        let overrides = vec![format!("identity.master_key={}", "9f3a".repeat(16))];
        let settings = load(&Sources { overrides, ..Sources::default() }).unwrap();
        let master = MasterKey::existing(&settings.identity).unwrap();
        let id = master.id().to_string();
        let keys = Keys::new(master, Box::new(|_: &mut Conn| Err(Error::internal("no chain is asked for")))).unwrap();
        assert_eq!(keys.fingerprint, id);
        assert_ne!(keys.former_fingerprint, id);
        assert!(keys.is_named(&id) && keys.is_named(&keys.former_fingerprint) && !keys.is_named("another"));
    }
}
