//! A single-flight cache of rendered answers: texts, feeds, assembled files.
//!
//! Public requests may repeat at any rate, so renderings are cached under a key that identifies their content. Of
//! several concurrent requests for the same one, the first starts it and the others wait. It runs in a task of its own
//! (`detached`), so a client that disconnects does not cause it to be rendered again. Only a few run at a time, so a
//! client that requests many different ones occupies no more threads than that. Where each is large
//! ([`Renderings::bounded`]), only so many different ones may wait for their turn as well; a further one is refused with
//! a 503. Requests for the same one wait together, and count once.
//!
//! Left out: failures, which are not cached. A request that waited for one that failed starts again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::{Semaphore, watch};

use super::detached::to_the_end;
use crate::error::{Error, OrInternal as _};

/// How many are rendered at the same time.
const AT_ONCE: usize = 2;

/// Recent renderings, and those in progress. Cloning shares them.
pub struct Renderings<V>(Arc<Inner<V>>);

impl<V> Clone for Renderings<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

struct Inner<V> {
    known: Cache<Vec<u8>, V, Weight<V>>,
    under_way: Mutex<HashMap<Vec<u8>, Awaited<V>>>,
    most_under_way: usize,
    turns: Semaphore,
}

/// Announces that a rendering has ended.
type Awaited<V> = watch::Receiver<Option<V>>;

/// The weight of a rendering.
#[derive(Clone)]
struct Weight<V>(fn(&V) -> u64);

impl<V> Weighter<Vec<u8>, V> for Weight<V> {
    fn weight(&self, _key: &Vec<u8>, value: &V) -> u64 {
        self.0(value)
    }
}

/// The result of a lookup.
enum Found<V> {
    /// It is cached.
    Known(V),
    /// It is in progress.
    Awaited(Awaited<V>),
    /// The caller must render it.
    Missing(UnderWay<V>),
    /// Too many others wait.
    Full,
}

/// A rendering in progress, until this is dropped.
struct UnderWay<V> {
    renderings: Renderings<V>,
    key: Vec<u8>,
    made: watch::Sender<Option<V>>,
}

impl<V: Clone + Send + Sync + 'static> Renderings<V> {
    /// A cache of about `most` entries.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self::weighed(most, u64::try_from(most).unwrap_or(u64::MAX), |_| 1)
    }

    /// A cache of entries with a total weight of at most `most`, `about` of them.
    #[must_use]
    pub fn weighed(about: usize, most: u64, weight: fn(&V) -> u64) -> Self {
        Self::with(about, most, weight, usize::MAX)
    }

    /// The same where at most `waiting` different ones wait for their turn.
    #[must_use]
    pub fn bounded(about: usize, most: u64, weight: fn(&V) -> u64, waiting: usize) -> Self {
        Self::with(about, most, weight, waiting.saturating_add(AT_ONCE))
    }

    fn with(about: usize, most: u64, weight: fn(&V) -> u64, most_under_way: usize) -> Self {
        Self(Arc::new(Inner {
            known: Cache::with_weighter(about, most, Weight(weight)),
            under_way: Mutex::default(),
            most_under_way,
            turns: Semaphore::new(AT_ONCE),
        }))
    }

    /// The rendering under this key, made by `render` if it is not cached. `render` starts once, and runs to its end.
    ///
    /// # Errors
    /// Those of `render`; 503 where too many others wait.
    pub async fn get(
        &self,
        key: &[u8],
        render: impl Future<Output = Result<V, Error>> + Send + 'static,
    ) -> Result<V, Error> {
        loop {
            let mut awaited = match self.find(key) {
                Found::Known(value) => return Ok(value),
                Found::Missing(under_way) => return to_the_end(under_way.render(render)).await,
                Found::Awaited(awaited) => awaited,
                Found::Full => return Err(Error::busy()),
            };
            // The sender was dropped: the rendering failed.
            let value = awaited.wait_for(Option::is_some).await.ok().and_then(|value| value.clone());
            if let Some(value) = value {
                return Ok(value);
            }
        }
    }

    /// Checks both under one lock, since a rendering is cached before it is removed from those in progress.
    fn find(&self, key: &[u8]) -> Found<V> {
        let mut under_way = self.lock();
        if let Some(value) = self.0.known.get(key) {
            return Found::Known(value);
        }
        if let Some(awaited) = under_way.get(key) {
            return Found::Awaited(awaited.clone());
        }
        if under_way.len() >= self.0.most_under_way {
            return Found::Full;
        }
        let (made, awaited) = watch::channel(None);
        under_way.insert(key.to_owned(), awaited);
        Found::Missing(UnderWay { renderings: self.clone(), key: key.to_owned(), made })
    }
}

impl<V> Renderings<V> {
    fn lock(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Awaited<V>>> {
        self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Clone> UnderWay<V> {
    async fn render(self, render: impl Future<Output = Result<V, Error>>) -> Result<V, Error> {
        let inner = Arc::clone(&self.renderings.0);
        let _turn = inner.turns.acquire().await.or_internal()?;
        let value = render.await?;
        inner.known.insert(self.key.clone(), value.clone());
        self.made.send_replace(Some(value.clone()));
        Ok(value)
    }
}

impl<V> Drop for UnderWay<V> {
    fn drop(&mut self) {
        self.renderings.lock().remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Poll;

    use super::*;
    use crate::error::ProblemCode;

    /// A rendering that waits for permission, and how often it started.
    #[derive(Clone)]
    struct Slow {
        begun: Arc<AtomicUsize>,
        may_end: Arc<Semaphore>,
    }

    impl Slow {
        fn new() -> Self {
            Self { begun: Arc::default(), may_end: Arc::new(Semaphore::new(0)) }
        }

        async fn render(self, outcome: Result<&'static str, Error>) -> Result<&'static str, Error> {
            self.begun.fetch_add(1, Ordering::SeqCst);
            self.may_end.acquire().await.unwrap().forget();
            outcome
        }

        fn begun(&self) -> usize {
            self.begun.load(Ordering::SeqCst)
        }
    }

    /// Requests it, and disconnects once everything that can proceed has done so.
    async fn ask_and_go(asked: impl Future<Output = Result<&'static str, Error>>) {
        let mut asked = Box::pin(asked);
        for _ in 0..10 {
            let pending = std::future::poll_fn(|context| Poll::Ready(asked.as_mut().poll(context).is_pending())).await;
            assert!(pending, "nothing is rendered yet");
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a05_whoever_hangs_up_makes_nobody_render_again() {
        let (renderings, slow) = (Renderings::new(4), Slow::new());
        for _ in 0..20 {
            ask_and_go(renderings.get(b"a", slow.clone().render(Ok("made")))).await;
        }
        assert_eq!(slow.begun(), 1);
        slow.may_end.add_permits(1);
        for _ in 0..3 {
            assert_eq!(renderings.get(b"a", slow.clone().render(Ok("again"))).await.unwrap(), "made");
        }
        assert_eq!(slow.begun(), 1);
        assert!(renderings.lock().is_empty(), "nothing is kept beside");
    }

    #[tokio::test]
    async fn a05_a_few_are_rendered_at_a_time_whoever_waits() {
        let (renderings, slow) = (Renderings::new(8), Slow::new());
        for key in ["a", "b", "c", "d"] {
            ask_and_go(renderings.get(key.as_bytes(), slow.clone().render(Ok(key)))).await;
        }
        assert_eq!(slow.begun(), AT_ONCE);
        slow.may_end.add_permits(4);
        for key in ["a", "b", "c", "d"] {
            assert_eq!(renderings.get(key.as_bytes(), slow.clone().render(Ok("again"))).await.unwrap(), key);
        }
        assert_eq!(slow.begun(), 4);
    }

    #[tokio::test]
    async fn a05_so_many_different_ones_wait_and_no_more() {
        let (renderings, slow) = (Renderings::bounded(8, 8, |_| 1, 1), Slow::new());
        for key in ["a", "b", "c", "a", "c"] {
            ask_and_go(renderings.get(key.as_bytes(), slow.clone().render(Ok(key)))).await;
        }
        let refused = renderings.get(b"d", slow.clone().render(Ok("d"))).await;
        assert_eq!(refused.unwrap_err().code(), ProblemCode::Busy);
        slow.may_end.add_permits(3);
        assert_eq!(renderings.get(b"c", slow.clone().render(Ok("again"))).await.unwrap(), "c");
        slow.may_end.add_permits(1);
        assert_eq!(renderings.get(b"d", slow.clone().render(Ok("d"))).await.unwrap(), "d", "there is room again");
        assert_eq!(slow.begun(), 4);
    }

    #[tokio::test]
    async fn what_failed_is_rendered_again_by_whoever_waited_for_it() {
        let (renderings, slow) = (Renderings::new(4), Slow::new());
        let first = renderings.get(b"a", slow.clone().render(Err(Error::not_found())));
        let second = renderings.get(b"a", slow.clone().render(Ok("made")));
        slow.may_end.add_permits(2);
        let (first, second) = tokio::join!(first, second);
        assert_eq!((first.unwrap_err().refusal(), second.unwrap()), (Some(ProblemCode::NotFound), "made"));
        assert_eq!(slow.begun(), 2);
    }
}
