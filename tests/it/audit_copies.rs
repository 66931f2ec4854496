//! `portal audit verify` by the real binary: of a running portal and of copies, which it leaves as they are (D1, O27).

use diesel::prelude::*;
use portal::audit;
use portal::config::{self, Settings, Sources};
use portal::db::schema::{audit_entry, audit_seal};
use portal::db::{self, Access, Conn, Id, Target};
use portal::secrets::MasterKey;
use portal::time::Clock;

use crate::instances::Site;
use crate::support::backend::Backend;
use crate::support::story;

fn settings(site: &Site) -> Settings {
    let key = site.folder.path().join("master.key");
    let overrides = vec![format!("database.url={}", site.url), format!("identity.master_key_file={}", key.display())];
    config::load(&Sources { overrides, ..Sources::default() }).unwrap()
}

fn open(url: &str) -> Conn {
    db::open(&Target::parse(url).unwrap(), Access::Write).unwrap()
}

/// Seals what awaits it, as the portal does every minute; returns the end of the chain.
fn seal(site: &Site) -> audit::Head {
    let key = MasterKey::existing(&settings(site).identity).unwrap();
    let key = portal::app::audit_key(&key).unwrap();
    let now = Clock::system().now();
    open(&site.url).transaction_for_write(|conn| audit::seal(conn, &key, None, now)).unwrap().head
}

#[story]
fn d1_a_wrong_key_is_no_broken_chain_and_each_has_its_exit_code(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let head = seal(&site);
    assert!(head.position > 0);
    let verify = |more: &[&str]| site.code_of(&[], &[&["audit", "verify"][..], more].concat());
    let (code, said) = verify(&[]);
    assert!(code == Some(0) && said.contains("whole: "), "{said}");
    let another = format!("identity.master_key={}", "5a".repeat(32));
    let (code, said) = verify(&["--set", &another]);
    assert!(code == Some(3) && said.contains("WRONG KEY") && !said.contains("BROKEN"), "{said}");
    let nowhere = format!("identity.master_key_file={}", site.folder.path().join("nowhere").display());
    for cannot in [nowhere.as_str(), "identity.master_key=short"] {
        let (code, said) = verify(&["--set", cannot]);
        assert!(code == Some(2) && !said.contains("BROKEN"), "{said}");
    }
    let conn = &mut open(&site.url);
    let unguarded = match conn {
        Conn::Postgres(_) => "ALTER TABLE audit_entry DISABLE TRIGGER USER",
        Conn::Sqlite(_) => "DROP TRIGGER audit_entry_no_update",
    };
    diesel::sql_query(unguarded).execute(conn).unwrap();
    let first: Id = audit_seal::table.order(audit_seal::position).select(audit_seal::entry_id).first(conn).unwrap();
    let changed = diesel::update(audit_entry::table.find(first)).set(audit_entry::request_id.eq("changed"));
    changed.execute(conn).unwrap();
    let (code, said) = verify(&[]);
    assert!(code == Some(1) && said.contains("BROKEN at link 1"), "{said}");
}

#[story]
fn d1_a_chain_goes_through_the_links_that_were_kept(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let head = seal(&site);
    let (position, link, other) = (head.position.to_string(), head.hex(), "ab".repeat(32));
    let through = |position: &str, link: &str| site.code_of(&[], &["audit", "verify", "--through", position, link]);
    let (code, said) = through(&position, &link.to_uppercase());
    assert!(code == Some(0) && said.contains(&format!("goes through the link that was kept: {position}")), "{said}");
    let (code, said) = through(&position, &other);
    assert!(code == Some(1) && said.contains(&format!("BROKEN at link {position}")), "{said}");
    let (code, said) = through(&(head.position + 1).to_string(), &other);
    assert!(code == Some(1) && said.contains("ends before the link that was kept"), "{said}");
    for (position, link) in [("0", link.as_str()), ("first", link.as_str()), ("1", "abcd")] {
        let (code, said) = through(position, link);
        assert!(code == Some(2) && said.contains("--through wants"), "{said}");
    }
}

#[story(sqlite)]
fn d1_a_copy_is_verified_and_left_as_it_is(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let process = site.start();
    let head = seal(&site);
    let copies = site.folder.path().join("copies");
    std::fs::create_dir(&copies).unwrap();
    // A copy in rollback mode, and one of a portal that was stopped, in WAL mode without a log.
    let small = copies.join("vacuumed.sqlite3");
    diesel::sql_query(format!("VACUUM INTO '{}'", small.display())).execute(&mut open(&site.url)).unwrap();
    drop(process);
    drop(open(&site.url));
    let Ok(Target::Sqlite(path)) = Target::parse(&site.url) else { panic!("a file") };
    std::fs::copy(&path, copies.join("stopped.sqlite3")).unwrap();
    let files = || {
        let entries = std::fs::read_dir(&copies).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
        files.sort();
        files
    };
    let before = files();
    assert_eq!(before.len(), 2);
    for name in ["vacuumed", "stopped"] {
        let url = format!("database.url=sqlite:{}", copies.join(format!("{name}.sqlite3")).display());
        let (code, said) = site.code_of(&[], &["--set", &url, "audit", "verify"]);
        assert!(code == Some(0) && said.contains(&head.hex()), "{name}: {said}");
        assert!(files() == before, "{name} is as it was");
    }
    let missing = format!("database.url=sqlite:{}", copies.join("missing.sqlite3").display());
    let (code, said) = site.code_of(&[], &["--set", &missing, "audit", "verify"]);
    assert!(code == Some(2) && said.contains("there is no database"), "{said}");
    assert!(files() == before, "nothing was created");
}
