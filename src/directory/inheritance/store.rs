//! The SQL of what people have in the directory already.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{Audiences, Kept, Place};
use crate::appointments::AppointmentStatus;
use crate::db::schema::{appointment, contact, organisation};
use crate::db::{BATCH, Conn, Document, Id};
use crate::error::Error;
use crate::members::Region;
use crate::on_each;
use crate::policy::FieldAudience;

/// What a contact says of its person beyond name and address.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) place: Place,
    pub(super) phone: Option<String>,
    pub(super) languages: Vec<String>,
    pub(super) technologies: Vec<String>,
}

/// The contacts of these people, shown or not.
pub(super) fn kept(conn: &mut Conn, people: &[Id]) -> Result<BTreeMap<Id, Vec<Kept>>, Error> {
    let mut found: BTreeMap<Id, Vec<Kept>> = BTreeMap::new();
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
            let place = Place { organisation, region };
            found.entry(person).or_default().push(Kept { id, place, is_over: status.is_final(), audiences });
        }
    }
    Ok(found)
}

/// What the newest contact of a person says.
pub(super) fn said(conn: &mut Conn, person: Id) -> Result<Option<Said>, Error> {
    type Row = (Id, Option<Region>, Option<String>, Document<Vec<String>>, Document<Vec<String>>);
    let newest = contact::table.filter(contact::user_id.eq(person)).order(contact::id.desc()).select((
        contact::organisation_id,
        contact::region,
        contact::phone,
        contact::languages,
        contact::technologies,
    ));
    let row: Option<Row> = newest.first(conn).optional()?;
    Ok(row.map(|(organisation, region, phone, Document(languages), Document(technologies))| Said {
        place: Place { organisation, region },
        phone,
        languages,
        technologies,
    }))
}

/// The region of an organisation.
pub(super) fn region(conn: &mut Conn, organisation: Id) -> Result<Option<Region>, Error> {
    Ok(organisation::table.find(organisation).select(organisation::region).first(conn)?)
}
