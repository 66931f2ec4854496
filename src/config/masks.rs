//! Settings for display, with passwords, tokens and keys masked.

use toml::{Table, Value};

/// The settings as TOML, with secrets masked.
pub(super) fn mask(mut settings: Table) -> String {
    for key in ["database.url", "database.migrate_url", "mail.smtp_url", "bounces.imap_url"] {
        if let Some(Value::String(url)) = super::slot(&mut settings, key) {
            *url = mask_url(url);
        }
    }
    for key in [
        "identity.master_key",
        "server.metrics_token",
        "storage.s3_secret_key",
        "bounces.token",
        "bounces.imap_oauth_client_secret",
    ] {
        if let Some(Value::String(secret)) = super::slot(&mut settings, key)
            && !secret.is_empty()
        {
            "***".clone_into(secret);
        }
    }
    settings.to_string()
}

/// The URL with its password masked; a URL that does not parse is masked as a whole.
fn mask_url(text: &str) -> String {
    if text.is_empty() || text.starts_with("sqlite:") {
        return text.to_owned();
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
