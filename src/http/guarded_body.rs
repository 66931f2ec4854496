//! An answer that holds a guard until it is sent or aborted.
//!
//! A large answer takes memory until its reader has received it. The guard shows for so long that this person has one
//! in progress (`heavy_work`).

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;

/// Bytes of one chunk.
const PIECE: usize = 65_536;

/// The bytes of an answer, and what is dropped after them.
pub struct GuardedBody<H> {
    left: Bytes,
    _held: H,
}

impl<H> GuardedBody<H> {
    /// These bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>, held: H) -> Self {
        Self { left: bytes.into(), _held: held }
    }
}

impl<H: Unpin> MessageBody for GuardedBody<H> {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(u64::try_from(self.left.len()).unwrap_or(u64::MAX))
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let piece = self.left.len().min(PIECE);
        Poll::Ready((piece > 0).then(|| Ok(self.left.split_to(piece))))
    }
}
