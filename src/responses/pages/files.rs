//! Files that are answers: one is handed in on a page of its own, and takes the place of the one before. All that were
//! handed in can be downloaded there.

use super::super::{AnswerFault, FileQuery, FileUpload, ResponseFile, WrittenAnswers};
use super::comments::section_of;
use super::words::{asked, questions, tongue};
use super::{ResponseDesk, section_address, sheet};
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::question_forms::field_name;
use crate::web::{
    FILE, Field, FormError, FormPage, FormState, Notice, PageResult, PostedFile, Shown, Table, UnreadFile,
    returned_with_file,
};

/// Which files a browser offers first.
const ACCEPT: &str = ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg";
/// What a browser says of a file goes by its name, so the content alone decides.
const BY_CONTENT: &str = "application/octet-stream";
/// The revision of the answer that the page has shown. A page with a field of this name stays in the history of the
/// browser.
const VERSION: &str = "version";

/// A question that is answered by a file.
type FilePlace = (Id, String);

/// The page that asks for a file.
pub(super) async fn ask(desk: ResponseDesk<FilePlace>) -> PageResult {
    show(&desk, FormState::default()).await
}

/// Hands it in.
pub(super) async fn hand_in(desk: ResponseDesk<FilePlace>, body: UnreadFile) -> PageResult {
    let (form, outcome) = Box::pin(receive(&desk, body)).await;
    let (id, question) = (desk.place.0, desk.place.1.as_str());
    match outcome {
        Ok(written) if written.conflicts.is_empty() && written.faults.is_empty() => {
            let section = section_of(&sheet(&desk, id).await?, question).ok_or_else(Error::not_found)?;
            let way = format!("{}#{}", section_address(id, &section), field_name(question, None));
            desk.page.lead_on(&way, Notice::new("answer-upload"))
        }
        // The response or its history has no room for it: nothing was stored, and the page says why.
        Ok(written) if written.conflicts.is_empty() => {
            let mut form = form.refused(&desk.page, &Error::invalid(Vec::new()));
            let told = |fault: AnswerFault| FormError { field: FILE.to_owned(), text: fault.detail };
            form.errors = written.faults.into_iter().map(told).collect();
            show(&desk, form).await
        }
        // Somebody else has handed one in meanwhile: the form shows that one, and both are kept.
        Ok(_) => {
            let error = Error::conflict(ProblemCode::AnswersChanged);
            show(&desk, returned_with_file(&desk.page, FormState::default(), error, &[])?).await
        }
        Err(error) => show(&desk, returned_with_file(&desk.page, form, error, &[])?).await,
    }
}

/// Receives and stores a file; returns the form that came with it, too.
async fn receive(desk: &ResponseDesk<FilePlace>, body: UnreadFile) -> (FormState, Result<WrittenAnswers, Error>) {
    let mut form = FormState::default();
    let limit = desk.service.largest_file();
    let place = FileQuery { question: desk.place.1.clone(), row: None, name: None, revision: 0 };
    let upload =
        FileUpload { response: desk.place.0, place, media_type: BY_CONTENT.to_owned(), expected: body.expected(limit) };
    let outcome = async {
        // Nothing is received before, and only as many bodies at once as there are slots.
        let admitted = desk.service.begin_upload(desk.person.0.clone(), desk.caller.clone(), upload).await?;
        let PostedFile { form: sent, file, beside } = body.read(limit).await?;
        form = sent;
        let file = file?;
        let admitted = admitted.described(form.value(VERSION).parse().unwrap_or_default(), Some(file.name), beside);
        desk.service.finish_upload(admitted, file.content, desk.page.language()).await
    };
    let outcome = outcome.await;
    (form, outcome)
}

async fn show(desk: &ResponseDesk<FilePlace>, form: FormState) -> PageResult {
    let (page, (id, code)) = (&desk.page, &desk.place);
    let sheet = sheet(desk, *id).await?;
    let section = section_of(&sheet, code).ok_or_else(Error::not_found)?;
    let questions = questions(&sheet.questionnaire);
    let question = questions.get(code.as_str()).ok_or_else(Error::not_found)?;
    let stored = sheet.answers.iter().find(|answer| answer.question == *code && answer.row.is_none());
    let form = form.set(VERSION, stored.map_or(0, |answer| answer.revision));
    let files = desk.service.files(desk.person.0.clone(), *id).await?;
    let mut table = Table::new(page, "answer-files", &["uploaded-file", "letter-size", "letter-at"]);
    for file in files.data.iter().filter(|file| file.question == *code) {
        table.push(row(page, *id, file));
    }
    let title = asked(&tongue(page, &sheet.questionnaire), question, None);
    let hint = page.say("letter-hint", "max", desk.service.largest_file());
    let back = format!("{}#{}", section_address(*id, &section), field_name(code, None));
    FormPage::new(page, &form, "answer-upload", &title)
        .with_fields(vec![Field::file(ACCEPT).hinted(hint)])
        .with_table(table)
        .back_to(back, page.text("link-back-to-question"))
        .show()
}

fn row(page: &crate::web::Page, response: Id, file: &ResponseFile) -> Vec<Shown> {
    vec![
        Shown::name(&file.name).leading_to(format!("/api/v1/responses/{response}/files/{}", file.id)),
        Shown::text(page.say("letter-size", "size", file.size)),
        Shown::moment(page, file.uploaded_at),
    ]
}
