//! Merges the sources into one table, and notes where each value came from.
//!
//! A later source replaces what an earlier one said. Secrets are different: a secret that is given in two ways at once
//! (a variable, a file that a variable names, a credential) is a fault, since nobody can see which of them is meant.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use toml::{Table, Value};

use super::origins::{Origin, Origins};
use super::secret_files::{self, Secret};
use super::{ALIKE, DEFAULTS, Invalid, PREFIX, PROFILE, Sources, masks, renamed, slot};

/// The merged sources.
pub(super) struct Merge {
    pub(super) merged: Table,
    pub(super) faults: Vec<String>,
    /// The former names of settings that were used.
    pub(super) former: Vec<&'static str>,
    /// Sentences about files of secrets.
    pub(super) warnings: Vec<String>,
    pub(super) origins: Origins,
    /// How each secret was given outside of files and flags.
    given: BTreeMap<&'static str, Vec<String>>,
}

impl Merge {
    /// Merges all sources.
    ///
    /// # Errors
    /// If the defaults cannot be parsed.
    pub(super) fn all(sources: &Sources) -> Result<Self, Invalid> {
        let merged = DEFAULTS.parse().map_err(|e| Invalid(vec![format!("config/default.toml: {e}")]))?;
        let (origins, given) = (Origins::default(), BTreeMap::new());
        let mut merge = Self { merged, faults: Vec::new(), former: Vec::new(), warnings: Vec::new(), origins, given };
        if let Some(path) = &sources.file {
            merge.file(path);
        }
        if let Some(folder) = &sources.credentials {
            merge.credentials(folder);
        }
        for (name, value) in &sources.environment {
            match name.strip_prefix(PREFIX) {
                Some(key) => merge.variable(name, &key.to_ascii_lowercase().replace("__", "."), value),
                None => merge.faults.extend(mistaken(&merge.merged, name)),
            }
        }
        merge.refuse_twice();
        for assignment in &sources.overrides {
            match assignment.split_once('=') {
                Some((key, value)) => merge.text(key.trim(), value, "--set", Origin::Flag),
                // Without its words: they may be a secret.
                None => merge.faults.push("--set wants section.key=value; one of them has no =".to_owned()),
            }
        }
        Ok(merge)
    }

    /// The settings as TOML, with secrets masked, and after each value where it came from.
    pub(super) fn masked(&self) -> String {
        let mut text = String::new();
        for (section, values) in masks::mask(self.merged.clone()) {
            let Value::Table(values) = values else { continue };
            // Writing to a String does not fail.
            let _ = writeln!(text, "[{section}]");
            for (name, value) in values {
                let origin = self.origins.of(&format!("{section}.{name}"));
                let _ = writeln!(text, "{name} = {value}  # {origin}");
            }
            text.push('\n');
        }
        text.truncate(text.trim_end().len());
        text
    }

    fn file(&mut self, path: &Path) {
        let parsed = std::fs::read_to_string(path)
            .map_err(|e| e.to_string())
            .and_then(|text| text.parse::<Table>().map_err(|e| syntax_fault(&text, &e)));
        let table = match parsed {
            Ok(table) => table,
            Err(error) => return self.faults.push(format!("{}: {error}", path.display())),
        };
        for (section, values) in table {
            let Value::Table(values) = values else {
                self.faults.push(format!("{}: {section} is outside of a section", path.display()));
                continue;
            };
            for (name, value) in values {
                let written = format!("{section}.{name}");
                let key = renamed::today(&written, &mut self.former);
                match slot(&mut self.merged, key) {
                    Some(slot) if slot.same_type(&value) => {
                        *slot = value;
                        self.origins.note(key, Origin::File(path.display().to_string()));
                    }
                    Some(slot) => {
                        self.faults.push(format!("{}: {key} wants {}", path.display(), type_name(slot)));
                    }
                    None => self.faults.push(format!("{}: there is no setting {key}", path.display())),
                }
            }
        }
    }

    /// The secrets of the folder that systemd names, a file each, with the key of the secret as its name.
    fn credentials(&mut self, folder: &Path) {
        if !folder.is_dir() {
            let folder = folder.display();
            return self.faults.push(format!("CREDENTIALS_DIRECTORY names {folder}, and there is no such folder"));
        }
        for key in masks::secrets() {
            let path = folder.join(key);
            if path.exists() {
                let way = format!("the credential {key}");
                self.secret(key, &way, &path, Origin::Credential(key.to_owned()));
            }
        }
        let others = secret_files::misnamed(folder, &self.merged);
        self.warnings.extend(others.into_iter().map(|name| {
            format!("the credential {name} has the name of no secret of the configuration, and is not read as one")
        }));
    }

    fn variable(&mut self, name: &str, key: &str, value: &str) {
        let is_setting = slot(&mut self.merged, key).is_some();
        let named = key.strip_suffix("_file").and_then(masks::secret);
        match named {
            Some(_) if !is_setting && value.is_empty() => {}
            Some(secret) if !is_setting => {
                let path = Path::new(value);
                self.secret(secret, name, path, Origin::SecretFile(name.to_owned(), value.to_owned()));
            }
            // An empty variable says nothing, in whatever order variables come.
            _ if value.is_empty() && masks::secret(key).is_some_and(|secret| self.given.contains_key(secret)) => {}
            _ => {
                // The key file is a setting of its own, and a second way to give the key.
                let secret = named.or_else(|| masks::secret(key)).filter(|_| !value.is_empty());
                if let Some(secret) = secret {
                    self.given.entry(secret).or_default().push(name.to_owned());
                }
                self.text(key, value, name, Origin::Environment(name.to_owned()));
            }
        }
    }

    /// A secret from a file.
    fn secret(&mut self, key: &'static str, way: &str, path: &Path, origin: Origin) {
        self.given.entry(key).or_default().push(way.to_owned());
        match secret_files::read(path) {
            Ok(Secret { text, is_exposed }) => {
                if is_exposed {
                    self.warnings.push(secret_files::exposed(path));
                }
                self.text(key, &text, way, origin);
            }
            Err(error) => self.faults.push(format!("{way}: {}: {error}", path.display())),
        }
    }

    fn refuse_twice(&mut self) {
        for (key, ways) in self.given.iter().filter(|(_, ways)| ways.len() > 1) {
            self.faults.push(format!("{key} is given by {}; set one of them", ways.join(" and by ")));
        }
    }

    fn text(&mut self, written: &str, text: &str, source: &str, origin: Origin) {
        let key = renamed::today(written, &mut self.former);
        let Some(slot) = slot(&mut self.merged, key) else {
            return self.faults.push(format!("{source}: there is no setting {key}"));
        };
        let value = match slot {
            Value::Integer(_) => text.trim().parse().map(Value::Integer).ok(),
            Value::Boolean(_) => text.trim().parse().map(Value::Boolean).ok(),
            _ => Some(Value::String(text.to_owned())),
        };
        match value {
            Some(value) => {
                *slot = value;
                self.origins.note(key, origin);
            }
            None => self.faults.push(format!("{source}: {key} wants {}", type_name(slot))),
        }
    }
}

/// The line of a fault of syntax, and what is wrong there. The parser's own text quotes the line, which may have a secret.
fn syntax_fault(text: &str, error: &toml::de::Error) -> String {
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => format!("line {}: {}", before.matches('\n').count() + 1, error.message()),
        None => error.message().to_owned(),
    }
}

/// The fault of a variable that looks like a setting with an underscore missing. Other variables are ignored, since
/// platforms set such names themselves (`PORTAL_SERVICE_HOST`, for a service called portal).
fn mistaken(known: &Table, name: &str) -> Option<String> {
    let rest = name.strip_prefix(ALIKE).filter(|_| name != PROFILE)?;
    let plain = |text: &str| text.to_ascii_lowercase().replace("__", "_");
    let sections = known.iter().filter_map(|(section, values)| Some((section, values.as_table()?)));
    let mut keys = sections.flat_map(|(section, values)| values.keys().map(move |key| format!("{section}__{key}")));
    match keys.find(|key| plain(key) == plain(rest)) {
        Some(key) => Some(format!("{name} is no setting; {PREFIX}{} is", key.to_ascii_uppercase())),
        None => rest.contains("__").then(|| format!("{name}: there is no such setting; they begin with {PREFIX}")),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        _ => "a text",
    }
}
