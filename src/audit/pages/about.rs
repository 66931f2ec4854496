//! The subject of an entry: a person, an organisation or a round by name, anything else by its kind and the end of its
//! id.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::{Event, StoredEntry};
use crate::db::Id;
use crate::error::Error;
use crate::life_cycle::LifeCycle;
use crate::policy::Principal;
use crate::rounds::{self, Rounds};
use crate::web::{Page, Shown};

/// Digits of the id of a person or a thing that has no name.
const SHORT: usize = 8;

/// The names of people and rounds, as far as a reader knows them.
pub(super) struct Names {
    people: HashMap<Id, String>,
    rounds: HashMap<Id, String>,
}

impl Names {
    /// The names in these entries, and that of a person who is sought.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn of(
        page: &Page,
        (life_cycle, rounds): (&LifeCycle, &Rounds),
        reader: &Arc<Principal>,
        entries: &[StoredEntry],
        sought: Option<Id>,
    ) -> Result<Self, Error> {
        let people = entries.iter().flat_map(|entry| [entry.actor_id, entry.subject_id]).chain([sought]).flatten();
        let people = life_cycle.known_names(Arc::clone(reader), people.collect()).await?;
        let about = entries.iter().filter(|entry| thing(entry.action) == Some(ROUND));
        let about = about.filter_map(|entry| entry.subject_id).collect();
        let known = rounds.some(Arc::clone(reader), about).await?;
        let rounds = known.iter().map(|round| (round.id, rounds::pages::name(page, round))).collect();
        Ok(Self { people, rounds })
    }

    /// A person by name, if the reader knows it.
    pub(super) fn person(&self, id: Id) -> Option<&String> {
        self.people.get(&id)
    }
}

/// The end of an id, by which people can tell it from others.
pub(super) fn number(page: &Page, id: Id) -> String {
    page.say("audit-number", "number", end(id))
}

fn end(id: Id) -> String {
    let digits = id.to_string();
    digits.get(digits.len().saturating_sub(SHORT)..).unwrap_or_default().to_owned()
}

/// A person by name, or else by the end of the id, which leads to the other entries of that person.
pub(super) fn person(page: &Page, names: &Names, id: Id) -> Shown {
    let unnamed = || Shown::text(number(page, id));
    names.person(id).map_or_else(unnamed, Shown::name).leading_to(format!("/audit?person={id}"))
}

/// Whom or what an entry is about, which leads to the other entries about it.
pub(super) fn subject(page: &Page, names: &Names, entry: &StoredEntry) -> Shown {
    let Some(id) = entry.subject_id.filter(|id| *id != Id::nil()) else { return Shown::default() };
    let Some(thing) = thing(entry.action) else { return person(page, names, id) };
    let place = entry.organisation_id.map(|place| page.organisation_of_id(place).text);
    let text = match (thing, place) {
        (ORGANISATION, _) => page.organisation_of_id(id).text,
        (ROUND, _) if names.rounds.contains_key(&id) => {
            page.say("audit-thing-round-named", "name", names.rounds.get(&id).cloned().unwrap_or_default())
        }
        (RESPONSE | EXTENSION, Some(place)) => page.say(&format!("audit-thing-{thing}-of"), "organisation", place),
        _ => page.say(&format!("audit-thing-{thing}"), "number", end(id)),
    };
    Shown::text(text).leading_to(format!("/audit?person={id}"))
}

const ORGANISATION: &str = "organisation";
const ROUND: &str = "round";
const RESPONSE: &str = "response";
const EXTENSION: &str = "extension";

/// The kind of the thing that an event is about; none of people.
fn thing(event: Event) -> Option<&'static str> {
    let thing = match event {
        Event::RoundCreated
        | Event::RoundChanged
        | Event::RoundOpened
        | Event::RoundClosed
        | Event::RoundCancelled
        | Event::RoundReminded
        | Event::DeadlineAdded
        | Event::ReleasePreviewed
        | Event::AnswersExported
        | Event::AnswersRead => ROUND,
        Event::ReleasePublished => "release",
        Event::ExtensionAsked | Event::ExtensionGranted | Event::ExtensionDeclined => EXTENSION,
        Event::ResponseBegun
        | Event::ResponseAssigned
        | Event::ResponseSectionConfirmed
        | Event::ResponseFileUploaded
        | Event::ResponseFileRead
        | Event::ResponseReviewRequested
        | Event::ResponseApproved
        | Event::ResponseApprovalEnded
        | Event::ResponseReturned
        | Event::ResponseSubmitted
        | Event::ResponseReopened
        | Event::ResponseWithdrawn => RESPONSE,
        Event::SurveyCreated | Event::SurveyVersionChanged | Event::SurveyVersionPublished => "survey",
        Event::AnnouncementDrafted
        | Event::AnnouncementDeleted
        | Event::AnnouncementSent
        | Event::AnnouncementTested
        | Event::AnnouncementChanged
        | Event::AnnouncementAcknowledged
        | Event::AnnouncementExported => "announcement",
        Event::WebhookAdded
        | Event::WebhookChanged
        | Event::WebhookSecretChanged
        | Event::WebhookTried
        | Event::WebhookDisabled
        | Event::WebhookRemoved => "webhook",
        Event::ImportBegun | Event::ImportCommitted => "import",
        Event::MemberChanged | Event::PartnerAdded | Event::AdoptionChanged => ORGANISATION,
        _ => return None,
    };
    Some(thing)
}
