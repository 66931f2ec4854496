//! Who is not to be written to: people who left a topic, and addresses that mail came back from.
//!
//! Both are looked at when mails of a batch are written and again when they are claimed, so what somebody says now holds for
//! announcements that are under way. What a person waits for (a link, a decision) is sent whatever stands here.

mod store;

use std::collections::HashSet;

pub(super) use store::{opted_out, suppressed};

use super::types::{Claim, SkipReason};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// What stands for every topic.
pub const EVERY_TOPIC: &str = "*";

crate::text_enum! {
    /// Why no announcement goes to an address.
    pub enum SuppressionReason {
        /// The address does not exist.
        HardBounce = "hard_bounce",
        /// Mail came back for a while again and again.
        SoftBounces = "soft_bounces",
        /// The reader called it spam.
        Complaint = "complaint",
        /// Somebody of the Secretariat said so.
        Manual = "manual",
    }
}

/// The topics a person has left.
///
/// # Errors
/// Where the database says no.
pub fn topics_left(conn: &mut Conn, user: Id) -> Result<Vec<String>, Error> {
    store::topics_left(conn, user)
}

/// A person leaves a topic, or [`EVERY_TOPIC`]. To leave twice is to leave.
///
/// # Errors
/// Where the database says no.
pub fn opt_out(conn: &mut Conn, user: Id, topic: &str, now: Timestamp) -> Result<(), Error> {
    store::opt_out(conn, user, topic, now)
}

/// A person says which topics are left, and no others.
///
/// # Errors
/// Where the database says no.
pub fn set_topics_left(conn: &mut Conn, user: Id, topics: &[String], now: Timestamp) -> Result<(), Error> {
    store::clear(conn, user)?;
    topics.iter().try_for_each(|topic| store::opt_out(conn, user, topic, now))
}

/// Sees to it that no announcement goes to an address any more, until `until` where that is said. The reason of an address
/// that is suppressed already is replaced.
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
) -> Result<(), Error> {
    store::suppress(conn, address_key, reason, source, until, now)
}

/// Lets announcements go to an address again; whether they did not.
///
/// # Errors
/// Where the database says no.
pub fn unsuppress(conn: &mut Conn, address_key: &str) -> Result<bool, Error> {
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
