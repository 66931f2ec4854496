//! Whose an address is: a mailbox is given to the successor when somebody leaves, and what was sent to it before, or is sent from
//! then on, is another person's.
//!
//! Rows that name an account are that person's, whatever address they bear. What bears an address alone (mails, an application
//! that nobody confirmed, an invitation that nobody answered) is told by who was known under the address, and since when. The
//! account whose address it is now has it from its own first row there on; somebody who had it before, until the first row of another.
//! Without a row of anybody else it was always the same person's, until the person left it for another address: whoever is asked, or
//! applies, there after that is somebody else, although no account says so yet. What is remembered of an address that was left, as
//! that it is suppressed, is the person's as far as it is from before that day.
//!
//! Since when the account that has an address has it is one question, for exports, erasures and reports about mails alike
//! ([`holder`]): since the change of address that led there; without one, since the application or the invitation that the account
//! came of, whose mail went there before there was an account.
//!
//! Which addresses somebody had is known from the links of changes of address, and from what `identity` notes of them once they ended.

mod store;

use std::time::Duration;

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::personal_data::Claim;
use crate::time::Timestamp;
pub(super) use store::{account_since, addresses};

/// Somebody who is, or was, known under an address, since some instant.
type Known = (Id, Timestamp);

/// Whose account has an address, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The account.
    pub user: Id,
    /// Since when the address is this account's: what was sent there before is somebody else's.
    pub since: Timestamp,
}

/// Whose account has an address, as it is compared; nobody where none does.
///
/// # Errors
/// Where the database says no.
pub fn holder(conn: &mut Conn, address_key: &str) -> Result<Option<Holder>, Error> {
    store::holder(conn, address_key)
}

/// Since when an account has its address: since the last change of address; without one, since the first of what the account has there,
/// which is what it came of.
fn held_since(created_at: Timestamp, changed_at: Option<Timestamp>, first_there: Option<Timestamp>) -> Timestamp {
    changed_at.unwrap_or_else(|| first_there.map_or(created_at, |first| first.min(created_at)))
}

/// When the person left an address: with the first change of address after whatever shows that the person had it. None where no change
/// followed.
fn left_at(seen: &[Timestamp], changes: &[Timestamp]) -> Option<Timestamp> {
    let seen = *seen.iter().max()?;
    changes.iter().copied().filter(|at| *at >= seen).min()
}

/// When the person was at an address that was confirmed at `at`: right after the change of address which that was.
fn settled_at(at: Timestamp, changes: &[Timestamp]) -> Timestamp {
    let change = changes.iter().copied().filter(|change| *change >= at).min();
    change.unwrap_or(at).plus(Duration::from_micros(1))
}

/// What is somebody's at an address. `known` are those who have a row there with their account, or were asked there after the person
/// had left, `holder` whose account has the address now, `left` when the person left it, where that is known.
fn claim(person: Id, holder: Option<Holder>, known: &[Known], left: Option<Timestamp>) -> Claim {
    let (first, last) = (Timestamp::from_micros(0), Timestamp::from_micros(i64::MAX));
    let own = known.iter().filter(|(who, _)| *who == person).map(|(_, at)| *at).min();
    let others = || known.iter().filter(|(who, _)| *who != person).map(|(_, at)| *at);
    let is_shared = others().next().is_some() || holder.is_some_and(|holder| holder.user != person);
    if let Some(Holder { since, .. }) = holder.filter(|holder| holder.user == person) {
        // Of an earlier stay as well: what names somebody else is told apart by that.
        let since = if is_shared { own.map_or(since, |own| own.min(since)) } else { first };
        return Claim { since, until: last, is_theirs: true, is_shared, is_held: true };
    }
    let since = own.filter(|_| is_shared).unwrap_or(first);
    // Whoever came later has the address from then on; without a row of one's own, whoever came at all; and after the change that led
    // away nothing is the person's: its own letters, of the same instant, are. Of a holder without a row (who changed to the address)
    // nobody knows since when: without that change nothing is certain, and it goes when its time is over.
    let is_dated = left.is_some() || holder.is_none_or(|holder| known.iter().any(|(who, _)| *who == holder.user));
    let later = others().filter(|at| own.is_none_or(|own| *at > own));
    let until = later.chain(left.map(|at| at.plus(Duration::from_micros(1)))).min().unwrap_or(last);
    Claim { since, until: if is_dated { until } else { first }, is_theirs: !is_shared, is_shared, is_held: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn an_address_is_somebodys_as_long_as_it_was() {
        let day = |day: i64| Timestamp::from_micros(day * 86_400_000_000);
        let id = |at| Id::new(day(at), &Random::system());
        let (before, after, first, last) = (id(1), id(2), 0, i64::MAX);
        let spans = |claim: Claim| (claim.since.as_micros(), claim.until.as_micros(), claim.is_theirs);
        let held = |user, since| Some(Holder { user, since: day(since) });
        // Alone.
        assert_eq!(spans(claim(before, held(before, 3), &[(before, day(3))], None)), (first, last, true));
        assert_eq!(spans(claim(before, None, &[(before, day(3))], None)), (first, last, true));
        // Handed on: what was sent before the successor came is the predecessor's, the rest is not.
        let known = [(before, day(3)), (after, day(9))];
        let (third, ninth) = (day(3).as_micros(), day(9).as_micros());
        assert_eq!(spans(claim(before, held(after, 9), &known, None)), (third, ninth, false));
        assert_eq!(spans(claim(after, held(after, 9), &known, None)), (ninth, last, true));
        // Somebody who has come back has the earlier stay, too.
        assert_eq!(spans(claim(before, held(before, 12), &known, None)), (third, last, true));
        // The successor has moved on as well.
        assert_eq!(spans(claim(before, None, &known, None)), (third, ninth, false));
        assert_eq!(spans(claim(after, None, &known, None)), (ninth, last, false));
        // Somebody who came to the address by a change of it has no row there, and has it since that change.
        assert_eq!(spans(claim(after, held(after, 9), &known[..1], None)), (ninth, last, true));
        assert_eq!(spans(claim(before, held(after, 9), &known[..1], None)), (third, first, false));
        // With the day on which the person left it is certain all the same.
        let fifth = day(5).as_micros();
        assert_eq!(spans(claim(before, held(after, 9), &known[..1], Some(day(5)))), (third, fifth + 1, false));
        assert_eq!(spans(claim(before, None, &known[..1], Some(day(5)))), (first, fifth + 1, true));
        // Whoever is asked there later has no account yet, and is somebody else.
        assert_eq!(spans(claim(before, None, &known, Some(day(5)))), (third, fifth + 1, false));
        // What waits at the own address is the person's, whenever it was asked for.
        assert_eq!(claim(before, held(before, 3), &known, None).waiting(), (day(0), Timestamp::from_micros(last)));
        assert_eq!(claim(before, None, &known, None).waiting(), (day(3), day(9)));
    }

    #[test]
    fn an_address_is_held_since_the_change_that_led_there_or_since_what_the_account_came_of() {
        let day = |day: i64| Timestamp::from_micros(day * 86_400_000_000);
        assert_eq!(held_since(day(5), None, None), day(5));
        assert_eq!(held_since(day(5), None, Some(day(3))), day(3), "the invitation that was accepted");
        assert_eq!(held_since(day(5), None, Some(day(7))), day(5), "one that came later");
        assert_eq!(held_since(day(5), Some(day(9)), Some(day(3))), day(9), "moved there, or back");
    }

    #[test]
    fn an_address_is_left_with_the_first_change_after_it_was_seen() {
        let day = |day: i64| Timestamp::from_micros(day * 86_400_000_000);
        assert_eq!(left_at(&[day(1), day(3)], &[day(2), day(9), day(5)]), Some(day(5)));
        assert_eq!(left_at(&[day(3)], &[day(3)]), Some(day(3)));
        assert_eq!(left_at(&[day(3)], &[day(2)]), None);
        assert_eq!(left_at(&[], &[day(2)]), None);
        // The change that led to an address is not the one that led away.
        assert_eq!(left_at(&[settled_at(day(3), &[day(2), day(4), day(9)])], &[day(2), day(4), day(9)]), Some(day(9)));
        assert_eq!(left_at(&[settled_at(day(3), &[day(3)])], &[day(3)]), None);
    }
}
