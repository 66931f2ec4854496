//! Incidents: parts that do not work while the portal serves, such as the sending of mail or the reception of reports.
//!
//! The part that detects a failure reports it ([`Troubles::begin`]), and reports its end. `/health/ready` answers
//! `degraded` and names the parts, `/metrics` has the error text, and so has the log. A process knows only its own
//! incidents, and none after a restart until it meets them again.
//!
//! A maintenance is among them, so that nobody forgets it, and is no failure ([`Part::is_wanted`]).
//!
//! Left out: failures that make the portal unready (no database), and failures of single mails.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::text::foreign;
use crate::time::Timestamp;

/// A part of the portal that can fail while the rest serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The relay can't be reached, or sends every client away.
    Relay,
    /// The relay refuses announcements because of their sender or of how many there were.
    Announcements,
    /// The relay refuses transactional mail, for such a reason.
    Links,
    /// The mailbox of reports can't be read (`bounces.imap_url`).
    Mailbox,
    /// The listener for reports takes no connections (`bounces.listen`).
    Listener,
    /// The portal was restored from a backup and is not released: nothing leaves.
    RestoreHold,
    /// A disk has less room than is kept in reserve: what takes much room is refused.
    Room,
    /// The portal is under maintenance: nothing is changed, and nothing leaves.
    Maintenance,
}

impl Part {
    /// Its name in answers, metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Relay => "mail_relay",
            Self::Announcements => "mail_announcements",
            Self::Links => "mail_links",
            Self::Mailbox => "reports_mailbox",
            Self::Listener => "reports_listener",
            Self::RestoreHold => "restore_hold",
            Self::Room => "disk_reserve",
            Self::Maintenance => "maintenance",
        }
    }

    /// Whether it rests because an administrator wants it so: then the portal is no less ready.
    #[must_use]
    pub const fn is_wanted(self) -> bool {
        matches!(self, Self::Maintenance)
    }
}

/// A part that does not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Which one.
    pub part: Part,
    /// Since when: the last time that it worked, where that is known, else the first time that it did not.
    pub since: Timestamp,
    /// The words of the system that refused, or the error; one line, without addresses and secrets.
    pub words: String,
}

/// What does not work. Cloning shares it.
#[derive(Clone, Default)]
pub struct Troubles(Arc<Mutex<BTreeMap<Part, Trouble>>>);

impl Troubles {
    /// A part does not work. Where that is known already, the words are replaced and the time stays.
    pub fn begin(&self, part: Part, since: Timestamp, words: &str) {
        let words = foreign::loggable(words);
        let mut all = self.lock();
        let since = all.get(&part).map_or(since, |known| known.since);
        all.insert(part, Trouble { part, since, words });
    }

    /// Ends the incident of a part, and returns it, if there was one.
    pub fn end(&self, part: Part) -> Option<Trouble> {
        self.lock().remove(&part)
    }

    /// Everything that does not work now.
    #[must_use]
    pub fn all(&self) -> Vec<Trouble> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Part, Trouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_keeps_its_beginning_and_has_the_last_words() {
        let [first, second] = [1, 2].map(Timestamp::from_micros);
        let troubles = Troubles::default();
        troubles.begin(Part::Mailbox, first, "NO AUTHENTICATE failed\r\n");
        assert_eq!(troubles.all()[0].words.trim(), "NO AUTHENTICATE failed");
        troubles.clone().begin(Part::Mailbox, second, "no answer");
        troubles.begin(Part::Relay, second, "550 no");
        let all = troubles.all();
        let seen: Vec<_> = all.iter().map(|trouble| (trouble.part, trouble.since, trouble.words.as_str())).collect();
        assert_eq!(seen, [(Part::Relay, second, "550 no"), (Part::Mailbox, first, "no answer")]);
        assert_eq!(troubles.end(Part::Mailbox).map(|trouble| trouble.since), Some(first));
        assert_eq!(troubles.end(Part::Mailbox), None);
        assert_eq!(troubles.all().len(), 1);
    }

    #[test]
    fn a20_a_trouble_names_nobody() {
        let troubles = Troubles::default();
        troubles.begin(Part::Relay, Timestamp::from_micros(1), "451 4.7.1 <awa@x.example>: quota of awa@x.example");
        assert_eq!(troubles.all()[0].words, "451 4.7.1 *** quota of ***");
    }
}
