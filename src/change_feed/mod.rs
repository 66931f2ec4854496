//! The feed of changes: what changed since a reader's last request, as this reader may see it.
//!
//! `changes` numbers the changes of all subjects. This module makes a page of them for one reader: each subject once,
//! as it is now, without what the reader may not see. The position after a page is sent as an encrypted token that is
//! bound to the rights of its reader ([`visibility_key`]). Contacts are charged to the daily quota of their reader
//! ([`Directory::record_export`]) after they are read and before they are sent.
//!
//! Separate from `changes`, because the directory records its changes there, and the feed reads the directory.
//!
//! Left out: the synchronisation of address books, which is in `carddav`.

pub mod routes;
mod rules;
mod types;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub use types::{ChangeList, ChangesQuery, Entry, FeedPage, FeedToken};

use crate::audit::Trace;
use crate::changes::{Change, EntryKind, FeedPosition, Heard, Token, beginning, heard, start_anew};
use crate::db::{Conn, Id};
use crate::directory::formats::{Export, visibility_key, visible_changes, visible_contacts};
use crate::directory::{Contact, Directory};
use crate::error::{Error, FieldCode, FieldError};
use crate::members::{self, MemberStatus, Organisation};
use crate::policy::Principal;
use crate::secrets::TokenKey;
use crate::service::{Foundation, Service};

/// The feed of changes. Cloning is cheap.
#[derive(Clone)]
pub struct ChangeFeed {
    foundation: Foundation,
    directory: Directory,
    tokens: TokenKey,
}

impl Service for ChangeFeed {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl ChangeFeed {
    /// The service; `tokens` seals positions.
    #[must_use]
    pub fn new(foundation: Foundation, directory: Directory, tokens: TokenKey) -> Self {
        Self { foundation, directory, tokens }
    }

    /// The page after the position of a token; the first page without one.
    ///
    /// # Errors
    ///
    /// 400 for a token that is not from this feed, 410 if the reader must read everything again, 429 if the quota is
    /// used up.
    pub async fn page(
        &self,
        viewer: Arc<Principal>,
        trace: Trace,
        token: Option<FeedToken>,
        limit: u32,
    ) -> Result<FeedPage, Error> {
        let visibility = visibility_key(&viewer);
        let start = token.map(|token| self.place(&visibility, &token)).transpose()?;
        let reader = Arc::clone(&viewer);
        let (entries, next, is_full) = self.read(move |conn| read(conn, &reader, start, i64::from(limit))).await?;
        let contacts = entries.iter().filter(|entry| entry.contact.is_some()).count();
        let rows = u32::try_from(contacts).unwrap_or(u32::MAX);
        let export = Export { format: "changes", rows, parameters: Vec::new(), is_file: false };
        self.directory.record_export(viewer, trace, export).await?;
        Ok(FeedPage { entries, since: next.seal(&self.tokens, &visibility)?, is_full })
    }

    fn place(&self, visibility: &str, token: &FeedToken) -> Result<FeedPosition, Error> {
        match FeedPosition::open(&self.tokens, visibility, &token.value) {
            Token::Good(place) => Ok(place),
            Token::Stale => Err(start_anew()),
            Token::Foreign => Err(Error::bad_query(vec![FieldError::new(token.parameter, FieldCode::BadCursor)])),
        }
    }
}

/// The entries of a page, the position after it, and whether more may follow.
fn read(
    conn: &mut Conn,
    viewer: &Principal,
    start: Option<FeedPosition>,
    limit: i64,
) -> Result<(Vec<Entry>, FeedPosition, bool), Error> {
    let place = start.map_or_else(|| beginning(conn), Ok)?;
    let visible = |conn: &mut Conn, changes: Vec<Change>| visible_changes(conn, viewer, changes);
    let Heard { changes, next, is_full } = heard(conn, place, limit, visible)?;
    let present = |kind: EntryKind| -> Vec<Id> {
        changes.iter().filter(|change| change.kind == kind && !change.gone).map(|change| change.id).collect()
    };
    let contacts = visible_contacts(conn, viewer, &present(EntryKind::Contact))?;
    let mut contacts: HashMap<Id, Contact> = contacts.into_iter().map(|contact| (contact.id, contact)).collect();
    let mut members = members::some(conn, &present(EntryKind::Member))?;
    members.retain(|member| viewer.is_secretariat() || member.status != MemberStatus::Hidden);
    let mut members: HashMap<Id, Organisation> = members.into_iter().map(|member| (member.id, member)).collect();
    let (mut entries, mut listed) = (Vec::with_capacity(changes.len()), HashSet::new());
    // A contact may have several changes: from the last on, so that the newest is listed.
    for Change { kind, id, at, .. } in changes.into_iter().rev() {
        let (contact, member) = match kind {
            EntryKind::Contact if !listed.insert(id) => continue,
            EntryKind::Contact => (contacts.remove(&id), None),
            EntryKind::Member => (None, members.remove(&id)),
        };
        entries.push(Entry { kind, id, gone: contact.is_none() && member.is_none(), at, contact, member });
    }
    entries.reverse();
    Ok((entries, next, is_full))
}
