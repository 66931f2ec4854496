//! The settings as types. `config/default.toml` explains each key.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;

use crate::i18n::Language;

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Settings {
    pub community: Community,
    pub server: Server,
    pub database: Database,
    pub heavy_work: HeavyWork,
    pub identity: Identity,
    pub throttle: Throttle,
    pub directory: Directory,
    pub mail: Mail,
    pub bounces: Bounces,
    pub webhooks: Webhooks,
    pub announcements: Announcements,
    pub storage: Storage,
    pub privacy: Privacy,
    pub log: Log,
    /// The settings as TOML, with secrets masked, and where each came from.
    #[serde(skip)]
    pub masked: String,
    /// All values, secrets too, for the comparison with others.
    #[serde(skip)]
    pub(super) values: SecretString,
    /// The former names of settings that were used.
    #[serde(skip)]
    pub(super) former_names: Vec<&'static str>,
    /// Sentences about files of secrets that others can read.
    #[serde(skip)]
    pub(super) exposed: Vec<String>,
}

/// The community and its Secretariat.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Community {
    pub name: String,
    pub name_fr: String,
    pub logo_url: String,
    pub contact_email: String,
}

impl Community {
    /// Its name in texts of this language.
    #[must_use]
    pub fn name_in(&self, language: Language) -> &str {
        if language.catalogue() == Language::Fr && !self.name_fr.is_empty() { &self.name_fr } else { &self.name }
    }

    /// All its names, a line each: no name of a person may pose as one of them (`text::name`).
    #[must_use]
    pub fn names(&self) -> String {
        format!("{}\n{}", self.name, self.name_fr)
    }
}

/// The HTTP server.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Server {
    pub bind: String,
    pub management_bind: String,
    pub public_url: String,
    pub workers: usize,
    pub max_connections: usize,
    pub connections_per_address: usize,
    pub body_limit: usize,
    pub client_timeout_seconds: u64,
    pub request_timeout_seconds: u64,
    pub keep_alive_seconds: u64,
    pub shutdown_seconds: u64,
    pub drain_seconds: i64,
    pub trusted_proxies: String,
    pub allowed_origins: String,
    pub metrics_token: SecretString,
    pub docs: bool,
}

/// The database.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Database {
    pub url: SecretString,
    pub migrate_url: SecretString,
    pub start_wait_seconds: u64,
    pub connections: usize,
    pub queue: usize,
    pub wait_milliseconds: u64,
}

/// The heavy lane: imports and exports.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct HeavyWork {
    pub threads: usize,
    pub queue: usize,
}

/// Passwords, sessions, links.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Identity {
    pub master_key: SecretString,
    pub master_key_file: PathBuf,
    pub other_master_key: SecretString,
    pub argon2_memory_kib: u32,
    pub argon2_passes: u32,
    pub argon2_lanes: u32,
    pub hash_threads: usize,
    pub hash_queue: usize,
    pub hash_wait_milliseconds: u64,
    pub access_token_seconds: u64,
    pub session_idle_minutes: u64,
    pub session_cache: usize,
    pub session_hours: u64,
    pub admin_session_idle_minutes: u64,
    pub admin_session_hours: u64,
    pub sessions_per_person: u32,
    pub refresh_grace_seconds: u64,
    pub step_up_minutes: u64,
    pub challenge_minutes: u64,
    pub signing_key_days: u64,
    pub verify_link_hours: u64,
    pub reset_link_minutes: u64,
    pub set_up_link_hours: u64,
    pub undo_link_hours: u64,
    pub password_min_length: usize,
    pub password_min_length_with_factor: usize,
    pub api_token_days: u64,
    pub unverified_days: u64,
}

/// The budgets of the throttle.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Throttle {
    pub login_failures: u32,
    pub login_slowest_seconds: u64,
    pub login_forget_minutes: u64,
    pub login_failures_known_device: u32,
    pub logins_per_hour: u32,
    pub network_site_times: u32,
    pub network_provider_times: u32,
    pub network_failures: u32,
    pub network_failures_per_minute: u32,
    pub network_passwords: u32,
    pub network_passwords_per_minute: u32,
    pub network_applications: u32,
    pub network_forgot: u32,
    pub network_link_writes: u32,
    pub links_per_address: u32,
    pub mails_per_person: u32,
    pub mails_per_officer: u32,
    pub mails_to_one: u32,
    pub notices_per_officer: u32,
    pub applications_per_day: u32,
    pub open_applications: u32,
    pub open_applications_per_member: u32,
    pub writes_at_once: u32,
    pub writes_per_day: u32,
    pub officer_writes_at_once: u32,
    pub officer_writes_per_day: u32,
    pub answer_writes_at_once: u32,
    pub answer_writes_per_day: u32,
    pub link_writes_per_day: u32,
    pub refreshes_per_hour: u32,
    pub upload_kib_per_hour: u32,
    pub network_upload_kib_per_hour: u32,
    pub code_failures: u32,
    pub code_lock_minutes: u64,
    pub exempt_networks: String,
}

/// The directory.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Directory {
    pub export_per_day: u32,
    pub seen_per_day: u32,
    pub kept_mib: u32,
}

/// Announcements.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Announcements {
    pub approval: bool,
    pub approval_above: u64,
    pub hold_after_minutes: u64,
    pub digest_hour: u8,
    pub keep_deliveries_days: u64,
}

/// Outgoing mail.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Mail {
    pub transport: Transport,
    pub folder: PathBuf,
    pub smtp_url: SecretString,
    pub tls_ca_file: String,
    pub from: String,
    pub announcements_from: String,
    pub dkim_domain: String,
    pub dkim_keys: String,
    pub journal: PathBuf,
    pub connections: usize,
    pub mails_per_connection: usize,
    pub step_timeout_seconds: u64,
    pub poll_seconds: u64,
    pub lease_seconds: u64,
    pub give_up_hours: u64,
    pub bounce_domain: String,
    pub bounce_threshold: i32,
}

/// Reports about mails.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Bounces {
    pub listen: String,
    pub token: SecretString,
    pub imap_url: SecretString,
    pub imap_poll_minutes: u64,
    pub imap_ca_file: String,
    pub imap_token_command: String,
    pub imap_oauth_token_url: String,
    pub imap_oauth_client_id: String,
    pub imap_oauth_client_secret: SecretString,
    pub imap_oauth_scope: String,
}

/// The transport of mail.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// To an SMTP relay.
    Smtp,
    /// Files in a folder.
    File,
}

/// Webhooks: events for other programs.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Webhooks {
    pub connections: usize,
    pub timeout_seconds: u64,
    pub allow_networks: String,
    pub allow_http: bool,
    pub ca_file: String,
}

/// The storage of files.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Storage {
    pub kind: StorageKind,
    pub folder: PathBuf,
    pub file_limit: usize,
    pub reserve_bytes: u64,
    pub transfers: usize,
    pub rest_hours: u64,
    pub s3_url: String,
    pub s3_region: String,
    pub s3_bucket: String,
    pub s3_access_key: String,
    pub s3_secret_key: SecretString,
    pub s3_ca_file: String,
    pub s3_timeout_seconds: u64,
}

/// How long personal data is kept.
#[derive(Clone, Copy, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Privacy {
    pub erasure_days: u64,
    pub invitation_days: u64,
    pub application_days: u64,
    pub contact_days: u64,
    pub letter_days: u64,
    pub network_days: u64,
    pub mail_days: u64,
}

/// The kind of storage.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum StorageKind {
    /// A folder on this machine.
    Local,
    /// A bucket with the S3 protocol.
    S3,
}

/// The log.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
    pub access_every: u32,
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text, for people.
    Text,
    /// JSON, for programs.
    Json,
}
