//! Reminders: those that were sent, and a new one, which is told before it is sent. Whom it reaches is decided anew when
//! it is sent: who has submitted meanwhile gets no mail. It reaches no more people than were told: where it would, the
//! page tells anew.

use std::sync::Arc;

use serde::Deserialize;

use super::super::{GivenReminder, ResponseState, Round, RoundState, Rounds, SentReminder};
use super::{address, facts, name};
use crate::error::{Error, OrInternal as _};
use crate::idempotency::Answer;
use crate::identity::guards::CanManageSurveys;
use crate::web::{Choice, Desk, Field, FormPage, FormState, Notice, Page, PageResult, Posted, Shown, Table, returned};

type Office = Desk<CanManageSurveys, Rounds>;

/// Most rows of a table.
const SHOWN: usize = 50;
/// The states whose people can be reminded.
const STATES: [ResponseState; 6] = [
    ResponseState::NotStarted,
    ResponseState::Draft,
    ResponseState::InReview,
    ResponseState::Approved,
    ResponseState::Reopened,
    ResponseState::Withdrawn,
];

/// What the page sends.
#[derive(Deserialize)]
pub(super) struct ReminderForm {
    #[serde(default)]
    states: Vec<String>,
    #[serde(default)]
    text: String,
    /// The states, on the page that tells whom the reminder reaches: it sends it.
    #[serde(default)]
    told: String,
    /// How many people were told then.
    #[serde(default)]
    people: String,
}

/// What a reminder answers.
#[derive(Deserialize)]
struct Outcome {
    people: usize,
    without_people: Vec<String>,
    data: Vec<Reminded>,
}

/// The people of an organisation.
#[derive(Deserialize)]
struct Reminded {
    organisation: String,
    state: String,
    people: usize,
}

impl ReminderForm {
    /// The reminder, and whether it is sent. What is no state is left out.
    fn into_given(self) -> (GivenReminder, bool) {
        let is_sent = !self.told.is_empty();
        let chosen = self.states.iter().map(String::as_str).chain(self.told.split(' '));
        let states = chosen.filter_map(ResponseState::parse).collect();
        let text = Some(self.text).filter(|text| !text.trim().is_empty());
        let people = is_sent.then(|| self.people.trim().parse().unwrap_or_default());
        (GivenReminder { states, text, dry_run: !is_sent, people }, is_sent)
    }
}

/// The reminders of a round, and the form of a new one.
pub(super) async fn ask(office: Office) -> PageResult {
    let form = [ResponseState::NotStarted, ResponseState::Draft]
        .into_iter()
        .fold(FormState::default(), |form, state| form.with("states", state));
    show(&office, form).await
}

/// Tells whom a reminder reaches; once that was told, sends it.
pub(super) async fn remind(office: Office, posted: Posted<ReminderForm>) -> PageResult {
    let Posted { input, form } = posted;
    let (officer, id, ticket) = (Arc::clone(&office.person.0), office.place, office.ticket(&form));
    let mut sent_with = None;
    let reminded = async {
        let (given, is_sent) = input?.into_given();
        sent_with = Some((given.states.clone(), is_sent));
        let answer = office.service.remind(officer, office.trace(), ticket.filter(|_| is_sent), id, given).await?;
        outcome(&answer)
    };
    let reminded = Box::pin(reminded).await;
    let (states, is_sent) = sent_with.unwrap_or_default();
    match reminded {
        Ok(outcome) if is_sent => {
            let notice = Notice::new("reminder-sent").with("count", outcome.people);
            office.page.lead_on(&format!("{}/reminders", address(id)), notice)
        }
        Ok(outcome) => show_told(&office, &form, &states, &outcome).await,
        Err(error) => {
            let form = returned(&office.page, form, error)?;
            if form.is_late() { tell_again(&office, &form, &states).await } else { show(&office, form).await }
        }
    }
}

/// Tells anew whom a reminder reaches that would reach more people than were told.
async fn tell_again(office: &Office, sent: &FormState, states: &[ResponseState]) -> PageResult {
    let given = GivenReminder { states: states.to_vec(), text: None, dry_run: true, people: None };
    let officer = Arc::clone(&office.person.0);
    let told = office.service.remind(officer, office.trace(), None, office.place, given).await?;
    show_told(office, sent, states, &outcome(&told)?).await
}

/// What came of a reminder.
fn outcome(answer: &Answer) -> Result<Outcome, Error> {
    serde_json::from_str(&answer.body).or_internal()
}

async fn show(office: &Office, form: FormState) -> PageResult {
    let page = &office.page;
    let round = office.service.get(Arc::clone(&office.person.0), office.place).await?;
    let sent = office.service.reminders(Arc::clone(&office.person.0), office.place).await?;
    let state = |state: &ResponseState| Choice::new(state.as_str(), page.words("response-stands", state.as_str()));
    let form = form.with_errors_at_lists();
    let content = FormPage::new(page, &form, "page-reminders", &name(page, &round))
        .about(facts(page, &round))
        .with_fields(vec![
            Field::checkboxes("states", STATES.iter().map(state).collect()),
            Field::area("text").hinted(page.text("page-reminders.text")),
        ])
        .with_table(sent_table(page, &sent))
        .back_to(address(round.id), page.text("link-back-to-round"));
    if round.state == RoundState::Open {
        return content.show();
    }
    content.leading_instead(page.text(&format!("round-is-{}", round.state)), Shown::default()).show()
}

/// The reminders that were sent, the newest first.
fn sent_table(page: &Page, sent: &[SentReminder]) -> Table {
    let mut table = Table::new(page, "reminders-sent", &["when", "reminder-kind", "states", "people"]);
    for reminder in sent.iter().take(SHOWN) {
        let kind = match (reminder.days, reminder.deadline) {
            (Some(days), _) => page.say("reminder-by-calendar", "days", days),
            (None, Some(_)) => page.text("reminder-at-opening"),
            (None, None) => page.text("reminder-by-secretariat"),
        };
        table.push(vec![
            Shown::moment(page, reminder.sent_at),
            Shown::text(kind),
            Shown::text(in_words(page, &reminder.states)),
            Shown::code(reminder.people),
        ]);
    }
    table
}

fn in_words(page: &Page, states: &[ResponseState]) -> String {
    let words: Vec<String> = states.iter().map(|state| page.words("response-stands", state.as_str())).collect();
    words.join(", ")
}

/// The page that tells whom a reminder reaches, and sends it.
async fn show_told(office: &Office, sent: &FormState, states: &[ResponseState], outcome: &Outcome) -> PageResult {
    let page = &office.page;
    let round = office.service.get(Arc::clone(&office.person.0), office.place).await?;
    let told: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    let form = sent.clone().set("key", page.new_key()).set("told", told.join(" ")).set("people", outcome.people);
    let back = format!("{}/reminders", address(round.id));
    let content = FormPage::new(page, &form, "reminder-send", &outcome.people.to_string())
        .about(about(page, &round, states, sent.value("text")))
        .with_hidden("told")
        .with_hidden("text")
        .with_hidden("people")
        .with_table(told_table(page, outcome))
        .back_to(back, page.text("link-back-to-reminders"));
    let content = if form.is_late() { content.saying(page.text("reminder-send.more")) } else { content };
    let nobody: Vec<&str> = outcome.without_people.iter().map(|code| page.organisation(code)).collect();
    let content = if nobody.is_empty() {
        content
    } else {
        content.saying(page.say("reminder-send.nobody", "names", nobody.join(", ")))
    };
    if outcome.people == 0 {
        return content.leading_instead(page.text("reminder-send.none"), Shown::default()).show();
    }
    content.dangerous().show()
}

fn about(page: &Page, round: &Round, states: &[ResponseState], text: &str) -> crate::web::Facts {
    facts(page, round)
        .with(page.text("th-states"), Shown::text(in_words(page, states)))
        .with(page.text("th-words"), Shown::name(text))
}

fn told_table(page: &Page, outcome: &Outcome) -> Table {
    let mut table = Table::new(page, "reminder-told", &["organisation", "response-state", "people"]);
    for row in &outcome.data {
        table.push(vec![
            page.shown_organisation(&row.organisation),
            Shown::text(page.words("response-stands", &row.state)),
            Shown::code(row.people),
        ]);
    }
    table
}
