//! The master key with what the database keeps of it, and the change of the master key.
//!
//! The operator gives every process the new key as `identity.other_master_key`, then exchanges the two, then calls
//! [`rotate`] (`portal key rotate`), and takes the old key away. From the first of these steps on, sealed values name
//! their key (`secrets::master`), and the root of the keys of MACs is a row of `master_root`: the process that first starts
//! with two keys writes it ([`settle`]).
//!
//! [`rotate`] seals the root, signing keys, secrets of authenticator apps and of webhooks, and stored files anew, in
//! small units of work. A value is replaced only if it is still the one that was read. A value that names the new key is
//! done, so a rotation that was interrupted continues where it was. Of several at once only one runs.
//!
//! Left out: refresh tokens, whose successors are sealed with the token itself; and a change of the root, since nothing
//! could verify older links of the audit log.

mod store;

use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::identity;
use crate::random::Random;
use crate::secrets::{self, MasterKey};
use crate::storage::Storage;
use crate::text::amount;
use crate::time::Timestamp;
use crate::webhooks;

/// Whether stale values are sealed anew or only counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Counts them.
    Count,
    /// Seals them anew.
    Seal,
}

/// Values that another key had sealed, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stale {
    /// The root of the keys.
    pub roots: usize,
    /// Keys that sign access tokens.
    pub signing_keys: usize,
    /// Secrets of authenticator apps.
    pub authenticators: usize,
    /// Secrets of webhooks.
    pub webhooks: usize,
    /// Stored files.
    pub files: usize,
}

impl Stale {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> usize {
        self.roots + self.signing_keys + self.authenticators + self.webhooks + self.files
    }
}

impl std::fmt::Display for Stale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds = [
            (self.signing_keys, "signing key"),
            (self.authenticators, "authenticator app"),
            (self.webhooks, "webhook secret"),
            (self.files, "file"),
            (self.roots, "root key"),
        ];
        f.write_str(&kinds.map(|(number, noun)| amount(number, noun)).join(", "))
    }
}

/// The key with the root that the database keeps. The first process with two keys stores the root. Runs in a unit of work
/// that writes.
///
/// # Errors
/// If the key is not that of the database.
pub fn settle(conn: &mut Conn, master: MasterKey, random: &Random, now: Timestamp) -> Result<MasterKey, Error> {
    if master.other_id().is_some() && store::root(conn)?.is_none() {
        // Two processes that start at the same time must agree on the root.
        conn.exclude_others()?;
        if store::root(conn)?.is_none() {
            let master = rooted_in_database(conn, master)?.ok_or_else(secrets::another_key)?;
            store::insert_root(conn, &master.sealed_root(random)?, now)?;
            return Ok(master);
        }
    }
    look(conn, master)?.ok_or_else(secrets::another_key)
}

/// The key with the root that the database keeps, or would keep; none if it is not the key of the database. Only reads,
/// also databases of an older portal.
pub fn look(conn: &mut Conn, master: MasterKey) -> Result<Option<MasterKey>, Error> {
    let root = if conn.has_table("master_root")? { store::root(conn)? } else { None };
    let rooted = match root {
        Some(sealed) => master.with_root(&sealed).ok(),
        None => rooted_in_database(conn, master)?,
    };
    match rooted {
        Some(master) if identity::opens_with(conn, &master)? => Ok(Some(master)),
        _ => Ok(None),
    }
}

/// Without a stored root, the key that sealed the oldest signing key is the first that the portal had.
fn rooted_in_database(conn: &mut Conn, master: MasterKey) -> Result<Option<MasterKey>, Error> {
    match identity::oldest_sealed_key(conn)? {
        Some((sealed, label)) if master.other_id().is_some() => Ok(master.rooted_by(&sealed, &label).ok()),
        _ => Ok(Some(master)),
    }
}

/// Seals everything anew that another key has sealed, or counts it.
///
/// # Errors
/// If a value can be opened by neither key, or the database or the store is unreachable. What was sealed until then
/// stays.
pub async fn rotate(db: &Db, storage: &Storage, master: &MasterKeyOf, step: Step) -> Result<Stale, Error> {
    let mut stale = Stale::default();
    let key = master.clone();
    let first = move |conn: &mut Conn| {
        let roots = reseal_root(conn, &key, step)?;
        let signing_keys = identity::reseal_signing_keys(conn, &key.master, &key.random, step == Step::Seal)?;
        let webhooks = webhooks::reseal(conn, &key.master, &key.random, step == Step::Seal)?;
        Ok((roots, signing_keys, webhooks))
    };
    (stale.roots, stale.signing_keys, stale.webhooks) = run(db, step, first).await?;
    let mut after = Some(Id::nil());
    while let Some(last) = after {
        let key = master.clone();
        let next = move |conn: &mut Conn| {
            identity::reseal_authenticators(conn, &key.master, &key.random, last, step == Step::Seal)
        };
        let (count, last) = run(db, step, next).await?;
        stale.authenticators += count;
        after = last;
    }
    let mut after = Some(Id::nil());
    while let Some(last) = after {
        let (count, last) = storage.reseal(last, step == Step::Seal).await?;
        stale.files += count;
        after = last;
    }
    Ok(stale)
}

/// The key and the randomness that a rotation seals with. Cloning is cheap.
#[derive(Clone)]
pub struct MasterKeyOf {
    /// The keys.
    pub master: std::sync::Arc<MasterKey>,
    /// The randomness.
    pub random: Random,
}

async fn run<T, F>(db: &Db, step: Step, work: F) -> Result<T, Error>
where
    F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    match step {
        Step::Count => db.read(work).await,
        Step::Seal => db.write(work).await,
    }
}

fn reseal_root(conn: &mut Conn, key: &MasterKeyOf, step: Step) -> Result<usize, Error> {
    let Some(sealed) = store::root(conn)? else { return Ok(0) };
    if key.master.is_own(&sealed) {
        return Ok(0);
    }
    if step == Step::Seal {
        store::set_root(conn, &key.master.sealed_root(&key.random)?)?;
    }
    Ok(1)
}
