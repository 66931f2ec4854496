//! Submitting an announcement, and the decision of a second person, who sees what it says, who wrote it, and how many would read it.
//!
//! Either verdict is about exactly what the page showed: the form names its hash.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::audience_words;
use super::draft_form::changes;
use super::heading::{Heading, deeds, version};
use super::review::articles;
use super::{Office, act};
use crate::announcements::campaign::{Action, GiveBack};
use crate::announcements::pages::TopicNames;
use crate::announcements::state_machine::Event;
use crate::announcements::types::Announcement;
use crate::announcements::{Announcements, Approve, Article, Preview, Review};
use crate::db::Id;
use crate::error::{Error, FieldError};
use crate::i18n::Language;
use crate::subscriptions::TopicSubscriptions;
use crate::text;
use crate::web::{Difference, FormState, Page, PageResult, Posted};

#[derive(Template)]
#[template(path = "announcements/authoring/submit.html")]
struct SubmitPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    heading: Heading,
    counts: Preview,
    /// Whether the announcement may be submitted now.
    is_possible: bool,
}

/// The page before an announcement is submitted.
pub(super) async fn ask_submit(office: Office) -> PageResult {
    show_submit(&office, office.keyed()).await
}

/// What the page before the submission showed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SubmitForm {
    version: String,
}

/// Asks for the approval of a second person.
pub(super) async fn submit(office: Office, posted: Posted<SubmitForm>) -> PageResult {
    let submit = posted.input.map(|input| Action::Submit(Some(input.version)));
    act(&office, posted.form, submit, ("preview", "authoring-submitted"), show_submit).await
}

async fn show_submit(office: &Office, form: FormState) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = office;
    let Review { announcement, preview } = service.review(Arc::clone(&officer.0), *id).await?;
    let form = form.set("version", version(&announcement));
    let content = SubmitPage {
        page,
        form: &form,
        heading: Heading::of(page, officer, &announcement),
        counts: preview,
        is_possible: deeds(officer, &announcement).contains(&Event::Submit),
    };
    page.show_form(&form, &content)
}

#[derive(Template)]
#[template(path = "announcements/authoring/decide.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of the page that is shown or not")]
struct DecidePage<'a> {
    page: &'a Page,
    form: &'a FormState,
    heading: Heading,
    counts: Preview,
    /// Everybody who wrote a version of it.
    writers: Vec<String>,
    submitted_by: String,
    topic: String,
    /// Whether anybody may read it.
    is_public: bool,
    /// Whether readers are asked to confirm that they have read it.
    acknowledge: bool,
    /// The language for readers in whose own there is no text.
    default_language: String,
    /// The languages without which it is not sent; empty for none.
    required_languages: String,
    /// Whom it is for, in words; none for everybody.
    audience: Vec<String>,
    articles: Vec<Article>,
    /// Whether something was approved before.
    was_approved: bool,
    /// What was changed since then.
    changes: Vec<Difference>,
    may_approve: bool,
    may_reject: bool,
}

/// What may be decided.
const VERDICTS: [Event; 2] = [Event::Approve, Event::Reject];

/// A decision.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct DecisionForm {
    /// [`VERDICTS`] has those there are.
    verdict: String,
    reason: String,
    /// The hash of what was read.
    version: String,
}

impl DecisionForm {
    /// # Errors
    /// 422 for what is no verdict.
    fn into_action(self) -> Result<Action, Error> {
        let (reason, content_hash) = (self.reason.trim(), Some(self.version));
        match VERDICTS.into_iter().find(|verdict| verdict.as_str() == self.verdict) {
            Some(Event::Approve) => Ok(Action::Approve(Approve { content_hash })),
            Some(Event::Reject) => {
                let reason = (!reason.is_empty()).then(|| reason.to_owned());
                Ok(Action::Reject(GiveBack { reason, content_hash }))
            }
            _ => {
                let fault = text::unknown_value(&self.verdict, VERDICTS.map(Event::as_str));
                Err(Error::invalid(vec![FieldError { pointer: "/verdict".to_owned(), ..fault }]))
            }
        }
    }
}

/// What is to be decided on.
pub(super) async fn ask(office: Office, topics: web::Data<TopicSubscriptions>) -> PageResult {
    show(&office, &topics, office.keyed()).await
}

/// Approves it, or gives it back.
pub(super) async fn decide(
    office: Office,
    topics: web::Data<TopicSubscriptions>,
    posted: Posted<DecisionForm>,
) -> PageResult {
    let action = posted.input.and_then(DecisionForm::into_action);
    let notice = if matches!(action, Ok(Action::Approve(_))) { "authoring-approved" } else { "authoring-rejected" };
    let again = async |office: &Office, form: FormState| Box::pin(show(office, &topics, form)).await;
    act(&office, posted.form, action, ("preview", notice), again).await
}

async fn show(office: &Office, topics: &TopicSubscriptions, form: FormState) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = office;
    let Review { announcement, preview } = service.review(Arc::clone(&officer.0), *id).await?;
    let deeds = deeds(officer, &announcement);
    let (writers, submitted_by) = people(service, &announcement).await?;
    let approved = service.last_approved(*id).await?;
    let form = form.set("version", version(&announcement));
    let in_words = |language: &Language| page.words("language", language.as_str());
    let required = announcement.campaign.iter().flat_map(|campaign| &campaign.required_languages);
    let audience = announcement.audience.as_ref();
    let content = DecidePage {
        page,
        form: &form,
        heading: Heading::of(page, officer, &announcement),
        counts: preview,
        writers,
        submitted_by,
        topic: topic_of(page, topics, &announcement).await?,
        is_public: announcement.public,
        acknowledge: announcement.acknowledge,
        default_language: in_words(&announcement.default_language),
        required_languages: required.map(in_words).collect::<Vec<_>>().join(", "),
        audience: audience.map(|audience| audience_words::conditions(page, audience)).unwrap_or_default(),
        articles: articles(service, officer, &announcement).await?,
        was_approved: approved.is_some(),
        changes: approved.map(|draft| changes(page, draft, &announcement)).unwrap_or_default(),
        may_approve: deeds.contains(&Event::Approve),
        may_reject: deeds.contains(&Event::Reject),
    };
    page.show_form(&form, &content)
}

/// The name of its topic; empty for an official notice.
async fn topic_of(page: &Page, topics: &TopicSubscriptions, announcement: &Announcement) -> Result<String, Error> {
    let Some(code) = announcement.topic.as_deref() else { return Ok(String::new()) };
    Ok(TopicNames::load(topics, page).await?.of(page, Some(code)))
}

/// The names of those who wrote it, and of the person who submitted it.
async fn people(service: &Announcements, announcement: &Announcement) -> Result<(Vec<String>, String), Error> {
    let Some(campaign) = &announcement.campaign else { return Ok((Vec::new(), String::new())) };
    let ids: Vec<Id> = campaign.writer_ids.iter().copied().chain(campaign.submitted_by).collect();
    let names: BTreeMap<Id, String> = service.names(ids).await?;
    let writers = campaign.writer_ids.iter().filter_map(|id| names.get(id).cloned()).collect();
    let submitted_by = campaign.submitted_by.and_then(|id| names.get(&id).cloned());
    Ok((writers, submitted_by.unwrap_or_default()))
}
