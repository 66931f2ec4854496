//! Where formats take their contacts from. The filter, the order and the withholding are those of the list of contacts.

use std::sync::Arc;

use super::super::types::{Contact, Filter};
use super::super::{rules, store};
use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::policy::Principal;
use crate::secrets::{fingerprint, hex};

/// Contacts that are read at once: enough that the statement costs little, few enough to be forgotten soon.
const PAGE: i64 = 500;

/// The contacts of a filter as a viewer may see them, page by page.
pub(super) struct Source {
    db: Db,
    viewer: Arc<Principal>,
    filter: Arc<Filter>,
    /// The last contact that was read; none before the first.
    after: Option<(String, Id)>,
    ended: bool,
}

impl Source {
    pub(super) fn new(db: Db, viewer: Arc<Principal>, filter: Filter) -> Self {
        Self { db, viewer, filter: Arc::new(filter), after: None, ended: false }
    }

    /// How many contacts there are in all.
    pub(super) async fn count(&self) -> Result<u32, Error> {
        let filter = Arc::clone(&self.filter);
        let count = self.db.read(move |conn| store::count(conn, &filter)).await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// The next page; none after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Contact>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let (viewer, filter, after) = (Arc::clone(&self.viewer), Arc::clone(&self.filter), self.after.take());
        let rows = self
            .db
            .read(move |conn| {
                let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
                let rows = store::page(conn, &filter, after, PAGE)?;
                let last = rows.last().map(|(row, _)| (row.sort_name.clone(), row.id));
                let shown = rows.into_iter().map(|(row, member)| rules::shown_to(&viewer, row, member));
                Ok((shown.collect::<Vec<_>>(), last))
            })
            .await?;
        let (contacts, last) = rows;
        self.after = last;
        self.ended = i64::try_from(contacts.len()).unwrap_or_default() < PAGE;
        Ok(Some(contacts).filter(|contacts| !contacts.is_empty()))
    }
}

/// Those of these contacts that a viewer may see, as the viewer may see them, in no particular order.
///
/// # Errors
/// Where the database says no.
pub fn shown(conn: &mut Conn, viewer: &Principal, ids: &[Id]) -> Result<Vec<Contact>, Error> {
    let rows = store::some(conn, ids)?;
    Ok(rows.into_iter().map(|(row, member)| rules::shown_to(viewer, row, member)).collect())
}

/// What decides over what somebody sees, as one short text: as long as it is the same, a contact that did not change
/// looks the same.
#[must_use]
pub fn sight(viewer: &Principal) -> String {
    let held = viewer.active().map(|held| {
        format!("{}/{}/{}", held.organisation_id, held.region.map_or("-", |region| region.as_str()), held.role)
    });
    let mut held: Vec<String> = held.collect();
    held.sort_unstable();
    let all = format!("{} {} {}", viewer.user_id, viewer.language, held.join(" "));
    hex(fingerprint(&all).get(..8).unwrap_or_default())
}
