//! What a restoration refuses, with nothing written.

use std::io::Write as _;
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use portal::db::{Conn, dump};

use super::{back_up, folder, open, place_for, restored, sealed, store, text};
use crate::instances::{PATIENCE, Site, within};
use crate::support::backend::Backend;
use crate::support::story;

/// A file of a set that every database has: the first of its parts.
fn part(set: &Path) -> std::path::PathBuf {
    let single = set.join("database.sqlite3");
    if single.exists() { single } else { set.join("tables/user.copy") }
}

fn append(path: &Path, words: &str) {
    std::fs::OpenOptions::new().append(true).open(path).unwrap().write_all(words.as_bytes()).unwrap();
}

/// Whether there is no database where one could have been restored to.
fn is_untouched(site: &Site) -> bool {
    match site.database.url.strip_prefix("sqlite:") {
        Some(path) => !Path::new(path).exists(),
        None => dump::is_empty(&mut open(site)).unwrap(),
    }
}

#[story]
fn every_fault_is_named_at_once(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let id = store(&site, "a sealed letter");
    let set = back_up(&site);
    append(&part(&set), "x");
    std::fs::remove_file(set.join("files").join(id.to_string())).unwrap();
    std::fs::write(set.join("stranger"), "of nobody").unwrap();
    // Another key, and a database that is not empty.
    let other = Site::new(backend);
    other.administrator();
    let (code, said) = other.code(&["restore", text(&set)]);
    assert_eq!(code, 20, "{said}");
    let taken = if site.database.url.starts_with("sqlite:") { "exists: move it away" } else { "has tables" };
    let missing = format!("files/{id}: missing");
    for words in ["altered", &missing, "stranger: does not belong", "belongs to the master key", taken] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(said.contains("nothing was restored"), "{said}");
}

#[story]
fn each_fault_has_an_exit_code(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let set = back_up(&site);
    let full = Site::new(backend);
    std::fs::copy(folder(&site, "master.key"), folder(&full, "master.key")).unwrap();
    let (code, said) = full.code(&["restore", text(&set)]);
    assert_eq!(code, 10, "{said}");
    let keyless = Site::empty(backend);
    let (code, said) = keyless.code(&["restore", text(&set)]);
    assert_eq!(code, 11, "no key at all: {said}");
    std::fs::write(folder(&keyless, "master.key"), "5c".repeat(32)).unwrap();
    let (code, said) = keyless.code(&["restore", text(&set)]);
    assert_eq!(code, 11, "another key: {said}");
    assert!(is_untouched(&keyless));

    let place = place_for(backend, &site);
    let manifest = set.join("manifest.json");
    let whole = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, whole.replace("\"format\": 1", "\"format\": 2")).unwrap();
    let (code, said) = place.code(&["restore", text(&set)]);
    assert_eq!(code, 12, "{said}");
    let newer = db_schema(&whole);
    std::fs::write(&manifest, whole.replace(&newer, "29991231000000")).unwrap();
    let (code, said) = place.code(&["restore", text(&set)]);
    assert!(code == 20 && said.contains("restore with a newer one"), "{said}");
    assert!(said.contains("manifest.json was altered"), "who alters it can't seal it: {said}");
    std::fs::write(&manifest, &whole).unwrap();
    append(&part(&set), "x");
    let (code, said) = place.code(&["restore", text(&set)]);
    assert_eq!(code, 13, "{said}");
    assert!(is_untouched(&place));
}

#[story]
fn a_list_of_files_that_is_no_text_is_a_fault_of_the_set(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    store(&site, "a sealed letter");
    let set = back_up(&site);
    let list = set.join("files.list");
    let whole = std::fs::read(&list).unwrap();
    std::fs::write(&list, [b"\xff\xfe\nab 7\n".as_slice(), &whole].concat()).unwrap();
    let (code, said) = site.code(&["backup", "--check", text(&set)]);
    assert!(code == 13 && said.contains("files.list: 2 lines without the name of a file"), "{said}");
    let place = place_for(backend, &site);
    let (code, said) = place.code(&["restore", text(&set)]);
    assert!(code == 13 && said.contains("nothing was restored"), "{said}");
    assert!(is_untouched(&place));
}

/// The last migration that a manifest names.
fn db_schema(manifest: &str) -> String {
    let manifest: serde_json::Value = serde_json::from_str(manifest).unwrap();
    manifest["schema"].as_str().unwrap().to_owned()
}

#[story]
fn a_broken_chain_is_not_restored(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let process = site.start();
    within(PATIENCE, || sealed(&mut open(&site)) > 0);
    drop(process);
    let good = back_up(&site);
    match open(&site) {
        Conn::Postgres(mut c) => {
            c.batch_execute("ALTER TABLE audit_entry DISABLE TRIGGER USER; UPDATE audit_entry SET action = 'logout'")
        }
        Conn::Sqlite(mut c) => {
            c.batch_execute("DROP TRIGGER audit_entry_no_update; UPDATE audit_entry SET action = 'logout'")
        }
    }
    .unwrap();
    let set = folder(&site, "forged");
    let (code, said) = site.code(&["backup", "--to", text(&set)]);
    assert_eq!(code, 0, "{said}");
    let place = place_for(backend, &site);
    let (code, said) = place.code(&["restore", text(&set)]);
    assert!(code == 14 && said.contains("chain of the audit log is broken"), "{said}");
    assert!(is_untouched(&place), "and what was written is undone");
    restored(&place, &good);
}

#[story]
fn a_set_of_one_database_is_not_restored_into_the_other(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let set = back_up(&site);
    let mut place = place_for(backend, &site);
    place.url = if site.url.starts_with("sqlite:") {
        // It is not asked before the set is: nothing answers there.
        "postgres://portal@127.0.0.1:1/portal".to_owned()
    } else {
        format!("sqlite:{}", folder(&place, "portal.sqlite3").display())
    };
    let (code, said) = place.code(&["restore", text(&set)]);
    assert_eq!(code, 15, "{said}");
}

#[story]
fn files_of_others_in_the_storage_stay_and_must_be_permitted(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let id = store(&site, "a sealed letter");
    let set = back_up(&site);
    let place = place_for(backend, &site);
    let files = folder(&place, "files");
    std::fs::create_dir(&files).unwrap();
    std::fs::write(files.join(id.to_string()), "another letter").unwrap();
    let (code, said) = place.code(&["restore", text(&set)]);
    assert!(code == 10 && said.contains("another file under the name"), "{said}");
    // As in the folder of the original, with no other letter and with one that has come since.
    std::fs::write(files.join(id.to_string()), "a sealed letter").unwrap();
    let (code, said) = place.code(&["restore", text(&set)]);
    assert!(code == 10 && said.contains("the storage has 1 file, 0 of which"), "{said}");
    std::fs::write(files.join("newer"), "a newer letter").unwrap();
    let (code, said) = place.code(&["restore", text(&set)]);
    assert!(code == 10 && said.contains("the storage has 2 files, 1 of which the set does not have"), "{said}");
    let (code, said) = place.code(&["restore", "--shared-storage", text(&set)]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(std::fs::read_to_string(files.join("newer")).unwrap(), "a newer letter");
}
