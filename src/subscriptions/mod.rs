//! Subscriptions: the topics of announcements, and which of them each person wants to get.
//!
//! How often somebody hears of announcements is chosen here too; `announcements::digest` says what comes of that.
//!
//! Everybody gets every topic until somebody leaves one, in the profile or by the link in a mail. What is official has no topic
//! and can't be left. The link names the mail it came with and nobody else can make one (`mail::MailTokens`), so it takes no
//! login: a mail program may send it by itself (RFC 8058), and a page asks a person first. Who is to be passed over is looked up
//! by `mail::consent` when mails are written and again when they leave.
//!
//! Left out: subscriptions by people who are not of the community; they have the public feed.

pub mod routes;
mod store;
mod types;

use std::collections::BTreeSet;

use crate::announcements::digest::{self, Rhythm};
use crate::announcements::{self, Mailed};
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, Fault, Faults};
use crate::i18n::Language;
use crate::identity;
use crate::mail::MailTokens;
use crate::mail::consent::{self, EVERY_TOPIC};
use crate::text;
use crate::time::Timestamp;
pub use types::{GivenSubscriptions, GivenTopic, Subscription, Subscriptions, Topic, Topics};

/// Longest name of a topic.
const MAX_NAME: usize = 100;

/// What the units of work need beside a connection.
pub struct Desk {
    /// Where things are written down.
    pub audit: Audit,
    /// In which request.
    pub trace: Trace,
    /// The time.
    pub now: Timestamp,
    /// What changes how often somebody hears of announcements.
    pub announcements: announcements::Desk,
}

/// Whom a link in a mail speaks for, and what about.
pub struct Addressed {
    /// The person.
    pub user_id: Id,
    /// The language of the person.
    pub language: Language,
    /// The topic; none where the mail was a digest of many.
    pub topic: Option<Topic>,
}

/// What a link in a mail stands for.
///
/// # Errors
/// 404 where we made no such link, or the mail was an official notice.
pub fn addressed(conn: &mut Conn, tokens: &MailTokens, token: &str) -> Result<Addressed, Error> {
    let mail = tokens.mail(token).ok_or_else(Error::not_found)?;
    let (user_id, mailed) = announcements::reader_of(conn, mail)?.ok_or_else(Error::not_found)?;
    let topic = match mailed {
        Mailed::Digest { .. } => None,
        Mailed::Announcement { topic, .. } => {
            let topic = topic.ok_or_else(Error::not_found)?;
            Some(store::topic(conn, &topic)?.ok_or_else(Error::not_found)?)
        }
    };
    let language = identity::get_user(conn, user_id)?.preferred_language;
    Ok(Addressed { user_id, language, topic })
}

/// Whom any link in a mail of an announcement, or in a digest, speaks for; and the language of the person.
///
/// # Errors
/// 404 where we made no such link.
fn reader_by_link(conn: &mut Conn, tokens: &MailTokens, token: &str) -> Result<(Id, Language), Error> {
    let mail = tokens.mail(token).ok_or_else(Error::not_found)?;
    let (user_id, _) = announcements::reader_of(conn, mail)?.ok_or_else(Error::not_found)?;
    Ok((user_id, identity::get_user(conn, user_id)?.preferred_language))
}

impl Desk {
    /// Says by a link which topics a person wants, and no others, and how often; the language of the person.
    fn choose_by_link(
        &self,
        conn: &mut Conn,
        tokens: &MailTokens,
        token: &str,
        wanted: &[String],
        digest: Rhythm,
    ) -> Result<Language, Error> {
        let (user, language) = reader_by_link(conn, tokens, token)?;
        let known = subscriptions(conn, user)?.data;
        let topics = known.into_iter().map(|known| (known.topic.clone(), wanted.contains(&known.topic))).collect();
        self.choose(conn, user, &GivenSubscriptions { topics, digest: Some(digest) })?;
        Ok(language)
    }

    /// Leaves the topic that a mail was about, or all topics. What was left before is not written down once more.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn leave(&self, conn: &mut Conn, addressed: &Addressed, all: bool) -> Result<(), Error> {
        let topic = addressed.topic.as_ref().filter(|_| !all).map_or(EVERY_TOPIC, |topic| &topic.code);
        if !consent::opt_out(conn, addressed.user_id, topic, self.now)? {
            return Ok(());
        }
        self.audit.note(conn, &self.trace, &Entry::own(Event::SubscriptionsChanged, addressed.user_id))
    }

    /// Says which topics a person wants, and how often; what is not named stays as it is. Written down where it changes anything.
    fn choose(&self, conn: &mut Conn, user: Id, given: &GivenSubscriptions) -> Result<Subscriptions, Error> {
        let before = subscriptions(conn, user)?;
        let mut faults = Faults::new();
        for code in given.topics.keys() {
            if !before.data.iter().any(|known| known.topic == *code) {
                faults.add(Fault::new(format!("/topics/{code}"), "unknown_topic").with("value", text::shown(code)));
            }
        }
        faults.finish()?;
        let left = |known: &&Subscription| !given.topics.get(&known.topic).copied().unwrap_or(known.subscribed);
        let left: BTreeSet<String> = before.data.iter().filter(left).map(|known| known.topic.clone()).collect();
        // First the digest, then what names the person: everybody takes the two in this order.
        if let Some(rhythm) = given.digest {
            self.announcements.choose_rhythm(conn, user, rhythm)?;
        }
        let known: BTreeSet<String> = consent::topics_left(conn, user)?.into_iter().collect();
        if left != known {
            let left: Vec<String> = left.iter().cloned().collect();
            consent::set_topics_left(conn, user, &left, self.now)?;
        }
        let after = subscriptions(conn, user)?;
        if left != known || after.preference.digest != before.preference.digest {
            self.audit.note(conn, &self.trace, &Entry::own(Event::SubscriptionsChanged, user))?;
        }
        Ok(after)
    }
}

/// Which topics a person gets, and how often.
fn subscriptions(conn: &mut Conn, user: Id) -> Result<Subscriptions, Error> {
    let left: BTreeSet<String> = consent::topics_left(conn, user)?.into_iter().collect();
    let all = left.contains(EVERY_TOPIC);
    let data = store::topics(conn)?.into_iter().filter(|topic| !topic.retired).map(|topic| Subscription {
        subscribed: !all && !left.contains(&topic.code),
        topic: topic.code,
        names: topic.names,
    });
    let data = data.collect();
    Ok(Subscriptions { data, preference: digest::preference(conn, user)? })
}

/// Names a topic, new or known.
fn put_topic(conn: &mut Conn, code: &str, given: &GivenTopic, now: Timestamp) -> Result<Topic, Error> {
    let mut faults = Faults::new();
    if !text::is_code(code) {
        faults.add(Fault::new("", "bad_code").with("value", text::shown(code)));
    }
    for language in [Language::En, Language::Fr] {
        if !given.names.contains_key(&language) {
            faults.add(Fault::new(format!("/names/{language}"), "missing"));
        }
    }
    let mut names = std::collections::BTreeMap::new();
    for (&language, name) in &given.names {
        if let Some(name) = faults.take(&format!("/names/{language}"), text::line(name, MAX_NAME)) {
            names.insert(language, name);
        }
    }
    faults.finish()?;
    store::put(conn, code, names, given.retired, now)?;
    store::topic(conn, code)?.ok_or_else(Error::not_found)
}
