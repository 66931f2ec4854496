//! The settings of the middleware, and the values that it leaves with a request.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};

use super::{AccessLog, Draining, Metrics};
use crate::config::Networks;
use crate::error::Error;
use crate::i18n::Catalogue;
use crate::random::Random;
use crate::reloadable::Reloadable;
use crate::time::Clock;

/// The id of the request, to quote in questions.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Renders the page of an error when the request is gone.
pub type Standby = Box<dyn Fn(&Error) -> Option<HttpResponse>>;

/// The settings of the middleware.
pub struct MiddlewareSettings {
    /// Texts of the problems.
    pub catalogue: Arc<Catalogue>,
    /// The clock for new request ids.
    pub clock: Clock,
    /// The source of randomness for new request ids and for delays.
    pub random: Random,
    /// Proxies that are trusted with the client's address.
    pub proxies: Reloadable<Networks>,
    /// The portal's own origin.
    pub own_origin: String,
    /// Origins whose pages may call with a token.
    pub allowed_origins: Vec<String>,
    /// Whether the portal is about to end: answers close their connections.
    pub draining: Draining,
    /// Where each request has a line.
    pub access_log: AccessLog,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether other processes may share the database: then the answer to a write says so to the next request.
    pub is_shared: bool,
    /// Renders the page of an error for a browser; `None` for other clients.
    pub page: fn(&HttpRequest, &Error) -> Option<HttpResponse>,
    /// What will render it if the handler takes the request with it, because it panics or takes too long.
    pub standby: fn(&HttpRequest) -> Option<Standby>,
}
