//! The number in the menu: how many things wait for the viewer of a page.
//!
//! The layer does not know what waits. `app` gives it a function that counts (`tasks`), and [`Page`] calls it once for
//! each request of somebody who is logged in, unless the page reads what waits itself.

use std::future::Future;
use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest};
use futures_util::future::BoxFuture;

use super::Page;
use super::menu::TASKS;
use super::page::CountedWaiting;
use crate::policy::Principal;

/// Pages that read what waits for their content, and say it ([`Page::with_waiting`]).
const COUNTING: [&str; 2] = ["/", TASKS];

/// Counts what waits for a person; the answer is as the menu shows it, and empty where nothing waits.
#[derive(Clone)]
pub struct WaitingCounter(Arc<dyn Fn(Arc<Principal>) -> BoxFuture<'static, String> + Send + Sync>);

impl WaitingCounter {
    /// A counter that asks this function.
    #[must_use]
    pub fn new<F>(count: impl Fn(Arc<Principal>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = String> + Send + 'static,
    {
        Self(Arc::new(move |viewer| Box::pin(count(viewer))))
    }

    /// What waits for this person, for a page that says it itself.
    pub async fn count(&self, viewer: Arc<Principal>) -> String {
        (self.0)(viewer).await
    }
}

impl Page {
    /// The same page with the number of the menu.
    pub(super) async fn counted(mut self, request: &HttpRequest) -> Self {
        let viewer = request.extensions().get::<Arc<Principal>>().cloned();
        if let (Some(viewer), Some(counter)) = (viewer, request.app_data::<Data<WaitingCounter>>())
            && !COUNTING.contains(&self.path())
        {
            self.waiting = counter.count(viewer).await;
            // For a page that is made of an error later.
            request.extensions_mut().insert(CountedWaiting(self.waiting.clone()));
        }
        self
    }

    /// The same page with this number of things that wait, as the menu shows it.
    #[must_use]
    pub fn with_waiting(mut self, waiting: String) -> Self {
        self.waiting = waiting;
        self
    }

    /// How many things wait for the viewer at this address, a place of the menu; empty where nothing does.
    #[must_use]
    pub fn waiting_at(&self, address: &str) -> &str {
        if address == TASKS { &self.waiting } else { "" }
    }
}
