//! The form of an announcement, new or stored, and the deletion of a draft.

use std::sync::Arc;

use actix_web::web;
use askama::Template;

use super::Office;
use super::audience_words;
use super::draft_form::{self, DraftForm, TextFields};
use super::heading::{Heading, address, version};
use crate::adoption::AdoptionStatus;
use crate::announcements::Audience;
use crate::announcements::types::Announcement;
use crate::appointments::Role;
use crate::error::Error;
use crate::i18n::Language;
use crate::idempotency::Answer;
use crate::members::Region;
use crate::policy::Principal;
use crate::subscriptions::TopicSubscriptions;
use crate::web::{Choice, Difference, FormState, MemberGroup, Notice, Page, PageResult, Posted};

/// The form of a draft.
#[derive(Template)]
#[template(path = "announcements/authoring/draft.html")]
struct DraftPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    title: String,
    /// The state of a stored announcement; none of a new one.
    heading: Option<Heading>,
    /// Whether a change takes an approval or a plan away.
    voids: bool,
    topics: Vec<Choice>,
    languages: Vec<Choice>,
    regions: Vec<Choice>,
    roles: Vec<Choice>,
    members: Vec<MemberGroup>,
    technologies: Vec<Choice>,
    adoption_states: Vec<Choice>,
    texts: Vec<TextFields>,
    /// Those of languages in which nothing is written yet.
    more_texts: Vec<TextFields>,
    /// The conditions of the audience that have no field, in words.
    more_conditions: Vec<String>,
    /// Fields that another officer changed since the form was opened.
    differences: Vec<Difference>,
}

/// The page before a draft is deleted.
#[derive(Template)]
#[template(path = "announcements/authoring/delete.html")]
struct DeletePage<'a> {
    page: &'a Page,
    heading: Heading,
}

/// The empty form.
pub(super) async fn begin(office: Office<()>, topics: web::Data<TopicSubscriptions>) -> PageResult {
    let form = office.keyed().with("default_language", office.page.language());
    show(&office.page, &topics, form, None).await
}

/// Creates a draft, and shows how it will look.
pub(super) async fn create(
    office: Office<()>,
    topics: web::Data<TopicSubscriptions>,
    posted: Posted<DraftForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let ticket = office.ticket(&form);
    let created = async {
        let draft = input?.into_request(&form, Audience::default())?;
        office.service.create(office.person.user_id, office.trace(), ticket, draft).await
    };
    let created = Box::pin(created).await;
    let way = |answer: Answer| {
        let id = answer.location.as_deref().and_then(|location| location.rsplit('/').next()).unwrap_or_default();
        (format!("/announcements/{id}/preview"), Notice::new("authoring-saved"))
    };
    office.lead_on(form, created, way, async |office, form| show(&office.page, &topics, form, None).await).await
}

/// The form of a stored announcement.
pub(super) async fn edit(office: Office, topics: web::Data<TopicSubscriptions>) -> PageResult {
    let announcement = office.service.get(Arc::clone(&office.person.0), office.place).await?;
    let (officer, form): (&Principal, _) = (&office.person, draft_form::stored(&office.page, &announcement));
    show(&office.page, &topics, form, Some((officer, announcement))).await
}

/// Changes an announcement. After a change by another officer (412), the form shows both versions.
pub(super) async fn change(
    office: Office,
    topics: web::Data<TopicSubscriptions>,
    posted: Posted<DraftForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let (officer, service, id) = (&office.person, &office.service, office.place);
    let changed = async {
        let input = input?;
        let kept = service.get(Arc::clone(&officer.0), id).await?.audience.unwrap_or_default();
        let version = input.version.clone();
        let revision = draft_form::revision(input.into_request(&form, kept)?);
        service.revise(officer.user_id, office.trace(), id, revision, Some(version)).await
    };
    let changed = Box::pin(changed).await;
    let way = |_: Announcement| (address(id, "preview"), Notice::new("authoring-saved"));
    office.lead_on(form, changed, way, async |office, form| show_again(office, &topics, form).await).await
}

async fn show_again(office: &Office, topics: &TopicSubscriptions, form: FormState) -> PageResult {
    let officer: &Principal = &office.person;
    let stored = office.service.get(Arc::clone(&office.person.0), office.place).await?;
    show(&office.page, topics, form, Some((officer, stored))).await
}

/// The form, of a new announcement or of a stored one. After a change by another officer it takes the version of now.
async fn show(
    page: &Page,
    topics: &TopicSubscriptions,
    form: FormState,
    stored: Option<(&Principal, Announcement)>,
) -> PageResult {
    let mut form = draft_form::at_fields(page, form);
    let mut differences = Vec::new();
    if let Some((_, announcement)) = stored.as_ref().filter(|_| form.is_late()) {
        differences = draft_form::differences(page, &draft_form::stored(page, announcement), &form);
        form = form.set("version", version(announcement));
    }
    let form = draft_form::labelled(page, form);
    let (texts, more_texts): (Vec<TextFields>, Vec<TextFields>) =
        draft_form::text_fields(page).into_iter().partition(|fields| fields.is_open(&form));
    let announcement = stored.as_ref().map(|(_, announcement)| announcement);
    let title = if announcement.is_some() { "page-authoring-edit" } else { "page-authoring-new" };
    let content = DraftPage {
        page,
        title: page.text(title),
        heading: stored.as_ref().map(|(officer, announcement)| Heading::of(page, officer, announcement)),
        voids: announcement.is_some_and(is_decided),
        topics: topic_choices(page, topics, form.value("topic")).await?,
        languages: Language::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), page.words("language", it.as_str())))
            .collect(),
        regions: Region::ALL.iter().map(|it| Choice::new(it.as_str(), page.words("region", it.as_str()))).collect(),
        roles: Role::ALL.iter().map(|it| Choice::new(it.as_str(), page.words("role", it.as_str()))).collect(),
        members: page.members_by_region(&form.all("audience-members")),
        technologies: page.technology_choices(),
        adoption_states: AdoptionStatus::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), page.words("technology-status", it.as_str())))
            .collect(),
        texts,
        more_texts,
        more_conditions: announcement
            .and_then(|it| it.audience.as_ref())
            .map(|audience| audience_words::without_field(page, audience))
            .unwrap_or_default(),
        differences,
        form: &form,
    };
    page.show_form(&form, &content)
}

/// Whether it has an approval or a schedule, which a change cancels.
fn is_decided(announcement: &Announcement) -> bool {
    let campaign = announcement.campaign.as_ref();
    campaign.is_some_and(|campaign| campaign.submitted_by.is_some() || campaign.send_at.is_some())
}

/// The topics that are open, the one of the announcement, and none: an official notice.
async fn topic_choices(page: &Page, topics: &TopicSubscriptions, chosen: &str) -> Result<Vec<Choice>, Error> {
    let mut choices = vec![Choice::new("", page.text("authoring-official"))];
    let topics = topics.topics().await?.into_iter().filter(|topic| !topic.retired || topic.code == chosen);
    choices.extend(topics.map(|topic| Choice::new(&topic.code, topic.name_in(page.language()))));
    Ok(choices)
}

/// The page before a draft is deleted.
pub(super) async fn ask_delete(office: Office) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = &office;
    let announcement = service.get(Arc::clone(&officer.0), *id).await?;
    page.show(&DeletePage { page, heading: Heading::of(page, officer, &announcement) })
}

/// Deletes a draft.
pub(super) async fn delete(office: Office) -> PageResult {
    office.service.delete(office.person.user_id, office.trace(), office.place).await?;
    office.page.lead_on("/announcements/manage", Notice::new("authoring-deleted"))
}
