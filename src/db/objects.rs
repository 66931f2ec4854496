//! Turns of objects: where many people write the same thing at once, only a few of these writes are in the database's
//! queue or in progress.
//!
//! A unit of work that writes a response locks its row. Two hundred colleagues who fill it in would hold every
//! connection of PostgreSQL in wait for that row, with whoever else reads behind them; on SQLite the writes of others
//! would stand behind all of theirs. Here they wait before they enter the queue, in the order in which they came. The
//! service names the object ([`super::name_object`]); the writer's own turn (`turns`) comes first.
//!
//! An object without writes has no entry. Each process counts its own. Left out: a bound of those who wait, since each
//! has a bounded number of places as a writer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;

use super::Id;
use crate::error::Error;

/// Writes of an object in the queue or in progress at once. Two, so that one is ready when the other ends.
const AT_ONCE: usize = 2;

/// Turns of all objects. Cloning shares them.
#[derive(Clone, Default)]
pub(super) struct Objects(Arc<Mutex<HashMap<Id, Crowd>>>);

/// The writes of one object.
struct Crowd {
    /// How many have a turn or wait for one.
    size: usize,
    turns: Arc<Semaphore>,
}

/// A turn, until it is dropped.
pub(super) struct ObjectTurn {
    // The order of drops matters: the turn is released before the place.
    _permit: OwnedSemaphorePermit,
    _place: Place,
}

/// A place among the writes of an object.
struct Place {
    objects: Objects,
    object: Id,
}

impl Objects {
    /// Waits for a turn until `deadline`. A caller that goes away releases its place.
    ///
    /// # Errors
    /// 503 if the deadline passes.
    pub(super) async fn take(&self, object: Id, deadline: Instant) -> Result<ObjectTurn, Error> {
        let (place, turns) = self.join(object);
        match timeout_at(deadline.into(), turns.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(ObjectTurn { _permit: permit, _place: place }),
            Ok(Err(_)) | Err(_) => Err(Error::busy()),
        }
    }

    fn join(&self, object: Id) -> (Place, Arc<Semaphore>) {
        let mut crowds = self.lock();
        let crowd = crowds.entry(object).or_insert_with(|| Crowd { size: 0, turns: Arc::new(Semaphore::new(AT_ONCE)) });
        crowd.size += 1;
        (Place { objects: self.clone(), object }, Arc::clone(&crowd.turns))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id, Crowd>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut crowds = self.objects.lock();
        match crowds.get_mut(&self.object) {
            Some(crowd) if crowd.size > 1 => crowd.size -= 1,
            _ => {
                crowds.remove(&self.object);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::Poll;
    use std::time::Duration;

    use super::*;
    use crate::error::ProblemCode;

    fn later() -> Instant {
        Instant::now() + Duration::from_mins(1)
    }

    /// Whether a future has its result after it was polled once.
    async fn is_ready<F: Future + ?Sized>(future: &mut Pin<Box<F>>) -> bool {
        std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await
    }

    #[tokio::test]
    async fn two_write_an_object_at_once_and_the_next_is_whose_wait_was_longest() {
        let (objects, object, other) = (Objects::default(), Id::from_bytes([1; 16]), Id::from_bytes([2; 16]));
        let first = objects.take(object, later()).await.unwrap();
        let second = objects.take(object, later()).await.unwrap();
        let (mut third, mut gone) = (Box::pin(objects.take(object, later())), Box::pin(objects.take(object, later())));
        assert!(!is_ready(&mut third).await && !is_ready(&mut gone).await);
        let elsewhere = objects.take(other, later()).await;
        assert!(elsewhere.is_ok(), "other objects are not concerned");
        drop(gone);
        drop(first);
        assert!(is_ready(&mut third).await);
        drop((third, second, elsewhere));
        assert!(objects.lock().is_empty(), "nothing is kept");
    }

    #[tokio::test]
    async fn whoever_waits_too_long_is_answered() {
        let (objects, object) = (Objects::default(), Id::from_bytes([1; 16]));
        let held = [objects.take(object, later()).await, objects.take(object, later()).await];
        let refused = objects.take(object, Instant::now()).await;
        assert_eq!(refused.err().map(|error| error.code()), Some(ProblemCode::Busy));
        drop(held);
        assert!(objects.lock().is_empty());
    }
}
