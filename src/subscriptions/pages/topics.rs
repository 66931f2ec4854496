//! Topics of announcements: the list, a new one, and the names of a known one. A topic is retired, never deleted,
//! since announcements and subscriptions keep its code.

use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::i18n::Language;
use crate::identity::guards::CanManageAnnouncements;
use crate::subscriptions::{GivenTopic, Topic, TopicSubscriptions};
use crate::web::{Desk, FormState, Notice, Page, PageResult, Posted};

#[derive(Template)]
#[template(path = "subscriptions/topics.html")]
struct TopicList<'a> {
    page: &'a Page,
    rows: Vec<Row>,
}

/// A topic in the list.
struct Row {
    code: String,
    name: String,
    /// The languages of its names in words.
    languages: String,
    retired: bool,
}

#[derive(Template)]
#[template(path = "subscriptions/topic.html")]
struct TopicPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    title: String,
    /// The address of the form.
    action: String,
    is_new: bool,
    /// The field of the name in each language.
    names: Vec<(String, Language)>,
}

/// A topic as a form sends it. The field of a name is `names-<language>`.
#[derive(Deserialize)]
pub(super) struct TopicForm {
    /// Its code. A field `code` would be a secret ([`FormState`]).
    #[serde(default)]
    topic: String,
    #[serde(default, rename = "names-en")]
    en: String,
    #[serde(default, rename = "names-fr")]
    fr: String,
    #[serde(default, rename = "names-es")]
    es: String,
    #[serde(default, rename = "names-ar")]
    ar: String,
    #[serde(default, rename = "names-ru")]
    ru: String,
    #[serde(default, rename = "names-pt")]
    pt: String,
    #[serde(default)]
    retired: bool,
}

impl TopicForm {
    /// The code, and the topic; a name that is left empty is absent.
    fn into_request(self) -> (String, GivenTopic) {
        let Self { topic, en, fr, es, ar, ru, pt, retired } = self;
        let names = [
            (Language::En, en),
            (Language::Fr, fr),
            (Language::Es, es),
            (Language::Ar, ar),
            (Language::Ru, ru),
            (Language::Pt, pt),
        ];
        let names: BTreeMap<_, _> = names.into_iter().filter(|(_, name)| !name.trim().is_empty()).collect();
        (topic.trim().to_owned(), GivenTopic { names, retired })
    }
}

/// All topics.
pub(super) async fn list(_: CanManageAnnouncements, page: Page, topics: web::Data<TopicSubscriptions>) -> PageResult {
    let row = |topic: Topic| {
        let languages: Vec<&str> = topic.names.keys().map(|language| language.as_str()).collect();
        Row {
            name: topic.name_in(page.language()),
            languages: page.words("language", languages.join(", ")),
            code: topic.code,
            retired: topic.retired,
        }
    };
    let rows = topics.topics().await?.into_iter().map(row).collect();
    page.show(&TopicList { page: &page, rows })
}

/// The form of a new topic.
pub(super) async fn ask_new(_: CanManageAnnouncements, page: Page) -> PageResult {
    show_new(&page, FormState::default())
}

/// Creates a topic.
pub(super) async fn create(
    desk: Desk<CanManageAnnouncements, TopicSubscriptions, ()>,
    posted: Posted<TopicForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let (code, given) = input?.into_request();
    let created = desk.service.create_topic(desk.person.user_id, desk.trace(), code, given).await;
    let way = |topic: Topic| way(&desk.page, "topic-created", &topic);
    desk.lead_on(form, created, way, async |desk, form| show_new(&desk.page, form)).await
}

/// The form of a known topic.
pub(super) async fn ask_edit(desk: Desk<CanManageAnnouncements, TopicSubscriptions, String>) -> PageResult {
    let topic = desk.service.topic(desk.place.clone()).await?;
    let form = topic
        .names
        .iter()
        .fold(FormState::default(), |form, (language, name)| form.with(&format!("names-{language}"), name));
    show_edit(&desk.page, form.with("retired", topic.retired), &topic)
}

/// Changes the names of a topic, or retires it.
pub(super) async fn edit(
    desk: Desk<CanManageAnnouncements, TopicSubscriptions, String>,
    posted: Posted<TopicForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let (_, given) = input?.into_request();
    let topic = desk.service.topic(desk.place.clone()).await?;
    let changed = desk.service.put_topic(desk.person.user_id, desk.trace(), topic.code.clone(), given).await;
    let way = |topic: Topic| way(&desk.page, "topic-changed", &topic);
    desk.lead_on(form, changed, way, async |desk, form| show_edit(&desk.page, form, &topic)).await
}

/// Where a change of a topic leads, with which notice.
fn way(page: &Page, notice: &str, topic: &Topic) -> (String, Notice) {
    ("/topics".to_owned(), Notice::new(notice).with("topic", topic.name_in(page.language())))
}

fn show_new(page: &Page, form: FormState) -> PageResult {
    let form = labelled(page, form).labelled("topic", page.text("topics-column-code"));
    let (title, action) = (page.text("page-topic-new"), "/topics/new".to_owned());
    page.show_form(&form, &TopicPage { page, form: &form, title, action, is_new: true, names: name_fields() })
}

fn show_edit(page: &Page, form: FormState, topic: &Topic) -> PageResult {
    let form = labelled(page, form);
    let title = page.say("page-topic", "topic", topic.name_in(page.language()));
    let action = format!("/topics/{}/edit", topic.code);
    page.show_form(&form, &TopicPage { page, form: &form, title, action, is_new: false, names: name_fields() })
}

/// The fields of names.
fn name_fields() -> Vec<(String, Language)> {
    Language::ALL.iter().map(|&language| (format!("names-{language}"), language)).collect()
}

/// The form with the label of each name, which says its language.
fn labelled(page: &Page, form: FormState) -> FormState {
    name_fields().into_iter().fold(form, |form, (name, language)| {
        form.labelled(name, page.say("topic-name-in", "language", page.words("language", language.as_str())))
    })
}
