//! The banner of a maintenance, on every page: until when nothing can be changed, and why.
//!
//! Without it people learn of a maintenance when a form that they have filled in is refused. The layer does not know
//! the mode: `app` gives it a function that asks (`maintenance_mode`), and [`Page`] calls it for each request that it
//! is made for. Left out: pages of errors that were made before anybody asked.

use std::future::Future;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::web::Data;
use futures_util::future::BoxFuture;

use super::Page;
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
}

impl Page {
    /// The same page with the banner.
    pub(super) async fn bannered(mut self, request: &HttpRequest) -> Self {
        if let Some(source) = request.app_data::<Data<BannerSource>>() {
            self.banner = (source.0)().await;
        }
        self
    }

    /// The banner of the maintenance, if there is one.
    #[must_use]
    pub const fn banner(&self) -> Option<&MaintenanceBanner> {
        self.banner.as_ref()
    }
}
