//! Settings that have another name today: the former one still works, in every source, and is warned of.
//!
//! Where a source gives both names, the later one counts, as if both were the same.

use super::Settings;

/// The former name of a setting, and its name of today.
const RENAMED: [(&str, &str); 1] = [("storage.letter_limit", "storage.file_limit")];

/// The name of today of a setting. A former name is noted.
pub(super) fn today<'k>(key: &'k str, former: &mut Vec<&'static str>) -> &'k str {
    match RENAMED.iter().find(|(before, _)| *before == key) {
        Some((before, today)) => {
            former.push(before);
            today
        }
        None => key,
    }
}

impl Settings {
    /// A sentence for each former name that was used.
    pub(super) fn renamed(&self) -> Vec<String> {
        let told = |(before, today): &(&str, &str)| format!("{before} is called {today} now: please use that name");
        RENAMED.iter().filter(|(before, _)| self.former_names.contains(before)).map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Settings, Sources, load};

    fn of(file: &str, environment: &[(&str, &str)], overrides: &[&str]) -> Settings {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("profile.toml");
        std::fs::write(&path, file).unwrap();
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let overrides = overrides.iter().map(|&setting| setting.to_owned()).collect();
        load(&Sources { file: Some(path), environment, overrides, ..Sources::default() }).unwrap()
    }

    #[test]
    fn a_former_name_works_in_every_source_and_is_warned_of_once() {
        let file = "[storage]\nletter_limit = 70000\n";
        let variable = [("PORTAL__STORAGE__LETTER_LIMIT", "80000")];
        for (settings, limit) in [
            (of(file, &[], &[]), 70_000),
            (of("", &variable, &[]), 80_000),
            (of(file, &variable, &["storage.letter_limit=90000"]), 90_000),
        ] {
            assert_eq!(settings.storage.file_limit, limit);
            let warnings = settings.warnings();
            assert!(warnings.len() == 1 && warnings[0].contains("storage.file_limit"), "{warnings:?}");
        }
    }

    #[test]
    fn the_name_of_today_is_not_warned_of() {
        let settings = of("[storage]\nfile_limit = 70000\n", &[], &[]);
        assert_eq!((settings.storage.file_limit, settings.warnings().len()), (70_000, 0));
    }
}
