//! Requests, answers and values of sessions.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::db::Id;
use crate::db::schema::session;
use crate::policy::Level;
use crate::time::Timestamp;

/// A session to insert.
pub(super) struct NewSession {
    pub(super) id: Id,
    pub(super) user_id: Id,
    pub(super) login_id: Option<Id>,
    pub(super) level: Level,
    pub(super) expires_at: Timestamp,
    pub(super) idle_seconds: i32,
    pub(super) user_agent: Option<String>,
    pub(super) network: Option<String>,
    pub(super) cookie_hash: Option<Vec<u8>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = session)]
pub(super) struct SessionRow {
    pub(super) id: Id,
    pub(super) label: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) network: Option<String>,
    pub(super) level: Level,
    pub(super) created_at: Timestamp,
    pub(super) last_used_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) idle_seconds: i32,
}

/// One of one's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The name its owner gave it.
    pub name: Option<String>,
    /// The program, as it calls itself.
    pub user_agent: Option<String>,
    /// The network it was opened from.
    pub network: Option<String>,
    /// How its owner logged in.
    pub level: Level,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Whether this request came with it.
    pub current: bool,
}

/// One's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionList {
    /// The last used first.
    pub data: Vec<Session>,
}

/// What goes with the other sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EndOthers {
    /// Whether API tokens stay good. They end where nothing is said.
    #[serde(default)]
    pub keep_api_tokens: bool,
}

/// To name a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameSession {
    /// Its name; null takes it away.
    pub name: Option<String>,
}

/// The result of a login: tokens, or for a browser a cookie, and the cookie of a known device.
#[derive(Debug)]
pub struct Opened {
    /// The pair of tokens, for a client that stores them itself.
    pub tokens: Option<Tokens>,
    /// The secret of the session cookie, for a browser.
    pub cookie: Option<String>,
    /// The cookie of the known device.
    pub device: Option<String>,
}

/// A session's tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// For the `Authorization: Bearer` header. A JWT (EdDSA, RFC 9068).
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds that the access token is good for.
    pub expires_in: u64,
    /// Good once, for the next pair.
    pub refresh_token: String,
}
