//! The page on which a person who is logged in chooses topics and how often announcements come. The page behind the
//! link of a mail is in `crate::pages`.

use askama::Template;
use serde::Deserialize;

use super::super::{GivenSubscriptions, Subscriptions, TopicSubscriptions};
use crate::announcements::digest::Rhythm;
use crate::identity::guards::CurrentUser;
use crate::time::Timestamp;
use crate::web::{Choice, Desk, FormState, Notice, Page, PageResult, Posted};

#[derive(Template)]
#[template(path = "account/subscriptions.html")]
struct SubscriptionsPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    rhythms: Vec<Choice>,
    topics: Vec<Choice>,
    next_digest_at: Option<Timestamp>,
}

/// The form as it is sent: a frequency, and every topic that is wanted.
#[derive(Deserialize)]
pub(super) struct Chosen {
    digest: Rhythm,
    #[serde(default)]
    topics: Vec<String>,
}

impl Chosen {
    /// The choice among the topics that there are.
    fn into_request(self, own: &Subscriptions) -> GivenSubscriptions {
        let wanted = |code: &String| self.topics.contains(code);
        let topics = own.data.iter().map(|known| (known.topic.clone(), wanted(&known.topic))).collect();
        GivenSubscriptions { topics, digest: Some(self.digest) }
    }
}

fn content<'a>(page: &'a Page, form: &'a FormState, own: &Subscriptions) -> SubscriptionsPage<'a> {
    let rhythm = |rhythm: &Rhythm| Choice::new(rhythm.as_str(), page.text(&format!("choice-digest-{rhythm}")));
    let rhythms = Rhythm::ALL.iter().map(rhythm).collect();
    let topics = own.data.iter().map(|known| Choice::new(&known.topic, known.name_in(page.language()))).collect();
    SubscriptionsPage { page, form, rhythms, topics, next_digest_at: own.preference.next_digest_at }
}

fn show(page: &Page, form: FormState, own: &Subscriptions) -> PageResult {
    let form = form.with_errors_at_lists();
    page.show_form(&form, &content(page, &form, own))
}

pub(super) async fn ask(desk: Desk<CurrentUser, TopicSubscriptions, ()>) -> PageResult {
    let own = desk.service.get(desk.person.user_id).await?;
    let form = FormState::default().with("digest", own.preference.digest);
    let subscribed = own.data.iter().filter(|known| known.subscribed);
    let form = subscribed.fold(form, |form, known| form.with("topics", &known.topic));
    show(&desk.page, form, &own)
}

pub(super) async fn choose(desk: Desk<CurrentUser, TopicSubscriptions, ()>, posted: Posted<Chosen>) -> PageResult {
    let Posted { input, form } = posted;
    let own = desk.service.get(desk.person.user_id).await?;
    let saved = async { desk.service.choose(desk.person.user_id, desk.trace(), input?.into_request(&own)).await };
    let saved = saved.await;
    let way = |_| ("/account/subscriptions".to_owned(), Notice::new("subscriptions-saved"));
    desk.lead_on(form, saved, way, async |desk, form| show(&desk.page, form, &own)).await
}
