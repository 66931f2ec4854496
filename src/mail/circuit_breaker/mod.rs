//! The circuit breaker of the relay: whether the relay is down, whether it refuses the portal, and how many
//! connections, and mails per connection, it accepts.
//!
//! **Down**: the relay can't be reached, or says 421. The sender pauses for 1, 2, 4 … 60 s, so that not every mail
//! meets the failure, and no attempt is counted. Transactional mail tries again every two seconds, so links are sent as
//! soon as any mail can be. Each failure halves the number of connections for announcements; every ten seconds without
//! a failure add one (additive increase, multiplicative decrease).
//!
//! **Refuses the portal**: a quota is used up, or the relay does not accept the sender. Every mail of that lane would
//! be refused the same way, so all of them wait, without counting an attempt, and try again at intervals. Links and
//! announcements wait separately, since they have different senders and links are few; the first refused links do not
//! make the others wait. The classification of a relay's words may be wrong, and a single mail that is refused so must
//! not delay the others: it is tried after them, and if others were accepted in the meantime, its next refusal counts
//! as an ordinary one ([`CircuitBreaker::refuse`]).
//!
//! **Mails per connection**: if a mail is refused after n mails on its connection and accepted on a new one, twice with
//! the same n, connections are renewed before they reach n. The limit expires after an hour, since relays change.
//!
//! The first two are incidents (`incidents`). The log reports them at the beginning, once a minute, and at the end,
//! without the address of a reader (`text::foreign`).

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::rules;
use super::types::Priority;
use crate::db::Id;
use crate::incidents::{Part, Troubles};
use crate::text::foreign;
use crate::time::Timestamp;

/// The time without a failure after which another connection is permitted.
const GROW_EVERY: Duration = Duration::from_secs(10);
/// How often the log repeats a failure.
const TELL_EVERY: Duration = Duration::from_mins(1);
/// The delay of a mail that was refused because of the portal, after the others. Links are urgent, and few.
const fn after_others(lane: Priority) -> Duration {
    match lane {
        Priority::Transactional => Duration::from_millis(200),
        Priority::Bulk => Duration::from_secs(10),
    }
}
/// How long a learned limit of mails per connection is kept.
const LIMIT_HOLDS: Duration = Duration::from_hours(1);
/// Broken conversations in a row after which the relay counts as down: fewer may be the fault of their mails.
const MOST_BROKEN: u32 = 5;
/// Refused links after which all links wait: fewer may be refused because of themselves.
const FEW_LINKS: usize = 3;
/// Most mails that are remembered as refused because of the portal.
const MOST_REMEMBERED: usize = 10_000;

/// The state of the relay, as all workers of this process see it.
pub(super) struct CircuitBreaker {
    most: usize,
    troubles: Troubles,
    state: Mutex<State>,
}

struct State {
    down: Spell,
    /// Broken conversations since a mail was last accepted.
    broken: u32,
    /// By the number of the lane.
    refused: [Spell; 2],
    /// Mails that were refused because of the portal before others were accepted.
    alone: HashSet<Id>,
    allowed: usize,
    since: Timestamp,
    limit: Limit,
}

/// Failures in a row.
#[derive(Default)]
struct Spell {
    failures: u32,
    /// The time of the last one.
    failed_at: Option<Timestamp>,
    /// When to try again.
    until: Option<Timestamp>,
    told_at: Option<Timestamp>,
    /// The refused mails.
    mails: HashSet<Id>,
}

/// The limit of mails per connection.
#[derive(Default)]
struct Limit {
    /// The number of mails after which the last mail was refused that was accepted on another connection.
    seen: Option<usize>,
    learned: Option<(usize, Timestamp)>,
}

impl Spell {
    /// Records a failure; returns whether it counts: concurrent failures count once.
    fn fail(&mut self, now: Timestamp, pause: impl FnOnce(u32) -> Duration) -> bool {
        self.failed_at = Some(now);
        if self.until.is_some_and(|until| until > now) {
            return false;
        }
        self.failures = self.failures.saturating_add(1);
        self.until = Some(now.plus(pause(self.failures)));
        true
    }

    /// Whether the failure is to be logged now.
    fn is_to_tell(&mut self, now: Timestamp) -> bool {
        let is_due = self.told_at.is_none_or(|at| now.since(at) >= TELL_EVERY);
        if is_due {
            self.told_at = Some(now);
        }
        is_due
    }

    fn remember(&mut self, mail: Id) {
        if self.mails.len() < MOST_REMEMBERED {
            self.mails.insert(mail);
        }
    }
}

impl State {
    /// When the next mail of a lane may be sent to a relay that is down.
    fn up_at(&self, lane: Priority) -> Option<Timestamp> {
        let until = self.down.until?;
        match lane {
            Priority::Bulk => Some(until),
            Priority::Transactional => Some(until.min(self.down.failed_at?.plus(rules::LINK_PAUSE))),
        }
    }

    /// When the next mail of a lane may be sent to a relay that refuses the portal.
    fn taken_at(&mut self, lane: Priority) -> Option<Timestamp> {
        let spell = self.refused(lane);
        let is_for_all = lane == Priority::Bulk || spell.mails.len() >= FEW_LINKS;
        spell.until.filter(|_| is_for_all)
    }

    fn refused(&mut self, lane: Priority) -> &mut Spell {
        let [links, announcements] = &mut self.refused;
        match lane {
            Priority::Transactional => links,
            Priority::Bulk => announcements,
        }
    }
}

impl CircuitBreaker {
    /// For a relay that accepts `most` connections until it says otherwise.
    pub(super) fn new(most: usize, troubles: Troubles) -> Self {
        let state = State {
            down: Spell::default(),
            broken: 0,
            refused: <[Spell; 2]>::default(),
            alone: HashSet::new(),
            allowed: most,
            since: Timestamp::from_micros(0),
            limit: Limit::default(),
        };
        Self { most, troubles, state: Mutex::new(state) }
    }

    /// How long the mails of a lane must wait.
    pub(super) fn pause(&self, lane: Priority, now: Timestamp) -> Option<Duration> {
        let mut state = self.lock();
        let until = state.up_at(lane).max(state.taken_at(lane));
        let left = until?.since(now);
        (left > Duration::ZERO).then_some(left)
    }

    /// Until when the mails of a lane must wait, and the relay's words that are the reason.
    pub(super) fn waits(&self, lane: Priority, now: Timestamp) -> Option<(Timestamp, String)> {
        let at = now.plus(self.pause(lane, now)?);
        let mut all = self.troubles.all().into_iter();
        let trouble = all.find(|trouble| trouble.part == Part::Relay || trouble.part == part_of(lane));
        Some((at, trouble.map(|trouble| trouble.words).unwrap_or_default()))
    }

    /// Whether the relay refused the last mail of a lane because of the portal.
    pub(super) fn is_refused(&self, lane: Priority) -> bool {
        self.lock().refused(lane).failures > 0
    }

    /// Records that the relay can't be reached; returns when a mail of this lane may try again. Workers that fail
    /// together count once.
    pub(super) fn trip(&self, lane: Priority, now: Timestamp, words: &str) -> Timestamp {
        let mut state = self.lock();
        if state.down.fail(now, rules::relay_pause) {
            state.allowed = (self.allowed_in(&state, now) / 2).max(1);
            state.since = now;
        }
        let until = state.up_at(lane).unwrap_or(now);
        let (tell, failures) = (state.down.is_to_tell(now), state.down.failures);
        drop(state);
        self.troubles.begin(Part::Relay, now, words);
        if tell {
            let words = foreign::loggable(words);
            tracing::warn!(words, failures, %until, "the relay does not take mail: it waits, and none is charged with a try");
        }
        until
    }

    /// Records that the conversation broke off in the middle of a mail. After several in a row the relay counts as
    /// down.
    pub(super) fn broke(&self, lane: Priority, now: Timestamp, words: &str) {
        let mut state = self.lock();
        state.broken = state.broken.saturating_add(1);
        let is_down = state.broken >= MOST_BROKEN;
        drop(state);
        if is_down {
            self.trip(lane, now, words);
        }
    }

    /// Records that the relay refused the portal, in its answer to this mail; returns when the mail is due again, after
    /// the others. None if others were accepted since the mail was refused so before: then the refusal is about the
    /// mail.
    pub(super) fn refuse(&self, lane: Priority, mail: Id, now: Timestamp, words: &str) -> Option<Timestamp> {
        let mut state = self.lock();
        if state.alone.contains(&mail) {
            return None;
        }
        let spell = state.refused(lane);
        spell.fail(now, |failures| rules::refused_pause(lane, failures));
        spell.remember(mail);
        let until = spell.until.unwrap_or(now);
        let (tell, failures) = (spell.is_to_tell(now), spell.failures);
        drop(state);
        let part = part_of(lane);
        self.troubles.begin(part, now, words);
        if tell {
            let (part, words) = (part.as_str(), foreign::loggable(words));
            tracing::warn!(words, part, failures, %until, "the relay refuses us: mail waits, none fails, and it is asked again");
        }
        Some(until.plus(after_others(lane)))
    }

    /// Records that the relay accepted a mail of this lane.
    pub(super) fn passed(&self, lane: Priority, now: Timestamp) {
        let mut state = self.lock();
        state.broken = 0;
        let is_up_again = state.down.failures > 0;
        if is_up_again {
            state.down = Spell::default();
        }
        let spell = state.refused(lane);
        // A mail that was in transit when another was refused proves nothing. Links continue meanwhile, as long as few
        // were refused.
        let is_later = lane == Priority::Transactional
            && spell.failed_at.is_some_and(|failed_at| now.since(failed_at) >= rules::LINK_PAUSE);
        let is_taken_again = spell.failures > 0 && (is_later || spell.until.is_none_or(|until| until <= now));
        if is_taken_again {
            let mails = std::mem::take(spell).mails;
            if state.alone.len() + mails.len() > MOST_REMEMBERED {
                state.alone.clear();
            }
            state.alone.extend(mails);
        }
        drop(state);
        if is_up_again {
            self.over(Part::Relay);
        }
        if is_taken_again {
            self.over(part_of(lane));
        }
    }

    /// Records that a mail was refused on a connection after so many mails, and accepted on another.
    pub(super) fn met_limit(&self, mails: usize, now: Timestamp) {
        let mut state = self.lock();
        let is_known = state.limit.seen.replace(mails) == Some(mails);
        if mails == 0 || !is_known {
            return;
        }
        let before = state.limit.learned.replace((mails, now));
        drop(state);
        if before.is_none_or(|(known, _)| known != mails) {
            tracing::info!(mails, "the relay takes so many mails a connection: connections are renewed before");
        }
    }

    /// Mails after which a connection is renewed; 0 for no limit. `configured` is the operator's setting.
    pub(super) fn mails_per_connection(&self, configured: usize, now: Timestamp) -> usize {
        match self.lock().limit.learned {
            Some((mails, at)) if now.since(at) < LIMIT_HOLDS && (configured == 0 || mails < configured) => mails,
            _ => configured,
        }
    }

    /// The number of permitted connections.
    pub(super) fn allowed(&self, now: Timestamp) -> usize {
        self.allowed_in(&self.lock(), now)
    }

    fn allowed_in(&self, state: &State, now: Timestamp) -> usize {
        let quiet = now.since(state.since).as_secs() / GROW_EVERY.as_secs();
        state.allowed.saturating_add(usize::try_from(quiet).unwrap_or(usize::MAX)).min(self.most)
    }

    fn over(&self, part: Part) {
        if let Some(trouble) = self.troubles.end(part) {
            tracing::info!(part = part.as_str(), since = %trouble.since, "the relay takes mail again");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The incident of a lane whose mails are refused.
fn part_of(lane: Priority) -> Part {
    match lane {
        Priority::Transactional => Part::Links,
        Priority::Bulk => Part::Announcements,
    }
}

#[cfg(test)]
mod tests;
