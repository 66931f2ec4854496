//! Uploaded bytes, by person and by network, so that repeated uploads cannot fill the disk. What answers to surveys
//! add to their history counts as well: it is kept for good.
//!
//! The declared length of a body is charged before a byte of it is read; without one, the greatest length is charged. A
//! shorter body is refunded after it was read. A body that breaks off stays charged, since its bytes were transferred.

use std::sync::Arc;

use super::writes::in_words;
use super::{Bucket, Throttle};
use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::http::RequestContext;

/// A body that is about to be uploaded.
#[derive(Clone, Debug)]
pub struct Load {
    /// The person.
    pub person: Id,
    /// The client's network.
    pub caller: RequestContext,
    /// Bytes charged.
    pub charged: usize,
    /// Bytes that came beside the file: the rest of a form.
    pub beside: usize,
}

/// The unit of the count; each body counts as one at least.
fn kibibytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1_024)).unwrap_or(u32::MAX).max(1)
}

impl Throttle {
    /// Charges a body before it is read.
    ///
    /// # Errors
    /// 429 if the person or the network has uploaded enough for now.
    pub async fn admit_upload(self: &Arc<Self>, db: &Db, load: &Load) -> Result<(), Error> {
        let (throttle, load, amount) = (Arc::clone(self), load.clone(), kibibytes(load.charged));
        db.write(move |conn| {
            throttle.charge_amount(conn, Bucket::UploadPerson, &load.person.to_string(), amount)?;
            throttle.charge_network_amount(conn, Bucket::UploadNetwork, &load.caller, amount)
        })
        .await
    }

    /// Charges a person for bytes that are stored, in the unit of work that stores them.
    ///
    /// # Errors
    /// 429 if the person has uploaded enough for now.
    pub fn charge_bytes(&self, conn: &mut Conn, person: Id, bytes: usize) -> Result<(), Error> {
        let charged = self.charge_amount(conn, Bucket::UploadPerson, &person.to_string(), kibibytes(bytes));
        charged.map(drop).map_err(in_words)
    }

    /// Charges the network of somebody without a login for a file that is compared and not kept. Its budget is not that
    /// of uploads, which people of the same network need.
    ///
    /// # Errors
    /// 429 if the network has sent enough for now.
    pub async fn admit_compared(self: &Arc<Self>, db: &Db, caller: &RequestContext, bytes: usize) -> Result<(), Error> {
        let (throttle, caller) = (Arc::clone(self), caller.clone());
        db.write(move |conn| throttle.charge_network_amount(conn, Bucket::CompareNetwork, &caller, kibibytes(bytes)))
            .await
    }

    /// Refunds what was charged beyond the bytes that arrived: the file, and what came beside it.
    pub async fn settle_upload(self: &Arc<Self>, db: &Db, load: Load, file: usize) -> Result<(), Error> {
        let came = file.saturating_add(load.beside);
        let surplus = kibibytes(load.charged).saturating_sub(kibibytes(came));
        if surplus == 0 {
            return Ok(());
        }
        let throttle = Arc::clone(self);
        db.write(move |conn| {
            let (bucket, key) = (Bucket::UploadPerson, load.person.to_string());
            throttle.give_back_by(conn, bucket, throttle.rule(bucket), &key, surplus)?;
            throttle.give_back_network(conn, Bucket::UploadNetwork, &load.caller, surplus)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_body_is_free() {
        assert_eq!([0, 1, 1_024, 1_025, usize::MAX].map(kibibytes), [1, 1, 1, 2, u32::MAX]);
    }
}
