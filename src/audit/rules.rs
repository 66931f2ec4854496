//! Links of the chain, and which entries a person may read.

use super::types::{Scope, StoredEntry};
use super::{Head, details};
use crate::appointments::Role;
use crate::db::Id;
use crate::error::Error;
use crate::policy::{self, Action, Principal};
use crate::secrets::Mac;

/// The link that seals `entry` after `head`: a MAC over the previous link and all fields of the entry.
pub fn link(mac: &Mac, head: &Head, entry: &StoredEntry) -> Vec<u8> {
    // JSON with sorted keys: the same bytes on both databases.
    let fields = serde_json::to_vec(entry).unwrap_or_default();
    mac.sign(&[&head.position.to_be_bytes(), &head.link, &fields]).to_vec()
}

/// The fault of a link; none where it is right.
pub fn fault(mac: &Mac, head: &Head, position: i64, found: &[u8], entry: Option<&StoredEntry>) -> Option<&'static str> {
    match entry {
        _ if position != head.position + 1 => Some("a link is missing before it"),
        None => Some("its entry is gone"),
        Some(entry) if link(mac, head, entry) != found => Some("its entry, or one before it, was changed"),
        Some(_) => None,
    }
}

/// The fault of a link at the position of one that was kept elsewhere; none at other positions.
pub fn fault_against(kept: Option<&Head>, position: i64, found: &[u8]) -> Option<&'static str> {
    let kept = kept.filter(|kept| kept.position == position)?;
    (kept.link != found).then_some("it is not the link that was kept: the chain was made anew")
}

/// The part of the log that an officer may read.
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

/// Whether a reader of a part of the log may see the network and the credential of an entry: of the reader's own acts, and
/// of acts on the reader without a login (such as a failed login). The network of another person reveals where that person
/// was, the credential when that person logged in.
#[must_use]
pub fn shows_origin(reader: Id, actor: Option<Id>, subject: Option<Id>) -> bool {
    match actor {
        Some(actor) => actor == reader,
        None => subject == Some(reader),
    }
}

/// An entry as `reader` sees it within `scope`: without the network and the credential of another person.
pub fn shown(reader: Id, scope: &Scope, mut entry: StoredEntry) -> StoredEntry {
    if *scope == Scope::All || shows_origin(reader, entry.actor_id, entry.subject_id) {
        return entry;
    }
    entry.network = None;
    if let Some(detail) = &mut entry.detail {
        details::hide_credential(&mut detail.0);
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    use crate::audit::Event;
    use crate::db::Document;
    use crate::time::Timestamp;

    fn entry(event: Event) -> StoredEntry {
        StoredEntry {
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
    fn network_and_credential_are_shown_to_whoever_used_them() {
        let random = crate::random::Random::seeded(1);
        let [reader, other] = [1, 2].map(|at| Id::new(Timestamp::from_micros(at), &random));
        let shown_to = |scope: &Scope, actor_id: Option<Id>, subject_id: Option<Id>| {
            let network = Some("192.0.2.0/24".to_owned());
            let detail = Some(Document(json!({"credential": Id::nil()})));
            let seen =
                shown(reader, scope, StoredEntry { actor_id, subject_id, network, detail, ..entry(Event::Login) });
            let has_credential = seen.detail.is_some_and(|detail| detail.0.get(details::CREDENTIAL).is_some());
            assert_eq!(seen.network.is_some(), has_credential);
            has_credential
        };
        let own = Scope::Person(reader);
        assert!(shown_to(&own, Some(reader), Some(reader)));
        assert!(shown_to(&own, Some(reader), Some(other)));
        assert!(shown_to(&own, None, Some(reader)), "a login that failed");
        assert!(!shown_to(&own, Some(other), Some(reader)), "an officer's");
        let organisation = Scope::Organisations(vec![Id::nil()]);
        assert!(!shown_to(&organisation, Some(other), Some(other)));
        assert!(!shown_to(&organisation, None, Some(other)));
        assert!(!shown_to(&organisation, None, None));
        assert!(shown_to(&Scope::All, Some(other), Some(reader)));
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
        let kept = Head { position: 2, link: second.clone() };
        assert_eq!(fault_against(Some(&kept), 2, &second), None);
        assert!(fault_against(Some(&kept), 2, &head.link).is_some(), "another chain");
        assert_eq!((fault_against(Some(&kept), 1, &head.link), fault_against(None, 2, &head.link)), (None, None));
    }
}
