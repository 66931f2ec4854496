//! The SQL of contacts. Searches are evaluated by `index`, pages in an order are read by `search`.
//!
//! Every change goes through [`changing`]: it locks the contacts, updates the index, and records the change in the
//! change feed, for those who may see it. Changes of different contacts do not wait for each other; what adds contacts,
//! lists or hides them has its turn (`Conn::lock_index`), since other rights depend on it. Two times of the last change
//! are kept: of any change (`updated_at`, for the Secretariat), and of changes that the whole community sees
//! (`shown_at`, for everybody else). So no time reveals that a hidden field changed.

use std::collections::BTreeMap;

use diesel::dsl::exists;
use diesel::prelude::*;

use super::change_effects;
use super::index;
use super::inheritance;
use super::locks;
use super::types::{
    Confirmation, ContactChange, ContactMember, ContactRow, IndexedContact, NewContact, OwnContact, Standing,
};
use super::{rules, telephone};
use crate::appointments::{AppointmentStatus, Role};
use crate::changes::{self, EntryKind};
use crate::db::schema::{appointment, contact, organisation};
use crate::db::{BATCH, Conn, Document, Id};
use crate::error::{Error, OrInternal as _};
use crate::members::{MemberStatus, Region};
use crate::on_each;
use crate::policy::{FieldAudience, Visibility};
use crate::text;
use crate::time::Timestamp;

/// The states of an appointment in which its contact is listed.
const LISTED: [AppointmentStatus; 2] = [AppointmentStatus::Active, AppointmentStatus::Unconfirmed];

/// A contact with its organisation.
pub(super) type ContactRecord = (ContactRow, ContactMember);

/// The listed contacts with these ids that this reader may see, unordered.
///
/// `listed` is no condition of the statement, here and wherever contacts are looked up by a list: with it SQLite would
/// prefer an index of all listed contacts, and scan that.
pub(super) fn some(conn: &mut Conn, sight: &Visibility, ids: &[Id]) -> Result<Vec<ContactRecord>, Error> {
    let rows: Vec<(ContactRow, ContactMember, bool, MemberStatus)> = on_each!(conn, c => contact::table
        .inner_join(organisation::table)
        .filter(contact::id.eq_any(ids))
        .select((ContactRow::as_select(), ContactMember::as_select(), contact::listed, organisation::status))
        .load(c))?;
    let is_seen = |listed: bool, status| listed && (sight.hidden || status != MemberStatus::Hidden);
    let seen = rows.into_iter().filter(|(.., listed, status)| is_seen(*listed, *status));
    Ok(seen.map(|(row, member, ..)| (row, member)).collect())
}

/// One listed contact that this reader may see. The macro runs the query on the database's own connection: on the
/// connection enum diesel walks the query three times, which is a sixth of the time of this read.
pub(super) fn find(conn: &mut Conn, sight: &Visibility, id: Id) -> Result<Option<ContactRecord>, Error> {
    let row: Option<(ContactRow, ContactMember, MemberStatus)> = on_each!(conn, c => contact::table
        .inner_join(organisation::table)
        .filter(contact::id.eq(id).and(contact::listed.eq(true)))
        .select((ContactRow::as_select(), ContactMember::as_select(), organisation::status))
        .first(c))
    .optional()?;
    let seen = row.filter(|(.., status)| sight.hidden || *status != MemberStatus::Hidden);
    Ok(seen.map(|(row, member, _)| (row, member)))
}

/// The organisations of which a reader may know, unordered: id, code, English and French name. Hidden ones are for
/// those alone who see `hidden`: a filter and a label tell that there is one, too.
pub(super) fn organisations(conn: &mut Conn, hidden: bool) -> Result<Vec<(Id, String, String, String)>, Error> {
    let names = (organisation::id, organisation::code, organisation::name_en, organisation::name_fr);
    let mut known = organisation::table.select(names).into_boxed();
    if !hidden {
        known = known.filter(organisation::status.ne(MemberStatus::Hidden));
    }
    Ok(known.load(conn)?)
}

/// The listed ones of these contacts, as the index uses them.
pub(super) fn indexed(conn: &mut Conn, ids: &[Id]) -> Result<Vec<IndexedContact>, Error> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(BATCH) {
        type Row = (
            (Option<i64>, Id, String, Option<Region>, Role, String, String, Option<String>, FieldAudience),
            (String, FieldAudience, Document<Vec<String>>, FieldAudience),
            (Document<Vec<String>>, FieldAudience, Confirmation, bool),
            (Option<String>, FieldAudience, Option<Timestamp>, MemberStatus),
        );
        let rows: Vec<Row> = on_each!(conn, c => contact::table
            .inner_join(organisation::table)
            .filter(contact::id.eq_any(chunk))
            .select((
                (
                    contact::number,
                    contact::id,
                    organisation::code,
                    contact::region,
                    contact::role,
                    contact::name,
                    contact::sort_name,
                    contact::job_title,
                    contact::job_title_audience,
                ),
                (contact::email, contact::email_audience, contact::languages, contact::languages_audience),
                (contact::technologies, contact::technologies_audience, contact::confirmation, contact::listed),
                (contact::phone, contact::phone_audience, contact::confirmed_at, organisation::status),
            ))
            .load(c))?;
        for row in rows {
            let (number, id, member, region, role, name, sort_name, job_title, job_title_audience) = row.0;
            let (email, email_audience, languages, languages_audience) = row.1;
            let (technologies, technologies_audience, confirmation, listed) = row.2;
            let (phone, phone_audience, confirmed_at, status) = row.3;
            // A contact without a number waits for reindexing.
            let Some(number) = number.filter(|_| listed) else { continue };
            found.push(IndexedContact {
                number: u32::try_from(number).or_internal()?,
                id,
                member,
                region,
                role,
                name,
                sort_name,
                job_title,
                job_title_audience,
                email,
                email_audience,
                languages,
                languages_audience,
                technologies,
                technologies_audience,
                confirmation,
                phone,
                phone_audience,
                confirmed_at,
                hidden: status == MemberStatus::Hidden,
            });
        }
    }
    Ok(found)
}

/// Runs a change of contacts, and updates the index and the change feed.
fn changing(
    conn: &mut Conn,
    ids: &[Id],
    now: Timestamp,
    change: impl FnOnce(&mut Conn) -> Result<(), Error>,
) -> Result<(), Error> {
    locks::contacts(conn, ids)?;
    let before = indexed(conn, ids)?;
    change(conn)?;
    let after = indexed(conn, ids)?;
    let levels = change_effects::levels(&before, &after);
    set_shown_at(conn, levels.get(&0).map(Vec::as_slice).unwrap_or_default(), now)?;
    change_effects::record(conn, (&before, &after), levels, now)
}

/// Sets the time at which these contacts last changed for the whole community.
fn set_shown_at(conn: &mut Conn, ids: &[Id], now: Timestamp) -> Result<(), Error> {
    for ids in ids.chunks(BATCH) {
        diesel::update(contact::table.filter(contact::id.eq_any(ids.to_vec())))
            .set(contact::shown_at.eq(now))
            .execute(conn)?;
    }
    Ok(())
}

/// Adds contacts, many by a few statements.
pub(super) fn insert(conn: &mut Conn, contacts: &[(Id, NewContact)], now: Timestamp) -> Result<(), Error> {
    conn.lock_index()?;
    let people: Vec<Id> = contacts.iter().map(|(_, new)| new.user_id).collect();
    locks::lists(conn, &people)?;
    let existing = inheritance::existing(conn, &people)?;
    let known: BTreeMap<Id, Option<Region>> =
        organisation::table.select((organisation::id, organisation::region)).load(conn)?.into_iter().collect();
    let first = index::next_number(conn)?;
    let mut rows = Vec::with_capacity(contacts.len());
    for (number, (id, new)) in (i64::from(first)..).zip(contacts) {
        let details = &new.details;
        let region = known.get(&new.organisation_id).copied().flatten();
        let to = inheritance::Affiliation { organisation: new.organisation_id, region };
        let existing = existing.get(&new.user_id).map(Vec::as_slice).unwrap_or_default();
        let audiences = inheritance::inherited_at(existing, to);
        let region = region.map(|region| region.as_str().to_owned());
        rows.push((
            (
                contact::id.eq(*id),
                contact::number.eq(number),
                contact::word_form.eq(index::WORD_FORM),
                contact::appointment_id.eq(new.appointment_id),
                contact::user_id.eq(new.user_id),
                contact::organisation_id.eq(new.organisation_id),
                contact::region.eq(region),
                contact::role.eq(new.role.as_str()),
                contact::listed.eq(new.listed),
                contact::confirmed_at.eq(new.confirmed_at),
                contact::name.eq(new.name.clone()),
            ),
            (
                contact::sort_name.eq(text::sort_key(&new.name)),
                contact::job_title.eq(details.job_title.clone()),
                contact::job_title_audience.eq(audiences.job_title),
                contact::email.eq(new.email.clone()),
                contact::email_audience.eq(audiences.email),
                contact::phone.eq(details.phone.clone()),
                contact::phone_audience.eq(audiences.phone),
                contact::phone_key.eq(telephone::stored(details.phone.as_deref())),
                contact::languages.eq(Document(details.languages.clone())),
                contact::languages_audience.eq(audiences.languages),
                contact::technologies.eq(Document(details.technologies.clone())),
                contact::technologies_audience.eq(audiences.technologies),
                contact::updated_at.eq(now),
                contact::shown_at.eq(now),
            ),
        ));
    }
    for chunk in rows.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(contact::table).values(chunk).execute(c))?;
    }
    let ids: Vec<Id> = contacts.iter().filter(|(_, new)| new.listed).map(|(id, _)| *id).collect();
    let added = indexed(conn, &ids)?;
    index::update(conn, &BTreeMap::new(), &change_effects::entries(&added))?;
    changes::record(conn, EntryKind::Contact, &ids, false, now)
}

/// Lists or hides the contact of an appointment, and sets its confirmation.
pub(super) fn set_standing(conn: &mut Conn, appointment: Id, standing: &Standing, now: Timestamp) -> Result<(), Error> {
    conn.lock_index()?;
    let meant = contact::table.filter(contact::appointment_id.eq(appointment));
    let ids: Vec<Id> = meant.select(contact::id).load(conn)?;
    changing(conn, &ids, now, |conn| {
        diesel::update(meant)
            .set((
                contact::listed.eq(standing.listed),
                contact::confirmation.eq(standing.confirmation),
                contact::confirmed_at.eq(standing.confirmed_at),
                contact::updated_at.eq(now),
            ))
            .execute(conn)?;
        Ok(())
    })
}

/// Hides a person's contacts, or lists those again whose appointments are in force.
pub(super) fn set_listed_of(conn: &mut Conn, user: Id, listed: bool, now: Timestamp) -> Result<(), Error> {
    conn.lock_index()?;
    let in_force = appointment::user_id.eq(user).and(appointment::status.eq_any(LISTED));
    let in_force: Vec<Id> = appointment::table.filter(in_force).select(appointment::id).load(conn)?;
    let meant = contact::user_id.eq(user).and(contact::appointment_id.eq_any(in_force));
    let ids: Vec<Id> = contact::table.filter(meant).select(contact::id).load(conn)?;
    changing(conn, &ids.clone(), now, |conn| {
        diesel::update(contact::table.filter(contact::id.eq_any(ids)))
            .set((contact::listed.eq(listed), contact::updated_at.eq(now)))
            .execute(conn)?;
        Ok(())
    })
}

pub(super) fn set_email(conn: &mut Conn, user: Id, email: &str, now: Timestamp) -> Result<(), Error> {
    locks::lists(conn, &[user])?;
    let ids = of_user(conn, user)?;
    changing(conn, &ids, now, |conn| {
        diesel::update(contact::table.filter(contact::user_id.eq(user)))
            .set((contact::email.eq(email), contact::updated_at.eq(now)))
            .execute(conn)?;
        Ok(())
    })
}

/// Deletes the contacts of a person, or the contact of an appointment.
pub(super) fn erase(conn: &mut Conn, user: Option<Id>, appointment: Option<Id>, now: Timestamp) -> Result<(), Error> {
    conn.lock_index()?;
    let ids: Vec<Id> = match (user, appointment) {
        (Some(user), _) => of_user(conn, user)?,
        (None, Some(appointment)) => {
            contact::table.filter(contact::appointment_id.eq(appointment)).select(contact::id).load(conn)?
        }
        (None, None) => Vec::new(),
    };
    changing(conn, &ids, now, |conn| {
        diesel::delete(contact::table.filter(contact::id.eq_any(ids.clone()))).execute(conn)?;
        Ok(())
    })
}

/// Sets the region of all contacts of an organisation.
pub(super) fn set_region(
    conn: &mut Conn,
    organisation: Id,
    region: Option<Region>,
    now: Timestamp,
) -> Result<(), Error> {
    conn.lock_index()?;
    let meant = contact::table.filter(contact::organisation_id.eq(organisation));
    let ids: Vec<Id> = meant.select(contact::id).load(conn)?;
    changing(conn, &ids, now, |conn| {
        let region = region.map(|region| region.as_str().to_owned());
        diesel::update(meant).set((contact::region.eq(region), contact::updated_at.eq(now))).execute(conn)?;
        Ok(())
    })
}

pub(super) fn note_renamed(conn: &mut Conn, organisation: Id, now: Timestamp) -> Result<(), Error> {
    let status: MemberStatus = organisation::table.find(organisation).select(organisation::status).first(conn)?;
    if status == MemberStatus::Hidden {
        return Ok(());
    }
    let listed = contact::organisation_id.eq(organisation).and(contact::listed.eq(true));
    let ids: Vec<Id> = contact::table.filter(listed).select(contact::id).load(conn)?;
    changes::record(conn, EntryKind::Contact, &ids, false, now)
}

/// Records in the change feed that the contacts of an organisation are gone for the community, or back.
pub(super) fn note_hidden(conn: &mut Conn, organisation: Id, hidden: bool, now: Timestamp) -> Result<(), Error> {
    let listed = contact::organisation_id.eq(organisation).and(contact::listed.eq(true));
    let ids: Vec<Id> = contact::table.filter(listed).select(contact::id).load(conn)?;
    changes::record(conn, EntryKind::Contact, &ids, hidden, now)
}

/// The organisations that have a listed contact: one index seek for each of two hundred organisations.
pub(super) fn represented(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    let listed = contact::table.filter(contact::organisation_id.eq(organisation::id).and(contact::listed.eq(true)));
    Ok(organisation::table.filter(exists(listed)).select(organisation::id).load(conn)?)
}

/// The contacts of a person, listed or not.
pub(super) fn of_user(conn: &mut Conn, user: Id) -> Result<Vec<Id>, Error> {
    Ok(contact::table.filter(contact::user_id.eq(user)).select(contact::id).load(conn)?)
}

/// Changes contacts, by one statement where the community sees all of it or nothing: a contact has many indexes.
pub(super) fn change(conn: &mut Conn, ids: &[Id], change: &ContactChange, now: Timestamp) -> Result<(), Error> {
    #[derive(AsChangeset, Clone)]
    #[diesel(table_name = contact)]
    #[expect(clippy::option_option, reason = "absent keeps, null takes away")]
    struct Changes {
        name: Option<String>,
        sort_name: Option<String>,
        job_title: Option<Option<String>>,
        job_title_audience: Option<FieldAudience>,
        phone: Option<Option<String>>,
        phone_audience: Option<FieldAudience>,
        phone_key: Option<String>,
        email_audience: Option<FieldAudience>,
        languages: Option<Document<Vec<String>>>,
        languages_audience: Option<FieldAudience>,
        technologies: Option<Document<Vec<String>>>,
        technologies_audience: Option<FieldAudience>,
        updated_at: Timestamp,
        shown_at: Option<Timestamp>,
    }
    let changes = Changes {
        name: change.name.clone(),
        sort_name: change.name.as_deref().map(text::sort_key),
        job_title: change.job_title.clone(),
        job_title_audience: change.job_title_audience,
        phone: change.phone.clone(),
        phone_audience: change.phone_audience,
        phone_key: change.phone.as_ref().map(|phone| telephone::stored(phone.as_deref())),
        email_audience: change.email_audience,
        languages: change.languages.clone().map(Document),
        languages_audience: change.languages_audience,
        technologies: change.technologies.clone().map(Document),
        technologies_audience: change.technologies_audience,
        updated_at: now,
        shown_at: None,
    };
    locks::contacts(conn, ids)?;
    let before = indexed(conn, ids)?;
    let after: Vec<IndexedContact> = before.iter().map(|row| rules::after(row, change)).collect();
    let levels = change_effects::levels(&before, &after);
    let shown = levels.get(&0).cloned().unwrap_or_default();
    let others = ids.iter().copied().filter(|id| !shown.contains(id)).collect();
    for (ids, shown_at) in [(shown, Some(now)), (others, None)] {
        if !ids.is_empty() {
            let changes = Changes { shown_at, ..changes.clone() };
            diesel::update(contact::table.filter(contact::id.eq_any(ids))).set(changes).execute(conn)?;
        }
    }
    change_effects::record(conn, (&before, &after), levels, now)
}

/// The contact of a person; the newest of several.
pub(super) fn own(conn: &mut Conn, user: Id) -> Result<Option<OwnContact>, Error> {
    let newest = contact::table.filter(contact::user_id.eq(user)).order(contact::id.desc());
    Ok(newest.select(OwnContact::as_select()).first(conn).optional()?)
}
