//! Requests for more time: the list, a request of a coordinator, and the pages on which the Secretariat decides.

use std::sync::Arc;

use actix_web::web;
use serde::Deserialize;

use super::super::{ExtensionRequest, GivenDecision, GivenExtension, RequestState, Round, RoundState, Rounds};
use super::moments::{self, Edge};
use super::{address, facts, manages, may_ask, name};
use crate::db::Id;
use crate::error::{Error, FieldErrors};
use crate::identity::guards::{CanManageSurveys, CanReadSurveys};
use crate::time::Zone;
use crate::web::{
    Choice, Desk, Facts, Field, FormPage, FormState, ListPage, Notice, Page, PageResult, Posted, Shown, Table,
    UnreadForm,
};

/// A round and a request.
type Office = Desk<CanManageSurveys, Rounds, (Id, Id)>;
type Reader = Desk<CanReadSurveys, Rounds>;

/// The page of the requests of a round.
fn list_address(round: Id) -> String {
    format!("{}/extension-requests", address(round))
}

/// The requests of a round: all for the Secretariat, those of the own organisations for everybody else.
pub(super) async fn show(
    viewer: CanReadSurveys,
    page: Page,
    rounds: web::Data<Rounds>,
    id: web::Path<Id>,
) -> PageResult {
    let round = rounds.get(Arc::clone(&viewer.0), *id).await?;
    let requests = rounds.extension_requests(viewer.0, *id).await?;
    let table = table(&page, &requests, manages(&page));
    let title = page.say("page-extensions", "name", name(&page, &round));
    let back = Shown::text(page.text("link-back-to-round")).leading_to(address(*id));
    let mut content = ListPage::new(&page, title, table).with_links(vec![back]);
    if may_ask(&page) && !round.standings.is_empty() {
        let ask = Shown::text(page.text("link-extension-new")).leading_to(format!("{}/new", list_address(*id)));
        content = content.with_buttons(vec![ask]);
    }
    content.show()
}

/// Requests as a table; for the Secretariat with the ways to decide on those that wait.
pub(super) fn table(page: &Page, requests: &[ExtensionRequest], decides: bool) -> Table {
    let columns: &[&str] = &["organisation", "until", "reason", "since", "state", "answer-of-secretariat", "decision"];
    let columns = if decides { columns } else { columns.get(..6).unwrap_or_default() };
    let mut table = Table::new(page, "page-extensions", columns);
    for request in requests {
        let until = request.granted_until.as_ref().unwrap_or(&request.until);
        let mut cells = vec![
            page.shown_organisation(&request.organisation),
            moments::deadline_in_row(page, until),
            Shown::name(&request.reason),
            Shown::day(page, request.asked_at),
            Shown::text(page.words("extension-state", request.state.as_str())),
            Shown::name(request.answer.as_deref().unwrap_or_default()),
        ];
        if decides {
            cells.push(decision(page, request));
        }
        table.push_at(format!("request-{}", request.id), cells);
    }
    table
}

/// The ways to a decision on a request that waits.
fn decision(page: &Page, request: &ExtensionRequest) -> Shown {
    if request.state != RequestState::Open {
        return Shown::default();
    }
    let organisation = page.organisation(&request.organisation);
    let way = |deed: &str| {
        let named = page.deed(&format!("extension-{deed}.of"), "name", organisation);
        named.leading_to(format!("{}/{}/{deed}", list_address(request.round), request.id))
    };
    way("grant").above(vec![way("decline")])
}

/// What a request sends.
#[derive(Deserialize)]
pub(super) struct RequestForm {
    #[serde(default)]
    until: String,
    #[serde(default)]
    until_time: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    place: String,
}

/// The form of a request.
pub(super) async fn ask(desk: Reader) -> PageResult {
    show_request(&desk, desk.keyed()).await
}

/// Sends it to the Secretariat.
pub(super) async fn send(desk: Reader, body: UnreadForm<RequestForm>) -> PageResult {
    let (asker, id) = (Arc::clone(&desk.person.0), desk.place);
    desk.service.check_asker(Arc::clone(&asker), id).await?;
    let round = desk.service.get(Arc::clone(&asker), id).await?;
    let Posted { input, form } = body.read().await?;
    let ticket = desk.ticket(&form);
    let sent = async {
        let RequestForm { until, until_time, reason, place } = input?;
        let mut faults = FieldErrors::new();
        let zone = Zone::stored(Some(&round.zone));
        let until = moments::read(&mut faults, "until", (until.as_str(), until_time.as_str()), &zone, Edge::End);
        let until = faults.finish_with(until)?;
        let organisation = Some(place).filter(|code| !code.is_empty());
        let given = GivenExtension { until, reason, organisation };
        desk.service.ask(asker, desk.trace(), ticket, id, given).await
    };
    let sent = Box::pin(sent).await;
    let way = |_| (list_address(id), Notice::new("extension-asked"));
    desk.lead_on(form, sent, way, show_request).await
}

async fn show_request(desk: &Reader, mut form: FormState) -> PageResult {
    form.errors
        .iter_mut()
        .filter(|fault| fault.field == "organisation")
        .for_each(|fault| "place".clone_into(&mut fault.field));
    let page = &desk.page;
    let round = desk.service.get(Arc::clone(&desk.person.0), desk.place).await?;
    let own = round.standings.iter();
    let choices = own.clone().map(|own| Choice::new(&own.organisation, page.organisation(&own.organisation)));
    let mut fields = vec![
        Field::line("until", "date"),
        Field::line("until_time", "time").hinted(page.say("round-time-hint.end", "of_round", &round.zone)),
        Field::area("reason").hinted(page.text("extension-new.reason")),
    ];
    if round.standings.len() > 1 {
        fields.insert(0, Field::select("place", choices.collect()));
    }
    let about = own.fold(facts(page, &round), |facts, own| {
        let label = page.say("th-deadline-of", "name", page.organisation(&own.organisation));
        facts.with(label, moments::deadline(page, &own.deadline))
    });
    let content = FormPage::new(page, &form, "extension-new", &name(page, &round))
        .about(about)
        .with_fields(fields)
        .back_to(address(round.id), page.text("link-back-to-round"));
    let is_asked = may_ask(page) && !round.standings.is_empty();
    if !is_asked {
        return content.leading_instead(page.text("extension-new.nobody"), Shown::default()).show();
    }
    match round.state {
        RoundState::Open | RoundState::Closed => content.show(),
        RoundState::Draft | RoundState::Cancelled => {
            content.leading_instead(page.text(&format!("round-is-{}", round.state)), Shown::default()).show()
        }
    }
}

/// What a decision sends.
#[derive(Deserialize)]
pub(super) struct DecisionForm {
    #[serde(default)]
    until: String,
    #[serde(default)]
    until_time: String,
    #[serde(default)]
    reason: String,
}

/// The round and the request that a page is about.
///
/// # Errors
/// 404.
async fn found(office: &Office) -> Result<(Round, ExtensionRequest), Error> {
    let (round, request) = office.place;
    let round = office.service.get(Arc::clone(&office.person.0), round).await?;
    let requests = office.service.extension_requests(Arc::clone(&office.person.0), round.id).await?;
    let request = requests.into_iter().find(|known| known.id == request).ok_or_else(Error::not_found)?;
    Ok((round, request))
}

/// The page that grants a request.
pub(super) async fn ask_grant(office: Office) -> PageResult {
    let (round, request) = found(&office).await?;
    let form = moments::filled(office.keyed(), "until", request.until.at, &round.zone, Edge::End);
    show_decision(&office, form, "grant").await
}

/// Grants it: as it was asked for, or until another instant.
pub(super) async fn grant(office: Office, posted: Posted<DecisionForm>) -> PageResult {
    let Posted { input, form } = posted;
    let ticket = office.ticket(&form);
    let granted = async {
        let (round, request) = found(&office).await?;
        let DecisionForm { until, until_time, reason } = input?;
        let mut faults = FieldErrors::new();
        let zone = Zone::stored(Some(&round.zone));
        let until = moments::read(&mut faults, "until", (until.as_str(), until_time.as_str()), &zone, Edge::End);
        let until = faults.finish_with(until)?;
        let given = GivenDecision { until: Some(until), reason: Some(reason).filter(|word| !word.trim().is_empty()) };
        office.service.grant(Arc::clone(&office.person.0), office.trace(), ticket, request.id, given).await
    };
    let granted = Box::pin(granted).await;
    let way = |_| (list_address(office.place.0), Notice::new("extension-granted"));
    office.lead_on(form, granted, way, async |office, form| show_decision(office, form, "grant").await).await
}

/// The page that declines a request.
pub(super) async fn ask_decline(office: Office) -> PageResult {
    show_decision(&office, office.keyed(), "decline").await
}

/// Declines it, with a word.
pub(super) async fn decline(office: Office, posted: Posted<DecisionForm>) -> PageResult {
    let Posted { input, form } = posted;
    let ticket = office.ticket(&form);
    let declined = async {
        let (_, request) = found(&office).await?;
        let reason = Some(input?.reason).filter(|word| !word.trim().is_empty());
        let given = GivenDecision { until: None, reason };
        office.service.decline(Arc::clone(&office.person.0), office.trace(), ticket, request.id, given).await
    };
    let declined = Box::pin(declined).await;
    let way = |_| (list_address(office.place.0), Notice::new("extension-declined"));
    office.lead_on(form, declined, way, async |office, form| show_decision(office, form, "decline").await).await
}

async fn show_decision(office: &Office, form: FormState, deed: &str) -> PageResult {
    let page = &office.page;
    let (round, request) = found(office).await?;
    // As the column of the list calls it: “Reason” is that of those who asked.
    let form = form.labelled("reason", page.text("th-answer-of-secretariat"));
    let about = Facts::default()
        .with(page.text("th-round"), Shown::name(name(page, &round)).leading_to(address(round.id)))
        .with(page.text("th-organisation"), page.shown_organisation(&request.organisation))
        .with(page.text("th-until"), moments::deadline(page, &request.until))
        .with(page.text("th-reason"), Shown::name(&request.reason))
        .with(page.text("th-since"), Shown::moment(page, request.asked_at));
    let reason = Field::area("reason").hinted(page.text(&format!("extension-{deed}.reason")));
    let time = Field::line("until_time", "time").hinted(page.say("round-time-hint.end", "of_round", &round.zone));
    let fields = if deed == "grant" { vec![Field::line("until", "date"), time, reason] } else { vec![reason] };
    let key = format!("extension-{deed}");
    let content = FormPage::new(page, &form, &key, page.organisation(&request.organisation))
        .about(about)
        .with_fields(fields)
        .back_to(list_address(round.id), page.text("link-back-to-extensions"));
    if request.state != RequestState::Open {
        return content.leading_instead(page.text("extension-is-decided"), Shown::default()).show();
    }
    if deed == "decline" { content.dangerous().show() } else { content.show() }
}
