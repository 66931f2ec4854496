//! Subscriptions: the topics of announcements, and which of them each person gets, and how often.
//!
//! Everybody gets every topic until they unsubscribe, in the profile or by the link in a mail. Official notices have no
//! topic, so nobody can unsubscribe from them. `announcements::digest` stores the frequency and sends digests;
//! `mail::consent` stores the topics that a person has left, and checks them when mails are written and again when they
//! leave.
//!
//! The link carries a MAC of the mail that contains it (`mail::MailTokens`), so it needs no login: a mail program may
//! send the request by itself (RFC 8058), and a page asks a person first. Changes by the link are limited for each mail
//! (`throttle::writes`) and by network, and take turns, since anybody who has the mail can repeat the request. A request
//! that changes nothing is answered from a read.
//!
//! Left out: subscriptions of people outside the community, who have the public feed.

pub mod pages;
pub mod routes;
mod rules;
mod store;
mod types;

use std::collections::BTreeSet;

use serde_json::json;

pub use rules::MAX_NAME;
pub use types::{GivenSubscriptions, GivenTopic, Subscription, Subscriptions, Topic, Topics, UnsubscribeLink};

use crate::announcements::digest::{self, Rhythm};
use crate::announcements::{self, Announcements, ReaderMail};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id, Writer};
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::http::RequestContext;
use crate::i18n::Language;
use crate::identity;
use crate::mail::MailTokens;
use crate::mail::consent::{self, EVERY_TOPIC};
use crate::service::{Foundation, Service, UnitOfWork};
use crate::text;

/// Topics and who subscribes to them. Cloning is cheap.
#[derive(Clone)]
pub struct TopicSubscriptions {
    foundation: Foundation,
    mail_tokens: MailTokens,
    announcements: Announcements,
}

impl Service for TopicSubscriptions {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl TopicSubscriptions {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation, mail_tokens: MailTokens, announcements: Announcements) -> Self {
        Self { foundation, mail_tokens, announcements }
    }

    /// All topics, retired ones included, in the order of their codes.
    pub async fn topics(&self) -> Result<Vec<Topic>, Error> {
        self.read(store::topics).await
    }

    /// A topic.
    ///
    /// # Errors
    /// 404.
    pub async fn topic(&self, code: String) -> Result<Topic, Error> {
        if !text::is_code(&code) {
            return Err(Error::not_found());
        }
        self.read(move |conn| store::topic(conn, &code)?.ok_or_else(Error::not_found)).await
    }

    /// Creates a topic, whose code must be a new one.
    ///
    /// # Errors
    /// 422.
    pub async fn create_topic(
        &self,
        announcer: Id,
        trace: Trace,
        code: String,
        given: GivenTopic,
    ) -> Result<Topic, Error> {
        let create = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let is_known = text::is_code(&code) && store::topic(conn, &code)?.is_some();
            rules::check_new_code(&code, is_known)?;
            unit.put_topic(conn, announcer, &code, &given)
        };
        self.write(trace, create).await
    }

    /// Creates, renames or retires a topic.
    ///
    /// # Errors
    /// 422.
    pub async fn put_topic(
        &self,
        announcer: Id,
        trace: Trace,
        code: String,
        given: GivenTopic,
    ) -> Result<Topic, Error> {
        self.write(trace, move |unit, conn| unit.put_topic(conn, announcer, &code, &given)).await
    }

    /// The subscriptions of a person.
    pub async fn get(&self, person: Id) -> Result<Subscriptions, Error> {
        self.read(move |conn| subscriptions(conn, person)).await
    }

    /// Changes the subscriptions of a person; topics that `given` does not name stay as they are.
    ///
    /// # Errors
    /// 422 for topics that do not exist or are retired.
    pub async fn choose(&self, person: Id, trace: Trace, given: GivenSubscriptions) -> Result<Subscriptions, Error> {
        let (chosen, _) = self.write(trace, move |unit, conn| unit.choose(conn, person, &given)).await?;
        Ok(chosen)
    }

    /// The link of a mail, for the page that asks before it unsubscribes.
    ///
    /// # Errors
    /// 404 where the link is invalid, or the mail was an official notice.
    pub async fn unsubscribe_link(&self, token: String) -> Result<UnsubscribeLink, Error> {
        let tokens = self.mail_tokens.clone();
        self.read(move |conn| unsubscribe_link(conn, &tokens, &token)).await
    }

    /// Unsubscribes by the link of a mail from the topic of the mail, or from all topics. It is idempotent.
    ///
    /// # Errors
    /// As [`Self::unsubscribe_link`]; 429 where the link has changed too much in a day, or the network by links.
    pub async fn unsubscribe(
        &self,
        caller: &RequestContext,
        token: String,
        all: bool,
    ) -> Result<UnsubscribeLink, Error> {
        self.mail_tokens.check(&token)?;
        let (tokens, sent) = (self.mail_tokens.clone(), token.clone());
        let find = move |conn: &mut Conn| {
            let link = unsubscribe_link(conn, &tokens, &sent)?;
            let is_done = consent::topics_left(conn, link.user_id)?.iter().any(|left| left == link.leaves(all));
            Ok((link, is_done))
        };
        let (link, is_done) = self.read(find).await?;
        if is_done {
            return Ok(link);
        }
        self.admit(caller, link.user_id, link.mail).await?;
        let work = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let link = unsubscribe_link(conn, &unit.service.mail_tokens, &token)?;
            unit.unsubscribe(conn, &link, all)?;
            Ok(link)
        };
        self.write(caller, work).await
    }

    /// Admits a change by the link of a mail to `reader`, after a read has found that it is one.
    async fn admit(&self, caller: &RequestContext, reader: Id, mail: Id) -> Result<(), Error> {
        self.foundation.throttle.check_link(mail)?;
        self.foundation.admit_link(caller, Writer::of_mail(reader, mail)).await
    }

    /// The language and the subscriptions of the reader of a mail, for the page behind its link.
    ///
    /// # Errors
    /// 404 where the link is invalid.
    pub async fn get_by_link(&self, token: String) -> Result<(Language, Subscriptions), Error> {
        let tokens = self.mail_tokens.clone();
        let read = move |conn: &mut Conn| {
            let (_, person, language) = reader_by_link(conn, &tokens, &token)?;
            Ok((language, subscriptions(conn, person)?))
        };
        self.read(read).await
    }

    /// Subscribes the reader of a mail to the `wanted` topics and to no others, by the link of the mail. Returns the
    /// reader's language.
    ///
    /// # Errors
    /// 404 where the link is invalid; 429 where it has changed too much in a day, or the network by links.
    pub async fn choose_by_link(
        &self,
        caller: &RequestContext,
        token: String,
        wanted: Vec<String>,
        digest: Rhythm,
    ) -> Result<Language, Error> {
        self.mail_tokens.check(&token)?;
        let (tokens, sent, chosen) = (self.mail_tokens.clone(), token.clone(), wanted.clone());
        let find = move |conn: &mut Conn| {
            let (mail, person, language) = reader_by_link(conn, &tokens, &sent)?;
            let before = subscriptions(conn, person)?;
            let given = choice(&before, &chosen, digest);
            let (known, left) = topics_after(conn, person, &given)?;
            Ok((mail, person, language, left == known && before.preference.digest == digest))
        };
        let (mail, person, language, is_done) = self.read(find).await?;
        if is_done {
            return Ok(language);
        }
        self.admit(caller, person, mail).await?;
        self.write(caller, move |unit, conn| unit.choose_by_link(conn, &token, &wanted, digest)).await
    }
}

impl UnitOfWork<TopicSubscriptions> {
    fn put_topic(&self, conn: &mut Conn, announcer: Id, code: &str, given: &GivenTopic) -> Result<Topic, Error> {
        let names = rules::topic_names(code, given)?;
        let before = store::topic(conn, code)?;
        if let Some(same) = before.filter(|before| before.names == names && before.retired == given.retired) {
            return Ok(same);
        }
        store::put(conn, code, names, given.retired, self.now)?;
        let detail = json!({"topic": code, "retired": given.retired});
        let entry = Entry { actor: Some(announcer), ..Entry::anonymous(Event::TopicChanged, None) };
        self.audit.record(conn, &self.trace, &entry.with(detail))?;
        store::topic(conn, code)?.ok_or_else(Error::not_found)
    }

    fn choose_by_link(
        &self,
        conn: &mut Conn,
        token: &str,
        wanted: &[String],
        digest: Rhythm,
    ) -> Result<Language, Error> {
        let (mail, person, language) = reader_by_link(conn, &self.service.mail_tokens, token)?;
        let given = choice(&subscriptions(conn, person)?, wanted, digest);
        let (_, is_changed) = self.choose(conn, person, &given)?;
        if is_changed {
            self.throttle.charge_link(conn, mail)?;
        }
        Ok(language)
    }

    fn unsubscribe(&self, conn: &mut Conn, link: &UnsubscribeLink, all: bool) -> Result<(), Error> {
        if !consent::opt_out(conn, link.user_id, link.leaves(all), self.now)? {
            return Ok(());
        }
        self.throttle.charge_link(conn, link.mail)?;
        self.record_change(conn, link.user_id)
    }

    /// Returns the subscriptions, and whether they changed.
    fn choose(&self, conn: &mut Conn, person: Id, given: &GivenSubscriptions) -> Result<(Subscriptions, bool), Error> {
        let before = subscriptions(conn, person)?;
        let mut faults = FieldErrors::new();
        for code in given.topics.keys() {
            if !before.data.iter().any(|known| known.topic == *code) {
                faults.add(
                    FieldError::new(format!("/topics/{code}"), FieldCode::UnknownTopic)
                        .with("value", text::shown(code)),
                );
            }
        }
        faults.finish()?;
        // Lock order of every unit of work: the row of the digest before rows of the person.
        if let Some(rhythm) = given.digest {
            self.of(&self.service.announcements).choose_rhythm(conn, person, rhythm)?;
        }
        let (known, left) = topics_after(conn, person, given)?;
        if left != known {
            consent::change_topics_left(conn, person, &known, &left, self.now)?;
        }
        let after = subscriptions(conn, person)?;
        let is_changed = left != known || after.preference.digest != before.preference.digest;
        if is_changed {
            self.record_change(conn, person)?;
        }
        Ok((after, is_changed))
    }

    fn record_change(&self, conn: &mut Conn, person: Id) -> Result<(), Error> {
        self.audit.record(conn, &self.trace, &Entry::own(Event::SubscriptionsChanged, person))
    }
}

impl UnsubscribeLink {
    /// What it unsubscribes from: the topic of its mail, or all.
    fn leaves(&self, all: bool) -> &str {
        self.topic.as_ref().filter(|_| !all).map_or(EVERY_TOPIC, |topic| &topic.code)
    }
}

/// The choice of these topics and no others, and of a frequency.
fn choice(before: &Subscriptions, wanted: &[String], digest: Rhythm) -> GivenSubscriptions {
    let topics = before.data.iter().map(|known| (known.topic.clone(), wanted.contains(&known.topic))).collect();
    GivenSubscriptions { topics, digest: Some(digest) }
}

/// The topics that a person has left, before and after a choice.
fn topics_after(
    conn: &mut Conn,
    person: Id,
    given: &GivenSubscriptions,
) -> Result<(BTreeSet<String>, BTreeSet<String>), Error> {
    let known: BTreeSet<String> = consent::topics_left(conn, person)?.into_iter().collect();
    let codes: Vec<String> = store::topics(conn)?.into_iter().map(|topic| topic.code).collect();
    let left = rules::left_after(&known, &codes, &given.topics);
    Ok((known, left))
}

fn subscriptions(conn: &mut Conn, person: Id) -> Result<Subscriptions, Error> {
    let left: BTreeSet<String> = consent::topics_left(conn, person)?.into_iter().collect();
    let all = left.contains(EVERY_TOPIC);
    let data = store::topics(conn)?.into_iter().filter(|topic| !topic.retired).map(|topic| Subscription {
        subscribed: !all && !left.contains(&topic.code),
        topic: topic.code,
        names: topic.names,
    });
    let data = data.collect();
    Ok(Subscriptions { data, preference: digest::preference(conn, person)? })
}

fn unsubscribe_link(conn: &mut Conn, tokens: &MailTokens, token: &str) -> Result<UnsubscribeLink, Error> {
    let mail = tokens.mail(token).ok_or_else(Error::not_found)?;
    let (user_id, mailed) = announcements::reader_of(conn, mail)?.ok_or_else(Error::not_found)?;
    let topic = match mailed {
        ReaderMail::Digest { .. } => None,
        ReaderMail::Announcement { topic, .. } => {
            let topic = topic.ok_or_else(Error::not_found)?;
            Some(store::topic(conn, &topic)?.ok_or_else(Error::not_found)?)
        }
    };
    let language = identity::get_user(conn, user_id)?.preferred_language;
    Ok(UnsubscribeLink { mail, user_id, language, topic })
}

/// The mail of a link, an announcement or a digest; its reader; and the reader's language.
fn reader_by_link(conn: &mut Conn, tokens: &MailTokens, token: &str) -> Result<(Id, Id, Language), Error> {
    let mail = tokens.mail(token).ok_or_else(Error::not_found)?;
    let (person, _) = announcements::reader_of(conn, mail)?.ok_or_else(Error::not_found)?;
    Ok((mail, person, identity::get_user(conn, person)?.preferred_language))
}
