//! The SQL of the people of contacts.

use std::collections::BTreeMap;

use diesel::prelude::*;
use roaring::RoaringBitmap;
use serde_json::value::RawValue;

use crate::db::schema::{contact, organisation, users};
use crate::db::{BATCH, Conn, Document, Id};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::members::MemberStatus;
use crate::on_each;

/// A set is looked up by numbers if it has less than this part of all contacts: one in eight.
const SMALL: u64 = 8;

/// A recipient: a contact and its person.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The person.
    pub user_id: Id,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The language the person reads.
    pub preferred: Language,
    /// Languages spoken: ISO 639-1.
    pub speaks: Vec<String>,
    /// The organisation of the contact.
    pub organisation_id: Id,
    /// Whether the contact is still in the directory, and its member not hidden.
    pub listed: bool,
}

/// A person, the preferred language, and the spoken languages as JSON.
type Person = (Id, Language, Document<Box<RawValue>>);
type Row = (Option<i64>, Id, String, String, Language, Document<Vec<String>>, Id, (bool, MemberStatus));

pub(super) fn readers(conn: &mut Conn, numbers: &[u32]) -> Result<Vec<Reader>, Error> {
    let mut found: BTreeMap<Option<i64>, Reader> = BTreeMap::new();
    for chunk in numbers.chunks(BATCH) {
        let chunk: Vec<i64> = chunk.iter().map(|number| i64::from(*number)).collect();
        let rows = on_each!(conn, c => contact::table
            .inner_join(users::table)
            .inner_join(organisation::table)
            .filter(contact::number.eq_any(&chunk))
            .select((
                contact::number,
                users::id,
                users::email,
                users::name,
                users::preferred_language,
                contact::languages,
                contact::organisation_id,
                (contact::listed, organisation::status),
            ))
            .load::<Row>(c))?;
        found.extend(rows.into_iter().map(
            |(number, user_id, email, name, preferred, Document(speaks), organisation_id, (listed, status))| {
                let listed = listed && status != MemberStatus::Hidden;
                (number, Reader { user_id, email, name, preferred, speaks, organisation_id, listed })
            },
        ));
    }
    Ok(found.into_values().collect())
}

pub(super) fn numbers_of(conn: &mut Conn, people: &[Id]) -> Result<Vec<u32>, Error> {
    let mut found = Vec::new();
    for people in people.chunks(BATCH) {
        let rows = contact::table.filter(contact::user_id.eq_any(people).and(contact::listed.eq(true)));
        let numbers: Vec<Option<i64>> = rows.select(contact::number).load(conn)?;
        for number in numbers.into_iter().flatten() {
            found.push(u32::try_from(number).or_internal()?);
        }
    }
    Ok(found)
}

/// Calls `show` with the person behind each contact of a set, ordered by person. `all` is the number of all contacts: a
/// small set is looked up, for a large one all contacts are scanned, which is cheaper.
pub(super) fn each_person(
    conn: &mut Conn,
    set: &RoaringBitmap,
    all: u64,
    show: &mut dyn FnMut(Id, Language, &RawValue),
) -> Result<(), Error> {
    if set.len().saturating_mul(SMALL) < all {
        let numbers: Vec<u32> = set.iter().collect();
        let mut people: Vec<Person> = Vec::with_capacity(numbers.len());
        for chunk in numbers.chunks(BATCH) {
            let chunk: Vec<i64> = chunk.iter().map(|number| i64::from(*number)).collect();
            people.extend(on_each!(conn, c => contact::table
                .inner_join(users::table)
                .filter(contact::number.eq_any(&chunk))
                .select((users::id, users::preferred_language, contact::languages))
                .load::<Person>(c))?);
        }
        people.sort_by_key(|(person, ..)| *person);
        for (person, preferred, Document(speaks)) in &people {
            show(*person, *preferred, speaks);
        }
        return Ok(());
    }
    let rows = users::table
        .inner_join(contact::table)
        .filter(contact::number.is_not_null())
        .order(users::id)
        .select(((users::id, users::preferred_language, contact::languages), contact::number));
    on_each!(conn, c => {
        for row in rows.load_iter::<(Person, Option<i64>), diesel::connection::DefaultLoadingMode>(c)? {
            let ((person, preferred, Document(speaks)), number) = row?;
            if number.and_then(|number| u32::try_from(number).ok()).is_some_and(|number| set.contains(number)) {
                show(person, preferred, &speaks);
            }
        }
    });
    Ok(())
}
