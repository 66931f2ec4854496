//! Decides what a link that undoes a change of address has power over.

use crate::time::Timestamp;

/// An address that an account came to have, by a link that confirmed it or by one that undid a change.
pub(super) struct Arrival {
    /// In the form for comparison.
    pub(super) address: String,
    pub(super) at: Timestamp,
}

/// When an account left the address of a link back for the last time, or none if it has not left it since the link was
/// made, or has returned. `arrivals` are in the order of time. Second factors of before that instant were added by a
/// person who had the address, and the link has no power over them.
pub(super) fn left_at(arrivals: &[Arrival], address: &str, asked_at: Timestamp) -> Option<Timestamp> {
    let elsewhere = arrivals.iter().rev().take_while(|arrival| arrival.at >= asked_at && arrival.address != address);
    elsewhere.last().map(|arrival| arrival.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: i64 = 10;

    /// When the account left `old`, by these arrivals.
    fn left(arrivals: &[(&str, i64)]) -> Option<i64> {
        let arrival =
            |&(address, at): &(&str, i64)| Arrival { address: address.to_owned(), at: Timestamp::from_micros(at) };
        let arrivals: Vec<Arrival> = arrivals.iter().map(arrival).collect();
        left_at(&arrivals, "old", Timestamp::from_micros(ASKED)).map(Timestamp::as_micros)
    }

    #[test]
    fn an_address_that_was_not_left_gives_no_power() {
        assert_eq!(left(&[]), None, "nothing was confirmed");
        assert_eq!(left(&[("old", 5)]), None, "the change to this address");
        assert_eq!(left(&[("old", ASKED)]), None, "at the same instant");
    }

    #[test]
    fn the_power_begins_when_the_address_is_left() {
        assert_eq!(left(&[("new", ASKED)]), Some(ASKED));
        assert_eq!(left(&[("old", 5), ("new", 20)]), Some(20));
        // A thief who moves on does not move the beginning, nor does his own way back.
        assert_eq!(left(&[("new", 20), ("next", 30), ("new", 40)]), Some(20));
    }

    #[test]
    fn the_power_ends_when_the_account_returns() {
        assert_eq!(left(&[("new", 20), ("old", 30)]), None);
        assert_eq!(left(&[("new", 20), ("old", 30), ("next", 40)]), Some(40));
    }
}
