//! The costs of the stored hashes, so that the time of a comparison does not disclose who has an account.
//!
//! A cost that an operator changes applies to new hashes; a stored one keeps its own until its owner logs in. If a
//! comparison took the time of the stored hash alone, or for an unknown address that of the present cost, the
//! difference would tell accounts from unknown addresses. So every comparison computes one hash of each cost in use, in
//! the same order: the one of the stored hash with its salt, the others for nothing. As long as all hashes have the
//! present cost, that is a single one.
//!
//! Costs become known at the start, from the database, and with the first stored hash that has another one: a process
//! with other settings may run in parallel. They are known until the process ends. A hash of the present cost that
//! replaces an older one is computed after a right password only, and discloses nothing else.

use std::sync::{Mutex, PoisonError};

use argon2::Params;
use argon2::password_hash::phc::PasswordHash;

use crate::error::{Error, OrInternal as _};

/// Bytes of a hash.
pub(super) const OUTPUT: usize = 32;

/// What a hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    pub(super) fn of(params: &Params) -> Self {
        Self { memory_kib: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() }
    }

    pub(super) fn params(self) -> Result<Params, Error> {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(OUTPUT)).or_internal()
    }

    /// How a stored hash of this cost begins.
    pub(super) fn prefix(self) -> String {
        format!("$argon2id$v=19$m={},t={},p={}$", self.memory_kib, self.passes, self.lanes)
    }
}

/// A stored hash, taken apart.
pub(super) struct StoredHash {
    pub(super) cost: Cost,
    pub(super) params: Params,
    pub(super) salt: Vec<u8>,
    pub(super) expected: Vec<u8>,
}

impl StoredHash {
    pub(super) fn parse(stored: &str) -> Result<Self, Error> {
        let parsed = PasswordHash::new(stored).or_internal()?;
        let (Some(salt), Some(expected)) = (parsed.salt, parsed.hash) else {
            return Err(Error::internal("a stored password has no salt or no hash"));
        };
        let params = Params::try_from(&parsed).or_internal()?;
        let salt: &[u8] = salt.as_ref();
        Ok(Self { cost: Cost::of(&params), salt: salt.to_vec(), expected: expected.as_bytes().to_vec(), params })
    }
}

/// The costs in use, the present one first.
pub(super) struct CostsInUse(Mutex<Vec<Cost>>);

impl CostsInUse {
    pub(super) fn new(present: Cost) -> Self {
        Self(Mutex::new(vec![present]))
    }

    /// The costs that a comparison pays, among them that of the stored hash, which is known from now on.
    pub(super) fn including(&self, stored: Option<Cost>) -> Vec<Cost> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cost) = stored.filter(|cost| !known.contains(cost)) {
            known.push(cost);
        }
        known.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(memory_kib: u32) -> Cost {
        Cost { memory_kib, passes: 1, lanes: 1 }
    }

    #[test]
    fn an_unknown_address_pays_what_accounts_pay() {
        let costs = CostsInUse::new(cost(64));
        assert_eq!(costs.including(None), [cost(64)]);
        assert_eq!(costs.including(Some(cost(64))), [cost(64)]);
        for stored in [Some(cost(32)), None, Some(cost(64)), Some(cost(32))] {
            assert_eq!(costs.including(stored), [cost(64), cost(32)], "{stored:?}");
        }
        // A cost that was lowered, too.
        assert_eq!(costs.including(Some(cost(128))).len(), 3);
        assert_eq!(costs.including(None).len(), 3);
    }

    #[test]
    fn a_stored_hash_tells_its_cost() {
        let text = format!("{}{}${}", cost(32).prefix(), "BwcHBwcHBwcHBwcHBwcHBw", "A".repeat(43));
        let stored = StoredHash::parse(&text).unwrap();
        assert_eq!((stored.cost, stored.salt, stored.expected), (cost(32), vec![7; 16], vec![0; OUTPUT]));
        assert_eq!(Cost::of(&stored.cost.params().unwrap()), cost(32));
        assert!(StoredHash::parse("").is_err() && StoredHash::parse(&cost(32).prefix()).is_err());
    }
}
