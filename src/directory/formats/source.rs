//! Where formats take their contacts from. Filter, order and withheld fields are those of the list of contacts.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::search::{Position, Search};
use super::super::store::ContactRecord;
use super::super::types::Contact;
use super::super::{rules, store};
use crate::changes::Change;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::Download;
use crate::policy::{Principal, Visibility};
use crate::secrets::{fingerprint, hex};

/// Contacts that are read at once: enough to make the cost of a statement small, few enough for memory.
const PAGE: i64 = 500;

/// The contacts of a search, page by page.
pub(super) struct Source {
    download: Download,
    search: Arc<Search>,
    /// The position of the last contact that was read; none before the first.
    after: Option<Position>,
    ended: bool,
}

impl Source {
    pub(super) fn new(download: Download, search: Search) -> Self {
        Self { download, search: Arc::new(search), after: None, ended: false }
    }

    /// The number of all contacts.
    pub(super) async fn count(&self) -> Result<u32, Error> {
        let search = Arc::clone(&self.search);
        let count = self.download.read(move |conn| search.total(conn)).await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Counts the bytes that were written of the last page.
    pub(super) fn count_bytes(&self, bytes: usize) {
        self.download.count(bytes);
    }

    /// The next page; none after the last.
    ///
    /// # Errors
    /// Where the reader has lost the right to read, or is too slow ([`Download::read`]).
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Contact>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let (search, after) = (Arc::clone(&self.search), self.after.take());
        let page = self.download.read(move |conn| search.page(conn, after.as_ref(), PAGE, false, &[])).await?;
        self.after = page.rows.last().map(|(_, position)| position.clone());
        self.ended = i64::try_from(page.rows.len()).unwrap_or_default() < PAGE;
        let contacts: Vec<Contact> = page.rows.into_iter().map(|(contact, _)| contact).collect();
        Ok(Some(contacts).filter(|contacts| !contacts.is_empty()))
    }
}

/// Those of these contacts that a reader may see, with the fields that the reader may see, unordered.
pub fn visible_contacts(conn: &mut Conn, viewer: &Principal, ids: &[Id]) -> Result<Vec<Contact>, Error> {
    Ok(visible_with_depth(conn, viewer, ids)?.into_iter().map(|(contact, _)| contact).collect())
}

/// The changes of these that a reader may see. A change for a level of fields is for readers who see that level of the
/// contact.
pub fn visible_changes(conn: &mut Conn, viewer: &Principal, mut changes: Vec<Change>) -> Result<Vec<Change>, Error> {
    let narrow: Vec<Id> = changes.iter().filter(|change| change.level > 0).map(|change| change.id).collect();
    if !narrow.is_empty() {
        let found = visible_with_depth(conn, viewer, &narrow)?;
        let depths: HashMap<Id, i16> = found.into_iter().map(|(contact, depth)| (contact.id, depth)).collect();
        changes
            .retain(|change| change.level == 0 || depths.get(&change.id).is_some_and(|&depth| depth >= change.level));
    }
    Ok(changes)
}

/// The same as [`visible_contacts`], each with the narrowest level of fields that the reader sees of it.
fn visible_with_depth(conn: &mut Conn, viewer: &Principal, ids: &[Id]) -> Result<Vec<(Contact, i16)>, Error> {
    let sight = Visibility::of(viewer);
    let rows = store::some(conn, &sight, ids)?;
    let shown = |(row, member): ContactRecord| {
        let depth = sight.depth(row.user_id, row.organisation_id, row.region);
        (rules::shown_to(&sight, row, member, &[]), depth)
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// A hash of everything that decides what a reader sees. As long as it stays the same, a contact that did not change
/// looks the same to the reader.
#[must_use]
pub fn visibility_key(viewer: &Principal) -> String {
    let held = viewer.active().map(|held| {
        format!("{}/{}/{}", held.organisation_id, held.region.map_or("-", |region| region.as_str()), held.role)
    });
    let mut held: Vec<String> = held.collect();
    held.sort_unstable();
    let all = format!("{} {} {}", viewer.user_id, viewer.language, held.join(" "));
    hex(fingerprint(&all).get(..8).unwrap_or_default())
}
