//! Attempts with a password: charged to the address, device or session that they count for, and to the networks of the
//! client.
//!
//! An address has two counts, so that whoever guesses from a few networks does not keep its owner out who is at a new
//! device in another one. The first failures of each network at an address in a day share one count; all later ones of
//! these networks share another, and wait for both. Whoever holds the first count for a day needs a new network every
//! five minutes. Together the two admit the hundred failures in a row that one count may (`rules`).
//!
//! Every attempt is charged to the networks as a hash. Its failure is charged to them only if it counts for an address:
//! a known device and a session have a count of their own and guess at one account alone, so that failures of strangers
//! at the same address do not keep them out. A success refunds the failure; the hash stays charged, since it was
//! computed.
//!
//! The order of the rows is that of the lock order (`db`): the rows of the attempt (of the address: that of its network,
//! then the two counts) before the rows of networks. So a unit of work that waits for a person or an address holds no row
//! that all clients of a provider need.

use super::{Bucket, Throttle, store};
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
    /// An attempt at an address, by a device that is not known.
    #[must_use]
    pub const fn at_address(key: String) -> Self {
        Self { bucket: Bucket::LoginAccount, key }
    }

    /// Whether it counts for an address. Its failures are charged to the networks as well.
    const fn is_at_address(&self) -> bool {
        matches!(self.bucket, Bucket::LoginAccount | Bucket::LoginRepeated)
    }

    /// The key of the failures of the client's network at this address.
    fn origin(&self, caller: &RequestContext) -> String {
        origin(&self.key, caller)
    }
}

/// The failures of one network at one address. The widest network counts, so that changing addresses within it gains
/// nothing.
fn origin(address: &str, caller: &RequestContext) -> String {
    format!("{} {address}", caller.blocks().pop().unwrap_or_default())
}

impl Throttle {
    /// Refuses an attempt that is known to have to wait, without a query.
    ///
    /// # Errors
    /// 429.
    pub fn check_attempt(&self, attempt: &Attempt, caller: &RequestContext) -> Result<(), Error> {
        self.check(attempt.bucket, &attempt.key)?;
        if attempt.is_at_address() {
            self.check(Bucket::LoginOrigin, &attempt.origin(caller))?;
            self.check_network(Bucket::LoginNetwork, caller)?;
        }
        self.check_network(Bucket::HashNetwork, caller)
    }

    /// Charges an attempt before it is made; returns it with the bucket that was charged, and the failures before.
    ///
    /// # Errors
    /// 429 if it has to wait.
    pub fn charge_attempt(
        &self,
        conn: &mut Conn,
        attempt: &Attempt,
        caller: &RequestContext,
    ) -> Result<(Attempt, i32), Error> {
        let charged = if attempt.is_at_address() {
            self.charge_address(conn, &attempt.key, caller)?
        } else {
            (attempt.clone(), self.charge(conn, attempt.bucket, &attempt.key)?.failures)
        };
        self.charge_network(conn, Bucket::HashNetwork, caller)?;
        if attempt.is_at_address() {
            self.charge_network(conn, Bucket::LoginNetwork, caller)?;
        }
        Ok(charged)
    }

    /// Charges an attempt at an address to the count that the failures of the client's network choose.
    fn charge_address(&self, conn: &mut Conn, address: &str, caller: &RequestContext) -> Result<(Attempt, i32), Error> {
        let origin = origin(address, caller);
        let is_repeated = self.count_origin(conn, &origin)?;
        let (first, repeated) = (Bucket::LoginAccount, Bucket::LoginRepeated);
        // Both rows are locked, in this order, whichever is charged.
        let charged = if is_repeated {
            self.admit(conn, first, address).and_then(|before| Ok((before, self.charge(conn, repeated, address)?)))
        } else {
            self.charge(conn, first, address).and_then(|before| Ok((before, self.count_of(conn, repeated, address)?)))
        };
        let (first_before, repeated_before) =
            charged.inspect_err(|_refused| self.remember_for(&origin, repeated, address))?;
        let bucket = if is_repeated { repeated } else { first };
        let failures = first_before.failures.saturating_add(repeated_before.failures);
        Ok((Attempt { bucket, key: address.to_owned() }, failures))
    }

    /// Remembers for this network that an address has to wait, if that is known: other networks may not have to.
    fn remember_for(&self, origin: &str, bucket: Bucket, address: &str) {
        if let Some(known) = self.refused.get(&(bucket.number(), self.hashed(bucket, address))) {
            let hashed = self.hashed(Bucket::LoginOrigin, origin);
            self.refused.insert((Bucket::LoginOrigin.number(), hashed), known);
        }
    }

    /// Counts an attempt of a network at an address; returns whether its first failures were used up.
    fn count_origin(&self, conn: &mut Conn, origin: &str) -> Result<bool, Error> {
        let (rule, hashed) = (self.rule(Bucket::LoginOrigin), self.hashed(Bucket::LoginOrigin, origin));
        let (count, now) = store::look(conn, Bucket::LoginOrigin.number(), &hashed, &self.clock)?;
        store::set(conn, Bucket::LoginOrigin.number(), &hashed, rule.add(count, 1, now))?;
        Ok(rule.left(count, now) == 0)
    }

    /// Refunds an attempt that succeeded, given as it was charged.
    pub fn forgive_attempt(&self, conn: &mut Conn, charged: &Attempt, caller: &RequestContext) -> Result<(), Error> {
        if !charged.is_at_address() {
            return self.forgive(conn, charged.bucket, &charged.key);
        }
        self.forgive_address(conn, &charged.key, caller)?;
        self.give_back_network(conn, Bucket::LoginNetwork, caller, 1)
    }

    /// Forgets the failures at an address, those of other networks too.
    pub fn forgive_address(&self, conn: &mut Conn, address: &str, caller: &RequestContext) -> Result<(), Error> {
        self.clear(conn, Bucket::LoginOrigin, &origin(address, caller))?;
        self.clear(conn, Bucket::LoginAccount, address)?;
        self.clear(conn, Bucket::LoginRepeated, address)
    }

    /// Refunds an attempt that was not made after all, given as it was charged. Its place in the queue of hashes stays
    /// charged.
    pub fn give_back_attempt(&self, conn: &mut Conn, charged: &Attempt, caller: &RequestContext) -> Result<(), Error> {
        let give_back = |conn: &mut Conn, bucket, key: &str| self.give_back_by(conn, bucket, self.rule(bucket), key, 1);
        if !charged.is_at_address() {
            return give_back(conn, charged.bucket, &charged.key);
        }
        give_back(conn, Bucket::LoginOrigin, &charged.origin(caller))?;
        give_back(conn, charged.bucket, &charged.key)?;
        self.give_back_network(conn, Bucket::LoginNetwork, caller, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_strangers_alone_count_for_their_networks() {
        let counts = |bucket| Attempt { bucket, key: String::new() }.is_at_address();
        let buckets = [Bucket::LoginAccount, Bucket::LoginRepeated, Bucket::LoginDevice, Bucket::StepUp];
        assert_eq!(buckets.map(counts), [true, true, false, false]);
    }
}
