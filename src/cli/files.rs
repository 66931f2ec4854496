//! The files and folders that the configuration names: each is opened before the portal starts, so that `portal
//! check-config` finds what `portal serve` would fail at, and every fault begins with its key.
//!
//! A missing folder is created and removed again: `serve` creates it for its own user, and the check may run as
//! another.
//!
//! Left out: hosts. A relay, a bucket or a mailbox that does not answer now may answer later.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;

use crate::config::{Bind, ImapUrl, SAME_KEY, Settings, StorageKind, Transport};
use crate::db::Target;
use crate::mail;
use crate::private_files;
use crate::secrets::MasterKey;
use crate::tls;

/// The faults of the files and folders, a sentence each. Other checks report invalid keys.
pub(super) fn faults(settings: &Settings) -> Vec<String> {
    let mut faults = Vec::new();
    // The domain of a signature is that of the sender.
    if settings.sender().is_ok()
        && let Err(fault) = mail::dkim_records(settings)
    {
        faults.push(fault);
    }
    for (key, file) in authorities(settings) {
        if let Err(fault) = tls::connector(file) {
            faults.push(format!("{key}: {fault}"));
        }
    }
    faults.extend(key_file(settings));
    faults.extend(connections(settings));
    for (key, folder) in folders(settings) {
        if let Err(error) = try_folder(&folder) {
            faults.push(format!("{key}: {}", told(&folder, &error)));
        }
    }
    faults
}

/// The fault of the key file.
fn key_file(settings: &Settings) -> Option<String> {
    let identity = &settings.identity;
    if !identity.master_key.expose_secret().is_empty() || !identity.master_key_file.exists() {
        return None;
    }
    match MasterKey::existing(identity) {
        Err(error) => Some(format!("identity.master_key_file: {}", error.operator_message())),
        Ok(master) => {
            let is_same = !identity.other_master_key.expose_secret().is_empty() && master.other_id().is_none();
            is_same.then(|| SAME_KEY.to_owned())
        }
    }
}

/// The faults of what is listened on and connected to.
fn connections(settings: &Settings) -> Vec<String> {
    let mut faults = Vec::new();
    if let Ok(Bind::Socket(path)) = Bind::parse(&settings.server.bind) {
        let folder = path.parent().filter(|folder| !folder.is_dir());
        faults.extend(folder.map(|folder| format!("server.bind: there is no folder {}", folder.display())));
    }
    let database = &settings.database;
    for (key, url) in [("database.url", &database.url), ("database.migrate_url", &database.migrate_url)] {
        let target = Target::parse(url.expose_secret());
        if !cfg!(feature = "postgres-tls") && target.is_ok_and(|target| target.wants_tls()) {
            faults.push(format!(
                "{key}: its sslmode wants TLS, and this program was built without the feature postgres-tls"
            ));
        }
    }
    faults
}

/// Why a folder can't be written, with who tried.
fn told(folder: &Path, error: &std::io::Error) -> String {
    let place = private_files::absolute(folder);
    match error.kind() {
        ErrorKind::PermissionDenied => {
            format!("{}: {error}: {} needs the right to write there", place.display(), user())
        }
        _ => format!("{}: {error}", place.display()),
    }
}

/// The user of this process, by name where the machine knows one.
fn user() -> String {
    let id = rustix::process::geteuid().as_raw().to_string();
    let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = known.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, other) = (fields.next()?, fields.nth(1)?);
        (other == id).then(|| name.to_owned())
    });
    name.map_or_else(|| format!("the user {id}"), |name| format!("the user {name} ({id})"))
}

/// The files of certificate authorities that are read, by key.
fn authorities(settings: &Settings) -> Vec<(&'static str, &str)> {
    let mailbox = ImapUrl::parse(settings.bounces.imap_url.expose_secret()).ok();
    let is_bucket = settings.storage.kind == StorageKind::S3 && settings.storage.s3_url.starts_with("https://");
    let files = [
        ("mail.tls_ca_file", &settings.mail.tls_ca_file, settings.mail.transport == Transport::Smtp),
        ("bounces.imap_ca_file", &settings.bounces.imap_ca_file, mailbox.is_some_and(|place| place.encrypted)),
        ("storage.s3_ca_file", &settings.storage.s3_ca_file, is_bucket),
        ("webhooks.ca_file", &settings.webhooks.ca_file, true),
    ];
    let used = files.into_iter().filter(|(_, file, is_used)| *is_used && !file.is_empty());
    used.map(|(key, file, _)| (key, file.as_str())).collect()
}

/// The folders that are written, by key.
fn folders(settings: &Settings) -> Vec<(&'static str, PathBuf)> {
    let mut folders = Vec::new();
    if let Ok(Target::Sqlite(path)) = settings.database_target() {
        folders.extend(folder_of(Path::new(&path)).map(|folder| ("database.url", folder)));
    }
    let identity = &settings.identity;
    if identity.master_key.expose_secret().is_empty() && !identity.master_key_file.exists() {
        folders.extend(folder_of(&identity.master_key_file).map(|folder| ("identity.master_key_file", folder)));
    }
    if settings.storage.kind == StorageKind::Local {
        folders.push(("storage.folder", settings.storage.folder.clone()));
    }
    if settings.mail.transport == Transport::File {
        folders.push(("mail.folder", settings.mail.folder.clone()));
    }
    folders.push(("mail.journal", settings.mail.journal.clone()));
    // The rules of the configuration report an empty path, or it means none.
    folders.retain(|(_, folder)| !folder.as_os_str().is_empty());
    folders
}

/// The folder of a file, if its path names one.
fn folder_of(file: &Path) -> Option<PathBuf> {
    file.parent().map(Path::to_path_buf)
}

/// Creates a file in a folder, and restores the former state.
fn try_folder(folder: &Path) -> std::io::Result<()> {
    let missing: Vec<&Path> =
        folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
    let probe = folder.join(format!(".check-{}", std::process::id()));
    let tried = private_files::make_folder(&probe).and_then(|()| std::fs::remove_dir(&probe));
    for path in missing {
        // A file that another process has created meanwhile stays, with its folder.
        let _ = std::fs::remove_dir(path);
    }
    tried
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Sources, load};

    fn found(overrides: &[String]) -> Vec<String> {
        faults(&load(&Sources { overrides: overrides.to_vec(), ..Sources::default() }).unwrap())
    }

    #[test]
    fn each_file_and_folder_is_opened_and_named_by_its_key() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name).display().to_string();
        std::fs::write(path("file"), "no key, no folder, no certificate").unwrap();
        let good = [
            format!("database.url=sqlite:{}", path("deep/portal.sqlite3")),
            format!("identity.master_key_file={}", path("deep/master.key")),
            format!("storage.folder={}", path("deep/files")),
            format!("mail.folder={}", path("mail")),
            format!("mail.journal={}", path("journal")),
        ];
        assert_eq!(found(&good), Vec::<String>::new());
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1, "nothing is left of the check");
        for (key, value) in [
            ("mail.dkim_keys", format!("x={}", path("none"))),
            ("mail.dkim_keys", format!("x={}", path("file"))),
            ("webhooks.ca_file", path("none")),
            ("storage.folder", path("file/in")),
            ("mail.folder", path("file/in")),
            ("mail.journal", path("file/in")),
            ("database.url", format!("sqlite:{}", path("file/in/portal.sqlite3"))),
            ("identity.master_key_file", path("file")),
            ("identity.master_key_file", path("file/in/master.key")),
        ] {
            let overrides = [good.to_vec(), vec![format!("{key}={value}")]].concat();
            let found = found(&overrides);
            assert!(found.len() == 1 && found[0].starts_with(&format!("{key}: ")), "{key}: {found:?}");
        }
        let socket = |folder: &str| format!("server.bind=unix:{}", path(&format!("{folder}portal.sock")));
        assert_eq!(found(&[good.to_vec(), vec![socket("")]].concat()), Vec::<String>::new());
        let missing = found(&[good.to_vec(), vec![socket("none/")]].concat());
        assert!(missing.len() == 1 && missing[0].starts_with("server.bind: there is no folder"), "{missing:?}");
        std::fs::write(path("key"), "9f3a".repeat(16)).unwrap();
        let key = format!("identity.master_key_file={}", path("key"));
        let same = [key, format!("identity.other_master_key={}", "9F3A".repeat(16))];
        assert_eq!(found(&[&good[..], &same].concat()), [SAME_KEY]);
        let relay = ["mail.transport=smtp".to_owned(), format!("mail.tls_ca_file={}", path("none"))];
        let found = found(&[&good[..], &relay].concat());
        assert!(found.len() == 1 && found[0].starts_with("mail.tls_ca_file: "), "{found:?}");
    }

    #[cfg(not(feature = "postgres-tls"))]
    #[test]
    fn a_program_without_tls_says_so_before_it_connects() {
        let root = tempfile::tempdir().unwrap();
        let place = |key: &str| format!("{key}={}", root.path().join("x").display());
        let url = "database.url=postgres://portal:a-long-word@localhost/portal?sslmode=verify-full".to_owned();
        let keys = ["identity.master_key_file", "storage.folder", "mail.folder", "mail.journal"].map(place);
        let found = found(&[&keys[..], &[url]].concat());
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert!(one.starts_with("database.url: ") && one.contains("postgres-tls"), "{one}");
    }
}
