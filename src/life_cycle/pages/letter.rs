//! The letter of nomination: handing it in, replacing it, and removing it.
//!
//! The form carries the version of the nomination that its sender has seen. Where the nomination has changed since, the
//! form comes back, and shows the letter of now. The content decides what a letter is; the name of its file is shown.
//!
//! Left out: the download, whose route is that of the API.

use std::sync::Arc;

use actix_web::web;
use serde::Deserialize;

use super::super::LifeCycle;
use super::{address, facts};
use crate::db::Id;
use crate::error::Error;
use crate::http::{IfMatch, etag};
use crate::identity::guards::Authenticated;
use crate::nominations::{LetterEntry, LetterUpload, Nomination, Nominations};
use crate::policy::Principal;
use crate::web::{
    Desk, Facts, Field, FormPage, FormState, Notice, Page, PageResult, Posted, PostedFile, Shown, UnreadFile,
    returned_with_file,
};

/// Which files a browser offers first.
const ACCEPT: &str = ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg";
/// What a browser says of a file goes by its name, so the content alone decides.
const BY_CONTENT: &str = "application/octet-stream";

/// What the page of a removal sends.
#[derive(Deserialize)]
pub(super) struct RemovalForm {
    #[serde(default)]
    version: String,
}

/// What these pages work with; the appointment is a matter of the life cycle.
type Drawer = Desk<Authenticated, Nominations>;

/// The page that asks for a letter.
pub(super) async fn ask(desk: Drawer, life_cycle: web::Data<LifeCycle>) -> PageResult {
    desk.service.check_change(Arc::clone(&desk.person.0), desk.place).await?;
    show(&desk, &life_cycle, FormState::default()).await
}

/// Stores it, in the place of one that is there.
pub(super) async fn replace(desk: Drawer, life_cycle: web::Data<LifeCycle>, body: UnreadFile) -> PageResult {
    desk.service.check_change(Arc::clone(&desk.person.0), desk.place).await?;
    let (form, outcome) = Box::pin(hand_in(&desk, body)).await;
    match outcome {
        Ok(nomination) => {
            let name = nomination.letter.map(|letter| letter.name).unwrap_or_default();
            desk.page.lead_on(&address(desk.place), Notice::new("letter-handed-in").with("name", name))
        }
        Err(error) => show(&desk, &life_cycle, returned_with_file(&desk.page, form, error, &[])?).await,
    }
}

/// Receives and stores a letter; returns the form that came with it, too.
async fn hand_in(desk: &Drawer, body: UnreadFile) -> (FormState, Result<Nomination, Error>) {
    let (nominations, writer, id) = (&desk.service, &desk.person.0, desk.place);
    let mut form = FormState::default();
    let limit = nominations.largest();
    let upload = LetterUpload {
        appointment: id,
        wanted: IfMatch::of_version(""),
        media_type: BY_CONTENT.to_owned(),
        name: None,
        expected: body.expected(limit),
    };
    let outcome = async {
        // Nothing is received before, and only as many bodies at once as there are slots.
        let admitted = nominations.begin_upload(Arc::clone(writer), desk.caller.clone(), upload).await?;
        let PostedFile { form: sent, file, beside } = body.read(limit).await?;
        form = sent;
        let file = file?;
        let wanted = IfMatch::of_version(form.value("version"));
        nominations.check_upload(Arc::clone(writer), id, wanted.clone()).await?;
        nominations.finish_upload(admitted.described(wanted, Some(file.name), beside), file.content).await
    };
    let outcome = outcome.await;
    (form, outcome)
}

async fn show(desk: &Drawer, life_cycle: &LifeCycle, form: FormState) -> PageResult {
    let (page, id) = (&desk.page, desk.place);
    let known = desk.service.get(Arc::clone(&desk.person.0), id).await?;
    let (name, about) = about(desk, life_cycle, &known).await?;
    let form = form.set("version", etag::version_of(&known)?);
    let key = if known.letter.is_some() { "letter-replace" } else { "letter-hand-in" };
    FormPage::new(page, &form, key, &name)
        .about(about)
        .with_fields(vec![Field::file(ACCEPT).hinted(page.say("letter-hint", "max", desk.service.largest()))])
        .back_to(address(id), page.text("link-back-to-appointment"))
        .show()
}

/// The page of a removal; the appointment where there is no letter.
pub(super) async fn ask_removal(desk: Drawer, life_cycle: web::Data<LifeCycle>) -> PageResult {
    desk.service.check_change(Arc::clone(&desk.person.0), desk.place).await?;
    show_removal(&desk, &life_cycle, FormState::default()).await
}

/// Removes the letter.
pub(super) async fn remove(desk: Drawer, life_cycle: web::Data<LifeCycle>, posted: Posted<RemovalForm>) -> PageResult {
    let Posted { input, form } = posted;
    let removed = async {
        desk.service.check_change(Arc::clone(&desk.person.0), desk.place).await?;
        let seen = IfMatch::of_version(&input?.version);
        desk.service.remove(Arc::clone(&desk.person.0), desk.trace(), desk.place, seen).await
    };
    let way = |_: Nomination| (address(desk.place), Notice::new("letter-removed"));
    let again = async |desk: &Drawer, form: FormState| show_removal(desk, &life_cycle, form).await;
    desk.lead_on(form, removed.await, way, again).await
}

async fn show_removal(desk: &Drawer, life_cycle: &LifeCycle, form: FormState) -> PageResult {
    let (page, id) = (&desk.page, desk.place);
    let known = desk.service.get(Arc::clone(&desk.person.0), id).await?;
    if known.letter.is_none() {
        return Ok(page.lead_to(&address(id)).finish());
    }
    let (name, about) = about(desk, life_cycle, &known).await?;
    let form = form.set("version", etag::version_of(&known)?);
    FormPage::new(page, &form, "letter-remove", &name)
        .about(about)
        .dangerous()
        .back_to(address(id), page.text("link-back-to-appointment"))
        .show()
}

/// The person, and what is known of the appointment and of the letter that is there.
async fn about(desk: &Drawer, life_cycle: &LifeCycle, known: &Nomination) -> Result<(String, Facts), Error> {
    let (page, viewer, id) = (&desk.page, &desk.person.0, desk.place);
    let view = life_cycle.get(Arc::clone(viewer), id).await?;
    let facts = with_letter(page, facts(page, &view), &desk.service, viewer, (id, known.letter.as_ref())).await?;
    Ok((view.person.name, facts))
}

/// These facts, and what is known of a letter beside its content. Who handed it in is told to those who read letters.
pub(super) async fn with_letter(
    page: &Page,
    facts: Facts,
    nominations: &Nominations,
    viewer: &Arc<Principal>,
    (id, letter): (Id, Option<&LetterEntry>),
) -> Result<Facts, Error> {
    let Some(letter) = letter else { return Ok(facts) };
    let by = if letter.uploaded_by == Some(viewer.user_id) {
        Some(Shown::text(page.text("letter-by-yourself")))
    } else {
        nominations.uploader(Arc::clone(viewer), id).await?.map(Shown::name)
    };
    let mut name = Shown::name(&letter.name);
    if nominations.may_read(viewer, id).await? {
        name = name.leading_to(format!("{}/letter", address(id)));
    }
    let label = |name: &str| page.text(&format!("th-{name}"));
    Ok(facts
        .with(label("letter-file"), name)
        .with(label("letter-size"), Shown::text(page.say("letter-size", "size", letter.size)))
        .with_some(label("letter-at"), letter.uploaded_at.map(|at| Shown::moment(page, at)))
        .with_some(label("letter-by"), by))
}
