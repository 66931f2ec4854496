//! Who is not to be written to: people who left a topic, and addresses that mail came back from.
//!
//! Both are looked at when mails of a batch are written and again when they are claimed, so what somebody says now holds for
//! announcements that are under way. What a person waits for (a link, a decision) is sent whatever stands here.
//!
//! An address whose owner was erased stays on the list without being named (`mask`).

mod mask;
mod store;
mod types;

use std::collections::{HashMap, HashSet};

pub use mask::AddressMask;
pub(super) use store::{opted_out, suppressed};
pub use types::{Suppression, SuppressionFilter};

use super::types::{Claim, SkipReason};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// What stands for every topic.
pub const EVERY_TOPIC: &str = "*";

crate::text_enum! {
    /// Why no announcement goes to an address. What comes later here is not replaced by what comes before.
    pub enum SuppressionReason {
        /// Mail came back for a while again and again.
        SoftBounces = "soft_bounces",
        /// The address does not exist.
        HardBounce = "hard_bounce",
        /// The reader called it spam.
        Complaint = "complaint",
        /// Somebody of the Secretariat said so.
        Manual = "manual",
    }
}

impl SuppressionReason {
    /// Those that mail brought which came back.
    pub const BOUNCES: [Self; 2] = [Self::SoftBounces, Self::HardBounce];
}

/// The topics a person has left.
///
/// # Errors
/// Where the database says no.
pub fn topics_left(conn: &mut Conn, user: Id) -> Result<Vec<String>, Error> {
    store::topics_left(conn, user)
}

/// A person leaves a topic, or [`EVERY_TOPIC`]. To leave twice is to leave; returns whether it was not left before.
///
/// # Errors
/// Where the database says no.
pub fn opt_out(conn: &mut Conn, user: Id, topic: &str, now: Timestamp) -> Result<bool, Error> {
    store::opt_out(conn, user, topic, now)
}

/// A person says which topics are left, and no others.
///
/// # Errors
/// Where the database says no.
pub fn set_topics_left(conn: &mut Conn, user: Id, topics: &[String], now: Timestamp) -> Result<(), Error> {
    store::clear(conn, user)?;
    topics.iter().try_for_each(|topic| store::opt_out(conn, user, topic, now).map(|_| ()))
}

/// Sees to it that no announcement goes to an address any more, until `until` where that is said. A reason that weighs
/// more stays; whether this one holds now.
///
/// # Errors
/// Where the database says no.
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

/// The same of many addresses: as many statements as of one. Returns of how many the reason holds now.
///
/// # Errors
/// Where the database says no.
pub fn suppress_many(conn: &mut Conn, mut rows: Vec<Suppression>, now: Timestamp) -> Result<usize, Error> {
    let keys: Vec<&str> = rows.iter().map(|row| row.address.as_str()).collect();
    let held = store::suppressions_of(conn, &keys, now)?;
    let held: HashMap<&str, &Suppression> = held.iter().map(|row| (row.address.as_str(), row)).collect();
    rows.retain_mut(|row| match held.get(row.address.as_str()) {
        Some(held) if held.reason > row.reason => false,
        Some(held) if held.reason == row.reason => {
            row.since = held.since;
            true
        }
        _ => true,
    });
    store::suppress(conn, &rows)?;
    Ok(rows.len())
}

/// Why no announcement goes to an address now; nothing where they do.
///
/// # Errors
/// Where the database says no.
pub fn suppression(conn: &mut Conn, address_key: &str, now: Timestamp) -> Result<Option<Suppression>, Error> {
    Ok(store::suppressions_of(conn, &[address_key], now)?.pop())
}

/// Suppressed addresses in their order, after an address.
///
/// # Errors
/// Where the database says no.
pub fn suppressions(
    conn: &mut Conn,
    filter: &SuppressionFilter,
    after: Option<&str>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Suppression>, Error> {
    store::suppressions(conn, filter, after, limit, now)
}

/// That mail came back from an address is forgotten. What its owner or the Secretariat said of it stays.
fn address_works(conn: &mut Conn, address_key: &str) -> Result<(), Error> {
    super::bounced::forget(conn, address_key)?;
    store::release(conn, address_key, &SuppressionReason::BOUNCES)
}

/// Lets announcements go to an address again; whether they did not.
fn unsuppress(conn: &mut Conn, address_key: &str) -> Result<bool, Error> {
    store::unsuppress(conn, address_key)
}

/// Whom of these mails of a batch with this topic no mail is to go to, and why.
///
/// # Errors
/// Where the database says no.
pub(super) fn to_skip(
    conn: &mut Conn,
    claims: &[Claim],
    topic: Option<&str>,
    now: Timestamp,
) -> Result<Vec<(Id, SkipReason)>, Error> {
    let readers: Vec<(Option<Id>, String)> =
        claims.iter().map(|claim| (claim.user_id, claim.to_address.to_lowercase())).collect();
    let judged = judge(conn, &readers, topic, now)?;
    Ok(claims.iter().zip(judged).filter_map(|(claim, reason)| Some((claim.id, reason?))).collect())
}

/// For each reader (person, address as it is compared): why no announcement of a topic goes there, if so.
///
/// # Errors
/// Where the database says no.
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
        // What is official can't be left.
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

/// The people who would not get an announcement with this topic: who left it, and whose address is suppressed.
///
/// # Errors
/// Where the database says no.
pub fn silenced(conn: &mut Conn, topic: Option<&str>, now: Timestamp) -> Result<Vec<Id>, Error> {
    store::silenced(conn, topic, now)
}
