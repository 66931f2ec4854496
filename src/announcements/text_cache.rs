//! The caches of rendered texts and feeds, one of each for a process.
//!
//! The key of a text is the hash of its Markdown, that of a feed the fingerprint of its content, so no entry is ever
//! out of date. The caches are bounded and drop what was not used lately. Each entry is rendered once, however often
//! clients ask, disconnect and ask again ([`Renderings`]).

use std::sync::Arc;

use crate::error::{Error, OrInternal as _};
use crate::http::fixed::Fixed;
use crate::http::{Metrics, Renderings};
use crate::i18n::Language;
use crate::mail::markdown;
use crate::secrets::fingerprint_of;

/// Most bytes of rendered texts.
const TEXTS: u64 = 8 << 20;
/// About the number of texts in that.
const TEXTS_ABOUT: usize = 1_000;
/// Most texts in the cache of whether places may be filled.
const JUDGED: usize = 10_000;
/// Most feeds: a few states of each language.
const FEEDS: usize = 16;

/// The caches. Clones share them.
#[derive(Clone)]
pub struct RenderedTextCache {
    texts: Renderings<Arc<str>>,
    judged: Renderings<bool>,
    feeds: Renderings<Fixed>,
}

impl Default for RenderedTextCache {
    fn default() -> Self {
        let bytes = |html: &Arc<str>| u64::try_from(html.len()).unwrap_or(u64::MAX);
        let texts = Renderings::weighed(TEXTS_ABOUT, TEXTS, bytes);
        Self { texts, judged: Renderings::new(JUDGED), feeds: Renderings::new(FEEDS) }
    }
}

impl RenderedTextCache {
    /// The HTML of a text in this language.
    pub(super) async fn html(
        &self,
        language: Language,
        markdown: String,
        metrics: &Metrics,
    ) -> Result<Arc<str>, Error> {
        let (key, metrics) = (fingerprint_of(format!("{language} {markdown}").as_bytes()), metrics.clone());
        let render = async move {
            metrics.rendered("announcement");
            let html = tokio::task::spawn_blocking(move || Arc::<str>::from(markdown::to_html_in(language, &markdown)));
            html.await.or_internal()
        };
        self.texts.get(&key, render).await
    }

    /// Whether the places of a text may be filled as they stand in its Markdown.
    pub(super) async fn may_be_filled(&self, markdown: String) -> Result<bool, Error> {
        let key = fingerprint_of(markdown.as_bytes());
        let judge =
            async move { tokio::task::spawn_blocking(move || markdown::may_be_filled(&markdown)).await.or_internal() };
        self.judged.get(&key, judge).await
    }

    /// The feed of this fingerprint, rendered by `make` where it is not in the cache.
    pub(super) async fn feed(
        &self,
        mark: &[u8],
        make: impl Future<Output = Result<Fixed, Error>> + Send + 'static,
    ) -> Result<Fixed, Error> {
        self.feeds.get(mark, make).await
    }
}
