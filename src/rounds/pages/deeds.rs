//! A page for each deed on a round: to open it, to close it, to call it off. Each names what follows, and decides on the
//! round that it shows: where that has changed meanwhile, the page comes again.

use serde::Deserialize;

use super::super::{Round, RoundState, Rounds};
use super::{address, facts, name};
use crate::http::{IfMatch, etag};
use crate::identity::guards::CanManageSurveys;
use crate::web::{Desk, FormPage, FormState, Notice, PageResult, Posted, Shown};

type Office = Desk<CanManageSurveys, Rounds>;

/// A deed: the beginning of its texts, and the states in which it can be done.
#[derive(Clone, Copy)]
struct Deed {
    key: &'static str,
    states: &'static [RoundState],
    is_danger: bool,
}

const OPEN: Deed = Deed { key: "round-open", states: &[RoundState::Draft], is_danger: false };
const CLOSE: Deed = Deed { key: "round-close", states: &[RoundState::Open], is_danger: true };
const CANCEL: Deed = Deed { key: "round-cancel", states: &[RoundState::Draft, RoundState::Open], is_danger: true };

/// What the page of a deed sends.
#[derive(Deserialize)]
pub(super) struct DeedForm {
    #[serde(default)]
    version: String,
}

impl DeedForm {
    /// The round that was read.
    fn seen(&self) -> IfMatch {
        IfMatch::of_version(&self.version)
    }
}

/// The deeds that a round allows, as links.
pub(super) fn links(page: &crate::web::Page, round: &Round) -> Vec<Shown> {
    let deeds = [(OPEN, "open"), (CLOSE, "close"), (CANCEL, "cancel")];
    let possible = deeds.into_iter().filter(|(deed, _)| deed.states.contains(&round.state));
    let link = |(deed, part): (Deed, &str)| {
        Shown::text(page.text(&format!("{}.button", deed.key))).leading_to(format!("{}/{part}", address(round.id)))
    };
    possible.map(link).collect()
}

/// The page of the opening.
pub(super) async fn ask_open(office: Office) -> PageResult {
    show(&office, FormState::default(), OPEN).await
}

/// Opens the round, or lets it open by itself.
pub(super) async fn open(office: Office, posted: Posted<DeedForm>) -> PageResult {
    let Posted { input, form } = posted;
    let opened =
        async { office.service.open(office.person.0.clone(), office.trace(), office.place, Some(input?.seen())).await };
    let opened = Box::pin(opened).await;
    let way = |round: Round| {
        let told = if round.state == RoundState::Open { "round-opened" } else { "round-scheduled" };
        (address(round.id), Notice::new(told).with("count", round.frame.unwrap_or_default()))
    };
    office.lead_on(form, opened, way, async |office, form| show(office, form, OPEN).await).await
}

/// The page of the closing.
pub(super) async fn ask_close(office: Office) -> PageResult {
    show(&office, FormState::default(), CLOSE).await
}

/// Closes the round before its deadlines.
pub(super) async fn close(office: Office, posted: Posted<DeedForm>) -> PageResult {
    let Posted { input, form } = posted;
    let closed = async {
        office.service.close(office.person.0.clone(), office.trace(), office.place, Some(input?.seen())).await
    };
    let closed = Box::pin(closed).await;
    let way = |round: Round| (address(round.id), Notice::new("round-closed"));
    office.lead_on(form, closed, way, async |office, form| show(office, form, CLOSE).await).await
}

/// The page of the cancellation.
pub(super) async fn ask_cancel(office: Office) -> PageResult {
    show(&office, FormState::default(), CANCEL).await
}

/// Calls the round off.
pub(super) async fn cancel(office: Office, posted: Posted<DeedForm>) -> PageResult {
    let Posted { input, form } = posted;
    let cancelled = async {
        office.service.cancel(office.person.0.clone(), office.trace(), office.place, Some(input?.seen())).await
    };
    let cancelled = Box::pin(cancelled).await;
    let way = |round: Round| (address(round.id), Notice::new("round-cancelled"));
    office.lead_on(form, cancelled, way, async |office, form| show(office, form, CANCEL).await).await
}

async fn show(office: &Office, form: FormState, deed: Deed) -> PageResult {
    let page = &office.page;
    let round = office.service.get(office.person.0.clone(), office.place).await?;
    let form = form.set("version", etag::version_of(&round.stamp())?);
    let mut content = FormPage::new(page, &form, deed.key, &name(page, &round))
        .about(facts(page, &round))
        .back_to(address(round.id), page.text("link-back-to-round"));
    if !deed.states.contains(&round.state) {
        let reason = page.text(&format!("round-is-{}", round.state));
        return content.leading_instead(reason, Shown::default()).show();
    }
    if deed.key == OPEN.key && page.site().clock.now() < round.opens_at {
        content = content.saying(page.say("round-open.later", "at", round.opens_at));
    }
    if form.is_late() {
        content = content.saying(page.text("round-changed-since"));
    }
    if deed.is_danger { content.dangerous().show() } else { content.show() }
}
