//! The settings as types. What each key means stands beside it, in `config/default.toml`.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;

/// Everything that can be set.
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
    /// All of it as TOML, secrets masked.
    #[serde(skip)]
    pub masked: String,
}

/// Who runs the portal.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Community {
    pub name: String,
    pub logo_url: String,
    pub contact_email: String,
}

/// How HTTP is served.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Server {
    pub bind: String,
    pub public_url: String,
    pub workers: usize,
    pub max_connections: usize,
    pub connections_per_address: usize,
    pub body_limit: usize,
    pub client_timeout_seconds: u64,
    pub request_timeout_seconds: u64,
    pub keep_alive_seconds: u64,
    pub shutdown_seconds: u64,
    pub trusted_proxies: String,
    pub allowed_origins: String,
    pub metrics_token: SecretString,
    pub docs: bool,
}

/// Where the data is.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Database {
    pub url: SecretString,
    pub connections: usize,
    pub queue: usize,
    pub wait_milliseconds: u64,
}

/// The lane of imports and exports.
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
    pub argon2_memory_kib: u32,
    pub argon2_passes: u32,
    pub argon2_lanes: u32,
    pub hash_threads: usize,
    pub hash_queue: usize,
    pub hash_wait_milliseconds: u64,
    pub access_token_seconds: u64,
    pub session_idle_minutes: u64,
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

/// How often things may be tried.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Throttle {
    pub login_failures: u32,
    pub login_slowest_seconds: u64,
    pub login_forget_minutes: u64,
    pub login_failures_known_device: u32,
    pub network_site_times: u32,
    pub network_provider_times: u32,
    pub network_failures: u32,
    pub network_failures_per_minute: u32,
    pub network_passwords: u32,
    pub network_passwords_per_minute: u32,
    pub network_applications: u32,
    pub network_forgot: u32,
    pub links_per_address: u32,
    pub mails_per_person: u32,
    pub mails_per_officer: u32,
    pub mails_to_one: u32,
    pub notices_per_officer: u32,
    pub applications_per_day: u32,
    pub open_applications: u32,
    pub open_applications_per_member: u32,
    pub upload_kib_per_hour: u32,
    pub network_upload_kib_per_hour: u32,
    pub code_failures: u32,
    pub code_lock_minutes: u64,
    pub exempt_networks: String,
}

/// What the directory hands out.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Directory {
    pub export_per_day: u32,
    pub seen_per_day: u32,
}

/// How announcements are brought out.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Announcements {
    pub approval: bool,
    pub approval_above: u64,
    pub hold_after_minutes: u64,
    pub digest_hour: u8,
    pub keep_deliveries_days: u64,
}

/// How mail leaves.
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

/// How reports about mails come in.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Bounces {
    pub listen: String,
    pub token: SecretString,
    pub imap_url: SecretString,
    pub imap_poll_minutes: u64,
    pub imap_ca_file: String,
}

/// Where mail goes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// To an SMTP relay.
    Smtp,
    /// Into a folder.
    File,
}

/// How events are sent to programs of others.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Webhooks {
    pub connections: usize,
    pub timeout_seconds: u64,
    pub allow_networks: String,
    pub allow_http: bool,
    pub ca_file: String,
}

/// Where files are kept.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Storage {
    pub kind: StorageKind,
    pub folder: PathBuf,
    pub letter_limit: usize,
    pub transfers: usize,
    pub s3_url: String,
    pub s3_region: String,
    pub s3_bucket: String,
    pub s3_access_key: String,
    pub s3_secret_key: SecretString,
    pub s3_ca_file: String,
    pub s3_timeout_seconds: u64,
}

/// How long what is personal is kept.
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

/// What keeps them.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum StorageKind {
    /// A folder of this machine.
    Local,
    /// A bucket that speaks S3.
    S3,
}

/// What is logged.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "every key is explained where it stands, in config/default.toml")]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}
