//! How the chain is made, and who reads what.

use super::Head;
use super::types::{Scope, Stored};
use crate::appointments::Role;
use crate::error::Error;
use crate::policy::{self, Action, Principal};
use crate::secrets::Mac;

/// The link that seals `entry` after `head`: a MAC over the link before and everything the entry says.
pub fn link(mac: &Mac, head: &Head, entry: &Stored) -> Vec<u8> {
    // JSON with sorted keys: the same text however the database kept it.
    let said = serde_json::to_vec(entry).unwrap_or_default();
    mac.sign(&[&head.position.to_be_bytes(), &head.link, &said]).to_vec()
}

/// What is wrong with a link, where something is.
pub fn fault(mac: &Mac, head: &Head, position: i64, found: &[u8], entry: Option<&Stored>) -> Option<&'static str> {
    match entry {
        _ if position != head.position + 1 => Some("a link is missing before it"),
        None => Some("its entry is gone"),
        Some(entry) if link(mac, head, entry) != found => Some("its entry, or one before it, was changed"),
        Some(_) => None,
    }
}

/// What this person may read of the log.
///
/// # Errors
/// 403.
pub fn scope(reader: &Principal) -> Result<Scope, Error> {
    policy::check(reader, Action::ReadAudit)?;
    if reader.holds(Role::Secretariat) || reader.holds(Role::Auditor) {
        return Ok(Scope::All);
    }
    let own = reader.active().filter(|held| held.role == Role::Coordinator).map(|held| held.organisation_id);
    Ok(Scope::Organisations(own.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Event;
    use crate::db::Id;
    use crate::time::Timestamp;

    fn entry(event: Event) -> Stored {
        Stored {
            id: Id::nil(),
            at: Timestamp::from_micros(1),
            action: event,
            actor_id: None,
            subject_id: None,
            organisation_id: None,
            request_id: None,
            network: None,
            detail: None,
        }
    }

    #[test]
    fn a_changed_entry_and_a_missing_link_show() {
        let mac = crate::secrets::tests_mac();
        let start = Head { position: 0, link: Vec::new() };
        let first = link(&mac, &start, &entry(Event::Login));
        assert_eq!(fault(&mac, &start, 1, &first, Some(&entry(Event::Login))), None);
        assert!(fault(&mac, &start, 1, &first, Some(&entry(Event::Logout))).is_some());
        assert!(fault(&mac, &start, 1, &first, None).is_some());
        assert!(fault(&mac, &start, 2, &first, Some(&entry(Event::Login))).is_some());
        let head = Head { position: 1, link: first };
        let second = link(&mac, &head, &entry(Event::Logout));
        assert!(fault(&mac, &start, 1, &second, Some(&entry(Event::Logout))).is_some(), "out of its place");
    }
}
