//! Whom an announcement is for, one by one, before it begins: each contact of its audience, and the reason where the person would get no
//! mail of it. Also the names of the people who worked on it.
//!
//! [`Announcements::preview`] counts the same people. Once sending has begun, the deliveries say what became of each
//! (`delivery_report`).

use std::collections::{BTreeMap, BTreeSet};

use super::fan_out::administrations;
use super::{Announcements, digest, draft_of, rules, store};
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::directory::recipients;
use crate::error::Error;
use crate::i18n::Language;
use crate::identity;
use crate::mail::{self, SkipReason};
use crate::service::{Service as _, UnitOfWork};

/// Contacts of one page.
const PAGE: usize = 50;

/// A contact of an audience.
pub(super) struct Addressee {
    pub(super) name: String,
    pub(super) email: String,
    /// What the person is a contact of.
    pub(super) administration: String,
    /// The language of the mail.
    pub(super) language: Language,
    /// Why there would be no mail; none where there would be one.
    pub(super) skip: Option<SkipReason>,
}

/// Some contacts of an audience, in no particular order.
pub(super) struct AddresseePage {
    pub(super) addressees: Vec<Addressee>,
    /// Where the next page begins; none after the last.
    pub(super) next: Option<u32>,
}

/// Which contacts a page holds.
#[derive(Clone, Copy)]
pub(super) struct AddresseeFilter {
    /// Only those who would get no mail.
    pub(super) left_out: bool,
    /// Where the page begins.
    pub(super) from: u32,
    /// The language of the names of administrations.
    pub(super) language: Language,
}

impl Announcements {
    /// A page of the contacts that an announcement would reach if it began now.
    ///
    /// # Errors
    /// 404.
    pub(super) async fn addressees(&self, id: Id, wanted: AddresseeFilter) -> Result<AddresseePage, Error> {
        let unit = self.unit(Trace::default());
        self.foundation.db.read_snapshot(move |conn| unit.addressees(conn, id, wanted)).await
    }

    /// The names of these people, as far as they have an account.
    pub(super) async fn names(&self, people: Vec<Id>) -> Result<BTreeMap<Id, String>, Error> {
        let names = move |conn: &mut Conn| {
            let people = identity::users(conn, &people)?;
            Ok(people.into_iter().map(|person| (person.id, person.name)).collect())
        };
        self.read(names).await
    }
}

impl UnitOfWork<Announcements> {
    fn addressees(&self, conn: &mut Conn, id: Id, wanted: AddresseeFilter) -> Result<AddresseePage, Error> {
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let draft = draft_of(conn, &row)?;
        let topic = draft.topic.as_deref();
        let digesting = if topic.is_some() { digest::everybody(conn)? } else { Vec::new() };
        let mut set = draft.audience.contacts(conn)?;
        if wanted.left_out {
            let silenced = mail::consent::silenced(conn, topic, self.now)?;
            let without_mail = recipients::of_people(conn, &silenced)?.or(&recipients::of_people(conn, &digesting)?);
            set = set.and(&without_mail);
        }
        let mut numbers = set.some(wanted.from, PAGE + 1);
        let next = numbers.get(PAGE).copied();
        numbers.truncate(PAGE);
        let readers = recipients::readers(conn, &numbers)?;
        let addresses: Vec<(Option<Id>, String)> =
            readers.iter().map(|reader| (Some(reader.user_id), reader.email.to_lowercase())).collect();
        let said_no = mail::consent::judge(conn, &addresses, topic, self.now)?;
        let digesting: BTreeSet<Id> = digesting.into_iter().collect();
        let administrations = administrations(conn, &readers)?;
        let written: Vec<Language> = draft.variants.keys().copied().collect();
        let page = readers.into_iter().zip(said_no).map(|(reader, said_no)| {
            let administration = administrations.get(&reader.organisation_id);
            let waits = digesting.contains(&reader.user_id).then_some(SkipReason::Digest);
            let speaks = || reader.speaks.clone();
            Addressee {
                language: rules::language_for(reader.preferred, &speaks, &written, draft.default_language),
                administration: administration.map_or("", |it| it.name_in(wanted.language)).to_owned(),
                skip: said_no.or(waits),
                name: reader.name,
                email: reader.email,
            }
        });
        Ok(AddresseePage { addressees: page.collect(), next })
    }
}
