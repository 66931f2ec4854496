//! What pages call organisations and technologies: the names of all of them in memory, by code and by id.
//!
//! Nearly every page of an officer names organisations, so no page reads them. Each process keeps all of them
//! ([`TitleCache`]), reads the revision of names again after a while, and at once after a change in this process
//! (`db::wakeups`); the names themselves are read when the revision has changed. Technologies change with a release
//! alone.
//!
//! Left out: searching by name (`names`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::types::{MemberStatus, Organisation, OrganisationKind, Region, Technology};
use super::{names, store};
use crate::db::{Conn, Db, Id, Wakeup};
use crate::error::Error;
use crate::i18n::Language;
use crate::text;
use crate::time::{Clock, Timestamp};

/// How long names are used before their revision is read again: another process may have changed one.
const FRESH: Duration = Duration::from_secs(15);

/// What an organisation is called.
#[derive(Clone, Debug)]
pub struct Title {
    /// The organisation.
    pub id: Id,
    /// Its code.
    pub code: String,
    /// Its region.
    pub region: Option<Region>,
    kind: OrganisationKind,
    status: MemberStatus,
    en: Name,
    fr: Name,
}

/// A name, and its place among others.
#[derive(Clone, Debug)]
struct Name {
    text: String,
    sort_key: String,
}

impl Name {
    fn of(text: String) -> Self {
        Self { sort_key: text::sort_key(&text), text }
    }
}

impl From<Organisation> for Title {
    fn from(row: Organisation) -> Self {
        let Organisation { id, code, region, kind, status, name_en, name_fr, .. } = row;
        Self { id, code, region, kind, status, en: Name::of(name_en), fr: Name::of(name_fr) }
    }
}

impl Title {
    /// Its name in French for French, in English for every other language.
    #[must_use]
    pub fn name_in(&self, language: Language) -> &str {
        &self.of_language(language).text
    }

    fn of_language(&self, language: Language) -> &Name {
        if language == Language::Fr { &self.fr } else { &self.en }
    }

    /// Whether the list of members has it, for everybody.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        let is_listed = matches!(self.kind, OrganisationKind::Member | OrganisationKind::EconomicUnion);
        is_listed && self.status != MemberStatus::Hidden
    }

    /// Whether it is a partner agency.
    #[must_use]
    pub fn is_agency(&self) -> bool {
        self.kind == OrganisationKind::Partner
    }

    /// Whether only the Secretariat may know of it.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.status == MemberStatus::Hidden
    }

    /// Whether it is the Secretariat.
    #[must_use]
    pub fn is_secretariat(&self) -> bool {
        self.kind == OrganisationKind::Secretariat
    }
}

/// The names of all organisations, and of the active technologies.
#[derive(Clone, Debug, Default)]
pub struct Titles {
    organisations: Vec<Title>,
    /// The active technologies, in the order of the list.
    pub technologies: Vec<Technology>,
}

impl Titles {
    /// That of the organisation with this code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Title> {
        self.organisations.iter().find(|title| title.code == code)
    }

    /// That of the organisation with this id.
    #[must_use]
    pub fn of_id(&self, id: Id) -> Option<&Title> {
        self.organisations.iter().find(|title| title.id == id)
    }

    /// All organisations, in the order of their names in a language.
    #[must_use]
    pub fn sorted(&self, language: Language) -> Vec<&Title> {
        let mut titles: Vec<&Title> = self.organisations.iter().collect();
        titles.sort_by(|a, b| {
            let (first, second) = (a.of_language(language), b.of_language(language));
            (&first.sort_key, &a.code).cmp(&(&second.sort_key, &b.code))
        });
        titles
    }
}

/// The names in this process. Cloning is cheap, and clones share them.
#[derive(Clone)]
pub struct TitleCache {
    db: Db,
    clock: Clock,
    memory: Arc<Memory>,
}

struct Memory {
    kept: RwLock<Option<Kept>>,
    /// The number of changes in this process since the start: what was read before the last one may be old.
    changes: AtomicU64,
}

#[derive(Clone)]
struct Kept {
    titles: Arc<Titles>,
    revision: i64,
    at: Timestamp,
    changes: u64,
}

impl TitleCache {
    /// An empty cache.
    #[must_use]
    pub fn new(db: Db, clock: Clock) -> Self {
        let memory = Arc::new(Memory { kept: RwLock::new(None), changes: AtomicU64::new(0) });
        let changed = Arc::clone(&memory);
        // An edit of a member wakes whoever has its region in memory.
        db.listen(Wakeup::Principals, move || {
            changed.changes.fetch_add(1, Ordering::SeqCst);
        });
        Self { db, clock, memory }
    }

    /// The names, as they were some seconds ago at most.
    pub async fn current(&self) -> Result<Arc<Titles>, Error> {
        let (now, changes) = (self.clock.now(), self.memory.changes.load(Ordering::SeqCst));
        let kept = self.memory.kept.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = &kept
            && kept.changes == changes
            && now < kept.at.plus(FRESH)
        {
            return Ok(Arc::clone(&kept.titles));
        }
        let (titles, revision) = self.db.read(move |conn| read(conn, kept)).await?;
        let newest = Kept { titles: Arc::clone(&titles), revision, at: now, changes };
        *self.memory.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(newest);
        Ok(titles)
    }
}

/// The names and their revision: those that are kept, unless one has changed since.
fn read(conn: &mut Conn, kept: Option<Kept>) -> Result<(Arc<Titles>, i64), Error> {
    let revision = names::revision(conn)?;
    match kept {
        Some(kept) if kept.revision == revision => Ok((kept.titles, revision)),
        // Names that are read after the revision are of this revision or a later one.
        _ => {
            let organisations = store::organisations(conn)?.into_iter().map(Title::from).collect();
            Ok((Arc::new(Titles { organisations, technologies: store::technologies(conn)? }), revision))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(code: &str, en: &str, fr: &str) -> Title {
        Title {
            id: Id::nil(),
            code: code.to_owned(),
            region: None,
            kind: OrganisationKind::Member,
            status: MemberStatus::Active,
            en: Name::of(en.to_owned()),
            fr: Name::of(fr.to_owned()),
        }
    }

    #[test]
    fn names_are_in_the_order_of_their_language() {
        let organisations = vec![
            title("ZM", "Zambia", "Zambie"),
            title("DE", "Germany", "Allemagne"),
            title("EG", "Egypt", "Égypte"),
            title("ES", "Spain", "Espagne"),
        ];
        let titles = Titles { organisations, technologies: Vec::new() };
        let codes = |language| titles.sorted(language).into_iter().map(|it| it.code.as_str()).collect::<Vec<_>>();
        assert_eq!(codes(Language::En), ["EG", "DE", "ES", "ZM"]);
        assert_eq!(codes(Language::Fr), ["DE", "EG", "ES", "ZM"]);
        assert_eq!(titles.get("EG").unwrap().name_in(Language::Fr), "Égypte");
    }
}
