//! Secrets in files: those that a variable `PORTAL__SECTION__KEY_FILE` names, and the credentials of systemd.
//!
//! A file has the secret and at most one end of line after it, which is cut off. A file that is empty is a fault, and
//! one that every user of the machine can read is warned of.
//!
//! Left out: values that are no secrets. A profile is a file already.

use std::io::Read as _;
use std::path::Path;

use toml::Table;

use super::masks;
use crate::private_files;

/// Longest secret, in bytes.
const LONGEST: u64 = 65_536;

/// A secret from a file.
pub(super) struct Secret {
    pub(super) text: String,
    /// Whether every user of this machine can read it.
    pub(super) is_exposed: bool,
}

/// Reads a secret.
///
/// # Errors
/// Why it cannot be read, without any part of it.
pub(super) fn read(path: &Path) -> Result<Secret, String> {
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let is_exposed = is_exposed(path);
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LONGEST) {
        return Err(format!("has more than {LONGEST} bytes"));
    }
    let text = String::from_utf8(bytes).map_err(|_invalid| "is no text in UTF-8".to_owned())?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    Ok(Secret { text: text.to_owned(), is_exposed })
}

/// Whether every user of this machine can read a file.
pub(super) fn is_exposed(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let has =
            |path: &Path, bit: u32| path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & bit != 0);
        let whole = private_files::absolute(path);
        // Whoever may not enter one of its folders reads nothing in it.
        has(&whole, 0o004) && whole.ancestors().skip(1).all(|folder| has(folder, 0o001))
    }
    #[cfg(not(unix))]
    {
        false
    }
}

/// The warning of a file that everybody can read.
pub(super) fn exposed(path: &Path) -> String {
    let path = path.display();
    format!("{path} has a secret, and every user of this machine can read it: chmod o-rwx {path}")
}

/// Credentials that look like a setting and are none of the secrets: probably misspelt.
pub(super) fn misnamed(folder: &Path, known: &Table) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let in_section = |name: &str| name.split_once('.').is_some_and(|(section, _)| known.contains_key(section));
    let mut names: Vec<String> = names.filter(|name| in_section(name) && masks::secret(name).is_none()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::config::{Invalid, Settings, Sources, load};

    fn written(folder: &Path, name: &str, text: &[u8]) -> PathBuf {
        use std::io::Write as _;
        let path = folder.join(name);
        private_files::create(&path).unwrap().write_all(text).unwrap();
        path
    }

    fn with(environment: &[(&str, &str)], credentials: Option<&Path>) -> Result<Settings, Invalid> {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        load(&Sources { environment, credentials: credentials.map(Path::to_path_buf), ..Sources::default() })
    }

    fn refused(environment: &[(&str, &str)], credentials: Option<&Path>) -> String {
        with(environment, credentials).unwrap_err().to_string()
    }

    #[test]
    fn every_secret_is_read_from_the_file_that_a_variable_names() {
        let folder = tempfile::tempdir().unwrap();
        for key in masks::secrets().filter(|key| *key != "identity.master_key") {
            let value = match key {
                "database.url" | "database.migrate_url" => "postgres://portal:tiger@database/portal".to_owned(),
                "mail.smtp_url" => "smtp://robot:tiger@relay.customs.int:587?tls=required".to_owned(),
                "bounces.imap_url" => "imaps://robot:tiger@mail.customs.int/INBOX".to_owned(),
                "identity.other_master_key" => "9f3a".repeat(16),
                _ => "a tiger of the woods".to_owned(),
            };
            let file = written(folder.path(), "secret", format!("{value}\n").as_bytes());
            let name = format!("PORTAL__{}_FILE", key.to_ascii_uppercase().replace('.', "__"));
            let file = file.display().to_string();
            // The secret of a client alone is no whole setting; its fault shows that it was read.
            let server = ("PORTAL__DATABASE__URL", "postgres://portal@database/portal");
            let beside = if key == "database.migrate_url" { &[server][..] } else { &[] };
            match with(&[&[(name.as_str(), file.as_str())], beside].concat(), None) {
                Ok(settings) => {
                    assert!(settings.masked.contains(&format!("# secret file {file} ({name})")), "{key}");
                    assert!(!settings.masked.contains("tiger") && settings.warnings().is_empty(), "{key}");
                }
                Err(error) => assert!(error.to_string().contains("imap_oauth"), "{key}: {error}"),
            }
        }
    }

    #[test]
    fn a_credential_has_the_name_of_its_key() {
        let folder = tempfile::tempdir().unwrap();
        written(folder.path(), "identity.master_key", format!("{}\r\n", "9f3a".repeat(16)).as_bytes());
        written(folder.path(), "dkim.pem", b"a key of another kind");
        let settings = with(&[], Some(folder.path())).unwrap();
        assert!(settings.masked.contains("master_key = \"***\"  # credential identity.master_key"));
        assert_eq!(settings.warnings(), Vec::<String>::new());
        written(folder.path(), "identity.masterkey", b"misspelt");
        let warnings = with(&[], Some(folder.path())).unwrap().warnings();
        assert!(warnings.len() == 1 && warnings[0].contains("identity.masterkey"), "{warnings:?}");
    }

    #[test]
    fn a_secret_that_is_given_twice_is_a_fault_and_a_flag_wins() {
        let folder = tempfile::tempdir().unwrap();
        let file = written(folder.path(), "server.metrics_token", b"a token of the file").display().to_string();
        let file = file.as_str();
        let (plain, named) = ("PORTAL__SERVER__METRICS_TOKEN", "PORTAL__SERVER__METRICS_TOKEN_FILE");
        let told = refused(&[(plain, "a token of the variable"), (named, file)], None);
        assert!(told.contains("server.metrics_token is given by") && told.contains(named), "{told}");
        let told = refused(&[(plain, "a token of the variable")], Some(folder.path()));
        assert!(told.contains("the credential server.metrics_token"), "{told}");
        assert!(!told.contains("a token of"), "{told}");
        for pairs in [[(plain, ""), (named, file)], [(named, file), (plain, "")]] {
            let settings = with(&pairs, None).unwrap();
            assert!(
                settings.masked.contains("metrics_token = \"***\"  # secret file"),
                "an empty variable says nothing"
            );
        }
        let key = "9f3a".repeat(16);
        let (value, path) = ("PORTAL__IDENTITY__MASTER_KEY", "PORTAL__IDENTITY__MASTER_KEY_FILE");
        let told = refused(&[(value, key.as_str()), (path, "x")], None);
        assert!(told.contains("identity.master_key is given by"), "{told}");
    }

    #[test]
    fn a_folder_of_credentials_that_is_not_there_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        let told = refused(&[], Some(&folder.path().join("missing")));
        assert!(told.contains("CREDENTIALS_DIRECTORY names"), "{told}");
    }

    #[test]
    fn a_file_that_is_no_secret_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        let name = "PORTAL__DATABASE__URL_FILE";
        let missing = folder.path().join("missing").display().to_string();
        assert!(refused(&[(name, missing.as_str())], None).contains(&missing));
        for (text, why) in [(&b"\n"[..], "is empty"), (b"\xff\xfe", "UTF-8")] {
            let file = written(folder.path(), "file", text).display().to_string();
            let told = refused(&[(name, file.as_str())], None);
            assert!(told.contains(name) && told.contains(why), "{told}");
        }
        let told = refused(&[("PORTAL__MAIL__FROM_FILE", missing.as_str())], None);
        assert!(told.contains("there is no setting mail.from_file"), "{told}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_everybody_can_read_is_warned_of() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = written(folder.path(), "token", b"a token of the file");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        let file = file.display().to_string();
        let warned = || with(&[("PORTAL__SERVER__METRICS_TOKEN_FILE", file.as_str())], None).unwrap().warnings();
        let open_folder =
            |mode| std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        open_folder(0o700);
        assert_eq!(warned(), Vec::<String>::new(), "nobody else can enter its folder");
        open_folder(0o755);
        let warnings = warned();
        assert!(warnings.len() == 1 && warnings[0].contains("every user of this machine"), "{warnings:?}");
    }
}
