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

/// The registrable domain by the Public Suffix List; its owner assigns all names below it. A private suffix of the list,
/// below which a provider gives names to anybody, counts as one domain.
fn registered_part(domain: &str) -> &str {
    let is_private = psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.typ() == Some(psl::Type::Private));
    let part = if is_private { psl::suffix_str(domain) } else { psl::domain_str(domain) };
    part.unwrap_or(domain)
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
        let of_owner = waiting(20, &|number| format!("me@n{number}.gub.io"));
        assert_eq!(judged("you@other.gub.io", &of_owner, &[]), Some(ProblemCode::TooManyAlike));
    }

    #[test]
    fn a_domain_is_what_somebody_has_registered() {
        for (domain, registered) in [
            ("douanes.gouv.sn", "douanes.gouv.sn"),
            ("mail.douanes.gouv.sn", "douanes.gouv.sn"),
            ("gouv.sn", "gouv.sn"),
            ("customs.go.jp", "customs.go.jp"),
            ("a.customs.go.jp", "customs.go.jp"),
            ("a.gub.io", "gub.io"),
            ("a.example", "a.example"),
            ("b.a.example", "a.example"),
            ("localhost", "localhost"),
            ("", ""),
            // Names that a provider gives to anybody.
            ("a.github.io", "github.io"),
            ("b.a.github.io", "github.io"),
            ("github.io", "github.io"),
            // Letters of other scripts, as they are written and as they are sent.
            ("b.a.公司.cn", "a.公司.cn"),
            ("b.a.xn--55qx5d.cn", "a.xn--55qx5d.cn"),
        ] {
            assert_eq!(registered_part(domain), registered, "{domain}");
        }
    }
}
