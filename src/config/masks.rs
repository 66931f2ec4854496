//! Secrets among the settings, and settings for display, with passwords, tokens and keys masked.

use toml::{Table, Value};

use super::addresses::is_certain;

/// URLs with a password.
const URLS: [&str; 4] = ["database.url", "database.migrate_url", "mail.smtp_url", "bounces.imap_url"];
/// Settings that are a secret as a whole.
const WHOLE: [&str; 6] = [
    "identity.master_key",
    "identity.other_master_key",
    "server.metrics_token",
    "storage.s3_secret_key",
    "bounces.token",
    "bounces.imap_oauth_client_secret",
];

/// The keys of all secrets.
pub(super) fn secrets() -> impl Iterator<Item = &'static str> {
    URLS.into_iter().chain(WHOLE)
}

/// The secret of this key.
pub(super) fn secret(key: &str) -> Option<&'static str> {
    secrets().find(|secret| *secret == key)
}

/// The settings with secrets masked.
pub(super) fn mask(mut settings: Table) -> Table {
    for key in URLS {
        if let Some(Value::String(url)) = super::slot(&mut settings, key) {
            *url = mask_url(url);
        }
    }
    for key in WHOLE {
        if let Some(Value::String(secret)) = super::slot(&mut settings, key)
            && !secret.is_empty()
        {
            "***".clone_into(secret);
        }
    }
    settings
}

/// The URL with its password masked; a URL is masked as a whole where it does not parse, or where it is not certain at
/// which sign its password ends.
fn mask_url(text: &str) -> String {
    if text.is_empty() || text.starts_with("sqlite:") {
        return text.to_owned();
    }
    if !is_certain(text) {
        return "***".to_owned();
    }
    match url::Url::parse(text) {
        Ok(mut url) => {
            if url.password().is_some() {
                let _ = url.set_password(Some("***"));
            }
            if url.query().is_some_and(|query| query.contains("password")) {
                url.set_query(Some("***"));
            }
            url.to_string()
        }
        Err(_) => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_password_is_shown_where_its_end_is_not_certain() {
        for url in [
            "postgres://p:w7Y@h2/Lq9@10.1.1.1/portal",
            "postgres://p:123?Lq9@10.1.1.1/portal",
            "smtp://u:sEcr@et#mail@relay:587",
            "smtp://u:12#mail@relay:587",
            "imaps://u:12/Lq9@mail.customs.int/INBOX",
        ] {
            assert_eq!(mask_url(url), "***", "{url}");
        }
        assert_eq!(mask_url("smtp://u:tiger@relay:587"), "smtp://u:***@relay:587");
        assert_eq!(mask_url("postgres://u:tiger@h/d?sslmode=require"), "postgres://u:***@h/d?sslmode=require");
    }

    #[test]
    fn every_secret_is_a_setting_and_every_text_that_is_never_printed_is_on_the_list() {
        let types = include_str!("settings.rs");
        let settings: Table = super::super::DEFAULTS.parse().unwrap();
        for key in secrets() {
            let (section, name) = key.split_once('.').unwrap();
            assert!(settings[section].get(name).is_some(), "{key}");
            assert!(types.contains(&format!("pub {name}: SecretString")), "{key}");
        }
        let is_secret = |line: &&str| line.starts_with("    pub ") && line.ends_with(": SecretString,");
        assert_eq!(types.lines().filter(is_secret).count(), secrets().count());
    }
}
