//! The home page by role: visitors, people without an active appointment, people of partner agencies, contacts,
//! coordinators, the Secretariat.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use askama::Template;

use super::Home;
use crate::announcements::feed::Headline;
use crate::announcements::{AnnouncementEntry, Announcements};
use crate::appointments::{AppointmentStatus, Role};
use crate::db::Id;
use crate::error::ProblemCode;
use crate::i18n::Language;
use crate::identity::guards::Visitor;
use crate::life_cycle::{AppointmentView, Deed, LifeCycle};
use crate::member_editing::Membership;
use crate::policy::{self, Action, Principal};
use crate::releases::{self, Releases};
use crate::rounds::{self, OwnStanding, Round, Rounds};
use crate::statistics::RegionFigures;
use crate::tasks::{self, Queue, TaskKind, shown};
use crate::time::Timestamp;
use crate::web::{Page, PageResult, Pages, Shown, Table, WaitingCounter};

/// Announcements that are listed.
const SHOWN: usize = 5;
/// The home page asks for a confirmation so long before it is due.
const ASKED_BEFORE: Duration = Duration::from_hours(24 * 30);

/// The route of this page.
#[must_use]
pub fn routes() -> Pages {
    Pages::new().page("/", home)
}

/// The page of a visitor.
#[derive(Template)]
#[template(path = "home/public.html")]
struct PublicHome<'a> {
    page: &'a Page,
    headlines: Vec<Headline>,
    results: Vec<Shown>,
}

/// The page of a person without an active appointment, or without the second factor that it requires.
#[derive(Template)]
#[template(path = "home/waiting.html")]
struct WaitingHome<'a> {
    page: &'a Page,
    lacks_second_factor: bool,
    cases: Vec<Case>,
}

impl WaitingHome<'_> {
    /// Whether something was said about one of the appointments.
    fn has_reason(&self) -> bool {
        self.cases.iter().any(|case| !case.reason.is_empty())
    }

    /// Whether the reader can hand in a letter for one of them.
    fn can_hand_in(&self) -> bool {
        self.cases.iter().any(|case| case.can_hand_in)
    }

    /// Whether a decision on one of them is open.
    fn is_open(&self) -> bool {
        self.cases.iter().any(Case::is_open)
    }
}

/// The page of a person of a partner agency: what the agency is asked. The community is not open to it.
#[derive(Template)]
#[template(path = "home/partner.html")]
struct PartnerHome<'a> {
    page: &'a Page,
    /// Entries of which a confirmation is due.
    due: Vec<Case>,
    /// Rounds in which its response is accepted.
    open: Table,
    /// Other rounds, the newest first.
    past: Table,
}

/// The page of a person with an active appointment.
#[derive(Template)]
#[template(path = "home/member.html")]
struct MemberHome<'a> {
    page: &'a Page,
    /// Entries of which a confirmation is due.
    due: Vec<Case>,
    /// Announcements that wait for an acknowledgement.
    unanswered: Vec<Subject>,
    unread: Vec<Subject>,
    has_more_unread: bool,
    /// Surveys to answer.
    surveys: Table,
    queues: Vec<Card>,
    /// What waits for others, so that the menu does not count it.
    others: Vec<Card>,
    /// Results that were published lately.
    results: Vec<Shown>,
    regions: Vec<RegionRow>,
    reads_log: bool,
}

/// An appointment of the reader.
struct Case {
    id: Id,
    role: Role,
    organisation: String,
    status: AppointmentStatus,
    /// Since when it stands there.
    since: Timestamp,
    /// By when the entry is to be confirmed.
    confirm_by: Option<Timestamp>,
    /// What was said about it; empty where nothing was.
    reason: String,
    /// The entry of the directory, which the reader can confirm.
    can_confirm: bool,
    /// Whether the reader can hand in the letter of nomination, or another one.
    can_hand_in: bool,
    /// The file of the letter that was handed in; empty where there is none.
    letter: String,
}

impl Case {
    fn of(view: AppointmentView, reader: &Principal) -> Self {
        let held = reader.appointments.iter().find(|held| held.id == view.id);
        let can_hand_in = held.is_some_and(|held| {
            let subject = Some(reader.user_id);
            policy::may_write_nomination(reader, subject, held.organisation_id, view.status).is_ok()
        });
        Self {
            id: view.id,
            can_hand_in,
            letter: String::new(),
            since: view.status_since,
            role: view.role,
            organisation: view.organisation,
            status: view.status,
            confirm_by: view.confirm_by,
            reason: view.reason.unwrap_or_default(),
            can_confirm: view.possible.contains(&Deed::Confirm),
        }
    }

    /// The key of the text that leads to the letter.
    fn letter_link(&self) -> &'static str {
        if self.letter.is_empty() { "home-hand-in" } else { "home-replace-letter" }
    }

    /// Whether somebody has yet to decide on it.
    const fn is_open(&self) -> bool {
        matches!(self.status, AppointmentStatus::Incomplete | AppointmentStatus::Pending)
    }

    /// Whether the reader is to confirm the entry soon.
    fn is_due(&self, now: Timestamp) -> bool {
        let soon = now.plus(ASKED_BEFORE);
        let is_near = self.confirm_by.is_some_and(|day| day <= soon);
        self.can_confirm && (is_near || self.status == AppointmentStatus::Unconfirmed)
    }
}

/// The subject of an announcement.
struct Subject {
    id: Id,
    language: Language,
    text: String,
    at: Option<Timestamp>,
}

impl Subject {
    /// In the language of the page, or else in that of the announcement.
    fn of(entry: AnnouncementEntry, page: &Page) -> Self {
        let AnnouncementEntry { id, default_language, mut subjects, sent_at: at, .. } = entry;
        let language = if subjects.contains_key(&page.language()) { page.language() } else { default_language };
        Self { id, language, text: subjects.remove(&language).unwrap_or_default(), at }
    }
}

/// What waits for the reader, and where it is worked off.
struct Card {
    /// The key of its text.
    text: &'static str,
    address: &'static str,
    /// How many; "100+" where no more were counted.
    count: String,
    /// Since when the oldest waits.
    since: Timestamp,
}

impl Card {
    /// The card of a queue, under the same name as on the page of tasks; none of kinds that have no card.
    fn of(queue: Queue) -> Option<Self> {
        let (text, address) = match queue.kind {
            TaskKind::Approvals => ("tasks-approvals", "/tasks"),
            TaskKind::Applications => ("tasks-applications", "/applications"),
            TaskKind::Pending => ("tasks-pending", "/people?status=pending"),
            TaskKind::Unconfirmed => ("tasks-unconfirmed", "/people?status=unconfirmed"),
            TaskKind::Incomplete => ("tasks-incomplete", "/people?status=incomplete"),
            TaskKind::Sections => ("tasks-sections", "/tasks"),
            TaskKind::Extensions => ("tasks-extensions", "/tasks"),
            TaskKind::Announcements => ("tasks-announcements", "/tasks"),
            TaskKind::Webhooks => ("tasks-webhooks", "/webhooks"),
            // Surveys are listed.
            TaskKind::Surveys | TaskKind::Invited | TaskKind::Bounced | TaskKind::Reports => return None,
        };
        Some(Self { text, address, count: shown(queue.count), since: queue.since })
    }
}

/// How a region stands.
struct RegionRow {
    name: String,
    members: usize,
    without_contact: usize,
    contacts: i64,
    unconfirmed: i64,
}

impl RegionRow {
    fn of(page: &Page, row: &RegionFigures) -> Self {
        let none = || page.text("home-region-none");
        Self {
            name: row.region.map_or_else(none, |region| page.words("region", region.as_str())),
            members: row.members,
            without_contact: row.without_contact,
            contacts: row.contacts,
            unconfirmed: row.unconfirmed,
        }
    }

    /// All regions, and below them their sums; nothing where there are none.
    fn all(page: &Page, figures: &[RegionFigures]) -> Vec<Self> {
        if figures.is_empty() {
            return Vec::new();
        }
        let mut rows: Vec<Self> = figures.iter().map(|row| Self::of(page, row)).collect();
        rows.push(Self {
            name: page.text("th-all"),
            members: figures.iter().map(|row| row.members).sum(),
            without_contact: figures.iter().map(|row| row.without_contact).sum(),
            contacts: figures.iter().map(|row| row.contacts).sum(),
            unconfirmed: figures.iter().map(|row| row.unconfirmed).sum(),
        });
        rows
    }
}

async fn home(
    visitor: Visitor,
    page: Page,
    home: web::Data<Home>,
    (announcements, releases): (web::Data<Announcements>, web::Data<Releases>),
    life_cycle: web::Data<LifeCycle>,
    surveys: (web::Data<Rounds>, web::Data<Membership>),
    counter: web::Data<WaitingCounter>,
) -> PageResult {
    let Some(person) = visitor.0 else {
        let most = i64::try_from(SHOWN).unwrap_or_default();
        let headlines = announcements.headlines(page.language(), most).await?;
        let results = releases.newest(None, None, most).await?;
        let results = results.iter().map(|entry| releases::pages::entry_link(&page, entry)).collect();
        return page.show(&PublicHome { page: &page, headlines, results });
    };
    if let Err(refusal) = policy::check(&person, Action::ReadCommunity) {
        if policy::check(&person, Action::ReadSurveys).is_ok() {
            let page = page.with_waiting(counter.count(Arc::clone(&person)).await);
            return for_agency(&page, person, &life_cycle, surveys).await;
        }
        let (own, mut letters) = home.own(Arc::clone(&person)).await?;
        let case = |view: AppointmentView| {
            let letter = letters.remove(&view.id).unwrap_or_default();
            Case { letter, ..Case::of(view, &person) }
        };
        let cases = own.into_iter().map(case).collect();
        let lacks_second_factor = refusal.code() == ProblemCode::MfaRequired;
        return page.show(&WaitingHome { page: &page, lacks_second_factor, cases });
    }
    let is_secretariat = person.is_secretariat();
    let due = home.due(Arc::clone(&person), page.language()).await?;
    let rounds = tasks::pages::rounds_of(&due.surveys, &surveys.0, &person).await?;
    let now = page.site().clock.now();
    let page = page.with_waiting(shown(due.total));
    // What is to be confirmed stands above, and is not repeated.
    let asked: HashSet<Id> = due.unanswered.iter().map(|entry| entry.id).collect();
    let unread: Vec<AnnouncementEntry> = due.unread.into_iter().filter(|entry| !asked.contains(&entry.id)).collect();
    let (others, queues): (Vec<Queue>, Vec<Queue>) =
        due.queues.into_iter().partition(|queue| queue.kind == TaskKind::Incomplete);
    page.show(&MemberHome {
        due: due.own.into_iter().map(|view| Case::of(view, &person)).filter(|case| case.is_due(now)).collect(),
        unanswered: due.unanswered.into_iter().map(|entry| Subject::of(entry, &page)).collect(),
        has_more_unread: unread.len() > SHOWN,
        unread: unread.into_iter().take(SHOWN).map(|entry| Subject::of(entry, &page)).collect(),
        surveys: tasks::pages::surveys(&page, &due.surveys, &rounds),
        queues: queues.into_iter().filter_map(Card::of).collect(),
        others: others.into_iter().filter_map(Card::of).collect(),
        results: due.results.iter().map(|entry| releases::pages::reader_link(&page, entry)).collect(),
        regions: RegionRow::all(&page, &due.regions),
        // For others it is a place of the menu.
        reads_log: is_secretariat,
        page: &page,
    })
}

/// The home page of a person of a partner agency.
async fn for_agency(
    page: &Page,
    person: Arc<Principal>,
    life_cycle: &LifeCycle,
    (rounds, membership): (web::Data<Rounds>, web::Data<Membership>),
) -> PageResult {
    let now = page.site().clock.now();
    let own = life_cycle.own(Arc::clone(&person)).await?.into_iter().map(|view| Case::of(view, &person));
    let due = own.filter(|case| case.is_due(now)).collect();
    let asked = membership.asked(policy::answers_for(&person)).await?;
    let ids: BTreeSet<Id> = asked.iter().map(|round| round.round).collect();
    let states = asked.into_iter().filter_map(|round| Some(((round.round, round.organisation), round.response?)));
    let states: HashMap<(Id, Id), String> = states.collect();
    let organisations: HashMap<String, Id> =
        person.active().map(|held| (held.organisation.clone(), held.organisation_id)).collect();
    let mut open = Table::new(page, "home-agency-open", &["round", "organisation", "own-deadline", "response-state"]);
    let mut past = Table::new(page, "home-agency-past", &["round", "organisation", "own-deadline", "response-state"]);
    for round in rounds.some(Arc::clone(&person), ids.into_iter().collect()).await? {
        for standing in &round.standings {
            let organisation = organisations.get(&standing.organisation).copied();
            let state = organisation.and_then(|id| states.get(&(round.id, id)));
            let table = if standing.is_open { &mut open } else { &mut past };
            table.push(row_of(page, &round, standing, state.map_or("not_started", String::as_str)));
        }
    }
    page.show(&PartnerHome { page, due, open, past })
}

/// A round that asks an agency: with its response while that is accepted, and with the round afterwards.
fn row_of(page: &Page, round: &Round, standing: &OwnStanding, state: &str) -> Vec<Shown> {
    let part = if standing.is_open { "/response" } else { "" };
    vec![
        Shown::name(rounds::pages::name(page, round)).leading_to(format!("/rounds/{}{part}", round.id)),
        page.shown_organisation(&standing.organisation),
        rounds::pages::deadline_in_row(page, &standing.deadline),
        Shown::text(page.words("response-stands", state)),
    ]
}
