//! The ledger of deadlines, and a new entry, which is made to the round that its form showed: every entry changes it.

use std::sync::Arc;

use actix_web::web;
use serde::Deserialize;

use super::super::{DeadlineEntry, GivenDeadline, GivenScope, Round, RoundState, Rounds};
use super::moments::{self, Edge};
use super::{address, calendar_file, facts, manages, name, region};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::http::{IfMatch, etag};
use crate::identity::guards::{CanManageSurveys, CanReadSurveys};
use crate::members::Region;
use crate::time::Zone;
use crate::web::{Choice, Desk, Field, FormPage, FormState, ListPage, Notice, Page, PageResult, Posted, Shown, Table};

type Office = Desk<CanManageSurveys, Rounds>;

/// The ledger, as far as it concerns the viewer.
pub(super) async fn show(
    viewer: CanReadSurveys,
    page: Page,
    rounds: web::Data<Rounds>,
    id: web::Path<Id>,
) -> PageResult {
    let round = rounds.get(Arc::clone(&viewer.0), *id).await?;
    let entries = rounds.deadlines(viewer.0, *id).await?;
    let new = Shown::text(page.text("link-deadline-new")).leading_to(format!("{}/deadlines/new", address(*id)));
    let file = Shown::text(page.text("link-deadline-file")).leading_to(calendar_file(*id, None));
    let back = Shown::text(page.text("link-back-to-round")).leading_to(address(*id));
    let is_manager = manages(&page);
    let mut content =
        ListPage::new(&page, page.say("page-deadlines", "name", name(&page, &round)), table(&page, &entries))
            .saying(page.text("page-deadlines.body"))
            .with_links(if is_manager { vec![file, back] } else { vec![back] });
    if is_manager && matches!(round.state, RoundState::Open | RoundState::Closed) {
        let mut buttons = vec![new];
        // Nobody is told of a deadline that has moved.
        if round.state == RoundState::Open {
            let remind = Shown::text(page.text("link-reminders"));
            buttons.push(remind.leading_to(format!("{}/reminders", address(*id))));
        }
        content = content.with_buttons(buttons);
    }
    content.show()
}

/// The entries as a table, the newest first.
fn table(page: &Page, entries: &[DeadlineEntry]) -> Table {
    let mut table = Table::new(page, "page-deadlines", &["number", "for-whom", "deadline", "reason", "when"]);
    for entry in entries.iter().rev() {
        let whom = match &entry.scope {
            GivenScope::All => Shown::text(page.text("scope-all")),
            GivenScope::Region(of) => Shown::text(region(page, Some(*of))),
            GivenScope::Organisation(code) => page.shown_organisation(code),
        };
        table.push(vec![
            Shown::code(entry.number),
            whom,
            moments::deadline_in_row(page, &entry.deadline),
            Shown::name(entry.reason.as_deref().unwrap_or_default()),
            Shown::moment(page, entry.made_at),
        ]);
    }
    table
}

/// What the form of a new entry sends.
#[derive(Deserialize)]
pub(super) struct DeadlineForm {
    /// `all`, `region`, `organisation`.
    #[serde(default)]
    scope: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    closes_at: String,
    #[serde(default)]
    closes_at_time: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: String,
}

impl DeadlineForm {
    /// # Errors
    /// 422 for each field that is not as it should be.
    fn into_given(self, zone: &Zone) -> Result<GivenDeadline, Error> {
        let mut faults = FieldErrors::new();
        let scope = match self.scope.as_str() {
            "all" => Ok(GivenScope::All),
            "region" => Region::parse(&self.region).map(GivenScope::Region).ok_or("/region"),
            "organisation" if !self.place.is_empty() => Ok(GivenScope::Organisation(self.place)),
            "organisation" => Err("/place"),
            _ => Err("/scope"),
        };
        let scope = scope.map_err(|pointer| faults.add(FieldError::new(pointer, FieldCode::Missing))).ok();
        let time = (self.closes_at.as_str(), self.closes_at_time.as_str());
        let closes_at = moments::read(&mut faults, "closes_at", time, zone, Edge::End);
        let given = scope.zip(closes_at);
        let (scope, closes_at) = faults.finish_with(given)?;
        Ok(GivenDeadline { scope, closes_at, reason: self.reason })
    }
}

/// The form of a new entry.
pub(super) async fn ask(office: Office) -> PageResult {
    let form = office.keyed().with("scope", "all");
    show_form(&office, form).await
}

/// Adds it.
pub(super) async fn add(office: Office, posted: Posted<DeadlineForm>) -> PageResult {
    let Posted { input, form } = posted;
    let ticket = office.ticket(&form);
    let (officer, id) = (Arc::clone(&office.person.0), office.place);
    let added = async {
        let round = office.service.get(Arc::clone(&officer), id).await?;
        let input = input?;
        let seen = Some(IfMatch::of_version(&input.version));
        let given = input.into_given(&Zone::stored(Some(&round.zone)))?;
        office.service.add_deadline(officer, office.trace(), ticket, id, given, seen).await
    };
    let added = Box::pin(added).await;
    let way = |_| (format!("{}/deadlines", address(id)), Notice::new("deadline-added"));
    office.lead_on(form, added, way, show_form).await
}

async fn show_form(office: &Office, mut form: FormState) -> PageResult {
    let page = &office.page;
    let round = office.service.get(Arc::clone(&office.person.0), office.place).await?;
    for (of, field) in [("scope-region", "region"), ("scope-organisation", "place")] {
        form.errors.iter_mut().filter(|fault| fault.field == of).for_each(|fault| field.clone_into(&mut fault.field));
    }
    let is_late = form.is_late();
    if is_late || form.value("version").is_empty() {
        form = form.set("version", etag::version_of(&round.stamp())?);
    }
    let frame = office.service.frame(Arc::clone(&office.person.0), office.place).await?;
    let organisations =
        frame.data.iter().map(|row| Choice::new(&row.organisation, page.organisation(&row.organisation)));
    let mut organisations: Vec<Choice> = organisations.collect();
    organisations.sort_by_cached_key(|choice| crate::text::sort_key(&choice.label));
    let mut content = FormPage::new(page, &form, "deadline-new", &name(page, &round))
        .about(facts(page, &round))
        .with_fields(fields(page, &round, organisations))
        .back_to(format!("{}/deadlines", address(round.id)), page.text("link-back-to-deadlines"));
    if is_late {
        content = content.saying(page.text("round-changed-since"));
    }
    match round.state {
        RoundState::Open | RoundState::Closed => content.show(),
        RoundState::Draft | RoundState::Cancelled => {
            content.leading_instead(page.text(&format!("round-is-{}", round.state)), Shown::default()).show()
        }
    }
}

fn fields(page: &Page, round: &Round, organisations: Vec<Choice>) -> Vec<Field> {
    let none = |key: &str| std::iter::once(Choice::new("", page.text(key)));
    let scopes =
        ["all", "region", "organisation"].map(|scope| Choice::new(scope, page.text(&format!("scope-{scope}"))));
    let of_region = |of: &Region| Choice::new(of.as_str(), page.words("region", of.as_str()));
    vec![
        Field::radios("scope", scopes.into()),
        Field::select("region", none("scope-no-region").chain(Region::ALL.iter().map(of_region)).collect()),
        Field::select("place", none("scope-no-place").chain(organisations).collect()),
        Field::line("closes_at", "date"),
        Field::line("closes_at_time", "time").hinted(page.say("round-time-hint.end", "of_round", &round.zone)),
        Field::area("reason").hinted(page.text("deadline-new.reason")),
    ]
}
