//! Bytes that are handed in, by the person and by the network: a disk is filled by whoever may write to it again and again.
//!
//! What a request says that its body is long is charged before a byte of it is read; what says nothing is charged as long
//! as it may be. What turned out to be shorter is given back once it was read. A body that breaks off stays charged: it
//! cost the line as much.

use std::sync::Arc;

use super::{Bucket, Throttle};
use crate::db::{Db, Id};
use crate::error::Error;
use crate::http::Caller;

/// A body that somebody is about to send.
#[derive(Clone, Debug)]
pub struct Load {
    /// Who.
    pub person: Id,
    /// From where.
    pub caller: Caller,
    /// How many bytes were charged.
    pub charged: usize,
}

/// What is counted: each body is at least one of it.
fn kibibytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1_024)).unwrap_or(u32::MAX).max(1)
}

impl Throttle {
    /// Charges a body before it is read.
    ///
    /// # Errors
    /// 429 where person or network has handed in enough for now.
    pub async fn admit_upload(self: &Arc<Self>, db: &Db, load: &Load) -> Result<(), Error> {
        let (throttle, load, amount) = (Arc::clone(self), load.clone(), kibibytes(load.charged));
        db.write(move |conn| {
            throttle.charge_amount(conn, Bucket::UploadPerson, &load.person.to_string(), amount)?;
            throttle.charge_network_amount(conn, Bucket::UploadNetwork, &load.caller, amount)
        })
        .await
    }

    /// Gives back what was charged above the bytes that came.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn settle_upload(self: &Arc<Self>, db: &Db, load: Load, came: usize) -> Result<(), Error> {
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
