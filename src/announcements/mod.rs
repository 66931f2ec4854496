//! Announcements: the Secretariat writes to a part of the community, each reader in the own language.
//!
//! A draft has an audience and a text per language. Sending fixes the recipients: in one transaction the draft becomes
//! sent, each person that the audience means gets one `delivery` and one mail in the outbox, and each language's mail is
//! rendered once. From then on audience = deliveries = mails, and the outbox says of each where it stands.
//!
//! Left out: approval, schedules, pausing, unsubscribing, attachments, and fanning out in chunks: a hundred thousand
//! recipients are one transaction of a few seconds.

pub mod routes;
mod rules;
mod store;
mod types;

use std::collections::BTreeMap;

pub use types::{
    Announcement, AnnouncementEntry, AnnouncementQuery, AnnouncementStatus, Audience, Compose, DeliveryQuery, Preview,
    Rendered, Revise, SampleRecipient, Variant,
};

use crate::db::{Conn, Id};
use crate::directory;
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::identity::{self, Credentials};
use crate::mail::{Outbox, Recipient};
use crate::members;
use crate::policy::Principal;
use crate::time::Timestamp;
use types::{Row, Variants};

/// How many recipients a preview shows.
const SAMPLE: usize = 20;

fn create(conn: &mut Conn, id: Id, author: Id, compose: &Compose, now: Timestamp) -> Result<Announcement, Error> {
    let audience = rules::audience(&compose.audience)?;
    let variants = rules::variants(&compose.variants, compose.default_language)?;
    check_names(conn, &audience)?;
    store::insert(conn, id, author, audience, compose.default_language, now)?;
    store::replace_variants(conn, id, &variants)?;
    read(conn, id)
}

fn revise(conn: &mut Conn, id: Id, revise: Revise, now: Timestamp) -> Result<Announcement, Error> {
    let row = draft(conn, id)?;
    let audience = revise.audience.map_or(Ok(row.audience.0), |given| rules::audience(&given))?;
    let default_language = revise.default_language.unwrap_or(row.default_language);
    let given = match revise.variants {
        Some(variants) => variants,
        None => store::variants(conn, id)?,
    };
    let variants = rules::variants(&given, default_language)?;
    check_names(conn, &audience)?;
    store::update(conn, id, audience, default_language, now)?;
    store::replace_variants(conn, id, &variants)?;
    read(conn, id)
}

/// Gives the drafts of somebody who leaves to the successor.
///
/// # Errors
/// Where the database says no.
pub fn hand_over_drafts(conn: &mut Conn, from: Id, to: Id, now: Timestamp) -> Result<(), Error> {
    store::hand_over_drafts(conn, from, to, now)
}

fn delete(conn: &mut Conn, id: Id) -> Result<(), Error> {
    draft(conn, id)?;
    store::delete(conn, id)
}

fn preview(conn: &mut Conn, id: Id, outbox: &Outbox) -> Result<Preview, Error> {
    let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
    let variants = store::variants(conn, id)?;
    let people = recipients(conn, &row.audience.0)?;
    let mut by_language: BTreeMap<Language, usize> = BTreeMap::new();
    let language =
        |person: &Credentials| rules::language_for(person.preferred_language, &variants, row.default_language);
    for person in &people {
        *by_language.entry(language(person)).or_default() += 1;
    }
    let sample = people
        .iter()
        .take(SAMPLE)
        .map(|person| SampleRecipient {
            name: person.name.clone(),
            email: person.email.clone(),
            language: language(person),
        })
        .collect();
    let mut rendered = BTreeMap::new();
    for (&language, variant) in &variants {
        let content = outbox.letters().announcement(language, &variant.subject, &variant.body_markdown)?;
        let mail = Rendered { subject: content.subject, text: content.text, html: content.html };
        rendered.insert(language, mail);
    }
    Ok(Preview { recipients: people.len(), by_language, sample, rendered })
}

/// Fixes the recipients and puts their mails into the outbox.
fn send(conn: &mut Conn, id: Id, outbox: &Outbox, now: Timestamp) -> Result<Announcement, Error> {
    let row = draft(conn, id)?;
    let variants = store::variants(conn, id)?;
    let people = recipients(conn, &row.audience.0)?;
    if people.is_empty() {
        return Err(Error::conflict("no_recipients"));
    }
    let mut contents = BTreeMap::new();
    for (&language, variant) in &variants {
        let content = outbox.letters().announcement(language, &variant.subject, &variant.body_markdown)?;
        contents.insert(language, outbox.store_content(conn, &content)?);
    }
    let mails = mails(&people, &variants, row.default_language, &contents)?;
    let count = i32::try_from(mails.len()).or_internal()?;
    if !store::set_sent(conn, id, count, now)? {
        return Err(Error::conflict("already_sent"));
    }
    let ids = outbox.post_batch(conn, id, "announcement", mails)?;
    let deliveries: Vec<(Id, Id)> = ids.into_iter().zip(people.iter().map(|person| person.id)).collect();
    store::insert_deliveries(conn, id, &deliveries)?;
    read(conn, id)
}

fn mails(
    people: &[Credentials],
    variants: &Variants,
    default_language: Language,
    contents: &BTreeMap<Language, Id>,
) -> Result<Vec<(Recipient, Id)>, Error> {
    let mail = |person: &Credentials| {
        let language = rules::language_for(person.preferred_language, variants, default_language);
        let content = contents.get(&language).ok_or_else(|| Error::internal("a language without a text"))?;
        Ok((Recipient { language, ..person.recipient() }, *content))
    };
    people.iter().map(mail).collect()
}

fn recipients(conn: &mut Conn, audience: &Audience) -> Result<Vec<Credentials>, Error> {
    let ids = directory::users(conn, &audience.filter())?;
    identity::users(conn, &ids)
}

fn draft(conn: &mut Conn, id: Id) -> Result<Row, Error> {
    let row = store::find_for_update(conn, id)?.ok_or_else(Error::not_found)?;
    if row.status == AnnouncementStatus::Draft { Ok(row) } else { Err(Error::conflict("already_sent")) }
}

/// Refuses members and technologies that don't exist.
fn check_names(conn: &mut Conn, audience: &Audience) -> Result<(), Error> {
    for (index, code) in audience.members.iter().enumerate() {
        members::appointable(conn, code, &format!("/audience/members/{index}"))?;
    }
    members::check_technologies(conn, &audience.technologies, "/audience/technologies")
}

fn read(conn: &mut Conn, id: Id) -> Result<Announcement, Error> {
    let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
    let variants = store::variants(conn, id)?;
    Ok(view(row, variants))
}

/// The announcement as this person may see it; 404 where it is not theirs to see.
fn read_as(conn: &mut Conn, id: Id, viewer: &Principal) -> Result<Announcement, Error> {
    if viewer.is_secretariat() {
        return read(conn, id);
    }
    if !store::is_addressed_to(conn, id, viewer.user_id)? {
        return Err(Error::not_found());
    }
    Ok(Announcement { audience: None, ..read(conn, id)? })
}

fn view(row: Row, variants: Variants) -> Announcement {
    Announcement {
        id: row.id,
        status: row.status,
        audience: Some(row.audience.0),
        default_language: row.default_language,
        variants,
        recipients: row.recipients,
        created_at: row.created_at,
        updated_at: row.updated_at,
        sent_at: row.sent_at,
    }
}

fn entries(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<AnnouncementEntry>, Error> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut subjects = store::subjects(conn, &ids)?;
    Ok(rows
        .into_iter()
        .map(|row| AnnouncementEntry {
            id: row.id,
            status: row.status,
            default_language: row.default_language,
            subjects: subjects.remove(&row.id).unwrap_or_default(),
            recipients: row.recipients,
            created_at: row.created_at,
            sent_at: row.sent_at,
        })
        .collect())
}
