//! The SQL of the existing contacts of people.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{Affiliation, Audiences, ExistingContact};
use crate::appointments::AppointmentStatus;
use crate::db::schema::{appointment, contact, organisation};
use crate::db::{BATCH, Conn, Document, Id};
use crate::error::Error;
use crate::members::Region;
use crate::on_each;
use crate::policy::FieldAudience;

/// The details of a stored contact.
#[derive(Debug)]
pub(super) struct StoredDetails {
    pub(super) affiliation: Affiliation,
    pub(super) phone: Option<String>,
    pub(super) languages: Vec<String>,
    pub(super) technologies: Vec<String>,
}

/// The contacts of these people, listed or not.
pub(super) fn existing(conn: &mut Conn, people: &[Id]) -> Result<BTreeMap<Id, Vec<ExistingContact>>, Error> {
    let mut found: BTreeMap<Id, Vec<ExistingContact>> = BTreeMap::new();
    for people in people.chunks(BATCH) {
        type Of = (FieldAudience, FieldAudience, FieldAudience, FieldAudience, FieldAudience);
        type Row = (Id, Id, (Id, Option<Region>), AppointmentStatus, Of);
        let rows: Vec<Row> = on_each!(conn, c => contact::table
            .inner_join(appointment::table)
            .filter(contact::user_id.eq_any(people))
            .select((
                contact::user_id,
                contact::id,
                (contact::organisation_id, contact::region),
                appointment::status,
                (
                    contact::job_title_audience,
                    contact::phone_audience,
                    contact::email_audience,
                    contact::languages_audience,
                    contact::technologies_audience,
                ),
            ))
            .load(c))?;
        for (person, id, (organisation, region), status, (job_title, phone, email, languages, technologies)) in rows {
            let audiences = Audiences { job_title, phone, email, languages, technologies };
            let (affiliation, is_over) = (Affiliation { organisation, region }, status.is_final());
            found.entry(person).or_default().push(ExistingContact { id, affiliation, is_over, audiences });
        }
    }
    Ok(found)
}

/// The details of the newest contact of a person.
pub(super) fn newest(conn: &mut Conn, person: Id) -> Result<Option<StoredDetails>, Error> {
    type Row = (Id, Option<Region>, Option<String>, Document<Vec<String>>, Document<Vec<String>>);
    let newest = contact::table.filter(contact::user_id.eq(person)).order(contact::id.desc()).select((
        contact::organisation_id,
        contact::region,
        contact::phone,
        contact::languages,
        contact::technologies,
    ));
    let row: Option<Row> = newest.first(conn).optional()?;
    Ok(row.map(|(organisation, region, phone, Document(languages), Document(technologies))| StoredDetails {
        affiliation: Affiliation { organisation, region },
        phone,
        languages,
        technologies,
    }))
}

/// The region of an organisation.
pub(super) fn region(conn: &mut Conn, organisation: Id) -> Result<Option<Region>, Error> {
    Ok(organisation::table.find(organisation).select(organisation::region).first(conn)?)
}
