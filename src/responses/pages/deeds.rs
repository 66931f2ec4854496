//! A page for each step of the review: a review is asked for, the response is approved or returned, submitted, reopened or
//! withdrawn.
//!
//! A step is about the response that its reader has read. So the ways from the review name the version that it showed,
//! and the form sends it. Where the response is another by then, nothing is done: the page says so, keeps what was
//! filled in, shows each answer that was changed since, and goes on from there.

use std::fmt::{self, Display, Formatter};

use serde::Deserialize;

use super::super::submissions::asks_consent;
use super::super::{
    AnswerHistoryEntry, GivenApproval, GivenSubmission, HistoryQuery, OwnResponse, ResponseReason, Responses,
    ReviewEvent, rules,
};
use super::history;
use super::hub::state_facts;
use super::words::survey_title;
use super::{address, extension_address, review_address, sheet};
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::http::{IfMatch, Query};
use crate::identity::guards::CanSignSurveys;
use crate::rounds::ResponseState;
use crate::web::{Choice, Desk, Field, FormPage, FormState, Notice, Page, PageResult, Posted, Shown, UnreadForm};

crate::text_enum! {
    /// A step of the review: the last part of its address. Those that lead on come first.
    pub enum ResponseStep {
        /// It is submitted.
        Submit = "submit",
        /// It is approved.
        Approve = "approve",
        /// Those who sign are asked to look at it.
        RequestReview = "request-review",
        /// It is opened again.
        Reopen = "reopen",
        /// It is given back for more work.
        Return = "return",
        /// What was submitted is taken back.
        Withdraw = "withdraw",
    }
}

impl ResponseStep {
    /// Whether the reader of a response can do it now, if nothing is missing where nothing may be. No step is left once
    /// the response is not accepted any more.
    pub(super) fn is_offered(self, own: &OwnResponse) -> bool {
        let (state, rights) = (own.state, own.rights);
        let has_right = if matches!(self, Self::RequestReview | Self::Submit) { rights.lead } else { rights.sign };
        let is_of_state = match self {
            Self::RequestReview => matches!(state, ResponseState::Draft | ResponseState::Reopened),
            Self::Approve => state == ResponseState::InReview && !own.another_approves,
            Self::Return => matches!(state, ResponseState::InReview | ResponseState::Approved),
            Self::Submit => state == ResponseState::Approved,
            Self::Reopen => matches!(state, ResponseState::Submitted | ResponseState::Withdrawn),
            Self::Withdraw => matches!(state, ResponseState::Submitted | ResponseState::Reopened),
        };
        has_right && is_of_state && own.is_accepted
    }

    /// Whether nothing may be missing for it.
    pub(super) fn needs_all(self) -> bool {
        matches!(self, Self::RequestReview | Self::Submit)
    }

    /// Whether it leads the response on, and not back.
    pub(super) fn leads_on(self) -> bool {
        !matches!(self, Self::Return | Self::Withdraw)
    }

    const fn event(self) -> ReviewEvent {
        match self {
            Self::Submit => ReviewEvent::Submit,
            Self::Approve => ReviewEvent::Approve,
            Self::RequestReview => ReviewEvent::RequestReview,
            Self::Reopen => ReviewEvent::Reopen,
            Self::Return => ReviewEvent::Return,
            Self::Withdraw => ReviewEvent::Withdraw,
        }
    }

    /// Refuses what is not possible as the response stands, as the step itself would: a page says so before somebody
    /// fills in its form.
    fn check_possible(self, own: &OwnResponse) -> Result<(), Error> {
        if !own.is_accepted {
            return Err(Error::conflict(ProblemCode::RoundNotOpen));
        }
        if self == Self::Approve && own.another_approves {
            return Err(Error::conflict(ProblemCode::ApproverEditedLast));
        }
        rules::next(own.state, self.event(), own.submissions > 0).map(drop)
    }

    /// The way to its page from one that shows all of a response.
    pub(super) fn link(self, page: &Page, own: &OwnResponse, response: Id) -> Shown {
        let way = format!("{}?version={}", address(response, self.as_str()), Reading::of(own));
        Shown::text(page.text(&format!("{}.button", self.key()))).leading_to(way)
    }

    fn key(self) -> String {
        format!("response-{self}")
    }
}

/// A response and a step, for whoever may sign.
type DeedDesk = Desk<CanSignSurveys, Responses, (Id, String)>;

/// What of a response was read: how many changes of answers it had, and its tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Reading {
    edits: Option<i32>,
    tag: String,
}

impl Reading {
    fn of(own: &OwnResponse) -> Self {
        Self { edits: Some(own.edits), tag: own.tag.clone().unwrap_or_default() }
    }

    fn parse(version: &str) -> Self {
        let (edits, tag) = version.split_once('-').unwrap_or(("", version));
        Self { edits: edits.parse().ok(), tag: tag.to_owned() }
    }
}

impl Display for Reading {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.edits.unwrap_or_default(), self.tag)
    }
}

/// The version that the page showed from which one comes.
#[derive(Deserialize)]
pub(super) struct DeedQuery {
    #[serde(default)]
    version: String,
}

/// What the pages of these steps send.
#[derive(Clone, Default, Deserialize)]
pub(super) struct DeedForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    agrees: Vec<String>,
}

/// The page of a step.
pub(super) async fn ask(desk: DeedDesk, query: Query<DeedQuery>) -> PageResult {
    let deed = deed(&desk)?;
    let Query(DeedQuery { version }) = query;
    // Without a version in the address, the decision is about the version shown here.
    let form = if version.is_empty() { FormState::default() } else { FormState::default().with("version", version) };
    show(&desk, deed, form).await
}

/// Takes the step.
pub(super) async fn act(desk: DeedDesk, body: UnreadForm<DeedForm>) -> PageResult {
    let deed = deed(&desk)?;
    desk.service.check_reader(&desk.person.0, desk.place.0).await?;
    let Posted { input, form } = body.read().await?;
    let done = async { step(&desk, deed, input?).await };
    let done = Box::pin(done).await;
    let way = |own: OwnResponse| {
        let receipt = own.id.filter(|_| deed == ResponseStep::Submit).map(|id| address(id, "receipt"));
        (receipt.unwrap_or_else(|| review_address(&own)), Notice::new(&format!("response-{deed}")))
    };
    desk.lead_on(form, done, way, async |desk, form| show(desk, deed, form).await).await
}

fn deed(desk: &DeedDesk) -> Result<ResponseStep, Error> {
    ResponseStep::parse(&desk.place.1).ok_or_else(Error::not_found)
}

async fn step(desk: &DeedDesk, deed: ResponseStep, given: DeedForm) -> Result<OwnResponse, Error> {
    let (service, person, trace, id) = (&desk.service, desk.person.0.clone(), desk.trace(), desk.place.0);
    let agrees = |to: &str| given.agrees.iter().any(|known| known == to);
    let seen = Some(IfMatch::of_version(&Reading::parse(&given.version).tag));
    match deed {
        ResponseStep::RequestReview => service.request_review(person, trace, id, seen).await,
        ResponseStep::Approve => {
            let given = GivenApproval { share: agrees("share") };
            service.approve(person, trace, id, given, seen).await
        }
        ResponseStep::Return => {
            let given = ResponseReason { reason: Some(given.reason) };
            service.return_(person, trace, id, given, seen).await
        }
        ResponseStep::Submit => {
            let given = GivenSubmission { share: agrees("share"), adopt: agrees("adopt") };
            service.submit(person, trace, id, given, seen).await?;
            Ok(sheet(desk, id).await?.response)
        }
        ResponseStep::Reopen => service.reopen(person, trace, id, seen).await,
        ResponseStep::Withdraw => service.withdraw(person, trace, id, seen).await,
    }
}

async fn show(desk: &DeedDesk, deed: ResponseStep, form: FormState) -> PageResult {
    let page = &desk.page;
    let sheet = sheet(desk, desk.place.0).await?;
    let own = &sheet.response;
    let title = survey_title(page, &sheet);
    let (read, current) = (Reading::parse(form.value("version")), Reading::of(own));
    let is_late = form.is_late() || (!read.tag.is_empty() && read.tag != current.tag);
    let (changes, is_all) = if is_late { changes(desk, read.edits).await? } else { (Vec::new(), true) };
    let form = form.with_errors_among(&["reason", "agrees"]).set("version", &current);
    let mut content = FormPage::new(page, &form, &deed.key(), &title)
        .about(state_facts(page, own))
        .with_fields(fields(page, deed, own, asks_consent(&sheet.questionnaire)))
        .back_to(review_address(own), page.text("link-back-to-review"));
    if is_late {
        content = content.saying(page.text("response-changed-meanwhile"));
    }
    if !changes.is_empty() {
        content = content.with_table(history::table(page, &sheet, "response-changes", &changes));
    }
    if deed == ResponseStep::Submit && own.approval_shares && !asks_consent(&sheet.questionnaire) {
        content = content.saying(page.text("response-shares"));
    }
    if deed == ResponseStep::Withdraw {
        content = content.dangerous();
    }
    if matches!(deed, ResponseStep::Submit | ResponseStep::Reopen) && !own.is_accepted {
        let way = Shown::text(page.text("link-response-extension")).leading_to(extension_address(own.round));
        content = content.leading_instead(page.text("response-too-late"), way);
    } else if form.errors.is_empty()
        && let Err(refusal) = deed.check_possible(own)
    {
        return content.leading_instead(page.problem(&refusal).detail, Shown::default()).show();
    } else if deed == ResponseStep::Submit && own.is_late {
        content = content.saying(page.text("response-late"));
    }
    // What can't be shown here is read in the review. A reason that was written for a return is kept instead.
    if !is_all && deed != ResponseStep::Return {
        let way = Shown::text(page.text("link-response-review")).leading_to(review_address(own));
        content = content.leading_instead(page.text("response-changed-much"), way);
    }
    content.show()
}

/// The changes of answers after those that were read, the newest first: as many as a page of the history has; and
/// whether these are all.
async fn changes(desk: &DeedDesk, read: Option<i32>) -> Result<(Vec<AnswerHistoryEntry>, bool), Error> {
    let newest = desk.service.history(desk.person.0.clone(), desk.place.0, HistoryQuery::default()).await?;
    let is_all = are_all(read, newest.next);
    let is_new = |entry: &AnswerHistoryEntry| read.is_some_and(|read| entry.number > read);
    Ok((newest.data.into_iter().filter(is_new).collect(), is_all))
}

/// Whether a page of the history that ends with the entry `last` (none where it has all of them) reaches back to what was
/// read.
fn are_all(read: Option<i32>, last: Option<i32>) -> bool {
    read.is_some_and(|read| last.is_none_or(|last| last <= read.saturating_add(1)))
}

/// The fields of a step. Whether the members may see answers is said by those who sign, once, and only where the
/// questionnaire does not ask for it.
fn fields(page: &Page, deed: ResponseStep, own: &OwnResponse, asks_consent: bool) -> Vec<Field> {
    let share = (own.rights.sign && !own.approval_shares && !asks_consent).then_some("share");
    let agrees: Vec<&str> = match deed {
        ResponseStep::Return => return vec![Field::area("reason")],
        ResponseStep::Approve => share.into_iter().collect(),
        ResponseStep::Submit => share.into_iter().chain(own.rights.sign.then_some("adopt")).collect(),
        _ => Vec::new(),
    };
    if agrees.is_empty() {
        return Vec::new();
    }
    let choice = |to: &str| Choice::new(to, page.text(&format!("response-agrees-{to}")));
    vec![Field::checkboxes("agrees", agrees.into_iter().map(choice).collect())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_the_history_has_all_that_changed_since_or_says_that_it_has_not() {
        assert!(are_all(Some(7), None) && are_all(Some(7), Some(8)) && are_all(Some(7), Some(3)));
        assert!(!are_all(Some(7), Some(9)), "entry 8 is missing");
        assert!(!are_all(None, None), "nobody knows what was read");
    }

    #[test]
    fn what_was_read_survives_an_address_and_a_form() {
        let read = Reading { edits: Some(12), tag: "0a1b".to_owned() };
        assert_eq!(Reading::parse(&read.to_string()), read);
        for wrong in ["", "x", "x-", "-0a1b", "--"] {
            assert!(Reading::parse(wrong).edits.is_none(), "{wrong}");
        }
    }
}
