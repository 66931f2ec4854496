//! All SQL of contacts.
//!
//! A page is read in the order of the names from one index, `contact_page…`, and a keyset cursor seeks to its place, so any
//! page costs the same. Words, languages and technologies are rows of `contact_term`. A rare one gives the few contacts it
//! belongs to, which are then sorted; a common one is tested row by row along the index, where a page fills soon. Which of
//! the two it is, a bounded look at the index tells ([`RARE`]).
//!
//! Its weak spot, told: several common words that no contact has together make it walk the whole index.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use diesel::dsl::{InnerJoin, IntoBoxed, exists};
use diesel::prelude::*;

use super::rules;
use super::types::{ContactChange, ContactMember, ContactRow, Filter, NewContact, OwnContact, Standing};
use crate::appointments::AppointmentStatus;
use crate::db::schema::{appointment, contact, contact_term, organisation};
use crate::db::{BATCH, Conn, Document, Id, MultiBackend};
use crate::error::Error;
use crate::members::{self, Region};
use crate::on_each;
use crate::policy::FieldAudience;
use crate::text;
use crate::time::Timestamp;

/// The states of an appointment in which its contact is shown.
const LISTED: [AppointmentStatus; 2] = [AppointmentStatus::Active, AppointmentStatus::Unconfirmed];

/// A term that at most this many contacts have is rare.
const RARE: usize = 500;

type Contacts<'a> = IntoBoxed<'a, InnerJoin<contact::table, organisation::table>, MultiBackend>;

/// A condition on the inverted index: one of these terms.
enum Terms {
    /// Every term that begins with this word.
    Beginning(String),
    /// Exactly these.
    AnyOf(Vec<String>),
}

/// A page of contacts in the order of their names, after (`sort_name`, id).
pub(super) fn page(
    conn: &mut Conn,
    filter: &Filter,
    after: Option<(&str, Id)>,
    limit: i64,
) -> Result<Vec<(ContactRow, ContactMember)>, Error> {
    let Some(mut query) = filtered(conn, filter)? else { return Ok(Vec::new()) };
    if let Some((name, id)) = after {
        // The first condition is what the index seeks by; the second drops what lies before within the same name.
        query = query
            .filter(contact::sort_name.ge(name.to_owned()))
            .filter(contact::sort_name.gt(name.to_owned()).or(contact::id.gt(id)));
    }
    Ok(query
        .order((contact::sort_name, contact::id))
        .limit(limit)
        .select((ContactRow::as_select(), ContactMember::as_select()))
        .load(conn)?)
}

/// The people behind every contact that the filter means, each once.
pub(super) fn users(conn: &mut Conn, filter: &Filter) -> Result<Vec<Id>, Error> {
    let Some(query) = filtered(conn, filter)? else { return Ok(Vec::new()) };
    Ok(query.select(contact::user_id).distinct().order(contact::user_id).load(conn)?)
}

/// The contacts that the filter means; none at all where it names only members that don't exist.
fn filtered<'a>(conn: &mut Conn, filter: &Filter) -> Result<Option<Contacts<'a>>, Error> {
    let mut query = contact::table.inner_join(organisation::table).into_boxed().filter(contact::listed.eq(true));
    // One value is compared by =, whose statement is kept prepared; IN is prepared anew each time.
    match filter.regions.as_slice() {
        [] => {}
        [one] => query = query.filter(contact::region.eq(one.as_str())),
        many => query = query.filter(contact::region.eq_any(many.iter().map(|r| Some(r.as_str())).collect::<Vec<_>>())),
    }
    match filter.roles.as_slice() {
        [] => {}
        [one] => query = query.filter(contact::role.eq(one.as_str())),
        many => query = query.filter(contact::role.eq_any(many.iter().map(|r| r.as_str()).collect::<Vec<_>>())),
    }
    if !filter.members.is_empty() {
        match members::ids(conn, &filter.members)?.as_slice() {
            [] => return Ok(None),
            [one] => query = query.filter(contact::organisation_id.eq(*one)),
            many => query = query.filter(contact::organisation_id.eq_any(many.to_vec())),
        }
    }
    let mut conditions: Vec<Terms> = filter.words.iter().cloned().map(Terms::Beginning).collect();
    for terms in [
        filter.languages.iter().map(|code| rules::language_term(code)).collect::<Vec<_>>(),
        filter.technologies.iter().map(|code| rules::technology_term(code)).collect(),
    ] {
        if !terms.is_empty() {
            conditions.push(Terms::AnyOf(terms));
        }
    }
    let mut rarest: Option<Vec<Id>> = None;
    for condition in conditions {
        match rare(conn, &condition)? {
            Some(ids) if rarest.as_ref().is_none_or(|rarest| ids.len() < rarest.len()) => rarest = Some(ids),
            _ => {}
        }
        query = with(query, condition);
    }
    Ok(Some(match rarest {
        Some(ids) => query.filter(contact::id.eq_any(ids)),
        None => query,
    }))
}

/// The contacts that meet a condition, where they are few.
fn rare(conn: &mut Conn, condition: &Terms) -> Result<Option<Vec<Id>>, Error> {
    let limit = i64::try_from(RARE).unwrap_or(i64::MAX) + 1;
    let query = contact_term::table.select(contact_term::contact_id).limit(limit).into_boxed();
    let query = match condition {
        Terms::Beginning(word) => {
            query.filter(contact_term::term.ge(word.clone())).filter(contact_term::term.lt(rules::end_of_prefix(word)))
        }
        Terms::AnyOf(terms) => query.filter(contact_term::term.eq_any(terms.clone())),
    };
    let mut ids: Vec<Id> = query.load(conn)?;
    if ids.len() > RARE {
        return Ok(None);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

fn with(query: Contacts<'_>, condition: Terms) -> Contacts<'_> {
    let of_contact = contact_term::table.filter(contact_term::contact_id.eq(contact::id));
    match condition {
        Terms::Beginning(word) => {
            let end = rules::end_of_prefix(&word);
            query.filter(exists(of_contact.filter(contact_term::term.ge(word)).filter(contact_term::term.lt(end))))
        }
        Terms::AnyOf(terms) => query.filter(exists(of_contact.filter(contact_term::term.eq_any(terms)))),
    }
}

/// One listed contact. On the database's own connection: through the enum diesel walks the query three times, which is a
/// sixth of this read.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<(ContactRow, ContactMember)>, Error> {
    let row = on_each!(conn, c => contact::table
        .inner_join(organisation::table)
        .filter(contact::id.eq(id).and(contact::listed.eq(true)))
        .select((ContactRow::as_select(), ContactMember::as_select()))
        .first(c));
    Ok(row.optional()?)
}

/// What an organisation is called, for the index, and its region.
fn organisation_words(conn: &mut Conn, id: Id) -> Result<(String, Option<String>), Error> {
    let (en, fr, code, region): (String, String, String, Option<Region>) = organisation::table
        .find(id)
        .select((organisation::name_en, organisation::name_fr, organisation::code, organisation::region))
        .first(conn)?;
    Ok((format!("{en} {fr} {code}"), region.map(|region| region.as_str().to_owned())))
}

/// Adds contacts and their terms. Many at a time cost little more than one.
pub(super) fn insert(conn: &mut Conn, contacts: &[(Id, NewContact)], now: Timestamp) -> Result<(), Error> {
    let mut organisations = HashMap::new();
    let (mut rows, mut terms) = (Vec::with_capacity(contacts.len()), Vec::new());
    for (id, new) in contacts {
        let key = new.organisation_id;
        let (words, region) = match organisations.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(organisation_words(conn, key)?),
        };
        let details = &new.details;
        let of_contact =
            rules::terms(&new.name, details.job_title.as_deref(), words, &details.languages, &details.technologies);
        terms
            .extend(of_contact.into_iter().map(|term| (contact_term::term.eq(term), contact_term::contact_id.eq(*id))));
        rows.push((
            contact::id.eq(*id),
            contact::appointment_id.eq(new.appointment_id),
            contact::user_id.eq(new.user_id),
            contact::organisation_id.eq(new.organisation_id),
            contact::region.eq(region.clone()),
            contact::role.eq(new.role.as_str()),
            contact::listed.eq(new.listed),
            contact::confirmed_at.eq(new.confirmed_at),
            contact::name.eq(new.name.clone()),
            contact::sort_name.eq(text::fold(&new.name)),
            contact::job_title.eq(details.job_title.clone()),
            contact::email.eq(new.email.clone()),
            contact::email_audience.eq(FieldAudience::Members),
            contact::phone.eq(details.phone.clone()),
            contact::phone_audience.eq(FieldAudience::Organisation),
            contact::languages.eq(Document(details.languages.clone())),
            contact::technologies.eq(Document(details.technologies.clone())),
            contact::updated_at.eq(now),
        ));
    }
    for chunk in rows.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(contact::table).values(chunk).execute(c))?;
    }
    for chunk in terms.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(contact_term::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// Shows or hides the contact of an appointment, with its confirmation.
pub(super) fn set_standing(conn: &mut Conn, appointment: Id, standing: &Standing, now: Timestamp) -> Result<(), Error> {
    diesel::update(contact::table.filter(contact::appointment_id.eq(appointment)))
        .set((
            contact::listed.eq(standing.listed),
            contact::confirmation.eq(standing.confirmation),
            contact::confirmed_at.eq(standing.confirmed_at),
            contact::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Hides a person's contacts, or shows those again whose appointments are in force.
pub(super) fn set_listed_of(conn: &mut Conn, user: Id, listed: bool, now: Timestamp) -> Result<(), Error> {
    let active = appointment::user_id.eq(user).and(appointment::status.eq_any(LISTED));
    let active: Vec<Id> = appointment::table.filter(active).select(appointment::id).load(conn)?;
    let meant = contact::user_id.eq(user).and(contact::appointment_id.eq_any(active));
    diesel::update(contact::table.filter(meant))
        .set((contact::listed.eq(listed), contact::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_email(conn: &mut Conn, user: Id, email: &str, now: Timestamp) -> Result<(), Error> {
    diesel::update(contact::table.filter(contact::user_id.eq(user)))
        .set((contact::email.eq(email), contact::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// What the inverted index takes of a contact.
#[derive(Queryable, Selectable)]
#[diesel(table_name = contact)]
struct Indexed {
    id: Id,
    organisation_id: Id,
    name: String,
    job_title: Option<String>,
    languages: Document<Vec<String>>,
    technologies: Document<Vec<String>>,
}

/// Changes every contact of a person, and its terms.
pub(super) fn change(conn: &mut Conn, user: Id, change: &ContactChange, now: Timestamp) -> Result<(), Error> {
    #[derive(AsChangeset)]
    #[diesel(table_name = contact)]
    #[expect(clippy::option_option, reason = "absent keeps, null takes away")]
    struct Changes {
        name: Option<String>,
        sort_name: Option<String>,
        job_title: Option<Option<String>>,
        phone: Option<Option<String>>,
        phone_audience: Option<FieldAudience>,
        email_audience: Option<FieldAudience>,
        languages: Option<Document<Vec<String>>>,
        technologies: Option<Document<Vec<String>>>,
        updated_at: Timestamp,
    }
    let changes = Changes {
        name: change.name.clone(),
        sort_name: change.name.as_deref().map(text::fold),
        job_title: change.job_title.clone(),
        phone: change.phone.clone(),
        phone_audience: change.phone_audience,
        email_audience: change.email_audience,
        languages: change.languages.clone().map(Document),
        technologies: change.technologies.clone().map(Document),
        updated_at: now,
    };
    diesel::update(contact::table.filter(contact::user_id.eq(user))).set(changes).execute(conn)?;
    let rows: Vec<Indexed> =
        contact::table.filter(contact::user_id.eq(user)).select(Indexed::as_select()).load(conn)?;
    // A person has one appointment, rarely two.
    for row in rows {
        let (words, _) = organisation_words(conn, row.organisation_id)?;
        let terms = rules::terms(&row.name, row.job_title.as_deref(), &words, &row.languages.0, &row.technologies.0);
        let terms: Vec<_> =
            terms.into_iter().map(|t| (contact_term::term.eq(t), contact_term::contact_id.eq(row.id))).collect();
        diesel::delete(contact_term::table.filter(contact_term::contact_id.eq(row.id))).execute(conn)?;
        on_each!(conn, c => diesel::insert_into(contact_term::table).values(&terms).execute(c))?;
    }
    Ok(())
}

/// What a person has in the directory; of several contacts the newest.
pub(super) fn own(conn: &mut Conn, user: Id) -> Result<Option<OwnContact>, Error> {
    let newest = contact::table.filter(contact::user_id.eq(user)).order(contact::id.desc());
    Ok(newest.select(OwnContact::as_select()).first(conn).optional()?)
}
