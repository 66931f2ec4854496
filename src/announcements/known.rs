//! What a process has rendered for readers, so that asking again costs next to nothing.
//!
//! A text is found by the hash of its Markdown, a feed by the hash of what is in it: what is found is never out of date. Of several
//! who ask for the same at once one renders it and the others wait. Both caches are bounded, and what was not asked for lately
//! gives way.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::error::{Error, OrInternal as _};
use crate::http::Metrics;
use crate::http::fixed::Fixed;
use crate::mail::markdown;
use crate::secrets::fingerprint_of;

/// Bytes of rendered texts that are kept.
const TEXTS: u64 = 8 << 20;
/// About as many texts as that.
const TEXTS_ABOUT: usize = 1_000;
/// Feeds that are kept: a few states of each language.
const FEEDS: usize = 16;

/// What is rendered. Cloning shares it.
#[derive(Clone)]
pub struct KnownTexts(Arc<Inner>);

struct Inner {
    texts: Cache<Vec<u8>, Arc<str>, Bytes>,
    feeds: Cache<Vec<u8>, Fixed>,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Vec<u8>, Arc<str>> for Bytes {
    fn weight(&self, key: &Vec<u8>, html: &Arc<str>) -> u64 {
        u64::try_from(key.len().saturating_add(html.len())).unwrap_or(u64::MAX)
    }
}

impl Default for KnownTexts {
    fn default() -> Self {
        let texts = Cache::with_weighter(TEXTS_ABOUT, TEXTS, Bytes);
        Self(Arc::new(Inner { texts, feeds: Cache::new(FEEDS) }))
    }
}

impl KnownTexts {
    /// The HTML of a text.
    ///
    /// # Errors
    /// None that is expected.
    pub(super) async fn html(&self, markdown: String, metrics: &Metrics) -> Result<Arc<str>, Error> {
        let key = fingerprint_of(markdown.as_bytes());
        let render = async {
            metrics.rendered("announcement");
            let html = tokio::task::spawn_blocking(move || Arc::from(markdown::to_html(&markdown)));
            html.await.or_internal()
        };
        self.0.texts.get_or_insert_async(&key, render).await
    }

    /// The feed of this mark, made by `make` where it is not known.
    ///
    /// # Errors
    /// Those of `make`.
    pub(super) async fn feed(
        &self,
        mark: &[u8],
        make: impl Future<Output = Result<Fixed, Error>>,
    ) -> Result<Fixed, Error> {
        self.0.feeds.get_or_insert_async(mark, make).await
    }
}
