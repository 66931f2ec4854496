//! The program that somebody logged in with, as a mail may name it.
//!
//! Programs call themselves what they like (RFC 9110, 10.1.5), and so does a thief: "URGENT: unlock at https://…" would stand in a
//! mail of the portal. So nothing is quoted. A name that is known is looked for, and shown with a version of digits and dots and
//! with the system it runs on; of everything else the mail says that it is not known.

/// What a mail is given where the program is not known; its text says so in the reader's language.
const UNKNOWN: &str = "unknown";
/// Longest version that is shown.
const MAX_VERSION: usize = 16;

/// Names of programs, as they call themselves. A browser names its ancestors too, so the first that is found counts.
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
/// Words that tell a system, and its name.
const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// What a mail may say of a program that calls itself so.
pub(super) fn shown(user_agent: Option<&str>) -> String {
    let said = user_agent.unwrap_or_default();
    let words =
        || said.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ';' | ',')).filter(|w| !w.is_empty());
    let version_of = |name: &str| words().find_map(|word| word.strip_prefix(name)?.strip_prefix('/'));
    let Some((name, version)) = PROGRAMS.iter().find_map(|name| Some((*name, version_of(name)?))) else {
        return UNKNOWN.to_owned();
    };
    let is_version = version.len() <= MAX_VERSION && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let program = if is_version && !version.is_empty() { format!("{name}/{version}") } else { name.to_owned() };
    match SYSTEMS.iter().find(|(word, _)| words().any(|said| said == *word)) {
        Some((_, system)) => format!("{program} ({system})"),
        None => program,
    }
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
}
