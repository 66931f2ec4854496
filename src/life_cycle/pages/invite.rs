//! Invitations: a new one, and another link for one that is open. A new one carries a key: sent twice, it is one
//! invitation. It may be that of a successor, who takes over an appointment when it is accepted (`replaces`).

use serde::Deserialize;

use super::super::invitations::Invite;
use super::super::{AppointmentView, LifeCycle};
use super::{address, end_of, facts, filled};
use crate::appointments::Role;
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, OrInternal as _, ProblemCode};
use crate::http::Query;
use crate::i18n::Language;
use crate::identity::guards::CanManageAppointments;
use crate::policy::Principal;
use crate::web::{Choice, Desk, Field, FormPage, FormState, Notice, Page, PageResult, Posted};

/// What the page of a new invitation sends.
#[derive(Deserialize)]
pub(super) struct InviteForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    job_title: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    valid_to: String,
    #[serde(default)]
    nominating_official: String,
    #[serde(default)]
    nomination_reference: String,
    #[serde(default)]
    nomination_date: String,
    #[serde(default)]
    replaces: String,
}

/// What the form begins with.
#[derive(Deserialize)]
pub(super) struct InviteQuery {
    /// The appointment for which a successor is invited; empty for an invitation of its own.
    #[serde(default)]
    replaces: String,
    /// The organisation for which somebody is invited; empty where it is still to be chosen.
    #[serde(default)]
    organisation: String,
}

/// The fields that can be seen.
const FIELDS: [&str; 11] = [
    "name",
    "email",
    "organisation",
    "role",
    "job_title",
    "phone",
    "language",
    "valid_to",
    "nominating_official",
    "nomination_reference",
    "nomination_date",
];

impl InviteForm {
    /// The request of the service.
    ///
    /// # Errors
    /// 422 for a role that is none, or an end that is no day.
    fn into_request(self) -> Result<Invite, Error> {
        let fault = |pointer: &str, code| Error::invalid(vec![FieldError::new(pointer, code)]);
        let role = Role::parse(&self.role).ok_or_else(|| fault("/role", FieldCode::Missing))?;
        let valid_to = match filled(self.valid_to) {
            Some(day) => Some(end_of(&day).ok_or_else(|| fault("/valid_to", FieldCode::BadDate))?),
            None => None,
        };
        let unknown = |_| fault("/replaces", FieldCode::UnknownAppointment);
        Ok(Invite {
            email: self.email,
            name: self.name,
            organisation: self.organisation.trim().to_owned(),
            role,
            job_title: filled(self.job_title),
            phone: filled(self.phone),
            languages: None,
            language: Language::parse(&self.language),
            valid_to,
            replaces: filled(self.replaces).map(|id| id.parse::<Id>().map_err(unknown)).transpose()?,
            nominating_official: filled(self.nominating_official),
            nomination_reference: filled(self.nomination_reference),
            nomination_date: filled(self.nomination_date),
        })
    }
}

/// A new appointment, as far as a page needs it.
#[derive(Deserialize)]
pub(super) struct Invited {
    pub(super) id: Id,
}

/// What the pages of a new invitation work with.
type Office = Desk<CanManageAppointments, LifeCycle, ()>;

/// The page of a new invitation.
pub(super) async fn ask(desk: Office, query: Query<InviteQuery>) -> PageResult {
    let InviteQuery { replaces, organisation: asked } = query.0;
    let form = desk.keyed().with("replaces", replaces);
    let form = if let Some(view) = predecessor(&desk, &form).await? {
        form.with("organisation", view.organisation).with("role", view.role)
    } else {
        let role = if desk.page.is_agency(&asked) { Role::Partner } else { Role::Ncp };
        let own = || coordinated(&desk.person).into_iter().next().unwrap_or_default();
        let organisation = Some(asked).filter(|code| !code.is_empty()).unwrap_or_else(own);
        form.with("organisation", organisation).with("role", role)
    };
    show(&desk, form).await
}

/// The appointment that a successor takes over; none for an invitation of its own.
async fn predecessor(desk: &Office, form: &FormState) -> Result<Option<AppointmentView>, Error> {
    match form.value("replaces").parse::<Id>() {
        Ok(id) => desk.service.get(desk.person.0.clone(), id).await.map(Some),
        Err(_) => Ok(None),
    }
}

/// Invites, and leads to the appointment of the invitation.
pub(super) async fn invite(desk: Office, posted: Posted<InviteForm>) -> PageResult {
    let Posted { input, form } = posted;
    let (ticket, name) = (desk.ticket(&form), form.value("name").to_owned());
    let invited = async {
        let request = input?.into_request()?;
        let answer = desk.service.invite(desk.person.0.clone(), desk.trace(), ticket, request).await?;
        serde_json::from_str::<Invited>(&answer.body).or_internal()
    };
    let invited = Box::pin(invited).await;
    let way = |invited: Invited| (address(invited.id), Notice::new("invited").with("name", name));
    desk.lead_on(form, invited, way, show).await
}

async fn show(desk: &Office, form: FormState) -> PageResult {
    let page = &desk.page;
    // A partner agency can be chosen too, which is no Member.
    let form = form.with_errors_among(&FIELDS).labelled("organisation", page.text("th-organisation"));
    let content = match predecessor(desk, &form).await? {
        Some(view) => FormPage::new(page, &form, "successor-invite", &view.person.name).about(facts(page, &view)),
        None => FormPage::new(page, &form, "people-invite", ""),
    };
    let content = if form.is_refused_for(ProblemCode::AlreadyInvited) {
        content.with_link("/people?status=invited", page.text("link-invitations"))
    } else {
        content
    };
    content
        .with_hidden("replaces")
        .with_fields(fields(page, &desk.person))
        .back_to("/people", page.text("link-people"))
        .show()
}

/// The fields of an invitation.
fn fields(page: &Page, officer: &Principal) -> Vec<Field> {
    let role = |role: &Role| Choice { value: role.as_str().to_owned(), label: page.words("role", role.as_str()) };
    let language = |language: &Language| Choice {
        value: language.as_str().to_owned(),
        label: page.language_choice(language.as_str()),
    };
    let either = Choice { value: String::new(), label: page.text("people-invite.both") };
    let languages = std::iter::once(either).chain(Language::ALL.iter().map(language)).collect();
    // Nobody is invited to the Secretariat: its people are appointed.
    let organisation = organisation_field(page, officer, page.member_choices());
    // Coordinators invite to their own organisations, which are no agencies.
    let is_offered = |role: &&Role| officer.is_secretariat() || **role != Role::Partner;
    let line = |name: &'static str, kind: &'static str| Field::line(name, kind);
    let optional = |name: &'static str, kind: &'static str| line(name, kind).hinted(page.text("account-optional"));
    vec![
        line("name", "text"),
        line("email", "email"),
        organisation,
        Field::select("role", Role::INVITED_TO.iter().filter(is_offered).map(role).collect()),
        optional("job_title", "text"),
        optional("phone", "tel"),
        Field::select("language", languages),
        line("valid_to", "date").hinted(page.text("appointment-mandate.hint")),
        optional("nominating_official", "text"),
        optional("nomination_reference", "text"),
        optional("nomination_date", "date"),
    ]
}

/// The field of an organisation: for the Secretariat one of `offered`, partner agencies last; the own ones for a
/// coordinator.
pub(super) fn organisation_field(page: &Page, officer: &Principal, offered: Vec<Choice>) -> Field {
    if officer.is_secretariat() {
        let mut choices = vec![Choice::new("", page.text("apply-choose-member"))];
        choices.extend(offered);
        choices.extend(page.agency_choices());
        return Field::select("organisation", choices);
    }
    let own = coordinated(officer).into_iter().map(|code| Choice::new(&code, page.organisation(&code)));
    Field::select("organisation", own.collect())
}

/// The codes of the organisations that an officer coordinates.
fn coordinated(officer: &Principal) -> Vec<String> {
    let own = officer.active().filter(|held| held.role == Role::Coordinator);
    own.map(|held| held.organisation.clone()).collect()
}

/// The page of another link for an open invitation.
pub(super) async fn ask_resend(desk: Desk<CanManageAppointments, LifeCycle>) -> PageResult {
    show_resend(&desk, FormState::default()).await
}

/// Mails another link.
pub(super) async fn resend(desk: Desk<CanManageAppointments, LifeCycle>) -> PageResult {
    let invited = desk.service.invite_again(desk.person.0.clone(), desk.trace(), desk.place).await;
    let way = |view: AppointmentView| (address(view.id), Notice::new("invited-again").with("name", view.person.name));
    desk.lead_on(FormState::default(), invited, way, show_resend).await
}

async fn show_resend(desk: &Desk<CanManageAppointments, LifeCycle>, form: FormState) -> PageResult {
    let view = desk.service.get(desk.person.0.clone(), desk.place).await?;
    FormPage::new(&desk.page, &form, "invitation-resend", &view.person.name)
        .about(facts(&desk.page, &view))
        .back_to(address(view.id), desk.page.text("link-back-to-appointment"))
        .show()
}
