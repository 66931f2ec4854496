//! The form of a section: one form saves all of it. What is saved leads on; what a colleague has changed meanwhile comes
//! back with both values beside each other. The section is called ready by a button of the same form, after everything
//! was saved and only if nothing of it is open.

use actix_web::http::StatusCode;
use askama::Template;
use serde::de::IgnoredAny;

use super::super::next_step::section_after;
use super::super::{ResponseSheet, Responses, WrittenAnswers};
use super::review::points_of_section;
use super::saving::{SectionPlace, asks_more, posted, section, stored_form, typed_form, write};
use super::words::{assigned, section_title, survey_title, tongue, who_is_there};
use super::{AnswerDesk, ResponseDesk, address, extension_address, hub_address, section_address, sheet};
use crate::db::Id;
use crate::error::Error;
use crate::identity::guards::Authorized;
use crate::question_forms::SectionForm;
use crate::rounds;
use crate::web::{Desk, Facts, FormPage, FormState, Notice, Page, PageResult, Shown, UnreadForm, returned};

/// What the button of a form asks for beside saving: to stay, to call the section ready, or no longer. Everything else
/// leads on.
const STAY: &str = "stay";
const READY: &str = "ready";
const UNREADY: &str = "unready";

/// How the form is shown again.
#[derive(Default)]
struct Again {
    status: Option<StatusCode>,
    /// What keeps the section from being called ready, each with the way to its field.
    open: Vec<Shown>,
}

impl Again {
    /// What is stored is another than what was sent, or not as it was wanted.
    fn in_conflict(open: Vec<Shown>) -> Self {
        Self { status: Some(StatusCode::CONFLICT), open }
    }
}

#[derive(Template)]
#[template(path = "responses/section.html")]
struct SectionPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    section: SectionForm,
    survey: String,
    deadline: Shown,
    place: String,
    /// Who is asked to fill it in, and until when.
    people: Vec<String>,
    present: String,
    conflicts: usize,
    /// What keeps the section from being called ready, where that was wanted.
    open: Vec<Shown>,
    unconfirmed: usize,
    is_ready: bool,
    /// Whether no section follows that is asked: it leads to the check of all answers.
    is_last: bool,
    own_address: String,
    hub: String,
    /// Where more time is asked for, where it is too late.
    extension: String,
    person: Id,
    response: Id,
    login: String,
}

/// The form with what is stored.
pub(super) async fn show(desk: ResponseDesk<SectionPlace>) -> PageResult {
    let (id, code) = (desk.place.0, desk.place.1.clone());
    let read = sheet(&desk, id).await?;
    section(&read, &code)?;
    if !read.response.is_writable {
        return Ok(desk.page.lead_to(&format!("{}#s:{code}", address(id, "review"))).finish());
    }
    let form = stored_form(&desk.page, &read, &code).ok_or_else(Error::not_found)?;
    layout(desk, &read, form, &FormState::default(), Again::default())
}

/// Saves it, and leads on; shows it again where something could not be stored.
pub(super) async fn save(desk: AnswerDesk<SectionPlace>, body: UnreadForm<IgnoredAny>) -> PageResult {
    let (id, code) = (desk.place.0, desk.place.1.clone());
    let before = sheet(&desk, id).await?;
    let asked = section(&before, &code)?;
    let fields = body.read().await?.form.into_values();
    let posted = match posted(asked, &fields) {
        Ok(posted) => posted,
        Err(error) => {
            let form = returned(&desk.page, FormState::default(), error)?;
            let section = stored_form(&desk.page, &before, &code).ok_or_else(Error::not_found)?;
            return layout(desk, &before, section, &form, Again::default());
        }
    };
    let count = posted.written().count();
    let written = if count == 0 { Ok(WrittenAnswers::default()) } else { write(&desk, id, &posted).await };
    let after = match sheet(&desk, id).await {
        Ok(after) => after,
        // Whoever has no right to it any more gets back what was typed.
        Err(_) if written.is_err() => before.clone(),
        Err(error) => return Err(error),
    };
    match written {
        Ok(written) if written.conflicts.is_empty() && written.faults.is_empty() => {
            let asks = |what: &str| fields.iter().any(|(name, value)| name == "then" && value == what);
            // Questions that are asked only now are looked at first.
            let has_more = posted.take.is_some() || asks_more(&before, &after, section(&after, &code)?);
            if asks(UNREADY) || (asks(READY) && !has_more) {
                return Box::pin(mark(desk, &after, asks(READY))).await;
            }
            let stays = asks(STAY) || has_more;
            lead_on(&desk, &after, stays, (count, written.approval_cancelled))
        }
        Ok(written) => {
            let form = typed_form(&desk.page, &after, &posted, Some(&written)).ok_or_else(Error::not_found)?;
            layout(desk, &after, form, &FormState::default(), Again::in_conflict(Vec::new()))
        }
        Err(error) => {
            let told = returned(&desk.page, FormState::default(), error)?;
            let form = typed_form(&desk.page, &after, &posted, None).ok_or_else(Error::not_found)?;
            layout(desk, &after, form, &told, Again::default())
        }
    }
}

/// The way on after everything was stored: to the next section that is asked, at last to the review.
fn lead_on(
    desk: &AnswerDesk<SectionPlace>,
    sheet: &ResponseSheet,
    stays: bool,
    (count, has_ended_approval): (usize, bool),
) -> PageResult {
    let (id, code) = (desk.place.0, desk.place.1.as_str());
    let way = match section_after(&sheet.sections, code) {
        _ if stays => section_address(id, code),
        Some(next) => section_address(id, next),
        None => address(id, "review"),
    };
    let faults = sheet.sections.iter().find(|standing| standing.code == code).map_or(0, |standing| standing.faults);
    let notice = match (count, has_ended_approval, faults) {
        (0, ..) => Notice::new("answers-unchanged"),
        (_, true, _) => Notice::new("answers-saved-anew"),
        (_, _, 0) => Notice::new("answers-saved"),
        _ => Notice::new("answers-doubtful").with("count", faults),
    };
    desk.page.lead_on(&way, notice)
}

fn layout<R>(
    desk: Desk<Authorized<R>, Responses, SectionPlace>,
    sheet: &ResponseSheet,
    section: SectionForm,
    form: &FormState,
    again: Again,
) -> PageResult {
    let Desk { person, page, place: (id, code), .. } = desk;
    let page = page.with_connections();
    let standing = sheet.sections.iter().find(|standing| standing.code == code);
    let position = sheet.sections.iter().position(|standing| standing.code == code).map_or(0, |place| place + 1);
    let mut section = section;
    let own = &sheet.response;
    let next: String = url::form_urlencoded::byte_serialize(section_address(id, &code).as_bytes()).collect();
    let content = SectionPage {
        form,
        survey: survey_title(&page, sheet),
        deadline: rounds::pages::deadline_at(&page, own.deadline, &own.zone),
        place: page.text_with(
            "response-place",
            &[("number", position.to_string()), ("total", sheet.sections.len().to_string())],
        ),
        people: assigned(&page, &sheet.assignments, &code),
        present: who_is_there(&page, &sheet.present, &code),
        conflicts: section.fields_mut().filter(|field| field.conflict.is_some()).count(),
        open: again.open,
        unconfirmed: standing.map_or(0, |standing| standing.unconfirmed),
        is_ready: standing.is_some_and(|standing| standing.done.is_some()),
        is_last: section_after(&sheet.sections, &code).is_none(),
        own_address: section_address(id, &code),
        hub: hub_address(own.round),
        extension: if own.is_accepted { String::new() } else { extension_address(own.round) },
        person: person.user_id,
        response: id,
        login: format!("/login?next={next}"),
        section,
        page: &page,
    };
    match again.status {
        Some(status) => page.answer(status, None, &content),
        None => page.show_form(form, &content),
    }
}

/// Calls a section ready of which everything was saved, or no longer. One of which something is open is shown again.
async fn mark(desk: AnswerDesk<SectionPlace>, sheet: &ResponseSheet, is_done: bool) -> PageResult {
    let (id, code) = desk.place.clone();
    let open = if is_done {
        let check = desk.service.check(desk.person.0.clone(), id, desk.page.language()).await?;
        points_of_section(&desk.page, sheet, &check, (id, &code))
    } else {
        Vec::new()
    };
    let form = || stored_form(&desk.page, sheet, &code).ok_or_else(Error::not_found);
    if !open.is_empty() {
        let form = form()?;
        return layout(desk, sheet, form, &FormState::default(), Again::in_conflict(open));
    }
    let marked = desk.service.mark_section(desk.person.0.clone(), desk.trace(), id, code.clone(), is_done).await;
    if let Err(error) = marked {
        let (told, form) = (returned(&desk.page, FormState::default(), error)?, form()?);
        return layout(desk, sheet, form, &told, Again::default());
    }
    let title = section_title(&tongue(&desk.page, &sheet.questionnaire), &sheet.questionnaire, &code);
    let key = if is_done { "section-ready" } else { "section-unready" };
    desk.page.lead_on(&hub_address(sheet.response.round), Notice::new(key).with("section", title))
}

/// The page that confirms all of a section that was taken over.
pub(super) async fn ask_confirm(desk: ResponseDesk<SectionPlace>) -> PageResult {
    show_confirm(&desk, FormState::default()).await
}

/// Confirms all of a section that was taken over.
pub(super) async fn confirm(desk: ResponseDesk<SectionPlace>) -> PageResult {
    let (id, code) = desk.place.clone();
    let confirmed = desk.service.confirm_section(desk.person.0.clone(), desk.trace(), id, code.clone()).await;
    let way = |count: usize| (section_address(id, &code), Notice::new("section-confirmed").with("count", count));
    desk.lead_on(FormState::default(), confirmed, way, async |desk, form| show_confirm(desk, form).await).await
}

async fn show_confirm(desk: &ResponseDesk<SectionPlace>, form: FormState) -> PageResult {
    let (id, code) = (desk.place.0, desk.place.1.as_str());
    let sheet = sheet(desk, id).await?;
    section(&sheet, code)?;
    let count = sheet.sections.iter().find(|standing| standing.code == code).map_or(0, |standing| standing.unconfirmed);
    let title = section_title(&tongue(&desk.page, &sheet.questionnaire), &sheet.questionnaire, code);
    let about = Facts::default().with(desk.page.text("th-unconfirmed"), Shown::code(count));
    FormPage::new(&desk.page, &form, "section-confirm", &title)
        .about(about)
        .back_to(section_address(id, code), desk.page.text("link-back-to-section"))
        .show()
}
