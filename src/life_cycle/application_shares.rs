//! The share of one mailbox and of one domain in the applications that wait at an organisation.
//!
//! So many wait there and no more (`rules::check_room`). Whoever has a mailbox has all of its sub-addresses, and whoever
//! has a domain gives out all names below it: without shares, one person would use up the room of all.

use crate::error::{Error, ProblemCode};
use crate::mail::address::mailbox_of;

/// Most applications of one mailbox that may wait at an organisation.
const MOST_OF_MAILBOX: usize = 3;
/// Most applications of addresses of one domain that may wait at an organisation.
const MOST_OF_DOMAIN: usize = 20;
/// Labels below a country under which anybody, or every office of a government, has a domain.
const SECOND_LABELS: [&str; 17] = [
    "ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "govt", "gub", "int", "mil", "ne", "net", "nom", "or", "org",
];

/// Refuses one more application of an address where the mailbox, or the registered domain, has its share of those that
/// wait at an organisation, so that nobody alone uses up the room of all. Addresses in the domains of the organisation's
/// own mail have no share: whoever gives them out knows these people.
///
/// # Errors
/// 409.
pub(super) fn check(applicant: &str, waiting: &[String], own_domains: &[String]) -> Result<(), Error> {
    let domain = domain_of(applicant);
    let is_own = |own: &String| {
        domain.strip_suffix(own.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    if own_domains.iter().any(is_own) {
        return Ok(());
    }
    let (mailbox, registered) = (mailbox_of(applicant), registered_part(domain));
    let of_mailbox = waiting.iter().filter(|one| mailbox_of(one) == mailbox).count();
    let of_domain = waiting.iter().filter(|one| registered_part(domain_of(one)) == registered).count();
    for (count, most) in [(of_mailbox, MOST_OF_MAILBOX), (of_domain, MOST_OF_DOMAIN)] {
        if count >= most {
            return Err(Error::conflict(ProblemCode::TooManyAlike).with("max", most));
        }
    }
    Ok(())
}

fn domain_of(email_key: &str) -> &str {
    email_key.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// The labels of a domain that somebody has registered, the last first: two, or three below the usual second ones of a
/// country. Whoever has these gives out all names below them.
fn registered_part(domain: &str) -> Vec<&str> {
    let mut labels: Vec<&str> = domain.rsplit('.').take(3).collect();
    let is_below_country =
        matches!(labels.as_slice(), [country, second, _] if country.len() == 2 && SECOND_LABELS.contains(second));
    labels.truncate(if is_below_country { 3 } else { 2 });
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_alone_uses_up_the_room_of_an_organisation() {
        let waiting = |count: usize, address: &dyn Fn(usize) -> String| (0..count).map(address).collect::<Vec<_>>();
        let judged = |applicant: &str, waiting: &[String], own: &[&str]| {
            let own: Vec<String> = own.iter().map(|&domain| domain.to_owned()).collect();
            check(applicant, waiting, &own).err().and_then(|error| error.refusal())
        };
        let of_mailbox = |count| waiting(count, &|number| format!("me+{number}@evil.example"));
        assert_eq!(judged("me+x@evil.example", &of_mailbox(2), &[]), None);
        assert_eq!(judged("me@evil.example", &of_mailbox(3), &[]), Some(ProblemCode::TooManyAlike));
        assert_eq!(judged("you@evil.example", &of_mailbox(3), &[]), None);
        assert_eq!(judged("me+x@evil.example", &of_mailbox(3), &["evil.example"]), None);
        let of_domain = |count| waiting(count, &|number| format!("me@n{number}.evil.example"));
        assert_eq!(judged("you@evil.example", &of_domain(19), &[]), None);
        assert_eq!(judged("you@evil.example", &of_domain(20), &[]), Some(ProblemCode::TooManyAlike));
        assert_eq!(judged("you@good.example", &of_domain(20), &[]), None);
        assert_eq!(judged("you@mail.evil.example", &of_domain(20), &["evil.example"]), None);
        assert_eq!(judged("you@evil.example", &of_domain(20), &["notevil.example"]), Some(ProblemCode::TooManyAlike));
        let of_country = waiting(20, &|number| format!("me@n{number}.gouv.sn"));
        assert_eq!(judged("you@douanes.gouv.sn", &of_country, &[]), None);
        assert_eq!(judged("you@mail.n1.gouv.sn", &of_country, &[]), None);
    }
}
