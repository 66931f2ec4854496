//! Consent: topics that people unsubscribed from, suppressed addresses, and people who are readers no longer.
//!
//! The first two are checked when the mails of a batch are written and again when they are claimed, so an unsubscription
//! also applies to announcements in progress. A mail of a batch may wait long (a pause, a slow rate, a retry), so each
//! claim also checks that its person is still a reader ([`Readers`]): the account is open, an appointment is in force,
//! and the address of the mail is the person's. Mail that a person waits for (a link, a decision) is sent in any case.
//!
//! A suppressed address whose owner was erased stays on the list in masked form (`mask`).

mod mask;
mod store;
mod types;

use std::collections::{BTreeSet, HashMap, HashSet};

pub use mask::AddressMask;
pub(super) use store::{opted_out, suppressed};
pub use types::{Suppression, SuppressionFilter};

use super::types::{Claim, SkipReason};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// The value that stands for all topics.
pub const EVERY_TOPIC: &str = "*";

crate::text_enum! {
    /// Why an address gets no announcements. A later variant is not replaced by an earlier one.
    pub enum SuppressionReason {
        /// Mail came back several times within a period.
        SoftBounces = "soft_bounces",
        /// The address does not exist.
        HardBounce = "hard_bounce",
        /// The reader marked a mail as spam.
        Complaint = "complaint",
        /// The Secretariat added it.
        Manual = "manual",
    }
}

impl SuppressionReason {
    /// The reasons that bounces cause.
    pub const BOUNCES: [Self; 2] = [Self::SoftBounces, Self::HardBounce];
}

/// The topics a person has unsubscribed from.
pub fn topics_left(conn: &mut Conn, user: Id) -> Result<Vec<String>, Error> {
    store::topics_left(conn, user)
}

/// Unsubscribes a person from a topic, or [`EVERY_TOPIC`]. Repeating has no effect; returns whether the person was
/// subscribed before.
pub fn opt_out(conn: &mut Conn, user: Id, topic: &str, now: Timestamp) -> Result<bool, Error> {
    store::opt_out(conn, user, topic, now)
}

/// Changes the topics a person has unsubscribed from, from those that were `read` to those that are `wanted`. What is in
/// both stays untouched, and so does what a link of a mail does at the same time.
pub fn change_topics_left(
    conn: &mut Conn,
    user: Id,
    read: &BTreeSet<String>,
    wanted: &BTreeSet<String>,
    now: Timestamp,
) -> Result<(), Error> {
    let again: Vec<&String> = read.difference(wanted).collect();
    let no_more: Vec<&String> = wanted.difference(read).collect();
    store::opt_in(conn, user, &again)?;
    store::opt_out_of(conn, user, &no_more, now)
}

/// Suppresses an address, until `until` if that is given. A stronger reason stays; returns whether this one applies
/// now.
pub fn suppress(
    conn: &mut Conn,
    address_key: &str,
    reason: SuppressionReason,
    source: &str,
    until: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, Error> {
    let (address, source) = (address_key.to_owned(), source.to_owned());
    Ok(suppress_many(conn, vec![Suppression { address, reason, source, until, since: now }], now)? == 1)
}

/// Suppresses many addresses with the number of statements for one. Returns for how many the reason applies now. What
/// another unit of work writes about the same addresses at the same time comes before or after, and is weighed.
pub fn suppress_many(conn: &mut Conn, mut rows: Vec<Suppression>, now: Timestamp) -> Result<usize, Error> {
    // Everybody locks in this order.
    rows.sort_unstable_by(|one, other| one.address.cmp(&other.address));
    store::insert_absent(conn, &rows)?;
    let keys: Vec<&str> = rows.iter().map(|row| row.address.as_str()).collect();
    let held = store::lock_for_update(conn, &keys)?;
    let held: HashMap<&str, &Suppression> = held.iter().map(|row| (row.address.as_str(), row)).collect();
    let (mut applying, mut changed) = (0, Vec::new());
    for row in &rows {
        let before = held.get(row.address.as_str()).copied();
        let Some(after) = row.after(before, now) else { continue };
        applying += 1;
        if before != Some(&after) {
            changed.push(after);
        }
    }
    store::suppress(conn, &changed)?;
    Ok(applying)
}

/// Why an address gets no announcements now; none if it gets them.
pub fn suppression(conn: &mut Conn, address_key: &str, now: Timestamp) -> Result<Option<Suppression>, Error> {
    Ok(store::suppressions_of(conn, &[address_key], now)?.pop())
}

/// Suppressed addresses in their order, after an address.
pub fn suppressions(
    conn: &mut Conn,
    filter: &SuppressionFilter,
    after: Option<&str>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Suppression>, Error> {
    store::suppressions(conn, filter, after, limit, now)
}

/// Removes the bounces of an address. Suppressions by its owner or the Secretariat stay.
fn address_works(conn: &mut Conn, address_key: &str) -> Result<(), Error> {
    super::bounce_records::forget(conn, address_key)?;
    store::release(conn, address_key, &SuppressionReason::BOUNCES)
}

/// The readers of these mails of a batch with this topic who must not get them, and why.
pub(super) fn to_skip(
    conn: &mut Conn,
    claims: &[Claim],
    topic: Option<&str>,
    now: Timestamp,
) -> Result<Vec<(Id, SkipReason)>, Error> {
    let addressed: Vec<(Option<Id>, String)> =
        claims.iter().map(|claim| (claim.user_id, claim.to_address.to_lowercase())).collect();
    let judged = judge(conn, &addressed, topic, now)?;
    let people: Vec<Id> = claims.iter().filter_map(|claim| claim.user_id).collect();
    let readers = readers(conn, &people)?;
    let left = |(user, key): &(Option<Id>, String)| user.is_some_and(|user| !readers.is_at(user, key));
    let mut skipped = Vec::new();
    for ((claim, reader), said_no) in claims.iter().zip(&addressed).zip(judged) {
        let reason = if left(reader) { Some(SkipReason::Left) } else { said_no };
        skipped.extend(reason.map(|reason| (claim.id, reason)));
    }
    Ok(skipped)
}

/// People who are written to as readers of announcements, each with the present address.
pub struct Readers(HashMap<Id, String>);

impl Readers {
    /// Whether this person is one.
    #[must_use]
    pub fn contains(&self, user: Id) -> bool {
        self.0.contains_key(&user)
    }

    /// Whether this person is one, and has this address (in lower case): an earlier mailbox may be another person's by
    /// now.
    #[must_use]
    fn is_at(&self, user: Id, key: &str) -> bool {
        self.0.get(&user).is_some_and(|own| own == key)
    }
}

/// Which of these people are still readers of announcements: the account is open and an appointment is in force. One
/// statement for as many as a claim or a digest holds.
pub fn readers(conn: &mut Conn, people: &[Id]) -> Result<Readers, Error> {
    Ok(Readers(store::readers(conn, people)?.into_iter().collect()))
}

/// For each reader (person, address as it is compared): why an announcement of a topic is not sent there, if so.
pub fn judge(
    conn: &mut Conn,
    readers: &[(Option<Id>, String)],
    topic: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Option<SkipReason>>, Error> {
    let users: Vec<Id> = readers.iter().filter_map(|(user, _)| *user).collect();
    let keys: Vec<&str> = readers.iter().map(|(_, key)| key.as_str()).collect();
    let left: HashSet<Id> = match topic {
        Some(topic) => opted_out(conn, &users, topic)?.into_iter().collect(),
        // Official notices have no topic to unsubscribe from.
        None => HashSet::new(),
    };
    let suppressed: HashSet<String> = suppressed(conn, &keys, now)?.into_iter().collect();
    let reason = |(user, key): &(Option<Id>, String)| {
        if user.is_some_and(|user| left.contains(&user)) {
            Some(SkipReason::OptedOut)
        } else if suppressed.contains(key) {
            Some(SkipReason::Suppressed)
        } else {
            None
        }
    };
    Ok(readers.iter().map(reason).collect())
}

/// The people who would not get an announcement with this topic: unsubscribed, or with a suppressed address.
pub fn silenced(conn: &mut Conn, topic: Option<&str>, now: Timestamp) -> Result<Vec<Id>, Error> {
    store::silenced(conn, topic, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_written_to_at_the_present_address_alone() {
        let (awa, moussa) = (Id::from_bytes([1; 16]), Id::from_bytes([2; 16]));
        let readers = Readers([(awa, "awa@new.example".to_owned())].into());
        assert!(readers.is_at(awa, "awa@new.example") && !readers.is_at(awa, "awa@old.example"));
        assert!(!readers.is_at(moussa, "awa@new.example"));
        assert!(readers.contains(awa) && !readers.contains(moussa));
    }
}
