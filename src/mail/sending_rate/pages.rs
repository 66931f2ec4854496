//! The page of the sending rate, for officers who manage announcements: mails a minute in all, and less for some
//! domains.
//!
//! The fields of a domain are three lists in step: `domain`, `per_minute_of`, `connections_of`. An empty row is none.
//! A few empty rows wait for more domains; so the page needs no script.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::types::{DomainPace, PaceSettings};
use super::{MAX_CONNECTIONS, MAX_RATE, PaceControl};
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::http::{IfMatch, etag};
use crate::identity::guards::CanManageAnnouncements;
use crate::web::{Desk, FormState, Notice, Page, PageResult, Pages, Posted};

/// Empty rows for more domains.
const SPARE_ROWS: usize = 3;

/// The routes of this page.
#[must_use]
pub fn routes() -> Pages {
    Pages::new().form("/sending-rate", show, set)
}

#[derive(Template)]
#[template(path = "mail/sending_rate.html")]
struct RatePage<'a> {
    page: &'a Page,
    form: &'a FormState,
    /// The version that the form was made from.
    version: String,
    /// The fields of each domain.
    rows: Vec<[Cell; 3]>,
    /// The settings that another person stored while the form was open.
    now: Option<Current>,
}

/// Settings as they are stored, each with the word for no limit where there is none.
struct Current {
    per_minute: String,
    domains: Vec<(String, String, String)>,
}

/// A field of a domain, as it was typed. Its label is that of the form.
struct Cell {
    id: String,
    name: &'static str,
    /// The head of its column.
    column: String,
    value: String,
}

/// The settings as the form sends them.
#[derive(Clone, Deserialize)]
struct RateForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    per_minute: String,
    #[serde(default)]
    domain: Vec<String>,
    #[serde(default)]
    per_minute_of: Vec<String>,
    #[serde(default)]
    connections_of: Vec<String>,
}

impl RateForm {
    /// The form of stored settings.
    fn of(settings: &PaceSettings) -> Result<Self, Error> {
        let shown = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        Ok(Self {
            version: etag::of(settings)?.to_string(),
            per_minute: shown(settings.per_minute),
            domain: settings.domains.iter().map(|each| each.domain.clone()).collect(),
            per_minute_of: settings.domains.iter().map(|each| shown(each.per_minute)).collect(),
            connections_of: settings.domains.iter().map(|each| shown(each.connections)).collect(),
        })
    }

    /// The rows that have a domain or a number.
    fn filled(&self) -> Vec<[String; 3]> {
        let row = |index: usize| {
            [&self.domain, &self.per_minute_of, &self.connections_of]
                .map(|cells| cells.get(index).map(|cell| cell.trim().to_owned()).unwrap_or_default())
        };
        let rows = (0..self.domain.len()).map(row);
        rows.filter(|row| row.iter().any(|cell| !cell.is_empty())).collect()
    }

    /// The settings.
    ///
    /// # Errors
    /// 422 where a number is none.
    fn into_request(self) -> Result<PaceSettings, Error> {
        let mut faults = FieldErrors::new();
        let per_minute = number(&mut faults, "/per_minute", &self.per_minute, MAX_RATE);
        let mut domains = Vec::new();
        for (index, [domain, rate, connections]) in self.filled().into_iter().enumerate() {
            let at = |name: &str| format!("/domains/{index}/{name}");
            let per_minute = number(&mut faults, &at("per_minute"), &rate, MAX_RATE);
            let connections = number(&mut faults, &at("connections"), &connections, MAX_CONNECTIONS);
            domains.push(DomainPace { domain, per_minute, connections });
        }
        faults.finish_with(Some(PaceSettings { per_minute, domains }))
    }
}

/// A number in a field; none where the field is empty.
fn number(faults: &mut FieldErrors, pointer: &str, text: &str, max: u32) -> Option<u32> {
    let no_number = |_no_number| FieldError::new("", FieldCode::OutOfRange).with("min", 1).with("max", max);
    let text = text.trim();
    if text.is_empty() { None } else { faults.take(pointer, text.parse::<u32>().map_err(no_number)) }
}

/// The sending rate as it is set.
async fn show(_: CanManageAnnouncements, page: Page, control: web::Data<PaceControl>) -> PageResult {
    let input = RateForm::of(&control.settings().await?)?;
    let form = FormState::default().with("per_minute", &input.per_minute);
    show_form(&page, form, &input, None)
}

/// Sets the sending rate. Where another person set it meanwhile, it shows both.
async fn set(desk: Desk<CanManageAnnouncements, PaceControl, ()>, posted: Posted<RateForm>) -> PageResult {
    let Posted { input, form } = posted;
    let input = input?;
    let set = async {
        let (seen, given) = (IfMatch::of_version(&input.version), input.clone().into_request()?);
        desk.service.set(desk.person.user_id, desk.trace(), given, seen).await
    };
    let set = set.await;
    let way = |_| ("/sending-rate".to_owned(), Notice::new("sending-rate-set"));
    desk.lead_on(form, set, way, async |desk, form| show_again(desk, form, input).await).await
}

async fn show_again(
    desk: &Desk<CanManageAnnouncements, PaceControl, ()>,
    form: FormState,
    mut input: RateForm,
) -> PageResult {
    let mut now = None;
    if form.is_late() {
        let stored = desk.service.settings().await?;
        input.version = etag::of(&stored)?.to_string();
        now = Some(stored);
    }
    show_form(&desk.page, form, &input, now.as_ref())
}

fn show_form(page: &Page, form: FormState, input: &RateForm, now: Option<&PaceSettings>) -> PageResult {
    let mut rows = input.filled();
    rows.extend(std::iter::repeat_n(<[String; 3]>::default(), SPARE_ROWS));
    let form = (0..rows.len()).fold(form, |form, index| labelled(page, form, index));
    let rows = rows.into_iter().enumerate().map(|(index, row)| cells(page, index, row)).collect();
    let (version, now) = (input.version.clone(), now.map(|now| current(page, now)));
    page.show_form(&form, &RatePage { page, form: &form, version, rows, now })
}

/// The fields of a domain: the last part of the pointer of its errors, its name, and the text of its column.
const CELLS: [(&str, &str, &str); 3] = [
    ("domain", "domain", "rate-domain"),
    ("per_minute", "per_minute_of", "rate-per-minute"),
    ("connections", "connections_of", "rate-connections"),
];

/// The id of a field, which is the pointer of its errors.
fn id_of(index: usize, part: &str) -> String {
    format!("domains-{index}-{part}")
}

/// The form with the labels of the fields of the domain in this row.
fn labelled(page: &Page, form: FormState, index: usize) -> FormState {
    CELLS.iter().fold(form, |form, (part, _, text)| {
        form.labelled(id_of(index, part), page.say(&format!("{text}-number"), "number", index + 1))
    })
}

/// The fields of the domain in this row.
fn cells(page: &Page, index: usize, values: [String; 3]) -> [Cell; 3] {
    let [domain, rate, connections] = CELLS;
    let [of_domain, of_rate, of_connections] = values;
    [(domain, of_domain), (rate, of_rate), (connections, of_connections)].map(|((part, name, text), value)| Cell {
        id: id_of(index, part),
        name,
        column: page.text(text),
        value,
    })
}

fn current(page: &Page, settings: &PaceSettings) -> Current {
    let shown = |number: Option<u32>| number.map_or_else(|| page.text("rate-unlimited"), |number| number.to_string());
    let domain = |each: &DomainPace| (each.domain.clone(), shown(each.per_minute), shown(each.connections));
    Current { per_minute: shown(settings.per_minute), domains: settings.domains.iter().map(domain).collect() }
}
