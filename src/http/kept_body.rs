//! Kept bodies: the body of a request that is still there after its handler refused it.
//!
//! A guard refuses before the body is read, and a service after that; in both cases the framework has handed the body to
//! the handler, which is gone. So the bytes that were read are kept beside, and the rest is read on demand.
//!
//! What is read is kept from the moment on at which a guard knows the sender ([`KeptBody::keep`]): nothing that a
//! stranger sends is kept. It is copied into one buffer, since a body may come in pieces of one byte, each of which
//! would hold on to the buffer of its connection; and no more is kept than a form may have.
//!
//! Left out: the decision whose bodies are read after a refusal (`identity::pages`).

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest as _, HttpMessage as _, HttpRequest};
use futures_util::Stream;

use super::json::{collect, too_large};
use super::{LARGEST_FORM, Limits, Upload, declared_length};
use crate::error::Error;

/// The body of a request, with what was read of it.
#[derive(Clone)]
pub struct KeptBody(Rc<RefCell<Kept>>);

struct Kept {
    body: Payload,
    read: BytesMut,
    /// Whether what is read is kept.
    keeps: bool,
    /// Whether something was read and not kept.
    is_lost: bool,
}

impl KeptBody {
    /// Keeps the body of this request, which its handler reads as usual, once the sender is known.
    pub fn of(request: &mut ServiceRequest) -> Self {
        let kept = Self::passing(request);
        request.extensions_mut().insert(kept.clone());
        kept
    }

    /// The same of which nothing is kept: only its rest can be received ([`Self::pass_over`]).
    pub fn passing(request: &mut ServiceRequest) -> Self {
        let body = request.take_payload();
        let kept = Self(Rc::new(RefCell::new(Kept { body, read: BytesMut::new(), keeps: false, is_lost: false })));
        request.set_payload(Payload::Stream { payload: Box::pin(kept.clone()) });
        kept
    }

    /// Keeps what is read of the body of this request from now on, if it is one of these: its sender is known.
    pub fn keep(request: &HttpRequest) {
        let kept = request.extensions().get::<Self>().cloned();
        if let Some(kept) = kept {
            kept.0.borrow_mut().keeps = true;
        }
    }

    /// Returns the body of this request: from now on, it is its middleware's alone.
    pub fn release(request: &HttpRequest) {
        drop(request.extensions_mut().remove::<Self>());
    }

    /// Receives the rest, within the bounds of uploads, and keeps nothing of it. A body that breaks off has no reader.
    pub async fn pass_over(self, request: &HttpRequest) {
        let mut rest: Payload = Payload::Stream { payload: Box::pin(self) };
        if let Ok(upload) = Upload::from_request(request, &mut rest).into_inner()
            && let Err(error) = upload.read_start(0).await
        {
            tracing::debug!(%error, "a body is not received to its end");
        }
    }

    /// The whole body, within the time that bodies have; none if its beginning was read and not kept.
    ///
    /// # Errors
    /// 413 beyond `limit` bytes, 408 if it is too slow, 400 if it breaks off.
    pub async fn whole(self, request: &HttpRequest, limit: usize) -> Result<Option<Bytes>, Error> {
        if declared_length(request.headers()).is_some_and(|length| length > limit) {
            return Err(too_large(limit));
        }
        let limits = request.app_data::<Data<Limits>>().ok_or_else(|| Error::internal("no limits configured"))?;
        let mut whole = {
            let mut kept = self.0.borrow_mut();
            if kept.is_lost {
                return Ok(None);
            }
            kept.keeps = false;
            std::mem::take(&mut kept.read)
        };
        let room = limit.checked_sub(whole.len()).ok_or_else(|| too_large(limit))?;
        let rest: Payload = Payload::Stream { payload: Box::pin(self) };
        let rest = collect(rest, room, |received| limits.form_time_at(received)).await;
        whole.extend_from_slice(&rest?);
        Ok(Some(whole.freeze()))
    }
}

impl Stream for KeptBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut kept = self.0.borrow_mut();
        let polled = Pin::new(&mut kept.body).poll_next(cx);
        if let Poll::Ready(Some(Ok(piece))) = &polled {
            kept.note(piece);
        }
        polled
    }
}

impl Kept {
    /// Keeps a piece, if the body is kept and is no larger than a form may be.
    fn note(&mut self, piece: &[u8]) {
        if self.keeps && !self.is_lost && self.read.len() + piece.len() <= LARGEST_FORM {
            self.read.extend_from_slice(piece);
        } else {
            self.is_lost = true;
            self.read = BytesMut::new();
        }
    }
}
