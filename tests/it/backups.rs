//! Backups: the real binary takes one beside a running portal, checks it, refuses what does not fit, and restores it
//! elsewhere; and what a restored portal holds until it is released.
//!
//! `faults` what a restoration refuses; `holding` what does not leave, and files that stay.

mod faults;
mod holding;

use std::path::{Path, PathBuf};

use diesel::prelude::*;
use portal::db::schema::{audit_seal, stored_object};
use portal::db::{self, Access, Conn, Id, Target};
use portal::random::Random;
use portal::time::Clock;
use serde_json::json;

use crate::instances::{ADMIN, PATIENCE, Site, code_in, within};
use crate::support::backend::Backend;
use crate::support::{Expect as _, PASSWORD, story};

fn open(site: &Site) -> Conn {
    db::open(&Target::parse(&site.database.url).unwrap(), Access::Write).unwrap()
}

/// The folder of a set of this site.
fn folder(site: &Site, name: &str) -> PathBuf {
    site.folder.path().join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Takes a backup; returns its folder.
fn back_up(site: &Site) -> PathBuf {
    let set = folder(site, "set");
    let (code, said) = site.code(&["backup", "--to", text(&set), "--check"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("is whole"), "{said}");
    set
}

/// An empty place with the master key of another site.
fn place_for(backend: &'static Backend, of: &Site) -> Site {
    let place = Site::empty(backend);
    std::fs::copy(folder(of, "master.key"), folder(&place, "master.key")).unwrap();
    place
}

fn restored(site: &Site, set: &Path) {
    let (code, said) = site.code(&["restore", text(set)]);
    assert_eq!(code, 0, "{said}");
}

/// A stored file, as the storage and its ledger have it; its content is sealed in no way, which a backup does not see.
fn store(site: &Site, content: &str) -> Id {
    let now = Clock::system().now();
    let id = Id::new(now, &Random::system());
    std::fs::create_dir_all(folder(site, "files")).unwrap();
    std::fs::write(folder(site, "files").join(id.to_string()), content).unwrap();
    let row = (stored_object::id.eq(id), stored_object::created_at.eq(now));
    diesel::insert_into(stored_object::table).values(row).execute(&mut open(site)).unwrap();
    id
}

fn sealed(conn: &mut Conn) -> i64 {
    audit_seal::table.count().get_result(conn).unwrap()
}

#[story]
fn a_backup_beside_a_running_portal_lets_nothing_leave_elsewhere_before_it_is_released(backend: &'static Backend) {
    let mut site = Site::new(backend);
    // A relay that nobody answers at: what is to leave is pending in the backup.
    site.settings = ["mail.transport=smtp", "mail.smtp_url=smtp://127.0.0.1:1"].map(str::to_owned).into();
    let secret = site.administrator();
    let process = site.start();
    let tokens = process.tokens(&secret);
    let admin = process.with(&tokens);
    let address = "fatou.sow@douanes.example";
    let form = json!({"email": address, "name": "Fatou Sow", "organisation": "SN", "role": "coordinator"});
    admin.post("/invitations", &form).unwrap().expect(201);
    within(PATIENCE, || sealed(&mut open(&site)) > 0);
    let set = back_up(&site);
    assert!(portal::backup::last_success(&mut open(&site)).unwrap().is_some());
    admin.get("/me").unwrap().expect(200);

    let mut place = place_for(backend, &site);
    place.settings = vec!["mail.poll_seconds=1".to_owned()];
    let (code, said) = place.code(&["restore", text(&set)]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains(" session") && said.contains("portal release"), "{said}");
    let (code, said) = place.code(&["audit", "verify"]);
    assert_eq!(code, 0, "{said}");
    let copy = place.start();
    assert_eq!(copy.with(&tokens).get("/me").unwrap().status, 401, "no session of before is good");
    assert_eq!(copy.login(ADMIN, PASSWORD).status, 200);
    let ready = || copy.client.send("GET", "/health/ready", None).unwrap().text;
    within(PATIENCE, || ready().contains("restore_hold"));
    let (code, said) = place.code(&["release"]);
    assert_eq!(code, 10, "{said}");
    assert!(said.contains(" mails of the portal itself, the oldest "), "{said}");
    assert_eq!(place.invitation_to(address), None, "it is held");
    let (code, said) = place.code(&["release", "--yes"]);
    assert_eq!(code, 0, "{said}");
    within(PATIENCE, || place.invitation_to(address).is_some());
    let (code, said) = place.code(&["release"]);
    assert!(code == 0 && said.contains("nothing is held"), "{said}");
}

#[story]
fn what_is_dropped_does_not_leave(backend: &'static Backend) {
    let mut site = Site::new(backend);
    site.settings = ["mail.transport=smtp", "mail.smtp_url=smtp://127.0.0.1:1"].map(str::to_owned).into();
    let secret = site.administrator();
    let process = site.start();
    let admin = process.with(&process.tokens(&secret));
    let invite = |client: &portal::demo::client::Client, email: &str| {
        let form = json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "coordinator"});
        client.post("/invitations", &form).unwrap().expect(201);
    };
    invite(&admin, "old@douanes.example");
    let set = back_up(&site);
    let mut place = place_for(backend, &site);
    place.settings = vec!["mail.poll_seconds=1".to_owned()];
    restored(&place, &set);
    let (code, said) = place.code(&["release", "--drop", "--yes"]);
    assert!(code == 0 && said.contains("dropped ") && !said.contains("dropped 0"), "{said}");
    let copy = place.start();
    let challenged = copy.login(ADMIN, PASSWORD).expect(200);
    // The code of before was used, and the backup knows it.
    let tokens = copy.second(&challenged["challenge"], &code_in(&secret, 30)).expect(200);
    invite(&copy.with(&tokens), "new@douanes.example");
    within(PATIENCE, || place.invitation_to("new@douanes.example").is_some());
    assert_eq!(place.invitation_to("old@douanes.example"), None);
}

#[story]
fn a_reader_of_changes_after_the_backup_reads_everything_again(backend: &'static Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let process = site.start();
    let admin = process.with(&process.tokens(&secret));
    let read = |client: &portal::demo::client::Client, path: &str| client.get(path).unwrap().expect(200);
    let since = |page: &serde_json::Value| format!("/changes?since={}", page["since"].as_str().unwrap());
    let set = back_up(&site);
    admin.json("PATCH", "/me", &json!({"job_title": "Head of Unit"})).unwrap().expect(200);
    let after_backup = since(&read(&admin, "/changes"));
    read(&admin, &after_backup);

    let place = place_for(backend, &site);
    restored(&place, &set);
    let copy = place.start();
    let challenged = copy.login(ADMIN, PASSWORD).expect(200);
    // The code of before was used, and the backup knows it.
    let tokens = copy.second(&challenged["challenge"], &code_in(&secret, 30)).expect(200);
    let admin = copy.with(&tokens);
    // The restored portal gives the numbers of that reader to other changes.
    assert_eq!(admin.get(&after_backup).unwrap().refused(410), "changes_forgotten");
    let anew = since(&read(&admin, "/changes"));
    admin.json("PATCH", "/me", &json!({"job_title": "Head"})).unwrap().expect(200);
    read(&admin, &anew);
}

#[story]
fn a_link_that_set_a_password_after_the_backup_sets_none_in_the_restored_portal(backend: &'static Backend) {
    let mut site = Site::new(backend);
    site.settings = vec!["mail.poll_seconds=1".to_owned()];
    site.administrator();
    let process = site.start();
    process.client.post("/auth/password/forgot", &json!({"email": ADMIN})).unwrap().expect(202);
    within(PATIENCE, || site.link_to(ADMIN, "reset").is_some());
    let form = json!({"token": site.link_to(ADMIN, "reset"), "password": "another long pass phrase"});
    let set = back_up(&site);
    process.client.post("/auth/password/reset", &form).unwrap().expect(200);

    let place = place_for(backend, &site);
    restored(&place, &set);
    let copy = place.start();
    assert_eq!(copy.client.post("/auth/password/reset", &form).unwrap().refused(410), "link_spent");
    assert_eq!(copy.login(ADMIN, PASSWORD).status, 200, "the password of the backup");
}

#[story]
fn stored_files_come_back_and_those_that_are_missing_are_named(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let (letter, lost) = (store(&site, "a sealed letter"), store(&site, "a sealed paper"));
    let set = back_up(&site);
    let place = place_for(backend, &site);
    restored(&place, &set);
    let read = |site: &Site, id: Id| std::fs::read_to_string(folder(site, "files").join(id.to_string())).unwrap();
    assert_eq!((read(&place, letter).as_str(), read(&place, lost).as_str()), ("a sealed letter", "a sealed paper"));

    std::fs::remove_file(folder(&site, "files").join(lost.to_string())).unwrap();
    let later = folder(&site, "later");
    let (code, said) = site.code(&["backup", "--to", text(&later)]);
    assert!(code == 16 && said.contains("MISSING in the storage: 1 file;"), "{said}");
    let (code, said) = site.code(&["backup", "--check", text(&later)]);
    assert_eq!(code, 0, "the set is whole: {said}");
}

#[story]
fn a_set_of_an_older_schema_is_brought_up_to_date(backend: &'static Backend) {
    let older = Site::empty(backend);
    std::fs::write(folder(&older, "master.key"), "5b".repeat(32)).unwrap();
    open(&older).transaction_for_write(|conn| db::migrate_to(conn, Some("20261201000290"))).unwrap();
    let set = folder(&older, "set");
    let (code, said) = older.code(&["backup", "--to", text(&set)]);
    assert!(code == 0 && said.contains("schema 20261201000290"), "{said}");
    let place = place_for(backend, &older);
    restored(&place, &set);
    let versions = db::applied_versions(&mut open(&place)).unwrap();
    assert_eq!(versions, db::known_versions().unwrap());
    place.start();
}

#[story]
fn no_other_key_is_made_for_a_database_that_has_one(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let key = folder(&site, "master.key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let again = ["admin", "create", "--email", "second@portal.example", "--name", "Second"];
    let (code, said) = site.code(&again);
    assert!(code == 1 && said.contains("master_key"), "{said}");
    assert!(!key.exists(), "there is nothing to take for the key");
    std::fs::write(&key, kept).unwrap();
    let (code, said) = site.code(&again);
    assert_eq!(code, 0, "{said}");
}

#[story]
fn a_check_without_the_key_says_that_it_is_none_of_the_whole(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let set = back_up(&site);
    let manifest = std::fs::read_to_string(set.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let key = manifest["key"].as_str().unwrap();
    // One key has one name.
    let (_, said) = site.code(&["--set", "server.public_url=http://localhost:1", "doctor"]);
    assert!(said.contains(&format!("{key} opens the signing keys")), "{key}: {said}");
    let keyless = Site::empty(backend);
    let (code, said) = keyless.code(&["backup", "--check", text(&set)]);
    assert!(code == 17 && !said.contains("is whole") && said.contains("the file is missing"), "{said}");
    let (code, said) = keyless.code(&["backup", "--check", text(&set), "--without-key"]);
    assert!(code == 0 && !said.contains("is whole"), "{said}");
    assert!(!folder(&keyless, "master.key").exists());
}

#[story]
fn a_folder_that_is_taken_and_a_set_that_was_broken_off_are_no_backup(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let set = back_up(&site);
    let (code, said) = site.code(&["backup", "--to", text(&set)]);
    assert!(code == 1 && said.contains("is not empty"), "{said}");
    assert!(!set.join(".backup").exists(), "it does not grow any more");
    // As a kill right after the set got its name leaves it.
    std::fs::write(set.join(".backup"), "").unwrap();
    let (code, said) = site.code(&["backup", "--check", text(&set)]);
    assert_eq!(code, 0, "{said}");
    // As a kill leaves it: all of it or everything but the manifest, under the name of a set that grows.
    let broken = folder(&site, "other.part");
    std::fs::rename(&set, &broken).unwrap();
    let (code, said) = place_for(backend, &site).code(&["restore", text(&broken)]);
    assert!(code == 13 && said.contains("no whole backup"), "{said}");
    std::fs::remove_file(broken.join("manifest.json")).unwrap();
    let (code, said) = site.code(&["backup", "--check", text(&broken)]);
    assert!(code == 13 && said.contains("no whole backup"), "{said}");
    let place = place_for(backend, &site);
    let (code, said) = place.code(&["restore", text(&broken)]);
    assert!(code == 13 && said.contains("nothing was restored"), "{said}");
    let (code, said) = site.code(&["backup", "--to", text(&folder(&site, "other")), "--check"]);
    assert_eq!(code, 0, "{said}");
    assert!(!broken.exists(), "the next one replaces it");
}
