//! Pages of applications, for the Secretariat: the queue, and one application with its decision.
//!
//! The page of an application shows each value as it was sent beside the one that an approval puts in force. A
//! decision names the version that was read, and leads to the next application that waits, so that the queue is
//! worked off without going back to the list.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::super::types::{CurrentValues, Decision, Registration, RegistrationStatus};
use super::super::{Registrations, rules};
use crate::appointments::AppointmentStatus;
use crate::db::Id;
use crate::directory::language_names;
use crate::error::{Error, ProblemCode};
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::CanDecideRegistrations;
use crate::web::{
    Choice, Desk, Facts, Field, FormState, ListPage, Listing, Notice, Page, PageResult, Posted, Shown, Table,
};

/// One application.
#[derive(Template)]
#[template(path = "registrations/application.html")]
struct ApplicationPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    name: String,
    facts: Facts,
    values: Table,
    links: Vec<Shown>,
    reason: Field,
    may_decide: bool,
}

/// Which applications are listed.
#[derive(Deserialize)]
pub(super) struct QueueQuery {
    /// Where they stand; those that wait, where it is left out.
    #[serde(default)]
    status: String,
    cursor: Option<String>,
}

/// A decision, as the page sends it.
#[derive(Deserialize)]
pub(super) struct DecisionForm {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: String,
}

impl DecisionForm {
    /// The decision, with the version that was read.
    ///
    /// # Errors
    /// 422 for the reason, 400 for what is no decision.
    fn into_decision(self) -> Result<Decision, Error> {
        let version = Some(self.version);
        match self.decision.as_str() {
            "approve" => Ok(Decision { reason: None, version }),
            "reject" => Ok(Decision { reason: Some(rules::reason(&self.reason)?), version }),
            _ => Err(Error::bad_request(ProblemCode::BadRequest)),
        }
    }
}

/// The queue, the oldest application first.
pub(super) async fn list(
    _: CanDecideRegistrations,
    page: Page,
    registrations: web::Data<Registrations>,
    request: HttpRequest,
    query: Query<QueueQuery>,
) -> PageResult {
    let Query(QueueQuery { status, cursor }) = query;
    let asked = PageRequest::of(&request, None, cursor.as_deref())?;
    let status = RegistrationStatus::parse(&status).unwrap_or(RegistrationStatus::Pending);
    let rows = registrations.list(vec![status], asked.after_id()?, asked.rows()).await?;
    let list = asked.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?;
    let columns = ["name", "organisation", "role", "state", "received", "waits"];
    let mut table = Table::new(&page, "page-applications", &columns);
    for row in &list.data {
        table.push(vec![
            Shown::name(&row.name).leading_to(format!("/applications/{}", row.id)),
            page.shown_organisation(&row.organisation),
            Shown::text(page.words("role", row.role.as_str())),
            Shown::text(state(&page, row)),
            Shown::day(&page, row.created_at),
            Shown::age(&page, row.created_at),
        ]);
    }
    let choice = |status: &RegistrationStatus| Choice {
        value: status.as_str().to_owned(),
        label: page.words("application-status", status.as_str()),
    };
    let filter = Field::select("status", RegistrationStatus::ALL.iter().map(choice).collect());
    ListPage::new(&page, page.text("page-applications"), table)
        .with_filters(FormState::default().with("status", status), vec![filter])
        .with_listing(Listing::of(&page, &list.page))
        .show()
}

/// One application.
pub(super) async fn one(desk: Desk<CanDecideRegistrations, Registrations>) -> PageResult {
    show(&desk, FormState::default()).await
}

/// Approves or rejects an application, and leads to the next one.
pub(super) async fn decide(
    desk: Desk<CanDecideRegistrations, Registrations>,
    posted: Posted<DecisionForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let (registrations, id) = (&desk.service, desk.place);
    let decided = async {
        registrations.check_decision(desk.person.user_id, id).await?;
        let decision = input?.into_decision()?;
        let decided = registrations.decide(desk.person.0.clone(), desk.trace(), id, decision).await?;
        Ok::<_, Error>((decided, registrations.next(id).await?))
    };
    let decided = Box::pin(decided).await;
    let way = |(decided, next): (Registration, Option<Id>)| {
        let address = next.map_or_else(|| "/applications".to_owned(), |next| format!("/applications/{next}"));
        (address, Notice::new(&format!("application-{}", decided.status)).with("name", &decided.name))
    };
    desk.lead_on(form, decided, way, show).await
}

async fn show(desk: &Desk<CanDecideRegistrations, Registrations>, form: FormState) -> PageResult {
    let Desk { person: officer, page, service: registrations, place: id, .. } = desk;
    let (id, officer) = (*id, officer.user_id);
    let (application, appointment) = registrations.get(id).await?;
    let may_decide = rules::may_decide(application.status, application.user_id, officer).is_ok();
    let mut links = Vec::new();
    let mut letter = String::new();
    if let Some(appointment) = appointment {
        let has_letter = application.current.as_ref().is_some_and(|current| current.letter_sha256.is_some());
        if has_letter {
            letter = format!("/appointments/{appointment}/letter");
            links.push(Shown::text(page.text("link-letter")).leading_to(&letter));
        }
        links.push(Shown::text(page.text("link-appointment")).leading_to(format!("/appointments/{appointment}")));
    }
    if let Some(next) = registrations.next(id).await? {
        links.push(Shown::text(page.text("link-next-application")).leading_to(format!("/applications/{next}")));
    }
    let form = form.set("version", application.version.as_deref().unwrap_or_default());
    let content = ApplicationPage {
        page,
        form: &form,
        name: application.name.clone(),
        facts: facts(page, &application),
        values: values(page, &application, &letter),
        links,
        reason: Field::area("reason").hinted(page.text("application-reject.hint")),
        may_decide,
    };
    page.show_form(&form, &content)
}

/// Where an application stands. One that was returned to its applicant waits for that person.
fn state(page: &Page, application: &Registration) -> String {
    match application.appointment_status {
        Some(status @ AppointmentStatus::Incomplete) => page.words("status", status.as_str()),
        _ => page.words("application-status", application.status.as_str()),
    }
}

/// What is known of an application beside the values that are decided on.
fn facts(page: &Page, application: &Registration) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    let moment = |at| Shown::moment(page, at);
    Facts::default()
        .with(label("state"), Shown::text(state(page, application)))
        .with(label("organisation"), page.shown_organisation(&application.organisation))
        .with(label("role"), Shown::text(page.words("role", application.role.as_str())))
        .with(label("language"), Shown::text(page.words("language", application.preferred_language.as_str())))
        .with(label("received"), moment(application.created_at))
        .with_some(label("verified"), application.verified_at.map(moment))
        .with_some(label("decided"), application.decided_at.map(moment))
        .with_some(label("reason"), application.reason.as_deref().map(Shown::text))
}

/// Each value as it was sent, and as an approval puts it in force. `letter` is where the letter of nomination is.
fn values(page: &Page, application: &Registration, letter: &str) -> Table {
    let mut table = Table::new(page, "application-values", &["field", "as-sent", "in-force"]);
    let current = application.current.as_ref();
    let now = |value: fn(&CurrentValues) -> Option<&str>| current.and_then(value).map(str::to_owned);
    let languages = |codes: &[String]| {
        // Without their names the codes are good, too.
        language_names(codes, page.language()).unwrap_or_else(|_unread| codes.to_vec()).join(", ")
    };
    let technologies = |codes: &[String]| {
        let names: Vec<&str> = codes.iter().map(|code| page.technology(code)).collect();
        names.join(", ")
    };
    let rows = [
        ("name", Some(application.name.clone()), current.map(|values| values.name.clone())),
        ("email", Some(application.email.clone()), current.map(|values| values.email.clone())),
        ("job-title", application.job_title.clone(), now(|values| values.job_title.as_deref())),
        ("phone", application.phone.clone(), now(|values| values.phone.as_deref())),
        ("languages", Some(languages(&application.languages)), current.map(|values| languages(&values.languages))),
        ("technologies", None, current.map(|values| technologies(&values.technologies))),
        ("official", application.nominating_official.clone(), now(|values| values.nominating_official.as_deref())),
        ("reference", application.nomination_reference.clone(), now(|values| values.nomination_reference.as_deref())),
        ("dated", None, now(|values| values.nomination_date.as_deref())),
        ("letter", None, now(|values| values.letter_sha256.as_deref())),
    ];
    for (name, sent, in_force) in rows {
        let shown = |value: Option<String>| match name {
            "email" | "phone" | "letter" => Shown::code(value.unwrap_or_default()),
            _ => Shown::name(value.unwrap_or_default()),
        };
        let mut in_force = shown(in_force);
        if name == "letter" && !in_force.text.is_empty() {
            in_force = in_force.leading_to(letter);
        }
        let sent = shown(sent);
        // A card of a narrow page would have its heading alone.
        if !sent.text.is_empty() || !in_force.text.is_empty() {
            table.push(vec![Shown::text(page.text(&format!("th-{name}"))), sent, in_force]);
        }
    }
    table
}
