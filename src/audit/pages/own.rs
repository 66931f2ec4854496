//! The page on which a person reads what the audit log has about the own account. The page of officers is left out.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::super::types::StoredEntry;
use super::super::{AuditFilter, AuditLog, Event};
use crate::db::Id;
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::CurrentUser;
use crate::time::Timestamp;
use crate::web::{Listing, Page, PageResult};

#[derive(Template)]
#[template(path = "account/history.html")]
struct HistoryPage<'a> {
    page: &'a Page,
    rows: Vec<Row>,
    listing: Listing,
}

/// An entry about the reader.
struct Row {
    at: Timestamp,
    event: Event,
    /// Who did it: a code that has words.
    actor: &'static str,
    /// Empty where it is not known, or not the reader's to know.
    network: String,
}

impl Row {
    fn of(entry: StoredEntry, reader: Id) -> Self {
        let actor = match entry.actor_id {
            Some(actor) if actor == reader => "self",
            Some(_) => "other",
            None => "unknown",
        };
        Self { at: entry.at, event: entry.action, actor, network: entry.network.unwrap_or_default() }
    }
}

#[derive(Deserialize)]
pub(super) struct HistoryQuery {
    #[serde(default)]
    cursor: Option<String>,
}

pub(super) async fn history(
    user: CurrentUser,
    page: Page,
    log: web::Data<AuditLog>,
    request: HttpRequest,
    query: Query<HistoryQuery>,
) -> PageResult {
    let asked = PageRequest::of(&request, None, query.0.cursor.as_deref())?;
    let rows = log.list_own(user.user_id, AuditFilter::default(), asked.after_id()?, asked.rows()).await?;
    let list = asked.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?;
    let listing = Listing::of(&page, &list.page);
    let rows = list.data.into_iter().map(|entry| Row::of(entry, user.user_id)).collect();
    page.show(&HistoryPage { page: &page, rows, listing })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Catalogue, Language};

    #[test]
    fn every_event_has_words() {
        let catalogue = Catalogue::load().unwrap();
        for event in Event::ALL {
            for &language in Language::WITH_CATALOGUE {
                assert!(catalogue.has(language, &format!("audit-{event}")), "{event} in {language}");
            }
        }
    }
}
