//! Attempts with a password: charged to the address, device or session that they count for, and to the networks of the
//! client.
//!
//! Every attempt is charged to the networks as a hash. Its failure is charged to them only if it counts for an address:
//! a known device and a session have a count of their own and guess at one account alone, so that failures of strangers
//! at the same address do not keep them out. A success refunds the failure; the hash stays charged, since it was
//! computed.
//!
//! The order of the rows is that of the lock order (`db`): the one row of the attempt before the rows of networks. So a
//! unit of work that waits for a person or an address holds no row that all clients of a provider need.

use super::{Bucket, Count, Throttle};
use crate::db::Conn;
use crate::error::Error;
use crate::http::RequestContext;

/// The bucket that an attempt is counted in, and its key.
#[derive(Clone)]
pub struct Attempt {
    /// The bucket of its failures.
    pub bucket: Bucket,
    /// Its key there.
    pub key: String,
}

impl Attempt {
    /// Whether its failures are charged to the networks as well.
    fn counts_for_networks(&self) -> bool {
        self.bucket == Bucket::LoginAccount
    }
}

impl Throttle {
    /// Refuses an attempt that is known to have to wait, without a query.
    ///
    /// # Errors
    /// 429.
    pub fn check_attempt(&self, attempt: &Attempt, caller: &RequestContext) -> Result<(), Error> {
        self.check(attempt.bucket, &attempt.key)?;
        self.check_network(Bucket::HashNetwork, caller)?;
        if attempt.counts_for_networks() { self.check_network(Bucket::LoginNetwork, caller) } else { Ok(()) }
    }

    /// Charges an attempt before it is made; returns the count of its failures before.
    ///
    /// # Errors
    /// 429 if it has to wait.
    pub fn charge_attempt(&self, conn: &mut Conn, attempt: &Attempt, caller: &RequestContext) -> Result<Count, Error> {
        let before = self.charge(conn, attempt.bucket, &attempt.key)?;
        self.charge_network(conn, Bucket::HashNetwork, caller)?;
        if attempt.counts_for_networks() {
            self.charge_network(conn, Bucket::LoginNetwork, caller)?;
        }
        Ok(before)
    }

    /// Refunds an attempt that succeeded.
    pub fn forgive_attempt(&self, conn: &mut Conn, attempt: &Attempt, caller: &RequestContext) -> Result<(), Error> {
        self.forgive(conn, attempt.bucket, &attempt.key)?;
        self.give_back_failure(conn, attempt, caller)
    }

    /// Refunds an attempt that was not made after all. Its place in the queue of hashes stays charged.
    pub fn give_back_attempt(&self, conn: &mut Conn, attempt: &Attempt, caller: &RequestContext) -> Result<(), Error> {
        self.give_back_by(conn, attempt.bucket, self.rule(attempt.bucket), &attempt.key, 1)?;
        self.give_back_failure(conn, attempt, caller)
    }

    fn give_back_failure(&self, conn: &mut Conn, attempt: &Attempt, caller: &RequestContext) -> Result<(), Error> {
        if attempt.counts_for_networks() {
            self.give_back_network(conn, Bucket::LoginNetwork, caller, 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_strangers_alone_count_for_their_networks() {
        let counts = |bucket| Attempt { bucket, key: String::new() }.counts_for_networks();
        assert_eq!([Bucket::LoginAccount, Bucket::LoginDevice, Bucket::StepUp].map(counts), [true, false, false]);
    }
}
