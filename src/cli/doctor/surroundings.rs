//! What is around the portal: the relay, the DNS of the sender, disks, and the address by which people reach it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::Value;
use ureq::Agent;

use super::Finding;
use crate::config::{RelayUrl, Settings, StorageKind, Transport};
use crate::db::Target;
use crate::disk_reserve::DiskReserve;
use crate::error::Error;
use crate::mail;
use crate::tls;

/// How long the public address may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Free bytes below which the portal does not last long, and below which it is about to stop.
const SCARCE: (u64, u64) = (1_000_000_000, 100_000_000);

/// Greets the relay, encrypts and logs in as for a mail, and leaves.
pub(super) async fn relay(settings: &Settings) -> Finding {
    if settings.mail.transport == Transport::File {
        let folder = settings.mail.folder.display();
        return Finding::not_checked("relay", format!("none: mails are files in {folder}"));
    }
    let relay = RelayUrl::parse(settings.mail.smtp_url.expose_secret());
    let place = relay.as_ref().map_or_else(|_| "the relay".to_owned(), |to| format!("{}:{}", to.host, to.port));
    let login = if relay.is_ok_and(|relay| relay.login.is_some()) { ", login" } else { "" };
    match mail::try_relay(settings).await {
        Ok(how) => Finding::ok("relay", format!("{place}: EHLO, {how}{login}; no mail was sent")),
        Err(why) => {
            let next = "see mail.smtp_url and the log of the relay; mail waits until it works";
            Finding::fault("relay", format!("{place}: {why}"), next)
        }
    }
}

/// What to look up in the DNS.
pub(super) fn names(settings: &Settings) -> Finding {
    let sender = settings.sender().map(|sender| sender.email.domain().to_owned()).unwrap_or_default();
    let mut records = vec![format!("TXT {sender} (SPF)"), format!("TXT _dmarc.{sender}")];
    let keys = mail::dkim_records(settings).unwrap_or_default();
    records.extend(keys.into_iter().map(|(name, _)| format!("TXT {name} (DKIM, see portal dkim)")));
    if !settings.mail.bounce_domain.is_empty() {
        let domain = &settings.mail.bounce_domain;
        records.push(format!("MX {domain} and TXT {domain} (return path)"));
    }
    Finding::not_checked("dns", format!("the portal does not speak DNS; look up: {}", records.join(", ")))
}

/// The least free space of the folders that are written.
pub(super) fn disk(settings: &Settings) -> Finding {
    let lack = settings.database_target().ok().and_then(|target| DiskReserve::new(settings, &target).lack());
    if let Some(lack) = lack {
        let next = "make room: uploads, imports and the mails of announcements wait (storage.reserve_bytes)";
        return Finding::fault("disk", lack, next);
    }
    let mut folders = vec![settings.mail.journal.clone()];
    if let Ok(Target::Sqlite(path)) = settings.database_target() {
        folders.extend(Path::new(&path).parent().map(Path::to_path_buf));
    }
    if settings.storage.kind == StorageKind::Local {
        folders.push(settings.storage.folder.clone());
    }
    let folders: BTreeSet<PathBuf> = folders.into_iter().map(|folder| existing(&folder)).collect();
    let free = folders.into_iter().filter_map(|folder| Some((free(&folder)?, folder)));
    let Some((bytes, folder)) = free.min() else { return Finding::not_checked("disk", "no folder can be read") };
    let found = format!("at least {} MB are free ({})", bytes / 1_000_000, folder.display());
    let next = "make room: without it no change is kept";
    match bytes {
        bytes if bytes < SCARCE.1 => Finding::fault("disk", found, next),
        bytes if bytes < SCARCE.0 => Finding::warning("disk", found, next),
        _ => Finding::ok("disk", found),
    }
}

/// The folder, or the first one above it that exists.
fn existing(folder: &Path) -> PathBuf {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    whole.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/")).to_path_buf()
}

fn free(folder: &Path) -> Option<u64> {
    let system = rustix::fs::statvfs(folder).ok()?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}

/// Whether the public address leads to a portal with these signing keys.
pub(super) fn public_url(settings: &Settings, keys: &[String]) -> Finding {
    let (part, url) = ("public url", &settings.server.public_url);
    let next = "start the portal, and let the proxy forward this address to server.bind";
    match published(url) {
        // The database could not be read, or is new.
        Ok(_) if keys.is_empty() => {
            Finding::not_checked(part, format!("{url} answers; which portal it is was not compared"))
        }
        Ok(kids) if keys.iter().all(|key| kids.contains(key)) => {
            Finding::ok(part, format!("{url} leads to this portal"))
        }
        Ok(_) => {
            let next = "see where the proxy and the name lead, and database.url";
            Finding::fault(part, format!("{url} leads to another portal: it publishes other keys"), next)
        }
        Err(error) => Finding::warning(part, error.operator_message(), next),
    }
}

/// The ids of the keys that a portal publishes.
fn published(url: &str) -> Result<Vec<String>, Error> {
    let place = format!("{url}/.well-known/jwks.json");
    let failed = |error: ureq::Error| Error::internal(format!("no answer from {url}: {error}"));
    let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).max_redirects_will_error(false);
    let agent: Agent = config.tls_config(tls::config("")?).timeout_global(Some(PATIENCE)).build().into();
    let mut answer = agent.get(&place).call().map_err(failed)?;
    let other = |what: String| Error::internal(format!("{place} answers {what}"));
    if answer.status().as_u16() != 200 {
        return Err(other(answer.status().as_u16().to_string()));
    }
    let text = answer.body_mut().read_to_string().map_err(failed)?;
    let keys: Value = serde_json::from_str(&text).map_err(|_| other("no JSON".to_owned()))?;
    let keys = keys.get("keys").and_then(Value::as_array).ok_or_else(|| other("no keys".to_owned()))?;
    Ok(keys.iter().filter_map(|key| key.get("kid")?.as_str().map(str::to_owned)).collect())
}
