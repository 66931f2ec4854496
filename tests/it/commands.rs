//! The commands of an operator: the real binary, on both databases.

use diesel::prelude::*;
use portal::db::schema::{erasure, users};
use portal::db::{self, Access, Conn, Id, Target};

use crate::instances::{ADMIN, PATIENCE, Site, within};
use crate::support::backend::Backend;
use crate::support::{PASSWORD, story};

/// Settings of a portal that others can reach.
const WORLD: [&str; 5] = [
    "server.public_url=https://portal.customs.int",
    "server.trusted_proxies=172.30.71.1",
    "server.docs=false",
    "mail.from=Community <portal@customs.int>",
    "mail.transport=smtp",
];

fn open(site: &Site) -> Conn {
    db::open(&Target::parse(&site.database.url).unwrap(), Access::Write).unwrap()
}

#[story]
fn an_erasure_that_a_backup_lacks_is_added_and_done_again(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let (well, said) =
        site.run(&["admin", "create", "--email", "second@portal.example", "--name", "Second"], Some(PASSWORD));
    assert!(well, "{said}");
    let mut conn = open(&site);
    let second: Id =
        users::table.filter(users::email_key.eq("second@portal.example")).select(users::id).first(&mut conn).unwrap();
    let (well, said) = site.run(&["erasures", "add", "second@portal.example"], None);
    assert!(!well && said.contains("second@portal.example"), "{said}");
    let unknown = "01890000-0000-7000-8000-000000000000";
    for _ in 0..2 {
        let (well, said) = site.run(&["erasures", "add", &second.to_string(), unknown], None);
        assert!(well && said.contains("2 erasures in") && said.contains("1 account within"), "{said}");
    }
    assert_eq!(erasure::table.count().get_result::<i64>(&mut conn).unwrap(), 2);
    let _process = site.start();
    let erased = |conn: &mut Conn, email: &str| {
        let rows = users::table.filter(users::email_key.eq(email).and(users::erased_at.is_null()));
        rows.count().get_result::<i64>(conn).unwrap() == 0
    };
    within(PATIENCE, || erased(&mut conn, "second@portal.example"));
    assert!(!erased(&mut conn, ADMIN));
}

#[story]
fn the_check_finds_what_serve_would_fail_at(backend: &'static Backend) {
    let site = Site::new(backend);
    let (well, said) = site.run(&["check-config"], None);
    assert!(well && !said.contains("WARN"), "{said}");
    let (well, said) = site.run(&["--set", "server.bind=0.0.0.0:8080", "check-config"], None);
    assert!(well && said.contains("WARN") && said.contains("counts as a trial"), "{said}");
    let faults = [
        "mail.dkim_keys=x=/nowhere/dkim.pem",
        "webhooks.ca_file=/nowhere/ca.pem",
        "mail.journal=/proc/nowhere",
        "log.filter=nonsense",
        "community.contact_email=foo",
    ];
    let settings: Vec<&str> = faults.iter().flat_map(|&fault| ["--set", fault]).collect();
    for command in ["check-config", "serve"] {
        let (well, said) = site.run(&[&settings[..], &[command]].concat(), None);
        assert!(!well, "{said}");
        for fault in faults {
            let key = fault.split('=').next().unwrap();
            assert!(said.contains(&format!("  - {key}")), "{command}, {key}: {said}");
        }
    }
}

#[story]
fn made_up_people_are_not_added_beside_real_ones(backend: &'static Backend) {
    let site = Site::new(backend);
    let mut conn = open(&site);
    let count = |conn: &mut Conn| users::table.count().get_result::<i64>(conn).unwrap();
    // Twice: those that were made up are no obstacle.
    for contacts in ["2", "3"] {
        let (well, said) = site.run(&["seed", "--contacts", contacts], None);
        assert!(well, "{said}");
    }
    assert_eq!(count(&mut conn), 3);
    site.administrator();
    let (well, said) = site.run(&["seed", "--contacts", "5"], None);
    assert!(!well && said.contains("1 account not made up") && said.contains("--yes"), "{said}");
    assert_eq!(count(&mut conn), 4);
    let (well, said) = site.run(&["seed", "--contacts", "5", "--yes"], None);
    assert!(well, "{said}");
    assert_eq!(count(&mut conn), 6);
    // The suite's own PostgreSQL may have a password that no portal for others would take.
    let file = site.folder.path().join("world.sqlite3");
    let database = format!("database.url=sqlite:{}", file.display());
    let mut command: Vec<&str> = WORLD.iter().flat_map(|&setting| ["--set", setting]).collect();
    command.extend(["--set", &database, "seed", "--contacts", "6"]);
    let (well, said) = site.run(&command, None);
    assert!(!well && said.contains("serves others") && !file.exists(), "{said}");
}

#[story]
fn commands_that_take_no_settings_say_so_and_help_begins_with_what_is_the_commands_own(backend: &'static Backend) {
    let site = Site::new(backend);
    // The site sets its database and more for every command.
    let relay = "127.0.0.1:1";
    for command in [&["demo", "--once"][..], &["bench", "mail", "--relay", relay][..]] {
        let (well, said) = site.run(command, None);
        assert!(!well && said.contains("do not take --set"), "{said}");
    }
    let (well, said) = site.run(&["--version"], None);
    assert!(well && said.contains("postgres-tls)"), "{said}");
    let (well, said) = site.run(&["seed", "--help"], None);
    let place = |option: &str| said.find(&format!("\n      {option}")).expect("an option");
    assert!(well && place("--yes") < place("--config") && place("--contacts") < place("--yes"), "{said}");
}

#[story]
fn only_a_start_makes_a_database_or_a_key(backend: &'static Backend) {
    let site = Site::new(backend);
    let create = ["admin", "create", "--email", "a@b.example", "--name", "A"];
    let key = site.folder.path().join("master.key");
    for command in [&create[..], &["files", "verify"], &["release"]] {
        let (code, said) = site.code(command);
        assert!(code == 1 && said.contains("master.key: the file is missing") && !key.exists(), "{command:?}: {said}");
    }
    site.make_key();
    let set = site.folder.path().join("set").display().to_string();
    let commands: [&[&str]; 10] = [
        &create,
        &["files", "verify"],
        &["release"],
        &["erasures", "add", "01890000-0000-7000-8000-000000000000"],
        &["sessions", "end-all"],
        &["maintenance", "status"],
        &["maintenance", "off"],
        &["key", "rotate", "--check"],
        &["backup", "--to", &set],
        &["audit", "verify"],
    ];
    for command in commands {
        // In the wrong folder: the path is named from the root.
        let mut there = site.command();
        there.current_dir(site.folder.path()).args(["--set", "database.url=sqlite:./elsewhere/portal.sqlite3"]);
        let output = there.args(command).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let place = site.folder.path().join("elsewhere");
        let named = format!("there is no database at {}", place.join("portal.sqlite3").display());
        let is_named = said.contains(&named) || said.replace("/./", "/").contains(&named);
        assert!(!output.status.success() && is_named, "{command:?}: {said}");
        assert!(!place.exists(), "{command:?}");
    }
    let empty = Site::empty(backend);
    empty.make_key();
    for command in [&["release"][..], &["sessions", "end-all"]] {
        let (code, said) = empty.code(command);
        let told = said.contains("there is no database at") || said.contains("has no tables of a portal");
        assert!(code == 1 && told, "{command:?}: {said}");
    }
}
