//! The name of a client program, safe to show in a mail and on a page.
//!
//! The `User-Agent` of a request (RFC 9110, 10.1.5) is chosen by the client, so a thief could put "URGENT: unlock at
//! https://…" into a mail of the portal. So nothing is quoted: known names are looked up, and shown with a version of
//! digits and dots and with the operating system. Other programs are shown as unknown.

use crate::i18n::Args;
use crate::mail::Argument;

/// The value for an unknown program; the text of the mail says so in the reader's language.
const UNKNOWN: &str = "unknown";
/// Longest version that is shown.
const MAX_VERSION: usize = 16;

/// Names of programs in `User-Agent`. A browser names its ancestors too, so the first match counts.
const PROGRAMS: [&str; 22] = [
    "Edg",
    "EdgA",
    "EdgiOS",
    "OPR",
    "Vivaldi",
    "SamsungBrowser",
    "YaBrowser",
    "UCBrowser",
    "FxiOS",
    "CriOS",
    "Firefox",
    "Thunderbird",
    "Chromium",
    "Chrome",
    "Safari",
    "curl",
    "Wget",
    "python-requests",
    "python-httpx",
    "okhttp",
    "PostmanRuntime",
    "Dart",
];
/// The names of programs by which people know them, where it is not the word of the `User-Agent`.
const BRANDS: [(&str, &str); 10] = [
    ("Edg", "Edge"),
    ("EdgA", "Edge"),
    ("EdgiOS", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("YaBrowser", "Yandex Browser"),
    ("UCBrowser", "UC Browser"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("PostmanRuntime", "Postman"),
];
/// Words that identify an operating system, and its name.
const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// A program, as a mail may name it.
pub struct Program(String);

impl Program {
    /// The name, version and system to show for this `User-Agent`.
    pub(super) fn of(user_agent: Option<&str>) -> Self {
        Self(shown(user_agent))
    }
}

impl Argument for Program {
    fn add(&self, name: &'static str, args: &mut Args) {
        args.push((name, self.0.clone()));
    }

    #[cfg(test)]
    fn samples(_: &str) -> Vec<Self> {
        vec![Self("Firefox/140.0 (Windows)".to_owned()), Self(UNKNOWN.to_owned())]
    }
}

/// A known program, as its `User-Agent` says it.
struct Known<'a> {
    /// Its word in [`PROGRAMS`].
    word: &'static str,
    version: &'a str,
    system: Option<&'static str>,
}

fn known(said: &str) -> Option<Known<'_>> {
    let words =
        move || said.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ';' | ',')).filter(|w| !w.is_empty());
    let version_of = |name: &str| words().find_map(|word| word.strip_prefix(name)?.strip_prefix('/'));
    let (word, version) = PROGRAMS.iter().find_map(|name| Some((*name, version_of(name)?)))?;
    let system = SYSTEMS.iter().find(|(word, _)| words().any(|said| said == *word));
    Some(Known { word, version, system: system.map(|(_, system)| *system) })
}

fn shown(user_agent: Option<&str>) -> String {
    let Some(Known { word, version, system }) = known(user_agent.unwrap_or_default()) else {
        return UNKNOWN.to_owned();
    };
    let is_version = version.len() <= MAX_VERSION && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let program = if is_version && !version.is_empty() { format!("{word}/{version}") } else { word.to_owned() };
    match system {
        Some(system) => format!("{program} ({system})"),
        None => program,
    }
}

/// The name of a known program and its operating system, for a page: people look for "Firefox on Windows" in the list
/// of their sessions.
pub(super) fn brand(user_agent: Option<&str>) -> Option<(&'static str, Option<&'static str>)> {
    let Known { word, system, .. } = known(user_agent?)?;
    let brand = BRANDS.iter().find(|(known, _)| *known == word).map_or(word, |(_, brand)| *brand);
    Some((brand, system))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_program_is_named_and_nothing_is_quoted() {
        for (said, told) in [
            ("curl/8", "curl/8"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox/140.0 (Windows)",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0",
                "Edg/139.0 (Linux)",
            ),
            ("URGENT unlock at https://evil.example/x", "unknown"),
            ("URGENT unlock at www.evil.example, curl/https://evil.example/x", "curl"),
            ("", "unknown"),
        ] {
            assert_eq!(shown(Some(said)), told, "{said}");
        }
        assert_eq!(shown(None), "unknown");
    }

    #[test]
    fn a_page_names_a_program_as_people_do() {
        let edge =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/139.0.0.0 Safari/537.36 Edg/139.0";
        assert_eq!(brand(Some(edge)), Some(("Edge", Some("Windows"))));
        assert_eq!(brand(Some("curl/8")), Some(("curl", None)));
        assert_eq!(brand(Some("URGENT unlock at https://evil.example/x")), None);
        assert_eq!(brand(None), None);
    }
}
