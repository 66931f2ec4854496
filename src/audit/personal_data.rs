//! Personal data of the audit log: entries by and about a person.

use serde_json::{Map, Value};

use super::{details, rules, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::personal_data::{Erasure, Lists, PersonalData, Subject};

/// The personal data of the audit log.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
        let mut rows = store::export(conn, subject.user, lists.limit())?;
        add_networks(conn, &mut rows)?;
        lists.add("audit", own_origins(subject.user, rows));
        Ok(())
    }

    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        // The log is append-only, and names people by id only. Their networks are kept apart.
        store::erase_networks(conn, erasure.user)
    }
}

/// The id in a field of a row.
fn id_in(row: &Map<String, Value>, field: &str) -> Option<Id> {
    row.get(field)?.as_str()?.parse().ok()
}

/// Adds the networks that are kept apart from the entries.
fn add_networks(conn: &mut Conn, rows: &mut [Value]) -> Result<(), Error> {
    let ids: Vec<Id> = rows.iter().filter_map(|row| id_in(row.as_object()?, "id")).collect();
    let networks = store::networks(conn, &ids)?;
    for row in rows.iter_mut().filter_map(Value::as_object_mut) {
        if let Some(network) = id_in(row, "id").and_then(|id| networks.get(&id)) {
            row.insert("network".to_owned(), Value::from(network.as_str()));
        }
    }
    Ok(())
}

/// Removes the networks and credentials of other people.
fn own_origins(user: Id, mut rows: Vec<Value>) -> Vec<Value> {
    for row in rows.iter_mut().filter_map(Value::as_object_mut) {
        let [actor, subject] = ["actor", "subject"].map(|field| id_in(row, field));
        if !rules::shows_origin(user, actor, subject) {
            row.insert("network".to_owned(), Value::Null);
            row.get_mut("detail").into_iter().for_each(details::hide_credential);
        }
    }
    rows
}
