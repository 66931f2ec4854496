//! Masks of suppressed addresses whose owner was erased, so that the list does not contain the address.
//!
//! A person who wants no mail stays on the list of suppressed addresses after the erasure. The row then has a keyed
//! hash of the address instead of its local part, and the unchanged domain: `#<hash>@douanes.example`. A row can be
//! found by the full address (by the portal when somebody registers with it again, by the Secretariat to search or
//! remove it), but without the master key the address cannot be read or guessed. A masked address has the form of an
//! address, so lists, files and searches handle it like any other.
//!
//! [`Outbox::forget_address`] masks an address, [`Outbox::address_works`] finds the row again for its owner.

use data_encoding::HEXLOWER;

use super::super::Outbox;
use super::{SuppressionReason, store};
use crate::db::Conn;
use crate::error::Error;
use crate::mail::{EmailAddress, bounce_records};
use crate::secrets::Mac;
use crate::time::Timestamp;

/// Bytes of the hash (RFC 2104, 5: half of it is enough).
const HASH: usize = 16;

/// Masks addresses: a row can be found by its address, but the address cannot be read from it. Cloning is cheap.
#[derive(Clone)]
pub struct AddressMask(Mac);

impl AddressMask {
    /// A mask with this key.
    #[must_use]
    pub fn new(mac: Mac) -> Self {
        Self(mac)
    }

    /// The mask of an address as it is compared.
    #[must_use]
    pub fn of(&self, address_key: &str) -> String {
        let domain = address_key.rsplit_once('@').map_or("", |(_, domain)| domain);
        let mac = self.0.sign(&[address_key.as_bytes()]);
        format!("{}{}@{domain}", store::SIGN, HEXLOWER.encode(mac.get(..HASH).unwrap_or_default()))
    }
}

impl Outbox {
    /// Removes bounces of an address that its owner has just used or confirmed. Suppressions by the owner or the
    /// Secretariat stay, and belong to the owner again if the address was masked after an erasure.
    pub fn address_works(&self, conn: &mut Conn, address_key: &str) -> Result<(), Error> {
        store::rename(conn, &self.mask.of(address_key), address_key)?;
        super::address_works(conn, address_key)
    }

    /// Deletes what is stored about an address since before an instant: its bounces, and the address itself, which is
    /// masked if it is suppressed for another reason. Reports that mention it are searched before
    /// (`bounce_records::unread`).
    pub fn forget_address(&self, conn: &mut Conn, address_key: &str, before: Timestamp) -> Result<(), Error> {
        bounce_records::forget_before(conn, address_key, before)?;
        if store::listed_since(conn, address_key)?.is_some_and(|since| since < before) {
            store::release(conn, address_key, &SuppressionReason::BOUNCES)?;
            store::rename(conn, address_key, &self.mask.of(address_key))?;
        }
        Ok(())
    }

    /// Masks up to `most` suppressed addresses that have been on the list since before `bound` and belong to no
    /// account; returns how many.
    pub fn forget_unknown_addresses(&self, conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
        let unknown = store::unknown(conn, bound, most)?;
        for key in &unknown {
            bounce_records::forget(conn, key)?;
            store::rename(conn, key, &self.mask.of(key))?;
        }
        Ok(unknown.len())
    }

    /// The masked form of an address.
    #[must_use]
    pub fn masked(&self, address_key: &str) -> String {
        self.mask.of(address_key)
    }

    /// The forms of these addresses on the list: masked if the mask is on the list.
    pub fn listed_as(&self, conn: &mut Conn, addresses: &[EmailAddress]) -> Result<Vec<String>, Error> {
        let pairs: Vec<(String, String)> =
            addresses.iter().map(|address| (address.key(), self.mask.of(&address.key()))).collect();
        let masks: Vec<&str> = pairs.iter().map(|(_, mask)| mask.as_str()).collect();
        let known: std::collections::HashSet<String> = store::listed(conn, &masks)?.into_iter().collect();
        Ok(pairs.into_iter().map(|(key, mask)| if known.contains(&mask) { mask } else { key }).collect())
    }

    /// Removes an address from the list, plain or masked; returns why it was there.
    pub fn unsuppress(&self, conn: &mut Conn, address_key: &str) -> Result<Option<SuppressionReason>, Error> {
        let named = store::unsuppress(conn, address_key)?;
        Ok(store::unsuppress(conn, &self.mask.of(address_key))?.or(named))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a20_a_mask_names_nobody_is_found_by_its_owner_and_is_an_address_in_form() {
        let mask = AddressMask::new(crate::secrets::tests_mac());
        let masked = mask.of("zenobia@customs.example");
        assert!(masked.ends_with("@customs.example") && !masked.contains("zenobia"), "{masked}");
        assert_eq!(masked, mask.of("zenobia@customs.example"));
        assert_ne!(masked, mask.of("zenobi@customs.example"));
        assert_eq!(EmailAddress::parse(&masked).unwrap().key(), masked);
    }
}
