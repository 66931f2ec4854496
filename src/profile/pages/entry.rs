//! The entry of a person in the directory: as the person sees it, through the eyes of others, and its yearly
//! confirmation.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::super::Profiles;
use super::super::types::Me;
use crate::adoption::Adoptions;
use crate::appointments::{AppointmentStatus, Event, Role};
use crate::db::Id;
use crate::directory::language_names;
use crate::error::Error;
use crate::http::{Query, etag};
use crate::i18n::Language;
use crate::identity::guards::CurrentUser;
use crate::life_cycle::{AppointmentView, Deed, LifeCycle};
use crate::policy::{self, FieldAudience};
use crate::time::Timestamp;
use crate::web::{Desk, Notice, Page, PageResult, Posted};

/// Whose eyes the entry can be seen through, beside the own: the nearest first.
const READERS: [FieldAudience; 3] = [FieldAudience::Organisation, FieldAudience::Region, FieldAudience::Members];

#[derive(Template)]
#[template(path = "account/entry.html")]
struct EntryPage<'a> {
    page: &'a Page,
    name: &'a str,
    version: String,
    /// Whether the Secretariat alone sees it.
    is_of_agency: bool,
    /// Through whose eyes; none for the own.
    reader: Option<FieldAudience>,
    fields: Vec<Field>,
    appointments: Vec<Listing>,
}

/// A field of the entry.
struct Field {
    label: String,
    /// Empty where the person gave none.
    value: String,
    /// Whether it is a telephone number or an address.
    is_code: bool,
    /// Who sees it.
    audience: &'static str,
    is_shown: bool,
}

/// An appointment by which the person is listed.
struct Listing {
    id: Id,
    role: Role,
    organisation: String,
    status: AppointmentStatus,
    confirmed_at: Option<Timestamp>,
    confirm_by: Option<Timestamp>,
}

impl EntryPage<'_> {
    /// What it is called.
    fn title(&self) -> String {
        self.page.text(if self.is_of_agency { "entry-of-agency" } else { "page-entry" })
    }

    /// Who sees a field, after what that is.
    fn seen_by(&self, audience: &str) -> String {
        self.page.say("entry-seen-by", "audience", audience)
    }

    /// The readers through whose eyes the entry can be seen: code, words, and whether it is seen so now.
    fn readers(&self) -> Vec<(&'static str, String, bool)> {
        let reader = |reader: FieldAudience| {
            let words = self.page.words("account-reader", reader.as_str());
            (reader.as_str(), words, self.reader == Some(reader))
        };
        READERS.into_iter().map(reader).collect()
    }
}

/// Through whose eyes.
#[derive(Deserialize)]
pub(super) struct Eyes {
    #[serde(default)]
    r#as: String,
}

#[derive(Deserialize)]
pub(super) struct Confirmation {
    appointment: Id,
    /// That of the entry which was read.
    #[serde(default)]
    version: String,
}

/// Shows the entry, and what is to be confirmed.
pub(super) async fn show(
    user: CurrentUser,
    page: Page,
    profiles: web::Data<Profiles>,
    life_cycle: web::Data<LifeCycle>,
    adoptions: web::Data<Adoptions>,
    query: Query<Eyes>,
) -> PageResult {
    let is_of_agency = policy::is_partner_alone(&user);
    let reader = FieldAudience::parse(&query.0.r#as).filter(|reader| !is_of_agency && READERS.contains(reader));
    let me = profiles.get(user.user_id).await?;
    let listed = |view: AppointmentView| {
        let organisation = page.organisation(&view.organisation).to_owned();
        view.possible.contains(&Deed::Confirm).then_some(Listing {
            id: view.id,
            role: view.role,
            organisation,
            status: view.status,
            confirmed_at: view.confirmed_at,
            confirm_by: view.confirm_by,
        })
    };
    let appointments = life_cycle.own(user.0.clone()).await?.into_iter().filter_map(listed).collect();
    let technologies = technologies(&user, &page, &adoptions).await?;
    let fields = fields(&page, &me, reader, &technologies)?;
    let version = version(&me)?;
    page.show(&EntryPage { page: &page, name: &me.name, version, is_of_agency, reader, fields, appointments })
}

/// The version of an entry: an officer may have corrected it since it was read.
fn version(me: &Me) -> Result<String, Error> {
    etag::version_of(&(&me.name, &me.email, &me.contact))
}

/// The names of technologies by their codes.
async fn technologies(
    user: &CurrentUser,
    page: &Page,
    adoptions: &Adoptions,
) -> Result<HashMap<String, String>, Error> {
    let is_french = page.language() == Language::Fr;
    let known = adoptions.technologies(user.0.clone(), false).await?.data.into_iter().map(|entry| entry.technology);
    Ok(known.map(|one| (one.code, if is_french { one.name_fr } else { one.name_en })).collect())
}

/// The fields of the entry whose audience the person chooses, in the eyes of `reader`.
fn fields(
    page: &Page,
    me: &Me,
    reader: Option<FieldAudience>,
    technologies: &HashMap<String, String>,
) -> Result<Vec<Field>, Error> {
    let Some(own) = &me.contact else { return Ok(Vec::new()) };
    let field = |name: &str, value: String, audience: FieldAudience| Field {
        label: page.label(name),
        value,
        is_code: ["email", "phone"].contains(&name),
        audience: audience.as_str(),
        is_shown: reader.is_none_or(|reader| audience.is_seen_by(reader)),
    };
    let languages = language_names(&own.languages.0, page.language())?.join(", ");
    let known: Vec<&str> =
        own.technologies.0.iter().map(|code| technologies.get(code).unwrap_or(code).as_str()).collect();
    Ok(vec![
        field("job_title", own.job_title.clone().unwrap_or_default(), own.job_title_audience),
        field("email", me.email.clone(), own.email_audience),
        field("phone", own.phone.clone().unwrap_or_default(), own.phone_audience),
        field("languages", languages, own.languages_audience),
        field("technologies", known.join(", "), own.technologies_audience),
    ])
}

/// Confirms the entry of an appointment.
pub(super) async fn confirm(
    desk: Desk<CurrentUser, LifeCycle, ()>,
    profiles: web::Data<Profiles>,
    posted: Posted<Confirmation>,
) -> PageResult {
    let Confirmation { appointment, version: seen } = posted.input?;
    let (person, service) = (&desk.person.0, &desk.service);
    service.check_act(Arc::clone(person), appointment, Event::Confirm).await?;
    if seen != version(&profiles.get(person.user_id).await?)? {
        return Err(Error::changed_meanwhile());
    }
    service.act(Arc::clone(person), desk.trace(), appointment, Event::Confirm, None, None).await?;
    desk.page.lead_on("/account/entry", Notice::new("entry-confirmed"))
}
