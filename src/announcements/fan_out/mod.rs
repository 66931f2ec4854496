//! Fan-out: writes a mail and a delivery for each recipient, a bounded number of people in each step.
//!
//! The recipients were fixed when sending began: a set of contacts, stored with the announcement. A step takes the next
//! of them, chooses the language of each person's mail or skips it, writes mails and deliveries, and moves the cursor,
//! all in one transaction. So a step is done once or not at all when a process dies, and the next process continues at
//! the cursor. The first mails leave before the last are written. A person with two appointments gets one mail: for the
//! second contact there is a delivery already.

mod store;

use std::collections::{BTreeSet, HashMap, HashSet};

use super::rules;
use super::types::Row;
use super::{Announcements, digest};
use crate::db::{Conn, Id};
use crate::directory::recipients::{self, ContactSet, Reader};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::mail::{self, BatchMail, Merge, Recipient, SkipReason, batches};
use crate::members::{self, Organisation};
use crate::service::UnitOfWork;

/// Contacts of one step. Other writes wait that long.
const STEP: usize = 2_000;

impl UnitOfWork<Announcements> {
    /// Runs the next step of an announcement that is being sent; returns whether there was one.
    pub(super) fn fan_out(&self, conn: &mut Conn, row: &Row) -> Result<bool, Error> {
        let Some(progress) = store::progress(conn, row.id)? else { return Ok(false) };
        let from = u32::try_from(progress.cursor).or_internal()?;
        let numbers = ContactSet::from_bytes(&progress.chosen)?.some(from, STEP);
        let Some(last) = numbers.last() else {
            let recipients = store::count(conn, row.id)?;
            store::finish(conn, row.id, recipients)?;
            batches::set_filled(conn, row.id)?;
            return Ok(true);
        };
        let readers = recipients::readers(conn, &numbers)?;
        self.write_mails(conn, row, readers)?;
        store::advance(conn, row.id, i64::from(*last) + 1)?;
        Ok(true)
    }

    fn write_mails(&self, conn: &mut Conn, row: &Row, mut readers: Vec<Reader>) -> Result<(), Error> {
        let people: Vec<Id> = readers.iter().map(|reader| reader.user_id).collect();
        let mut known: HashSet<Id> = store::addressed(conn, row.id, &people)?.into_iter().collect();
        readers.retain(|reader| known.insert(reader.user_id));
        let asked: Vec<(Option<Id>, String)> =
            readers.iter().map(|reader| (Some(reader.user_id), reader.email.to_lowercase())).collect();
        let skips = mail::consent::judge(conn, &asked, row.topic.as_deref(), self.now)?;
        let people: Vec<Id> = readers.iter().map(|reader| reader.user_id).collect();
        // Official notices wait for no digest.
        let digesting = if row.topic.is_some() { digest::lock_readers(conn, &people)? } else { HashSet::new() };
        let contents = store::contents(conn, row.id)?;
        let administrations = administrations(conn, &readers)?;
        let written: Vec<Language> = contents.keys().copied().collect();
        let mut mails = Vec::with_capacity(readers.len());
        for (reader, said_no) in readers.into_iter().zip(skips) {
            let waits = digesting.contains(&reader.user_id).then_some(SkipReason::Digest);
            let skip = if reader.listed { said_no.or(waits) } else { Some(SkipReason::Left) };
            let speaks = || reader.speaks.clone();
            let language = rules::language_for(reader.preferred, &speaks, &written, row.default_language);
            let content_id = *contents.get(&language).ok_or_else(|| Error::internal("a language without a text"))?;
            let administration = administrations.get(&reader.organisation_id).map(|member| member.name_in(language));
            mails.push(BatchMail {
                to: Recipient { user_id: Some(reader.user_id), address: reader.email, name: reader.name, language },
                preferred: reader.preferred,
                content_id,
                merge: Merge { name: None, administration: administration.unwrap_or_default().to_owned() },
                skip,
            });
        }
        let waits: Vec<bool> = mails.iter().map(|mail| mail.skip == Some(SkipReason::Digest)).collect();
        let ids = self.outbox.post_batch(conn, row.id, mail::ANNOUNCEMENT, mails)?;
        let delivery = |(mail_id, (user_id, waits)): (Id, (Id, bool))| store::Delivery {
            mail_id,
            announcement_id: row.id,
            user_id,
            digest_since: waits.then_some(self.now),
        };
        let deliveries: Vec<store::Delivery> =
            ids.into_iter().zip(people.into_iter().zip(waits)).map(delivery).collect();
        store::insert_deliveries(conn, &deliveries)
    }
}

/// The organisations of these readers, by their ids.
pub(super) fn administrations(conn: &mut Conn, readers: &[Reader]) -> Result<HashMap<Id, Organisation>, Error> {
    let ids: BTreeSet<Id> = readers.iter().map(|reader| reader.organisation_id).collect();
    let ids: Vec<Id> = ids.into_iter().collect();
    Ok(members::some(conn, &ids)?.into_iter().map(|organisation| (organisation.id, organisation)).collect())
}
