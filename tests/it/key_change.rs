//! The change of the master key, with the real binary: everything is sealed anew while the portal serves (O31).

use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use portal::config::{self, Settings, Sources};
use portal::db::schema::{master_root, signing_key, totp, webhook};
use portal::db::{self, Access, Db, Id, Target};
use portal::key_ring;
use portal::random::Random;
use portal::secrets::MasterKey;
use portal::storage::Storage;
use portal::time::Clock;
use serde_json::json;

use crate::instances::{ADMIN, Site, code_in};
use crate::support::backend::Backend;
use crate::support::{Expect as _, PASSWORD, story};

const LETTER: &[u8] = b"a letter of nomination";
/// What the first story has of each kind.
const KINDS: [&str; 4] = ["1 authenticator app,", "1 webhook secret,", "1 file,", "1 root key"];

fn settings(site: &Site, keys: &[String]) -> Settings {
    let folder = site.folder.path();
    let mut overrides = vec![
        format!("database.url={}", site.url),
        format!("identity.master_key_file={}", folder.join("master.key").display()),
        format!("storage.folder={}", folder.join("files").display()),
    ];
    overrides.extend_from_slice(keys);
    config::load(&Sources { overrides, ..Sources::default() }).unwrap()
}

/// The store of files as a portal with these keys has it.
async fn storage(site: &Site, keys: &[String]) -> Storage {
    let settings = settings(site, keys);
    let target = settings.database_target().unwrap();
    let db = Db::start(&target, settings.database_size(&target)).unwrap();
    let (clock, random) = (Clock::system(), Random::system());
    let (master, chance, now) = (MasterKey::existing(&settings.identity).unwrap(), random.clone(), clock.now());
    let master = db.write(move |conn| key_ring::settle(conn, master, &chance, now)).await.unwrap();
    Storage::new(&settings.storage, db, Arc::new(master), clock, random).unwrap()
}

fn on_runtime<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}

/// The sealed values of the database, by what they are.
fn sealed(site: &Site) -> Vec<Vec<u8>> {
    let conn = &mut db::open(&Target::parse(&site.url).unwrap(), Access::Write).unwrap();
    let mut values: Vec<Vec<u8>> = signing_key::table.select(signing_key::sealed_key).load(conn).unwrap();
    values.extend(totp::table.select(totp::sealed_secret).load::<Vec<u8>>(conn).unwrap());
    values.extend(webhook::table.select(webhook::secret).load::<Vec<u8>>(conn).unwrap());
    values.extend(master_root::table.select(master_root::sealed).load::<Vec<u8>>(conn).unwrap());
    values
}

fn roots(site: &Site) -> i64 {
    let conn = &mut db::open(&Target::parse(&site.url).unwrap(), Access::Write).unwrap();
    master_root::table.count().get_result(conn).unwrap()
}

fn with<'a>(keys: &'a [String], command: &[&'a str]) -> Vec<&'a str> {
    keys.iter().flat_map(|key| ["--set", key.as_str()]).chain(command.iter().copied()).collect()
}

#[story]
fn the_master_key_is_changed_while_the_portal_serves(backend: &'static Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let old = std::fs::read_to_string(site.folder.path().join("master.key")).unwrap().trim().to_owned();
    let new = "9f3a0c5e71b2d486".repeat(4);
    let file: Id = on_runtime(async {
        let storage = storage(&site, &[]).await;
        storage.put(storage.slot().await.unwrap(), LETTER).await.unwrap()
    });
    let (code, said) = site.code_of(&[], &["key", "rotate"]);
    assert!(code == Some(1) && said.contains("identity.other_master_key"), "{said}");
    let (code, said) = site.code_of(&[], &["key", "rotate", "--check"]);
    assert!(code == Some(0) && !said.contains("can go"), "there was never another key: {said}");
    let too_early = [format!("identity.other_master_key={new}")];
    let (_, said) = site.code_of(&[], &with(&too_early, &["key", "rotate", "--check"]));
    assert!(said.contains("0 root keys") && said.contains("not sealed with"), "{said}");
    assert_eq!(roots(&site), 0, "counting keeps no root");

    // The new key is known and does not seal yet; then everything is sealed with it, beside the portal that serves.
    let serving = site.start_with(&[&format!("identity.other_master_key={new}")]);
    let tokens = serving.tokens(&secret);
    let url = "https://receiver.example/hook";
    let receiver = json!({"url": url, "description": "Receiver", "events": ["appointment.*"]});
    serving.with(&tokens).post("/webhooks", &receiver).unwrap().expect(201);
    let (code, said) = site.code_of(&[], &with(&too_early, &["key", "rotate"]));
    assert!(code == Some(0) && said.contains("the first key of this portal") && !said.contains("can go"), "{said}");
    let both = [format!("identity.master_key={new}"), format!("identity.other_master_key={old}")];
    let (code, said) = site.code_of(&[], &with(&both, &["key", "rotate", "--check"]));
    for kind in KINDS {
        assert!(code == Some(1) && said.contains(kind), "{kind} in {said}");
    }
    let (code, said) = site.code_of(&[], &with(&both, &["key", "rotate"]));
    for kind in KINDS {
        assert!(code == Some(0) && said.contains(kind), "{kind} in {said}");
    }
    assert!(said.contains("identity.other_master_key can go"), "{said}");
    let own = MasterKey::existing(&settings(&site, &both).identity).unwrap();
    assert!(sealed(&site).len() >= 4 && sealed(&site).iter().all(|value| own.is_own(value)));
    let (code, said) = site.code_of(&[], &with(&both, &["key", "rotate"]));
    assert!(code == Some(0) && said.contains("0 authenticator apps"), "once more there is nothing to do: {said}");
    // The portal that seals with the old key still opens what the new one sealed.
    let challenged = serving.login(ADMIN, PASSWORD).expect(200);
    serving.second(&challenged["challenge"], &code_in(&secret, 30)).expect(200);
    drop(serving);

    // The old key goes.
    let alone = &both[..1];
    let (code, said) = site.code_of(&[], &with(alone, &["audit", "verify"]));
    assert!(code == Some(0) && said.contains("whole: "), "the chain outlives the key: {said}");
    let serving = site.start_with(&[&both[0]]);
    serving.with(&tokens).get("/registrations").unwrap().expect(200);
    let read = on_runtime(async { storage(&site, alone).await.get(file).await.unwrap() });
    assert_eq!(read, LETTER);
    drop(serving);
    let (code, said) = site.code_of(&[], &["audit", "verify"]);
    assert!(code == Some(3), "the key file has the old one: {said}");
    let (code, said) = site.code_of(&[], &["--set", "server.bind=127.0.0.1:0", "serve"]);
    assert!(code == Some(1) && said.contains("the key it was sealed with"), "{said}");
}

#[story]
fn a_change_of_the_key_that_was_interrupted_goes_on_where_it_was(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let old = std::fs::read_to_string(site.folder.path().join("master.key")).unwrap().trim().to_owned();
    let new = "9f3a0c5e71b2d486".repeat(4);
    let both = [format!("identity.master_key={new}"), format!("identity.other_master_key={old}")];
    let files: Vec<Id> = on_runtime(async {
        let storage = storage(&site, &[]).await;
        let mut files = Vec::new();
        for _ in 0..3 {
            files.push(storage.put(storage.slot().await.unwrap(), LETTER).await.unwrap());
        }
        // One that the sweep deletes next is left to it.
        let due = storage.put(storage.slot().await.unwrap(), LETTER).await.unwrap();
        let conn = &mut db::open(&Target::parse(&site.url).unwrap(), Access::Write).unwrap();
        let long_ago = Clock::system().now().minus(Duration::from_hours(1_000));
        portal::storage::release(conn, due, long_ago).unwrap();
        let due = site.folder.path().join("files").join(due.to_string());
        let before = std::fs::read(&due).unwrap();
        // What the first try managed: the first of the files.
        let changing = self::storage(&site, &both).await;
        assert_eq!(changing.reseal(Id::nil(), false).await.unwrap().0, 3);
        let folder = site.folder.path().join("files");
        let kept: Vec<_> = files[1..].iter().map(|id| std::fs::read(folder.join(id.to_string())).unwrap()).collect();
        assert_eq!(changing.reseal(Id::nil(), true).await.unwrap().0, 3);
        assert_eq!(std::fs::read(&due).unwrap(), before);
        for (id, sealed) in files[1..].iter().zip(kept) {
            std::fs::write(folder.join(id.to_string()), sealed).unwrap();
            std::fs::write(folder.join(format!("{id}.anew")), "broken off").unwrap();
        }
        files
    });
    let (code, said) = site.code_of(&[], &with(&both, &["key", "rotate"]));
    assert!(code == Some(0) && said.contains("2 files"), "{said}");
    on_runtime(async {
        let storage = storage(&site, &both[..1]).await;
        for id in files {
            assert_eq!(storage.get(id).await.unwrap(), LETTER);
        }
    });
}
