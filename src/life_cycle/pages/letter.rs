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
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::{IfMatch, RequestContext, etag};
use crate::identity::guards::Authenticated;
use crate::nominations::{LetterEntry, LetterUpload, Nomination, Nominations};
use crate::policy::Principal;
use crate::web::{
    Facts, Field, FormPage, FormState, Notice, Page, PageResult, Posted, PostedFile, Shown, UnreadFile, returned,
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

/// The services of these pages.
type Services<'a> = (&'a LifeCycle, &'a Nominations);

/// The page that asks for a letter.
pub(super) async fn ask(
    writer: Authenticated,
    page: Page,
    life_cycle: web::Data<LifeCycle>,
    nominations: web::Data<Nominations>,
    id: web::Path<Id>,
) -> PageResult {
    nominations.check_change(Arc::clone(&writer.0), *id).await?;
    show(&page, (&life_cycle, &nominations), writer.0, *id, FormState::default()).await
}

/// Stores it, in the place of one that is there.
pub(super) async fn replace(
    writer: Authenticated,
    page: Page,
    life_cycle: web::Data<LifeCycle>,
    nominations: web::Data<Nominations>,
    caller: RequestContext,
    id: web::Path<Id>,
    body: UnreadFile,
) -> PageResult {
    nominations.check_change(Arc::clone(&writer.0), *id).await?;
    let (form, outcome) = Box::pin(hand_in(&nominations, Arc::clone(&writer.0), caller, *id, body)).await;
    match outcome {
        Ok(nomination) => {
            let name = nomination.letter.map(|letter| letter.name).unwrap_or_default();
            Ok(page.lead_to_with(&address(*id), Notice::new("letter-handed-in").with("name", name))?.finish())
        }
        Err(error) => {
            let form = returned_with_file(&page, form, error, &[])?;
            show(&page, (&life_cycle, &nominations), writer.0, *id, form).await
        }
    }
}

/// Receives and stores a letter; returns the form that came with it, too.
async fn hand_in(
    nominations: &Nominations,
    writer: Arc<Principal>,
    caller: RequestContext,
    id: Id,
    body: UnreadFile,
) -> (FormState, Result<Nomination, Error>) {
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
        let admitted = nominations.begin_upload(Arc::clone(&writer), caller, upload).await?;
        let PostedFile { form: sent, file } = body.read(limit).await?;
        form = sent;
        let file = file?;
        let wanted = IfMatch::of_version(form.value("version"));
        nominations.check_upload(writer, id, wanted.clone()).await?;
        nominations.finish_upload(admitted.described(wanted, Some(file.name)), file.content).await
    };
    let outcome = outcome.await;
    (form, outcome)
}

async fn show(
    page: &Page,
    (life_cycle, nominations): Services<'_>,
    writer: Arc<Principal>,
    id: Id,
    form: FormState,
) -> PageResult {
    let view = life_cycle.get(Arc::clone(&writer), id).await?;
    let known = nominations.get(Arc::clone(&writer), id).await?;
    let form = form.set("version", etag::version_of(&known)?);
    let key = if known.letter.is_some() { "letter-replace" } else { "letter-hand-in" };
    let about = with_letter(page, facts(page, &view), nominations, &writer, (id, known.letter.as_ref())).await?;
    FormPage::new(page, &form, key, &view.person.name)
        .about(about)
        .with_fields(vec![Field::file(ACCEPT).hinted(page.say("letter-hint", "max", nominations.largest()))])
        .back_to(address(id), page.text("link-back-to-appointment"))
        .show()
}

/// The page of a removal; the appointment where there is no letter.
pub(super) async fn ask_removal(
    writer: Authenticated,
    page: Page,
    life_cycle: web::Data<LifeCycle>,
    nominations: web::Data<Nominations>,
    id: web::Path<Id>,
) -> PageResult {
    nominations.check_change(Arc::clone(&writer.0), *id).await?;
    show_removal(&page, (&life_cycle, &nominations), writer.0, *id, FormState::default()).await
}

/// Removes the letter.
pub(super) async fn remove(
    writer: Authenticated,
    page: Page,
    life_cycle: web::Data<LifeCycle>,
    nominations: web::Data<Nominations>,
    caller: RequestContext,
    id: web::Path<Id>,
    posted: Posted<RemovalForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let removed = async {
        nominations.check_change(Arc::clone(&writer.0), *id).await?;
        let seen = IfMatch::of_version(&input?.version);
        nominations.remove(Arc::clone(&writer.0), Trace::from(&caller), *id, seen).await
    };
    match removed.await {
        Ok(_) => Ok(page.lead_to_with(&address(*id), Notice::new("letter-removed"))?.finish()),
        Err(error) => {
            let form = returned(&page, form, error)?;
            show_removal(&page, (&life_cycle, &nominations), writer.0, *id, form).await
        }
    }
}

async fn show_removal(
    page: &Page,
    (life_cycle, nominations): Services<'_>,
    writer: Arc<Principal>,
    id: Id,
    form: FormState,
) -> PageResult {
    let view = life_cycle.get(Arc::clone(&writer), id).await?;
    let known = nominations.get(Arc::clone(&writer), id).await?;
    if known.letter.is_none() {
        return Ok(page.lead_to(&address(id)).finish());
    }
    let form = form.set("version", etag::version_of(&known)?);
    let about = with_letter(page, facts(page, &view), nominations, &writer, (id, known.letter.as_ref())).await?;
    FormPage::new(page, &form, "letter-remove", &view.person.name)
        .about(about)
        .dangerous()
        .back_to(address(id), page.text("link-back-to-appointment"))
        .show()
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
