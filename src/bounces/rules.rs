//! The reach of a report about a mail: whether it counts against the address, and so against its current holder.
//!
//! The mailbox of an office passes from one person to the next, and the predecessor keeps the return paths of earlier
//! mails. So a report counts against the address, the contact and the topics of its holder only if the mail was written
//! to that holder: to the account, or, for a mail without an account, since the address belongs to the holder
//! (`privacy::claims`). A report about an address without a holder charges no one. And the report must be about this
//! address: a server to which the reader forwards mail names another final recipient. A complaint is the reader's own,
//! whatever address it names (most providers redact it).
//!
//! Otherwise only the mail is marked, and counted in its batch. A report about a mail that was sent too long ago is
//! ignored: no system tries for so long.

use std::time::Duration;

use super::report::Report;
use crate::mail::bounce_records::Bounced;
use crate::mail::{BounceKind, EmailAddress};
use crate::privacy::Holder;
use crate::time::Timestamp;

/// How long after the last try reports about a mail arrive, at most: relays try for five days (RFC 5321, 4.5.4.1).
const REPORTED_WITHIN: Duration = Duration::from_hours(24 * 7);

/// How long after a mail was sent reports about it count, if mails are tried for `give_up`.
pub(super) fn longest(give_up: Duration) -> Duration {
    give_up.saturating_add(REPORTED_WITHIN)
}

/// Whether a mail was sent too long ago for a report about it to count.
pub(super) fn is_too_old(mail: &Bounced, longest: Duration, now: Timestamp) -> bool {
    mail.sent_at.unwrap_or(mail.written_at).plus(longest) <= now
}

/// Whether a report counts against the address that its mail went to, which `holder` has today.
pub(super) fn reaches_holder(mail: &Bounced, report: &Report, holder: Option<&Holder>) -> bool {
    let is_theirs =
        |holder: &Holder| mail.reader.is_none_or(|reader| reader == holder.user) && mail.written_at >= holder.since;
    let is_of_address = report.kind == BounceKind::Complaint || is_about(report, &mail.address_key());
    is_of_address && holder.is_some_and(is_theirs)
}

/// Whether a report is about an address: it names it, or names none.
fn is_about(report: &Report, address_key: &str) -> bool {
    let is_same = |named: &String| {
        let is_address = EmailAddress::parse(named).is_ok_and(|address| address.key() == address_key);
        is_address || named.to_lowercase() == address_key
    };
    report.about.is_empty() || report.about.iter().any(is_same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Id;
    use crate::mail::BounceCause;
    use crate::random::Random;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_micros(day * 86_400_000_000)
    }

    fn mail(reader: Option<Id>, written: i64) -> Bounced {
        Bounced::example("Post@Douanes.example", reader, day(written))
    }

    fn report(kind: BounceKind, about: &[&str]) -> Report {
        Report {
            kind,
            cause: (kind != BounceKind::Complaint).then_some(BounceCause::Address),
            by: "5.1.1".to_owned(),
            status: None,
            diagnostic: None,
            recipient: None,
            about: about.iter().map(|&address| address.to_owned()).collect(),
            message_id: None,
        }
    }

    #[test]
    fn a_report_counts_against_whoever_the_mail_was_written_to() {
        let [awa, kwame] = [1, 2].map(|at| Id::new(day(at), &Random::system()));
        let holder = Holder { user: kwame, since: day(5) };
        let hard = report(BounceKind::Hard, &[]);
        for (mail, counts) in [
            // Mails without an account count if they were written since the address is the holder's.
            (mail(None, 4), false),
            (mail(None, 5), true),
            (mail(None, 6), true),
            (mail(Some(kwame), 6), true),
            // Earlier mails: those of the holder to another address, and those of the predecessor, whenever they were
            // written.
            (mail(Some(kwame), 4), false),
            (mail(Some(awa), 4), false),
            (mail(Some(awa), 6), false),
        ] {
            assert_eq!(reaches_holder(&mail, &hard, Some(&holder)), counts, "{mail:?}");
            let complaint = report(BounceKind::Complaint, &["redacted@provider.example"]);
            assert_eq!(reaches_holder(&mail, &complaint, Some(&holder)), counts, "{mail:?}");
            assert!(!reaches_holder(&mail, &hard, None), "nobody has the address: {mail:?}");
        }
    }

    #[test]
    fn a_report_about_another_address_says_nothing_of_this_one() {
        let awa = Id::new(day(1), &Random::system());
        let (holder, mail) = (Holder { user: awa, since: day(1) }, mail(Some(awa), 2));
        for (about, counts) in [
            (&[][..], true),
            (&["post@douanes.example"], true),
            (&["POST@DOUANES.EXAMPLE."], true),
            (&["postmaster@mx.example", "Post@douanes.example"], true),
            (&["someone@else.example"], false),
            (&["xpost@douanes.example", "post@douanes.example.evil.example"], false),
        ] {
            assert_eq!(reaches_holder(&mail, &report(BounceKind::Hard, about), Some(&holder)), counts, "{about:?}");
        }
    }

    #[test]
    fn a_mail_that_left_long_ago_is_not_counted_any_more() {
        let longest = longest(Duration::from_hours(96));
        assert!(!is_too_old(&mail(None, 1), longest, day(11)));
        assert!(is_too_old(&mail(None, 1), longest, day(12)));
        let mut sent_late = mail(None, 1);
        sent_late.sent_at = Some(day(9));
        assert!(!is_too_old(&sent_late, longest, day(12)) && is_too_old(&sent_late, longest, day(20)));
    }
}
