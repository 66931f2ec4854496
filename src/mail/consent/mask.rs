//! What is remembered of an address that nobody here has any more: not the address.
//!
//! Who does not want to be written to stays on the list of suppressed addresses when the person is erased. The row then holds
//! a keyed hash of the address in the place of its local part, and the domain as it is: `#<hash>@douanes.example`. Whoever
//! has the address can ask for it (the portal, when somebody registers with it once more; the Secretariat, that searches for
//! it or takes it off the list), and nobody can read it or try guesses without the master key. Such a row is an address in form,
//! so that lists, files and searches take it as any other.
//!
//! [`Outbox::forget_address`] masks an address, [`Outbox::address_works`] finds the row again for its owner.

use data_encoding::HEXLOWER;

use super::super::Outbox;
use super::{store, unsuppress};
use crate::db::Conn;
use crate::error::Error;
use crate::mail::{EmailAddress, bounced};
use crate::secrets::Mac;
use crate::time::Timestamp;

/// What a masked address begins with.
pub(super) const SIGN: char = '#';
/// Bytes of the hash (RFC 2104, 5: half of it is enough).
const HASH: usize = 16;

/// Writes addresses so that whoever has one finds it, and nobody reads it. Cloning is cheap.
#[derive(Clone)]
pub struct AddressMask(Mac);

impl AddressMask {
    /// A mask under this key.
    #[must_use]
    pub fn new(mac: Mac) -> Self {
        Self(mac)
    }

    /// The mask of an address as it is compared.
    #[must_use]
    pub fn of(&self, address_key: &str) -> String {
        let domain = address_key.rsplit_once('@').map_or("", |(_, domain)| domain);
        let mac = self.0.sign(&[address_key.as_bytes()]);
        format!("{SIGN}{}@{domain}", HEXLOWER.encode(mac.get(..HASH).unwrap_or_default()))
    }
}

impl Outbox {
    /// Somebody has shown that an address is read, or says that it is right: that mail came back from it is forgotten. What
    /// its owner or the Secretariat said of it stays, and is the owner's again where it was remembered of somebody erased.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn address_works(&self, conn: &mut Conn, address_key: &str) -> Result<(), Error> {
        store::rename(conn, &self.mask.of(address_key), address_key)?;
        super::address_works(conn, address_key)
    }

    /// Forgets an address: what mail that came back said of it, and the address itself where it is not to be written to.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn forget_address(&self, conn: &mut Conn, address_key: &str) -> Result<(), Error> {
        super::address_works(conn, address_key)?;
        store::rename(conn, address_key, &self.mask.of(address_key))
    }

    /// Masks suppressed addresses that stand on the list since before `bound` and that nobody here has, up to `most`; how many.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn forget_unknown_addresses(&self, conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
        let unknown = store::unknown(conn, bound, most)?;
        for key in &unknown {
            bounced::forget(conn, key)?;
            store::rename(conn, key, &self.mask.of(key))?;
        }
        Ok(unknown.len())
    }

    /// How an address stands on the list where it is remembered without being named.
    #[must_use]
    pub fn masked(&self, address_key: &str) -> String {
        self.mask.of(address_key)
    }

    /// Under what these addresses stand on the list, or will: their masks where these stand there.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn listed_as(&self, conn: &mut Conn, addresses: &[EmailAddress]) -> Result<Vec<String>, Error> {
        let pairs: Vec<(String, String)> =
            addresses.iter().map(|address| (address.key(), self.mask.of(&address.key()))).collect();
        let masks: Vec<&str> = pairs.iter().map(|(_, mask)| mask.as_str()).collect();
        let known: std::collections::HashSet<String> = store::listed(conn, &masks)?.into_iter().collect();
        Ok(pairs.into_iter().map(|(key, mask)| if known.contains(&mask) { mask } else { key }).collect())
    }

    /// Lets announcements go to an address again, named or masked; whether they did not.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn unsuppress(&self, conn: &mut Conn, address_key: &str) -> Result<bool, Error> {
        let named = unsuppress(conn, address_key)?;
        Ok(unsuppress(conn, &self.mask.of(address_key))? || named)
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
