//! The banner of a maintenance, on every page: until when nothing can be changed, and why.
//!
//! Without it people learn of a maintenance when a form that they have filled in is refused. The layer does not know
//! the mode: `app` gives it a function that asks (`maintenance_mode`), and each request for a page calls it (`page`).
//! Left out: pages of errors, which are made without asking.

use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::time::Timestamp;

/// What the banner says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MaintenanceBanner {
    /// Until about when.
    pub until: Timestamp,
    /// What happens, as whoever began it has written.
    pub text: String,
}

/// Asks for the banner: none while there is no maintenance.
#[derive(Clone)]
pub struct BannerSource(Arc<dyn Fn() -> BoxFuture<'static, Option<MaintenanceBanner>> + Send + Sync>);

impl BannerSource {
    /// A source that asks this function.
    #[must_use]
    pub fn new<F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Option<MaintenanceBanner>> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(ask())))
    }

    /// The banner of now.
    pub(super) async fn current(&self) -> Option<MaintenanceBanner> {
        (self.0)().await
    }
}
