//! `portal key rotate`: everything that is sealed, sealed anew with a new master key.

use std::process::ExitCode;
use std::sync::Arc;

use super::existing;
use crate::app;
use crate::config::Settings;
use crate::db::{self, Db, Target};
use crate::error::Error;
use crate::key_ring::{self, MasterKeyOf, Step};
use crate::random::Random;
use crate::restore_hold;
use crate::secrets::{self, MasterKey};
use crate::storage::Storage;
use crate::terminal::say;
use crate::time::Clock;

/// The lock of a rotation. The number is arbitrary.
const LOCK: i64 = 7_330;

/// Seals everything anew with `identity.master_key`, or counts what another key has sealed.
///
/// # Errors
/// If there is no second key, or something can be opened by neither.
pub(super) async fn rotate(settings: &Settings, check: bool) -> Result<ExitCode, Error> {
    let (clock, random) = (Clock::system(), Random::system());
    let master = MasterKey::existing(&settings.identity)?;
    if master.other_id().is_none() && !check {
        return Err(Error::internal(
            "identity.other_master_key is empty, or the same as identity.master_key: set it to the key that is replaced",
        ));
    }
    let target = existing::database(settings)?;
    if check {
        refuse_older_schema(&target)?;
    } else {
        app::migrate(settings, &clock, &random)?;
    }
    let Some(_alone) = db::hold(&target, LOCK)? else {
        return Err(Error::internal("another process changes the key of this portal already"));
    };
    let db = Db::start(&target, settings.database_size(&target))?;
    if !check && db.read(restore_hold::is_held).await? {
        return Err(Error::internal(
            "this portal was restored and is held: its files may be those of the original, which does not have the new \
             key. portal release comes first",
        ));
    }
    let (chance, now) = (random.clone(), clock.now());
    let master = if check {
        db.read(move |conn| key_ring::look(conn, master)).await?.ok_or_else(secrets::another_key)?
    } else {
        db.write(move |conn| key_ring::settle(conn, master, &chance, now)).await?
    };
    let master = Arc::new(master);
    let storage = Storage::new(&settings.storage, db.clone(), Arc::clone(&master), clock, random.clone())?;
    let key = MasterKeyOf { master: Arc::clone(&master), random };
    if !check {
        let sealed = key_ring::rotate(&db, &storage, &key, Step::Seal).await?;
        say(&format!("sealed anew with the key {}: {sealed}", master.id()));
    }
    let left = key_ring::rotate(&db, &storage, &key, Step::Count).await?;
    if left.total() > 0 {
        say(&format!("not sealed with the key {}: {left}", master.id()));
        say("If portals still seal with the other key, give them the new one as identity.master_key, and repeat this.");
        return Ok(ExitCode::FAILURE);
    }
    say(&format!("everything is sealed with the key {}{}", master.id(), next(&master)));
    Ok(ExitCode::SUCCESS)
}

/// What comes after it.
fn next(master: &MasterKey) -> &'static str {
    if master.other_id().is_none() {
        ""
    } else if master.is_first() {
        ". This is the first key of this portal: if you meant to replace it, exchange identity.master_key and \
         identity.other_master_key, and repeat this"
    } else {
        "; identity.other_master_key can go, if it is the key that was replaced"
    }
}

/// Counting applies no migration.
fn refuse_older_schema(target: &Target) -> Result<(), Error> {
    match db::missing_migrations(target)?.first() {
        Some(first) => Err(Error::internal(format!(
            "the database lacks migrations, from {first} on, and --check changes nothing: run portal migrate first"
        ))),
        None => Ok(()),
    }
}
