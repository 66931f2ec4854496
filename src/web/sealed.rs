//! Values that a page hands on to the next one of the same session, sealed, in its address or in a hidden field.
//!
//! A form that makes a secret (recovery codes, an API token, the key of an authenticator app) leads to a page that
//! shows it once, so that to load that page again makes nothing anew. The secret travels in the address of that page.
//! It can be opened for ten minutes, and only in the same session: an address in a history or in a log is worth nothing
//! to others, nor to who opened another session of the person.
//!
//! Left out: proof that a value is opened once.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Page;
use crate::error::{Error, OrInternal as _};
use crate::policy::Principal;
use crate::time::Timestamp;

/// How long a value can be opened.
const LIFE: Duration = Duration::from_mins(10);

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    until: Timestamp,
    value: T,
}

impl Page {
    /// Seals a value for the session of the viewer and for one purpose. The result fits into an address.
    ///
    /// # Errors
    /// If nobody is logged in, which the story of the page finds.
    pub fn seal(&self, purpose: &str, value: &impl Serialize) -> Result<String, Error> {
        let viewer = self.viewer().ok_or_else(|| Error::internal("a value is sealed for nobody"))?;
        self.seal_for(viewer, purpose, value)
    }

    /// The same for the session in which the next page is opened, where this page has opened another one.
    ///
    /// # Errors
    /// If the value can't be sealed.
    pub fn seal_for(&self, viewer: &Principal, purpose: &str, value: &impl Serialize) -> Result<String, Error> {
        let until = self.site().clock.now().plus(LIFE);
        let payload = serde_json::to_vec(&Sealed { until, value }).or_internal()?;
        self.site().seal(&bound_to(purpose, viewer), &payload)
    }

    /// The value that was sealed for the session of the viewer and for this purpose, unless its time is over.
    #[must_use]
    pub fn open<T: DeserializeOwned>(&self, purpose: &str, sealed: &str) -> Option<T> {
        let viewer = self.viewer()?;
        let payload = self.site().open(&bound_to(purpose, viewer), sealed)?;
        let sealed: Sealed<T> = serde_json::from_slice(&payload).ok()?;
        (self.site().clock.now() <= sealed.until).then_some(sealed.value)
    }
}

/// The purpose of a seal, which names the person and the session too.
fn bound_to(purpose: &str, viewer: &Principal) -> String {
    format!("{purpose} of {} in {}", viewer.user_id, viewer.credential_id())
}
