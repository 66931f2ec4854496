//! Where formats take their contacts from. The filter, the order and the withholding are those of the list of contacts.

use std::sync::Arc;

use super::super::search::{Place, Search};
use super::super::store::Found;
use super::super::types::Contact;
use super::super::{rules, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::Download;
use crate::policy::{Principal, Sight};
use crate::secrets::{fingerprint, hex};

/// Contacts that are read at once: enough that the statement costs little, few enough to be forgotten soon.
const PAGE: i64 = 500;

/// The contacts of a search, page by page.
pub(super) struct Source {
    download: Download,
    search: Arc<Search>,
    /// The place of the last contact that was read; none before the first.
    after: Option<Place>,
    ended: bool,
}

impl Source {
    pub(super) fn new(download: Download, search: Search) -> Self {
        Self { download, search: Arc::new(search), after: None, ended: false }
    }

    /// How many contacts there are in all.
    pub(super) async fn count(&self) -> Result<u32, Error> {
        let search = Arc::clone(&self.search);
        let count = self.download.read(move |conn| search.total(conn)).await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Counts what was written of the page that was read last.
    pub(super) fn count_bytes(&self, bytes: usize) {
        self.download.count(bytes);
    }

    /// The next page, as long as its reader may go on; none after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Contact>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let (search, after) = (Arc::clone(&self.search), self.after.take());
        let page = self.download.read(move |conn| search.page(conn, after.as_ref(), PAGE, false, &[])).await?;
        self.after = page.rows.last().map(|(_, place)| place.clone());
        self.ended = i64::try_from(page.rows.len()).unwrap_or_default() < PAGE;
        let contacts: Vec<Contact> = page.rows.into_iter().map(|(contact, _)| contact).collect();
        Ok(Some(contacts).filter(|contacts| !contacts.is_empty()))
    }
}

/// Those of these contacts that a viewer may see, as the viewer may see them, in no particular order.
///
/// # Errors
/// Where the database says no.
pub fn shown(conn: &mut Conn, viewer: &Principal, ids: &[Id]) -> Result<Vec<Contact>, Error> {
    Ok(shown_with_depth(conn, viewer, ids)?.into_iter().map(|(contact, _)| contact).collect())
}

/// The same, each with the narrowest level of fields that the viewer sees of it: of what changed on a narrower one the viewer
/// is not told.
///
/// # Errors
/// Where the database says no.
pub fn shown_with_depth(conn: &mut Conn, viewer: &Principal, ids: &[Id]) -> Result<Vec<(Contact, i16)>, Error> {
    let sight = Sight::of(viewer);
    let rows = store::some(conn, &sight, ids)?;
    let shown = |(row, member): Found| {
        let depth = sight.depth(row.user_id, row.organisation_id, row.region);
        (rules::shown_to(&sight, row, member, &[]), depth)
    };
    Ok(rows.into_iter().map(shown).collect())
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
